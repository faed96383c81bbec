"""TIMEX3 values of the calendar (ISO-TimeML, Pustejovsky et al. 2010) and the half-open interval each denotes."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

Interval = tuple[date, date]
FIRST_YEAR, LAST_YEAR = 1000, 9998

MONTHS = {name.casefold(): index for index, name in enumerate(calendar.month_name) if name} | {
    name.casefold(): index for index, name in enumerate(calendar.month_abbr) if name
}
MONTHS["sept"] = 9
WEEKDAYS = {name.casefold(): index for index, name in enumerate(calendar.day_name)} | {
    name.casefold(): index for index, name in enumerate(calendar.day_abbr)
}
WEEKDAYS |= {"tues": 1, "thur": 3, "thurs": 3, "weds": 2}
# A season begins in this month and lasts three; winter is counted to the year it begins in.
SEASONS = {"spring": ("SP", 3), "summer": ("SU", 6), "fall": ("FA", 9), "autumn": ("FA", 9), "winter": ("WI", 12)}
_SEASON_MONTHS = dict(SEASONS.values())

_VALUE = re.compile(
    r"(?P<year>\d{4})(?:-(?:(?P<month>\d\d)(?:-(?P<day>\d\d))?|Q(?P<quarter>[1-4])|H(?P<half>[12])"
    r"|(?P<season>SP|SU|FA|WI)|W(?P<week>\d\d)(?P<weekend>-WE)?))?(?:T.*)?"
)
TIMEX3_VALUE = re.compile(
    r"(?:PRESENT|PAST|FUTURE)_REF"
    r"|\d{2,4}"
    r"|\d{4}-(?:\d\d(?:-\d\d)?|Q[1-4X]|H[12]|SP|SU|FA|WI|W\d\d(?:-WE|-[1-7])?)"
    r"(?:T(?:MO|MI|AF|EV|NI|DT|\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?))?"
    r"|P(?:T?(?:\d+(?:\.\d+)?|X)[DWMYQEHSC]|\d+Y\d+M|X{1,2})"
    r"|PT(?:\d+(?:\.\d+)?|X)[HMS](?:\d+[MS])?"
    r"|XXXX(?:-(?:\d\d|XX|SP|SU|FA|WI|Q[1-4]|W\d\d|WXX(?:-[1-7])?))?(?:-(?:\d\d|XX))?(?:T(?:MO|MI|AF|EV|NI|DT))?"
)
"""What a value may look like; the tests hold every value to it."""


def interval_of(value: str) -> Interval | None:
    """The half-open interval of days that a calendar value denotes; None for durations, sets and references."""
    if re.fullmatch(r"\d{3}", value):
        return _years(int(value) * 10, 10)
    if re.fullmatch(r"\d{2}", value):
        return _years(int(value) * 100, 100)
    match = _VALUE.fullmatch(value)
    if match is None:
        return None
    year = int(match.group("year"))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if match.group("day"):
        return _day(year, int(match.group("month")), int(match.group("day")))
    if match.group("week"):
        return _week(year, int(match.group("week")), weekend=match.group("weekend") is not None)
    if match.group("month"):
        return _months(year, int(match.group("month")), 1)
    if match.group("quarter"):
        return _months(year, 3 * int(match.group("quarter")) - 2, 3)
    if match.group("half"):
        return _months(year, 6 * int(match.group("half")) - 5, 6)
    if match.group("season"):
        return _months(year, _SEASON_MONTHS[match.group("season")], 3)
    return _years(year, 1)


def day_value(day: date) -> str:
    return day.isoformat()


def month_value(day: date) -> str:
    return f"{day:%Y-%m}"


def quarter_value(day: date) -> str:
    return f"{day.year:04d}-Q{(day.month + 2) // 3}"


def week_value(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def add_months(day: date, months: int) -> date:
    """The same day of another month, or its last day where it has fewer. Raises ValueError outside the calendar."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"no year {year} in this calendar")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _day(year: int, month: int, day: int) -> Interval | None:
    try:
        begin = date(year, month, day)
    except ValueError:
        return None
    return begin, begin + timedelta(days=1)


def _week(year: int, week: int, *, weekend: bool) -> Interval | None:
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
    return (monday + timedelta(days=5 if weekend else 0)), monday + timedelta(days=7)


def _months(year: int, month: int, count: int) -> Interval | None:
    if not 1 <= month <= 12:
        return None
    begin = date(year, month, 1)
    return begin, add_months(begin, count)


def _years(year: int, count: int) -> Interval | None:
    if not FIRST_YEAR <= year <= LAST_YEAR - count:
        return None
    return date(year, 1, 1), date(year + count, 1, 1)
