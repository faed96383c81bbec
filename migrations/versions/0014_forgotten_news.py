"""When changes of events were noted, and since when events that were told of are gone: both are forgotten in time.

Revision: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    noted_at = sa.Column("noted_at", INSTANT, nullable=True, comment="null: before this was kept")
    gone_at = sa.Column("gone_at", INSTANT, nullable=True, comment="since when there is no such event")
    op.add_column("event_news", noted_at)
    op.add_column("event_told", gone_at)


def downgrade() -> None:
    op.drop_column("event_told", "gone_at")
    op.drop_column("event_news", "noted_at")
