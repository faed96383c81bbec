"""Facets: the hits of a query counted by what they name, tell of, come from and when they were published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from store.models import Entity, EventMention, Post, PostEntity, Sighting, Source
from store.records import EntityKind, PostQuery
from store.search.engine import EXACT_TOTAL, compile_search

MAX_VALUES = 100  # of a facet, the most frequent ones; there are never many sources or months


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet as its filter takes it, what it is called, and how many of the hits have it."""

    value: str
    name: str
    posts: int


def facets(session: Session, query: PostQuery, names: Sequence[str]) -> dict[str, tuple[FacetValue, ...]]:
    """For each name the values that the query's hits have, the most frequent first, months in their order.

    Of more than 10,000 hits the newest 10,000 are counted. A post counts for what it names and for all above that, as
    it does in a filter; for every source that has met it; once for each event type.

    Raises:
        QuerySyntaxError: `q` cannot be read.
        KeyError: a name is none of FACETS.
    """
    if not names:
        return {}
    search = compile_search(session, query)
    matching, row_id = search.hits()
    hits = matching.with_only_columns(row_id.label("id")).order_by(row_id.desc()).limit(EXACT_TOTAL).subquery()
    ids = select(hits.c.id)
    found = {}
    for name in names:
        rows = session.execute(FACETS[name](session, ids))
        found[name] = tuple(FacetValue(value, label or value, posts) for value, label, posts in rows)
    return found


def _named(kind: EntityKind) -> Callable[[Session, Select[Any]], Any]:
    def count(_session: Session, ids: Select[Any]) -> Any:
        posts = func.count(PostEntity.post_id)
        return (
            select(Entity.slug, Entity.name, posts)
            .join(PostEntity, PostEntity.entity_id == Entity.id)
            .where(Entity.kind == kind, PostEntity.post_id.in_(ids))
            .group_by(Entity.id, Entity.slug, Entity.name)
            .order_by(posts.desc(), Entity.slug)
            .limit(MAX_VALUES)
        )

    return count


def _events(_session: Session, ids: Select[Any]) -> Any:
    posts = func.count(EventMention.post_id.distinct())
    return (
        select(EventMention.type, EventMention.type, posts)
        .where(EventMention.post_id.in_(ids))
        .group_by(EventMention.type)
        .order_by(posts.desc(), EventMention.type)
        .limit(MAX_VALUES)
    )


def _sources(_session: Session, ids: Select[Any]) -> Any:
    posts = func.count(Sighting.post_id.distinct())
    label = func.coalesce(Source.name, Source.title, Source.url)
    return (
        select(Source.public_id, label, posts)
        .join(Sighting, Sighting.source_id == Source.id)
        .where(Sighting.post_id.in_(ids))
        .group_by(Source.id, Source.public_id, Source.name, Source.title, Source.url)
        .order_by(posts.desc(), Source.id)
    )


def _months(session: Session, ids: Select[Any]) -> Any:
    sqlite_here = session.get_bind().dialect.name == "sqlite"
    month: ColumnElement[Any] = (
        func.strftime("%Y-%m", Post.published_at) if sqlite_here else func.to_char(Post.published_at, "YYYY-MM")
    )
    each = select(month.label("month")).where(Post.id.in_(ids), Post.published_at.is_not(None)).subquery()
    posts = func.count()
    return select(each.c.month, each.c.month, posts).group_by(each.c.month).order_by(each.c.month)


# facet → the statement that counts it
FACETS: dict[str, Callable[[Session, Select[Any]], Any]] = {
    "products": _named("product"),
    "organizations": _named("organization"),
    "tlds": _named("tld"),
    "events": _events,
    "sources": _sources,
    "months": _months,
}
