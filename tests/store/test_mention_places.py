"""Mentions are found by the days that they are about, whom it happens to and when they were reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from store.database import Database
from store.mention_places import mentions_in_copies, mentions_within
from store.models import EventMention, EventMentionPlace
from store.posts import save_entries
from store.records import EntityInput, MentionCopies, MentionWindow
from store.resolution import mention_rows
from store.sources import get_source
from tests.store.factories import NOW, instant, make_analysis, make_entry, make_event, make_source, store_post

CPANEL = ("product", "cpanel")
ORACLE, SUN = ("organization", "oracle"), ("organization", "sun")
ENTITIES = (
    EntityInput("product", "cpanel", "cPanel"),
    EntityInput("organization", "oracle", "Oracle"),
    EntityInput("organization", "sun", "Sun"),
)
TOLD = {  # type, subjects, status, first day and day after the last, day of the post
    "day": ("release", (CPANEL,), "happened", "2010-06-25", "2010-06-26", "2010-07-01"),
    "plan": ("release", (CPANEL,), "planned", "2010-06-25", "2010-06-26", "2010-03-01"),
    "month": ("release", (CPANEL,), "happened", "2010-06-01", "2010-07-01", "2010-07-01"),
    "year": ("release", (CPANEL,), "happened", "2010-01-01", "2011-01-01", "2010-07-01"),
    "decade": ("release", (CPANEL,), "happened", "2010-01-01", "2020-01-01", "2010-07-01"),
    "undated": ("release", (CPANEL,), "happened", None, None, "2010-06-25"),
    "outage": ("outage", (CPANEL,), "happened", "2010-06-25", "2010-06-26", "2010-07-01"),
    "deal": ("acquisition", (SUN, ORACLE), "happened", "2010-06-25", "2010-06-26", "2010-07-01"),
    "buyer": ("acquisition", (ORACLE,), "happened", "2010-06-25", "2010-06-26", "2010-07-01"),
}


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


WHOLE = MentionWindow("release", (CPANEL,), 1, 3_652_059, None, None, 1, 3_652_059)
JUNE_25 = replace(WHOLE, first=_ordinal("2010-06-25"), last=_ordinal("2010-06-25"))
WINDOWS: dict[str, tuple[MentionWindow, str]] = {
    "all": (WHOLE, "day plan month year decade undated"),
    "of a day": (JUNE_25, "day plan month year decade undated"),
    "dated": (replace(JUNE_25, dated=True), "day plan month year decade"),
    "undated": (replace(JUNE_25, dated=False), "undated"),
    "happened": (replace(JUNE_25, dated=True, happened=True), "day month year decade"),
    "plans": (replace(JUNE_25, happened=False), "plan"),
    "the day before": (replace(JUNE_25, first=JUNE_25.first - 1, last=JUNE_25.first - 1), "month year decade"),
    "the day after": (replace(JUNE_25, first=JUNE_25.first + 1, last=JUNE_25.first + 1), "month year decade"),
    "the last of a year": (replace(JUNE_25, first=_ordinal("2010-12-31"), last=_ordinal("2010-12-31")), "year decade"),
    "the first of the next": (replace(JUNE_25, first=_ordinal("2011-01-01"), last=_ordinal("2011-01-01")), "decade"),
    "the last of a decade": (replace(JUNE_25, first=_ordinal("2019-12-31"), last=_ordinal("2019-12-31")), "decade"),
    "after a decade": (replace(JUNE_25, first=_ordinal("2020-01-01"), last=_ordinal("2020-01-02")), ""),
    "reported since": (replace(WHOLE, since=_ordinal("2010-06-26")), "day month year decade"),
    "reported until": (replace(WHOLE, until=_ordinal("2010-06-25")), "plan undated"),
    "another type": (replace(WHOLE, type="outage"), "outage"),
    "a deal": (replace(WHOLE, type="acquisition", parties=(ORACLE, SUN)), "deal"),
    "one party": (replace(WHOLE, type="acquisition", parties=(ORACLE,)), "buyer"),
    "nobody": (replace(WHOLE, parties=(("product", "unheard-of"),)), ""),
}


@pytest.fixture
def told(database: Database) -> dict[int, str]:
    """The mentions, by their ids."""
    with database.write() as session:
        source = make_source(session)
        for name, (kind, subjects, status, begin, end, on) in TOLD.items():
            event = make_event(
                f"Title {name}", subjects[0], type=kind, status=status, date=begin,
                begin=begin and date.fromisoformat(begin), end_date=end and date.fromisoformat(end),
            )  # fmt: skip
            analysis = make_analysis(*ENTITIES, named=subjects, events=(replace(event, subjects=subjects),))
            entry = make_entry(name, title=f"Title {name}", content_hash=name.ljust(64, "0"), published=instant(on))
            store_post(session, source, entry, analysis)
        ids = session.scalars(select(EventMention.id).order_by(EventMention.id)).all()
    return dict(zip(ids, TOLD, strict=True))


@pytest.mark.parametrize("case", WINDOWS)
def test_a_window_holds(database: Database, told: dict[int, str], case: str) -> None:
    window, expected = WINDOWS[case]
    with database.read() as session:
        assert _named(told, mentions_within(session, [window])) == set(expected.split())


def test_windows_are_looked_up_together(database: Database, told: dict[int, str]) -> None:
    with database.read() as session:
        found = mentions_within(session, [WINDOWS["plans"][0], WINDOWS["a deal"][0], WINDOWS["nobody"][0]])
        assert mentions_within(session, []) == set()
    assert _named(told, found) == {"plan", "deal"}


def test_copies_are_found_by_their_words_and_posts(database: Database, told: dict[int, str]) -> None:
    with database.read() as session:
        rows = {row.id: row for row in mention_rows(session, told)}
        by_name = {name: rows[number] for number, name in told.items()}
        asked = MentionCopies(
            "release", (CPANEL,), by_name["day"].content_hash,
            frozenset({by_name["plan"].post_public_id, by_name["outage"].post_public_id}),
        )  # fmt: skip
        assert _named(told, mentions_in_copies(session, [asked])) == {"day", "plan"}
        assert mentions_in_copies(session, []) == set()


def test_nothing_stands_near_what_happens_to_nobody(database: Database, told: dict[int, str]) -> None:
    with database.read() as session:
        (row,) = mention_rows(session, [min(told)])
        assert mentions_within(session, [replace(WHOLE, parties=())]) == set()
        copies = MentionCopies("release", (), row.content_hash, frozenset())
        assert mentions_in_copies(session, [copies]) == set()


def test_mentions_of_a_post_with_another_date_stand_there_before_it_is_tagged_again(
    database: Database, told: dict[int, str]
) -> None:
    undated = make_entry("undated", title="Title undated", content_hash="undated".ljust(64, "0"))
    with database.write() as session:
        source = get_source(session, "http://wire.example/feed")
        save_entries(session, source, [replace(undated, published=instant("2013-10-11"))], now=NOW)
    there = replace(WHOLE, first=_ordinal("2013-10-11"), last=_ordinal("2013-10-11"), dated=False)
    with database.read() as session:
        assert _named(told, mentions_within(session, [there])) == {"undated"}
        assert _named(told, mentions_within(session, [replace(JUNE_25, dated=False)])) == set()


def test_mentions_of_before_get_their_places(database: Database, told: dict[int, str]) -> None:
    made = _places(database)
    assert len(made) == len(TOLD) + 10  # the decade's years, and its last two days
    database.downgrade("0010")
    database.upgrade()
    assert _places(database) == made


def _named(told: dict[int, str], ids: set[int]) -> set[str]:
    return {told[number] for number in ids}


def _places(database: Database) -> Sequence[object]:
    columns = EventMentionPlace.__table__.c
    with database.read() as session:
        return session.execute(select(*columns).order_by(columns.event_mention_id, columns.day)).all()
