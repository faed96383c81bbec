"""The trigger that puts inserted posts into SQLite's full-text index can be held off (store/indexing.py).

Revision: 0006
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TRIGGER = """
CREATE TRIGGER post_search_insert AFTER INSERT ON post {condition} BEGIN
    INSERT INTO post_search (rowid, title, text, tag_tokens) VALUES (new.id, new.title, new.text, new.tag_tokens);
END
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE TABLE post_search_hold (held INTEGER NOT NULL)")
        op.execute("DROP TRIGGER post_search_insert")
        op.execute(TRIGGER.format(condition="WHEN NOT EXISTS (SELECT 1 FROM post_search_hold)"))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER post_search_insert")
        op.execute(TRIGGER.format(condition=""))
        op.execute("DROP TABLE post_search_hold")
