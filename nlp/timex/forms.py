"""The table of date forms: each a pattern, how it is read, and examples that the tests hold it to.

The patterns are written in lower case and matched without case. Where two forms match at the same place the longer
match wins, then the earlier form. Examples are read from Wednesday 2010-03-10.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nlp.timex.context import Context, Direction, Reader, Reading, has_purpose
from nlp.timex.intervals import END_OF
from nlp.timex.numbers import (
    CARDINAL,
    ORDINAL,
    SPOKEN_YEAR,
    VAGUE,
    read_cardinal,
    read_ordinal,
    read_spoken_year,
)
from nlp.timex.triggers import Trigger
from nlp.timex.values import (
    MONTHS,
    SEASONS,
    WEEKDAYS,
    Interval,
    add_months,
    day_value,
    interval_of,
    month_value,
    quarter_value,
    week_value,
)


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of date expression. `examples` are (phrase, TIMEX3 value) pairs.

    `near` names the trigger (see `triggers.py`) that every match holds: only round one is the pattern tried.
    """

    name: str
    near: Trigger
    pattern: str
    read: Reader
    examples: tuple[tuple[str, str | None], ...]


# -- parts of patterns -----------------------------------------------------------------------------------------------

_MONTH_NAMES = (
    r"january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
)
MONTH = (
    rf"(?<![a-z])(?P<month>{_MONTH_NAMES})\b"
    r"(?:(?<=\b(?:jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec))\.|(?<=\bsept)\.)?"  # a full name's dot ends the sentence
)
DAY = r"(?P<day>(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?)(?![\d%]|[.,:]\d|[a-z])"
DAY_WORD = rf"(?P<day>(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?![\d%]|[.,:]\d|[a-z])|{ORDINAL})"
LAST_DAY = r"(?P<last>(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?)(?![\d%]|[.:]\d|[a-z])"
YEAR = r"(?P<year>(?:1[4-9]|20)\d\d)(?![\d%]|[.,:/]\d)"
_WEEKDAY_NAMES = r"monday|tuesday|wednesday|thursday|friday|saturday|sunday"
WEEKDAY_LEAD = (
    rf"(?:(?:(?:this|next|last|coming|this coming|this past) )?"
    rf"(?P<weekday>{_WEEKDAY_NAMES}|mon|tues?|wed|thurs?|fri|sat|sun)\b\.?,? (?:the )?)?"
)
DASH = r" ?(?:-|–|—|to|through|and|&|/) ?"
WHICH = r"(?P<which>this|last|next|the past|past|previous|the previous|the coming|coming|the following|following|the current|current|the same|same|that|the next|the last|this coming|this past|the upcoming|upcoming|the prior|prior)"
UNIT = r"(?P<unit>day|week|month|quarter|year|decade|century)"
UNITS = r"(?P<unit>day|week|month|quarter|year|decade|centurie|century|hour|minute|second|business day|working day|trading day|calendar year|fiscal year)s?"
AMOUNT = rf"(?P<amount>{CARDINAL}|{VAGUE}|a|an|one)"

_UNIT_CODES = {
    "day": "D",
    "week": "W",
    "month": "M",
    "quarter": "Q",
    "year": "Y",
    "decade": "E",
    "century": "C",
    "hour": "TH",
    "minute": "TM",
    "second": "TS",
}
_DAYTIMES = {
    "morning": "MO",
    "midday": "MI",
    "noon": "MI",
    "afternoon": "AF",
    "evening": "EV",
    "night": "NI",
}


# -- readers -----------------------------------------------------------------------------------------------------------


def _date(value: str | None, *, relative: bool = False, interval: Interval | None = None) -> Reading | None:
    if value is None:
        return Reading("DATE", None, relative=True)
    if interval is None and not value.endswith("_REF") and interval_of(value) is None:
        return None  # no such day
    return Reading("DATE", value, relative, interval)


def _day_number(text: str) -> int:
    return read_ordinal(text) or int(re.sub(r"\D", "", text) or 0)


def _month_number(match: re.Match[str]) -> int:
    return MONTHS[match.group("month").casefold()]


def _explicit_day(match: re.Match[str], _: Context) -> Reading | None:
    year, month, day = int(match.group("year")), _month_number(match), _day_number(match.group("day"))
    interval = None
    last = match.groupdict().get("last")
    if last:
        interval = _spread(year, month, day, _day_number(last))
    return _date(f"{year:04d}-{month:02d}-{day:02d}", interval=interval)


def _spread(year: int, month: int, first: int, last: int) -> Interval | None:
    """From the first to the last day of a range inside a month."""
    begin, end = interval_of(f"{year:04d}-{month:02d}-{first:02d}"), interval_of(f"{year:04d}-{month:02d}-{last:02d}")
    return (begin[0], end[1]) if begin and end and begin[0] < end[1] else None


def _day_of_some_year(match: re.Match[str], context: Context) -> Reading | None:
    month, day = _month_number(match), _day_number(match.group("day"))
    groups = match.groupdict()
    if month == 5 and match.group("month").islower():
        return None  # "may 5" is not how anybody writes the month, "may 5 users" is something else
    year = _year_near(month, day, groups.get("weekday"), context)
    if year is None:
        return Reading("DATE", None, relative=True) if context.anchor is None else None
    last = groups.get("last")
    interval = _spread(year, month, day, _day_number(last)) if last else None
    return _date(f"{year:04d}-{month:02d}-{day:02d}", interval=interval)


def _year_near(month: int, day: int, weekday: str | None, context: Context) -> int | None:
    """The year that a day without one means: where the weekday fits, then where the tense points, then the nearest."""
    if context.anchor is None:
        return None
    anchor = context.anchor
    days = {}
    for year in (anchor.year - 1, anchor.year, anchor.year + 1):
        interval = interval_of(f"{year:04d}-{month:02d}-{day:02d}")
        if interval:
            days[year] = interval[0]
    if weekday:
        fitting = {year: day for year, day in days.items() if day.weekday() == WEEKDAYS[weekday.casefold()]}
        days = fitting or days
    if not days:
        return None
    direction = context.direction()
    farthest = 366 if _WILL.search(context.before(60)) else 300
    ahead = [year for year, day in days.items() if 0 <= (day - anchor).days <= farthest]
    behind = [year for year, day in days.items() if 0 <= (anchor - day).days <= 330]
    if ahead and direction == "future":
        return min(ahead)
    soon = [year for year in ahead if (days[year] - anchor).days <= _SOON_DAYS]
    if soon and not context.is_over():
        return soon[0]
    if behind and (direction == "past" or context.is_over()):
        return max(behind)
    return min(days, key=lambda year: abs((days[year] - anchor).days))


_WILL = re.compile(r"\b(?:will|shall)(?: [a-z]+){1,3} (?:on |at )?$", re.IGNORECASE)
_SOON_DAYS = 75
"""A day so near ahead is meant rather than the same day of the year before, which a writer would give its year."""


_VERSION_BEFORE = re.compile(r"\b(?:version|release|build|firmware|driver|update|ver|v)\.? $", re.IGNORECASE)


def _numeric(match: re.Match[str], context: Context) -> Reading | None:
    if match.group("sep") == "." and _VERSION_BEFORE.search(context.before(12)):
        return None
    first, second, year = int(match.group("first")), int(match.group("second")), match.group("year")
    full = int(year) if len(year) == 4 else 2000 + int(year) if int(year) < 70 else 1900 + int(year)
    european = match.group("sep") == "." or first > 12
    month, day = (second, first) if european else (first, second)
    return _date(f"{full:04d}-{month:02d}-{day:02d}")


def _iso(match: re.Match[str], _: Context) -> Reading | None:
    day = f"{int(match.group('year')):04d}-{int(match.group('mm')):02d}-{int(match.group('dd')):02d}"
    if interval_of(day) is None:
        return None
    clock = match.group("clock")
    if clock is None:
        return _date(day)
    zone = (match.group("zone") or "").strip().upper().replace("UTC", "Z").replace("GMT", "Z")
    return Reading("TIME", f"{day}T{clock}{zone}")


def _iso_month(match: re.Match[str], _: Context) -> Reading | None:
    return _date(f"{match.group('year')}-{match.group('mm')}")


def _month_and_year(match: re.Match[str], _: Context) -> Reading | None:
    return _date(f"{int(match.group('year')):04d}-{_month_number(match):02d}")


def _month_short_year(match: re.Match[str], _: Context) -> Reading | None:
    return _date(f"{_century(int(match.group('yy'))):04d}-{_month_number(match):02d}")


def _century(short: int) -> int:
    return 2000 + short if short < 70 else 1900 + short


def _month_of_which_year(match: re.Match[str], context: Context) -> Reading | None:
    if context.anchor is None:
        return _date(None)
    year = _shifted_year(match.group("which"), context)
    return None if year is None else _date(f"{year:04d}-{_month_number(match):02d}", relative=True)


def _shifted_year(which: str, context: Context) -> int | None:
    if context.anchor is None:
        return None
    return context.anchor.year + _step(which)


def _step(which: str) -> int:
    """-1, 0 or +1 for "last", "this", "next"."""
    word = which.casefold().removeprefix("the ")
    if word in {"last", "past", "previous", "prior", "this past"}:
        return -1
    if word in {"next", "coming", "following", "this coming", "upcoming"}:
        return 1
    return 0


def _bare_month(match: re.Match[str], context: Context) -> Reading | None:
    written = match.group("month")
    if written.islower() or (len(written) <= 4 and written.casefold() not in {"may", "june", "july"}):
        return None
    month = _month_number(match)
    which = match.group("which")
    if which is None and month in {3, 5} and not _stands_as_month(match, context):
        return None
    if context.anchor is None:
        return _date(None)
    year = _year_of_month(month, which, context)
    return _date(f"{year:04d}-{month:02d}", relative=True)


def _stands_as_month(_match: re.Match[str], context: Context) -> bool:
    """ "May" and "March" are also words, and names."""
    before = context.before(24)
    if re.search(r"\b(?:the|this|its|their|our|a) $", before, re.IGNORECASE):
        return re.match(r" [a-z]{4,}", context.text[context.end : context.end + 12]) is not None  # "the May update"
    if re.search(
        r"\b(?:in|of|by|until|since|for|from|to|through|during|before|after|late|early|mid|and|or|next|last|between|around)[ -]$",
        before,
        re.IGNORECASE,
    ):
        return not re.match(r" [A-Z][a-z]+", context.text[context.end : context.end + 12])
    return False


def _year_of_month(month: int, which: str | None, context: Context) -> int:
    anchor = context.anchor
    if anchor is None:
        raise ValueError("a month without a year needs the publishing day")
    step = 0 if which is None else _step(which)
    if step < 0:
        return anchor.year - (month >= anchor.month)
    if step > 0:
        return anchor.year + (month <= anchor.month)
    direction: Direction | None = context.direction()
    if which is not None:  # "this June" is the one of this year, or the next when this one is long past
        past_by = anchor.month - month
        return anchor.year + (past_by > 6 or (past_by > 0 and direction == "future"))
    ahead = (month - anchor.month) % 12
    following = anchor.year + (month < anchor.month)
    if ahead == 0:
        return anchor.year
    if direction == "future" or (ahead == 1 and not context.is_over()):
        return following
    if ahead <= 4 and has_purpose(context.text, context.start):
        return following
    if direction is None and ahead <= 2:
        return following
    return anchor.year - (month > anchor.month)


def _quarter(match: re.Match[str], context: Context) -> Reading | None:
    groups = match.groupdict()
    number = groups.get("q")
    quarter = int(number) if number else read_ordinal(groups["ordinal"])
    if quarter is None or not 1 <= quarter <= 4:
        return None
    year: int | None
    if groups.get("year"):
        year = int(groups["year"])
    elif groups.get("yy"):
        year = _century(int(groups["yy"]))
    elif groups.get("which"):
        year = _shifted_year(groups["which"], context)
    elif context.anchor is None:
        return _date(None)
    else:
        year = _year_of_quarter(quarter, context.anchor, context.direction())
    return _date(None) if year is None else _date(f"{year:04d}-Q{quarter}", relative=not groups.get("year"))


def _year_of_quarter(quarter: int, anchor: date, direction: Direction | None) -> int:
    """The quarter just over is spoken of for months, in any tense: its results are still to come."""
    current = (anchor.month + 2) // 3
    if direction == "future" and quarter < current - 1:
        return anchor.year + 1
    if direction == "future" and quarter >= current:
        return anchor.year
    return anchor.year - (quarter > current)


def _quarter_of_year(match: re.Match[str], context: Context) -> Reading | None:
    """ "the 1988 quarter": the one spoken of, in that year."""
    value = context.quarter.value if context.quarter else None
    reading = _date(f"{match.group('year')}{value[4:]}" if value else match.group("year"))
    return None if reading is None else replace(reading, comparing=True)


def _spoken_quarter(_: re.Match[str], context: Context) -> Reading | None:
    """ "the quarter", "the latest period" after one was named."""
    if context.quarter is not None:
        return _date(context.quarter.value, relative=True)
    if not re.search(r"\b(?:in|for|during|of) $", context.before(8), re.IGNORECASE):
        return None
    return _latest_quarter(context)


def _latest_quarter(context: Context) -> Reading | None:
    """Results are those of the last quarter that is over."""
    return _date(quarter_value(add_months(context.anchor, -3)) if context.anchor else None, relative=True)


def _quarter_to_a_day(match: re.Match[str], context: Context) -> Reading | None:
    """ "the quarter ended Sept. 30": the calendar's quarter that this day closes."""
    at_day = replace(context, start=match.start("month"), end=match.end("day"))
    year = _year_near(_month_number(match), _day_number(match.group("day")), None, at_day)
    return None if year is None else _date(f"{year:04d}-Q{(_month_number(match) + 2) // 3}", relative=True)


def _latest_unit(match: re.Match[str], context: Context) -> Reading | None:
    """The latest quarter is the last that is over."""
    unit = match.group("unit").casefold()
    if unit == "period":
        return None if context.quarter is None else _date(context.quarter.value, relative=True)
    return _date(None) if context.anchor is None else _date(_unit_value(unit, context.anchor, -1), relative=True)


def _half(match: re.Match[str], _: Context) -> Reading | None:
    year = match.group("year")
    full = int(year) if len(year) == 4 else _century(int(year))
    return _date(f"{full:04d}-H{match.group('half')}")


def _season(match: re.Match[str], context: Context) -> Reading | None:
    name = match.group("season").casefold()
    code, first_month = SEASONS[name]
    groups = match.groupdict()
    if groups.get("year"):
        return _date(f"{int(groups['year']):04d}-{code}")
    lead = (groups.get("lead") or "").casefold()
    if not lead and not groups.get("which_year"):
        return None  # "fall" and "spring" are verbs as well, "Summer" a name
    if context.anchor is None:
        return _date(None)
    anchor = context.anchor
    if groups.get("which_year"):
        return _date(f"{_shifted_year(groups['which_year'], context):04d}-{code}", relative=True)
    year = anchor.year
    last_month = first_month + 2
    if lead.startswith("last"):
        year -= anchor.month <= last_month
    elif lead.startswith("next"):
        year += anchor.month >= first_month
    elif not lead.startswith("this"):
        if context.direction() == "future":
            year += anchor.month > last_month
        elif anchor.month < first_month:
            year -= 1
    return _date(f"{year:04d}-{code}", relative=True)


def _bare_year(match: re.Match[str], context: Context) -> Reading | None:
    year = int(match.group("year"))
    latest = (context.anchor.year if context.anchor else 2026) + 30
    if not 1800 <= year <= latest and not match.group("lead"):
        return None
    before, after = context.before(24), context.text[context.end : context.end + 24]
    if re.search(
        r"(?:[$€£#]|\b(?:no|nr|part|page|room|port|rfc|kb|build|model|iso|level|v|ver|version)\.? ?)$",
        before,
        re.IGNORECASE,
    ):
        return None
    if match.group("lead"):
        return _date(f"{year:04d}")
    if context.before(4).casefold() == "the " and re.match(
        r" (?:version|edition|release|model|series|product)s?\b", after
    ):
        return None  # what it names is a product's
    counted = re.match(
        r" (?:or (?:so|more) |new |more |of (?:the|its|our|their) |additional |different |other )?"
        r"(?:[a-z]+(?:s|people|staff)\b)(?! (?:are|were|was|is|will|have|has|had)\b)|-(?:bit|core|node|inch|word|page|user|seat|square)|"
        r" (?:MB|GB|TB|KB|Mbps|Gbps|MHz|square|sq|feet|ft|percent|euros?|dollars?|pounds?|km|miles|kW|MW)\b",
        after,
    )
    if counted:
        follower = counted.group().strip()
        preposition = re.search(
            r"\b(?:in|since|by|until|till|during|before|after|through|from|early|late|mid|end of|of)[ -]$",
            before,
            re.IGNORECASE,
        )
        if not preposition or re.match(
            r"(?:MB|GB|TB|servers|users|customers|domains|people|staff|square|sq)", follower
        ):
            return None
    if re.match(r"[-/][A-Za-z]", after) or re.search(r"[A-Za-z]/$|[=_&?#]$", before):
        return None
    return _date(f"{year:04d}")


def _spoken_year(match: re.Match[str], _: Context) -> Reading | None:
    year = read_spoken_year(match.group("spoken"))
    return None if year is None or (year % 100 == 0 and not match.group("lead")) else _date(f"{year:04d}")


def _fiscal_year(match: re.Match[str], _: Context) -> Reading | None:
    year = match.group("year")
    return _date(f"{int(year) if len(year) == 4 else _century(int(year)):04d}")


def _decade_word(match: re.Match[str], _: Context) -> Reading | None:
    words = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties")
    return _date(f"19{words.index(match.group('word').casefold()) + 2}")


def _decade(match: re.Match[str], _: Context) -> Reading | None:
    digits = match.group("decade")
    if digits:
        return _date(digits[:3])
    short = match.group("decade2")
    return _date(f"{'20' if short < '30' else '19'}{short[0]}")


def _part_of_day(match: re.Match[str], context: Context) -> Reading | None:
    if context.anchor is None:
        return Reading("TIME", None, relative=True)
    part = (match.group("part") or "night").casefold()
    lead = (match.group("lead") or "this").casefold()
    step = {"last": -1, "yesterday": -1, "tomorrow": 1}.get(lead, 0)
    return Reading("TIME", f"{day_value(context.anchor + timedelta(days=step))}T{_DAYTIMES[part]}", relative=True)


def _nth_century(match: re.Match[str], _: Context) -> Reading | None:
    number = read_ordinal(match.group("ordinal"))
    return None if number is None or not 11 <= number <= 23 else _date(f"{number - 1:02d}")


def _weekday(match: re.Match[str], context: Context) -> Reading | None:
    name = match.group("weekday")
    if name.islower() or context.before(6) == "Patch ":
        return None
    if context.anchor is None:
        return _date(None)
    anchor = context.anchor
    number = WEEKDAYS[name.casefold()]
    which = (match.group("which") or "").casefold().removeprefix("the ")
    monday = anchor - timedelta(days=anchor.weekday())
    back = (anchor.weekday() - number) % 7
    if which == "last" or which in {"past", "this past", "previous"}:
        day = anchor - timedelta(days=back or 7)
    elif which == "next":
        day = monday + timedelta(days=7 + number)
    elif which in {"this", "same"}:
        day = monday + timedelta(days=number)
    elif which in {"coming", "this coming", "following", "upcoming"}:
        day = anchor + timedelta(days=(number - anchor.weekday()) % 7 or 7)
    elif back and context.direction() == "future" and not _of_a_past_one(context):
        day = anchor + timedelta(days=7 - back)
    else:
        day = anchor - timedelta(days=back)
    return _date(day_value(day), relative=True)


def _of_a_past_one(context: Context) -> bool:
    """ "Wednesday's ruling" has been made, whatever the clause says will come of it."""
    after = context.text[context.end : context.end + 30]
    return (
        re.match(r"['’]s (?!(?:webcast|webinar|meeting|conference|deadline|launch|event|keynote)\b)", after) is not None
    )


_DAY_WORDS = {
    "the day before yesterday": -2,
    "yesterday": -1,
    "today": 0,
    "tomorrow": 1,
    "the day after tomorrow": 2,
}


def _day_word(match: re.Match[str], context: Context) -> Reading | None:
    if context.anchor is None:
        return _date(None)
    if match.group("word")[0].isupper() and _LOWER_BEFORE.search(context.before(24)):
        return None  # "the webcast 'Preparing for Tomorrow'": a capital inside a sentence makes a title of it
    word = match.group("word").casefold()
    if word == "today" and _means_nowadays(context):
        return _date("PRESENT_REF", relative=True)
    return _date(day_value(context.anchor + timedelta(days=_DAY_WORDS[word])), relative=True)


_LOWER_BEFORE = re.compile(r"(?<![\w'’-])[a-z]+ $")
_OF_THESE_TIMES = re.compile(
    r"['’]s (?:[a-z]+ )?(?:world|youth|markets?|internet|web|econom(?:y|ies)|business(?:es)?|enterprises?|IT\b|technolog\w+|users"
    r"|customers|consumers|environments?|threats|landscape|standards?|needs|hardware|computers?|servers|data ?cent(?:er|re)s"
    r"|networks?|compan(?:y|ies)|society|systems|applications|workloads|budgets?|realities|generation|climate|industry)\b"
)


def _means_nowadays(context: Context) -> bool:
    """ "today" for these times: "today's IT world", "while running the business of today"."""
    after = context.text[context.end : context.end + 50]
    if re.match(r"['’]s\b", after):
        return _OF_THESE_TIMES.match(after) is not None
    return bool(
        re.search(
            r"\b(?:of|as it is|available|everything|than|used|exists?|have|works?|most \w+) $",
            context.before(24),
            re.IGNORECASE,
        )
        and not re.search(
            r"\b(?:earlier|late|later|as|launche?[sd]|released|announced)(?: of)? ", context.before(60), re.IGNORECASE
        )
    )


def _which_unit(match: re.Match[str], context: Context) -> Reading | None:
    unit, which = match.group("unit").casefold(), match.group("which").casefold()
    word = which.removeprefix("the ")
    if word in {"same", "that"}:
        return _same(unit, context)
    if context.anchor is None:
        return _date(None)
    if unit == "day" and word not in {"next", "following", "previous"}:
        return None
    if which in {"the past", "past"} and unit in {"day", "week", "month", "year", "quarter", "decade"}:
        return Reading("DURATION", "P10Y" if unit == "decade" else f"P1{_UNIT_CODES[unit]}", relative=True)
    if word in {"following", "previous", "prior"} or unit == "day":
        return _shift_former(unit, -1 if word in {"previous", "prior"} else 1, context)
    return _date(_unit_value(unit, context.anchor, _step(which)), relative=True)


def _same(unit: str, context: Context) -> Reading | None:
    span = context.former.span if context.former else None
    if span is None:
        return None
    value = _unit_value(unit, span[0], 0)
    meant = interval_of(value) if value else None
    # A year names no day that could be "the same day".
    fits = meant is not None and span[1] - span[0] <= meant[1] - meant[0]
    return _date(value if fits else None, relative=True)


def _shift_former(unit: str, step: int, context: Context) -> Reading | None:
    """ "the following week": counted from the date named before it."""
    span = context.former.span if context.former else None
    base = span[0] if span else context.anchor
    return _date(None) if base is None else _date(_unit_value(unit, base, step), relative=True)


def _unit_value(unit: str, day: date, step: int) -> str | None:
    """The day, week, month … `step` units from the one that `day` lies in; None outside the calendar."""
    try:
        if unit == "day":
            return day_value(day + timedelta(days=step))
        if unit == "week":
            return week_value(day + timedelta(weeks=step))
        if unit == "weekend":
            return f"{week_value(day + timedelta(weeks=step))}-WE"
        if unit == "month":
            return month_value(add_months(day, step))
        if unit == "quarter":
            return quarter_value(add_months(day, 3 * step))
        years = {"year": 1, "decade": 10, "century": 100}[unit] * step
        year = day.year + years
    except (OverflowError, ValueError):
        return None
    if not 1000 <= year <= 9000:
        return None
    return {"year": f"{year:04d}", "decade": f"{year // 10:03d}", "century": f"{year // 100:02d}"}[unit]


def _weekend(match: re.Match[str], context: Context) -> Reading | None:
    if context.anchor is None:
        return _date(None)
    which = (match.group("which") or "").casefold()
    step = -1 if which in {"last", "past", "the past", "this past", "over the"} else 1 if which == "next" else 0
    if not which and context.anchor.weekday() < 4 and context.direction() != "future":
        step = -1  # "the weekend" of a Monday's post is the one just over
    return _date(_unit_value("weekend", context.anchor, step), relative=True)


def _end_of_unit(match: re.Match[str], context: Context) -> Reading | None:
    """ "the year" after "the end of": the current one."""
    if context.anchor is None:
        return _date(None)
    return _date(_unit_value(match.group("unit").casefold(), context.anchor, 0), relative=True)


def _units_end(match: re.Match[str], context: Context) -> Reading | None:
    reading = _end_of_unit(match, context)
    span = reading.span if reading else None
    return reading if reading is None or span is None else replace(reading, interval=END_OF(span, context.anchor))


def _this_year(_: re.Match[str], context: Context) -> Reading | None:
    return _date(f"{context.anchor.year:04d}" if context.anchor else None, relative=True)


def _week_of_day(match: re.Match[str], context: Context) -> Reading | None:
    """ "the week of March 6": the week that the day lies in."""
    groups = match.groupdict()
    month, day = _month_number(match), _day_number(match.group("day"))
    year = int(groups["year"]) if groups.get("year") else _year_near(month, day, None, context)
    if year is None:
        return _date(None) if context.anchor is None else None
    span = interval_of(f"{year:04d}-{month:02d}-{day:02d}")
    return None if span is None else _date(week_value(span[0]))


def _day_of_month_near(match: re.Match[str], context: Context) -> Reading | None:
    """ "on the 17th": of the month that makes it nearest, on the side that the clause looks to."""
    anchor = context.anchor
    if anchor is None:
        return _date(None)
    days = []
    for step in (-1, 0, 1):
        first = add_months(anchor.replace(day=1), step)
        try:
            days.append(first.replace(day=int(match.group("day"))))
        except ValueError:  # February has no 30th
            continue
    direction = context.direction()
    fitting = [day for day in days if direction is None or (day >= anchor) == (direction == "future")]
    near = min(fitting or days, key=lambda day: abs((day - anchor).days), default=None)
    return None if near is None else _date(day_value(near), relative=True)


def _bare_units(match: re.Match[str], _: Context) -> Reading | None:
    """ "for weeks": so many, nobody says how many."""
    if match.groupdict().get("ago"):
        return _date("PAST_REF", relative=True)
    code = _UNIT_CODES[_plain_unit(match.group("unit")).removesuffix("s")]
    return Reading("DURATION", f"PTX{code[1]}" if len(code) == 2 else f"PX{code}")


def _units_long(match: re.Match[str], _: Context) -> Reading | None:
    """ "a week-long outage": one; "months-long": nobody says how many."""
    word = match.group("unit").casefold()
    code = _UNIT_CODES[word.removesuffix("s")]
    amount = "X" if word.endswith("s") else "1"
    return Reading("DURATION", f"PT{amount}{code[1]}" if len(code) == 2 else f"P{amount}{code}")


_DAY_FOLLOWS = re.compile(
    rf"(?: \([^()]{{1,20}}\))?,? (?:\(?[A-Z]{{1,3}}T\)?,? |\(?(?:GMT|UTC|Eastern|Central|Pacific)\)?,? (?:time,? )?)?(?:on )?"
    rf"(?:the \d|\d{{1,2}} [A-Z]|{_WEEKDAY_NAMES}|{_MONTH_NAMES}|today|tomorrow|yesterday)\b",
    re.IGNORECASE,
)


def _clock(match: re.Match[str], context: Context) -> Reading | None:
    """An hour without its day: of the day named right before it, else of the post's."""
    if context.anchor is None or _DAY_FOLLOWS.match(context.text, context.end):
        return None  # the hour belongs to that day
    if match.groupdict().get("noon"):
        return Reading("TIME", f"{day_value(context.anchor)}T12:00", relative=True)
    hour, minute = int(match.group("hour")), match.group("minute") or "00"
    hour = hour % 12 + (12 if match.group("part").casefold() == "p" else 0)
    day = day_value(context.anchor)
    former = context.former.value if context.former else None
    if former and re.fullmatch(r"\d{4}-\d\d-\d\d", former) and _AT_THAT_DAY.search(context.before(24)):
        day = former
    return Reading("TIME", f"{day}T{hour:02d}:{minute}", relative=True)


_AT_THAT_DAY = re.compile(
    r"(?:\d|st|nd|rd|th|day|tomorrow)\)?,? (?:at|from|around|by|starting at)(?: about| around)? $", re.IGNORECASE
)


def _ago(match: re.Match[str], context: Context) -> Reading | None:
    unit = _plain_unit(match.group("unit"))
    how = match.group("how").casefold()
    backwards = how in {"ago", "earlier", "before", "previously", "back"}
    amount = read_cardinal(match.group("amount"))
    if amount is None:
        return _date("PAST_REF" if backwards else "FUTURE_REF", relative=True)
    if unit in {"hour", "minute", "second"}:
        return _date(None) if context.anchor is None else Reading("TIME", day_value(context.anchor), relative=True)
    base = context.anchor
    if how in {"before", "after"} and re.match(
        r" (?!in\b|on\b|and\b|but\b)\w", context.text[context.end : context.end + 8]
    ):
        return None  # "five years after its release" counts from something that is not said here
    if unit == "year" and amount == 1 and how in {"ago", "earlier"} and context.quarter is not None:
        return _year_before(context.quarter)
    if how in {"earlier", "before", "later", "after", "previously"}:
        span = context.former.span if context.former else None
        if span is None and how != "earlier":
            return None
        base = span[0] if span else base
    if base is None:
        return _date(None)
    steps = -amount if backwards else amount
    if steps != int(steps):
        if unit != "year":
            return None
        return _date(_unit_value("month", base, int(steps * 12)), relative=True)
    reading = _date(_unit_value(unit, base, int(steps)), relative=True)
    return None if reading is None else replace(reading, comparing=how == "earlier")


def _year_before(quarter: Reading) -> Reading | None:
    """Of results "a year ago" is the same quarter of the year before."""
    value = quarter.value or ""
    reading = _date(f"{int(value[:4]) - 1:04d}{value[4:]}", relative=True)
    return None if reading is None else replace(reading, comparing=True)


def _plain_unit(text: str) -> str:
    unit = text.casefold()
    unit = "century" if unit == "centurie" else unit
    return unit.split()[-1]


def _in_amount(match: re.Match[str], context: Context) -> Reading | None:
    """ "in two weeks": a point ahead, when the clause looks ahead."""
    unit, amount = _plain_unit(match.group("unit")), read_cardinal(match.group("amount"))
    if (
        unit in {"hour", "minute", "second"}
        or context.direction() != "future"
        or amount is None
        or amount != int(amount)
    ):
        return _length(match, context)
    if context.anchor is None:
        return _date(None)
    return _date(_unit_value(unit, context.anchor, int(amount)), relative=True)


_ALWAYS = re.compile(
    r"\b(?:24|twenty[- ]four) hours (?:a|per) day\b|\b(?:7|seven) days (?:a|per) week\b", re.IGNORECASE
)
_FRACTION_OR_ORDINAL = re.compile(r"(?:a|one|three)[ -]quarters?|(?:a|one) second", re.IGNORECASE)


_RATE = re.compile(
    r"(?:[$€£]\d[\d.,]*(?: (?:million|billion|thousand))?|\d[\d,]*(?: million| billion)?(?: [a-z]+)?|once|twice|times|half) $",
    re.IGNORECASE,
)
"""What stands before "a month" when it is a rate: so much, so often."""


def _length(match: re.Match[str], context: Context) -> Reading | None:
    unit = _plain_unit(match.group("unit"))
    if match.group("unit")[0].isupper() or _ALWAYS.search(context.text, max(0, context.start - 12), context.end + 12):
        return None  # "60 Minutes" is a name; "24 hours a day" measures nothing
    if _FRACTION_OR_ORDINAL.search(match.group()):
        return None  # three quarters of the users, a second release
    if re.search(r"(?:19|20)\d\d[ -]\D+$", match.group()):
        return None  # "the 1988 quarter" is a date
    code = _UNIT_CODES[unit]
    if match.group().casefold().startswith("a ") and _RATE.search(context.before(30)):
        return Reading("SET", f"PT1{code[1]}" if len(code) == 2 else f"P1{code}")
    amount = read_cardinal(match.group("amount"))
    prefix, letter = ("PT", code[1]) if code[0] == "T" and len(code) == 2 else ("P", code)
    if amount is None:
        return Reading("DURATION", f"{prefix}X{letter}")
    if unit == "decade":
        amount, letter = amount * 10, "Y"
    number = f"{amount:g}"
    if "e" in number:
        return None
    if amount != int(amount):
        if unit == "hour" and amount * 60 == int(amount * 60):
            return Reading("DURATION", f"PT{int(amount)}H{round((amount % 1) * 60)}M")
        if unit != "year" or amount * 12 != int(amount * 12):
            return Reading("DURATION", f"{prefix}{number}{letter}")
        return Reading("DURATION", f"P{int(amount)}Y{round((amount % 1) * 12)}M")
    return Reading("DURATION", f"{prefix}{number}{letter}")


def _vague_length(match: re.Match[str], _: Context) -> Reading | None:
    which = match.group("which").casefold()
    if which in {"coming", "next"}:
        return _date("FUTURE_REF", relative=True)
    return _date("PAST_REF", relative=True)


def _adverb_set(match: re.Match[str], _: Context) -> Reading | None:
    word = match.group("adverb").casefold()
    values = {
        "hourly": "PT1H",
        "daily": "P1D",
        "nightly": "P1D",
        "weekly": "P1W",
        "monthly": "P1M",
        "quarterly": "P3M",
        "yearly": "P1Y",
        "annually": "P1Y",
    }
    return Reading("SET", values[word])


def _every(match: re.Match[str], _: Context) -> Reading | None:
    unit = match.group("unit").casefold()
    if unit in WEEKDAYS:
        return Reading("SET", f"XXXX-WXX-{WEEKDAYS[unit] + 1}")
    if unit in MONTHS:
        return Reading("SET", f"XXXX-{MONTHS[unit]:02d}")
    code = _UNIT_CODES[_plain_unit(unit)]
    return Reading("SET", f"PT1{code[1]}" if len(code) == 2 else f"P1{code}")


def _weekday_set(match: re.Match[str], _: Context) -> Reading | None:
    name = match.group("weekday")
    return None if name.islower() else Reading("SET", f"XXXX-WXX-{WEEKDAYS[name.casefold()] + 1}")


def _reference(value: str) -> Reader:
    def read(_: re.Match[str], __: Context) -> Reading | None:
        return _date(value, relative=True)

    return read


def _now(match: re.Match[str], context: Context) -> Reading | None:
    after = context.text[context.end : context.end + 2]
    if match.group()[0].isupper() and after.startswith(","):
        return None  # "Now, go try it": a filler
    return _date("PRESENT_REF", relative=True)


def _week_of_month(match: re.Match[str], context: Context) -> Reading | None:
    number = {"last": 5}.get(match.group("ordinal").casefold()) or read_ordinal(match.group("ordinal"))
    month = _month_number(match)
    if number is None or not 1 <= number <= 5:
        return None
    if match.group("year"):
        year = int(match.group("year"))
    elif context.anchor is None:
        return _date(None)
    else:
        year = _year_of_month(month, None, context)
    first = date(year, month, 1)
    # The first week is the one of the month's first Monday, if that is not the last week of the month before.
    monday = first - timedelta(days=first.weekday())
    if first.weekday() > 3:
        monday += timedelta(weeks=1)
    return _date(week_value(monday + timedelta(weeks=number - 1)))


def _nth_weekday(month: int, weekday: int, number: int) -> Callable[[int], date]:
    def of(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))

    return of


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


_HOLIDAYS: dict[str, Callable[[int], date]] = {
    "new year's day": _fixed(1, 1),
    "new year's eve": _fixed(12, 31),
    "martin luther king day": _nth_weekday(1, 0, 3),
    "valentine's day": _fixed(2, 14),
    "presidents' day": _nth_weekday(2, 0, 3),
    "presidents day": _nth_weekday(2, 0, 3),
    "st. patrick's day": _fixed(3, 17),
    "independence day": _fixed(7, 4),
    "memorial day": lambda year: date(year, 5, 31) - timedelta(days=date(year, 5, 31).weekday()),
    "labor day": _nth_weekday(9, 0, 1),
    "election day": lambda year: _nth_weekday(11, 0, 1)(year) + timedelta(days=1),
    "columbus day": _nth_weekday(10, 0, 2),
    "halloween": _fixed(10, 31),
    "veterans day": _fixed(11, 11),
    "thanksgiving": _nth_weekday(11, 3, 4),
    "thanksgiving day": _nth_weekday(11, 3, 4),
    "black friday": lambda year: _nth_weekday(11, 3, 4)(year) + timedelta(days=1),
    "cyber monday": lambda year: _nth_weekday(11, 3, 4)(year) + timedelta(days=4),
    "christmas": _fixed(12, 25),
    "christmas day": _fixed(12, 25),
    "christmas eve": _fixed(12, 24),
    "boxing day": _fixed(12, 26),
}
_HOLIDAY_NAMES = "|".join(re.escape(name).replace("'", "['’]") for name in sorted(_HOLIDAYS, key=len, reverse=True))


def _holiday(match: re.Match[str], context: Context) -> Reading | None:
    day_in = _HOLIDAYS[match.group("holiday").casefold().replace("’", "'")]
    if match.group("year"):
        return _date(day_value(day_in(int(match.group("year")))))
    if match.group("holiday").islower():
        return None
    if context.anchor is None:
        return _date(None)
    days = [day_in(context.anchor.year + step) for step in (-1, 0, 1)]
    direction = context.direction()
    if direction == "future":
        days = [day for day in days if day >= context.anchor]
    elif direction == "past":
        days = [day for day in days if day <= context.anchor]
    anchor = context.anchor
    return _date(day_value(min(days, key=lambda day: abs((day - anchor).days))), relative=True)


def _year_apart(match: re.Match[str], context: Context) -> Reading | None:
    """ "year-earlier", "the year-ago quarter": the same, a year before."""
    groups = match.groupdict()
    unit = (groups.get("unit") or "").casefold()
    ordinal = groups.get("ordinal")
    if ordinal and context.anchor is not None:
        quarter = read_ordinal(ordinal) or 1
        year = _year_of_quarter(quarter, context.anchor, "past") - 1
        return replace(Reading("DATE", f"{year:04d}-Q{quarter}", relative=True), comparing=True)
    if context.quarter is not None and unit != "month":
        return _year_before(context.quarter)
    if context.anchor is None:
        return _date(None)
    if unit == "quarter":
        value = quarter_value(add_months(context.anchor, -15))  # the one a year before the last that is over
    else:
        value = _unit_value("month" if unit == "month" else "year", add_months(context.anchor, -12), 0) or ""
    reading = _date(value, relative=True)
    return None if reading is None else replace(reading, comparing=True)


# -- the table -----------------------------------------------------------------------------------------------------------

FORMS: tuple[Form, ...] = (
    Form(
        "iso day",
        "year number",
        r"(?<![\d/.-])(?P<year>(?:19|20)\d\d)(?P<sep>[-/.])(?P<mm>0?[1-9]|1[0-2])(?P=sep)(?P<dd>0?[1-9]|[12]\d|3[01])"
        r"(?:(?:T| |, )(?P<clock>\d\d:\d\d(?::\d\d)?)(?P<zone> ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?)?(?![\d/]|[.-]\d)",
        _iso,
        (("2010-08-23", "2010-08-23"), ("2010/8/23", "2010-08-23"), ("2010-08-23 14:05 UTC", "2010-08-23T14:05Z")),
    ),
    Form(
        "numeric day",
        "number",
        r"(?<![\d/.$€£-])(?P<first>0?[1-9]|[12]\d|3[01])(?P<sep>[/.])(?P<second>0?[1-9]|[12]\d|3[01])(?P=sep)"
        r"(?P<year>(?:19|20)\d\d|(?<=/)\d\d)(?![\d/]|[.-]\d)",
        _numeric,
        (
            ("8/23/2010", "2010-08-23"),
            ("23/8/2010", "2010-08-23"),
            ("23.08.2010", "2010-08-23"),
            ("8/23/10", "2010-08-23"),
        ),
    ),
    Form(
        "month day year",
        "month",
        rf"{WEEKDAY_LEAD}{MONTH} (?:the )?{DAY}(?:{DASH}{LAST_DAY})?(?:,? (?:of )?|, ?){YEAR}",
        _explicit_day,
        (
            ("August 23, 2010", "2010-08-23"),
            ("Monday, Aug. 23rd 2010", "2010-08-23"),
            ("November 17-19th, 2010", "2010-11-17"),
        ),
    ),
    Form(
        "day month year",
        "month",
        rf"{WEEKDAY_LEAD}(?:the )?{DAY_WORD}(?:{DASH}{LAST_DAY})?[ -](?:of )?(?:(?:this|last|next) )?{MONTH}(?:,? |-|, of )(?:of )?{YEAR}",
        _explicit_day,
        (
            ("23 August 2010", "2010-08-23"),
            ("Wednesday the 19th of February 2014", "2014-02-19"),
            ("23-Aug-2010", "2010-08-23"),
            ("17-19 November 2010", "2010-11-17"),
        ),
    ),
    Form(
        "month day",
        "month",
        rf"{WEEKDAY_LEAD}(?<!\d )(?<!\d)(?:(?:this|last|next) )?{MONTH} (?:the )?{DAY_WORD}(?:{DASH}{LAST_DAY})?",
        _day_of_some_year,
        (
            ("February 23", "2010-02-23"),
            ("Tuesday, April 28", "2009-04-28"),
            ("March eighth", "2010-03-08"),
            ("Feb. 17-19th", "2010-02-17"),
        ),
    ),
    Form(
        "day month",
        "month",
        rf"{WEEKDAY_LEAD}(?:the )?(?<![.\d])(?P<day>(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?)(?:{DASH}{LAST_DAY})? (?:of )?{MONTH}(?! \d)",
        _day_of_some_year,
        (("14 January", "2010-01-14"), ("the 3rd of February", "2010-02-03")),
    ),
    Form(
        "month year",
        "month",
        rf"{MONTH}(?:,? (?:of )?(?:the year )?|-|/){YEAR}",
        _month_and_year,
        (("June 2010", "2010-06"), ("March of 2023", "2023-03"), ("Sept. 2009", "2009-09")),
    ),
    Form(
        "month short year",
        "month",
        rf"{MONTH} ?['’](?P<yy>\d\d)\b",
        _month_short_year,
        (("Oct '09", "2009-10"),),
    ),
    Form(
        "month spoken year",
        "month",
        rf"{MONTH},? (?:of )?(?P<spoken>{SPOKEN_YEAR})\b",
        lambda match, _: _date(f"{read_spoken_year(match.group('spoken')) or 0:04d}-{_month_number(match):02d}"),
        (("January nineteen ninety-seven", "1997-01"),),
    ),
    Form(
        "month of this year",
        "month",
        rf"{MONTH},? (?:of )?(?P<which>this|last|next) year\b",
        _month_of_which_year,
        (("June last year", "2009-06"), ("January of this year", "2010-01")),
    ),
    Form(
        "iso month",
        "year number",
        r"(?<![\d/.-])(?P<year>20[012]\d|19\d\d)-(?P<mm>0[1-9]|1[0-2])(?![\d-]|[.:]\d)",
        _iso_month,
        (("2010-06", "2010-06"),),
    ),
    Form(
        "month",
        "month",
        rf"(?:(?P<which>last|this|next|this past|this coming|coming|past) )?{MONTH}(?! \d)(?![-/]\d)",
        _bare_month,
        (("last November", "2009-11"), ("this June", "2010-06"), ("January", "2010-01"), ("next May", "2010-05")),
    ),
    Form(
        "week of month",
        "month",
        rf"(?:the )?(?P<ordinal>first|second|third|fourth|last) (?:full )?week (?:of|in) {MONTH}(?:,? (?:of )?{YEAR})?",
        _week_of_month,
        (("the second week of September 2026", "2026-W37"), ("the first week of February", "2010-W05")),
    ),
    Form(
        "quarter",
        "short quarter",
        rf"\bQ(?P<q>[1-4])(?:(?:,? (?:of )?|[/-]| FY|FY| CY|CY|)(?:{YEAR}|['’](?P<yy>\d\d)\b(?![.%]))|(?: (?:of )?(?P<which>this|last|next) year))?(?!\w)",
        _quarter,
        (("Q3 2010", "2010-Q3"), ("Q4", "2009-Q4"), ("Q1 of 2011", "2011-Q1"), ("Q2'09", "2009-Q2")),
    ),
    Form(
        "quarter first",
        "short quarter",
        rf"\b(?P<q>[1-4])Q ?(?:{YEAR}|['’]?(?P<yy>\d\d))\b",
        _quarter,
        (("3Q 2009", "2009-Q3"), ("1Q10", "2010-Q1")),
    ),
    Form(
        "named quarter",
        "quarter",
        r"(?:(?P<which>this|last|next) year['’]s |the )?(?:fiscal )?(?P<ordinal>first|second|third|fourth|1st|2nd|3rd|4th)"
        r"(?: fiscal)?(?: calendar)?[ -]quarter\b(?:,? (?:of |in )?(?:fiscal (?:year )?)?(?P<year>(?:19|20)\d\d)\b)?",
        _quarter,
        (
            ("the third quarter", "2009-Q3"),
            ("the fourth quarter of 2009", "2009-Q4"),
            ("this year's first quarter", "2010-Q1"),
        ),
    ),
    Form(
        "quarter of which year",
        "quarter",
        r"(?:the )?(?:fiscal )?(?P<ordinal>first|second|third|fourth|1st|2nd|3rd|4th)[ -]quarter (?:of )?(?P<which>this|last|next) (?:fiscal )?year\b",
        _quarter,
        (("the second quarter of next year", "2011-Q2"),),
    ),
    Form(
        "year and quarter",
        "quarter",
        r"(?:the )?(?P<year>(?:19|20)\d\d)(?:['’]s)? (?:fiscal )?(?P<ordinal>first|second|third|fourth|1st|2nd|3rd|4th)[ -]quarter\b",
        _quarter,
        (("the 2009 third quarter", "2009-Q3"), ("2010's first quarter", "2010-Q1")),
    ),
    Form(
        "year's quarter",
        "quarter",
        r"(?:the )?(?P<year>(?:19|20)\d\d) (?:quarter|period)\b",
        _quarter_of_year,
        (),
    ),
    Form(
        "spoken quarter",
        "quarter",
        r"\b(?:the|that|the same) quarter\b(?! (?:of|century|mile|hour|ended|ending|a year))",
        _spoken_quarter,
        (),
    ),
    Form(
        "quarter to a day",
        "quarter",
        rf"\b(?:the )?(?:fiscal )?quarter(?= (?:ended|ending|that ended|ends) (?:on )?{MONTH} {DAY})",
        _quarter_to_a_day,
        (),
    ),
    Form(
        "year to a day",
        "unit",
        rf"\b(?:the )?(?:fiscal |full )?year(?= (?:ended|ending|that ended|to) (?:on )?(?:{_MONTH_NAMES})\b)",
        lambda *_: Reading("DURATION", "P1Y"),
        (),
    ),
    Form(
        "latest unit",
        "latest",
        r"\b(?:the )?(?:latest|most recent) (?:fiscal |calendar |full |financial )?(?P<unit>month|quarter|year|period)\b",
        _latest_unit,
        (("the latest quarter", "2009-Q4"), ("the most recent fiscal year", "2009")),
    ),
    Form(
        "half",
        "half",
        r"\bH(?P<half>[12])(?:,? (?:of )?|[/-])(?P<year>(?:19|20)\d\d)\b",
        _half,
        (("H1 2011", "2011-H1"),),
    ),
    Form(
        "half first",
        "half",
        r"\b(?P<half>[12])H ?(?P<year>(?:19|20)?\d\d)\b",
        _half,
        (("1H2011", "2011-H1"), ("2H 2010", "2010-H2")),
    ),
    Form(
        "season",
        "season",
        rf"(?:(?P<lead>this|last|next|this past|this coming|in the|by|during the|the|over the|early|late|in|since) )?(?<![a-z])(?P<season>spring|summer|fall|autumn|winter)\b"
        rf"(?! (?:back|back[-\w]*|through|short|into|under|behind|apart|for|victim|in love|off|out|by|to|on)\b)"
        rf"(?:,? (?:of )?(?:{YEAR}|(?P<which_year>this|last|next) year\b))?",
        _season,
        (
            ("this summer", "2010-SU"),
            ("the fall of 2010", "2010-FA"),
            ("last fall", "2009-FA"),
            ("Summer 2018", "2018-SU"),
        ),
    ),
    Form(
        "fiscal year",
        "fiscal",
        r"\b(?:fiscal(?: year)?|FY|CY)[ -]?['’]?(?P<year>(?:19|20)\d\d|\d\d)\b(?![.%])",
        _fiscal_year,
        (("fiscal 2010", "2010"), ("FY11", "2011"), ("fiscal year 2009", "2009")),
    ),
    Form(
        "decade",
        "number",
        r"(?:the )?(?:(?<![\w$€£.])(?P<decade>(?:1[89]|20)\d0)['’]?s\b|(?:(?<=the )['’]?|['’])(?P<decade2>[1-9]0)s\b)",
        _decade,
        (("the 1990s", "199"), ("the '80s", "198")),
    ),
    Form(
        "decade word",
        "decade word",
        r"the (?P<word>twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)\b",
        _decade_word,
        (("the nineties", "199"),),
    ),
    Form(
        "century",
        "unit",
        rf"(?:the )?(?P<ordinal>{ORDINAL})[ -]century\b",
        _nth_century,
        (("the 20th century", "19"),),
    ),
    Form(
        "year",
        "year number",
        rf"(?:(?<=\bmid-)|(?<=\bpre-)|(?<=\bpost-)|(?<=\bearly-)|(?<=\blate-)|(?<![\w.,:$€£#/@+-]))(?P<lead>(?:the )?year (?:of )?)?['’]?{YEAR}(?![\w@_]|-\d\d?\b)",
        _bare_year,
        (("2009", "2009"), ("the year 2021", "2021"), ("mid-2011", "2011")),
    ),
    Form(
        "years",
        "year number",
        r"(?<![\w.,:$€£#/@+-])(?P<lead>)(?P<year>(?:19|20)\d\d)(?=(?:-|–|/)(?:(?:19|20)\d\d|\d\d)(?![\d/-]|\.\d))",
        _bare_year,
        (),
    ),
    Form(
        "spoken year",
        "spoken year",
        rf"\b(?P<lead>(?:the )?year |(?:in|of|since|by|until) (?=nineteen|twenty))?(?P<spoken>{SPOKEN_YEAR})\b(?! (?:dollars|percent|people|years|users))",
        _spoken_year,
        (("nineteen ninety-six", "1996"), ("the year two thousand", "2000")),
    ),
    Form(
        "weekday",
        "weekday",
        rf"(?:{WHICH} )?\b(?P<weekday>{_WEEKDAY_NAMES})\b(?!s)",
        _weekday,
        (
            ("Wednesday", "2010-03-10"),
            ("Monday", "2010-03-08"),
            ("last Friday", "2010-03-05"),
            ("this Friday", "2010-03-12"),
            ("next Tuesday", "2010-03-16"),
        ),
    ),
    Form(
        "day word",
        "day word",
        r"\b(?P<word>the day before yesterday|the day after tomorrow|yesterday|today|tomorrow)\b",
        _day_word,
        (("today", "2010-03-10"), ("yesterday", "2010-03-09"), ("the day after tomorrow", "2010-03-12")),
    ),
    Form(
        "part of day",
        "part of day",
        r"\b(?:(?P<lead>this|last|yesterday|tomorrow) (?P<part>morning|afternoon|evening|night)|(?P<part2>tonight))\b",
        _part_of_day,
        (("this morning", "2010-03-10TMO"), ("last night", "2010-03-09TNI"), ("tonight", "2010-03-10TNI")),
    ),
    Form(
        "relative unit",
        "unit",
        rf"\b{WHICH} (?:fiscal |calendar |full |financial |business )?{UNIT}\b(?!s|-)",
        _which_unit,
        (
            ("last week", "2010-W09"),
            ("this month", "2010-03"),
            ("next year", "2011"),
            ("this quarter", "2010-Q1"),
            ("last quarter", "2009-Q4"),
        ),
    ),
    Form(
        "weekend",
        "unit",
        r"\b(?:(?P<which>this|last|next|this past|the past|past|over the) weekend|the weekend)\b",
        _weekend,
        (("this weekend", "2010-W10-WE"), ("last weekend", "2010-W09-WE")),
    ),
    Form(
        "end of unit",
        "unit",
        r"(?:(?<=end of )|(?<=start of )|(?<=beginning of )|(?<=middle of )|(?<=half of )|(?<=rest of )|(?<=remainder of )|(?<=close of )|(?<=later in )|(?<=earlier in )|(?<=late in )|(?<=early in )|(?<=part of ))the (?P<unit>week|month|quarter|year|decade)\b",
        _end_of_unit,
        (),
    ),
    Form("full year", "unit", r"\bthe full year\b(?! of|,? \d)", _this_year, (("the full year", "2010"),)),
    Form(
        "unit's end",
        "unit",
        r"\b(?P<unit>year|month|quarter|week)[- ]end\b",
        _units_end,
        (("year-end", "2010"),),
    ),
    Form(
        "ago",
        "distance",
        rf"\b(?:(?:about|around|nearly|almost|over|roughly|more than|less than|just|only|some) )?{AMOUNT}[ -](?:short |full |whole )?{UNITS}"
        r"(?: or so| or more)? (?P<how>ago|hence|from now|from today|(?:earlier|previously|later)\b(?! the| that| a\b)|(?:before|after)(?=\s*(?:[.,;:!?)]|$)))\b",
        _ago,
        (
            ("two weeks ago", "2010-W08"),
            ("three days ago", "2010-03-07"),
            ("a year ago", "2009"),
            ("a few years ago", "PAST_REF"),
            ("two months from now", "2010-05"),
        ),
    ),
    Form(
        "in amount",
        "unit",
        rf"(?<=\bin ){AMOUNT} {UNITS}(?: time)?(?![-'’])\b",
        _in_amount,
        (),
    ),
    Form(
        "duration",
        "unit",
        rf"(?<![\w$€£.,-])(?:(?:the )?(?:last|past|next|first|coming|previous|final) )?(?:(?:about|nearly|almost|over|more than|less than|at least|up to|approximately|roughly) )?"
        rf"{AMOUNT}[ -](?:consecutive |full |additional |more |straight |whole )?{UNITS}(?! (?:and|&) a half)\b(?!['’]s)(?![ -]old\b| of age\b)",
        _length,
        (
            ("six years", "P6Y"),
            ("two-week", "P2W"),
            ("the past three months", "P3M"),
            ("five hours", "PT5H"),
            ("several days", "PXD"),
        ),
    ),
    Form(
        "bare units",
        "unit",
        r"(?:(?<=\bfor )|(?<=\bwithin )|(?<=\bover )|(?<=\bafter )|(?<=\btook )|(?<=\btake ))(?P<unit>hours|days|weeks|months|years|decades)\b(?! of age)",
        _bare_units,
        (),
    ),
    Form(
        "units round",
        "unit",
        r"(?:the )?(?P<unit>days|weeks|months|years|decades)(?= (?:that followed|ahead|to come|since then)\b)",
        _bare_units,
        (),
    ),
    Form(
        "units ago",
        "distance",
        r"(?<!\w )(?P<unit>days|weeks|months|years|decades) (?P<ago>ago)\b",
        _bare_units,
        (("months ago", "PAST_REF"),),
    ),
    Form(
        "day of month near",
        "number",
        r"(?<=\bon )the (?P<day>[12]?[1-9]|[123]0|31)(?:st|nd|rd|th)(?=[.,;:!?)]|$| (?:in|at|and|with|for|to|we|they|he|she|it)\b)",
        _day_of_month_near,
        (),
    ),
    Form(
        "week of day",
        "month",
        rf"(?:the )?week of {MONTH} (?:the )?{DAY}(?:,? {YEAR})?",
        _week_of_day,
        (("the week of March 15", "2010-W11"), ("the week of September 6, 2010", "2010-W36")),
    ),
    Form(
        "clock",
        "number",
        r"(?<![\w:.])(?P<hour>1[0-2]|[1-9])(?::(?P<minute>[0-5]\d))? ?(?P<part>[ap])(?:m\b|\.m\b\.?)",
        _clock,
        (("10:35 a.m.", "2010-03-10T10:35"), ("9pm", "2010-03-10T21:00")),
    ),
    Form(
        "noon",
        "noon",
        r"(?<=\bat )(?P<noon>noon|midday)\b",
        _clock,
        (),
    ),
    Form(
        "units long",
        "unit",
        r"\b(?P<unit>hours?|days?|weeks?|months?|years?|decades?)-long\b",
        _units_long,
        (("week-long", "P1W"), ("months-long", "PXM")),
    ),
    Form(
        "coming units",
        "unit",
        r"\b(?:the )?(?P<which>coming|next|recent|last|past) (?:few |couple of |several )?(?P<unit>days|weeks|months|quarters|years)\b",
        _vague_length,
        (("the coming weeks", "FUTURE_REF"), ("recent months", "PAST_REF")),
    ),
    Form(
        "every",
        "every",
        rf"\b(?:each|every) (?P<unit>hour|day|week|month|quarter|year|{_WEEKDAY_NAMES}|{_MONTH_NAMES})\b",
        _every,
        (("every day", "P1D"), ("each Thursday", "XXXX-WXX-4"), ("each July", "XXXX-07")),
    ),
    Form(
        "adverb of frequency",
        "frequency",
        r"\b(?P<adverb>hourly|daily(?! (?:newspaper|paper|(?-i:[A-Z])))|nightly|weekly|monthly|quarterly(?! [a-z])|yearly|annually)\b",
        _adverb_set,
        (("daily", "P1D"), ("annually", "P1Y")),
    ),
    Form(
        "weekdays",
        "weekday",
        rf"\b(?P<weekday>{_WEEKDAY_NAMES})s\b(?!['’])",
        _weekday_set,
        (("Mondays", "XXXX-WXX-1"),),
    ),
    Form(
        "holiday",
        "holiday",
        rf"\b(?P<holiday>{_HOLIDAY_NAMES})(?:,? {YEAR})?(?!\w)",
        _holiday,
        (("Christmas", "2009-12-25"), ("Labor Day 2012", "2012-09-03")),
    ),
    Form(
        "year apart",
        "distance",
        r"\b(?:(?:the |a )?(?:comparable |same )?year[- ](?:earlier|ago)(?: (?:(?P<ordinal>first|second|third|fourth)[ -]quarter|(?P<unit>quarter|period|month)))?)\b",
        _year_apart,
        (("the year-ago month", "2009-03"),),
    ),
    Form(
        "now",
        "reference",
        r"\b(?:right now|just now|now)\b(?! (?:that|defunct)\b)(?!-)",
        _now,
        (("now", "PRESENT_REF"),),
    ),
    Form(
        "present",
        "reference",
        r"\b(?:currently|at present|presently|at the moment|these days|nowadays)\b",
        _reference("PRESENT_REF"),
        (("currently", "PRESENT_REF"),),
    ),
    Form(
        "past",
        "reference",
        r"\b(?:recently|lately|(?<=in )the past(?! \w+ (?:days|weeks|months|quarters|years|decades))(?! (?:day|week|month|quarter|year|decade|few|several|couple))|the other day|not long ago)\b",
        _reference("PAST_REF"),
        (("recently", "PAST_REF"),),
    ),
    Form(
        "future",
        "reference",
        r"\b(?:the (?:near |foreseeable |not too distant |not-too-distant )?future|(?<=in )future)\b",
        _reference("FUTURE_REF"),
        (("the near future", "FUTURE_REF"),),
    ),
)
