"""tsvector: expressions are tsquery values that PostgreSQL builds from bound words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
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
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement, Executable

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
LONGEST = 24  # months that are looked at together
FEW = 2_000  # hits that are gathered at once
MAYBE_FEW = 20_000  # by the planner's guess, which takes a word that it does not know to be in a two-hundredth of all
# The planner takes it for cheap to read all posts in their order until some match.
INDEX_OF_WORDS_ALONE = text(
    "select set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true)"
)
ANY_INDEX = text("select set_config('enable_seqscan', 'on', true), set_config('enable_indexscan', 'on', true)")


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


class Explained(Executable, ClauseElement):
    """`EXPLAIN` of a statement: what the planner expects of it."""

    inherit_cache = False

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement


@compiles(Explained, "postgresql")
def _explain(element: Explained, compiler: SQLCompiler, **options: Any) -> str:
    return "EXPLAIN (FORMAT JSON) " + compiler.process(element.statement, **options)


class PostgresqlRunner(Runner):
    """Walks the hits from the newest back, some months at a time: a month is a word of the index, so that of a common
    word the newest hits are found without a look at all others.

    The index knows neither where in a post its words stand nor what else is asked of it: for a phrase, and for words of
    the title, each post that has the words is read, so that fewer of such hits are counted and ranked.
    """

    def __init__(self, session: Session, search: CompiledSearch) -> None:
        super().__init__(session, search)
        self.counted, self.ranked_hits = (100, 500) if search.reads_posts else (self.counted, 2_000)
        self._found: list[int] = []  # the newest hits, as far as they were looked for
        self._all_found = False
        self._oldest: int | None = None  # row id of the oldest post that may be a hit

    def newest(self, limit: int, below: int | None = None) -> list[int]:
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
        month = self._newest_month(below)
        if month is None:
            return []
        self.session.execute(INDEX_OF_WORDS_ALONE)  # until the transaction ends, should what follows fail
        few = self._few(hits, limit)
        ids = few if few is not None else self._walk_months(hits, limit, month)
        self.session.execute(ANY_INDEX)
        return ids

    def _few(self, hits: Select[Any], limit: int) -> list[int] | None:
        """The newest hits where these are few, so that they are soon found all at once; else None."""
        if self._guessed_total() > MAYBE_FEW:
            return None
        ids = list(self.session.scalars(hits.limit(FEW + 1)))
        return None if len(ids) > FEW else sorted(ids, reverse=True)[:limit]

    def _guessed_total(self) -> int:
        """What the planner takes the number of posts to be that have to be looked at."""
        hits, _ = self.search.hits(_loosened(self.search.expression) if self.search.reads_posts else None)
        plan = self.session.scalar(Explained(hits))
        return int(plan[0]["Plan"]["Plan Rows"])

    def _walk_months(self, hits: Select[Any], limit: int, month: date) -> list[int]:
        ids: list[int] = []
        found: list[int] = []
        walked, length = 0, 1
        while len(ids) < limit and not self._is_before_all(_earlier(month, walked - 1)):
            if length == LONGEST and not found:  # nothing for long: where they begin, they may be thick
                if self.session.scalar(_within(hits, month, walked, length).limit(1)) is None:
                    walked += length
                    continue
                length = 2
            found = self._in_order(_within(hits, month, walked, length), limit - len(ids))
            ids += found
            walked += length
            needed = math.ceil(1.3 * (limit - len(ids)) * length / len(found)) if found else 8 * length
            length = max(1, min(needed, LONGEST))
        return ids

    def _in_order(self, hits: Select[Any], limit: int) -> list[int]:
        """The newest of the hits, all of which are gathered first."""
        return list(self.session.scalars(hits.order_by(self.search.compiler.row_id.desc()).limit(limit)))

    def _is_before_all(self, month: date) -> bool:
        """Whether no post that is asked for is older than the month's beginning."""
        if self._oldest is None:
            oldest = self.session.scalar(select(ROW_ID).order_by(ROW_ID).limit(1)) or 0
            self._oldest = max(oldest, self.search.since or 0)
        return first_id(month) <= self._oldest

    def _newest_month(self, below: int | None) -> date | None:
        """The month of the newest post that may be a hit."""
        row_id = self.search.compiler.row_id
        bounds = [row_id < bound for bound in (below, self.search.until) if bound is not None]
        newest = self.session.scalar(select(ROW_ID).where(*bounds).order_by(ROW_ID.desc()).limit(1))
        return None if newest is None else datetime.fromtimestamp(newest // SLOTS_PER_SECOND, UTC).date().replace(day=1)

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


def _within(hits: Select[Any], month: date, number: int, length: int) -> Select[Any]:
    """Those hits that came out in so many months, the last of which comes `number` months before another."""
    months = [f"'#m{_earlier(month, number + n):%Y%m}'" for n in range(length)]
    return hits.where(_has(cast(literal(" | ".join(months)), TSQUERY)))


def _loosened(expression: Any) -> ColumnElement[Any]:
    """The query as the index alone knows it: words without their places."""
    words = func.regexp_replace(cast(expression, Text), "<(-|[0-9]+)>", "&", "g")
    return cast(func.replace(func.replace(words, ":*A", ":*"), ":A", ""), TSQUERY)


def _earlier(month: date, number: int) -> date:
    """The first day of the month that comes so many months before."""
    months = month.year * 12 + month.month - 1 - number
    return date(months // 12, months % 12 + 1, 1)
