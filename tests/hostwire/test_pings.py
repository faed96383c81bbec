"""Pings start runs: at once, one at a time, and one for as many as come meanwhile."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from hostwire import newsroom
from hostwire.output import now
from hostwire.pings import PingRuns, Waiting
from hostwire.server import app_from_environment, build_app, listen
from hostwire.settings import load_settings
from ingest.client import Client
from ingest.run import RunSummary, ingest
from store.database import Database
from store.errors import DatabaseUrlError
from store.hubs import pinged_sources
from store.posts import counts
from store.sources import get_source
from tests.api.conftest import serving
from tests.hostwire.conftest import Run, one_line
from tests.hubs import Hub
from tests.ingest.conftest import limits_for
from tests.ingest.factories import add, items, rss
from tests.servers import FEED_TYPE, Answer, Asked, LoopbackServer


class Desk:
    """What waits for a run, and runs that last as long as a test wants."""

    def __init__(self) -> None:
        self.waiting: set[str] = set()
        self.runs = 0
        self.under_way = threading.Semaphore(0)
        self.may_end = threading.Semaphore(0)
        self.leaves: set[str] = set()
        self.slept: list[float] = []

    def ask(self) -> Waiting:
        return Waiting(frozenset(self.waiting))

    def run(self) -> None:
        self.runs += 1
        self.waiting = set(self.leaves)
        self.under_way.release()
        assert self.may_end.acquire(timeout=20)

    def ping(self, runs: PingRuns, source: str) -> None:
        self.waiting.add(source)
        runs()


def test_a_flood_of_pings_during_a_run_is_one_more_run() -> None:
    desk = Desk()
    runs = PingRuns(desk.ask, desk.run, sleep=desk.slept.append)
    desk.ping(runs, "a")
    assert desk.under_way.acquire(timeout=20)
    for number in range(300):
        desk.ping(runs, f"s{number % 7}")
    desk.may_end.release()
    assert desk.under_way.acquire(timeout=20)
    desk.may_end.release()
    runs.close()
    assert (desk.runs, desk.waiting) == (2, set())
    assert desk.slept[0] == 30.0


def test_a_ping_after_a_run_starts_another() -> None:
    desk = Desk()
    runs = PingRuns(desk.ask, desk.run, sleep=desk.slept.append)
    for _ in range(3):
        desk.ping(runs, "a")
        assert desk.under_way.acquire(timeout=20)
        desk.may_end.release()
    runs.close()
    assert desk.runs == 3


def test_what_runs_leave_waiting_is_tried_less_and_less_often() -> None:
    desk = Desk()
    desk.leaves = {"a"}
    enough = threading.Event()

    def sleep(seconds: float) -> None:
        desk.slept.append(seconds)
        if len(desk.slept) == 8:
            desk.leaves = desk.waiting = set()
            enough.set()

    runs = PingRuns(desk.ask, desk.run, sleep=sleep)
    for _ in range(8):
        desk.may_end.release()
    desk.ping(runs, "a")
    assert enough.wait(20)
    runs.close()
    assert desk.slept == [30.0, 60.0, 120.0, 240.0, 480.0, 900.0, 900.0, 900.0]


def test_what_is_due_later_is_visited_then_without_another_ping() -> None:
    desk = Desk()
    asked: list[int] = []

    def ask() -> Waiting:
        asked.append(1)
        if len(asked) == 1:
            return Waiting(next_in_s=0.01)
        if len(asked) == 2:
            desk.waiting = {"a"}
        return desk.ask()

    runs = PingRuns(ask, desk.run, sleep=desk.slept.append)
    desk.may_end.release()
    runs()
    assert desk.under_way.acquire(timeout=20)
    runs.close()
    assert desk.runs == 1


def test_a_ping_for_nothing_that_is_due_starts_no_run() -> None:
    desk = Desk()
    asked = threading.Event()

    def ask() -> Waiting:
        asked.set()
        return Waiting()

    runs = PingRuns(ask, desk.run)
    runs()
    assert asked.wait(20)
    runs.close()
    assert desk.runs == 0


def test_a_database_that_fails_is_logged_and_the_next_ping_is_heard() -> None:
    desk = Desk()
    failed = threading.Event()

    def ask() -> Waiting:
        if not failed.is_set():
            failed.set()
            raise DatabaseUrlError("nothing answers there")
        return desk.ask()

    runs = PingRuns(ask, desk.run, sleep=desk.slept.append)
    with capture_logs() as logs:
        runs()
        assert failed.wait(20)
        desk.may_end.release()
        while not desk.under_way.acquire(timeout=0.05):
            desk.ping(runs, "a")
        runs.close()
    assert [event["error"] for event in logs if event["event"] == "pings_unknown"] == ["nothing answers there"]


# -- the command and the service ---------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        yield running


def feed(hub: Hub, count: int) -> Answer:
    links = f'<atom:link rel="self" href="http://wire.example/all"/><atom:link rel="hub" href="{hub.url}"/>'
    head = b'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>' + links.encode()
    body = rss(items(range(count))).replace(b'<rss version="2.0"><channel>', head)
    return Answer(body, content_type=FEED_TYPE, etag=f'"{count}"')


def test_a_ping_to_the_service_is_visited_by_a_run_of_the_command(
    server: LoopbackServer, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound = listen("127.0.0.1", 0)
    base_url = f"http://127.0.0.1:{bound.getsockname()[1]}"
    for name, value in {
        "DATABASE_URL": sqlite_url, "BASE_URL": base_url, "HOST_DELAY": "0",
        "FETCH_ALLOW": f"{server.host}:{server.port}",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"HOSTWIRE_{name}", value)
    hub, database, asked = Hub(server), Database(sqlite_url), threading.Event()
    url = server.on("/feed", feed(hub, 3))
    add(database, url)

    async def subscribe() -> None:
        async with Client(limits_for(server)) as client:
            callbacks = load_settings().hub_callbacks
            await ingest(database, client, now=lambda: now() - timedelta(hours=1), hub_callbacks=callbacks)

    app = app_from_environment()
    with serving(app, bound):
        asyncio.run(subscribe())
        with database.read() as session:
            assert (found := get_source(session, url).hub) is not None
        assert found.state == "live"

        def news(_: Asked) -> Answer:
            asked.set()
            return feed(hub, 4)

        server.on("/feed", news)
        assert hub.distribute() == [202]
        assert asked.wait(60)
        app.state.context.on_ping.close()  # which waits for the run
    with database.read() as session:
        held = counts(session)
        assert (held.posts, held.analyzed, pinged_sources(session, now=now())) == (4, 4, ())
        next_fetch = get_source(session, url).next_fetch_at
    assert next_fetch is not None
    assert timedelta(hours=2) < next_fetch - datetime.now(UTC) < timedelta(hours=4)
    database.close()
    hub.close()


def test_nothing_that_was_pinged_for_is_quickly_done(hostwire: Run) -> None:
    assert hostwire("source", "add", "http://wire.example/feed", "--kind", "feed").returncode == 0
    done = hostwire("ingest", "--pinged", "--json")
    assert done.returncode == 0, done.stderr
    totals = json.loads(one_line(done.stdout))
    assert (totals["sources"], totals["failed"]) == (0, 0)


@pytest.mark.parametrize("words", [("--force",), ("--source", "http://wire.example/feed")])
def test_what_was_pinged_for_chooses_itself(hostwire: Run, words: tuple[str, ...]) -> None:
    done = hostwire("ingest", "--pinged", *words)
    assert done.returncode == 2
    assert "--pinged" in one_line(done.stderr)


def test_runs_are_started_only_where_hubs_can_reach_us(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> None:
    monkeypatch.setenv("HOSTWIRE_DATABASE_URL", sqlite_url)
    assert load_settings().hub_callbacks is None
    assert app_from_environment().state.context.on_ping is None
    monkeypatch.setenv("HOSTWIRE_BASE_URL", "https://news.example/wire/")
    assert load_settings().hub_callbacks == "https://news.example/wire/hub"
    assert app_from_environment().state.context.on_ping is not None
    assert build_app(load_settings()).state.context.on_ping is None
    monkeypatch.setenv("HOSTWIRE_HUBS", "false")
    assert load_settings().hub_callbacks is None
    assert app_from_environment().state.context.on_ping is None


# -- a whole run and one over what was pinged for --------------------------------------------------------------------


@pytest.mark.parametrize("pinged", [True, False])
def test_a_whole_run_waits_for_a_pinged_one_and_for_no_other(
    database: Database, monkeypatch: pytest.MonkeyPatch, pinged: bool
) -> None:
    monkeypatch.setattr(newsroom, "PAUSE_S", 0.0)
    looks: list[int] = []
    with ExitStack() as under_way:
        if pinged:
            assert under_way.enter_context(database.run_lock(newsroom.PINGED))

        async def run() -> RunSummary | None:
            """What a run says: nothing while another is under way, which ends at the third look."""
            looks.append(len(looks))
            if len(looks) < 3:
                return None
            under_way.close()
            return RunSummary(())

        summary = asyncio.run(newsroom.after_pings(database, run))
    assert (summary, len(looks)) == ((RunSummary(()), 3) if pinged else (None, 1))
