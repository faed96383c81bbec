"""One source's way back in time: page after page, each stored in one transaction with where to go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

import structlog

from ingest.archive_links import period_of
from ingest.archive_results import BackfillResult, Status
from ingest.archive_rules import (
    END,
    FIRST_YEAR,
    LISTED_PATIENCE,
    MAX_WAITING,
    MAX_WALK,
    METHODS,
    MONTHS_PATIENCE,
    NO_POSTS,
    PATIENCE,
    RETURN_PATIENCE,
    TRIES,
    beginnings_among,
    may_hold_posts,
    may_pass,
    middle_of,
    wordpress_page,
)
from ingest.archive_tools import Options, Tools
from ingest.client import Response
from ingest.discover import likely_sitemap_urls
from ingest.entries import Article, Document, Entry
from ingest.errors import (
    FetchError,
    IngestError,
    ReaderCrashedError,
    ReadError,
    SandboxError,
)
from ingest.identity import to_post_inputs
from ingest.listed import as_entry, newest_first
from ingest.schedule import after_failure
from ingest.trail import Trail, is_same_site
from ingest.urls import canonical_url, without_session
from store.backfill import BackfillRecord, Method, Place, save_page
from store.posts import known_addresses
from store.records import PostInput, SourceRecord

MAX_ARTICLES = 50  # of one page's teasers that are read whole
HEAVY_BYTES = 300_000
A_DAY = timedelta(days=1)
T = TypeVar("T")
log = structlog.get_logger()


class _PostponedError(Exception):
    """A page cannot be had for the time being; the text is the reason."""


class Walk:
    """One source's way back in time, as far as a run goes."""

    def __init__(
        self, source: SourceRecord, state: BackfillRecord, trail: Trail, tools: Tools, options: Options
    ) -> None:
        self.state = state
        self._source = source
        self._trail = trail
        self._tools = tools
        self._options = options
        self._pages = self._found = self._new = 0
        self._unforeseen = False
        self._progressed = state.read_at is None  # in this run; a first run has nothing to come back to
        self._listed: list[Entry] = []  # what is left of the sitemap under way

    async def run(self) -> BackfillResult:
        now = self._tools.now()
        if self.state.ended is None and self.state.resume_at is not None and self.state.resume_at > now:
            words = f"{self.state.error}; asked again after {self.state.resume_at:%Y-%m-%d %H:%M}"
            return self._result("waiting", words)
        while self.state.ended is None and self._pages < self._options.pages:
            if self.state.method != "sitemap" and self.state.pages >= MAX_WALK:
                await self._store(replace(self.state, waiting=(), ended=f"{MAX_WALK} pages were read"))
                break
            if not self.state.waiting:
                await self._store(await self._next_method())
                continue
            # what a feed shows, its site's pages show again
            self._trail.way = "feed" if self.state.method == "feed" else ""
            try:
                await (self._listed_page() if self.state.method == "sitemap" else self._page())
            except _PostponedError as error:
                return self._result("error", str(error))
            finally:
                self._tools.client.put_away()
        return self._result("more" if self.state.ended is None else "done")

    def _result(self, status: Status, error: str | None = None) -> BackfillResult:
        return BackfillResult(
            self._source.url,
            status,
            self._pages,
            self._found,
            self._new,
            error,
            unforeseen=self._unforeseen,
            state=self.state,
        )

    # -- which way -----------------------------------------------------------------------------------------------

    async def _next_method(self) -> BackfillRecord:
        """The state with the next way to try, or at its end."""
        state = self.state
        order = METHODS[self._source.kind]
        if state.worked:
            older = self._months_not_reached() if state.method == "pager" else ()
            if older:
                return replace(state, method="months", waiting=older, idle=0, at=None)
            told = f" ({state.error})" if state.error else ""
            return replace(state, ended=f"{END[state.method or order[0]]}{told}")
        for method in order[order.index(state.method) + 1 if state.method else 0 :]:
            waiting = await self._beginnings(method)
            if waiting:
                return replace(state, method=method, waiting=waiting, idle=0, at=None)
        reason = f": {state.error}" if state.error else ""
        return replace(state, ended=f"no way to older posts was found{reason}")

    async def _beginnings(self, method: Method) -> tuple[Place, ...]:
        if method == "feed":
            return ((self._source.url, ""),)
        if method == "pager":
            return ((self._front, ""),) if self._front else ()
        if method == "months":
            return self.state.archives
        if self._source.kind == "sitemap":
            return ((self._source.url, ""),)
        site = self._front or self._source.url
        stated = await self._tools.client.stated_sitemaps(site)
        return tuple((url, "") for url in dict.fromkeys((*stated, *likely_sitemap_urls(site))))

    @property
    def _front(self) -> str | None:
        """The page that shows the newest posts."""
        return self._source.url if self._source.kind == "page" else self.state.front or self._source.site_url

    def _months_not_reached(self) -> tuple[Place, ...]:
        reached = self.state.reached
        if reached is None:
            return ()
        month = f"{reached:%Y-%m}"
        if not any(place[1] and place[1] < month[: len(place[1])] for place in self.state.archives):
            return ()
        # with the month that the last page ended in
        return tuple(place for place in self.state.archives if place[1] and place[1] <= month[: len(place[1])])

    # -- pages of posts ------------------------------------------------------------------------------------------

    async def _page(self) -> None:
        """The page that is next: its posts, and where it leads."""
        state = self.state
        (url, month), rest = state.waiting[0], state.waiting[1:]
        begins = self._is_beginning(url)
        want = "feed" if state.method == "feed" else "page"
        found = await self._get(url, want, obey_robots=not (want == "feed" and begins))
        self._trail.enter(url)
        if month:
            self._trail.note_month(month)
        if found is None:
            await self._store(self._after(rest, older=False, begins=begins))
            return
        response, document = found
        if not begins and not self._is_ours(response.url):
            await self._store(self._after(rest, older=False, begins=begins, error=f"{url} leads to {response.url}"))
            return
        self._trail.enter(response.url)
        fresh = self._trail.take(document.entries)
        at = middle_of(document.entries)
        newer = state.method != "months" and at is not None and state.at is not None and at > state.at + A_DAY
        state = self._noted(document, response.url, fresh) if begins else self._dated(fresh)
        entries = document.entries
        if self._options.articles and not begins:
            entries = await self._whole(entries, fresh)
        own_addresses = (self._source.url, self._front, response.url, document.site_url)
        state = replace(state, at=at or state.at, found=state.found + len(fresh))
        self._found += len(fresh)
        waiting = self._onward(response.url, month, document, rest, fresh=bool(fresh))
        state = self._after(waiting, older=bool(fresh) and not newer, begins=begins, state=state)
        await self._store(state, to_post_inputs(entries, source_urls=own_addresses))

    def _is_beginning(self, url: str) -> bool:
        """Whether it is the page or feed that a way begins at, which visits read as well."""
        return url == (self._source.url if self.state.method == "feed" else self._front)

    def _is_ours(self, url: str) -> bool:
        homes = (self._source.url, self._front, self._source.site_url)
        return any(home is not None and is_same_site(home, url) for home in homes)

    def _noted(self, document: Document, url: str, fresh: Sequence[Entry]) -> BackfillRecord:
        """The state with what only the first page tells: where the site is, and the archives that it shows."""
        state = self._dated(fresh)
        if self.state.method == "feed":
            return replace(state, front=document.site_url or state.front)
        return replace(state, archives=self._archives(document, url))

    def _dated(self, fresh: Sequence[Entry]) -> BackfillRecord:
        latest = self._tools.now() + A_DAY
        dates = [
            entry.published
            for entry in fresh
            if entry.published is not None and entry.published.year >= FIRST_YEAR and entry.published < latest
        ]
        return replace(self.state, reached=min([*dates, *filter(None, [self.state.reached])], default=None))

    def _after(
        self,
        waiting: tuple[Place, ...],
        *,
        older: bool,
        begins: bool,
        state: BackfillRecord | None = None,
        error: str | None = None,
    ) -> BackfillRecord:
        """The state after a page, whether it brought older posts or not; given up where too many have not."""
        self._pages += 1
        state = state or replace(self.state, error=error or self.state.error)
        idle = 0 if older else state.idle + (not begins)
        self._progressed = self._progressed or (older and not begins)
        patience = MONTHS_PATIENCE if state.method == "months" else PATIENCE
        if idle >= (patience if self._progressed else max(patience, RETURN_PATIENCE)):
            waiting = ()
        return replace(
            state,
            waiting=waiting,
            pages=state.pages + 1,
            idle=idle,
            worked=state.worked or (older and not begins),
        )

    def _onward(
        self, url: str, month: str, document: Document, rest: tuple[Place, ...], *, fresh: bool
    ) -> tuple[Place, ...]:
        """What is to be read after a page, in order."""
        following = document.next_page
        if self.state.method == "feed":
            following = following or (wordpress_page(url, document) if fresh else None)
        if following is not None:
            following = without_session(following)
            if self._trail.has_read(following) or not self._is_ours(following):
                following = None
        if self.state.method != "months":
            return ((following, ""),) if following else rest
        # those after the month that is read were read, or are not older than what a pager has shown
        named = {place[1] for place in rest if place[1]}
        addresses = {canonical_url(place[0]) for place in rest}
        more = [
            place
            for place in self._archives(document, url)
            if canonical_url(place[0]) not in addresses
            and (not place[1] or (place[1] not in named and _is_before(place[1], month)))
            and not self._trail.has_read(place[0])
            and not (place[1] and self._trail.has_month(place[1]))
        ]
        ordered = sorted((*rest, *more), key=lambda place: place[1], reverse=True)  # the latest first
        if following is not None and period_of(following) in (None, month):
            ordered = [(following, month), *(place for place in ordered if place[0] != following)]
        return tuple(ordered[:MAX_WAITING])

    def _archives(self, document: Document, url: str) -> tuple[Place, ...]:
        """The archives that a page leads to, of months in which there may be posts."""
        latest = f"{self._tools.now():%Y-%m}"
        return tuple(
            (without_session(link.url), link.month)
            for link in document.archives
            if is_same_site(url, link.url) and may_hold_posts(link, latest)
        )[:MAX_WAITING]

    async def _whole(self, entries: tuple[Entry, ...], fresh: Sequence[Entry]) -> tuple[Entry, ...]:
        """The entries; where most are only the beginnings of posts, the fresh ones with the text of their own pages."""
        beginnings = beginnings_among(entries)
        wanted = [entry for entry in fresh if id(entry) in beginnings and entry.url and self._is_ours(entry.url)]
        whole: dict[int, Entry] = {}
        for entry in wanted[:MAX_ARTICLES]:
            try:
                article = await self._article(entry.url or "")
            except FetchError as error:
                log.info("article_failed", url=entry.url, error=str(error))
                if may_pass(error):
                    break  # what the list shows of the others is better than to press a server in trouble
                continue
            if article is not None and len(article.text) > len(entry.text):
                whole[id(entry)] = replace(
                    entry, text=article.text, html=article.html or entry.html, author=entry.author or article.author
                )
        return tuple(whole.get(id(entry), entry) for entry in entries)

    async def _article(self, url: str) -> Article | None:
        """The article at an address, None where there is none. Raises FetchError where the address cannot be had."""
        try:
            response = await self._tools.client.get(url, obey_robots=True)
            return (await self._tools.threads.read(response, None)).article if self._is_ours(response.url) else None
        except ReaderCrashedError as error:
            self._tell_crash(url, error)
        except (ReadError, SandboxError) as error:
            log.info("article_failed", url=url, error=str(error))
        finally:
            self._tools.client.put_away()
        return None

    def _tell_crash(self, url: str, error: ReaderCrashedError) -> None:
        log.error("reader_failed", url=url, error=str(error), trace=error.trace)
        self._unforeseen = True

    # -- sitemaps ------------------------------------------------------------------------------------------------

    async def _listed_page(self) -> None:
        """The next page that the sitemap under way lists, if it is an article."""
        if not self._listed and not await self._open_sitemap():
            return
        page = self._listed[0]
        url = page.url or ""
        found = await self._get(url, None)
        self._listed.pop(0)
        self._trail.enter(url)
        posts: tuple[PostInput, ...] = ()
        entries: list[Entry] = []
        if found is not None and self._is_ours(found[0].url) and found[1].article is not None:
            entry = as_entry(page, found[0].url, found[1])
            # a site's sitemap lists all of it, and what has no date is no post
            if entry.published is not None or self._source.kind == "sitemap":
                entries = self._trail.take([entry])
                posts = to_post_inputs(entries, source_urls=(self._source.url, self._front))
        self._pages += 1
        self._found += len(entries)
        state = self._dated(entries)
        idle = 0 if entries else state.idle + 1
        waiting = state.waiting
        if idle >= LISTED_PATIENCE:
            self._listed, idle = [], 0
        if not self._listed:
            self._trail.enter(waiting[0][0])
            waiting = waiting[1:]
        await self._store(
            replace(
                state,
                waiting=waiting,
                pages=state.pages + 1,
                found=state.found + len(entries),
                idle=idle,
                worked=state.worked or bool(entries),
            ),
            posts,
        )

    async def _open_sitemap(self) -> bool:
        """Read the sitemap that is next; whether it lists pages to be read."""
        url, rest = self.state.waiting[0][0], self.state.waiting[1:]
        found = await self._get(url, "sitemap")
        entries = found[1].entries if found is not None else ()
        if found is not None and found[1].child_sitemaps:
            self._trail.enter(url)
            children = [entry.url for entry in newest_first(entries) if entry.url and not NO_POSTS.search(entry.url)]
            children = [child for child in dict.fromkeys(children) if not self._trail.has_read(child)]
            waiting = tuple((child, "") for child in children if (child, "") not in rest)
            rest = (*waiting, *rest)[:MAX_WAITING]
        else:
            self._listed = await self._wanted(entries)
            if self._listed:
                return True
        # only now that nothing is left of it: until then every run reads it again
        self._trail.enter(url)
        self._pages += 1
        await self._store(replace(self.state, waiting=rest, pages=self.state.pages + 1))
        return False

    async def _wanted(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those of the pages that were not read and are no posts of ours yet, latest first."""
        pages = {
            canonical_url(entry.url): entry
            for entry in newest_first(entries)
            if entry.url
            and self._is_ours(entry.url)
            and not self._trail.has_read(entry.url)
            and not NO_POSTS.search(urlsplit(entry.url).path)
        }
        known = await self._tools.threads.read_database(partial(known_addresses, urls=pages.keys()))
        return [entry for address, entry in pages.items() if address not in known]

    # -- one page ------------------------------------------------------------------------------------------------

    async def _get(self, url: str, want: str | None, *, obey_robots: bool = True) -> tuple[Response, Document] | None:
        """A page that was read; None where there is nothing, for good.

        Raises:
            _PostponedError: it cannot be had for now; the state says when to try again.
        """
        try:
            response = await self._tools.client.get(url, obey_robots=obey_robots)
            document = await self._tools.threads.read(response, want)
        except ReaderCrashedError as error:
            self._tell_crash(url, error)
            reason = f"a fault in reading it: {error}"
        except FetchError as error:
            if may_pass(error) and self.state.failures + 1 < TRIES:
                await self._postpone(error)
                raise _PostponedError(str(error)) from error
            reason = error.reason
        except IngestError as error:
            reason = str(error)
        else:
            self.state = replace(self.state, failures=0, resume_at=None, error=None)
            return response, document
        log.info("older_page_failed", url=url, error=reason)
        told = f"{url}: {' '.join(reason.split())}"
        if want == "sitemap" and not self.state.worked:  # most are guesses: what was said of the site's pages says more
            told = self.state.error or told
        self.state = replace(self.state, failures=0, resume_at=None, error=told)
        return None

    async def _postpone(self, error: FetchError) -> None:
        failures = self.state.failures + 1
        setback = after_failure(
            str(error), cause=error, failures=failures, now=self._tools.now(), chance=self._tools.chance()
        )
        await self._store(replace(self.state, failures=failures, error=setback.error, resume_at=setback.next_fetch_at))

    async def _store(self, state: BackfillRecord, posts: Sequence[PostInput] = ()) -> None:
        """The state with the posts of the page that led to it, in one transaction."""
        now = self._tools.now()
        met = frozenset(self._trail.fresh)
        self.state, saved = await self._tools.threads.write_database(
            lambda session: save_page(session, self._source, state, posts, met, now=now)
        )
        self._trail.fresh -= met
        self._new += saved.new


def _is_before(month: str, other: str) -> bool:
    """Whether a month or year is before another, or a month in that year; all are where `other` is not known."""
    return not other or month[: len(other)] < other or (len(other) == 4 and month[:4] == other)
