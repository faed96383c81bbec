"""`hostwire demo`: a small newswire, crawled, tagged and served before your eyes."""

from __future__ import annotations

import click

from hostwire.output import out
from hostwire.settings import load_settings


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8321, show_default=True, help="0 picks a free one.")
@click.option("--once", is_flag=True, help="Stop after ingesting and printing the summary.")
def demo(port: int, *, once: bool) -> None:
    """Crawl a small newswire written for it, into a database of its own, and serve what came of it.

    Everything happens on this machine. Stop it with Ctrl-C.
    """
    from hostwire.demo.show import prepare_demo, print_summary
    from hostwire.server import listen, run_server

    settings = load_settings()
    socket = None if once else listen("127.0.0.1", port)  # a port in use is said before the work, not after it
    report = prepare_demo(settings)
    print_summary(report, out(), address=None if socket is None else f"http://127.0.0.1:{socket.getsockname()[1]}")
    report.check()
    if socket is not None:
        run_server(socket, workers=1, settings=report.settings)
