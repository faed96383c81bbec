"""Hubs (WebSub): what sources offer, what hubs were asked and have confirmed, and what their pings make due.

Callbacks and secrets stay in here but for those who have to send or check them. Where a source and its subscription are
both written, the source is locked first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from store.models import HubFarewell, HubSubscription, Source
from store.records import HubCallback, HubRequest, HubStanding, SourceRecord
from store.text import storable

POLL_EVERY = timedelta(hours=20)  # where a hub tells of news: once a day, also when tonight's run begins a bit earlier
POLL_AFTER_PING = timedelta(hours=3)  # as if it had not been told: tonight's run looks whether the hub tells of all
PING_GAP = timedelta(minutes=5)  # from a visit to the next that a ping may bring about: nobody makes us ask more often
LONGEST_MARGIN = timedelta(days=3)  # before a lease ends, so that a nightly run has some nights to renew it
MAX_REASON = 300  # characters of a hub's words that are kept
UNCONFIRMED = "the hub took the request and never asked back: can it reach the public address of this service?"


def hub_source_ids(session: Session) -> frozenset[int]:
    """The sources that offer a hub, by row id: all others are spared every further question."""
    return frozenset(session.scalars(select(HubSubscription.source_id)))


def hub_standings(session: Session, source_ids: Sequence[int] | None = None) -> dict[int, HubStanding]:
    """How it stands with the hubs of some sources, or of all."""
    stmt = select(HubSubscription)
    if source_ids is not None:
        stmt = stmt.where(HubSubscription.source_id.in_(source_ids))
    return {
        row.source_id: HubStanding(row.hub_url, row.state, row.lease_until, row.error) for row in session.scalars(stmt)
    }


# -- what a visit found ------------------------------------------------------------------------------------------


def note_hub(session: Session, source_id: int, offer: tuple[str, str] | None, *, now: datetime) -> None:
    """Keep what a source says of its hub: (hub, topic), or None where it names none any more.

    Another hub or topic than before begins anew; the subscription at the old one is to be ended.
    """
    row = session.get(HubSubscription, source_id)
    if offer is None:
        part_from_hub(session, source_id)
    elif row is None:
        session.add(_offered(source_id, *offer, now=now))
    elif (row.hub_url, row.topic_url) != offer:
        part_from_hub(session, source_id)
        session.add(_offered(source_id, *offer, now=now))
    session.flush()


def _offered(source_id: int, hub_url: str, topic_url: str, *, now: datetime) -> HubSubscription:
    return HubSubscription(
        source_id=source_id, hub_url=hub_url, topic_url=topic_url, state="offered", ask_at=now, failures=0
    )


def settle_visit(
    session: Session, visited: SourceRecord, *, begun: datetime, brought_news: bool, now: datetime
) -> None:
    """What a good visit to a source, as it was when that began at `begun`, means for the next one.

    A live subscription makes the next scheduled one wait `POLL_EVERY`, or `POLL_AFTER_PING` where a ping brought this
    one about, unless visits have found news that no ping had told of. A ping that came while the visit was under way
    brings about another.
    """
    session.flush()  # what the visit has written of the source, which locks it
    row = session.get(HubSubscription, visited.id, with_for_update=True)
    if row is None:
        return
    source = session.get_one(Source, visited.id)
    was_told = row.pinged_at is not None
    if row.pinged_at is not None and begun < row.pinged_at <= now:  # one from a wrong clock's future has been told
        source.next_fetch_at = now + PING_GAP
        return
    row.pinged_at = None
    if row.state != "live" or row.lease_until is None or row.lease_until <= now:
        return
    before = visited.last_fetched_at
    was_live = row.confirmed_at is not None and before is not None and row.confirmed_at < before
    if brought_news and was_live and not was_told:
        row.missed_at = now
    if row.missed_at is None:
        wait_until = min(now + (POLL_AFTER_PING if was_told else POLL_EVERY), row.lease_until)
        source.next_fetch_at = max(source.next_fetch_at or wait_until, wait_until)


def part_from_hub(session: Session, source_id: int) -> None:
    """Take a source's subscription out; what its hub was asked is to be taken back."""
    row = session.get(HubSubscription, source_id)
    if row is None:
        return
    if row.callback_url is not None and row.token is not None:
        session.add(
            HubFarewell(
                hub_url=row.hub_url,
                topic_url=row.topic_url,
                token=row.token,
                callback_url=row.callback_url,
                failures=0,
            )
        )
    session.delete(row)
    session.flush()


# -- what hubs are to be asked -----------------------------------------------------------------------------------


def due_requests(
    session: Session, *, callbacks: str, now: datetime, only: Collection[int] | None = None
) -> tuple[HubRequest, ...]:
    """What hubs are to be asked now: subscriptions that are new, to be renewed, to be tried again, or known to their
    hub under an address that is not below `callbacks`, ours; and those to be ended, among them those of sources that
    were switched off. With `only` the subscriptions of these sources alone.
    """
    off = select(HubSubscription).join(Source).where(~Source.enabled, HubSubscription.callback_url.is_not(None))
    for row in session.scalars(off).all():
        part_from_hub(session, row.source_id)
        session.add(_offered(row.source_id, row.hub_url, row.topic_url, now=now))
    session.flush()
    moved = ~HubSubscription.callback_url.startswith(f"{callbacks}/", autoescape=True)
    stmt = select(HubSubscription).join(Source).where(Source.enabled, or_(HubSubscription.ask_at <= now, moved))
    found = [
        HubRequest("subscribe", row.source_id, row.hub_url, row.topic_url, row.callback_url, row.failures)
        for row in session.scalars(stmt.order_by(HubSubscription.source_id))
        if only is None or row.source_id in only
    ]
    if only is None:
        for farewell in session.scalars(select(HubFarewell).order_by(HubFarewell.id)).all():
            if not farewell.callback_url.startswith(f"{callbacks}/"):
                session.delete(farewell)  # its hub cannot ask us back there: it ends with its lease
            elif farewell.ask_at is None or farewell.ask_at <= now:
                found.append(
                    HubRequest(
                        "unsubscribe",
                        farewell.id,
                        farewell.hub_url,
                        farewell.topic_url,
                        farewell.callback_url,
                        farewell.failures,
                    )
                )
    return tuple(found)


def begin_subscribing(
    session: Session, request: HubRequest, *, callback_url: str, secret: str, now: datetime, ask_at: datetime
) -> str | None:
    """Say that the hub is about to be asked, so that it may ask back at once; the secret to give it. None where the
    subscription is no longer wanted.

    `callback_url` and `secret` are kept unless the hub knows us by that very callback already. A request that is still
    open counts as one that came to nothing.
    """
    row = session.get(HubSubscription, request.id, with_for_update=True)
    if row is None or (row.hub_url, row.topic_url) != (request.hub_url, request.topic_url):
        return None
    if row.requested_at is not None:
        row.failures += 1
        row.error = UNCONFIRMED
    if row.callback_url != callback_url or row.secret is None:
        row.callback_url, row.secret = callback_url, secret
        row.token = _digest(callback_url.rpartition("/")[2])
        row.state, row.lease_until, row.confirmed_at = "pending", None, None
    elif row.state != "live" or row.lease_until is None or row.lease_until <= now:
        row.state = "pending"
    row.requested_at, row.ask_at = now, ask_at
    return row.secret


def record_refusal(session: Session, request: HubRequest, *, error: str, ask_at: datetime) -> None:
    """The hub did not take a subscription, in words, and when to ask again.

    One that is live stays so as long as its lease; one that was confirmed or denied meanwhile is as it is.
    """
    row = session.get(HubSubscription, request.id, with_for_update=True)
    if row is None or row.requested_at is None:
        return
    row.requested_at = None
    row.state = "live" if row.state == "live" else "failed"
    row.failures += 1
    row.error = storable(error)[:MAX_REASON]
    row.ask_at = ask_at


def postpone_farewell(session: Session, request: HubRequest, *, ask_at: datetime | None) -> None:
    """Ask the hub again at `ask_at`, unless it asks back before; None: let the subscription end with its lease."""
    row = session.get(HubFarewell, request.id, with_for_update=True)
    if row is None:
        return
    if ask_at is None:
        session.delete(row)
        return
    row.failures += 1
    row.ask_at = ask_at


# -- what hubs say -----------------------------------------------------------------------------------------------


def callback_of(session: Session, token: str) -> HubCallback | None:
    """What a callback's token stands for; None where there is none, or its source is switched off.

    It is looked up by its digest: how long that takes tells nothing of the tokens that there are.
    """
    digest = _digest(token)
    row = session.scalar(select(HubSubscription).join(Source).where(HubSubscription.token == digest, Source.enabled))
    if row is not None:
        return HubCallback("subscribe", row.source_id, row.topic_url, row.secret)
    farewell = session.scalar(select(HubFarewell).where(HubFarewell.token == digest))
    return None if farewell is None else HubCallback("unsubscribe", farewell.id, farewell.topic_url)


def confirm(session: Session, callback: HubCallback, *, lease: timedelta, now: datetime) -> None:
    """The hub has asked whether we mean it, and we do: a subscription is live for `lease`, an ended one forgotten."""
    if callback.mode == "unsubscribe":
        farewell = session.get(HubFarewell, callback.id)
        if farewell is not None:
            session.delete(farewell)
        return
    row = session.get(HubSubscription, callback.id, with_for_update=True)
    if row is None:
        return
    row.state, row.confirmed_at, row.requested_at = "live", now, None
    row.lease_until = now + lease
    row.ask_at = row.lease_until - min(lease / 2, LONGEST_MARGIN)
    row.failures, row.error = 0, None


def deny(session: Session, callback: HubCallback, *, reason: str, ask_at: datetime) -> None:
    """The hub refuses, or will send nothing any more; it is asked again at `ask_at`, and the source is due."""
    if callback.mode == "unsubscribe":
        return
    source = session.get(Source, callback.id, with_for_update=True)
    row = session.get(HubSubscription, callback.id, with_for_update=True)
    if source is None or row is None:
        return
    words = " ".join(_without_secrets(storable(reason), row).split())[:MAX_REASON]
    row.state, row.lease_until, row.requested_at = "denied", None, None
    row.error = f"the hub denied it: {words}" if words else "the hub denied it"
    row.failures += 1
    row.ask_at = ask_at
    _make_due(source)


def record_ping(session: Session, source_id: int, *, now: datetime) -> bool:
    """A hub has told that a source has news: whether that makes it due, at once or `PING_GAP` after its last visit.

    One that fails keeps the time that it was given to recover: no ping shortens that.
    """
    source = session.get(Source, source_id, with_for_update=True)
    row = session.get(HubSubscription, source_id, with_for_update=True)
    if source is None or row is None:
        return False
    row.last_ping_at = row.pinged_at = now
    row.missed_at = None
    if not _make_due(source):
        return False
    if source.last_fetched_at is not None and now < source.last_fetched_at + PING_GAP:
        source.next_fetch_at = source.last_fetched_at + PING_GAP
    return True


def pinged_sources(session: Session, *, now: datetime) -> tuple[str, ...]:
    """The public ids of the sources that are due and have been pinged for since their last visit."""
    due = or_(Source.next_fetch_at.is_(None), Source.next_fetch_at <= now)
    stmt = select(Source.public_id).join(HubSubscription).where(_IS_PINGED, due)
    return tuple(session.scalars(stmt.order_by(Source.id)))


def next_pinged_at(session: Session) -> datetime | None:
    """When the next of the sources that have been pinged for is due; None where none waits for its time."""
    return session.scalar(select(func.min(Source.next_fetch_at)).join(HubSubscription).where(_IS_PINGED))


# the visit after a failure is for a scheduled run: it would else be tried again and again
_IS_PINGED = and_(Source.enabled, Source.failures == 0, HubSubscription.pinged_at.is_not(None))


def _make_due(source: Source) -> bool:
    if not source.enabled or source.failures:
        return False
    source.next_fetch_at = None
    return True


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _without_secrets(words: str, row: HubSubscription) -> str:
    """A hub's words, which may quote what it was sent."""
    token = (row.callback_url or "").rpartition("/")[2]
    for secret in (row.callback_url, token, row.secret):
        words = words.replace(secret, "…") if secret else words
    return words
