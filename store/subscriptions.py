"""Subscriptions: saved queries and where they push what is new, and the messages that tell of it.

store/news.py finds and queues what is new to them, store/deliveries.py hands out what is to be sent. A message keeps
its id however often it is sent, and a subscription's messages are sent one after the other. Secrets stay in the store
but for those who have to sign with them.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TypeAlias, TypedDict, Unpack

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from store.arrivals import forget_all_events, last_arrival, last_event_news, note_event_news
from store.bulk import insert_rows
from store.database import one_writer
from store.errors import (
    SubscriptionOffError,
    TooManySubscriptionsError,
    UnknownSubscriptionError,
)
from store.models import Delivery, Subscription
from store.records import (
    DeliveryRecord,
    EventRecord,
    PostQuery,
    PostSummary,
    SubscriptionInput,
    SubscriptionRecord,
    TimelineQuery,
    Wanted,
)
from store.search.engine import search_posts
from store.text import storable, storable_or_none

MAX_SUBSCRIPTIONS = 1_000
MAX_ITEMS = 50  # posts or events in a message
SECRET_BYTES = 32  # Standard Webhooks takes 24 to 64
UNSUBSCRIBE_BYTES = 16
FORMER_SECRET_SIGNS = timedelta(hours=24)
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
    return record_of(row, 0), row.secret


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
    items = search_posts(session, query, limit=limit, counted=False).items
    insert_rows(session, "delivery", list(rows_of_messages(record_of(row, 0), "posts.new", items[::-1], compose, now)))
    return len(items)


def list_subscriptions(session: Session) -> tuple[SubscriptionRecord, ...]:
    """All of them, in the order in which they were added."""
    waiting = _waiting(session)
    rows = session.scalars(select(Subscription).order_by(Subscription.id))
    return tuple(record_of(row, waiting.get(row.id, 0)) for row in rows)


def get_subscription(session: Session, public_id: str) -> SubscriptionRecord:
    """
    Raises:
        UnknownSubscriptionError: there is none with this id.
    """
    return _counted(session, _row(session, public_id))


def update_subscription(
    session: Session, public_id: str, *, now: datetime, **changes: Unpack[SubscriptionChanges]
) -> SubscriptionRecord:
    """Change what is given. One that is switched on again goes on where it stopped, with what had been given up; a new
    address has an unsubscribe token of its own, since the mails to the one before hold the other.

    Raises:
        UnknownSubscriptionError: there is none with this id.
    """
    row = _row(session, public_id, lock=True)
    if "name" in changes:
        row.name = storable_or_none(changes["name"])
    if "query" in changes:
        row.query = dict(changes["query"])
    if "address" in changes and (address := storable(changes["address"])) != row.address:
        row.address, row.unsubscribe_token = address, secrets.token_hex(UNSUBSCRIBE_BYTES)
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
    if _row(session, public_id).what == "timeline":
        # before its row is locked, as whoever tells of events has it, and so that one that is being added is seen
        one_writer(session)
    row = _row(session, public_id, lock=True)
    session.delete(row)
    session.flush()
    if row.what == "timeline" and not places_on_timelines(session):
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
    message = Delivery(**_message_row(record_of(row, 0), TEST, (), compose, now))
    session.add(message)
    session.flush()
    return _delivery_record(message)


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


def places_on_timelines(session: Session) -> dict[bool, int]:
    """How far timeline subscriptions that are on, and those that are off, have come at least, where there are any."""
    stmt = select(Subscription.enabled, func.min(Subscription.since)).where(Subscription.what == "timeline")
    return {row[0]: row[1] for row in session.execute(stmt.group_by(Subscription.enabled))}


def _waiting(session: Session, *row_ids: int) -> dict[int, int]:
    stmt = select(Delivery.subscription_id, func.count()).where(Delivery.state == "pending")
    if row_ids:
        stmt = stmt.where(Delivery.subscription_id.in_(row_ids))
    return {row[0]: row[1] for row in session.execute(stmt.group_by(Delivery.subscription_id))}


def _counted(session: Session, row: Subscription) -> SubscriptionRecord:
    return record_of(row, _waiting(session, row.id).get(row.id, 0))


def record_of(row: Subscription, waiting: int) -> SubscriptionRecord:
    """A subscription as it stands, without its secrets."""
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


# -- messages --------------------------------------------------------------------------------------------------------


def rows_of_messages(
    subscription: SubscriptionRecord, type_: str, items: Items, compose: Compose, now: datetime
) -> Iterator[dict[str, object]]:
    """Messages that tell a subscription of the items, as rows of `delivery`: each of a bounded size."""
    for start in range(0, len(items), MAX_ITEMS):
        yield _message_row(subscription, type_, items[start : start + MAX_ITEMS], compose, now)


def _message_row(
    subscription: SubscriptionRecord, type_: str, items: Items, compose: Compose, now: datetime
) -> dict[str, object]:
    return {
        "public_id": f"msg_{uuid.uuid4().hex}",
        "subscription_id": subscription.id,
        "type": type_,
        "items": len(items),
        "payload": compose(subscription, type_, items, now),
        "state": "pending",
        "attempts": 0,
        "created_at": now,
        "next_at": now,
    }


def list_deliveries(session: Session, public_id: str, *, limit: int) -> tuple[DeliveryRecord, ...]:
    """The last messages of a subscription, the newest first.

    Raises:
        UnknownSubscriptionError: there is none with this id.
    """
    row = _row(session, public_id)
    stmt = select(Delivery).where(Delivery.subscription_id == row.id).order_by(Delivery.id.desc()).limit(limit)
    return tuple(_delivery_record(message) for message in session.scalars(stmt))


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
