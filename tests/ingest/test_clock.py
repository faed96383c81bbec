"""A clock that jumps between visits: every post once, no source left waiting for a year that was never there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from ingest.client import Client
from ingest.robots import RobotsMemory
from ingest.run import RunSummary, ingest
from ingest.sandbox import Sandbox
from store.database import Database
from store.posts import counts
from store.sources import due_sources, record_failure
from tests.ingest.conftest import limits_for
from tests.ingest.factories import NOW, add, item, items, page, rss, source
from tests.servers import FEED_TYPE, Answer, LoopbackServer

YEAR, DAY, HOUR = timedelta(days=365), timedelta(days=1), timedelta(hours=1)
UNAVAILABLE = Answer(b"", status=503, headers={"Retry-After": "86400"})

# How far the clock is from the right time, visit after visit; the last is right again.
JUMPS = [
    pytest.param((0, YEAR, 0), id="forwards a year"),
    pytest.param((0, -10 * YEAR, 0), id="back ten years"),
    pytest.param((YEAR, 0), id="wrong from the first visit on"),
    pytest.param((0, YEAR, -10 * YEAR, 3 * DAY, -3 * DAY, YEAR, 0), id="back and forth"),
    pytest.param((0, 7900 * YEAR, 0), id="to the end of the calendar"),
]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(workers=1) as box:
        yield box


class Visits:
    """Passes over one server; the right time goes on by an hour before each, and the clock is off as a test says."""

    def __init__(self, server: LoopbackServer, database: Database, sandbox: Sandbox) -> None:
        self.server, self.database, self.sandbox = server, database, sandbox
        self.right, self.clock = NOW, NOW
        self.robots = RobotsMemory(clock=lambda: self.clock.timestamp())

    def run(self, *, off: timedelta | int = 0, later: timedelta = HOUR) -> RunSummary:
        self.right += later
        self.clock = self.right + (off or timedelta(0))  # type: ignore[operator]  # set before it is read

        async def go() -> RunSummary | None:
            async with Client(limits_for(self.server), robots=self.robots) as client:
                return await ingest(
                    self.database, client, now=lambda: self.clock, sandbox=self.sandbox, chance=lambda: 0.0
                )

        summary = asyncio.run(go())
        assert summary is not None
        return summary

    def posts(self) -> int:
        with self.database.read() as session:
            return counts(session).posts


@pytest.fixture
def visits(server: LoopbackServer, database: Database, sandbox: Sandbox) -> Visits:
    return Visits(server, database, sandbox)


@pytest.mark.parametrize("jumps", JUMPS)
def test_a_feed_read_by_a_clock_that_jumps_is_stored_once_and_whole(
    visits: Visits, jumps: Sequence[timedelta | int]
) -> None:
    url = visits.server.url("/feed")
    add(visits.database, url)
    for number, off in enumerate(jumps):
        visits.server.on("/feed", Answer(rss(items(range(number, number + 5))), content_type=FEED_TYPE))
        (result,) = visits.run(off=off).results
        assert (result.status, result.new) == ("ok", 1 if number else 5)
    assert visits.posts() == 4 + len(jumps)
    assert source(visits.database, url).last_success_at == visits.right


@pytest.mark.parametrize("jumps", JUMPS)
def test_a_source_that_asked_to_be_left_alone_is_visited_once_the_clock_is_right_again(
    visits: Visits, jumps: Sequence[timedelta | int]
) -> None:
    url = visits.server.on("/feed", UNAVAILABLE)
    add(visits.database, url)
    for off in jumps[:-1]:
        visits.run(off=off)
    visits.server.on("/feed", Answer(rss(items(range(5))), content_type=FEED_TYPE))
    (result,) = visits.run(later=DAY + HOUR).results
    assert (result.status, result.new) == ("ok", 5)


def test_a_wait_set_by_the_right_clock_is_kept(visits: Visits) -> None:
    add(visits.database, visits.server.on("/feed", UNAVAILABLE))
    visits.run()
    assert [result.status for result in visits.run(off=timedelta(minutes=-59), later=HOUR).results] == ["skipped"]
    assert [result.status for result in visits.run(off=timedelta(minutes=30), later=HOUR).results] == ["skipped"]


def test_the_clocks_of_two_machines_may_differ_a_little(database: Database) -> None:
    """One that is half an hour ahead does not make the other one visit a source that has just been visited."""
    added = add(database, "http://wire.example/feed")
    with database.write() as session:
        ahead = NOW + timedelta(minutes=30)
        record_failure(session, added.id, error="no", now=ahead, next_fetch_at=ahead + HOUR)
        assert due_sources(session, now=NOW) == ()
        assert len(due_sources(session, now=NOW - HOUR)) == 1


def test_robots_are_asked_again_when_they_were_fetched_in_the_future(visits: Visits) -> None:
    visits.server.on("/robots.txt", Answer(b"User-agent: *\nDisallow: /", content_type="text/plain"))
    add(visits.database, visits.server.on("/blog", Answer(page(items(range(4))))), kind="page")
    assert [result.status for result in visits.run(off=YEAR).results] == ["error"]
    visits.server.on("/robots.txt", Answer(b"User-agent: *\nAllow: /", content_type="text/plain"))
    assert [result.new for result in visits.run().results] == [4]
    visits.run()
    assert visits.server.paths.count("/robots.txt") == 2


def test_a_sitemap_visited_in_the_future_hides_no_page_that_comes_before(visits: Visits) -> None:
    """Only what has changed after the last visit is read, and that must not be a visit which lies ahead."""
    add(visits.database, site_of(visits, range(3)), kind="sitemap")
    assert [result.new for result in visits.run(off=YEAR).results] == [3]
    site_of(visits, range(5))
    assert [result.new for result in visits.run(later=10 * DAY).results] == [2]


def site_of(visits: Visits, numbers: Sequence[int]) -> str:
    """A site of articles whose sitemap says that each changed on a day of its own; the sitemap's address."""
    listed = ""
    for number in numbers:
        changed = (NOW + number * DAY).date()
        story = "".join(f"<p>{item(number).text} {words}</p>" for words in STORY)
        address = visits.server.on(
            f"/posts/{number}",
            Answer(
                f'<!doctype html><html><head><title>Panel {number}</title><meta property="og:type" content="article">'
                f"</head><body><article><h1>Panel {number} is released</h1>{story}</article></body></html>".encode()
            ),
        )
        listed += f"<url><loc>{address}</loc><lastmod>{changed}</lastmod></url>"
    body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'.encode()
    return visits.server.on("/sitemap.xml", Answer(body, content_type="application/xml"))


STORY = (
    "Customers who had waited for it since the spring may update whenever they like, and nobody has to.",
    "The one before it is looked after for another year, and the vendor says that no data has to be moved.",
    "Those who host mail on it are told to read the notes first, since the port of the queue is another now.",
)
