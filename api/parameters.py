"""What a query takes: one model for lists of posts and one for timelines, shared by the API, the feeds and the pages.

A parameter that is not known is an error: a misspelt filter must not answer as if it had not been there.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from api.errors import ParameterError
from store.records import PostQuery, Status, TimelineQuery
from store.search import parse_days

MAX_PAGE = 200
MAX_FEED = 1_000
PAGE = 20
CALENDAR_PAGE = 500  # a calendar is not paged, so it takes more at once
INSTANT = "a day, month, quarter or year (2026, 2026-Q1, 2026-01, 2026-01-31) or an instant (2026-01-31T08:00:00Z)"
DAY = "a day, month, quarter or year (2026, 2026-Q1, 2026-01, 2026-01-31)"
DAYS = "a day, month, quarter or year, or a range of two (2026, 2026-Q1, 2026-01..2026-03)"

Statuses = Literal["happened", "planned", "cancelled"]
Limit = Annotated[int, Field(ge=1, le=MAX_PAGE, description="how many a page holds")]
Cursor = Annotated[str | None, Field(description="where to go on: taken from `next`")]


class PostParameters(BaseModel):
    """Which posts. Filters of one name all hold; a name that is not known finds nothing."""

    model_config = ConfigDict(extra="forbid")

    q: str | None = Field(None, description='words, "phrases", OR, -not, prefix*, and fields (see the README)')
    product: list[str] = Field([], description="a product's slug or name; its versions count as well")
    organization: list[str] = Field([], description="an organization's slug or name")
    tld: list[str] = Field([], description="a top-level domain, with or without its dot")
    event: list[str] = Field([], description="an event type")
    source: list[str] = Field([], description="a source's id, address or name")
    after: str | None = Field(None, description=f"published at or after its beginning: {INSTANT}")
    before: str | None = Field(None, description=f"published before its beginning: {INSTANT}")
    when: str | None = Field(None, description=f"a date that the post talks about: {DAYS}")
    sort: Literal["relevance", "published"] = Field("published", description="newest or most relevant first")
    limit: Limit = PAGE
    cursor: Cursor = None

    def to_query(self, event_types: tuple[str, ...]) -> PostQuery:
        """
        Raises:
            ParameterError: a value cannot be read; says which and what it takes.
        """
        when = _days("when", self.when, ranges=True)
        return PostQuery(
            q=self.q,
            products=_named(self.product),
            organizations=_named(self.organization),
            tlds=_named(self.tld),
            events=tuple(_event_type("event", value, event_types) for value in _named(self.event)),
            sources=_named(self.source),
            after=_instant("after", self.after),
            before=_instant("before", self.before),
            when_begin=when[0] if when else None,
            when_end=when[1] if when else None,
            sort=self.sort,
        )


class TimelineParameters(BaseModel):
    """Which events."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    product: str | None = Field(None, description="a product's slug or name; its versions count as well")
    organization: str | None = Field(None, description="an organization's slug or name")
    tld: str | None = Field(None, description="a top-level domain, with or without its dot")
    q: str | None = Field(None, description="a query as for posts: events that matching posts tell of")
    type: list[str] = Field([], description="an event type; of several, any")
    status: list[Statuses] = Field([], description="of several, any")
    from_: str | None = Field(None, alias="from", description=f"events on or after its beginning: {DAY}")
    to: str | None = Field(None, description=f"events up to its end: {DAY}")
    as_of: str | None = Field(None, description="a day: the timeline as it was known at its end")
    limit: Limit = PAGE
    cursor: Cursor = None

    def to_query(self, event_types: tuple[str, ...]) -> TimelineQuery:
        """
        Raises:
            ParameterError: a value cannot be read; says which and what it takes.
        """
        begin, end = _days("from", self.from_), _days("to", self.to)
        statuses: tuple[Status, ...] = tuple(self.status)
        return TimelineQuery(
            product=self.product or None,
            organization=self.organization or None,
            tld=self.tld or None,
            q=self.q or None,
            types=tuple(_event_type("type", value, event_types) for value in _named(self.type)),
            statuses=statuses,
            begin=begin[0] if begin else None,
            end=end[1] if end else None,
            as_of=_day("as_of", self.as_of),
        )


class CalendarParameters(TimelineParameters):
    """Which events a calendar holds: as for a timeline, with more of them at once."""

    limit: Annotated[int, Field(ge=1, le=MAX_FEED, description="how many events")] = CALENDAR_PAGE


class EntityParameters(BaseModel):
    """Which entities."""

    model_config = ConfigDict(extra="forbid")

    q: str | None = Field(None, description="what one of its names begins with")
    sort: Literal["recent", "count"] = Field("count", description="most posts, or named most recently, first")
    limit: Limit = PAGE
    cursor: Cursor = None


class NoParameters(BaseModel):
    """For what takes none: one that is given is a mistake that must be said."""

    model_config = ConfigDict(extra="forbid")


PostFilter = Annotated[PostParameters, Query()]
TimelineFilter = Annotated[TimelineParameters, Query()]
CalendarFilter = Annotated[CalendarParameters, Query()]
EntityFilter = Annotated[EntityParameters, Query()]
Nothing = Annotated[NoParameters, Query()]


def _named(values: list[str]) -> tuple[str, ...]:
    """A form sends a field that was left empty as an empty string."""
    return tuple(value for value in values if value.strip())


def _event_type(parameter: str, value: str, known: tuple[str, ...]) -> str:
    folded = value.strip().lower().replace("-", "_")
    if folded not in known:
        raise ParameterError(parameter, f"{parameter}: {value!r} is no event type", f"one of {', '.join(known)}")
    return folded


def _days(parameter: str, value: str | None, *, ranges: bool = False) -> tuple[date, date] | None:
    if not value:
        return None
    days = parse_days(value, ranges=ranges)
    if days is None:
        raise ParameterError(parameter, f"{parameter}: {value!r} is no date", DAYS if ranges else DAY)
    return days


def _day(parameter: str, value: str | None) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ParameterError(parameter, f"{parameter}: {value!r} is no day", "a day (2026-01-31)") from error


def _instant(parameter: str, value: str | None) -> datetime | None:
    """The beginning of a day, month, quarter or year, or an instant; without a zone in UTC."""
    if not value:
        return None
    if (days := parse_days(value)) is not None:
        return datetime.combine(days[0], time(), UTC)
    try:
        # A plus sign that was not escaped arrives as a space.
        found = datetime.fromisoformat(value.replace(" ", "+") if "T" in value else value)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise ParameterError(parameter, f"{parameter}: {value!r} is no date", INSTANT) from error
