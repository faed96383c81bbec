"""A retagging that is killed halfway is taken up where it was, and ends as one that was not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from ingest.analysis import BATCH
from store.database import Database
from store.posts import save_entries
from tests.hostwire.conftest import Run
from tests.ingest.factories import NOW, add
from tests.store.factories import make_entry

ROOT = Path(__file__).resolve().parents[2]
POSTS = 5 * BATCH  # three batches at least, with two processes as well
OLD = "of an older release"
PROSE = "It came out on {day} May 2010, said Foo Bar Inc., and runs on Windows Server 2008. " * 3


@pytest.fixture
def archive(sqlite_url: str) -> str:
    """The URL of a database full of posts that an older release has tagged."""
    database = Database(sqlite_url)
    source = add(database, "http://wire.example/feed")
    entries = [
        make_entry(str(n), title=f"Plesk {n}.0 is released", text=PROSE.format(day=n % 28 + 1)) for n in range(POSTS)
    ]
    with database.write() as session:
        save_entries(session, source, entries, now=NOW)
        session.execute(text("update post set analysis_version = :old"), {"old": OLD})
    database.close()
    return sqlite_url


def retagged(url: str) -> int:
    database = Database(url)
    with database.read() as session:
        found: int = session.execute(
            text("select count(*) from post where analysis_version != :old"), {"old": OLD}
        ).scalar_one()
    database.close()
    return found


def stored(url: str) -> dict[str, list[tuple[object, ...]]]:
    """What analysis has written, without what counts the order of writing."""
    database = Database(url)
    queries = {
        "events": "select public_id, type, status, value, title from event",
        "mentions": "select quote, rule, count(*) from event_mention group by quote, rule",
        "entities": "select slug, name, count(*) from post_entity join entity on entity.id = entity_id group by 1, 2",
        "versions": "select analysis_version, count(*) from post group by analysis_version",
    }
    with database.read() as session:
        found = {what: sorted(map(tuple, session.execute(text(query)))) for what, query in queries.items()}
    database.close()
    return found


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_killed_run_is_taken_up_where_it_was(hostwire: Run, archive: str, tmp_path: Path, jobs: str) -> None:
    whole = f"sqlite:///{tmp_path / 'whole.db'}"
    shutil.copy(archive.removeprefix("sqlite:///"), tmp_path / "whole.db")
    killed = subprocess.Popen(
        [sys.executable, "-m", "hostwire", "retag", "--jobs", jobs],
        env=os.environ | {"HOSTWIRE_DATABASE_URL": archive, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 120
    while not (done := retagged(archive)):
        assert killed.poll() is None
        assert time.monotonic() < until
    killed.kill()
    killed.wait()
    done = retagged(archive)
    assert 0 < done < POSTS

    again = hostwire("retag", "--json", "--jobs", jobs, HOSTWIRE_DATABASE_URL=archive)
    assert json.loads(again.stdout) == {"analyzed": POSTS - done, "failed": 0}, again.stderr
    uncut = hostwire("retag", "--json", HOSTWIRE_DATABASE_URL=whole)
    assert json.loads(uncut.stdout) == {"analyzed": POSTS, "failed": 0}, uncut.stderr
    assert stored(archive) == stored(whole)
    nothing = hostwire("retag", "--json", "--jobs", jobs, HOSTWIRE_DATABASE_URL=archive)
    assert json.loads(nothing.stdout) == {"analyzed": 0, "failed": 0}
