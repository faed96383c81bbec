"""A post as the event finder reads it: sentences with the names and dates in them, and what is said in one."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nlp.annotations import FoundEntity, FoundEvent, FoundTimex
from nlp.events.confidence import Signs

Span = tuple[int, int]
Kin = Mapping[str, frozenset[str]]
"""What each slug is a version, an update or a part of."""


LEAD_SENTENCES = 4  # the title and the first three sentences
MAX_SUBJECTS = 8

_CLAUSE = re.compile(
    r"[;:]| [-–—] |, (?:while|but|which|although|whereas|after|before)\b|, and (?=[^,;]{1,60}? (?:was|were|is|are|has|have|will) )"
    r"|\((?=[A-Za-z])",
    re.IGNORECASE,
)


_DATELINE = re.compile(r"\(?[A-Z][^.!?\n]{2,70}?\)? ?(?:--|—|–) (?=[A-Z])")
"""Where and by whom a report was filed ("LONDON, May 3, 2010 (Agency) --"): none of them does what it tells of."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with what stands in it; offsets are the document's."""

    index: int
    start: int
    end: int
    text: str
    entities: tuple[FoundEntity, ...]
    timexes: tuple[FoundTimex, ...]
    in_title: bool
    opens: bool  # a paragraph

    @property
    def lead(self) -> bool:
        return self.index < LEAD_SENTENCES


@dataclass(frozen=True, slots=True)
class Statement:
    """A trigger with what was made of it."""

    event: FoundEvent
    sentence: int
    dated: bool
    in_title: bool
    rank: int  # of the first subject's kind among those of the event's kind: 0 is the likeliest
    signs: Signs


def read_sentences(
    text: str,
    title_end: int,
    spans: Sequence[Span],
    entities: Sequence[FoundEntity],
    timexes: Sequence[FoundTimex],
) -> Iterator[Sentence]:
    named = sorted(entities, key=lambda entity: entity.start)
    dated = [timex for timex in timexes if timex.type in {"DATE", "TIME"}]
    starts_of_names = [entity.start for entity in named]
    starts_of_dates = [timex.start for timex in dated]
    for index, (start, end) in enumerate(spans):
        dateline = _DATELINE.match(text, start, end) if start > title_end else None
        first_name = start if dateline is None else dateline.end()
        yield Sentence(
            index,
            start,
            end,
            text[start:end],
            tuple(named[bisect_left(starts_of_names, first_name) : bisect_left(starts_of_names, end)]),
            tuple(dated[bisect_left(starts_of_dates, start) : bisect_left(starts_of_dates, end)]),
            end <= title_end,
            "\n" in text[max(0, start - 4) : start],
        )


def gap_to(entity: FoundEntity, sentence: Sentence, start: int, end: int) -> int:
    """Characters between it and the trigger at [start, end) of the sentence; 0 where they touch or overlap."""
    left, right = entity.start - sentence.start, entity.end - sentence.start
    return max(0, start - right, left - end)


def clause_of(text: str, start: int, end: int) -> Span:
    """The part of the sentence, between its stronger joints, that the trigger stands in."""
    joints = [0, *(match.start() for match in _CLAUSE.finditer(text)), len(text)]
    for left, right in pairwise(joints):
        if left <= start < right:
            return left, max(right, end)
    return 0, len(text)
