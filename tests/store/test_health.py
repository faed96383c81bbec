"""What a source's record says of its health, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from store.health import notes, posts_per_week, silence
from store.records import SourceRecord, SourceWatch

DAY = timedelta(days=1)
LAST_NEW = datetime(2026, 3, 1, 2, tzinfo=UTC)
WEEKLY = SourceWatch(
    watched_since=LAST_NEW - 100 * DAY,
    visits=100,
    arrivals=14,
    usual_gap_days=7.0,
    longest_gap_days=8.0,
    posts_per_week=1.04,
    last_new_at=LAST_NEW,
)


def source(*, quiet: float, fields: dict[str, Any] | None = None, **watch: Any) -> SourceRecord:
    """A weekly source that has brought nothing new for `quiet` days, up to its last success."""
    return SourceRecord(
        id=1, public_id="p", url="http://new.example/feed", kind="feed", name=None, title=None, site_url=None, tags=(),
        fallback_urls=(), enabled=True, created_at=LAST_NEW - 100 * DAY, last_success_at=LAST_NEW + quiet * DAY,
        watch=replace(WEEKLY, **watch), **(fields or {}),
    )  # fmt: skip


SILENCES: dict[str, tuple[float, dict[str, Any], str | None]] = {
    "weekly, two weeks": (14, {}, None),
    "weekly, a day short of three weeks": (20, {}, None),
    "weekly, three weeks, visited a little early": (20.9, {}, "posts weekly, quiet for 3 weeks"),
    "weekly, three weeks": (21, {}, "posts weekly, quiet for 3 weeks"),
    "weekly, a year": (365, {}, "posts weekly, quiet for 12 months"),
    "weekly with a pause of a month once": (80, {"longest_gap_days": 30.0}, None),
    "longer than three such pauses": (90, {"longest_gap_days": 30.0}, "posts weekly, quiet for 2 months"),
    "daily, a long weekend": (4, {"usual_gap_days": 1.0, "longest_gap_days": 1.2}, None),
    "daily, a week": (7, {"usual_gap_days": 1.0, "longest_gap_days": 1.2}, "posts daily, quiet for 7 days"),
    "every three days": (
        13,
        {"usual_gap_days": 3.2, "longest_gap_days": 4.2},
        "posts every 3 days, quiet for 13 days",
    ),
    "fortnightly": (45, {"usual_gap_days": 14.6, "longest_gap_days": 17.0}, "posts every 2 weeks, quiet for 6 weeks"),
    "monthly": (93, {"usual_gap_days": 30.1, "longest_gap_days": 33.0}, "posts monthly, quiet for 3 months"),
    "too few to tell": (300, {"arrivals": 5}, None),
    "never anything new": (300, {"arrivals": 0, "usual_gap_days": None, "longest_gap_days": None}, None),
    "not known when": (300, {"last_new_at": None}, None),
}


@pytest.mark.parametrize("case", SILENCES)
def test_silence_is_judged_by_the_source_s_own_rhythm(case: str) -> None:
    quiet, watch, words = SILENCES[case]
    assert silence(source(quiet=quiet, **watch)) == words


def test_a_source_that_does_not_answer_is_failing_and_not_silent() -> None:
    failing = source(quiet=2, fields={"failures": 90, "last_error": "no answer", "last_error_at": LAST_NEW + 99 * DAY})
    assert silence(failing) is None


@pytest.mark.parametrize(
    ("rate", "watched", "shown"),
    [(1.04, 100, 1.0), (0.2345, 100, 0.23), (0.0, 100, 0.0), (23.46, 7, 23.5), (23.46, 6, None), (1.0, None, None)],
)
def test_posts_a_week_mean_something_after_a_week(rate: float, watched: float | None, shown: float | None) -> None:
    since = None if watched is None else LAST_NEW - watched * DAY
    assert posts_per_week(source(quiet=0, posts_per_week=rate, watched_since=since)) == shown


def test_a_source_never_visited_has_nothing_to_show() -> None:
    new = replace(source(quiet=0), watch=SourceWatch(), last_success_at=None)
    assert (posts_per_week(new), silence(new), notes(new)) == (None, None, ())


MOVED = {"former_urls": ("http://a.example/", "http://old.example/feed"), "moved_at": LAST_NEW}
NOTES: dict[str, tuple[SourceRecord, list[tuple[str, str]]]] = {
    "all well": (source(quiet=3), []),
    "silent": (source(quiet=21), [("silent", "posts weekly, quiet for 3 weeks")]),
    "empty, which explains the silence": (
        source(quiet=21, empty_since=LAST_NEW + DAY),
        [("empty", "answers, but has no entries since 2026-03-02")],
    ),
    "always empty": (
        source(quiet=21, empty_since=LAST_NEW + DAY, last_new_at=None),
        [("empty", "answers, but has had no entries yet, first asked 2026-03-02")],
    ),
    "moved": (
        source(quiet=3, fields=MOVED),
        [("moved", "moved here from http://old.example/feed on 2026-03-01")],
    ),
    "moved long ago": (source(quiet=3, fields={**MOVED, "moved_at": LAST_NEW - 40 * DAY}), []),
    "redirected, but kept": (
        source(quiet=3, redirect_url="http://b.example/", redirect_visits=9, redirect_kept="that is source 4 already"),
        [("redirected", "is redirected for good to http://b.example/: that is source 4 already")],
    ),
    "redirected, not proved yet": (source(quiet=3, redirect_url="http://b.example/", redirect_visits=2), []),
}


@pytest.mark.parametrize("case", NOTES)
def test_what_is_noted(case: str) -> None:
    record, expected = NOTES[case]
    assert [(note.about, note.text) for note in notes(record)] == expected
