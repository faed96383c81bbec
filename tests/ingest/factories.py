"""Feeds and pages to be served, with good defaults, so that a test shows only what matters to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from store.database import Database
from store.records import SourceInput, SourceRecord
from store.sources import add_source, get_source

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SITE = "http://wire.example"


@dataclass(frozen=True)
class Item:
    """An entry of a served feed or page."""

    number: int
    title: str
    text: str
    guid: str | None
    link: str | None
    published: datetime

    def but(self, **changes: str | None) -> Item:
        return replace(self, **changes)  # type: ignore[arg-type]


def item(number: int, *, site: str = SITE) -> Item:
    return Item(
        number=number,
        title=f"Panel {number} is released",
        text=f"The vendor shipped panel {number} today. It mends {number} faults of the one before it.",
        guid=f"tag:wire.example,2026:{number}",
        link=f"{site}/posts/{number}",
        published=NOW - timedelta(days=400) + timedelta(minutes=number),
    )


def items(numbers: Iterable[int], *, site: str = SITE) -> list[Item]:
    """Newest first, as feeds have them."""
    return sorted((item(number, site=site) for number in numbers), key=lambda i: -i.number)


def rss(entries: Iterable[Item], *, title: str = "The wire", site: str = SITE) -> bytes:
    body = "".join(
        f"<item><title>{escape(entry.title)}</title>"
        + (f"<link>{entry.link}</link>" if entry.link else "")
        + (f'<guid isPermaLink="false">{entry.guid}</guid>' if entry.guid else "")
        + f"<pubDate>{format_datetime(entry.published)}</pubDate>"
        f"<description>{escape(f'<p>{entry.text}</p>')}</description></item>\n"
        for entry in entries
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>{escape(title)}</title>'
        f"<link>{site}/</link><description>d</description>\n{body}</channel></rss>\n"
    ).encode()


def page(entries: Iterable[Item], *, older: str | None = None, head: str = "") -> bytes:
    """A blog's page of whole posts, without structured data; `older` is the address of the page before it."""
    posts = "".join(
        f'<div class="post"><h2><a href="{entry.link}">{escape(entry.title)}</a></h2>\n'
        f'<p class="meta">Posted on {entry.published:%B} {entry.published.day}, {entry.published:%Y %H:%M}'
        f" by Ann Writer</p>\n"
        f"<p>{escape(entry.text)}</p>\n<p>{escape(entry.text[::-1])}</p></div>\n"
        for entry in entries
    )
    pager = f'<p class="pager"><a href="{older}">Older posts</a></p>' if older else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The wire</title>{head}</head><body>'
        f"<h1>The wire</h1><main>{posts}{pager}</main><footer><p>All of it written here.</p></footer></body></html>"
    ).encode()


def add(database: Database, url: str, **fields: object) -> SourceRecord:
    with database.write() as session:
        return add_source(session, SourceInput(url=url, **fields), now=NOW)  # type: ignore[arg-type]


def source(database: Database, url: str) -> SourceRecord:
    """The source as it stands now."""
    with database.read() as session:
        return get_source(session, url)
