"""What the resolver is given: an event mention as it stands in a post, and how two dates lie to each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from nlp.annotations import EntityKind, EventStatus, EventType

Day: TypeAlias = date  # where a field called `date` stands beside
Subject = tuple[EntityKind, str]
Span: TypeAlias = tuple[date, date]  # half-open

# Of one subject these come once, or once in a while: a plan for another day is the same plan, moved.
PLANNED_ONCE: frozenset[EventType] = frozenset(
    {"release", "end_of_support", "acquisition", "approval", "rename", "opening"}
)
# Two parties make these, and posts name either of them first.
DEALS: frozenset[EventType] = frozenset({"acquisition", "partnership"})


@dataclass(frozen=True, slots=True)
class ResolverMention:
    """An event mention as it stands in a post. `reported` is when the post came out; `names` go with `subjects`.

    `copies` are posts that have nearly the same words as this one: of them the first counts. `version` says that the
    main subject is one version of a product, which is released once, and not a product that is released time and again.
    """

    id: int
    post: str
    source: int
    content_hash: str
    reported: datetime
    type: EventType
    status: EventStatus
    date: str | None
    begin: Day | None
    end: Day | None
    subjects: tuple[Subject, ...]
    names: tuple[str, ...]
    confidence: float
    copies: frozenset[str] = frozenset()
    version: bool = False

    @property
    def span(self) -> Span | None:
        """The days that its date denotes, None where it has none."""
        return (self.begin, self.end) if self.begin is not None and self.end is not None else None

    @property
    def dated(self) -> bool:
        return self.span is not None

    @property
    def day(self) -> Day:
        """The day on which it was reported."""
        return self.reported.date()

    @property
    def order(self) -> tuple[object, ...]:
        """Reports in time, those of one post by the days they are about; the rest makes the order the same whoever
        asks, and says nothing of when a mention was stored.
        """
        begin, end = self.span or (date.max, date.max)
        return (
            self.reported, self.post, begin, (end - begin).days, self.date or "", self.status, self.subjects,
            -self.confidence, self.id,
        )  # fmt: skip

    @property
    def parties(self) -> tuple[Subject, ...]:
        """Whom it happens to: the main subject, or both sides of a deal whichever is named first."""
        return tuple(sorted(self.subjects[:2])) if self.type in DEALS else self.subjects[:1]

    @property
    def comes_once(self) -> bool:
        """Whether there is but one such happening, so that two days for it contradict each other."""
        match self.type:
            case "release" | "end_of_support":
                return self.version
            case "approval":
                return self.subjects[0][0] == "tld"
            case "acquisition":
                return len(self.subjects) > 1
            case _:
                return self.type == "rename"


def length(span: Span) -> int:
    """How many days it leaves open."""
    return (span[1] - span[0]).days


def touch(one: Span, other: Span) -> bool:
    """Whether the two may be the same day."""
    return one[0] < other[1] and other[0] < one[1]


def gap(one: Span, other: Span) -> int:
    """Days between the beginnings."""
    return abs((other[0] - one[0]).days)


def days_moved(former: Span, later: Span) -> int:
    """By how many days a date moved, negative where it was brought forward, 0 where the two may be the same day.

    Equally fine dates are measured from beginning to beginning; of others the least that lies between them counts.
    """
    if touch(former, later):
        return 0
    if length(former) == length(later) or (min(length(former), length(later)) >= 28 and same_kind(former, later)):
        return (later[0] - former[0]).days
    if later[0] >= former[1]:
        return (later[0] - former[1]).days + 1
    return (later[1] - former[0]).days - 1


def same_kind(one: Span, other: Span) -> bool:
    """Whether both are months, quarters or years: these are not of one length."""
    return abs(length(one) - length(other)) <= 3


def finest(spans: Iterable[Span]) -> list[Span]:
    """The spans without those that only say less exactly what another says, in order."""
    kept: list[Span] = []
    for span in sorted(set(spans), key=lambda span: (length(span), span)):
        if not any(span[0] <= other[0] and other[1] <= span[1] for other in kept):
            kept.append(span)
    return sorted(kept)
