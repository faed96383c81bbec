"""The output formats. A new one is one entry here and a function that writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from api.syndication.atom import render_atom
from api.syndication.calendar import render_calendar
from api.syndication.channel import Channel
from api.syndication.csv import render_posts_csv, render_timeline_csv
from api.syndication.json_feed import render_json_feed
from api.syndication.opml import render_opml
from api.syndication.rss import render_rss

Contents = Literal["posts", "timeline"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the suffix of its addresses, its media type, and what it can hold.

    `of_sources`: it lists the sources of all that the query finds, not a page of it.
    """

    suffix: str
    media_type: str
    name: str
    holds: tuple[Contents, ...]
    render: Callable[[Channel], bytes]
    of_sources: bool = False


CSV = "text/csv; charset=utf-8; header=present"
FORMATS: tuple[Format, ...] = (
    Format("atom", "application/atom+xml; charset=utf-8", "Atom", ("posts", "timeline"), render_atom),
    Format("rss", "application/rss+xml; charset=utf-8", "RSS", ("posts",), render_rss),
    Format("json", "application/feed+json", "JSON Feed", ("posts", "timeline"), render_json_feed),
    Format("csv", CSV, "CSV", ("posts",), render_posts_csv),
    Format("csv", CSV, "CSV", ("timeline",), render_timeline_csv),
    Format("opml", "text/x-opml; charset=utf-8", "OPML", ("posts",), render_opml, of_sources=True),
    Format("ics", "text/calendar; charset=utf-8", "iCalendar", ("timeline",), render_calendar),
)


def format_of(contents: Contents, suffix: str) -> Format | None:
    """The format with this suffix that holds such contents."""
    return next((form for form in FORMATS if form.suffix == suffix and contents in form.holds), None)


def suffixes(contents: Contents) -> tuple[str, ...]:
    return tuple(form.suffix for form in FORMATS if contents in form.holds)
