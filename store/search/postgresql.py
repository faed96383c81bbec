"""tsvector: expressions are tsquery values that PostgreSQL builds from bound words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    case,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from store.chunks import given_ids
from store.models import SLOTS_PER_SECOND, Post
from store.search.compiler import NO_TOKEN, CompiledSearch, Compiler, first_id
from store.search.runner import ABOUT, MARKS, SNIPPET_WORDS, Runner
from store.search.syntax import Words
from store.text import words_of

CONFIG: ColumnElement[Any] = literal_column("'hostwire'::regconfig")
INDEX = table("post_search", column("id", Post.id.type), column("vector"))
ROW_ID, VECTOR = INDEX.c.id, INDEX.c.vector
LONGEST_WORD = 500  # PostgreSQL refuses a word of more than 2,046 bytes in a query
WEIGHTS: ColumnElement[Any] = literal_column("'{0.0, 0.1, 0.2, 1.0}'::real[]")
READ_TO_COUNT = 2_000
WINDOWS = (4, 20, 100)  # months, from the newest back, in which hits are looked for before all others


class PostgresqlCompiler(Compiler):
    """Expressions are SQL of type tsquery."""

    row_id = ROW_ID

    def words(self, node: Words) -> ColumnElement[Any]:
        return _query(node.text, ":*" if node.prefix else "")

    def title(self, text: str, *, prefix: bool) -> ColumnElement[Any]:
        return _query(text, ":*A" if prefix else ":A")

    def token(self, token: str, *, prefix: bool = False) -> ColumnElement[Any]:
        return cast(literal(f"'#{token}'{':*' if prefix else ''}"), TSQUERY)

    def either_token(self, tokens: Sequence[str]) -> ColumnElement[Any]:
        """In one value: a registry runs hundreds of TLDs, and an expression nested as deep cannot be compiled."""
        return cast(literal(" | ".join(f"'#{token}'" for token in tokens or [NO_TOKEN])), TSQUERY)

    def join(self, expressions: list[Any], *, either: bool) -> ColumnElement[Any]:
        joined = expressions[0]
        for expression in expressions[1:]:
            joined = joined.op("||" if either else "&&", return_type=TSQUERY())(expression)
        return joined.self_group() if len(expressions) > 1 else joined  # type: ignore[no-any-return]

    def without(self, expression: ColumnElement[Any], unwanted: ColumnElement[Any]) -> ColumnElement[Any]:
        return self.join([expression, func.tsquery_not(unwanted, type_=TSQUERY())], either=False)

    def match(self, expression: ColumnElement[Any]) -> Select[Any]:
        return select(ROW_ID).where(_has(expression))


def _has(expression: Any) -> ColumnElement[bool]:
    return VECTOR.op("@@", is_comparison=True)(expression)


def _query(words: str, label: str) -> ColumnElement[Any]:
    """Words that follow each other, each with a label: `:*` for a beginning, `:A` for the title's weight."""
    return func.to_tsquery(CONFIG, f"'{plain(words)}'{label}")


def plain(words: str) -> str:
    """Accents off and words parted, as in the index: letters and digits with single spaces between them."""
    return " ".join(word[:LONGEST_WORD] for word in words_of(words))


class PostgresqlRunner(Runner):
    """Walks the hits from the newest back, some months at a time: a month is a word of the index, so that of a common
    word the newest hits are found without a look at all others.
    """

    def __init__(self, session: Session, search: CompiledSearch) -> None:
        super().__init__(session, search)
        self._found: list[int] = []  # the newest hits, as far as they were looked for
        self._all_found = False

    def count(self, bound: int) -> int | None:
        """None as well where to count means to read more than `READ_TO_COUNT` posts: the index does not know where in a
        post its words stand, so that for a phrase each post with all of its words is read.
        """
        if self.search.reads_posts and self._candidates() > READ_TO_COUNT:
            return None
        ids = self.newest(bound + 1, None)
        return len(ids) if len(ids) <= bound else None

    def _candidates(self) -> int:
        """How many posts would be read, or more than `READ_TO_COUNT`."""
        hits, _ = self.search.hits(_loosened(self.search.expression))
        some = hits.limit(READ_TO_COUNT + 1).subquery()
        return self.session.scalar(select(func.count()).select_from(some)) or 0

    def newest(self, limit: int, below: int | None) -> list[int]:
        if below is not None:
            return self._walk(limit, below)
        if len(self._found) < limit and not self._all_found:
            self._found = self._walk(limit, None)
            self._all_found = len(self._found) < limit
        return self._found[:limit]

    def _walk(self, limit: int, below: int | None) -> list[int]:
        hits, row_id = self.search.hits()
        if below is not None:
            hits = hits.where(row_id < below)
        if self.search.expression is None:  # every post, but for what is asked of it: they stand in their order
            return list(self.session.scalars(hits.order_by(row_id.desc()).limit(limit)))
        ids: list[int] = []
        for window in self._windows(below):
            # an expression, lest the database walk all posts in their order and look for the words in each
            stmt = hits.where(*window).order_by((row_id + 0).desc()).limit(limit - len(ids))
            ids += self.session.scalars(stmt)
            if len(ids) == limit:
                break
        return ids

    def _windows(self, below: int | None) -> Iterator[list[ColumnElement[bool]]]:
        """Conditions that part the hits into those of the last months and, at the end, all others."""
        bounds = [bound for bound in (below, self.search.until) if bound is not None]
        newest = self.session.scalar(
            select(ROW_ID).where(*(b > ROW_ID for b in bounds)).order_by(ROW_ID.desc()).limit(1)
        )
        if newest is None:
            return
        month = datetime.fromtimestamp(newest // SLOTS_PER_SECOND, UTC).date().replace(day=1)
        for length in WINDOWS:
            months = []
            for _ in range(length):
                months.append(self.search.compiler.token(f"m{month:%Y%m}"))
                month = (month - timedelta(days=1)).replace(day=1)
            yield [_has(self.search.compiler.join(months, either=True))]
            if self.search.since is not None and first_id(_after(month)) <= self.search.since:
                return
        yield [first_id(_after(month)) > ROW_ID]

    def scores(self, ids: Sequence[int]) -> Iterable[tuple[int, float]]:
        score: ColumnElement[float] = func.ts_rank_cd(WEIGHTS, VECTOR, self.search.words, 1)
        if self.search.about is not None:
            score = score * case((_has(self.search.about), 1 + ABOUT), else_=1.0)
        stmt = select(ROW_ID, score).where(ROW_ID.in_(select(given_ids(self.session, ids).c.id)))
        return self.session.execute(stmt)

    def marked(self, ids: Sequence[int]) -> Iterable[Sequence[str | int]]:
        options = f"StartSel={MARKS[0]}, StopSel={MARKS[1]}, MaxWords={SNIPPET_WORDS}, MinWords=12, MaxFragments=1"
        in_text, in_title = (
            func.ts_headline(CONFIG, field, self.search.words, options) for field in (Post.text, Post.title)
        )
        stmt = select(Post.id, in_text, in_title).join(INDEX, Post.id == ROW_ID)
        return self.session.execute(stmt.where(Post.id.in_(ids), _has(self.search.words))).all()


def _after(month: date) -> date:
    """The first day of the next month."""
    return (month + timedelta(days=32)).replace(day=1)


def _loosened(expression: Any) -> ColumnElement[Any]:
    """The query as the index alone knows it: words without their places."""
    words = func.regexp_replace(cast(expression, Text), "<(-|[0-9]+)>", "&", "g")
    return cast(func.replace(func.replace(words, ":*A", ":*"), ":A", ""), TSQUERY)
