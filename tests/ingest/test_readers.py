"""What bytes are, decided by themselves; and that nothing but a ReadError ever comes of them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import ReadError
from ingest.plain import to_json
from ingest.readers import READERS, read_document
from tests.ingest.fixtures.posts import POSTS, SITE
from tests.ingest.fixtures.shapes import div_post, document

URL = f"{SITE}/x"
RSS = b"<?xml version='1.0'?><rss version='2.0'><channel><title>W</title><item><title>T</title></item></channel></rss>"
ARTICLE = document(f"<h1>T</h1>{POSTS[0].body}{POSTS[1].body}").encode()

# By the name of the reader that takes it: a body, and the kind it is read as (None where it is refused).
KINDS: dict[str, list[tuple[bytes, str | None]]] = {
    "sitemap": [
        (b"<urlset><url><loc>/a</loc></url></urlset>", "sitemap"),
        (gzip.compress(b"<urlset></urlset>", mtime=0), "sitemap"),
    ],
    "binary": [(b"%PDF-1.7 x", None), (b"\x89PNG\r\n\x1a\n", None), (bytes(range(32)) * 9, None)],
    "feed": [(RSS, "feed"), (b"<feed xmlns='http://www.w3.org/2005/Atom'><title>W</title></feed>", "feed")],
    "json": [(b'{"version": "https://jsonfeed.org/version/1", "items": []}', "feed"), (b"{}", None)],
    "html": [(div_post(POSTS).encode(), "page"), (ARTICLE, "article"), (b"<html><p>Nothing.</p></html>", None)],
    "text": [(b"A title\n2019-05-14\n\nA body.\n", "text"), (b"Words and words.", None)],
}
CASES = [
    pytest.param(name, body, kind, id=f"{name} {number}")
    for name, bodies in KINDS.items()
    for number, (body, kind) in enumerate(bodies)
]


def first_to_take(body: bytes) -> str:
    return next(reader.name for reader in READERS if reader.sniff(body, None))


@pytest.mark.parametrize(("name", "body", "kind"), CASES)
def test_bytes_go_to_the_reader_of_their_kind(name: str, body: bytes, kind: str | None) -> None:
    assert first_to_take(body) == name
    if kind is None:
        with pytest.raises(ReadError):
            read_document(body, URL)
    else:
        assert read_document(body, URL).kind == kind


@pytest.mark.parametrize("name", [reader.name for reader in READERS])
def test_every_reader_has_cases_and_a_line_in_the_docs(name: str) -> None:
    modules = {
        "sitemap": "sitemaps.py", "binary": "readers.py", "feed": "feeds.py", "json": "feeds.py", "html": "pages.py",
        "text": "textdumps.py",
    }  # fmt: skip
    docs = (Path(__file__).parents[2] / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert KINDS.get(name), f"no case for the reader {name}"
    assert f"`{modules[name]}`" in docs, f"no line for the reader {name}"


WRONGLY_NAMED = [
    pytest.param(RSS, "text/html", "feed", id="a feed served as a page"),
    pytest.param(div_post(POSTS).encode(), "application/rss+xml", "page", id="a page served as a feed"),
    pytest.param(div_post(POSTS).encode(), "text/plain", "page", id="a page served as text"),
    pytest.param(b"\n\n" + RSS, None, "feed", id="blank before a feed"),
    pytest.param(b" " * 100_000 + RSS, None, "feed", id="much blank before a feed"),
    pytest.param(b"\xef\xbb\xbf" + div_post(POSTS).encode(), None, "page", id="a mark before a page"),
    pytest.param(
        div_post(POSTS).replace("<!DOCTYPE html>", "<?xml version='1.0'?>").encode(), None, "page", id="XHTML"
    ),
    pytest.param(div_post(POSTS).encode("utf-16"), None, "page", id="a page in UTF-16"),
    pytest.param("Ein Titel\n2019-05-14\n\nÄpfel.\n".encode("utf-16"), None, "text", id="text in UTF-16"),
]


@pytest.mark.parametrize(("body", "content_type", "kind"), WRONGLY_NAMED)
def test_content_decides_and_not_the_name(body: bytes, content_type: str | None, kind: str) -> None:
    assert read_document(body, URL, content_type=content_type).kind == kind


UNREADABLE = [
    pytest.param(b"", "it is empty", id="empty"),
    pytest.param(b" \r\n\t", "it is empty", id="blank"),
    pytest.param(b"\xef\xbb\xbf", "it is empty", id="a mark alone"),
    pytest.param(bytes(50), "it is empty", id="zeros"),
    pytest.param(b"%PDF-1.4", "this is a PDF", id="PDF"),
    pytest.param(b"PK\x03\x04", "this is a ZIP archive", id="ZIP"),
    pytest.param(b"\xff\xd8\xff\xe0", "this is a JPEG image", id="JPEG"),
    pytest.param(b"\x00\x01\x02\x03" * 99, "this is binary data", id="binary"),
    pytest.param(gzip.compress(RSS), "compressed, and no sitemap", id="a feed in gzip"),
    pytest.param(
        b"<html><head><title>502</title></head><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>",
        "neither a feed nor a page of posts nor an article", id="error page",
    ),
    pytest.param(b"Just some words.", "no line says when", id="text without stamps"),
    pytest.param(b"{}", "no JSON Feed", id="JSON"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "reason"), UNREADABLE)
def test_what_cannot_be_read_is_said_to_be_what_it_is(body: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read_document(body, URL)


def test_a_page_where_a_feed_should_be_is_an_error_that_names_the_feed_it_advertises() -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    html = div_post(POSTS).replace("<head>", f"<head>{link}")
    with pytest.raises(ReadError, match=rf"this is a page, not a feed; it advertises {SITE}/feed"):
        read_document(html.encode(), URL, want="feed")


def test_a_page_of_nothing_names_the_feed_it_advertises() -> None:
    html = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head><body>Hi.</body></html>'
    with pytest.raises(ReadError, match=rf"it advertises the feed {SITE}/feed"):
        read_document(html.encode(), URL)


CHARSETS = [
    pytest.param("utf-8", None, "", id="utf-8"),
    pytest.param("windows-1251", "text/html; charset=windows-1251", "", id="by the header"),
    pytest.param("windows-1251", "text/html", '<meta charset="windows-1251">', id="by the page"),
    pytest.param(
        "koi8-r", None, '<meta http-equiv="content-type" content="text/html; charset=koi8-r">', id="by http-equiv"
    ),
    pytest.param("utf-8", "text/html; charset=x-none", "", id="by itself, the header's being none"),
    pytest.param("utf-8", "text/html; charset=iso-8859-1", "", id="by itself, against a server's default"),
]


@pytest.mark.parametrize(("charset", "content_type", "meta"), CHARSETS)
def test_pages_are_read_in_their_charset(charset: str, content_type: str | None, meta: str) -> None:
    html = div_post(POSTS).replace('<meta charset="utf-8">', meta).replace(POSTS[0].title, "Новости хостинга")
    body = html.encode(charset, "xmlcharrefreplace")
    assert read_document(body, URL, content_type=content_type).entries[0].title == "Новости хостинга"


# -- any bytes ---------------------------------------------------------------------------------------------------

FRAGMENTS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "<rss version='2.0'><channel>", "<item>", "</item>", "<title>", "<link>http://x/", "<pubDate>",
                "<feed>", "<entry>", "<urlset>", "<url><loc>", "<html>", "<body>", "<div>", "</div>", "<h2>",
                "<a href='/x'>", "<a href='#y'>", "</a>", "<p>", "<br>", "<table><tr><td>", "<time datetime='2019'>",
                "May 14, 2019",
                "05/06/2019 9:05 pm", "by Ida Marlow", "<!DOCTYPE ", "[", "]>", "<![CDATA[", "]]>", "<!--", "-->",
                "&#xD800;", "&amp;", "{", '"items":[', "\\ud800", "\n", "Older posts", "<base href='//['>", "\x00", "é",
                "<script type='application/ld+json'>",
            ]
        ),
        st.text(max_size=8),
    ),
    max_size=40,
).map("".join)  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(
    st.one_of(
        st.binary(max_size=300),
        FRAGMENTS.map(lambda text: text.encode("utf-8", "replace")),
        FRAGMENTS.map(lambda text: b"<html>" + text.encode("utf-8", "replace")),
        FRAGMENTS.map(lambda text: b"<rss><channel>" + text.encode("utf-8", "replace")),
        FRAGMENTS.map(lambda text: text.encode("utf-16", "replace")),
    ),
    st.sampled_from([URL, "file:///x.html", "", "http://[", "x"]),
    st.sampled_from([None, "text/html", "text/xml; charset=utf-16", "text/html; charset=idna", "application/json"]),
    st.sampled_from([None, "page", "feed", "sitemap"]),
)
def test_any_bytes_give_a_plain_document_or_a_read_error(
    body: bytes, url: str, content_type: str | None, want: str | None
) -> None:
    try:
        document = read_document(body, url, content_type=content_type, want=want)
    except ReadError:
        return
    assert to_json(document)
