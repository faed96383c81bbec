"""Ingest killed at any moment, over sources that move on meanwhile: nothing lost, nothing doubled, nothing locked."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import text

from store.database import Database
from store.posts import counts
from tests.ingest.factories import add, items, rss
from tests.servers import FEED_TYPE, Answer, Asked, LoopbackServer

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("one_pass.py")
KILLS = {"sqlite": 20, "postgresql": 8}
WINDOW = 66  # entries shown at a time
STEP = 3  # new ones a request: what a window showed before all kills is still in it after them
SOURCES = 3


class MovingFeed:
    """A feed that has moved on by STEP entries at every request, with validators of its state."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.newest = WINDOW
        self._lock = threading.Lock()

    def __call__(self, _: Asked) -> Answer:
        with self._lock:
            shown = range(self.newest - WINDOW, self.newest)
            self.newest += STEP
        site = f"http://{self.name}.example"
        entries = [
            entry.but(guid=f"{self.name}-{entry.number}", title=f"{self.name} has news {entry.number}")
            for entry in items(shown, site=site)
        ]
        return Answer(rss(entries, title=self.name, site=site), content_type=FEED_TYPE, etag=f'"{self.newest}"')

    @property
    def shown(self) -> int:
        """How many entries it has shown so far."""
        return self.newest - STEP


@pytest.fixture
def feeds(server: LoopbackServer) -> list[MovingFeed]:
    moving = [MovingFeed(f"wire{number}") for number in range(SOURCES)]
    for feed in moving:
        server.on(f"/{feed.name}", feed)
    return moving


def start(url: str, server: LoopbackServer) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), url, server.host, str(server.port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
    )


def finish(process: subprocess.Popen[str]) -> dict[str, int]:
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0, output
    totals: dict[str, int] = json.loads(output)
    return totals


def lock_is_free(database: Database) -> bool:
    """At once on SQLite; PostgreSQL's server notices the end of a client when it next looks at its socket."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with database.run_lock("ingest") as held:
            if held:
                return True
            assert database.dialect == "postgresql"
    return False


def test_kills_at_random_moments_lose_nothing_and_double_nothing(
    database: Database, database_url: str, server: LoopbackServer, feeds: list[MovingFeed]
) -> None:
    for feed in feeds:
        add(database, server.url(f"/{feed.name}"))
    begun = time.monotonic()
    finish(start(database_url, server))
    whole = time.monotonic() - begun
    moments = random.Random(20260302)  # noqa: S311 - the same moments in every run
    for _ in range(KILLS[database.dialect]):
        process = start(database_url, server)
        try:
            process.wait(timeout=moments.uniform(0.3, 1.05) * whole)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()
        assert lock_is_free(database), "a killed run left its lock"
    finish(start(database_url, server))
    with database.read() as session:
        titles = Counter(row[0].rpartition("/")[0] for row in session.execute(text("select url from post")))
        assert counts(session).posts == sum(feed.shown for feed in feeds)
        sightings = session.scalar(text("select count(*) from sighting"))
    assert titles == {f"http://{feed.name}.example/posts": feed.shown for feed in feeds}
    assert sightings == sum(feed.shown for feed in feeds)


def test_passes_at_once_store_each_post_once(
    database: Database, database_url: str, server: LoopbackServer, feeds: list[MovingFeed]
) -> None:
    for feed in feeds:
        add(database, server.url(f"/{feed.name}"))
    outputs = [process.communicate(timeout=120)[0] for process in [start(database_url, server) for _ in range(3)]]
    totals = [json.loads(output) for output in outputs]
    assert any(total is not None for total in totals)
    with database.read() as session:
        assert counts(session).posts == sum(feed.shown for feed in feeds)
