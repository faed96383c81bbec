"""Has stored event mentions resolved; maps nlp's values to the store's."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, cast

from store.database import Transaction, one_writer
from store.mention_places import mentions_in_copies, mentions_within
from store.records import (
    ConflictSide,
    DateChange,
    EventDate,
    EventInput,
    EventMentionRow,
    MentionCopies,
    MentionWindow,
)
from store.resolution import mention_rows, replace_events, unsettled_mentions, with_their_events
from store.timelines import precision_of

if TYPE_CHECKING:  # as in analysis.py: nlp is not waited for until it is needed
    from nlp.annotations import EventType
    from nlp.reach import Reach
    from nlp.resolve import ResolvedEvent, ResolverMention
    from nlp.settle import Filed


def settle_events(session: Transaction, post_ids: Sequence[int], *, now: datetime) -> set[int]:
    """Resolve what these posts tell of, and events that lost a mention, as if all mentions were resolved together.

    Returns the row ids of the events that gained or lost a mention, also of those that were removed.
    """
    from nlp.settle import settle

    one_writer(session)  # before it reads: else what another process resolves meanwhile is not in what is written
    settled = settle(unsettled_mentions(session, post_ids), _Archive(session))
    return replace_events(session, settled.mention_ids, [_event_input(event) for event in settled.events], now=now)


def resolve_rows(rows: Sequence[EventMentionRow]) -> list[EventInput]:
    """The events that these stored mentions tell of together, as the store takes them."""
    from nlp.resolve import resolve_events

    return [_event_input(event) for event in resolve_events(_mention(row) for row in rows)]


class _Archive:
    """The stored mentions, as nlp.settle asks for them."""

    def __init__(self, session: Transaction) -> None:
        self._session = session
        self._read: set[int] = set()

    def find(self, reaches: Collection[Reach]) -> set[int]:
        from nlp.reach import Window

        windows = [
            MentionWindow(r.type, r.parties, r.first, r.last, r.dated, r.happened, r.since, r.until)
            for r in reaches
            if isinstance(r, Window)
        ]
        copies = [
            MentionCopies(r.type, r.parties, r.content_hash, r.posts) for r in reaches if not isinstance(r, Window)
        ]
        return mentions_within(self._session, windows) | mentions_in_copies(self._session, copies)

    def read(self, ids: Collection[int]) -> Iterator[Filed]:
        from nlp.settle import Filed

        fresh = with_their_events(self._session, set(ids) - self._read) - self._read
        self._read |= fresh
        for row in mention_rows(self._session, fresh):
            yield Filed(_mention(row), row.event_id)


def _mention(row: EventMentionRow) -> ResolverMention:
    from nlp.resolve import ResolverMention

    return ResolverMention(
        id=row.id,
        post=row.post_public_id,
        source=row.source_id,
        content_hash=row.content_hash,
        reported=row.published or row.first_seen,
        type=cast("EventType", row.type),
        status=row.status,
        date=row.date,
        begin=row.begin,
        end=row.end_date,
        subjects=row.subjects,
        names=row.names,
        confidence=row.confidence,
        copies=frozenset(row.copies),
        version=row.version,
    )


def _event_input(event: ResolvedEvent) -> EventInput:
    return EventInput(
        public_id=event.id,
        type=event.type,
        status=event.status,
        title=event.title,
        date=EventDate(event.date, event.begin, event.end, precision_of(event.date), event.basis),
        subjects=event.subjects,
        confidence=event.confidence,
        sources=event.sources,
        first_reported=event.first_reported,
        mention_ids=event.mention_ids,
        history=tuple(
            DateChange(change.value, change.reported, change.post, change.moved_days) for change in event.history
        ),
        last_reported=event.last_reported,
        slipped_days=event.slipped_days,
        revisions=event.revisions,
        conflict=tuple(
            ConflictSide(side.value, side.begin, side.end, side.status, side.posts) for side in event.conflict
        ),
    )
