"""From any address of a site to what of it can be crawled: asks, reads, and asks again, within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from ingest.client import Client, Response
from ingest.discover import likely_feed_urls, likely_sitemap_urls
from ingest.entries import Document
from ingest.errors import DiscoveryError, FetchError, ReadError, SandboxError
from ingest.sandbox import Sandbox
from ingest.urls import canonical_url
from store.records import SourceInput

MAX_ADVERTISED = 5  # feeds of one page that are tried
MAX_GUESSED = 8  # addresses at which sites commonly keep theirs
MAX_SITEMAPS = 3  # addresses at which sites commonly keep their sitemap
MAX_ONWARD = 4  # pages that are asked after one that only leads on: a frame set, a refresh, a front page
READER = "ingest.survey:survey"

log = structlog.get_logger()


async def discover_source(client: Client, url: str) -> SourceInput:
    """What to crawl for `url`: itself if it is a feed or a sitemap; else a feed that it advertises, or one that
    stands where sites commonly keep theirs; else itself if it is a page of posts; else what a page that it leads on to
    (its refresh, its frames, its blog) advertises or is; else the site's sitemap.

    A feed counts when it answers as one; of several, the first that has entries.

    Raises:
        FetchError: the address itself cannot be fetched.
        DiscoveryError: there is nothing to crawl; the text says what was tried.
    """
    with Sandbox(reader=READER, workers=1) as sandbox:
        return await _Search(client, sandbox).run(url)


class _Search:
    """One search, and what it tried in vain."""

    def __init__(self, client: Client, sandbox: Sandbox) -> None:
        self._client = client
        self._sandbox = sandbox
        self._failed: list[str] = []

    async def run(self, url: str) -> SourceInput:
        response = await self._client.get(url)
        address = response.permanent_url or url
        document = await self._survey(response)
        if document.kind == "feed" or document.kind == "sitemap":
            return SourceInput(address, document.kind, document.title, site_url=document.site_url)
        advertised = [feed.url for feed in document.feeds][:MAX_ADVERTISED]
        guessed = [guess for guess in likely_feed_urls(response.url) if guess not in advertised][:MAX_GUESSED]
        found = await self._first_feed(advertised)
        unusable = list(self._failed)
        found = found or await self._first_feed(guessed)
        if found is not None:
            feed_url, feed = found
            return SourceInput(feed_url, "feed", feed.title or document.title, site_url=feed.site_url or response.url)
        if document.kind != "page":  # a front page may be mostly something else, and hold posts all the same
            document = await self._survey(response, want="page")
        if document.kind == "page" and document.entries:
            for reason in unusable:
                log.warning("feed_not_usable", reason=reason, instead=f"the page {address}")
            return SourceInput(address, "page", document.title, site_url=response.url)
        found_onward = await self._further(document.onward, response) or await self._sitemap(response)
        if found_onward is not None:
            return found_onward
        tried = "; ".join(unusable) if unusable else "it advertises no feed"
        raise DiscoveryError(
            f"nothing to crawl at {url}: it is neither a feed nor a page of posts; {tried}; "
            f"no feed at {len(guessed)} common addresses such as {guessed[0]}"
        )

    async def _further(self, onward: Sequence[str], came_from: Response) -> SourceInput | None:
        """What the pages that a page leads on to advertise or are, asked in turn."""
        seen = {canonical_url(came_from.url)}
        waiting = list(onward)
        for _ in range(MAX_ONWARD):
            if not waiting:
                break
            url = waiting.pop(0)
            seen.add(canonical_url(url))
            try:
                response = await self._client.get(url)
            except FetchError as error:
                self._failed.append(f"{url}: {error.reason}")
                continue
            address = response.permanent_url or url
            document = await self._survey(response)
            if document.kind == "feed":
                return SourceInput(address, "feed", document.title, site_url=document.site_url or came_from.url)
            found = await self._first_feed([feed.url for feed in document.feeds][:MAX_ADVERTISED])
            if found is not None:
                return SourceInput(found[0], "feed", found[1].title or document.title, site_url=response.url)
            if document.kind != "page":
                document = await self._survey(response, want="page")
            if document.kind == "page" and document.entries:
                return SourceInput(address, "page", document.title, site_url=response.url)
            waiting[:0] = [page for page in document.onward if canonical_url(page) not in seen and page not in waiting]
        return None

    async def _sitemap(self, came_from: Response) -> SourceInput | None:
        """The site's sitemap: one that its robots.txt states, or one that stands where sites commonly keep theirs."""
        stated = await self._client.stated_sitemaps(came_from.url)
        for url in dict.fromkeys((*stated[:MAX_SITEMAPS], *likely_sitemap_urls(came_from.url)[:MAX_SITEMAPS])):
            try:
                response = await self._client.get(url)
            except FetchError as error:
                log.info("no_sitemap", url=url, reason=error.reason)
                continue
            document = await self._survey(response, want="sitemap")
            if document.kind == "sitemap" and document.entries:
                return SourceInput(response.permanent_url or url, "sitemap", site_url=came_from.url)
        return None

    async def _first_feed(self, urls: Sequence[str]) -> tuple[str, Document] | None:
        """The first of `urls` that is a feed with entries, else the first empty one."""
        empty: tuple[str, Document] | None = None
        for url in urls:
            try:
                response = await self._client.get(url)
            except FetchError as error:
                self._failed.append(f"{url}: {error.reason}")
                continue
            document = await self._survey(response, want="feed")
            if document.kind != "feed":
                self._failed.append(f"{url}: no feed")
            elif document.entries:
                return response.permanent_url or url, document
            else:
                empty = empty or (response.permanent_url or url, document)
        return empty

    async def _survey(self, response: Response, want: str | None = None) -> Document:
        """The document; of kind "unknown" where nothing can be read."""
        try:
            return await asyncio.to_thread(
                self._sandbox.read,
                response.body,
                response.url,
                content_type=response.content_type,
                headers=response.headers,
                want=want,
            )
        except (ReadError, SandboxError) as error:
            log.info("unreadable", url=response.url, error=str(error))
            return Document(kind="unknown")
