"""Pages made to be slow: `python -m bench.slow_pages [--size BYTES] [--only WORD]`.

Each shape is one thing again and again, as a page, as an article, and inside a feed's entry: up to 5 MB of it. Each
document is read as the crawler reads it, in a worker process with the sandbox's memory limit, and must be read or
refused with a reason within a bound of CPU seconds. Prints the seconds of each; exit code 1 where one takes more.
"""

# ruff: noqa: E501 - the shapes are a table, a line each

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

from ingest.entries import Document
from ingest.errors import ReaderCrashedError, ReadError, SandboxError
from ingest.sandbox import Sandbox
from ingest.survey import survey

BOUND_S = 3.0
SIZE = 5_000_000  # bytes of a document
SANDBOX_DEADLINE_S = 60.0  # only so that the bench ends

Shape = Callable[[int], str]  # the markup, of about so many characters


def repeated(piece: str, *, before: str = "", after: str = "", most: int | None = None) -> Shape:
    """A piece again and again, `{n}` in it being its number; at most `most` times."""

    def shape(size: int) -> str:
        count = max(1, size // len(piece))
        count = count if most is None else min(count, most)
        numbered = "{n}" in piece
        pieces = (piece.replace("{n}", str(n)) for n in range(count)) if numbered else [piece * count]
        return before + "".join(pieces)[:size] + after

    return shape


def nested(opening: str, closing: str = "", *, deep: int) -> Shape:
    """An element in itself, `deep` times."""

    def shape(size: int) -> str:
        count = min(deep, size // (len(opening) + len(closing)))
        return opening * count + "text" + closing * count

    return shape


_POST = '<h2><a href="/p/{n}">The news of number {n}</a></h2><p>May 3, 2019</p>'

SHAPES: dict[str, Shape] = {
    **{
        f"attributes of a {tag}": repeated('a{n}="{n}" ', before=f"<{tag} ", after=f">text</{tag}>")
        for tag in ("div", "p", "a", "span")
    },
    "30,000 attributes": repeated('a{n}="{n}" ', before="<div ", after=">text</div>", most=30_000),
    "attributes without values": repeated("b{n} ", before="<div ", after=">text</div>"),
    "the same attribute": repeated("a=1 ", before="<div ", after=">text</div>"),
    "attributes of an image": repeated('a{n}="{n}" ', before="<img ", after=">"),
    **{f"closed {tag}": repeated(f"<{tag}>word</{tag}>") for tag in (
        "a", "b", "p", "div", "span", "li", "td", "tr", "table", "h2", "time", "dt", "dd", "article", "section", "form",
        "ul", "pre", "option", "select", "textarea", "title", "script", "style", "svg", "math", "iframe", "template",
        "noscript", "button", "blockquote", "center", "font", "nobr", "body", "html", "head", "frameset", "caption",
    )},
    **{f"unclosed {tag}": repeated(f"<{tag}>word ") for tag in (
        "a", "b", "p", "li", "td", "tr", "h2", "time", "dt", "dd", "option", "i", "font", "nobr", "button", "span", "q",
        "em", "optgroup", "ruby", "rt", "body", "html", "meta", "input", "img", "br", "hr", "link", "base", "wbr",
    )},
    "options in a select": repeated("<option>x", before="<select>", after="</select>"),
    "30,000 options": repeated("<option>x", before="<select>", most=30_000),
    "closed options in a select": repeated("<option>x</option>", before="<select>", after="</select>"),
    "cells of one row": repeated("<td>x", before="<table><tr>", after="</table>"),
    "rows of one table": repeated("<tr><td>x", before="<table>", after="</table>"),
    "texts out of place in a table": repeated("<b>x", before="<table>", after="</table>"),
    "tables in tables": nested("<table><tr><td>", deep=1_000_000),
    "items of one list": repeated("<li>item {n}", before="<ul>", after="</ul>"),
    "closing tags without opening": repeated("</div></p></b>"),
    "paragraph ends": repeated("</p>"),
    "misnested": repeated("<b><p>x</b>"),
    "misnested links": repeated("<a href=/{n}><div>x</a>"),
    "b and i across": repeated("<b><i>x</b>y</i>"),
    **{
        f"nested {tag}, {deep}": nested(f"<{tag}>", f"</{tag}>", deep=deep)
        for tag in ("div", "b", "span", "ul><li", "blockquote", "font", "section", "a", "p", "form", "q", "x-y", "h2", "svg><g")
        for deep in (2_900, 10_000, 1_000_000)
    },
    **{
        f"{piece} below 2,900 {tag}": repeated(piece, before=f"<{tag}>" * 2_900)
        for tag in ("div", "span", "font", "b")
        for piece in ("<p>", "<p>x</p>", "<li>", "<b>x</b>", "</x>", "<div></div>", "<a href=/{n}>x</a>")
    },
    "comments": repeated("<!--x-->"),
    "comment openings": repeated("<!--"),
    "comments that end oddly": repeated("<!--x--!>"),
    "instructions": repeated("<?x y?>"),
    "declarations": repeated("<!x>"),
    "entities": repeated("&amp;"),
    "entities without end": repeated("&amp"),
    "numeric entities": repeated("&#65;"),
    "ampersands": repeated("&"),
    "less-than signs": repeated("<"),
    "openings without end": repeated("<a "),
    "openings in quotes": repeated("<a href='"),
    "script openings": repeated("<script>"),
    "script openings and slashes": repeated("<script></"),
    "style openings": repeated("<style "),
    "CDATA openings": repeated("<![CDATA["),
    "one text": repeated("word "),
    "one word": repeated("x"),
    "blanks": repeated(" "),
    "line ends": repeated("\n"),
    "tabs": repeated("\t"),
    "no-break spaces": repeated("\u00a0"),
    "blanks and line ends": repeated(" \n"),
    "commas": repeated(","),
    "digits": repeated("1"),
    "digits and dots": repeated("1."),
    "digits and dashes": repeated("1-"),
    "digits and colons": repeated("12:"),
    "months": repeated("May "),
    "half dates": repeated("May 3 "),
    "dates": repeated("May 3, 2019 "),
    "date lines": repeated("<p>May 3, 2019</p>"),
    "posted by": repeated("posted by "),
    "by names": repeated("by Ann "),
    "by": repeated("<p>by </p>"),
    "ago": repeated("3 days ago "),
    "capitals": repeated("Aa"),
    "at signs": repeated("a@"),
    "slashes": repeated("/"),
    "addresses": repeated("http://a.example/{n} "),
    "one attribute's value": repeated("x", before='<a href="/', after='">text</a>'),
    "one class list": repeated("c{n} ", before='<div class="', after='">text</div>'),
    "one title attribute": repeated("t ", before='<a href="/x" title="', after='">text</a>'),
    "one datetime attribute": repeated("1", before='<time datetime="', after='">x</time>'),
    "one srcset": repeated("/i{n}.png {n}w, ", before='<img srcset="', after='">'),
    "one style": repeated("a:b;", before='<p style="', after='">text</p>'),
    "links": repeated('<a href="/p/{n}">The news of number {n}</a>'),
    "100,000 links": repeated('<a href="/p/{n}">News {n}</a> ', most=100_000),
    "one link": repeated('<a href="/p">The same news</a>'),
    "links in a list": repeated('<li><a href="/p/{n}">The news of number {n}</a></li>', before="<ul>", after="</ul>"),
    "links with classes": repeated('<a class="' + "button primary " * 20 + '" href="/p/{n}">The news of number {n}</a>'),
    "links to itself": repeated('<a href="#p{n}">The news of number {n}</a>'),
    "links with long queries": repeated('<a href="/p?' + "utm_source=x&a=b&" * 20 + '{n}">The news of number {n}</a>'),
    "bookmarks": repeated('<a rel="bookmark" href="/p/{n}">#</a>'),
    "read more": repeated('<a href="/p/{n}">Read more</a>'),
    "tags": repeated('<a rel="tag" href="/tag/{n}">Tag {n}</a>'),
    "older posts": repeated('<a href="/page/{n}">Older posts</a>'),
    "page numbers": repeated('<a href="/page/{n}">{n}</a>'),
    "feeds": repeated('<link rel="alternate" type="application/rss+xml" href="/feed{n}">'),
    "feed links": repeated('<a href="/feed{n}.xml">Feed</a>'),
    "posts": repeated(f"<div>{_POST}<p>Something has happened to it.</p></div>"),
    "posts without parts": repeated(f"{_POST}<p>Something has happened to it.</p>"),
    "posts of one line": repeated('<p>May 3, 2019 <a href="/p/{n}">The news of number {n}</a></p>'),
    "posts in a table": repeated('<tr><td>May 3, 2019<td><a href="/p/{n}">The news of number {n}</a>', before="<table>"),
    "posts after line breaks": repeated('May 3, 2019 <a href="/p/{n}">The news of number {n}</a><br>'),
    "posts in definition lists": repeated('<dt>May 3, 2019<dd><a href="/p/{n}">The news of number {n}</a>', before="<dl>"),
    "posts each deeper": repeated(f"<div>{_POST}"),
    "posts at many paths": lambda size: "".join(
        f"{'<div>' * (n % 97)}<p>May 3, 2019</p><h{n % 6 + 1}><a href=/p/{n}>The news of number {n}</a></h{n % 6 + 1}>{'</div>' * (n % 97)}"
        for n in range(size // 700)
    ),
    "one post of many paragraphs": repeated("<p>Something has happened to it.</p>", before=_POST),
    "headings and dates": repeated("<h2>The news of number {n}</h2><p>May 3, 2019</p>"),
    "headings": repeated("<h2>The news of number {n}</h2>"),
    "times": repeated('<time datetime="2019-05-03">May 3</time>'),
    "images": repeated('<img src="/i{n}.png" alt="a">'),
    "JSON-LD scripts": repeated('<script type="application/ld+json">{"@type":"Article"}</script>'),
    "JSON-LD of many": repeated('{"@type":"Article","url":"/p/{n}","headline":"News {n}"},', before='<script type="application/ld+json">[', after="0]</script>"),
    "JSON-LD deep": nested("[", "]", deep=1_000_000),
    "JSON-LD deep in a script": lambda size: f'<script type="application/ld+json">{"[" * (size // 2)}{"]" * (size // 2)}</script>',
    "meta": repeated('<meta name="a{n}" content="b">'),
    "bases": repeated('<base href="/b{n}/">'),
    "forms": repeated("<form><input name=a{n}></form>"),
    "custom elements": repeated("<x-{n}>a</x-{n}>"),
    "unknown elements": repeated("<y{n}>"),
    "microformats": repeated('<div class="h-entry"><a class="u-url p-name" href="/p/{n}">News {n}</a></div>'),
    "controls": repeated("\x01"),
    "halves of characters": repeated("&#xD800;"),
    "right-to-left marks": repeated("\u202e"),
    "combining marks": repeated("\u0301"),
    "characters of four bytes": repeated("\U0001f600"),
    "pre": repeated("<pre>\n", after="</pre>"),
    "line breaks": repeated("<br>"),
    "line breaks and text": repeated("a<br>"),
    "list items without text": repeated("<li>", before="<ul>"),
    "empty table rows": repeated("<tr></tr>", before="<table>"),
    "empty paragraphs": repeated("<p></p>"),
    "quotes": repeated('"'),
    "plaintext": repeated("<plaintext>"),
    "frames": repeated("<frame src=/f{n}>", before="<frameset>"),
}  # fmt: skip


def as_page(markup: str) -> str:
    """Below three posts of a blog's page."""
    posts = "".join(
        f'<div class="post"><h2><a href="/posts/{n}">The wire has news {n}</a></h2><p>Posted on May {n}, 2019</p>'
        f"<p>The vendor shipped its panel {n} today, and the one before it is mended.</p></div>"
        for n in range(1, 4)
    )
    return f"<!doctype html><html><head><title>T</title></head><body><h1>The wire</h1>{posts}{markup}</body></html>"


def as_bare_page(markup: str) -> str:
    """With nothing else."""
    return f"<!doctype html><title>T</title>{markup}"


def as_article(markup: str) -> str:
    """In an article's text."""
    text = "<p>The vendor shipped its panel today, and the one before it is mended for those who have it.</p>" * 8
    return (
        '<!doctype html><html><head><title>T</title><meta property="og:type" content="article"></head><body><article>'
        f"<h1>The panel is released</h1><p>May 3, 2019</p>{text}{markup}{text}</article></body></html>"
    )


def as_entry(markup: str) -> str:
    """As the content of a feed's one entry."""
    return (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><link>http://wire.example/</link><item>'
        f"<title>The panel is released</title><link>http://wire.example/1</link><guid>1</guid>"
        f"<description>{escape(markup)}</description></item></channel></rss>"
    )


def as_entry_title(markup: str) -> str:
    """As the title of a feed's one entry."""
    return as_entry("x").replace("The panel is released", escape(markup))


def as_feed(markup: str) -> str:
    """As elements of a feed's entry."""
    return as_entry("x").replace("<guid>", f"{markup}<guid>")


FRAMES: Mapping[str, tuple[Callable[[str], str], str]] = {
    "page": (as_page, "text/html"),
    "bare page": (as_bare_page, "text/html"),
    "article": (as_article, "text/html"),
    "entry": (as_entry, "application/rss+xml"),
    "title": (as_entry_title, "application/rss+xml"),
    "feed": (as_feed, "application/rss+xml"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a document: seconds of CPU (of the wall's clock where its worker died), and an outcome."""

    shape: str
    frame: str
    seconds: float
    outcome: str


def read_timed(body: bytes, **given: object) -> Document:
    """`survey`, whose refusals are documents too, with the CPU seconds as last warning; for the sandbox to call."""
    begun = time.process_time()
    try:
        document = survey(body, **given)  # type: ignore[arg-type]  # the sandbox gives its arguments by name
        outcome = document.kind if document.kind == "unknown" else f"{document.kind}, {len(document.entries)} entries"
    except ReadError as error:
        outcome = f"refused: {error}"
    except MemoryError:
        outcome = "refused: more memory than the sandbox gives"
    return Document(kind="unknown", title=outcome, warnings=(str(time.process_time() - begun),))


def read_all(*, size: int = SIZE, only: str = "", frames: Sequence[str] = tuple(FRAMES)) -> Iterator[Reading]:
    """Every shape in every frame, those whose names hold `only`."""
    pool = Sandbox(reader="bench.slow_pages:read_timed", deadline_s=SANDBOX_DEADLINE_S, workers=1)
    with pool:
        for frame in frames:
            wrap, content_type = FRAMES[frame]
            for name, shape in SHAPES.items():
                if only not in f"{frame}: {name}":
                    continue
                body = wrap(shape(size)).encode("utf-8", "replace")[: 3 * size]
                begun = time.monotonic()
                reading = Reading(name, frame, 0.0, "")
                try:
                    document = pool.read(body, "http://wire.example/", content_type=content_type)
                    yield replace(reading, seconds=float(document.warnings[0]), outcome=document.title or "")
                except SandboxError as error:
                    yield replace(reading, seconds=time.monotonic() - begun, outcome=f"sandbox: {error}")
                except ReaderCrashedError as error:
                    yield replace(reading, seconds=float("inf"), outcome=f"crashed: {error}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what each takes; 1 where one takes more than the bound, or crashes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=SIZE, help="bytes of a document (default %(default)s)")
    parser.add_argument("--bound", type=float, default=BOUND_S, help="CPU seconds of one (default %(default)s)")
    parser.add_argument("--only", default="", help="those whose names (FRAME: SHAPE) hold these words")
    parser.add_argument("--frame", choices=[*FRAMES], action="append", help="only these frames; may be repeated")
    options = parser.parse_args(arguments)
    readings, slow = [], []
    for reading in read_all(size=options.size, only=options.only, frames=options.frame or tuple(FRAMES)):
        readings.append(reading)
        mark = "  SLOW" if reading.seconds > options.bound else ""
        slow += [reading] if mark else []
        print(f"{reading.seconds:8.2f}  {reading.frame}: {reading.shape}  [{reading.outcome[:100]}]{mark}", flush=True)
    total, worst = sum(reading.seconds for reading in readings), max(readings, key=lambda r: r.seconds, default=None)
    print(f"{len(readings)} documents, {total:.0f} s, {len(slow)} above {options.bound:g} s")
    if worst is not None:
        print(f"the slowest: {worst.frame}: {worst.shape}, {worst.seconds:.2f} s")
    return int(bool(slow))


if __name__ == "__main__":
    sys.exit(main())
