"""What a query takes: one model for lists of posts and one for timelines, shared by the API, the feeds and the pages.
How they are read is in reading.py.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, ClassVar, Literal

from fastapi import Depends, Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from api.errors import ParameterError
from api.queries import checked_query, known_type
from api.reading import once
from store.facets import FACETS
from store.records import EntityKind, PostQuery, Status, TimelineQuery
from store.search.days import (
    DAY,
    DAYS,
    FIRST_YEAR,
    LAST_YEAR,
    YEARS,
    NoDayError,
    OpenSpan,
    Span,
    parse_days,
    parse_range,
)
from store.suggestions import KINDS, SuggestionKind
from store.trends import FEWEST, MAX_MOVERS, MOVERS, Interval

MAX_PAGE = 200
MAX_FEED = 1_000
MAX_EXPORT = 10_000
MAX_CHOSEN = 100
MAX_SUGGESTIONS = 50
PAGE = 20
SUGGESTIONS = 10
CALENDAR_PAGE = 500  # a calendar is not paged, so it takes more at once
MAX_FEWEST = 1_000_000
MAX_SEVERAL = 50  # values of one filter
MAX_TEXT = 2_000  # characters of a parameter, as the query language has it
MAX_BACKLOG = 100
MAX_SHOWN = 80  # characters of a value that is refused
INSTANT = f"{DAY}, or an instant (2026-01-31T08:00:00Z)"

_CLOCK_TIME = re.compile(r"T\d")  # an instant, where a day ("Today") has none

_FACET = f"({'|'.join(FACETS)})"

Statuses = Literal["happened", "planned", "cancelled"]
Shown = Literal["coming", "slipped", "conflict"]


def _plain(value: str) -> str:
    """Without NUL, which no database holds."""
    if "\0" in value:
        raise PydanticCustomError("nul", "holds a NUL character", {"takes": "text without NUL"})
    return value


def _whole_number(lowest: int, highest: int) -> Callable[[Any], Any]:
    """Reads a whole number within bounds and says in our words what it takes."""
    takes = f"a whole number from {lowest} to {highest}"

    def read(value: Any) -> Any:
        if isinstance(value, str):
            if not re.fullmatch(r"[0-9]{1,9}", value):
                raise PydanticCustomError("number", "{value} is no number", {"takes": takes, "value": repr(value)})
            value = int(value)
        if isinstance(value, int) and not lowest <= value <= highest:
            raise PydanticCustomError("number", "{value} is not {takes}", {"takes": takes, "value": str(value)})
        return value

    return read


def json_whole_number(lowest: int, highest: int) -> Callable[[Any], Any]:
    """As `_whole_number` for a value of JSON, where a whole number is written as one: no text, no 45.0, no `true`."""
    takes = f"a whole number from {lowest} to {highest}"

    def read(value: Any) -> Any:
        if type(value) is not int or not lowest <= value <= highest:
            given = json.dumps(value)
            shown = given if len(given) <= MAX_SHOWN else f"{given[:MAX_SHOWN]}…"
            raise PydanticCustomError("number", "{value} is not {takes}", {"takes": takes, "value": shown})
        return value

    return read


Text = Annotated[str, Field(max_length=MAX_TEXT, json_schema_extra={"pattern": r"^[^\x00]*$"}), AfterValidator(_plain)]
# Its values are those that the application is built with: api/description.py names them.
TypeText = Annotated[str, Field(max_length=MAX_TEXT, json_schema_extra={"x-event-type": True}), AfterValidator(_plain)]
FacetText = Annotated[
    str,
    Field(max_length=MAX_TEXT, json_schema_extra={"pattern": rf"^\s*({_FACET}\s*(,\s*({_FACET})?\s*)*)?$"}),
    AfterValidator(_plain),
]
Several = Annotated[list[Text], Field(max_length=MAX_SEVERAL)]
SeveralTypes = Annotated[list[TypeText], Field(max_length=MAX_SEVERAL)]
SeveralFacets = Annotated[list[FacetText], Field(max_length=MAX_SEVERAL)]
CursorText = Annotated[
    str,
    Field(min_length=1, max_length=MAX_TEXT, json_schema_extra={"pattern": r"^[A-Za-z0-9_-]+\.[0-9a-f]{12}$"}),
    AfterValidator(_plain),
]
Limit = Annotated[
    int, Field(ge=1, le=MAX_PAGE, description="how many a page holds"), BeforeValidator(_whole_number(1, MAX_PAGE))
]
FeedLimit = Annotated[
    int, Field(ge=1, le=MAX_FEED, description="how many events"), BeforeValidator(_whole_number(1, MAX_FEED))
]
ExportLimit = Annotated[
    int, Field(ge=1, le=MAX_EXPORT, description="how many rows"), BeforeValidator(_whole_number(1, MAX_EXPORT))
]

SuggestionLimit = Annotated[
    int,
    Field(ge=1, le=MAX_SUGGESTIONS, description="how many are offered"),
    BeforeValidator(_whole_number(1, MAX_SUGGESTIONS)),
]

# What a path names. Whatever it is, it is found or it is not: no text is refused there.
PathName = Annotated[str, Path(min_length=1, description="a slug, a name or an alias")]
PathId = Annotated[str, Path(min_length=1, description="the `id` of an answer")]


class Paged(BaseModel):
    """A list that goes on at a cursor, which belongs to the query that it was made for."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    list_name: ClassVar[str] = ""
    beside: ClassVar[frozenset[str]] = frozenset({"limit", "cursor"})  # what does not make it another list

    limit: Limit = PAGE
    cursor: CursorText | None = Field(None, description="where to go on: taken from `next`")

    def place(self) -> str | None:
        """Where the store's list goes on.

        Raises:
            ParameterError: the cursor was not made for this query.
        """
        if self.cursor is None:
            return None
        place, _, mark = self.cursor.rpartition(".")
        if not place:
            raise ParameterError(
                "cursor", "cursor: it was not made here: take it from `next` as it is", "the cursor of a list's `next`"
            )
        if mark != self._mark():
            raise ParameterError(
                "cursor", "cursor: it belongs to another query", "the cursor of the `next` of this very query"
            )
        return place

    def following(self, place: str | None) -> str | None:
        """The cursor by which this query goes on at a place of the store's."""
        return None if place is None else f"{place}.{self._mark()}"

    def _mark(self) -> str:
        asked = [self.list_name, self.model_dump(mode="json", exclude=set(self.beside))]
        packed = json.dumps(asked, sort_keys=True).encode()
        return hashlib.blake2b(packed, digest_size=6).hexdigest()


class PostConditions(BaseModel):
    """What must hold of a post. Filters of one name all hold; a name that is not known finds nothing."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    q: Text | None = Field(None, description='words, "phrases", OR, -not, prefix*, and fields such as product:exchange')
    product: Several = Field([], description="a product's slug or name; its versions count as well")
    organization: Several = Field([], description="an organization's slug or name")
    tld: Several = Field([], description="a top-level domain, with or without its dot")
    event: SeveralTypes = Field([], description="an event type")
    source: Several = Field([], description="a source's id, address or name")
    after: Text | None = Field(None, description=f"published at or after its beginning: {INSTANT}")
    before: Text | None = Field(None, description=f"published before its beginning: {INSTANT}")
    when: Text | None = Field(None, description=f"a date that the post talks about: {DAYS}")

    def to_query(self, event_types: tuple[str, ...], today: date) -> PostQuery:
        """The query, in which relative dates count from `today`.

        Raises:
            QuerySyntaxError: `q` cannot be read.
            ParameterError: a value cannot be read; says which and what it takes.
        """
        q = checked_query(self.q, event_types, today)
        begin, end = _range("when", self.when, today)
        return PostQuery(
            q=q,
            today=today if q else None,
            products=_named(self.product),
            organizations=_named(self.organization),
            tlds=_named(self.tld),
            events=tuple(known_type("event", value, event_types) for value in _named(self.event)),
            sources=_named(self.source),
            after=_instant("after", self.after, today),
            before=_instant("before", self.before, today),
            when_begin=begin,
            when_end=end,
        )


class PostParameters(PostConditions, Paged):
    """Which posts."""

    list_name = "posts"

    sort: Literal["relevance", "published"] = Field("published", description="newest or most relevant first")

    def to_query(self, event_types: tuple[str, ...], today: date) -> PostQuery:
        """As of the conditions, in the order that is asked for."""
        return replace(super().to_query(event_types, today), sort=self.sort)


class PostExportParameters(PostParameters):
    """Which posts an export holds: as of a list of posts, with more of them at once."""

    limit: ExportLimit = PAGE


class StoryParameters(PostConditions, Paged):
    """Which stories: those with a post of which all conditions hold."""

    list_name = "stories"


class SearchParameters(PostParameters):
    """Which posts, and by what their whole number is to be counted."""

    beside = PostParameters.beside | {"facets"}

    facets: SeveralFacets = Field(
        [], description=f"what to count the hits by, with commas between: {', '.join(FACETS)}"
    )

    def facet_names(self) -> tuple[str, ...]:
        """
        Raises:
            ParameterError: there is no such facet.
        """
        names = tuple(dict.fromkeys(name.strip() for value in self.facets for name in value.split(",") if name.strip()))
        for name in names:
            if name not in FACETS:
                raise ParameterError("facets", f"facets: there is no {name!r}", f"some of {', '.join(FACETS)}")
        return names


class TrendParameters(PostConditions):
    """Which posts are counted, over which time, and by what."""

    interval: Interval = Field("month", description="what is counted by: days, weeks from Monday or months, of UTC")
    after: Text | None = Field(None, description=f"counted from its beginning on: {INSTANT}")
    before: Text | None = Field(None, description=f"counted up to its beginning; without it up to today: {INSTANT}")


class MoverParameters(BaseModel):
    """Which entities, and of which time."""

    model_config = ConfigDict(extra="forbid")

    kind: EntityKind | None = Field(None, description="of all kinds without it")
    interval: Interval = Field("week", description="how long the two periods are: 1, 7 or 30 days")
    before: Text | None = Field(
        None, description=f"where the later period ends; without it where today begins: {INSTANT}"
    )
    fewest: Annotated[
        int,
        Field(ge=1, le=MAX_FEWEST, description="how many posts of the two periods name it at least"),
        BeforeValidator(_whole_number(1, MAX_FEWEST)),
    ] = FEWEST
    limit: Annotated[
        int,
        Field(ge=1, le=MAX_MOVERS, description="how many are listed"),
        BeforeValidator(_whole_number(1, MAX_MOVERS)),
    ] = MOVERS

    def end(self, today: date) -> datetime | None:
        """
        Raises:
            ParameterError: `before` cannot be read.
        """
        return _instant("before", self.before, today)


class TimelineParameters(Paged):
    """Which events."""

    list_name = "timeline"

    product: Text | None = Field(None, description="a product's slug or name; its versions count as well")
    organization: Text | None = Field(None, description="an organization's slug or name")
    tld: Text | None = Field(None, description="a top-level domain, with or without its dot")
    q: Text | None = Field(None, description="a query as for posts: events that matching posts tell of")
    type: SeveralTypes = Field([], description="an event type; of several, any")
    status: list[Statuses] = Field([], max_length=MAX_SEVERAL, description="of several, any")
    from_: Text | None = Field(None, alias="from", description=f"events on or after its beginning: {DAY}")
    to: Text | None = Field(None, description=f"events up to its end: {DAY}")
    as_of: Text | None = Field(None, description="a day (2026-01-31): the timeline as it was known at its end")
    show: Shown | None = Field(
        None,
        description="coming: planned and not over yet; slipped: later than was planned at first, or overdue; "
        "conflict: told in contradictory ways",
    )

    def to_query(self, event_types: tuple[str, ...], today: date) -> TimelineQuery:
        """The query, in which relative dates count from `today`.

        Raises:
            QuerySyntaxError: `q` cannot be read.
            ParameterError: a value cannot be read; says which and what it takes.
        """
        q = checked_query(self.q, event_types, today)
        begin, end = _days("from", self.from_, today), _days("to", self.to, today)
        statuses: tuple[Status, ...] = tuple(self.status)
        return TimelineQuery(
            product=_given(self.product),
            organization=_given(self.organization),
            tld=_given(self.tld),
            q=q,
            today=today,
            types=tuple(known_type("type", value, event_types) for value in _named(self.type)),
            statuses=statuses,
            begin=begin[0] if begin else None,
            end=end[1] if end else None,
            as_of=_day("as_of", self.as_of),
            show=self.show,
        )


class CalendarParameters(TimelineParameters):
    """Which events a feed or calendar holds: as for a timeline, with more of them at once."""

    limit: FeedLimit = CALENDAR_PAGE


class TimelineExportParameters(TimelineParameters):
    """Which events an export holds: as of a calendar, with more of them at once."""

    limit: ExportLimit = CALENDAR_PAGE


class ChosenParameters(BaseModel):
    """Which feeds a list of feeds holds."""

    model_config = ConfigDict(extra="forbid")

    feed: list[Text] = Field(
        min_length=1,
        max_length=MAX_CHOSEN,
        description="a feed with its query, escaped: posts.atom%3Fq%3Dexchange; may be given several times",
    )
    title: Text | None = Field(None, description="what the list is called")


class EntityParameters(Paged):
    """Which entities."""

    list_name = "entities"

    q: Text | None = Field(None, description="what one of its names begins with")
    sort: Literal["recent", "count"] = Field("count", description="most posts, or named most recently, first")


class SuggestionParameters(BaseModel):
    """What is offered for what was typed."""

    model_config = ConfigDict(extra="forbid")

    q: Text = Field("", description="what was typed so far: the beginning of a name's word, or of a field's value")
    kind: list[SuggestionKind] = Field([], description="only of these kinds")
    limit: SuggestionLimit = SUGGESTIONS

    def kinds(self) -> tuple[SuggestionKind, ...]:
        return tuple(self.kind) or KINDS


class RemovalParameters(BaseModel):
    """What is removed with a source."""

    model_config = ConfigDict(extra="forbid")

    with_posts: Literal["true", "false"] = Field("false", description="also the posts that no other source has met")


class PostViewParameters(BaseModel):
    """How much is said of a post."""

    model_config = ConfigDict(extra="forbid")

    explain: Literal["0", "1"] = Field("0", description="1: each tag, as it would be given now, says why it is there")


class NoParameters(BaseModel):
    """For what takes none: one that is given is a mistake that must be said."""

    model_config = ConfigDict(extra="forbid")


PostFilter = Annotated[PostParameters, Depends(once(PostParameters))]
StoryFilter = Annotated[StoryParameters, Depends(once(StoryParameters))]
SearchFilter = Annotated[SearchParameters, Depends(once(SearchParameters))]
TrendFilter = Annotated[TrendParameters, Depends(once(TrendParameters))]
MoverFilter = Annotated[MoverParameters, Depends(once(MoverParameters))]
TimelineFilter = Annotated[TimelineParameters, Depends(once(TimelineParameters))]
CalendarFilter = Annotated[CalendarParameters, Depends(once(CalendarParameters))]
PostExportFilter = Annotated[PostExportParameters, Depends(once(PostExportParameters))]
TimelineExportFilter = Annotated[TimelineExportParameters, Depends(once(TimelineExportParameters))]
ChosenFilter = Annotated[ChosenParameters, Depends(once(ChosenParameters))]
EntityFilter = Annotated[EntityParameters, Depends(once(EntityParameters))]
SuggestionFilter = Annotated[SuggestionParameters, Depends(once(SuggestionParameters))]
RemovalFilter = Annotated[RemovalParameters, Depends(once(RemovalParameters))]
PostView = Annotated[PostViewParameters, Depends(once(PostViewParameters))]
Nothing = Annotated[NoParameters, Depends(once(NoParameters))]


def _given(value: str | None) -> str | None:
    """A form sends a field that was left empty as an empty string."""
    return value if value and value.strip() else None


def _named(values: list[str]) -> tuple[str, ...]:
    return tuple(value for value in values if value.strip())


def _days(parameter: str, value: str | None, today: date) -> Span | None:
    if not value:
        return None
    try:
        return parse_days(value, today=today)
    except NoDayError as error:
        raise ParameterError(parameter, f"{parameter}: {error}", f"{DAY}, {YEARS}") from error


def _range(parameter: str, value: str | None, today: date) -> OpenSpan:
    if not value:
        return None, None
    try:
        return parse_range(value, today=today)
    except NoDayError as error:
        raise ParameterError(parameter, f"{parameter}: {error}", f"{DAYS}, {YEARS}") from error


def _day(parameter: str, value: str | None) -> date | None:
    if not value:
        return None
    takes = "a day (2026-01-31)"
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise ParameterError(parameter, f"{parameter}: {value!r} is no day", takes) from error
    _check_year(parameter, value, day, takes)
    return day


def _instant(parameter: str, value: str | None, today: date) -> datetime | None:
    """The beginning of a day, month, quarter or year, or an instant; without a zone in UTC."""
    if not value:
        return None
    try:
        # A plus sign that was not escaped arrives as a space.
        found = datetime.fromisoformat(value.replace(" ", "+")) if _CLOCK_TIME.search(value) else None
        found = found and (found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as error:
        raise ParameterError(parameter, f"{parameter}: {value!r} is no date", INSTANT) from error
    if found is None:
        try:
            return datetime.combine(parse_days(value, today=today)[0], time(), UTC)
        except NoDayError as error:
            raise ParameterError(parameter, f"{parameter}: {error}", f"{INSTANT}, {YEARS}") from error
    _check_year(parameter, value, found, INSTANT)
    return found


def _check_year(parameter: str, value: str, day: date, takes: str) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ParameterError(parameter, f"{parameter}: {value!r} is not {YEARS}", f"{takes}, {YEARS}")
