"""Parts of intervals: what "early", "the end of" and "later" leave of a month or a year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from nlp.timex.values import Interval, add_months

# the interval and the publishing day → the narrower interval
Narrow = Callable[[Interval, "date | None"], Interval]
_YEAR_DAYS = 360


def part_of(first: float, last: float) -> Narrow:
    """From one fraction of an interval to another, never empty: of a year in whole months, else in days."""

    def narrow(interval: Interval, _: date | None) -> Interval:
        begin, end = interval
        days = (end - begin).days
        if days >= _YEAR_DAYS and (begin.day, end.day) == (1, 1):
            months = (end.year - begin.year) * 12 + end.month - begin.month
            return add_months(begin, round(months * first)), add_months(begin, round(months * last))
        new_begin = begin + timedelta(days=min(days - 1, round(days * first)))
        return new_begin, max(new_begin + timedelta(days=1), begin + timedelta(days=round(days * last)))

    return narrow


END_OF = part_of(3 / 4, 1)


def until_now(interval: Interval, anchor: date | None) -> Interval:
    """What of it is over when the post is published, that day included."""
    begin, end = interval
    return (begin, anchor + timedelta(days=1)) if anchor and begin <= anchor < end else interval


def from_now(interval: Interval, anchor: date | None) -> Interval:
    """What of it is left when the post is published, that day included."""
    begin, end = interval
    return (anchor, end) if anchor and begin <= anchor < end else interval
