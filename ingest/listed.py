"""The pages that a sitemap lists: which of them to read, and reading them as articles, a bounded number a visit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from ingest.client import Client, Response
from ingest.entries import Document, Entry
from ingest.errors import FetchError, ReaderCrashedError, ReadError, SandboxError
from ingest.urls import canonical_url

MAX_SITEMAPS = 5  # of an index, those changed last
MAX_ARTICLES = 20  # a visit, those changed last
LASTMOD_SLACK = timedelta(days=2)  # sitemaps are often made anew once a day, and state days without a zone

Known = Callable[[Collection[str]], Awaitable[frozenset[str]]]


class Read(Protocol):
    """How a run has documents read: see `ingest.readers.read_document`."""

    async def __call__(self, response: Response, want: str | None, known: Collection[str] = ()) -> Document: ...


log = structlog.get_logger()

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


async def listed_pages(document: Document, client: Client, read: Read) -> list[Entry]:
    """All pages of a sitemap, or of the sitemaps that an index lists; those that fail are left out.

    Raises:
        FetchError, ReadError, SandboxError: no sitemap of an index could be had; the error is the last one's.
    """
    if not document.child_sitemaps:
        return list(document.entries)
    pages: list[Entry] = []
    failure: Exception | None = None
    answered = False
    for child in newest_first(document.entries)[:MAX_SITEMAPS]:
        try:
            listed = await read(await client.get(child.url or "", obey_robots=True), "sitemap")
        except (FetchError, ReadError, SandboxError) as error:
            log.warning("sitemap_failed", url=child.url, error=str(error))
            failure = error
        else:
            answered = True
            pages += () if listed.child_sitemaps else listed.entries  # an index of indexes is against the protocol
    if failure is not None and not answered:
        raise failure
    return pages


async def read_listed(
    pages: Sequence[Entry], client: Client, read: Read, known: Known, *, since: datetime | None
) -> tuple[Entry, ...]:
    """The articles on pages that are not known yet, newest first, as entries.

    `since` is the last visit: pages that have not changed after it were not wanted then, or are no articles.
    """
    addresses = {canonical_url(page.url): page for page in newest_first(pages) if page.url}
    there = await known(addresses)
    wanted = [
        page
        for address, page in addresses.items()
        if address not in there and (since is None or _changed(page) is None or _when(page) > since - LASTMOD_SLACK)
    ]
    articles = []
    for page in wanted[:MAX_ARTICLES]:
        try:
            response = await client.get(page.url or "", obey_robots=True)
            document = await read(response, None)
        except ReaderCrashedError:
            raise
        except (FetchError, ReadError, SandboxError) as error:
            log.info("listed_page_failed", url=page.url, error=str(error))
            continue
        if document.article is not None:
            articles.append(as_entry(page, response.url, document))
    return tuple(articles)


def as_entry(page: Entry, url: str, document: Document) -> Entry:
    """The article on a listed page, with what the list says of it where the page says nothing."""
    article = document.article
    assert article is not None  # noqa: S101 - the caller looked
    from ingest.stamps import parse_stated  # its many patterns are compiled where a page is read

    stamp = parse_stated(article.published)
    return Entry(
        id=page.id,
        url=article.url or url,
        title=article.title or page.title,
        author=article.author,
        published=stamp.instant if stamp else page.published,
        published_precision=stamp.precision if stamp else page.published_precision,
        updated=page.updated,
        html=article.html,
        text=article.text,
    )


def newest_first(entries: Sequence[Entry]) -> list[Entry]:
    """By their last change as far as it is stated; those that state none last, in their order."""
    return sorted(entries, key=_when, reverse=True)


def _changed(page: Entry) -> datetime | None:
    return page.updated or page.published


def _when(page: Entry) -> datetime:
    return _changed(page) or _LONG_AGO
