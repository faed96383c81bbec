"""From a site's address to what is crawled of it."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from ingest.client import Client
from ingest.errors import DiscoveryError, HttpStatusError
from ingest.finding import MAX_GUESSED, MAX_SITEMAPS, discover_source
from store.records import SourceInput
from tests.ingest.conftest import limits_for
from tests.ingest.factories import items, page, rss
from tests.servers import FEED_TYPE, Answer, LoopbackServer, redirect

FEED = Answer(rss(items(range(4))), content_type=FEED_TYPE)
EMPTY_FEED = Answer(rss([]), content_type=FEED_TYPE)
PLAIN = b"<!doctype html><html><head>%s<title>Acme hosting</title></head><body><p>We host.</p></body></html>"


def advertise(*urls: str) -> bytes:
    return b"".join(f'<link rel="alternate" type="application/rss+xml" href="{url}">'.encode() for url in urls)


def discover(server: LoopbackServer, path: str = "/") -> SourceInput:
    async def run() -> SourceInput:
        async with Client(limits_for(server)) as client:
            return await discover_source(client, server.url(path))

    return asyncio.run(run())


def found(server: LoopbackServer, path: str = "/") -> tuple[str, str]:
    source = discover(server, path)
    return source.kind, source.url.removeprefix(server.url("").rstrip("/"))


def test_a_feed_is_itself(server: LoopbackServer) -> None:
    server.on("/news.xml", FEED)
    source = discover(server, "/news.xml")
    assert (source.kind, source.url, source.name) == ("feed", server.url("/news.xml"), "The wire")
    assert server.paths == ["/news.xml"]


def test_an_advertised_feed_is_taken(server: LoopbackServer) -> None:
    server.on("/", Answer(PLAIN % advertise("/a.xml")))
    server.on("/a.xml", FEED)
    assert found(server) == ("feed", "/a.xml")
    assert server.paths == ["/", "/a.xml"]


def test_of_several_the_first_that_answers_with_entries_is_taken(server: LoopbackServer) -> None:
    server.on("/", Answer(PLAIN % advertise("/gone.xml", "/page", "/empty.xml", "/good.xml", "/never.xml")))
    server.on("/page", Answer(PLAIN % b""))
    server.on("/empty.xml", EMPTY_FEED)
    server.on("/good.xml", FEED)
    assert found(server) == ("feed", "/good.xml")
    assert "/never.xml" not in server.paths


def test_an_empty_feed_is_better_than_none(server: LoopbackServer) -> None:
    server.on("/", Answer(PLAIN % advertise("/empty.xml")))
    server.on("/empty.xml", EMPTY_FEED)
    assert found(server) == ("feed", "/empty.xml")


def test_a_feed_where_sites_commonly_keep_theirs_is_found(server: LoopbackServer) -> None:
    server.on("/", Answer(PLAIN % b""))
    server.on("/rss.xml", FEED)
    assert found(server) == ("feed", "/rss.xml")
    assert len(server.asked) <= 1 + MAX_GUESSED


def test_a_page_of_posts_without_a_feed_is_itself(server: LoopbackServer) -> None:
    server.on("/", Answer(page(items(range(6), site=server.url("").rstrip("/")))))
    assert found(server) == ("page", "/")


def test_a_feed_that_cannot_be_had_is_said_where_the_page_takes_its_place(server: LoopbackServer) -> None:
    site = server.url("").rstrip("/")
    server.on("/", Answer(page(items(range(6), site=site), head=advertise("/broken.xml").decode())))
    with capture_logs() as logs:
        assert found(server) == ("page", "/")
    (note,) = [event for event in logs if event["log_level"] == "warning"]
    assert note["reason"] == f"{site}/broken.xml: HTTP 404 Not Found"


def test_a_sitemap_is_itself(server: LoopbackServer) -> None:
    xml = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>/a</loc></url></urlset>'
    server.on("/sitemap.xml", Answer(xml, content_type="application/xml"))
    assert found(server, "/sitemap.xml") == ("sitemap", "/sitemap.xml")


@pytest.mark.parametrize(("status", "path"), [(301, "/new.xml"), (302, "/old.xml")])
def test_only_a_permanent_redirect_changes_the_address(server: LoopbackServer, status: int, path: str) -> None:
    server.on("/old.xml", redirect("/new.xml", status))
    server.on("/new.xml", FEED)
    assert found(server, "/old.xml") == ("feed", path)


@pytest.mark.parametrize("body", [PLAIN % b"", b"", b"%PDF-1.7 \x00\x01", PLAIN % advertise("/broken.xml")])
def test_where_there_is_nothing_the_error_says_what_was_tried(server: LoopbackServer, body: bytes) -> None:
    server.on("/", Answer(body))
    with pytest.raises(DiscoveryError) as raised:
        discover(server)
    words = str(raised.value)
    assert words.startswith(f"nothing to crawl at {server.url('/')}")
    assert "\n" not in words
    assert ("/broken.xml: HTTP 404 Not Found" in words) is (b"broken" in body)
    assert len(server.asked) <= 3 + MAX_GUESSED + MAX_SITEMAPS  # its robots.txt names sitemaps as well


def test_an_address_that_fails_says_how(server: LoopbackServer) -> None:
    with pytest.raises(HttpStatusError, match="HTTP 404 Not Found"):
        discover(server, "/missing")


# -- pages that only lead on -------------------------------------------------------------------------------------

LEADING = [
    pytest.param(b'<meta http-equiv="refresh" content="0; url=/blog/">', id="refresh"),
    pytest.param(b"<META HTTP-EQUIV=Refresh CONTENT=\"5;URL='/blog/'\">", id="refresh in capitals with quotes"),
    pytest.param(b'<frameset><frame name="menu" src="/menu"><frame name="main" src="/blog/"></frameset>', id="frames"),
    pytest.param(b'<a href="/about/">About us</a> <a href="/blog/">Our blog</a>', id="a link called blog"),
    pytest.param(b'<a href="/blog/" title="News">&gt;&gt;</a> <a href="/blog/"><b> Latest \n News </b></a>', id="news"),
]


@pytest.mark.parametrize("leads", LEADING)
def test_a_page_that_leads_on_is_followed_to_its_feed(server: LoopbackServer, leads: bytes) -> None:
    server.on("/", Answer(b"<!doctype html><html><head><title>Acme</title></head>" + leads + b"</html>"))
    server.on("/menu", Answer(PLAIN % b""))
    server.on("/blog/", Answer(PLAIN % advertise("wire.xml")))
    server.on("/blog/wire.xml", FEED)
    assert found(server) == ("feed", "/blog/wire.xml")


def test_a_page_that_leads_on_is_followed_to_its_posts(server: LoopbackServer) -> None:
    server.on("/", Answer(b'<html><body><p>We host.</p><a href="/news/">News</a></body></html>'))
    server.on("/news/", Answer(page(items(range(6), site=server.url("").rstrip("/")))))
    assert found(server) == ("page", "/news/")


def test_pages_that_lead_to_each_other_come_to_an_end(server: LoopbackServer) -> None:
    server.on("/", Answer(b'<meta http-equiv="refresh" content="0;url=/a"><p>x</p>'))
    server.on(
        "/a", Answer(b'<meta http-equiv="refresh" content="0;url=/"><meta http-equiv="refresh" content="0;url=/b">')
    )
    server.on("/b", Answer(b'<meta http-equiv="refresh" content="0;url=/a">'))
    with pytest.raises(DiscoveryError):
        discover(server)
    assert [server.paths.count(path) for path in ("/a", "/b")] == [1, 1]


def test_the_sitemap_comes_last(server: LoopbackServer) -> None:
    server.on("/", Answer(PLAIN % b""))
    listed = b'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>/a</loc></sitemap></sitemapindex>'
    server.on("/sitemap_index.xml", Answer(listed, content_type="application/xml"))
    assert found(server) == ("sitemap", "/sitemap_index.xml")
    assert server.paths[-2:] == ["/sitemap.xml", "/sitemap_index.xml"]


def test_a_sitemap_that_robots_txt_states_goes_before_guesses(server: LoopbackServer) -> None:
    server.on("/", Answer(PLAIN % b""))
    server.on("/robots.txt", Answer(b"User-agent: *\nDisallow:\nSitemap: /maps/news.xml"))
    listed = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>/a</loc></url></urlset>'
    server.on("/maps/news.xml", Answer(listed, content_type="application/xml"))
    server.on("/sitemap.xml", Answer(listed, content_type="application/xml"))
    assert found(server) == ("sitemap", "/maps/news.xml")


def test_a_feed_in_the_link_header_is_taken(server: LoopbackServer) -> None:
    header = {"Link": '</style.css>; rel=stylesheet, </wire.xml>; rel="alternate"; type="application/rss+xml"'}
    server.on("/", Answer(PLAIN % b"", headers=header))
    server.on("/wire.xml", FEED)
    assert found(server) == ("feed", "/wire.xml")


def test_a_feed_that_answers_as_html_is_itself_all_the_same(server: LoopbackServer) -> None:
    server.on("/", Answer(rss(items(range(4))), content_type="text/html"))
    assert found(server) == ("feed", "/")
