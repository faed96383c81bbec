"""`hostwire source …`: what is crawled."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from hostwire.commands.backfill import backfill
from hostwire.output import now, out, print_json, say
from hostwire.settings import Settings, load_settings
from store.records import SourceInput, SourceKind, SourceRecord

JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="Print how many were added as JSON.")


@click.group()
def source() -> None:
    """Add, list and remove what is crawled."""


source.add_command(backfill)


@source.command()
@click.argument("url")
@click.option(
    "--kind",
    type=click.Choice(["feed", "page", "sitemap"]),
    help="What the address is. Without it the address is visited, and the site's feed found.",
)
@click.option("--name", help="What to call it; otherwise its own title is used.")
@click.option("--tag", "tags", multiple=True, help="A tag for it; may be given several times.")
@click.option("--json", "as_json", is_flag=True, help="Print the stored source as JSON.")
def add(url: str, kind: SourceKind | None, name: str | None, tags: tuple[str, ...], *, as_json: bool) -> None:
    """Add URL: a feed, or a site whose feed is found by itself; else a page of posts or a sitemap."""
    from hostwire.assembly import open_database
    from ingest.urls import check_http_url
    from store.sources import add_source

    settings = load_settings()
    url = check_http_url(url)
    with open_database(settings) as database:
        found = SourceInput(url=url, kind=kind) if kind else asyncio.run(_discover(settings, url))
        wanted = SourceInput(
            url=found.url,
            kind=found.kind,
            name=name or found.name,
            tags=tags or found.tags,
            site_url=found.site_url,
            fallback_urls=found.fallback_urls,
        )
        with database.write() as session:
            record = add_source(session, wanted, now=now())
    if as_json:
        print_json(source_json(record))
    else:
        out().print(f"added {record.kind} {record.url}", soft_wrap=True)


async def _discover(settings: Settings, url: str) -> SourceInput:
    from hostwire.assembly import fetch_limits
    from ingest.client import Client
    from ingest.finding import discover_source

    async with Client(fetch_limits(settings)) as client:
        return await discover_source(client, url)


@source.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a source on a line.")
def list_(*, as_json: bool) -> None:
    """List the sources with their health."""
    from hostwire.assembly import open_database
    from store.health import posts_per_week
    from store.sources import list_sources

    with open_database(load_settings()) as database, database.read() as session:
        records = list_sources(session)
    if as_json:
        for record in records:
            print_json(source_json(record))
        return
    if not records:
        say("no sources yet: `hostwire source add URL` or `hostwire source defaults`")
        return
    columns = ("id", "source", "kind", "posts", "last new", "last success", "next visit", "state")
    table = Table(*columns, box=None, header_style="bold")
    moment = now()
    for record in records:
        weekly = posts_per_week(record)
        cells = (
            str(record.id),
            f"{record.label}\n{record.url}",
            record.kind,
            str(record.posts) if weekly is None else f"{record.posts}\n{weekly:g} a week",
            f"{record.watch.last_new_at:%Y-%m-%d}" if record.watch.last_new_at else "",
            f"{record.last_success_at:%Y-%m-%d %H:%M}" if record.last_success_at else "never",
            _next_visit(record, moment),
            _state(record),
        )
        table.add_row(*map(Text, cells))  # a title such as "[/b]" is no markup of ours
    out().print(table)


def _next_visit(record: SourceRecord, moment: datetime) -> str:
    if not record.enabled:
        return ""
    if record.next_fetch_at is None or record.next_fetch_at <= moment:
        return "next run"
    return f"{record.next_fetch_at:%Y-%m-%d %H:%M}"


def _state(record: SourceRecord) -> str:
    from store.health import notes

    return "\n".join((_condition(record), *(note.text for note in notes(record))))


def _condition(record: SourceRecord) -> str:
    if not record.enabled:
        return f"off: {record.last_error}" if record.last_error else "off"
    if record.failures:
        return f"{record.failures} failures: {record.last_error}"
    return "ok" if record.last_success_at else "new"


@source.command()
@click.argument("id_or_url")
@click.option("--with-posts", is_flag=True, help="Remove the posts that only this source brought, too.")
@click.option("--json", "as_json", is_flag=True, help="Print the removed source as JSON.")
def remove(id_or_url: str, *, with_posts: bool, as_json: bool) -> None:
    """Remove a source by its id or URL; its posts are kept unless you say otherwise."""
    from hostwire.assembly import open_database
    from store.sources import get_source, remove_source

    with open_database(load_settings()) as database, database.write() as session:
        record = get_source(session, id_or_url)
        remove_source(session, id_or_url, keep_posts=not with_posts)
    if as_json:
        print_json(source_json(record))
    else:
        out().print(f"removed {record.url}", soft_wrap=True)


@source.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@JSON_OPTION
def import_(file: Path, *, as_json: bool) -> None:
    """Add every feed of an OPML file; what is no address that may be crawled is named and left out."""
    from ingest.opml import parse_opml
    from ingest.urls import BadAddressError, check_http_url

    wanted = []
    for line in parse_opml(file.read_bytes()):
        try:
            url = check_http_url(line.url)
        except BadAddressError as error:
            say(f"left out {line.title or 'an outline'}: {error}")
            continue
        wanted.append(SourceInput(url=url, name=line.title, site_url=line.site_url, tags=tuple(line.categories)))
    _add_all(wanted, as_json=as_json)


@source.command()
def export() -> None:
    """Print all sources as OPML."""
    from hostwire.assembly import open_database
    from ingest.opml import Outline, render_opml
    from store.sources import list_sources

    with open_database(load_settings()) as database, database.read() as session:
        records = list_sources(session)
    outlines = [Outline(url=r.url, title=r.label, site_url=r.site_url, categories=r.tags) for r in records]
    click.echo(render_opml(outlines, title="Hostwire sources"), nl=False)


@source.command()
@JSON_OPTION
def defaults(*, as_json: bool) -> None:
    """Add the trade's sources that come with Hostwire."""
    from ingest.defaults import load_default_sources

    _add_all(list(load_default_sources()), as_json=as_json)


def _add_all(inputs: list[SourceInput], *, as_json: bool) -> None:
    """Add what is new; what is there already stays as it is."""
    from hostwire.assembly import open_database
    from store.errors import DuplicateSourceError
    from store.sources import add_source

    added = 0
    with open_database(load_settings()) as database:
        for wanted in inputs:
            try:
                with database.write() as session:
                    add_source(session, wanted, now=now())
                added += 1
            except DuplicateSourceError:
                continue
    there = len(inputs) - added
    if as_json:
        print_json({"added": added, "there": there})
    else:
        out().print(f"added {added} source{'' if added == 1 else 's'}, {there} were there already")


def source_json(record: SourceRecord) -> dict[str, Any]:
    """A source as `--json` shows it."""
    from store.health import notes, posts_per_week, silence

    return {
        "id": record.public_id,
        "url": record.url,
        "kind": record.kind,
        "name": record.label,
        "site_url": record.site_url,
        "tags": list(record.tags),
        "enabled": record.enabled,
        "posts": record.posts,
        "failures": record.failures,
        "last_success": record.last_success_at,
        "last_error": record.last_error,
        "warning": record.layout_warning,
        "next_fetch": record.next_fetch_at,
        "posts_per_week": posts_per_week(record),
        "last_new": record.watch.last_new_at,
        "silence": silence(record),
        "empty_since": record.watch.empty_since,
        "moved_from": list(record.former_urls),
        "moved_at": record.moved_at,
        "notes": [note.text for note in notes(record)],
        "hub": None
        if record.hub is None
        else {
            "url": record.hub.url,
            "state": record.hub.state,
            "lease_until": record.hub.lease_until,
            "error": record.hub.error,
        },
    }
