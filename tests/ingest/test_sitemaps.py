"""Sitemaps, their index, and what they say of news."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from ingest.entries import Document
from ingest.errors import ReadError
from ingest.sitemaps import MAX_URLS, looks_like_sitemap, read_sitemap

URL = "http://rackside.example/sitemap.xml"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
OTHERS = (
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" '
    'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)


def urlset(inner: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {NS} {OTHERS}>{inner}</urlset>'.encode()


def read(body: bytes) -> Document:
    return read_sitemap(body, URL)


def test_pages_are_entries_with_their_address() -> None:
    document = read(urlset("<url><loc>http://rackside.example/a</loc></url><url><loc>\n/b?x=1&amp;y=2 </loc></url>"))
    assert (document.kind, document.child_sitemaps) == ("sitemap", False)
    assert [entry.url for entry in document.entries] == [
        "http://rackside.example/a",
        "http://rackside.example/b?x=1&y=2",
    ]


def test_a_page_is_known_by_its_canonical_address() -> None:
    (entry,) = read(urlset("<url><loc>HTTP://Rackside.example:80/a?utm_source=x#y</loc></url>")).entries
    assert entry.id == "http://rackside.example/a"


LASTMODS = [
    pytest.param("2019-05-14", datetime(2019, 5, 14, tzinfo=UTC), id="day"),
    pytest.param("2019-05-14T09:05:00+02:00", datetime(2019, 5, 14, 7, 5, tzinfo=UTC), id="instant"),
    pytest.param("2019-05-14T09:05Z", datetime(2019, 5, 14, 9, 5, tzinfo=UTC), id="minute"),
    pytest.param("2019-05-14T09:05:00.5Z", datetime(2019, 5, 14, 9, 5, tzinfo=UTC), id="fraction"),
    pytest.param("2019-05", datetime(2019, 5, 1, tzinfo=UTC), id="month"),
    pytest.param(" 2019-05-14\n", datetime(2019, 5, 14, tzinfo=UTC), id="blank round it"),
    pytest.param("soon", None, id="no date"),
    pytest.param("0000-00-00", None, id="impossible"),
    pytest.param("", None, id="empty"),
]


@pytest.mark.parametrize(("stated", "expected"), LASTMODS)
def test_lastmod_is_when_a_page_was_changed(stated: str, expected: datetime | None) -> None:
    (entry,) = read(urlset(f"<url><loc>/a</loc><lastmod>{stated}</lastmod></url>")).entries
    assert (entry.updated, entry.published) == (expected, None)


def test_news_have_title_and_date() -> None:
    (entry,) = read(
        urlset(
            "<url><loc>/a</loc><news:news><news:publication><news:name>Rackside</news:name></news:publication>"
            "<news:publication_date>2019-05-14T09:05:00Z</news:publication_date>"
            "<news:title>Racks &amp; towers</news:title></news:news></url>"
        )
    ).entries
    assert (entry.title, entry.published) == ("Racks & towers", datetime(2019, 5, 14, 9, 5, tzinfo=UTC))


def test_addresses_of_images_and_translations_are_not_the_pages() -> None:
    (entry,) = read(
        urlset(
            "<url><image:image><image:loc>http://x.example/i.png</image:loc><image:title>Rack</image:title></image:image>"
            '<xhtml:link rel="alternate" hreflang="de" href="/de/a"/><loc>/a</loc>'
            "<image:image><image:loc>http://x.example/j.png</image:loc></image:image></url>"
        )
    ).entries
    assert (entry.url, entry.title) == ("http://rackside.example/a", None)


def test_an_index_lists_sitemaps() -> None:
    body = f"<sitemapindex {NS}><sitemap><loc>/s1.xml.gz</loc><lastmod>2019-05-14</lastmod></sitemap></sitemapindex>"
    document = read(body.encode())
    assert document.child_sitemaps
    assert [entry.url for entry in document.entries] == ["http://rackside.example/s1.xml.gz"]


LOOSE = [
    pytest.param(b"<urlset><url><loc>/a</loc></url></urlset>", id="no namespace"),
    pytest.param('<s:urlset xmlns:s="x"><s:url><s:loc>/a</s:loc></s:url></s:urlset>'.encode("ascii"), id="prefix"),
    pytest.param(b"<urlset><url><loc>/a</loc></url><url><loc>/b", id="cut off"),
    pytest.param(b"<urlset><!-- all pages --><url><!-- x --><loc>/a</loc></url></urlset>", id="comments"),
    pytest.param(b"<urlset><url><loc><![CDATA[/a]]></loc></url></urlset>", id="CDATA"),
    pytest.param(gzip.compress(b"<urlset><url><loc>/a</loc></url></urlset>"), id="gzip"),
]


@pytest.mark.parametrize("body", LOOSE)
def test_loose_forms_are_read(body: bytes) -> None:
    assert looks_like_sitemap(body)
    assert read(body).entries[0].url == "http://rackside.example/a"


def test_what_is_no_page_is_left_out() -> None:
    inner = "<url><loc>mailto:a@x.example</loc></url><url></url><url><loc>javascript:x</loc></url>"
    assert read(urlset(inner)).entries == ()


def test_only_so_many_pages_are_read() -> None:
    assert len(read(urlset("<url><loc>/a</loc></url>" * (MAX_URLS + 3))).entries) == MAX_URLS


REFUSED = [
    pytest.param(b"words", "cannot be parsed|no sitemap", id="words"),
    pytest.param(b"<rss><urlset></urlset></rss>", "no sitemap", id="another root"),
    pytest.param(b'<!DOCTYPE urlset [<!ENTITY a "b">]><urlset></urlset>', "declares entities", id="entities"),
    pytest.param(gzip.compress(b"<rss></rss>"), "compressed, and no sitemap", id="another thing in gzip"),
    pytest.param(b"\x1f\x8b garbage", "compression is broken", id="broken gzip"),
    pytest.param(gzip.compress(bytes(60_000_000)), "compressed, and no sitemap", id="gzip bomb"),
]


@pytest.mark.parametrize(("body", "reason"), REFUSED)
def test_what_is_no_sitemap_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read(body)


def test_a_compressed_sitemap_is_inflated_as_far_as_it_is_read() -> None:
    listed = "".join(f"<url><loc>/{n}</loc></url>" for n in range(MAX_URLS + 20_000))
    packed = gzip.compress(f"<urlset>{listed}</urlset>".encode(), mtime=0)
    entries = read_sitemap(packed, "http://wire.example/sitemap.xml.gz").entries
    assert [entry.url for entry in entries] == [f"http://wire.example/{n}" for n in range(MAX_URLS)]
