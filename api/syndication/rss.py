"""RSS 2.0 with the content and Dublin Core modules, which carry whole posts and names of authors."""

from __future__ import annotations

from email.utils import format_datetime
from xml.etree import ElementTree as ET

from api.syndication.channel import Channel, FeedItem
from api.syndication.xml import ATOM, CONTENT, DUBLIN_CORE, element, to_bytes


def render_rss(channel: Channel) -> bytes:
    """The channel's items as an RSS feed."""
    root = ET.Element("rss", {"version": "2.0", "xmlns:atom": ATOM, "xmlns:content": CONTENT, "xmlns:dc": DUBLIN_CORE})
    rss = element(root, "channel")
    element(rss, "title", channel.title)
    element(rss, "link", channel.page_url)
    element(rss, "description", channel.title)
    element(rss, "atom:link", rel="self", type="application/rss+xml", href=channel.self_url)
    if channel.next_url:
        element(rss, "atom:link", rel="next", type="application/rss+xml", href=channel.next_url)
    element(rss, "generator", channel.generator)
    if channel.items:
        element(rss, "lastBuildDate", format_datetime(channel.updated))
    for item in channel.items:
        _item(rss, item)
    return to_bytes(root)


def _item(rss: ET.Element, item: FeedItem) -> None:
    entry = element(rss, "item")
    element(entry, "title", item.title)
    element(entry, "link", item.url)
    element(entry, "guid", item.id, isPermaLink="false")
    if item.published is not None:
        element(entry, "pubDate", format_datetime(item.published))
    element(entry, "dc:creator", item.author)
    for category in item.categories:
        element(entry, "category", category.label, domain=category.scheme)
    for enclosure in item.enclosures[:1]:  # RSS 2.0 has room for one
        length, kind = str(enclosure.length or 0), enclosure.type or "application/octet-stream"
        element(entry, "enclosure", url=enclosure.url, length=length, type=kind)
    element(entry, "description", item.summary or item.title)
    element(entry, "content:encoded", item.html)
