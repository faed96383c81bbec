"""Inserted posts are put into SQLite's full-text index by the store, many in one statement (store/indexing.py).

Revision: 0006
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER post_search_insert")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            """
            CREATE TRIGGER post_search_insert AFTER INSERT ON post BEGIN
                INSERT INTO post_search (rowid, title, text, tag_tokens)
                VALUES (new.id, new.title, new.text, new.tag_tokens);
            END
            """
        )
