"""/suggest: what a search box offers while somebody types."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.answers import NOT_MODIFIED, PROBLEMS, answer
from api.context import Hostwire
from api.parameters import SuggestionFilter
from api.schemas import SuggestionList, SuggestionOut
from store.suggestions import suggest

router = APIRouter(tags=["suggestions"], responses=PROBLEMS)


@router.get("/suggest", response_model=SuggestionList, responses=NOT_MODIFIED)
def list_suggestions(request: Request, hostwire: Hostwire, asked: SuggestionFilter) -> Response:
    """Products, organizations, TLDs, sources, event types and fields of which a name has a word that begins so."""
    with hostwire.database.read() as session:
        found = suggest(
            session,
            hostwire.names.index(session, hostwire.now()),
            asked.q,
            kinds=asked.kinds(),
            event_types=hostwire.config.event_types,
            limit=asked.limit,
        )
    return answer(request, SuggestionList(items=[SuggestionOut.from_record(item) for item in found]))
