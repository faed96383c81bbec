"""Rows inserted as the driver takes them: SQLAlchemy's own way costs as much again as the insert does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Table, insert
from sqlalchemy.orm import Session

from store.models import Base


def insert_rows(session: Session, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of the same columns, by name, into a table of ours. Values go through their columns' types."""
    if not rows:
        return
    connection = session.connection()
    statement, processors, positional = _prepared(connection.dialect, table, tuple(rows[0]))
    columns = [
        [row[name] for row in rows] if process is None else [process(row[name]) for row in rows]
        for name, process in processors
    ]
    values: list[Any] = list(zip(*columns, strict=True))
    if not positional:
        names = [name for name, _ in processors]
        values = [dict(zip(names, row, strict=True)) for row in values]
    connection.exec_driver_sql(statement, values)


@lru_cache(maxsize=32)
def _prepared(dialect: Dialect, table: str, names: tuple[str, ...]) -> tuple[str, list[tuple[str, Any]], bool]:
    """The statement, what each column's values go through, and whether they are given by position."""
    target: Table = Base.metadata.tables[table]
    compiled = insert(target).compile(dialect=dialect, column_keys=list(names))
    ordered = compiled.positiontup if compiled.positional else names
    processors = [(name, target.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in ordered or ()]
    return str(compiled), processors, compiled.positional
