"""What a date form may know of its surroundings: the publishing day, the dates read before it, the clause's tense."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
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
    comparing: bool = False  # what the text's own dates are compared with ("a year earlier"), not what it speaks of

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
    quarter: Reading | None = None  # the last quarter named before it, while the text still speaks of it

    def direction(self) -> Direction | None:
        """Whether the clause looks forward or back, None where nothing tells."""
        return direction_of(self.text, self.start, self.end)

    def is_over(self) -> bool:
        """Whether words say that it lies behind: "since", "ended", "back in", "we saw it arrive in"."""
        return _BACKWARD_JOINT.search(self.before()) is not None or _SEEN.search(self.before(120)) is not None

    def before(self, width: int = 40) -> str:
        return self.text[max(0, self.start - width) : self.start]


Reader = Callable[[re.Match[str], Context], Reading | None]


_CLAUSE_END = re.compile(
    r"(?<!\b[a-z]\.[a-z])(?<!\b[a-z])(?<!\binc)(?<!\bcorp)(?<!\bltd)(?<!\bco)(?<!\bmr)(?<!\bdr)(?<!\bjan)(?<!\bfeb)(?<!\baug)"
    r"(?<!\bsept)(?<!\boct)(?<!\bnov)(?<!\bdec)[.!?](?=\s|$)|[;:\n]"
    r"|, (?:but|while|after|before|and|which|who|when)\b"
    r"|''|[”\"](?=\s|$)| and (?=(?:was|were|is|are|has|have|had|will|would)\b)",
    re.IGNORECASE,
)
_FORWARD_JOINT = re.compile(
    r"\b(?:until|till|through|by|no later than|starting|beginning|effective|commencing|payable|due(?: on| in| by)?"
    r"|as (?:soon|early|late) as(?: [a-z]+ (?:open|close)(?:s|ed)?)?|no (?:sooner|earlier) than|of record"
    r"|(?:scheduled|slated|planned|expected|on track|targeted|ready)(?: (?:for|on|in|by|to))?|set (?:for|to)"
    r"|before|coming)(?: (?:on|in|at|about|around|the|early|late|mid|\d{1,2}(?::\d\d)? ?[ap]\.?m\.?|[ECMP][SD]T|noon|midnight))*\s*-?$",
    re.IGNORECASE,
)
_BACKWARD_JOINT = re.compile(
    r"\b(?:since|ago|back (?:in|on)|ended|ending|dated|as late as|previously (?:scheduled|planned|set))(?: (?:on|in))?\s*$",
    re.IGNORECASE,
)
_SEEN = re.compile(r"\b(?:saw|seen|watched|witnessed)\b[^.;:!?]*(?:\.\d[^.;:!?]*)*$", re.IGNORECASE)
_FORWARD = re.compile(
    r"\b(?:will|won['’]t|shall|['’]ll|going to|(?:plan|plans|planned|planning|expect|expects|expected|scheduled|slated|set"
    r"|due|aim|aims|aiming|hope|hopes|intend|intends|about|ready|likely|need|needs|have|has|supposed|invited"
    r"|proposed|decided|promised|wants?) (?:to|for)\b|would"
    r"|should|may|might|must|can|upcoming|forthcoming|expect(?:s|ed|ing)?|join us|register|sign up|stay tuned|mark your|look for|deadline|(?:has|have) (?:scheduled|planned|set|called)"
    r"|(?:plan(?:s|ned)?|schedul(?:es|ed)) (?:an?|the|another|its|their|further|more)\b"
    r"|(?:is|are) (?:to|coming|launching|holding|hosting|planning|opening|scheduled|expected|due|slated|set)"
    r"|(?:begins|starts|opens|takes place|expires|ends|runs|kicks off))\b",
    re.IGNORECASE,
)
_BACKWARD = re.compile(
    r"(?<!\bis )(?<!\bare )(?<!\bbe )(?<!\bbeing )\b(?:was|were|had|did|said|announced|released|launched|reported|made|took|came|went|told|became|saw|got|began"
    r"|started|ended|rose|fell|held|sold|bought|closed|posted|acquired|issued|showed|met|found|gave|has been|have been"
    r"|let|left|lost|won|ran|led|paid|kept|grew|drew|drove|broke|spoke|wrote|chose|threw|tore|sent|spent|built|brought|bought"
    r"|caught|thought|felt|heard|knew|stood|struck|shot|hit|cut|shut|put|met|laid|hung|sought|taught|flew|fought|went"
    r"|set|(?-i:(?!(?:succ|proc|exc|sp|bl|br|gr)eed|indeed|embed)[a-z]{3,}ed))\b",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"\bhad\b|\b(?:has|have) (?!(?:been )?(?:scheduled|set|given|extended|postponed|delayed|granted|allowed)\b|to\b|until\b)[a-z]+(?:ed|en)\b[^.]{0,60}\b(?:through|until)\b",
    re.IGNORECASE,
)
"""What was to come when something past was told ("had been due to expire Friday") is past as well."""
_PURPOSE = re.compile(r"\bto (?:be )?[a-z]{3,}\b(?! (?:have|had)\b)", re.IGNORECASE)
_AFTER_COSTS = 8  # characters: the verb before a date governs it more often than the one after it


def direction_of(text: str, start: int, end: int) -> Direction | None:
    """Tense of the clause round [start, end): the joint before it first, then the nearest verb."""
    return _direction_between(text[max(0, start - 160) : start], text[end : end + 120])


@lru_cache(maxsize=1024)  # lists and tables say the same round each of their dates
def _direction_between(before: str, after: str) -> Direction | None:
    before = _last_clause(before)
    if _BACKWARD_JOINT.search(before):
        return "past"
    over = _OVER.search(before) is not None or _OVER.search(after[:30]) is not None
    if _FORWARD_JOINT.search(before):
        return "past" if over else "future"
    stop_after = _CLAUSE_END.search(after)
    if stop_after:
        after = after[: stop_after.start()]
    distances: list[tuple[int, Direction]] = []
    for pattern, said in ((_FORWARD, "future"), (_BACKWARD, "past")):
        direction: Direction = "past" if said == "past" or over else "future"
        distances += [(len(before) - match.end(), direction) for match in pattern.finditer(before)]
        distances += [(match.start() + _AFTER_COSTS, direction) for match in pattern.finditer(after)]
    return min(distances)[1] if distances else None


def has_purpose(text: str, start: int) -> bool:
    """Whether an infinitive is the last verb before `start`: "an agreement to acquire it in January"."""
    before = _last_clause(text[max(0, start - 90) : start])
    purposes = list(_PURPOSE.finditer(before))
    return bool(purposes) and _BACKWARD.search(before, purposes[-1].end()) is None


def _last_clause(text: str) -> str:
    ends = [match.end() for match in _CLAUSE_END.finditer(text)]
    return text[ends[-1] :] if ends else text
