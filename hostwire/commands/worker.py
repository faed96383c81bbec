"""`hostwire worker`."""

from __future__ import annotations

import click

from hostwire.output import say
from hostwire.settings import load_settings


@click.command()
def worker() -> None:
    """Visit sources, tag posts and tell subscriptions as they become due, until stopped (SIGTERM, SIGINT).

    On PostgreSQL any number of workers share the work, on any number of machines. On SQLite there is one.
    """
    from hostwire.assembly import open_database
    from hostwire.errors import HostwireError
    from hostwire.worker import run_worker

    settings = load_settings()
    with open_database(settings) as database:
        if database.dialect == "postgresql":
            say("working; stop with SIGTERM or Ctrl-C")
            run_worker(settings, database)
            return
        with database.run_lock("worker") as held:
            if not held:
                raise HostwireError("another worker is under way: on SQLite there is one")
            say("working; stop with SIGTERM or Ctrl-C")
            run_worker(settings, database)
