"""FTS5: expressions are strings of its own query language, with the users' words always quoted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, column, literal_column, select, table, text
from sqlalchemy.sql import Select

from store.models import Post
from store.search.compiler import Compiler
from store.search.syntax import Words

INDEX = table("post_search", column("rowid"), column("post_search", String))
ROW_ID: ColumnElement[int] = literal_column("post_search.rowid", Post.id.type)
TITLE_WEIGHT, TEXT_WEIGHT = 8.0, 1.0


class SqliteCompiler(Compiler):
    """Expressions are FTS5 strings."""

    def words(self, node: Words) -> str:
        return f"{{title text}} : {quoted(node.text, prefix=node.prefix)}"

    def title(self, text: str, *, prefix: bool) -> str:
        return f"title : {quoted(text, prefix=prefix)}"

    def token(self, token: str) -> str:
        return f"tag_tokens : {quoted(token)}"

    def join(self, expressions: list[str], *, either: bool) -> str:
        if len(expressions) == 1:
            return expressions[0]
        return (" OR " if either else " AND ").join(f"({part})" for part in expressions)

    def matches(self, expression: str) -> ColumnElement[bool]:
        return Post.id.in_(match(expression))


def quoted(words: str, *, prefix: bool = False) -> str:
    """A user's words as one FTS5 string, in which nothing is an operator."""
    return '"' + words.replace('"', '""') + '"' + (" *" if prefix else "")


def match(expression: str) -> Select[Any]:
    """The row ids that an expression matches."""
    return select(ROW_ID).select_from(INDEX).where(
        text("post_search MATCH :expression").bindparams(bindparam("expression", expression, unique=True))
    )  # fmt: skip
