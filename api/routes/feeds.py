"""/feeds: any query as a feed, a calendar, a table or a list of its sources."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from api.answers import NOT_FOUND, NOT_MODIFIED, PROBLEMS, Responses
from api.caching import conditional
from api.context import Context, Hostwire
from api.errors import NotFoundError
from api.links import base_url, feed_url, own_url, page_url
from api.parameters import MAX_PAGE, CalendarFilter, PostFilter
from api.syndication import FORMATS, Channel, Format, channel_of_events, channel_of_posts, channel_of_sources
from api.syndication.formats import Contents, format_of, suffixes
from api.timelines import asked_timeline
from api.titles import title_of
from store.facets import facets
from store.search import search_posts
from store.sources import list_sources

MAX_AGE_S = 300  # a reader that asks more often is answered from its own copy


def _responses(contents: Contents) -> Responses:
    """What the documentation says of a feed's answers: each format's media type."""
    types = {
        form.media_type.partition(";")[0]: {"schema": {"type": "object" if form.suffix == "json" else "string"}}
        for form in FORMATS
        if contents in form.holds
    }
    return {200: {"description": "The feed.", "content": types}, **NOT_FOUND, **NOT_MODIFIED}


def _suffix(contents: Contents) -> Any:
    return Path(description="the format", json_schema_extra={"enum": list(suffixes(contents))})


PostsSuffix = Annotated[str, _suffix("posts")]
TimelineSuffix = Annotated[str, _suffix("timeline")]
router = APIRouter(prefix="/feeds", tags=["feeds"], responses=PROBLEMS)


@router.get("/posts.{suffix}", response_class=Response, responses=_responses("posts"))
def posts_feed(request: Request, hostwire: Hostwire, suffix: PostsSuffix, asked: PostFilter) -> Response:
    """Posts of any query as `atom`, `rss`, `json` (JSON Feed 1.1) or `csv`; as `opml` the sources they come from."""
    form = _format("posts", suffix)
    query = asked.to_query(hostwire.config.event_types, hostwire.today())
    place = asked.place()
    title, self_url, page_url = title_of(asked), own_url(request, cursor=asked.cursor), feed_url(request, "/")
    generator = _generator(hostwire)
    if form.of_sources:
        with hostwire.database.read() as session:
            met = {found.value for found in facets(session, query, ("sources",))["sources"]}
            sources = [source for source in list_sources(session) if source.public_id in met]
        return _rendered(
            request,
            form,
            channel_of_sources(sources, title=title, self_url=self_url, page_url=page_url, generator=generator),
        )
    with hostwire.database.read() as session:
        page = search_posts(session, query, limit=asked.limit, cursor=place, with_content=True)
    channel = channel_of_posts(
        page.items,
        base_url=base_url(request),
        title=title,
        self_url=self_url,
        page_url=page_url,
        generator=generator,
        next_url=_next_url(request, asked.following(page.next)),
    )
    return _rendered(request, form, channel)


@router.get("/timeline.{suffix}", response_class=Response, responses=_responses("timeline"))
def timeline_feed(request: Request, hostwire: Hostwire, suffix: TimelineSuffix, asked: CalendarFilter) -> Response:
    """Events of any timeline as `ics` (iCalendar), `atom`, `json` (JSON Feed 1.1) or `csv`."""
    form = _format("timeline", suffix)
    page = asked_timeline(hostwire, asked)
    channel = channel_of_events(
        page.items,
        base_url=base_url(request),
        title=title_of(asked),
        self_url=own_url(request, cursor=asked.cursor),
        page_url=page_url(request, "/timeline", most=MAX_PAGE),
        generator=_generator(hostwire),
        next_url=_next_url(request, asked.following(page.next)),
    )
    return _rendered(request, form, channel)


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
