"""When a source is to be visited again, and whether at all: decisions as functions of what happened."""

from __future__ import annotations

import email.utils
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ingest.errors import HttpStatusError

SHORTEST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(days=1)
FIRST_BACKOFF = timedelta(minutes=15)
DEAD_AFTER = timedelta(days=30)  # without a success; many a blog has come back after a lapsed domain was paid for
DEAD_FAILURES = 10  # in a row: one visit after a long pause of ours is no proof
PROBE_EVERY = timedelta(days=7)
JITTER = 0.2  # the share of a wait that chance may take off, so that sources that failed together part ways

TOO_MANY_REQUESTS, SERVICE_UNAVAILABLE, GONE = 429, 503, 410


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
