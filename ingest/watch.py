"""What a successful visit adds to what is known of a source's ways: how often it brings something new, whether it is
empty, and whether it has moved for good. Functions of what happened; nothing is stored here.

Only what our visits saw counts, never a published date: those are the source's to choose.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import exp

from store.records import SourceWatch

WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)
RATE_MEMORY = 8 * WEEK  # a post of so long ago weighs 1/e of one of today in the posts a week
GAPS_REMEMBERED = 40  # so many gaps on, the longest one has faded to 1/e of what it had over the usual one
LONGEST_GAP = timedelta(days=180)  # longer ones come from a clock that jumped, or from years without a visit

REDIRECT_VISITS = 5
REDIRECT_DAYS = 3 * DAY
MAX_ADDRESS_CHARS = 2_000  # a longer one is made for one visit, and for PostgreSQL's index of addresses too long


@dataclass(frozen=True, slots=True)
class Answer:
    """How a source answered, beyond what it states.

    `permanent_url` is where an unbroken row of permanent redirects led. `entries` counts those of the document, None
    where it was as before and was not read. `is_fallback`: the source's own address failed and another one answered.
    `is_partial`: it lists more than one visit reads, so that what is new to us may be years old.
    """

    permanent_url: str | None = None
    entries: int | None = None
    is_fallback: bool = False
    is_partial: bool = False


def after_success(
    watch: SourceWatch, answer: Answer, *, new_posts: int, last_success_at: datetime | None, now: datetime
) -> SourceWatch:
    """What is known after a successful visit that met `new_posts` posts for the first time in this source.

    `last_success_at` is the visit before it. What the first visit finds had gathered for any length of time: it
    begins the watch and says nothing of how often there is something new.
    """
    watch = _with_entries(watch, answer, now)
    watch = _with_redirect(watch, answer, now)
    if watch.watched_since is None or last_success_at is None or answer.is_partial:
        seen = now if new_posts else watch.last_new_at
        return replace(
            watch,
            watched_since=now,
            visits=1,
            arrivals=0,
            usual_gap_days=None,
            longest_gap_days=None,
            posts_per_week=0.0,
            last_new_at=seen,
        )
    watch = replace(
        watch,
        visits=watch.visits + 1,
        posts_per_week=_rate(watch.posts_per_week, watch.watched_since, last_success_at, now, new_posts),
    )
    return _with_arrival(watch, now) if new_posts else watch


def _rate(rate: float, since: datetime, before: datetime, now: datetime, new_posts: int) -> float:
    """Posts a week since the watch began, recent weeks weighing more: an exponentially weighted mean, exact for
    visits at any times and without a bias to its beginning.
    """
    watched = max((before - since) / RATE_MEMORY, 0.0)
    passed = max((now - before) / RATE_MEMORY, 0.0)
    weight, weight_now = 1 - exp(-watched), 1 - exp(-watched - passed)
    if weight_now <= 0:
        return rate
    return (rate * weight * exp(-passed) + new_posts * (WEEK / RATE_MEMORY)) / weight_now


def _with_arrival(watch: SourceWatch, now: datetime) -> SourceWatch:
    """A visit brought something new: the gap since the last time is one more to judge silence by."""
    usual, longest = watch.usual_gap_days, watch.longest_gap_days
    if watch.arrivals and watch.last_new_at is not None:
        gap = max(min(now - watch.last_new_at, LONGEST_GAP) / DAY, 0.0)
        if usual is None or longest is None:
            usual = longest = gap
        else:
            usual += (gap - usual) / min(watch.arrivals, GAPS_REMEMBERED)
            # it fades, so that one summer's pause does not hide a silence for ever
            longest = max(gap, longest + (usual - longest) / GAPS_REMEMBERED)
    return replace(watch, arrivals=watch.arrivals + 1, usual_gap_days=usual, longest_gap_days=longest, last_new_at=now)


def _with_entries(watch: SourceWatch, answer: Answer, now: datetime) -> SourceWatch:
    if answer.entries is None:
        return watch
    return replace(watch, empty_since=None if answer.entries else watch.empty_since or now)


def _with_redirect(watch: SourceWatch, answer: Answer, now: datetime) -> SourceWatch:
    """A permanent redirect proves itself by visits in a row that it led to one and the same good document.

    What a fallback answers says nothing of the source's own address. A document without entries proves nothing: an
    address that was given up often leads to an empty feed, and then elsewhere.
    """
    if answer.is_fallback:
        return watch
    target = answer.permanent_url
    if target is None or len(target) > MAX_ADDRESS_CHARS or watch.empty_since is not None:
        return replace(watch, redirect_url=None, redirect_since=None, redirect_visits=0, redirect_kept=None)
    if target != watch.redirect_url or watch.redirect_since is None:
        return replace(watch, redirect_url=target, redirect_since=now, redirect_visits=1, redirect_kept=None)
    return replace(watch, redirect_visits=watch.redirect_visits + 1)


def has_moved(watch: SourceWatch, *, now: datetime) -> bool:
    """Whether a permanent redirect has led to one good document for five visits in a row and three days.

    Both: a day of trying out proves nothing with a visit a minute, and neither do two visits a month apart. Redirects
    that are called permanent and are not (maintenance, a captive portal, a wrong setting) are mended sooner.
    """
    return (
        watch.redirect_url is not None
        and watch.redirect_since is not None
        and watch.redirect_visits >= REDIRECT_VISITS
        and now - watch.redirect_since >= REDIRECT_DAYS
    )
