"""Where event mentions stand among those of one type that the same happens to, and which stand near certain days."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, String, cast, column, delete, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from store.chunks import chunks, in_chunks
from store.models import Entity, EventMention, EventMentionPlace, EventMentionSubject, Post
from store.records import EntityKind, MentionCopies, MentionWindow

DEALS = frozenset({"acquisition", "partnership"})  # told of two parties, whichever is named first
STRIDE = 365  # days after which a longer date has another place: what touches a day begins no longer before it
NOBODY = 0  # where a deal would have its other party

Subject = tuple[EntityKind, str]


def places_of(mention: EventMention, subjects: Sequence[int], reported: date) -> Iterator[EventMentionPlace]:
    """The places of a mention with its subjects (row ids, the main one first), reported on that day."""
    if not subjects:
        return
    entity_id, other_id = _key(mention.type, subjects)
    dated = mention.begin is not None and mention.end_date is not None
    begin = (mention.begin if dated and mention.begin else reported).toordinal()
    end = mention.end_date.toordinal() if dated and mention.end_date else begin + 1
    for day in range(begin, max(end, begin + 1), STRIDE):
        yield EventMentionPlace(
            entity_id=entity_id, other_id=other_id, type=mention.type, day=day, event_mention_id=mention.id, end=end,
            dated=dated, happened=mention.status == "happened", reported=reported.toordinal(),
        )  # fmt: skip


def replace_mention_places(session: Session, post: Post) -> None:
    """Have the mentions of a post found by the date that it has now."""
    mentions = session.scalars(select(EventMention).where(EventMention.post_id == post.id)).all()
    ids = [mention.id for mention in mentions]
    subjects: dict[int, list[int]] = {number: [] for number in ids}
    stmt = select(EventMentionSubject.event_mention_id, EventMentionSubject.entity_id)
    stmt = stmt.order_by(EventMentionSubject.event_mention_id, EventMentionSubject.position)
    for mention_id, entity_id in in_chunks(session, stmt, EventMentionSubject.event_mention_id, ids):
        subjects[mention_id].append(entity_id)
    reported = (post.published_at or post.first_seen_at).date()
    for some in chunks(ids):
        session.execute(delete(EventMentionPlace).where(EventMentionPlace.event_mention_id.in_(some)))
    for mention in mentions:
        session.add_all(places_of(mention, subjects[mention.id], reported))


def _key(kind: str, subjects: Sequence[int]) -> tuple[int, int]:
    """Whom it happens to."""
    if kind in DEALS and len(subjects) > 1:
        return min(subjects[:2]), max(subjects[:2])
    return subjects[0], NOBODY


def mentions_within(session: Session, windows: Collection[MentionWindow]) -> set[int]:
    """The ids of the mentions in any of the windows."""
    ids = _entity_ids(session, windows)
    asked = [_as_json(window, ids) for window in windows if window.parties and ids.keys() >= set(window.parties)]
    if not asked:
        return set()
    place, given = EventMentionPlace, _given(session, asked)
    stmt = (
        select(place.event_mention_id)
        .select_from(given.rows)
        .join(
            place,
            (place.entity_id == given.entity)
            & (place.other_id == given.other)
            & (place.type == given.type)
            & place.day.between(given.first - STRIDE, given.last)
            & (place.end > given.first)
            & place.reported.between(given.since, given.until),
        )
        .where(or_(given.dated == EITHER, given.dated == cast(place.dated, Integer)))
        .where(or_(given.happened == EITHER, given.happened == cast(place.happened, Integer)))
    )
    return set(session.scalars(stmt))


def mentions_in_copies(session: Session, copies: Collection[MentionCopies]) -> set[int]:
    """The ids of the mentions that stand in posts with the words that are asked for."""
    if not copies:
        return set()
    ids = _entity_ids(session, copies)
    keys = {
        (some.type, *_key(some.type, [ids[party] for party in some.parties]))
        for some in copies
        if some.parties and ids.keys() >= set(some.parties)
    }
    place = EventMentionPlace
    told = (
        select(place.event_mention_id, place.type, place.entity_id, place.other_id)
        .join(EventMention, EventMention.id == place.event_mention_id)
        .join(Post, Post.id == EventMention.post_id)
    )
    found = [
        *in_chunks(session, told, Post.content_hash, {some.content_hash for some in copies}),
        *in_chunks(session, told, Post.public_id, {post for some in copies for post in some.posts}),
    ]
    return {row.event_mention_id for row in found if (row.type, row.entity_id, row.other_id) in keys}


def _entity_ids(session: Session, asked: Iterable[MentionWindow | MentionCopies]) -> dict[Subject, int]:
    slugs = {slug for some in asked for _, slug in some.parties}
    rows = in_chunks(session, select(Entity.kind, Entity.slug, Entity.id), Entity.slug, slugs)
    return {(kind, slug): entity_id for kind, slug, entity_id in rows}


# -- windows as a table, in one parameter ----------------------------------------------------------------------

EITHER = 2  # beside false and true


def _as_json(window: MentionWindow, ids: dict[Subject, int]) -> list[Any]:
    entity, other = _key(window.type, [ids[party] for party in window.parties])
    flags = [EITHER if flag is None else int(flag) for flag in (window.dated, window.happened)]
    return [entity, other, window.type, window.first, window.last, *flags, window.since, window.until]


@dataclass(frozen=True, slots=True)
class _Given:
    rows: Any
    entity: ColumnElement[int]
    other: ColumnElement[int]
    type: ColumnElement[str]
    first: ColumnElement[int]
    last: ColumnElement[int]
    dated: ColumnElement[int]
    happened: ColumnElement[int]
    since: ColumnElement[int]
    until: ColumnElement[int]


def _given(session: Session, windows: list[list[Any]]) -> _Given:
    kinds: list[type[TypeEngine[Any]]] = [BigInteger, BigInteger, String, *[Integer] * 6]
    if session.get_bind().dialect.name == "sqlite":
        rows = func.json_each(json.dumps(windows)).table_valued(column("value", String))
        fields: list[Any] = [func.json_extract(rows.c.value, f"$[{n}]", type_=kind()) for n, kind in enumerate(kinds)]
    else:
        rows = func.jsonb_array_elements(cast(windows, JSONB)).table_valued(column("value", JSONB))
        fields = [cast(rows.c.value[n].astext, kind) for n, kind in enumerate(kinds)]
    return _Given(rows, *fields)
