"""Instants as sources write them: RFC 822, ISO 8601, and the stamps that blog pages print beside a post."""
# ruff: noqa: E501 - a pattern on one line, which a break would hide

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

from ingest import languages
from ingest.entries import Precision

_ENGLISH_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1,
    )
    for name in names.split()
}  # fmt: skip
MONTHS = {name: number for number, names in languages.MONTHS.items() for name in names.split()} | _ENGLISH_MONTHS
# Zones that stamps name by letters; a name that stands for several is taken in its North American sense.
ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "bst": 60, "cet": 60, "cest": 120, "eet": 120, "eest": 180,
    "msk": 180,
    "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "ist": 330,
    "jst": 540, "aest": 600, "aedt": 660,
}  # fmt: skip

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?,?\s+)?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_CLOCK = (
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})(?!\d)(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?(?:\s*(?P<half>[ap])\.?m\b\.?)?"
    r"|\s*(?P<bare_half>[ap])\.?m\b\.?)"
)
_ZONE = r"\(?(?P<zone>z\b|(?:utc|gmt)?\s?[+-]\d{1,2}(?::?\d{2})?\b|[a-z]{2,4}\b)\)?"
_AT = "|".join(["at", *languages.AT])
_TIME = rf"(?:(?:\s*[,@|/•·—–-]?\s*\(?(?:(?:{_AT})\s+)?|T){_CLOCK}(?:\s*{_ZONE})?)?"
# "8:42 pm, July 28, 2010" and "20:42 on Wednesday, ": what ends just where a day begins
_TIME_BEFORE = re.compile(
    rf"(?<![\d:.]){_CLOCK}(?:\s*(?!on\b){_ZONE})?\s*[,@|/•·—–-]?\s*(?:on\s+)?(?:[a-z]{{3,9}}day,?\s+)?\Z", re.IGNORECASE
)
_DAYS = (
    r"(?<!\d)(?P<year>(?:19|20)\d{2})-(?P<nmonth>\d{1,2})-(?P<day>\d{1,2})(?!\d)",
    rf"\b{_WEEKDAY}{_MONTH}\s+{_DAY}(?!\d)\s*[,.]?\s+(?P<year>(?:19|20)\d{{2}})(?!\d)",
    rf"(?<![\d.]){_WEEKDAY}{_DAY}(?:\s+of)?[\s.-]+{_MONTH},?[\s-]+(?P<year>(?:19|20)\d{{2}})(?!\d)",
    r"(?<!\d)(?P<year>(?:19|20)\d{2})/(?P<nmonth>\d{1,2})/(?P<day>\d{1,2})(?!\d)",
    r"(?<![\d.])(?P<day>\d{1,2})\.\s?(?P<nmonth>\d{1,2})\.\s?(?P<year>(?:19|20)\d{2})(?!\d)",
    r"(?<![\d/])(?P<a>\d{1,2})[/-](?P<b>\d{1,2})[/-](?P<year>(?:19|20)\d{2})(?!\d)",
    r"(?<!\d)(?P<year>(?:19|20)\d{2})\s?[年년]\s?(?P<nmonth>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]",
)
_DATE_1 = rf"\b{_MONTH}\s+{_DAY},?\s+{_CLOCK}\s*(?:{_ZONE})?\s+(?P<year>(?:19|20)\d{{2}})(?!\d)"  # as date(1) prints
# Tried in order; of those that match, the one that begins first is the stamp.
STAMPS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (_DATE_1, *(day + _TIME for day in _DAYS)))
# Looked for only where the forms above find nothing: names of other languages, and years of two digits.
_NAMES = "|".join(sorted((name for name in MONTHS if name != "may"), key=len, reverse=True))
_NAMED_MONTH = rf"(?<![^\W\d_])(?P<month>{_NAMES})(?![^\W\d_])\.?"
_FOREIGN_DAY = rf"(?:(?:{'|'.join(languages.DAYS)})\.?,?\s+)?(?:(?:{'|'.join(languages.ARTICLES)})\s+)?"
_OF = r"(?:\s+(?:de|del|do|di|of))?"
_FOREIGN_DAYS = (
    rf"(?<![\d.]){_FOREIGN_DAY}(?P<day>\d{{1,2}})(?:\.|er|:[ae]|[º°ª])?{_OF}[\s-]*{_NAMED_MONTH},?{_OF}[\s-]+(?P<year>(?:19|20)\d{{2}})(?!\d)",
    rf"{_FOREIGN_DAY}{_NAMED_MONTH}\s+(?P<day>\d{{1,2}}),?{_OF}\s+(?P<year>(?:19|20)\d{{2}})(?!\d)",
)
# Not what looks like a version or a fraction: 10.4.2, v10.04.12, 1/2/3.
_SHORT_DAYS = (
    r"(?<![\d/.-])(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<year>\d{2})(?![\d/.])",
    r"(?<![\d.\w])(?<!version )(?<!release )(?<!build )(?P<day>\d{2})\.(?P<nmonth>\d{2})\.(?P<year>\d{2})(?![\d.]\d|\d|\w)",
    rf"(?<![\d.]){_WEEKDAY}(?P<day>\d{{1,2}})-{_MONTH}-(?P<year>\d{{2}})(?!\d)",
    rf"\b{_WEEKDAY}{_MONTH}\s+{_DAY},?\s+['’](?P<year>\d{{2}})(?!\d)",
    rf"(?<![\d.]){_WEEKDAY}{_DAY}\s+{_MONTH},?\s+['’](?P<year>\d{{2}})(?!\d)",
    r"(?<![\d.])(?<!version )(?<!release )(?<!build )(?P<year>(?:19|20)\d{2})\.\s?(?P<nmonth>\d{1,2})\.\s?(?P<day>\d{1,2})(?!\d|\.\d)",
)
OTHER_STAMPS = tuple(re.compile(day + _TIME, re.IGNORECASE) for day in (*_FOREIGN_DAYS, *_SHORT_DAYS))
_MAY_BE_OTHER = re.compile(r"\d[^\d\s]*\s*\D{0,20}[\d'’]")  # day and year, with whatever stands between them
_PATH_DAY = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/._-]|$)")
_ISO = re.compile(
    r"\s*(\d{4})(?:-?(\d{2})(?:-?(\d{2})(?:[T ](\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?"
    r"\s*(Z|[+-]\d{2}(?::?\d{2})?|[A-Z]{2,4})?)?)?)?\s*\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """An instant in UTC, how fine it was stated, and where it stood in the text it came from."""

    instant: datetime
    precision: Precision
    start: int = 0
    end: int = 0
    zoned: bool = False
    numbers: tuple[int, int] | None = None  # the first two of 5/14/2010, of which either may be the month

    @property
    def is_ambiguous(self) -> bool:
        """Whether day and month could as well be the other way round."""
        return self.numbers is not None and max(self.numbers) <= 12 and self.numbers[0] != self.numbers[1]

    @property
    def is_day_first(self) -> bool:
        """Whether it can only have been written day before month."""
        return self.numbers is not None and self.numbers[0] > 12

    def turned(self) -> Stamp:
        """An ambiguous stamp read day before month."""
        day, month = self.numbers or (self.instant.day, self.instant.month)
        span = self.instant - datetime(self.instant.year, self.instant.month, self.instant.day, tzinfo=UTC)
        return replace(self, instant=datetime(self.instant.year, month, day, tzinfo=UTC) + span)


def parse_stated(text: str | None) -> Stamp | None:
    """The instant of a field that holds nothing else: ISO 8601 or RFC 822, without a zone in UTC.

    None when it is none, or lies where no post can (before 1990, after 2100).
    """
    if not text or len(text) > 100:
        return None
    if (match := _USUAL.fullmatch(text)) is not None and (stamp := _usual(match)) is not None:
        return stamp
    return _iso(text) or find_stamp(text) or _rfc822(text)


# RFC 822 as nearly all RSS has it; what `find_stamp` makes of it, in a fifth of the time.
_USUAL = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) "
    r"([01]\d|2[0-3]):([0-5]\d):([0-5]\d) (GMT|UTC|Z|[+-](?:0\d|1[0-3])[0-5]\d)"
)


def _usual(match: re.Match[str]) -> Stamp | None:
    day, month, year, hour, minute, second, zone = match.groups()
    return _stamp(
        int(year), MONTHS[month.lower()], int(day), int(hour), int(minute), int(second), zone, "second", match
    )


def _iso(text: str) -> Stamp | None:
    match = _ISO.match(text)
    if match is None or match[2] is None:
        return None
    year, month, day, hour, minute, second = (int(part) if part else None for part in match.groups()[:6])
    precision: Precision = "day" if hour is None else "minute" if second is None else "second"
    return _stamp(year, month, day or 1, hour, minute, second, match[8], precision, match)


def _rfc822(text: str) -> Stamp | None:
    if re.search(r"\d\s*[ap]\.?m\b", text, re.IGNORECASE):
        return None  # the standard library passes over "PM", and is twelve hours off
    try:
        instant = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    zoned = instant.tzinfo is not None
    if not zoned:
        instant = instant.replace(tzinfo=UTC)
    time = re.search(r"\d:\d\d(:\d\d)?", text)
    precision: Precision = "day" if time is None else "second" if time[1] else "minute"
    return _plausible(instant, precision, 0, len(text), zoned=zoned)


def find_stamp(text: str) -> Stamp | None:
    """The first stamp in a line of text, by the forms of `STAMPS`, else of `OTHER_STAMPS`; without a zone in UTC."""
    if _MAY_BE_STAMP.search(text) is None:
        return None
    return _find_known(text) if len(text) <= ASKED_OFTEN else _find(text)


_MAY_BE_STAMP = re.compile(r"\d\D+\d|\d{6}")  # a day and a year apart, or a date in one number
ASKED_OFTEN = 200  # characters of a text: titles and datelines, which every way of grouping a page's links asks about


def _find(text: str) -> Stamp | None:
    found = [stamp for pattern in STAMPS if (stamp := _first(pattern, text)) is not None]
    if not found and _MAY_BE_OTHER.search(text):
        found = [stamp for pattern in OTHER_STAMPS if (stamp := _first(pattern, text)) is not None]
    return min(found, key=lambda stamp: stamp.start, default=None)


_find_known = lru_cache(maxsize=8_000)(_find)


def _first(pattern: re.Pattern[str], text: str) -> Stamp | None:
    for match in pattern.finditer(text):
        parts = match.groupdict()
        numbers = None
        if parts.get("a"):
            numbers = int(parts["a"]), int(parts["b"])
            month, day = _order(*numbers)
        else:
            month = MONTHS[parts["month"].lower()] if parts.get("month") else int(parts["nmonth"])
            day = int(parts["day"])
        start, clock = match.start(), match
        before = None if parts["hour"] else _TIME_BEFORE.search(text[max(0, start - 40) : start])
        if before is not None and _is_zone(before["zone"]):
            start, clock = max(0, start - 40) + before.start(), before
        hour, minute, second, precision = _clock(clock)
        if hour is not None and (hour > 23 or (minute or 0) > 59):  # no time: the day stands all the same
            hour, minute, second, precision = None, None, None, "day"
        year = int(parts["year"])
        if year < 100:  # POSIX: from 69 on it is the last century's
            year += 2000 if year < 69 else 1900
        stamp = _stamp(year, month, day, hour, minute, second, clock["zone"], precision, match)
        if stamp is not None:
            return replace(stamp, start=start, numbers=numbers)
    return None


def _is_zone(name: str | None) -> bool:
    return name is None or zone_offset(name) is not None


def _clock(match: re.Match[str]) -> tuple[int | None, int | None, int | None, Precision]:
    """Hour, minute, second and how fine they are, from the groups of `_CLOCK`."""
    if not match["hour"]:
        return None, None, None, "day"
    hour = int(match["hour"])
    if half := match["half"] or match["bare_half"]:
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    if not match["second"]:
        return hour, int(match["minute"] or 0), None, "minute"
    return hour, int(match["minute"]), int(match["second"]), "second"


def _order(a: int, b: int) -> tuple[int, int]:
    """Month and day of `a/b/year`: American unless that cannot be."""
    return (b, a) if a > 12 >= b else (a, b)


def _stamp(
    year: int | None, month: int | None, day: int | None, hour: int | None, minute: int | None, second: int | None,
    zone: str | None, precision: Precision, match: re.Match[str],
) -> Stamp | None:  # fmt: skip
    offset = zone_offset(zone)
    try:
        local = datetime(year or 0, month or 0, day or 0, hour or 0, minute or 0, min(second or 0, 59), tzinfo=UTC)
        instant = local - (offset or timedelta())
    except (ValueError, OverflowError):
        return None
    end = match.end()
    if zone and offset is None:
        end = match.start("zone") if "zone" in match.re.groupindex else end
    return _plausible(instant, precision, match.start(), end, zoned=offset is not None)


@lru_cache(maxsize=128)
def zone_offset(zone: str | None) -> timedelta | None:
    """What a zone is ahead of UTC; None when it is none that we know."""
    if not zone:
        return None
    name = zone.lower()
    if name in ZONES:
        return timedelta(minutes=ZONES[name])
    match = re.fullmatch(r"(?:utc|gmt)?\s?([+-])(\d{1,2}):?(\d{2})?", name)
    if match is None or int(match[2]) > 14:
        return None
    span = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return span if match[1] == "+" else -span


def _plausible(instant: datetime, precision: Precision, start: int, end: int, *, zoned: bool) -> Stamp | None:
    """Years in which no post can have been published are mistakes of their source: 1970, 9999."""
    try:
        instant = instant.astimezone(UTC)
    except OverflowError:
        return None
    if not 1990 <= instant.year <= 2100:
        return None
    return Stamp(instant, precision, start, end, zoned)


def day_in_path(url: str | None) -> Stamp | None:
    """The day that a permalink names: /2010/07/28/."""
    match = _PATH_DAY.search(url) if url else None
    if match is None:
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    return _plausible(datetime(day.year, day.month, day.day, tzinfo=UTC), "day", 0, 0, zoned=False)
