"""Lists of any length as parameters: a statement takes some ten thousand, so that long ones go in pieces."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import BigInteger, Subquery, cast, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

SIZE = 500


def chunks(values: Iterable[Any], size: int = SIZE) -> Iterator[list[Any]]:
    """The values, each once and in order, some hundred at a time."""
    ordered = sorted(set(values))
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def in_chunks(session: Session, stmt: Any, column: InstrumentedAttribute[Any], values: Iterable[Any]) -> Iterator[Any]:
    """Rows of `stmt` whose `column` is one of `values`, however many these are.

    The order that `stmt` asks for holds within equal values of the column.
    """
    for some in chunks(values):
        yield from session.execute(stmt.where(column.in_(some))).all()


def given_ids(session: Session, ids: Sequence[int]) -> Subquery:
    """Row ids, however many, as a table of one column `id`: one parameter that is read where the others are."""
    if session.get_bind().dialect.name == "sqlite":
        given = func.json_each(json.dumps(ids)).table_valued(column("value", BigInteger))
        return select(given.c.value.label("id")).subquery()
    return select(func.unnest(cast(list(ids), ARRAY(BigInteger))).label("id")).subquery()
