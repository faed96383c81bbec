"""Facets: the hits of a query counted by what they name, tell of, come from and when they were published."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.chunks import given_ids
from store.models import SLOTS_PER_SECOND, Entity, EventMention, PostEntity, Sighting, Source
from store.records import EntityKind, PostQuery
from store.search.engine import compile_search, runner

Count: TypeAlias = Callable[["Hits"], Iterable[tuple[str, str, int]]]  # value, name and posts of each value of a facet
DAY_S = 86_400
COUNTED = 10_000  # hits, of which all are counted
MAX_VALUES = 100  # of a facet, the most frequent ones; there are never many sources or months


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet as its filter takes it, what it is called, and how many of the hits have it."""

    value: str
    name: str
    posts: int


class Hits:
    """The hits that are counted, by row id, each for `factor` of the result."""

    def __init__(self, session: Session, ids: Sequence[int], factor: int) -> None:
        self.session = session
        self.ids = ids
        self.factor = factor

    def values(self, counted: Iterable[tuple[str, str, int]]) -> tuple[FacetValue, ...]:
        return tuple(FacetValue(value, name, posts * self.factor) for value, name, posts in counted)

    @cached_property
    def entities(self) -> dict[EntityKind, list[tuple[str, str, int]]]:
        """Slug, name and count of the entities of each kind, the most frequent first."""
        given = given_ids(self.session, self.ids)
        posts = func.count().label("posts")
        counted = (
            select(PostEntity.entity_id, posts)
            .join_from(given, PostEntity, PostEntity.post_id == given.c.id)
            .group_by(PostEntity.entity_id)
            .subquery()
        )
        stmt = (
            select(Entity.kind, Entity.slug, Entity.name, counted.c.posts)
            .join(counted, counted.c.entity_id == Entity.id)
            .order_by(counted.c.posts.desc(), Entity.slug)
        )
        found: dict[EntityKind, list[tuple[str, str, int]]] = defaultdict(list)
        for kind, slug, name, count in self.session.execute(stmt):
            if len(found[kind]) < MAX_VALUES:
                found[kind].append((slug, name, count))
        return found


def facets(session: Session, query: PostQuery, names: Sequence[str]) -> dict[str, tuple[FacetValue, ...]]:
    """For each name the values that the query's hits have, the most frequent first, months in their order.

    Of up to 10,000 hits all are counted. Of more, counts are estimates: about as many are drawn evenly from the whole
    result, and what is counted among them is multiplied. A post counts for what it names and for all above that, as it
    does in a filter; for every source that has met it; once for each event type; for the month of its place in time.

    Raises:
        QuerySyntaxError: `q` cannot be read.
        KeyError: a name is none of FACETS.
    """
    if not names:
        return {}
    counts = [(name, FACETS[name]) for name in names]
    hits = Hits(session, *runner(session, compile_search(session, query)).sample(COUNTED))
    return {name: hits.values(count(hits)) for name, count in counts}


def _named(kind: EntityKind) -> Count:
    return lambda hits: hits.entities[kind]


def _events(hits: Hits) -> Iterable[tuple[str, str, int]]:
    given, posts = given_ids(hits.session, hits.ids), func.count(EventMention.post_id.distinct())
    stmt = (
        select(EventMention.type, EventMention.type, posts)
        .join_from(given, EventMention, EventMention.post_id == given.c.id)
        .group_by(EventMention.type)
        .order_by(posts.desc(), EventMention.type)
        .limit(MAX_VALUES)
    )
    return hits.session.execute(stmt)


def _sources(hits: Hits) -> Iterable[tuple[str, str, int]]:
    given, posts = given_ids(hits.session, hits.ids), func.count(Sighting.post_id.distinct()).label("posts")
    counted = (
        select(Sighting.source_id, posts)
        .join_from(given, Sighting, Sighting.post_id == given.c.id)
        .group_by(Sighting.source_id)
        .subquery()
    )
    stmt = (
        select(Source.public_id, func.coalesce(Source.name, Source.title, Source.url), counted.c.posts)
        .join(counted, counted.c.source_id == Source.id)
        .order_by(counted.c.posts.desc(), Source.id)
    )
    return hits.session.execute(stmt)


def _months(hits: Hits) -> Iterable[tuple[str, str, int]]:
    days = Counter(row_id // (SLOTS_PER_SECOND * DAY_S) for row_id in hits.ids)
    months: Counter[str] = Counter()
    for day, posts in days.items():
        months[f"{datetime.fromtimestamp(day * DAY_S, UTC):%Y-%m}"] += posts
    return ((month, month, posts) for month, posts in sorted(months.items()))


# facet → what counts it
FACETS: dict[str, Count] = {
    "products": _named("product"),
    "organizations": _named("organization"),
    "tlds": _named("tld"),
    "events": _events,
    "sources": _sources,
    "months": _months,
}
