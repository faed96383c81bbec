"""Timelines: events in the order of their dates, as known now or on a day, each with the sentences that tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from ingest.events import resolve_rows
from store.database import Database
from store.errors import QuerySyntaxError, UnknownSourceError
from store.models import Event, EventMention
from store.posts import save_analysis
from store.records import DateChange, EventDate, EventInput, EventRecord, PostQuery, SourceRecord, Status, TimelineQuery
from store.resolution import mention_rows, unsettled_mentions, with_their_events
from store.search import search_posts
from store.sources import get_source, remove_source
from store.timelines import get_event, precision_of, replace_events, timeline
from store.views import get_post
from tests.store.factories import (
    EXCHANGE,
    EXCHANGE_2010,
    EXCHANGE_2010_SP1,
    MICROSOFT,
    NOW,
    instant,
    make_analysis,
    make_entry,
    make_event,
    make_resolved,
    make_source,
    mention_ids_of,
    store_post,
)
from tests.store.statements import count_statements, plans

SP1 = ("product", "exchange-2010-sp1")
FAMILY = (EXCHANGE, EXCHANGE_2010, EXCHANGE_2010_SP1)


def day(text: str) -> tuple[str, date, date]:
    begin = date.fromisoformat(text)
    return text, begin, begin + timedelta(days=1)


UNDATED = EventDate(None, None, None, None, "text")


def ask(database: Database, *, limit: int = 50, **fields: object) -> list[EventRecord]:
    with database.read() as session:
        return list(timeline(session, TimelineQuery(**fields), limit=limit, resolve=resolve_rows).items)  # type: ignore[arg-type]  # what a test names


def ids(events: Sequence[EventRecord]) -> list[str]:
    return [event.id for event in events]


def report(
    database: Database,
    key: str,
    *,
    on: str,
    status: Status = "planned",
    of: str | None = None,
    url: str = "http://wire.example/feed",
    subject: tuple[str, str] = SP1,
) -> tuple[int, ...]:
    """A post of that day, which says that SP1 is or was released on day `of`; the ids of its mentions."""
    title = f"{key}: SP1 {status}"
    value, begin, end = day(of) if of else (None, None, None)
    event = make_event(title, subject, status=status, date=value, begin=begin, end_date=end)
    with database.write() as session:
        try:
            source = get_source(session, url)
        except UnknownSourceError:
            source = make_source(session, url)
        entry = make_entry(f"{url} {key}", title=title, text=f"Text of {key}", published=instant(on))
        post_id = store_post(session, source, entry, make_analysis(*FAMILY, named=(subject,), events=(event,)))
        return mention_ids_of(session, post_id)


def resolve(database: Database, *events: EventInput, also: tuple[int, ...] = (), now: datetime = NOW) -> None:
    with database.write() as session:
        replace_events(session, [*(n for event in events for n in event.mention_ids), *also], events, now=now)


@pytest.fixture
def calendar(database: Database) -> Database:
    """Five events of three products and an organization; stored in another order than that of their dates."""
    subjects = [("product", "exchange"), ("product", "exchange-2010"), SP1, ("organization", "microsoft")]
    rows = [
        ("c", "2026-03-01", "release", "happened", subjects[2]),
        ("undated", None, "outage", "planned", subjects[0]),
        ("a", "2026-01-01", "release", "planned", subjects[0]),
        ("b", "2026-02-01", "pricing", "cancelled", subjects[3]),
        ("also c", "2026-03-01", "update", "happened", subjects[1]),
    ]
    with database.write() as session:
        source = make_source(session)
        for n, (name, value, kind, status, subject) in enumerate(rows):
            event = make_event(f"Title {n}", subject, type=kind, status=status)
            analysis = make_analysis(*FAMILY, MICROSOFT, named=(subject,), events=(event,))
            post_id = store_post(session, source, make_entry(str(n), text=f"word{n}"), analysis)
            when = {"day": day(value)} if value else {"date": UNDATED}
            resolved = make_resolved(
                mention_ids_of(session, post_id), public_id=name, type=kind, status=status, subjects=(subject,), **when
            )
            replace_events(session, resolved.mention_ids, [resolved], now=NOW)
    return database


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, ["a", "b", "also c", "c", "undated"], id="by date, equal ones by their ids, undated last"),
        pytest.param({"product": "exchange"}, ["a", "also c", "c", "undated"], id="a family with all its members"),
        pytest.param({"product": "exchange-2010"}, ["also c", "c"], id="a version with its service packs"),
        pytest.param({"product": "EXCHANGE 2010 SP1"}, ["c"], id="by an alias"),
        pytest.param({"organization": "Microsoft"}, ["b"], id="an organization"),
        pytest.param({"tld": "xxx"}, [], id="one that nothing is known of"),
        pytest.param({"product": "exchange", "organization": "microsoft"}, [], id="two at once"),
        pytest.param({"types": ("release",)}, ["a", "c"], id="a type"),
        pytest.param({"types": ("release", "pricing")}, ["a", "b", "c"], id="either type"),
        pytest.param({"statuses": ("planned",)}, ["a", "undated"], id="a status"),
        pytest.param({"begin": date(2026, 2, 1)}, ["b", "also c", "c"], id="from a day"),
        pytest.param({"begin": date(2026, 2, 2)}, ["also c", "c"], id="from the day after"),
        pytest.param({"end": date(2026, 2, 1)}, ["a"], id="to a day"),
        pytest.param({"end": date(2026, 2, 2)}, ["a", "b"], id="to the day after"),
        pytest.param({"begin": date(2026, 1, 2), "end": date(2026, 3, 1)}, ["b"], id="between days"),
        pytest.param({"q": "word3"}, ["b"], id="a word of a post that tells of it"),
        pytest.param({"q": "product:exchange-2010 -word0"}, ["also c"], id="a query"),
        pytest.param({"q": "nowhere"}, [], id="a word of none"),
    ],
)
def test_what_is_asked_for(calendar: Database, fields: dict[str, object], expected: list[str]) -> None:
    assert ids(ask(calendar, **fields)) == expected


def test_a_query_that_cannot_be_read_is_an_error(calendar: Database) -> None:
    with pytest.raises(QuerySyntaxError):
        ask(calendar, q='"open')


@pytest.mark.parametrize("as_of", [None, date(2026, 6, 1)])
def test_pages_follow_each_other_while_events_arrive(calendar: Database, as_of: date | None) -> None:
    seen: list[str] = []
    cursor = None
    for n in range(10):
        with calendar.read() as session:
            page = timeline(session, TimelineQuery(as_of=as_of), limit=2, cursor=cursor, resolve=resolve_rows)
        seen += ids(page.items)
        cursor = page.next
        if cursor is None:
            break
        mentions = report(calendar, f"late {n}", on="2026-01-01")
        resolve(calendar, make_resolved(mentions, public_id=f"late {n}", day=day("2025-01-01")))
    assert seen == ["a", "b", "also c", "c", "undated"]


@pytest.mark.parametrize("as_of", [None, date(2026, 6, 1)])
def test_pages_of_one_go_through_all(calendar: Database, as_of: date | None) -> None:
    seen: list[str] = []
    cursor = None
    with calendar.read() as session:
        for _ in range(10):
            page = timeline(session, TimelineQuery(as_of=as_of), limit=1, cursor=cursor, resolve=resolve_rows)
            seen += ids(page.items)
            cursor = page.next
            if cursor is None:
                break
    assert seen == ["a", "b", "also c", "c", "undated"]


# -- as of a day -----------------------------------------------------------------------------------------------


def settle(database: Database, *, now: datetime = NOW) -> None:
    """Resolve all that was reported, as ingest does."""
    with database.write() as session:
        rows = mention_rows(session, session.scalars(select(EventMention.id)))
        replace_events(session, [row.id for row in rows], resolve_rows(rows), now=now)


def mains(events: Sequence[EventRecord]) -> list[str]:
    """The slugs of the main subjects."""
    return [event.subjects[0].slug for event in events]


OTHER = ("product", "exchange-2010")


@pytest.fixture
def moved(database: Database) -> Database:
    """A release that was planned for July, then for September, and came in August; another stands in July."""
    report(database, "plan", on="2010-05-01", of="2010-07-01")
    report(database, "delay", on="2010-06-10", of="2010-09-01")
    report(database, "fact", on="2010-08-20", status="happened", of="2010-08-15", url="http://b.example/")
    report(database, "other", on="2010-05-05", of="2010-07-20", subject=OTHER)
    settle(database)
    return database


@pytest.mark.parametrize(
    ("as_of", "order", "status", "value", "sources", "told", "dates"),
    [
        ("2010-05-01", ["exchange-2010-sp1"], "planned", "2010-07-01", 1, ["plan"], ["2010-07-01"]),
        ("2010-06-09", ["exchange-2010-sp1", "exchange-2010"], "planned", "2010-07-01", 1, ["plan"], ["2010-07-01"]),
        ("2010-06-10", ["exchange-2010", "exchange-2010-sp1"], "planned", "2010-09-01", 1, ["plan", "delay"],
         ["2010-07-01", "2010-09-01"]),
        ("2010-08-20", ["exchange-2010", "exchange-2010-sp1"], "happened", "2010-08-15", 2, ["plan", "delay", "fact"],
         ["2010-07-01", "2010-09-01", "2010-08-15"]),
    ],
)  # fmt: skip
def test_a_timeline_shows_what_was_known_on_a_day(
    moved: Database,
    as_of: str,
    order: list[str],
    status: str,
    value: str,
    sources: int,
    told: list[str],
    dates: list[str],
) -> None:
    events = ask(moved, as_of=date.fromisoformat(as_of))
    assert mains(events) == order
    event = events[order.index("exchange-2010-sp1")]
    assert (event.status, event.date.value, event.sources) == (status, value, sources)
    assert (event.date.begin, event.date.precision, event.date.basis) == (date.fromisoformat(value), "day", "text")
    assert [evidence.title.partition(":")[0] for evidence in event.evidence] == told
    assert [change.value for change in event.history] == dates


def test_before_the_first_report_nothing_is_known(moved: Database) -> None:
    assert ask(moved, as_of=date(2010, 4, 30)) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"statuses": ("planned",)}, ["exchange-2010", "exchange-2010-sp1"]),
        ({"statuses": ("happened",)}, []),
        ({"begin": date(2010, 9, 1)}, ["exchange-2010-sp1"]),
        ({"end": date(2010, 9, 1)}, ["exchange-2010"]),
        ({"begin": date(2010, 8, 1), "end": date(2010, 8, 31)}, []),
        ({"types": ("release",)}, ["exchange-2010", "exchange-2010-sp1"]),
        ({"product": "exchange"}, ["exchange-2010", "exchange-2010-sp1"]),
    ],
)
def test_what_is_asked_for_is_asked_of_that_day(
    moved: Database, fields: dict[str, object], expected: list[str]
) -> None:
    """In July the release was planned for September, whatever is known today."""
    assert mains(ask(moved, as_of=date(2010, 7, 15), **fields)) == expected


def test_the_last_day_of_all_is_today(moved: Database) -> None:
    assert ask(moved, as_of=date(2026, 1, 1)) == ask(moved)
    assert ids(ask(moved, as_of=date.max)) == ids(ask(moved))


def test_reports_without_a_date_stand_on_the_day_of_the_first(database: Database) -> None:
    for n in (1, 2, 3):
        report(database, str(n), on=f"2010-05-0{n}", status="happened")
    settle(database)
    (then,), (now,) = ask(database, as_of=date(2010, 5, 2)), ask(database)
    assert (then.reports, now.reports) == (2, 3)
    assert then.date == now.date


def test_without_the_resolver_nobody_can_say_what_was_known(moved: Database) -> None:
    with moved.read() as session, pytest.raises(ValueError, match="resolver"):
        timeline(session, TimelineQuery(as_of=date(2010, 6, 1)), limit=5)


# -- evidence --------------------------------------------------------------------------------------------------


def test_every_quote_stands_in_its_post(moved: Database) -> None:
    events = ask(moved)
    assert sum(len(event.evidence) for event in events) == 4
    with moved.read() as session:
        for evidence in (evidence for event in events for evidence in event.evidence):
            post = get_post(session, evidence.post)
            assert post is not None
            field = post.summary.title if evidence.field == "title" else post.text
            assert field[evidence.start : evidence.end] == evidence.quote
            assert (evidence.title, evidence.published) == (post.summary.title, post.summary.published)


def test_an_event_is_found_by_its_id(moved: Database) -> None:
    with moved.read() as session:
        shown = ask(moved)
        assert [get_event(session, event.id) for event in shown] == shown
        assert [get_event(session, name) for name in ("", "nobody", "\x00", "\ud800")] == [None] * 4


# -- what the resolver writes ----------------------------------------------------------------------------------


def test_replacing_twice_changes_nothing(moved: Database) -> None:
    before = ask(moved)
    with moved.write() as session:
        rows = {row.id: row.event_id for row in session.scalars(select(EventMention))}
        events = [
            make_resolved(
                tuple(sorted(n for n, event_id in rows.items() if event_id == row.id)), public_id=row.public_id,
                status=row.status, date=EventDate(row.value, row.begin, row.end, row.precision, row.basis),
                title=row.title, confidence=row.confidence,
                subjects=tuple((s.kind, s.slug) for e in before if e.id == row.public_id for s in e.subjects),
                sources=row.sources, first_reported=row.first_reported_at,
                history=tuple(
                    replace(change, source="")
                    for change in next(event.history for event in before if event.id == row.public_id)
                ),
                last_reported=row.last_reported_at, slipped_days=row.slipped_days,
            )
            for row in session.scalars(select(Event))
        ]  # fmt: skip
        row_ids = session.scalars(select(Event.id).order_by(Event.id)).all()
    for n in (1, 2):
        resolve(moved, *events, now=NOW + timedelta(days=n))
    with moved.read() as session:
        assert session.scalars(select(Event.id).order_by(Event.id)).all() == row_ids
    assert ask(moved) == before


def test_a_date_that_moves_raises_the_revision_and_keeps_the_id(database: Database) -> None:
    first = report(database, "plan", on="2010-05-01", of="2010-07-01")
    plan = make_resolved(first, status="planned", day=day("2010-07-01"), history=(
        DateChange("2010-07-01", instant("2010-05-01"), "post-1"),))  # fmt: skip
    resolve(database, plan)
    (before,) = ask(database)
    second = report(database, "delay", on="2010-06-10", of="2010-09-01")
    delayed = make_resolved(
        (*first, *second), status="planned", day=day("2010-09-01"),
        history=(*plan.history, DateChange("2010-09-01", instant("2010-06-10"), "post-2")),
    )  # fmt: skip
    resolve(database, delayed, now=NOW + timedelta(days=1))
    (after,) = ask(database)
    assert (before.id, before.revision, before.changed) == (after.id, 0, NOW)
    assert (after.revision, after.changed) == (1, NOW + timedelta(days=1))
    assert [change.value for change in after.history] == ["2010-07-01", "2010-09-01"]
    resolve(database, replace(delayed, title="Another title"), now=NOW + timedelta(days=2))
    (renamed,) = ask(database)
    assert (renamed.revision, renamed.changed, renamed.title) == (2, NOW + timedelta(days=2), "Another title")


def test_an_event_without_mentions_disappears(moved: Database) -> None:
    with moved.write() as session:
        mention_ids = session.scalars(select(EventMention.id)).all()
        replace_events(session, mention_ids, [], now=NOW)
    assert ask(moved) == []


def test_an_event_whose_only_post_is_told_otherwise_now_disappears(database: Database) -> None:
    (mention,) = report(database, "plan", on="2010-05-01", of="2010-07-01")
    resolve(database, make_resolved((mention,)))
    with database.write() as session:
        (item,) = search_posts(session, PostQuery(), limit=1).items
        (post,) = session.scalars(select(EventMention.post_id)).all()
        entry = make_entry("http://wire.example/feed plan", title="plan: SP1 planned", text="Text of plan")
        assert save_analysis(session, post, make_analysis(EXCHANGE), version="2", content_hash=entry.content_hash)
        replace_events(session, [*unsettled_mentions(session, [item.row_id])], [], now=NOW)
    assert ask(database) == []


def test_events_go_with_the_posts_of_a_source_that_is_removed(moved: Database) -> None:
    with moved.write() as session:
        remove_source(session, "http://wire.example/feed", keep_posts=False)
    (event,) = ask(moved)
    assert [evidence.source for evidence in event.evidence] == ["http://b.example/"]
    with moved.write() as session:
        remove_source(session, "http://b.example/", keep_posts=False)
    assert ask(moved) == []


def test_unsettled_are_the_mentions_of_posts_and_what_is_left_of_events_that_lost_one(database: Database) -> None:
    (one,) = report(database, "one", on="2010-05-01", url="http://one.example/")
    (two,) = report(database, "two", on="2010-06-01")
    (three,) = report(database, "three", on="2010-07-01")
    resolve(database, make_resolved((one, two)))
    with database.write() as session:
        (post,) = session.scalars(select(EventMention.post_id).where(EventMention.id == three)).all()
        assert unsettled_mentions(session, []) == set()
        assert unsettled_mentions(session, [post]) == {three}
        assert with_their_events(session, {two, three}) == {one, two, three}
        remove_source(session, "http://one.example/", keep_posts=False)
    with database.read() as session:
        assert unsettled_mentions(session, []) == {two}
        (row,) = mention_rows(session, {two})
    assert (row.event_id, row.subjects, row.names) == (None, (SP1,), ("Exchange Server 2010 SP1",))


@pytest.mark.parametrize(
    ("value", "precision"),
    [
        (None, None), ("2010-06-25", "day"), ("2010-06-25TMO", "day"), ("2010-W25", "week"), ("2010-06", "month"),
        ("2010-Q3", "quarter"), ("2010-SU", "season"), ("2010", "year"), ("201", "decade"), ("P6Y", "other"),
        ("PRESENT_REF", "other"), ("XXXX-WXX-3", "other"),
    ],
)  # fmt: skip
def test_how_fine_a_value_is(value: str | None, precision: str | None) -> None:
    assert precision_of(value) == precision


# -- what it costs ---------------------------------------------------------------------------------------------


def many(database: Database, count: int) -> None:
    with database.write() as session:
        source: SourceRecord = make_source(session)
        events = []
        for n in range(count):
            subject = SP1 if n % 50 == 0 else ("organization", "microsoft")
            event = make_event(f"Title {n}", subject)
            analysis = make_analysis(*FAMILY, MICROSOFT, named=(subject,), events=(event,))
            post_id = store_post(session, source, make_entry(str(n)), analysis)
            begin = date(2010, 1, 1) + timedelta(days=n)
            resolved = make_resolved(
                mention_ids_of(session, post_id),
                public_id=f"event-{n}",
                subjects=(subject,),
                day=day(begin.isoformat()),
            )
            events.append(resolved)
        replace_events(session, [n for event in events for n in event.mention_ids], events, now=NOW)
    if database.dialect == "postgresql":  # which does so by itself
        with database.engine.begin() as connection:
            connection.exec_driver_sql("analyze")


@pytest.mark.parametrize(
    ("fields", "index"),
    [
        ({"product": "exchange"}, {"sqlite": "event_place USING PRIMARY KEY", "postgresql": "pk_event_place"}),
        ({}, "ix_event_place"),
        ({"types": ("release",)}, "ix_event_type_place"),
        ({"statuses": ("planned",)}, "ix_event_status_place"),
        ({"show": "conflict"}, "ix_event_disputed"),
    ],
    ids=str,
)
def test_a_page_is_a_range_of_an_index(
    database: Database, fields: dict[str, object], index: str | dict[str, str]
) -> None:
    many(database, 150)
    query = TimelineQuery(**fields)  # type: ignore[arg-type]  # what a test names
    (plan,) = [
        plan
        for statement, plan in plans(database, lambda session: timeline(session, query, limit=20))
        if "ORDER BY" in statement and "LIMIT" in statement
    ]
    assert (index if isinstance(index, str) else index[database.dialect]) in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("fields", [{}, {"product": "exchange"}, {"as_of": date(2026, 6, 1)}], ids=str)
def test_a_page_takes_a_constant_number_of_statements(database: Database, fields: dict[str, object]) -> None:
    many(database, 60)
    query = TimelineQuery(**fields)  # type: ignore[arg-type]  # what a test names

    def statements(number: int) -> int:
        return count_statements(database, lambda session: timeline(session, query, limit=number, resolve=resolve_rows))

    numbers = [statements(number) for number in (2, 20, 50)]
    assert numbers[0] == numbers[1] == numbers[2]


def test_a_plan_without_a_date_had_none_on_an_earlier_day_either(database: Database) -> None:
    report(database, "1", on="2026-02-01")
    report(database, "2", on="2026-03-01", status="happened", of="2026-03-01")
    settle(database)
    (then,) = ask(database, as_of=date(2026, 2, 10))
    assert (then.status, then.date.value, then.date.begin) == ("planned", None, None)
