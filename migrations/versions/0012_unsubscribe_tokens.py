"""What an address to unsubscribe at ends with is a token of its own, so that a new secret leaves mails of before their
way out. Subscriptions that are there keep what their mails say: it was made of their secret.

The column is added as it is: making `subscription` anew would, on SQLite, delete its messages by cascade.

Revision: 0012
"""

from __future__ import annotations

import hashlib
import hmac

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SIGNS = "the key of signatures"
SIGNED_BOTH = "the key of signatures and of unsubscribing"

SUBSCRIPTION = sa.table(
    "subscription",
    sa.column("id", sa.BigInteger),
    sa.column("public_id", sa.String),
    sa.column("secret", sa.Text),
    sa.column("unsubscribe_token", sa.String),
)


def upgrade() -> None:
    op.add_column(
        "subscription",
        sa.Column(
            "unsubscribe_token",
            sa.String(32),
            server_default="",
            nullable=False,
            comment="by which whoever gets its mails ends them; stays when the secret changes",
        ),
    )
    _say_of_secret(SIGNS, before=SIGNED_BOTH)
    row = SUBSCRIPTION.c
    for row_id, public_id, secret in op.get_bind().execute(sa.select(row.id, row.public_id, row.secret)).all():
        token = {"unsubscribe_token": _of_secret(public_id, secret)}
        op.execute(sa.update(SUBSCRIPTION).where(row.id == row_id).values(token))


def downgrade() -> None:
    _say_of_secret(SIGNED_BOTH, before=SIGNS)
    op.drop_column("subscription", "unsubscribe_token")


def _of_secret(public_id: str, secret: str) -> str:
    return hmac.new(secret.encode(), f"unsubscribe {public_id}".encode(), hashlib.sha256).hexdigest()[:32]


def _say_of_secret(comment: str, *, before: str) -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite has no comments
        op.alter_column("subscription", "secret", comment=comment, existing_comment=before, existing_nullable=False)
