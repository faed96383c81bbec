"""`hostwire worker`: alone on SQLite, two side by side on PostgreSQL; stopped when it is told to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from hostwire.worker import Planned, next_after, work_alone
from store.database import Database
from store.errors import DatabaseUrlError
from store.records import SubscriptionInput
from store.subscriptions import add_subscription, get_subscription, list_deliveries
from tests.hostwire.conftest import Run, one_line
from tests.ingest.factories import items, rss
from tests.servers import FEED_TYPE, HOLD, Answer, Asked, LoopbackServer, Raw, Reply
from tests.store.factories import EXCHANGE, NOW, make_analysis, make_entry, make_source, store_post

BEGIN = datetime(2026, 11, 24, 3, 17, 20, tzinfo=UTC)
SOURCES = 6
PATIENCE_S = 180.0


class Clock(threading.Event):
    """A clock that waiting moves on, and that stops the worker at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.moment = BEGIN
        self._until = until

    def now(self) -> datetime:
        return self.moment

    def wait(self, timeout: float | None = None) -> bool:
        self.moment += timedelta(seconds=timeout or 0)
        if self.moment >= self._until:
            self.set()
        return self.is_set()


def test_alone_it_does_each_chore_at_once_and_then_when_its_time_has_come() -> None:
    done: list[tuple[str, str]] = []
    clock = Clock(BEGIN + timedelta(minutes=6))

    def chore(name: str, cron: str) -> Planned:
        return Planned(name, cron, lambda: done.append((name, f"{clock.now():%H:%M:%S}")))

    work_alone([chore("a", "*/5 * * * *"), chore("b", "*/2 * * * *")], stopped=clock, now=clock.now)
    assert done == [
        ("a", "03:17:20"), ("b", "03:17:20"), ("b", "03:18:00"), ("a", "03:20:00"), ("b", "03:20:00"),
        ("b", "03:22:00"),
    ]  # fmt: skip


def test_what_fails_is_done_again_and_holds_up_nothing() -> None:
    done: list[str] = []
    clock = Clock(BEGIN + timedelta(minutes=2))

    def fails() -> None:
        done.append("fails")
        raise DatabaseUrlError("no database for now")

    chores = [Planned("fails", "* * * * *", fails), Planned("goes on", "* * * * *", lambda: done.append("goes on"))]
    work_alone(chores, stopped=clock, now=clock.now)
    assert done == ["fails", "goes on"] * 3


def test_once_it_is_told_to_stop_nothing_more_is_begun() -> None:
    done: list[str] = []
    clock = Clock(BEGIN + timedelta(days=1))

    def last() -> None:
        done.append("last")
        clock.set()

    never = Planned("never", "* * * * *", lambda: done.append("never"))
    work_alone([Planned("last", "* * * * *", last), never], stopped=clock, now=clock.now)
    assert done == ["last"]


def test_cron_expressions_are_read_in_utc() -> None:
    assert next_after("30 4 * * 1", BEGIN) == datetime(2026, 11, 30, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize("cron", ["nightly", "* * * *", "61 * * * *"])
def test_a_time_that_is_none_is_named(hostwire: Run, cron: str, sqlite_url: str) -> None:
    done = hostwire("worker", HOSTWIRE_DATABASE_URL=sqlite_url, HOSTWIRE_INGEST_CRON=cron)
    assert done.returncode == 1
    assert "HOSTWIRE_INGEST_CRON" in done.stderr


@contextmanager
def working(url: str, server: LoopbackServer, folder: Path, *, workers: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Workers of their own processes; killed at the end if they were not stopped."""
    variables = {
        "HOSTWIRE_DATABASE_URL": url,
        "HOSTWIRE_FETCH_ALLOW": f"{server.host}:{server.port}",
        "HOSTWIRE_HOST_DELAY": "0",
    }
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "hostwire", "worker"],
            env=os.environ | variables | {"HOSTWIRE_DATA_DIR": str(folder / str(number))},
            stderr=subprocess.PIPE,
        )
        for number in range(workers)
    ]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.communicate()


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        yield running


@pytest.fixture
def worked_on(database: Database) -> Iterator[Database]:
    """A database that is not given to another test: Procrastinate's tables are in it, too."""
    yield database
    if database.dialect == "postgresql":
        with database.write() as session:
            session.execute(text("drop schema public cascade"))


def test_sources_are_visited_once_posts_tagged_and_subscriptions_told(
    worked_on: Database, database_url: str, server: LoopbackServer, tmp_path: Path
) -> None:
    told = threading.Event()
    everybody_visited = threading.Barrier(2)
    visited: list[str] = []
    items_told: list[str] = []

    def feed(asked: Asked) -> Reply:
        visited.append(asked.path)
        if len(visited) == SOURCES:
            everybody_visited.wait(PATIENCE_S)
        return Answer(rss(items([int(asked.path[1:])])), content_type=FEED_TYPE)

    def hook(asked: Asked) -> Reply:
        """What was tagged by then is told in one message, and the rest in the next."""
        items_told.extend(item["id"] for item in json.loads(asked.body)["data"]["items"])
        if len(items_told) == SOURCES:
            told.set()
        return Answer(status=204, content_type=None)

    with worked_on.write() as session:
        for number in range(SOURCES):
            make_source(session, server.on(f"/{number}", feed))
        add_subscription(session, SubscriptionInput("posts", {}, "webhook", server.on("/hook", hook)), now=NOW)
    workers = 2 if worked_on.dialect == "postgresql" else 1
    with working(database_url, server, tmp_path, workers=workers) as processes:
        everybody_visited.wait(PATIENCE_S)
        assert told.wait(PATIENCE_S)
        for process in processes:
            process.send_signal(signal.SIGTERM)
        said = [process.communicate(timeout=PATIENCE_S)[1].decode() for process in processes]
        assert [process.returncode for process in processes] == [0] * workers, said
    assert Counter(path for path in server.paths if path != "/hook") == {f"/{n}": 1 for n in range(SOURCES)}
    with worked_on.read() as session:
        assert session.scalar(text("select count(*) from post where analysis_version is not null")) == SOURCES


# -- killed ------------------------------------------------------------------------------------------------------------


class Fate:
    """Kills a worker in the middle of an exchange with it, once."""

    def __init__(self) -> None:
        self.pid = 0
        self._lock = threading.Lock()

    def befalls(self) -> bool:
        """Whether it is now that the worker is to be killed."""
        with self._lock:
            return self.pid != 0

    def strike(self) -> None:
        with self._lock:
            os.kill(self.pid, signal.SIGKILL)
            self.pid = 0

    def over(self, answer: Answer) -> Raw:
        """The answer, in the middle of whose bytes it strikes."""

        def bytes_() -> Iterator[bytes]:
            half = len(answer.body) // 2
            head = f"HTTP/1.1 200 OK\r\nContent-Type: {FEED_TYPE}\r\nContent-Length: {len(answer.body)}\r\n\r\n"
            yield head.encode() + answer.body[:half]
            self.strike()
            yield answer.body[half:]

        return Raw(bytes_())


def killed(process: subprocess.Popen[bytes], database: Database) -> None:
    """Wait for a worker's end, and let as much time go by as a worker may be silent and a message is leased."""
    assert process.wait(PATIENCE_S) == -signal.SIGKILL
    with database.write() as session:
        session.execute(text("update delivery set lease_until = next_at where lease_until is not null"))
        if database.dialect == "postgresql":
            session.execute(text("update procrastinate_workers set last_heartbeat = now() - interval '1 minute'"))


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=PATIENCE_S)[1].decode()
    assert process.returncode == 0, said


def jobs_in_hand(database: Database) -> int:
    if database.dialect == "sqlite":
        return 0
    with database.read() as session:
        return session.scalar(text("select count(*) from procrastinate_jobs where status = 'doing'")) or 0


def test_a_visit_in_which_a_worker_was_killed_is_made_again_by_the_next(
    worked_on: Database, database_url: str, server: LoopbackServer, tmp_path: Path
) -> None:
    """Of three sources of one host, whose visits wait for each other on PostgreSQL."""
    fate, told = Fate(), threading.Event()

    def feed(asked: Asked) -> Reply:
        answer = Answer(rss(items(range(int(asked.path[1:]) * 5, int(asked.path[1:]) * 5 + 5))), content_type=FEED_TYPE)
        return fate.over(answer) if asked.path == "/1" and fate.befalls() else answer

    def hook(asked: Asked) -> Reply:
        hooked.extend(post["url"] for post in json.loads(asked.body)["data"]["items"])
        if len(hooked) == 15:
            told.set()
        return Answer(status=204, content_type=None)

    hooked: list[str] = []
    with worked_on.write() as session:
        for number in range(3):
            make_source(session, server.on(f"/{number}", feed))
        add_subscription(session, SubscriptionInput("posts", {}, "webhook", server.on("/hook", hook)), now=NOW)
    with working(database_url, server, tmp_path / "first", workers=1) as (first,):
        fate.pid = first.pid
        killed(first, worked_on)
    assert jobs_in_hand(worked_on) == (1 if worked_on.dialect == "postgresql" else 0)
    with working(database_url, server, tmp_path / "second", workers=1) as (second,):
        assert told.wait(PATIENCE_S)
        stop(second)
    assert jobs_in_hand(worked_on) == 0
    assert server.paths.count("/1") >= 2  # and once more where the second plans before it is told to stop
    assert len(hooked) == len(set(hooked)) == 15
    with worked_on.read() as session:
        assert session.scalar(text("select count(*) from post where analysis_version is not null")) == 15


def test_a_message_in_whose_delivery_a_worker_was_killed_is_sent_again_with_its_id(
    worked_on: Database, database_url: str, server: LoopbackServer, tmp_path: Path
) -> None:
    """To a receiver that is slow to answer: it may have taken the message, which only its id can tell it."""
    fate, taken = Fate(), threading.Event()

    def slow(_: Asked) -> Reply:
        if fate.befalls():
            fate.strike()
            return Raw([HOLD])
        taken.set()
        return Answer(status=204, content_type=None)

    address = server.on("/hook", slow)
    with worked_on.write() as session:
        wanted = SubscriptionInput("posts", {}, "webhook", address)
        public_id = add_subscription(session, wanted, now=NOW)[0].public_id
        store_post(session, make_source(session, enabled=False), make_entry("1"), make_analysis(EXCHANGE))
    with working(database_url, server, tmp_path / "first", workers=1) as (first,):
        fate.pid = first.pid
        killed(first, worked_on)
    with worked_on.read() as session:
        assert get_subscription(session, public_id).waiting == 1
    with working(database_url, server, tmp_path / "second", workers=1) as (second,):
        assert taken.wait(PATIENCE_S)
        stop(second)
    assert jobs_in_hand(worked_on) == 0
    before, again = server.asked
    assert before.headers["webhook-id"] == again.headers["webhook-id"]
    assert before.body == again.body
    with worked_on.read() as session:
        (message,) = list_deliveries(session, public_id, limit=9)
    assert (message.id, message.state) == (again.headers["webhook-id"], "delivered")


def test_on_sqlite_due_sources_are_visited_at_once_and_what_is_under_way_at_a_stop_is_stored(
    sqlite_url: str, server: LoopbackServer, tmp_path: Path
) -> None:
    """Two feeds answer when both were asked and the worker was told to stop."""
    both_asked, told_to_stop = threading.Barrier(3), threading.Event()

    def feed(asked: Asked) -> Reply:
        both_asked.wait(PATIENCE_S)
        told_to_stop.wait(PATIENCE_S)
        return Answer(rss(items([int(asked.path[1:])])), content_type=FEED_TYPE)

    database = Database(sqlite_url)
    with database.write() as session:
        for number in range(2):
            make_source(session, server.on(f"/{number}", feed))
    with working(sqlite_url, server, tmp_path, workers=1) as (process,):
        both_asked.wait(PATIENCE_S)
        process.send_signal(signal.SIGTERM)
        told_to_stop.set()
        said = process.communicate(timeout=PATIENCE_S)[1].decode()
        assert process.returncode == 0, said
    with database.read() as session:
        assert session.scalar(text("select count(*) from post")) == 2
    database.close()


STOPS = 10
STOPPED_S = 30.0  # docs/operations.md: within half a minute


def test_one_that_is_told_to_stop_many_times_at_once_ends_in_time(
    worked_on: Database, database_url: str, server: LoopbackServer, tmp_path: Path
) -> None:
    """While it waits for what is next to do: a receiver was told, and nothing else is due."""
    told = threading.Event()

    def hook(_: Asked) -> Reply:
        told.set()
        return Answer(status=204, content_type=None)

    with worked_on.write() as session:
        add_subscription(session, SubscriptionInput("posts", {}, "webhook", server.on("/hook", hook)), now=NOW)
        store_post(session, make_source(session, enabled=False), make_entry("1"), make_analysis(EXCHANGE))
    with working(database_url, server, tmp_path, workers=1) as (process,):
        assert told.wait(PATIENCE_S)
        for _ in range(STOPS):
            process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=STOPPED_S)[1].decode()
    assert process.returncode == 0, said


FLOODED = """
import os, signal, threading, time
from hostwire.worker import _stop_signals

def flood():
    while not over:
        os.kill(os.getpid(), signal.SIGTERM)

over = []
with _stop_signals() as stopped:
    flooding = threading.Thread(target=flood)
    flooding.start()
    assert stopped.wait(60.0)
    until = time.monotonic() + 1.0
    while time.monotonic() < until:
        assert stopped.wait(60.0)
    over.append(True)
    flooding.join()
"""


def test_signals_without_end_lock_nobody_out() -> None:
    """Each may come while another is handled, and at any moment of waiting for them."""
    done = subprocess.run([sys.executable, "-c", FLOODED], stderr=subprocess.PIPE, timeout=STOPPED_S, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_on_sqlite_there_is_one(hostwire: Run, sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.run_lock("worker") as held:
        assert held
        done = hostwire("worker", HOSTWIRE_DATABASE_URL=sqlite_url)
    database.close()
    assert done.returncode == 1
    assert "another worker" in one_line(done.stderr)
