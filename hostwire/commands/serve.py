"""`hostwire serve`: the HTTP service."""

from __future__ import annotations

import click

from hostwire.output import say
from hostwire.settings import load_settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8321, show_default=True, help="0 picks a free one.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that answer.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the search API, its pages and feeds over HTTP."""
    from hostwire.assembly import open_database
    from hostwire.server import listen, run_server

    settings = load_settings()
    with open_database(settings):
        pass  # a database that cannot be used is said here, in one line, not by each worker
    socket = listen(host, port)
    say(f"listening on http://{host}:{socket.getsockname()[1]}/ (API docs at /docs)")
    run_server(socket, workers=workers)
