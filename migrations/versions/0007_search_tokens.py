"""Dates, status and authors as words of the full-text index.

Revision: 0007
"""

from __future__ import annotations

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None: ...


def downgrade() -> None: ...
