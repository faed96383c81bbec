"""OPML 2.0 (http://opml.org/spec2.opml): lists of feeds to subscribe to."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from api.syndication.channel import Channel
from api.syndication.xml import clean, element, to_bytes


def render_opml(channel: Channel) -> bytes:
    """The channel's outlines as a subscription list."""
    opml = ET.Element("opml", {"version": "2.0"})
    element(element(opml, "head"), "title", channel.title)
    body = element(opml, "body")
    for outline in channel.outlines:
        written = element(
            body,
            "outline",
            type=outline.type,
            title=outline.title,
            xmlUrl=outline.feed_url,
            htmlUrl=outline.page_url,
            category=",".join(tag.replace(",", " ") for tag in outline.tags) or None,
        )
        written.set("text", clean(outline.title))
    return to_bytes(opml)
