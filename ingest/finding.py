"""From any address of a site to what of it can be crawled: asks, reads, and asks again, within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from ingest.client import Client, Response
from ingest.discover import likely_feed_urls
from ingest.entries import Document
from ingest.errors import DiscoveryError, FetchError, ReadError, SandboxError
from ingest.sandbox import Sandbox
from store.records import SourceInput

MAX_ADVERTISED = 5  # feeds of one page that are tried
MAX_GUESSED = 6  # addresses at which sites commonly keep theirs

log = structlog.get_logger()


async def discover_source(client: Client, url: str, *, sandbox: Sandbox | None = None) -> SourceInput:
    """What to crawl for `url`: itself if it is a feed, else a feed that it advertises or that stands where feeds
    commonly do, else itself if it is a page of posts.

    A feed counts when it answers as one; of several, the first that has entries.

    Raises:
        FetchError: the address itself cannot be fetched.
        ReadError, SandboxError: what it gives cannot be read.
        DiscoveryError: there is nothing to crawl; the text says what was tried.
    """
    if sandbox is None:
        with Sandbox(workers=1) as own:
            return await discover_source(client, url, sandbox=own)
    response = await client.get(url)
    document = await _read(sandbox, response)
    address = response.permanent_url or url
    if document.kind == "feed":
        return SourceInput(address, "feed", document.title, site_url=document.site_url)
    advertised = [feed.url for feed in document.feeds][:MAX_ADVERTISED]
    guessed = [guess for guess in likely_feed_urls(response.url) if guess not in advertised][:MAX_GUESSED]
    found, failed = await _first_feed(client, sandbox, advertised)
    if found is None:
        found, _ = await _first_feed(client, sandbox, guessed)
    if found is not None:
        feed_url, feed = found
        return SourceInput(feed_url, "feed", feed.title or document.title, site_url=feed.site_url or response.url)
    if document.entries:
        for feed_url, reason in failed:
            log.warning("feed_not_usable", feed=feed_url, reason=reason, instead="the page itself")
        return SourceInput(address, "page", document.title, site_url=response.url)
    tried = "; ".join(f"the feed {feed_url} that it advertises: {reason}" for feed_url, reason in failed)
    raise DiscoveryError(
        f"nothing to crawl at {url}: no feed, no posts on the page"
        f"{'; ' + tried if tried else ''}; no feed at {len(guessed)} common addresses such as {guessed[0]}"
    )


async def _first_feed(
    client: Client, sandbox: Sandbox, urls: Sequence[str]
) -> tuple[tuple[str, Document] | None, list[tuple[str, str]]]:
    """The first of `urls` that is a feed with entries, else the first empty one; and why others are none."""
    empty: tuple[str, Document] | None = None
    failed = []
    for url in urls:
        try:
            response = await client.get(url)
            document = await _read(sandbox, response)
        except FetchError as error:
            failed.append((url, error.reason))
            continue
        except (ReadError, SandboxError) as error:
            failed.append((url, str(error)))
            continue
        if document.kind != "feed":
            failed.append((url, "no feed"))
        elif document.entries:
            return (response.permanent_url or url, document), failed
        else:
            empty = empty or (response.permanent_url or url, document)
    return empty, failed


async def _read(sandbox: Sandbox, response: Response) -> Document:
    return await asyncio.to_thread(
        sandbox.read, response.body, response.url, content_type=response.content_type, headers=response.headers
    )
