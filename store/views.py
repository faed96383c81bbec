"""Posts as they are shown: summaries for lists, with a constant number of statements a page, and one post whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, func, select
from sqlalchemy.orm import Session

from store.models import (
    Entity,
    EventMention,
    EventMentionSubject,
    Mention,
    Post,
    PostEntity,
    Revision,
    Source,
    Timex,
)
from store.records import (
    EnclosureRecord,
    EventLabel,
    EventMentionRecord,
    NamedEntity,
    PostDetail,
    PostSummary,
    StoredMention,
    TimexRecord,
)
from store.records import Revision as RevisionRecord
from store.text import storable

_post, _source, _entity, _named = (table.__table__.c for table in (Post, Source, Entity, PostEntity))
_told, _subject = EventMention.__table__.c, EventMentionSubject.__table__.c
_IDS: BindParameter[int] = bindparam("ids", expanding=True)

# Built once, of columns alone: to build statements and to make objects of rows took most of a page's time.
_POSTS = (
    select(
        _post.id,
        _post.public_id,
        _post.url,
        _post.title,
        _post.author,
        _post.published_at,
        _post.published_precision,
        _post.first_seen_at,
        _post.changed_at,
        _post.summary,
        _source.public_id.label("source_id"),
        func.coalesce(func.nullif(_source.name, ""), func.nullif(_source.title, ""), _source.url).label("source_name"),
    )
    .select_from(Post.__table__.outerjoin(Source.__table__, _source.id == _post.source_id))
    .where(_post.id.in_(_IDS))
)
_POSTS_WITH_CONTENT = _POSTS.add_columns(_post.html, _post.text, _post.enclosures)
_ENTITIES = (
    select(_named.post_id, _named.salient, _entity.kind, _entity.slug, _entity.name)
    .join_from(PostEntity.__table__, Entity.__table__, _entity.id == _named.entity_id)
    .where(_named.post_id.in_(_IDS), _named.direct)
    .order_by(_named.salient.desc(), _entity.name)
)
# A row for each subject of an event mention, and one for a mention without.
_EVENTS = (
    select(_told.id, _told.post_id, _told.type, _told.status, _told.value, _entity.slug)
    .select_from(
        EventMention.__table__.outerjoin(
            EventMentionSubject.__table__, _subject.event_mention_id == _told.id
        ).outerjoin(Entity.__table__, _entity.id == _subject.entity_id)
    )
    .where(_told.post_id.in_(_IDS))
    .order_by(_told.id, _subject.position)
)


def summaries(
    session: Session,
    post_ids: Sequence[int],
    *,
    highlights: Mapping[int, str] | None = None,
    with_content: bool = False,
) -> tuple[PostSummary, ...]:
    """The posts in the order of their ids given."""
    if not post_ids:
        return ()
    wanted = {"ids": list(post_ids)}
    rows = {row.id: row for row in session.execute(_POSTS_WITH_CONTENT if with_content else _POSTS, wanted)}
    entities, events = _entities(session, wanted), _event_labels(session, wanted)
    marked = highlights or {}
    return tuple(
        _summary(rows[post_id], marked.get(post_id), entities.get(post_id, ()), events.get(post_id, ()), with_content)
        for post_id in post_ids
        if post_id in rows
    )


def _summary(
    row: Row[Any],
    highlight: str | None,
    entities: Sequence[NamedEntity],
    events: Sequence[EventLabel],
    with_content: bool,
) -> PostSummary:
    return PostSummary(
        row_id=row.id,
        id=row.public_id,
        url=row.url,
        title=row.title,
        author=row.author,
        source_id=row.source_id or "",
        source_name=row.source_name or "",
        published=row.published_at,
        published_precision=row.published_precision,
        first_seen=row.first_seen_at,
        changed=row.changed_at,
        summary=row.summary,
        highlight=highlight,
        products=tuple(entity for entity in entities if entity.kind == "product"),
        organizations=tuple(entity for entity in entities if entity.kind == "organization"),
        tlds=tuple(entity for entity in entities if entity.kind == "tld"),
        events=tuple(events),
        html=row.html if with_content else None,
        text=row.text if with_content else None,
        enclosures=_enclosures(row.enclosures) if with_content else (),
    )


def _enclosures(stored: Sequence[Mapping[str, Any]]) -> tuple[EnclosureRecord, ...]:
    return tuple(EnclosureRecord(**item) for item in stored)


def _entities(session: Session, wanted: Mapping[str, list[int]]) -> dict[int, list[NamedEntity]]:
    found: dict[int, list[NamedEntity]] = {}
    for post_id, salient, kind, slug, name in session.execute(_ENTITIES, wanted):
        found.setdefault(post_id, []).append(NamedEntity(kind, slug, name, salient))
    return found


def _event_labels(session: Session, wanted: Mapping[str, list[int]]) -> dict[int, list[EventLabel]]:
    found: dict[int, list[EventLabel]] = {}
    for (_, post_id, type_, status, value), rows in groupby(
        session.execute(_EVENTS, wanted), key=itemgetter(0, 1, 2, 3, 4)
    ):
        slugs = tuple(row.slug for row in rows if row.slug is not None)
        found.setdefault(post_id, []).append(EventLabel(type_, status, value, slugs))
    return found


def _subjects(session: Session, post_ids: Sequence[int]) -> dict[int, list[tuple[Any, str]]]:
    """(kind, slug) of the subjects of each event mention of the posts, in their order."""
    stmt = (
        select(EventMentionSubject.event_mention_id, Entity.kind, Entity.slug)
        .join(Entity, Entity.id == EventMentionSubject.entity_id)
        .join(EventMention, EventMention.id == EventMentionSubject.event_mention_id)
        .where(EventMention.post_id.in_(post_ids))
        .order_by(EventMentionSubject.event_mention_id, EventMentionSubject.position)
    )
    found: dict[int, list[tuple[Any, str]]] = {}
    for mention_id, kind, slug in session.execute(stmt):
        found.setdefault(mention_id, []).append((kind, slug))
    return found


def _event_mentions(session: Session, post_ids: Sequence[int]) -> list[EventMention]:
    stmt = select(EventMention).where(EventMention.post_id.in_(post_ids)).order_by(EventMention.id)
    return list(session.scalars(stmt))


def get_post(session: Session, public_id: str) -> PostDetail | None:
    """The post with this public id and everything known about it."""
    post = session.scalar(select(Post).where(Post.public_id == storable(public_id)))
    if post is None:
        return None
    (summary,) = summaries(session, [post.id])
    mentions = session.execute(
        select(Mention, Entity, PostEntity.salient)
        .join(Entity, Entity.id == Mention.entity_id)
        .join(PostEntity, (PostEntity.entity_id == Mention.entity_id) & (PostEntity.post_id == Mention.post_id))
        .where(Mention.post_id == post.id)
        .order_by(Mention.field.desc(), Mention.start, Mention.id)
    )
    timexes = session.scalars(
        select(Timex).where(Timex.post_id == post.id).order_by(Timex.field.desc(), Timex.start, Timex.id)
    )
    subjects = _subjects(session, [post.id])
    revisions = session.scalars(select(Revision).where(Revision.post_id == post.id).order_by(Revision.id))
    return PostDetail(
        summary=summary,
        html=post.html,
        text=post.text,
        updated=post.updated_at,
        categories=tuple(post.categories),
        enclosures=_enclosures(post.enclosures),
        mentions=tuple(
            StoredMention(
                entity.kind,
                entity.slug,
                entity.name,
                salient,
                row.field,
                row.start,
                row.end,
                row.text,
                row.rule,
            )
            for row, entity, salient in mentions
        ),
        timexes=tuple(
            TimexRecord(
                row.field,
                row.start,
                row.end,
                row.text,
                row.type,
                row.value,
                row.begin,
                row.end_date,
                row.rule,
            )
            for row in timexes
        ),
        event_mentions=tuple(
            EventMentionRecord(
                type=row.type,
                status=row.status,
                date=row.value,
                begin=row.begin,
                end_date=row.end_date,
                subjects=tuple(subjects.get(row.id, ())),
                field=row.field,
                start=row.start,
                end=row.end,
                quote=row.quote,
                confidence=row.confidence,
                rule=row.rule,
            )
            for row in _event_mentions(session, [post.id])
        ),
        revisions=tuple(RevisionRecord(row.title, row.text, row.replaced_at) for row in revisions),
        analysis_version=post.analysis_version,
    )
