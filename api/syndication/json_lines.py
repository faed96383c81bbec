"""JSON Lines: the very objects of the API's lists, one a line."""

from __future__ import annotations

from api.schemas import EventOut, PostOut
from store.records import EventRecord, PostSummary


def post_line(post: PostSummary) -> bytes:
    """The post as an item of `GET /api/v1/posts`."""
    return PostOut.from_summary(post).model_dump_json().encode() + b"\n"


def event_line(event: EventRecord) -> bytes:
    """The event as an item of `GET /api/v1/timeline`."""
    return EventOut.from_record(event).model_dump_json().encode() + b"\n"
