"""Feeds that attack their parser, or that merely are broken the way feeds are."""

from __future__ import annotations

import json
from html import escape

from tests.ingest.hostile.farm import Case, Place, site_of
from tests.servers import FEED_TYPE, Answer

SUBSET = "declares entities of its own"
BROKEN = r"."  # a reason, whichever it is
SITE = "http://bad.example"
SCRIPTS = (
    "<script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "<img src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<a href='java&#9;script:alert(1)'>x</a>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><script>alert(1)</script>'>",
    "<style>@import 'javascript:alert(1)'</style>",
    "<base href='javascript:alert(1)//'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<template><script>alert(1)</script></template>",
    "<p style='background:url(javascript:alert(1))' onclick=alert(1)>x</p>",
    "<video poster=javascript:alert(1)>",
    "]]><script>alert(1)</script>",
)


def feed(items: str, *, before: str = "", head: str = "", encoding: str = "utf-8", declared: str = "utf-8") -> bytes:
    return (
        f'<?xml version="1.0" encoding="{declared}"?>{before}<rss version="2.0" '
        f'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>Bad</title><link>{SITE}/</link>{head}{items}</channel></rss>"
    ).encode(encoding, "xmlcharrefreplace")


def entry(
    key: str,
    *,
    title: str = "",
    guid: str | None = "",
    date: str = "Mon, 02 Mar 2026 10:00:00 GMT",
    text: str = "Some text.",
    more: str = "",
) -> str:
    """An item; `guid` "" is its own, None is none."""
    name = f"<guid isPermaLink='false'>tag:bad.example,2026:{key}</guid>" if guid == "" else ""
    name = f"<guid isPermaLink='false'>{guid}</guid>" if guid else name
    stamp = f"<pubDate>{date}</pubDate>" if date else ""
    title = title or f"The title of {key[:20]}"
    return (
        f"<item><title>{title}</title><link>{SITE}/{key}</link>{name}{stamp}"
        f"<description>{text}</description>{more}</item>"
    )


def document_cases(place: Place) -> list[Case]:
    return [
        Case(
            name,
            {"/feed": Answer(body, content_type=FEED_TYPE)},
            error=error,
            new=new,
            either=error is None and new is None,
        )
        for name, body, error, new in [
            *entities(),
            *shapes(),
            *quadratic(),
            *giants(),
            *encodings(),
            *identities(place),
            *dates(),
            *scripts(),
            *not_feeds(),
        ]
    ]


Row = tuple[str, bytes, str | None, int | None]


def entities() -> list[Row]:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{laughs}]>'
    long = f'<!DOCTYPE rss [<!ENTITY a "{"a" * 50_000}">]>'
    rows: list[Row] = [
        ("entities that laugh a billion times", feed(entry("e1", title="&l11;"), before=bomb), SUBSET, None),
        ("an entity of 50 kB used 20,000 times", feed(entry("e2", text="&a;" * 20_000), before=long), SUBSET, None),
        (
            "an entity that holds itself",
            feed(entry("e3", title="&a;"), before='<!DOCTYPE rss [<!ENTITY a "&b;"><!ENTITY b "&a;">]>'),
            SUBSET,
            None,
        ),
        (
            "an external entity of a file",
            feed(entry("e4", title="&x;"), before='<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
            SUBSET,
            None,
        ),
        (
            "an external entity of an address",
            feed(entry("e5", title="&x;"), before='<!DOCTYPE rss [<!ENTITY x SYSTEM "http://127.0.0.1/">]>'),
            SUBSET,
            None,
        ),
        (
            "a parameter entity",
            feed(entry("e6"), before='<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1/"> %x;]>'),
            SUBSET,
            None,
        ),
        (
            "an unended entity",
            feed(entry("e7"), before="<!DOCTYPE rss [" + "<!ENTITY a " * 20_000 + "]>"),
            f"{SUBSET}|neither a feed",
            None,
        ),
        (
            "a subset behind a bracket in quotes",
            feed(entry("e8"), before='<!DOCTYPE rss SYSTEM "a>b" [<!ENTITY a "b">]>'),
            SUBSET,
            None,
        ),
        (
            "a subset in UTF-16",
            feed(
                entry("e9", title="&a;"),
                before='<!DOCTYPE rss [<!ENTITY a "b">]>',
                encoding="utf-16",
                declared="utf-16",
            ),
            BROKEN,
            None,
        ),
        (
            "a subset behind a thousand comments",
            feed(entry("e10", title="&a;"), before="<!-- x -->" * 1000 + '<!DOCTYPE rss [<!ENTITY a "b">]>'),
            SUBSET,
            None,
        ),
        (
            "attribute defaults in a subset",
            feed(entry("e11"), before='<!DOCTYPE rss [<!ATTLIST item x CDATA "y">]>'),
            SUBSET,
            None,
        ),
        ("an external DTD", feed(entry("e12"), before='<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">'), None, 1),
        (
            "a DTD by its public name",
            feed(
                entry("e13"),
                before='<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss.dtd">',
            ),
            None,
            1,
        ),
        ("entities of HTML undeclared", feed(entry("e14", title="Caf&eacute; &nbsp; &hellip; &nonsense;")), None, None),
        (
            "a stylesheet inside",
            feed(entry("e15"), before='<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:9/x.xsl"?>'),
            None,
            1,
        ),
        (
            "an XInclude of a file",
            feed(
                entry(
                    "e16",
                    more='<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" '
                    'href="file:///etc/passwd"/>',
                )
            ),
            None,
            1,
        ),
        (
            "references to what is no character",
            feed(entry("e17", title="&#xD800; &#0; &#x110000; &#99999999999999999999;")),
            None,
            None,
        ),
    ]
    return rows


def shapes() -> list[Row]:
    attributes = " ".join(f'a{n}="{n}"' for n in range(30_000))
    return [
        ("elements nested 100,000 deep", feed("<a>" * 100_000), None, None),
        ("markup nested 20,000 deep in a text", feed(entry("s1", text=escape("<div>" * 20_000 + "deep"))), None, None),
        ("30,000 attributes of one element", feed(f"<item {attributes}><title>x</title></item>"), None, None),
        ("an attribute of a megabyte", feed(entry("s2", more=f'<x y="{"z" * 1_000_000}"/>')), None, None),
        ("an element's name of a megabyte", feed(f"<{'n' * 1_000_000}/>" + entry("s3")), None, None),
        (
            "10,000 name spaces",
            feed("<x " + " ".join(f'xmlns:n{n}="urn:{n}"' for n in range(10_000)) + "/>" + entry("s4")),
            None,
            None,
        ),
        ("a comment without an end", feed("<!--" + "x" * 100_000), None, None),
        ("CDATA without an end", feed("<item><title><![CDATA[" + "x" * 100_000), None, None),
        ("a feed cut off in the middle", feed("".join(entry(f"s5-{n}") for n in range(9)))[:-700], None, None),
        ("two feeds behind each other", feed(entry("s6")) + feed(entry("s7")), None, None),
        (
            "a feed behind a warning of PHP",
            b"<br />\n<b>Warning</b>: include() in <b>/var/www/x.php</b>\n" + feed(entry("s8")),
            None,
            None,
        ),
        ("a feed behind its own answer's header", b"Content-Type: text/xml\r\n\r\n" + feed(entry("s9")), None, None),
        ("a feed without its root's end", feed(entry("s10")).replace(b"</channel></rss>", b""), None, None),
        ("a feed in a feed", feed(entry("s11", text=feed(entry("s12")).decode().partition("?>")[2])), None, None),
    ]


def quadratic() -> list[Row]:
    return [
        (
            "200,000 line breaks before the root",
            b'<?xml version="1.0"?>' + b"\n" * 200_000 + feed(entry("q1")).partition(b"?>")[2],
            None,
            None,
        ),
        ("100,000 comments that do not end", feed("<!-- " * 100_000), None, None),
        ("100,000 open brackets in a text", feed(entry("q2", text=escape("<" * 100_000))), None, None),
        ("100,000 open tags in a text", feed(entry("q3", text=escape("<b " * 100_000))), None, None),
        ("50,000 unclosed links in a text", feed(entry("q4", text=escape("<a href=x>" * 50_000))), None, None),
        ("50,000 formatting tags misnested", feed(entry("q5", text=escape("<b><i><p>" * 17_000))), None, None),
        ("100,000 ampersands", feed(entry("q6", text="&" * 100_000)), None, None),
        (
            "10,000 categories of an entry",
            feed(entry("q7", more="".join(f"<category>c{n}</category>" for n in range(10_000)))),
            None,
            None,
        ),
        (
            "5,000 authors of an entry",
            feed(entry("q8", more="".join(f"<dc:creator>a{n}</dc:creator>" for n in range(5_000)))),
            None,
            None,
        ),
        (
            "5,000 enclosures of an entry",
            feed(
                entry("q9", more="".join(f"<enclosure url='{SITE}/{n}' type='a/b' length='1'/>" for n in range(5_000)))
            ),
            None,
            None,
        ),
        ("a title of a million blanks", feed(entry("q10", title="x" + " " * 1_000_000 + "y")), None, None),
        ("a date of a million digits", feed(entry("q11", date="1" * 1_000_000)), None, None),
        ("a date of 100,000 blanks", feed(entry("q12", date="Mon, " + " " * 100_000 + "x")), None, None),
        ("a date of 100,000 commas", feed(entry("q13", date="," * 100_000)), None, None),
        ("a date of 50,000 colons", feed(entry("q14", date="12:" * 50_000)), None, None),
        ("an author of 100,000 at signs", feed(entry("q15", more=f"<author>{'a@' * 100_000}</author>")), None, None),
        ("an address of a megabyte", feed(entry("q" + "1" * 1_000_000)), None, None),
        ("an address of 100,000 parents", feed(entry("../" * 100_000)), None, None),
        ("a word of a megabyte", feed(entry("q16", text="x" * 1_000_000)), None, None),
        ("200,000 line breaks in a text", feed(entry("q17", text=escape("<br>" * 200_000))), None, None),
    ]


def giants() -> list[Row]:
    many = "".join(f"<item><guid>g{n}</guid></item>" for n in range(50_000))
    return [
        ("50,000 empty entries", feed(many), None, None),
        (
            "100,000 entries",
            b"<rss><channel>" + b"<item><title>x</title></item>" * 100_000 + b"</channel></rss>",
            None,
            None,
        ),
        (
            "100,000 entries of JSON",
            json.dumps(
                {
                    "version": "https://jsonfeed.org/version/1.1",
                    "title": "x",
                    "items": [{"id": str(n)} for n in range(100_000)],
                }
            ).encode(),
            None,
            None,
        ),
        (
            "JSON nested 100,000 deep",
            b'{"version":"https://jsonfeed.org/version/1.1","items":' + b"[" * 100_000,
            None,
            None,
        ),
        (
            "JSON with a number of a megabyte",
            b'{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[{"id":' + b"9" * 1_000_000 + b"}]}",
            None,
            None,
        ),
        (
            "JSON with a lone surrogate",
            b'{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[{"id":"g1","title":"\\ud800","content_text":"t"}]}',
            None,
            None,
        ),
        (
            "JSON of the wrong types",
            (
                b'{"version":"https://jsonfeed.org/version/1.1","title":[],"items":[{"id":{},"url":7,"title":[1],'
                b'"content_text":{},"date_published":5,"authors":3,"tags":"x","attachments":{}}, 5, null, "x"]}'
            ),
            None,
            None,
        ),
        (
            "JSON whose items are no list",
            b'{"version":"https://jsonfeed.org/version/1.1","title":"x","items":{"a":1}}',
            None,
            None,
        ),
    ]


def encodings() -> list[Row]:
    plain = feed(entry("c1", title="Grüße aus Köln"))
    return [
        ("UTF-8 that is Latin-1", feed(entry("c2", title="Grüße"), encoding="latin-1"), None, None),
        ("UTF-16 that is UTF-8", feed(entry("c3"), declared="utf-16"), None, None),
        ("UTF-8 that is UTF-16", feed(entry("c4"), encoding="utf-16"), None, None),
        ("UTF-32 without a mark", feed(entry("c5"), encoding="utf-32-be", declared="utf-32"), None, None),
        ("an unknown charset", feed(entry("c6"), declared="x-klingon"), None, 1),
        ("a charset that is punycode", feed(entry("c7"), declared="punycode"), None, None),
        ("a charset that is rot13", feed(entry("c8"), declared="rot13"), None, None),
        ("a charset that is zlib", feed(entry("c9"), declared="zlib"), None, None),
        ("a charset that is base64", feed(entry("c10"), declared="base64"), None, None),
        ("a charset that is undefined", feed(entry("c11"), declared="undefined"), None, None),
        ("a charset that is idna", feed(entry("c12"), declared="idna"), None, None),
        ("a charset that is unicode_escape", feed(entry("c13"), declared="unicode_escape"), None, None),
        (
            "UTF-7 with a script",
            feed(entry("c14", text="+ADw-script+AD4-alert(1)+ADw-/script+AD4-"), declared="utf-7"),
            None,
            None,
        ),
        ("NULs between all bytes", bytes(b for byte in plain for b in (byte, 0)), None, None),
        ("NULs in titles and texts", feed(entry("c15", title="A\0title", text="a\0b")), None, None),
        ("control characters", feed(entry("c16", title="A \x01\x02\x08\x0b\x1f title \x7f\x9f")), None, None),
        ("invalid UTF-8", plain.replace(b"Gr", b"\xff\xfe\xc0\x80\xed\xa0\x80"), None, None),
        ("three marks of byte order", b"\xef\xbb\xbf" * 3 + plain, None, None),
        ("text that runs both ways", feed(entry("c17", title="\u202egnp.exe\u202c \u2066x\u2069 \ufeff")), None, 1),
        ("a thousand combining marks", feed(entry("c18", title="Z" + "\u0300" * 1000)), None, 1),
    ]


def identities(place: Place) -> list[Row]:
    same = "".join(entry(f"i1-{n}", guid="one-for-all", title=f"Title {n}", text=f"Text {n}.") for n in range(50))
    bare = "".join(f"<item><title>Bare {n}</title><description>Text {n}.</description></item>" for n in range(20))
    return [
        ("guids all the same", feed(same), None, None),
        ("entries twice", feed((entry("i2") + entry("i3", title="Another")) * 2), None, 2),
        (
            "entries without guids",
            feed("".join(entry(f"i4-{n}", guid=None, title=f"T {n}") for n in range(20))),
            None,
            20,
        ),
        ("entries without guids and addresses", feed(bare), None, 20),
        ("entries without anything", feed("<item/>" * 100), None, None),
        ("guids of a megabyte", feed(entry("i5", guid="g" * 1_000_000)), None, 1),
        ("guids that are scripts", feed(entry("i6", guid="javascript:alert(1)")), None, 1),
        ("guids that are others' addresses", feed(entry("i7", guid=f"{site_of(place.good)}/posts/11")), None, None),
        ("guids that are others' guids", feed(entry("i11", guid="tag:wire.example,2026:21")), None, None),
        (
            "addresses that are others'",
            feed(entry("i12").replace(f"{SITE}/i12", f"{site_of(place.good)}/posts/31")),
            None,
            None,
        ),
        (
            "guids that differ in case and blanks",
            feed(entry("i8", guid="Abc") + entry("i9", guid="abc", title="B") + entry("i10", guid=" Abc ", title="C")),
            None,
            None,
        ),
        (
            "an address of javascript",
            feed("<item><title>J</title><link>javascript:alert(1)</link><guid>j1</guid></item>"),
            None,
            1,
        ),
        (
            "an address of data",
            feed("<item><title>D</title><link>data:text/html,x</link><guid>d1</guid></item>"),
            None,
            1,
        ),
        (
            "an address inside",
            feed("<item><title>I</title><link>http://127.0.0.1:1/</link><guid>n1</guid></item>"),
            None,
            1,
        ),
    ]


DATES = {
    "1970": "Thu, 01 Jan 1970 00:00:00 GMT",
    "1969": "Wed, 31 Dec 1969 23:59:59 GMT",
    "0000": "Sat, 00 Jan 0000 00:00:00 GMT",
    "0001": "Mon, 01 Jan 0001 00:00:00 +2359",
    "9999": "Fri, 31 Dec 9999 23:59:59 -2359",
    "ten thousand": "Fri, 31 Dec 10000 00:00:00 GMT",
    "of 400 digits": "Fri, 31 Dec " + "9" * 400 + " 00:00:00 GMT",
    "below nothing": "-0005-01-01T00:00:00Z",
    "none": "",
    "the 31st of February": "Tue, 31 Feb 2026 10:00:00 GMT",
    "hour 25": "Mon, 02 Mar 2026 25:61:61 GMT",
    "a zone of 99 hours": "Mon, 02 Mar 2026 10:00:00 +9999",
    "a zone of 400 digits": "Mon, 02 Mar 2026 10:00:00 +" + "9" * 400,
    "an unknown zone": "Mon, 02 Mar 2026 10:00:00 XYZZY",
    "seconds of 400 digits": "2026-03-02T10:00:00." + "9" * 400 + "Z",
    "a number": "1772445600",
    "a huge number": "9" * 400,
    "NaN": "nan",
    "infinity": "Infinity",
    "words": "yesterday, perhaps",
    "full-width": "２０２６-０３-０２",
    "NULs": "2026\0-03-02",
}


def dates() -> list[Row]:
    return [
        (
            f"date {name}",
            feed(entry(f"d{number}", title=f"Dated {name}", date=date)),
            None,
            None if "NUL" in name else 1,
        )
        for number, (name, date) in enumerate(DATES.items())
    ]


def scripts() -> list[Row]:
    rows: list[Row] = []
    for number, script in enumerate(SCRIPTS):
        safe = escape(script)
        body = feed(
            entry(
                f"x{number}",
                title=f"Script {number} {safe}",
                guid=f"{number}{safe}",
                text=safe,
                more=f"<author>{safe}</author><dc:creator>{safe}</dc:creator>"
                f"<category domain='{escape(safe)}'>{safe}</category><comments>javascript:alert(1)</comments>"
                f"<enclosure url='javascript:alert(1)' type='{escape(safe)}' length='x'/>"
                f"<content:encoded>{safe}</content:encoded><source url='javascript:alert(1)'>{safe}</source>",
            ),
            head=f"<description>{safe}</description><language>{safe}</language><image><url>javascript:alert(1)</url></image>",
        )
        rows.append((f"script {number} in every field", body, None, 1))
    return rows


def not_feeds() -> list[Row]:
    return [
        ("nothing", b"", "empty", None),
        ("blanks", b" \n\t" * 1000, "empty", None),
        ("only a mark of byte order", b"\xef\xbb\xbf", "empty", None),
        ("only a declaration", b'<?xml version="1.0"?>', BROKEN, None),
        ("only NULs", bytes(100_000), "empty|binary", None),
        ("noise", bytes((n * 73 + n // 7) % 256 for n in range(100_000)), BROKEN, None),
        ("a PDF", b"%PDF-1.7\n" + bytes(1000), "PDF", None),
        ("a program", b"\x7fELF" + bytes(1000), "program", None),
        ("a ZIP bomb's head", b"PK\x03\x04" + bytes(1000), "ZIP", None),
        ("gzip inside the body", b"\x1f\x8b" + bytes(1000), BROKEN, None),
        (
            "a page of a parked domain",
            b"<!doctype html><title>For sale</title><p>This domain is for sale.",
            BROKEN,
            None,
        ),
        (
            "a login page",
            b"<!doctype html><title>Log in</title><form><input name=u><input type=password></form>",
            BROKEN,
            None,
        ),
        ("JSON of something else", b'{"status": "ok", "items": 5}', BROKEN, None),
        ("SVG with a script", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', BROKEN, None),
        (
            "a SOAP fault",
            b'<?xml version="1.0"?><soap:Envelope xmlns:soap="x"><soap:Fault/></soap:Envelope>',
            BROKEN,
            None,
        ),
        (
            "OPML",
            b'<?xml version="1.0"?><opml version="2.0"><body><outline xmlUrl="http://127.0.0.1/"/></body></opml>',
            BROKEN,
            None,
        ),
    ]
