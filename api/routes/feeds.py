"""/feeds: any query as a feed or a calendar that a reader subscribes to."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.answers import NOT_FOUND, PROBLEMS
from api.caching import conditional
from api.context import Context, Hostwire
from api.errors import NotFoundError
from api.links import base_url, feed_url, own_url
from api.parameters import CalendarFilter, PostFilter
from api.syndication import Channel, Format, channel_of_events, channel_of_posts
from api.syndication.formats import Contents, format_of, suffixes
from api.titles import title_of
from store.search import search_posts
from store.timelines import timeline

MAX_AGE_S = 300  # a reader that asks more often is answered from its own copy

router = APIRouter(prefix="/feeds", tags=["feeds"], responses=PROBLEMS)


@router.get("/posts.{suffix}", response_class=Response, responses=NOT_FOUND)
def posts_feed(request: Request, hostwire: Hostwire, suffix: str, asked: PostFilter) -> Response:
    """Posts of any query as `atom`, `rss` or `json` (JSON Feed 1.1)."""
    form = _format("posts", suffix)
    query = asked.to_query(hostwire.config.event_types)
    with hostwire.database.read() as session:
        page = search_posts(session, query, limit=asked.limit, cursor=asked.cursor, with_content=True)
    channel = channel_of_posts(
        page.items,
        base_url=base_url(request),
        title=title_of(asked),
        self_url=own_url(request, cursor=asked.cursor),
        page_url=feed_url(request, "/"),
        generator=_generator(hostwire),
        next_url=own_url(request, cursor=page.next) if page.next else None,
    )
    return _rendered(request, form, channel)


@router.get("/timeline.{suffix}", response_class=Response, responses=NOT_FOUND)
def timeline_feed(request: Request, hostwire: Hostwire, suffix: str, asked: CalendarFilter) -> Response:
    """Events of any timeline as `ics` (iCalendar)."""
    form = _format("timeline", suffix)
    query = asked.to_query(hostwire.config.event_types)
    with hostwire.database.read() as session:
        page = timeline(session, query, limit=asked.limit, cursor=asked.cursor)
    channel = channel_of_events(
        page.items,
        title=title_of(asked),
        self_url=own_url(request, cursor=asked.cursor),
        page_url=feed_url(request, "/timeline"),
        generator=_generator(hostwire),
    )
    return _rendered(request, form, channel)


def _format(contents: Contents, suffix: str) -> Format:
    form = format_of(contents, suffix)
    if form is None:
        there = ", ".join(f"/feeds/{contents}.{known}" for known in suffixes(contents))
        raise NotFoundError(f"there is no feed /feeds/{contents}.{suffix}; there are {there}")
    return form


def _generator(hostwire: Context) -> str:
    return f"Hostwire {hostwire.config.version}"


def _rendered(request: Request, form: Format, channel: Channel) -> Response:
    body = form.render(channel)
    return conditional(request, body, form.media_type, changed=channel.updated, max_age_s=MAX_AGE_S)
