"""The one HTTP client: limits, pacing and conditional GET on a guarded network. Only its transport opens sockets.

Redirects are followed and bodies inflated by hand: there a server could lead us inside or fill our memory.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import httpx

from ingest.errors import (
    BadResponseError,
    FetchError,
    FetchTimeoutError,
    HttpStatusError,
    RobotsError,
    RobotsUnreachableError,
    TooLargeError,
)
from ingest.guard import Guard, Resolver, SystemResolver
from ingest.inflate import InflateError, Inflater, TooMuchError, coding_of
from ingest.journey import Journey, Posted, Validators, origin_of, parse_url
from ingest.large_bodies import LARGE_BYTES, LargeBodies
from ingest.pacing import Pacer
from ingest.robots import (
    MAX_ROBOTS_BYTES,
    MAX_ROBOTS_REDIRECTS,
    RobotsMemory,
    Rules,
    rules_after,
    rules_of,
)
from ingest.transport import GuardedTransport
from ingest.urls import resolve

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
)
MAX_VALIDATOR_CHARS = 2000  # longer ones are dropped, never cut: a cut ETag would match nothing
RESOLVER_THREADS = 32  # look-ups under way, those given up on included
NOT_MODIFIED = 304
REDIRECTS = frozenset({301, 302, 303, 307, 308})
WITH_BODY = frozenset({200, 203})
WITHOUT_BODY = frozenset({204, 205})
FORM = b"application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What an exchange may cost, in seconds and bytes; a body is measured after decompression.

    The exchange's deadline holds over all redirects; waiting for a host's turn does not count against it.
    `host_delay_s` passes between the end of an exchange with a host and the next, and there is never more
    than one; 0 switches that off. `allow` holds the (host, port) pairs that may be inside addresses.
    """

    exchange_timeout_s: float = 30.0
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 15.0
    max_body_bytes: int = 15_000_000
    max_header_bytes: int = 65_536
    max_redirects: int = 8
    host_delay_s: float = 1.0
    concurrency: int = 16
    allow: frozenset[tuple[str, int]] = frozenset()
    user_agent: str = "Hostwire"


@dataclass(frozen=True, slots=True)
class Response:
    """A document, or the word that it has not changed (status 304, no body).

    `url` is where the answer came from, `redirects` the addresses asked before it, `permanent_url` where an
    unbroken row of permanent redirects led. `headers` have lower-case names; `etag` and `last_modified` are
    exactly as received.
    """

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    etag: str | None = None
    last_modified: str | None = None
    content_type: str | None = None
    redirects: tuple[str, ...] = ()
    permanent_url: str | None = None

    @property
    def is_not_modified(self) -> bool:
        return self.status == NOT_MODIFIED


class Client:
    """Fetches documents within limits: one for a run, used as `async with Client(limits) as client`.

    `sleep`, `clock` (monotonic seconds; callers may look at it, too) and `resolver` are the system's unless given;
    `robots` remembers what sites allow, for this run alone unless one is given.
    """

    def __init__(
        self,
        limits: FetchLimits,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        resolver: Resolver | None = None,
        robots: RobotsMemory | None = None,
    ) -> None:
        self.limits = limits
        self._robots = robots or RobotsMemory()
        self._asking_robots: dict[str, asyncio.Lock] = {}
        self._large_bodies = LargeBodies()
        self.clock = clock
        self._resolver = resolver
        self._pacer = Pacer(host_delay_s=limits.host_delay_s, concurrency=limits.concurrency, sleep=sleep, clock=clock)
        self._ending = AsyncExitStack()
        self._transport: GuardedTransport | None = None

    async def __aenter__(self) -> Self:
        resolver = self._resolver
        if resolver is None:
            resolver = own = SystemResolver(threads=RESOLVER_THREADS)
            self._ending.callback(own.close)
        guard = Guard(self.limits.allow, resolver)
        self._transport = GuardedTransport(
            guard, max_header_bytes=self.limits.max_header_bytes, max_idle=self.limits.concurrency
        )
        self._ending.push_async_callback(self._transport.aclose)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport = None
        await self._ending.aclose()

    async def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        validator_url: str | None = None,
        accept: str | None = None,
        obey_robots: bool = False,
    ) -> Response:
        """Fetch `url`, following redirects. With validators the answer may be a 304.

        `validator_url` is the address (`Response.url`) that the validators came from: only it gets to see
        them, so that no other address's 304 is taken for its own. Without it every hop does. With `obey_robots`
        no address is asked that its site's robots.txt forbids: pages and sitemaps want it, feeds are made for us.

        Raises:
            FetchError: there is no document; `reason` says why in one line, and its class what kind of why.
        """
        journey = Journey(url, seconds=self.limits.exchange_timeout_s, max_redirects=self.limits.max_redirects)
        validators = Validators(etag, last_modified, validator_url)
        try:
            while True:
                if obey_robots:
                    await self._ask_robots(journey.here)
                answer = await self._hop(journey, validators, accept or ACCEPT)
                if answer is not None:
                    return answer
        except FetchError as error:
            if journey.redirects:
                error.reason = f"redirected to {journey.here}: {error.reason}"
            error.url = url
            raise

    async def post_form(self, url: str, fields: Mapping[str, str]) -> Response:
        """Send a form (application/x-www-form-urlencoded, UTF-8) to `url`; what it answers with any 2xx, unread.

        Guard, limits and pacing are those of `get`. Redirects are not followed.

        Raises:
            FetchError: it was not taken; `reason` says why in one line, and its class what kind of why.
        """
        return await self._post(url, Posted(urlencode(fields).encode("ascii"), FORM))

    async def post_json(self, url: str, body: bytes, headers: Mapping[str, str]) -> Response:
        """Send JSON to `url` with some headers of its own, as `post_form` sends a form.

        Raises:
            FetchError: as `post_form`.
        """
        own = tuple((name.encode("ascii"), value.encode("ascii")) for name, value in headers.items())
        return await self._post(url, Posted(body, b"application/json", own, name="a message", is_private=True))

    async def _post(self, url: str, posted: Posted) -> Response:
        journey = Journey(url, seconds=self.limits.exchange_timeout_s, max_redirects=0, posted=posted)
        try:
            answer = await self._hop(journey, Validators(), "*/*")
        except FetchError as error:
            error.url = url
            raise
        if answer is None:
            raise RuntimeError("what was posted was sent on")  # which a journey with it refuses
        return answer

    def put_away(self) -> None:
        """Say that the task at hand is done with what it fetched: a body above `LARGE_BYTES` makes other tasks with
        such a body wait until then.
        """
        self._large_bodies.put_away()

    async def stated_sitemaps(self, url: str) -> tuple[str, ...]:
        """The addresses of the sitemaps that the robots.txt of the site of `url` states.

        Raises:
            BadUrlError: `url` is no http or https address.
        """
        parsed = parse_url(url)
        stated = (resolve(str(parsed), address) for address in (await self._rules(parsed)).sitemaps)
        return tuple(dict.fromkeys(address for address in stated if address))

    async def _ask_robots(self, url: httpx.URL) -> None:
        """Nothing where the site lets us read `url`."""
        rules = await self._rules(url)
        self._pacer.slow_down(origin_of(url), rules.crawl_delay_s)
        refusal = rules.refusal(str(url))
        if refusal is not None:
            error = RobotsUnreachableError if rules.outcome == "unreachable" else RobotsError
            raise error(str(url), refusal)

    async def _rules(self, url: httpx.URL) -> Rules:
        """What the site of `url` says in its robots.txt, which is fetched once a day."""
        site = f"{url.scheme}://{url.netloc.decode('ascii')}"
        async with self._asking_robots.setdefault(site, asyncio.Lock()):
            rules = self._robots.get(site)
            if rules is None:
                rules = await self._fetch_robots(site)
                self._robots.put(site, rules)
        return rules

    async def _fetch_robots(self, site: str) -> Rules:
        redirects = min(self.limits.max_redirects, MAX_ROBOTS_REDIRECTS)
        journey = Journey(f"{site}/robots.txt", seconds=self.limits.exchange_timeout_s, max_redirects=redirects)
        try:
            while True:
                answer = await self._hop(journey, Validators(), "text/plain, */*;q=0.5", cut_at=MAX_ROBOTS_BYTES)
                if answer is not None:
                    agent = self.limits.user_agent.partition("/")[0]
                    return rules_of(answer.body, agent=agent, now=self._robots.clock())
        except FetchError as error:
            return rules_after(error, now=self._robots.clock())

    async def _hop(
        self, journey: Journey, validators: Validators, accept: str, *, cut_at: int | None = None
    ) -> Response | None:
        """One request on the way, in its turn; None when it was redirected and `journey` has moved on.

        A body longer than `cut_at` bytes is cut there, where it is given; otherwise one that is too long is an error.
        """
        # who asks for more has read what came before; who held the room for it and waited for its turn at a host, whose
        # turn another has that waits for the room, would wait for ever
        self.put_away()
        async with self._pacer.turn(origin_of(journey.here)):
            return await self._exchange(journey, validators, accept, cut_at)

    async def _exchange(
        self, journey: Journey, validators: Validators, accept: str, cut_at: int | None
    ) -> Response | None:
        here = str(journey.here)
        limit = self.limits.exchange_timeout_s
        late = FetchTimeoutError(here, f"not finished within {limit:g} s (exchange_timeout_s)")
        if journey.seconds_left <= 0:
            raise late
        begun = self.clock()
        try:
            async with asyncio.timeout(journey.seconds_left) as deadline:
                return await self._ask(journey, validators, accept, cut_at, deadline)
        except TimeoutError as error:
            raise late from error
        finally:
            journey.seconds_left = max(0.0, journey.seconds_left - (self.clock() - begun))

    async def _ask(
        self,
        journey: Journey,
        validators: Validators,
        accept: str,
        cut_at: int | None,
        deadline: asyncio.Timeout,
    ) -> Response | None:
        if self._transport is None:
            raise RuntimeError("the client is used outside `async with`")
        url = journey.here
        conditions = validators.headers_for(url)
        posted = journey.posted
        request = httpx.Request(
            "GET" if posted is None else "POST",
            url,
            headers=[
                (b"Host", url.netloc),
                (b"User-Agent", self.limits.user_agent.encode("latin-1", "replace")),
                (b"Accept", accept.encode("latin-1", "replace")),
                (b"Accept-Encoding", b"gzip"),
                *journey.cookie_headers(),
                *conditions,
                *(() if posted is None else posted.all_headers()),
            ],
            content=None if posted is None else posted.body,
            extensions={"timeout": {"connect": self.limits.connect_timeout_s, "read": self.limits.read_timeout_s}},
        )
        answer = await self._transport.handle_async_request(request)
        try:
            headers = self._headers(url, answer)
            if answer.status_code in REDIRECTS and "location" in headers:
                journey.follow(answer.status_code, headers["location"], answer.headers.raw)
                return None
            if posted is None or not 200 <= answer.status_code < 300:
                self._check_status(url, answer.status_code, headers, conditional=bool(conditions))
            body = b""
            if answer.status_code in WITH_BODY and posted is None:

                async def make_room() -> None:
                    journey.seconds_left += await self._wait_for_room(deadline)

                body = await self._body(url, answer, headers, cut_at, make_room)
        finally:
            await answer.aclose()
        return Response(
            url=str(url),
            status=answer.status_code,
            headers=headers,
            body=body,
            etag=_validator(headers.get("etag")),
            last_modified=_validator(headers.get("last-modified")),
            content_type=headers.get("content-type"),
            redirects=tuple(journey.redirects),
            permanent_url=journey.permanent_url,
        )

    async def _wait_for_room(self, deadline: asyncio.Timeout) -> float:
        """Wait until no other large body is in memory; the seconds that took, which the exchange gets on top."""
        until, begun = deadline.when(), self.clock()
        loop = asyncio.get_running_loop()
        waiting_since = loop.time()
        deadline.reschedule(None)
        await self._large_bodies.hold()
        if until is not None:
            deadline.reschedule(until + loop.time() - waiting_since)
        return self.clock() - begun

    def _headers(self, url: httpx.URL, answer: httpx.Response) -> dict[str, str]:
        # the colon, the blank and the line's end are bytes too: many small headers are as long as a large one
        if sum(len(name) + len(value) + 4 for name, value in answer.headers.raw) > self.limits.max_header_bytes:
            raise TooLargeError(
                str(url), f"more than {self.limits.max_header_bytes} bytes of header (max_header_bytes)"
            )
        headers: dict[str, str] = {}
        for raw_name, raw_value in answer.headers.raw:
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return headers

    def _check_status(self, url: httpx.URL, status: int, headers: Mapping[str, str], *, conditional: bool) -> None:
        if status in WITH_BODY or status in WITHOUT_BODY or (status == NOT_MODIFIED and conditional):
            return
        words = f"HTTP {status} {httpx.codes.get_reason_phrase(status)}".strip()
        if status == NOT_MODIFIED:
            raise BadResponseError(str(url), f"{words} to a request that set no condition")
        if status in REDIRECTS:
            raise BadResponseError(str(url), f"{words} without saying where to")
        raise HttpStatusError(str(url), words, status, headers.get("retry-after"))

    async def _body(
        self,
        url: httpx.URL,
        answer: httpx.Response,
        headers: Mapping[str, str],
        cut_at: int | None,
        make_room: Callable[[], Awaitable[None]],
    ) -> bytes:
        limit = self.limits.max_body_bytes if cut_at is None else cut_at
        too_large = TooLargeError(str(url), f"more than {limit} bytes of body (max_body_bytes)")
        declared = headers.get("content-length", "")
        if cut_at is None and declared.isascii() and declared.isdecimal() and int(declared) > limit:
            raise too_large
        from_wire = 0
        is_large = False
        try:
            inflater = Inflater(coding_of(headers.get("content-encoding")), max_bytes=limit)
            async for chunk in answer.aiter_raw():
                from_wire += len(chunk)
                for size in inflater.steps(chunk):
                    if size > LARGE_BYTES and not is_large:
                        await make_room()
                        is_large = True
                if from_wire > limit:  # a coding may also make nothing of very much
                    break
            else:
                return inflater.finish()
        except TooMuchError:
            pass  # as many bytes as there may be are kept
        except InflateError as error:
            raise BadResponseError(str(url), str(error)) from error
        if cut_at is None:
            raise too_large
        return inflater.so_far()


def _validator(value: str | None) -> str | None:
    return value if value and len(value) <= MAX_VALIDATOR_CHARS else None
