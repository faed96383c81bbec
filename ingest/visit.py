"""One visit to one source: its address or a fallback fetched, read, checked to be what it should be. Stores nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import structlog

from ingest.client import Client, Response
from ingest.entries import Document, Entry
from ingest.errors import IngestError, ReaderCrashedError, ReadError
from ingest.identity import are_told_apart, to_post_inputs
from ingest.layout import layout_change, layout_lost
from ingest.listed import MAX_ARTICLES, Known, Read, listed_pages, read_listed
from ingest.teasers import read_whole
from ingest.trail import Trail, is_same_site
from ingest.watch import Answer
from store.records import FetchState, PostInput, SourceRecord

MAX_PAGES = 11  # of a page without a feed on the first visit: itself and ten older ones
MAX_SECONDS = 60.0  # after which no further one is begun; a backfill reads them all

StatedBefore = Callable[[int], Awaitable[frozenset[str]]]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Nothing new. `state` where a body came all the same, equal to the last: its validators may be new ones."""

    answer: Answer
    state: FetchState | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """What the source states, the state to store with it, and the (hub, topic) that it is distributed by."""

    posts: tuple[PostInput, ...]
    state: FetchState
    answer: Answer
    hub: tuple[str, str] | None = None


async def visit(
    source: SourceRecord, client: Client, read: Read, known: Known, stated: StatedBefore, *, articles: bool = True
) -> Unchanged | Stated:
    """What a source has to say; its fallback addresses are tried in order when one fails.

    `read` is the readers', `known` says which of some canonical addresses are those of stored posts, `stated` gives
    the digests of the entries that a source stated before. With `articles` the teasers of a feed are read whole.

    Raises:
        IngestError: no address gave what the source should be; the error is the first address's.
    """
    first: IngestError | None = None
    for address in (source.url, *source.fallback_urls):
        try:
            return await _visit_address(source, address, client, read, known, stated, articles=articles)
        except ReaderCrashedError:
            raise
        except IngestError as error:
            log.info("address_failed", url=address, error=str(error))
            first = first or error
    assert first is not None  # noqa: S101 - a source has an address
    lost = layout_lost(source.record_path, source.record_count)
    if lost and isinstance(first, ReadError):
        raise ReadError(f"{first}{lost}") from first
    raise first


async def _visit_address(
    source: SourceRecord,
    address: str,
    client: Client,
    read: Read,
    known: Known,
    stated: StatedBefore,
    *,
    articles: bool,
) -> Unchanged | Stated:
    response = await client.get(
        address,
        etag=source.etag,
        last_modified=source.last_modified,
        validator_url=source.validator_url,
        obey_robots=source.kind != "feed",
    )
    answer = Answer(response.permanent_url, is_fallback=address != source.url)
    if response.is_not_modified:
        return Unchanged(answer)
    state = _state(response)
    if state.body_hash == source.body_hash:
        return Unchanged(answer, state)
    digests = await stated(source.id) if source.kind == "feed" and source.last_success_at else ()
    document = await read(response, source.kind, digests)
    if not are_told_apart(document.entries):
        document = await read(response, source.kind)
    entries, is_all = _entries(source, document), True
    answer = replace(answer, entries=len(entries))
    if source.kind == "sitemap":
        pages = await listed_pages(document, client, read)
        entries = await read_listed(pages, client, read, known, since=source.last_success_at)
        # about as many as a visit reads, those that turn out to be no articles left out
        answer = replace(answer, is_partial=len(entries) > MAX_ARTICLES // 2)
    elif source.kind == "feed" and articles:
        entries, is_all = await read_whole(entries, client, read)
    elif source.kind == "page" and source.last_success_at is None:
        entries += await _older_entries(response.url, document, client, read)
    posts = to_post_inputs(entries, source_urls=(source.url, response.url, document.site_url))
    hub = (document.hub_url, document.topic_url) if document.hub_url and document.topic_url else None
    # an index says nothing of changes in the sitemaps that it lists, and what is not all is wanted again unchanged
    if document.child_sitemaps or not is_all:
        return Stated(posts, FetchState(title=document.title, site_url=document.site_url), answer, hub)
    state = replace(state, title=document.title, site_url=document.site_url)
    return Stated(posts, _with_layout(state, source, document), answer, hub)


def _state(response: Response) -> FetchState:
    return FetchState(
        etag=response.etag,
        last_modified=response.last_modified,
        validator_url=response.url,
        body_hash=hashlib.sha256(response.body).hexdigest(),
    )


def _with_layout(state: FetchState, source: SourceRecord, document: Document) -> FetchState:
    """The state with where a page's posts are; a change is told."""
    if source.kind != "page":
        return state
    posts = len(document.entries)
    change = layout_change(source.record_path, source.record_count, document.record_path, posts)
    if change is not None:
        log.warning("layout_changed", url=source.url, change=change)
    return replace(state, record_path=document.record_path, record_count=posts, layout_warning=change)


def _entries(source: SourceRecord, document: Document) -> tuple[Entry, ...]:
    """The document's entries, if it is what the source should be."""
    if source.kind == "feed" and document.kind != "feed":
        advertised = f"; it advertises {document.feeds[0].url}" if document.feeds else ""
        raise ReadError(f"no feed, but {_WORDS[document.kind]}{advertised}")
    if source.kind == "page" and not document.entries:
        raise ReadError(f"no posts found on it: it is {_WORDS[document.kind]}")
    if source.kind == "sitemap" and document.kind != "sitemap":
        raise ReadError(f"no sitemap, but {_WORDS[document.kind]}")
    return document.entries


_WORDS = {
    "feed": "an empty feed",
    "page": "a page of posts",
    "article": "a single article",
    "sitemap": "a sitemap",
    "text": "plain text",
    "unknown": "nothing that is known",
}


async def _older_entries(url: str, document: Document, client: Client, read: Read) -> tuple[Entry, ...]:
    """What the older pages hold, for as long as each brings entries not met on those before it.

    All pages go into one transaction with the first one's validators, so that a visit cut short begins again.
    An older page that fails ends the walk and not the visit.
    """
    until = client.clock() + MAX_SECONDS
    trail, older = Trail(), []
    trail.enter(url)
    trail.take(document.entries)
    for _ in range(MAX_PAGES - 1):
        following = document.next_page
        if following is None or trail.has_read(following) or not is_same_site(url, following):
            break
        if client.clock() > until:
            break
        trail.enter(following)
        try:
            document = await read(await client.get(following, obey_robots=True), "page")
        except ReaderCrashedError:
            raise
        except IngestError as error:
            log.warning("older_page_failed", url=url, page=following, error=str(error))
            break
        fresh = trail.take(document.entries)
        if not fresh:
            break
        older += fresh
    return tuple(older)
