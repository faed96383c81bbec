"""Saved queries, what is new to them in the order in which it came, and the messages that tell them.

Posts that are analysed already are no news: they get their place in the order here.

Revision: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "arrival",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column(
            "post_id",
            sa.BigInteger(),
            sa.ForeignKey("post.id", name="fk_arrival_post_id_post", ondelete="CASCADE", onupdate="CASCADE"),
            nullable=False,
        ),
        sa.UniqueConstraint("post_id", name="uq_arrival_post_id"),
        sqlite_autoincrement=True,
    )
    op.execute(
        "INSERT INTO arrival (post_id) "
        "SELECT id FROM post WHERE analysis_version IS NOT NULL ORDER BY first_seen_at, id"
    )
    op.create_table(
        "event_told",
        sa.Column("public_id", sa.String(36), primary_key=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
    )
    op.create_table(
        "event_news",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("public_id", sa.String(36), nullable=False),
        sa.Column("change", sa.String(16), nullable=False, comment="new, status or moved"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "subscription",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("public_id", sa.String(36), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("what", sa.String(16), nullable=False, comment="posts or timeline"),
        sa.Column("query", sa.JSON(), nullable=False, comment="parameters as the API takes them"),
        sa.Column("kind", sa.String(16), nullable=False, comment="webhook, email or chat"),
        sa.Column("address", sa.Text(), nullable=False, comment="a secret where the kind is chat"),
        sa.Column("format", sa.String(16), nullable=True, comment="of a chat: see ingest/chats.py"),
        sa.Column("secret", sa.Text(), nullable=False, comment="the key of signatures and of unsubscribing"),
        sa.Column("former_secret", sa.Text(), nullable=True),
        sa.Column("former_until", INSTANT, nullable=True, comment="until then it signs as well"),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("disabled_reason", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False, comment="the last arrival or event_news looked at"),
        sa.Column("last_delivered_at", INSTANT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False, comment="attempts in a row"),
        sa.UniqueConstraint("public_id", name="uq_subscription_public_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "delivery",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("public_id", sa.String(40), nullable=False, comment="by which a receiver knows it again"),
        sa.Column(
            "subscription_id",
            ROW_ID,
            sa.ForeignKey("subscription.id", name="fk_delivery_subscription_id_subscription", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False, comment="how many posts or events it tells of"),
        sa.Column("payload", sa.Text(), nullable=True, comment="JSON; null once it was delivered"),
        sa.Column("state", sa.String(16), nullable=False, comment="pending, delivered or failed"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("next_at", INSTANT, nullable=False, comment="when it is to be tried"),
        sa.Column("lease", sa.String(32), nullable=True, comment="of whoever is sending it"),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True, comment="of HTTP or SMTP"),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.UniqueConstraint("public_id", name="uq_delivery_public_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_delivery_order", "delivery", ["subscription_id", "state", "id"])
    op.create_index("ix_delivery_due", "delivery", ["state", "next_at"])


def downgrade() -> None:
    for table in ("delivery", "subscription", "event_news", "event_told", "arrival"):
        op.drop_table(table)
