"""`hostwire search`."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import click
from rich.text import Text

from hostwire.errors import BadWordsError
from hostwire.output import now, out, print_json, say
from hostwire.settings import load_settings

if TYPE_CHECKING:  # loaded when the command runs, so that `--help` does not wait for SQLAlchemy
    from store.corrections import DidYouMean
    from store.database import Transaction
    from store.facets import FacetValue
    from store.records import Page, PostQuery, PostSummary


class QueryCommand(click.Command):
    """Takes a query that begins with "-" for what it is, where click would look for an option of that name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options = {name: param for param in self.get_params(ctx) for name in param.opts}
        kept: list[str] = []
        words: list[str] = []
        waiting = iter(args)
        for arg in waiting:
            name, _, value = arg.partition("=")
            if arg == "--":
                words += waiting
            elif name in options:
                kept.append(arg)
                option = options[name]
                if not value and isinstance(option, click.Option) and not option.is_flag:
                    kept += [following for following in [next(waiting, None)] if following is not None]
            elif arg.startswith("--"):
                kept.append(arg)
            else:
                words.append(arg)
        return super().parse_args(ctx, [*kept, "--", *words])


@click.command(cls=QueryCommand)
@click.argument("query")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True)
@click.option(
    "--sort",
    type=click.Choice(["published", "relevance"]),
    default="published",
    show_default=True,
    help="Newest or most relevant first.",
)
@click.option("--facets", default="", help="Also count the hits by these, with commas between: products,months …")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a post on a line, as the API gives them.")
def search(query: str, limit: int, sort: Literal["published", "relevance"], facets: str, *, as_json: bool) -> None:
    """Search the posts: words, "phrases", OR, -not, prefix*, and fields such as product: org: tld: type: when:.

    With --json the counts of --facets are a last line of their own, {"facets": …}, and what may have been meant by a
    query that found little is one on stderr, {"did_you_mean": …}. docs/search.md shows the query language.
    """
    from hostwire.assembly import open_database

    asked = _read_query(query, sort, facets)
    settings = load_settings()
    with open_database(settings) as database, database.read(within_s=settings.query_timeout) as session:
        found = _find(session, *asked, limit)
    if as_json:
        _print_as_json(found)
    else:
        _print_as_text(found)


@dataclass(frozen=True)
class _Found:
    page: Page[PostSummary]
    facets: dict[str, tuple[FacetValue, ...]]
    meant: DidYouMean | None


def _read_query(query: str, sort: Literal["published", "relevance"], facets: str) -> tuple[PostQuery, tuple[str, ...]]:
    """The query as the API reads it.

    Raises:
        BadWordsError: it cannot be read, or there is no such facet.
    """
    from api.errors import ParameterError
    from api.parameters import SearchParameters
    from hostwire.asked import read_asked
    from nlp.annotations import EventType
    from store.errors import QuerySyntaxError
    from store.search import parse_query
    from store.text import storable

    query, today = storable(query), now().date()
    try:
        parse_query(query, today=today)  # first, since its errors say where
        asked = read_asked(SearchParameters, {"q": query, "sort": sort, "facets": [facets]})
        return asked.to_query(get_args(EventType), today), asked.facet_names()
    except QuerySyntaxError as error:
        if sys.stderr.isatty() and query.isprintable():
            say(f"{query}\n{' ' * error.position}^")
        raise
    except ParameterError as error:
        raise BadWordsError(f"{error.detail}; expected {error.takes}") from error


def _find(session: Transaction, query: PostQuery, facet_names: tuple[str, ...], limit: int) -> _Found:
    from store.corrections import did_you_mean
    from store.facets import facets
    from store.search import search_posts
    from store.suggestions import Names

    page = search_posts(session, query, limit=limit)
    counted = facets(session, query, facet_names)
    return _Found(page, counted, did_you_mean(session, Names(), query, total=page.total, now=now()))


def _print_as_json(found: _Found) -> None:
    from api.schemas import DidYouMeanOut, FacetValueOut, PostOut

    for item in found.page.items:
        print_json(PostOut.from_summary(item).model_dump(mode="json"))
    if found.facets:
        counts = {
            name: [FacetValueOut.from_record(value).model_dump(mode="json") for value in values]
            for name, values in found.facets.items()
        }
        print_json({"facets": counts})
    if found.meant:
        say(json.dumps({"did_you_mean": DidYouMeanOut.from_record(found.meant).model_dump(mode="json")}))


def _print_as_text(found: _Found) -> None:
    console, page = out(), found.page
    for item in page.items:
        day = f"{item.published:%Y-%m-%d}" if item.published else "undated   "
        console.print(Text.assemble((day, "bold"), "  ", item.title, (f"  ({item.source_name})", "dim")))
        if item.highlight:
            console.print(Text("            ").append_text(_marked(item.highlight)))
        names = [entity.name for entity in (*item.products, *item.organizations, *item.tlds) if entity.salient]
        if names:
            console.print(Text("            " + " · ".join(names), style="cyan"))
    for name, values in found.facets.items():
        counts = "  ".join(f"{value.name} {value.posts}" for value in values)
        console.print(Text.assemble((f"{name}:", "bold"), f" {counts or 'none'}"))
    if not page.items:
        say("nothing found")
    elif page.next:
        say(f"the first {len(page.items)} of {page.total or 'more than 10,000'}; --limit shows more")
    if found.meant:
        say(f"did you mean: {found.meant.q or ', '.join(name.name for name in found.meant.names)}")


def _marked(highlight: str) -> Text:
    """The snippet with its hits in bold; the API's HTML undone."""
    from html import unescape

    text = Text()
    for index, part in enumerate(re.split(r"</?mark>", highlight)):
        text.append(unescape(part).replace("\n", " "), style="bold yellow" if index % 2 else "")
    return text
