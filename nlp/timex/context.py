"""What a date form may know of its surroundings: the publishing day, the dates read before it, the clause's tense."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from nlp.annotations import TimexType
from nlp.timex.values import Interval, interval_of

Direction = Literal["past", "future"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What an expression means. `relative`: counted from the publishing day, so that an explicit date beside it wins.

    `interval` is only given where it is not the one of the value.
    """

    type: TimexType
    value: str | None
    relative: bool = False
    interval: Interval | None = None

    @property
    def span(self) -> Interval | None:
        """The days it denotes, None for durations, sets and references."""
        if self.interval is not None:
            return self.interval
        return interval_of(self.value) if self.value and self.type in {"DATE", "TIME"} else None


@dataclass(frozen=True, slots=True)
class Context:
    """An expression at [start, end) of `text`, and the last calendar date read before it."""

    text: str
    start: int
    end: int
    anchor: date | None
    former: Reading | None = None

    def direction(self) -> Direction | None:
        """Whether the clause looks forward or back, None where nothing tells."""
        return direction_of(self.text, self.start, self.end)

    def before(self, width: int = 40) -> str:
        return self.text[max(0, self.start - width) : self.start]


Reader = Callable[[re.Match[str], Context], Reading | None]

_CLAUSE_END = re.compile(r"[.!?](?=\s|$)|[;:\n]|, (?:but|while|after|before|and|which|who|when)\b", re.IGNORECASE)
_FORWARD_JOINT = re.compile(
    r"\b(?:until|till|through|by|no later than|as of|starting|beginning|effective|commencing|due(?: on| in| by)?"
    r"|(?:scheduled|slated|planned|set|expected|on track|targeted|ready)(?: (?:for|on|in|by|to))?"
    r"|before|coming)(?: (?:on|in|about|around|the))?\s*$",
    re.IGNORECASE,
)
_BACKWARD_JOINT = re.compile(r"\b(?:since|ago|back (?:in|on)|as early as|ended|dated)\s*$", re.IGNORECASE)
_FORWARD = re.compile(
    r"\b(?:will|won['’]t|shall|['’]ll|going to|(?:plan|plans|planned|planning|expect|expects|expected|scheduled|slated|set"
    r"|due|aim|aims|aiming|hope|hopes|intend|intends|about|ready|likely|need|needs|have|has) (?:to|for)\b|would|could"
    r"|should|may|might|must|can|upcoming|forthcoming|register|deadline|is (?:coming|launching|holding|hosting|planning)"
    r"|are (?:coming|launching|holding|hosting|planning)|(?:begins|starts|opens|takes place|expires|ends|runs|kicks off))\b",
    re.IGNORECASE,
)
_BACKWARD = re.compile(
    r"\b(?:was|were|had|did|said|announced|released|launched|reported|made|took|came|went|told|became|saw|got|began"
    r"|started|ended|rose|fell|held|sold|bought|closed|posted|acquired|issued|showed|met|found|gave|has been|have been"
    r"|[a-z]{3,}ed)\b",
    re.IGNORECASE,
)


def direction_of(text: str, start: int, end: int) -> Direction | None:
    """Tense of the clause round [start, end): the joint before it first, then the nearest verb."""
    begin = max(0, start - 160)
    before = text[begin:start]
    for stop in reversed(list(_CLAUSE_END.finditer(before))):
        before = before[stop.end() :]
        break
    if _BACKWARD_JOINT.search(before):
        return "past"
    if _FORWARD_JOINT.search(before):
        return "future"
    after = text[end : end + 120]
    stop_after = _CLAUSE_END.search(after)
    if stop_after:
        after = after[: stop_after.start()]
    distances: list[tuple[int, Direction]] = []
    for pattern, said in ((_FORWARD, "future"), (_BACKWARD, "past")):
        left = [len(before) - match.end() for match in pattern.finditer(before)]
        right = [match.start() + 8 for match in pattern.finditer(after)]  # the verb before it governs it more often
        if left or right:
            distances.append((min([*left, *right]), "future" if said == "future" else "past"))
    return min(distances)[1] if distances else None
