"""Inserted posts into the full-text index of SQLite. PostgreSQL's own triggers do that.

Triggers keep the index in step with whatever is done to posts. But a trigger that writes to FTS5 makes it write out
what it has gathered for each row, which takes three times as long as all rows in one statement, in their order. So the
one for inserts can be held off while a batch is inserted, which has to be indexed in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from store.chunks import chunks

HOLD, RELEASE = text("insert into post_search_hold values (1)"), text("delete from post_search_hold")
INSERT = text(
    "insert into post_search (rowid, title, text, tag_tokens) "
    "select id, title, text, tag_tokens from post where id in :ids order by id"
).bindparams(bindparam("ids", expanding=True))


@contextmanager
def index_held(session: Session) -> Iterator[None]:
    """Posts that are inserted in the block are not indexed: `index_posts` has to follow, before they are changed."""
    if not _is_sqlite(session):
        yield
        return
    session.execute(HOLD)  # seen by this transaction alone, and gone with it if it fails
    yield
    session.execute(RELEASE)


def index_posts(session: Session, post_ids: Collection[int]) -> None:
    """Have posts that were inserted while the index was held found by their words."""
    if post_ids and _is_sqlite(session):
        for ids in chunks(post_ids):
            session.execute(INSERT, {"ids": ids})


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
