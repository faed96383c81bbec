"""Several ingests at once over one database: one works, the others say so and leave, whatever becomes of the one."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pytest

from store.database import Database
from store.posts import counts
from tests.ingest.commands import lock_is_free, start_ingest
from tests.ingest.factories import add, items, rss
from tests.servers import FEED_TYPE, Answer, Asked, LoopbackServer, Reply

ENTRIES, SOURCES = 12, 3
WITHIN_S = 120
AT_ONCE = [pytest.param(2, id="two"), pytest.param(5, id="five", marks=pytest.mark.long)]


@dataclass(frozen=True)
class End:
    """How a command ended, and what it printed."""

    code: int
    output: str
    errors: str

    @property
    def totals(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.output.splitlines()[-1])
        return found


class Gate:
    """Feeds that answer nobody until they are opened."""

    def __init__(self) -> None:
        self._opened = threading.Event()

    def open(self) -> None:
        self._opened.set()

    def feed(self, name: str) -> Answer:
        site = f"http://{name}.example"
        named = [
            entry.but(guid=f"{name}-{entry.number}", title=f"{name} has news {entry.number}")
            for entry in items(range(ENTRIES), site=site)
        ]
        return Answer(rss(named, title=name, site=site), content_type=FEED_TYPE)

    def __call__(self, asked: Asked) -> Reply:
        self._opened.wait(WITHIN_S)
        return self.feed(asked.path.strip("/"))


@pytest.fixture
def gate(server: LoopbackServer, database: Database) -> Iterator[Gate]:
    closed = Gate()
    for number in range(SOURCES):
        add(database, server.on(f"/wire{number}", closed))
    yield closed
    closed.open()


class Commands:
    """Ingests that were started together."""

    def __init__(
        self, number: int, url: str, server: LoopbackServer, folder: Path, waiting: ThreadPoolExecutor
    ) -> None:
        processes = [start_ingest(url, server, folder) for _ in range(number)]
        self._ends = {waiting.submit(_end, process): process for process in processes}

    def all_but_one(self) -> list[End]:
        """Those that end while no feed answers."""
        ended = islice(as_completed(self._ends, timeout=WITHIN_S), len(self._ends) - 1)
        return [end.result() for end in ended]

    @property
    def ends(self) -> list[Future[End]]:
        return list(self._ends)

    @property
    def working(self) -> tuple[subprocess.Popen[str], Future[End]]:
        ((end, process),) = ((end, process) for end, process in self._ends.items() if not end.done())
        return process, end


def _end(process: subprocess.Popen[str]) -> End:
    output, errors = process.communicate(timeout=WITHIN_S)
    return End(process.returncode, output, errors)


@pytest.fixture
def waiting() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(5) as threads:
        yield threads


def posts(database: Database) -> int:
    with database.read() as session:
        return counts(session).posts


@pytest.mark.parametrize("number", AT_ONCE)
def test_of_ingests_at_once_one_works_and_the_others_leave_with_a_word(
    number: int,
    database: Database,
    database_url: str,
    server: LoopbackServer,
    gate: Gate,
    waiting: ThreadPoolExecutor,
    tmp_path: Path,
) -> None:
    commands = Commands(number, database_url, server, tmp_path, waiting)
    for left in commands.all_but_one():
        assert left.code == 0
        assert left.errors == "another ingest is under way: nothing to do\n"
        assert left.totals["sources"] == 0
    assert posts(database) == 0
    _, end = commands.working
    gate.open()
    worked = end.result(WITHIN_S)
    assert worked.code == 0, worked.errors
    assert worked.totals["new"] == posts(database) == SOURCES * ENTRIES
    assert len(server.asked) == SOURCES, "each source was asked once"


@pytest.mark.parametrize("number", AT_ONCE)
def test_when_the_one_that_works_is_killed_the_next_one_works_at_once(
    number: int,
    database: Database,
    database_url: str,
    server: LoopbackServer,
    gate: Gate,
    waiting: ThreadPoolExecutor,
    tmp_path: Path,
) -> None:
    commands = Commands(number, database_url, server, tmp_path, waiting)
    commands.all_but_one()
    process, end = commands.working
    process.kill()
    assert end.result(WITHIN_S).code < 0
    assert lock_is_free(database)
    gate.open()
    ends = [following.result(WITHIN_S) for following in Commands(number, database_url, server, tmp_path, waiting).ends]
    assert [end.code for end in ends] == [0] * number
    assert sum(int(str(end.totals["new"])) for end in ends) == posts(database) == SOURCES * ENTRIES
