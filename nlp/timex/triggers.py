"""The words that a date expression cannot do without: patterns are tried round these, not over the whole text.

Trying all patterns everywhere costs ten times as much: most of a post holds no month, weekday or unit of time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from nlp.timex.values import MONTHS, SEASONS, WEEKDAYS

Trigger = Literal[
    "month", "weekday", "unit", "quarter", "number", "year number", "short quarter", "half", "latest", "season", "fiscal",
    "decade word", "spoken year", "day word", "part of day", "noon", "distance", "every", "frequency", "holiday", "reference",
]  # fmt: skip
Span = tuple[int, int]

REACH = 100
"""Characters on each side of a trigger that an expression may take up."""

_WORDS: dict[Trigger, str] = {
    "month": " ".join(MONTHS),
    "weekday": " ".join([*WEEKDAYS, *(f"{day}s" for day in WEEKDAYS)]),
    "unit": "second seconds minute minutes hour hours day days week weeks weekend month months quarter quarters year years"
    " decade decades century centuries",
    "quarter": "quarter period",
    "short quarter": "q",
    "half": "h",
    "latest": "latest recent",
    "season": " ".join(SEASONS),
    "fiscal": "fiscal fy cy",
    "decade word": "twenties thirties forties fifties sixties seventies eighties nineties",
    "spoken year": "nineteen twenty thousand",
    "day word": "yesterday today tomorrow",
    "noon": "noon midday",
    "part of day": "morning afternoon evening night tonight",
    "distance": "ago earlier before previously later after now today hence",
    "every": "each every",
    "frequency": "hourly daily nightly weekly monthly quarterly yearly annually",
    "holiday": "new martin valentine presidents st independence labor columbus halloween veterans thanksgiving black cyber"
    " christmas boxing memorial election",
    "reference": "now currently present presently moment days nowadays recently lately past day ago future",
}
_TRIGGERS_OF: dict[str, tuple[Trigger, ...]] = {}
for _trigger, _text in _WORDS.items():
    for _word in _text.split():
        _TRIGGERS_OF[_word] = (*_TRIGGERS_OF.get(_word, ()), _trigger)
_TOKEN = re.compile(r"[a-z]+|\d+", re.IGNORECASE)
_SPACE = re.compile(r"\s")


def windows(text: str) -> dict[Trigger, list[Span]]:
    """For each trigger the parts of `text` within `REACH` of one, in order and without overlaps."""
    found: dict[Trigger, list[Span]] = {}
    end = 0
    for token in _TOKEN.finditer(text):
        word = token.group()
        for trigger in _triggers(word):
            begin = max(0, token.start() - REACH)
            if end < token.end() + REACH:  # else the word that ended the window before ends this one too
                end = _end_of_word(text, token.end() + REACH)
            spans = found.setdefault(trigger, [])
            if spans and spans[-1][1] >= begin:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((begin, end))
    return found


def _end_of_word(text: str, position: int) -> int:
    """Where the word at `position` ends, so that no pattern sees half of it as a whole one."""
    end = _SPACE.search(text, position)
    return end.start() if end and position < len(text) else len(text)


def _triggers(word: str) -> Iterator[Trigger]:
    if word.isdigit():
        yield "number"
        if len(word) == 4:
            yield "year number"
    else:
        yield from _TRIGGERS_OF.get(word.lower(), ())
