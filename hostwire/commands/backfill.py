"""`hostwire source backfill`."""

from __future__ import annotations

import asyncio

import click
from rich.table import Table

from hostwire.output import out, print_json, progress, say
from hostwire.settings import load_settings


@click.command()
@click.argument("only", nargs=-1, metavar="[ID_OR_URL]...")
@click.option(
    "--pages",
    type=click.IntRange(min=1),
    default=50,
    show_default=True,
    help="Pages to read of each source in this run; of a sitemap, articles.",
)
@click.option(
    "--articles/--no-articles",
    default=True,
    help="Read posts whole of which a page shows only the beginning. By default they are.",
)
@click.option("--again", is_flag=True, help="Begin at the newest page again, also where the end was reached.")
@click.option("--no-analyze", is_flag=True, help="Store posts without tagging them; the next ingest tags them.")
@click.option("--json", "as_json", is_flag=True, help="A JSON line a source, and a last one with the totals.")
@click.pass_context
def backfill(
    ctx: click.Context,
    only: tuple[str, ...],
    *,
    pages: int,
    articles: bool,
    again: bool,
    no_analyze: bool,
    as_json: bool,
) -> None:
    """Read older posts of these sources, or of all that are switched on: by their pager, archives of months or sitemap.

    A run reads up to --pages pages of each source; the next one goes on from there. It may be killed at any moment.
    """
    from hostwire.assembly import open_database
    from hostwire.newsroom import run_backfill

    settings = load_settings()
    with open_database(settings) as database, progress() as bars:
        summary = asyncio.run(
            run_backfill(
                settings,
                database,
                only=only,
                pages=pages,
                articles=articles,
                again=again,
                analyze=not no_analyze,
                bars=bars,
            )
        )
    if summary is None:
        say("another backfill is under way: nothing to do")
        if as_json:
            print_json({"sources": 0, "done": 0, "failed": 0, "pages": 0, "found": 0, "new": 0, "seconds": 0.0})
        return
    if as_json:
        for result in summary.results:
            print_json(result.to_json())
        print_json(summary.to_json())
    else:
        table = Table("status", "way", "pages", "posts", "new", "back to", "source", box=None, header_style="bold")
        for result in summary.results:
            state = result.state
            table.add_row(
                result.status,
                (state.method if state else None) or "",
                str(result.pages),
                str(result.found),
                str(result.new),
                f"{state.reached:%Y-%m-%d}" if state and state.reached else "",
                result.url,
            )
        out().print(table)
    for result in summary.results:
        if result.error:
            say(f"{result.url}: {result.error}")
        elif result.status == "done" and result.state is not None:
            say(f"{result.url}: {result.state.ended}; --again begins anew")
        elif result.status == "more":
            say(f"{result.url}: there is more; the next run goes on")
    ctx.exit(summary.exit_code)
