"""Feeds out: posts and events as RSS, Atom, JSON Feed and iCalendar, as CSV and JSON Lines; feeds as OPML."""

from api.syndication.channel import Channel, Outline, items_of_events, items_of_posts, outlines_of_sources
from api.syndication.formats import EXPORTS, FORMATS, OPML, Export, Format

__all__ = [
    "EXPORTS",
    "FORMATS",
    "OPML",
    "Channel",
    "Export",
    "Format",
    "Outline",
    "items_of_events",
    "items_of_posts",
    "outlines_of_sources",
]
