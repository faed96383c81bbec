"""Damaged feeds and pages through the parse path: `python -m bench.mutations --inputs 20000`.

Each input is one of the test suite's own feeds, pages, sitemaps and text dumps, damaged as transfers, templates and
attackers do it: bytes flipped, cut off, tags lost or doubled, elements nested, entities and controls put in, two
documents spliced. It must be read or refused with a reason, within a bound of CPU seconds, and what is read must be
fit to be stored. All in one process, so that whatever one input leaves behind meets the next.
"""
# ruff: noqa: E501 - what is put in, on lines that the formatter leaves alone

from __future__ import annotations

import argparse
import re
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType

import orjson

from ingest.entries import Document
from ingest.errors import ReadError
from ingest.inspection import document_to_json
from ingest.survey import survey
from ingest.urls import is_http_url
from tests.ingest.fixtures.engines import ENGINES
from tests.ingest.fixtures.posts import POSTS, SITE
from tests.ingest.fixtures.shapes import SHAPES

CPU_BOUND_S = 3.0  # for one input; those here are below a megabyte, and a sound one takes some ten milliseconds
MAX_BYTES = 400_000  # of an input: mutations that multiply stop here
WORST_SHOWN = 5
FEEDS = Path(__file__).parent.parent / "tests" / "ingest" / "fixtures" / "feeds"


@dataclass(frozen=True, slots=True)
class Sound:
    """A document before it is damaged."""

    name: str
    body: bytes
    content_type: str


@dataclass(slots=True)
class Report:
    """What became of the inputs."""

    kinds: Counter[str] = field(default_factory=Counter)  # documents by kind, and "refused"
    failures: list[str] = field(default_factory=list)  # the number that makes the input again, and what went wrong
    slowest: list[tuple[float, str]] = field(default_factory=list)  # CPU seconds and the input, the slowest first

    @property
    def inputs(self) -> int:
        return self.kinds.total() + len(self.failures)


class OverTimeError(Exception):
    """An input took more CPU than any may."""


def sound_documents() -> list[Sound]:
    """The documents that mutations begin with."""
    media = {".xml": "application/xml", ".json": "application/feed+json"}
    found = [
        Sound(path.name, path.read_bytes(), media[path.suffix])
        for path in sorted(FEEDS.iterdir())
        if path.suffix in media and not path.name.endswith(".expected.json")
    ]
    pages = {**SHAPES, **ENGINES}
    found *= max(1, round(len(pages) / len(found)))  # as many feeds as pages
    found += [Sound(name, shape.render(POSTS).encode(), "text/html") for name, shape in pages.items()]
    article = "".join(f"<p>{paragraph}</p>" for post in POSTS for paragraph in post.paragraphs)
    found.append(
        Sound(
            "article",
            (
                "<!DOCTYPE html><html lang='de'><head><meta charset='utf-8'><title>T</title>"
                '<script type="application/ld+json">{"@type":"Article","datePublished":"2019-05-14"}</script>'
                f"<meta property='og:type' content='article'></head><body><h1>{POSTS[0].title}</h1>"
                f"<p>Von Ida Marlow am 14. Mai 2019</p>{article}</body></html>"
            ).encode(),
            "text/html",
        )
    )
    locations = "".join(f"<url><loc>{SITE}{post.path}</loc><lastmod>2019-05-14</lastmod></url>" for post in POSTS)
    found.append(
        Sound(
            "sitemap",
            f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locations}</urlset>'.encode(),
            "application/xml",
        )
    )
    dump = "\n\n".join(
        f"{post.title}\n\nclock {post.published:%B %d, %Y %H:%M} by author {post.author}\n\n{post.teaser}"
        for post in POSTS
    )
    found.append(Sound("text dump", dump.encode(), "text/plain"))
    return found


# -- damage --------------------------------------------------------------------------------------------------------

_TAG = re.compile(rb"<[^<>]{1,300}>")
_NUMBER = re.compile(rb"\d{1,6}")
# What breaks parsers: controls, halves of characters, references out of range, openings that never close.
AWKWARD = (
    b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xc3", b"\x1b[31m", b"\xe2\x80\xae", b"\xef\xbf\xbe", b"\r", b"&#xD800;", b"&#0;",
    b"&#x110000;", b"&#99999999999999999999;", b"&nosuch;", b"&amp;amp;lt;script&amp;gt;", b"&", b"<", b"<!--", b"--!>", b"]]>",
    b"<![CDATA[", b"<?xml version='1.0' encoding='utf-16'?>", b"<?php", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"<!ENTITY",
    b"<script>alert(1)</script>", b"<svg/onload=alert(1)>", b"<template>", b"<plaintext>", b"<frameset>", b"<select>",
    b"<table><tr><td>", b"</p></div></body></html>", b"<base href='http://[::1'>", b"<base href='//'>", b"<a href='http://[x/'>y</a>",
    b"<a href='javascript:alert(1)'>a title of some length</a>", b"<meta charset='utf-7'>", b"<meta charset='punycode'>",
    b"<meta charset='idna'>", b"<time datetime='9999-12-31T23:59:59+14:00'>", b"<time datetime='0001-01-01T00:00:00-14:00'>",
    b"January 32, 2019", b"31.2.2019", b"99/99/2019 99:99", b"2019-05-14T24:60:61Z", b"10000000000000000000000 days ago",
    b"0 minutes ago", b"<pubDate>Thu, 99 Foo 99999 25:61:61 +9999</pubDate>", b"<published>2019-05-14T25:00:00Z</published>",
    b"<guid/>", b"<link/>", b"<item>", b"<entry>", b"{", b"]", b'"\\ud800"', b"1e999", b"<h2><a href='/x'>",
    '\u0130\u00df\ufb01\u1e9e\u0345 \u0660\u0661/\u0662/\u0662\u0660\u0661\u0669'.encode(),
)  # fmt: skip


def _flip(body: bytes, random: Random) -> bytes:
    damaged = bytearray(body)
    for _ in range(random.randint(1, 12)):
        if damaged:
            damaged[random.randrange(len(damaged))] = random.randrange(256)
    return bytes(damaged)


def _cut(body: bytes, random: Random) -> bytes:
    at = random.randint(0, len(body))
    return body[:at] if random.random() < 0.7 else body[at:]


def _lose_range(body: bytes, random: Random) -> bytes:
    at = random.randint(0, len(body))
    return body[:at] + body[at + random.randint(1, 400) :]


def _double_range(body: bytes, random: Random) -> bytes:
    at = random.randint(0, len(body))
    piece = body[at : at + random.randint(1, 2_000)]
    return body[:at] + piece * random.choice((2, 3, 40)) + body[at:]


def _lose_tags(body: bytes, random: Random) -> bytes:
    share = random.choice((0.02, 0.1, 0.5))
    return _TAG.sub(lambda match: b"" if random.random() < share else match[0], body)


def _double_tags(body: bytes, random: Random) -> bytes:
    share = random.choice((0.02, 0.1, 0.5))
    return _TAG.sub(lambda match: match[0] * 2 if random.random() < share else match[0], body)


def _swap_tags(body: bytes, random: Random) -> bytes:
    tags = _TAG.findall(body)
    share = random.choice((0.02, 0.2))
    return _TAG.sub(lambda match: random.choice(tags) if random.random() < share else match[0], body)


def _nest(body: bytes, random: Random) -> bytes:
    tags: list[bytes] = _TAG.findall(body)
    at, times = random.randint(0, len(body)), random.choice((3, 50, 400, 5_000))
    return body[:at] + random.choice([*tags, b"<div>", b"<b>", b"<table>", b"<ul><li>"]) * times + body[at:]


def _awkward(body: bytes, random: Random) -> bytes:
    for _ in range(random.randint(1, 8)):
        at = random.randint(0, len(body))
        body = body[:at] + random.choice(AWKWARD) + body[at:]
    return body


def _many_awkward(body: bytes, random: Random) -> bytes:
    at = random.randint(0, len(body))
    return body[:at] + random.choice(AWKWARD) * random.choice((20, 500, 4_000)) + body[at:]


def _numbers(body: bytes, random: Random) -> bytes:
    others = (b"0", b"13", b"99", b"-1", b"2147483648", b"9" * 40)
    return _NUMBER.sub(lambda match: random.choice(others) if random.random() < 0.1 else match[0], body)


def _recode(body: bytes, random: Random) -> bytes:
    coding = random.choice(("utf-16", "utf-16-be", "utf-32", "utf-7", "cp037", "latin-1"))
    return body.decode("utf-8", "replace").encode(coding, "replace")


def _lose_quotes(body: bytes, random: Random) -> bytes:
    share = random.choice((0.02, 0.3))
    return re.sub(rb"[\"'=/>]", lambda match: b"" if random.random() < share else match[0], body)


Damage = Callable[[bytes, Random], bytes]
DAMAGES: tuple[Damage, ...] = (
    _flip, _cut, _lose_range, _double_range, _lose_tags, _double_tags, _swap_tags, _nest, _awkward, _many_awkward, _numbers,
    _recode, _lose_quotes,
)  # fmt: skip


def damaged(number: int, documents: Sequence[Sound]) -> tuple[Sound, list[str]]:
    """The input of a number, always the same, and what was done to it."""
    random = Random(number)  # noqa: S311 - no secret: the same number must give the same input
    sound = documents[number % len(documents)]
    body = sound.body
    done = []
    for damage in random.choices(DAMAGES, k=random.choice((1, 1, 1, 2, 3))):
        body = damage(body, random)[:MAX_BYTES]
        done.append(damage.__name__.strip("_"))
    if random.random() < 0.05:  # two documents in one
        other = random.choice(documents).body
        body = (body[: len(body) // 2] + other[len(other) // 2 :])[:MAX_BYTES]
        done.append("splice")
    content_type = sound.content_type if random.random() < 0.8 else random.choice(("", "text/html; charset=x", "a/b"))
    return Sound(sound.name, body, content_type), done


# -- what must hold ------------------------------------------------------------------------------------------------


def faults_of(document: Document) -> Iterator[str]:
    """What of a document is not fit to be stored and shown."""
    orjson.dumps(document_to_json("x", document))  # raises on halves of characters, which no database takes
    addresses = [document.site_url, document.next_page, *(feed.url for feed in document.feeds)]
    if document.article is not None:
        addresses.append(document.article.url)
        texts = [document.article.title, document.article.author, document.article.text]
    else:
        texts = []
    for entry in document.entries:
        addresses += [entry.url, *(enclosure.url for enclosure in entry.enclosures)]
        texts += [entry.title, entry.author, entry.text, entry.html, *entry.categories]
        if entry.html and re.search(r"<(?:script|svg|iframe|object|form|math)\b|<[^<>]*\son\w+=", entry.html):
            yield f"HTML that acts: {entry.html[:200]!r}"
        if entry.published is not None and not 1990 <= entry.published.year <= 2100:
            yield f"published in {entry.published.year}"
    yield from (f"address {url!r}" for url in addresses if url is not None and not is_http_url(url))
    yield from (f"a text with a zero: {text[:80]!r}" for text in texts if text and "\x00" in text)


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Raise `OverTimeError` in the block after so many CPU seconds of this process (main thread only)."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise OverTimeError(f"more than {seconds} s of CPU")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def run(
    numbers: Sequence[int], *, bound_s: float = CPU_BOUND_S, progress: Callable[[int], None] | None = None
) -> Report:
    """Read the inputs of some numbers, one after the other."""
    documents = sound_documents()
    report = Report()
    for done, number in enumerate(numbers):
        given, damages = damaged(number, documents)
        label = f"{number} ({given.name}: {', '.join(damages)}; {len(given.body)} bytes)"
        began = time.process_time()
        faults: list[str] = []
        kind = ""
        try:
            with cpu_limit(bound_s):
                document = survey(given.body, f"{SITE}/", content_type=given.content_type or None)
                kind = document.kind
            faults = list(faults_of(document))
        except ReadError:
            kind = "refused"
        except Exception:  # noqa: BLE001 - finding what nobody foresaw is what this is for
            faults = [traceback.format_exc(limit=-4)]
        spent = time.process_time() - began
        if spent > bound_s and not faults:
            faults = [f"{spent:.1f} s of CPU"]
        if faults:
            report.failures += [f"{label}: {faults[0]}"]
        else:
            report.kinds[kind] += 1
        report.slowest = sorted([*report.slowest, (spent, label)], reverse=True)[:WORST_SHOWN]
        if progress is not None:
            progress(done + 1)
    return report


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what became of the inputs; 1 where one failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=20_000, help="how many (default %(default)s)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first (default %(default)s)")
    parser.add_argument("--bound", type=float, default=CPU_BOUND_S, help="CPU seconds of one (default %(default)s)")
    options = parser.parse_args(arguments)
    began = time.process_time()

    def show(done: int) -> None:
        if done % 1_000 == 0:
            print(f"{done} of {options.inputs}", file=sys.stderr, flush=True)

    report = run(range(options.first, options.first + options.inputs), bound_s=options.bound, progress=show)
    print(f"{report.inputs} inputs, {time.process_time() - began:.0f} s of CPU, {len(report.failures)} failures")
    print(", ".join(f"{count} {kind}" for kind, count in report.kinds.most_common()))
    for seconds, label in report.slowest:
        print(f"  {seconds:6.3f} s  {label}")
    for failure in report.failures:
        print(failure)
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
