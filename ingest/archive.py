"""The older posts of sources: followed page by page, politely, and from where the last run stopped.

Three ways are tried in this order, and the first that leads to older posts is followed to its end: pages that lead to
the next older one (a feed's own or its site's), archives of months, the site's sitemap. A page's posts are stored in
one transaction with where to go on, so that a run may be killed at any moment.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from itertools import count

import structlog

from ingest.archive_results import BackfillResult, BackfillSummary
from ingest.archive_tools import Options, Tools
from ingest.archive_walk import Walk
from ingest.client import Client
from ingest.run import ingest
from ingest.sandbox import Sandbox
from ingest.threads import Threads
from ingest.trail import Trail
from store.backfill import BackfillRecord, load_backfill, met_before, sources_to_backfill
from store.database import Database, Transaction
from store.errors import StoreError, UnknownSourceError
from store.records import SourceRecord

__all__ = ["READER", "BackfillResult", "BackfillSummary", "backfill"]

LOCK = "backfill"
READER = "ingest.archive_links:read_with_archives"
SOURCES_AT_ONCE = 4
Progress = Callable[[str, int, int], None]
log = structlog.get_logger()


async def backfill(
    database: Database,
    client: Client,
    *,
    now: Callable[[], datetime],
    only: Sequence[str] = (),
    pages: int = 50,
    articles: bool = True,
    again: bool = False,
    progress: Progress | None = None,
    sandbox: Sandbox | None = None,
    chance: Callable[[], float] = random.random,
) -> BackfillSummary | None:
    """Read up to `pages` pages of older posts of each source that is switched on, or of those that `only` names, and go
    on where the last run stopped; from the beginning with `again`. None when another run is under way.

    With `articles` posts of which a page shows only the beginning are read whole. `sandbox` must run `READER`.
    `progress` is told of "sources"; `chance`, in [0, 1), spreads out when failing sites are asked again.

    Raises:
        UnknownSourceError: `only` names none of ours.
        StoreError: the database cannot be used.
    """
    begun = time.monotonic()
    with database.run_lock(LOCK) as held, ExitStack() as ending:
        if not held:
            return None
        box = sandbox or Sandbox(reader=READER)
        writer = ending.enter_context(ThreadPoolExecutor(1, "store"))
        readers = ending.enter_context(ThreadPoolExecutor(box.workers, "read"))
        if sandbox is None:
            ending.callback(box.close)  # before the threads that wait for it are waited for
        tools = Tools(client, Threads(database, box, writer, readers), now, chance)
        options = Options(pages, articles, again)
        choose = partial(sources_to_backfill, now=now(), only=only)
        sources = await tools.threads.read_database(choose)
        # a first visit reads older pages itself, and would take what we have read of them for changed posts
        unvisited = [source.url for source in sources if source.last_success_at is None]
        if unvisited:
            # one that failed waits for its time, unless somebody has named it
            await ingest(
                database,
                client,
                now=now,
                only=unvisited,
                force=bool(only),
                articles=articles,
                sandbox=box,
                chance=chance,
            )
            sources = await tools.threads.read_database(choose)
        results = await _each(sources, tools, options, progress)
    return BackfillSummary(results, time.monotonic() - begun, named=bool(only))


async def _each(
    sources: Sequence[SourceRecord], tools: Tools, options: Options, progress: Progress | None
) -> tuple[BackfillResult, ...]:
    places = asyncio.Semaphore(SOURCES_AT_ONCE)
    results: dict[int, BackfillResult] = {}
    finished = count(1)

    async def one(source: SourceRecord) -> None:
        async with places:
            results[source.id] = await _one(source, tools, options)
        if progress is not None:
            progress("sources", next(finished), len(sources))

    try:
        async with asyncio.TaskGroup() as tasks:
            for source in sources:
                tasks.create_task(one(source))
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from errors  # the database's: all else became a result
    return tuple(results[source.id] for source in sources)


async def _one(source: SourceRecord, tools: Tools, options: Options) -> BackfillResult:
    """One source's walk; what it read before a fault of ours is stored, and the next run goes on from there."""
    if source.last_success_at is None:
        reason = source.last_error or "another ingest is under way, and the source was not visited yet"
        return BackfillResult(source.url, "error", error=reason)
    walk: Walk | None = None
    try:
        state, met = await tools.threads.read_database(partial(_stored, source=source))
        if options.again:
            state, met = BackfillRecord(source.id, source.url), frozenset()
        walk = Walk(source, state, Trail(met if state.read_at else ()), tools, options)
        result = await walk.run()
    except UnknownSourceError as error:
        result = BackfillResult(source.url, "error", error=str(error))
    except StoreError:
        raise
    except Exception as error:  # one source's surprise is logged with its trace, and the others go on
        log.exception("backfill_failed", url=source.url)
        reason = f"a fault in handling it: {type(error).__name__}"
        result = BackfillResult(source.url, "error", error=reason, unforeseen=True, state=walk.state if walk else None)
    log.info("backfill", **result.to_json())
    return result


def _stored(session: Transaction, *, source: SourceRecord) -> tuple[BackfillRecord, frozenset[str]]:
    return load_backfill(session, source), met_before(session, source.id)
