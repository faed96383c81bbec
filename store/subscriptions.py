"""Subscriptions: saved queries, the messages that tell what is new to them, and what became of these.

What is new to a subscription is put into `delivery` in the transaction that moves the subscription's place in the order
of what came (store/arrivals.py), so that a kill at any moment neither loses a message nor makes one twice. A message
keeps its id however often it is sent, and a subscription's messages are sent one after the other.

Secrets stay in here but for those who have to sign with them.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias, TypedDict, Unpack

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from store.arrivals import (
    arrivals_after,
    event_news_after,
    forget_all_events,
    forget_event_news,
    forget_gone_events,
    last_arrival,
    last_event_news,
    note_age_of_event_news,
    note_event_news,
)
from store.chunks import chunks
from store.errors import (
    QuerySyntaxError,
    SavedQueryError,
    SubscriptionOffError,
    TooManySubscriptionsError,
    UnknownSubscriptionError,
)
from store.models import Delivery, Post, Subscription
from store.records import (
    DeliveryRecord,
    DueDelivery,
    EventChange,
    EventRecord,
    PostQuery,
    PostSummary,
    SubscriptionInput,
    SubscriptionRecord,
    TimelineQuery,
    Wanted,
)
from store.search.engine import compile_search, search_posts
from store.text import storable, storable_or_none
from store.timelines import events_among
from store.views import summaries

MAX_SUBSCRIPTIONS = 1_000
MAX_ITEMS = 50  # posts or events in a message
LOOK_AT = 1_000  # arrivals in a transaction
RANGE_HOLDS = 20  # posts to each that is new: an index walks so many in the time in which it finds one by its row id
SECRET_BYTES = 32  # Standard Webhooks takes 24 to 64
UNSUBSCRIBE_BYTES = 16
FORMER_SECRET_SIGNS = timedelta(hours=24)
# messages that were delivered, what a subscription that is off would have been told of events, and what was told of
# events that are gone
KEPT = timedelta(days=30)
MAX_ERROR = 300  # characters of what went wrong
EVENT_TYPES: Mapping[EventChange, str] = {"new": "events.new", "status": "events.status", "moved": "events.moved"}
TEST = "test"

Items: TypeAlias = Sequence[PostSummary] | Sequence[EventRecord]
# The query that saved parameters mean on a day; raises SavedQueryError where they mean none any more.
ReadQuery = Callable[[Wanted, Mapping[str, object], date], PostQuery | TimelineQuery]
# The JSON of a message: the subscription, what kind of message, the posts or events it tells of, when.
Compose = Callable[[SubscriptionRecord, str, Items, datetime], str]


class SubscriptionChanges(TypedDict, total=False):
    """What may be changed; what is left out stays."""

    name: str | None
    query: Mapping[str, object]
    address: str
    enabled: bool


# -- subscriptions -----------------------------------------------------------------------------------------------


def add_subscription(session: Session, wanted: SubscriptionInput, *, now: datetime) -> tuple[SubscriptionRecord, str]:
    """Save a query, and the secret that its messages are signed with. What came before is no news to it.

    Raises:
        TooManySubscriptionsError: there are as many as there may be.
    """
    if (session.scalar(select(func.count(Subscription.id))) or 0) >= MAX_SUBSCRIPTIONS:
        raise TooManySubscriptionsError(f"there are {MAX_SUBSCRIPTIONS} subscriptions, as many as there may be")
    if wanted.what == "timeline":
        note_event_news(session, now=now)
    row = Subscription(
        public_id=str(uuid.uuid4()),
        name=storable_or_none(wanted.name),
        what=wanted.what,
        query=dict(wanted.query),
        kind=wanted.kind,
        address=storable(wanted.address),
        format=wanted.format,
        secret=_new_secret(),
        unsubscribe_token=secrets.token_hex(UNSUBSCRIBE_BYTES),
        enabled=True,
        created_at=now,
        since=last_arrival(session) if wanted.what == "posts" else last_event_news(session),
        failures=0,
    )
    session.add(row)
    session.flush()
    return _record(row, 0), row.secret


def queue_backlog(
    session: Session, public_id: str, limit: int, *, read_query: ReadQuery, compose: Compose, now: datetime
) -> int:
    """Queue the newest `limit` posts that a subscription's query matches, the oldest of them first; how many.

    Raises:
        UnknownSubscriptionError: there is none with this id.
        SavedQueryError, QuerySyntaxError: its query cannot be read.
    """
    row = _row(session, public_id)
    query = read_query(row.what, row.query, now.date())
    if not isinstance(query, PostQuery) or limit == 0:
        return 0
    items = search_posts(session, query, limit=limit).items
    _queue(session, row, "posts.new", items[::-1], compose, now)
    return len(items)


def list_subscriptions(session: Session) -> tuple[SubscriptionRecord, ...]:
    """All of them, in the order in which they were added."""
    waiting = _waiting(session)
    rows = session.scalars(select(Subscription).order_by(Subscription.id))
    return tuple(_record(row, waiting.get(row.id, 0)) for row in rows)


def get_subscription(session: Session, public_id: str) -> SubscriptionRecord:
    """
    Raises:
        UnknownSubscriptionError: there is none with this id.
    """
    return _counted(session, _row(session, public_id))


def update_subscription(
    session: Session, public_id: str, *, now: datetime, **changes: Unpack[SubscriptionChanges]
) -> SubscriptionRecord:
    """Change what is given. One that is switched on again goes on where it stopped, with what had been given up.

    Raises:
        UnknownSubscriptionError: there is none with this id.
    """
    row = _row(session, public_id, lock=True)
    if "name" in changes:
        row.name = storable_or_none(changes["name"])
    if "query" in changes:
        row.query = dict(changes["query"])
    if "address" in changes:
        row.address = storable(changes["address"])
    if "enabled" in changes and changes["enabled"] != row.enabled:
        row.enabled, row.disabled_reason, row.failures = changes["enabled"], None, 0
        if row.enabled:
            again = update(Delivery).where(Delivery.subscription_id == row.id, Delivery.state != "delivered")
            session.execute(again.values(state="pending", attempts=0, next_at=now))
    session.flush()
    return _counted(session, row)


def rotate_secret(session: Session, public_id: str, *, now: datetime) -> str:
    """A new secret; for a day the former one signs as well, so that the receiver can change over. What mails say of how
    to unsubscribe stays true.

    Raises:
        UnknownSubscriptionError: there is none with this id.
    """
    row = _row(session, public_id, lock=True)
    row.former_secret, row.former_until = row.secret, now + FORMER_SECRET_SIGNS
    row.secret = _new_secret()
    session.flush()
    return row.secret


def remove_subscription(session: Session, public_id: str) -> None:
    """Remove a subscription with all its messages.

    Raises:
        UnknownSubscriptionError: there is none with this id.
    """
    row = _row(session, public_id)
    session.delete(row)
    session.flush()
    if row.what == "timeline" and not _places(session):
        forget_all_events(session)


def queue_test(session: Session, public_id: str, *, compose: Compose, now: datetime) -> DeliveryRecord:
    """Queue a message that tells of nothing, after those that are waiting.

    Raises:
        UnknownSubscriptionError: there is none with this id.
        SubscriptionOffError: it is switched off.
    """
    row = _row(session, public_id)
    if not row.enabled:
        raise SubscriptionOffError("the subscription is switched off: switch it on first")
    return _delivery_record(_add_message(session, row, TEST, (), compose, now))


def unsubscribe(session: Session, public_id: str, token: str, *, reason: str) -> bool:
    """Switch a subscription off for whoever has the token of its mails. False: it is not that."""
    row = session.scalar(select(Subscription).where(Subscription.public_id == storable(public_id)).with_for_update())
    if row is None or not _is_token_of(row, token):
        return False
    if row.enabled:
        row.enabled, row.disabled_reason = False, reason
        session.flush()
    return True


def may_unsubscribe(session: Session, public_id: str, token: str) -> bool:
    """Whether this is the token of this subscription's mails."""
    row = session.scalar(select(Subscription).where(Subscription.public_id == storable(public_id)))
    return row is not None and _is_token_of(row, token)


def _is_token_of(row: Subscription, token: str) -> bool:
    return row.unsubscribe_token != "" and hmac.compare_digest(row.unsubscribe_token.encode(), token.encode())


def _new_secret() -> str:
    """As Standard Webhooks writes them: https://www.standardwebhooks.com, "Signature scheme"."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode('ascii')}"


def _row(session: Session, public_id: str, *, lock: bool = False) -> Subscription:
    stmt = select(Subscription).where(Subscription.public_id == storable(public_id))
    row = session.scalar(stmt.with_for_update() if lock else stmt)
    if row is None:
        raise UnknownSubscriptionError(f"there is no subscription {public_id}")
    return row


def _waiting(session: Session, *row_ids: int) -> dict[int, int]:
    stmt = select(Delivery.subscription_id, func.count()).where(Delivery.state == "pending")
    if row_ids:
        stmt = stmt.where(Delivery.subscription_id.in_(row_ids))
    return {row[0]: row[1] for row in session.execute(stmt.group_by(Delivery.subscription_id))}


def _counted(session: Session, row: Subscription) -> SubscriptionRecord:
    return _record(row, _waiting(session, row.id).get(row.id, 0))


def _record(row: Subscription, waiting: int) -> SubscriptionRecord:
    return SubscriptionRecord(
        id=row.id,
        public_id=row.public_id,
        name=row.name,
        what=row.what,
        query=row.query,
        kind=row.kind,
        address=row.address,
        format=row.format,
        enabled=row.enabled,
        disabled_reason=row.disabled_reason,
        created_at=row.created_at,
        last_delivered_at=row.last_delivered_at,
        failures=row.failures,
        waiting=waiting,
    )


# -- what is new to them -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Queued:
    """How many messages were queued, and whether all that is new was looked at."""

    messages: int
    is_all: bool


def any_subscriptions(session: Session) -> bool:
    """Whether there is one that is switched on."""
    return session.scalar(select(Subscription.id).where(Subscription.enabled).limit(1)) is not None


def look_for_event_news(session: Session, *, now: datetime) -> None:
    """Bring the order of changes of events up to date, where somebody wants to know of them."""
    wanting = select(Subscription.id).where(Subscription.enabled, Subscription.what == "timeline")
    if session.scalar(wanting.limit(1)) is not None:
        note_event_news(session, now=now)


def subscriptions_behind(session: Session) -> tuple[int, ...]:
    """Row ids of the subscriptions that have not looked at all that came."""
    behind = or_(
        (Subscription.what == "posts") & (Subscription.since < last_arrival(session)),
        (Subscription.what == "timeline") & (Subscription.since < last_event_news(session)),
    )
    return tuple(session.scalars(select(Subscription.id).where(Subscription.enabled, behind).order_by(Subscription.id)))


def queue_news(
    session: Session, row_ids: Sequence[int], *, read_query: ReadQuery, compose: Compose, now: datetime
) -> Queued:
    """Queue what is new to some subscriptions, and move their places past it.

    One whose query cannot be read any more is switched off with its reason. Those that somebody else has in hand are
    left to them.
    """
    stmt = select(Subscription).where(Subscription.id.in_(row_ids), Subscription.enabled).order_by(Subscription.id)
    rows = session.scalars(stmt.with_for_update(skip_locked=True)).all()
    pass_ = _Pass(session, read_query, compose, now)
    all_posts = pass_.posts([row for row in rows if row.what == "posts"])
    all_events = pass_.events([row for row in rows if row.what == "timeline"])
    session.flush()
    return Queued(pass_.messages, all_posts and all_events)


class _Pass:
    """Some subscriptions' look at what is new, in one transaction."""

    def __init__(self, session: Session, read_query: ReadQuery, compose: Compose, now: datetime) -> None:
        self._session = session
        self._read_query = read_query
        self._compose = compose
        self._now = now
        self.messages = 0

    def posts(self, rows: Sequence[Subscription]) -> bool:
        """Whether there are no more than were looked at."""
        if not rows:
            return True
        found = arrivals_after(self._session, min(row.since for row in rows), LOOK_AT)
        wanted: list[tuple[Subscription, list[int]]] = []
        looks: dict[int, _Look] = {}  # most have come equally far
        for row in rows:
            if row.since not in looks:
                looks[row.since] = _look(self._session, [post_id for place, post_id in found if place > row.since])
            look = looks[row.since]
            query = self._query(row) if look.ids else None
            if isinstance(query, PostQuery) and (hits := self._matching(row, query, look)):
                wanted.append((row, [post_id for post_id in look.ids if post_id in hits]))
        every = list(dict.fromkeys(post_id for _, ids in wanted for post_id in ids))
        shown = {post.row_id: post for some in chunks(every) for post in summaries(self._session, some)}
        for row, ids in wanted:
            self._queue(row, "posts.new", [shown[post_id] for post_id in ids if post_id in shown])
        self._move(rows, [place for place, _ in found])
        return len(found) < LOOK_AT

    def events(self, rows: Sequence[Subscription]) -> bool:
        """Whether there are no more changes than were looked at."""
        if not rows:
            return True
        found = event_news_after(self._session, min(row.since for row in rows), LOOK_AT)
        for row in rows:
            news = [(public_id, change) for place, public_id, change in found if place > row.since]
            query = self._query(row) if news else None
            if not isinstance(query, TimelineQuery):
                continue
            events = self._events(row, query, {public_id for public_id, _ in news})
            for change, type_ in EVENT_TYPES.items():
                told = dict.fromkeys(public_id for public_id, what in news if what == change and public_id in events)
                self._queue(row, type_, [events[public_id] for public_id in told])
        self._move(rows, [place for place, _, _ in found])
        return len(found) < LOOK_AT

    def _query(self, row: Subscription) -> PostQuery | TimelineQuery | None:
        try:
            return self._read_query(row.what, row.query, self._now.date())
        except (SavedQueryError, QuerySyntaxError) as error:
            return self._switch_off(row, error)

    def _matching(self, row: Subscription, query: PostQuery, look: _Look) -> set[int]:
        """Those of the posts that the query matches."""
        try:
            stmt, row_id = compile_search(self._session, query).hits()
        except QuerySyntaxError as error:
            self._switch_off(row, error)
            return set()
        bounds = [row_id.between(first, last) for first, last in look.ranges]
        bounds += [row_id.in_(some) for some in look.single]
        return {hit for bound in bounds for hit in self._session.scalars(stmt.where(bound))}

    def _events(self, row: Subscription, query: TimelineQuery, public_ids: set[str]) -> dict[str, EventRecord]:
        try:
            return {event.id: event for event in events_among(self._session, query, public_ids)}
        except QuerySyntaxError as error:
            self._switch_off(row, error)
            return {}

    @staticmethod
    def _switch_off(row: Subscription, error: Exception) -> None:
        row.enabled, row.disabled_reason = False, f"its query cannot be read any more: {error}"

    def _queue(self, row: Subscription, type_: str, items: Items) -> None:
        self.messages += _queue(self._session, row, type_, items, self._compose, self._now)

    @staticmethod
    def _move(rows: Sequence[Subscription], places: Sequence[int]) -> None:
        for row in rows:
            if row.enabled and places:
                row.since = max(row.since, places[-1])


@dataclass(frozen=True, slots=True)
class _Look:
    """New posts in the order in which they came, and how to ask an index for them: ranges of row ids that hold little
    else, and what lies too far apart for that.
    """

    ids: Sequence[int]
    ranges: Sequence[tuple[int, int]]
    single: Sequence[Sequence[int]]


def _look(session: Session, ids: Sequence[int]) -> _Look:
    ranges, single = [], []
    for some in chunks(ids):
        between = session.scalar(select(func.count(Post.id)).where(Post.id.between(some[0], some[-1]))) or 0
        if between <= RANGE_HOLDS * len(some):
            ranges.append((some[0], some[-1]))
        else:
            single.append(some)
    return _Look(ids, ranges, single)


def _queue(session: Session, row: Subscription, type_: str, items: Items, compose: Compose, now: datetime) -> int:
    """Queue the items in messages of a bounded size; how many messages."""
    parts = [items[start : start + MAX_ITEMS] for start in range(0, len(items), MAX_ITEMS)]
    for part in parts:
        _add_message(session, row, type_, part, compose, now)
    return len(parts)


def _add_message(
    session: Session, row: Subscription, type_: str, items: Items, compose: Compose, now: datetime
) -> Delivery:
    message = Delivery(
        public_id=f"msg_{uuid.uuid4().hex}",
        subscription_id=row.id,
        type=type_,
        items=len(items),
        payload=compose(_record(row, 0), type_, items, now),
        state="pending",
        attempts=0,
        created_at=now,
        next_at=now,
    )
    session.add(message)
    session.flush()
    return message


def forget_old(session: Session, *, now: datetime) -> None:
    """Drop messages that are long done with, secrets that sign no more, and of events what nobody waits for: changes
    that every subscription has looked at, old ones that only subscriptions wait for that are off, and what was told of
    events that are long gone.
    """
    is_over = Subscription.former_until <= now
    session.execute(update(Subscription).where(is_over).values(former_secret=None, former_until=None))
    done = Delivery.state == "delivered"
    session.execute(delete(Delivery).where(done, Delivery.created_at < now - KEPT))
    note_age_of_event_news(session, now=now)
    if places := _places(session):
        forget_event_news(session, before=min(places.values()))
        seen_by_those_on = places.get(True, last_event_news(session))
        forget_event_news(session, before=seen_by_those_on, noted_before=now - KEPT)
    forget_gone_events(session, now=now, gone_before=now - KEPT)


def _places(session: Session) -> dict[bool, int]:
    """How far timeline subscriptions that are on, and those that are off, have come at least, where there are any."""
    stmt = select(Subscription.enabled, func.min(Subscription.since)).where(Subscription.what == "timeline")
    return {row[0]: row[1] for row in session.execute(stmt.group_by(Subscription.enabled))}


# -- sending -----------------------------------------------------------------------------------------------------


def claim_delivery(session: Session, *, lease: str, now: datetime, lease_until: datetime) -> DueDelivery | None:
    """The message that has been due longest, for the caller alone until `lease_until`; None: none is due.

    Of a subscription only its oldest message is, and none while that is being sent or waits to be sent again.
    """
    stmt = (
        select(Delivery, Subscription)
        .join(Subscription, Subscription.id == Delivery.subscription_id)
        .where(*_is_due(now))
        .order_by(Delivery.next_at, Delivery.id)
        .limit(1)
    )
    found = session.execute(stmt.with_for_update(of=Delivery, skip_locked=True)).first()
    if found is None:
        return None
    message, row = found[0], found[1]
    message.lease, message.lease_until = lease, lease_until
    session.flush()
    return _due_delivery(message, row, now)


def _is_due(now: datetime) -> list[ColumnElement[bool]]:
    before = aliased(Delivery)
    is_behind = (
        select(before.id)
        .where(before.subscription_id == Delivery.subscription_id, before.state == "pending", before.id < Delivery.id)
        .exists()
    )
    return [
        Delivery.state == "pending",
        Delivery.next_at <= now,
        or_(Delivery.lease_until.is_(None), Delivery.lease_until <= now),
        Subscription.enabled.expression,
        ~is_behind,
    ]


def _due_delivery(message: Delivery, row: Subscription, now: datetime) -> DueDelivery:
    former = [row.former_secret] if row.former_until is not None and row.former_until > now else []
    return DueDelivery(
        row_id=message.id,
        lease=message.lease or "",
        id=message.public_id,
        type=message.type,
        payload=message.payload or "",
        attempts=message.attempts,
        subscription=row.public_id,
        name=row.name,
        kind=row.kind,
        address=row.address,
        format=row.format,
        secrets=tuple(secret for secret in (row.secret, *former) if secret is not None),
        unsubscribe_token=row.unsubscribe_token,
    )


def record_delivered(session: Session, sent: DueDelivery, *, status: int | None, now: datetime) -> bool:
    """Note that a message was taken. False where it is no longer the caller's to say so."""
    message = _leased(session, sent)
    if message is None:
        return False
    message.state, message.payload, message.delivered_at = "delivered", None, now
    message.attempts += 1
    message.last_status, message.last_error = status, None
    message.lease = message.lease_until = None
    subscription = session.get_one(Subscription, message.subscription_id, with_for_update=True)
    subscription.last_delivered_at, subscription.failures = now, 0
    session.flush()
    return True


def record_undelivered(
    session: Session,
    sent: DueDelivery,
    *,
    error: str,
    status: int | None,
    next_at: datetime | None,
    switch_off: str | None,
) -> bool:
    """Note that a message was not taken, and when it is to be tried again; None: it is given up.

    `switch_off` is the reason for which the subscription is switched off. False where it is no longer the caller's to
    say so.
    """
    message = _leased(session, sent)
    if message is None:
        return False
    message.attempts += 1
    message.last_status, message.last_error = status, storable(error)[:MAX_ERROR]
    message.lease = message.lease_until = None
    if next_at is None:
        message.state = "failed"
    else:
        message.next_at = next_at
    subscription = session.get_one(Subscription, message.subscription_id, with_for_update=True)
    subscription.failures += 1
    if switch_off is not None:
        subscription.enabled, subscription.disabled_reason = False, storable(switch_off)[:MAX_ERROR]
    session.flush()
    return True


def _leased(session: Session, sent: DueDelivery) -> Delivery | None:
    stmt = select(Delivery).where(Delivery.id == sent.row_id, Delivery.lease == sent.lease)
    return session.scalar(stmt.with_for_update())


def list_deliveries(session: Session, public_id: str, *, limit: int) -> tuple[DeliveryRecord, ...]:
    """The last messages of a subscription, the newest first.

    Raises:
        UnknownSubscriptionError: there is none with this id.
    """
    row = _row(session, public_id)
    stmt = select(Delivery).where(Delivery.subscription_id == row.id).order_by(Delivery.id.desc()).limit(limit)
    return tuple(_delivery_record(message) for message in session.scalars(stmt))


def count_waiting(session: Session) -> int:
    """Messages of subscriptions that are switched on which are still to be sent."""
    stmt = select(func.count(Delivery.id)).join(Subscription).where(Delivery.state == "pending", Subscription.enabled)
    return session.scalar(stmt) or 0


def _delivery_record(message: Delivery) -> DeliveryRecord:
    return DeliveryRecord(
        id=message.public_id,
        type=message.type,
        items=message.items,
        state=message.state,
        attempts=message.attempts,
        created_at=message.created_at,
        next_at=message.next_at if message.state == "pending" else None,
        last_status=message.last_status,
        last_error=message.last_error,
        delivered_at=message.delivered_at,
    )
