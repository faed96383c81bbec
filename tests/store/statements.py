"""The SQL that a block of a test sends, and how a database means to carry it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from store.database import Database

Sent = list[tuple[str, Any]]  # statement and parameters


@contextmanager
def statements(database: Database) -> Iterator[Sent]:
    """What is sent within the block, in order."""
    sent: Sent = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        sent.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def count_statements(database: Database, ask: Callable[[Session], object]) -> int:
    """How many statements one question takes."""
    with statements(database) as sent, database.read() as session:
        ask(session)
    return len(sent)


def plans(database: Database, ask: Callable[[Session], object]) -> list[tuple[str, str]]:
    """Each statement that a question sends, with its plan as it would be for tables too large to be read whole."""
    with statements(database) as sent, database.read() as session:
        ask(session)
    explain = "EXPLAIN QUERY PLAN " if database.dialect == "sqlite" else "EXPLAIN "
    found = []
    with database.engine.connect() as connection:
        if database.dialect == "postgresql":
            connection.exec_driver_sql("set local enable_seqscan = off")
        for statement, parameters in sent:
            if statement.lstrip().upper().startswith(("SELECT", "WITH")):
                rows = connection.exec_driver_sql(explain + statement, parameters).all()
                found.append((statement, "\n".join(str(row[-1]) for row in rows)))
    return found
