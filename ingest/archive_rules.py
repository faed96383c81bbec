"""Decisions on the way to older posts: which ways there are, how long each is followed, what is not worth reading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from ingest.entries import ArchiveLink, Document, Entry
from ingest.errors import (
    ConnectError,
    DnsError,
    FetchError,
    FetchTimeoutError,
    HttpStatusError,
    RobotsUnreachableError,
)
from store.backfill import Method

# What may lead to older posts of a kind of source, in the order in which it is tried.
METHODS: dict[str, tuple[Method, ...]] = {
    "feed": ("feed", "pager", "months", "sitemap"),
    "page": ("pager", "months", "sitemap"),
    "sitemap": ("sitemap",),
}
PATIENCE = 3  # pages in a row that bring nothing older
MONTHS_PATIENCE = 12  # a year without a post
LISTED_PATIENCE = 100  # pages in a row of a sitemap that are no posts
RETURN_PATIENCE = 20  # pages at the beginning of a run: what was posted since the last run has moved all pages on
TRIES = 3  # of a page that cannot be had for the time being
MAX_WALK = 20_000  # pages, over all runs: a machine can make up posts of every day that there ever was
MAX_WAITING = 1_200  # archives or sitemaps that wait to be read: a century of months
FIRST_YEAR = 1990  # there were no blogs before
CUT_WORDS = 200  # of a text that breaks off: a longer one may end so by its author's will
TEASER_WORDS = 50  # a page of which no text is longer shows only the beginnings
SHORT_WORDS = 12  # hardly a sentence
TOO_EARLY, TIMED_OUT, TOO_MANY_REQUESTS = 425, 408, 429
_CUT_OFF = re.compile(r"(?:…|\.\.\.|\[(?:…|\.\.\.|&hellip;)\])\s*(?:\w+\s+\w+\s*)?$")
# Sitemaps and pages of anything else than posts, as engines name them.
NO_POSTS = re.compile(
    r"(?:^|[/_.-])(?:categor(?:y|ies)|(?:post_)?tags?|authors?|users?|taxonom\w*|images?|videos?|products?)(?:-?sitemap|-\d|\.xml|/)|"
    r"taxonomies|wp-sitemap-(?:users|taxonomies)",
    re.IGNORECASE,
)
END: dict[Method, str] = {
    "feed": "the feed's pages led no further back",
    "pager": "the pages led no further back",
    "months": "all archives of months were read",
    "sitemap": "all that the sitemap lists was read",
}


def may_pass(error: FetchError) -> bool:
    """Whether a failure may be another answer in an hour: trouble of the server or of the way there."""
    if isinstance(error, HttpStatusError):
        return error.status >= 500 or error.status in {TIMED_OUT, TOO_EARLY, TOO_MANY_REQUESTS}
    return isinstance(error, ConnectError | DnsError | FetchTimeoutError | RobotsUnreachableError)


def middle_of(entries: Sequence[Entry]) -> datetime | None:
    """The time in the middle of those of a page's posts: one that is pinned there moves it little."""
    times = [entry.published.timestamp() for entry in entries if entry.published is not None]
    return datetime.fromtimestamp(median(times), UTC) if times else None


def may_hold_posts(link: ArchiveLink, latest: str) -> bool:
    return not link.month or (int(link.month[:4]) >= FIRST_YEAR and link.month <= latest[: len(link.month)])


def beginnings_among(entries: Sequence[Entry]) -> frozenset[int]:
    """The ids of the objects of those entries of a page that are only the beginnings of posts: that break off, are
    hardly a sentence, or stand on a page where no text is longer than some. None where most of the posts are whole.
    """
    words = {id(entry): len(entry.text.split()) for entry in entries}
    if all(count_ < TEASER_WORDS for count_ in words.values()):
        return frozenset(words)
    cut = frozenset(
        id(entry)
        for entry in entries
        if words[id(entry)] < SHORT_WORDS or (words[id(entry)] < CUT_WORDS and _CUT_OFF.search(entry.text))
    )
    return cut if 2 * len(cut) >= len(entries) else frozenset()


def wordpress_page(url: str, document: Document) -> str | None:
    """The next page of a WordPress feed, which has them all under `paged` and states none."""
    if "wordpress" not in (document.generator or "").lower():
        return None
    parts = urlsplit(url)
    match = re.search(r"(?:^|&)paged=(\d{1,6})(?:&|$)", parts.query)
    others = [item for item in parts.query.split("&") if item and not item.startswith("paged=")]
    number = int(match[1]) + 1 if match else 2
    query = "&".join((*others, urlencode({"paged": number})))
    return urljoin(url, urlunsplit(("", "", parts.path, query, "")))
