"""HTTP/1.1 connections for httpx: judged, dialled, kept for a moment. h11 speaks the protocol.

httpx's own transport takes several times the CPU for a short answer, which is what a feed that has not changed gives.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

import h11
import httpx

from ingest.errors import BadResponseError, ConnectError, FetchError, FetchTimeoutError, TooLargeError
from ingest.guard import Guard

KEEP_ALIVE_S = 3.0  # below the five seconds after which most servers close, so that no request meets a closing door
CHUNK_BYTES = 65_536  # of a body in memory before its connection is left unread
IDEMPOTENT = {"GET", "HEAD"}

Origin = tuple[str, str, int]
T = TypeVar("T")


class GuardedTransport(httpx.AsyncBaseTransport):
    """Sends a request as it is and gives the answer as it comes: no redirects, cookies, codings or proxies.

    A request's extension "timeout" has "connect" and "read", in seconds. A head above `max_header_bytes` is an error;
    at most `max_idle` connections wait for another request.
    """

    def __init__(
        self, guard: Guard, *, max_header_bytes: int, max_idle: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._guard = guard
        self._max_header_bytes = max_header_bytes
        self._max_idle = max_idle
        self._clock = clock
        self._idle: OrderedDict[_Connection, float] = OrderedDict()  # and when each fell idle, the oldest first
        self._tls: ssl.SSLContext | None = None  # made for the first that wants it: that takes 50 ms

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer's head; the body comes raw from its stream, which has to be closed.

        Raises:
            FetchError: there is no answer. Reading the stream raises it, too.
        """
        url = request.url
        # in ASCII: what others make of an international name may be another one (IDNA 2003)
        origin = (url.scheme, url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80))
        connection = self._take(origin) if request.method in IDEMPOTENT else None  # no form is sent twice
        if connection is not None:
            with suppress(ConnectError, BadResponseError):  # the server had closed it, or left something in it
                return await self._exchange(connection, request)
        return await self._exchange(await self._connect(origin, request), request)

    async def aclose(self) -> None:
        while self._idle:
            self._idle.popitem()[0].close()

    async def _exchange(self, connection: _Connection, request: httpx.Request) -> httpx.Response:
        try:
            head = await connection.ask(request)
        except BaseException:  # also when it is cancelled: an answer may be on its way
            connection.close()
            raise
        return httpx.Response(
            head.status_code, headers=list(head.headers), stream=_Body(connection, self._give_back), request=request
        )

    def _take(self, origin: Origin) -> _Connection | None:
        self._drop(lambda since: self._clock() - since > KEEP_ALIVE_S)
        for connection in reversed(self._idle):
            if connection.origin == origin:
                del self._idle[connection]
                if connection.is_open:
                    return connection
                connection.close()
                return None
        return None

    def _give_back(self, connection: _Connection) -> None:
        """Keep a connection whose exchange is complete; end any other."""
        if not connection.is_reusable():
            connection.close()
            return
        self._idle[connection] = self._clock()
        self._drop(lambda _since: len(self._idle) > self._max_idle)

    def _drop(self, is_over: Callable[[float], bool]) -> None:
        while self._idle:
            connection, since = next(iter(self._idle.items()))
            if not is_over(since):
                return
            del self._idle[connection]
            connection.close()

    async def _connect(self, origin: Origin, request: httpx.Request) -> _Connection:
        """A connection to the first judged address that answers; the name is looked up once."""
        _, host, port = origin
        timeout = request.extensions["timeout"]
        try:
            async with asyncio.timeout(timeout["connect"]):
                addresses = await self._guard.resolve(host, port)
                streams = await self._dial(addresses, origin, timeout["connect"])
        except TimeoutError as error:
            limit = timeout["connect"]
            reason = f"no connection to {host}:{port} within {limit:g} s (connect_timeout_s)"
            raise FetchTimeoutError(str(request.url), reason) from error
        except ssl.SSLError as error:
            reason = re.sub(r"\[[^]]*\]|\(_ssl[^)]*\)", "", str(error)).strip(" :")[:200]
            raise ConnectError(str(request.url), f"TLS: {reason}") from error
        return _Connection(origin, *streams, max_header_bytes=self._max_header_bytes)

    async def _dial(
        self, addresses: list[str], origin: Origin, seconds: float
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        scheme, host, port = origin
        if scheme == "https" and self._tls is None:
            self._tls = httpx.create_ssl_context(trust_env=False)
        tls: dict[str, Any] = {"ssl": self._tls, "server_hostname": host.rstrip(".")} if scheme == "https" else {}
        failure: OSError | None = None
        for address in addresses:
            try:
                # each gets its share, so that a dead address leaves time for the others
                async with asyncio.timeout(seconds / len(addresses)):
                    return await asyncio.open_connection(address, port, limit=CHUNK_BYTES, **tls)
            except ssl.SSLError:
                raise
            except OSError as error:  # TimeoutError is one
                failure = error
        if isinstance(failure, TimeoutError):
            raise failure
        refused = "connection refused" if isinstance(failure, ConnectionRefusedError) else "no connection taken"
        raise ConnectError(addresses[-1], f"{refused} by {addresses[-1]} port {port}") from failure


class _Connection:
    """One connection, for one exchange after the other."""

    def __init__(
        self, origin: Origin, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, max_header_bytes: int
    ) -> None:
        self.origin = origin
        self._reader = reader
        self._writer = writer
        self._max_header_bytes = max_header_bytes
        self._protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=max_header_bytes)
        self._url = ""
        self._read_timeout_s = 0.0

    async def ask(self, request: httpx.Request) -> h11.Response:
        """Send a request; the head of what is answered."""
        self._url, self._read_timeout_s = str(request.url), request.extensions["timeout"]["read"]
        head = h11.Request(
            method=request.method, target=request.url.raw_path, headers=[(n, v) for n, v in request.headers.raw]
        )
        out = self._protocol.send(head) or b""
        if request.content:
            out += self._protocol.send(h11.Data(data=request.content)) or b""
        out += self._protocol.send(h11.EndOfMessage()) or b""
        self._writer.write(out)  # some hundred bytes: nothing to wait for
        if request.content:
            try:
                await self._within(self._writer.drain())
            except OSError as error:
                raise ConnectError(self._url, "the connection broke") from error
        while True:
            event = await self._event()
            if isinstance(event, h11.Response):
                return event

    async def data(self) -> bytes | None:
        """The next bytes of the body; None at its end."""
        event = await self._event()
        return bytes(event.data) if isinstance(event, h11.Data) else None

    async def _event(self) -> type[h11.NEED_DATA | h11.PAUSED] | h11.Event:
        try:
            while (event := self._protocol.next_event()) is h11.NEED_DATA:
                received = await self._within(self._reader.read(CHUNK_BYTES))
                if not received and self._protocol.their_state is h11.SEND_RESPONSE:
                    raise ConnectError(self._url, "the server closed the connection without an answer")
                self._protocol.receive_data(received)
        except h11.RemoteProtocolError as error:
            raise self._protocol_failure(error) from error
        except OSError as error:
            raise ConnectError(self._url, "the connection broke") from error
        return event

    async def _within(self, step: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout(self._read_timeout_s):
                return await step
        except TimeoutError as error:
            raise FetchTimeoutError(
                self._url, f"nothing came for {self._read_timeout_s:g} s (read_timeout_s)"
            ) from error

    def _protocol_failure(self, error: h11.RemoteProtocolError) -> FetchError:
        text = " ".join(str(error).split())
        if "buffer too long" in text:  # h11's own bound on what it holds while a head is incomplete
            return TooLargeError(self._url, f"more than {self._max_header_bytes} bytes of header (max_header_bytes)")
        if match := re.search(r"received (\d+) bytes, expected (\d+)", text):
            return BadResponseError(self._url, f"the body ended after {match[1]} of {match[2]} bytes")
        if "incomplete chunked" in text:
            return BadResponseError(self._url, "the body ended before its last chunk")
        return BadResponseError(self._url, f"no proper HTTP: {text[:200]}")

    def is_reusable(self) -> bool:
        """Whether another exchange may follow: the answer is complete, or what is missing of it has come already."""
        protocol = self._protocol
        try:
            while protocol.their_state is h11.SEND_BODY and protocol.next_event() is not h11.NEED_DATA:
                pass
        except h11.RemoteProtocolError:
            return False
        if {protocol.our_state, protocol.their_state} != {h11.DONE} or protocol.trailing_data[0] or not self.is_open:
            return False
        protocol.start_next_cycle()
        return True

    @property
    def is_open(self) -> bool:
        """Whether it is, and silent: what comes unasked would be taken for the next answer."""
        unasked = getattr(self._reader, "_buffer", b"")  # for which asyncio has no public word
        return not unasked and not self._writer.is_closing() and not self._reader.at_eof()

    def close(self) -> None:
        self._writer.transport.abort()


class _Body(httpx.AsyncByteStream):
    """The bytes of a body as they come."""

    def __init__(self, connection: _Connection, give_back: Callable[[_Connection], None]) -> None:
        self._connection = connection
        self._give_back = give_back
        self._is_over = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (chunk := await self._connection.data()) is not None:
            yield chunk

    async def aclose(self) -> None:
        if not self._is_over:
            self._is_over = True
            self._give_back(self._connection)
