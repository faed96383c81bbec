"""What the bytes behind an address are, and what is in them: the list of readers, asked in order.

Decided by the content, since names and media types are often wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.entries import Document
from ingest.errors import ReadError
from ingest.feeds import looks_like_feed, looks_like_json, read_json_feed, read_xml_feed
from ingest.hub_links import hub_and_topic, with_header_links
from ingest.sitemaps import looks_like_sitemap, read_sitemap
from ingest.stamps import parse_stated
from ingest.textdumps import read_dump

if TYPE_CHECKING:
    from ingest.records import Group
    from ingest.tree import Element

BINARY = (
    (b"%PDF-", "a PDF"), (b"\x89PNG", "a PNG image"), (b"GIF8", "a GIF image"), (b"\xff\xd8\xff", "a JPEG image"),
    (b"PK\x03\x04", "a ZIP archive"), (b"\x1f\x8b", "gzip data"), (b"BZh", "bzip2 data"), (b"\x7fELF", "a program"),
    (b"RIFF", "audio, video or an image"), (b"\x00\x00\x01\x00", "an icon"), (b"ID3", "audio"), (b"OggS", "a video"),
)  # fmt: skip
SURELY_LIST = 0.7  # of a page's words: so much of an article's page is never taken up by its related posts


@dataclass(frozen=True, slots=True)
class Asked:
    """How a document is to be read: see `read_document`."""

    headers: Mapping[str, str]
    want: str | None
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reader:
    """A kind of document: whether bytes look like it, and how they are read."""

    name: str
    sniff: Callable[[bytes, str | None], bool]
    read: Callable[[bytes, str, Asked], Document]


def read_document(
    body: bytes,
    url: str,
    *,
    content_type: str | None = None,
    headers: Mapping[str, str] | None = None,
    want: str | None = None,
    known: Collection[str] = (),
) -> Document:
    """What is behind an address.

    `want` names what the source is meant to be ("feed", "page", "sitemap"): a page that holds posts is then read as
    a page of posts however few they are of its words, and a feed's address that answers with a page is an error.
    Of a feed's entries whose digests are `known`, nothing but their names is read.

    Raises:
        ReadError: nothing that can be read; the text says what it looks like instead.
    """
    stated = dict(headers or {})
    if content_type:
        stated.setdefault("content-type", content_type)
    body = body.lstrip(b" \t\r\n")
    if not body.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise ReadError("it is empty")
    for reader in READERS:
        if reader.sniff(body, content_type):
            document = reader.read(body, url, Asked(stated, want, frozenset(known)))
            if want == "feed" and document.kind != "feed":
                advertised = f"; it advertises {document.feeds[0].url}" if document.feeds else ""
                raise ReadError(f"this is a {document.kind}, not a feed{advertised}")
            return with_header_links(document, stated, url)
    raise ReadError("it is nothing that can be read")  # the last reader takes all that is text


_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[a-zA-Z!?]")  # with whatever controls in it: some feeds have them


def _binary_name(body: bytes) -> str | None:
    for magic, name in BINARY:
        if body.startswith(magic):
            return name
    head = body[:2048]
    if body.startswith((b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")):
        return None
    if _MARKUP.match(head):
        return None
    controls = sum(byte < 9 or 13 < byte < 27 for byte in head)
    return "binary data" if controls > len(head) // 50 else None


def _read_binary(body: bytes, url: str, asked: Asked) -> Document:  # noqa: ARG001 - a reader's signature
    raise ReadError(f"this is {_binary_name(body)}, neither a feed nor a page")


def _is_markup(body: bytes, content_type: str | None) -> bool:
    head = body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").replace(b"\x00", b"").lower()
    if "html" in (content_type or ""):
        return True
    return head.startswith(b"<") or b"<html" in head or b"<body" in head or b"<!doctype" in head


def _read_html(body: bytes, url: str, asked: Asked) -> Document:
    """A page of many posts or one article: the list is asked first, since an article's extractor takes either."""
    # not with the module: these take long to import, and a worker that reads feeds does without
    from ingest.articles import read_article, states_an_article
    from ingest.discover import find_feeds
    from ingest.pages import page_title, read_page
    from ingest.tree import parse_page

    charset = _charset(asked.headers.get("content-type"))
    root, html = parse_page(body, charset)
    wanted = asked.want
    answered = parse_stated(asked.headers.get("date"))
    found = read_page(root, html, url, made=answered.instant if answered else None, single=wanted == "page")
    if found is not None:
        found = _with_head_links(found[0], root, url), found[1]
        document, group = found
        share = group.words / max(1, root.words)
        if wanted == "page" or (share >= SURELY_LIST and not (states_an_article(html) and group.dated < 1)):
            return document
    article = None if wanted == "page" else read_article(html, url)
    if found is not None and not _is_rather_article(article, found[1], html):
        return found[0]
    if article is not None:
        return replace(article, title=article.title or page_title(root))
    feeds = find_feeds(html, url)
    hint = f"; it advertises the feed {feeds[0].url}" if feeds else ""
    raise ReadError(f"this page is neither a feed nor a page of posts nor an article{hint}")


def _with_head_links(document: Document, root: Element, url: str) -> Document:
    """A page's hub and topic, which its head alone may state."""
    heads = list(root.find_all("head"))[:1]
    links = [link.attributes for head in heads for link in head.find_all("link")]
    hub_url, topic_url = hub_and_topic(((link.get("rel") or "", link.get("href")) for link in links), url)
    return replace(document, hub_url=hub_url, topic_url=topic_url)


def _is_rather_article(found: Document | None, group: Group, html: str) -> bool:
    """Whether a page that also lists posts is rather the article it holds: one with a text of its own beside them."""
    from ingest.articles import MIN_WORDS, states_an_article

    if found is None or found.article is None:
        return False
    listed = Counter(word for record in group.records for block in record.blocks for word in _words(block))
    own = (Counter(found.article.text.split()) - listed).total()
    if states_an_article(html):
        return own >= MIN_WORDS or group.dated < 1
    return own > group.words / 2 and own >= MIN_WORDS


def _words(block: Element | str) -> list[str]:
    return (block if isinstance(block, str) else block.text()).split()


def _charset(content_type: str | None) -> str | None:
    for part in (content_type or "").split(";")[1:]:
        name, _, value = part.strip().partition("=")
        if name.lower() == "charset":
            return value.strip("\"' ") or None
    return None


def _read_text(body: bytes, url: str, asked: Asked) -> Document:  # noqa: ARG001 - a reader's signature
    from ingest.tree import decode_page

    document = read_dump(decode_page(body, _charset(asked.headers.get("content-type"))))
    if document is None:
        raise ReadError(
            "this text is neither a feed nor a page, and no dump of one: no line says when a post was published"
        )
    return document


# Asked in this order; the first that recognises its kind reads.
READERS = (
    Reader("sitemap", lambda body, _: looks_like_sitemap(body), lambda body, url, _: read_sitemap(body, url)),
    Reader("binary", lambda body, _: _binary_name(body) is not None, _read_binary),
    Reader(
        "feed",
        lambda body, _: looks_like_feed(body),
        lambda body, url, asked: read_xml_feed(body, url, asked.headers, known=asked.known),
    ),
    Reader(
        "json", lambda body, _: looks_like_json(body), lambda body, url, asked: read_json_feed(body, url, asked.headers)
    ),
    Reader("html", _is_markup, _read_html),
    Reader("text", lambda _body, _type: True, _read_text),
)
