"""The fast reader of feeds and feedparser give one answer, or the fast one gives none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.feed_farm import Farm, FarmSize
from ingest.entries import Document
from ingest.errors import ReadError
from ingest.fast_feeds import FOREIGN, PREFIXES, parse_fast
from ingest.feeds import Statement, read_xml_feed, state_fast, state_judged, to_document

FEED = "http://rackside.example/feeds/all"
XML = {"content-type": "application/xml; charset=utf-8"}
FIXTURES = Path(__file__).parent / "fixtures" / "feeds"
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
    'xmlns:wfw="http://wellformedweb.org/commentAPI/" xmlns:thr="http://purl.org/syndication/thread/1.0"'
)


def rss(items: str, *, channel: str = "<title>Wire</title><link>http://rackside.example/</link>") -> bytes:
    return f'<rss version="2.0" {NAMESPACES}><channel>{channel}{items}</channel></rss>'.encode()


def atom(entries: str, *, feed: str = "<title>Wire</title><id>urn:feed</id>") -> bytes:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES}>{feed}{entries}</feed>'.encode()


def without_digests(document: Document) -> Document:
    """Digests are of statements, and feedparser's are wordier."""
    return replace(document, entries=tuple(replace(entry, digest=None) for entry in document.entries))


def disagreement(body: bytes, headers: Mapping[str, str] = XML) -> str | None:
    """What the two readers differ in; None where they do not, or the fast one declines."""
    fast = state_fast(body, headers)
    if fast is None:
        return None
    try:
        judged: Statement | None = state_judged(body, headers)
    except ReadError as error:
        return f"feedparser refuses: {error}"
    assert judged is not None
    ours = without_digests(to_document(fast, FEED))
    theirs = without_digests(to_document(judged, FEED, states_base=b"xml:base" in body))
    return None if ours == theirs else f"{ours}\n{theirs}"


# -- what it reads -----------------------------------------------------------------------------------------------

ITEM = (
    "<title>One &amp; two</title><link>http://a.example/1?a=1&amp;b=2</link><comments>http://a.example/1#c</comments>"
    "<dc:creator><![CDATA[Ann Writer]]></dc:creator><pubDate>Tue, 14 May 2019 09:05:00 +0200</pubDate>"
    '<category><![CDATA[News]]></category><category domain="x">Panels</category><category>News</category>'
    '<guid isPermaLink="false">http://a.example/?p=1</guid><description>&lt;p&gt;A teaser&lt;/p&gt;</description>'
    "<content:encoded><![CDATA[<p>The whole &#8217; text</p>]]></content:encoded>"
    "<wfw:commentRss>http://a.example/1/feed</wfw:commentRss><slash:comments>3</slash:comments>"
    '<enclosure url="http://a.example/a.mp3" length="12" type="audio/MPEG"/>'
    '<media:thumbnail url="http://a.example/t.png"/>'
)
ENTRY = (
    '<id>tag:a.example,2019:1</id><title type="html">One &amp;amp; two</title><updated>2019-05-14T09:05:00Z</updated>'
    '<published>2019-05-13T09:05:00+02:00</published><link rel="replies" href="http://a.example/1/comments"/>'
    '<link rel="alternate" type="text/html" href="http://a.example/1"/>'
    '<link rel="enclosure" type="audio/mpeg" length="5" href="http://a.example/a.mp3"/>'
    "<author><name>Ann Writer</name><email>ann@a.example</email><uri>http://a.example/ann</uri></author>"
    '<category term="news" label="News"/><category term="panels"/><thr:total>2</thr:total>'
    "<summary>A teaser &lt; b</summary>"
    '<content type="html">&lt;p&gt;The whole text&lt;/p&gt;</content>'
)
READ = [
    pytest.param(rss(f"<item>{ITEM}</item>"), id="an RSS item with all that blogs write"),
    pytest.param(atom(f"<entry>{ENTRY}</entry>"), id="an Atom entry with all that blogs write"),
    pytest.param(rss(""), id="RSS without items"),
    pytest.param(atom(""), id="Atom without entries"),
    pytest.param(rss("<item><guid>http://a.example/1</guid></item>"), id="a guid for a link"),
    pytest.param(rss("<item><guid>http://a.example/1</guid><link>http://a.example/2</link></item>"), id="guid, link"),
    pytest.param(rss("<item><link/><guid>http://a.example/1</guid></item>"), id="an empty link"),
    pytest.param(rss("<item><title/><description/></item>"), id="empty elements"),
    pytest.param(
        rss("<item><content:encoded>x</content:encoded><description>y</description></item>"), id="content first"
    ),
    pytest.param(rss("<item><content:encoded>&lt;p&gt;x&lt;/p&gt;</content:encoded></item>"), id="content alone"),
    pytest.param(rss("<item><title>M\u00c3\u00bcnchen</title></item>"), id="UTF-8 encoded twice"),
    pytest.param(rss("<item><title>It\u0092s</title></item>"), id="Windows' apostrophe"),
    pytest.param(rss("<item><title>a<!-- b -->c<?d e?>f</title></item>"), id="comments and instructions in a text"),
    pytest.param(rss("<item><author>ann@a.example (Ann)</author></item>"), id="an address for an author"),
    pytest.param(rss("<item><dc:date>2019-05-14</dc:date></item>"), id="dc:date"),
    pytest.param(
        rss("<item><title>t</title></item>", channel="<title>W</title><image><title>I</title><url>u</url>"
            "<link>http://i.example/</link></image><link>http://a.example/</link>"),
        id="an image with a title and a link of its own",
    ),
    pytest.param(
        rss("", channel='<title>W</title><atom:link href="http://a.example/feed" rel="self" type="application/x"/>'
            "<link>http://a.example/</link>"), id="an Atom link in a channel",
    ),
    pytest.param(
        rss("", channel='<title>W</title><atom:link rel="hub" href="http://hub.example/"/>'
            '<atom:link rel="self" href="http://a.example/feed"/><link>http://a.example/</link>'), id="a hub",
    ),
    pytest.param(
        atom("", feed='<title>W</title><link rel="hub" href="http://hub.example/"/><link rel="self" href="/feed"/>'),
        id="a hub of Atom",
    ),
    pytest.param(atom("<entry><id>http://a.example/1</id><title>t</title></entry>"), id="an Atom id for a link"),
    pytest.param(atom("<entry><content>5 &lt; 6</content></entry>"), id="content without a type"),
    pytest.param(atom("<entry><content>x</content><summary>y</summary></entry>"), id="content before summary"),
    pytest.param(atom("<entry><author><name/></author></entry>"), id="an author without a name"),
    pytest.param(
        atom("<entry><title>t</title></entry>", feed="<author><name>Feed</name></author><title>W</title>"),
        id="the author of the feed",
    ),
    pytest.param((FIXTURES / "rss-2.0.xml").read_bytes(), id="a whole feed"),
]  # fmt: skip


@pytest.mark.parametrize("body", READ)
def test_the_usual_is_read_fast_and_as_feedparser_reads_it(body: bytes) -> None:
    assert state_fast(body, XML) is not None
    assert disagreement(body) is None


DECLINED = [
    pytest.param(
        b'<?xml version="1.0" encoding="iso-8859-1"?>' + rss("<item><title>\u00e9</title></item>"),
        {},
        id="another encoding",
    ),
    pytest.param(rss("<item><title>\u00e9</title></item>").replace(b"\xc3\xa9", b"\xe9"), XML, id="broken UTF-8"),
    pytest.param(rss("<item><title>\u00e9</title></item>"), {"content-type": "text/xml"}, id="ASCII by its media type"),
    pytest.param(b"<!DOCTYPE rss>" + rss("<item/>"), XML, id="a DOCTYPE"),
    pytest.param(rss("<item><title>x</item>"), XML, id="no XML"),
    pytest.param(rss("<item><title>x</title><title>y</title></item>"), XML, id="two titles"),
    pytest.param(rss("<item><title>a <b>c</b></title></item>"), XML, id="markup in a title"),
    pytest.param(rss("<item><pubDate>yesterday</pubDate></item>"), XML, id="a date that only feedparser may read"),
    pytest.param(rss("<item><media:title>x</media:title></item>"), XML, id="a second title by another name"),
    pytest.param(rss("<item><link xml:base='http://b.example/'>x</link></item>"), XML, id="xml:base"),
    pytest.param(rss("<item><link>http:///a.example/</link></item>"), XML, id="too many slashes"),
    pytest.param(atom("<entry><content type='xhtml'><div>x</div></content></entry>"), XML, id="XHTML"),
    pytest.param(atom("<entry><source><title>x</title></source></entry>"), XML, id="an entry's source"),
    pytest.param(rss("<item/>").replace(b"xmlns:dc", b"xmlns:sy"), XML, id="a prefix with another meaning"),
    pytest.param(b"<rdf/>", XML, id="another kind"),
]


@pytest.mark.parametrize(("body", "headers"), DECLINED)
def test_what_feedparser_might_read_otherwise_is_left_to_it(body: bytes, headers: Mapping[str, str]) -> None:
    assert parse_fast(body, headers) is None


def test_the_media_type_is_believed_as_feedparser_believes_it() -> None:
    body = b'<?xml version="1.0" encoding="utf-8"?>\n' + rss("<item><title>\u00e9</title></item>")
    for headers in (
        {},
        {"content-type": "text/html; charset=utf-8"},
        {"content-type": "application/rss+xml"},
        {"x": "y"},
    ):
        assert state_fast(body, headers) is not None
        assert disagreement(body, headers) is None


def test_feedparser_does_not_know_the_namespaces_that_are_passed_over() -> None:
    from feedparser.mixin import _FeedParserMixin

    assert {uri: _FeedParserMixin.namespaces[uri] for uri in PREFIXES.values()} == {
        uri: prefix for prefix, uri in PREFIXES.items()
    }
    assert not {uri.lower() for uri in FOREIGN} & {uri.lower() for uri in _FeedParserMixin.namespaces}


# -- differences -------------------------------------------------------------------------------------------------

TEXTS = st.sampled_from(
    ["", " ", "x", "One & two", "<b>bold</b> news", "http://a.example/1", "/relative?a=1&b=2", "tag:a.example,2019:1",
     "2019-05-14T09:05:00Z", "Tue, 14 May 2019 09:05:00 GMT", "14 May", "Ann <ann@a.example>",
     "M\u00fcnchen", "\u00c3\u00a9",
     "\u2019 \u0092", "javascript:alert(1)", "&amp;lt;", "a\n b\u00a0c", "<script>x</script>", "http:///x",
     "&copy; &b;"]
)  # fmt: skip
ATTRIBUTES = st.sampled_from(
    ["", "", "", ' type="html"', ' type="text"', ' type="TEXT/HTML"', ' isPermaLink="false"', ' isPermaLink="true"',
     ' rel="alternate" href="http://a.example/2"', ' rel="self" href="http://a.example/f"', ' href="/x"',
     ' rel="hub" href="http://hub.example/"', ' rel="HUB  self" href="/hub one"', ' rel="hub" href="javascript:x"',
     ' rel="enclosure" href="http://a.example/3" length="7"', ' url="http://a.example/4" type="Audio/X" length="x"',
     ' term="t"', ' term="t" label="L" scheme="s"', ' domain="d"', ' xml:lang="de"', ' thr:count="2"', ' base="/b"']
)  # fmt: skip
RSS_NAMES = st.sampled_from(
    ["title", "link", "guid", "description", "content:encoded", "pubDate", "dc:date", "dc:creator", "author",
     "category", "enclosure", "comments", "slash:comments", "feedburner:origLink", "atom:link", "media:thumbnail",
     "media:content", "thr:total", "source", "dc:subject"]
)  # fmt: skip
ATOM_NAMES = st.sampled_from(
    ["title", "link", "id", "summary", "content", "published", "updated", "category", "rights", "thr:total",
     "dc:creator", "feedburner:origLink", "media:thumbnail", "created"]
)  # fmt: skip


def elements(names: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    one = st.builds(
        lambda name, attributes, text: f"<{name}{attributes}>{escape(text)}</{name}>", names, ATTRIBUTES, TEXTS
    )
    author = st.builds(
        lambda parts: "<author>" + "".join(f"<{n}>{escape(t)}</{n}>" for n, t in parts) + "</author>",
        st.lists(st.tuples(st.sampled_from(["name", "email", "uri"]), TEXTS), max_size=3),
    )
    return st.lists(one | author, max_size=6).map("".join)


@settings(max_examples=300, deadline=None)
@given(elements(RSS_NAMES), elements(RSS_NAMES))
def test_no_rss_item_is_read_otherwise(first: str, second: str) -> None:
    assert disagreement(rss(f"<item>{first}</item><item>{second}</item>")) is None


@settings(max_examples=300, deadline=None)
@given(elements(ATOM_NAMES), elements(ATOM_NAMES))
def test_no_atom_entry_and_no_feed_is_read_otherwise(entry: str, feed: str) -> None:
    assert disagreement(atom(f"<entry>{entry}</entry>", feed=feed)) is None


@settings(max_examples=100, deadline=None)
@given(elements(RSS_NAMES))
def test_no_channel_is_read_otherwise(channel: str) -> None:
    assert disagreement(rss("<item><title>t</title></item>", channel=channel)) is None


@settings(max_examples=300, deadline=None)
@given(
    st.randoms(use_true_random=False),
    st.sampled_from([rss(f"<item>{ITEM}</item>" * 2), atom(f"<entry>{ENTRY}</entry>" * 2)]),
)
def test_no_damaged_feed_is_read_otherwise(chance: Random, body: bytes) -> None:
    """Tags taken out, doubled or moved; bytes flipped."""
    damaged = bytearray(body)
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(len(damaged))
        opening, closing = damaged.find(b"<", start), damaged.find(b">", start)
        if opening < 0 or closing < opening or chance.random() < 0.3:
            damaged[start] = chance.choice(b'<>&"x \xc3')
            continue
        tag = bytes(damaged[opening : closing + 1])
        del damaged[opening : closing + 1]
        if chance.random() < 0.7:
            place = damaged.find(b"<", chance.randrange(len(damaged)))
            damaged[place:place] = tag * chance.randint(1, 2)
    assert disagreement(bytes(damaged)) is None


def test_a_farm_of_feeds_is_read_fast_and_the_same() -> None:
    for body in Farm(FarmSize(feeds=4, entries=5, words=60)).bodies:
        assert state_fast(body, XML) is not None
        assert disagreement(body) is None
        assert len(read_xml_feed(body, FEED, XML).entries) == 5
