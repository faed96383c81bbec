"""Ingest killed at any moment, over sources that move on meanwhile: nothing lost, nothing doubled, nothing locked."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

import pytest
from sqlalchemy import text

from store.database import Database
from store.posts import counts
from tests.ingest.commands import lock_is_free, start_ingest
from tests.ingest.factories import add, items, rss
from tests.servers import FEED_TYPE, Answer, Asked, LoopbackServer, Raw, Reply

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("passes.py")
SOURCES = 4
ROUND = 10  # kills until a pass is let through
STEP = 1  # new entries at each request
WINDOW = STEP * (ROUND + 2)  # entries shown at a time: what it showed before a round's kills is still in it after them
ANSWER_WITHIN_S = 120.0

KILLS = [
    pytest.param(10, id="10 kills"),
    pytest.param(100, marks=pytest.mark.long, id="100 kills"),
]


class Blade:
    """Kills a process while it is being answered: at its so-many-th request, after half of the answer's bytes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid, self._requests = 0, 0

    def let_fall(self, pid: int, *, at_request: int) -> None:
        with self._lock:
            self._pid, self._requests = pid, at_request

    def put_away(self) -> None:
        with self._lock:
            self._pid = self._requests = 0

    def over(self, answer: Answer) -> Reply:
        with self._lock:
            self._requests -= 1
            pid = self._pid if self._requests == 0 else 0
        return Raw(self._cut(answer.body, pid)) if pid else answer

    @staticmethod
    def _cut(body: bytes, pid: int) -> Iterator[bytes]:
        half = len(body) // 2
        yield b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: %d\r\n\r\n" % len(body)
        yield body[:half]
        os.kill(pid, signal.SIGKILL)
        yield body[half:]


class MovingFeed:
    """A feed that has moved on by STEP entries at every request, with validators of its state."""

    def __init__(self, name: str, blade: Blade) -> None:
        self.name = name
        self.newest = WINDOW
        self._blade = blade
        self._lock = threading.Lock()

    def __call__(self, _: Asked) -> Reply:
        with self._lock:
            shown = range(self.newest - WINDOW, self.newest)
            self.newest += STEP
        site = f"http://{self.name}.example"
        entries = [
            entry.but(
                guid=f"{self.name}-{entry.number}",
                title=f"{self.name} has news {entry.number}",
                text=f"{entry.text} Microsoft released Exchange Server 2010 SP{entry.number} on Monday.",
            )
            for entry in items(shown, site=site)
        ]
        body = rss(entries, title=self.name, site=site)
        return self._blade.over(Answer(body, content_type=FEED_TYPE, etag=f'"{self.newest}"'))

    @property
    def shown(self) -> int:
        """How many entries it has shown so far."""
        return self.newest - STEP


@pytest.fixture
def blade() -> Blade:
    return Blade()


@pytest.fixture
def feeds(server: LoopbackServer, database: Database, blade: Blade) -> list[MovingFeed]:
    moving = [MovingFeed(f"wire{number}", blade) for number in range(SOURCES)]
    for feed in moving:
        add(database, server.on(f"/{feed.name}", feed))
    return moving


class Passes:
    """Starts passes that have all loaded, one at a time; see `passes.py`."""

    def __init__(self, url: str, server: LoopbackServer, folder: Path) -> None:
        self._errors = (folder / "errors.txt").open("w+b")
        self._process = subprocess.Popen(
            [sys.executable, str(SCRIPT), url, server.host, str(server.port), str(folder / "robots")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            bufsize=0,
            # threads of a library would not survive the fork
            env=os.environ | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
        self._words = cast("IO[bytes]", self._process.stdout)

    def __enter__(self) -> Self:
        assert self._answer(ANSWER_WITHIN_S) == "ready"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def start(self, work: str = "pass") -> int:
        """The id of a process that has just begun."""
        cast("IO[bytes]", self._process.stdin).write(f"{work}\n".encode())
        return int(self._answer(ANSWER_WITHIN_S) or 0)

    def exit_code(self, *, within_s: float = ANSWER_WITHIN_S) -> int | None:
        """Of what was started last; None where it goes on for longer."""
        word = self._answer(within_s)
        return None if word is None else int(word)

    def finish(self, work: str = "pass") -> float:
        """The seconds that one takes that nobody kills."""
        begun = time.monotonic()
        self.start(work)
        code = self.exit_code()
        self._errors.seek(0)
        assert code == 0, self._errors.read()[-4_000:].decode()
        return time.monotonic() - begun

    def _answer(self, within_s: float) -> str | None:
        ready, _, _ = select.select([self._words], [], [], max(0.0, within_s))
        return self._words.readline().decode().strip() if ready else None


@pytest.fixture
def passes(database_url: str, server: LoopbackServer, tmp_path: Path) -> Iterator[Passes]:
    with Passes(database_url, server, tmp_path) as running:
        yield running


def figures(database: Database) -> dict[str, int]:
    """How many rows there are of what must be neither lost nor doubled."""
    tables = ("post", "sighting", "post_key", "mention", "post_entity", "timex", "event_mention", "event", "entity")
    with database.read() as session:
        return {table: session.scalar(text(f"select count(*) from {table}")) or 0 for table in tables}  # noqa: S608 - names of tables of ours


def check(database: Database, feeds: list[MovingFeed]) -> None:
    """Each entry that was ever shown is a post, once, and tagged."""
    with database.read() as session:
        titles = Counter(row[0].rpartition("/")[0] for row in session.execute(text("select url from post")))
        assert titles == {f"http://{feed.name}.example/posts": feed.shown for feed in feeds}
        shown = sum(feed.shown for feed in feeds)
        assert counts(session).posts == shown
        assert session.scalar(text("select count(*) from sighting")) == shown
        assert session.scalar(text("select count(*) from post where analysis_version is null")) == 0


def phase(database: Database, server: LoopbackServer, feeds: list[MovingFeed], before: int) -> str:
    """How far the run had come that is dead by now; `before` is how often the server had been asked when it began."""
    asked = len(server.asked) - before
    if asked < SOURCES:
        return "fetching" if asked else "starting"
    with database.read() as session:
        stored = counts(session).posts
        untagged = session.scalar(text("select count(*) from post where analysis_version is null")) or 0
    return "reading" if stored < sum(feed.shown for feed in feeds) else "tagging" if untagged else "ending"


@pytest.mark.parametrize("kills", KILLS)
def test_kills_at_random_moments_lose_nothing_and_double_nothing(
    kills: int, database: Database, server: LoopbackServer, feeds: list[MovingFeed], passes: Passes, blade: Blade
) -> None:
    chance = random.Random(20260302)  # noqa: S311 - the same moments in every run
    # One from each slice of the run, in any order; every fourth in the middle of an answer.
    moments: list[float | None] = [(number + chance.random()) / kills for number in range(kills)]
    moments[::4] = [None] * len(moments[::4])
    chance.shuffle(moments)
    passes.finish()
    whole = passes.finish()
    phases: Counter[str] = Counter()
    for number, moment in enumerate(moments, 1):
        before = len(server.asked)
        pid = passes.start()
        if moment is None:
            blade.let_fall(pid, at_request=chance.randint(1, SOURCES))
            assert passes.exit_code() == -signal.SIGKILL
        elif passes.exit_code(within_s=moment * whole) is None:
            os.kill(pid, signal.SIGKILL)
            assert passes.exit_code() in {-signal.SIGKILL, 0}
        blade.put_away()
        assert lock_is_free(database), "a killed run left its lock"
        phases[phase(database, server, feeds, before)] += 1
        if number % ROUND == 0:
            whole = passes.finish()
            check(database, feeds)
    assert len(phases) >= (3 if kills >= 100 else 2), phases  # which ones is left to chance
    kept = figures(database)
    passes.finish("tag all again")
    assert figures(database) == kept, "tags were lost or doubled"


@pytest.mark.parametrize(
    "kills", [pytest.param(2, id="2 kills"), pytest.param(10, marks=pytest.mark.long, id="10 kills")]
)
def test_kills_of_the_command_from_its_start_on_lose_nothing(
    kills: int,
    database: Database,
    database_url: str,
    server: LoopbackServer,
    feeds: list[MovingFeed],
    tmp_path: Path,
) -> None:
    """The command as cron runs it, with the import of all that it needs, which is most of its time here."""
    chance = random.Random(20260303)  # noqa: S311 - the same moments in every run
    begun = time.monotonic()
    finish(start_ingest(database_url, server, tmp_path))
    whole = time.monotonic() - begun
    for number in range(kills):
        process = start_ingest(database_url, server, tmp_path)
        try:
            process.wait(timeout=(number + chance.random()) / kills * whole)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()
        assert lock_is_free(database), "a killed run left its lock"
    finish(start_ingest(database_url, server, tmp_path))
    with database.read() as session:
        assert counts(session).posts == sum(feed.shown for feed in feeds)


def finish(process: subprocess.Popen[str]) -> None:
    output, errors = process.communicate(timeout=ANSWER_WITHIN_S)
    assert process.returncode == 0, output + errors
