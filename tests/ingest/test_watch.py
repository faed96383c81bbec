"""What a successful visit adds to what is known of a source: its rhythm, its emptiness, and where it has moved to."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.watch import Answer, after_success, has_moved
from store.health import silence
from store.records import SourceRecord, SourceWatch

NOW = datetime(2026, 3, 1, 2, tzinfo=UTC)
DAY = timedelta(days=1)
OLD, NEW, OTHER = "http://old.example/feed", "http://new.example/feed", "http://other.example/feed"
READ, AS_BEFORE = Answer(entries=10), Answer()


class Watched:
    """A source visited at times that a test sets."""

    def __init__(self) -> None:
        self.watch = SourceWatch()
        self.last: datetime | None = None

    def visit(self, day: float, new: int = 0, answer: Answer = AS_BEFORE) -> SourceWatch:
        now = NOW + day * DAY
        self.watch = after_success(self.watch, answer, new_posts=new, last_success_at=self.last, now=now)
        self.last = now
        return self.watch

    def nights(self, posts: Iterable[int]) -> SourceWatch:
        """The first visit, and a night for each number of new posts."""
        self.visit(0, 10, READ)
        for night, new in enumerate(posts, 1):
            self.visit(night, new, READ if new else AS_BEFORE)
        return self.watch

    @property
    def record(self) -> SourceRecord:
        return SourceRecord(
            id=1, public_id="p", url=OLD, kind="feed", name=None, title=None, site_url=None, tags=(), fallback_urls=(),
            enabled=True, created_at=NOW, last_success_at=self.last, watch=self.watch,
        )  # fmt: skip


# -- how often there is something new --------------------------------------------------------------------------


def test_the_first_visit_begins_the_watch_and_says_nothing_of_the_rhythm() -> None:
    watch = Watched().visit(0, 500, READ)
    assert watch == SourceWatch(watched_since=NOW, visits=1, last_new_at=NOW)


WEEKLY = ([0] * 6 + [1]) * 6
RHYTHMS = {
    # new posts a night: posts a week, arrivals, usual gap, longest gap
    "nothing": ([0] * 40, 0.0, 0, None, None),
    "weekly": (WEEKLY, 1.0, 6, 7.0, 7.0),
    "three at a time, weekly": ([3 * n for n in WEEKLY], 3.0, 6, 7.0, 7.0),
    "every night": ([2] * 42, 14.0, 42, 1.0, 1.0),
    "once": ([0] * 13 + [1], 0.57, 1, None, None),
    "a pause in between": ([1] + [0] * 6 + [1] + [0] * 20 + [1] + [0] * 6 + [1], 0.78, 4, 11.7, 21.0),
}


@pytest.mark.parametrize("case", RHYTHMS)
def test_the_rhythm_is_what_the_visits_saw(case: str) -> None:
    nights, rate, arrivals, usual, longest = RHYTHMS[case]
    watch = Watched().nights(nights)
    assert watch.posts_per_week == pytest.approx(rate, rel=0.13)
    assert watch.arrivals == arrivals
    assert (watch.usual_gap_days, watch.longest_gap_days) == (
        usual and pytest.approx(usual, rel=0.01),
        longest and pytest.approx(longest, rel=0.05),
    )
    assert watch.visits == len(nights) + 1


def test_visits_at_odd_times_see_the_same_rate_as_nightly_ones() -> None:
    rng = random.Random(7)  # noqa: S311 - blogs, not secrets
    often, seldom = Watched(), Watched()
    often.visit(0)
    seldom.visit(0)
    pending = 0
    for night in range(1, 200):
        new = rng.choice((0, 0, 1))
        often.visit(night, new)
        pending += new
        if rng.random() < 0.2:
            seldom.visit(night, pending)
            pending = 0
    assert seldom.watch.posts_per_week == pytest.approx(often.watch.posts_per_week, rel=0.2)


def test_a_source_that_stops_slows_down() -> None:
    busy = Watched()
    busy.nights([1] * 60)
    before = busy.watch.posts_per_week
    for night in range(61, 61 + 56):
        busy.visit(night)
    assert busy.watch.posts_per_week == pytest.approx(before * 0.27, rel=0.1)


def test_what_a_long_list_still_holds_back_is_no_rhythm() -> None:
    """A sitemap is read twenty pages a visit; the watch begins when all of it is read."""
    source = Watched()
    source.visit(0, 20, Answer(entries=90, is_partial=True))
    for night in range(1, 5):
        watch = source.visit(night, 20, Answer(entries=90, is_partial=True))
        assert (watch.watched_since, watch.visits, watch.arrivals) == (NOW + night * DAY, 1, 0)
    watch = source.visit(5, 1, Answer(entries=90))
    assert (watch.visits, watch.arrivals, watch.last_new_at) == (2, 1, NOW + 5 * DAY)


@given(st.lists(st.tuples(st.floats(-4000, 4000), st.integers(0, 2000)), max_size=30))
def test_a_clock_that_jumps_leaves_figures_that_can_be_used(steps: list[tuple[float, int]]) -> None:
    source = Watched()
    for day, new in steps:
        watch = source.visit(day, new)
        assert watch.posts_per_week >= 0
        assert 0 <= (watch.usual_gap_days or 0) <= 180
        assert 0 <= (watch.longest_gap_days or 0) <= 180


# -- silence, over years ---------------------------------------------------------------------------------------


def years_of(gap_days: float, *, random_gaps: bool, seed: int, years: int = 3) -> tuple[int, int | None]:
    """How often a blog is called silent in so many years of nightly visits, and how many days after its end."""
    rng = random.Random(seed)  # noqa: S311 - blogs, not secrets
    source, false, silent = Watched(), 0, False
    days, due = 365 * years, 0.0
    for night in range(days + 500):
        new = 0
        while due <= night <= days:
            due += rng.expovariate(1 / gap_days) if random_gaps else gap_days + rng.uniform(-1, 1)
            new += 1
        source.visit(night, new)
        was, silent = silent, silence(source.record) is not None
        if silent and night > days:
            assert source.watch.last_new_at is not None
            return false, round((NOW + night * DAY - source.watch.last_new_at) / DAY)
        false += silent and not was
    return false, None


def test_a_steady_blog_is_never_called_silent_and_its_end_is_noticed_after_three_weeks() -> None:
    assert {years_of(7, random_gaps=False, seed=seed) for seed in range(10)} <= {(0, 21), (0, 22)}


def test_an_irregular_blog_is_hardly_ever_called_silent() -> None:
    found = [years_of(7, random_gaps=True, seed=seed) for seed in range(40)]
    assert sum(false for false, _ in found) <= 8
    assert sum(noticed is not None and noticed < 120 for _, noticed in found) >= 36


# -- no entries ------------------------------------------------------------------------------------------------


def test_emptiness_lasts_until_entries_are_back() -> None:
    source = Watched()
    answers = [READ, Answer(entries=0), AS_BEFORE, Answer(entries=0), AS_BEFORE, READ, AS_BEFORE]
    found = [source.visit(day, answer=answer).empty_since for day, answer in enumerate(answers)]
    assert found == [None, *[NOW + DAY] * 4, None, None]


# -- redirects -------------------------------------------------------------------------------------------------


def led_to(url: str | None, **fields: bool) -> Answer:
    return Answer(permanent_url=url, **fields)


HOUR = 1 / 24
MOVES = {
    # days of the visits and their answers: whether it has moved
    "five nights": ([(day, led_to(NEW)) for day in range(5)], True),
    "four nights": ([(day, led_to(NEW)) for day in range(4)], False),
    "many visits in a day": ([(hour * HOUR, led_to(NEW)) for hour in range(24)], False),
    "five visits, the last after three days": ([(day, led_to(NEW)) for day in (0, HOUR, 2 * HOUR, 1, 3)], True),
    "two visits a month apart": ([(0, led_to(NEW)), (30, led_to(NEW))], False),
    "the redirect was gone once": (
        [(0, led_to(NEW)), (1, led_to(NEW)), (2, led_to(None)), *[(day, led_to(NEW)) for day in (3, 4, 5, 6)]],
        False,
    ),
    "it led elsewhere once": (
        [(0, led_to(NEW)), (1, led_to(NEW)), (2, led_to(OTHER)), *[(day, led_to(NEW)) for day in (3, 4, 5, 6)]],
        False,
    ),
    "elsewhere each night": ([(day, led_to(f"{NEW}?{day}")) for day in range(30)], False),
    "a fallback answered on two nights": (
        [(day, led_to(NEW) if day not in {1, 3} else led_to(OTHER, is_fallback=True)) for day in range(7)],
        True,
    ),
    "a fallback's redirect": ([(day, led_to(NEW, is_fallback=True)) for day in range(9)], False),
    "to a feed without entries": ([(day, Answer(permanent_url=NEW, entries=0)) for day in range(9)], False),
    "to an empty feed that stays as it is": (
        [(0, Answer(permanent_url=NEW, entries=0)), *[(day, led_to(NEW)) for day in range(1, 9)]],
        False,
    ),
    "to an address without end": ([(day, led_to(NEW + "?" + "x" * 2000)) for day in range(9)], False),
    "no redirect": ([(day, led_to(None)) for day in range(9)], False),
}


@pytest.mark.parametrize("case", MOVES)
def test_a_redirect_has_to_prove_itself(case: str) -> None:
    visits, moved = MOVES[case]
    source = Watched()
    for day, answer in visits:
        source.visit(day, answer=answer)
    assert has_moved(source.watch, now=NOW + visits[-1][0] * DAY) is moved


def test_the_reason_to_stay_is_forgotten_with_the_redirect() -> None:
    source = Watched()
    source.visit(0, answer=led_to(NEW))
    source.watch = replace(source.watch, redirect_kept="that is another source")
    assert source.visit(1, answer=led_to(NEW)).redirect_kept == "that is another source"
    assert source.visit(2, answer=led_to(OTHER)).redirect_kept is None
