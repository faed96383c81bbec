"""What a feed holds, whatever its format: made from posts or events, the same bytes while nothing changed."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from api.links import entity_path, post_path
from store.records import EnclosureRecord, EventEvidence, EventRecord, PostSummary, SourceRecord

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
    """A feed: its own address, the page that shows the same, and where its older items are (RFC 5005).

    `items` are posts or events as a feed shows them; `posts`, `events` and `sources` what they were made from.
    """

    title: str
    self_url: str
    page_url: str
    generator: str
    items: tuple[FeedItem, ...] = ()
    posts: tuple[PostSummary, ...] = ()
    events: tuple[EventRecord, ...] = ()
    sources: tuple[SourceRecord, ...] = ()
    next_url: str | None = None

    @property
    def updated(self) -> datetime:
        """When something in it last changed."""
        return max((item.updated for item in self.items), default=EPOCH)


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
    return Channel(title, self_url, page_url, generator, items=items, posts=tuple(posts), next_url=next_url)


def channel_of_events(
    events: Sequence[EventRecord],
    *,
    base_url: str,
    title: str,
    self_url: str,
    page_url: str,
    generator: str,
    next_url: str | None = None,
) -> Channel:
    """Events of a timeline, in the order given."""
    items = tuple(_event_item(event, base_url, page_url) for event in events)
    return Channel(title, self_url, page_url, generator, items=items, events=tuple(events), next_url=next_url)


def channel_of_sources(
    sources: Sequence[SourceRecord], *, title: str, self_url: str, page_url: str, generator: str
) -> Channel:
    """Sources, in the order given."""
    return Channel(title, self_url, page_url, generator, sources=tuple(sources))


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


def _event_item(event: EventRecord, base_url: str, page_url: str) -> FeedItem:
    """An event as an item: what happens and when for its title, the sentences that say so for its text."""
    first = event.evidence[0] if event.evidence else None
    page = f"{base_url}{post_path(first.post)}" if first else page_url
    when = event.date.value if event.date.value and event.date.basis == "text" else None
    status = "" if event.status == "happened" else f", {event.status}"
    return FeedItem(
        id=f"urn:uuid:{event.id}",
        url=(first.url if first else None) or page,
        page=page,
        title=f"{event.title}{status}{f' ({when})' if when else ''}",
        author=first.source if first else "Hostwire",
        source=first.source if first else "",
        published=event.first_reported,
        updated=event.changed,
        summary=first.quote if first else None,
        html="".join(_quoted(found) for found in event.evidence),
        categories=tuple(
            Category(subject.slug, subject.name, f"{base_url}{entity_path(subject.kind, subject.slug)}")
            for subject in event.subjects
        ),
    )


def _quoted(found: EventEvidence) -> str:
    source = html.escape(found.source, quote=False)
    if found.url:
        source = f'<a href="{html.escape(found.url)}">{source}</a>'
    return f"<blockquote><p>{html.escape(found.quote, quote=False)}</p></blockquote><p>{source}</p>"


def _beginning(text: str) -> str:
    """A post without a title is known by its first words."""
    first = " ".join(text.split())
    return first if len(first) <= TITLE_LENGTH else f"{first[:TITLE_LENGTH].rsplit(' ', 1)[0]} …"


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(part.strip(), quote=False)}</p>" for part in text.split("\n\n") if part.strip())
