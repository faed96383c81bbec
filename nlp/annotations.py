"""What the pipeline says about a post: frozen dataclasses, offsets in Unicode code points, ends exclusive.

Two sets of coordinates. Inside the pipeline a post is one *document text*: title, a blank line, text (see
`PostText.document`); components speak of spans in it. What leaves the pipeline names a field and its own offsets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Field = Literal["title", "text"]
EntityKind = Literal["product", "organization", "tld"]
TimexType = Literal["DATE", "TIME", "DURATION", "SET"]
EventStatus = Literal["happened", "planned", "cancelled"]
EventType = Literal[
    "release",
    "preview",
    "update",
    "end_of_support",
    "approval",
    "acquisition",
    "partnership",
    "pricing",
    "outage",
    "security",
    "legal",
    "funding",
    "appointment",
    "opening",
    "meeting",
    "rename",
]

FIELD_SEPARATOR = "\n\n"
Day = date  # in classes that have a field called `date`


@dataclass(frozen=True, slots=True)
class PostText:
    """A post as the pipeline reads it. `published` is the anchor of its relative dates, None when unknown."""

    title: str
    text: str
    published: date | datetime | None = None

    @property
    def document(self) -> str:
        return f"{self.title}{FIELD_SEPARATOR}{self.text}"

    @property
    def anchor(self) -> date | None:
        """The publishing day."""
        return self.published.date() if isinstance(self.published, datetime) else self.published

    def locate(self, start: int, end: int) -> tuple[Field, int, int]:
        """Field and offsets in it for a span of the document text.

        Raises:
            ValueError: the span is empty, lies outside, or is not inside one field.
        """
        offset = len(self.title) + len(FIELD_SEPARATOR)
        if 0 <= start < end <= len(self.title):
            return "title", start, end
        if offset <= start < end <= offset + len(self.text):
            return "text", start - offset, end - offset
        raise ValueError(f"span {start}-{end} is not inside one field of the post")


# -- document coordinates: what components hand to each other ------------------------------------------------


@dataclass(frozen=True, slots=True)
class EntityRef:
    """A name in the catalogue's tree. `aliases` are other written forms that mean the same entity."""

    kind: EntityKind
    slug: str
    name: str
    known: bool = True
    aliases: tuple[str, ...] = ()
    vendor: str | None = None  # slug of the organization that makes the product or runs the TLD
    sector: str | None = None  # the catalogue's kind of an organization: "registry", "press", "body" …


@dataclass(frozen=True, slots=True)
class FoundEntity:
    """A mention in document coordinates. `ancestors` run from the family down to the parent."""

    start: int
    end: int
    entity: EntityRef
    ancestors: tuple[EntityRef, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True)
class FoundTimex:
    """A date expression in document coordinates; `begin`/`end_date` half-open, None where no interval follows."""

    start: int
    end: int
    text: str
    type: TimexType
    value: str | None
    begin: date | None = None
    end_date: date | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event mention in document coordinates; `subjects` are entity slugs, `timex` the date it took."""

    type: EventType
    status: EventStatus
    subjects: tuple[str, ...]
    start: int
    end: int
    confidence: float
    timex: FoundTimex | None = None
    rule: str = ""


# -- field coordinates: what leaves the pipeline ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a field of the post names an entity; `text` equals the slice. `rule` says what found it."""

    field: Field
    start: int
    end: int
    text: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class TaggedEntity:
    """An entity that the post names, with all its mentions and whether the post is about it.

    `rule` says why it is or why it is not; `nlp.rules` reads the lines of rules.
    """

    kind: EntityKind
    slug: str
    name: str
    salient: bool
    known: bool
    mentions: tuple[Mention, ...]
    aliases: tuple[str, ...] = ()
    vendor: str | None = None
    ancestors: tuple[EntityRef, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Timex:
    """A date expression of a field with its TIMEX3 type and value and the half-open interval it denotes."""

    field: Field
    start: int
    end: int
    text: str
    type: TimexType
    value: str | None
    begin: date | None
    end_date: date | None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentence that states an event; `text` equals the slice."""

    field: Field
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class EventMention:
    """One post's statement that something happens to its subjects (entity slugs).

    `date` is a TIMEX3 value, None where the post gives none; `begin`/`end_date` the interval it denotes.
    """

    type: EventType
    status: EventStatus
    date: str | None
    begin: Day | None
    end_date: Day | None
    subjects: tuple[str, ...]
    evidence: Evidence
    confidence: float
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that the pipeline says about one post."""

    products: tuple[TaggedEntity, ...] = ()
    organizations: tuple[TaggedEntity, ...] = ()
    tlds: tuple[TaggedEntity, ...] = ()
    timexes: tuple[Timex, ...] = ()
    events: tuple[EventMention, ...] = ()
