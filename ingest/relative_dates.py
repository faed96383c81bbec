"""Dates that a page prints by their distance: "3 days ago", "vor 3 Tagen", "yesterday". They mean something only beside
the moment at which the page was made, and become dates before anything else reads it.

Weeks, months and years are left alone: they name no day.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from ingest.tree import HEADINGS, Element

MAX_LINE = 80  # characters: what says how old a post is says little else
_MINUTES = r"(?:mins?|minutes?|minuten?|minutos?|minuti|minuut|minut\w*|minuter)"
_HOURS = r"(?:hrs?|hours?|stunden?|heures?|horas?|or[ae]|uur|uren|godzin\w*|timmar|timer?)"
_DAYS = r"(?:days?|tage?n?|jours?|d[ií]as?|giorn[oi]|dag(?:en|ar|er)?|dni|dzień)"
_ONE = r"(?:an?|one|eine[rnm]?|une?|una?|um|uma|een|en|ett)"
_COUNT = rf"(?P<count>\d{{1,4}}|{_ONE})"
_SPAN = rf"{_COUNT}\s*(?:(?P<minutes>{_MINUTES})|(?P<hours>{_HOURS})|(?P<days>{_DAYS}))"
_SPANS = (
    rf"{_SPAN}\s+(?:ago|fa|geleden|temu|sedan|siden|atrás)",
    rf"(?:vor|il\s+y\s+a|hace|há|for|för)\s+{_SPAN}(?:\s+(?:sedan|siden))?",
    r"(?P<yesterday>yesterday|gestern|hier|ayer|ieri|gisteren|ontem|wczoraj|igår|i\s+går)",
    r"(?P<today>today|just\s+now|heute|aujourd['’]hui|hoy|oggi|vandaag|hoje|dzisiaj|dziś|idag|i\s+dag)",
)
# At an end of the line, or beside what parts the pieces of a byline: a sentence with such words is none.
_BEFORE = r"(?:^|[|/•·—–,(-]\s*|\b(?:posted|published|updated|added|on|about|um)\s+)"
_AFTER = r"(?=\s*(?:$|[|/•·—–,)-]|by\b|in\b|von\b|par\b|por\b|da\b|door\b|av\b|przez\b))"
_RELATIVE = tuple(re.compile(_BEFORE + rf"(?P<whole>{span})" + _AFTER, re.IGNORECASE) for span in _SPANS)


def settle_relative(root: Element, made: datetime) -> None:
    """Put dates in the place of distances in a page's own tree; `made` is when the page was, aware.

    A day, since the distance is rounded: 2010-07-28.
    """
    for element in root.walk():
        if element.tag in HEADINGS or element.tag == "time":
            continue
        for place, child in enumerate(element.children):
            if isinstance(child, str) and len(child) >= 4 and len(line := " ".join(child.split())) <= MAX_LINE:
                day = _settled(line, made)
                if day is not None:
                    element.children[place] = day


def _settled(line: str, made: datetime) -> str | None:
    for pattern in _RELATIVE:
        match = pattern.search(line)
        if match is not None:
            day = (made - _distance(match)).date().isoformat()
            return f" {line[: match.start('whole')]}{day}{line[match.end('whole') :]} "
    return None


def _distance(match: re.Match[str]) -> timedelta:
    parts = match.groupdict()
    if "count" not in parts:
        return timedelta(days=1 if parts.get("yesterday") else 0)
    count = int(parts["count"]) if parts["count"].isdecimal() else 1
    if parts["minutes"]:
        return timedelta(minutes=count)
    return timedelta(hours=count) if parts["hours"] else timedelta(days=count)
