"""Timelines: the events of an entity or a query in the order of their dates, as they are known or as they were on an
earlier day. What the resolver reads and writes is in resolution.py.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from store.chunks import chunks, in_chunks
from store.cursors import decode_cursor, encode_cursor
from store.entities import descendants, find_entity_ids
from store.errors import QueryTooCostlyError
from store.event_records import REPORTED, Known, event_records
from store.models import Entity, Event, EventMention, EventPlace, Post
from store.places import UNDATED, begin_of, concerns, place_of
from store.records import (
    DatePrecision,
    EntityKind,
    EventInput,
    EventRecord,
    Page,
    PostQuery,
    Resolve,
    TimelineQuery,
)
from store.resolution import LONG_DAYS, mention_rows, replace_events
from store.search.compiler import CompiledSearch
from store.search.engine import compile_search, runner
from store.text import storable

# The resolver's side of events is looked for here as well: who knows one knows the other.
__all__ = ["events_among", "get_event", "precision_of", "replace_events", "timeline"]

FEW_HITS = 3_000  # of so few posts the events are gathered; of more, events are gone through until some are of them
WALK = 100  # events looked at first, and twice as many each time that they were not enough
LONGEST_WALK = 20_000  # events looked at in one answer: what matches after so many that do not is cut off
REREAD = 5_000  # events of which both something earlier and something later than a day is known, read anew for it

Place: TypeAlias = tuple[int, int]  # of an event: its place and its row id
Conditions: TypeAlias = list[ColumnElement[bool]]


def timeline(
    session: Session,
    query: TimelineQuery,
    *,
    limit: int,
    cursor: str | None = None,
    resolve: Resolve | None = None,
) -> Page[EventRecord]:
    """Events in the order of their dates, undated ones last, those of one day by their public id.

    With `as_of` only what was reported by the end of that day: events, evidence and dates as they stood then, which
    `resolve` says of those that were told of again since.

    Raises:
        QuerySyntaxError: `q` cannot be read.
        CursorError: the cursor is not one of this list.
        QueryTooCostlyError: it would take too long: too much has been told since `as_of`, or next to nothing matches.
    """
    after: Place | None = None
    if cursor is not None:
        place, last_id = decode_cursor(cursor, "timeline", int, int)
        after = (place, last_id)
    wanted = _wanted(session, query)
    if wanted is None:
        return Page(())
    until = None if query.as_of is None else _end_of(query.as_of)
    places = wanted.places(session, after, limit + 1)
    found = {there: Known(row) for there, row in zip(places, _rows(session, places), strict=True)}
    if until is not None:
        if resolve is None:
            raise ValueError("what was known on an earlier day cannot be said without the resolver")
        found |= _retold(session, wanted, until, after, resolve)
    order = sorted(found)[: limit + 1]
    shown = order[:limit]
    following = encode_cursor("timeline", *shown[-1]) if len(order) > limit else None
    return Page(event_records(session, [found[there] for there in shown], until=until), following)


def get_event(session: Session, public_id: str) -> EventRecord | None:
    """The event with this public id."""
    row = session.scalar(select(Event).where(Event.public_id == storable(public_id)))
    return None if row is None else event_records(session, [Known(row)], until=None)[0]


def events_among(session: Session, query: TimelineQuery, public_ids: Collection[str]) -> tuple[EventRecord, ...]:
    """Those of the events that a query matches as they stand now.

    Raises:
        QuerySyntaxError: `q` cannot be read.
    """
    wanted = _wanted(session, query)
    if wanted is None:
        return ()
    stmt = select(Event).where(*wanted.fitting())
    rows = [row for (row,) in in_chunks(session, stmt, Event.public_id, public_ids)]
    if wanted.search is not None:
        told = _told_by_hits(session, wanted.search, [row.id for row in rows], None)
        rows = [row for row in rows if row.id in told]
    return event_records(session, [Known(row) for row in rows], until=None)


def _rows(session: Session, places: Sequence[Place]) -> list[Event]:
    ids = [event_id for _, event_id in places]
    rows = {row.id: row for (row,) in in_chunks(session, select(Event), Event.id, ids)}
    return [rows[event_id] for event_id in ids]


def _end_of(day: date) -> datetime:
    if day == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return datetime.combine(day + timedelta(days=1), time(), UTC)


# -- what is asked for -----------------------------------------------------------------------------------------


def _wanted(session: Session, query: TimelineQuery) -> _Wanted | None:
    """None when no entity has a name that is asked for, so that nothing can match."""
    asked: tuple[tuple[EntityKind, str | None], ...] = (
        ("product", query.product),
        ("organization", query.organization),
        ("tld", query.tld),
    )
    named = [find_entity_ids(session, kind, name) for kind, name in asked if name is not None]
    if not all(named):
        return None
    search = compile_search(session, PostQuery(q=query.q, today=query.today)) if query.q else None
    today = query.as_of or query.today
    if query.show in {"coming", "slipped"} and today is None:
        raise ValueError(f"what is {query.show} depends on the day: `today` is needed")
    return _Wanted(query, tuple(named), search, today or date.max)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which events: told of by a hit of the search, and of an entity of each name that is asked for."""

    query: TimelineQuery
    names: tuple[tuple[int, ...], ...]
    search: CompiledSearch | None
    today: date

    def places(self, session: Session, after: Place | None, limit: int) -> list[Place]:
        """Where the first events that match stand, behind `after`. With `as_of` those that were not told of since."""
        if self.search is None:
            return self._walked(session, after, limit)
        posts = runner(session, self.search).newest(FEW_HITS + 1)
        if len(posts) <= FEW_HITS:
            return self._gathered(session, posts, after, limit)
        return self._probed(session, self.search, after, limit)

    def fitting(self) -> Conditions:
        """What is asked of an event, but for its posts and what was known."""
        everywhere = _Wanted(self.query, (), None, self.today)
        fits = or_(false(), *(and_(*stream) if stream else Event.id.is_not(None) for stream in everywhere._streams()))
        return [fits, *(concerns(entities, Event.place, Event.id) for entities in self.names)]

    # -- in the order of the timeline ----------------------------------------------------------------------

    def _walked(self, session: Session, after: Place | None, limit: int) -> list[Place]:
        """Each of the streams is a range of an index; the page is what comes first in any of them."""
        found: set[Place] = set()
        of_names: list[Conditions] = (
            [[EventPlace.entity_id == entity] for entity in self.names[0]] if self.names else [[]]
        )
        for stream, of_name in product(self._streams(), of_names):
            found.update(tuple(row) for row in session.execute(self._in_order([*of_name, *stream], after).limit(limit)))
        return sorted(found)[:limit]

    def _in_order(self, stream: Conditions, after: Place | None) -> Select[Any]:
        columns = self._columns
        stmt = select(columns.place, columns.event_id).where(*stream)
        if self.names:
            stmt = stmt.where(*(concerns(others, EventPlace.place, EventPlace.event_id) for others in self.names[1:]))
            if self.query.as_of is not None:
                stmt = stmt.join(Event, Event.id == EventPlace.event_id)
        if self.query.as_of is not None:
            stmt = stmt.where(*_settled(_end_of(self.query.as_of)))
        if after is not None:
            # the first says it to the index, which reads the second one row by row
            stmt = stmt.where(columns.place >= after[0], (columns.place > after[0]) | (columns.event_id > after[1]))
        return stmt.order_by(columns.place, columns.event_id)

    @property
    def _columns(self) -> _Columns:
        return OF_PLACES if self.names else OF_EVENTS

    def _streams(self) -> list[Conditions]:
        """What is asked of an event besides, parted so that on the timeline of everything, too, each part is a range
        of an index; of an entity the events are few enough to go through.
        """
        columns, query = self._columns, self.query
        streams = self._shown(columns)
        if self.names:
            streams = [[*stream, *span] for stream in streams for span in _spans(columns, query, parted=False)]
            if query.types:
                streams = [[*stream, columns.type.in_(query.types)] for stream in streams]
            return streams
        streams = [[*stream, *span] for stream in streams for span in _spans(columns, query, parted=True)]
        if query.types:
            streams = [[*stream, columns.type == kind] for stream in streams for kind in dict.fromkeys(query.types)]
        return streams

    def _shown(self, columns: _Columns) -> list[Conditions]:
        """The conditions of `show` and `status`."""
        statuses = self.query.statuses
        each: list[Conditions] = [[]]
        if len(statuses) == 1 or (statuses and not self.names and not self.query.types):
            each = [[columns.status == status] for status in dict.fromkeys(statuses)]
        elif statuses:
            each = [[columns.status.in_(statuses)]]
        plans: list[Conditions] = [[columns.status == "planned"]] if not statuses or "planned" in statuses else []
        match self.query.show:
            case "coming":
                return [[*plan, *part] for plan in plans for part in self._coming(columns)]
            case "slipped":
                overdue = [[*plan, columns.place < begin_of(self.today), columns.end <= self.today] for plan in plans]
                return [*([*conditions, columns.is_late] for conditions in each), *overdue]
            case "conflict":
                return [[*conditions, columns.is_disputed] for conditions in each]
        return each

    def _coming(self, columns: _Columns) -> list[Conditions]:
        """What is not over today, and, where no dates are asked for, what has none."""
        ahead = _after_day(columns, self.today, parted=not self.names)
        if self.query.begin is not None or self.query.end is not None:
            return ahead
        return [*ahead, [columns.place >= UNDATED]]

    # -- of posts that match -------------------------------------------------------------------------------

    def _gathered(self, session: Session, posts: Sequence[int], after: Place | None, limit: int) -> list[Place]:
        """The events of few posts, of which the first are chosen here."""
        told = in_chunks(session, select(EventMention.event_id), EventMention.post_id, posts)
        ids = {row.event_id for row in told if row.event_id is not None}
        stmt = select(Event.place, Event.id).where(*self.fitting())
        if self.query.as_of is not None:
            stmt = stmt.where(*_settled(_end_of(self.query.as_of)))
        found = (tuple(row) for row in in_chunks(session, stmt, Event.id, ids))
        return sorted(there for there in found if after is None or there > after)[:limit]

    def _probed(self, session: Session, search: CompiledSearch, after: Place | None, limit: int) -> list[Place]:
        """The events of many posts: gone through in their order until enough of them are of a post that matches."""
        found: list[Place] = []
        looked_at, number = 0, WALK
        while len(found) < limit:
            if looked_at >= LONGEST_WALK:
                raise QueryTooCostlyError(
                    f"of {looked_at} events {len(found)} are told of by a post that matches: ask for an entity, a type "
                    "or other dates"
                )
            some = self._walked(session, after, number)
            told = _told_by_hits(session, search, [event_id for _, event_id in some], None)
            found += [there for there in some if there[1] in told]
            if len(some) < number:
                break
            after, looked_at, number = some[-1], looked_at + number, 2 * number
        return found[:limit]


@dataclass(frozen=True, slots=True)
class _Columns:
    """What an event is filtered and ordered by, on the timeline of an entity or on that of everything."""

    place: Any
    event_id: Any
    end: Any
    type: Any
    status: Any
    is_late: Any
    is_disputed: Any
    is_long: Any


OF_EVENTS = _Columns(
    Event.place, Event.id, Event.end, Event.type, Event.status,
    Event.slipped_days > 0, Event.conflict.is_not(None), Event.is_long,
)  # fmt: skip
OF_PLACES = _Columns(
    EventPlace.place, EventPlace.event_id, EventPlace.end, EventPlace.type, EventPlace.status,
    EventPlace.is_late, EventPlace.is_disputed, None,
)  # fmt: skip


def _spans(columns: _Columns, query: TimelineQuery, *, parted: bool) -> list[Conditions]:
    """The conditions on the event's own date."""
    if query.begin is None and query.end is None:
        return [[]]
    end = UNDATED if query.end is None else begin_of(query.end)
    ahead: list[Conditions] = [[]] if query.begin is None else _after_day(columns, query.begin, parted=parted)
    return [[columns.place < end, *conditions] for conditions in ahead]


def _after_day(columns: _Columns, day: date, *, parted: bool) -> list[Conditions]:
    """That a date is not over before the day.

    What begins then or later is one range of places; of what began before, the year before it is gone through, and
    the few dates that are longer have an index of their own.
    """
    if not parted:
        return [[columns.end > day, columns.place < UNDATED]]
    year_before = date.fromordinal(max(1, day.toordinal() - LONG_DAYS))
    return [
        [columns.place >= begin_of(day), columns.place < UNDATED],
        [columns.place >= begin_of(year_before), columns.place < begin_of(day), columns.end > day],
        [columns.is_long, columns.place < begin_of(year_before), columns.end > day],
    ]


# -- as of a day -----------------------------------------------------------------------------------------------


def _settled(until: datetime) -> Conditions:
    """That all that is known of an event was known then: what is stored is what stood."""
    since = or_(Event.last_reported_at.is_(None), Event.last_reported_at < until)
    return [Event.first_reported_at < until, since]


def _retold(
    session: Session, wanted: _Wanted, until: datetime, after: Place | None, resolve: Resolve
) -> dict[Place, Known]:
    """The events that were told of before `until` and since, as they stood then: resolved from what had been said.

    What is reported later never parts or joins what was told before (nlp/resolve.py), so that the reports of one event
    until then are all of what it was.
    """
    stmt = select(Event).where(Event.first_reported_at < until, Event.last_reported_at >= until)
    stmt = stmt.where(*(concerns(entities, Event.place, Event.id) for entities in wanted.names))
    if wanted.query.types:
        stmt = stmt.where(Event.type.in_(wanted.query.types))
    rows = {row.public_id: row for row in session.scalars(stmt.limit(REREAD + 1))}
    if len(rows) > REREAD:
        raise QueryTooCostlyError(
            f"more than {REREAD} events were told of both before and after that day: ask for an entity or a type"
        )
    told = select(EventMention.id).join(Post, Post.id == EventMention.post_id).where(until > REPORTED)
    ids = {row.id for row in in_chunks(session, told, EventMention.event_id, {row.id for row in rows.values()})}
    stood = [event for event in resolve(mention_rows(session, ids)) if event.public_id in rows]
    families = [_family(session, entities) for entities in wanted.names]
    fitting = [
        event
        for event in stood
        if _fits(event, wanted) and all(family.intersection(event.subjects) for family in families)
    ]
    if wanted.search is not None:
        hits = _told_by_hits(session, wanted.search, [rows[event.public_id].id for event in fitting], until)
        fitting = [event for event in fitting if rows[event.public_id].id in hits]
    known = {
        (place_of(event.date.begin, event.public_id), rows[event.public_id].id): Known(rows[event.public_id], event)
        for event in fitting
    }
    return {there: event for there, event in known.items() if after is None or there > after}


def _family(session: Session, entity_ids: Iterable[int]) -> set[tuple[EntityKind, str]]:
    below = {lower for entity_id in entity_ids for lower in descendants(session, entity_id)}
    rows = in_chunks(session, select(Entity.kind, Entity.slug), Entity.id, below)
    return {(kind, slug) for kind, slug in rows}


def _fits(event: EventInput, wanted: _Wanted) -> bool:
    """What the streams say in SQL."""
    query, begin, end = wanted.query, event.date.begin, event.date.end
    if query.statuses and event.status not in query.statuses:
        return False
    if query.begin is not None and (end is None or end <= query.begin):
        return False
    if query.end is not None and (begin is None or begin >= query.end):
        return False
    is_plan = event.status == "planned"
    match query.show:
        case "coming":
            return is_plan and (end is None or end > wanted.today)
        case "slipped":
            return (event.slipped_days or 0) > 0 or (is_plan and end is not None and end <= wanted.today)
        case "conflict":
            return bool(event.conflict)
    return True


def _told_by_hits(
    session: Session, search: CompiledSearch, event_ids: Iterable[int], until: datetime | None
) -> set[int]:
    """Which of the events a post tells of that matches, and came out before `until`."""
    stmt = select(EventMention.event_id, EventMention.post_id)
    if until is not None:
        stmt = stmt.join(Post, Post.id == EventMention.post_id).where(until > REPORTED)
    told = [tuple(row) for row in in_chunks(session, stmt, EventMention.event_id, event_ids)]
    hits, row_id = search.hits()
    matching: set[int] = set()
    for some in chunks(post for _, post in told):
        matching.update(session.scalars(hits.where(row_id.in_(some))))
    return {event_id for event_id, post in told if post in matching}


# -- dates -----------------------------------------------------------------------------------------------------


def precision_of(value: str | None) -> DatePrecision | None:
    """How fine a TIMEX3 value is."""
    if value is None:
        return None
    for pattern, precision in PRECISIONS:
        if pattern.fullmatch(value):
            return precision
    return "other"


PRECISIONS: tuple[tuple[re.Pattern[str], DatePrecision], ...] = (
    (re.compile(r"\d{4}-\d\d-\d\d.*"), "day"),
    (re.compile(r"\d{4}-W\d\d.*"), "week"),
    (re.compile(r"\d{4}-\d\d"), "month"),
    (re.compile(r"\d{4}-Q[1-4]"), "quarter"),
    (re.compile(r"\d{4}-(?:SP|SU|FA|WI)"), "season"),
    (re.compile(r"\d{4}"), "year"),
    (re.compile(r"\d{3}"), "decade"),
)
