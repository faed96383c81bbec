"""Finds date expressions: every form's matches, the longest first, outside what is masked, read from left to right."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date

from nlp.annotations import FoundTimex
from nlp.timex.context import Context, Reading
from nlp.timex.forms import FORMS, Form
from nlp.timex.modifiers import Widened, widen
from nlp.timex.triggers import windows
from nlp.timex.values import FIRST_YEAR, LAST_YEAR, interval_of

Span = tuple[int, int]

_PATTERNS = tuple((form, re.compile(form.pattern, re.IGNORECASE)) for form in FORMS)
_JOINT = re.compile(r"(?:in|over|during|by|since|of|until) (?=\S)", re.IGNORECASE)  # read with the date, no part of it
_QUARTER = re.compile(r"\d{4}-Q[1-4]")
_QUARTER_REACH = 700  # characters that a report of a quarter's results goes on speaking of it: some paragraphs
_MARGIN = 200  # years that the farthest form ("next century") may count
_IN_BRACKETS = re.compile(r",? ?\($|, $")


def find_timexes(text: str, anchor: date | None, masked: Sequence[Span] = ()) -> tuple[FoundTimex, ...]:
    """The date expressions of `text`, in order and without overlaps.

    Args:
        text: any text; offsets are Unicode code points.
        anchor: the publishing day that relative expressions count from; without one they have no value.
        masked: sorted spans (products, addresses) that no date may touch.
    """
    if anchor is not None and not FIRST_YEAR + _MARGIN <= anchor.year <= LAST_YEAR - _MARGIN:
        anchor = None  # nothing was published then, and counting from it would leave the calendar
    blocked = _Blocked(masked)
    found: list[FoundTimex] = []
    former: Reading | None = None
    quarter: Reading | None = None
    quarter_end = 0
    last_end = 0
    for start, _, form, match in sorted(_matches(text), key=lambda item: item[:2]):
        if start < last_end or blocked.touches(start, match.end()):
            continue
        spoken_of = quarter if start - quarter_end <= _QUARTER_REACH else None
        reading = form.read(match, Context(text, start, match.end(), anchor, former, spoken_of))
        if reading is None:
            continue
        if reading.type == "DATE" and (joint := _JOINT.match(text, start, match.end())):
            start = joint.end()
        whole = widen(text, start, match.end(), reading, anchor)
        if whole.start < last_end or blocked.touches(whole.start, whole.end):
            whole = Widened(start, match.end(), reading)
        if whole.reading.span is not None and not whole.reading.comparing:
            former = whole.reading
            if _QUARTER.fullmatch(whole.reading.value or ""):
                quarter, quarter_end = whole.reading, whole.end
        found.append(_timex(text, whole, form.name))
        last_end = whole.end
    return tuple(_overridden(text, found))


def _matches(text: str) -> Iterator[tuple[int, tuple[int, int], Form, re.Match[str]]]:
    near = windows(text)
    for order, (form, pattern) in enumerate(_PATTERNS):
        for begin, end in near.get(form.near, ()):
            for match in pattern.finditer(text, begin, end):
                if match.end() > match.start():
                    yield match.start(), (-match.end(), order), form, match


def _timex(text: str, whole: Widened, rule: str) -> FoundTimex:
    span = whole.reading.span
    return FoundTimex(
        whole.start,
        whole.end,
        text[whole.start : whole.end],
        whole.reading.type,
        whole.reading.value,
        span[0] if span else None,
        span[1] if span else None,
        f"timex:{rule}{'+' + whole.rule if whole.rule else ''}",
    )


def _overridden(text: str, found: Sequence[FoundTimex]) -> Iterator[FoundTimex]:
    """ "this Friday (August 15, 2008)": the date in brackets says which Friday."""
    for index, timex in enumerate(found):
        follower = found[index + 1] if index + 1 < len(found) else None
        if (
            follower is not None
            and timex.rule == "timex:weekday"
            and follower.rule.startswith(("timex:month day", "timex:day month", "timex:iso day", "timex:numeric day"))
            and follower.type == "DATE"
            and _IN_BRACKETS.fullmatch(text[timex.end : follower.start])
            and _same_weekday(timex, follower)
        ):
            yield FoundTimex(
                timex.start,
                timex.end,
                timex.text,
                timex.type,
                follower.value,
                follower.begin,
                follower.end_date,
                f"{timex.rule}+brackets",
            )
        else:
            yield timex


def _same_weekday(timex: FoundTimex, follower: FoundTimex) -> bool:
    return (
        follower.begin is not None
        and (timex.begin is None or timex.begin.weekday() == follower.begin.weekday())
        and follower.value is not None
        and interval_of(follower.value) is not None
    )


class _Blocked:
    """Masked spans, asked whether one overlaps [start, end)."""

    def __init__(self, spans: Sequence[Span]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._reach: list[int] = []
        reach = 0
        for _, end in ordered:
            reach = max(reach, end)
            self._reach.append(reach)

    def touches(self, start: int, end: int) -> bool:
        index = bisect_left(self._starts, end)
        return index > 0 and self._reach[index - 1] > start
