"""The output formats. A new one is one entry here and a function that writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from api.syndication.atom import render_atom
from api.syndication.calendar import render_calendar
from api.syndication.channel import Channel
from api.syndication.csv import EVENT_COLUMNS, POST_COLUMNS, event_row, post_row, written
from api.syndication.json_feed import render_json_feed
from api.syndication.json_lines import event_line, post_line
from api.syndication.opml import render_opml
from api.syndication.rss import render_rss

Contents = Literal["posts", "timeline"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of feeds: the suffix of its addresses, its media type, and what it can hold.

    `of_sources`: it lists the sources of all that the query finds, not a page of it.
    """

    suffix: str
    media_type: str
    name: str
    holds: tuple[Contents, ...]
    render: Callable[[Channel], bytes]
    of_sources: bool = False


@dataclass(frozen=True, slots=True)
class Export:
    """A format of exports, which hold many rows and are written row by row: what it begins with, and how a post or an
    event is written.
    """

    suffix: str
    media_type: str
    name: str
    contents: Contents
    head: bytes
    row: Callable[[Any], bytes]
    highlighted: bool = False  # a post's row shows where the hit is


FORMATS: tuple[Format, ...] = (
    Format("atom", "application/atom+xml; charset=utf-8", "Atom", ("posts", "timeline"), render_atom),
    Format("rss", "application/rss+xml; charset=utf-8", "RSS", ("posts", "timeline"), render_rss),
    Format("json", "application/feed+json", "JSON Feed", ("posts", "timeline"), render_json_feed),
    Format("opml", "text/x-opml; charset=utf-8", "OPML", ("posts",), render_opml, of_sources=True),
    Format("ics", "text/calendar; charset=utf-8", "iCalendar", ("timeline",), render_calendar),
)
OPML = next(form for form in FORMATS if form.suffix == "opml")

CSV = "text/csv; charset=utf-8; header=present"
JSON_LINES = "application/jsonl"
EXPORTS: tuple[Export, ...] = (
    Export("csv", CSV, "CSV", "posts", written(POST_COLUMNS), post_row),
    Export("csv", CSV, "CSV", "timeline", written(EVENT_COLUMNS), event_row),
    Export("jsonl", JSON_LINES, "JSON Lines", "posts", b"", post_line, highlighted=True),
    Export("jsonl", JSON_LINES, "JSON Lines", "timeline", b"", event_line),
)


def format_of(contents: Contents, suffix: str) -> Format | None:
    """The format with this suffix that holds such contents."""
    return next((form for form in FORMATS if form.suffix == suffix and contents in form.holds), None)


def export_of(contents: Contents, suffix: str) -> Export:
    """The export with this suffix of such contents.

    Raises:
        KeyError: there is none.
    """
    return {(export.contents, export.suffix): export for export in EXPORTS}[contents, suffix]


def feed_suffixes(contents: Contents) -> tuple[str, ...]:
    return tuple(form.suffix for form in FORMATS if contents in form.holds)


def suffixes(contents: Contents) -> tuple[str, ...]:
    """Those of feeds and of exports."""
    return (*feed_suffixes(contents), *(export.suffix for export in EXPORTS if export.contents == contents))
