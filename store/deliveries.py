"""Messages of subscriptions on their way out: who may send which, and what became of them.

A message is leased to whoever sends it. Of a subscription only its oldest message is sent, and none while that is being
sent or waits to be sent again. Secrets stay in the store but for those who have to sign with them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from store.arrivals import forget_event_news, forget_gone_events, last_event_news, note_age_of_event_news
from store.chunks import in_chunks
from store.models import Delivery, Subscription
from store.records import DueDelivery, TargetKind
from store.subscriptions import places_on_timelines
from store.text import storable

# messages that were delivered, what a subscription that is off would have been told of events, and what was told of
# events that are gone
KEPT = timedelta(days=30)
MAX_ERROR = 300  # characters of what went wrong


@dataclass(frozen=True, slots=True)
class Candidate:
    """A message that may be sent: to what address, and whether the last attempt at its subscription's failed."""

    row_id: int
    kind: TargetKind
    address: str
    is_failing: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """A message was taken, at `at`; `status` is HTTP's where it was that."""

    status: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """A message was not taken: why, and when to try again; None: it is given up. `switch_off` is the reason for which
    its subscription is switched off.
    """

    error: str
    status: int | None
    next_at: datetime | None
    switch_off: str | None = None


Choose = Callable[[Sequence[Candidate]], Sequence[Candidate]]


def claim_deliveries(
    session: Session, choose: Choose, *, lease: str, now: datetime, lease_until: datetime
) -> tuple[DueDelivery, ...]:
    """Messages for the caller alone until `lease_until`: of those that are due, the ones due longest first, those that
    `choose` chooses and nobody else has taken meanwhile.
    """
    chosen = [candidate.row_id for candidate in choose(_candidates(session, now))]
    if not chosen:
        return ()
    stmt = (
        select(Delivery, Subscription)
        .join(Subscription, Subscription.id == Delivery.subscription_id)
        .where(Delivery.id.in_(chosen), Subscription.enabled, *_is_due(now))
        .with_for_update(of=Delivery, skip_locked=True)
    )
    claimed = {message.id: (message, row) for message, row in session.execute(stmt)}
    for message, _ in claimed.values():
        message.lease, message.lease_until = lease, lease_until
    session.flush()
    return tuple(_due_delivery(*claimed[row_id], now) for row_id in chosen if row_id in claimed)


def _candidates(session: Session, now: datetime) -> list[Candidate]:
    """The oldest waiting message of each subscription, where that is due.

    Asked for subscription by subscription, a look into an index each: what has piled up behind it costs nothing.
    """
    oldest = (
        select(func.min(Delivery.id))
        .where(Delivery.subscription_id == Subscription.id, Delivery.state == "pending")
        .scalar_subquery()
    )
    stmt = select(oldest.label("message"), Subscription.kind, Subscription.address, Subscription.failures)
    of = {row.message: row for row in session.execute(stmt.where(Subscription.enabled)) if row.message is not None}
    due = select(Delivery.next_at, Delivery.id).where(*_is_due(now))
    found = sorted(tuple(row) for row in in_chunks(session, due, Delivery.id, of))
    return [Candidate(id_, of[id_].kind, of[id_].address, of[id_].failures > 0) for _, id_ in found]


def _is_due(now: datetime) -> list[ColumnElement[bool]]:
    return [
        Delivery.state == "pending",
        Delivery.next_at <= now,
        or_(Delivery.lease_until.is_(None), Delivery.lease_until <= now),
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


def record_deliveries(session: Session, outcomes: Sequence[tuple[DueDelivery, Taken | Refused]]) -> frozenset[int]:
    """Note what became of messages; row ids of those that were still the caller's to say so."""
    if not outcomes:
        return frozenset()
    sent = {message.row_id: (message, outcome) for message, outcome in outcomes}
    # subscriptions first, as whoever switches one on again takes them, and in one order: nobody waits for each other
    of = select(Delivery.subscription_id).where(Delivery.id.in_(sent))
    stmt = select(Subscription).where(Subscription.id.in_(of)).order_by(Subscription.id)
    subscriptions = {row.id: row for row in session.scalars(stmt.with_for_update())}
    leased = select(Delivery).where(Delivery.id.in_(sent)).order_by(Delivery.id).with_for_update()
    noted = []
    for message in session.scalars(leased):
        ours, outcome = sent[message.id]
        if message.lease == ours.lease and message.subscription_id in subscriptions:
            _record(message, subscriptions[message.subscription_id], outcome)
            noted.append(message.id)
    session.flush()
    return frozenset(noted)


def _record(message: Delivery, subscription: Subscription, outcome: Taken | Refused) -> None:
    message.attempts += 1
    message.lease = message.lease_until = None
    message.last_status = outcome.status
    if isinstance(outcome, Taken):
        message.state, message.payload, message.delivered_at = "delivered", None, outcome.at
        message.last_error = None
        subscription.last_delivered_at, subscription.failures = outcome.at, 0
        return
    message.last_error = storable(outcome.error)[:MAX_ERROR]
    if outcome.next_at is None:
        message.state = "failed"
    else:
        message.next_at = outcome.next_at
    subscription.failures += 1
    if outcome.switch_off is not None:
        subscription.enabled, subscription.disabled_reason = False, storable(outcome.switch_off)[:MAX_ERROR]


def count_waiting(session: Session) -> int:
    """Messages of subscriptions that are switched on which are still to be sent."""
    stmt = select(func.count(Delivery.id)).join(Subscription).where(Delivery.state == "pending", Subscription.enabled)
    return session.scalar(stmt) or 0


def forget_old(session: Session, *, now: datetime) -> None:
    """Drop messages that are long done with, secrets that sign no more, and of events what nobody waits for: changes
    that every subscription has looked at, old ones that only subscriptions wait for that are off, and what was told of
    events that are long gone.
    """
    is_over = Subscription.former_until <= now
    session.execute(update(Subscription).where(is_over).values(former_secret=None, former_until=None))
    done = Delivery.state == "delivered"
    session.execute(delete(Delivery).where(done, Delivery.delivered_at < now - KEPT))
    note_age_of_event_news(session, now=now)
    if places := places_on_timelines(session):
        forget_event_news(session, before=min(places.values()))
        seen_by_those_on = places.get(True, last_event_news(session))
        forget_event_news(session, before=seen_by_those_on, noted_before=now - KEPT)
    forget_gone_events(session, now=now, gone_before=now - KEPT)
