"""Feeds out: posts and events as RSS, Atom, JSON Feed, iCalendar and CSV, sources as OPML."""

from api.syndication.channel import Channel, channel_of_events, channel_of_posts, channel_of_sources
from api.syndication.formats import FORMATS, Format

__all__ = ["FORMATS", "Channel", "Format", "channel_of_events", "channel_of_posts", "channel_of_sources"]
