"""Absolute addresses of our own answers, for `next`, Link headers, feeds and pages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from urllib.parse import quote, urlencode

from fastapi import Request

from api.context import context_of

OF_LISTS_ALONE = frozenset({"cursor", "facets"})  # what no feed takes
PLURALS = {"product": "products", "organization": "organizations", "tld": "tlds"}


def base_url(request: Request) -> str:
    """The public address of this service without a trailing slash: the operator's, else that of the request."""
    return context_of(request).config.base_url or str(request.base_url).rstrip("/")


def own_url(request: Request, *, cursor: str | None = None) -> str:
    """The address of this request; with `cursor`, of the next page of its list."""
    return _joined(f"{base_url(request)}{quote(request.url.path)}", _query(request, cursor))


def feed_url(request: Request, path: str) -> str:
    """The address of the feed at `path` with the query of this request, without its place in the list."""
    return feed_urls(request, [path])[0]


def feed_urls(request: Request, paths: Sequence[str]) -> list[str]:
    """As `feed_url`, for several paths."""
    base, query = base_url(request), _query(request, without=OF_LISTS_ALONE)
    return [_joined(f"{base}{path}", query) for path in paths]


def page_url(request: Request, path: str) -> str:
    """The address of the page at `path` with the query of this request; how many it shows is its own affair."""
    return _joined(f"{base_url(request)}{path}", _query(request, without=("limit",)))


def chosen_url(request: Request, feeds: Sequence[str], *, title: str | None = None) -> str:
    """The address of a list (OPML) of feeds with the query of this request: `feeds` are such as "posts.atom"."""
    query = _query(request, without=("limit",))
    chosen = [("feed", _joined(feed, query)) for feed in feeds]
    named = [("title", title)] if title else []
    return f"{base_url(request)}/feeds/chosen.opml?{urlencode([*chosen, *named])}"


def _query(request: Request, cursor: str | None = None, *, without: Collection[str] = ()) -> str:
    """The query of this request, escaped, at another place of the list or at none."""
    left_out = {"cursor", *without}
    pairs: Sequence[tuple[str, str]] = [
        (name, value) for name, value in request.query_params.multi_items() if name not in left_out and value
    ]
    return urlencode([*pairs, ("cursor", cursor)] if cursor else pairs)


def _joined(address: str, query: str) -> str:
    return f"{address}?{query}" if query else address


def post_path(post_id: str) -> str:
    return f"/posts/{quote(post_id)}"


def source_path(source_id: str) -> str:
    return f"/api/v1/sources/{quote(source_id)}"


def subscription_path(subscription_id: str) -> str:
    return f"/api/v1/subscriptions/{quote(subscription_id)}"


def entity_path(kind: str, slug: str) -> str:
    return f"/{PLURALS[kind]}/{quote(slug)}"
