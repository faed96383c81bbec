"""Runs searches: newest first by row id, or by relevance over a bounded number of hits; pages by keyset."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Numeric, Select, and_, func, literal, literal_column, select, true
from sqlalchemy.orm import Session

from store.cursors import decode_cursor, encode_cursor
from store.models import SLOTS_PER_SECOND, Post
from store.records import Page, PostQuery, PostSummary
from store.search import postgresql, sqlite
from store.search.compiler import Compiler, filters, start_of, talks_about
from store.search.syntax import All, Either, Field, Node, Words, parse_query
from store.text import storable
from store.views import summaries

EXACT_TOTAL = 10_000  # hits are counted up to here; the rest are "more"
RANKED_NEWEST = 2_000  # of more hits than that, only so many of the newest are ranked
MARKS = ("\x02", "\x03")
SNIPPET_WORDS = 24


@dataclass(frozen=True, slots=True)
class CompiledSearch:
    """A query, parted into what the full-text index answers and what is asked of the post itself."""

    compiler: Compiler
    expression: Any | None
    beside: list[ColumnElement[bool]]
    since: list[int]  # row ids from here on
    until: list[int]  # and below here
    words: Any | None  # the expression of what is ranked and highlighted
    sure_of_words: bool  # no post is a hit without one of them

    def condition(self) -> ColumnElement[bool]:
        """All of it as a condition on `post`."""
        indexed = [] if self.expression is None else [self.compiler.matches(self.expression)]
        return and_(true(), *indexed, *self.beside, *self._range(Post.id))

    def hits(self) -> tuple[Select[Any], ColumnElement[int]]:
        """The row ids that match, and their column, by which the database can walk them newest first.

        SQLite does so in its index of words alone, where the index leads and the post is looked at one by one; asked
        for posts whose id is among the hits, it would gather all hits before it shows the first.
        """
        if self.expression is None or not isinstance(self.compiler, sqlite.SqliteCompiler):
            return select(Post.id).where(self.condition()), Post.id.expression
        stmt = sqlite.match(str(self.expression)).where(*self._range(sqlite.ROW_ID))
        if self.beside:
            post = select(literal(1)).select_from(Post).where(Post.id == sqlite.ROW_ID, *self.beside)
            stmt = stmt.where(post.correlate_except(Post).exists())
        return stmt, sqlite.ROW_ID

    def _range(self, row_id: Any) -> list[ColumnElement[bool]]:
        return [*(row_id >= bound for bound in self.since), *(row_id < bound for bound in self.until)]


def search_posts(
    session: Session, query: PostQuery, *, limit: int, cursor: str | None = None, with_content: bool = False
) -> Page[PostSummary]:
    """Posts that a query matches. `total` is exact up to 10,000, then None.

    Raises:
        QuerySyntaxError: `q` cannot be read.
        CursorError: the cursor is not one of this list.
    """
    search = compile_search(session, query)
    ranked = query.sort == "relevance" and search.words is not None
    total = _capped_count(session, search)
    if ranked:
        ids, following = _by_relevance(session, search, limit, cursor, capped=total is None)
    else:
        ids, following = _newest(session, search, limit, cursor)
    highlights = _highlights(session, search, ids)
    return Page(summaries(session, ids, highlights=highlights, with_content=with_content), following, total)


def search_condition(session: Session, q: str) -> ColumnElement[bool]:
    """A query as a condition on `post`, for lists of other things about posts."""
    return compile_search(session, PostQuery(q=q)).condition()


def compile_search(session: Session, query: PostQuery) -> CompiledSearch:
    sqlite_here = session.get_bind().dialect.name == "sqlite"
    compiler: Compiler = sqlite.SqliteCompiler(session) if sqlite_here else postgresql.PostgresqlCompiler(session)
    tree = parse_query(storable(query.q)) if query.q else None
    nodes = [*([tree] if tree is not None else []), *filters(query)]
    # One level of All, so that words and tag tokens become one expression of the index.
    flat = [inner for node in nodes for inner in (node.nodes if isinstance(node, All) else (node,))]
    expression, beside = compiler.parted(flat)
    if query.after is not None:
        beside.append(Post.published_at >= query.after)
    if query.before is not None:
        beside.append(Post.published_at < query.before)
    if query.when_begin is not None or query.when_end is not None:
        beside.append(talks_about(query.when_begin, query.when_end))
    wanted = [compiler.expression(node) for node in _words_of(tree)] if tree is not None else []
    words = compiler.join(wanted, either=True) if wanted else None
    after, before = _days_of(flat, "after"), _days_of(flat, "before")
    since = [math.floor(t.timestamp()) * SLOTS_PER_SECOND for t in (query.after, *after) if t is not None]
    until = [math.ceil(t.timestamp()) * SLOTS_PER_SECOND for t in (query.before, *before) if t is not None]
    sure_of_words = any(_asks_for_words(node) for node in flat)
    return CompiledSearch(compiler, expression, beside, since, until, words, sure_of_words)


def _days_of(nodes: Sequence[Node], name: str) -> list[datetime]:
    """The instants of `after:` or `before:`.

    Beside the exact condition they bound the row ids, which run in time order, so that the index begins there. A post
    whose date cannot be (years ahead of when it was seen) has its place, here too, where it was seen.
    """
    return [start_of(node.begin) for node in nodes if isinstance(node, Field) and node.name == name and node.begin]


def _words_of(node: Node) -> list[Node]:
    """The words that a hit may be about: not those that are excluded."""
    match node:
        case Words() | Field(name="title"):
            return [node]
        case All(nodes) | Either(nodes):
            return [found for inner in nodes for found in _words_of(inner)]
    return []


def _asks_for_words(node: Node) -> bool:
    """Does a hit of the node have some of its words? One of "a OR product:plesk", or of "a OR -b", need not."""
    match node:
        case Words() | Field(name="title"):
            return True
        case All(nodes):
            return any(map(_asks_for_words, nodes))
        case Either(nodes):
            return all(map(_asks_for_words, nodes))
    return False


def _capped_count(session: Session, search: CompiledSearch) -> int | None:
    matching, _ = search.hits()
    some = matching.limit(EXACT_TOTAL + 1).subquery()
    count = session.scalar(select(func.count()).select_from(some)) or 0
    return count if count <= EXACT_TOTAL else None


def _newest(session: Session, search: CompiledSearch, limit: int, cursor: str | None) -> tuple[list[int], str | None]:
    matching, row_id = search.hits()
    stmt = matching.order_by(row_id.desc()).limit(limit + 1)
    if cursor is not None:
        (last,) = decode_cursor(cursor, "newest", int)
        stmt = stmt.where(row_id < last)
    ids = list(session.scalars(stmt))
    return ids[:limit], encode_cursor("newest", ids[limit - 1]) if len(ids) > limit else None


def _by_relevance(
    session: Session, search: CompiledSearch, limit: int, cursor: str | None, *, capped: bool
) -> tuple[list[int], str | None]:
    chosen, hit = search.hits()
    if capped:
        chosen = chosen.order_by(hit.desc()).limit(RANKED_NEWEST)
    scored = _scored(search, chosen).subquery()
    score, row_id = scored.c.score, scored.c.id
    stmt = select(row_id, score).order_by(score.desc(), row_id.desc()).limit(limit + 1)
    if cursor is not None:
        last_score, last_id = decode_cursor(cursor, "relevance", float, int)
        stmt = stmt.where((score < last_score) | ((score == last_score) & (row_id < last_id)))
    rows = session.execute(stmt).all()
    shown = rows[:limit]
    following = encode_cursor("relevance", float(shown[-1][1]), shown[-1][0]) if len(rows) > limit else None
    return [row[0] for row in shown], following


def _scored(search: CompiledSearch, chosen: Select[Any]) -> Select[Any]:
    """Row ids with a score, the higher the better, rounded so that a cursor finds its place again."""
    if isinstance(search.compiler, sqlite.SqliteCompiler):
        rank: ColumnElement[Any] = literal_column(
            f"round(-bm25(post_search, {sqlite.TITLE_WEIGHT}, {sqlite.TEXT_WEIGHT}, 0.0), 6)"
        )
        matching = sqlite.match(str(search.words)).where(sqlite.ROW_ID.in_(chosen))
        ranked = matching.with_only_columns(sqlite.ROW_ID.label("id"), rank.label("score"))
        if search.sure_of_words:
            return ranked
        hits, scores = chosen.subquery(), ranked.subquery()
        hit = hits.c[0]
        return select(hit.label("id"), func.coalesce(scores.c.score, 0.0).label("score")).select_from(
            hits.outerjoin(scores, scores.c.id == hit)
        )
    picked = chosen.subquery()
    weights: ColumnElement[Any] = literal_column("'{0.0, 0.1, 0.2, 1.0}'::real[]")
    cover = func.round(func.ts_rank_cd(weights, postgresql.VECTOR, search.words, 1).cast(Numeric), 6)
    return select(Post.id.label("id"), cover.label("score")).where(Post.id.in_(select(picked.c.id)))


def _highlights(session: Session, search: CompiledSearch, ids: list[int]) -> dict[int, str]:
    """A snippet round the hits for each post of the page, escaped, with <mark> round each hit."""
    if search.words is None or not ids:
        return {}
    if isinstance(search.compiler, sqlite.SqliteCompiler):
        snippet: ColumnElement[Any] = literal_column(
            f"snippet(post_search, -1, char(2), char(3), '…', {SNIPPET_WORDS})"
        )
        matching = sqlite.match(str(search.words)).where(sqlite.ROW_ID.in_(ids))
        stmt: Select[Any] = matching.with_only_columns(sqlite.ROW_ID, snippet, snippet)
    else:
        options = f"StartSel={MARKS[0]}, StopSel={MARKS[1]}, MaxWords={SNIPPET_WORDS}, MinWords=12, MaxFragments=1"
        in_text, in_title = (
            func.ts_headline(postgresql.CONFIG, field, search.words, options) for field in (Post.text, Post.title)
        )
        stmt = select(Post.id, in_text, in_title).where(Post.id.in_(ids), postgresql.VECTOR.op("@@")(search.words))
    found = {}
    for row_id, *snippets in session.execute(stmt):  # of the text, where the hit is there; the title is shown anyway
        if hit := next((snippet for snippet in snippets if MARKS[0] in snippet), None):
            found[row_id] = _marked(hit)
    return found


def _marked(snippet: str) -> str:
    escaped = html.escape(" ".join(snippet.split()), quote=False)
    return escaped.replace(MARKS[0], "<mark>").replace(MARKS[1], "</mark>")
