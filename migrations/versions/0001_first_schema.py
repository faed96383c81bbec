"""The first schema: sources, posts and their sightings, entities, tags, events, and the full-text index.

The index is kept in step with `post` by the database itself: by triggers on SQLite (FTS5 with external content), by a
generated column on PostgreSQL.

Revision: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite only numbers a column by itself when it is declared INTEGER.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Compared byte by byte on both databases, so that the names with one beginning are a range of the index.
BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

# A tsvector holds less than a megabyte: what comes after this many characters of a text is not searched.
INDEXED_CHARACTERS = 200_000

SQLITE_INDEX = (
    """
    CREATE VIRTUAL TABLE post_search USING fts5(
        title, text, tag_tokens, content='post', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER post_search_insert AFTER INSERT ON post BEGIN
        INSERT INTO post_search (rowid, title, text, tag_tokens) VALUES (new.id, new.title, new.text, new.tag_tokens);
    END
    """,
    """
    CREATE TRIGGER post_search_delete AFTER DELETE ON post BEGIN
        INSERT INTO post_search (post_search, rowid, title, text, tag_tokens)
        VALUES ('delete', old.id, old.title, old.text, old.tag_tokens);
    END
    """,
    """
    CREATE TRIGGER post_search_update AFTER UPDATE OF id, title, text, tag_tokens ON post
    WHEN old.id IS NOT new.id OR old.title IS NOT new.title OR old.text IS NOT new.text
        OR old.tag_tokens IS NOT new.tag_tokens
    BEGIN
        INSERT INTO post_search (post_search, rowid, title, text, tag_tokens)
        VALUES ('delete', old.id, old.title, old.text, old.tag_tokens);
        INSERT INTO post_search (rowid, title, text, tag_tokens) VALUES (new.id, new.title, new.text, new.tag_tokens);
    END
    """,
)

# As SQLite's tokenizer has it: accents off, and everything but letters and digits parts words. PostgreSQL's own parser
# would keep "cpanel.net" or "1.30.4" as one word each.
PARTING = (
    r"!-/:-@\[-`{-~\u0080-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20cf"
    r"\u2190-\u245f\u2500-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\ufe00-\ufe6f\ufffd\U0001f000-\U0001faff"
)
PLAIN = (
    r"regexp_replace(regexp_replace(left(normalize(left({column}, {length}), NFKD), {length}), '[\u0300-\u036f]+', '',"
    " 'g'), '[" + PARTING.replace("{", "{{") + "]+', ' ', 'g')"
)

POSTGRESQL_INDEX = (
    # English word stems, and no word too common to be looked for
    "CREATE TEXT SEARCH DICTIONARY hostwire_stem (TEMPLATE = snowball, LANGUAGE = english)",
    "CREATE TEXT SEARCH CONFIGURATION hostwire (COPY = english)",
    "ALTER TEXT SEARCH CONFIGURATION hostwire ALTER MAPPING REPLACE english_stem WITH hostwire_stem",
    # A tag is a lexeme with a # before it, which no word of a text or a query has. The # alone stands between title
    # and text, so that no phrase begins in one and ends in the other.
    f"""
    ALTER TABLE post ADD COLUMN search_vector tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('hostwire'::regconfig, {PLAIN.format(column="title", length=10_000)}), 'A')
        || '#:1'::tsvector
        || setweight(to_tsvector('hostwire'::regconfig, {PLAIN.format(column="text", length=INDEXED_CHARACTERS)}), 'B')
        || array_to_tsvector(array_remove(string_to_array('#' || replace(tag_tokens, ' ', ' #'), ' '), '#'))
    ) STORED
    """,
    "CREATE INDEX ix_post_search_vector ON post USING gin (search_vector)",
)


def upgrade() -> None:
    op.create_table(
        "entity",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False, comment="false: found in posts, not in the catalogue"),
        sa.Column("parent_id", ROW_ID, nullable=True),
        sa.Column("vendor", sa.Text(), nullable=True, comment="slug of the organization behind a product"),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["entity.id"], name=op.f("fk_entity_parent_id_entity"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entity")),
        sa.UniqueConstraint("kind", "slug", name=op.f("uq_entity_kind_slug")),
    )
    op.create_index(op.f("ix_entity_parent_id"), "entity", ["parent_id"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True, comment="TIMEX3"),
        sa.Column("begin", sa.Date(), nullable=True),
        sa.Column("end", sa.Date(), nullable=True, comment="exclusive"),
        sa.Column("precision", sa.String(length=16), nullable=True),
        sa.Column("basis", sa.String(length=16), nullable=False, comment="text, or published where that stands in"),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("sources", sa.Integer(), nullable=False),
        sa.Column("first_reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False, comment="how often the date moved"),
        sa.Column("stale", sa.Boolean(), nullable=False, comment="lost a mention: to be resolved again"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("public_id", name=op.f("uq_event_public_id")),
    )
    op.create_index("ix_event_begin", "event", ["begin"], unique=False)
    op.create_index(op.f("ix_event_stale"), "event", ["stale"], unique=False)
    op.create_table(
        "source",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=True, comment="what the operator calls it"),
        sa.Column("title", sa.Text(), nullable=True, comment="what it calls itself"),
        sa.Column("site_url", sa.Text(), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("fallback_urls", sa.JSON(), nullable=False, comment="tried in order when url fails"),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True, comment="exactly as received"),
        sa.Column("last_modified", sa.Text(), nullable=True, comment="exactly as received"),
        sa.Column("validator_url", sa.Text(), nullable=True, comment="the address that the validators came from"),
        sa.Column("body_hash", sa.String(length=64), nullable=True, comment="of the last body read"),
        sa.Column("last_fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("last_error_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False, comment="in a row"),
        sa.Column("next_fetch_at", sa.DateTime(timezone=True), nullable=True, comment="null: due at every run"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("public_id", name=op.f("uq_source_public_id")),
        sa.UniqueConstraint("url", name=op.f("uq_source_url")),
        sqlite_autoincrement=True,  # an id is never given again: posts of a removed source keep its token
    )
    op.create_table(
        "entity_alias",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("entity_id", ROW_ID, nullable=False),
        sa.Column("folded", BYTEWISE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_entity_alias_entity_id_entity"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entity_alias")),
        sa.UniqueConstraint("entity_id", "folded", name=op.f("uq_entity_alias_entity_id_folded")),
    )
    op.create_index("ix_entity_alias_folded", "entity_alias", ["folded"], unique=False)
    op.create_table(
        "event_date_change",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("event_id", ROW_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("post_public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_date_change_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_date_change")),
    )
    op.create_index(op.f("ix_event_date_change_event_id"), "event_date_change", ["event_id"], unique=False)
    op.create_table(
        "event_subject",
        sa.Column("entity_id", ROW_ID, nullable=False),
        sa.Column("event_id", ROW_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_event_subject_entity_id_entity"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_subject_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entity_id", "event_id", name=op.f("pk_event_subject")),
    )
    op.create_index(op.f("ix_event_subject_event_id"), "event_subject", ["event_id"], unique=False)
    op.create_table(
        "post",
        sa.Column(
            "id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="epoch second x 16 + n: runs in time order",
        ),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("source_id", ROW_ID, nullable=True, comment="the source whose word counts"),
        sa.Column(
            "owner_rank",
            sa.Integer(),
            nullable=False,
            comment="how much that word counts; see store/posts.py",
        ),
        sa.Column("url", sa.Text(), nullable=True, comment="canonical"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_precision", sa.String(length=8), nullable=True, comment="second, minute or day"),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True, comment="as the source states it"),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when we last changed anything of it",
        ),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("html", sa.Text(), nullable=True, comment="cleaned on the way in"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("enclosures", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("analysis_version", sa.Text(), nullable=True, comment="null: to be analysed"),
        sa.Column("tag_tokens", sa.Text(), nullable=False, comment="a word for each entity, event type and source"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_post_source_id_source"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("public_id", name=op.f("uq_post_public_id")),
    )
    op.create_index(op.f("ix_post_analysis_version"), "post", ["analysis_version"], unique=False)
    op.create_index(op.f("ix_post_content_hash"), "post", ["content_hash"], unique=False)
    op.create_index(op.f("ix_post_source_id"), "post", ["source_id"], unique=False)
    op.create_table(
        "event_mention",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", ROW_ID, nullable=True),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Text(), nullable=True, comment="TIMEX3"),
        sa.Column("begin", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("field", sa.String(length=8), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_mention_event_id_event"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_event_mention_post_id_post"), ondelete="CASCADE", onupdate="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_mention")),
    )
    op.create_index(op.f("ix_event_mention_event_id"), "event_mention", ["event_id"], unique=False)
    op.create_index(op.f("ix_event_mention_post_id"), "event_mention", ["post_id"], unique=False)
    op.create_table(
        "mention",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("entity_id", ROW_ID, nullable=False),
        sa.Column("field", sa.String(length=8), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_mention_entity_id_entity"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_mention_post_id_post"), ondelete="CASCADE", onupdate="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
    )
    op.create_index(op.f("ix_mention_entity_id"), "mention", ["entity_id"], unique=False)
    op.create_index(op.f("ix_mention_post_id"), "mention", ["post_id"], unique=False)
    op.create_table(
        "post_entity",
        sa.Column("entity_id", ROW_ID, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("salient", sa.Boolean(), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_post_entity_entity_id_entity"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_post_entity_post_id_post"), ondelete="CASCADE", onupdate="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entity_id", "post_id", name=op.f("pk_post_entity")),
    )
    op.create_index(op.f("ix_post_entity_post_id"), "post_entity", ["post_id"], unique=False)
    op.create_table(
        "post_key",
        sa.Column("key", sa.String(length=64), nullable=False, comment="hash of the address or guid"),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_post_key_post_id_post"), ondelete="CASCADE", onupdate="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_post_key")),
    )
    op.create_index(op.f("ix_post_key_post_id"), "post_key", ["post_id"], unique=False)
    op.create_table(
        "revision",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_revision_post_id_post"), ondelete="CASCADE", onupdate="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
    )
    op.create_index(op.f("ix_revision_post_id"), "revision", ["post_id"], unique=False)
    op.create_table(
        "sighting",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("source_id", ROW_ID, nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False, comment="hash of the source's own id for it"),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_hash", sa.String(length=64), nullable=False, comment="of all that the source states of it"),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_sighting_post_id_post"), ondelete="CASCADE", onupdate="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_sighting_source_id_source"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
        sa.UniqueConstraint("source_id", "entry_id", name=op.f("uq_sighting_source_id_entry_id")),
    )
    op.create_index(op.f("ix_sighting_post_id"), "sighting", ["post_id"], unique=False)
    op.create_table(
        "timex",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.String(length=8), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=8), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("begin", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_timex_post_id_post"), ondelete="CASCADE", onupdate="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timex")),
    )
    op.create_index("ix_timex_begin_end_date", "timex", ["begin", "end_date"], unique=False)
    op.create_index(op.f("ix_timex_post_id"), "timex", ["post_id"], unique=False)
    op.create_table(
        "event_mention_subject",
        sa.Column("entity_id", ROW_ID, nullable=False),
        sa.Column("event_mention_id", ROW_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"],
            ["entity.id"],
            name=op.f("fk_event_mention_subject_entity_id_entity"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_mention_id"],
            ["event_mention.id"],
            name=op.f("fk_event_mention_subject_event_mention_id_event_mention"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entity_id", "event_mention_id", name=op.f("pk_event_mention_subject")),
    )
    op.create_index(
        op.f("ix_event_mention_subject_event_mention_id"),
        "event_mention_subject",
        ["event_mention_id"],
        unique=False,
    )
    statements = SQLITE_INDEX if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_INDEX
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)  # as it stands: its colons are no parameters


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE post_search")  # its triggers go with the table post
    for table in (
        "event_mention_subject",
        "timex",
        "sighting",
        "revision",
        "post_key",
        "post_entity",
        "mention",
        "event_mention",
        "post",
        "event_subject",
        "event_date_change",
        "entity_alias",
        "source",
        "event",
        "entity",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TEXT SEARCH CONFIGURATION hostwire")
        op.execute("DROP TEXT SEARCH DICTIONARY hostwire_stem")
