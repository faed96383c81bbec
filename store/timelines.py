"""Events across posts: what the resolver reads and writes, and timelines of an entity or a query."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, true, update
from sqlalchemy.orm import Session, aliased

from store.cursors import decode_cursor, encode_cursor
from store.entities import descendants, find_entity_id
from store.errors import CursorError
from store.models import (
    Entity,
    Event,
    EventDateChange,
    EventMention,
    EventMentionSubject,
    EventSubject,
    Post,
    Source,
)
from store.records import (
    DateChange,
    DatePrecision,
    EntityKind,
    EventDate,
    EventEvidence,
    EventInput,
    EventMentionRow,
    EventRecord,
    NamedEntity,
    Page,
    Status,
    TimelineQuery,
)
from store.search import search_condition
from store.text import storable

# -- what the resolver reads -----------------------------------------------------------------------------------


def event_mentions_around(session: Session, post_ids: Sequence[int]) -> tuple[EventMentionRow, ...]:
    """The mentions that may belong to the same events as those of the posts, theirs included.

    They share a type and a subject with one of them, or an event with one that does, or belong to an event that lost
    a mention since it was resolved.
    """
    own = aliased(EventMention)
    own_subject, other_subject = aliased(EventMentionSubject), aliased(EventMentionSubject)
    other = aliased(EventMention)
    related = (
        select(other.id)
        .join(other_subject, other_subject.event_mention_id == other.id)
        .join(own_subject, own_subject.entity_id == other_subject.entity_id)
        .join(own, (own.id == own_subject.event_mention_id) & (own.type == other.type))
        .where(own.post_id.in_(post_ids))
    )
    own_ids = select(EventMention.id).where(EventMention.post_id.in_(post_ids))
    ids = set(session.scalars(related)) | set(session.scalars(own_ids))
    events = set(
        session.scalars(
            select(EventMention.event_id).where(EventMention.id.in_(ids), EventMention.event_id.is_not(None)).distinct()
        )
    ) | set(session.scalars(select(Event.id).where(Event.stale)))
    ids |= set(session.scalars(select(EventMention.id).where(EventMention.event_id.in_(events))))
    return _mention_rows(session, ids)


def _mention_rows(session: Session, ids: set[int]) -> tuple[EventMentionRow, ...]:
    subjects: dict[int, list[tuple[EntityKind, str]]] = {}
    names: dict[int, list[str]] = {}
    for mention_id, kind, slug, name in session.execute(
        select(EventMentionSubject.event_mention_id, Entity.kind, Entity.slug, Entity.name)
        .join(Entity, Entity.id == EventMentionSubject.entity_id)
        .where(EventMentionSubject.event_mention_id.in_(ids))
        .order_by(EventMentionSubject.event_mention_id, EventMentionSubject.position)
    ):
        subjects.setdefault(mention_id, []).append((kind, slug))
        names.setdefault(mention_id, []).append(name)
    rows = session.execute(
        select(
            EventMention,
            Post.public_id,
            Post.source_id,
            Post.content_hash,
            Post.published_at,
            Post.first_seen_at,
        )
        .join(Post, Post.id == EventMention.post_id)
        .where(EventMention.id.in_(ids))
        .order_by(EventMention.id)
    )
    return tuple(
        EventMentionRow(
            id=row.id,
            post_id=row.post_id,
            post_public_id=public_id,
            source_id=source_id or 0,
            content_hash=content_hash,
            published=published,
            first_seen=first_seen,
            type=row.type,
            status=row.status,
            date=row.value,
            begin=row.begin,
            end_date=row.end_date,
            subjects=tuple(subjects.get(row.id, ())),
            confidence=row.confidence,
            names=tuple(names.get(row.id, ())),
        )
        for row, public_id, source_id, content_hash, published, first_seen in rows
    )


# -- what the resolver writes ----------------------------------------------------------------------------------


def replace_events(
    session: Session, mention_ids: Sequence[int], events: Sequence[EventInput], *, now: datetime
) -> None:
    """Make `events` what stands for these mentions. Ids stay; `sequence` rises when a date moved.

    Events that are left without a mention are removed. Doing it twice changes nothing.
    """
    former = set(
        session.scalars(
            select(EventMention.event_id).where(EventMention.id.in_(mention_ids), EventMention.event_id.is_not(None))
        )
    ) | set(session.scalars(select(Event.id).where(Event.stale)))
    wanted = [event.public_id for event in events]
    rows = {row.public_id: row for row in session.scalars(select(Event).where(Event.public_id.in_(wanted)))}
    former |= {row.id for row in rows.values()}
    entities = _entity_ids(session, {subject for event in events for subject in event.subjects})
    session.execute(update(EventMention).where(EventMention.id.in_(mention_ids)).values(event_id=None))
    for event in events:
        row = _write_event(session, rows.get(event.public_id), event, now)
        session.execute(update(EventMention).where(EventMention.id.in_(event.mention_ids)).values(event_id=row.id))
        _write_subjects(session, row, [entities[subject] for subject in event.subjects if subject in entities])
        _write_history(session, row, event.history)
    session.flush()
    used = select(EventMention.event_id).where(EventMention.event_id.in_(former))
    session.execute(delete(Event).where(Event.id.in_(former), Event.id.not_in(used)))
    session.execute(update(Event).where(Event.stale).values(stale=False))


def _write_event(session: Session, row: Event | None, event: EventInput, now: datetime) -> Event:
    stated: dict[str, Any] = {
        "type": event.type,
        "status": event.status,
        "title": storable(event.title),
        "value": event.date.value,
        "begin": event.date.begin,
        "end": event.date.end,
        "precision": event.date.precision,
        "basis": event.date.basis,
        "confidence": event.confidence,
        "sources": event.sources,
        "first_reported_at": event.first_reported,
    }
    if row is None:
        row = Event(public_id=event.public_id, changed_at=now, sequence=0, stale=False, **stated)
        session.add(row)
        session.flush()
        return row
    moved = (row.begin, row.end) != (event.date.begin, event.date.end)
    if any(getattr(row, name) != value for name, value in stated.items()):
        for name, value in stated.items():
            setattr(row, name, value)
        row.changed_at = now
        row.sequence += moved
    return row


def _write_subjects(session: Session, row: Event, entity_ids: Sequence[int]) -> None:
    there = {
        link.entity_id: link for link in session.scalars(select(EventSubject).where(EventSubject.event_id == row.id))
    }
    for entity_id, link in there.items():
        if entity_id not in entity_ids:
            session.delete(link)
    for position, entity_id in enumerate(dict.fromkeys(entity_ids)):
        if entity_id in there:
            there[entity_id].position = position
        else:
            session.add(EventSubject(event_id=row.id, entity_id=entity_id, position=position))


def _write_history(session: Session, row: Event, history: Sequence[DateChange]) -> None:
    stmt = select(EventDateChange).where(EventDateChange.event_id == row.id).order_by(EventDateChange.position)
    there = [DateChange(old.value, old.reported_at, old.post_public_id) for old in session.scalars(stmt)]
    if there == list(history):
        return
    session.execute(delete(EventDateChange).where(EventDateChange.event_id == row.id))
    session.add_all(
        EventDateChange(
            event_id=row.id, position=position, value=change.value, reported_at=change.reported,
            post_public_id=change.post_id,
        )
        for position, change in enumerate(history)
    )  # fmt: skip


def _entity_ids(session: Session, subjects: set[tuple[EntityKind, str]]) -> dict[tuple[str, str], int]:
    slugs = {slug for _, slug in subjects}
    rows = session.execute(select(Entity.kind, Entity.slug, Entity.id).where(Entity.slug.in_(slugs)))
    return {(kind, slug): entity_id for kind, slug, entity_id in rows}


# -- timelines -------------------------------------------------------------------------------------------------


def timeline(session: Session, query: TimelineQuery, *, limit: int, cursor: str | None = None) -> Page[EventRecord]:
    """Events in the order of their dates, undated ones last.

    With `as_of` only what was reported by the end of that day: events, evidence and dates as they stood then.

    Raises:
        QuerySyntaxError: `q` cannot be read.
        CursorError: the cursor is not one of this list.
    """
    conditions = _conditions(session, query)
    if conditions is None:
        return Page(())
    stmt = select(Event).where(*conditions).order_by(Event.begin.asc().nulls_last(), Event.id).limit(limit + 1)
    if cursor is not None:
        begin_text, last_id = decode_cursor(cursor, "timeline", str, int)
        stmt = stmt.where(_after(_cursor_day(begin_text), last_id))
    rows = list(session.scalars(stmt))
    shown = rows[:limit]
    following = None
    if len(rows) > limit:
        last = shown[-1]
        following = encode_cursor("timeline", last.begin.isoformat() if last.begin else None, last.id)
    return Page(_event_records(session, shown, as_of=query.as_of), following)


def get_event(session: Session, public_id: str) -> EventRecord | None:
    """The event with this public id."""
    row = session.scalar(select(Event).where(Event.public_id == public_id))
    return None if row is None else _event_records(session, [row], as_of=None)[0]


def _conditions(session: Session, query: TimelineQuery) -> list[ColumnElement[bool]] | None:
    """None when an entity that is asked for is not known, so that nothing can match."""
    conditions: list[ColumnElement[bool]] = []
    asked: tuple[tuple[EntityKind, str | None], ...] = (
        ("product", query.product),
        ("organization", query.organization),
        ("tld", query.tld),
    )
    for kind, name in asked:
        if name is None:
            continue
        entity_id = find_entity_id(session, kind, name)
        if entity_id is None:
            return None
        family = descendants(session, entity_id)
        conditions.append(Event.id.in_(select(EventSubject.event_id).where(EventSubject.entity_id.in_(family))))
    if query.q:
        matching = select(Post.id).where(search_condition(session, query.q))
        conditions.append(Event.id.in_(select(EventMention.event_id).where(EventMention.post_id.in_(matching))))
    if query.types:
        conditions.append(Event.type.in_(query.types))
    if query.statuses:
        conditions.append(Event.status.in_(query.statuses))
    if query.begin is not None:
        conditions.append(Event.end > query.begin)
    if query.end is not None:
        conditions.append(Event.begin < query.end)
    if query.as_of is not None:
        conditions.append(Event.first_reported_at < _end_of(query.as_of))
    return conditions or [true()]


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def _cursor_day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise CursorError("the cursor was not made here: take it from `next` as it is") from error


def _after(begin: date | None, last_id: int) -> ColumnElement[bool]:
    if begin is None:
        return and_(Event.begin.is_(None), Event.id > last_id)
    return or_(Event.begin > begin, Event.begin.is_(None), and_(Event.begin == begin, Event.id > last_id))


def _event_records(session: Session, rows: Sequence[Event], *, as_of: date | None) -> tuple[EventRecord, ...]:
    ids = [row.id for row in rows]
    until = None if as_of is None else _end_of(as_of)
    known_then = {} if until is None else _as_reported(session, ids, until)
    subjects = _event_subjects(session, ids)
    evidence = _evidence(session, ids, until)
    histories = _histories(session, ids, until)
    return tuple(
        EventRecord(
            id=row.public_id,
            type=row.type,
            status=known_then[row.id].status if row.id in known_then else row.status,
            title=row.title,
            date=known_then[row.id].date if row.id in known_then else _date_of(row),
            subjects=tuple(subjects.get(row.id, ())),
            confidence=row.confidence,
            sources=known_then[row.id].sources if row.id in known_then else row.sources,
            first_reported=row.first_reported_at,
            changed=row.changed_at,
            sequence=row.sequence,
            evidence=tuple(evidence.get(row.id, ())),
            history=tuple(histories.get(row.id, ())),
        )
        for row in rows
    )


def _date_of(row: Event) -> EventDate:
    return EventDate(row.value, row.begin, row.end, row.precision, row.basis)


@dataclass(frozen=True, slots=True)
class _Report:
    """An event as it had been reported by some day."""

    status: Status
    date: EventDate
    sources: int


def _as_reported(session: Session, ids: Sequence[int], until: datetime) -> dict[int, _Report]:
    """What had been said of each event before `until`: the last dated report counts, and "happened" stays so."""
    reported = func.coalesce(Post.published_at, Post.first_seen_at)
    stmt = (
        select(EventMention, Post.source_id, reported.label("reported"))
        .join(Post, Post.id == EventMention.post_id)
        .where(EventMention.event_id.in_(ids), reported < until)
        .order_by(reported, EventMention.id)
    )
    by_event: dict[int, list[tuple[EventMention, int | None, datetime]]] = {}
    for mention, source_id, at in session.execute(stmt):
        by_event.setdefault(mention.event_id or 0, []).append((mention, source_id, at))
    found = {}
    for event_id, reports in by_event.items():
        last, _, at = next((report for report in reversed(reports) if report[0].begin), reports[-1])
        happened = any(mention.status == "happened" for mention, _, _ in reports)
        day = at.date()
        stated = (last.value, last.begin, last.end_date, precision_of(last.value), "text")
        fallback = (day.isoformat(), day, day + timedelta(days=1), "day", "published")
        found[event_id] = _Report(
            status="happened" if happened else reports[-1][0].status,
            date=EventDate(*(stated if last.begin else fallback)),
            sources=len({source_id for _, source_id, _ in reports}),
        )
    return found


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


def _event_subjects(session: Session, ids: Sequence[int]) -> dict[int, list[NamedEntity]]:
    stmt = (
        select(EventSubject.event_id, Entity.kind, Entity.slug, Entity.name)
        .join(Entity, Entity.id == EventSubject.entity_id)
        .where(EventSubject.event_id.in_(ids))
        .order_by(EventSubject.event_id, EventSubject.position)
    )
    found: dict[int, list[NamedEntity]] = {}
    for event_id, kind, slug, name in session.execute(stmt):
        found.setdefault(event_id, []).append(NamedEntity(kind, slug, name, salient=True))
    return found


def _evidence(session: Session, ids: Sequence[int], until: datetime | None) -> dict[int, list[EventEvidence]]:
    """The sentences of each event, in the order in which they were published."""
    reported = func.coalesce(Post.published_at, Post.first_seen_at)
    stmt = (
        select(EventMention, Post, Source)
        .join(Post, Post.id == EventMention.post_id)
        .outerjoin(Source, Source.id == Post.source_id)
        .where(EventMention.event_id.in_(ids))
        .order_by(EventMention.event_id, Post.id, EventMention.id)
    )
    if until is not None:
        stmt = stmt.where(reported < until)
    found: dict[int, list[EventEvidence]] = {}
    for mention, post, source in session.execute(stmt):
        found.setdefault(mention.event_id or 0, []).append(
            EventEvidence(
                post=post.public_id,
                url=post.url,
                title=post.title,
                source=(source.name or source.title or source.url) if source else "",
                quote=mention.quote,
                field=mention.field,
                start=mention.start,
                end=mention.end,
                published=post.published_at,
            )
        )
    return found


def _histories(session: Session, ids: Sequence[int], until: datetime | None) -> dict[int, list[DateChange]]:
    stmt = (
        select(EventDateChange)
        .where(EventDateChange.event_id.in_(ids))
        .order_by(EventDateChange.event_id, EventDateChange.position)
    )
    if until is not None:
        stmt = stmt.where(EventDateChange.reported_at < until)
    found: dict[int, list[DateChange]] = {}
    for row in session.scalars(stmt):
        found.setdefault(row.event_id, []).append(DateChange(row.value, row.reported_at, row.post_public_id))
    return found
