"""Dates, status, authors and what a post is about as words of the full-text index, and indexes to count facets by.

On PostgreSQL the index gets a table of its own, of short rows: the hits of a word are then on few pages.

Revision: 0007
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BATCH = 1_000  # posts
UPDATE_TRIGGER = """
CREATE TRIGGER post_search_update AFTER UPDATE OF id, title, text, tag_tokens ON post
WHEN old.id IS NOT new.id OR old.title IS NOT new.title OR old.text IS NOT new.text
    OR old.tag_tokens IS NOT new.tag_tokens
BEGIN
    INSERT INTO post_search (post_search, rowid, title, text, tag_tokens)
    VALUES ('delete', old.id, old.title, old.text, old.tag_tokens);
    INSERT INTO post_search (rowid, title, text, tag_tokens) VALUES (new.id, new.title, new.text, new.tag_tokens);
END
"""


# What parts words, and how much of a text is searched, is as the first schema has it.
PARTING = (
    r"!-/:-@\[-`{-~\u0080-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20cf"
    r"\u2190-\u245f\u2500-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\ufe00-\ufe6f\ufffd\U0001f000-\U0001faff"
)
PLAIN = (
    r"regexp_replace(regexp_replace(left(normalize(left({column}, {length}), NFKD), {length}), '[\u0300-\u036f]+', '',"
    " 'g'), '[" + PARTING.replace("{", "{{") + "]+', ' ', 'g')"
)
VECTOR = (
    f"setweight(to_tsvector('hostwire'::regconfig, {PLAIN.format(column='title', length=10_000)}), 'A')"
    " || '#:1'::tsvector"
    f" || setweight(to_tsvector('hostwire'::regconfig, {PLAIN.format(column='text', length=200_000)}), 'B')"
    " || array_to_tsvector(array_remove(string_to_array('#' || replace(tag_tokens, ' ', ' #'), ' '), '#'))"
)
# The month of a post's place in time, by which the newest hits are found without a look at the others.
MONTH = "array_to_tsvector(array['#m' || to_char(to_timestamp({id} / 16) at time zone 'UTC', 'YYYYMM')])"
POSTGRESQL_INDEX = (
    """
    CREATE TABLE post_search (
        id bigint CONSTRAINT pk_post_search PRIMARY KEY
            CONSTRAINT fk_post_search_id_post REFERENCES post (id) ON DELETE CASCADE ON UPDATE CASCADE,
        vector tsvector NOT NULL
    )
    """,
    "ALTER TABLE post_search ALTER COLUMN vector SET STORAGE EXTERNAL",
    "ALTER TABLE post_search SET (toast_tuple_target = 128)",
    f"""
    CREATE FUNCTION post_search_vector(id bigint, title text, text text, tag_tokens text) RETURNS tsvector
    LANGUAGE sql STABLE AS $$ SELECT {VECTOR} || {MONTH.format(id="id")} $$
    """,
    """
    CREATE FUNCTION post_search_follow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO post_search (id, vector)
        VALUES (new.id, post_search_vector(new.id, new.title, new.text, new.tag_tokens))
        ON CONFLICT (id) DO UPDATE SET vector = excluded.vector;
        RETURN NULL;
    END $$
    """,
    "INSERT INTO post_search (id, vector) SELECT id, post_search_vector(id, title, text, tag_tokens) FROM post",
    "CREATE INDEX ix_post_search_vector_gin ON post_search USING gin (vector)",
    """
    CREATE TRIGGER post_search_insert AFTER INSERT ON post FOR EACH ROW EXECUTE FUNCTION post_search_follow()
    """,
    """
    CREATE TRIGGER post_search_update AFTER UPDATE OF id, title, text, tag_tokens ON post FOR EACH ROW
    WHEN (old.id <> new.id OR old.title <> new.title OR old.text <> new.text OR old.tag_tokens <> new.tag_tokens)
    EXECUTE FUNCTION post_search_follow()
    """,
)
POSTGRESQL_BEFORE = (
    "DROP TRIGGER post_search_insert ON post",
    "DROP TRIGGER post_search_update ON post",
    "DROP FUNCTION post_search_follow",
    "DROP TABLE post_search",
    "DROP FUNCTION post_search_vector",
    f"ALTER TABLE post ADD COLUMN search_vector tsvector GENERATED ALWAYS AS ({VECTOR}) STORED",
    "CREATE INDEX ix_post_search_vector ON post USING gin (search_vector)",
)
COMMENT = "COMMENT ON COLUMN post.tag_tokens IS '{text}'"
FIRST, LAST = date(1800, 1, 1), date(2300, 1, 1)  # of days that can be looked for
KIND_LETTERS = {"product": "p", "organization": "o", "tld": "t"}
LONGEST = 64  # characters of a word of an author's name

post = sa.table("post", sa.column("id"), sa.column("author"), sa.column("tag_tokens"))
timex = sa.table("timex", sa.column("post_id"), sa.column("begin", sa.Date()), sa.column("end_date", sa.Date()))
event_mention = sa.table("event_mention", sa.column("post_id"), sa.column("status"))
post_entity = sa.table("post_entity", sa.column("post_id"), sa.column("entity_id"), sa.column("salient"))
entity = sa.table("entity", sa.column("id"), sa.column("kind"))

# table → the index that is no longer needed, and the one that takes its place
INDEXES = (
    ("post_entity", ["post_id"], ["post_id", "entity_id"]),
    ("event_mention", ["post_id"], ["post_id", "type"]),
    ("sighting", ["post_id"], ["post_id", "source_id"]),
)


def upgrade() -> None:
    for table, former, columns in INDEXES:
        op.create_index(_name(table, columns), table, columns)
        op.drop_index(_name(table, former), table)
    op.drop_index("ix_timex_begin_end_date", "timex")
    connection = op.get_bind()
    on_sqlite = connection.dialect.name == "sqlite"
    if on_sqlite:  # the index is made anew at the end, in one go
        op.execute("DROP TRIGGER post_search_update")
    else:
        op.drop_column("post", "search_vector")
        op.execute(COMMENT.format(text="words of the full-text index; see store/tokens.py"))
    _add_words(connection)
    if on_sqlite:
        op.execute(UPDATE_TRIGGER)
        op.execute("INSERT INTO post_search (post_search) VALUES ('rebuild')")
    else:
        _execute_as_it_stands(connection, POSTGRESQL_INDEX)


def downgrade() -> None:
    """The words stay: the release before looks for none of them."""
    if op.get_bind().dialect.name == "postgresql":
        _execute_as_it_stands(op.get_bind(), POSTGRESQL_BEFORE)
        op.execute(COMMENT.format(text="a word for each entity, event type and source"))
    op.create_index("ix_timex_begin_end_date", "timex", ["begin", "end_date"])
    for table, former, columns in INDEXES:
        op.create_index(_name(table, former), table, former)
        op.drop_index(_name(table, columns), table)


def _execute_as_it_stands(connection: sa.Connection, statements: tuple[str, ...]) -> None:
    """SQL whose colons are no parameters."""
    for statement in statements:
        connection.exec_driver_sql(statement)


def _name(table: str, columns: list[str]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"


def _add_words(connection: sa.Connection) -> None:
    last = None
    while True:
        stmt = sa.select(post.c.id, post.c.author, post.c.tag_tokens).order_by(post.c.id).limit(BATCH)
        rows = connection.execute(stmt if last is None else stmt.where(post.c.id > last)).all()
        if not rows:
            return
        tags = _tags(connection, rows[0].id, rows[-1].id)
        changes = [
            {"at": row.id, "words": _joined({*row.tag_tokens.split(), *_author_words(row.author), *tags[row.id]})}
            for row in rows
        ]
        change = sa.update(post).where(post.c.id == sa.bindparam("at")).values(tag_tokens=sa.bindparam("words"))
        connection.execute(change, changes)
        last = rows[-1].id


def _tags(connection: sa.Connection, first: int, last: int) -> dict[int, set[str]]:
    """The new words of the posts from one row id to another, but for those of their authors."""
    found: dict[int, set[str]] = defaultdict(set)

    def of_these(stmt: Any, table: sa.TableClause) -> Any:
        return connection.execute(stmt.where(table.c.post_id.between(first, last)))

    dated = sa.select(timex.c.post_id, timex.c.begin, timex.c.end_date).where(
        timex.c.begin.is_not(None), timex.c.end_date.is_not(None)
    )
    for post_id, begin, end in of_these(dated, timex):
        found[post_id] |= _span_words(begin, end)
    for post_id, status in of_these(sa.select(event_mention.c.post_id, event_mention.c.status), event_mention):
        found[post_id].add(f"status{status}")
    about = sa.select(post_entity.c.post_id, entity.c.kind, entity.c.id).where(
        entity.c.id == post_entity.c.entity_id, post_entity.c.salient.is_(sa.true())
    )
    for post_id, kind, entity_id in of_these(about, post_entity):
        found[post_id].add(f"a{KIND_LETTERS[kind]}x{entity_id}")
    return found


# -- words, as this release makes them -------------------------------------------------------------------------


def _joined(tokens: set[str]) -> str:
    return " ".join(sorted({"everypost", *tokens}))


_ACCENTS = re.compile("[\u0300-\u036f]+")
_PARTING = re.compile(
    r"[!-/:-@\[-`{-~\u0080-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20cf"
    r"\u2190-\u245f\u2500-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\ufe00-\ufe6f\ufffd\U0001f000-\U0001faff]+"
)


def _author_words(author: str | None) -> list[str]:
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", author or ""))
    return [f"ux{word.casefold()[:LONGEST]}" for word in _PARTING.sub(" ", plain).split()]


def _span_words(begin: date, end: date) -> set[str]:
    words = set()
    for unit in _units(begin, end):
        words.add(f"dc{unit}")
        words.update(f"da{unit[:length]}" for length in (6, 4, 3) if length < len(unit))
    return words


def _units(begin: date, end: date) -> Iterator[str]:
    """The largest units of the calendar that make up [begin, end)."""
    day, end = max(begin, FIRST), min(end, LAST)
    while day < end:
        for name, after in _beginning(day):
            if after <= end:
                yield name
                day = after
                break


def _beginning(day: date) -> Iterator[tuple[str, date]]:
    if day.day == 1 and day.month == 1:
        if day.year % 10 == 0:
            yield f"{day.year // 10}", date(day.year + 10, 1, 1)
        yield f"{day.year}", date(day.year + 1, 1, 1)
    if day.day == 1:
        yield f"{day:%Y%m}", date(day.year + day.month // 12, day.month % 12 + 1, 1)
    yield f"{day:%Y%m%d}", day + timedelta(days=1)
