"""tsvector: expressions are tsquery values that PostgreSQL builds from bound words."""

from __future__ import annotations

import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, func, literal, literal_column
from sqlalchemy.dialects.postgresql import TSQUERY

from store.search.compiler import Compiler
from store.search.syntax import Words

CONFIG: ColumnElement[Any] = literal_column("'english'::regconfig")
VECTOR: ColumnElement[Any] = literal_column("post.search_vector")


class PostgresqlCompiler(Compiler):
    """Expressions are SQL of type tsquery."""

    def words(self, node: Words) -> ColumnElement[Any]:
        return _query(node.text, "*") if node.prefix else func.phraseto_tsquery(CONFIG, literal(plain(node.text)))

    def title(self, text: str, *, prefix: bool) -> ColumnElement[Any]:
        return _query(text, "*A" if prefix else "A")

    def token(self, token: str) -> ColumnElement[Any]:
        return func.to_tsquery(literal_column("'simple'::regconfig"), f"{token}:D")

    def join(self, expressions: list[Any], *, either: bool) -> ColumnElement[Any]:
        joined = expressions[0]
        for expression in expressions[1:]:
            joined = joined.op("||" if either else "&&", return_type=TSQUERY())(expression)
        return joined.self_group() if len(expressions) > 1 else joined  # type: ignore[no-any-return]

    def matches(self, expression: ColumnElement[Any]) -> ColumnElement[bool]:
        return VECTOR.op("@@", is_comparison=True)(expression)


def _query(words: str, label: str) -> ColumnElement[Any]:
    """Words that follow each other, each with a label: `*` for a beginning, A for the title's weight."""
    literal_text = plain(words).replace("\\", " ").replace("'", "''")
    return func.to_tsquery(CONFIG, f"'{literal_text}':{label}")


def plain(words: str) -> str:
    """Accents off, as the index has them off."""
    return "".join(c for c in unicodedata.normalize("NFKD", words) if not "\u0300" <= c <= "\u036f")
