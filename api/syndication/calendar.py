"""Timelines as iCalendar (RFC 5545): all-day events over the interval that a date denotes."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vText

from api.syndication.channel import Channel
from store.records import EventRecord

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
STATUS = {"happened": "CONFIRMED", "planned": "TENTATIVE", "cancelled": "CANCELLED"}


def render_calendar(channel: Channel) -> bytes:
    """The channel's dated events as a calendar; what nothing dates has no place in one, nor has a plan whose day
    would be the one on which it was announced.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//Hostwire//{channel.generator}//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", vText(_plain(channel.title)))  # a name of no standard: nobody else escapes it
    for event in channel.events:
        is_announced_only = event.status == "planned" and event.date.basis == "published"
        if event.date.value is not None and event.date.begin is not None and not is_announced_only:
            calendar.add_component(_component(event, event.date.begin, channel))
    if not calendar.subcomponents:
        calendar.add_component(_utc())
    return bytes(calendar.to_ical())


def _utc() -> Timezone:
    """What an empty calendar holds: RFC 5545 wants one component at least (section 3.6); readers show none of this."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "UTC")
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - a zone's beginning is in its own local time
    standard.add("tzoffsetfrom", timedelta(0))
    standard.add("tzoffsetto", timedelta(0))
    standard.add("tzname", "UTC")
    zone.add_component(standard)
    return zone


def _component(event: EventRecord, begin: date, channel: Channel) -> Event:
    component = Event()
    component.add("uid", f"{event.id}@hostwire")
    component.add("dtstamp", event.changed)
    component.add("created", event.first_reported)
    component.add("last-modified", event.changed)
    component.add("sequence", event.sequence)
    component.add("status", STATUS[event.status])
    component.add("transp", "TRANSPARENT")  # news takes nobody's time
    component.add("summary", _plain(_summary(event)))
    component.add("dtstart", begin)
    component.add("dtend", event.date.end or begin + timedelta(days=1))
    component.add("categories", [event.type, *(_plain(subject.name) for subject in event.subjects)])
    quotes = [f"“{found.quote}” ({found.source}{f', {found.url}' if found.url else ''})" for found in event.evidence]
    component.add("description", "\n\n".join(_plain(quote) for quote in quotes))
    address = next((found.url for found in event.evidence if found.url), channel.page_url)
    component.add("url", _plain(address))
    return component


def _plain(text: str) -> str:
    """On one line, without the control characters that RFC 5545 has no room for (section 3.1)."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _summary(event: EventRecord) -> str:
    """A date that is no day says so in words, since a calendar draws it over all its days."""
    if event.date.precision in {None, "day"}:
        return event.title
    return f"{event.title} ({event.date.value})"
