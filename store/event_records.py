"""Events as they are shown: with their subjects, sentences and the history of their dates, a constant number of
statements a page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, load_only

from store.chunks import chunks, in_chunks
from store.models import Entity, Event, EventDateChange, EventMention, EventSubject, Post, Source
from store.records import (
    ConflictSide,
    DateChange,
    EntityKind,
    EventDate,
    EventEvidence,
    EventInput,
    EventRecord,
    NamedEntity,
)

EVIDENCE = 50  # sentences shown of an event, the earliest, and the first of every side of a contradiction

REPORTED = func.coalesce(Post.published_at, Post.first_seen_at)  # when a post came out, as far as is known


@dataclass(frozen=True, slots=True)
class Known:
    """An event with what is known of it: as it is stored, or as it stood on an earlier day."""

    row: Event
    then: EventInput | None = None


def event_records(session: Session, events: Sequence[Known], *, until: datetime | None) -> tuple[EventRecord, ...]:
    """The events in the order given; of what was reported at `until` or later nothing."""
    ids = [known.row.id for known in events]
    subjects = _subjects(session, events)
    sides = {known.row.id: _sides(known) for known in events}
    evidence = _evidence(session, ids, sides, until)
    histories = _histories(session, events)
    return tuple(
        EventRecord(
            id=known.row.public_id,
            type=known.row.type,
            status=known.then.status if known.then else known.row.status,
            title=known.then.title if known.then else known.row.title,
            date=known.then.date if known.then else stored_date(known.row),
            subjects=subjects.get(known.row.id, ()),
            confidence=known.then.confidence if known.then else known.row.confidence,
            sources=known.then.sources if known.then else known.row.sources,
            first_reported=known.row.first_reported_at,
            changed=known.row.changed_at,
            revision=known.then.revisions if known.then else known.row.revision,
            evidence=evidence.get(known.row.id, ()),
            history=histories.get(known.row.id, ()),
            reports=len(known.then.mention_ids) if known.then else known.row.reports,
            slipped_days=known.then.slipped_days if known.then else known.row.slipped_days,
            conflict=sides[known.row.id],
        )
        for known in events
    )


def stored_date(row: Event) -> EventDate:
    return EventDate(row.value, row.begin, row.end, row.precision, row.basis)


def _sides(known: Known) -> tuple[ConflictSide, ...]:
    if known.then is not None:
        return known.then.conflict
    return tuple(_side(stored) for stored in known.row.conflict or ())


def _side(stored: Mapping[str, Any]) -> ConflictSide:
    return ConflictSide(
        stored["value"], _day(stored["begin"]), _day(stored["end"]), stored["status"], tuple(stored["posts"])
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _subjects(session: Session, events: Sequence[Known]) -> dict[int, tuple[NamedEntity, ...]]:
    stmt = (
        select(EventSubject.event_id, Entity.kind, Entity.slug, Entity.name)
        .join(Entity, Entity.id == EventSubject.entity_id)
        .order_by(EventSubject.event_id, EventSubject.position)
    )
    found: dict[int, dict[tuple[EntityKind, str], NamedEntity]] = defaultdict(dict)
    for event_id, kind, slug, name in in_chunks(session, stmt, EventSubject.event_id, (k.row.id for k in events)):
        found[event_id][kind, slug] = NamedEntity(kind, slug, name, salient=True)
    return {
        known.row.id: tuple(
            found[known.row.id].values()
            if known.then is None
            else (found[known.row.id][subject] for subject in known.then.subjects if subject in found[known.row.id])
        )
        for known in events
    }


def _evidence(
    session: Session, ids: Sequence[int], sides: Mapping[int, Sequence[ConflictSide]], until: datetime | None
) -> dict[int, tuple[EventEvidence, ...]]:
    """The sentences of each event, in the order in which they were published; see EVIDENCE."""
    spoken = {side.posts[0] for some in sides.values() for side in some if side.posts}
    order = (REPORTED, Post.public_id, EventMention.field.desc(), EventMention.start, EventMention.value)
    number = func.row_number().over(partition_by=EventMention.event_id, order_by=order)
    chosen = select(EventMention.id, Post.public_id, number.label("number")).join(Post, Post.id == EventMention.post_id)
    if until is not None:
        chosen = chosen.where(until > REPORTED)
    found: dict[int, list[EventEvidence]] = defaultdict(list)
    for some in chunks(ids):
        numbered = chosen.where(EventMention.event_id.in_(some)).subquery()
        shown = select(numbered.c.id).where(or_(numbered.c.number <= EVIDENCE, numbered.c.public_id.in_(spoken)))
        stmt = (
            select(EventMention, Event.id, Post.public_id, Post.url, Post.title, Post.published_at, Source)
            .join(Event, Event.id == EventMention.event_id)
            .join(Post, Post.id == EventMention.post_id)
            .outerjoin(Source, Source.id == Post.source_id)
            .options(load_only(Source.name, Source.title, Source.url))
            .where(EventMention.id.in_(shown))
            .order_by(EventMention.event_id, *order)
        )
        for mention, event_id, post_id, url, title, published, source in session.execute(stmt):
            found[event_id].append(
                EventEvidence(
                    post=post_id,
                    url=url,
                    title=title,
                    source=_name_of(source),
                    quote=mention.quote,
                    field=mention.field,
                    start=mention.start,
                    end=mention.end,
                    published=published,
                )
            )
    return {
        event_id: _bounded(told, {side.posts[0] for side in sides[event_id] if side.posts})
        for event_id, told in found.items()
    }


def _bounded(told: Sequence[EventEvidence], spoken: set[str]) -> tuple[EventEvidence, ...]:
    """The earliest, but one sentence at least of each post that speaks for a side."""
    if len(told) <= EVIDENCE:
        return tuple(told)
    first_of_side = {next(n for n, one in enumerate(told) if one.post == post) for post in spoken
                     if any(one.post == post for one in told)}  # fmt: skip
    others = [n for n in range(len(told)) if n not in first_of_side]
    kept = sorted(first_of_side | set(others[: EVIDENCE - len(first_of_side)]))
    return tuple(told[n] for n in kept)


def _name_of(source: Source | None) -> str:
    return (source.name or source.title or source.url) if source else ""


def _histories(session: Session, events: Sequence[Known]) -> dict[int, tuple[DateChange, ...]]:
    stored = [known.row.id for known in events if known.then is None]
    stmt = select(EventDateChange).order_by(EventDateChange.event_id, EventDateChange.position)
    found: dict[int, list[DateChange]] = defaultdict(list)
    for (row,) in in_chunks(session, stmt, EventDateChange.event_id, stored):
        found[row.event_id].append(DateChange(row.value, row.reported_at, row.post_public_id, row.moved_days))
    for known in events:
        if known.then is not None:
            found[known.row.id] = list(known.then.history)
    posts = {change.post_id for changes in found.values() for change in changes}
    names = _source_names(session, posts)
    return {
        event_id: tuple(
            DateChange(c.value, c.reported, c.post_id, c.moved_days, names.get(c.post_id, "")) for c in changes
        )
        for event_id, changes in found.items()
    }


def _source_names(session: Session, post_ids: Iterable[str]) -> dict[str, str]:
    stmt = select(Post.public_id, Source).join(Source, Source.id == Post.source_id)
    stmt = stmt.options(load_only(Source.name, Source.title, Source.url))
    return {post: _name_of(source) for post, source in in_chunks(session, stmt, Post.public_id, post_ids)}
