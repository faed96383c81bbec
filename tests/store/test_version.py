"""The version of the data: another one after every commit, the same one otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select, text

from store.database import Database
from store.models import Post
from tests.store.factories import make_entry, make_source, store_post


def test_reading_changes_nothing(database: Database) -> None:
    before = database.version.current()
    with database.read() as session:
        session.scalar(select(func.count(Post.id)))
    assert before is not None
    assert database.version.current() == before


@pytest.mark.parametrize("elsewhere", [False, True], ids=["own", "another"])
def test_every_commit_changes_it_whoever_made_it(database: Database, database_url: str, *, elsewhere: bool) -> None:
    writer = Database(database_url) if elsewhere else database
    with writer.write() as session:
        source = make_source(session)
    seen = [database.version.current()]
    for key in ("1", "2", "3"):
        with writer.write() as session:
            store_post(session, source, make_entry(key))
        seen.append(database.version.current())
    if elsewhere:
        writer.close()
    assert len(set(seen)) == 4
    assert None not in seen


def test_what_is_under_way_is_not_seen_and_changes_it_when_it_is_committed(database: Database) -> None:
    """A version from before a commit never equals one from after it, also where it was asked for in between."""
    with database.write() as session:
        make_source(session)
        session.flush()
        during = database.version.current()
        assert database.version.current() == during
    assert database.version.current() != during


def test_a_connection_that_was_lost_is_made_again_and_counts_anew(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    before = database.version.current()
    with database.write() as session:
        others = "select pg_terminate_backend(pid) from pg_stat_activity"
        session.execute(text(f"{others} where datname = current_database() and pid != pg_backend_pid()"))
    assert database.version.current() is None
    after = database.version.current()
    database.close()
    assert after is not None
    assert after != before


def test_a_database_that_cannot_be_reached_has_none(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/folder/hostwire.db")
    (tmp_path / "folder").rmdir()
    assert database.version.current() is None
    database.close()


def test_a_file_that_another_holds_alone_is_not_waited_for(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url, isolation_level="AUTOCOMMIT")
    database = Database(sqlite_url)
    with engine.connect() as other:
        other.exec_driver_sql("PRAGMA locking_mode=EXCLUSIVE")
        other.exec_driver_sql("BEGIN EXCLUSIVE")
        assert database.version.current() is None
        other.exec_driver_sql("ROLLBACK")
    engine.dispose()
    assert database.version.current() is not None
    database.close()
