"""Spans and buckets, which are arithmetic, and what is counted in them by both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.database import Database
from store.errors import SpanError
from store.records import PostQuery
from store.trends import (
    MAX_BUCKETS,
    Interval,
    Mover,
    Span,
    movers,
    movers_span,
    period_before,
    span_of,
    trend,
)
from tests.store.factories import (
    DOT_XXX,
    EXCHANGE,
    EXCHANGE_2010,
    MICROSOFT,
    instant,
    make_analysis,
    make_entry,
    make_source,
    store_post,
)
from tests.store.statements import plans

NOW = instant("2010-07-01T12:00")


def span(begin: str, end: str) -> Span:
    return Span(instant(begin), instant(end))


def counted(database: Database, query: PostQuery, interval: Interval, within: Span) -> list[tuple[str, int]]:
    """The buckets that have posts."""
    with database.read() as session:
        found = trend(session, query, interval, within)
    assert sum(bucket.posts for bucket in found.buckets) == found.total
    assert [bucket.begin for bucket in found.buckets] == [within.begin, *(b.end for b in found.buckets[:-1])]
    assert found.buckets[-1].end == within.end
    return [(f"{bucket.begin:%Y-%m-%d}", bucket.posts) for bucket in found.buckets if bucket.posts]


# -- spans ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("interval", "query", "expected"),
    [
        pytest.param("day", PostQuery(), span("2010-06-02", "2010-07-02"), id="thirty days with today"),
        pytest.param("week", PostQuery(), span("2010-01-04", "2010-07-02"), id="26 weeks from a Monday"),
        pytest.param("month", PostQuery(), span("2008-08-01", "2010-07-02"), id="24 months from a first"),
        pytest.param(
            "month", PostQuery(after=instant("2010-05-17")), span("2010-05-17", "2010-07-02"), id="up to today"
        ),
        pytest.param(
            "day", PostQuery(before=instant("2008-03-01")), span("2008-01-31", "2008-03-01"), id="back over a leap day"
        ),
        pytest.param(
            "month", PostQuery(before=instant("2010-01-01")), span("2008-01-01", "2010-01-01"), id="whole months"
        ),
        pytest.param(
            "day", PostQuery(q="plesk after:2010-03 before:2010-04"), span("2010-03-01", "2010-04-01"), id="by words"
        ),
        pytest.param(
            "day",
            PostQuery(q="after:2010-03", after=instant("2010-03-05"), before=instant("2010-03-09")),
            span("2010-03-05", "2010-03-09"),
            id="what holds of both",
        ),
        pytest.param(
            "day", PostQuery(q="plesk OR after:2010-03"), span("2010-06-02", "2010-07-02"), id="not of all hits"
        ),
        pytest.param(
            "day",
            PostQuery(after=datetime(2010, 6, 30, 8, 0, 0, 900, UTC)),
            span("2010-06-30T08:00", "2010-07-02"),
            id="to the second",
        ),
    ],
)
def test_the_time_that_is_counted(interval: Interval, query: PostQuery, expected: Span) -> None:
    assert span_of(query, interval, now=NOW) == expected


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        pytest.param(PostQuery(after=instant("2010-06-02"), before=instant("2010-06-01")), "before", id="turned round"),
        pytest.param(PostQuery(after=instant("2010-06-02"), before=instant("2010-06-02")), "before", id="empty"),
        pytest.param(PostQuery(after=instant("2010-07-02")), "after", id="still to come"),
        pytest.param(PostQuery(q="after:2010 before:2009"), "before", id="in words"),
    ],
)
def test_no_time_is_an_error_that_names_the_parameter(query: PostQuery, parameter: str) -> None:
    with pytest.raises(SpanError) as caught:
        span_of(query, "day", now=NOW)
    assert caught.value.parameter == parameter
    assert str(caught.value).startswith(f"{parameter}: ")


def test_buckets_are_bounded() -> None:
    begin = instant("2007-10-06")
    end = begin + timedelta(days=MAX_BUCKETS)
    assert span_of(PostQuery(after=begin, before=end), "day", now=NOW) == Span(begin, end)
    with pytest.raises(SpanError, match="more than 1,000 days") as caught:
        span_of(PostQuery(after=begin, before=end + timedelta(seconds=1)), "day", now=NOW)
    assert caught.value.parameter == "after"
    assert "longer interval" in caught.value.takes
    assert span_of(PostQuery(after=begin, before=end + timedelta(seconds=1)), "week", now=NOW)
    with pytest.raises(SpanError) as caught:
        span_of(PostQuery(after=instant("1900-01-01"), before=instant("2200-01-01")), "month", now=NOW)
    assert "longer interval" not in caught.value.takes


@pytest.mark.parametrize(
    ("interval", "asked", "expected"),
    [
        ("month", span("2010-02-01", "2010-03-01"), span("2010-01-01", "2010-02-01")),
        ("month", span("2008-01-01", "2010-01-01"), span("2006-01-01", "2008-01-01")),
        ("month", span("2010-02-02", "2010-03-01"), span("2010-01-06", "2010-02-02")),
        ("day", span("2010-03-01", "2010-04-01"), span("2010-01-29", "2010-03-01")),
        ("week", span("2010-01-04", "2010-01-11"), span("2009-12-28", "2010-01-04")),
    ],
)
def test_the_time_before_is_as_long(interval: Interval, asked: Span, expected: Span) -> None:
    assert period_before(asked, interval) == expected


# -- counts --------------------------------------------------------------------------------------------------------


@pytest.fixture
def on_sqlite(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def archive(database: Database) -> Database:
    """Posts round a leap day, ends of months and two turns of the year, one without a date, one of before blogs."""
    days = (
        "1969-12-31T23:59", "2008-02-28T23:59", "2008-02-29", "2008-02-29T23:59", "2008-03-01",
        "2009-12-27T23:59", "2009-12-28", "2009-12-31T23:59", "2010-01-01", "2010-01-03T23:59", "2010-01-04",
    )  # fmt: skip
    with database.write() as session:
        source = make_source(session)
        for number, day in enumerate(days):
            words = "mail server" if number % 2 == 0 else "name server"
            store_post(session, source, make_entry(f"{number}", text=f"A {words}.", published=instant(day)))
        store_post(session, source, make_entry("undated", text="A mail server.", published=None))
    return database


EVERYTHING = (PostQuery(), PostQuery(q="server"), PostQuery(q="mail OR name"))


def test_weeks_begin_on_mondays_over_the_new_year(archive: Database) -> None:
    expected = [("2009-12-21", 1), ("2009-12-28", 4), ("2010-01-04", 1)]
    within = span("2009-12-21", "2010-01-11")
    assert [counted(archive, query, "week", within) for query in EVERYTHING] == [expected] * 3


def test_days_and_months_at_their_ends(archive: Database) -> None:
    days, months = span("2008-02-28", "2008-03-02"), span("2008-02-01", "2010-02-01")
    of_days = [("2008-02-28", 1), ("2008-02-29", 2), ("2008-03-01", 1)]
    of_months = [("2008-02-01", 3), ("2008-03-01", 1), ("2009-12-01", 3), ("2010-01-01", 3)]
    assert [counted(archive, query, "day", days) for query in EVERYTHING] == [of_days] * 3
    assert [counted(archive, query, "month", months) for query in EVERYTHING] == [of_months] * 3


def test_the_first_and_the_last_bucket_are_cut_to_the_span(archive: Database) -> None:
    cut = span("2008-02-29T12:00", "2010-01-03T12:00")
    assert counted(archive, PostQuery(), "month", cut) == [
        ("2008-02-29", 1), ("2008-03-01", 1), ("2009-12-01", 3), ("2010-01-01", 1)
    ]  # fmt: skip


def test_a_post_without_a_date_that_can_be_counts_where_it_was_seen(archive: Database) -> None:
    assert counted(archive, PostQuery(q="mail"), "day", span("1969-12-30", "1970-01-02")) == []
    assert counted(archive, PostQuery(q="mail"), "day", span("2026-11-20", "2026-11-27")) == [("2026-11-24", 2)]


def test_the_time_before_is_counted_and_the_change_is_its_share(archive: Database) -> None:
    with archive.read() as session:
        found = trend(session, PostQuery(q="server"), "week", span("2009-12-28", "2010-01-04"))
        nothing = trend(session, PostQuery(q="server"), "week", span("2008-02-25", "2008-03-03"))
        absent = trend(session, PostQuery(q="nowhere"), "month", span("2008-02-01", "2008-03-01"))
    assert (found.total, found.total_before, found.change) == (4, 1, 3.0)
    assert (nothing.total, nothing.total_before, nothing.change) == (4, 0, None)
    assert [(bucket.begin, bucket.posts) for bucket in absent.buckets] == [(instant("2008-02-01"), 0)]


def test_the_span_takes_the_place_of_what_the_query_says_of_publishing(archive: Database) -> None:
    query = PostQuery(q="server", after=instant("2010-01-01"), before=instant("2010-01-02"), sort="relevance")
    assert counted(archive, query, "day", span("2008-02-29", "2008-03-01")) == [("2008-02-29", 2)]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("server after:2008-02 before:2008-03", (3, 2)),
        ("after:2008-02 (server (before:2008-03))", (3, 2)),
        ('AFTER:"2008-02" before:2008-03', (3, 2)),
        ("after:2008-02 after:2008-02 before:2008-03", (3, 2)),
        ("after:2008-02 before:2008-03 -before:2008-01-15", (3, 1)),
        ("after:2008-02 before:2008-03 -(before:2008-01-15)", (3, 1)),
        ("after:2008-02 before:2008-03 (name OR after:2008-02-29)", (2, 1)),
    ],
)
def test_the_time_before_is_that_of_the_same_query(on_sqlite: Database, q: str, expected: tuple[int, int]) -> None:
    with on_sqlite.write() as session:
        source = make_source(session)
        days = ("2008-01-01", "2008-01-31T23:59", "2008-02-01", "2008-02-28", "2008-02-29", "2008-03-01")
        for number, day in enumerate(days):
            words = "A name server." if number % 2 else "A mail server."
            store_post(session, source, make_entry(f"{number}", text=words, published=instant(day)))
    with on_sqlite.read() as session:
        found = trend(session, PostQuery(q=q), "month", span_of(PostQuery(q=q), "month", now=NOW))
    assert (found.total, found.total_before) == expected


INSTANTS = st.integers(0, 5 * 366 * 86_400).map(lambda seconds: instant("2007-01-01") + timedelta(seconds=seconds))


@settings(max_examples=30)
@given(INSTANTS, INSTANTS, st.sampled_from(["day", "week", "month"]))
def test_buckets_follow_each_other_from_one_end_of_the_span_to_the_other(
    one: datetime, other: datetime, interval: Interval
) -> None:
    if one == other:
        return
    asked = PostQuery(after=min(one, other), before=max(one, other))
    try:
        found = span_of(asked, interval, now=NOW)
    except SpanError:
        assert other - one > timedelta(days=MAX_BUCKETS - 1) or one - other > timedelta(days=MAX_BUCKETS - 1)
        return
    before = period_before(found, interval)
    assert before.end == found.begin
    assert abs((before.end - before.begin) - (found.end - found.begin)) < timedelta(days=4)


def test_hits_are_counted_in_the_index_without_a_look_at_their_posts(archive: Database) -> None:
    with archive.read() as session:
        if session.get_bind().dialect.name != "sqlite":
            return  # its index of words has no place in time: it is joined with that of row ids
    within = span("2008-02-01", "2010-02-01")
    for statement, plan in plans(archive, lambda session: trend(session, PostQuery(q="server"), "month", within)):
        assert "post " not in plan.replace("post_search", ""), statement


# -- what moved ----------------------------------------------------------------------------------------------------


def test_what_rose_and_fell_most(database: Database) -> None:
    named = {
        "xxx": ("2010-06-30", "2010-06-29", "2010-06-28", "2010-06-27", "2010-06-20"),
        "exchange-2010": ("2010-06-24", "2010-06-23T23:59", "2010-06-22", "2010-06-21", "2010-06-20", "2010-06-19"),
        "microsoft": ("2010-06-30", "2010-06-23", "2010-06-25", "2010-06-21", "2010-07-01", "2010-06-16T23:59"),
    }
    with database.write() as session:
        source = make_source(session)
        for slug, days in named.items():
            kind = {"xxx": "tld", "microsoft": "organization"}.get(slug, "product")
            for number, day in enumerate(days):
                analysis = make_analysis(EXCHANGE, EXCHANGE_2010, DOT_XXX, MICROSOFT, named=((kind, slug),))
                store_post(session, source, make_entry(f"{slug}{number}", published=instant(day)), analysis)
    week = movers_span("week", None, now=NOW)
    assert week == span("2010-06-24", "2010-07-01")
    exchange = Mover("product", "exchange", "Exchange Server", 1, 5)
    below = Mover("product", "exchange-2010", "Exchange Server 2010", 1, 5)
    risen = Mover("tld", "xxx", ".xxx", 4, 1)
    with database.read() as session:
        found = movers(session, None, "week", week)
        assert found.before == span("2010-06-17", "2010-06-24")
        assert found.movers == (exchange, below, risen)  # as many fell for both: by their slugs
        assert [mover.change for mover in found.movers] == [-0.8, -0.8, 3.0]
        assert movers(session, "tld", "week", week).movers == (risen,)
        assert movers(session, None, "week", week, limit=1).movers == (exchange,)
        assert movers(session, None, "week", week, fewest=6).movers == (exchange, below)
        unmoved = movers(session, "organization", "week", week, fewest=1)
        assert unmoved.movers == ()
        assert movers(session, None, "day", movers_span("day", None, now=NOW)).movers == ()
