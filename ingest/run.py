"""One pass over the sources: what is due → fetch → read → store → analyse. The shell round what decides.

Safe to kill at any moment: what a source states is stored in one transaction with the validators that will spare
us reading it again.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, TypeVar

import structlog

from ingest.client import Client
from ingest.errors import FetchError, IngestError, ReaderCrashedError
from ingest.hubs import HubErrands
from ingest.journey import origin_of, parse_url
from ingest.recording import Failed, Outcome, Recorder
from ingest.sandbox import Sandbox
from ingest.schedule import Spacing, after_failure
from ingest.stopping import GRACE_S, grace_after
from ingest.summary import RunSummary, SourceResult
from ingest.threads import Threads
from ingest.visit import visit
from nlp.errors import NlpError
from store.database import Database, Transaction
from store.errors import StoreError
from store.hubs import hub_source_ids
from store.posts import known_addresses, stated_before
from store.records import SourceRecord
from store.sources import due_sources, is_due

if TYPE_CHECKING:
    from ingest.analysis import Progress, Tagger

__all__ = ["RunSummary", "SourceResult", "ingest"]

LOCK = "ingest"
T = TypeVar("T")
log = structlog.get_logger()


async def ingest(
    database: Database,
    client: Client,
    *,
    now: Callable[[], datetime],
    force: bool = False,
    only: Sequence[str] = (),
    articles: bool = True,
    tagger: Callable[[], Tagger] | None = None,
    progress: Progress | None = None,
    sandbox: Sandbox | None = None,
    chance: Callable[[], float] = random.random,
    spacing: Spacing | None = Spacing(),  # noqa: B008 - a frozen value
    hub_callbacks: str | None = None,
    lock: str = LOCK,
    stopped: Callable[[], bool] = lambda: False,
    grace_s: float = GRACE_S,
) -> RunSummary | None:
    """Visit the sources that are due (all with `force`; of those that `only` names, where it names any), store what
    they state, and have it tagged when there is a tagger. None when another run holds `lock`. With `articles` posts of
    which a feed shows only the beginning are read from their own pages.

    `tagger` is made when all sources were visited and there is something to tag: it takes as much memory as they do,
    and one that cannot be made (NlpError) keeps no post from being stored.
    `progress` is told of "sources" and "posts". `chance`, in [0, 1), spreads out when failing sources are due;
    `spacing` bounds the time between two visits to the others, None has every run visit them.
    `hub_callbacks` is the public address below which hubs reach us; None: no hub is asked for anything.
    Once `stopped` says so nothing more is begun, and visits under way have `grace_s` seconds to come to their end.
    Those that do not and those that were not begun count as skipped, and their sources stay due.

    Raises:
        UnknownSourceError: `only` names none of ours.
        StoreError: the database cannot be used.
    """
    begun = time.monotonic()
    with database.run_lock(lock) as held, ExitStack() as ending:
        if not held:
            return None
        box = sandbox or Sandbox()
        writer = ending.enter_context(ThreadPoolExecutor(1, "store"))
        readers = ending.enter_context(ThreadPoolExecutor(box.workers, "read"))
        if sandbox is None:
            ending.callback(box.close)  # before the threads that wait for it are waited for
        threads = Threads(database, box, writer, readers)
        recorder = Recorder(database, writer, now, crowd=client.limits.concurrency, spacing=spacing)
        crawl = _Crawl(client, threads, recorder, now, chance, stopped, grace_s, articles=articles)
        results = await crawl.run(force=force, only=only, progress=progress)
        if hub_callbacks is not None and not stopped():
            errands = HubErrands(database, client, callbacks=hub_callbacks, now=now, chance=chance, writer=writer)
            with suppress(TimeoutError):  # what was not asked is asked by the next run
                async with grace_after(stopped, grace_s=grace_s):
                    await errands.run(crawl.asked if only else None)
        # tagging needs the memory more; and nobody waits any more for what is still being read
        await (asyncio.to_thread(box.abandon) if stopped() else _in(readers, box.rest))
        summary = RunSummary(results, named=bool(only))
        if tagger is not None and not stopped():
            summary = await _analyze(summary, database, tagger, writer, now=now, progress=progress)
    return replace(summary, seconds=time.monotonic() - begun)


async def _analyze(
    summary: RunSummary,
    database: Database,
    tagger: Callable[[], Tagger],
    writer: Executor,
    *,
    now: Callable[[], datetime],
    progress: Progress | None,
) -> RunSummary:
    """The summary with what became of the posts that were to be tagged."""
    # which a run without analysis does without
    from ingest.analysis import analyze_batches, any_posts_to_analyze, settle_stale

    if not await _in(writer, any_posts_to_analyze, database):
        await _in(writer, partial(settle_stale, database, now=now()))
        return summary
    try:
        batches = analyze_batches(database, tagger(), now=now, progress=progress)
        while (step := await _in(writer, next, batches, None)) is not None:
            summary = replace(summary, analyzed=step.analyzed, analysis_failed=step.failed)
    except NlpError as error:
        return replace(summary, analysis_error=str(error))
    return summary


class _Crawl:
    """The visits of one pass."""

    def __init__(
        self,
        client: Client,
        threads: Threads,
        recorder: Recorder,
        now: Callable[[], datetime],
        chance: Callable[[], float],
        stopped: Callable[[], bool],
        grace_s: float,
        *,
        articles: bool,
    ) -> None:
        self._client = client
        self._threads = threads
        self._recorder = recorder
        self._now = now
        self._chance = chance
        self._stopped = stopped
        self._grace_s = grace_s
        self._articles = articles
        # a visit keeps its place from address to database, so that no more bodies and posts than that are in memory;
        # twice as many as fetch, since those that are read or written need not keep the others from fetching
        self._places = asyncio.Semaphore(2 * client.limits.concurrency)
        self.asked: frozenset[int] = frozenset()  # the sources that the run is about

    async def run(self, *, force: bool, only: Sequence[str], progress: Progress | None) -> tuple[SourceResult, ...]:
        """A result for every source that is switched on or named, in their order."""
        asked, due = await self._threads.read_database(partial(self._choose, force=force, only=only))
        self.asked = frozenset(source.id for source in asked)
        written: dict[int, asyncio.Future[SourceResult]] = {}
        visited = count(1)

        async def visit_all(group: Sequence[SourceRecord]) -> None:
            for source in group:
                async with self._places:
                    if self._stopped():
                        return
                    written[source.id] = await self._visit(source)
                if progress is not None:
                    progress("sources", next(visited), len(due))

        try:
            async with asyncio.TaskGroup() as recording:
                recording.create_task(self._recorder.run())
                try:
                    async with grace_after(self._stopped, grace_s=self._grace_s), asyncio.TaskGroup() as visits:
                        for group in _by_host(due.values(), paced=self._client.limits.host_delay_s > 0):
                            visits.create_task(visit_all(group))
                except TimeoutError:
                    log.warning("visits_left_off", seconds=self._grace_s)
                self._recorder.end()
        except BaseExceptionGroup as errors:
            raise _first_of(errors) from errors  # the database's: all else became a result
        return tuple(
            written[source.id].result() if source.id in written else SourceResult(source.url, "skipped")
            for source in asked
        )

    def _choose(
        self, session: Transaction, *, force: bool, only: Sequence[str]
    ) -> tuple[tuple[SourceRecord, ...], dict[int, SourceRecord]]:
        """The sources that the run is about, and those of them that are to be visited, by id."""
        now = self._now()
        asked = due_sources(session, now=now, force=True, only=only)
        due = (source for source in asked if force or is_due(source, now))
        self._recorder.with_hub = hub_source_ids(session)
        return asked, {source.id: source for source in due}

    async def _visit(self, source: SourceRecord) -> asyncio.Future[SourceResult]:
        begun = self._now()
        outcome: Outcome
        try:
            outcome = await visit(
                source, self._client, self._threads.read, self._known, self._stated_before, articles=self._articles
            )
        except ReaderCrashedError as error:
            log.error(  # noqa: TRY400 - the trace that matters is the worker's
                "reader_failed", url=source.url, error=str(error), trace=error.trace
            )
            outcome = self._failed(source, error, f"a fault in reading it: {error}", unforeseen=True)
        except FetchError as error:
            outcome = self._failed(source, error, error.reason)
        except IngestError as error:
            outcome = self._failed(source, error, str(error))
        except StoreError:
            raise
        except Exception as error:  # one source's surprise is logged with its trace, and the others go on
            log.exception("source_failed", url=source.url)
            reason = f"a fault in handling it: {type(error).__name__}"
            outcome = self._failed(source, error, reason, unforeseen=True)
        try:
            return await self._recorder.record(source, outcome, begun)
        finally:
            self._client.put_away()

    async def _stated_before(self, source_id: int) -> frozenset[str]:
        return await self._threads.read_database(partial(stated_before, source_id=source_id))

    async def _known(self, urls: Collection[str]) -> frozenset[str]:
        return await self._threads.read_database(partial(known_addresses, urls=urls))

    def _failed(self, source: SourceRecord, cause: Exception, reason: str, *, unforeseen: bool = False) -> Failed:
        setback = after_failure(
            " ".join(reason.split()),
            cause=cause,
            failures=source.failures + 1,
            alive_at=source.last_success_at or source.created_at,
            now=self._now(),
            chance=self._chance(),
        )
        return Failed(setback, unforeseen=unforeseen)


def _first_of(errors: BaseExceptionGroup) -> BaseException:
    """What went wrong first, out of groups in groups."""
    first = errors.exceptions[0]
    return _first_of(first) if isinstance(first, BaseExceptionGroup) else first


def _by_host(sources: Iterable[SourceRecord], *, paced: bool) -> list[list[SourceRecord]]:
    """Sources that would only wait for each other, together, so that they wait in one place."""
    groups: dict[object, list[SourceRecord]] = {}
    for source in sources:
        groups.setdefault(_origin(source) if paced else source.id, []).append(source)
    return list(groups.values())


def _origin(source: SourceRecord) -> object:
    try:
        return origin_of(parse_url(source.url))
    except IngestError:
        return source.id  # its visit will say what is wrong


async def _in(executor: Executor, function: Callable[..., T], *arguments: object) -> T:
    return await asyncio.get_running_loop().run_in_executor(executor, partial(function, *arguments))
