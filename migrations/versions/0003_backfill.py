"""How far the reading of each source's older posts has come; where on a page its posts are.

Revision: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# SQLite only numbers a column by itself when it is declared INTEGER.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "source",
        sa.Column("record_path", sa.Text(), nullable=True, comment="of a page: the tags that lead to its posts"),
    )
    op.add_column("source", sa.Column("record_count", sa.Integer(), nullable=True, comment="posts on it"))
    op.add_column("source", sa.Column("layout_warning", sa.Text(), nullable=True, comment="how these changed"))
    op.add_column("source", sa.Column("layout_changed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "backfill",
        sa.Column("source_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("start", sa.Text(), nullable=False, comment="the source's address when it began"),
        sa.Column("front", sa.Text(), nullable=True, comment="the page from which older ones are reached"),
        sa.Column("method", sa.String(length=16), nullable=True, comment="feed, pager, months or sitemap"),
        sa.Column("waiting", sa.JSON(), nullable=False, comment="where to go on: [address, month] pairs, in order"),
        sa.Column("archives", sa.JSON(), nullable=False, comment="month archives met so far, as in waiting"),
        sa.Column("worked", sa.Boolean(), nullable=False, comment="older posts were found"),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False, comment="posts, those stored before included"),
        sa.Column("new", sa.Integer(), nullable=False, comment="of these, stored by it"),
        sa.Column("idle", sa.Integer(), nullable=False, comment="pages in a row that brought nothing older"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True, comment="the time of the last page's posts"),
        sa.Column("reached", sa.DateTime(timezone=True), nullable=True, comment="when the oldest post was published"),
        sa.Column("ended", sa.Text(), nullable=True, comment="why there is no more to read"),
        sa.Column("error", sa.Text(), nullable=True, comment="of the last page, if it failed"),
        sa.Column("failures", sa.Integer(), nullable=False, comment="in a row, at one page"),
        sa.Column("resume_at", sa.DateTime(timezone=True), nullable=True, comment="not before"),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False, comment="when the last page was read"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_backfill_source_id_source"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_backfill")),
    )
    op.create_table(
        "backfill_met",
        sa.Column("source_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False, comment="hash of a page, month or post"),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["backfill.source_id"],
            name=op.f("fk_backfill_met_source_id_backfill"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_id", "key", name=op.f("pk_backfill_met")),
    )


def downgrade() -> None:
    op.drop_table("backfill_met")
    op.drop_table("backfill")
    for name in ("layout_changed_at", "layout_warning", "record_count", "record_path"):
        op.drop_column("source", name)
