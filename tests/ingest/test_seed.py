"""The blog that it all started from: its page and its feed, served and ingested."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ingest.client import Client, FetchLimits
from ingest.run import RunSummary, ingest
from store.database import Database
from store.records import PostQuery
from store.search import search_posts
from tests.ingest.factories import NOW, add, source

pytestmark = pytest.mark.shared


class Recording(SimpleHTTPRequestHandler):
    """Python's own file server (Last-Modified, If-Modified-Since), with the bytes that it sent noted."""

    sent: list[tuple[str, int]]

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:  # noqa: ARG002 - http.server's
        self.sent.append((self.path, int(code)))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the signature is http.server's
        pass


@pytest.fixture
def seed(shared: Path) -> Iterator[tuple[str, int, list[tuple[str, int]]]]:
    sent: list[tuple[str, int]] = []
    handler = type("Handler", (Recording,), {"sent": sent})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(shared / "seed")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = int(server.server_address[1])
    yield f"http://127.0.0.1:{port}", port, sent
    server.shutdown()
    server.server_close()


def run(database: Database, port: int, *, hours: int) -> RunSummary:
    async def go() -> RunSummary | None:
        limits = FetchLimits(allow=frozenset({("127.0.0.1", port)}), host_delay_s=0.0)
        async with Client(limits) as client:
            return await ingest(database, client, now=lambda: NOW + timedelta(hours=hours))

    summary = asyncio.run(go())
    assert summary is not None
    return summary


@pytest.mark.parametrize("order", [("hosted.html", "hosted.rss.xml"), ("hosted.rss.xml", "hosted.html")])
def test_page_and_feed_give_each_post_once_and_the_second_visit_is_free(
    database: Database, seed: tuple[str, int, list[tuple[str, int]]], shared: Path, order: tuple[str, str]
) -> None:
    root, port, sent = seed
    for name in order:
        add(database, f"{root}/{name}", kind="page" if name.endswith("html") else "feed")
    first = run(database, port, hours=1)
    assert [result.status for result in first.results] == ["ok", "ok"]
    assert first.to_json()["new"] == 10
    sent.clear()
    second = run(database, port, hours=2)
    assert [result.status for result in second.results] == ["unchanged", "unchanged"]
    asked = [request for request in sent if request[0] != "/robots.txt"]
    assert sorted(asked) == [("/hosted.html", 304), ("/hosted.rss.xml", 304)]
    assert source(database, f"{root}/hosted.rss.xml").posts == 10
    truth = json.loads((shared / "seed" / "expect.json").read_text(encoding="utf-8"))
    with database.read() as session:
        stored = search_posts(session, PostQuery(), limit=50, cursor=None).items
    assert sorted(post.title for post in stored) == sorted(post["title"] for post in truth["posts"])
