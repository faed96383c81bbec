"""How often something is talked about: posts of a query by day, week and month, and which entities rose and fell.

A post counts at its place in time, which is when it was published or, where that is not known, seen. Row ids of posts
say that place, so that counting is one pass over the hits in the index, by arithmetic: no post is looked at.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from store.errors import SpanError
from store.models import SLOTS_PER_SECOND, Entity, Post, PostEntity
from store.records import EntityKind, PostQuery
from store.search.engine import compile_search
from store.search.syntax import All, Field, Node, parse_query
from store.text import storable

Interval: TypeAlias = Literal["day", "week", "month"]

MAX_BUCKETS = 1_000
USUAL: dict[Interval, int] = {"day": 30, "week": 26, "month": 24}  # buckets of a span that nobody stated
PERIOD_DAYS: dict[Interval, int] = {"day": 1, "week": 7, "month": 30}  # what is compared of movers, of equal length
FEWEST = 5  # posts of both periods together, below which a change says nothing
MOVERS = 20
MAX_MOVERS = 100
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Span:
    """The half-open time between two instants."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Bucket:
    """A day, week or month, or what of it lies within the span, and the posts of it."""

    begin: datetime
    end: datetime
    posts: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Counts of a span, bucket by bucket without a gap, and of the equally long time before it."""

    interval: Interval
    span: Span
    buckets: tuple[Bucket, ...]
    total: int
    before: Span
    total_before: int

    @property
    def change(self) -> float | None:
        return change_of(self.total, self.total_before)


@dataclass(frozen=True, slots=True)
class Mover:
    """An entity, or one with all that is below it, and how many posts named it in a period and in the one before."""

    kind: EntityKind
    slug: str
    name: str
    posts: int
    before: int

    @property
    def change(self) -> float | None:
        return change_of(self.posts, self.before)

    @property
    def surprise(self) -> float:
        """How far the change is beyond chance: were both periods alike, two in three entities were within 1."""
        return (self.posts - self.before) / math.sqrt(self.posts + self.before)


@dataclass(frozen=True, slots=True)
class Movers:
    """Those that moved most, the least to be expected first, over two periods of equal length."""

    interval: Interval
    span: Span
    before: Span
    movers: tuple[Mover, ...]


def change_of(posts: int, before: int) -> float | None:
    """By which part of what it was it changed: 0.5 is half as much again, -1.0 all of it; None where there was none."""
    return (posts - before) / before if before else None


# -- spans ---------------------------------------------------------------------------------------------------------


def span_of(query: PostQuery, interval: Interval, *, now: datetime) -> Span:
    """The time that a query is about: its `after` and `before`, or those that its words begin with; else the latest
    buckets, with that of today. Of one bound the other follows.

    Raises:
        SpanError: there is no time between the two, or more than `MAX_BUCKETS` buckets.
        QuerySyntaxError: `q` cannot be read.
    """
    after, before = _bounds(query)
    tonight = _midnight(now.astimezone(UTC).date() + timedelta(days=1))
    end = before or tonight
    if after is not None and after >= end:
        if before is None:
            raise SpanError("after", f"{_said(after)} is not past yet", "an instant up to today, or `before` as well")
        raise SpanError("before", f"{_said(before)} is not after {_said(after)}", "an instant later than `after`")
    span = Span(after or _usual_begin(end, interval), end)
    count = sum(1 for _ in _edges(span, interval, most=MAX_BUCKETS + 1))
    if count > MAX_BUCKETS:
        longer = "" if interval == "month" else ", or a longer interval"
        raise SpanError(
            "after",
            f"from {_said(span.begin)} to {_said(span.end)} there are more than {MAX_BUCKETS:,} {interval}s",
            f"a span of at most {MAX_BUCKETS:,} {interval}s{longer}",
        )
    return span


def _bounds(query: PostQuery) -> tuple[datetime | None, datetime | None]:
    stated = [node for node in _terms(query.q, query.today) if isinstance(node, Field) and node.begin]
    after = [_midnight(field.begin) for field in stated if field.name == "after" and field.begin]
    before = [_midnight(field.begin) for field in stated if field.name == "before" and field.begin]
    if query.after is not None:
        after.append(_whole_second(query.after))
    if query.before is not None:
        before.append(_whole_second(query.before))
    return max(after, default=None), min(before, default=None)


def _whole_second(instant: datetime) -> datetime:
    """As row ids of posts have it."""
    return instant.astimezone(UTC).replace(microsecond=0)


def _terms(q: str | None, today: date | None) -> list[Node]:
    """What all holds of every post that a query finds."""
    waiting = [parse_query(storable(q), today=today)] if q else []
    found: list[Node] = []
    while waiting:
        node = waiting.pop()
        if isinstance(node, All):
            waiting += node.nodes
        elif node is not None:
            found.append(node)
    return found


_BOUND = re.compile(r'(?:after|before):(?:"[^"]*"|[^\s()"]+)', re.IGNORECASE)
_NOTHING = "&"  # a word without a letter or digit asks for nothing


def _at_any_time(query: PostQuery) -> PostQuery:
    """The query without what it says of when posts were published, so that it also counts those of the time before."""
    q, place = query.q or "", 0
    while match := _BOUND.search(q, place):
        place = match.end()
        without = f"{q[: match.start()]}{_NOTHING}{q[place:]}"
        gone = Counter(_terms(q, query.today)) - Counter(_terms(without, query.today))
        if all(isinstance(term, Field) for term in gone):  # else it stands in "a OR after:2010" or "-after:2010"
            q, place = without, match.start() + len(_NOTHING)
    return replace(query, q=q if _terms(q, query.today) else None, after=None, before=None, sort="published")


def _said(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d}" if instant.time() == time() else f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _usual_begin(end: datetime, interval: Interval) -> datetime:
    """The beginning of the first of the usual number of buckets, of which the last one holds the end."""
    last = _bucket_begin((end - timedelta(seconds=1)).date(), interval)
    count = USUAL[interval] - 1
    if interval == "month":
        return _midnight(_months_on(last, -count))
    return _midnight(last - timedelta(days=count * (7 if interval == "week" else 1)))


def _bucket_begin(day: date, interval: Interval) -> date:
    """The day itself, the Monday of its week (ISO 8601), or the first of its month."""
    if interval == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if interval == "month" else day


def _months_on(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _edges(span: Span, interval: Interval, *, most: int) -> Iterator[Span]:
    """The buckets of a span in their order, the first and the last cut to it; no more than `most`."""
    day = _bucket_begin(span.begin.date(), interval)
    for _ in range(most):
        following = _months_on(day, 1) if interval == "month" else day + timedelta(days=7 if interval == "week" else 1)
        begin, end = max(span.begin, _midnight(day)), min(span.end, _midnight(following))
        if begin >= span.end:
            return
        yield Span(begin, end)
        day = following


def period_before(span: Span, interval: Interval) -> Span:
    """The time just before that is as long: whole months go back by months, all else by the clock."""
    begin, end = span.begin, span.end
    if interval == "month" and all(edge == _midnight(edge.date().replace(day=1)) for edge in (begin, end)):
        months = (end.year - begin.year) * 12 + end.month - begin.month
        return Span(_midnight(_months_on(begin.date(), -months)), begin)
    return Span(begin - (end - begin), begin)


# -- counts --------------------------------------------------------------------------------------------------------


def trend(session: Session, query: PostQuery, interval: Interval, span: Span) -> Trend:
    """Posts that a query matches, by bucket of the span, whatever else it says of when they were published.

    Raises:
        QuerySyntaxError: `q` cannot be read.
    """
    edges = list(_edges(span, interval, most=MAX_BUCKETS))
    before = period_before(span, interval)
    hits, row_id = _hits(session, _at_any_time(query))
    by_day = _by_day(session, _within(hits, row_id, span), row_id, span)
    posts: Counter[datetime] = Counter()
    for day, count in by_day.items():
        posts[max(span.begin, _midnight(_bucket_begin(day, interval)))] += count
    return Trend(
        interval=interval,
        span=span,
        buckets=tuple(Bucket(edge.begin, edge.end, posts[edge.begin]) for edge in edges),
        total=sum(by_day.values()),
        before=before,
        total_before=session.scalar(_within(hits, row_id, before).with_only_columns(func.count())) or 0,
    )


def _hits(session: Session, query: PostQuery) -> tuple[Select[Any], ColumnElement[int]]:
    """The row ids of the posts that are counted, and their column."""
    if replace(query, today=None) != PostQuery():
        return compile_search(session, query).hits()
    return select(Post.id), Post.id.expression


def _within(hits: Select[Any], row_id: ColumnElement[int], span: Span) -> Select[Any]:
    return hits.where(row_id >= _place(span.begin), row_id < _place(span.end))


def _place(instant: datetime) -> int:
    """The least row id of a post of this second or later."""
    return int(instant.timestamp()) * SLOTS_PER_SECOND


def _by_day(session: Session, hits: Select[Any], row_id: ColumnElement[int], span: Span) -> dict[date, int]:
    """Days (UTC) → how many hits, which all lie within the span; a day without one is not there."""
    first = span.begin.date()
    # Counted from the first day, nothing is below zero, where databases round otherwise than Python.
    number = ((row_id - _place(_midnight(first))) // (DAY_S * SLOTS_PER_SECOND)).label("number")
    counted = session.execute(hits.with_only_columns(number, func.count()).group_by(number))
    return {first + timedelta(days=number): count for number, count in counted}


# -- what moved ----------------------------------------------------------------------------------------------------


def movers_span(interval: Interval, before: datetime | None, *, now: datetime) -> Span:
    """The day, seven or thirty days up to `before`; else the last whole ones."""
    end = before or _midnight(now.astimezone(UTC).date())
    return Span(end - timedelta(days=PERIOD_DAYS[interval]), end)


def movers(
    session: Session,
    kind: EntityKind | None,
    interval: Interval,
    span: Span,
    *,
    limit: int = MOVERS,
    fewest: int = FEWEST,
) -> Movers:
    """The entities whose mentions rose or fell most against the time before, of those that `fewest` posts name in both.

    A post counts for what it names and for all above that, as it does in a filter.
    """
    before = period_before(span, "day")
    is_now = case((PostEntity.post_id >= _place(span.begin), 1), else_=0)
    counted = (
        select(PostEntity.entity_id, func.sum(is_now).label("now"), func.count().label("both"))
        .where(PostEntity.post_id >= _place(before.begin), PostEntity.post_id < _place(span.end))
        .group_by(PostEntity.entity_id)
        .having(func.count() >= fewest)
        .subquery()
    )
    stmt = select(Entity.kind, Entity.slug, Entity.name, counted.c.now, counted.c.both - counted.c.now).join(
        counted, counted.c.entity_id == Entity.id
    )
    if kind is not None:
        stmt = stmt.where(Entity.kind == kind)
    found = [Mover(*row) for row in session.execute(stmt)]
    moved = sorted(
        (mover for mover in found if mover.posts != mover.before),
        key=lambda mover: (-abs(mover.surprise), mover.kind, mover.slug),
    )
    return Movers(interval, span, before, tuple(moved[:limit]))
