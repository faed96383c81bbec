"""Feeds that a page advertises, and paths where sites commonly keep theirs."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from bs4 import Tag

from ingest.entries import FeedLink
from ingest.html import parse_html
from ingest.urls import canonical_url, resolve

# media type → how gladly it is taken; a plain "json" is a feed only when its address says so
FEED_TYPES = {
    "application/atom+xml": 0,
    "application/rss+xml": 0,
    "application/feed+json": 1,
    "application/rdf+xml": 2,
    "application/xml": 3,
    "text/xml": 3,
    "application/json": 3,
}
COMMON_PATHS = (
    "feed/", "feed", "rss.xml", "atom.xml", "index.xml", "feed.xml", "rss", "feed.json", "feeds/posts/default",
    "blog/feed/", "news/feed/", "syndication.axd",
)  # fmt: skip
_OTHER = re.compile(r"comment|/replies|/podcast", re.IGNORECASE)
_NOT_A_FEED = re.compile(r"oembed|opensearch|manifest|wp-json|sioc|apml|foaf|rsd|\.css|sitemap", re.IGNORECASE)
MAX_HEAD = 500_000  # characters of a page that are looked at


def find_feeds(html: str, url: str) -> tuple[FeedLink, ...]:
    """The feeds that a page links to, the likeliest first: posts before comments, Atom and RSS before others.

    A link counts by its rel=alternate (or feed) and its type, wherever in the page it stands; addresses are resolved
    against the page's base.
    """
    soup = parse_html(html[:MAX_HEAD])
    base = url
    first_base = soup.find("base", href=True)
    if isinstance(first_base, Tag):
        base = resolve(url, str(first_base["href"])) or url
    ranked: list[tuple[tuple[bool, int, int], FeedLink]] = []
    seen: set[str] = set()
    for order, link in enumerate(soup.find_all(["link", "a"])):
        rel = {value.lower() for value in _rel(link)}
        media_type = str(link.get("type") or "").partition(";")[0].strip().lower()
        if not rel & {"alternate", "feed"} or "stylesheet" in rel:
            continue
        if media_type not in FEED_TYPES and "feed" not in rel:
            continue
        address = resolve(base, str(link.get("href") or ""))
        if address is None or canonical_url(address) in seen or _NOT_A_FEED.search(address):
            continue
        title = str(link.get("title") or "").strip() or None
        if media_type in {"application/json", "application/xml", "text/xml"} and not re.search(
            r"feed|rss|atom", address
        ):
            continue
        seen.add(canonical_url(address))
        other = bool(_OTHER.search(address) or (title and _OTHER.search(title)))
        ranked.append(((other, FEED_TYPES.get(media_type, 1), order), FeedLink(address, media_type, title)))
    return tuple(feed for _, feed in sorted(ranked, key=lambda item: item[0]))


def _rel(link: Tag) -> list[str]:
    value: Any = link.get("rel") or []
    return value.split() if isinstance(value, str) else [str(item) for item in value]


def likely_feed_urls(url: str) -> tuple[str, ...]:
    """Addresses where a site without autodiscovery may keep its feed: below the page first, then at the root."""
    below = url if url.endswith("/") else url.rpartition("/")[0] + "/"
    found = [urljoin(root, path) for root in dict.fromkeys((below, urljoin(url, "/"))) for path in COMMON_PATHS]
    return tuple(dict.fromkeys(found))
