"""What the record of a source says of its health, in words and figures. Functions of the record alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from store.records import SourceRecord

DAY = timedelta(days=1)
WATCHED_FOR = 7 * DAY  # before posts a week mean anything
SILENT_ARRIVALS = 6
QUIET_AT_LEAST = 7  # days; a daily blog's long weekend is none
QUIET_GAPS = 3
SLACK = 0.25  # days, since visits come earlier or later each night
REGULAR = 1.5  # the longest gap of a regular source is at most so many times its usual one
MOVE_SHOWN = 30 * DAY


@dataclass(frozen=True, slots=True)
class Note:
    """A line on a source, such as "posts weekly, quiet for 3 weeks"."""

    about: Literal["silent", "empty", "redirected", "moved", "layout"]
    text: str


def posts_per_week(source: SourceRecord) -> float | None:
    """New posts a week as our visits saw them, recent weeks weighing more; None in the first week."""
    watch = source.watch
    if watch.watched_since is None or source.last_success_at is None:
        return None
    if source.last_success_at - watch.watched_since < WATCHED_FOR:
        return None
    return round(watch.posts_per_week, 2 if watch.posts_per_week < 1 else 1)


def silence(source: SourceRecord) -> str | None:
    """That a source which used to bring something new has fallen silent, in words; else None.

    It is silent after three times its usual gap and, if its gaps vary, three times its longest: simulated for three
    years, a blog that posts about weekly but at random (a Poisson process) is called silent without cause once in
    eight blogs, one with a steady rhythm never, and that one's end is noticed after three weeks. It counts to the
    last visit that succeeded: a source that does not answer is failing, and not silent.
    """
    watch = source.watch
    usual, longest = watch.usual_gap_days, watch.longest_gap_days
    if watch.arrivals < SILENT_ARRIVALS or usual is None or longest is None:
        return None
    if watch.last_new_at is None or source.last_success_at is None:
        return None
    gap = QUIET_GAPS * (longest if longest > REGULAR * usual else usual)
    quiet = round((source.last_success_at - watch.last_new_at) / DAY)
    if quiet < max(QUIET_AT_LEAST, gap - SLACK):
        return None
    return f"posts {_how_often(usual)}, quiet for {_how_long(quiet)}"


def notes(source: SourceRecord) -> tuple[Note, ...]:
    """What is worth knowing of a source beside its errors."""
    watch = source.watch
    found = []
    if watch.empty_since is not None:
        once = "no entries since" if watch.last_new_at is not None else "had no entries yet, first asked"
        found.append(Note("empty", f"answers, but has {once} {watch.empty_since:%Y-%m-%d}"))
    elif (silent := silence(source)) is not None:
        found.append(Note("silent", silent))
    if watch.redirect_url is not None and watch.redirect_kept is not None:
        text = f"is redirected for good to {watch.redirect_url}: {watch.redirect_kept}"
        found.append(Note("redirected", text))
    if source.layout_warning is not None and source.layout_changed_at is not None:
        found.append(Note("layout", f"{source.layout_warning} ({source.layout_changed_at:%Y-%m-%d})"))
    if source.moved_at is not None and source.former_urls:
        last = source.last_success_at
        if last is None or last - source.moved_at < MOVE_SHOWN:
            found.append(Note("moved", f"moved here from {source.former_urls[-1]} on {source.moved_at:%Y-%m-%d}"))
    return tuple(found)


def _how_often(days: float) -> str:
    if days < 1.5:
        return "daily"
    if 6 <= days <= 8:
        return "weekly"
    if 27 <= days <= 34:
        return "monthly"
    return f"every {_how_long(round(days))}"


def _how_long(days: int) -> str:
    if days >= 61:
        return f"{days * 12 // 365} months"
    if days >= 14:
        return f"{days // 7} weeks"
    return f"{days} days"
