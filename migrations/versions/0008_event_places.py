"""Where events stand on timelines, how far their dates moved, and what is told of them in contradictory ways.

How far dates of stored events moved and what contradicts itself is found when they are next resolved (`hostwire
retag`); all else is filled here.

Revision: 0008
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# SQLite only numbers a column by itself when it is declared INTEGER.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LONG_DAYS = 366
ID_BITS = 40
UNDATED = ((1 << 22) - 1) << ID_BITS
BATCH = 5_000

INDEXES = (
    ("ix_event_place", ["place", "id", "end"], None),
    ("ix_event_type_place", ["type", "place", "id", "status", "end"], None),
    ("ix_event_status_place", ["status", "place", "id", "end"], None),
    ("ix_event_last_reported_at_first_reported_at", ["last_reported_at", "first_reported_at"], None),
    ("ix_event_long", ["place"], "is_long"),
    ("ix_event_slipped", ["place"], "slipped_days > 0"),
    ("ix_event_disputed", ["place"], "conflict is not null"),
)
REPORTED = "coalesce(post.published_at, post.first_seen_at)"
FILL_REPORTS = f"""
update event set
    reports = (select count(*) from event_mention where event_mention.event_id = event.id),
    last_reported_at = (
        select nullif(max({REPORTED}), event.first_reported_at)
        from event_mention join post on post.id = event_mention.post_id where event_mention.event_id = event.id)
"""  # noqa: S608 - no words of others are in it
FILL_PLACES = """
insert into event_place (entity_id, place, event_id, "end", type, status, is_late, is_disputed)
with recursive line (event_id, entity_id) as (
    select event_id, entity_id from event_subject
    union
    select line.event_id, entity.parent_id from line join entity on entity.id = line.entity_id
    where entity.parent_id is not null
)
select line.entity_id, event.place, event.id, event."end", event.type, event.status, false, false
from line join event on event.id = line.event_id
"""


def _added() -> list[sa.Column[Any]]:
    """The new columns of an event. Those of events that are there have a default: SQLite would otherwise make the table
    anew, and what hangs on its rows would go with them.
    """
    none, no = sa.text("0"), sa.text("false")
    return [
        sa.Column("last_reported_at", sa.DateTime(timezone=True), comment="null: it was reported once"),
        sa.Column("reports", sa.Integer(), server_default=none, nullable=False, comment="how many mentions"),
        sa.Column(
            "place", sa.BigInteger(), server_default=none, nullable=False,
            comment="where it stands on timelines; see store/places.py",
        ),
        sa.Column(
            "is_long", sa.Boolean(), server_default=no, nullable=False, comment="its date leaves more than a year open"
        ),
        sa.Column("slipped_days", sa.Integer(), comment="later than first planned; negative: earlier"),
        sa.Column("conflict", sa.JSON(), comment="the sides of the contradiction; null: nobody contradicts"),
    ]  # fmt: skip


def upgrade() -> None:
    op.drop_index("ix_event_begin", "event")
    for column in _added():
        op.add_column("event", column)
    op.add_column("event_date_change", sa.Column("moved_days", sa.Integer(), comment="since the date before it"))
    op.execute(FILL_REPORTS)
    _fill_places_of_events()
    for name, columns, where in INDEXES:
        condition = sa.text(where) if where else None
        op.create_index(name, "event", columns, sqlite_where=condition, postgresql_where=condition)
    op.create_table(
        "event_place",
        sa.Column("entity_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False, comment="later than first planned"),
        sa.Column("is_disputed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_event_place_entity_id_entity"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_place_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entity_id", "place", "event_id", name=op.f("pk_event_place")),
        sqlite_with_rowid=False,  # the key is most of the row, so that the table is its own index
    )
    op.execute(FILL_PLACES)
    op.create_index(op.f("ix_event_place_event_id"), "event_place", ["event_id"], unique=False)


def _fill_places_of_events() -> None:
    connection = op.get_bind()
    event = sa.table(
        "event",
        sa.column("id", sa.BigInteger()), sa.column("public_id", sa.String()), sa.column("begin", sa.Date()),
        sa.column("end", sa.Date()), sa.column("place", sa.BigInteger()), sa.column("is_long", sa.Boolean()),
    )  # fmt: skip
    filled = (
        sa.update(event)
        .where(event.c.id == sa.bindparam("row"))
        .values(place=sa.bindparam("there"), is_long=sa.bindparam("long"))
    )
    last = -1
    while True:
        some = sa.select(event.c.id, event.c.public_id, event.c.begin, event.c.end).where(event.c.id > last)
        rows = connection.execute(some.order_by(event.c.id).limit(BATCH)).all()
        if not rows:
            return
        last = rows[-1].id
        values = []
        for row in rows:
            day = UNDATED if row.begin is None else row.begin.toordinal() << ID_BITS
            long = row.begin is not None and row.end is not None and (row.end - row.begin).days > LONG_DAYS
            values.append({"row": row.id, "there": day + _beginning(row.public_id), "long": long})
        connection.execute(filled, values)


def _beginning(public_id: str) -> int:
    digits = public_id.replace("-", "")[: ID_BITS // 4]
    try:
        return int(digits.ljust(ID_BITS // 4, "0"), 16)
    except ValueError:
        return int.from_bytes(public_id.encode("utf-8", "replace")[:5].ljust(5, b"\0"), "big")


def downgrade() -> None:
    op.drop_table("event_place")
    for name, *_ in INDEXES:
        op.drop_index(name, "event")
    op.drop_column("event_date_change", "moved_days")
    for column in reversed(_added()):
        op.drop_column("event", column.name)
    op.create_index("ix_event_begin", "event", ["begin"])
