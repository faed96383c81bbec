"""When a source is to be visited again, and whether at all: decisions as functions of what happened."""

from __future__ import annotations

import email.utils
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ingest.errors import HttpStatusError
from store.records import SourceWatch

SHORTEST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(days=1)
FIRST_BACKOFF = timedelta(minutes=15)
DEAD_AFTER = timedelta(days=30)  # without a success; many a blog has come back after a lapsed domain was paid for
DEAD_FAILURES = 10  # in a row: one visit after a long pause of ours is no proof
PROBE_EVERY = timedelta(days=7)
OBSERVED_FOR, OBSERVED_VISITS = timedelta(days=7), 5  # before a source's own rhythm spaces its visits
VISITS_A_POST = 2  # a post then waits for us a quarter of the usual time between two, on average
JITTER = 0.2  # the share of a wait that chance may take off, so that sources that failed together part ways

TOO_MANY_REQUESTS, SERVICE_UNAVAILABLE, GONE = 429, 503, 410


@dataclass(frozen=True, slots=True)
class Spacing:
    """Bounds of the time between two visits to a source that answers.

    The longest is well below a day: a nightly run comes to a source minutes or hours earlier or later than the night
    before, and must find it due all the same.
    """

    shortest: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=20)


def next_visit(watch: SourceWatch, spacing: Spacing | None, *, now: datetime) -> datetime | None:
    """When a source that has just answered is due again; None: at the next run.

    Twice in the time in which it usually brings a post, within `spacing`. A source must have been watched for a week
    and some visits before its rhythm is known: until then, and without `spacing`, every run visits it.
    """
    if spacing is None or watch.watched_since is None:
        return None
    if watch.visits < OBSERVED_VISITS or now - watch.watched_since < OBSERVED_FOR:
        return None
    visits_a_week = VISITS_A_POST * watch.posts_per_week
    wait_s = timedelta(weeks=1).total_seconds() / visits_a_week if visits_a_week else math.inf
    shortest_s, longest_s = spacing.shortest.total_seconds(), spacing.longest.total_seconds()
    return now + timedelta(seconds=max(shortest_s, min(wait_s, longest_s)))


@dataclass(frozen=True, slots=True)
class Setback:
    """What a failed visit leads to. `next_fetch_at` None: due at the next run; `disable`: switched off."""

    error: str
    next_fetch_at: datetime | None
    disable: bool = False


def after_failure(
    error: str, *, cause: object, failures: int, now: datetime, chance: float, alive_at: datetime | None = None
) -> Setback:
    """What follows from the `failures`-th failure in a row, the one at hand included.

    `cause` is the exception; an HttpStatusError may ask for a time or say that the source is gone. A source that has
    not answered since `alive_at`, a month or longer ago, is tried once a week. `chance` lies in [0, 1).
    """
    if isinstance(cause, HttpStatusError):
        if cause.status == GONE:
            return Setback(f"{error}: the source says it has ended, and is switched off", None, disable=True)
        if cause.status in {TOO_MANY_REQUESTS, SERVICE_UNAVAILABLE}:
            asked = parse_retry_after(cause.retry_after, now=now)
            wait = asked if asked is not None else backoff(failures + 1, chance=chance)
            return Setback(error, now + wait)
    if alive_at is not None and failures >= DEAD_FAILURES and now - alive_at >= DEAD_AFTER:
        words = f"{error}: nothing since {alive_at:%Y-%m-%d}, tried once a week"
        return Setback(words, now + PROBE_EVERY * (1 - JITTER * chance))
    wait = backoff(failures, chance=chance)
    return Setback(error, now + wait if wait else None)


def backoff(failures: int, *, chance: float) -> timedelta:
    """Nothing after a first failure, then 15 minutes, doubled each time up to a day; `chance` shortens it."""
    if failures <= 1:
        return timedelta(0)
    doubled = FIRST_BACKOFF * (1 << min(failures - 2, 10))
    return min(doubled, LONGEST_WAIT) * (1 - JITTER * chance)


def parse_retry_after(value: str | None, *, now: datetime) -> timedelta | None:
    """How long a Retry-After header asks us to stay away, between a minute and a day (RFC 9110, 10.2.3).

    None where there is none or it can not be read.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdecimal():
        # by length first: some servers send numbers that no timedelta holds
        return _clamped(timedelta(seconds=int(text))) if len(text) < 8 else LONGEST_WAIT
    try:
        when = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return _clamped((when if when.tzinfo else when.replace(tzinfo=UTC)) - now)


def _clamped(wait: timedelta) -> timedelta:
    return max(SHORTEST_WAIT, min(wait, LONGEST_WAIT))
