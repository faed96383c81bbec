"""Visits what hubs have told of, as soon as they do: `hostwire ingest --pinged` in a process of its own, one at a time.

The database says what is to be visited, so that nothing is lost with this process and a flood of pings is one run.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from hostwire.output import now
from store.database import Database
from store.errors import StoreError
from store.hubs import next_pinged_at, pinged_sources

PAUSE_S = 30.0  # after a run, which takes some seconds of CPU: what is pinged for meanwhile shares the next
LONGEST_PAUSE_S = 900.0  # while runs leave things as they are: another one is under way, or something is broken

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Waiting:
    """The sources that are to be visited, and in how many seconds the next one will be; None: there is none."""

    sources: frozenset[str] = frozenset()
    next_in_s: float | None = None


class PingRuns:
    """Call it when a source has become due: `run` is called in a thread until no source is `waiting` any more.

    `waiting` says which sources are, and in how many seconds the next one will be, None where none will.
    `pause_s` seconds pass after a run, twice as many as before where all that was waiting has been left so.
    """

    def __init__(
        self,
        waiting: Callable[[], Waiting],
        run: Callable[[], None],
        *,
        pause_s: float = PAUSE_S,
        longest_pause_s: float = LONGEST_PAUSE_S,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._waiting = waiting
        self._run = run
        self._pause_s = pause_s
        self._longest_pause_s = longest_pause_s
        self._pinged = threading.Event()
        self._closed = threading.Event()
        self._sleep = sleep or self._closed.wait
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def __call__(self) -> None:
        """Returns at once."""
        self._pinged.set()
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="pings", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Begin no further run; the one under way is waited for."""
        self._closed.set()
        self._pinged.set()
        if self._thread is not None:
            self._thread.join()

    def _serve(self) -> None:
        while not self._closed.is_set():
            self._pinged.clear()
            pause_s, waiting = self._pause_s, self._ask()
            while waiting.sources and not self._closed.is_set():
                self._run()
                self._sleep(pause_s)
                before, waiting = waiting, self._ask()
                is_stuck = before.sources <= waiting.sources
                pause_s = min(2 * pause_s, self._longest_pause_s) if is_stuck else self._pause_s
            if not self._closed.is_set():  # else what woke us may have been cleared above
                self._pinged.wait(waiting.next_in_s)

    def _ask(self) -> Waiting:
        try:
            return self._waiting()
        except StoreError as error:
            log.warning("pings_unknown", error=str(error))
            return Waiting()  # the next ping, or the next scheduled run, will find it


def ping_runs(database: Database) -> PingRuns:
    """Runs over what hubs have pinged for in the database, which is that of the environment's settings."""

    def waiting() -> Waiting:
        moment = now()
        with database.read() as session:
            sources, following = frozenset(pinged_sources(session, now=moment)), next_pinged_at(session)
        return Waiting(sources, max(0.0, (following - moment).total_seconds()) if following else None)

    return PingRuns(waiting, _ingest_pinged)


def _ingest_pinged() -> None:
    """In a process: the memory that tagging takes goes back, and nothing that goes wrong is the service's."""
    command = [sys.executable, "-m", "hostwire", "ingest", "--pinged"]
    done = subprocess.run(  # noqa: S603 - our own command with our own words
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
    )
    if done.returncode != 0:
        log.warning("pinged_run_failed", exit_code=done.returncode)
