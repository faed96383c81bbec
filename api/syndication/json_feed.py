"""JSON Feed 1.1."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

from api.syndication.channel import Channel, FeedItem


def render_json_feed(channel: Channel) -> bytes:
    """The channel's items as a JSON feed."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": channel.page_url,
        "feed_url": channel.self_url,
        **({"next_url": channel.next_url} if channel.next_url else {}),
        "items": [_item(item) for item in channel.items],
    }
    return orjson.dumps(feed)


def _item(item: FeedItem) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "content_html": item.html,
        "summary": item.summary,
        "date_published": _instant(item.published),
        "date_modified": _instant(item.updated),
        "authors": [{"name": item.author}],
        "tags": [category.label for category in item.categories] or None,
        "attachments": [
            {"url": enclosure.url, "mime_type": enclosure.type or "application/octet-stream"}
            | ({"size_in_bytes": enclosure.length} if enclosure.length else {})
            for enclosure in item.enclosures
        ]
        or None,
    }
    return {key: value for key, value in found.items() if value is not None}


def _instant(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")
