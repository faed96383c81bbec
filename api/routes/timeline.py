"""/timeline: what happened and will happen, each date with its sentence."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.answers import NOT_MODIFIED, PROBLEMS, answer, next_page
from api.context import Hostwire
from api.parameters import TimelineFilter
from api.schemas import EventOut, EventPage
from api.timelines import asked_timeline

router = APIRouter(tags=["timeline"], responses=PROBLEMS)


@router.get("/timeline", response_model=EventPage, responses=NOT_MODIFIED)
def show_timeline(request: Request, hostwire: Hostwire, asked: TimelineFilter) -> Response:
    """Events of an entity with its descendants, or of any query, in the order of their dates; undated ones last."""
    page = asked_timeline(hostwire, asked)
    following = next_page(request, asked.following(page.next))
    items = [EventOut.from_record(event) for event in page.items]
    return answer(request, EventPage(items=items, next=following), following=following, feeds="timeline")
