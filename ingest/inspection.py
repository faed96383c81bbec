"""What `hostwire inspect` prints: a document as one JSON object, missing values null and never absent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ingest.entries import Document, Entry


def document_to_json(name: str, document: Document) -> dict[str, Any]:
    """The object for an input called `name`."""
    article = document.article
    return {
        "input": name,
        "kind": document.kind,
        "title": document.title,
        "error": None,
        "entries": [_entry(entry) for entry in document.entries],
        "article": None
        if article is None
        else {"title": article.title, "author": article.author, "published": article.published, "text": article.text},
        "next_page": document.next_page,
    }


def error_to_json(name: str, message: str) -> dict[str, Any]:
    """The object for an input that could not be read."""
    return {
        "input": name,
        "kind": "unknown",
        "title": None,
        "error": message,
        "entries": [],
        "article": None,
        "next_page": None,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "author": entry.author,
        "published": _instant(entry.published),
        "updated": _instant(entry.updated),
        "summary": entry.summary,
        "html": entry.html,
        "text": entry.text,
        "categories": list(entry.categories),
        "enclosures": [{"url": e.url, "type": e.type, "length": e.length} for e in entry.enclosures],
    }


def _instant(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
