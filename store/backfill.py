"""The reading of a source's older posts: how far it has come, stored with the posts of each page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from store.chunks import in_chunks
from store.database import one_writer
from store.errors import UnknownSourceError
from store.models import Backfill, BackfillMet, Source
from store.posts import known_to_source, save_entries
from store.records import PostInput, SaveResult, SourceRecord
from store.sources import due_sources
from store.text import storable_or_none

Method = Literal["feed", "pager", "months", "sitemap"]
Place = tuple[str, str]  # an address, and the month ("2010-07") or year whose posts it lists, or ""


@dataclass(frozen=True, slots=True)
class BackfillRecord:
    """How far it has come. `ended` says why there is no more to read, None while there is."""

    source_id: int
    start: str
    front: str | None = None
    method: Method | None = None
    waiting: tuple[Place, ...] = ()
    archives: tuple[Place, ...] = ()
    worked: bool = False
    pages: int = 0
    found: int = 0
    new: int = 0
    idle: int = 0
    at: datetime | None = None
    reached: datetime | None = None
    ended: str | None = None
    error: str | None = None
    failures: int = 0
    resume_at: datetime | None = None
    read_at: datetime | None = None  # None before the first page


def sources_to_backfill(session: Session, *, now: datetime, only: Sequence[str] = ()) -> tuple[SourceRecord, ...]:
    """The sources that `only` names, or all that are switched on.

    Raises:
        UnknownSourceError: `only` names none of ours.
    """
    return due_sources(session, now=now, force=True, only=only)


def load_backfill(session: Session, source: SourceRecord) -> BackfillRecord:
    """How far it has come; at its beginning where there was none of the source, or only one at another address."""
    row = session.get(Backfill, source.id)
    if row is None or row.start != source.url:
        return BackfillRecord(source.id, source.url)
    names = BackfillRecord.__dataclass_fields__
    stored = {name: getattr(row, name) for name in names} | {
        "waiting": _places(row.waiting),
        "archives": _places(row.archives),
    }
    return BackfillRecord(**stored)


def _places(stored: list[list[str]]) -> tuple[Place, ...]:
    return tuple(cast("Place", tuple(place)) for place in stored)


def met_before(session: Session, source_id: int) -> frozenset[str]:
    """The keys of all that the backfill under way has met."""
    return frozenset(session.scalars(select(BackfillMet.key).where(BackfillMet.source_id == source_id)))


def save_page(
    session: Session,
    source: SourceRecord,
    state: BackfillRecord,
    posts: Sequence[PostInput],
    met: Collection[str],
    *,
    now: datetime,
) -> tuple[BackfillRecord, SaveResult]:
    """Store a page's posts and how far that brings us: the state as stored, and what was new.

    Posts that the source has stated before stay as they are, since what an archive holds of them may be an older
    copy. At the first page, or at the first after the source's address has changed, what was met before is forgotten;
    at the end as well.

    Raises:
        UnknownSourceError: the source was removed meanwhile.
    """
    one_writer(session)
    if session.get(Source, source.id) is None:
        raise UnknownSourceError(f"{source.url} was removed", source.url)
    known = known_to_source(session, source.id, posts)
    saved = save_entries(session, source, [post for post in posts if post.entry_id not in known], now=now)
    begins = state.read_at is None
    state = replace(state, new=state.new + saved.new, read_at=now, error=storable_or_none(state.error))
    row = session.get(Backfill, source.id)
    if begins and row is not None:
        session.delete(row)
        session.flush()
        row = None
    values = asdict(state) | {"waiting": [*map(list, state.waiting)], "archives": [*map(list, state.archives)]}
    if row is None:
        session.add(Backfill(**values))
    else:
        for name, value in values.items():
            setattr(row, name, value)
    session.flush()
    if state.ended is not None:
        session.execute(delete(BackfillMet).where(BackfillMet.source_id == source.id))
    else:
        _remember(session, source.id, met)
    return state, saved


def _remember(session: Session, source_id: int, keys: Collection[str]) -> None:
    stmt = select(BackfillMet.key).where(BackfillMet.source_id == source_id)
    fresh = set(keys) - {key for (key,) in in_chunks(session, stmt, BackfillMet.key, set(keys))}
    if fresh:
        session.execute(insert(BackfillMet), [{"source_id": source_id, "key": key} for key in sorted(fresh)])
