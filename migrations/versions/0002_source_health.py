"""What the visits have shown of a source: its rhythm, its silence, and redirects that may be its new address.

Columns are added and dropped as they are: making `source` anew would, on SQLite, delete by cascade all that hangs on
its rows.

Revision: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NAMES = (
    "watched_since",
    "visits",
    "arrivals",
    "usual_gap_days",
    "longest_gap_days",
    "posts_per_week",
    "last_new_at",
    "empty_since",
    "redirect_url",
    "redirect_since",
    "redirect_visits",
    "redirect_kept",
    "former_urls",
    "moved_at",
)


def upgrade() -> None:
    for column in (
        sa.Column(
            "watched_since", sa.DateTime(timezone=True), nullable=True, comment="the first success that was counted"
        ),
        sa.Column("visits", sa.Integer(), server_default="0", nullable=False, comment="successful ones since then"),
        sa.Column(
            "arrivals",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="visits after the first that brought new posts",
        ),
        sa.Column("usual_gap_days", sa.Float(), nullable=True, comment="between two arrivals"),
        sa.Column("longest_gap_days", sa.Float(), nullable=True, comment="between two arrivals, fading"),
        sa.Column(
            "posts_per_week",
            sa.Float(),
            server_default="0",
            nullable=False,
            comment="recent weeks weigh more; as of the last success",
        ),
        sa.Column(
            "last_new_at", sa.DateTime(timezone=True), nullable=True, comment="the last visit that brought new posts"
        ),
        sa.Column("empty_since", sa.DateTime(timezone=True), nullable=True, comment="it answers, without entries"),
        sa.Column("redirect_url", sa.Text(), nullable=True, comment="where it is redirected to for good"),
        sa.Column("redirect_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "redirect_visits", sa.Integer(), server_default="0", nullable=False, comment="in a row, to that address"
        ),
        sa.Column("redirect_kept", sa.Text(), nullable=True, comment="why url is not that address all the same"),
        sa.Column(
            "former_urls", sa.JSON(), nullable=True, comment="addresses that redirects led away from, oldest first"
        ),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("source", column)
    # when something new last came is known; how often it comes is seen from the next visit on
    op.execute(
        "UPDATE source SET last_new_at = "
        "(SELECT max(sighting.first_seen_at) FROM sighting WHERE sighting.source_id = source.id)"
    )


def downgrade() -> None:
    for name in reversed(NAMES):
        op.drop_column("source", name)
