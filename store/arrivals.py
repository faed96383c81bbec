"""What is new, in the order in which it became known: posts with their first tags, and what has changed of events.

Both orders are written under the one writer's lock, so that whoever has looked at a number has seen all below it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, exists, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from store.database import one_writer
from store.models import Arrival, Event, EventNews, EventTold
from store.records import EventChange

NOTE = text(
    "insert into arrival (post_id) select cast(:post_id as bigint) "
    "where not exists (select 1 from arrival where post_id = cast(:post_id as bigint))"
)


def note_arrival(session: Session, post_id: int) -> None:
    """Give a post that was analysed its place in the order, if it has none yet. The caller is the one writer."""
    session.execute(NOTE, {"post_id": post_id})


def last_arrival(session: Session) -> int:
    """The place of the newest post, 0 where there is none."""
    return session.scalar(select(func.max(Arrival.id))) or 0


def arrivals_after(session: Session, place: int, limit: int) -> list[tuple[int, int]]:
    """(place, row id of the post) of the next posts, in order."""
    stmt = select(Arrival.id, Arrival.post_id).where(Arrival.id > place).order_by(Arrival.id).limit(limit)
    return [(row.id, row.post_id) for row in session.execute(stmt)]


def note_event_news(session: Session, *, now: datetime) -> None:
    """Look which events are new, have another status or date than when this was last done, and give each such change
    its place in the order.

    Events are compared with what was last told of them, rather than noted when they are written, so that what was
    changed and changed back in between is no news.
    """
    one_writer(session)
    stmt = (
        select(Event.public_id, Event.status, Event.sequence, EventTold)
        .outerjoin(EventTold, EventTold.public_id == Event.public_id)
        .where(
            or_(
                EventTold.public_id.is_(None),
                EventTold.status != Event.status,
                EventTold.sequence != Event.sequence,
            )
        )
        .order_by(Event.id)
    )
    news: list[dict[str, object]] = []
    first_told: list[dict[str, object]] = []
    for public_id, status, sequence, told in session.execute(stmt).all():
        changes = _changes(status, sequence, told)
        news += [{"public_id": public_id, "change": change, "noted_at": now} for change in changes]
        if told is None:
            first_told.append({"public_id": public_id, "status": status, "sequence": sequence})
        else:
            told.status, told.sequence = status, sequence
    session.flush()
    for table, rows in ((EventTold, first_told), (EventNews, news)):
        if rows:
            session.execute(insert(table), rows)


def _changes(status: str, sequence: int, told: EventTold | None) -> list[EventChange]:
    if told is None:
        return ["new"]
    # a sequence that is lower belongs to an event that was taken apart and made again: nothing moved by that
    moved: list[EventChange] = ["moved"] if sequence > told.sequence else []
    return [*moved, "status"] if status != told.status else moved


def forget_event_news(session: Session, *, before: int, noted_before: datetime | None = None) -> None:
    """Drop the changes before a place, all of them or those that were noted before an instant.

    The newest stays: both databases go on counting without it, but `last_event_news` asks for it.
    """
    stmt = delete(EventNews).where(EventNews.id < min(before, last_event_news(session)))
    session.execute(stmt if noted_before is None else stmt.where(EventNews.noted_at < noted_before))


def note_age_of_event_news(session: Session, *, now: datetime) -> None:
    """Let changes that were noted by an earlier release be as old as this."""
    session.execute(update(EventNews).where(EventNews.noted_at.is_(None)).values(noted_at=now))


def forget_gone_events(session: Session, *, now: datetime, gone_before: datetime) -> None:
    """Drop what was told of events that have been gone since before an instant. Until then one that comes back is no
    news: tagging anew takes events apart and makes them again.
    """
    is_there = exists().where(Event.public_id == EventTold.public_id)
    told = update(EventTold).execution_options(synchronize_session=False)
    session.execute(told.where(EventTold.gone_at.is_(None), ~is_there).values(gone_at=now))
    session.execute(told.where(EventTold.gone_at.is_not(None), is_there).values(gone_at=None))
    session.execute(delete(EventTold).where(EventTold.gone_at < gone_before))


def forget_all_events(session: Session) -> None:
    """Drop all that was told and noted of events, when nobody wants to know of them any more."""
    one_writer(session)
    for table in (EventTold, EventNews):
        session.execute(delete(table))


def last_event_news(session: Session) -> int:
    """The place of the newest change, 0 where there is none."""
    return session.scalar(select(func.max(EventNews.id))) or 0


def event_news_after(session: Session, place: int, limit: int) -> list[tuple[int, str, EventChange]]:
    """(place, the event's public id, what changed) of the next changes, in order."""
    stmt = select(EventNews).where(EventNews.id > place).order_by(EventNews.id).limit(limit)
    return [(row.id, row.public_id, row.change) for row in session.scalars(stmt)]
