"""FTS5: expressions are strings of its own query language, with the users' words always quoted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
)

from store.models import Post
from store.search.compiler import Compiler
from store.search.runner import ABOUT, FADING, MARKS, SNIPPET_WORDS, Runner
from store.search.syntax import Words

INDEX = table("post_search", column("rowid"), column("post_search", String))
ROW_ID: ColumnElement[int] = literal_column("post_search.rowid", Post.id.type)
TITLE_WEIGHT, TEXT_WEIGHT = 8.0, 1.0
BM25: ColumnElement[float] = literal_column(f"-bm25(post_search, {TITLE_WEIGHT}, {TEXT_WEIGHT}, 0.0)")
SNIPPETS: list[ColumnElement[str]] = [
    literal_column(f"snippet(post_search, {place}, char({ord(MARKS[0])}), char({ord(MARKS[1])}), '…', {SNIPPET_WORDS})")
    for place in (1, 0)  # text, title
]
LOOKED_AT: ColumnElement[int] = literal_column("+post_search.rowid", Post.id.type)  # no row id to look up, for SQLite


class SqliteCompiler(Compiler):
    """Expressions are FTS5 strings."""

    row_id = ROW_ID

    def words(self, node: Words) -> str:
        return f"{{title text}} : {quoted(node.text, prefix=node.prefix)}"

    def title(self, text: str, *, prefix: bool) -> str:
        return f"title : {quoted(text, prefix=prefix)}"

    def token(self, token: str, *, prefix: bool = False) -> str:
        return f"tag_tokens : {quoted(token, prefix=prefix)}"

    def join(self, expressions: list[str], *, either: bool) -> str:
        if len(expressions) == 1:
            return expressions[0]
        return (" OR " if either else " AND ").join(f"({part})" for part in expressions)

    def without(self, expression: str, unwanted: str) -> str:
        return f"({expression}) NOT ({unwanted})"

    def match(self, expression: str) -> Select[Any]:
        return match(expression)


class SqliteRunner(Runner):
    def count(self) -> int | None:
        some = self.search.hits()[0].limit(self.counted + 1).subquery()
        count = self.session.scalar(select(func.count()).select_from(some)) or 0
        return count if count <= self.counted else None

    def newest(self, limit: int, below: int | None = None) -> list[int]:
        matching, row_id = self.search.hits()
        stmt = matching.order_by(row_id.desc()).limit(limit)
        return list(self.session.scalars(stmt if below is None else stmt.where(row_id < below)).all())

    def ranked(self, limit: int, *, newest: int, after: tuple[float, int] | None) -> list[tuple[int, float]]:
        """As it is of every database. Where the index alone tells a hit, it orders them as well: to fetch thousands and
        order them here takes twice the time.
        """
        search = self.search
        if search.expression is None or search.beside:
            return super().ranked(limit, newest=newest, after=after)
        hits, _ = search.hits()
        oldest = hits.order_by(ROW_ID.desc()).limit(1).offset(self.ranked_hits - 1).scalar_subquery()
        age = func.max(0, newest - ROW_ID) / float(FADING)
        score = BM25 * (1 + 1 / (1 + age))
        if search.about is not None:
            about = self._matching_about().where(func.coalesce(oldest, 0) <= ROW_ID)
            score = score * case((ROW_ID.in_(about), 1 + ABOUT), else_=1.0)
        ranked = hits.with_only_columns(ROW_ID.label("row_id"), score.label("score"))
        row_id, score = ranked.where(func.coalesce(oldest, 0) <= ROW_ID).subquery().c
        stmt = select(row_id, score).order_by(score.desc(), row_id.desc()).limit(limit)
        if after is not None:
            last_score, last_id = after
            stmt = stmt.where(or_(score < last_score, and_(score == last_score, row_id < last_id)))
        return [(found, float(value)) for found, value in self.session.execute(stmt).all()]

    def scores(self, ids: Sequence[int]) -> Iterable[tuple[int, float]]:
        """Ranked is what the index matches in the range of row ids that the hits lie in: to look up each of them, as
        `in` would, takes many times as long.
        """
        if not ids:
            return []
        search = self.search
        expression = search.words if search.expression is None else search.expression
        matching = match(str(expression)).with_only_columns(ROW_ID, BM25).where(ROW_ID.between(ids[-1], ids[0]))
        rows = self.session.execute(matching).all()
        about = self._about(ids)
        return [(row_id, score * (1 + ABOUT) if row_id in about else score) for row_id, score in rows]

    def _about(self, ids: Sequence[int]) -> set[int]:
        """Those hits that are about what the words name."""
        if self.search.about is None:
            return set()
        return set(self.session.scalars(self._matching_about().where(ROW_ID.between(ids[-1], ids[0]))))

    def _matching_about(self) -> Select[Any]:
        search = self.search
        parts = [part for part in (search.expression, search.about) if part is not None]
        return match(search.compiler.join(parts, either=False))

    def marked(self, ids: Sequence[int]) -> Iterable[Sequence[str | int]]:
        """Where the index alone tells a hit, it is walked from hit to hit: each lookup of one begins at the front.

        Words that are not wanted would be marked as well.
        """
        search = self.search
        if search.expression is None or search.beside or " NOT " in search.expression:
            matching = match(str(search.words)).where(ROW_ID.in_(ids))
        else:
            matching = match(search.expression).where(ROW_ID.between(min(ids), max(ids)), LOOKED_AT.in_(ids))
        return self.session.execute(matching.with_only_columns(ROW_ID, *SNIPPETS)).all()


def quoted(words: str, *, prefix: bool = False) -> str:
    """A user's words as one FTS5 string, in which nothing is an operator."""
    return '"' + words.replace('"', '""') + '"' + (" *" if prefix else "")


def match(expression: str) -> Select[Any]:
    """The row ids that an expression matches."""
    return select(ROW_ID).select_from(INDEX).where(
        text("post_search MATCH :expression").bindparams(bindparam("expression", expression, unique=True))
    )  # fmt: skip
