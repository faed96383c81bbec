"""/products, /organizations and /tlds: what posts are about."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.answers import NOT_FOUND, NOT_MODIFIED, PROBLEMS, answer, next_page
from api.context import Context, Hostwire
from api.errors import NotFoundError
from api.links import PLURALS
from api.parameters import EntityFilter, EntityParameters, Nothing, PathName
from api.schemas import EntityOut, EntityPage
from store.entities import find_entity, list_entities
from store.records import EntityKind, EntityRecord

router = APIRouter(responses=PROBLEMS)
ONE = {**NOT_FOUND, **NOT_MODIFIED}


@router.get("/products", response_model=EntityPage, responses=NOT_MODIFIED, tags=["products"])
def list_products(request: Request, hostwire: Hostwire, asked: EntityFilter) -> Response:
    """Products that posts name, families, versions and updates."""
    return _listed(request, hostwire, "product", asked)


@router.get("/organizations", response_model=EntityPage, responses=NOT_MODIFIED, tags=["organizations"])
def list_organizations(request: Request, hostwire: Hostwire, asked: EntityFilter) -> Response:
    """Organizations that posts name."""
    return _listed(request, hostwire, "organization", asked)


@router.get("/tlds", response_model=EntityPage, responses=NOT_MODIFIED, tags=["tlds"])
def list_tlds(request: Request, hostwire: Hostwire, asked: EntityFilter) -> Response:
    """Top-level domains that posts talk about."""
    return _listed(request, hostwire, "tld", asked)


@router.get("/products/{slug}", response_model=EntityOut, responses=ONE, tags=["products"])
def show_product(request: Request, hostwire: Hostwire, slug: PathName, _: Nothing) -> Response:
    """One product, by its slug or a name of it."""
    return answer(request, EntityOut.from_record(found_entity(hostwire, "product", slug)))


@router.get("/organizations/{slug}", response_model=EntityOut, responses=ONE, tags=["organizations"])
def show_organization(request: Request, hostwire: Hostwire, slug: PathName, _: Nothing) -> Response:
    """One organization, by its slug or a name of it."""
    return answer(request, EntityOut.from_record(found_entity(hostwire, "organization", slug)))


@router.get("/tlds/{slug}", response_model=EntityOut, responses=ONE, tags=["tlds"])
def show_tld(request: Request, hostwire: Hostwire, slug: PathName, _: Nothing) -> Response:
    """One top-level domain, with or without its dot."""
    return answer(request, EntityOut.from_record(found_entity(hostwire, "tld", slug)))


def _listed(request: Request, hostwire: Context, kind: EntityKind, asked: EntityParameters) -> Response:
    with hostwire.database.read() as session:
        page = list_entities(session, kind, q=asked.q, sort=asked.sort, limit=asked.limit, cursor=asked.place())
    following = next_page(request, asked.following(page.next))
    items = [EntityOut.from_record(entity) for entity in page.items]
    return answer(request, EntityPage(items=items, next=following), following=following)


def found_entity(hostwire: Context, kind: EntityKind, slug: str) -> EntityRecord:
    """
    Raises:
        NotFoundError: no post names one like it.
    """
    with hostwire.database.read() as session:
        entity = find_entity(session, kind, slug)
    if entity is None:
        raise NotFoundError(f"no post so far names the {kind} {slug!r}; /api/v1/{PLURALS[kind]} lists those there are")
    return entity
