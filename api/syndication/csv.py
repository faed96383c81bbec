"""CSV (RFC 4180) for spreadsheets: posts and events, a line each. A cell is text, never a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, date, datetime

from store.records import EventRecord, NamedEntity, PostSummary
from store.text import storable

POST_COLUMNS = (
    "id", "url", "title", "author", "source", "published", "summary", "products", "organizations", "tlds", "events",
)  # fmt: skip
EVENT_COLUMNS = (
    "id", "type", "status", "title", "date", "begin", "end", "precision", "basis", "subjects", "confidence", "sources",
    "first_reported", "quote", "quote_source", "url",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets begin to calculate at


def post_row(post: PostSummary) -> bytes:
    """The post's line; what there are several of stands in one cell, parted by "; "."""
    events = [f"{event.type} {event.status}{f' {event.date}' if event.date else ''}" for event in post.events]
    return written(
        [
            post.id, post.url, post.title, post.author, post.source_name, post.published, post.summary,
            _slugs(post.products), _slugs(post.organizations), _slugs(post.tlds), "; ".join(events),
        ]
    )  # fmt: skip


def event_row(event: EventRecord) -> bytes:
    """The event's line, with its first evidence; [begin, end) are half-open days."""
    first = event.evidence[0] if event.evidence else None
    when = event.date
    return written(
        [
            event.id, event.type, event.status, event.title, when.value, when.begin, when.end, when.precision,
            when.basis, _slugs(event.subjects), event.confidence, event.sources, event.first_reported,
            first and first.quote, first and first.source, first and first.url,
        ]
    )  # fmt: skip


def written(cells: Iterable[object]) -> bytes:
    """A line of the table: quoted where RFC 4180 wants it, ended with CRLF."""
    out = io.StringIO()
    csv.writer(out).writerow([_cell(value) for value in cells])
    return out.getvalue().encode("utf-8")


def _slugs(entities: Iterable[NamedEntity]) -> str:
    return "; ".join(entity.slug for entity in entities)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | int | float):
        return str(value)
    text = storable(str(value))
    return f"'{text}" if text.startswith(FORMULA) else text
