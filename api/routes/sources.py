"""/sources: what is crawled, and how that goes. Changing that takes the operator's key."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from api.access import require_key_to_write
from api.addresses import checked_address
from api.answers import NOT_FOUND, NOT_MODIFIED, PROBLEMS, WITH_BODY, WRITES, Responses, answer
from api.context import Hostwire
from api.errors import ConflictError, NotFoundError
from api.links import base_url, source_path
from api.parameters import Nothing, PathId, RemovalFilter
from api.schemas import Problem, SourceChangesIn, SourceIn, SourceList, SourceOut
from store.errors import DuplicateSourceError, UnknownSourceError
from store.records import SourceInput
from store.sources import SourceChanges, add_source, get_source, list_sources, remove_source, update_source

THERE_ALREADY: Responses = {409: {"model": Problem, "description": "The address is crawled already."}}

router = APIRouter(tags=["sources"], responses=PROBLEMS)
changing = APIRouter(tags=["sources"], responses={**PROBLEMS, **WRITES}, dependencies=[Depends(require_key_to_write)])


@router.get("/sources", response_model=SourceList, responses=NOT_MODIFIED)
def show_sources(request: Request, hostwire: Hostwire, _: Nothing) -> Response:
    """All sources with their health."""
    with hostwire.database.read() as session:
        sources = list_sources(session)
    return answer(request, SourceList(items=[SourceOut.from_record(source) for source in sources]))


@router.get("/sources/{source_id}", response_model=SourceOut, responses={**NOT_FOUND, **NOT_MODIFIED})
def show_source(request: Request, hostwire: Hostwire, source_id: PathId, _: Nothing) -> Response:
    """One source with its health."""
    try:
        with hostwire.database.read() as session:
            source = get_source(session, source_id)
    except UnknownSourceError as error:
        raise _not_found(source_id) from error
    return answer(request, SourceOut.from_record(source))


@changing.post(
    "/sources",
    status_code=201,
    response_model=SourceOut,
    responses={**THERE_ALREADY, **WITH_BODY},
    operation_id="add_source",
)
def add(
    request: Request,
    hostwire: Hostwire,
    _: Nothing,
    asked: SourceIn,
) -> Response:
    """Crawl an address from now on. Without `kind` it is visited at once, and what can be crawled there is found."""
    url = checked_address("url", asked.url)
    found = SourceInput(url, asked.kind) if asked.kind else hostwire.discover(url)
    wanted = SourceInput(
        url=checked_address("url", found.url),
        kind=found.kind,
        name=asked.name or found.name,
        tags=tuple(asked.tags) or found.tags,
        site_url=found.site_url,
        fallback_urls=found.fallback_urls,
    )
    try:
        with hostwire.database.write() as session:
            source = add_source(session, wanted, now=hostwire.now())
    except DuplicateSourceError as error:
        raise ConflictError(f"{error}; /api/v1/sources lists them") from error
    location = f"{base_url(request)}{source_path(source.public_id)}"
    return _shown(SourceOut.from_record(source), 201, Location=location)


@changing.patch(
    "/sources/{source_id}",
    response_model=SourceOut,
    responses={**NOT_FOUND, **WITH_BODY},
    operation_id="change_source",
)
def change(hostwire: Hostwire, source_id: PathId, _: Nothing, asked: SourceChangesIn) -> Response:
    """Change what a source is called, its tags, or whether it is crawled; what is left out stays."""
    changes: SourceChanges = asked.model_dump(exclude_unset=True)  # type: ignore[assignment]  # pydantic checked the names
    try:
        with hostwire.database.write() as session:
            source = update_source(session, source_id, **changes)
    except UnknownSourceError as error:
        raise _not_found(source_id) from error
    return _shown(SourceOut.from_record(source), 200)


@changing.delete(
    "/sources/{source_id}",
    status_code=204,
    response_class=Response,
    responses=NOT_FOUND,
    operation_id="remove_source",
)
def remove(hostwire: Hostwire, source_id: PathId, asked: RemovalFilter) -> Response:
    """Crawl a source no longer. Its posts stay, unless `with_posts` is true."""
    try:
        with hostwire.database.write() as session:
            remove_source(session, source_id, keep_posts=asked.with_posts != "true")
    except UnknownSourceError as error:
        raise _not_found(source_id) from error
    return Response(status_code=204)


def _not_found(source_id: str) -> NotFoundError:
    return NotFoundError(f"there is no source {source_id}; /api/v1/sources lists them")


def _shown(source: SourceOut, status: int, **headers: str) -> Response:
    return Response(source.model_dump_json(), status, headers, "application/json")
