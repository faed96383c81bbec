"""Feeds and calendars out: posts and events as RSS, Atom, JSON Feed and iCalendar."""

from api.syndication.channel import Channel, channel_of_events, channel_of_posts
from api.syndication.formats import FORMATS, Format

__all__ = ["FORMATS", "Channel", "Format", "channel_of_events", "channel_of_posts"]
