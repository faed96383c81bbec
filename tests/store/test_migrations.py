"""Migrations make exactly the schema that the models describe, there and back, and keep what is stored."""

from __future__ import annotations

import ast
import re
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text

from store.database import Database, revisions
from store.models import Base, Mention, Post, PostEntity, PostKey
from store.records import PostQuery, SourceWatch, TimexRecord
from store.search import search_posts
from store.sources import list_sources
from tests.store.factories import EXCHANGE, NOW, make_analysis, make_entry, make_event, make_source, store_post

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
VERSIONS = sorted((MIGRATIONS / "versions").glob("[0-9]*.py"))
FULL_TEXT = ("post_search", "search_vector", "ix_post_search_vector")  # no model describes it

SCHEMA = {
    "sqlite": ["select type, name, tbl_name, sql from sqlite_master where name not like 'sqlite_%' order by 1, 2"],
    "postgresql": [
        """select table_name, column_name, data_type, is_nullable, column_default, collation_name, generation_expression
        from information_schema.columns where table_schema = 'public' order by 1, 2""",
        "select tablename, indexname, indexdef from pg_indexes where schemaname = 'public' order by 1, 2",
        """select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
        where connamespace = 'public'::regnamespace order by 1, 2""",
        "select cfgname from pg_ts_config where cfgnamespace = 'public'::regnamespace order by 1",
        "select dictname from pg_ts_dict where dictnamespace = 'public'::regnamespace order by 1",
        "select obj_description(oid), relname from pg_class where relnamespace = 'public'::regnamespace order by 2",
    ],
}


def schema(database: Database) -> list[tuple[Any, ...]]:
    """All that the database says about its schema."""
    with database.engine.connect() as connection:
        found = [connection.execute(text(query)).all() for query in SCHEMA[database.dialect]]
    return [tuple(row) for rows in found for row in rows]


def test_models_and_migrations_agree(database: Database) -> None:
    def describes(_object: object, name: str | None, *_: object) -> bool:
        return not (name or "").startswith(FULL_TEXT)

    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "include_object": describes}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_the_way_back_leaves_nothing_of_ours(database: Database) -> None:
    database.downgrade("base")
    names = {value for row in schema(database) for value in row if isinstance(value, str)}
    assert {
        name for name in names if name.split("_")[0] in {"post", "source", "event", "entity", "hub", "hostwire"}
    } == set()


def test_there_and_back_and_there_again_is_the_same_schema(database: Database) -> None:
    first = schema(database)
    database.downgrade("base")
    assert schema(database) != first
    database.upgrade()
    assert schema(database) == first


def test_upgrading_keeps_what_is_stored(database: Database) -> None:
    with database.write() as session:
        store_post(session, make_source(session), make_entry(), make_analysis(EXCHANGE))
    before = schema(database)
    database.upgrade()
    assert schema(database) == before
    with database.read() as session:
        (item,) = search_posts(session, PostQuery(q="text", products=("exchange",)), limit=5).items
    assert item.title == "Title 1"


def test_a_database_of_the_first_schema_keeps_its_sources_and_learns_when_they_last_brought_something(
    database: Database,
) -> None:
    with database.write() as session:
        store_post(session, make_source(session), make_entry(), make_analysis(EXCHANGE))
        make_source(session, "http://other.example/feed")
    database.downgrade("0001")
    database.upgrade()
    with database.read() as session:
        sources = list_sources(session)
    assert [(source.posts, source.watch) for source in sources] == [
        (1, SourceWatch(last_new_at=NOW)),
        (0, SourceWatch()),
    ]


def test_posts_of_before_are_found_by_their_dates_status_and_authors(database: Database) -> None:
    june = TimexRecord("text", 0, 4, "June", "DATE", "2010-06", date(2010, 6, 1), date(2010, 7, 1))
    event = make_event("Title 1", ("product", "exchange"), status="planned")
    with database.write() as session:
        entry = make_entry(author="Zoë van den Berg")
        analysis = make_analysis(EXCHANGE, salient=("exchange",), timexes=(june,), events=(event,))
        store_post(session, make_source(session), entry, analysis)
        store_post(session, make_source(session, "http://other.example/feed"), make_entry("2"))
        made = list(session.scalars(select(Post.tag_tokens).order_by(Post.title)))
    former = [
        " ".join(token for token in tokens.split() if re.match(r"[pots]x\d|e(?!verypost)", token)) for tokens in made
    ]
    assert former[0].split() == ["erelease", "ereleaseplanned", "px1", "sx1"]
    database.downgrade("0006")
    with database.write() as session:
        for title, tokens in zip(("Title 1", "Title 2"), former, strict=True):
            session.execute(text("update post set tag_tokens = :t where title = :n"), {"t": tokens, "n": title})
    database.upgrade()
    with database.read() as session:
        assert list(session.scalars(select(Post.tag_tokens).order_by(Post.title))) == made
        for q in (
            "when:2010",
            "when:2010-06-30",
            "status:planned",
            "author:zoe",
            'author:"berg van"',
            "exchange OR -a",
        ):
            found = [item.title for item in search_posts(session, PostQuery(q=q), limit=5).items]
            assert found == (["Title 2", "Title 1"] if "OR" in q else ["Title 1"]), q


def test_foreign_keys_hold(database: Database) -> None:
    """On SQLite they are only as good as the connection that checks them."""
    with database.write() as session:
        post_id = store_post(session, make_source(session), make_entry(), make_analysis(EXCHANGE))
    with database.engine.begin() as connection:
        connection.execute(text("delete from post where id = :id"), {"id": post_id})
        left = [connection.scalar(select(func.count()).select_from(table)) for table in (Mention, PostEntity, PostKey)]
    assert left == [0, 0, 0]


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in VERSIONS])
def test_a_migration_carries_all_it_needs(path: Path) -> None:
    """It must do tomorrow what it does today, whatever becomes of the models."""
    tree = ast.parse(path.read_text())
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert imported <= {*sys.stdlib_module_names, "sqlalchemy", "alembic"}
    assert functions >= {"upgrade", "downgrade"}
    assert ast.get_docstring(tree)


def test_migrations_are_one_line_of_descent(database: Database) -> None:
    assert [path.stem[:4] for path in VERSIONS] == [f"{n:04}" for n in range(1, len(VERSIONS) + 1)]


def test_the_files_names_give_the_revisions_in_alembics_order() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    chain = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert revisions() == chain[::-1]
