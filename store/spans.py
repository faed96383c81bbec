"""Spans of days as words of the full-text index, so that "talks about June 2010" is a word like any other.

A span is parted into the largest calendar units that lie in it: decades, years, months, days. A post that talks about
it has a word for each of these and one for each unit above them. Two spans touch when a unit of the one is, or lies in,
or holds, a unit of the other; so the words to look for are, for each unit of the span that is asked for, the unit
itself, either way, and as a unit of its own each one above it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

FIRST, LAST = date(1800, 1, 1), date(2300, 1, 1)  # of days that can be looked for; LAST is the first that cannot
OWN, ABOVE = "dc", "da"  # how the words of a span's units, and of the units above them, begin


def span_tokens(begin: date, end: date) -> set[str]:
    """The words of a text that talks about the days [begin, end)."""
    tokens = set()
    for unit in units(begin, end):
        tokens.add(OWN + unit)
        tokens.update(ABOVE + wider for wider in _above(unit))
    return tokens


def touching_tokens(begin: date | None, end: date | None) -> list[str]:
    """The words of which a text that talks about any of the days [begin, end) has one; None leaves that side open."""
    tokens: dict[str, None] = {}
    for unit in units(begin or FIRST, end or LAST):
        tokens |= dict.fromkeys((OWN + unit, ABOVE + unit))
        tokens |= dict.fromkeys(OWN + wider for wider in _above(unit))
    return list(tokens)


def units(begin: date, end: date) -> Iterator[str]:
    """The largest units of the calendar that make up [begin, end), as "201", "2010", "201006" or "20100625"."""
    day, end = max(begin, FIRST), min(end, LAST)
    while day < end:
        for name, after in _beginning(day):
            if after <= end:
                yield name
                day = after
                break


def _beginning(day: date) -> Iterator[tuple[str, date]]:
    """The units that begin on a day, the largest first, each with the day after it."""
    if day.day == 1 and day.month == 1:
        if day.year % 10 == 0:
            yield f"{day.year // 10}", date(day.year + 10, 1, 1)
        yield f"{day.year}", date(day.year + 1, 1, 1)
    if day.day == 1:
        yield f"{day:%Y%m}", date(day.year + day.month // 12, day.month % 12 + 1, 1)
    yield f"{day:%Y%m%d}", day + timedelta(days=1)


def _above(unit: str) -> Iterator[str]:
    """The units that a unit lies in."""
    return (unit[:length] for length in (6, 4, 3) if length < len(unit))
