"""Timelines as iCalendar (RFC 5545): all-day events over the interval that a date denotes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vDuration, vText

from api.syndication.channel import UNTITLED, Channel, one_line
from api.syndication.iris import iri
from api.syndication.words import in_words
from store.records import EventDate, EventRecord

STATUS = {"happened": "CONFIRMED", "planned": "TENTATIVE", "cancelled": "CANCELLED"}
MAX_QUOTES = 10  # of an event's sentences; a calendar shows few lines of a description
REFRESH = timedelta(hours=1)


def render_calendar(channel: Channel) -> bytes:
    """The channel's dated events as a calendar; what nothing dates has no place in one, nor has a plan whose day
    would be the one on which it was announced.

    It has no METHOD: it is a calendar to look at, not a message to answer, and would need an organizer (RFC 5546).
    What was cancelled stays, as CANCELLED, so that those who have it learn of it.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//Hostwire//{channel.generator}//EN")
    calendar.add("version", "2.0")
    title = one_line(channel.title)
    calendar.add("name", title)  # this, SOURCE and REFRESH-INTERVAL are of RFC 7986
    calendar.add("source", channel.self_url, parameters={"VALUE": "URI"})
    calendar.add("url", channel.page_url)
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-wr-calname", vText(title))  # of no standard, but what most clients read; nobody else escapes it
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for event in channel.events:
        if has_day(event):
            calendar.add_component(_component(event, channel))
    if not calendar.subcomponents:
        calendar.add_component(_utc())
    return bytes(calendar.to_ical())


def has_day(event: EventRecord) -> bool:
    """Whether the event has its place in a calendar."""
    is_announced_only = event.status == "planned" and event.date.basis == "published"
    return event.date.value is not None and event.date.begin is not None and not is_announced_only


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


def _component(event: EventRecord, channel: Channel) -> Event:
    begin, end = _days(event.date)
    component = Event()
    component.add("uid", f"{event.id}@hostwire")
    component.add("dtstamp", event.changed)
    component.add("created", event.first_reported)
    component.add("last-modified", event.changed)
    component.add("sequence", event.revision)
    component.add("status", STATUS[event.status])
    component.add("transp", "TRANSPARENT")  # news takes nobody's time
    component.add("summary", _summary(event))
    component.add("dtstart", begin)
    component.add("dtend", end)
    component.add("categories", [event.type, *(one_line(subject.name) for subject in event.subjects)])
    component.add("description", "\n\n".join(_description(event)))
    address = next((found for evidence in event.evidence if (found := iri(evidence.url))), channel.page_url)
    component.add("url", address)
    return component


def _days(when: EventDate) -> tuple[date, date]:
    """The first day and the one after the last; a calendar has no day after 9999-12-31."""
    begin = when.begin or date.min
    if begin == date.max:
        begin -= timedelta(days=1)
    end = when.end if when.end is not None and when.end > begin else begin + timedelta(days=1)
    return begin, end


def _summary(event: EventRecord) -> str:
    """A date that is no day says so in words, since a calendar draws it over all its days."""
    title = one_line(event.title) or UNTITLED
    when = event.date
    if when.value is None or when.precision in {None, "day"}:
        return title
    return f"{title} ({in_words(when.value, when.begin, when.end)})"


def _description(event: EventRecord) -> Iterator[str]:
    """The sentences that state the event, and how its date moved."""
    for found in event.evidence[:MAX_QUOTES]:
        address = iri(found.url)
        yield f"“{one_line(found.quote)}” ({one_line(found.source)}{f', {address}' if address else ''})"
    if len(event.evidence) > MAX_QUOTES:
        yield f"and {len(event.evidence) - MAX_QUOTES} more reports"
    if event.conflict:
        sides = [f"{side.status}, {in_words(side.value) if side.value else 'no date'}" for side in event.conflict]
        yield f"Posts contradict each other: {'; '.join(sides)}."
    if len(event.history) > 1:
        dates = [
            f"{in_words(change.value) if change.value else 'no date'} (reported {change.reported:%Y-%m-%d})"
            for change in event.history
        ]
        yield f"Its date as it was reported: {', then '.join(dates)}."
