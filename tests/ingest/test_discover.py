"""Feeds that a page advertises, and where sites keep theirs."""
# ruff: noqa: E501 - markup of one page on one line, which a break would hide

from __future__ import annotations

import pytest

from ingest.discover import find_feeds, find_feeds_in_header, find_onward, likely_feed_urls, likely_sitemap_urls

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


# -- whole pages with the traps of the standard ------------------------------------------------------------------

SITE = "http://rackside.example"
RSS = 'rel="alternate" type="application/rss+xml"'
ATOM = 'rel="alternate" type="application/atom+xml"'


def whole(
    head: str = "", body: str = "<h1>Rackside</h1><p>Notes on hosting.</p>", attributes: str = 'lang="en"'
) -> str:
    return (
        f"<!DOCTYPE html>\n<html {attributes}>\n<head>\n<meta charset=utf-8>\n<title>Rackside</title>\n{head}\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


TRAPS = [
    pytest.param(
        whole(f'<!-- <link {RSS} href="/old"> --><link {RSS} href="/feed"><!--[if IE]><link {RSS} href="/ie"><![endif]-->'),
        ["/feed"],
        id="links in comments",
    ),
    pytest.param(
        whole(f'<template><link {RSS} href="/t"></template><noscript><link {RSS} href="/n"></noscript><link {RSS} href="/feed">'),
        ["/feed", "/n"],
        id="template is inert, noscript comes after what scripts do not hide",
    ),
    pytest.param(
        whole(f"<script>document.write('<link {RSS} href=\"/s\">');</script><style>/* <link {RSS} href=/c> */</style>"),
        [],
        id="links in scripts and styles",
    ),
    pytest.param(
        whole("", f'<textarea><link {RSS} href="/t"></textarea><xmp><link {RSS} href="/x"></xmp><pre>&lt;link {RSS} href="/p"&gt;</pre>'),
        [],
        id="links shown as examples",
    ),
    pytest.param(
        whole(f'<link {RSS} href="/feed" title="News <link {ATOM.replace(chr(34), chr(39))} href=/inner>">'),
        ["/feed"],
        id="a link in an attribute",
    ),
    pytest.param(whole("<link href=/feed type=application/rss+xml rel=alternate>"), ["/feed"], id="no quotes"),
    pytest.param(whole("<link href='/feed?a=\"b\"' type='application/rss+xml' rel='alternate'>"), ["/feed?a=%22b%22"], id="single quotes round double ones"),
    pytest.param(whole("<link\nhref\n=\n'/feed'\n\ttype = 'application/rss+xml'\nrel\n= alternate\n>"), ["/feed"], id="blanks round the equals sign"),
    pytest.param(whole('<LINK REL="ALTERNATE" TYPE="APPLICATION/RSS+XML" HREF="/Feed">'), ["/Feed"], id="capitals, of which the path's stay"),
    pytest.param(whole('<link rel="home\n alternate\tnofollow" type="application/rss+xml" href="/feed">'), ["/feed"], id="a list of rels"),
    pytest.param(whole('<link rel="alternates" type="application/rss+xml" href="/a"><link rel="xalternate" type="application/rss+xml" href="/b">'), [], id="rels that only begin or end so"),
    pytest.param(whole('<link rel="alternate stylesheet" type="text/css" href="/feed.css"><link rel="alternate stylesheet" type="text/xml" href="/feed.xsl">'), [], id="alternate style sheets"),
    pytest.param(whole('<link rel="alternate" type="application/atom+xml; charset=utf-8; type=feed" href="/feed">'), ["/feed"], id="a type with parameters"),
    pytest.param(whole('<link rel="alternate" type=" application/atom+xml " href="/feed">'), ["/feed"], id="a type with blanks"),
    pytest.param(whole('<link rel="alternate" href="/feed.xml"><link rel="alternate" href="/m/" media="handheld">'), ["/feed.xml"], id="no type, but an address that says it"),
    pytest.param(whole('<link rel="feed" href="/entries"><link rel="feed" type="text/html" href="/h-feed">'), ["/entries"], id="rel feed, and a page of microformats"),
    pytest.param(whole(f'<base target="_blank"><base href="/blog/"><base href="/other/"><link {RSS} href="feed">'), ["/blog/feed"], id="the first base that has an address"),
    pytest.param(whole(f'<link {RSS} href="feed"><base href="http://static.rackside.example/x/">'), ["http://static.rackside.example/x/feed"], id="a base behind the link"),
    pytest.param(whole(f'<link {RSS} href="feed"><link {ATOM} href="../atom"><link {ATOM} href="?feed=atom"><link {RSS} href="./x/../y">'), ["/blog/feed", "/atom", "/blog/2019?feed=atom", "/blog/y"], id="relative"),
    pytest.param(whole(f'<link {RSS} href="//feeds.example/rackside">'), ["http://feeds.example/rackside"], id="protocol-relative"),
    pytest.param(whole(f'<link {ATOM} href="/second/atom"><link {RSS} href="/first/rss"><link rel="alternate" type="application/feed+json" href="/j">'), ["/second/atom", "/first/rss", "/j"], id="the first is the main one"),
    pytest.param(whole(f'<link {RSS} title="Rackside » Comments Feed" href="/comments/feed/"><link {RSS} title="Rackside » Feed" href="/feed/">'), ["/feed/", "/comments/feed/"], id="comments behind posts"),
    pytest.param(whole(f'<link {RSS} title="Rackside » Kommentar-Feed" href="/a"><link {RSS} title="Flux des commentaires" href="/b"><link {RSS} href="/c">'), ["/c", "/a", "/b"], id="comments in other languages"),
    pytest.param(whole("", f'<p>Read on.</p><link {RSS} href="/feed">'), ["/feed"], id="a link element in the body"),
    pytest.param(whole("", '<a rel="alternate" type="application/rss+xml" href="/feed">Subscribe</a>'), ["/feed"], id="an anchor with a feed's rel and type"),
    pytest.param(whole("", '<a href="/blog/rss.xml"><img src="/rss.png" alt="RSS"></a><a href="/about">About</a><a href="/how-to-feed-a-server">How to feed a server</a><a href="/feedback">Feedback</a>'), ["/blog/rss.xml"], id="an anchor whose address says it"),
    pytest.param(whole("", '<a href="http://elsewhere.example/feed/">Their feed</a><a href="http://feeds.feedburner.com/rackside">Ours</a>'), ["http://feeds.feedburner.com/rackside"], id="feeds of others, and a service"),
    pytest.param(whole("", '<a href="feed://rackside.example/rss.xml">RSS</a> <a href="feed:http://rackside.example/atom.xml">Atom</a>'), ["/rss.xml", "/atom.xml"], id="the feed scheme"),
    pytest.param(whole(f'<link {RSS} href="/feed/">', '<a href="/feed">RSS</a><a href="/other.rss">More</a>'), ["/feed/", "/other.rss"], id="anchors behind what is declared, each once"),
    pytest.param(whole('<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2"><link rel="alternate" type="application/feed+json" href="/feed.json">'), ["/feed.json"], id="JSON Feed beside an API"),
    pytest.param(whole('<link rel="alternate" hreflang="de" href="/de/"><link rel="alternate" type="text/html" href="/print"><link rel="alternate" type="application/pdf" href="/x.pdf"><link rel="alternate" media="only screen" href="/m/"><link rel="alternate" href="android-app://com.example/http/x">'), [], id="alternates that are no feeds"),
    pytest.param(whole(f'<link {RSS} hreflang="de" href="/de/feed"><link {RSS} hreflang="en-GB" href="/en/feed">', attributes='lang="en-US"'), ["/en/feed", "/de/feed"], id="the page's own language first"),
    pytest.param(whole(f'<link {RSS} title="Storage" href="/tag/storage/feed/"><link {RSS} title="Rackside" href="/feed/">'), ["/feed/", "/tag/storage/feed/"], id="a tag's feed behind the site's"),
    pytest.param(f"<html><link {RSS} href=/feed><p>Text<title>Rackside</title><link {ATOM} href=/atom>", ["/feed", "/atom"], id="no head at all"),
    pytest.param(f'<head><meta name="x" content="y><title>a</title><link {RSS} href="/lost"></head><body id="b"><link {RSS} href="/kept">', ["/kept"], id="a quote that ends late"),
    pytest.param(f"<html><head><div><p>early body</div></head><link {RSS} href=/feed></html>", ["/feed"], id="a head that ended early"),
    pytest.param(whole(f'<link {RSS} href="/feed?a=1&amp;b=2&#38;c=&#x2F;">'), ["/feed?a=1&b=2&c=/"], id="entities in the address"),
    pytest.param(whole(f'<link {RSS} href="/feed" xml:base="/elsewhere/">', attributes='xmlns="http://www.w3.org/1999/xhtml" xml:base="http://x.example/"'), ["/feed"], id="xml:base is not HTML's"),
    pytest.param(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x.dtd">\n<html><head><link {RSS} href="/feed" /></head></html>', ["/feed"], id="XHTML"),
    pytest.param(f'<html><head><link {RSS} href="/feed"></head><frameset><frame src="/a.html"><noframes><link {RSS} href="/no"></noframes></frameset></html>', ["/feed"], id="a frame set"),
    pytest.param(whole(f'<link {RSS} href="{PAGE}"><link {ATOM} href="/atom">'), ["/atom", "/blog/2019"], id="the page's own address last"),
    pytest.param(whole(f'<link {RSS} href=""><link {RSS} href="#"><link {RSS}>'), ["/blog/2019"], id="empty addresses"),
    pytest.param(whole('<script type="application/ld+json">{"@context":"https://schema.org","@type":"Blog","url":"/","subjectOf":{"@type":"DataFeed","url":"/wire"}}</script><script type="application/ld+json">{broken</script>'), ["/wire"], id="JSON-LD DataFeed"),
    pytest.param(whole('<script type="application/ld+json">{"@graph":[{"@type":"MediaObject","encodingFormat":"application/rss+xml","contentUrl":"/wire.xml"},{"@type":"MediaObject","encodingFormat":"image/png","contentUrl":"/feed.png"}]}</script>'), ["/wire.xml"], id="JSON-LD encodingFormat"),
    pytest.param(whole(f'<link {RSS} href="/feed"><link {RSS} href="HTTP://RACKSIDE.example:80/feed"><link {RSS} href="/feed#x"><link {RSS} href="/feed?utm_source=head">'), ["/feed"], id="one feed in four spellings"),
    pytest.param(whole('<link rel="alternate" type="application/rss+xml" href="/one" rel="stylesheet" href="/two">'), ["/one"], id="doubled attributes"),
    pytest.param(whole('<link rel="alternate" type="application/rdf+xml" title="FOAF" href="/foaf.rdf"><link rel="EditURI" type="application/rsd+xml" href="/xmlrpc.php?rsd"><link rel="alternate" type="application/rdf+xml" href="/index.rdf">'), ["/index.rdf"], id="RDF that is no feed"),
    pytest.param(whole(f'<link {RSS} href="http://[bad/feed"><link {RSS} href="mailto:x@example.org"><link {RSS} href="data:text/xml,x"><link {RSS} href="/feed">'), ["/feed"], id="addresses that are none"),
]  # fmt: skip


@pytest.mark.parametrize(("html", "expected"), TRAPS)
def test_feeds_of_whole_pages(html: str, expected: list[str]) -> None:
    assert [url.removeprefix(SITE) for url in urls(html)] == expected


def test_the_feed_of_a_part_comes_first_on_the_part_s_own_page() -> None:
    html = whole(
        f'<link {RSS} href="/feed/"><link {RSS} href="/tag/storage/feed/"><link {RSS} href="/author/ida/feed/">'
    )
    for page, first in (("/", "/feed/"), ("/tag/storage/", "/tag/storage/feed/"), ("/author/ida", "/author/ida/feed/")):
        assert find_feeds(html, SITE + page)[0].url == SITE + first


def test_a_page_of_endless_nesting_is_read_as_far_as_its_head() -> None:
    assert urls(f'<head><link {RSS} href="/feed"></head><body>{"<div>" * 50_000}<link {RSS} href="/deep">') == [
        f"{SITE}/feed"
    ]
    assert urls("<div>" * 50_000) == []


HEADERS = [
    pytest.param('</feed>; rel="alternate"; type="application/atom+xml"; title="A, b"', ["/feed"], id="one"),
    pytest.param(
        "</a>; rel=next, </feed>;type=application/rss+xml;rel=alternate", ["/feed"], id="tokens, second of two"
    ),
    pytest.param('</feed>; rel="home alternate"; type="Application/RSS+XML; charset=x"', ["/feed"], id="several rels"),
    pytest.param(
        '</wp-json/>; rel="https://api.w.org/", </x.html>; rel="alternate"; type="text/html"', [], id="others"
    ),
    pytest.param("<" * 5_000 + ";" * 5_000, [], id="broken"),
    pytest.param("", [], id="none"),
]


@pytest.mark.parametrize(("value", "expected"), HEADERS)
def test_feeds_in_a_link_header(value: str, expected: list[str]) -> None:
    assert [feed.url.removeprefix(SITE) for feed in find_feeds_in_header({"link": value}, PAGE)] == expected
    assert find_feeds_in_header({}, PAGE) == ()


ONWARD = [
    pytest.param('<meta http-equiv="Refresh" content="0; URL=/blog/">', ["/blog/"], id="refresh"),
    pytest.param('<meta http-equiv="refresh" content="30">', [], id="refresh of the page itself"),
    pytest.param('<meta http-equiv="refresh" content="0;url=/blog/2019">', [], id="refresh to the page itself"),
    pytest.param('<meta http-equiv="refresh" content="0;url=javascript:x()">', [], id="refresh to a script"),
    pytest.param('<frameset><frame name="nav" src="n"><frame name="main" src="m"></frameset>', ["/blog/m", "/blog/n"], id="frames"),
    pytest.param('<a href="/b/">Blog</a> <a href="/n/">Press releases</a> <a href="/c/">Contact</a>', ["/b/", "/n/"], id="links"),
    pytest.param('<a href="http://blog.rackside.example/">Our Blog »</a>', ["http://blog.rackside.example/"], id="a host of its own"),
    pytest.param('<a href="http://elsewhere.example/blog">Blog</a> <a href="/s/">The blog we never wrote</a>', [], id="others"),
    pytest.param("".join(f'<a href="/{n}">News</a>' for n in range(9)), ["/0", "/1", "/2", "/3"], id="no more than some"),
]  # fmt: skip


@pytest.mark.parametrize(("html", "expected"), ONWARD)
def test_pages_that_a_page_leads_on_to(html: str, expected: list[str]) -> None:
    assert [url.removeprefix(SITE) for url in find_onward(html, PAGE)] == expected


def test_sitemaps_stand_at_the_root() -> None:
    assert likely_sitemap_urls(PAGE)[0] == f"{SITE}/sitemap.xml"
    assert all(url.startswith(f"{SITE}/") and "/blog/" not in url for url in likely_sitemap_urls(PAGE))
