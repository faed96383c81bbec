"""The worker: on PostgreSQL one of many, whose work Procrastinate hands out; on SQLite the only one, in its own loop.

Either way the work is that of hostwire/chores.py, by the same schedule. On PostgreSQL a visit to a source is a piece of
work; alone, all visits that are due are one pass, that of `hostwire ingest`. A worker that is asked to stop begins
nothing more and gives what is under way some seconds.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import structlog
from croniter import croniter

from hostwire.chores import Chores, Due
from hostwire.errors import HostwireError, SettingsError
from hostwire.newsroom import prepare_process
from hostwire.output import now
from hostwire.settings import Settings
from nlp.errors import NlpError
from store.database import Database
from store.errors import StoreError

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.tasks import Task

EVERY_MINUTE = "* * * * *"
EVERY_NIGHT = "41 4 * * *"
KEPT_HOURS = 72  # work that failed, in Procrastinate's tables
POLL_S = 5.0  # where no notification tells of work

log = structlog.get_logger()


def run_worker(settings: Settings, database: Database) -> None:
    """Work until SIGTERM or SIGINT.

    Raises:
        SettingsError: when to work is no cron expression.
        HostwireError: on PostgreSQL, Procrastinate is not installed.
        StoreError: the database cannot be used.
    """
    for name, cron in (("INGEST_CRON", settings.ingest_cron), ("DELIVER_CRON", settings.deliver_cron)):
        if not croniter.is_valid(cron):
            raise SettingsError(f"HOSTWIRE_{name}: {cron!r} is no cron expression of five fields (*/30 * * * *)")
    prepare_process()
    with _stop_signals() as stopped:
        chores = Chores(settings, database, stopped=stopped.is_set)
        if database.dialect == "sqlite":
            work_alone(schedule_of(settings, chores), stopped=stopped, now=now)
        else:
            asyncio.run(work_with_others(settings, database, chores, stopped))


class Stop(Protocol):
    """Whether to stop, as a threading.Event says it."""

    def is_set(self) -> bool: ...
    def set(self) -> None: ...
    def wait(self, timeout: float | None = None) -> bool: ...


class _SignalledStop:
    """A stop that handlers of signals may ask for, however many come at once: an Event's lock is not theirs to take,
    since what they interrupt may hold it. A byte in a pipe wakes who waits, and stays there for all of them.
    """

    def __init__(self) -> None:
        self._asked = False
        self._wakes, self._woken = os.pipe()

    def is_set(self) -> bool:
        return self._asked

    def set(self) -> None:
        if not self._asked:
            self._asked = True
            os.write(self._woken, b".")

    def wait(self, timeout: float | None = None) -> bool:
        select.select([self._wakes], [], [], timeout)
        return self._asked

    def close(self) -> None:
        os.close(self._wakes)
        os.close(self._woken)


@contextmanager
def _stop_signals() -> Iterator[Stop]:
    """Is set when the process is asked to stop."""
    stopped = _SignalledStop()

    def stop(_number: int, _frame: object) -> None:
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        stopped.close()


# -- alone, on SQLite ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Planned:
    """A chore and the cron expression that says when, in UTC."""

    name: str
    cron: str
    run: Callable[[], None]


def schedule_of(settings: Settings, chores: Chores) -> tuple[Planned, ...]:
    """The chores of a worker that is alone, in the order in which they are done where several are due."""
    return (
        Planned("ingest", settings.ingest_cron, chores.visit_due),
        Planned("pinged", EVERY_MINUTE, chores.visit_pinged),
        Planned("analyze", EVERY_MINUTE, lambda: None if chores.analyze() == 0 else chores.deliver()),
        Planned("deliver", settings.deliver_cron, chores.deliver),
    )


def work_alone(planned: Sequence[Planned], *, stopped: Stop, now: Callable[[], datetime]) -> None:
    """Do each chore at once and then whenever its expression says, until `stopped`.

    What fails in a way that was foreseen is logged and done again when it is due the next time.
    """
    begun = now()
    next_at = dict.fromkeys((chore.name for chore in planned), begun)
    while not stopped.is_set():
        for chore in planned:
            if next_at[chore.name] <= now() and not stopped.is_set():
                _do(chore)
                next_at[chore.name] = next_after(chore.cron, now())
        wait = (min(next_at.values()) - now()).total_seconds()
        stopped.wait(max(0.0, wait))


def _do(chore: Planned) -> None:
    try:
        chore.run()
    except (StoreError, NlpError) as error:
        log.warning("chore_failed", chore=chore.name, error=str(error))


def next_after(cron: str, moment: datetime) -> datetime:
    """When a cron expression says next, in UTC."""
    found: datetime = croniter(cron, moment).get_next(datetime)
    return found


# -- one of many, on PostgreSQL ------------------------------------------------------------------------------------


async def work_with_others(settings: Settings, database: Database, chores: Chores, stopped: Stop) -> None:
    """Take work from Procrastinate's queue until asked to stop."""
    app = make_app(settings, database, chores)
    async with app.open_async():
        if not await app.check_connection_async():
            await _make_tables(app)
        for name in AT_ONCE:
            await _enqueue(app.tasks[name])
        worker = asyncio.create_task(
            app.run_worker_async(
                concurrency=1,
                install_signal_handlers=False,
                delete_jobs="successful",
                fetch_job_polling_interval=POLL_S,
            )
        )
        waiting = asyncio.create_task(asyncio.to_thread(stopped.wait))
        await asyncio.wait({worker, waiting}, return_when=asyncio.FIRST_COMPLETED)
        stopped.set()  # where the worker has ended by itself
        worker.cancel()  # by which Procrastinate lets the work at hand come to its end
        with suppress(asyncio.CancelledError):
            await worker
        await waiting


# first what a worker had in hand that was killed, perhaps the one that this one stands in for: it may hold locks
AT_ONCE = ("hostwire.take_over", "hostwire.plan", "hostwire.analyze", "hostwire.deliver")


def make_app(settings: Settings, database: Database, chores: Chores) -> App:
    """Procrastinate's application with our tasks.

    Raises:
        HostwireError: Procrastinate is not installed.
    """
    try:
        from procrastinate import App, PsycopgConnector
        from procrastinate.exceptions import UniqueViolation
        from procrastinate.jobs import Status
    except ImportError as error:
        raise HostwireError("a worker on PostgreSQL needs hostwire with the extra [postgresql]") from error

    app = App(connector=PsycopgConnector(conninfo=database.conninfo))

    # A lock keeps two pieces of work from being done at once, by whichever worker; a queueing lock from being queued
    # twice.
    @app.task(name="hostwire.visit")
    async def visit(source: str) -> None:
        await asyncio.to_thread(chores.visit, source, lock=f"source-{source}")
        await _enqueue(analyze)

    @app.periodic(cron=EVERY_MINUTE)
    @app.task(name="hostwire.analyze", lock="analyze", queueing_lock="analyze")
    async def analyze(timestamp: int = 0) -> None:  # noqa: ARG001 - Procrastinate says when it was due
        if await asyncio.to_thread(chores.analyze):
            await _enqueue(deliver)

    @app.periodic(cron=settings.deliver_cron)
    @app.task(name="hostwire.deliver", queueing_lock="deliver")
    async def deliver(timestamp: int = 0) -> None:  # noqa: ARG001 - the same
        await asyncio.to_thread(chores.deliver)

    async def visit_all(due: Sequence[Due]) -> None:
        for source in due:
            await _enqueue(visit, lock=f"host {source.host}", key=f"source {source.source}", source=source.source)

    @app.periodic(cron=settings.ingest_cron)
    @app.task(name="hostwire.plan", queueing_lock="plan")
    async def plan(timestamp: int = 0) -> None:  # noqa: ARG001 - the same
        await visit_all(await asyncio.to_thread(chores.due))

    @app.periodic(cron=EVERY_MINUTE)
    @app.task(name="hostwire.plan_pinged", queueing_lock="plan_pinged")
    async def plan_pinged(timestamp: int = 0) -> None:  # noqa: ARG001 - the same
        await visit_all(await asyncio.to_thread(chores.pinged))

    @app.periodic(cron=EVERY_MINUTE)
    @app.task(name="hostwire.take_over", queueing_lock="take_over")
    async def take_over(timestamp: int = 0) -> None:  # noqa: ARG001 - the same
        """Have done what a worker had in hand that was killed, unless the same is queued again already."""
        for job in await app.job_manager.get_stalled_jobs():
            try:
                await app.job_manager.retry_job(job)
            except UniqueViolation:
                await app.job_manager.finish_job(job, Status.ABORTED, delete_job=True)

    @app.periodic(cron=EVERY_NIGHT)
    @app.task(name="hostwire.forget", queueing_lock="forget")
    async def forget(timestamp: int = 0) -> None:  # noqa: ARG001 - the same
        await app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS, include_failed=True, include_aborted=True)

    return app


async def _enqueue(task: Task[Any, Any, Any], *, lock: str | None = None, key: str | None = None, **given: Any) -> None:
    """Queue a task, unless it is queued already."""
    from procrastinate.exceptions import AlreadyEnqueued

    options = {name: value for name, value in (("lock", lock), ("queueing_lock", key)) if value is not None}
    try:
        await task.configure(**options).defer_async(**given)  # type: ignore[arg-type]  # names of its options
    except AlreadyEnqueued:
        return


async def _make_tables(app: App) -> None:
    """Procrastinate's own tables, unless another worker that starts at the same moment has made them."""
    from procrastinate.exceptions import ConnectorException

    try:
        await app.schema_manager.apply_schema_async()
    except ConnectorException:
        if not await app.check_connection_async():
            raise
