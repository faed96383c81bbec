"""Where event mentions stand among those of one type that the same happens to, so that a batch is resolved with
those of its days alone.

Revision: 0011
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# SQLite only numbers a column by itself when it is declared INTEGER.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DEALS = ("acquisition", "partnership")
STRIDE = 365
BATCH = 5_000

MENTION = sa.table(
    "event_mention",
    sa.column("id", sa.BigInteger()), sa.column("post_id", sa.BigInteger()), sa.column("type", sa.String()),
    sa.column("status", sa.String()), sa.column("begin", sa.Date()), sa.column("end_date", sa.Date()),
)  # fmt: skip
SUBJECT = sa.table(
    "event_mention_subject",
    sa.column("event_mention_id", sa.BigInteger()), sa.column("entity_id", sa.BigInteger()),
    sa.column("position", sa.Integer()),
)  # fmt: skip
POST = sa.table(
    "post",
    sa.column("id", sa.BigInteger()), sa.column("published_at", sa.DateTime(timezone=True)),
    sa.column("first_seen_at", sa.DateTime(timezone=True)),
)  # fmt: skip
PLACE = sa.table(
    "event_mention_place",
    sa.column("entity_id", sa.BigInteger()), sa.column("other_id", sa.BigInteger()), sa.column("type", sa.String()),
    sa.column("day", sa.Integer()), sa.column("event_mention_id", sa.BigInteger()), sa.column("end", sa.Integer()),
    sa.column("dated", sa.Boolean()), sa.column("happened", sa.Boolean()), sa.column("reported", sa.Integer()),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "event_mention_place",
        sa.Column("entity_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column(
            "other_id", sa.BigInteger(), autoincrement=False, nullable=False,
            comment="the other party of a deal, the later one; else 0",
        ),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_mention_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("end", sa.Integer(), nullable=False, comment="the day after the last"),
        sa.Column("dated", sa.Boolean(), nullable=False),
        sa.Column("happened", sa.Boolean(), nullable=False),
        sa.Column("reported", sa.Integer(), nullable=False, comment="the day on which its post came out"),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_event_mention_place_entity_id_entity"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_mention_id"], ["event_mention.id"],
            name=op.f("fk_event_mention_place_event_mention_id_event_mention"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "entity_id", "other_id", "type", "day", "event_mention_id", name=op.f("pk_event_mention_place")
        ),
        sqlite_with_rowid=False,  # the key is most of the row, so that the table is its own index
    )  # fmt: skip
    _fill()
    op.create_index(op.f("ix_event_mention_place_event_mention_id"), "event_mention_place", ["event_mention_id"])


def _fill() -> None:
    connection = op.get_bind()
    mentions = (
        sa.select(MENTION, POST.c.published_at, POST.c.first_seen_at)
        .join_from(MENTION, POST, POST.c.id == MENTION.c.post_id)
        .order_by(MENTION.c.id)
        .limit(BATCH)
    )
    last = -1
    while rows := connection.execute(mentions.where(MENTION.c.id > last)).all():
        some = SUBJECT.c.event_mention_id.between(last + 1, rows[-1].id) & (SUBJECT.c.position < 2)
        parties: dict[int, list[int]] = defaultdict(list)
        for subject in connection.execute(sa.select(SUBJECT).where(some).order_by(SUBJECT.c.position)):
            parties[subject.event_mention_id].append(subject.entity_id)
        last = rows[-1].id
        places = [place for row in rows if row.id in parties for place in _places(row, parties[row.id])]
        if places:
            connection.execute(sa.insert(PLACE), places)


def _places(mention: Any, parties: list[int]) -> list[dict[str, Any]]:
    entity_id, other_id = sorted(parties) if mention.type in DEALS and len(parties) > 1 else (parties[0], 0)
    reported = _day(mention.published_at or mention.first_seen_at)
    dated = mention.begin is not None and mention.end_date is not None
    begin = mention.begin.toordinal() if dated else reported
    end = mention.end_date.toordinal() if dated else begin + 1
    return [
        {
            "entity_id": entity_id, "other_id": other_id, "type": mention.type, "day": day,
            "event_mention_id": mention.id, "end": end, "dated": dated, "happened": mention.status == "happened",
            "reported": reported,
        }
        for day in range(begin, max(end, begin + 1), STRIDE)
    ]  # fmt: skip


def _day(instant: datetime) -> int:
    """Of an instant in UTC, whose zone SQLite forgets."""
    return (instant.astimezone(UTC) if instant.tzinfo else instant).date().toordinal()


def downgrade() -> None:
    op.drop_table("event_mention_place")
