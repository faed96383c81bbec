"""Alembic's entry: runs migrations over the connection that the store hands in."""

from __future__ import annotations

from typing import Any

from alembic import context

from store.models import Base

# The full-text index is made by hand and looked after by the database: no model describes it.
UNMODELLED = ("post_search", "search_vector", "ix_post_search_vector")


def include_object(_object: Any, name: str | None, _type: str, _reflected: bool, _compare_to: Any) -> bool:
    """Whether autogeneration compares it."""
    return not (name or "").startswith(UNMODELLED)


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=include_object,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
