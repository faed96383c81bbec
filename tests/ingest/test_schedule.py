"""When a source is due again: one that failed, and one that answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import DnsError, HttpStatusError
from ingest.schedule import (
    LONGEST_WAIT,
    SHORTEST_WAIT,
    Setback,
    Spacing,
    after_failure,
    backoff,
    next_visit,
    parse_retry_after,
)
from store.records import SourceWatch

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

RETRY_AFTER = {
    "120": timedelta(seconds=120),
    " 120 ": timedelta(seconds=120),
    "0": SHORTEST_WAIT,
    "86399": timedelta(seconds=86399),
    "999999": LONGEST_WAIT,
    "999999999999999999999": LONGEST_WAIT,
    "9" * 5000: LONGEST_WAIT,
    "Sun, 01 Mar 2026 12:10:00 GMT": timedelta(minutes=10),
    "Sun, 01 Mar 2026 12:10:00 -0000": timedelta(minutes=10),
    "Sunday, 01-Mar-26 12:10:00 GMT": timedelta(minutes=10),
    "Sun, 01 Mar 2020 12:00:00 GMT": SHORTEST_WAIT,
    "Fri, 31 Dec 9999 23:59:59 GMT": LONGEST_WAIT,
    "Mon, 01 Jan 0001 00:00:00 +2359": SHORTEST_WAIT,
    "-5": None,
    "1.5": None,
    "soon": None,
    "٣": None,
    "": None,
    None: None,
}


@pytest.mark.parametrize(("value", "wait"), RETRY_AFTER.items(), ids=lambda v: str(v)[:32])
def test_retry_after_is_read_and_clamped(value: str | None, wait: timedelta | None) -> None:
    assert parse_retry_after(value, now=NOW) == wait


@given(st.text())
def test_any_retry_after_gives_a_wait_within_bounds_or_none(value: str) -> None:
    wait = parse_retry_after(value, now=NOW)
    assert wait is None or SHORTEST_WAIT <= wait <= LONGEST_WAIT


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(1, 0), (2, 15), (3, 30), (4, 60), (8, 960), (9, 1440), (10, 1440), (10_000, 1440)],
)
def test_backoff_doubles_up_to_a_day(failures: int, minutes: int) -> None:
    assert backoff(failures, chance=0) == timedelta(minutes=minutes)


def test_chance_only_shortens_a_wait() -> None:
    """A daily cron must find a source due that has waited its day."""
    assert timedelta(hours=19) < backoff(20, chance=0.999) < timedelta(days=1)


def status(code: int, retry_after: str | None = None) -> HttpStatusError:
    return HttpStatusError("http://x.example/", f"HTTP {code}", code, retry_after)


CASES = {
    "first failure": (DnsError("u", "no such host"), 1, None),
    "second failure": (DnsError("u", "no such host"), 2, timedelta(minutes=15)),
    "404, third time": (status(404, "5"), 3, timedelta(minutes=30)),
    "429 with a time": (status(429, "7200"), 1, timedelta(hours=2)),
    "503 with a time": (status(503, "60"), 9, timedelta(minutes=1)),
    "429 without a time": (status(429), 1, timedelta(minutes=15)),
    "503 with nonsense": (status(503, "later"), 2, timedelta(minutes=30)),
}


@pytest.mark.parametrize("case", CASES)
def test_a_failure_sets_a_time_to_come_back(case: str) -> None:
    cause, failures, wait = CASES[case]
    setback = after_failure(cause.reason, cause=cause, failures=failures, now=NOW, chance=0)
    assert setback == Setback(cause.reason, NOW + wait if wait else None)


def test_gone_switches_the_source_off_and_says_so() -> None:
    setback = after_failure("HTTP 410 Gone", cause=status(410), failures=1, now=NOW, chance=0)
    assert setback.disable
    assert setback.error == "HTTP 410 Gone: the source says it has ended, and is switched off"


@pytest.mark.parametrize(
    ("failures", "days_ago", "weekly"), [(10, 30, True), (500, 4000, True), (9, 30, False), (10, 29, False)]
)
def test_a_source_dead_for_a_month_is_tried_once_a_week(failures: int, days_ago: int, weekly: bool) -> None:
    alive = NOW - timedelta(days=days_ago)
    setback = after_failure(
        "no such host", cause=DnsError("u", "r"), failures=failures, alive_at=alive, now=NOW, chance=0
    )
    wait = timedelta(days=7) if weekly else backoff(failures, chance=0)
    assert setback.next_fetch_at == NOW + wait
    assert ("tried once a week" in setback.error) is weekly
    assert not setback.disable


def test_a_dead_source_that_names_a_time_gets_that_time() -> None:
    cause = status(503, "7200")
    setback = after_failure("HTTP 503", cause=cause, failures=99, alive_at=NOW - timedelta(days=99), now=NOW, chance=0)
    assert setback == Setback("HTTP 503", NOW + timedelta(hours=2))


# -- sources that answer ---------------------------------------------------------------------------------------


def watched(*, days: float = 60, visits: int = 60, rate: float = 0.0) -> SourceWatch:
    return SourceWatch(watched_since=NOW - timedelta(days=days), visits=visits, posts_per_week=rate)


BOUNDS = Spacing(timedelta(minutes=30), timedelta(hours=20))
SPACINGS: dict[str, tuple[SourceWatch, Spacing | None, timedelta | None]] = {
    "never watched": (SourceWatch(), BOUNDS, None),
    "watched for six days": (watched(days=6, rate=9), BOUNDS, None),
    "visited four times": (watched(visits=4, rate=9), BOUNDS, None),
    "watched for a week": (watched(days=7, visits=5, rate=9), BOUNDS, timedelta(weeks=1) / 18),
    "posts nothing": (watched(), BOUNDS, timedelta(hours=20)),
    "posts weekly": (watched(rate=1), BOUNDS, timedelta(hours=20)),
    "posts every 40 hours": (watched(rate=4.2), BOUNDS, timedelta(hours=20)),
    "posts daily": (watched(rate=7), BOUNDS, timedelta(hours=12)),
    "posts hourly": (watched(rate=168), BOUNDS, timedelta(minutes=30)),
    "posts without end": (watched(rate=1e9), BOUNDS, timedelta(minutes=30)),
    "not spaced": (watched(rate=7), None, None),
    "bounds that are one": (watched(rate=7), Spacing(timedelta(hours=3), timedelta(hours=3)), timedelta(hours=3)),
    "bounds of nothing": (watched(rate=7), Spacing(timedelta(0), timedelta(0)), timedelta(0)),
}


@pytest.mark.parametrize("case", SPACINGS)
def test_a_source_is_visited_as_often_as_it_posts(case: str) -> None:
    watch, spacing, wait = SPACINGS[case]
    assert next_visit(watch, spacing, now=NOW) == (None if wait is None else NOW + wait)


@given(st.floats(0, 1e6), st.floats(0, 3 * 3600))
def test_a_nightly_run_finds_every_source_due(rate: float, late_s: float) -> None:
    """Also when a night's visits take hours, and the next run comes to the source in its first minute."""
    visited = NOW + timedelta(seconds=late_s)
    due = next_visit(watched(rate=rate), Spacing(), now=visited)
    assert due is not None
    assert visited < due <= NOW + timedelta(days=1)
