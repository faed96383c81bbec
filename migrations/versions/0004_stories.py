"""Stories: posts that report the same news, the keys by which they are found, and the pairs that are alike.

Revision: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# SQLite only numbers a column by itself when it is declared INTEGER.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "story",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("first_post_id", sa.BigInteger(), nullable=False, comment="row id of its earliest post"),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), nullable=False, comment="when a post last joined or left it"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
        sa.UniqueConstraint("public_id", name=op.f("uq_story_public_id")),
    )
    op.create_index(op.f("ix_story_first_post_id"), "story", ["first_post_id"], unique=False)
    op.create_table(
        "story_post",
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("story_id", ROW_ID, nullable=False),
        _of_post("story_post", "post_id"),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_story_post_story_id_story"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_story_post")),
    )
    op.create_index(op.f("ix_story_post_story_id"), "story_post", ["story_id"], unique=False)
    op.create_table(
        "story_key",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        _of_post("story_key", "post_id"),
        sa.PrimaryKeyConstraint("key", "post_id", name=op.f("pk_story_key")),
        sqlite_with_rowid=False,  # the key is most of the row, so that the table is its own index
    )
    op.create_index(op.f("ix_story_key_post_id"), "story_key", ["post_id"], unique=False)
    op.create_table(
        "story_link",
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("other_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("alike", sa.Float(), nullable=False),
        _of_post("story_link", "post_id"),
        _of_post("story_link", "other_id"),
        sa.PrimaryKeyConstraint("post_id", "other_id", name=op.f("pk_story_link")),
    )
    op.create_index(op.f("ix_story_link_other_id"), "story_link", ["other_id"], unique=False)


def _of_post(table: str, column: str) -> sa.ForeignKeyConstraint:
    """A post's row id follows its date, and what hangs on the post follows its row id."""
    return sa.ForeignKeyConstraint(
        [column], ["post.id"], name=op.f(f"fk_{table}_{column}_post"), ondelete="CASCADE", onupdate="CASCADE"
    )


def downgrade() -> None:
    for table in ("story_link", "story_key", "story_post", "story"):
        op.drop_table(table)
