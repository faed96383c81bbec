"""Puts ingest, tagger and database together for one run, with progress bars: what the commands call."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from rich.progress import Progress, TaskID

from hostwire.assembly import fetch_limits, make_tagger, open_tagger, visit_spacing
from hostwire.output import now
from hostwire.settings import Settings
from ingest.allocation import give_large_blocks_back, give_way, spare_the_collector
from ingest.client import Client
from ingest.robots import RobotsMemory
from ingest.run import RunSummary, ingest
from ingest.sandbox import Sandbox
from store.database import Database
from store.hubs import pinged_sources

if TYPE_CHECKING:  # each command imports what it runs: together they take as long as a night without news
    from ingest.analysis import AnalysisSummary
    from ingest.archive import BackfillSummary

PINGED = "pinged"  # the lock that a run over what hubs have told of holds beside that of every run
LOOKS = 900  # that a whole run takes whether one is through,
PAUSE_S = 1.0  # with so much between them: nobody tells when a lock is let go
_TITLES = {"sources": "reading sources", "posts": "tagging posts"}


async def run_ingest(
    settings: Settings,
    database: Database,
    *,
    only: Sequence[str] = (),
    force: bool = False,
    pinged: bool = False,
    analyze: bool = True,
    lock: str | None = None,
    stopped: Callable[[], bool] = lambda: False,
    bars: Progress,
) -> RunSummary | None:
    """One pass over what is due, with `pinged` over that of which hubs have told news; None when another one is under
    way. With `lock` only one under the same lock counts as another. It ends early once `stopped` says so.

    Raises:
        UnknownSourceError: `only` names none of the sources.
        StoreError: the database cannot be used.
    """
    if pinged:
        with database.read() as session:
            only = pinged_sources(session, now=now())
        if not only:
            return RunSummary(results=(), analyzed=0, analysis_failed=0, seconds=0.0)
    robots = RobotsMemory(folder=settings.data_dir / "robots")
    sandbox = Sandbox(deadline_s=settings.reading_deadline, memory_bytes=settings.reading_memory)
    async with Client(fetch_limits(settings), robots=robots) as client:
        run = partial(
            ingest,
            database,
            client,
            now=now,
            force=force,
            only=only,
            articles=settings.read_articles,
            tagger=partial(make_tagger, settings) if analyze else None,
            progress=_Bars(bars).show,
            sandbox=sandbox,
            spacing=visit_spacing(settings),
            hub_callbacks=settings.hub_callbacks,
            stopped=stopped,
        )
        with sandbox:
            if lock is not None:
                return await run(lock=lock)
            if pinged:
                with database.run_lock(PINGED) as held:
                    return await run() if held else None
            return await after_pings(database, run, stopped=stopped)


def prepare_process() -> None:
    """Once for a process that runs ingest, when what it needs is imported: what it may take of the machine."""
    give_way()
    give_large_blocks_back()
    spare_the_collector()


async def after_pings(
    database: Database, run: Callable[[], Awaitable[RunSummary | None]], *, stopped: Callable[[], bool] = lambda: False
) -> RunSummary | None:
    """The run, when one over what hubs have told of is through: that takes a minute, and a night's run is not for it
    to be left out. None when it is another whole run that is under way, or when `stopped` says so first.
    """
    for _ in range(LOOKS):
        with database.run_lock(PINGED) as is_free:
            whole_run_may_be_under_way = is_free
        summary = await run()
        if summary is not None or whole_run_may_be_under_way or stopped():
            return summary
        await asyncio.sleep(PAUSE_S)
    return None


async def run_backfill(
    settings: Settings,
    database: Database,
    *,
    only: Sequence[str] = (),
    pages: int,
    articles: bool = True,
    again: bool = False,
    analyze: bool = True,
    bars: Progress,
) -> BackfillSummary | None:
    """Older posts of the sources, `pages` pages of each, then tagged; None when another such run is under way.

    Raises as `run_ingest`.
    """
    from ingest.analysis import analyze_pending
    from ingest.archive import READER, backfill

    tagger = make_tagger(settings) if analyze else None
    robots = RobotsMemory(folder=settings.data_dir / "robots")
    sandbox = Sandbox(deadline_s=settings.reading_deadline, memory_bytes=settings.reading_memory, reader=READER)
    shown = _Bars(bars).show
    async with Client(fetch_limits(settings), robots=robots) as client:
        with sandbox:
            summary = await backfill(
                database,
                client,
                now=now,
                only=only,
                pages=pages,
                articles=articles,
                again=again,
                progress=shown,
                sandbox=sandbox,
            )
    if tagger is not None and summary is not None:
        analyze_pending(database, tagger, now=now, progress=shown)
    return summary


def run_retag(
    settings: Settings, database: Database, *, everything: bool, jobs: int = 1, bars: Progress
) -> AnalysisSummary:
    """Tag stored posts again, in `jobs` processes: those of another version, or all. Raises as `run_ingest`."""
    from ingest.analysis import BATCH, analyze_pending

    with open_tagger(settings, jobs) as tagger:
        return analyze_pending(
            database,
            tagger,
            now=now,
            stale=True,
            everything=everything,
            batch=BATCH * jobs,
            progress=_Bars(bars).show,
        )


class _Bars:
    """A bar for each thing that is under way, made when it is first heard of."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def show(self, what: str, done: int, total: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(_TITLES[what], total=total)
        self._bars.update(self._tasks[what], completed=done, total=total)
