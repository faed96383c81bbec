"""Posts as they are shown: summaries for lists, with a constant number of statements a page, and one post whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

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
    stmt = select(Post).where(Post.id.in_(post_ids))
    if not with_content:
        stmt = stmt.options(defer(Post.html), defer(Post.text))
    posts = {post.id: post for post in session.scalars(stmt)}
    source_ids = {post.source_id for post in posts.values()}
    sources = {row.id: row for row in session.scalars(select(Source).where(Source.id.in_(source_ids)))}
    entities = _entities(session, post_ids)
    events = _event_labels(session, post_ids)
    shown = []
    for post_id in post_ids:
        if post_id not in posts:
            continue
        post = posts[post_id]
        source = sources.get(post.source_id) if post.source_id is not None else None
        named = entities.get(post_id, [])
        shown.append(
            PostSummary(
                row_id=post.id,
                id=post.public_id,
                url=post.url,
                title=post.title,
                author=post.author,
                source_id=source.public_id if source else "",
                source_name=(source.name or source.title or source.url) if source else "",
                published=post.published_at,
                published_precision=post.published_precision,
                first_seen=post.first_seen_at,
                changed=post.changed_at,
                summary=post.summary,
                highlight=(highlights or {}).get(post_id),
                products=tuple(entity for entity in named if entity.kind == "product"),
                organizations=tuple(entity for entity in named if entity.kind == "organization"),
                tlds=tuple(entity for entity in named if entity.kind == "tld"),
                events=tuple(events.get(post_id, ())),
                html=post.html if with_content else None,
                text=post.text if with_content else None,
                enclosures=_enclosures(post) if with_content else (),
            )
        )
    return tuple(shown)


def _enclosures(post: Post) -> tuple[EnclosureRecord, ...]:
    return tuple(EnclosureRecord(**item) for item in post.enclosures)


def _entities(session: Session, post_ids: Sequence[int]) -> dict[int, list[NamedEntity]]:
    stmt = (
        select(PostEntity.post_id, PostEntity.salient, Entity.kind, Entity.slug, Entity.name)
        .join(Entity, Entity.id == PostEntity.entity_id)
        .where(PostEntity.post_id.in_(post_ids), PostEntity.direct)
        .order_by(PostEntity.salient.desc(), Entity.name)
    )
    found: dict[int, list[NamedEntity]] = {}
    for post_id, salient, kind, slug, name in session.execute(stmt):
        found.setdefault(post_id, []).append(NamedEntity(kind, slug, name, salient))
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


def _event_labels(session: Session, post_ids: Sequence[int]) -> dict[int, list[EventLabel]]:
    subjects = _subjects(session, post_ids)
    found: dict[int, list[EventLabel]] = {}
    for row in _event_mentions(session, post_ids):
        slugs = tuple(slug for _, slug in subjects.get(row.id, ()))
        found.setdefault(row.post_id, []).append(EventLabel(row.type, row.status, row.value, slugs))
    return found


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
        enclosures=_enclosures(post),
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
