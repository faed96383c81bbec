"""What a worker does, a function each: which sources are due, a visit to one, tagging, telling subscriptions.

Each does what there is to do and returns. All of them may be killed, and run beside others of any process: what they do
is decided and noted in the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
from rich.progress import Progress

from hostwire.assembly import make_tagger
from hostwire.deliveries import run_deliveries
from hostwire.newsroom import run_ingest
from hostwire.output import now
from hostwire.settings import Settings
from store.database import Database
from store.errors import UnknownSourceError
from store.hubs import pinged_sources
from store.records import SourceRecord
from store.sources import due_sources

if TYPE_CHECKING:
    from nlp.pipeline import Tagger

DELIVERING_S = 60.0  # of a pass of deliveries: receivers that answer slowly keep a worker from its other work no longer
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Due:
    """A source that is to be visited. Those of one `host` are not visited at the same time."""

    source: str
    host: str


class Chores:
    """The chores over a database. `stopped` is asked between two pieces of work that may be left for later."""

    def __init__(self, settings: Settings, database: Database, *, stopped: Callable[[], bool]) -> None:
        self._settings = settings
        self._database = database
        self._stopped = stopped
        self._tagger: Tagger | None = None

    def due(self) -> list[Due]:
        """The sources that are due."""
        with self._database.read() as session:
            return [_due(source) for source in due_sources(session, now=now())]

    def pinged(self) -> list[Due]:
        """The sources of which hubs have told news."""
        with self._database.read() as session:
            asked = pinged_sources(session, now=now())
            return [_due(source) for source in due_sources(session, now=now(), force=True, only=asked)] if asked else []

    def visit(self, source: str, *, lock: str) -> None:
        """Visit a source if it is still due, under the lock of that name."""
        try:
            self._ingest(only=[source], lock=lock)
        except UnknownSourceError:
            log.info("source_gone", source=source)  # it was removed since it was due

    def visit_due(self) -> None:
        """Visit all that is due, as `hostwire ingest` does; nothing where one is under way."""
        self._ingest()

    def visit_pinged(self) -> None:
        """Visit the sources of which hubs have told news, as `hostwire ingest --pinged` does."""
        self._ingest(pinged=True)

    def _ingest(self, *, only: Sequence[str] = (), pinged: bool = False, lock: str | None = None) -> None:
        with Progress(disable=True) as bars:
            run = run_ingest(
                self._settings,
                self._database,
                only=only,
                pinged=pinged,
                analyze=False,
                lock=lock,
                stopped=self._stopped,
                bars=bars,
            )
            asyncio.run(run)

    def analyze(self) -> int:
        """Tag the posts that were never tagged or have changed since, resolve their events, tell their stories; how
        many were tagged.

        Raises:
            NlpError, StoreError: as `analyze_pending`.
        """
        from ingest.analysis import analyze_batches, any_posts_to_analyze, settle_stale

        if not any_posts_to_analyze(self._database):
            settle_stale(self._database, now=now())
            return 0
        if self._tagger is None:
            self._tagger = make_tagger(self._settings)
        analyzed = 0
        for summary in analyze_batches(self._database, self._tagger, now=now):
            analyzed = summary.analyzed
            if self._stopped():
                break
        return analyzed

    def deliver(self) -> None:
        """Tell subscriptions what is new, and try again what was not taken; what takes longer is for the next time."""
        run_deliveries(self._settings, self._database, max_seconds=DELIVERING_S, stopped=self._stopped)


def _due(source: SourceRecord) -> Due:
    return Due(source.public_id, urlsplit(source.url).hostname or source.url)
