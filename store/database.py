"""One database, SQLite or PostgreSQL: sessions, schema and the lock that keeps two runs apart."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from store.errors import DatabaseUrlError, QueryTooCostlyError, SchemaError
from store.version import DataVersion, PostgresqlVersion, SqliteVersion

Dialect = Literal["sqlite", "postgresql"]
Transaction: TypeAlias = Session  # for those who hand one on and speak no SQL themselves
WRITERS_CACHE_KB = (
    16_384  # in which the index of words is merged; a tenth more posts a second than with SQLite's own 2 MB
)
BUSY_TIMEOUT_MS = 30_000  # a writer of another process holds the lock for a batch, never this long
STEPS_BETWEEN_LOOKS = 100_000  # of SQLite's machine, some milliseconds: how often a bounded read looks at the clock
EXAMPLES = "sqlite:////var/lib/hostwire/hostwire.db or postgresql://user:password@host/name"


class Database:
    """The engine and the units of work over it. Close it when done."""

    def __init__(
        self, url: str, *, read_within_s: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`read_within_s` bounds every `read` that does not say otherwise, by `clock`, which counts seconds.

        Raises:
            DatabaseUrlError: the URL cannot be read, its database is not supported, or its folder cannot be made.
        """
        self._url = _read_url(url)
        self._read_within_s = read_within_s
        self._clock = clock
        self.dialect: Dialect = "sqlite" if self._url.get_backend_name() == "sqlite" else "postgresql"
        self.safe_url = _without_secrets(self._url)
        if self.dialect == "sqlite":
            _make_folder(self._url)
        try:
            self.engine: Engine = create_engine(self._url, **_engine_options(self.dialect))
        except ImportError as error:
            raise DatabaseUrlError(
                "PostgreSQL needs its driver: install hostwire with the extra [postgresql]"
            ) from error
        if self.dialect == "sqlite":
            event.listen(self.engine, "connect", _set_pragmas)
            event.listen(self.engine, "begin", _begin)
        else:
            event.listen(self.engine, "connect", _set_time_zone)
        self.version: DataVersion = (
            SqliteVersion(self.engine) if self.dialect == "sqlite" else PostgresqlVersion(self.engine)
        )

    @property
    def conninfo(self) -> str:
        """The address as PostgreSQL's own library takes it, its password included."""
        return self._url.set(drivername="postgresql").render_as_string(hide_password=False)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that is committed at the end of the block, or rolled back by an error.

        On SQLite it takes the write lock at once, so that it cannot fail half way for want of it.
        """
        engine = self.engine.execution_options(hostwire_write=True)
        with self._connected(), Session(engine) as session, session.begin():
            yield session

    @contextmanager
    def read(self, *, within_s: float | None = None) -> Iterator[Session]:
        """One snapshot to read from: what is written meanwhile is not seen. Nothing is committed.

        What is read may take `within_s` seconds: on SQLite the whole of it, on PostgreSQL each statement.

        Raises:
            QueryTooCostlyError: it takes longer.
        """
        within_s = self._read_within_s if within_s is None else within_s
        with self._snapshot() as session:
            if within_s is None:
                yield session
            else:
                bound = _until if self.dialect == "sqlite" else _each_statement
                with bound(session, within_s, self._clock), _cut_off_after(within_s):
                    yield session

    def reads(self) -> Reads:
        """Several snapshots, which together may take as long as one `read`."""
        return Reads(self._snapshot, self.dialect, self._read_within_s, self._clock)

    @contextmanager
    def _snapshot(self) -> Iterator[Session]:
        engine = self.engine
        if self.dialect == "postgresql":  # which else shows each statement what is new; SQLite's BEGIN is a snapshot
            engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with self._connected(), Session(engine) as session:
            yield session
            session.rollback()

    @contextmanager
    def _connected(self) -> Iterator[None]:
        """Says in one line what an operator can do something about; all else keeps its own words."""
        try:
            yield
        except DBAPIError as error:
            if error.connection_invalidated or _is_unreachable(error):
                raise DatabaseUrlError(f"cannot use {self.safe_url}: {self._reason(error)}") from error
            if "no such table" in str(error.orig) or "UndefinedTable" in type(error.orig).__name__:
                raise SchemaError("the database has no tables yet: run `hostwire init`") from error
            raise
        except PoolTimeoutError as error:
            raise DatabaseUrlError("every connection to the database is in use for too long") from error

    def _reason(self, error: DBAPIError) -> str:
        """The driver's words in one line, without the password that they may quote."""
        reason = " ".join(str(error.orig).split()) or type(error.orig).__name__
        for secret in _secrets(self._url):
            reason = reason.replace(secret, "***")
        return reason

    # -- schema ------------------------------------------------------------------------------------------------

    def is_empty(self) -> bool:
        """Whether no table of ours is there yet."""
        with self._connected(), self.engine.connect() as connection:
            return not inspect(connection).has_table("alembic_version")

    def upgrade(self, revision: str = "head") -> None:
        """Make the schema, or bring it up to date.

        Raises:
            SchemaError: it was made by a newer release.
        """
        self._alembic("upgrade", revision)

    def downgrade(self, revision: str) -> None:
        self._alembic("downgrade", revision)

    def check_schema(self) -> None:
        """
        Raises:
            SchemaError: the schema is not that of this release.
        """
        with self._connected(), self.engine.connect() as connection:
            current = _revision_of(connection)
        if current != revisions()[-1]:
            raise SchemaError(
                f"the database's schema is {current or 'missing'}, not {revisions()[-1]}: run `hostwire init`"
            )

    def _alembic(self, command: str, revision: str) -> None:
        # here, since these take as long to import as all else that a run needs
        import alembic.command
        from alembic.config import Config

        with as_file(files("migrations")) as folder, self._connected():
            config = Config()
            config.set_main_option("script_location", str(folder).replace("%", "%%"))
            engine = self.engine.execution_options(hostwire_write=True)
            with engine.connect() as connection:
                _revision_of(connection)
                connection.rollback()
                config.attributes["connection"] = connection
                getattr(alembic.command, command)(config, revision)

    # -- two runs at once --------------------------------------------------------------------------------------

    @contextmanager
    def run_lock(self, name: str) -> Iterator[bool]:
        """Whether this process holds the lock `name`; it does not wait. The lock dies with its process."""
        if self.dialect == "postgresql":
            with self._connected(), self.engine.connect() as connection:
                key = {"key": zlib.crc32(f"hostwire:{name}".encode())}
                held = bool(connection.scalar(text("select pg_try_advisory_lock(:key)"), key))
                connection.commit()  # the lock is the session's, not the transaction's
                try:
                    yield held
                finally:
                    if held:
                        connection.execute(text("select pg_advisory_unlock(:key)"), key)
                        connection.commit()
            return
        path = f"{os.path.realpath(cast('str', self._url.database))}.{name}.lock"  # whichever way the file is named
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise DatabaseUrlError(f"the lock file {path} cannot be opened: {error.strerror}") from error
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(descriptor)  # which lets go of the lock, as the end of the process would

    def close(self) -> None:
        self.version.close()
        self.engine.dispose()


PG_WRITER_LOCK = 1_746_271  # so that row ids are given, and entities and events made, without collisions


def one_writer(session: Session) -> None:
    """Wait until no other transaction writes posts, tags or events, as SQLite has it by itself; held to the end."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": PG_WRITER_LOCK})


def _read_url(text_: str) -> URL:
    try:
        url = make_url(text_)
    except (ArgumentError, ValueError) as error:  # ValueError: a port that is no number
        raise DatabaseUrlError(f"{_shortened(text_)} is no database URL; it looks like {EXAMPLES}") from error
    backend = url.drivername.partition("+")[0]
    if backend in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        if url.database in {None, "", ":memory:"} or "\0" in str(url.database):
            raise DatabaseUrlError(f"an SQLite database lives in a file here: {EXAMPLES}")
        if url.query or url.host:
            raise DatabaseUrlError(f"an SQLite database's URL is its file's path and nothing else: {EXAMPLES}")
        return url.set(drivername="sqlite+pysqlite")
    raise DatabaseUrlError(f"no database is called {backend!r}; the URL looks like {EXAMPLES}")


SECRET_PARAMETERS = ("password", "sslpassword")


def _secrets(url: URL) -> list[str]:
    named = [url.query.get(name) for name in SECRET_PARAMETERS]
    return [secret for secret in (url.password, *named) if isinstance(secret, str) and secret]


def _without_secrets(url: URL) -> str:
    shown = url.update_query_dict({name: "***" for name in SECRET_PARAMETERS if name in url.query})
    return shown.render_as_string(hide_password=True).replace("%2A%2A%2A", "***")


def _shortened(value: str) -> str:
    """The kind of address that was given: what follows may be a password."""
    scheme, separator, _ = value.partition("://")
    return repr(f"{scheme}://…") if separator and scheme.replace("+", "").isalnum() else "what was given"


class Reads:
    """What is read part by part, each part a snapshot of its own, and bounded as a whole: what is done between the
    parts counts as well.
    """

    def __init__(
        self,
        snapshot: Callable[[], AbstractContextManager[Session]],
        dialect: Dialect,
        within_s: float | None,
        clock: Callable[[], float],
    ) -> None:
        self._snapshot = snapshot
        self._bound = _until if dialect == "sqlite" else _all_statements
        self._clock = clock
        self._within_s = within_s
        self._deadline = None if within_s is None else clock() + within_s

    @contextmanager
    def part(self) -> Iterator[Session]:
        """The next one.

        Raises:
            QueryTooCostlyError: all of them take longer than they may.
        """
        with self._snapshot() as session:
            if self._within_s is None or self._deadline is None:
                yield session
                return
            with _cut_off_after(self._within_s):
                left = self._deadline - self._clock()
                if left <= 0:
                    raise _TimeIsOverError
                with self._bound(session, left, self._clock):
                    yield session


def _make_folder(url: URL) -> None:
    folder = Path(cast("str", url.database)).absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUrlError(f"the folder {folder} cannot be made: {error.strerror}") from error


def _engine_options(dialect: Dialect) -> dict[str, Any]:
    if dialect == "sqlite":
        # A connection for every thread that may answer a request: a reader of a file waits for no other.
        return {"connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}, "max_overflow": 40}
    return {"pool_pre_ping": True, "connect_args": {"connect_timeout": 10}}


def _set_pragmas(connection: Any, _record: Any) -> None:
    """Per connection, since SQLite remembers only the journal mode."""
    connection.isolation_level = None  # BEGIN is ours to say: see _begin
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()


def _set_time_zone(connection: Any, _record: Any) -> None:
    """Whatever zone the server, the role or PGTZ name: days begin at midnight UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
    connection.commit()


def _begin(connection: Any) -> None:
    write = connection.get_execution_options().get("hostwire_write", False)
    if write:
        connection.connection.driver_connection.execute(f"PRAGMA cache_size=-{WRITERS_CACHE_KB}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


class _TimeIsOverError(Exception):
    """Nothing may be read any more."""


@contextmanager
def _cut_off_after(within_s: float) -> Iterator[None]:
    """Says of what was cut off how long it may take."""
    try:
        yield
    except (DBAPIError, _TimeIsOverError) as error:
        if isinstance(error, DBAPIError) and not _is_cut_off(error):
            raise
        raise QueryTooCostlyError(
            f"what is asked takes longer than {within_s:g} seconds: narrow it, say by dates, a product or rarer words"
        ) from error


@contextmanager
def _until(session: Session, within_s: float, clock: Callable[[], float]) -> Iterator[None]:
    """SQLite asks at intervals whether to go on, on the session's connection and until the block is left."""
    connection = cast("sqlite3.Connection", session.connection().connection.dbapi_connection)
    deadline = clock() + within_s
    connection.set_progress_handler(lambda: clock() > deadline, STEPS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


@contextmanager
def _each_statement(session: Session, within_s: float, _clock: Callable[[], float]) -> Iterator[None]:
    """PostgreSQL looks at its own clock, and forgets the bound at the end of the transaction."""
    session.connection().exec_driver_sql(f"SET LOCAL statement_timeout = {max(1, round(within_s * 1000))}")
    yield


@contextmanager
def _all_statements(session: Session, within_s: float, clock: Callable[[], float]) -> Iterator[None]:
    """PostgreSQL is told before each statement what is left for it; that is a message more for each."""
    connection, deadline = session.connection(), clock() + within_s

    def bound(_connection: Connection, cursor: Any, *_: Any) -> None:
        left_ms = round((deadline - clock()) * 1000)
        if left_ms <= 0:
            raise _TimeIsOverError
        cursor.execute(f"SET LOCAL statement_timeout = {left_ms}")

    event.listen(connection, "before_cursor_execute", bound)
    try:
        yield
    finally:
        event.remove(connection, "before_cursor_execute", bound)


def _is_cut_off(error: DBAPIError) -> bool:
    """Whether the statement was stopped, not wrong: query_canceled in PostgreSQL, SQLITE_INTERRUPT."""
    if getattr(error.orig, "sqlstate", None) == "57014":
        return True
    return getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT


def _is_unreachable(error: DBAPIError) -> bool:
    """Whether the database, not our statement, is at fault."""
    if error.statement is None:  # it went wrong while connecting
        return True
    # SQLSTATE classes: connection, authorization, no such database, resources, intervention by its operator, system
    state = getattr(error.orig, "sqlstate", None) or ""
    if state[:2] in {"08", "28", "3D", "53", "58"} or state[:3] == "57P":
        return True
    words = str(error.orig).lower()
    return any(part in words for part in UNUSABLE_FILE)


# what SQLite says about its file
UNUSABLE_FILE = (
    "unable to open database", "not a database", "readonly database", "disk i/o error", "database or disk is full",
    "disk image is malformed", "database is locked",
)  # fmt: skip


def revisions() -> list[str]:
    """The revisions of the schema in their order: each migration's file begins with its own."""
    names = (path.name for path in files("migrations").joinpath("versions").iterdir())
    return sorted(name.partition("_")[0] for name in names if name[:4].isdecimal() and name.endswith(".py"))


def _revision_of(connection: Connection) -> str | None:
    """The revision of the schema; None where there is none yet.

    Raises:
        SchemaError: it is none of this release's.
    """
    if not inspect(connection).has_table("alembic_version"):
        return None
    current: str | None = connection.scalar(text("select version_num from alembic_version"))
    if current is not None and current not in revisions():
        raise SchemaError(
            f"the database's schema is {current}, which this release does not know: use the newer Hostwire that made "
            "it, or another database and `hostwire init`"
        )
    return current
