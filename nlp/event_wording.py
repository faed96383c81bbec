"""What an event is called, by its type and status. Data alone: who it happens to is filled in by resolving."""

from __future__ import annotations

from nlp.annotations import EventStatus, EventType

STATUSES: tuple[EventStatus, ...] = ("happened", "planned", "cancelled")  # the order of the wordings
OF_SEVERAL: frozenset[EventType] = frozenset({"acquisition", "partnership", "rename"})  # named after all they concern

WORDING: dict[EventType, tuple[str, str, str]] = {
    "release": ("{} released", "{} to be released", "Release of {} called off"),
    "preview": ("Preview of {}", "Preview of {} planned", "Preview of {} called off"),
    "update": ("{} updated", "Update of {} planned", "Update of {} withdrawn"),
    "end_of_support": ("{}: end of support", "{}: end of support ahead", "{}: end of support called off"),
    "approval": ("{} approved", "{} up for approval", "{} not approved"),
    "acquisition": ("Acquisition: {}", "Acquisition planned: {}", "Acquisition called off: {}"),
    "partnership": ("Partnership: {}", "Partnership planned: {}", "Partnership called off: {}"),
    "pricing": ("{}: prices changed", "{}: prices to change", "{}: price change called off"),
    "outage": ("{}: outage", "{}: interruption planned", "{}: planned interruption called off"),
    "security": ("{}: security", "{}: security measure ahead", "{}: security measure called off"),
    "legal": ("{}: legal matter", "{}: legal matter ahead", "{}: legal matter dropped"),
    "funding": ("{}: money", "{}: money to come", "{}: financing called off"),
    "appointment": ("{}: people", "{}: change of people ahead", "{}: change of people called off"),
    "opening": ("{}: opening", "{}: opening planned", "{}: opening called off"),
    "meeting": ("{}: meeting", "{}: meeting ahead", "{}: meeting cancelled"),
    "rename": ("Renamed: {}", "To be renamed: {}", "Renaming called off: {}"),
}
