"""Sources: what is crawled, when it is due, and what its last visit left behind."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store.chunks import chunks
from store.errors import DuplicateSourceError, UnknownSourceError
from store.models import Event, EventMention, Post, Sighting, Source
from store.records import FetchState, SourceInput, SourceKind, SourceRecord
from store.text import storable, storable_or_none

NAMESPACE = uuid.UUID("6f0c0f64-5f5b-5a51-9b57-0b1b3a5f6a10")


def add_source(session: Session, source: SourceInput, *, now: datetime) -> SourceRecord:
    """The stored source.

    Raises:
        DuplicateSourceError: its address is crawled already.
    """
    if session.scalar(select(Source.id).where(Source.url == source.url)) is not None:
        raise DuplicateSourceError(f"{source.url} is a source already", source.url)
    row = Source(
        public_id=_public_id(session, source.url),
        url=source.url,
        kind=source.kind,
        name=storable_or_none(source.name),
        site_url=storable_or_none(source.site_url),
        tags=[storable(tag) for tag in source.tags],
        fallback_urls=list(source.fallback_urls),
        enabled=source.enabled,
        created_at=now,
        failures=0,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:  # another process was faster
        raise DuplicateSourceError(f"{source.url} is a source already", source.url) from error
    return _record(row, 0)


def _public_id(session: Session, url: str) -> str:
    """From the address, so that a source removed and added again keeps its id; another where a source that has moved
    away from the address has that one.
    """
    for name in (f"source {url}", f"source {url} {uuid.uuid4()}"):
        public_id = str(uuid.uuid5(NAMESPACE, name))
        if session.scalar(select(Source.id).where(Source.public_id == public_id)) is None:
            break
    return public_id


class SourceChanges(TypedDict, total=False):
    """What an operator may change of a source; what is left out stays."""

    url: str
    kind: SourceKind
    name: str | None
    tags: Sequence[str]
    site_url: str | None
    fallback_urls: Sequence[str]
    enabled: bool


def update_source(session: Session, id_or_url: str, **changes: Unpack[SourceChanges]) -> SourceRecord:
    """The source as it is now. It keeps its ids and posts, also at another address.

    Another address or kind starts without what the last visit left behind: validators, failures, the next date.
    Switched on again, it is due at once.

    Raises:
        UnknownSourceError: there is none.
        DuplicateSourceError: the new address is crawled already.
    """
    row = _find(session, id_or_url)
    before = (row.url, row.kind)
    if "url" in changes:
        url = changes["url"]
        taken = session.scalar(select(Source.id).where(Source.url == url, Source.id != row.id))
        if taken is not None:
            raise DuplicateSourceError(f"{url} is a source already", url)
        row.url = url
    row.kind = changes.get("kind", row.kind)
    row.name = storable_or_none(changes.get("name", row.name))
    row.site_url = storable_or_none(changes.get("site_url", row.site_url))
    row.tags = [storable(tag) for tag in changes.get("tags", row.tags)]
    row.fallback_urls = list(changes.get("fallback_urls", row.fallback_urls))
    switched_on = changes.get("enabled", False) and not row.enabled
    row.enabled = changes.get("enabled", row.enabled)
    if before != (row.url, row.kind):
        row.etag = row.last_modified = row.validator_url = row.body_hash = None
    if switched_on or before != (row.url, row.kind):
        row.last_error = row.last_error_at = row.next_fetch_at = None
        row.failures = 0
    session.flush()
    return _record(row, _post_counts(session, [row.id]).get(row.id, 0))


def get_source(session: Session, id_or_url: str) -> SourceRecord:
    """The source with this number, public id or address.

    Raises:
        UnknownSourceError: there is none.
    """
    row = _find(session, id_or_url)
    return _record(row, _post_counts(session, [row.id]).get(row.id, 0))


def list_sources(session: Session) -> tuple[SourceRecord, ...]:
    """All sources in the order in which they were added."""
    rows = session.scalars(select(Source).order_by(Source.id)).all()
    counts = _post_counts(session, None)
    return tuple(_record(row, counts.get(row.id, 0)) for row in rows)


def due_sources(
    session: Session, *, now: datetime, force: bool = False, only: Sequence[str] = ()
) -> tuple[SourceRecord, ...]:
    """Those that are switched on and due, all of them with `force`; of those in `only`, where that names any.

    A source that is named is visited also when it is switched off.

    Raises:
        UnknownSourceError: `only` names none of ours.
    """
    if only:
        rows = {row.id: row for row in (_find(session, name) for name in only)}
        chosen = [row for row in rows.values() if force or _is_due(row, now)]
    else:
        everything = session.scalars(select(Source).where(Source.enabled).order_by(Source.id))
        chosen = [row for row in everything if force or _is_due(row, now)]
    return tuple(_record(row, 0) for row in chosen)


def _is_due(row: Source, now: datetime) -> bool:
    return row.next_fetch_at is None or row.next_fetch_at <= now


def remove_source(session: Session, id_or_url: str, *, keep_posts: bool = True) -> None:
    """Take a source out. Its posts stay unless `keep_posts` is false and no other source has met them.

    Raises:
        UnknownSourceError: there is none.
    """
    row = _find(session, id_or_url)
    own = select(Sighting.post_id).where(Sighting.source_id == row.id)
    others = select(Sighting.post_id).where(Sighting.source_id != row.id)
    if not keep_posts:
        _remove_posts(session, select(Post.id).where(Post.id.in_(own), Post.id.not_in(others)))
    # What others have met too is theirs from now on; any of them that ranks higher takes it over at the next visit.
    heir = (
        select(func.min(Sighting.source_id))
        .where(Sighting.post_id == Post.id, Sighting.source_id != row.id)
        .scalar_subquery()
    )
    session.execute(
        update(Post).where(Post.source_id == row.id).values(source_id=heir, owner_rank=0),
        execution_options={"synchronize_session": False},
    )
    session.delete(row)
    session.flush()
    session.expire_all()


def _remove_posts(session: Session, post_ids: Select[Any]) -> None:
    """Take posts out with all that was said in them; an event that nobody else told of goes with them."""
    told = select(EventMention.event_id).where(EventMention.post_id.in_(post_ids), EventMention.event_id.is_not(None))
    touched = list(session.scalars(told.distinct()))
    session.execute(delete(Post).where(Post.id.in_(post_ids)), execution_options={"synchronize_session": False})
    for ids in chunks(touched):
        some = Event.id.in_(ids)
        still_told = select(EventMention.id).where(EventMention.event_id == Event.id).exists()
        options = {"synchronize_session": False}
        session.execute(delete(Event).where(some, ~still_told), execution_options=options)
        session.execute(update(Event).where(some).values(stale=True), execution_options=options)


def record_success(session: Session, source_id: int, state: FetchState, *, now: datetime) -> None:
    """A visit that brought a body: its validators, exactly as received, and a clean bill of health."""
    row = session.get_one(Source, source_id)
    row.etag, row.last_modified = state.etag, state.last_modified
    row.validator_url, row.body_hash = state.validator_url, state.body_hash
    row.title = storable_or_none(state.title) or row.title
    row.site_url = storable_or_none(state.site_url) or row.site_url
    _succeed(row, now, state.next_fetch_at)


def record_unchanged(session: Session, source_id: int, *, now: datetime, next_fetch_at: datetime | None = None) -> None:
    """A visit that brought nothing new."""
    _succeed(session.get_one(Source, source_id), now, next_fetch_at)


def _succeed(row: Source, now: datetime, next_fetch_at: datetime | None) -> None:
    row.last_fetched_at = row.last_success_at = now
    row.last_error = row.last_error_at = None
    row.failures = 0
    row.next_fetch_at = next_fetch_at


def record_failure(
    session: Session,
    source_id: int,
    *,
    error: str,
    now: datetime,
    next_fetch_at: datetime | None,
    disable: bool = False,
) -> None:
    """A visit that failed, in words, and when to come back; its posts and validators stay as they were."""
    row = session.get_one(Source, source_id)
    row.last_fetched_at = row.last_error_at = now
    row.last_error = storable(error)
    row.failures += 1
    row.next_fetch_at = next_fetch_at
    row.enabled = row.enabled and not disable


def _find(session: Session, id_or_url: str) -> Source:
    name = storable(id_or_url)
    wanted = or_(Source.url == name, Source.public_id == name)
    if name.isascii() and name.isdecimal() and len(name) < 18:
        wanted = or_(wanted, Source.id == int(name))
    row = session.scalar(select(Source).where(wanted))
    if row is None:
        raise UnknownSourceError(f"no source {id_or_url!r}: `hostwire source list` shows them", id_or_url)
    return row


def _post_counts(session: Session, source_ids: Sequence[int] | None) -> dict[int, int]:
    stmt = select(Sighting.source_id, func.count(Sighting.post_id.distinct())).group_by(Sighting.source_id)
    if source_ids is not None:
        stmt = stmt.where(Sighting.source_id.in_(source_ids))
    return {row[0]: row[1] for row in session.execute(stmt)}


def _record(row: Source, posts: int) -> SourceRecord:
    kind: SourceKind = row.kind
    return SourceRecord(
        id=row.id,
        public_id=row.public_id,
        url=row.url,
        kind=kind,
        name=row.name,
        title=row.title,
        site_url=row.site_url,
        tags=tuple(row.tags),
        fallback_urls=tuple(row.fallback_urls),
        enabled=row.enabled,
        created_at=row.created_at,
        etag=row.etag,
        last_modified=row.last_modified,
        validator_url=row.validator_url,
        body_hash=row.body_hash,
        last_fetched_at=row.last_fetched_at,
        last_success_at=row.last_success_at,
        last_error=row.last_error,
        last_error_at=row.last_error_at,
        failures=row.failures,
        next_fetch_at=row.next_fetch_at,
        posts=posts,
    )
