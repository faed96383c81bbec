"""How far the reading of older posts has come, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from store.backfill import BackfillRecord, load_backfill, met_before, save_page
from store.database import Database
from store.errors import UnknownSourceError
from store.posts import counts, known_to_source, save_entries
from store.sources import remove_source
from tests.store.factories import NOW, instant, make_entry, make_source

STATE = BackfillRecord(
    source_id=0,
    start="",
    front="http://wire.example/",
    method="months",
    waiting=(("http://wire.example/2010/07/", "2010-07"), ("http://wire.example/older", "")),
    archives=(("http://wire.example/2010/07/", "2010-07"),),
    worked=True,
    pages=3,
    found=20,
    idle=1,
    at=instant("2010-08-01"),
    reached=instant("2010-07-28T20:42"),
    error="a \x00 of the server",
    failures=1,
    resume_at=instant("2026-12-01"),
)


def test_a_state_is_read_as_it_was_stored(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)
        assert load_backfill(session, source) == BackfillRecord(source.id, source.url)
        state = replace(STATE, source_id=source.id, start=source.url)
        stored, saved = save_page(session, source, state, [make_entry("1"), make_entry("2")], {"a", "b"}, now=NOW)
    assert (saved.new, stored.new, stored.read_at, stored.error) == (2, 2, NOW, "a \ufffd of the server")
    with database.read() as session:
        assert load_backfill(session, source) == stored
        assert met_before(session, source.id) == {"a", "b"}


def test_what_was_met_adds_up_and_is_forgotten_at_the_end(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)
        state, _ = save_page(session, source, BackfillRecord(source.id, source.url), [], {"a"}, now=NOW)
        state, _ = save_page(session, source, state, [], {"a", "b"}, now=NOW + timedelta(hours=1))
        assert met_before(session, source.id) == {"a", "b"}
        save_page(session, source, replace(state, ended="all was read"), [], {"c"}, now=NOW)
        assert met_before(session, source.id) == set()
        assert load_backfill(session, source).ended == "all was read"


def test_what_begins_anew_forgets_what_was_before(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)
        save_page(session, source, BackfillRecord(source.id, source.url, pages=7), [], {"a"}, now=NOW)
        save_page(session, source, BackfillRecord(source.id, source.url, pages=1), [], {"b"}, now=NOW)
        assert met_before(session, source.id) == {"b"}
        assert load_backfill(session, source).pages == 1


def test_a_state_of_another_address_does_not_count(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)
        save_page(session, source, BackfillRecord(source.id, source.url, pages=7), [], {"a"}, now=NOW)
        moved = replace(source, url="http://wire.example/new")
        assert load_backfill(session, moved) == BackfillRecord(source.id, moved.url)


def test_what_the_source_has_stated_stays_as_it_is(database: Database) -> None:
    with database.write() as session:
        source, other = make_source(session), make_source(session, "http://planet.example/feed")
        save_entries(session, source, [make_entry("1"), make_entry("2", guid="tag:wire.example,2026:2")], now=NOW)
        save_entries(session, other, [make_entry("3", text="As the planet has it.")], now=NOW)
        copies = [
            make_entry("1", text="An older state."),  # by its id
            make_entry("2", entry_id="elsewhere", url=None, guid="tag:wire.example,2026:2", text="Older."),
            make_entry("3", text="As its own site has it."),
            make_entry("4", text="Not met before."),
        ]
        assert known_to_source(session, source.id, copies) == {"id-1", "elsewhere"}
        _, saved = save_page(session, source, BackfillRecord(source.id, source.url), copies, (), now=NOW)
    assert (saved.new, saved.updated) == (1, 1)
    with database.read() as session:
        texts = set(session.scalars(text("select text from post")))
    assert texts == {"Text of entry 1.", "Text of entry 2.", "As its own site has it.", "Not met before."}


def test_a_removed_source_leaves_no_state_and_takes_no_page(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)
        save_page(session, source, BackfillRecord(source.id, source.url), [], {"a"}, now=NOW)
        remove_source(session, source.url)
    with database.read() as session:
        left = [session.scalar(text(f"select count(*) from {name}")) for name in ("backfill", "backfill_met")]  # noqa: S608 - names of tables of ours
    assert left == [0, 0]
    with pytest.raises(UnknownSourceError), database.write() as session:
        save_page(session, source, BackfillRecord(source.id, source.url), [make_entry()], {"a"}, now=NOW)
    with database.read() as session:
        assert counts(session).posts == 0


def test_a_page_that_is_not_committed_leaves_the_state_as_it_was(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)
        state, _ = save_page(session, source, BackfillRecord(source.id, source.url), [], {"a"}, now=NOW)
    with database.engine.connect() as connection, Session(connection) as session:
        save_page(session, source, replace(state, pages=9), [make_entry()], {"b"}, now=NOW)
        session.rollback()
    with database.read() as session:
        assert load_backfill(session, source) == state
        assert (met_before(session, source.id), counts(session).posts) == ({"a"}, 0)
