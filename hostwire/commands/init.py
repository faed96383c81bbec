"""`hostwire init`."""

from __future__ import annotations

import click

from hostwire.output import out, print_json
from hostwire.settings import load_settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the database's address as JSON.")
def init(*, as_json: bool) -> None:
    """Create the database, or upgrade it to this release's schema."""
    from store.database import Database

    database = Database(load_settings().effective_database_url)
    try:
        database.upgrade()
        if as_json:
            print_json({"database": database.safe_url})
        else:
            out().print(f"database ready: {database.safe_url}", soft_wrap=True)
    finally:
        database.close()
