"""Sources: what is crawled, when it is due, and what its last visit left behind."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypedDict, Unpack, cast

from sqlalchemy import Select, Table, Text, Update, bindparam, delete, func, null, or_, select, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from store.chunks import chunks
from store.database import one_writer
from store.errors import DuplicateSourceError, UnknownSourceError
from store.hubs import hub_standings, part_from_hub
from store.models import Event, EventMention, Post, Sighting, Source
from store.records import FetchState, HubStanding, SourceInput, SourceKind, SourceRecord, SourceWatch
from store.resolution import unsettle_events
from store.stories import settle_stories, stories_with
from store.text import storable, storable_or_none

LAYOUT_WARNED = timedelta(days=30)  # so long the word that a page has changed stands
NAMESPACE = uuid.UUID("6f0c0f64-5f5b-5a51-9b57-0b1b3a5f6a10")
CLOCK_SLACK = timedelta(hours=1)  # by which the clocks of two machines may differ
MAX_URL_CHARS = 8000  # of an address that is fetched; SQLite looks for no more than some 50,000 characters
WATCHED = tuple(field.name for field in fields(SourceWatch))  # columns of the same names


def add_source(session: Session, source: SourceInput, *, now: datetime) -> SourceRecord:
    """The stored source.

    Raises:
        DuplicateSourceError: its address is crawled already, or a source has moved away from it.
    """
    if session.scalar(select(Source.id).where(Source.url == source.url)) is not None:
        raise DuplicateSourceError(f"{source.url} is a source already", source.url)
    moved = _moved_from(session, source.url)
    if moved is not None:  # an old list of subscriptions would bring every moved source in a second time
        raise DuplicateSourceError(f"{source.url} is a source already, which has moved to {moved.url}", source.url)
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

    Another address or kind starts without what earlier visits left behind: validators, failures, the next date, what
    is known of its rhythm. Switched on again, it is due at once.

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
        row.record_path = row.record_count = row.layout_warning = row.layout_changed_at = None
        _set_watch(row, SourceWatch(last_new_at=row.last_new_at))
        row.former_urls = [url for url in row.former_urls or () if url != row.url] or None
        row.moved_at = None
        part_from_hub(session, row.id)
    if switched_on or before != (row.url, row.kind):
        row.last_error = row.last_error_at = row.next_fetch_at = None
        row.failures = 0
    session.flush()
    return _whole_record(session, row)


def get_source(session: Session, id_or_url: str) -> SourceRecord:
    """The source with this number, public id or address, or with an address that redirects led away from.

    Raises:
        UnknownSourceError: there is none.
    """
    return _whole_record(session, _find(session, id_or_url))


def list_sources(session: Session) -> tuple[SourceRecord, ...]:
    """All sources in the order in which they were added."""
    rows = session.scalars(select(Source).order_by(Source.id)).all()
    counts, hubs = _post_counts(session, None), hub_standings(session)
    return tuple(_record(row, counts.get(row.id, 0), hubs.get(row.id)) for row in rows)


def due_sources(
    session: Session, *, now: datetime, force: bool = False, only: Sequence[str] = ()
) -> tuple[SourceRecord, ...]:
    """Those that are switched on and due, all of them with `force`; of those in `only`, where that names any.

    A source that is named is visited also when it is switched off. One whose last visit lies ahead, by a clock that
    was wrong, is due, and nobody knows when it last succeeded.

    Raises:
        UnknownSourceError: `only` names none of ours.
    """
    if only:
        rows = {row.id: row for row in (_find(session, name) for name in only)}
        chosen = [row for row in rows.values() if force or is_due(row, now)]
    else:
        everything = session.scalars(select(Source).where(Source.enabled).order_by(Source.id))
        chosen = [row for row in everything if force or is_due(row, now)]
    records = ((_record(row, 0), _is_ahead(row.last_success_at, now)) for row in chosen)
    return tuple(replace(record, last_success_at=None) if ahead else record for record, ahead in records)


def is_due(source: Source | SourceRecord, now: datetime) -> bool:
    return source.next_fetch_at is None or source.next_fetch_at <= now or _is_ahead(source.last_fetched_at, now)


def _is_ahead(visit: datetime | None, now: datetime) -> bool:
    return visit is not None and visit - now > CLOCK_SLACK


def remove_source(session: Session, id_or_url: str, *, keep_posts: bool = True) -> None:
    """Take a source out. Its posts stay unless `keep_posts` is false and no other source has met them.

    Raises:
        UnknownSourceError: there is none.
    """
    one_writer(session)
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
    unsettle_events(session, select(Post.id).where(Post.source_id == row.id))  # they count who tells of them
    session.execute(
        update(Post).where(Post.source_id == row.id).values(source_id=heir, owner_rank=0),
        execution_options={"synchronize_session": False},
    )
    part_from_hub(session, row.id)
    session.delete(row)
    session.flush()
    session.expire_all()


def _remove_posts(session: Session, post_ids: Select[Any]) -> None:
    """Take posts out with all that was said in them; an event that nobody else told of goes with them.

    The caller is the one writer.
    """
    told = select(EventMention.event_id).where(EventMention.post_id.in_(post_ids), EventMention.event_id.is_not(None))
    touched = list(session.scalars(told.distinct()))
    stories = stories_with(session, session.scalars(post_ids))
    session.execute(delete(Post).where(Post.id.in_(post_ids)), execution_options={"synchronize_session": False})
    for ids in chunks(touched):
        some = Event.id.in_(ids)
        still_told = select(EventMention.id).where(EventMention.event_id == Event.id).exists()
        options = {"synchronize_session": False}
        session.execute(delete(Event).where(some, ~still_told), execution_options=options)
        session.execute(update(Event).where(some).values(stale=True), execution_options=options)
    settle_stories(session, stories)


def record_success(
    session: Session, source_id: int, state: FetchState, *, now: datetime, watch: SourceWatch | None = None
) -> None:
    """A visit that brought a body: its validators, exactly as received, and a clean bill of health.

    `watch` is what is known of the source's ways from now on; without one that stays as it was.
    """
    values = _healthy(now, state.next_fetch_at, watch) | {
        "etag": state.etag,
        "last_modified": state.last_modified,
        "validator_url": state.validator_url,
        "body_hash": state.body_hash,
    }
    stated = {"title": storable_or_none(state.title), "site_url": storable_or_none(state.site_url)}
    _update(session, source_id, values | {name: value for name, value in stated.items() if value})
    if state.record_path is not None:
        _note_layout(session.get_one(Source, source_id), state, now)


def _note_layout(row: Source, state: FetchState, now: datetime) -> None:
    row.record_path, row.record_count = storable_or_none(state.record_path), state.record_count
    if state.layout_warning is not None:
        row.layout_warning, row.layout_changed_at = storable(state.layout_warning), now
    elif row.layout_changed_at is not None and now - row.layout_changed_at >= LAYOUT_WARNED:
        row.layout_warning = row.layout_changed_at = None


def record_unchanged(
    session: Session,
    source_id: int,
    *,
    now: datetime,
    next_fetch_at: datetime | None = None,
    watch: SourceWatch | None = None,
) -> None:
    """A visit that brought nothing new. `watch` as above."""
    _update(session, source_id, _healthy(now, next_fetch_at, watch))


def _update(session: Session, source_id: int, values: dict[str, Any]) -> None:
    """One statement, one of a few: that takes a fifth of the time of a row that is loaded and written back."""
    session.flush()
    done = session.connection().execute(_update_by_id(tuple(values)), {"row_id": source_id, **values})
    if not done.rowcount:
        raise NoResultFound(f"source {source_id} was removed")
    row = session.identity_map.get(identity_key(Source, source_id))
    if row is not None:
        session.expire(row)


@lru_cache(maxsize=16)
def _update_by_id(columns: tuple[str, ...]) -> Update:
    table = cast("Table", Source.__table__)
    return table.update().where(table.c.id == bindparam("row_id")).values({name: bindparam(name) for name in columns})


def _healthy(now: datetime, next_fetch_at: datetime | None, watch: SourceWatch | None) -> dict[str, Any]:
    values: dict[str, Any] = {
        "last_fetched_at": now,
        "last_success_at": now,
        "last_error": None,
        "last_error_at": None,
        "failures": 0,
        "next_fetch_at": next_fetch_at,
    }
    if watch is not None:
        values |= {name: getattr(watch, name) for name in WATCHED}
    return values


def _set_watch(row: Source, watch: SourceWatch) -> None:
    for name in WATCHED:
        setattr(row, name, getattr(watch, name))


def adopt_address(session: Session, source: SourceRecord, url: str, *, now: datetime) -> str | None:
    """Make `url`, where permanent redirects have led, the source's address; None when that is done, else why not.

    `source` is as it was visited.

    The source keeps its ids, its posts and its validators, which came from there. The address it leaves is remembered
    and not asked again, not even as a fallback: a name that was given up is soon another's, and its feed would stand in
    for the source's on a bad night. It stays as it is where

    - `url` is another source: switching one of the two off would end what is asked of it by its id or its tags, and
      that is for the operator to decide; until then the same document is asked for twice, on condition;
    - it has left `url` before: two addresses that take turns in redirecting to each other would have it move for ever,
      while following the redirect costs one request.
    """
    row = session.get_one(Source, source.id)
    if row.url != source.url:
        return "its address has been changed meanwhile"
    row.redirect_kept = kept = _why_kept(session, row, url)
    if kept is not None:
        return kept
    left = row.url
    try:
        with session.begin_nested():
            row.url = url
    except IntegrityError:  # another process has just added it: the next visit will say so
        return f"{url} is another source"
    row.former_urls = [*(row.former_urls or ()), left]
    row.moved_at = now
    row.fallback_urls = [fallback for fallback in row.fallback_urls if fallback != url]
    row.redirect_url = row.redirect_since = None
    row.redirect_visits = 0
    return None


def _why_kept(session: Session, row: Source, url: str) -> str | None:
    other = session.scalar(select(Source).where(Source.url == url))
    if other is not None:
        return f"that is source {other.id} already, so that one of the two can go"
    return "it came from there, so that it stays where it is" if url in (row.former_urls or ()) else None


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
    row = session.scalar(select(Source).where(wanted)) or _moved_from(session, name)
    if row is None:
        raise UnknownSourceError(f"no source {id_or_url!r}: `hostwire source list` shows them", id_or_url)
    return row


def _moved_from(session: Session, url: str) -> Source | None:
    """The source that redirects have led away from this address."""
    if not url.startswith(("http://", "https://")) or len(url) > MAX_URL_CHARS:
        return None
    stated = sql_cast(Source.former_urls, Text).contains(json.dumps(url), autoescape=True)
    candidates = session.scalars(select(Source).where(Source.former_urls.is_not(null()), stated).order_by(Source.id))
    return next((row for row in candidates if url in (row.former_urls or ())), None)


def _post_counts(session: Session, source_ids: Sequence[int] | None) -> dict[int, int]:
    stmt = select(Sighting.source_id, func.count(Sighting.post_id.distinct())).group_by(Sighting.source_id)
    if source_ids is not None:
        stmt = stmt.where(Sighting.source_id.in_(source_ids))
    return {row[0]: row[1] for row in session.execute(stmt)}


def _whole_record(session: Session, row: Source) -> SourceRecord:
    return _record(row, _post_counts(session, [row.id]).get(row.id, 0), hub_standings(session, [row.id]).get(row.id))


def _record(row: Source, posts: int, hub: HubStanding | None = None) -> SourceRecord:
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
        record_path=row.record_path,
        record_count=row.record_count,
        layout_warning=row.layout_warning,
        layout_changed_at=row.layout_changed_at,
        posts=posts,
        watch=SourceWatch(**{name: getattr(row, name) for name in WATCHED}),
        former_urls=tuple(row.former_urls or ()),
        moved_at=row.moved_at,
        hub=hub,
    )
