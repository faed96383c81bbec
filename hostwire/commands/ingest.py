"""`hostwire ingest`."""

from __future__ import annotations

import asyncio

import click
from rich.table import Table

from hostwire.output import out, print_json, progress, say
from hostwire.settings import Settings, load_settings
from store.database import Database


@click.command()
@click.option("--source", "only", multiple=True, metavar="ID_OR_URL", help="Only this source; may be repeated.")
@click.option("--force", is_flag=True, help="Visit all sources, also those that are not due.")
@click.option("--pinged", is_flag=True, help="Visit only sources of which hubs have told news since their last visit.")
@click.option("--no-analyze", is_flag=True, help="Store posts without tagging them; the next run tags them.")
@click.option("--no-deliver", is_flag=True, help="Send nothing to subscriptions; `hostwire deliver` does.")
@click.option("--json", "as_json", is_flag=True, help="A JSON line a source, and a last one with the totals.")
@click.pass_context
def ingest(
    ctx: click.Context,
    only: tuple[str, ...],
    *,
    force: bool,
    pinged: bool,
    no_analyze: bool,
    no_deliver: bool,
    as_json: bool,
) -> None:
    """Visit the sources that are due, store what is new, tag it, tell subscriptions. Made for a nightly cron.

    Exit code 1 when no source could be read, or one that was named could not, or something unforeseen happened.
    Two runs at once do no harm: the second leaves with a word.
    """
    from hostwire.assembly import open_database
    from hostwire.newsroom import prepare_process, run_ingest

    if pinged and (only or force):
        raise click.UsageError("--pinged chooses the sources by itself: give it without --source and --force")
    settings = load_settings()
    with open_database(settings) as database, progress() as bars:
        prepare_process()
        run = run_ingest(settings, database, only=only, force=force, pinged=pinged, analyze=not no_analyze, bars=bars)
        summary = asyncio.run(run)
        if summary is not None and not no_deliver:
            _deliver(settings, database)
    if summary is None:
        say("another ingest is under way: nothing to do")
        if as_json:
            print_json({"sources": 0, "ok": 0, "failed": 0, "new": 0, "updated": 0, "analyzed": 0, "seconds": 0.0})
        return
    if as_json:
        for result in summary.results:
            print_json(result.to_json())
        print_json(summary.to_json())
    else:
        table = Table("status", "new", "updated", "source", box=None, header_style="bold")
        for result in summary.results:
            table.add_row(result.status, str(result.new), str(result.updated), result.url)
        out().print(table)
        totals = summary.to_json()
        out().print(
            f"{totals['sources']} sources: {totals['ok']} ok, {totals['failed']} failed; {totals['new']} new posts, "
            f"{totals['updated']} updated, {totals['analyzed']} tagged in {totals['seconds']:.1f} s"
        )
    for result in summary.results:
        if result.error:
            say(f"{result.url}: {result.error}")
    if summary.analysis_error:
        say(f"nothing was tagged: {summary.analysis_error}")
    ctx.exit(summary.exit_code)


def _deliver(settings: Settings, database: Database) -> None:
    """Tell subscriptions of what is new. What goes wrong with a receiver is no matter of the pass."""
    from hostwire.deliveries import run_deliveries

    delivered = run_deliveries(settings, database)
    if delivered.failed:
        say(f"{delivered.failed} messages to subscriptions were not taken: `hostwire subscription list` says of which")
