"""What a source states: entries and documents as values. No network, no SQL, no parsing here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

DocumentKind = Literal["feed", "page", "article", "sitemap", "text", "unknown"]
Precision = Literal["second", "minute", "day"]


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that travels with an entry; `length` in bytes, None when not stated."""

    url: str
    type: str | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as a source states it, not yet stored.

    `id` is the guid (RSS), atom:id, JSON Feed id, or a page's permalink; None when the source has none.
    `published` and `updated` are aware and in UTC; `html` is already clean; `text` is plain text with a
    blank line between paragraphs. `digest` is of all that a feed states of it, before anything is read; an entry
    that `is_known` has that, its names and nothing else. One that `is_beginning` has only the beginning of its text.
    """

    id: str | None
    url: str | None
    title: str | None
    author: str | None = None
    published: datetime | None = None
    published_precision: Precision | None = None
    updated: datetime | None = None
    summary: str | None = None
    html: str | None = None
    text: str = ""
    categories: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    digest: str | None = None
    is_known: bool = False
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """The one article that a page holds. `published` is an ISO date or instant as far as the page states it."""

    title: str | None
    author: str | None
    published: str | None
    text: str
    url: str | None = None
    html: str | None = None


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that a page advertises (autodiscovery)."""

    url: str
    type: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class ArchiveLink:
    """A list of older posts that a page leads to: those of a month ("2010-07") or year ("2010"), or of any ("")."""

    url: str
    month: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What the readers make of the bytes behind one address.

    `entries` for a feed, a page of many posts, or a plain-text dump of one; `article` where the page is one
    article; `links` of a sitemap. `warnings` say what was odd and read all the same. `hub_url` is the hub that
    distributes what is new under the name `topic_url` (WebSub).
    """

    kind: DocumentKind
    title: str | None = None
    site_url: str | None = None
    entries: tuple[Entry, ...] = ()
    article: Article | None = None
    next_page: str | None = None
    feeds: tuple[FeedLink, ...] = ()
    onward: tuple[str, ...] = ()  # where a page without posts of its own leads: its refresh, its frames, its blog
    warnings: tuple[str, ...] = field(default=())
    record_path: str | None = None  # of a page: the tags that lead to most of its posts' titles, the outermost first
    archives: tuple[ArchiveLink, ...] = ()  # looked for only where older posts are wanted
    generator: str | None = None  # of a feed, as it states it; looked for as the archives are
    child_sitemaps: bool = False  # a sitemap index: its entries are sitemaps
    hub_url: str | None = None
    topic_url: str | None = None
