"""Words round a date that belong to it: "early", "the end of", "later", a part of the day, an hour before it.

A modifier leaves the value alone and narrows the interval; an hour or a part of the day makes a TIME of a day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nlp.timex.context import Reading
from nlp.timex.intervals import END_OF, Narrow, from_now, part_of, until_now
from nlp.timex.values import Interval


@dataclass(frozen=True, slots=True)
class Modifier:
    """`pattern` stands right before the date; `narrow` cuts its interval down."""

    name: str
    pattern: str
    narrow: Narrow


_OF = r"(?: of| in| to)(?: the)?(?: year| month)? "
MODIFIERS: tuple[Modifier, ...] = (
    Modifier("first half", rf"(?:the |in )?first half{_OF}", part_of(0, 1 / 2)),
    Modifier("second half", rf"(?:the )?(?:second|latter|last|back) half{_OF}", part_of(1 / 2, 1)),
    Modifier(
        "first part",
        rf"(?:the )?first (?:part|few months|few weeks|few days|months|weeks|days|third){_OF}",
        part_of(0, 1 / 3),
    ),
    Modifier(
        "last part",
        rf"(?:the )?(?:latter|last|final) (?:part|few months|few weeks|few days|months|weeks|days){_OF}",
        part_of(2 / 3, 1),
    ),
    Modifier("start", rf"(?:the )?(?:very )?(?:start|beginning|opening|turn|outset){_OF}", part_of(0, 1 / 4)),
    Modifier("middle", rf"(?:the )?middle{_OF}", part_of(1 / 3, 2 / 3)),
    Modifier("end", rf"(?:the )?(?:very )?(?:end|close){_OF}", END_OF),
    Modifier("rest", rf"(?:the )?(?:rest|remainder|balance){_OF}", from_now),
    Modifier("later", r"later(?: on)?(?: in)? (?:the )?", from_now),
    Modifier("earlier", r"earlier(?: on)?(?: in)? (?:the )?", until_now),
    Modifier("early", r"(?:very )?early(?: in| on)?[ -](?:the )?", part_of(0, 1 / 3)),
    Modifier("late", r"(?:very )?late(?: in| on)?[ -](?:the )?", part_of(2 / 3, 1)),
    Modifier("mid", r"(?:the )?mid(?:dle)?[ -](?:to[ -]late[ -])?", part_of(1 / 3, 2 / 3)),
)
_BEFORE = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(f"(?P<m{index}>{modifier.pattern})" for index, modifier in enumerate(MODIFIERS))
    + r")$",
    re.IGNORECASE,
)

_CLOCK = r"(?:(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?(?::\d\d)? ?(?P<half>[ap])\.?m\.?|(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>\d\d)(?: hours)?|(?P<word>noon|midnight))"
_CLOCK_BEFORE = re.compile(
    rf"(?<![\w:.]){_CLOCK}(?: \([^()]{{1,20}}\))?(?:,? \(?(?:[ECMP][SD]?T|GMT|UTC|BST|CES?T)\)?)?,?(?: on)? $",
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
    whole = _with_neighbours(text, start, end, reading, anchor)
    limit = _LIMIT.search(text, max(0, whole.start - 24), whole.start)
    span = whole.reading.span
    if limit is None or span is None or anchor is None or whole.reading.type != "DATE":
        return whole
    interval = _limited(limit.group(1).casefold(), span, anchor)
    if interval is None:
        return whole
    rule = f"{whole.rule}+{limit.group(1).casefold()}" if whole.rule else limit.group(1).casefold()
    return replace(whole, reading=replace(whole.reading, interval=interval), rule=rule)


_LIMIT = re.compile(
    r"(?<![\w-])(by|no later than|until|till|through|before|since)(?: about| around| roughly| approximately)? $",
    re.IGNORECASE,
)


def _limited(joint: str, span: Interval, anchor: date) -> Interval | None:
    """What a joint makes of a date: "by the end of March" is from the publishing day up to April 1st.

    None where it changes nothing, as for a limit that lies on the other side of the publishing day.
    """
    begin, end = span
    if joint == "since":
        return (begin, anchor + timedelta(days=1)) if begin <= anchor else None
    if joint == "before":
        return (anchor, begin) if anchor < begin else None
    return (anchor, end) if anchor < begin else None


def _with_neighbours(text: str, start: int, end: int, reading: Reading, anchor: date | None) -> Widened:
    """The modifier before a date, and the hour or part of the day round it."""
    rule = ""
    before = _BEFORE.search(text, max(0, start - 40), start)
    if before is not None and before.start() < start:
        modifier = MODIFIERS[int((before.lastgroup or "m0")[1:])]
        span = reading.span
        interval = modifier.narrow(span, anchor) if span else None
        reading = replace(reading, interval=interval)
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
