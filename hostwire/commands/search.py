"""`hostwire search`."""

from __future__ import annotations

import re

import click
from rich.text import Text

from hostwire.output import out, print_json, say
from hostwire.settings import load_settings


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
@click.option("--json", "as_json", is_flag=True, help="One JSON object a post on a line, as the API gives them.")
def search(query: str, limit: int, *, as_json: bool) -> None:
    """Search the posts: words, "phrases", OR, -not, prefix*, and fields such as product: org: tld: type: when:."""
    from api.schemas import PostOut
    from hostwire.assembly import open_database
    from store.records import PostQuery
    from store.search import search_posts

    with open_database(load_settings()) as database, database.read() as session:
        page = search_posts(session, PostQuery(q=query), limit=limit, cursor=None)
    if as_json:
        for item in page.items:
            print_json(PostOut.from_summary(item).model_dump(mode="json"))
        return
    console = out()
    for item in page.items:
        day = f"{item.published:%Y-%m-%d}" if item.published else "undated   "
        console.print(Text.assemble((day, "bold"), "  ", item.title, (f"  ({item.source_name})", "dim")))
        if item.highlight:
            console.print(Text("            ").append_text(_marked(item.highlight)))
        names = [entity.name for entity in (*item.products, *item.organizations, *item.tlds) if entity.salient]
        if names:
            console.print(Text("            " + " · ".join(names), style="cyan"))
    if not page.items:
        say("nothing found")
    elif page.next:
        say(f"the newest {len(page.items)} of {page.total or 'more than 10,000'}; --limit shows more")


def _marked(highlight: str) -> Text:
    """The snippet with its hits in bold; the API's HTML undone."""
    from html import unescape

    text = Text()
    for index, part in enumerate(re.split(r"</?mark>", highlight)):
        text.append(unescape(part).replace("\n", " "), style="bold yellow" if index % 2 else "")
    return text
