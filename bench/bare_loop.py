"""Feeds read with as little as one can write: httpx, feedparser and sqlite3's INSERT, nothing else.

What `bench.ingest` is measured beside: `python -m bench.bare_loop DATABASE CONCURRENCY < ADDRESSES`
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys

import feedparser
import httpx

SCHEMA = """
CREATE TABLE IF NOT EXISTS feed (url TEXT PRIMARY KEY, etag TEXT);
CREATE TABLE IF NOT EXISTS entry (id TEXT PRIMARY KEY, link TEXT, title TEXT, author TEXT, published TEXT, html TEXT);
"""


async def read_feeds(database: sqlite3.Connection, urls: list[str], concurrency: int) -> None:
    """Fetch each feed that has changed, `concurrency` at a time, and insert the entries that are new."""
    etags = dict(database.execute("SELECT url, etag FROM feed"))
    places = asyncio.Semaphore(concurrency)
    limits = httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
    async with httpx.AsyncClient(limits=limits, timeout=30) as client:

        async def read(url: str) -> None:
            headers = {"If-None-Match": etags[url]} if url in etags else {}
            async with places:
                answer = await client.get(url, headers=headers)
            if answer.status_code != httpx.codes.NOT_MODIFIED:
                _insert(database, url, answer)

        await asyncio.gather(*map(read, urls))


def _insert(database: sqlite3.Connection, url: str, answer: httpx.Response) -> None:
    rows = [
        (
            entry.get("id") or entry.get("link"),
            entry.get("link"),
            entry.get("title"),
            entry.get("author"),
            entry.get("published"),
            entry.content[0].value if entry.get("content") else entry.get("summary"),
        )
        for entry in feedparser.parse(answer.content, response_headers=dict(answer.headers)).entries
    ]
    with database:
        database.executemany("INSERT OR IGNORE INTO entry VALUES (?, ?, ?, ?, ?, ?)", rows)
        database.execute("INSERT OR REPLACE INTO feed VALUES (?, ?)", (url, answer.headers.get("etag")))


def main() -> None:
    path, concurrency = sys.argv[1:]
    database = sqlite3.connect(path)
    database.executescript(SCHEMA)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")
    asyncio.run(read_feeds(database, sys.stdin.read().split(), int(concurrency)))
    database.close()


if __name__ == "__main__":
    main()
