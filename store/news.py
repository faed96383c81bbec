"""What is new to subscriptions: found once for all that ask the same, and queued for each.

Looking reads only, so that searches keep nobody from writing; what was found is put into `delivery` in the transaction
that moves a subscription's place in the order of what came (store/arrivals.py), so that a kill at any moment neither
loses a message nor makes one twice. What somebody else has moved or changed meanwhile is left to the next look.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from store.arrivals import arrivals_after, event_news_after, last_arrival, last_event_news, note_event_news
from store.bulk import insert_rows
from store.chunks import chunks
from store.errors import QuerySyntaxError, SavedQueryError
from store.models import Post, Subscription
from store.records import EventChange, EventRecord, PostQuery, PostSummary, TimelineQuery, Wanted
from store.search.engine import compile_search
from store.subscriptions import Compose, Items, ReadQuery, record_of, rows_of_messages
from store.timelines import events_among
from store.views import summaries

LOOK_AT = 1_000  # arrivals in a look
RANGE_HOLDS = 20  # posts to each that is new: an index walks so many in the time in which it finds one by its row id
MESSAGES = 100  # that are in memory before they are written
EVENT_TYPES: Mapping[EventChange, str] = {"new": "events.new", "status": "events.status", "moved": "events.moved"}

Told: TypeAlias = Sequence[tuple[str, Items]]  # what kind of message tells of which posts or events


@dataclass(frozen=True, slots=True)
class Behind:
    """Row ids of subscriptions that have come equally far and have not looked at all that came."""

    what: Wanted
    since: int
    row_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class News:
    """What is new, after the place `since` and up to `until`, to each query that is asked, by `_question`: what is told
    of it, or why it cannot be read any more. `is_all`: there is no more after `until`.
    """

    what: Wanted
    since: int
    until: int
    is_all: bool
    by_question: Mapping[str, Told | str]


def any_subscriptions(session: Session) -> bool:
    """Whether there is one that is switched on."""
    return session.scalar(select(Subscription.id).where(Subscription.enabled).limit(1)) is not None


def look_for_event_news(session: Session, *, now: datetime) -> None:
    """Bring the order of changes of events up to date, where somebody wants to know of them."""
    wanting = select(Subscription.id).where(Subscription.enabled, Subscription.what == "timeline")
    if session.scalar(wanting.limit(1)) is not None:
        note_event_news(session, now=now)


def subscriptions_behind(session: Session) -> tuple[Behind, ...]:
    """The subscriptions that have not looked at all that came, those together that have come equally far."""
    behind = or_(
        (Subscription.what == "posts") & (Subscription.since < last_arrival(session)),
        (Subscription.what == "timeline") & (Subscription.since < last_event_news(session)),
    )
    stmt = select(Subscription.what, Subscription.since, Subscription.id).where(Subscription.enabled, behind)
    groups: dict[tuple[Wanted, int], list[int]] = {}
    for what, since, row_id in session.execute(stmt.order_by(Subscription.id)):
        groups.setdefault((what, since), []).append(row_id)
    return tuple(Behind(what, since, tuple(row_ids)) for (what, since), row_ids in groups.items())


def find_news(session: Session, behind: Behind, *, read_query: ReadQuery, now: datetime) -> News:
    """Look at the next of what came after `behind`, once for all subscriptions that ask the same."""
    look = (_PostLook if behind.what == "posts" else _EventLook)(session, behind.since)
    found: dict[str, Told | str] = {}
    for question, parameters in _queries(session, behind.row_ids).items():
        try:
            found[question] = look.told(read_query(behind.what, parameters, now.date()))
        except (SavedQueryError, QuerySyntaxError) as error:
            found[question] = f"its query cannot be read any more: {error}"
    until = look.places[-1] if look.places else behind.since
    return News(behind.what, behind.since, until, len(look.places) < LOOK_AT, found)


def queue_news(session: Session, row_ids: Iterable[int], news: News, *, compose: Compose, now: datetime) -> int:
    """Queue what is new to some of the subscriptions that were looked for, and move their places past it; how many
    messages. One whose query cannot be read any more is switched off with its reason.
    """
    stmt = select(Subscription).where(
        Subscription.id.in_(list(row_ids)),
        Subscription.enabled,
        Subscription.what == news.what,
        Subscription.since == news.since,
    )
    rows = session.scalars(stmt.order_by(Subscription.id).with_for_update(skip_locked=True)).all()
    outbox = _Outbox(session)
    for row in rows:
        told = news.by_question.get(_question(row.query))
        if told is None:
            continue  # its query was changed since: it is looked for the next time
        if isinstance(told, str):
            row.enabled, row.disabled_reason = False, told
            continue
        record = record_of(row, 0)
        for type_, items in told:
            for values in rows_of_messages(record, type_, items, compose, now):
                outbox.add(values)
        row.since = news.until
    outbox.write()
    session.flush()
    return outbox.messages


class _Outbox:
    """Messages on their way into the table, some at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._waiting: list[Mapping[str, object]] = []
        self.messages = 0

    def add(self, values: Mapping[str, object]) -> None:
        self._waiting.append(values)
        self.messages += 1
        if len(self._waiting) >= MESSAGES:
            self.write()

    def write(self) -> None:
        insert_rows(self._session, "delivery", self._waiting)
        self._waiting.clear()


def _queries(session: Session, row_ids: Iterable[int]) -> dict[str, Mapping[str, object]]:
    """The different queries of some subscriptions."""
    found: dict[str, Mapping[str, object]] = {}
    for some in chunks(row_ids):
        for parameters in session.scalars(select(Subscription.query).where(Subscription.id.in_(some))):
            found.setdefault(_question(parameters), parameters)
    return found


def _question(parameters: Mapping[str, object]) -> str:
    """The same for all who ask the same."""
    return json.dumps(parameters, sort_keys=True)


class _PostLook:
    """The next new posts in the order in which they came, and how to ask an index for them: ranges of row ids that hold
    little else, and what lies too far apart for that.
    """

    def __init__(self, session: Session, since: int) -> None:
        self._session = session
        found = arrivals_after(session, since, LOOK_AT)
        self.places = [place for place, _ in found]
        self._ids = [post_id for _, post_id in found]
        self._shown: dict[int, PostSummary] = {}  # each is read once
        self._ranges: list[tuple[int, int]] = []
        self._single: list[list[int]] = []
        for some in chunks(self._ids):
            between = session.scalar(select(func.count(Post.id)).where(Post.id.between(some[0], some[-1]))) or 0
            if between <= RANGE_HOLDS * len(some):
                self._ranges.append((some[0], some[-1]))
            else:
                self._single.append(some)

    def told(self, query: PostQuery | TimelineQuery) -> Told:
        """Those that the query matches. Raises QuerySyntaxError where it cannot be read."""
        if not isinstance(query, PostQuery) or not self._ids:
            return ()
        stmt, row_id = compile_search(self._session, query).hits()
        bounds = [row_id.between(first, last) for first, last in self._ranges]
        bounds += [row_id.in_(some) for some in self._single]
        hits = {hit for bound in bounds for hit in self._session.scalars(stmt.where(bound))}
        found = [post_id for post_id in self._ids if post_id in hits]
        for some in chunks(post_id for post_id in found if post_id not in self._shown):
            self._shown.update((post.row_id, post) for post in summaries(self._session, some))
        return [("posts.new", [self._shown[post_id] for post_id in found])]


class _EventLook:
    """The next changes of events in the order in which they became known."""

    def __init__(self, session: Session, since: int) -> None:
        self._session = session
        found = event_news_after(session, since, LOOK_AT)
        self.places = [place for place, _, _ in found]
        self._news = [(public_id, change) for _, public_id, change in found]

    def told(self, query: PostQuery | TimelineQuery) -> Told:
        """Those that the query matches as they stand now. Raises QuerySyntaxError where it cannot be read."""
        if not isinstance(query, TimelineQuery) or not self._news:
            return ()
        among = events_among(self._session, query, {public_id for public_id, _ in self._news})
        events = {event.id: event for event in among}
        told: list[tuple[str, list[EventRecord]]] = []
        for change, type_ in EVENT_TYPES.items():
            ids = dict.fromkeys(id_ for id_, what in self._news if what == change and id_ in events)
            told.append((type_, [events[id_] for id_ in ids]))
        return told
