"""Feeds of every kind as entries: what is stated comes through, what is broken is borne, what acts is taken out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.entries import Document, Entry
from ingest.errors import ReadError
from ingest.feeds import MAX_ENTRIES, looks_like_feed, looks_like_json, read_xml_feed
from ingest.inspection import document_to_json
from ingest.readers import read_document

FEED = "http://rackside.example/feeds/all"
FIXTURES = Path(__file__).parent / "fixtures" / "feeds"
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:atom="http://www.w3.org/2005/Atom"'
)


def rss(item: str, *, declared: str = "utf-8", channel: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="{declared}"?>\n<rss version="2.0" {NAMESPACES}><channel><title>Wire</title>'
        f"<link>http://rackside.example/</link>{channel}<item>{item}</item></channel></rss>"
    )


def atom(entry: str, *, feed: str = "", base: str = "") -> str:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {base}><title>Wire</title>{feed}<entry><id>urn:x:1</id>'
        f"<updated>2019-05-14T09:05:00Z</updated>{entry}</entry></feed>"
    )


def read(body: str | bytes, content_type: str | None = None) -> Document:
    return read_document(body.encode() if isinstance(body, str) else body, FEED, content_type=content_type, want="feed")


def one(body: str | bytes, content_type: str | None = None) -> Entry:
    (entry,) = read(body, content_type).entries
    return entry


@pytest.mark.parametrize(
    "name", ["rss-2.0.xml", "rss-0.91.xml", "atom-1.0.xml", "rdf.xml", "json-1.0.json", "json-1.1.json"]
)
def test_whole_feeds_are_read_as_expected(name: str) -> None:
    document = read((FIXTURES / name).read_bytes())
    assert document_to_json(name, document) == json.loads(
        (FIXTURES / f"{name}.expected.json").read_text(encoding="utf-8")
    )


# -- titles ------------------------------------------------------------------------------------------------------

TITLES = [
    pytest.param("A &amp; B", "A & B", id="escaped"),
    pytest.param("AT&amp;amp;T", "AT&T", id="escaped twice"),
    pytest.param("It&amp;#8217;s", "It’s", id="reference escaped twice"),
    pytest.param("&lt;b&gt;Bold&lt;/b&gt; news", "Bold news", id="markup"),
    pytest.param("&amp;lt;b&amp;gt;Bold&amp;lt;/b&amp;gt;", "Bold", id="markup escaped twice"),
    pytest.param("<![CDATA[<i>Racks</i> & towers]]>", "Racks & towers", id="CDATA"),
    pytest.param("5 &lt; 6 and 7 &gt; 2", "5 < 6 and 7 > 2", id="comparisons"),
    pytest.param("List&lt;String&gt; in 8", "List<String> in 8", id="angle brackets that are no HTML"),
    pytest.param("A\n  \tB&#160;C", "A B C", id="white space"),
    pytest.param("x &lt;script&gt;alert(1)&lt;/script&gt; y", "x y", id="script"),
    pytest.param("x &lt;img src=x onerror=alert(1)&gt; y", "x y", id="image that acts"),
    pytest.param("A&#xD800;B", "A�B", id="half of a pair"),
    pytest.param("A&#0;B&#11;C", "A�B�C", id="controls as references"),
    pytest.param("A\x0bB\x00C", "A BC", id="controls"),
    pytest.param("Caf&eacute; &mdash; open", "Café — open", id="names that only HTML has"),
    pytest.param("<![CDATA[  ]]>", None, id="blank"),
    pytest.param("", None, id="empty"),
]


@pytest.mark.parametrize(("stated", "expected"), TITLES)
def test_titles_are_plain_text(stated: str, expected: str | None) -> None:
    assert one(rss(f"<title>{stated}</title><guid>1</guid>")).title == expected


@pytest.mark.parametrize(
    "stated",
    [
        pytest.param("<title>Racks and &lt;b&gt;towers&lt;/b&gt;</title>", id="no type, and markup all the same"),
        pytest.param('<title type="html">Racks and &lt;b&gt;towers&lt;/b&gt;</title>', id="html"),
        pytest.param(
            '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Racks <i>and</i> towers</div></title>',
            id="xhtml",
        ),
        pytest.param("<title><![CDATA[Racks and <b>towers</b>]]></title>", id="CDATA"),
    ],
)
def test_titles_of_atom_are_plain_text(stated: str) -> None:
    assert one(atom(stated)).title == "Racks and towers"


def test_a_title_of_absurd_length_is_cut() -> None:
    assert len(one(rss(f"<title>{'&amp;lt;b' * 100_000}</title>")).title or "") <= 10_000


# -- addresses and ids -------------------------------------------------------------------------------------------

LINKS = [
    pytest.param("<link>http://rackside.example/1</link>", "http://rackside.example/1", id="absolute"),
    pytest.param("<link>/1?a=b&amp;c=d</link>", "http://rackside.example/1?a=b&c=d", id="from the root"),
    pytest.param("<link>one</link>", "http://rackside.example/feeds/one", id="relative"),
    pytest.param("<link>\n http://rackside.example/1\n </link>", "http://rackside.example/1", id="blank round it"),
    pytest.param("<guid>http://rackside.example/1</guid>", "http://rackside.example/1", id="guid that is a permalink"),
    pytest.param('<guid isPermaLink="false">http://rackside.example/1</guid>', None, id="guid that is none"),
    pytest.param(
        "<link>http://feeds.example/~r/1</link><feedburner:origLink>http://rackside.example/1</feedburner:origLink>",
        "http://rackside.example/1", id="origLink before link",
    ),
    pytest.param('<atom:link href="http://rackside.example/1"/>', "http://rackside.example/1", id="Atom's link in RSS"),
    pytest.param("<link>javascript:alert(1)</link>", None, id="script"),
    pytest.param("<link>mailto:ida@rackside.example</link>", None, id="mail"),
    pytest.param("<link></link>", None, id="empty"),
]  # fmt: skip


@pytest.mark.parametrize(("stated", "expected"), LINKS)
def test_an_entry_has_the_address_that_it_states(stated: str, expected: str | None) -> None:
    assert one(rss(f"<title>T</title>{stated}")).url == expected


BASES = [
    pytest.param(
        'xml:base="http://rackside.example/a/"', '<link href="b"/>', "http://rackside.example/a/b", id="of the feed"
    ),
    pytest.param('xml:base="/a/"', '<link href="b"/>', "http://rackside.example/a/b", id="of the feed, relative"),
    pytest.param(
        "", '<link xml:base="http://rackside.example/c/" href="b"/>', "http://rackside.example/c/b", id="of the link"
    ),
    pytest.param("", '<link rel="self" href="x"/><link href="b"/>', "http://rackside.example/feeds/b", id="none"),
]


@pytest.mark.parametrize(("base", "link", "expected"), BASES)
def test_xml_base_is_what_links_count_from(base: str, link: str, expected: str) -> None:
    assert one(atom(f"<title>T</title>{link}", base=base)).url == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        pytest.param("<guid>x-1</guid>", "x-1", id="guid"),
        pytest.param('<guid isPermaLink="false"> x-1 </guid>', "x-1", id="trimmed"),
        pytest.param("<link>http://rackside.example/1</link>", None, id="a link is no id"),
    ],
)
def test_an_entry_has_the_id_that_it_states(item: str, expected: str | None) -> None:
    assert one(rss(f"<title>T</title>{item}")).id == expected


def test_a_feed_without_anything_in_its_items_is_still_a_feed() -> None:
    entry = one(rss(""))
    assert (entry.id, entry.url, entry.title, entry.author, entry.published, entry.text) == (
        None,
        None,
        None,
        None,
        None,
        "",
    )


def test_a_feed_without_items_is_empty() -> None:
    assert read(rss("").replace("<item></item>", "")).entries == ()


# -- authors -----------------------------------------------------------------------------------------------------

AUTHORS = [
    pytest.param("<author>ida@rackside.hosting (Ida Marlow)</author>", "Ida Marlow", id="address and name"),
    pytest.param("<author>Ida Marlow &lt;ida@rackside.hosting&gt;</author>", "Ida Marlow", id="name and address"),
    pytest.param("<author>Ida Marlow</author>", "Ida Marlow", id="a name alone"),
    pytest.param("<author>ida@rackside.hosting</author>", "ida@rackside.hosting", id="an address alone"),
    pytest.param("<dc:creator>Ida Marlow</dc:creator>", "Ida Marlow", id="dc:creator"),
    pytest.param("<dc:creator><![CDATA[Ida &amp; Tomas]]></dc:creator>", "Ida & Tomas", id="escaped in CDATA"),
    pytest.param("<author></author>", None, id="empty"),
]


@pytest.mark.parametrize(("stated", "expected"), AUTHORS)
def test_authors_are_names(stated: str, expected: str | None) -> None:
    assert one(rss(f"<title>T</title>{stated}")).author == expected


def test_in_atom_the_feeds_author_wrote_what_names_none() -> None:
    feed = "<author><name>The editors</name><email>e@rackside.hosting</email></author>"
    assert one(atom("<title>T</title>", feed=feed)).author == "The editors"
    assert one(atom("<title>T</title><author><name>Ida</name></author>", feed=feed)).author == "Ida"


# -- dates -------------------------------------------------------------------------------------------------------

NINE_FIVE = datetime(2019, 5, 14, 9, 5, tzinfo=UTC)
DATES = [
    pytest.param("Tue, 14 May 2019 09:05:00 GMT", NINE_FIVE, "second", id="RFC 822"),
    pytest.param("Tue, 14 May 2019 11:05:00 +0200", NINE_FIVE, "second", id="offset"),
    pytest.param("Tue, 14 May 2019 11:05:00 +02:00", NINE_FIVE, "second", id="offset with a colon"),
    pytest.param("Tue, 14 May 2019 05:05:00 EDT", NINE_FIVE, "second", id="zone by letters"),
    pytest.param("Tue, 14 May 2019 10:05:00 GMT+1", NINE_FIVE, "second", id="offset from GMT"),
    pytest.param("Tue, 14 May 19 09:05:00 GMT", NINE_FIVE, "second", id="year of two digits"),
    pytest.param("Mon, 14 May 2019 09:05:00 GMT", NINE_FIVE, "second", id="wrong weekday"),
    pytest.param("14 May 2019 09:05", NINE_FIVE, "minute", id="without seconds and zone"),
    pytest.param("Tue, 14 May 2019 9:05 AM", NINE_FIVE, "minute", id="forenoon"),
    pytest.param("Tue, 14 May 2019 9:05 PM", NINE_FIVE.replace(hour=21), "minute", id="afternoon"),
    pytest.param("Tue, 14 May 2019", NINE_FIVE.replace(hour=0, minute=0), "day", id="a day alone"),
    pytest.param("2019-05-14T09:05:00Z", NINE_FIVE, "second", id="ISO 8601"),
    pytest.param("2019-05-14T09:05:00.123+00:00", NINE_FIVE, "second", id="fractions"),
    pytest.param("2019-05-14 02:05:00 -0700", NINE_FIVE, "second", id="a space for the T"),
    pytest.param("20190514T090500Z", NINE_FIVE, "second", id="basic form"),
    pytest.param("2019-05-14T09:05+00:00", NINE_FIVE, "minute", id="to the minute"),
    pytest.param("2019-05-14", NINE_FIVE.replace(hour=0, minute=0), "day", id="ISO day"),
    pytest.param("May 14, 2019 9:05 am", NINE_FIVE, "minute", id="American words"),
    pytest.param("Tue May 14 09:05:00 UTC 2019", NINE_FIVE, "second", id="date(1)"),
    pytest.param("Tue, 14 May 2019 25:00:00 GMT", NINE_FIVE.replace(hour=0, minute=0), "day", id="impossible hour"),
    pytest.param("Thu, 01 Jan 1970 00:00:00 GMT", None, None, id="the epoch is a mistake"),
    pytest.param("9999-12-31T23:59:59Z", None, None, id="the end of time is a mistake"),
    pytest.param("2019-134", None, None, id="a day of the year is not guessed at"),
    pytest.param("yesterday", None, None, id="words"),
    pytest.param("", None, None, id="empty"),
]


@pytest.mark.parametrize(("stated", "instant", "precision"), DATES)
def test_dates_are_instants_in_utc_as_fine_as_stated(
    stated: str, instant: datetime | None, precision: str | None
) -> None:
    entry = one(rss(f"<title>T</title><pubDate>{stated}</pubDate>"))
    assert (entry.published, entry.published_precision, entry.updated) == (instant, precision, None)


def test_dc_date_is_when_an_item_was_published() -> None:
    entry = one(rss("<title>T</title><dc:date>2019-05-14T09:05:00Z</dc:date>"))
    assert (entry.published, entry.updated) == (NINE_FIVE, None)


def test_atom_states_both_dates() -> None:
    entry = one(atom("<title>T</title><published>2019-05-13T00:00:00Z</published>"))
    assert (entry.published, entry.updated) == (datetime(2019, 5, 13, tzinfo=UTC), NINE_FIVE)


def test_in_atom_what_states_only_a_change_was_published_then() -> None:
    entry = one(atom("<title>T</title>"))
    assert (entry.published, entry.updated) == (NINE_FIVE, NINE_FIVE)


# -- content -----------------------------------------------------------------------------------------------------


def escaped(html: str) -> str:
    return html.replace("&", "&amp;").replace("<", "&lt;")


def test_the_fullest_content_wins_and_the_short_one_is_the_summary() -> None:
    entry = one(
        rss("<description>Short.</description><content:encoded><![CDATA[<p>One.</p><p>Two.</p>]]></content:encoded>")
    )
    assert (entry.summary, entry.text, entry.html) == ("Short.", "One.\n\nTwo.", "<p>One.</p><p>Two.</p>")


def test_without_a_summary_the_text_begins_one() -> None:
    entry = one(rss(f"<description>{escaped('<p>' + 'word ' * 200 + '</p>')}</description>"))
    assert entry.summary is not None
    assert entry.summary.endswith("word…")
    assert len(entry.summary) <= 301


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param('<content type="text">Two &lt; three.\nNext.</content>', "Two < three.\nNext.", id="text"),
        pytest.param('<content type="html">&lt;p&gt;One.&lt;/p&gt;</content>', "One.", id="html"),
        pytest.param(
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p>Two.</p></div></content>',
            "One.\n\nTwo.", id="xhtml",
        ),
        pytest.param('<content src="http://x.example/a" type="text/html"/><summary>Sum.</summary>', "Sum.", id="src"),
        pytest.param("<summary>Only this.</summary>", "Only this.", id="summary alone"),
    ],
)  # fmt: skip
def test_content_of_atom_by_its_type(content: str, text: str) -> None:
    assert one(atom(f"<title>T</title>{content}")).text == text


def test_links_and_images_of_the_content_are_absolute() -> None:
    html = escaped('<a href="b">x</a> <img src="/i.png"> <a href="#c">y</a> <a href="mailto:a@x.example">m</a>')
    entry = one(rss(f"<link>http://rackside.example/2019/a</link><description>{html}</description>"))
    for part in ('"http://rackside.example/2019/b"', '"http://rackside.example/i.png"', 'a#c"', '"mailto:a@x.example"'):
        assert part in (entry.html or "")


EVIL = [
    pytest.param("<script>alert(1)</script>", id="script"),
    pytest.param("<ScRiPt src='http://x.example/alert'></sCrIpT>", id="script in odd case"),
    pytest.param("<svg onload=alert(1)><script>alert(1)</script></svg>", id="svg"),
    pytest.param("<math><mtext><a href='javascript:alert(1)'>x</a></mtext></math>", id="math"),
    pytest.param("<form action='http://x.example/alert'><input name=q value=alert></form>", id="form"),
    pytest.param("<img src=x onerror=alert(1)>", id="event"),
    pytest.param("<a href=' javaScript:alert(1)'>x</a>", id="script address"),
    pytest.param("<a href='&#106;avascript:alert(1)'>x</a>", id="script address in references"),
    pytest.param("<a href='java\nscript:alert(1)'>x</a>", id="script address over two lines"),
    pytest.param("<img src='data:image/svg+xml,alert'>", id="data address"),
    pytest.param("<p style='background:url(alert)'>x</p>", id="style"),
    pytest.param("<style>p { content: 'alert' }</style>", id="style sheet"),
    pytest.param("<iframe srcdoc='alert(1)'></iframe>", id="frame"),
    pytest.param("<object data='alert'></object><embed src='alert'>", id="plugins"),
    pytest.param(
        "<base href='http://x.example/alert/'><meta http-equiv=refresh content='0;alert'>", id="base and refresh"
    ),
    pytest.param("<!-- alert(1) -->", id="comment"),
    pytest.param("<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>", id="noscript"),
]


@pytest.mark.parametrize("evil", EVIL)
def test_nothing_that_acts_survives(evil: str) -> None:
    for body in (
        rss(f"<description>{escaped(evil)}</description>"),
        rss(f"<description><![CDATA[{evil}]]></description>"),
    ):
        html = (one(body).html or "").lower()
        assert "alert" not in html
        assert not [
            name for name in ("<script", "<svg", "<math", "<form", "<input", "onerror", "javascript:") if name in html
        ]


def test_categories_are_plain_and_each_once() -> None:
    stated = "".join(
        f"<category>{name}</category>" for name in ("Panels", "R&amp;amp;D", " Panels ", "", "&lt;b&gt;x&lt;/b&gt;")
    )
    assert one(rss(stated)).categories == ("Panels", "R&D", "x")


ENCLOSURES = [
    pytest.param(
        '<enclosure url="/a.mp3" length="12" type="audio/mpeg"/>', "/a.mp3", "audio/mpeg", 12, id="all stated"
    ),
    pytest.param('<enclosure url="/a.mp3"/>', "/a.mp3", None, None, id="only the address"),
    pytest.param('<enclosure url="/a.mp3" length="12 MB"/>', "/a.mp3", None, None, id="length that is no number"),
    pytest.param('<enclosure url="/a.mp3" length="-1"/>', "/a.mp3", None, None, id="negative length"),
]


@pytest.mark.parametrize(("stated", "path", "type_", "length"), ENCLOSURES)
def test_enclosures(stated: str, path: str, type_: str | None, length: int | None) -> None:
    (enclosure,) = one(rss(stated)).enclosures
    assert (enclosure.url, enclosure.type, enclosure.length) == (f"http://rackside.example{path}", type_, length)


def test_an_enclosure_without_an_address_is_none() -> None:
    assert one(rss('<title>T</title><enclosure url="javascript:x"/><enclosure/>')).enclosures == ()


# -- encodings ---------------------------------------------------------------------------------------------------

WORDS = "Новости хостинга"
RUSSIAN = f"<title>{WORDS}</title>"
ENCODINGS = [
    pytest.param(rss(RUSSIAN).encode(), None, id="utf-8"),
    pytest.param(b"\xef\xbb\xbf" + rss(RUSSIAN).encode(), None, id="utf-8 with a mark"),
    pytest.param(b"\n\n  " + rss(RUSSIAN).encode(), None, id="blank lines before it"),
    pytest.param(rss(RUSSIAN, declared="windows-1251").encode("windows-1251"), None, id="windows-1251"),
    pytest.param(rss(RUSSIAN, declared="koi8-r").encode("koi8-r"), "text/xml", id="koi8-r"),
    pytest.param(rss(RUSSIAN, declared="utf-16").encode("utf-16"), None, id="utf-16"),
    pytest.param(rss(RUSSIAN, declared="utf-16").encode("utf-16-be"), None, id="utf-16 without a mark"),
    pytest.param(rss(RUSSIAN, declared="us-ascii").encode(), None, id="declared too narrow"),
    pytest.param(rss(RUSSIAN, declared="x-none").encode(), None, id="declared what does not exist"),
    pytest.param(rss(RUSSIAN).encode(), "text/xml; charset=iso-8859-1", id="wrong header"),
    pytest.param(rss(RUSSIAN).encode("windows-1251"), "application/xml; charset=windows-1251", id="right header"),
]


@pytest.mark.parametrize(("body", "content_type"), ENCODINGS)
def test_encodings(body: bytes, content_type: str | None) -> None:
    assert one(body, content_type).title == WORDS


def test_windows_quotes_in_what_calls_itself_latin_1() -> None:
    assert one(rss("<title>“naïve”</title>", declared="iso-8859-1").encode("windows-1252")).title == "“naïve”"


# -- broken feeds ------------------------------------------------------------------------------------------------

ILL_FORMED = [
    pytest.param("<title>A & B</title><guid>1</guid>", id="bare ampersand"),
    pytest.param("<title>A <br> B</title><guid>1</guid>", id="open element"),
    pytest.param("<title>A</title><media:thumb url='x'/><guid>1</guid>", id="prefix that nothing declares"),
    pytest.param("<title>A</title><guid>1</guid><description>x &nbsp; &bogus; y</description>", id="unknown entity"),
    pytest.param("<title>A</title><guid>1</guid><description>\x08\x1f</description>", id="controls"),
    pytest.param("<title>A</title><guid>1</guid></item><item", id="cut off"),
]


@pytest.mark.parametrize("item", ILL_FORMED)
def test_ill_formed_feeds_are_read_all_the_same(item: str) -> None:
    entry = read(rss(item)).entries[0]
    assert (entry.id, (entry.title or "")[:1]) == ("1", "A")


def test_what_was_ill_formed_is_said() -> None:
    assert read(rss("<title>A & B</title>")).warnings[0].startswith("not well-formed")
    assert read(rss("<title>A</title>")).warnings == ()


SUBSETS = [
    pytest.param('<!DOCTYPE rss [<!ENTITY a "b">]>', id="plain"),
    pytest.param('<!doctype rss [<!ENTITY a "b">]>', id="small letters"),
    pytest.param(f'<!DOCTYPE rss {" " * 2_000}[<!ENTITY a "b">]>', id="behind much blank"),
    pytest.param('<!DOCTYPE rss PUBLIC "a>b" "c[d" [<!ENTITY a SYSTEM "file:///etc/passwd">]>', id="behind quotes"),
    pytest.param(f'<!--{"x" * 9_000}--><!DOCTYPE rss [<!ENTITY a "b">]>', id="behind a comment"),
    pytest.param('<!-- <!DOCTYPE x> --><!DOCTYPE rss [<!ENTITY a "b">]>', id="behind one in a comment"),
]


@pytest.mark.parametrize("subset", SUBSETS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_with_entities_of_its_own_is_refused(subset: str, encoding: str) -> None:
    body = rss("<title>&a;</title>", declared=encoding).replace("<rss", f"{subset}<rss").encode(encoding)
    with pytest.raises(ReadError, match="declares entities of its own"):
        read(body)


def test_a_doctype_in_a_post_is_none_of_the_feeds() -> None:
    html = "<description><![CDATA[<pre>&lt;!DOCTYPE x [ ]&gt; <!DOCTYPE rss [</pre>]]></description>"
    assert one(rss(f"<title>T</title>{html}")).title == "T"


def test_only_so_many_entries_are_read() -> None:
    document = read(rss("").replace("<item></item>", "<item><guid>1</guid></item>" * (MAX_ENTRIES + 5)))
    assert len(document.entries) == MAX_ENTRIES
    assert document.warnings == (f"only the first {MAX_ENTRIES} of {MAX_ENTRIES + 5} entries are read",)


NO_FEEDS = [
    pytest.param("<rss", id="cut in the root"),
    pytest.param("<html><body><p>Not found</p></body></html>", id="page"),
    pytest.param("<opml version='2.0'><body/></opml>", id="OPML"),
    pytest.param('{"version": "https://jsonfeed.org/version/1"}', id="JSON Feed without items"),
    pytest.param('{"items": [{"id": "1"}]}', id="JSON that is no feed"),
    pytest.param('[{"id": "1"}]', id="JSON list"),
    pytest.param("{not json", id="no JSON"),
    pytest.param("[" * 100_000, id="endless JSON"),
]


@pytest.mark.parametrize("body", NO_FEEDS)
def test_what_is_no_feed_is_said_to_be_none(body: str) -> None:
    with pytest.raises(ReadError):
        read(body)


# -- JSON Feed ---------------------------------------------------------------------------------------------------


def json_feed(**item: object) -> bytes:
    return orjson.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Wire", "items": [item]})


def test_halves_of_surrogate_pairs_in_json_are_left_out() -> None:
    body = json_feed(id="1", title="A@B @@").replace(b"@@", b"\\ud83d\\ude00").replace(b"@", b"\\ud800")
    assert one(body).title == "A�B 😀"


@pytest.mark.parametrize(
    "item",
    [
        pytest.param({"id": None, "title": 5, "tags": "x", "authors": "y", "attachments": {}}, id="wrong types"),
        pytest.param({"id": [1], "url": {"a": 1}, "content_html": 7, "tags": [1, None, {"a": 1}]}, id="nested types"),
        pytest.param(
            {"authors": [None, 3, {"name": None}], "attachments": [None, {"url": None}]}, id="lists of nothing"
        ),
        pytest.param({"date_published": 15, "date_modified": "soon"}, id="dates that are none"),
        pytest.param({}, id="empty"),
    ],
)
def test_a_json_feed_of_wrong_types_is_borne(item: dict[str, object]) -> None:
    entry = one(json_feed(**item))
    assert (entry.author, entry.published, entry.enclosures) == (None, None, ())


def test_html_of_a_json_feed_is_cleaned() -> None:
    html = one(json_feed(id="1", content_html="<p onclick='a()'>x<script>y</script></p>")).html
    assert html == "<p>x</p>"


# -- what begins a feed ------------------------------------------------------------------------------------------

BEGINNINGS = [
    pytest.param(b"<rss version='2.0'>", True, id="rss"),
    pytest.param(b"<?xml version='1.0'?><!-- made by hand --><feed xmlns='x'>", True, id="atom after a comment"),
    pytest.param(b"<?xml version='1.0'?>" + b"<!-- licence -->" * 500 + b"<rss>", True, id="after much"),
    pytest.param(b"<rdf:RDF xmlns='x'>", True, id="rdf"),
    pytest.param(b"\xef\xbb\xbf<rss>", True, id="after a mark"),
    pytest.param(b"<!doctype html><p>an <rss> element", False, id="page that speaks of feeds"),
    pytest.param(b"<rssfoo>", False, id="longer name"),
    pytest.param(b"rss feed", False, id="words"),
    pytest.param(b"", False, id="nothing"),
]


@pytest.mark.parametrize(("body", "expected"), BEGINNINGS)
def test_looks_like_a_feed(body: bytes, expected: bool) -> None:
    assert looks_like_feed(body) is expected


@pytest.mark.parametrize(("body", "expected"), [(b" \n{", True), (b"\xef\xbb\xbf[", True), (b"<", False), (b"", False)])
def test_looks_like_json(body: bytes, expected: bool) -> None:
    assert looks_like_json(body) is expected


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_words_in_any_place_give_an_entry_without_markup_that_acts(title: str, html: str) -> None:
    stated = [f"<![CDATA[{text.replace(']]>', '')}]]>" for text in (title, html)]
    item = f"<title>{stated[0]}</title><description>{stated[1]}</description><guid>1</guid>"
    entry = one(rss(item).encode("utf-8", "replace"))
    assert "<script" not in (entry.html or "").lower()
    for text in (entry.title or "", entry.text, entry.summary or ""):
        assert "\x00" not in text
        assert text.encode().decode() == text


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<rss><<<garbage", id="garbage after the root"),
        pytest.param(b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title><item><titl', id="cut off"),
    ],
)
def test_a_broken_feed_without_any_entry_is_an_error(body: bytes) -> None:
    with pytest.raises(ReadError, match="broken"):
        read_document(body, FEED, want="feed")


def test_an_empty_feed_that_is_sound_is_none() -> None:
    body = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Quiet</title></channel></rss>'
    assert read_document(body, FEED, want="feed").entries == ()


def test_a_feed_that_nests_without_end_is_refused() -> None:
    deep = b"<x>" * 20_000 + b"</x>" * 20_000
    body = b'<rss version="2.0"><channel><title>T</title><item><title>t</title>' + deep + b"</item></channel></rss>"
    with pytest.raises(ReadError, match="nested in each other"):
        read_xml_feed(body, "http://a.example/feed", {})


def test_html_that_is_not_closed_is_no_depth() -> None:
    html = b"<p>one<br>two<li>three" * 4_000
    item = (
        b"<item><title>t</title><guid>g</guid><description><![CDATA[" + html + b"]]></description><x:y>?</x:y></item>"
    )
    body = b'<rss version="2.0"><channel><title>T</title>' + item + b"</channel></rss>"
    (entry,) = read_xml_feed(body, "http://a.example/feed", {}).entries
    assert entry.text.count("three") == 4_000
