"""A backfill killed at any moment: no post lost, none doubled, no page read again but the one under way."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import text

from store.database import Database
from store.posts import counts
from store.records import FetchState
from store.sources import record_success
from tests.ingest.blogs import past_posts, serve_months, serve_pager, site_of
from tests.ingest.factories import NOW, add
from tests.servers import LoopbackServer

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("one_backfill.py")
POSTS = 200
SIZE = 2
KILLS = {"sqlite": 5, "postgresql": 3}


def start(url: str, server: LoopbackServer) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), url, server.host, str(server.port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
    )


def kill_after(process: subprocess.Popen[str], server: LoopbackServer, requests: int) -> None:
    """Kill it at the moment when it has asked so often since now, or let it end."""
    until = len(server.asked) + requests
    ended = threading.Event()
    while process.poll() is None and len(server.asked) < until:
        ended.wait(0.001)
    process.kill()
    process.communicate()


@pytest.mark.parametrize("way", ["pager", "months"])
def test_kills_lose_nothing_double_nothing_and_go_on_where_they_were(
    database: Database, database_url: str, server: LoopbackServer, way: str
) -> None:
    posts = past_posts(POSTS, site=site_of(server))
    pages = len(serve_pager(server, posts, size=SIZE)) if way == "pager" else 1 + len(serve_months(server, posts))
    source = add(database, server.url("/"), kind="page")
    with database.write() as session:
        record_success(session, source.id, FetchState(), now=NOW)
    moments = random.Random(20260302)  # noqa: S311 - the same moments in every run
    kills = KILLS[database.dialect]
    for _ in range(kills):
        kill_after(start(database_url, server), server, moments.randint(2, pages // kills))
    last = start(database_url, server)
    output, _ = last.communicate(timeout=120)
    assert last.returncode == 0, output
    assert json.loads(output)["done"] == 1
    with database.read() as session:
        assert counts(session).posts == POSTS
        assert session.scalar(text("select count(*) from sighting")) == POSTS
        assert session.scalar(text("select count(*) from revision")) == 0
        assert session.scalar(text("select found from backfill")) == POSTS
    asked = Counter(path for path in server.paths if path != "/robots.txt" and not path.endswith(".xml"))
    assert len(asked) == pages
    assert asked.total() <= pages + kills
