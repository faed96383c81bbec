"""`hostwire timeline`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.text import Text

from hostwire.errors import HostwireError
from hostwire.output import now, out, print_json, say
from hostwire.settings import load_settings

if TYPE_CHECKING:
    from store.records import EventRecord

MARKS = {"happened": "●", "planned": "○", "cancelled": "×"}


@click.command()
@click.argument("name_or_slug")
@click.option("--limit", type=click.IntRange(1, 200), default=100, show_default=True)
@click.option("--from", "from_", metavar="DATE", help="Events on or after its beginning: 2026, 2026-Q1, 2026-01-31.")
@click.option("--to", metavar="DATE", help="Events up to its end.")
@click.option("--as-of", metavar="DAY", help="The timeline as it was known at the end of that day.")
@click.option(
    "--show",
    type=click.Choice(["coming", "slipped", "conflict"]),
    help="What is planned and not over, what is late or overdue, or what is told in contradictory ways.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object an event on a line, as the API gives them.")
def timeline(
    name_or_slug: str,
    limit: int,
    *,
    from_: str | None,
    to: str | None,
    as_of: str | None,
    show: str | None,
    as_json: bool,
) -> None:
    """Show what happened and will happen to a product, organization or TLD, each date with its sentence."""
    from dataclasses import replace

    from api.errors import ParameterError
    from api.parameters import TimelineParameters
    from api.schemas import EventOut
    from hostwire.asked import read_asked
    from hostwire.assembly import open_database
    from ingest.events import resolve_rows
    from store.entities import find_entities
    from store.errors import QueryTooCostlyError
    from store.records import EntityKind, TimelineQuery
    from store.timelines import timeline as load_timeline

    asked = read_asked(TimelineParameters, {"from": from_, "to": to, "as_of": as_of, "show": show})
    try:
        query = asked.to_query((), now().date())
    except ParameterError as error:
        raise click.UsageError(f"--{error.detail.replace('_', '-', 1)}; it takes {error.takes}") from error
    kinds: tuple[EntityKind, ...] = ("tld", "product", "organization")
    settings = load_settings()
    with open_database(settings) as database, database.read(within_s=settings.query_timeout) as session:
        found = {kind: entities for kind in kinds if (entities := find_entities(session, kind, name_or_slug))}
        if not found:
            raise HostwireError(
                f"no post so far names a product, organization or TLD {name_or_slug!r}; try `hostwire search`"
            )
        # The name may be a product and its company: what has the longer record is what is meant more often.
        kind = max(found, key=lambda kind: sum(entity.posts for entity in found[kind]))
        about = TimelineQuery.about(kind, name_or_slug)
        query = replace(query, product=about.product, organization=about.organization, tld=about.tld)
        try:
            page = load_timeline(session, query, limit=limit, resolve=resolve_rows)
        except QueryTooCostlyError as error:
            raise HostwireError(str(error)) from error
    if as_json:
        for event in page.items:
            print_json(EventOut.from_record(event).model_dump(mode="json"))
        return
    console = out()
    events = f"{len(page.items)} event{'' if len(page.items) == 1 else 's'}"
    named = ", ".join(dict.fromkeys(entity.name for entity in found[kind]))
    console.print(Text(f"{named}: {'the first ' if page.next else ''}{events}", style="bold"))
    for event in page.items:
        _print_event(console, event)
    if page.next:
        say("there are more: --limit shows up to 200, --from those after a day")


def _print_event(console: Console, event: EventRecord) -> None:
    console.print(
        Text.assemble(
            (f"{event.date.value or 'undated':<11}", "bold"), f"{MARKS[event.status]} ", event.title,
            (f"  [{event.type}, {event.status}{_slip(event.slipped_days)}]", "dim"),
        )
    )  # fmt: skip
    for evidence in event.evidence[:2]:
        console.print(Text(f"             “{evidence.quote}” - {evidence.source}", style="dim"))
    if any(change.moved_days for change in event.history):
        said = ", then ".join(
            f"{change.value} ({change.source}, {change.reported:%Y-%m-%d})" for change in event.history
        )
        console.print(Text(f"             said: {said}", style="dim"))
    if event.conflict:
        sides = "; ".join(f"{side.status} {side.value or 'undated'}" for side in event.conflict)
        console.print(Text(f"             contradictory: {sides}", style="dim"))


def _slip(days: int | None) -> str:
    if not days:
        return ""
    from api.pages.render import moved_by

    return f", {moved_by(days)} than planned"
