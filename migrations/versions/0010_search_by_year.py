"""The index of words by years on PostgreSQL, and in it a word for each share of the posts.

What is published in a year is a partition of its own, so that a search for the newest hits reads the years one after
another, and for posts that talk about 2012 hardly anything of the others. By shares a result is sampled.

Revision: 0010
"""

from __future__ import annotations

from datetime import UTC, datetime

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

YEARS = range(2004, 2037)  # but for the last those with a partition of their own; all others share one
SLOTS_PER_SECOND = 16  # row ids of one second of publishing
SHARE = "array_to_tsvector(array['#z' || (({row}id % 1000003 + 1000003) % 1000003 % 64)])"
TABLE = """
    CREATE TABLE post_search (
        id bigint CONSTRAINT pk_post_search PRIMARY KEY
            CONSTRAINT fk_post_search_id_post REFERENCES post (id) ON DELETE CASCADE ON UPDATE CASCADE,
        vector tsvector NOT NULL
    )
"""
VECTOR = "post_search_vector({row}id, {row}title, {row}text, {row}tag_tokens)"
WORDS = f"{VECTOR} || {SHARE}"
FOLLOW = """
    CREATE OR REPLACE FUNCTION post_search_follow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO post_search (id, vector) VALUES (new.id, {words})
        ON CONFLICT (id) DO UPDATE SET vector = excluded.vector;
        RETURN NULL;
    END $$
"""
# Of inserted posts all at once, which takes a third less than one by one.
FOLLOW_INSERTED = """
    CREATE FUNCTION post_search_follow_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO post_search (id, vector) SELECT id, {words} FROM inserted ORDER BY id;
        RETURN NULL;
    END $$
"""
INSERT_TRIGGER = """
    CREATE TRIGGER post_search_insert AFTER INSERT ON post {how}
"""
AT_ONCE = "REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION post_search_follow_inserted()"
ONE_BY_ONE = "FOR EACH ROW EXECUTE FUNCTION post_search_follow()"
# Short rows: the hits of a word are then on few pages.
VECTORS_APART = "ALTER TABLE post_search ALTER COLUMN vector SET STORAGE EXTERNAL"
ROWS_SHORT = "ALTER TABLE {table} SET (toast_tuple_target = 128)"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _make_anew(f"{TABLE} PARTITION BY RANGE (id)", _spans(), f"vector || {SHARE.format(row='')}")
        _execute(
            FOLLOW.format(words=WORDS.format(row="new.")),
            "DROP TRIGGER post_search_insert ON post",
            FOLLOW_INSERTED.format(words=WORDS.format(row="")),
            INSERT_TRIGGER.format(how=AT_ONCE),
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        words = ", ".join(f"'#z{number}'" for number in range(64))
        _make_anew(TABLE, {}, f"ts_delete(vector, array[{words}])")
        _execute(
            FOLLOW.format(words=VECTOR.format(row="new.")),
            "DROP TRIGGER post_search_insert ON post",
            "DROP FUNCTION post_search_follow_inserted",
            INSERT_TRIGGER.format(how=ONE_BY_ONE),
        )


def _make_anew(table: str, partitions: dict[str, str], vector: str) -> None:
    """Put the index in a table of another make; `vector` is made of a row of the former one."""
    _execute(
        "DROP INDEX ix_post_search_vector_gin",
        "ALTER TABLE post_search RENAME TO post_search_former",
        "ALTER INDEX pk_post_search RENAME TO pk_post_search_former",
        table,
        VECTORS_APART,
    )
    for name, span in partitions.items():
        _execute(f"CREATE TABLE {name} PARTITION OF post_search {span}", ROWS_SHORT.format(table=name))
    if not partitions:
        _execute(ROWS_SHORT.format(table="post_search"))
    _execute(
        f"INSERT INTO post_search (id, vector) SELECT id, {vector} FROM post_search_former ORDER BY id",  # noqa: S608 - of constants
        "DROP TABLE post_search_former",
        "CREATE INDEX ix_post_search_vector_gin ON post_search USING gin (vector)",
        "ANALYZE post_search",  # how far back a search looks at once goes by what the planner knows of words
    )


def _spans() -> dict[str, str]:
    """The partitions, by name, and what is in each."""
    begins = {year: int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * SLOTS_PER_SECOND for year in YEARS}
    spans = {f"post_search_{year}": f"FOR VALUES FROM ({begins[year]}) TO ({begins[year + 1]})" for year in YEARS[:-1]}
    return {**spans, "post_search_rest": "DEFAULT"}


def _execute(*statements: str) -> None:
    for statement in statements:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
