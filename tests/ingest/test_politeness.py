"""A hundred sources on one host: one request at a time, never closer than the pace, and nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from ingest.client import Client
from ingest.robots import RobotsMemory
from ingest.run import RunSummary, ingest
from ingest.sandbox import Sandbox
from store.database import Database
from tests.ingest.conftest import limits_for
from tests.ingest.factories import NOW, add, items, page, rss
from tests.servers import FEED_TYPE, HTML_TYPE, Answer, Asked, LoopbackServer

DELAY_S = 1.5
SOURCES = 100


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as box:
        yield box


class Host:
    """A server that notes when it was asked, on a clock that moves by waiting alone."""

    def __init__(self, server: LoopbackServer, database: Database, sandbox: Sandbox) -> None:
        self.server, self.database, self.sandbox = server, database, sandbox
        self.seconds = 0.0
        self.asked_at: list[float] = []
        self.robots = RobotsMemory(clock=lambda: NOW.timestamp() + self.seconds)

    def serve(self, path: str, answer: Answer) -> str:
        def noted(asked: Asked) -> Answer:
            self.asked_at.append(self.seconds)
            return answer

        return self.server.on(path, noted)

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)

    def run(self) -> RunSummary:
        async def go() -> RunSummary | None:
            limits = limits_for(self.server, host_delay_s=DELAY_S)
            clock = self.sleep, lambda: self.seconds
            async with Client(limits, sleep=clock[0], clock=clock[1], robots=self.robots) as client:
                return await ingest(
                    self.database, client, now=lambda: NOW + timedelta(seconds=self.seconds), sandbox=self.sandbox
                )

        summary = asyncio.run(go())
        assert summary is not None
        return summary

    def gaps(self) -> list[float]:
        return [later - earlier for earlier, later in zip(self.asked_at, self.asked_at[1:], strict=False)]


@pytest.fixture
def host(server: LoopbackServer, sqlite_url: str, sandbox: Sandbox) -> Iterator[Host]:
    database = Database(sqlite_url)
    yield Host(server, database, sandbox)
    database.close()


def test_a_hundred_feeds_of_one_host_are_asked_in_turn_and_then_on_condition(host: Host) -> None:
    for number in range(SOURCES):
        feed = rss(items(range(number * 3, number * 3 + 3)))
        add(host.database, host.serve(f"/{number}", Answer(feed, content_type=FEED_TYPE, etag=f'"{number}"')))
    first = host.run().to_json()
    assert (first["ok"], first["new"]) == (SOURCES, SOURCES * 3)
    assert len(host.server.asked) == SOURCES
    host.seconds += 3600
    second = host.run()
    assert {result.status for result in second.results} == {"unchanged"}
    again = host.server.asked[SOURCES:]
    assert [asked.headers.get("if-none-match") for asked in again] == [f'"{number}"' for number in range(SOURCES)]
    assert host.server.most_at_once == 1
    assert min(host.gaps()) >= DELAY_S


def test_a_hundred_pages_of_one_host_ask_for_its_robots_once_a_day(host: Host) -> None:
    host.serve("/robots.txt", Answer(b"User-agent: *\nDisallow: /private\n", content_type="text/plain"))
    site = host.server.url("").rstrip("/")
    for number in range(SOURCES):
        posts = items(range(number * 3, number * 3 + 3), site=site)
        url = host.serve(f"/{number}", Answer(page(posts), content_type=HTML_TYPE, etag=f'"{number}"'))
        add(host.database, url, kind="page")
    assert host.run().ok == SOURCES
    host.seconds += 3600
    assert {result.status for result in host.run().results} == {"unchanged"}
    assert host.server.paths.count("/robots.txt") == 1
    host.seconds += 86_400
    host.run()
    assert host.server.paths.count("/robots.txt") == 2
    conditional = [asked for asked in host.server.asked if asked.path != "/robots.txt"][SOURCES:]
    assert all("if-none-match" in asked.headers for asked in conditional)
    assert host.server.most_at_once == 1
    assert min(host.gaps()) >= DELAY_S


def test_a_feed_does_not_ask_for_robots(host: Host) -> None:
    add(host.database, host.serve("/feed", Answer(rss(items([1])), content_type=FEED_TYPE)))
    assert host.run().ok == 1
    assert host.server.paths == ["/feed"]


def test_a_site_that_asks_for_more_time_gets_it(host: Host) -> None:
    host.serve("/robots.txt", Answer(b"User-agent: *\nCrawl-delay: 20\n"))
    for number in range(4):
        posts = items(range(number * 3, number * 3 + 3), site=host.server.url("").rstrip("/"))
        add(host.database, host.serve(f"/{number}", Answer(page(posts))), kind="page")
    assert host.run().ok == 4
    assert host.gaps() == [20.0] * 4
