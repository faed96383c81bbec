"""Inserted posts into the full-text index of SQLite. PostgreSQL has its own in a generated column.

What changes or goes is kept in step by triggers. What comes is not: a trigger that writes to FTS5 makes it write out
what it has gathered for each row, which takes three times as long as all rows in one statement, in their order.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from store.chunks import chunks

INSERT = text(
    "insert into post_search (rowid, title, text, tag_tokens) "
    "select id, title, text, tag_tokens from post where id in :ids order by id"
).bindparams(bindparam("ids", expanding=True))


def index_posts(session: Session, post_ids: Collection[int]) -> None:
    """Have posts that were inserted in this transaction, and not changed since, found by their words."""
    if not post_ids or session.get_bind().dialect.name != "sqlite":
        return
    for ids in chunks(post_ids):
        session.execute(INSERT, {"ids": ids})
