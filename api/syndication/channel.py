"""What a feed holds, whatever its format: made from posts or events, the same bytes while nothing changed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from api.links import entity_path, post_path
from api.syndication.iris import iri
from api.syndication.words import in_words
from store.records import EnclosureRecord, EventEvidence, EventRecord, PostSummary, SourceRecord

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # when an empty feed "changed": any fixed instant keeps its bytes equal
TITLE_LENGTH = 80
UNTITLED = "Untitled"
NOBODY = "unknown"  # who wrote a post that names neither its author nor, since that was removed, its source
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+", re.ASCII)


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
class Outline:
    """A feed of a list of feeds: `type` is "rss" for whatever feed readers take, as OPML has it."""

    type: str
    title: str
    feed_url: str
    page_url: str | None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed: its name for good, its own address, the page that shows the same, and where its older items are
    (RFC 5005).

    `items` are posts or events as a feed shows them, `events` those that a calendar shows, `outlines` the feeds that a
    list of feeds shows.
    """

    id: str
    title: str
    self_url: str
    page_url: str
    generator: str
    items: tuple[FeedItem, ...] = ()
    events: tuple[EventRecord, ...] = ()
    outlines: tuple[Outline, ...] = ()
    next_url: str | None = None

    @property
    def updated(self) -> datetime:
        """When something in it last changed."""
        return max((item.updated for item in self.items), default=EPOCH)


def items_of_posts(posts: Iterable[PostSummary], base_url: str) -> tuple[FeedItem, ...]:
    """Posts, loaded with their content, in the order given."""
    return tuple(_item(post, base_url) for post in posts)


def items_of_events(events: Iterable[EventRecord], base_url: str, page_url: str) -> tuple[FeedItem, ...]:
    """Events of the timeline that `page_url` shows, in the order given."""
    return tuple(_event_item(event, base_url, page_url) for event in events)


def outlines_of_sources(sources: Iterable[SourceRecord]) -> tuple[Outline, ...]:
    """Sources, in the order given."""
    return tuple(Outline("rss", source.label, source.url, source.site_url, tuple(source.tags)) for source in sources)


def _item(post: PostSummary, base_url: str) -> FeedItem:
    page = f"{base_url}{post_path(post.id)}"
    entities = (*post.products, *post.organizations, *post.tlds)
    return FeedItem(
        id=f"urn:uuid:{post.id}",
        url=iri(post.url) or page,
        page=page,
        title=one_line(post.title) or _beginning(post.text or ""),
        author=one_line(post.author or post.source_name) or NOBODY,
        source=post.source_name,
        published=post.published,
        updated=post.changed,
        summary=_given(post.summary),
        html=post.html or _paragraphs(post.text or ""),
        categories=tuple(
            Category(entity.slug, entity.name, f"{base_url}{entity_path(entity.kind, entity.slug)}")
            for entity in entities
        ),
        enclosures=tuple(found for enclosure in post.enclosures if (found := _enclosure(enclosure))),
    )


def _event_item(event: EventRecord, base_url: str, page_url: str) -> FeedItem:
    """An event as an item: what happens and when for its title, the sentences that say so for its text."""
    first = event.evidence[0] if event.evidence else None
    page = f"{base_url}{post_path(first.post)}" if first else page_url
    date = event.date
    when = in_words(date.value, date.begin, date.end) if date.value and date.basis == "text" else None
    status = "" if event.status == "happened" else f", {event.status}"
    return FeedItem(
        id=f"urn:uuid:{event.id}",
        url=(iri(first.url) if first else None) or page,
        page=page,
        title=f"{one_line(event.title) or UNTITLED}{status}{f' ({when})' if when else ''}",
        author=(one_line(first.source) if first else "") or NOBODY,
        source=first.source if first else "",
        published=event.first_reported,
        updated=event.changed,
        summary=_given(first.quote) if first else None,
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
    first = one_line(text) or UNTITLED
    return first if len(first) <= TITLE_LENGTH else f"{first[:TITLE_LENGTH].rsplit(' ', 1)[0]} …"


def _given(text: str | None) -> str | None:
    return text if text and one_line(text) else None


def one_line(text: str) -> str:
    """Without line ends and control characters, which a title or a name cannot have."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _enclosure(enclosure: EnclosureRecord) -> EnclosureRecord | None:
    """The enclosure as every format can name it: an http address, a type that is one, a length that can be."""
    address = iri(enclosure.url)
    if address is None or not address.startswith(("http://", "https://")):
        return None
    type_ = enclosure.type if enclosure.type and _MEDIA_TYPE.fullmatch(enclosure.type) else None
    length = enclosure.length if enclosure.length is not None and enclosure.length >= 0 else None
    return EnclosureRecord(address, type_, length)


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(part.strip(), quote=False)}</p>" for part in text.split("\n\n") if part.strip())
