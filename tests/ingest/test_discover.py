"""Feeds that a page advertises, and where sites keep theirs."""

from __future__ import annotations

import pytest

from ingest.discover import find_feeds, likely_feed_urls

PAGE = "http://rackside.example/blog/2019"


def link(rest: str) -> str:
    return f"<html><head><link {rest}></head><body></body></html>"


def urls(html: str) -> list[str]:
    return [feed.url for feed in find_feeds(html, PAGE)]


ADVERTISED = [
    pytest.param('rel="alternate" type="application/rss+xml" href="/feed"', id="rss"),
    pytest.param('rel="alternate" type="application/atom+xml" href="/feed"', id="atom"),
    pytest.param('rel="alternate" type="application/feed+json" href="/feed"', id="JSON Feed"),
    pytest.param('rel="alternate" type="application/json" href="/feed"', id="JSON whose address says feed"),
    pytest.param(
        'rel="alternate home" type="application/rss+xml; charset=utf-8" href="/feed"', id="several rels, charset"
    ),
    pytest.param("REL=ALTERNATE TYPE=APPLICATION/RSS+XML HREF=/feed", id="capitals without quotes"),
    pytest.param('rel="feed" href="/feed"', id="rel feed without a type"),
    pytest.param('rel="alternate" type="application/rss+xml" href=" /feed\n"', id="blank round it"),
]


@pytest.mark.parametrize("rest", ADVERTISED)
def test_finds_advertised_feeds(rest: str) -> None:
    assert urls(link(rest)) == ["http://rackside.example/feed"]


OTHERS = [
    pytest.param('rel="alternate" hreflang="de" href="/de"', id="translation"),
    pytest.param('rel="stylesheet alternate" type="text/xml" href="/feed.css"', id="style sheet"),
    pytest.param('rel="alternate" type="application/json+oembed" href="/oembed?feed"', id="oEmbed"),
    pytest.param('rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1"', id="WordPress's own API"),
    pytest.param('rel="alternate" type="application/json" href="/data"', id="JSON that is something"),
    pytest.param('rel="search" type="application/opensearchdescription+xml" href="/feed"', id="search"),
    pytest.param('rel="alternate" type="application/rss+xml"', id="no address"),
    pytest.param('rel="alternate" type="application/rss+xml" href="javascript:x"', id="script"),
    pytest.param('rel="alternate" type="application/rss+xml" href="feed:feed"', id="another scheme"),
]


@pytest.mark.parametrize("rest", OTHERS)
def test_leaves_what_is_no_feed(rest: str) -> None:
    assert urls(link(rest)) == []


def test_posts_come_before_comments_and_each_address_once() -> None:
    html = (
        '<link rel="alternate" type="application/rss+xml" title="Rackside » Comments" href="/all/feed">'
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed">'
        '<link rel="alternate" type="application/rdf+xml" href="/rdf">'
        '<link rel="alternate" type="application/rss+xml" title="Rackside" href="/feed">'
        '<link rel="alternate" type="application/atom+xml" href="/feed#again">'
    )
    assert [url.removeprefix("http://rackside.example") for url in urls(html)] == [
        "/feed", "/rdf", "/all/feed", "/comments/feed",
    ]  # fmt: skip


def test_title_and_type_come_along() -> None:
    (feed,) = find_feeds(link('rel="alternate" type="Application/RSS+xml" title=" News " href="f"'), PAGE)
    assert (feed.url, feed.type, feed.title) == ("http://rackside.example/blog/f", "application/rss+xml", "News")


def test_addresses_count_from_the_base_element() -> None:
    html = '<base href="/other/">' + link('rel="alternate" type="application/rss+xml" href="feed"')
    assert urls(html) == ["http://rackside.example/other/feed"]


@pytest.mark.parametrize("html", ["", "no markup", "http://rackside.example/", "<?xml version='1.0'?><x/>", "<" * 1000])
def test_any_text_is_borne(html: str) -> None:
    assert urls(html) == []


def test_likely_addresses_are_below_the_page_then_at_the_root() -> None:
    likely = likely_feed_urls(PAGE)
    assert likely[0] == "http://rackside.example/blog/feed/"
    assert "http://rackside.example/feed/" in likely
    assert len(set(likely)) == len(likely)
    assert likely_feed_urls("http://rackside.example/")[0] == "http://rackside.example/feed/"
