"""Runs searches: newest first by row id, or by relevance over a bounded number of hits; pages by keyset."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from store.cursors import decode_cursor, encode_cursor
from store.models import Post
from store.records import Page, PostQuery, PostSummary
from store.search.compiler import CompiledSearch, Compiler, filters, first_id
from store.search.naming import about_tokens
from store.search.postgresql import PostgresqlCompiler, PostgresqlRunner
from store.search.runner import MARKS, Runner
from store.search.sqlite import SqliteCompiler, SqliteRunner
from store.search.syntax import All, Either, Field, Node, Words, parse_query
from store.text import storable, words_of
from store.views import summaries


def search_posts(
    session: Session,
    query: PostQuery,
    *,
    limit: int,
    cursor: str | None = None,
    with_content: bool = False,
    counted: bool = True,
    highlighted: bool = True,
) -> Page[PostSummary]:
    """Posts that a query matches. `total` is exact up to 1,000, then None; on PostgreSQL, whose index has
    to look at each such hit, up to 100 for a phrase and words of the title. What is not to be `counted` or
    `highlighted` has no total and no highlights, which cost most of what a long list does.

    Raises:
        QuerySyntaxError: `q` cannot be read.
        CursorError: the cursor is not one of this list.
    """
    search = compile_search(session, query)
    run = runner(session, search)
    total = run.count() if counted else None
    if query.sort == "relevance" and search.words is not None:
        ids, following = _by_relevance(session, run, limit, cursor)
    else:
        ids, following = _newest(run, limit, cursor)
    snippets = run.snippets(ids) if highlighted else {}
    highlights = {row_id: _marked(snippet) for row_id, snippet in snippets.items()}
    return Page(summaries(session, ids, highlights=highlights, with_content=with_content), following, total)


def search_condition(session: Session, q: str, *, today: date | None) -> ColumnElement[bool]:
    """A query as a condition on `post`, for lists of other things about posts; relative dates count from `today`."""
    return compile_search(session, PostQuery(q=q, today=today)).condition()


def runner(session: Session, search: CompiledSearch) -> Runner:
    """What runs a search on the session's database."""
    kind = SqliteRunner if isinstance(search.compiler, SqliteCompiler) else PostgresqlRunner
    return kind(session, search)


def compile_search(session: Session, query: PostQuery) -> CompiledSearch:
    sqlite_here = session.get_bind().dialect.name == "sqlite"
    compiler: Compiler = SqliteCompiler(session) if sqlite_here else PostgresqlCompiler(session)
    tree = parse_query(storable(query.q), today=query.today) if query.q else None
    nodes = [*([tree] if tree is not None else []), *filters(query)]
    # One level of All, so that words and tag tokens become one expression of the index.
    flat = [inner for node in nodes for inner in (node.nodes if isinstance(node, All) else (node,))]
    published = [node for node in flat if isinstance(node, Field) and node.name in {"after", "before"}]
    expression, beside = compiler.parted([node for node in flat if node not in published])
    words = _words_of(tree) if tree is not None else []
    about = about_tokens(session, flat)
    return CompiledSearch(
        compiler,
        expression,
        beside,
        since=max((first_id(t) for t in (query.after, *_days_of(published, "after")) if t is not None), default=None),
        until=min((first_id(t) for t in (query.before, *_days_of(published, "before")) if t is not None), default=None),
        words=_either(compiler, words),
        about=compiler.either_token(about) if about else None,
        reads_posts=any(isinstance(word, Field) or len(words_of(word.text)) > 1 for word in words),
    )


def _either(compiler: Compiler, nodes: Sequence[Node]) -> Any | None:
    return compiler.join([compiler.expression(node) for node in nodes], either=True) if nodes else None


def _days_of(nodes: Sequence[Field], name: str) -> list[Any]:
    return [node.begin for node in nodes if node.name == name]


def _words_of(node: Node) -> list[Words | Field]:
    """The words that a hit may be about: not those that are excluded."""
    match node:
        case Words() | Field(name="title"):
            return [node]
        case All(nodes) | Either(nodes):
            return [found for inner in nodes for found in _words_of(inner)]
    return []


def _newest(run: Runner, limit: int, cursor: str | None) -> tuple[list[int], str | None]:
    below = None
    if cursor is not None:
        (below,) = decode_cursor(cursor, "newest", int)
    ids = run.newest(limit + 1, below)
    return ids[:limit], encode_cursor("newest", ids[limit - 1]) if len(ids) > limit else None


def _by_relevance(session: Session, run: Runner, limit: int, cursor: str | None) -> tuple[list[int], str | None]:
    """The hits by their scores, which freshness is part of: a cursor says what was new when the list was begun."""
    last: tuple[float, int] | None = None
    if cursor is not None:
        last_score, last_id, newest = decode_cursor(cursor, "relevance", float, int, int)
        last = last_score, last_id
    else:
        newest = session.scalar(select(Post.id).order_by(Post.id.desc()).limit(1)) or 0
    rows = run.ranked(limit + 1, newest=newest, after=last)
    shown = rows[:limit]
    following = encode_cursor("relevance", shown[-1][1], shown[-1][0], newest) if len(rows) > limit else None
    return [row_id for row_id, _ in shown], following


def _marked(snippet: str) -> str:
    escaped = html.escape(" ".join(snippet.split()), quote=False)
    return escaped.replace(MARKS[0], "<mark>").replace(MARKS[1], "</mark>")
