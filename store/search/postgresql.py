"""tsvector: expressions are tsquery values that PostgreSQL builds from bound words."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
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
from store.search.runner import ABOUT, MARKS, SNIPPET_WORDS, SPREAD, Runner
from store.search.syntax import Words
from store.text import words_of

CONFIG: ColumnElement[Any] = literal_column("'hostwire'::regconfig")
INDEX = table("post_search", column("id", Post.id.type), column("vector"))
ROW_ID, VECTOR = INDEX.c.id, INDEX.c.vector
LONGEST_WORD = 500  # PostgreSQL refuses a word of more than 2,046 bytes in a query
WEIGHTS: ColumnElement[Any] = literal_column("'{0.0, 0.1, 0.2, 1.0}'::real[]")
AHEAD = 1.3  # times the years or months that would do, if hits were as thick as expected, or went on as thick as before
THICK = 3  # times the hits that are wanted: a year with more of them is walked by months
LONGER = 2  # times as many months next, at most
# In a tenth of a year's posts and more the planner expects only what it knows of. The rest it guesses, by as much for
# each word: of what it guessed, a quarter is believed from there on where next to nothing was found.
KNOWN = 0.1
LEAST_TRUST = 1 / 64
SHARES = 64  # of all posts, spread evenly; the index has a word for each (migration 0010)
YEARS = range(2004, 2036)  # that have a partition of their own
REST = "post_search_rest"  # where the posts are of years that have no partition of their own
# The planner takes it for cheap to read all posts in their order until some match, and does not know that it is asked
# for too little to share the work out, or to compile it. Until the transaction ends, but for what other questions need.
INDEX_OF_WORDS_ALONE = text(
    "select set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true),"
    " set_config('max_parallel_workers_per_gather', '0', true), set_config('jit', 'off', true)"
)
POSTS_BY_YEAR = text(
    "select relname, reltuples from pg_inherits join pg_class on pg_class.oid = inhrelid"
    " where inhparent = cast('post_search' as regclass)"
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
    """Walks the hits from the newest back. The index is parted by years, and a month is a word of it: the newest
    hits of a common word are found without a look at all others, and years without a hit cost hardly anything.

    The index knows neither where in a post its words stand nor what else is asked of it: for a phrase, and for words of
    the title, each post that has the words is read, so that fewer of such hits are counted and ranked.
    """

    def __init__(self, session: Session, search: CompiledSearch) -> None:
        super().__init__(session, search)
        self.counted, self.ranked_hits = (100, 500) if search.reads_posts else (self.counted, 2_000)
        self._found: list[int] = []  # the newest hits, as far as they were looked for
        self._all_found = False

    def newest(self, limit: int, below: int | None = None) -> list[int]:
        if below is not None:
            return self._walk(limit, below)
        if len(self._found) < limit and not self._all_found:
            self._found = self._walk(limit, None)
            self._all_found = len(self._found) < limit
        return self._found[:limit]

    def drawn(self, every: int) -> Select[Any]:
        if self.search.expression is None:
            return super().drawn(every)
        hits, row_id = self.search.hits()
        shares = " | ".join(f"'#z{number}'" for number in range(max(1, SHARES // every)))
        drawn = hits.where(_has(cast(literal(shares), TSQUERY)))
        return drawn if every <= SHARES else drawn.where(row_id % SPREAD % every == 0)

    def _walk(self, limit: int, below: int | None) -> list[int]:
        hits, row_id = self.search.hits()
        if below is not None:
            hits = hits.where(row_id < below)
        if self.search.expression is None:  # every post, but for what is asked of it: they stand in their order
            return list(self.session.scalars(hits.order_by(row_id.desc()).limit(limit)))
        months = self._months(below)
        if months is None:
            return []
        self.session.execute(INDEX_OF_WORDS_ALONE)
        ids = _Walk(self.session, hits, row_id, self._expected_by_year, self._posts_by_year).newest(limit, *months)
        self.session.execute(ANY_INDEX)
        return ids

    @cached_property  # a page further back is walked for apart from the count
    def _posts_by_year(self) -> dict[str, float]:
        """How many posts each partition has, as the planner knows; 0 of one that it knows nothing of."""
        return {name: max(0, count) for name, count in self.session.execute(POSTS_BY_YEAR)}

    @cached_property
    def _expected_by_year(self) -> dict[str, int]:
        """In how many posts of each partition the planner expects what the index can tell of a hit."""
        hits, _ = self.search.hits(_loosened(self.search.expression) if self.search.reads_posts else None)
        expected: dict[str, int] = defaultdict(int)
        _add_rows(expected, self.session.scalar(Explained(hits))[0]["Plan"])
        return expected

    def _months(self, below: int | None) -> tuple[int, int] | None:
        """The months of the newest and the oldest post that may be a hit, counted from the year 0; None of no post."""
        until = [bound for bound in (below, self.search.until) if bound is not None]
        bounds = [Post.id < min(until)] if until else []
        newest, oldest = (
            select(Post.id).where(*bounds).order_by(order).limit(1).scalar_subquery()
            for order in (Post.id.desc(), Post.id.asc())
        )
        first, last = self.session.execute(select(newest, oldest)).one()
        if first is None:
            return None
        return _month_of(first), _month_of(max(last, self.search.since or last))

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


class _Walk:
    """A walk through hits from the newest back. Of each partition the planner expects so many hits (`expected`), among
    so many `posts`. Months are counted from the year 0.
    """

    def __init__(
        self,
        session: Session,
        hits: Select[Any],
        row_id: ColumnElement[int],
        expected: Mapping[str, int],
        posts: Mapping[str, float],
    ) -> None:
        self._session = session
        self._hits = hits
        self._row_id = row_id
        self._expected = expected
        self._posts = posts
        self._years_of_rest = 1
        self._trust = 1.0

    def newest(self, limit: int, month: int, oldest: int) -> list[int]:
        """Up to `limit` of the hits of `month` and of those before it, until the oldest month."""
        self._years_of_rest = max(1, sum(year not in YEARS for year in range(oldest // 12, month // 12 + 1)))
        ids: list[int] = []
        while len(ids) < limit and month >= oldest:
            missing = limit - len(ids)
            first = self._first_of_some_years(month // 12, oldest // 12, missing)
            expected = sum(self._expected_in(year) for year in range(first, month // 12 + 1))
            if self._believed(month // 12) > THICK * missing:
                found = self._by_months(missing, month, max(oldest, first * 12))
            else:
                found = self._of_months(first * 12, month // 12 * 12 + 11, missing)
            ids += found
            self._trust = 1.0 if 10 * len(found) >= min(missing, expected) else max(LEAST_TRUST, self._trust / 4)
            month = first * 12 - 1
        return ids

    def _expected_in(self, year: int) -> float:
        expected = self._expected.get(_partition_of(year), 0)
        return expected if year in YEARS else expected / self._years_of_rest

    def _is_known(self, year: int) -> bool:
        name = _partition_of(year)
        return self._expected.get(name, 0) >= KNOWN * self._posts.get(name, 0)

    def _believed(self, year: int) -> float:
        """How many hits there may be in a year."""
        return self._expected_in(year) * (1.0 if self._is_known(year) else self._trust)

    def _first_of_some_years(self, year: int, oldest: int, missing: int) -> int:
        """The first of the years until `year` that are walked at once for the hits that are missing. One that is thick
        with them is walked alone.
        """
        first, believed = year, self._believed(year)
        while first > oldest:
            believed += self._believed(first - 1)
            if believed > AHEAD * missing:
                break
            first -= 1
        return first

    def _by_months(self, limit: int, month: int, oldest: int) -> list[int]:
        """Up to `limit` hits of the months of a year, some at a time."""
        ids: list[int] = []
        year = month // 12
        length = max(1, math.ceil(AHEAD * limit * 12 / self._believed(year)))
        while len(ids) < limit and month >= oldest:
            begin = max(oldest, month - length + 1)
            found = self._of_months(begin, month, limit - len(ids))
            ids += found
            walked = month - begin + 1
            if found:
                length = math.ceil(min(LONGER * walked, AHEAD * (limit - len(ids)) * walked / len(found)))
            else:  # all that is left, where the year was but guessed to be thick
                length = LONGER * walked if self._is_known(year) else 12
            month = begin - 1
        return ids

    def _of_months(self, begin: int, end: int, limit: int) -> list[int]:
        """The newest hits from the one month to the other. They are ordered by a sum, which no index has, so that the
        planner gathers all of them and does not read the posts in their order until some match.
        """
        hits = self._hits.where(self._row_id >= _first_id(begin), self._row_id < _first_id(end + 1))
        if begin % 12 or (end + 1) % 12:
            words = " | ".join(f"'#m{_first_day(month):%Y%m}'" for month in range(begin, end + 1))
            hits = hits.where(_has(cast(literal(words), TSQUERY)))
        return list(self._session.scalars(hits.order_by((self._row_id + 0).desc()).limit(limit)))


def _add_rows(expected: dict[str, int], plan: Mapping[str, Any]) -> None:
    """Add to what is expected what a plan, as EXPLAIN has it in JSON, says of each partition."""
    name = plan.get("Relation Name", "")
    if name.startswith(INDEX.name):
        expected[name] += plan["Plan Rows"]
    for part in plan.get("Plans", []):
        _add_rows(expected, part)


def _partition_of(year: int) -> str:
    return f"{INDEX.name}_{year}" if year in YEARS else REST


def _month_of(row_id: int) -> int:
    moment = datetime.fromtimestamp(row_id // SLOTS_PER_SECOND, UTC)
    return moment.year * 12 + moment.month - 1


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _first_id(month: int) -> int:
    return first_id(_first_day(month))


def _loosened(expression: Any) -> ColumnElement[Any]:
    """The query as the index alone knows it: words without their places."""
    words = func.regexp_replace(cast(expression, Text), "<(-|[0-9]+)>", "&", "g")
    return cast(func.replace(func.replace(words, ":*A", ":*"), ":A", ""), TSQUERY)
