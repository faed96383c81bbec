"""/feeds: any query as a feed, a calendar, a table or a list of its sources."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from api.answers import NOT_FOUND, NOT_MODIFIED, PROBLEMS, Responses
from api.caching import conditional, conditional_spool
from api.chosen import chosen_outline
from api.context import Context, Hostwire
from api.errors import NotFoundError
from api.links import base_url, feed_url, own_url, page_url
from api.parameters import (
    CalendarFilter,
    CalendarParameters,
    ChosenFilter,
    Paged,
    PostExportFilter,
    PostFilter,
    PostParameters,
    TimelineExportFilter,
)
from api.spool import Spool
from api.syndication import FORMATS, OPML, Channel, Export, Format, items_of_events, items_of_posts, outlines_of_sources
from api.syndication.formats import Contents, export_of, feed_suffixes, format_of, suffixes
from api.timelines import asked_timeline
from api.titles import title_of
from store.facets import facets
from store.records import Page
from store.search import search_posts
from store.sources import list_sources
from store.timelines import timeline

MAX_AGE_S = 300  # a reader that asks more often is answered from its own copy
CHUNK = 500  # rows of an export that are read at once


def _media(media_type: str, *, is_json: bool = False) -> dict[str, Any]:
    return {media_type.partition(";")[0]: {"schema": {"type": "object" if is_json else "string"}}}


def _feed_answers(contents: Contents) -> Responses:
    """What the documentation says of a feed's answers: each format's media type."""
    types: dict[str, Any] = {}
    for form in FORMATS:
        if contents in form.holds:
            types |= _media(form.media_type, is_json=form.suffix == "json")
    return {200: {"description": "The feed.", "content": types}, **NOT_FOUND, **NOT_MODIFIED}


def _export_answers(contents: Contents, suffix: str) -> Responses:
    export = export_of(contents, suffix)
    return {200: {"description": "The export.", "content": _media(export.media_type)}, **NOT_MODIFIED}


_LIST_ANSWERS: Responses = {200: {"description": "The list.", "content": _media(OPML.media_type)}, **NOT_MODIFIED}


def _suffix(contents: Contents) -> Any:
    return Path(description="the format", json_schema_extra={"enum": list(feed_suffixes(contents))})


PostsSuffix = Annotated[str, _suffix("posts")]
TimelineSuffix = Annotated[str, _suffix("timeline")]
router = APIRouter(prefix="/feeds", tags=["feeds"], responses=PROBLEMS)


# -- exports: before the feeds, whose addresses are patterns -----------------------------------------------------------


@router.get("/posts.csv", response_class=Response, responses=_export_answers("posts", "csv"))
def posts_csv(request: Request, hostwire: Hostwire, asked: PostExportFilter) -> Response:
    """Posts of any query as a table (RFC 4180), a post a line: up to 10,000 at once."""
    return _exported_posts(request, hostwire, asked, export_of("posts", "csv"))


@router.get("/posts.jsonl", response_class=Response, responses=_export_answers("posts", "jsonl"))
def posts_json_lines(request: Request, hostwire: Hostwire, asked: PostExportFilter) -> Response:
    """Posts of any query as JSON Lines, each the object of the list of posts: up to 10,000 at once."""
    return _exported_posts(request, hostwire, asked, export_of("posts", "jsonl"))


@router.get("/timeline.csv", response_class=Response, responses=_export_answers("timeline", "csv"))
def timeline_csv(request: Request, hostwire: Hostwire, asked: TimelineExportFilter) -> Response:
    """Events of any timeline as a table (RFC 4180), an event a line: up to 10,000 at once."""
    return _exported_timeline(request, hostwire, asked, export_of("timeline", "csv"))


@router.get(
    "/timeline.jsonl",
    response_class=Response,
    responses=_export_answers("timeline", "jsonl"),
)
def timeline_json_lines(request: Request, hostwire: Hostwire, asked: TimelineExportFilter) -> Response:
    """Events of any timeline as JSON Lines, each the object of the API's timeline: up to 10,000 at once."""
    return _exported_timeline(request, hostwire, asked, export_of("timeline", "jsonl"))


def _exported_posts(request: Request, hostwire: Context, asked: PostExportFilter, export: Export) -> Response:
    query = asked.to_query(hostwire.config.event_types, hostwire.today())
    load = partial(search_posts, query=query, counted=False, highlighted=export.highlighted)
    return _exported(request, hostwire, asked, export, load)


def _exported_timeline(request: Request, hostwire: Context, asked: TimelineExportFilter, export: Export) -> Response:
    query = asked.to_query(hostwire.config.event_types, hostwire.today())
    load = partial(timeline, query=query, resolve=hostwire.resolve)
    # What was known on some day is resolved anew for each reading, so it is read at once.
    return _exported(request, hostwire, asked, export, load, chunk=CHUNK if query.as_of is None else asked.limit)


def _exported(
    request: Request,
    hostwire: Context,
    asked: Paged,
    export: Export,
    load: Callable[..., Page[Any]],
    *,
    chunk: int | None = None,
) -> Response:
    """The rows in chunks, each read for itself: none of them waits long, and memory holds one. What arrives meanwhile
    disturbs them no more than it does pages, which the chunks are.

    Nothing is sent before all is there: what takes too long as a whole is a problem, and never half a table.
    """
    place, left = asked.place(), asked.limit
    reads = hostwire.database.reads()
    with ExitStack() as unless_sent:
        spool = Spool()
        unless_sent.callback(spool.close)
        spool.write(export.head)
        while left:
            with reads.part() as session:
                page = load(session, limit=min(chunk or CHUNK, left), cursor=place)
            for item in page.items:
                spool.write(export.row(item))
            left, place = left - len(page.items), page.next
            if place is None:
                break
        headers = {"Content-Disposition": f'attachment; filename="hostwire-{export.contents}.{export.suffix}"'}
        if next_url := _next_url(request, asked.following(place)):
            headers["Link"] = f'<{next_url}>; rel="next"'
        answer = conditional_spool(request, spool, export.media_type, headers=headers, max_age_s=MAX_AGE_S)
        unless_sent.pop_all()
    return answer


# -- feeds -------------------------------------------------------------------------------------------------------------


@router.get("/chosen.opml", response_class=Response, responses=_LIST_ANSWERS)
def chosen_feeds(request: Request, hostwire: Hostwire, asked: ChosenFilter) -> Response:
    """A list of feeds that you chose, as OPML: each `feed` is one with its query, escaped, such as
    `posts.atom%3Fq%3Dexchange` or `timeline.ics%3Fproduct%3Dplesk`.
    """
    types, today = hostwire.config.event_types, hostwire.today()
    outlines = [chosen_outline(feed, base_url(request), types, today) for feed in asked.feed]
    channel = Channel(
        id=own_url(request),
        title=(asked.title or "").strip() or "Hostwire feeds",
        self_url=own_url(request),
        page_url=f"{base_url(request)}/",
        generator=_generator(hostwire),
        outlines=tuple(dict.fromkeys(outlines)),
    )
    return _rendered(request, OPML, channel)


@router.get("/posts.{suffix}", response_class=Response, responses=_feed_answers("posts"))
def posts_feed(request: Request, hostwire: Hostwire, suffix: PostsSuffix, asked: PostFilter) -> Response:
    """Posts of any query as `atom`, `rss` or `json` (JSON Feed 1.1); as `opml` the sources they come from."""
    form = _format("posts", suffix)
    query, place = asked.to_query(hostwire.config.event_types, hostwire.today()), asked.place()
    with hostwire.database.read() as session:
        if form.of_sources:
            met = {found.value for found in facets(session, query, ("sources",))["sources"]}
            sources = [source for source in list_sources(session) if source.public_id in met]
            holding: dict[str, Any] = {"outlines": outlines_of_sources(sources)}
        else:
            page = search_posts(
                session, query, limit=asked.limit, cursor=place, with_content=True, counted=False, highlighted=False
            )
            next_url = _next_url(request, asked.following(page.next))
            holding = {"items": items_of_posts(page.items, base_url(request)), "next_url": next_url}
    return _rendered(request, form, _channel(request, hostwire, asked, "/", **holding))


@router.get("/timeline.{suffix}", response_class=Response, responses=_feed_answers("timeline"))
def timeline_feed(request: Request, hostwire: Hostwire, suffix: TimelineSuffix, asked: CalendarFilter) -> Response:
    """Events of any timeline as `ics` (iCalendar), `atom`, `rss` or `json` (JSON Feed 1.1)."""
    form = _format("timeline", suffix)
    page = asked_timeline(hostwire, asked)
    channel = _channel(
        request,
        hostwire,
        asked,
        "/timeline",
        items=items_of_events(page.items, base_url(request), page_url(request, "/timeline")),
        events=page.items,
        next_url=_next_url(request, asked.following(page.next)),
    )
    return _rendered(request, form, channel)


def _channel(
    request: Request, hostwire: Context, asked: PostParameters | CalendarParameters, page: str, **holding: Any
) -> Channel:
    """A feed of what was asked; `page` is the path at which people see the same."""
    return Channel(
        id=feed_url(request, request.url.path),
        title=title_of(asked),
        self_url=own_url(request, cursor=asked.cursor),
        page_url=page_url(request, page),
        generator=_generator(hostwire),
        **holding,
    )


def _format(contents: Contents, suffix: str) -> Format:
    form = format_of(contents, suffix)
    if form is None:
        there = ", ".join(f"/feeds/{contents}.{known}" for known in suffixes(contents))
        raise NotFoundError(f"there is no feed /feeds/{contents}.{suffix}; there are {there}")
    return form


def _next_url(request: Request, cursor: str | None) -> str | None:
    return None if cursor is None else own_url(request, cursor=cursor)


def _generator(hostwire: Context) -> str:
    return f"Hostwire {hostwire.config.version}"


def _rendered(request: Request, form: Format, channel: Channel) -> Response:
    headers = {"Link": f'<{channel.next_url}>; rel="next"'} if channel.next_url else None
    body = form.render(channel)
    return conditional(request, body, form.media_type, dated=True, headers=headers, max_age_s=MAX_AGE_S)
