"""The timeline that a request asks for: one way to it for the API, the feeds and the pages."""

from __future__ import annotations

from api.context import Context
from api.parameters import TimelineParameters
from store.records import EventRecord, Page
from store.timelines import timeline


def asked_timeline(hostwire: Context, asked: TimelineParameters) -> Page[EventRecord]:
    """The page of events that is asked for; what is coming and what is overdue goes by the clock.

    Raises:
        QuerySyntaxError, ParameterError, CursorError, QueryTooCostlyError: it cannot be read or would take too long.
    """
    query = asked.to_query(hostwire.config.event_types, hostwire.today())
    place = asked.place()
    with hostwire.database.read() as session:
        return timeline(session, query, limit=asked.limit, cursor=place, resolve=hostwire.resolve)
