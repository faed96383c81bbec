"""Atom 1.0 (RFC 4287), paged as RFC 5005 says."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from api.syndication.channel import Channel, FeedItem
from api.syndication.xml import ATOM, element, to_bytes


def render_atom(channel: Channel) -> bytes:
    """The channel's items as an Atom feed."""
    feed = ET.Element("feed", {"xmlns": ATOM})
    element(feed, "id", channel.id)
    element(feed, "title", channel.title)
    element(feed, "updated", _instant(channel.updated))
    element(feed, "link", rel="self", type="application/atom+xml", href=channel.self_url)
    element(feed, "link", rel="alternate", type="text/html", href=channel.page_url)
    element(feed, "link", rel="next", type="application/atom+xml", href=channel.next_url) if channel.next_url else None
    element(feed, "generator", channel.generator)
    for item in channel.items:
        _entry(feed, item)
    return to_bytes(feed)


def _entry(feed: ET.Element, item: FeedItem) -> None:
    entry = element(feed, "entry")
    element(entry, "id", item.id)
    element(entry, "title", item.title)
    element(entry, "link", rel="alternate", href=item.url)
    if item.page != item.url:
        element(entry, "link", rel="related", type="text/html", href=item.page)
    for enclosure in item.enclosures:
        length = None if enclosure.length is None else str(enclosure.length)
        element(entry, "link", rel="enclosure", href=enclosure.url, type=enclosure.type, length=length)
    if item.published is not None:
        element(entry, "published", _instant(item.published))
    element(entry, "updated", _instant(item.updated))
    element(element(entry, "author"), "name", item.author)
    for category in item.categories:
        element(entry, "category", term=category.term, label=category.label, scheme=category.scheme)
    if item.summary:
        element(entry, "summary", item.summary)
    element(entry, "content", item.html, type="html")


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
