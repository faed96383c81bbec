"""Where a document names its hub and its topic: in the answer's headers first, then in itself."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from ingest.entries import Document
from ingest.feeds import state_fast, state_judged, to_document
from ingest.hub_links import MAX_HUB_URL, hub_and_topic
from ingest.readers import read_document
from tests.ingest.factories import items, page, rss

URL = "http://wire.example/blog/feed"
XML = {"content-type": "application/rss+xml; charset=utf-8"}
HUB, SELF = (
    '<atom:link rel="hub" href="http://hub.example/"/>',
    '<atom:link rel="self" href="http://wire.example/all"/>',
)


ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>W</title><link rel="hub" href="https://hub.example/"/>'
    b'<link rel="self" href="all"/><entry><id>urn:1</id><title>t</title></entry></feed>'
)


def feed_with(links: str) -> bytes:
    body = rss(items([1])).replace(
        b'<rss version="2.0">', b'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">'
    )
    return body.replace(b"<channel>", f"<channel>{links}".encode())


def stated(document: Document) -> tuple[str | None, str | None]:
    return document.hub_url, document.topic_url


def read(body: bytes, headers: Mapping[str, str] = XML) -> tuple[str | None, str | None]:
    return stated(read_document(body, URL, content_type=headers.get("content-type"), headers=headers))


FEEDS = {
    "RSS": (feed_with(HUB + SELF), ("http://hub.example/", "http://wire.example/all")),
    "Atom": (
        ATOM,
        ("https://hub.example/", "http://wire.example/blog/all"),
    ),
    "no hub": (feed_with(SELF), (None, "http://wire.example/all")),
    "nothing": (feed_with(""), (None, None)),
    "several hubs: the first": (
        feed_with(HUB + '<atom:link rel="hub" href="http://other.example/"/>' + SELF),
        ("http://hub.example/", "http://wire.example/all"),
    ),
    "two relations of one link": (
        feed_with('<atom:link rel="self hub" href="http://wire.example/all"/>'),
        ("http://wire.example/all", "http://wire.example/all"),
    ),
    "an entry's links are its own": (rss(items([1])).replace(b"<item>", f"<item>{HUB}{SELF}".encode()), (None, None)),
}  # fmt: skip


@pytest.mark.parametrize("case", FEEDS)
def test_a_feed_names_its_hub_and_itself(case: str) -> None:
    body, expected = FEEDS[case]
    assert read(body) == expected


@pytest.mark.parametrize("case", ["RSS", "Atom", "no hub", "nothing", "several hubs: the first"])
def test_both_readers_of_feeds_say_the_same(case: str) -> None:
    body, expected = FEEDS[case]
    fast = state_fast(body, XML)
    assert fast is not None
    assert stated(to_document(fast, URL)) == stated(to_document(state_judged(body, XML), URL)) == expected


REFUSED = {
    "another scheme": "ftp://hub.example/",
    "script": "javascript:alert(1)",
    "data": "data:text/plain,x",
    "a user name": "http://user:secret@hub.example/",
    "too long": f"http://hub.example/{'x' * MAX_HUB_URL}",
    "no host": "http://",
    "empty": "",
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_form_can_be_sent_to_is_passed_over(case: str) -> None:
    assert hub_and_topic([("hub", REFUSED[case]), ("self", REFUSED[case])], URL) == (None, None)
    assert hub_and_topic([("hub", REFUSED[case]), ("hub", "/second")], URL) == ("http://wire.example/second", None)


HEADERS = {
    "both go before the feed's own": (
        '<http://h.example/>; rel="hub", <http://wire.example/s>; rel=self',
        ("http://h.example/", "http://wire.example/s"),
    ),
    "the hub alone": ("<http://h.example/>; rel=hub", ("http://h.example/", "http://wire.example/all")),
    "relative": ("</h>; rel=hub", ("http://wire.example/h", "http://wire.example/all")),
    "something else": ("</x>; rel=next", ("http://hub.example/", "http://wire.example/all")),
    "nothing that can be used": ("<ftp://h.example/>; rel=hub", ("http://hub.example/", "http://wire.example/all")),
}


@pytest.mark.parametrize("case", HEADERS)
def test_link_headers_come_first(case: str) -> None:
    link, expected = HEADERS[case]
    assert read(feed_with(HUB + SELF), {**XML, "link": link}) == expected


def test_a_page_names_them_in_its_head_alone() -> None:
    links = '<link rel="hub" href="http://hub.example/"><link rel="self" href="/blog">'
    html = {"content-type": "text/html; charset=utf-8"}
    assert read(page(items(range(4)), head=links), html) == ("http://hub.example/", "http://wire.example/blog")
    body = page(items(range(4))).replace(b"<h1>", f"{links}<h1>".encode())
    assert read(body, html) == (None, None)
    assert read(body, {**html, "link": "<http://h.example/>; rel=hub"}) == ("http://h.example/", None)


def test_a_json_feed_has_a_list_of_hubs() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "W",
        "feed_url": "http://wire.example/feed.json",
        "hubs": ["x", {"type": "rssCloud", "url": "http://c.example/"}, {"type": "WebSub", "url": "http://h.example/"}],
        "items": [],
    }
    json_type = {"content-type": "application/feed+json"}
    assert read(json.dumps(feed).encode(), json_type) == ("http://h.example/", "http://wire.example/feed.json")
    assert read(json.dumps({**feed, "hubs": {"a": 1}}).encode(), json_type) == (None, "http://wire.example/feed.json")
