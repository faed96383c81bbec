"""How often an event's date, status or title changed: SEQUENCE in calendars, which so far counted dates alone.

It begins with what was counted, so that no calendar that somebody has is newer than ours.

Revision: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "event",
        sa.Column(
            "revision",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="how often its date, status or title changed; never falls",
        ),
    )
    op.execute("UPDATE event SET revision = sequence")


def downgrade() -> None:
    op.drop_column("event", "revision")
