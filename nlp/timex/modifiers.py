"""Words round a date that belong to it: "early", "the end of", "later", a part of the day, an hour before it.

A modifier leaves the value alone and narrows the interval; an hour or a part of the day makes a TIME of a day.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from nlp.timex.context import Reading
from nlp.timex.values import Interval

Narrow = Callable[[Interval, "date | None"], Interval]


@dataclass(frozen=True, slots=True)
class Modifier:
    """`pattern` stands right before the date; `narrow` cuts its interval down."""

    name: str
    pattern: str
    narrow: Narrow


def _part(first: float, last: float) -> Narrow:
    """From one fraction of the interval to another; never empty."""

    def narrow(interval: Interval, _: date | None) -> Interval:
        begin, end = interval
        days = (end - begin).days
        new_begin = begin + timedelta(days=min(days - 1, round(days * first)))
        return new_begin, max(new_begin + timedelta(days=1), begin + timedelta(days=round(days * last)))

    return narrow


def _until_now(interval: Interval, anchor: date | None) -> Interval:
    begin, end = interval
    return (begin, anchor + timedelta(days=1)) if anchor and begin <= anchor < end else interval


def _from_now(interval: Interval, anchor: date | None) -> Interval:
    begin, end = interval
    return (anchor, end) if anchor and begin <= anchor < end else interval


_OF = r"(?: of| in| to)(?: the)?(?: year| month)? "
MODIFIERS: tuple[Modifier, ...] = (
    Modifier("first half", rf"(?:the |in )?first half{_OF}", _part(0, 1 / 2)),
    Modifier("second half", rf"(?:the )?(?:second|latter|last|back) half{_OF}", _part(1 / 2, 1)),
    Modifier(
        "first part",
        rf"(?:the )?first (?:part|few months|few weeks|few days|months|weeks|days|third){_OF}",
        _part(0, 1 / 3),
    ),
    Modifier(
        "last part",
        rf"(?:the )?(?:latter|last|final) (?:part|few months|few weeks|few days|months|weeks|days){_OF}",
        _part(2 / 3, 1),
    ),
    Modifier("start", rf"(?:the )?(?:very )?(?:start|beginning|opening|turn|outset){_OF}", _part(0, 1 / 4)),
    Modifier("middle", rf"(?:the )?middle{_OF}", _part(1 / 3, 2 / 3)),
    Modifier("end", rf"(?:the )?(?:very )?(?:end|close){_OF}", _part(3 / 4, 1)),
    Modifier("rest", rf"(?:the )?(?:rest|remainder|balance){_OF}", _from_now),
    Modifier("later", r"later(?: on)?(?: in)? (?:the )?", _from_now),
    Modifier("earlier", r"earlier(?: on)?(?: in)? (?:the )?", _until_now),
    Modifier("early", r"(?:very )?early(?: in| on)?[ -](?:the )?", _part(0, 1 / 3)),
    Modifier("late", r"(?:very )?late(?: in| on)?[ -](?:the )?", _part(2 / 3, 1)),
    Modifier("mid", r"(?:the )?mid(?:dle)?[ -](?:to[ -]late[ -])?", _part(1 / 3, 2 / 3)),
)
_BEFORE = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(f"(?P<m{index}>{modifier.pattern})" for index, modifier in enumerate(MODIFIERS))
    + r")$",
    re.IGNORECASE,
)

_CLOCK = r"(?:(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?(?::\d\d)? ?(?P<half>[ap])\.?m\.?|(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>\d\d)(?: hours)?|(?P<word>noon|midnight))"
_CLOCK_BEFORE = re.compile(
    rf"(?<![\w:.])(?:around |about |at )?{_CLOCK}(?:,? \(?(?:[ECMP][SD]?T|GMT|UTC|BST|CES?T)\)?)?,?(?: on)? $",
    re.IGNORECASE,
)
_DAYTIME_AFTER = re.compile(r" (?P<part>morning|afternoon|evening|night)\b(?!s)", re.IGNORECASE)
_DAYTIME_CODES = {"morning": "MO", "afternoon": "AF", "evening": "EV", "night": "NI"}


@dataclass(frozen=True, slots=True)
class Widened:
    """The expression with the words that belong to it. `rule` names the modifier, "" without one."""

    start: int
    end: int
    reading: Reading
    rule: str = ""


def widen(text: str, start: int, end: int, reading: Reading, anchor: date | None) -> Widened:
    """Takes in what stands right before and after a calendar date."""
    if reading.type != "DATE" or (reading.value or "").endswith("_REF"):
        return Widened(start, end, reading)
    rule = ""
    before = _BEFORE.search(text, max(0, start - 40), start)
    if before is not None and before.start() < start:
        modifier = MODIFIERS[int((before.lastgroup or "m0")[1:])]
        span = reading.span
        interval = modifier.narrow(span, anchor) if span else None
        reading = Reading(reading.type, reading.value, reading.relative, interval)
        start, rule = before.start(), modifier.name
    if reading.value is None or not re.fullmatch(r"\d{4}-\d\d-\d\d", reading.value):
        return Widened(start, end, reading, rule)
    daytime = _DAYTIME_AFTER.match(text, end)
    if daytime is not None:
        code = _DAYTIME_CODES[daytime.group("part").casefold()]
        return Widened(start, daytime.end(), Reading("TIME", f"{reading.value}T{code}", reading.relative), "daytime")
    clock = _CLOCK_BEFORE.search(text, max(0, start - 40), start)
    if clock is not None:
        hour = _read_clock(clock)
        if hour is not None:
            return Widened(clock.start(), end, Reading("TIME", f"{reading.value}T{hour}", reading.relative), "clock")
    return Widened(start, end, reading, rule)


def _read_clock(match: re.Match[str]) -> str | None:
    word = match.group("word")
    if word:
        return "12:00" if word.casefold() == "noon" else "24:00"
    if match.group("hour24"):
        return f"{int(match.group('hour24')):02d}:{match.group('minute24')}"
    hour = int(match.group("hour"))
    if not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if match.group("half").casefold() == "p" else 0)
    return f"{hour:02d}:{match.group('minute') or '00'}"
