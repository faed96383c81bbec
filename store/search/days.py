"""Days as a query names them: 2010, 2010-Q3, yesterday, next-30-days, 2027..; one table of forms, no SQL.

All spans are half-open. Relative forms count from a day that is handed in.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

FIRST_YEAR, LAST_YEAR = 1900, 2200  # of any date that is asked for: beyond them there is neither news nor plan
YEARS = f"of the years {FIRST_YEAR} to {LAST_YEAR}"

Span = tuple[date, date]
OpenSpan = tuple[date | None, date | None]  # None where a side is open

SEASON_MONTHS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}  # as nlp reads the seasons of posts
UNIT_MONTHS = {"month": 1, "quarter": 3, "year": 12}
STEPS = {"last": -1, "this": 0, "next": 1}
DAY_WORDS = {"yesterday": -1, "today": 0, "tomorrow": 1}


class NoDayError(ValueError):
    """What stands there is no span of days; the text says why, in half a sentence."""


@dataclass(frozen=True, slots=True)
class Form:
    """A way to name days. `read` is given the groups of the pattern that matched and the day to count from."""

    example: str
    meaning: str
    pattern: re.Pattern[str]
    read: Callable[[Mapping[str, str], date], Span]
    relative: bool = False


def parse_days(text: str, *, today: date | None) -> Span:
    """The days that one form means, in upper or lower case.

    Raises:
        NoDayError: it is none of FORMS, there is no such day, or it is relative and `today` is None.
    """
    for form in FORMS:
        match = form.pattern.fullmatch(text)
        if match is None:
            continue
        if form.relative and today is None:
            raise NoDayError(f"{text!r} counts from a day, and none is known here")
        try:
            # What counts from no day is given one all the same, which it does not look at.
            begin, end = form.read(match.groupdict(), today or date.min)
        except (ValueError, OverflowError) as error:
            raise NoDayError(f"there is no {text!r}") from error
        if begin.year < FIRST_YEAR or (end - timedelta(days=1)).year > LAST_YEAR:
            raise NoDayError(f"{text!r} is not {YEARS}")
        return begin, end
    raise NoDayError(f"{text!r} is no date")


def parse_range(text: str, *, today: date | None) -> OpenSpan:
    """The days of one form, or from one's beginning to another's end: "2010-06..2010-09", "2027..", "..today".

    Raises:
        NoDayError: a side cannot be read, both are missing, or the range ends before it begins.
    """
    first, dots, last = text.partition("..")
    if not dots:
        return parse_days(text, today=today)
    begin = parse_days(first, today=today)[0] if first else None
    end = parse_days(last, today=today)[1] if last else None
    if begin is None and end is None:
        raise NoDayError("'..' has neither a beginning nor an end")
    if begin is not None and end is not None and begin >= end:
        raise NoDayError(f"{text!r} ends before it begins")
    return begin, end


def _add_months(day: date, months: int) -> date:
    """So many months on; the 31st of a month of 30 days is its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _months(year: int, month: int, count: int) -> Span:
    begin = date(year, month, 1)
    return begin, _add_months(begin, count)


def _day(groups: Mapping[str, str], _: date) -> Span:
    day = date(int(groups["year"]), int(groups["month"]), int(groups["day"]))
    return day, day + timedelta(days=1)


def _week(groups: Mapping[str, str], _: date) -> Span:
    monday = date.fromisocalendar(int(groups["year"]), int(groups["week"]), 1)
    return monday, monday + timedelta(days=7)


def _day_word(groups: Mapping[str, str], today: date) -> Span:
    day = today + timedelta(days=DAY_WORDS[groups["word"].lower()])
    return day, day + timedelta(days=1)


def _unit(groups: Mapping[str, str], today: date) -> Span:
    step, unit = STEPS[groups["step"].lower()], groups["unit"].lower()
    if unit == "week":
        monday = today + timedelta(days=7 * step - today.weekday())
        return monday, monday + timedelta(days=7)
    count = UNIT_MONTHS[unit]
    month = (today.month - 1) // count * count + 1
    begin = _add_months(date(today.year, month, 1), step * count)
    return begin, _add_months(begin, count)


def _stretch(groups: Mapping[str, str], today: date) -> Span:
    """So many days, weeks, months or years that begin or end with today."""
    number, unit, ahead = int(groups["number"]), groups["unit"].lower(), groups["step"].lower() == "next"
    if number == 0:
        raise ValueError(groups["number"])
    if unit in UNIT_MONTHS:
        shift = number * UNIT_MONTHS[unit]
        return (
            (today, _add_months(today, shift))
            if ahead
            else (_add_months(today, -shift) + timedelta(days=1), today + timedelta(days=1))
        )
    days = timedelta(days=number * (7 if unit == "week" else 1))
    return (today, today + days) if ahead else (today + timedelta(days=1) - days, today + timedelta(days=1))


def _form(
    example: str,
    meaning: str,
    pattern: str,
    read: Callable[[Mapping[str, str], date], Span],
    *,
    relative: bool = False,
) -> Form:
    return Form(example, meaning, re.compile(pattern, re.IGNORECASE | re.ASCII), read, relative)


_YEAR = r"(?P<year>\d{4})"
# What can be asked for, in the order of the documentation; docs/search.md shows each example.
FORMS: tuple[Form, ...] = (
    _form("2010", "a year", _YEAR, lambda g, _: _months(int(g["year"]), 1, 12)),
    _form("2010s", "ten years", r"(?P<year>\d{3}0)s", lambda g, _: _months(int(g["year"]), 1, 120)),
    _form(
        "2010-H1", "half a year", rf"{_YEAR}-?H(?P<half>[12])",
        lambda g, _: _months(int(g["year"]), int(g["half"]) * 6 - 5, 6),
    ),
    _form(
        "2010-Q3", "a quarter", rf"{_YEAR}-?Q(?P<quarter>[1-4])",
        lambda g, _: _months(int(g["year"]), int(g["quarter"]) * 3 - 2, 3),
    ),
    _form(
        "2010-SU", "a season of the north: SP, SU, FA, or WI from December on",
        rf"{_YEAR}-(?P<season>SP|SU|FA|WI)",
        lambda g, _: _months(int(g["year"]), SEASON_MONTHS[g["season"].upper()], 3),
    ),
    _form(
        "2010-06", "a month", rf"{_YEAR}-(?P<month>\d\d)", lambda g, _: _months(int(g["year"]), int(g["month"]), 1)
    ),
    _form("2010-W25", "a week by ISO 8601, from Monday", rf"{_YEAR}-?W(?P<week>\d\d)", _week),
    _form("2010-06-25", "a day", rf"{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)", _day),
    _form(
        "yesterday", "yesterday, today or tomorrow", rf"(?P<word>{'|'.join(DAY_WORDS)})", _day_word, relative=True,
    ),
    _form(
        "next-quarter", "the last, this or the next week (from Monday), month, quarter or year",
        r"(?P<step>last|this|next)-(?P<unit>week|month|quarter|year)", _unit, relative=True,
    ),
    _form(
        "last-7-days", "so many days, weeks, months, quarters or years that end with today",
        r"(?P<step>last)-(?P<number>\d{1,3})-(?P<unit>day|week|month|quarter|year)s?", _stretch, relative=True,
    ),
    _form(
        "next-30-days", "so many that begin with today",
        r"(?P<step>next)-(?P<number>\d{1,3})-(?P<unit>day|week|month|quarter|year)s?", _stretch, relative=True,
    ),
)  # fmt: skip
ABSOLUTE = "2026, 2026-Q1, 2026-01, 2026-W05 or 2026-01-31"
RELATIVE = "today, last-week, next-quarter or last-7-days"
DAY = f"a date such as {ABSOLUTE}, or a relative one such as {RELATIVE}"
DAYS = f"{DAY}, or a range of two, of which one may be left out (2026-01..2026-03, 2027..)"
