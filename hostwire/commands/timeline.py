"""`hostwire timeline`."""

from __future__ import annotations

import click
from rich.text import Text

from hostwire.errors import HostwireError
from hostwire.output import out, print_json
from hostwire.settings import load_settings


@click.command()
@click.argument("name_or_slug")
@click.option("--limit", type=click.IntRange(1, 200), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object an event on a line, as the API gives them.")
def timeline(name_or_slug: str, limit: int, *, as_json: bool) -> None:
    """Show what happened and will happen to a product, organization or TLD, each date with its sentence."""
    from api.schemas import EventOut
    from hostwire.assembly import open_database
    from store.entities import find_entity
    from store.records import EntityKind, TimelineQuery
    from store.timelines import timeline as load_timeline

    kinds: tuple[EntityKind, ...] = ("tld", "product", "organization")
    settings = load_settings()
    with open_database(settings) as database, database.read(within_s=settings.query_timeout) as session:
        found = [entity for kind in kinds if (entity := find_entity(session, kind, name_or_slug))]
        if not found:
            raise HostwireError(
                f"no post so far names a product, organization or TLD {name_or_slug!r}; try `hostwire search`"
            )
        # The name may be a product and its company: what has the longer record is what is meant more often.
        entity = max(found, key=lambda record: record.posts)
        query = TimelineQuery.about(entity.kind, entity.slug)
        page = load_timeline(session, query, limit=limit, cursor=None)
    if as_json:
        for event in page.items:
            print_json(EventOut.from_record(event).model_dump(mode="json"))
        return
    console = out()
    console.print(Text(f"{entity.name}: {len(page.items)} event{'' if len(page.items) == 1 else 's'}", style="bold"))
    for event in page.items:
        marks = {"happened": "●", "planned": "○", "cancelled": "×"}
        console.print(
            Text.assemble(
                (f"{event.date.value or 'undated':<11}", "bold"), f"{marks[event.status]} ", event.title,
                (f"  [{event.type}, {event.status}]", "dim"),
            )
        )  # fmt: skip
        for evidence in event.evidence[:2]:
            console.print(Text(f"             “{evidence.quote}” - {evidence.source}", style="dim"))
