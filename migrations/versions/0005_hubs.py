"""Hubs (WebSub): what a source's hub is asked and has confirmed, and the subscriptions that are to be ended.

Revision: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# SQLite only numbers a column by itself when it is declared INTEGER.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "hub_subscription",
        sa.Column("source_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("hub_url", sa.Text(), nullable=False, comment="as the source states it"),
        sa.Column("topic_url", sa.Text(), nullable=False, comment="as the source states it"),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column(
            "token", sa.String(length=64), nullable=True, comment="SHA-256 of what the callback's path ends with"
        ),
        sa.Column("callback_url", sa.Text(), nullable=True, comment="a secret: who knows it can confirm and deny"),
        sa.Column("secret", sa.Text(), nullable=True, comment="the key of the hub's signatures"),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ask_at", sa.DateTime(timezone=True), nullable=True, comment="when the hub is to be asked next"),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False, comment="requests in a row that came to nothing"),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("last_ping_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "pinged_at", sa.DateTime(timezone=True), nullable=True, comment="of a ping not yet followed by a visit"
        ),
        sa.Column(
            "missed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="of a visit that found what no ping had told; null after the next ping",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_hub_subscription_source_id_source"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_hub_subscription")),
        sa.UniqueConstraint("token", name=op.f("uq_hub_subscription_token")),
    )
    op.create_table(
        "hub_farewell",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("hub_url", sa.Text(), nullable=False),
        sa.Column("topic_url", sa.Text(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("callback_url", sa.Text(), nullable=False),
        sa.Column("ask_at", sa.DateTime(timezone=True), nullable=True, comment="null: at the next run"),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hub_farewell")),
        sa.UniqueConstraint("token", name=op.f("uq_hub_farewell_token")),
    )


def downgrade() -> None:
    op.drop_table("hub_farewell")
    op.drop_table("hub_subscription")
