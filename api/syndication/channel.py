"""What a feed holds, whatever its format: made from posts or events, the same bytes while nothing changed."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from api.links import entity_path, post_path
from store.records import EnclosureRecord, EventRecord, PostSummary

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # when an empty feed "changed": any fixed instant keeps its bytes equal
TITLE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Category:
    """A tag of an item: its slug, its name, and the address of its page, which is also its scheme's."""

    term: str
    label: str
    scheme: str


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One item of a feed. `html` is clean; `url` is where it was published, `page` what we show of it."""

    id: str
    url: str
    page: str
    title: str
    author: str
    source: str
    published: datetime | None
    updated: datetime
    summary: str | None
    html: str
    categories: tuple[Category, ...] = ()
    enclosures: tuple[EnclosureRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed: its own address, the page that shows the same, and where its older items are (RFC 5005)."""

    title: str
    self_url: str
    page_url: str
    generator: str
    items: tuple[FeedItem, ...] = ()
    events: tuple[EventRecord, ...] = ()
    next_url: str | None = None

    @property
    def updated(self) -> datetime:
        """When something in it last changed."""
        instants = [item.updated for item in self.items] + [event.changed for event in self.events]
        return max(instants, default=EPOCH)


def channel_of_posts(
    posts: Sequence[PostSummary],
    *,
    base_url: str,
    title: str,
    self_url: str,
    page_url: str,
    generator: str,
    next_url: str | None = None,
) -> Channel:
    """Posts, loaded with their content, in the order given."""
    items = tuple(_item(post, base_url) for post in posts)
    return Channel(title, self_url, page_url, generator, items=items, next_url=next_url)


def channel_of_events(
    events: Sequence[EventRecord], *, title: str, self_url: str, page_url: str, generator: str
) -> Channel:
    """Events of a timeline, in the order given."""
    return Channel(title, self_url, page_url, generator, events=tuple(events))


def _item(post: PostSummary, base_url: str) -> FeedItem:
    page = f"{base_url}{post_path(post.id)}"
    entities = (*post.products, *post.organizations, *post.tlds)
    return FeedItem(
        id=f"urn:uuid:{post.id}",
        url=post.url or page,
        page=page,
        title=post.title or _beginning(post.text or ""),
        author=post.author or post.source_name,
        source=post.source_name,
        published=post.published,
        updated=post.changed,
        summary=post.summary,
        html=post.html or _paragraphs(post.text or ""),
        categories=tuple(
            Category(entity.slug, entity.name, f"{base_url}{entity_path(entity.kind, entity.slug)}")
            for entity in entities
        ),
        enclosures=post.enclosures,
    )


def _beginning(text: str) -> str:
    """A post without a title is known by its first words."""
    first = " ".join(text.split())
    return first if len(first) <= TITLE_LENGTH else f"{first[:TITLE_LENGTH].rsplit(' ', 1)[0]} …"


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(part.strip(), quote=False)}</p>" for part in text.split("\n\n") if part.strip())
