"""Dates in words: what a calendar or a title says of a date that is no single day."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
ORDINALS = ("first", "second", "third", "fourth")
SEASONS = {"SP": "spring", "SU": "summer", "FA": "autumn", "WI": "winter"}


def in_words(value: str, begin: date | None = None, end: date | None = None) -> str:
    """A TIMEX3 value in words; days, and what is no date of the calendar, as they are.

    Where [begin, end) is only a part of what the value denotes, the words say which: "early 2011", "later in 2010".
    """
    for pattern, worded, first_day, next_first_day in FORMS:
        if found := pattern.fullmatch(value):
            parts = found.groups()
            words = worded(*parts)
            if begin is None or end is None or first_day is None or next_first_day is None:
                return words
            return _part(words, begin, end, first_day(*parts), next_first_day(*parts))
    if begin is not None and (found := WEEK.fullmatch(value)):
        return f"{'weekend' if found[1] else 'week'} of {begin.isoformat()}"
    return value


def _part(words: str, begin: date, end: date, first_day: date | None, next_first_day: date | None) -> str:
    if first_day is None or next_first_day is None:
        return words
    is_named = not words[0].islower()  # a month or a year; a quarter is counted, and takes its article
    if begin == first_day and end < next_first_day:
        return f"early {words}" if is_named else f"early in the {words}"
    if begin > first_day and end == next_first_day:
        return f"later in {words}" if is_named else f"later in the {words}"
    return words


def _first_of(year: int, month: int) -> date | None:
    """The first day of a month, counted on from January of a year; None beyond what the calendar has."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, 1) if date.min.year <= year <= date.max.year else None


Worded = Callable[..., str]
DayOf = Callable[..., date | None]
WEEK = re.compile(r"\d{4}-W\d\d(-WE)?")
# How a value is written, its words, its first day and the first one after it.
FORMS: tuple[tuple[re.Pattern[str], Worded, DayOf | None, DayOf | None], ...] = (
    (
        re.compile(r"(\d{4})-(0[1-9]|1[0-2])"),
        lambda year, month: f"{MONTHS[int(month) - 1]} {year}",
        lambda year, month: _first_of(int(year), int(month)),
        lambda year, month: _first_of(int(year), int(month) + 1),
    ),
    (
        re.compile(r"(\d{4})-Q([1-4])"),
        lambda year, quarter: f"{ORDINALS[int(quarter) - 1]} quarter of {year}",
        lambda year, quarter: _first_of(int(year), int(quarter) * 3 - 2),
        lambda year, quarter: _first_of(int(year), int(quarter) * 3 + 1),
    ),
    (
        re.compile(r"(\d{4})-H([12])"),
        lambda year, half: f"{ORDINALS[int(half) - 1]} half of {year}",
        lambda year, half: _first_of(int(year), int(half) * 6 - 5),
        lambda year, half: _first_of(int(year), int(half) * 6 + 1),
    ),
    (re.compile(r"(\d{4})-(SP|SU|FA|WI)"), lambda year, season: f"{SEASONS[season]} of {year}", None, None),
    (
        re.compile(r"(\d{4})"),
        lambda year: f"{year}",
        lambda year: _first_of(int(year), 1),
        lambda year: _first_of(int(year), 13),
    ),
    (re.compile(r"(\d{3})"), lambda decade: f"the {decade}0s", None, None),
    (re.compile(r"(\d{2})"), lambda century: f"the {_ordinal(int(century) + 1)} century", None, None),
)


def _ordinal(number: int) -> str:
    if number % 100 in {11, 12, 13}:
        return f"{number}th"
    return f"{number}{({1: 'st', 2: 'nd', 3: 'rd'}).get(number % 10, 'th')}"
