"""OPML 2.0 (http://opml.org/spec2.opml): the sources behind a query, as a list to subscribe to."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from api.syndication.channel import Channel
from api.syndication.xml import clean, element, to_bytes


def render_opml(channel: Channel) -> bytes:
    """The channel's sources as a subscription list."""
    opml = ET.Element("opml", {"version": "2.0"})
    element(element(opml, "head"), "title", channel.title)
    body = element(opml, "body")
    for source in channel.sources:
        outline = element(
            body,
            "outline",
            type="rss",
            title=source.label,
            xmlUrl=source.url,
            htmlUrl=source.site_url,
            category=",".join(tag.replace(",", " ") for tag in source.tags) or None,
        )
        outline.set("text", clean(source.label))
    return to_bytes(opml)
