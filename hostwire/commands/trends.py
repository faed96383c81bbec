"""`hostwire trends`."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import click
from rich.text import Text

from hostwire.commands.search import QueryCommand
from hostwire.errors import BadWordsError
from hostwire.output import now, out, print_json
from hostwire.settings import load_settings

if TYPE_CHECKING:  # which `--help` does not wait for
    from store.trends import Interval

BAR = 50  # characters of the longest


@click.command(cls=QueryCommand)
@click.argument("query")
@click.option(
    "--interval",
    type=click.Choice(["day", "week", "month"]),
    default="month",
    show_default=True,
    help="What is counted by.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, as the API gives it.")
def trends(query: str, interval: Interval, *, as_json: bool) -> None:
    """Count the posts that a query finds by day, week or month, and compare them with the time before.

    after: and before: in the query say over which time; without them it is the last 30 days, 26 weeks or 24 months.
    """
    from api.errors import ParameterError
    from api.parameters import TrendParameters
    from api.schemas import TrendOut
    from hostwire.asked import read_asked
    from hostwire.assembly import open_database
    from nlp.annotations import EventType
    from store.text import storable
    from store.trends import span_of, trend

    moment, settings = now(), load_settings()
    try:
        given = read_asked(TrendParameters, {"q": storable(query), "interval": interval})
        asked = given.to_query(get_args(EventType), moment.date())
    except ParameterError as error:
        raise BadWordsError(f"{error.detail}; expected {error.takes}") from error
    span = span_of(asked, interval, now=moment)
    with open_database(settings) as database, database.read(within_s=settings.query_timeout) as session:
        counted = trend(session, asked, interval, span)
    if as_json:
        print_json(TrendOut.from_record(counted).model_dump(mode="json"))
        return
    console = out()
    most = max((bucket.posts for bucket in counted.buckets), default=0)
    for bucket in counted.buckets:
        bar = "█" * -(-bucket.posts * BAR // most) if most else ""
        console.print(Text.assemble((f"{bucket.begin:%Y-%m-%d}", "bold"), f" {bucket.posts:>7,} ", (bar, "cyan")))
    change = "" if counted.change is None else f" ({counted.change:+.0%})"
    posts = f"{counted.total:,} post{'' if counted.total == 1 else 's'}"
    console.print(f"{posts}; {counted.total_before:,} in the time before{change}")
