"""Whether the data may have changed: a value that is another one after every commit, whoever made it.

Asked over a connection that is used for nothing else. A version that was asked for after a commit never equals one from
before it, and while nothing is committed it stays the same; so what was read after a version was asked for is current
for as long as the version is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable
from itertools import count
from threading import Lock
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

_connections = count()  # versions of two connections are never compared: each connection counts for itself


class DataVersion(ABC):
    """Safe to use from several threads. `is_local`: asking takes microseconds and never waits for anything.

    It speaks to the driver itself: SQLAlchemy would take ten times as long as what is asked.
    """

    is_local: bool

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Any = None  # the driver's
        self._number = -1
        self._lock = Lock()

    def current(self) -> Hashable | None:
        """The version now; None where the database does not tell, say because it cannot be reached."""
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = self._connect()
                    self._number = next(_connections)
                return self._number, self._ask(self._connection)
            except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error):
                self._drop()
                return None

    @abstractmethod
    def _ask(self, connection: Any) -> Hashable: ...

    def _connect(self) -> Any:
        """A connection of its own: those of the pool are for reading and writing."""
        connection = self._engine.raw_connection()
        connection.detach()
        return connection.dbapi_connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def close(self) -> None:
        """Give the connection up."""
        with self._lock:
            self._drop()


class SqliteVersion(DataVersion):
    """By a counter in the file's shared memory (https://sqlite.org/pragma.html#pragma_data_version)."""

    is_local = True

    def _connect(self) -> Any:
        connection = super()._connect()
        connection.execute("PRAGMA busy_timeout=0")  # whoever has to wait for the file asks the long way
        return connection

    def _ask(self, connection: Any) -> Hashable:
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        return int(version)


class PostgresqlVersion(DataVersion):
    """By which transactions a snapshot sees: two that see the same ones see the same data.

    Of those that are under way it says so too, so that it is another one while somebody writes, data changed or not.
    """

    is_local = False

    def _connect(self) -> Any:
        connection = super()._connect()
        connection.autocommit = True
        return connection

    def _ask(self, connection: Any) -> Hashable:
        (snapshot,) = connection.execute("select pg_current_snapshot()::text").fetchone()
        return str(snapshot)
