"""`hostwire retag`: analyses stored posts again."""

from __future__ import annotations

import click

from hostwire.output import out, print_json, progress
from hostwire.settings import load_settings


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also posts that this catalogue and code have tagged already.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that tag.")
@click.option("--json", "as_json", is_flag=True, help="Print the totals as JSON.")
@click.pass_context
def retag(ctx: click.Context, *, everything: bool, jobs: int, as_json: bool) -> None:
    """Tag stored posts again after the catalogue, the model or the code changed. May be stopped and resumed."""
    from hostwire.assembly import open_database
    from hostwire.newsroom import run_retag

    settings = load_settings()
    with open_database(settings) as database, progress() as bars:
        summary = run_retag(settings, database, everything=everything, jobs=jobs, bars=bars)
    if as_json:
        print_json({"analyzed": summary.analyzed, "failed": summary.failed})
        ctx.exit(1 if summary.failed else 0)
    out().print(f"{summary.analyzed} posts tagged" + (f", {summary.failed} could not be" if summary.failed else ""))
    ctx.exit(1 if summary.failed else 0)
