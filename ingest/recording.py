"""Writes down what visits brought, many of them in one transaction: each by itself takes longer than what is in it.

What a source states goes in together with the validators that will spare us reading it again, so that a run may be
killed at any moment.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from ingest.schedule import Setback, Spacing, next_visit
from ingest.summary import SourceResult
from ingest.visit import Stated, Unchanged
from ingest.watch import after_success, has_moved
from store.database import Database, Transaction
from store.errors import StoreError
from store.hubs import note_hub, settle_visit
from store.posts import save_visits
from store.records import SourceRecord
from store.sources import adopt_address, record_failure, record_success, record_unchanged

MAX_VISITS = 200  # in a transaction
MAX_POSTS = 1_000
LINGER_S = 0.1  # so long a visit waits for company

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Failed:
    """A visit that brought nothing. `unforeseen` marks a fault of ours."""

    setback: Setback
    unforeseen: bool = False


Outcome = Stated | Unchanged | Failed


@dataclass(frozen=True, slots=True)
class _Visit:
    source: SourceRecord
    outcome: Outcome
    begun: datetime
    written: asyncio.Future[SourceResult]

    @property
    def posts(self) -> int:
        return len(self.outcome.posts) if isinstance(self.outcome, Stated) else 0


class Recorder:
    """Takes outcomes and writes them in the one thread of `executor`.

    `crowd`: so many visits that wait with their posts in memory are written at once. `spacing` bounds the time until
    the next visit to a source that answered.
    """

    def __init__(
        self,
        database: Database,
        executor: Executor,
        now: Callable[[], datetime],
        *,
        crowd: int,
        spacing: Spacing | None,
    ) -> None:
        self._database = database
        self._executor = executor
        self._now = now
        self._crowd = crowd
        self._spacing = spacing
        self._waiting: deque[_Visit] = deque()
        self._some = asyncio.Event()  # there is something to write
        self._enough = asyncio.Event()  # and no reason to wait for more
        self._ended = False
        self._posts = self._crowding = 0  # that wait, and the visits that brought them
        self.with_hub: frozenset[int] = frozenset()  # the sources that have named one before

    async def record(self, source: SourceRecord, outcome: Outcome, begun: datetime) -> asyncio.Future[SourceResult]:
        """What will hold the result of a visit that began at `begun`. Posts are written when this returns: no more of
        them than `crowd` visits bring are in memory.
        """
        visit = _Visit(source, outcome, begun, asyncio.get_running_loop().create_future())
        self._waiting.append(visit)
        self._some.set()
        self._posts += visit.posts
        self._crowding += visit.posts > 0
        if self._crowding >= self._crowd or self._posts >= MAX_POSTS or len(self._waiting) >= MAX_VISITS:
            self._enough.set()
        if visit.posts:
            await visit.written
        return visit.written

    def end(self) -> None:
        """Nothing more will come."""
        self._ended = True
        self._some.set()
        self._enough.set()

    async def run(self) -> None:
        """Write what comes until its end.

        Raises:
            StoreError: the database cannot be used.
        """
        told = log.bind()  # once: as much as the rest of a visit without news
        while not (self._ended and not self._waiting):
            await self._some.wait()
            await _wait_for(self._enough, LINGER_S)
            self._some.clear()
            self._enough.clear()
            while self._waiting:
                batch = self._next_batch()
                work = asyncio.get_running_loop().run_in_executor(self._executor, self._write, batch)
                for visit, result in zip(batch, await work, strict=True):
                    told.info("source", **result.to_json())
                    if not visit.written.done():  # its visit was cancelled meanwhile
                        visit.written.set_result(result)

    def _next_batch(self) -> list[_Visit]:
        batch = [self._waiting.popleft()]
        posts = batch[0].posts
        while self._waiting and len(batch) < MAX_VISITS and posts + self._waiting[0].posts <= MAX_POSTS:
            posts += self._waiting[0].posts
            batch.append(self._waiting.popleft())
        self._posts -= posts
        self._crowding -= sum(visit.posts > 0 for visit in batch)
        return batch

    def _write(self, batch: Sequence[_Visit]) -> list[SourceResult]:
        """All in one transaction; each in its own where that fails, so that only its own cause is not written."""
        try:
            with self._database.write() as session:
                now = self._now()
                results = _store(session, batch, now, self._spacing)
                for visit, result in zip(batch, results, strict=True):
                    self._settle_hub(session, visit, result, now)
                return results
        except StoreError:
            raise
        except Exception:
            if len(batch) > 1:
                return [result for visit in batch for result in self._write([visit])]
            source, outcome = batch[0].source, batch[0].outcome
            log.exception("visit_not_recorded", url=source.url)  # the source may have been removed meanwhile
            error = outcome.setback.error if isinstance(outcome, Failed) else "a fault in storing it"
            return [SourceResult(source.url, "error", error=error, unforeseen=True)]

    def _settle_hub(self, session: Transaction, visit: _Visit, result: SourceResult, now: datetime) -> None:
        """What the visit means for whom its source is distributed by; next to nothing where there is nobody."""
        source, outcome = visit.source, visit.outcome
        offer = outcome.hub if isinstance(outcome, Stated) else None
        if isinstance(outcome, Failed) or (offer is None and source.id not in self.with_hub):
            return
        if isinstance(outcome, Stated) and not outcome.answer.is_fallback:
            note_hub(session, source.id, offer, now=now)
        settle_visit(session, source, begun=visit.begun, brought_news=result.new > 0, now=now)


def _store(session: Transaction, batch: Sequence[_Visit], now: datetime, spacing: Spacing | None) -> list[SourceResult]:
    stated = [(visit.source, visit.outcome) for visit in batch if isinstance(visit.outcome, Stated)]
    saved = iter(save_visits(session, [(source, outcome.posts) for source, outcome in stated], now=now))
    results = []
    for visit in batch:
        source, outcome = visit.source, visit.outcome
        if isinstance(outcome, Failed):
            setback = outcome.setback
            record_failure(
                session,
                source.id,
                error=setback.error,
                now=now,
                next_fetch_at=setback.next_fetch_at,
                disable=setback.disable,
            )
            result = SourceResult(source.url, "error", error=setback.error, unforeseen=outcome.unforeseen)
        elif isinstance(outcome, Stated):
            counts = next(saved)
            _succeed(session, source, outcome, counts.first_met, now, spacing)
            result = SourceResult(source.url, "ok", counts.new, counts.updated)
        else:
            _succeed(session, source, outcome, 0, now, spacing)
            result = SourceResult(source.url, "unchanged")
        results.append(result)
    return results


def _succeed(
    session: Transaction,
    source: SourceRecord,
    outcome: Stated | Unchanged,
    new_posts: int,
    now: datetime,
    spacing: Spacing | None,
) -> None:
    """That a visit was a success, when the next one is due, and where the source has moved to."""
    watch = after_success(
        source.watch, outcome.answer, new_posts=new_posts, last_success_at=source.last_success_at, now=now
    )
    due = next_visit(watch, spacing, now=now)
    if outcome.state is None:
        record_unchanged(session, source.id, now=now, next_fetch_at=due, watch=watch)
    else:
        record_success(session, source.id, replace(outcome.state, next_fetch_at=due), now=now, watch=watch)
    if watch.redirect_url is not None and has_moved(watch, now=now):
        kept = adopt_address(session, source, watch.redirect_url, now=now)
        log.info("redirect_proved", url=source.url, to=watch.redirect_url, kept=kept)


async def _wait_for(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
