"""Timelines as iCalendar (RFC 5545): all-day events over the interval that a date denotes."""

from __future__ import annotations

from datetime import date, timedelta

from icalendar import Calendar, Event

from api.syndication.channel import Channel
from store.records import EventRecord

STATUS = {"happened": "CONFIRMED", "planned": "TENTATIVE", "cancelled": "CANCELLED"}


def render_calendar(channel: Channel) -> bytes:
    """The channel's dated events as a calendar; what has no date has no place in one."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Hostwire//{channel.generator}//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", channel.title)
    for event in channel.events:
        if event.date.begin is not None:
            calendar.add_component(_component(event, event.date.begin, channel))
    return bytes(calendar.to_ical())


def _component(event: EventRecord, begin: date, channel: Channel) -> Event:
    component = Event()
    component.add("uid", f"{event.id}@hostwire")
    component.add("dtstamp", event.changed)
    component.add("created", event.first_reported)
    component.add("last-modified", event.changed)
    component.add("sequence", event.sequence)
    component.add("status", STATUS[event.status])
    component.add("transp", "TRANSPARENT")  # news takes nobody's time
    component.add("summary", _summary(event))
    component.add("dtstart", begin)
    component.add("dtend", event.date.end or begin + timedelta(days=1))
    component.add("categories", [event.type, *(subject.name for subject in event.subjects)])
    quotes = [f"“{found.quote}” ({found.source}{f', {found.url}' if found.url else ''})" for found in event.evidence]
    component.add("description", "\n\n".join(quotes))
    address = next((found.url for found in event.evidence if found.url), channel.page_url)
    component.add("url", address)
    return component


def _summary(event: EventRecord) -> str:
    """A date that is no day says so in words, since a calendar draws it over all its days."""
    if event.date.precision in {None, "day"}:
        return event.title
    return f"{event.title} ({event.date.value})"
