"""What the resolver reads and writes: the event mentions that may belong together, and the events that they tell of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.orm import Session

from store.chunks import chunks, in_chunks
from store.database import one_writer
from store.models import (
    Entity,
    Event,
    EventDateChange,
    EventMention,
    EventMentionSubject,
    EventSubject,
    Post,
    StoryLink,
)
from store.places import place_of, replace_places
from store.records import ConflictSide, DateChange, EntityKind, EventInput, EventMentionRow
from store.text import storable

NEAR_COPY = 0.7  # resemblance from which a post has another's words and no report of its own
LONG_DAYS = 366
# What of an event may not change without a new revision: its date, status, and what it is called (RFC 5545, 3.8.7.4).
SIGNIFICANT = frozenset({"begin", "end", "value", "precision", "status", "title"})

# -- what the resolver reads -----------------------------------------------------------------------------------


def unsettled_mentions(session: Session, post_ids: Sequence[int]) -> set[int]:
    """The mentions of these posts, and what is left of events that lost a mention since they were resolved."""
    own = in_chunks(session, select(EventMention.id), EventMention.post_id, post_ids)
    stale = select(EventMention.id).join(Event, Event.id == EventMention.event_id).where(Event.stale)
    return {row.id for row in own}.union(session.scalars(stale))


def any_stale_events(session: Session) -> bool:
    """Whether there are events that lost a mention since they were resolved, or whose posts have changed."""
    return session.scalar(select(Event.id).where(Event.stale).limit(1)) is not None


def unsettle_events(session: Session, post_ids: Select[Any] | Sequence[int]) -> None:
    """Have the events that these posts tell of resolved again: something they ask of a post is another now."""
    told = select(EventMention.event_id).where(EventMention.post_id.in_(post_ids), EventMention.event_id.is_not(None))
    session.execute(update(Event).where(Event.id.in_(told), ~Event.stale).values(stale=True))


def with_their_events(session: Session, mention_ids: Iterable[int]) -> set[int]:
    """These mentions, and all that belong to the same stored events as they."""
    ids = set(mention_ids)
    events = _events_of(session, ids)
    return ids.union(row.id for row in in_chunks(session, select(EventMention.id), EventMention.event_id, events))


def _events_of(session: Session, mention_ids: Iterable[int]) -> set[int]:
    """The events that the mentions were resolved to."""
    rows = in_chunks(session, select(EventMention.event_id), EventMention.id, mention_ids)
    return {row.event_id for row in rows if row.event_id is not None}


def mention_rows(session: Session, ids: Iterable[int]) -> tuple[EventMentionRow, ...]:
    """These mentions with what the resolver asks of their posts and subjects."""
    ids = set(ids)
    subjects: dict[int, list[tuple[EntityKind, str]]] = defaultdict(list)
    names: dict[int, list[str]] = defaultdict(list)
    versions: set[int] = set()
    stmt = (
        select(
            EventMentionSubject.event_mention_id, EventMentionSubject.position,
            Entity.kind, Entity.slug, Entity.name, Entity.parent_id,
        )
        .join(Entity, Entity.id == EventMentionSubject.entity_id)
        .order_by(EventMentionSubject.event_mention_id, EventMentionSubject.position)
    )  # fmt: skip
    for mention_id, position, kind, slug, name, parent in in_chunks(
        session, stmt, EventMentionSubject.event_mention_id, ids
    ):
        subjects[mention_id].append((kind, slug))
        names[mention_id].append(name)
        if position == 0 and kind == "product" and parent is not None:
            versions.add(mention_id)
    mentions = (
        select(
            EventMention.id, EventMention.post_id, EventMention.type, EventMention.status, EventMention.value,
            EventMention.begin, EventMention.end_date, EventMention.confidence, EventMention.event_id, Event.stale,
            Post.public_id, Post.source_id, Post.content_hash, Post.published_at, Post.first_seen_at,
        )
        .join(Post, Post.id == EventMention.post_id)
        .outerjoin(Event, Event.id == EventMention.event_id)
        .order_by(EventMention.id)
    )  # fmt: skip
    rows = list(in_chunks(session, mentions, EventMention.id, ids))
    copies = _near_copies(session, {row.post_id for row in rows})
    return tuple(
        EventMentionRow(
            id=row.id,
            post_id=row.post_id,
            post_public_id=row.public_id,
            source_id=row.source_id or 0,
            content_hash=row.content_hash,
            published=row.published_at,
            first_seen=row.first_seen_at,
            type=row.type,
            status=row.status,
            date=row.value,
            begin=row.begin,
            end_date=row.end_date,
            subjects=tuple(subjects.get(row.id, ())),
            confidence=row.confidence,
            names=tuple(names.get(row.id, ())),
            copies=copies.get(row.post_id, ()),
            version=row.id in versions,
            event_id=None if row.stale else row.event_id,
        )
        for row in rows
    )


def _near_copies(session: Session, post_ids: set[int]) -> dict[int, tuple[str, ...]]:
    """For each post the public ids of those that have nearly its words."""
    pairs = select(StoryLink.post_id, StoryLink.other_id).where(StoryLink.alike >= NEAR_COPY)
    alike: dict[int, set[int]] = defaultdict(set)
    for one, other in in_chunks(session, pairs, StoryLink.post_id, post_ids):
        alike[one].add(other)
    for one, other in in_chunks(session, pairs, StoryLink.other_id, post_ids):
        alike[other].add(one)
    others = {other for some in alike.values() for other in some}
    public_ids = dict(tuple(row) for row in in_chunks(session, select(Post.id, Post.public_id), Post.id, others))
    return {post_id: tuple(sorted(public_ids[other] for other in some)) for post_id, some in alike.items()}


# -- what the resolver writes ----------------------------------------------------------------------------------


def replace_events(
    session: Session, mention_ids: Sequence[int], events: Sequence[EventInput], *, now: datetime
) -> set[int]:
    """Make `events` what stands for these mentions. Ids stay; `sequence` rises when a date moved, `revision` when that,
    the status or the title changed.

    Events that are left without a mention are removed. Doing it twice changes nothing.

    Returns the row ids of the events that gained or lost a mention, also of those that were removed.
    """
    one_writer(session)
    stale = set(session.scalars(select(Event.id).where(Event.stale)))
    former = _events_of(session, mention_ids) | stale
    wanted = [event.public_id for event in events]
    rows = {row.public_id: row for (row,) in in_chunks(session, select(Event), Event.public_id, wanted)}
    former |= {row.id for row in rows.values()}
    changed = {event.public_id for event in events if _write_event(session, rows, event, now)}
    session.flush()
    moved = _assign(session, mention_ids, {n: rows[event.public_id].id for event in events for n in event.mention_ids})
    by_id = {rows[event.public_id].id: event for event in events}
    concerned = _write_subjects(session, by_id)
    for row in rows.values():
        if row.id in concerned:
            row.changed_at = now
    _write_histories(session, by_id)
    replace_places(session, concerned | {rows[public_id].id for public_id in changed})
    used = {row.event_id for row in in_chunks(session, select(EventMention.event_id), EventMention.event_id, former)}
    for some in chunks(former - used):
        session.execute(delete(Event).where(Event.id.in_(some)))
    session.execute(update(Event).where(Event.stale).values(stale=False))
    return stale | moved


def _assign(session: Session, mention_ids: Iterable[int], events: Mapping[int, int]) -> set[int]:
    """Let each mention belong to its event; those of `mention_ids` that are told of none to none.

    Returns the events that gained or lost one.
    """
    wanted: dict[int, int | None] = {**dict.fromkeys(mention_ids), **events}
    stmt = select(EventMention.id, EventMention.event_id)
    there = {row.id: row.event_id for row in in_chunks(session, stmt, EventMention.id, wanted)}
    moved: dict[int | None, list[int]] = defaultdict(list)
    for mention_id, event_id in there.items():
        if event_id != wanted[mention_id]:
            moved[wanted[mention_id]].append(mention_id)
    for event_id, ids in moved.items():
        for some in chunks(ids):
            session.execute(update(EventMention).where(EventMention.id.in_(some)).values(event_id=event_id))
    left = {there[mention_id] for ids in moved.values() for mention_id in ids}
    return {event_id for event_id in (*moved, *left) if event_id is not None}


def _write_event(session: Session, rows: dict[str, Event], event: EventInput, now: datetime) -> bool:
    """Whether anything of it was changed; a new one joins the rows."""
    begin, end = event.date.begin, event.date.end
    last = event.last_reported
    stated: dict[str, Any] = {
        "type": event.type,
        "status": event.status,
        "title": storable(event.title),
        "value": event.date.value,
        "begin": begin,
        "end": end,
        "precision": event.date.precision,
        "basis": event.date.basis,
        "confidence": event.confidence,
        "sources": event.sources,
        "first_reported_at": event.first_reported,
        "last_reported_at": None if last == event.first_reported else last,
        "reports": len(event.mention_ids),
        "place": place_of(begin, event.public_id),
        "is_long": begin is not None and end is not None and (end - begin).days > LONG_DAYS,
        "slipped_days": event.slipped_days,
        "conflict": [_side_json(side) for side in event.conflict] or None,
    }
    row = rows.get(event.public_id)
    if row is None:
        row = Event(
            public_id=event.public_id, changed_at=now, sequence=0, revision=event.revisions, stale=False, **stated
        )
        session.add(row)
        rows[event.public_id] = row
        return True
    changed = {name for name, value in stated.items() if getattr(row, name) != value}
    if not changed:
        return False
    for name in changed:
        setattr(row, name, stated[name])
    row.changed_at = now
    row.sequence += not changed.isdisjoint({"begin", "end"})
    # What was shown is never shown otherwise under the same number. Beyond that the reports say it, not their arrival.
    row.revision = max(row.revision + (not changed.isdisjoint(SIGNIFICANT)), event.revisions)
    return True


def _side_json(side: ConflictSide) -> dict[str, Any]:
    return {
        "value": side.value,
        "begin": side.begin.isoformat() if side.begin else None,
        "end": side.end.isoformat() if side.end else None,
        "status": side.status,
        "posts": list(side.posts),
    }


def _write_subjects(session: Session, events: Mapping[int, EventInput]) -> set[int]:
    """The events whose subjects were changed."""
    entities = _entity_ids(session, {subject for event in events.values() for subject in event.subjects})
    stmt = select(EventSubject.event_id, EventSubject.entity_id).order_by(EventSubject.event_id, EventSubject.position)
    there: dict[int, list[int]] = defaultdict(list)
    for event_id, entity_id in in_chunks(session, stmt, EventSubject.event_id, events):
        there[event_id].append(entity_id)
    wanted = {
        event_id: list(dict.fromkeys(entities[subject] for subject in event.subjects if subject in entities))
        for event_id, event in events.items()
    }
    changed = {event_id for event_id, subjects in wanted.items() if there[event_id] != subjects}
    for some in chunks(changed):
        session.execute(delete(EventSubject).where(EventSubject.event_id.in_(some)))
    rows = [
        {"event_id": event_id, "entity_id": entity_id, "position": position}
        for event_id in sorted(changed)
        for position, entity_id in enumerate(wanted[event_id])
    ]
    if rows:
        session.execute(insert(EventSubject), rows)
    return changed


def _write_histories(session: Session, events: Mapping[int, EventInput]) -> None:
    there: dict[int, list[DateChange]] = defaultdict(list)
    stmt = select(EventDateChange).order_by(EventDateChange.event_id, EventDateChange.position)
    for (row,) in in_chunks(session, stmt, EventDateChange.event_id, events):
        there[row.event_id].append(DateChange(row.value, row.reported_at, row.post_public_id, row.moved_days))
    changed = {event_id for event_id, event in events.items() if there[event_id] != list(event.history)}
    for some in chunks(changed):
        session.execute(delete(EventDateChange).where(EventDateChange.event_id.in_(some)))
    session.add_all(
        EventDateChange(
            event_id=event_id, position=position, value=change.value, reported_at=change.reported,
            post_public_id=change.post_id, moved_days=change.moved_days,
        )
        for event_id in sorted(changed)
        for position, change in enumerate(events[event_id].history)
    )  # fmt: skip


def _entity_ids(session: Session, subjects: set[tuple[EntityKind, str]]) -> dict[tuple[str, str], int]:
    slugs = {slug for _, slug in subjects}
    rows = in_chunks(session, select(Entity.kind, Entity.slug, Entity.id), Entity.slug, slugs)
    return {(kind, slug): entity_id for kind, slug, entity_id in rows}
