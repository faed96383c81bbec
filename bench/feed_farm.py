"""A server of generated feeds, to be read by what is measured: `python -m bench.feed_farm --feeds N --entries N`

Half of the feeds are RSS, half Atom; no two entries are alike. It prints its port and then answers GET /feed/N, also
conditional ones, each after --latency seconds. POST /advance?by=N puts N new entries on top of every feed.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from types import TracebackType
from typing import Self

NEWEST = datetime(2026, 10, 1, tzinfo=UTC)
VOCABULARY = 4_000
_SYLLABLES = ("host", "rack", "net", "mail", "ve", "ra", "ti", "lo", "pan", "el", "cor", "mi", "su", "na", "der", "ex")


@dataclass(frozen=True, slots=True)
class FarmSize:
    """How many feeds, entries in each, and words in an entry; `latency_s` passes before every answer."""

    feeds: int = 500
    entries: int = 40
    words: int = 300
    latency_s: float = 0.0


class Farm:
    """The feeds' bytes. Entry M of feed N is always the same; a feed shows its newest ones."""

    def __init__(self, size: FarmSize) -> None:
        self.size = size
        self.newest = size.entries  # of every feed: entries are numbered from one on
        letters = random.Random("vocabulary")  # noqa: S311 - words, not secrets
        self._words = ["".join(letters.choices(_SYLLABLES, k=letters.randint(1, 3))) for _ in range(VOCABULARY)]
        self._items: dict[tuple[int, int], str] = {}
        self.bodies: list[bytes] = []
        self.advance(0)

    @property
    def etag(self) -> str:
        return f'"{self.newest}"'

    def advance(self, by: int) -> None:
        """Put `by` new entries on top of every feed."""
        self.newest += by
        numbers = range(self.newest, self.newest - self.size.entries, -1)
        kept = {(feed, number): self._item(feed, number) for feed in range(self.size.feeds) for number in numbers}
        self._items = kept
        self.bodies = [
            _document(feed, "".join(kept[feed, number] for number in numbers)).encode()
            for feed in range(self.size.feeds)
        ]

    def _item(self, feed: int, number: int) -> str:
        if (known := self._items.get((feed, number))) is not None:
            return known
        choice = random.Random(feed * 1_000_003 + number)  # noqa: S311 - words, not secrets
        title = " ".join(choice.choices(self._words, k=7)).capitalize()
        html = _html(choice.choices(self._words, k=self.size.words), f"https://blog{feed}.example")
        published = NEWEST - timedelta(days=200) + timedelta(hours=number, seconds=feed)
        make = _atom_entry if is_atom(feed) else _rss_item
        return make(f"https://blog{feed}.example/post/{number}", title, html, published)


def is_atom(feed: int) -> bool:
    """Whether this feed of a farm is Atom."""
    return feed % 2 == 1


def _html(words: list[str], site: str) -> str:
    """A post as blogs write it: paragraphs, a link, a picture, a list, a heading."""
    sixth = max(1, len(words) // 6)
    parts = [" ".join(words[start : start + sixth]) for start in range(0, len(words), sixth)]
    shapes = (
        "<p>{0}.</p>\n",
        '<p>{0}, <a href="/about/{1}" class="more">{1}</a> &amp; <strong>{2}</strong>.</p>\n',
        '<h2>{2}</h2>\n<p><img src="{3}/pictures/{1}.png" alt="{2}" width="640">{0}&nbsp;&#8217;s.</p>\n',
        "<ul>\n<li>{0}</li>\n<li>{1} <em>{2}</em></li>\n</ul>\n",
    )
    return "".join(
        shapes[place % len(shapes)].format(part, part.split()[0], part.split()[-1], site)
        for place, part in enumerate(parts)
    )


def _rss_item(link: str, title: str, html: str, published: datetime) -> str:
    teaser = escape(html[:120].partition("<p>")[2])
    return (
        f"<item><title>{title}</title><link>{link}</link><dc:creator><![CDATA[Ann Writer]]></dc:creator>\n"
        f"<pubDate>{format_datetime(published)}</pubDate><category><![CDATA[Hosting]]></category>"
        f'<category>News</category><guid isPermaLink="false">{link}#guid</guid>\n'
        f"<description>{teaser}</description><content:encoded><![CDATA[{html}]]></content:encoded></item>\n"
    )


def _atom_entry(link: str, title: str, html: str, published: datetime) -> str:
    return (
        f'<entry><id>{link}#id</id><title type="html">{title}</title><link rel="alternate" type="text/html" '
        f'href="{link}"/><published>{published.isoformat()}</published><updated>{published.isoformat()}</updated>\n'
        f'<author><name>Ann Writer</name></author><category term="hosting" label="Hosting"/>'
        f'<content type="html">{escape(html, quote=False)}</content></entry>\n'
    )


def _document(feed: int, items: str) -> str:
    site = f"https://blog{feed}.example"
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    if is_atom(feed):
        return (
            f'{head}<feed xmlns="http://www.w3.org/2005/Atom"><title>Blog {feed}</title><id>{site}/</id>'
            f'<updated>{NEWEST.isoformat()}</updated><link href="{site}/"/><link rel="self" href="{site}/feed"/>'
            f"\n{items}</feed>\n"
        )
    return (
        f'{head}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>Blog {feed}</title><link>{site}/</link><description>Posts</description><language>en</language>"
        f'<atom:link href="{site}/feed" rel="self" type="application/rss+xml"/>\n{items}</channel></rss>\n'
    )


class FarmProcess:
    """A farm in a process of its own, on loopback. Use as a context manager."""

    def __init__(self, size: FarmSize) -> None:
        self._size = size

    def __enter__(self) -> Self:
        size = self._size
        words = [f"--{name}={getattr(size, name)}" for name in ("feeds", "entries", "words")]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.feed_farm", *words, f"--latency={size.latency_s}"],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        self.urls = [f"http://127.0.0.1:{self.port}/feed/{feed}" for feed in range(size.feeds)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def advance(self, by: int) -> None:
        """Put `by` new entries on top of every feed."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/advance?by={by}", method="POST")
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own server
            answer.read()


async def _serve(farm: Farm) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                writer.write(await _answer(farm, head))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone, which ends a connection
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


async def _answer(farm: Farm, head: str) -> bytes:
    method, target, _ = head.split(" ", 2)
    path, _, query = target.partition("?")
    if method == "POST":
        farm.advance(int(query.removeprefix("by=")))
        return b"HTTP/1.1 204 No Content\r\n\r\n"
    if farm.size.latency_s:
        await asyncio.sleep(farm.size.latency_s)
    feed = int(path.removeprefix("/feed/"))
    conditions = [line for line in head.split("\r\n") if line.lower().startswith("if-none-match:")]
    if any(farm.etag in line for line in conditions):
        return f"HTTP/1.1 304 Not Modified\r\nETag: {farm.etag}\r\n\r\n".encode()
    kind = "atom" if is_atom(feed) else "rss"
    body = farm.bodies[feed]
    return (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/{kind}+xml; charset=utf-8\r\nETag: {farm.etag}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add_size(parser)
    asyncio.run(_serve(Farm(stated_size(parser.parse_args()))))


def add_size(parser: argparse.ArgumentParser) -> None:
    """The options that state a farm's size."""
    default = FarmSize()
    parser.add_argument("--feeds", type=int, default=default.feeds)
    parser.add_argument("--entries", type=int, default=default.entries, help="in every feed")
    parser.add_argument("--words", type=int, default=default.words, help="in every entry")
    parser.add_argument("--latency", type=float, default=default.latency_s, help="seconds before every answer")


def stated_size(words: argparse.Namespace) -> FarmSize:
    """The size that the options of `add_size` state."""
    return replace(FarmSize(), feeds=words.feeds, entries=words.entries, words=words.words, latency_s=words.latency)


if __name__ == "__main__":
    main()
