"""`hostwire init`."""

from __future__ import annotations

import click

from hostwire.output import out
from hostwire.settings import load_settings


@click.command()
def init() -> None:
    """Create the database, or upgrade it to this release's schema."""
    from store.database import Database

    database = Database(load_settings().effective_database_url)
    try:
        database.upgrade()
        out().print(f"database ready: {database.safe_url}")
    finally:
        database.close()
