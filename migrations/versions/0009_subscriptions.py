"""Saved queries and what they push.

Revision: 0009
"""

from __future__ import annotations

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None: ...


def downgrade() -> None: ...
