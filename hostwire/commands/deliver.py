"""`hostwire deliver`."""

from __future__ import annotations

import click

from hostwire.output import out, print_json
from hostwire.settings import load_settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the totals as JSON.")
@click.pass_context
def deliver(ctx: click.Context, *, as_json: bool) -> None:
    """Tell subscriptions of what is new, and try again what was not taken. Made for a cron of every few minutes.

    `hostwire ingest` does so at its end. Exit code 1 when all that was tried came to nothing. Several runs at once do
    no harm: each message is sent by one of them.
    """
    from hostwire.assembly import open_database
    from hostwire.deliveries import run_deliveries

    settings = load_settings()
    with open_database(settings) as database:
        summary = run_deliveries(settings, database)
    if as_json:
        print_json(summary.to_json())
    else:
        out().print(
            f"{summary.queued} messages queued, {summary.delivered} delivered, {summary.failed} not taken, "
            f"{summary.waiting} waiting; {summary.switched_off} subscriptions switched off"
        )
    ctx.exit(summary.exit_code)
