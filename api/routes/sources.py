"""/sources: what is crawled, and how that goes."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.answers import NOT_FOUND, PROBLEMS, answer
from api.context import Hostwire
from api.errors import NotFoundError
from api.parameters import Nothing
from api.schemas import SourceList, SourceOut
from store.errors import UnknownSourceError
from store.sources import get_source, list_sources

router = APIRouter(tags=["sources"], responses=PROBLEMS)


@router.get("/sources", response_model=SourceList)
def show_sources(request: Request, hostwire: Hostwire, _: Nothing) -> Response:
    """All sources with their health."""
    with hostwire.database.read() as session:
        sources = list_sources(session)
    return answer(request, SourceList(items=[SourceOut.from_record(source) for source in sources]))


@router.get("/sources/{source_id}", response_model=SourceOut, responses=NOT_FOUND)
def show_source(request: Request, hostwire: Hostwire, source_id: str, _: Nothing) -> Response:
    """One source with its health."""
    try:
        with hostwire.database.read() as session:
            source = get_source(session, source_id)
    except UnknownSourceError as error:
        raise NotFoundError(f"there is no source {source_id}; /api/v1/sources lists them") from error
    return answer(request, SourceOut.from_record(source))
