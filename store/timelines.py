"""Events across posts: what the resolver reads and writes, and timelines of an entity or a query."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, true, update
from sqlalchemy.orm import Session, aliased

from store.chunks import chunks, in_chunks
from store.cursors import decode_cursor, encode_cursor
from store.database import one_writer
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
    Day,
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

_reported = func.coalesce(Post.published_at, Post.first_seen_at)  # when a post came out, as far as is known

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
    events = _events_of(session, ids) | set(session.scalars(select(Event.id).where(Event.stale)))
    ids |= {row.id for row in in_chunks(session, select(EventMention.id), EventMention.event_id, events)}
    return _mention_rows(session, ids)


def _events_of(session: Session, mention_ids: Iterable[int]) -> set[int]:
    """The events that the mentions were resolved to."""
    rows = in_chunks(session, select(EventMention.event_id), EventMention.id, mention_ids)
    return {row.event_id for row in rows if row.event_id is not None}


def _mention_rows(session: Session, ids: set[int]) -> tuple[EventMentionRow, ...]:
    subjects: dict[int, list[tuple[EntityKind, str]]] = {}
    names: dict[int, list[str]] = {}
    stmt = (
        select(EventMentionSubject.event_mention_id, Entity.kind, Entity.slug, Entity.name)
        .join(Entity, Entity.id == EventMentionSubject.entity_id)
        .order_by(EventMentionSubject.event_mention_id, EventMentionSubject.position)
    )
    for mention_id, kind, slug, name in in_chunks(session, stmt, EventMentionSubject.event_mention_id, ids):
        subjects.setdefault(mention_id, []).append((kind, slug))
        names.setdefault(mention_id, []).append(name)
    mentions = (
        select(
            EventMention,
            Post.public_id,
            Post.source_id,
            Post.content_hash,
            Post.published_at,
            Post.first_seen_at,
        )
        .join(Post, Post.id == EventMention.post_id)
        .order_by(EventMention.id)
    )
    rows = in_chunks(session, mentions, EventMention.id, ids)
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
    one_writer(session)
    former = _events_of(session, mention_ids) | set(session.scalars(select(Event.id).where(Event.stale)))
    wanted = [event.public_id for event in events]
    rows = {row.public_id: row for (row,) in in_chunks(session, select(Event), Event.public_id, wanted)}
    former |= {row.id for row in rows.values()}
    entities = _entity_ids(session, {subject for event in events for subject in event.subjects})
    _assign(session, mention_ids, None)
    for event in events:
        row = _write_event(session, rows.get(event.public_id), event, now)
        _assign(session, event.mention_ids, row.id)
        _write_subjects(session, row, [entities[subject] for subject in event.subjects if subject in entities])
        _write_history(session, row, event.history)
    session.flush()
    used = {row.event_id for row in in_chunks(session, select(EventMention.event_id), EventMention.event_id, former)}
    for some in chunks(former - used):
        session.execute(delete(Event).where(Event.id.in_(some)))
    session.execute(update(Event).where(Event.stale).values(stale=False))


def _assign(session: Session, mention_ids: Iterable[int], event_id: int | None) -> None:
    for some in chunks(mention_ids):
        session.execute(update(EventMention).where(EventMention.id.in_(some)).values(event_id=event_id))


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
    rows = in_chunks(session, select(Entity.kind, Entity.slug, Entity.id), Entity.slug, slugs)
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
    after = None
    if cursor is not None:
        begin_text, last_id = decode_cursor(cursor, "timeline", str | None, int)
        after = (_cursor_day(begin_text), last_id)
    if query.as_of is None:
        found = [_as_stored(row) for row in _in_order(session, [*conditions, *_stated(query)], after, limit + 1)]
    else:
        found = _known_then(session, conditions, query, _end_of(query.as_of), after, limit + 1)
    shown = found[:limit]
    following = None
    if len(found) > limit:
        day, last_id = shown[-1].date.begin, shown[-1].row.id
        following = encode_cursor("timeline", day.isoformat() if day else None, last_id)
    return Page(_event_records(session, shown, as_of=query.as_of), following)


def _in_order(
    session: Session, conditions: Sequence[ColumnElement[bool]], after: _Place | None, limit: int
) -> Sequence[Event]:
    stmt = select(Event).where(true(), *conditions).order_by(Event.begin.asc().nulls_last(), Event.id).limit(limit)
    if after is not None:
        stmt = stmt.where(_after(*after))
    return session.scalars(stmt).all()


def get_event(session: Session, public_id: str) -> EventRecord | None:
    """The event with this public id."""
    row = session.scalar(select(Event).where(Event.public_id == storable(public_id)))
    return None if row is None else _event_records(session, [_as_stored(row)], as_of=None)[0]


def events_among(session: Session, query: TimelineQuery, public_ids: Collection[str]) -> tuple[EventRecord, ...]:
    """Those of the events that a query matches as they stand now.

    Raises:
        QuerySyntaxError: `q` cannot be read.
    """
    conditions = _conditions(session, query)
    if conditions is None:
        return ()
    stmt = select(Event).where(*conditions, *_stated(query))
    rows = [row for (row,) in in_chunks(session, stmt, Event.public_id, public_ids)]
    return _event_records(session, [_as_stored(row) for row in rows], as_of=None)


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
        matching = select(Post.id).where(search_condition(session, query.q, today=query.today))
        conditions.append(Event.id.in_(select(EventMention.event_id).where(EventMention.post_id.in_(matching))))
    if query.types:
        conditions.append(Event.type.in_(query.types))
    if query.as_of is not None:
        conditions.append(Event.first_reported_at < _end_of(query.as_of))
    return conditions


def _stated(query: TimelineQuery) -> list[ColumnElement[bool]]:
    """The conditions on what is known of an event: its status and its date, which change as posts arrive."""
    conditions: list[ColumnElement[bool]] = []
    if query.statuses:
        conditions.append(Event.status.in_(query.statuses))
    if query.begin is not None:
        conditions.append(Event.end > query.begin)
    if query.end is not None:
        conditions.append(Event.begin < query.end)
    return conditions


def _end_of(day: date) -> datetime:
    if day == date.max:
        return datetime.max.replace(tzinfo=UTC)
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


# -- as of a day -----------------------------------------------------------------------------------------------


_Place = tuple[Day | None, int]  # where a page begins: after this day and, of that day, this row id


@dataclass(frozen=True, slots=True)
class _Known:
    """An event with what is known of it, now or on some day."""

    row: Event
    status: Status
    date: EventDate
    sources: int

    @property
    def place(self) -> tuple[bool, Day, int]:
        """Sorts by date, undated ones last."""
        return self.date.begin is None, self.date.begin or date.max, self.row.id

    def fits(self, query: TimelineQuery) -> bool:
        """What `_stated` says in SQL."""
        begin, end = self.date.begin, self.date.end
        return (
            (not query.statuses or self.status in query.statuses)
            and (query.begin is None or (end is not None and end > query.begin))
            and (query.end is None or (begin is not None and begin < query.end))
        )


def _as_stored(row: Event) -> _Known:
    return _Known(row, row.status, EventDate(row.value, row.begin, row.end, row.precision, row.basis), row.sources)


def _known_then(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    query: TimelineQuery,
    until: datetime,
    after: _Place | None,
    limit: int,
) -> list[_Known]:
    """The events as they stood before `until`, in the order of the dates that they had then.

    An event of which nothing was said since stands as it is stored: the database sorts and bounds these. The others,
    of which both something earlier and something later is known, are few; they are read from their reports.
    """
    said_since = (
        select(EventMention.id)
        .join(Post, Post.id == EventMention.post_id)
        .where(EventMention.event_id == Event.id, _reported >= until)
        .exists()
    )
    settled = _in_order(session, [*conditions, *_stated(query), ~said_since], after, limit)
    rows = session.scalars(select(Event).where(said_since, *conditions)).all()
    reports = _reports(session, [row.id for row in rows], until)
    moved = [_from_reports(row, reports[row.id]) for row in rows if row.id in reports]
    start = None if after is None else (after[0] is None, after[0] or date.max, after[1])
    fitting = [known for known in moved if known.fits(query) and (start is None or known.place > start)]
    return sorted([*map(_as_stored, settled), *fitting], key=lambda known: known.place)[:limit]


@dataclass(frozen=True, slots=True)
class _Report:
    """One post's statement of an event."""

    status: Status
    value: str | None
    begin: date | None
    end: date | None
    source_id: int | None
    content_hash: str
    reported: datetime

    @property
    def days(self) -> int:
        """How many days its date leaves open."""
        return (self.end - self.begin).days if self.begin and self.end else 10**6


def _reports(session: Session, event_ids: Sequence[int], until: datetime) -> dict[int, list[_Report]]:
    """What had been said of each event before `until`, in the order of its saying."""
    found: dict[int, list[_Report]] = {}
    stmt = (
        select(EventMention, Post.source_id, Post.content_hash, _reported)
        .join(Post, Post.id == EventMention.post_id)
        .where(_reported < until)
        .order_by(_reported, Post.public_id, func.coalesce(EventMention.value, ""), EventMention.id)
    )
    for mention, source_id, content_hash, at in in_chunks(session, stmt, EventMention.event_id, event_ids):
        found.setdefault(mention.event_id, []).append(
            _Report(mention.status, mention.value, mention.begin, mention.end_date, source_id, content_hash, at)
        )
    return found


def _from_reports(row: Event, reports: Sequence[_Report]) -> _Known:
    """What the reports say together, as `nlp.resolve` would have: what happened stays so, and its finest date counts;
    of plans the last word.
    """
    dated = [report for report in reports if report.begin and report.end]
    happened = [report for report in reports if report.status == "happened"]
    if not dated and reports[-1].status == "planned" and not happened:
        when = EventDate(
            None, None, None, None, "published"
        )  # a plan without a date is not meant for the day it was told
    elif not dated:
        day = reports[0].reported.date()
        when = EventDate(day.isoformat(), day, day + timedelta(days=1), "day", "published")
    else:
        facts = [report for report in dated if report.status == "happened"]
        best = min(facts or _agreeing(dated), key=lambda report: (report.days, -_told(report.value, facts)))
        when = EventDate(best.value, best.begin, best.end, precision_of(best.value), "text")
    first_of_content: dict[str, _Report] = {}
    for report in reports:
        first_of_content.setdefault(report.content_hash, report)
    return _Known(
        row,
        status="happened" if happened else reports[-1].status,
        date=when,
        sources=len({report.source_id for report in first_of_content.values()}),
    )


def _told(value: str | None, facts: Sequence[_Report]) -> int:
    """How many contents say that it happened on this date."""
    return len({report.content_hash for report in facts if report.value == value})


def _agreeing(dated: Sequence[_Report]) -> list[_Report]:
    """The reports whose dates touch the last one's."""
    last = dated[-1]
    return [
        report
        for report in dated
        if report.begin and report.end and last.begin and last.end
        and report.begin < last.end and last.begin < report.end
    ]  # fmt: skip


# -- events as they are shown ----------------------------------------------------------------------------------


def _event_records(session: Session, events: Sequence[_Known], *, as_of: date | None) -> tuple[EventRecord, ...]:
    ids = [known.row.id for known in events]
    until = None if as_of is None else _end_of(as_of)
    subjects = _event_subjects(session, ids)
    evidence = _evidence(session, ids, until)
    histories = _histories(session, ids, until)
    return tuple(
        EventRecord(
            id=known.row.public_id,
            type=known.row.type,
            status=known.status,
            title=known.row.title,
            date=known.date,
            subjects=tuple(subjects.get(known.row.id, ())),
            confidence=known.row.confidence,
            sources=known.sources,
            first_reported=known.row.first_reported_at,
            changed=known.row.changed_at,
            sequence=known.row.sequence,
            evidence=tuple(evidence.get(known.row.id, ())),
            history=tuple(histories.get(known.row.id, ())),
        )
        for known in events
    )


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
    stmt = (
        select(EventMention, Post.public_id, Post.url, Post.title, Post.published_at, Source)
        .join(Post, Post.id == EventMention.post_id)
        .outerjoin(Source, Source.id == Post.source_id)
        .where(EventMention.event_id.in_(ids))
        .order_by(EventMention.event_id, Post.id, EventMention.id)
    )
    if until is not None:
        stmt = stmt.where(_reported < until)
    found: dict[int, list[EventEvidence]] = {}
    for mention, post_id, url, title, published, source in session.execute(stmt):
        found.setdefault(mention.event_id or 0, []).append(
            EventEvidence(
                post=post_id,
                url=url,
                title=title,
                source=(source.name or source.title or source.url) if source else "",
                quote=mention.quote,
                field=mention.field,
                start=mention.start,
                end=mention.end,
                published=published,
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
