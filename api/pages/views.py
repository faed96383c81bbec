"""The pages' routes: what the API answers, for people."""

from __future__ import annotations

from typing import get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from api.caching import conditional
from api.context import Context, Hostwire
from api.errors import NotFoundError
from api.links import own_url
from api.pages.documentation import documented_routes
from api.pages.passages import passages
from api.pages.render import render_page
from api.parameters import (
    EntityFilter,
    EntityParameters,
    Nothing,
    Paged,
    PostFilter,
    StoryFilter,
    TimelineFilter,
    TrendFilter,
)
from api.routes.entities import found_entity
from api.timelines import asked_timeline
from api.titles import title_of
from store.corrections import ENTITY_KINDS, did_you_mean
from store.database import Transaction
from store.entities import get_entity, list_entities
from store.names import names_of
from store.records import EntityKind, PostQuery, Show, TimelineQuery
from store.search import search_posts
from store.stories import list_stories, story_of
from store.suggestions import Suggestion, suggest
from store.timelines import timeline
from store.trends import movers, movers_span, span_of, trend
from store.views import get_post

HTML = "text/html; charset=utf-8"
COMING = 6
OFFERED = 40  # names in the list of the search box
ON_ENTITY_PAGE = 10
ALSO = 5  # posts of a story beside its earliest
EVENTS_ON_ENTITY_PAGE = 100

router = APIRouter(include_in_schema=False)
documentation_router = APIRouter(include_in_schema=False)  # open also where a key is asked for


@router.get("/")
def home(request: Request, hostwire: Hostwire, asked: PostFilter) -> Response:
    """Search and the newest posts; what is coming, while nothing is asked."""
    query = asked.to_query(hostwire.config.event_types, hostwire.today())
    with hostwire.database.read() as session:
        page = search_posts(session, query, limit=asked.limit, cursor=asked.place())
        first = asked.cursor is None
        meant = did_you_mean(session, hostwire.names, query, total=page.total, now=hostwire.now()) if first else None
        offered = _offered(hostwire, session)
        coming = None
        if query == PostQuery() and asked.cursor is None:
            today = hostwire.now().date()
            coming = timeline(session, TimelineQuery(show="coming", begin=today, today=today), limit=COMING).items
    return _page(
        request,
        "home.html",
        title=title_of(asked),
        asked=asked,
        is_search=query != PostQuery(),
        posts=page.items,
        total=page.total,
        coming=coming,
        did_you_mean=meant,
        offered=offered,
        older=_next(request, asked, page.next),
    )


@router.get("/posts/{post_id}")
def post(request: Request, hostwire: Hostwire, post_id: str, _: Nothing) -> Response:
    """One post, with what was understood of it."""
    with hostwire.database.read() as session:
        found = get_post(session, post_id)
        subjects = {subject for event in found.event_mentions for subject in event.subjects} if found else set()
        names = names_of(session, subjects)
        story = story_of(session, post_id)
    if found is None:
        raise NotFoundError(f"there is no post {post_id}")
    return _page(
        request,
        "post.html",
        title=found.summary.title or "A post",
        post=found,
        names=names,
        others=story.others if story else (),
        passages=passages(found),
    )


@router.get("/timeline")
def events(request: Request, hostwire: Hostwire, asked: TimelineFilter) -> Response:
    """Any timeline."""
    page = asked_timeline(hostwire, asked)
    with hostwire.database.read() as session:
        offered = _offered(hostwire, session)
    return _page(
        request,
        "timeline.html",
        title=title_of(asked),
        asked=asked,
        types=hostwire.config.event_types,
        lists=[(show, _timeline_url(request, show)) for show in (None, *get_args(Show))],
        events=page.items,
        offered=offered,
        later=_next(request, asked, page.next),
    )


@router.get("/stories")
def stories(request: Request, hostwire: Hostwire, asked: StoryFilter) -> Response:
    """News that several posts report."""
    query = asked.to_query(hostwire.config.event_types, hostwire.today())
    with hostwire.database.read() as session:
        page = list_stories(session, query, limit=asked.limit, cursor=asked.place())
    return _page(
        request,
        "stories.html",
        title=title_of(asked),
        asked=asked,
        also=ALSO,
        stories=page.items,
        older=_next(request, asked, page.next),
    )


@router.get("/trends")
def trends(request: Request, hostwire: Hostwire, asked: TrendFilter) -> Response:
    """How often something is talked about; what rose and fell, while nothing is asked."""
    query = asked.to_query(hostwire.config.event_types, hostwire.today())
    span = span_of(query, asked.interval, now=hostwire.now())
    with hostwire.database.read() as session:
        counted = trend(session, query, asked.interval, span)
        moved = None
        if query == PostQuery(today=query.today):
            moved = movers(session, None, asked.interval, movers_span(asked.interval, None, now=hostwire.now()))
    return _page(
        request,
        "trends.html",
        title=title_of(asked),
        asked=asked,
        trend=counted,
        most=max(bucket.posts for bucket in counted.buckets),
        moved=moved,
    )


@documentation_router.get("/docs")
def documentation(request: Request, _: Nothing) -> Response:
    """The API's description, for people."""
    return _page(request, "docs.html", title="Hostwire API", routes=documented_routes(request.app.openapi()))


@router.get("/products")
def products(request: Request, hostwire: Hostwire, asked: EntityFilter) -> Response:
    return _entities(request, hostwire, "product", asked)


@router.get("/organizations")
def organizations(request: Request, hostwire: Hostwire, asked: EntityFilter) -> Response:
    return _entities(request, hostwire, "organization", asked)


@router.get("/tlds")
def tlds(request: Request, hostwire: Hostwire, asked: EntityFilter) -> Response:
    return _entities(request, hostwire, "tld", asked)


@router.get("/products/{slug}")
def product(request: Request, hostwire: Hostwire, slug: str, _: Nothing) -> Response:
    return _entity(request, hostwire, "product", slug)


@router.get("/organizations/{slug}")
def organization(request: Request, hostwire: Hostwire, slug: str, _: Nothing) -> Response:
    return _entity(request, hostwire, "organization", slug)


@router.get("/tlds/{slug}")
def tld(request: Request, hostwire: Hostwire, slug: str, _: Nothing) -> Response:
    return _entity(request, hostwire, "tld", slug)


def _entities(request: Request, hostwire: Context, kind: EntityKind, asked: EntityParameters) -> Response:
    with hostwire.database.read() as session:
        page = list_entities(session, kind, q=asked.q, sort=asked.sort, limit=asked.limit, cursor=asked.place())
    return _page(
        request,
        "entities.html",
        title=f"Hostwire {KIND_TITLES[kind]}",
        heading=KIND_TITLES[kind],
        asked=asked,
        entities=page.items,
        further=_next(request, asked, page.next),
    )


def _entity(request: Request, hostwire: Context, kind: EntityKind, slug: str) -> Response:
    entity = found_entity(hostwire, kind, slug)
    with hostwire.database.read() as session:
        parent = get_entity(session, kind, entity.parent) if entity.parent else None
        below: list[tuple[EntityKind, str]] = [(kind, slug) for slug in entity.children]
        vendor: list[tuple[EntityKind, str]] = [("organization", entity.vendor)] if entity.vendor else []
        names = names_of(session, [*below, *vendor])
        found = timeline(session, TimelineQuery.about(kind, entity.slug), limit=EVENTS_ON_ENTITY_PAGE)
        posts = search_posts(session, PostQuery.about(kind, entity.slug), limit=ON_ENTITY_PAGE)
    return _page(
        request,
        "entity.html",
        title=f"{entity.name} on Hostwire",
        entity=entity,
        parent=parent,
        vendor=names.get(("organization", entity.vendor)) if entity.vendor else None,
        children=[(slug, names[kind, slug]) for _, slug in below if (kind, slug) in names],
        events=found.items,
        all_events=found.next is None,
        posts=posts.items,
        total=posts.total,
    )


KIND_TITLES = {"product": "products", "organization": "organizations", "tld": "top-level domains"}


def _timeline_url(request: Request, show: Show | None) -> str:
    """The timeline that is asked for, all of it or one of its lists."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in {"show", "cursor"}]
    words = urlencode([*kept, *([("show", show)] if show else [])])
    return f"/timeline?{words}" if words else "/timeline"


def _next(request: Request, asked: Paged, place: str | None) -> str | None:
    cursor = asked.following(place)
    return None if cursor is None else own_url(request, cursor=cursor)


def _page(request: Request, template: str, **values: object) -> Response:
    return conditional(request, render_page(request, template, **values), HTML)


def _offered(hostwire: Context, session: Transaction) -> list[Suggestion]:
    """What the search box offers, for which a browser needs no script."""
    index = hostwire.names.index(session, hostwire.now())
    return suggest(session, index, "", kinds=ENTITY_KINDS, limit=OFFERED)
