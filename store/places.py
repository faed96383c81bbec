"""Where events stand on timelines: one number that sorts like date and id, and the rows by which a page is found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, literal, select
from sqlalchemy.orm import Session, aliased

from store.chunks import chunks
from store.models import Entity, Event, EventPlace, EventSubject

ID_BITS = 40  # of the public id, so that events of one day have an order of their own
UNDATED = ((1 << 22) - 1) << ID_BITS  # behind all days, the last of which is 3,652,059


def place_of(begin: date | None, public_id: str) -> int:
    """Sorts by date, undated ones last, and events of one day by their public id."""
    return begin_of(begin) + _beginning(public_id)


def begin_of(day: date | None) -> int:
    """The place before which nothing of the day stands."""
    return UNDATED if day is None else day.toordinal() << ID_BITS


def _beginning(public_id: str) -> int:
    """The first 40 bits of a UUID, which no two events of a day have in common; of another text its first letters."""
    digits = public_id.replace("-", "")[: ID_BITS // 4]
    try:
        return int(digits.ljust(ID_BITS // 4, "0"), 16)
    except ValueError:
        return int.from_bytes(public_id.encode("utf-8", "replace")[:5].ljust(5, b"\0"), "big")


def replace_places(session: Session, event_ids: Iterable[int]) -> None:
    """Make the places of these events be what the events and the tree of entities say."""
    session.flush()
    for some in chunks(event_ids):
        session.execute(delete(EventPlace).where(EventPlace.event_id.in_(some)))
        line = (
            select(EventSubject.event_id, EventSubject.entity_id)
            .where(EventSubject.event_id.in_(some))
            .cte("line", recursive=True)
        )
        line = line.union(  # not all: of several subjects of one family the family has its place once
            select(line.c.event_id, Entity.parent_id)
            .join(line, line.c.entity_id == Entity.id)
            .where(Entity.parent_id.is_not(None))
        )
        is_late = func.coalesce(Event.slipped_days, 0) > 0
        is_disputed = Event.conflict.is_not(None)
        rows = select(
            line.c.entity_id, Event.place, Event.id, Event.end, Event.type, Event.status,
            is_late, is_disputed,
        ).join(Event, Event.id == line.c.event_id)  # fmt: skip
        columns = ["entity_id", "place", "event_id", "end", "type", "status", "is_late", "is_disputed"]
        session.execute(insert(EventPlace).from_select(columns, rows))


def events_below(session: Session, entity_id: int) -> set[int]:
    """The events of an entity and of all below it."""
    below = select(Entity.id).where(Entity.id == entity_id).cte("below", recursive=True)
    lower = aliased(Entity)
    below = below.union(select(lower.id).join(below, lower.parent_id == below.c.id))
    stmt = select(EventSubject.event_id).join(below, below.c.id == EventSubject.entity_id)
    return set(session.scalars(stmt))


def concerns(entity_ids: Sequence[int], place: Any, event_id: Any) -> ColumnElement[bool]:
    """That the event at this place concerns one of the entities, or one below it."""
    other = aliased(EventPlace)
    return (
        select(literal(1))
        .select_from(other)
        .where(other.entity_id.in_(entity_ids), other.place == place, other.event_id == event_id)
        .exists()
    )
