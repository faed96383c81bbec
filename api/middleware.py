"""What holds for every answer: security headers, compression, who else's scripts may read it, HEAD as GET without a
body, a Host that is one, and bounds on what is read.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.caching import GZIP_LEVEL, MIN_GZIP_BYTES
from api.cross_origin import FOR_OTHERS, PREFLIGHT, READING, is_read_by_others
from api.encodings import accepted
from api.hosts import TAKES, host_fault
from api.problems import problem

MAX_BODY_BYTES = 4_000_000  # a hundred long posts for POST /tag, and far more than any other route reads

MAX_ADDRESS_BYTES = 32_768  # a query of the greatest length, escaped as it may be, and room for filters
_FOR_OTHERS = tuple((name.lower().encode(), value.encode()) for name, value in FOR_OTHERS.items())

SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"x-frame-options", b"DENY"),
)
# Pages show pictures of posts from anywhere, and run no script at all; nor does the documentation.
PAGE_POLICY = (
    b"default-src 'none'; style-src 'self'; img-src 'self' data: http: https:; form-action 'self'; base-uri 'none';"
    b" frame-ancestors 'none'"
)


class SecurityHeaders:
    """Adds the headers that browsers want to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message.get("headers", ()),
                    *SECURITY_HEADERS,
                    (b"content-security-policy", PAGE_POLICY),
                ]
            await send(message)

        await self._app(scope, receive, add)


class HeadAsGet:
    """Answers HEAD with the headers that GET would have, for every route (RFC 9110, section 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"}, receive, without_body)


class Compression:
    """Compresses answers for who takes that: long ones, and all for who takes nothing else.

    What is inside is told one coding, that of the answer, so that what it compresses itself (api/caching.py) agrees.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._of_long = GZipMiddleware(app, MIN_GZIP_BYTES, GZIP_LEVEL)
        self._of_all = GZipMiddleware(app, 1, GZIP_LEVEL)  # an answer without a body stays one

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        takes = accepted(tuple(Headers(scope=scope).getlist("accept-encoding")))
        others = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        inside = {**scope, "headers": [*others, (b"accept-encoding", takes.coding.encode())]}

        async def varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                _vary_by_encoding(message["headers"])
                _weaken_tag_of_packed(message["headers"])
            await send(message)

        if takes.gzip:
            await (self._of_long if takes.plain else self._of_all)(inside, receive, varying)
        else:
            await self._app(inside, receive, varying)


def _vary_by_encoding(raw: list[tuple[bytes, bytes]]) -> None:
    """Every answer: a short one, too, is compressed for who takes it in no other way."""
    fields = b",".join(value for name, value in raw if name == b"vary").lower()
    if not {part.strip() for part in fields.split(b",")} & {b"accept-encoding", b"*"}:
        MutableHeaders(raw=raw).add_vary_header("Accept-Encoding")


def _weaken_tag_of_packed(raw: list[tuple[bytes, bytes]]) -> None:
    """A strong tag is of the very bytes (RFC 9110, section 8.8.3.3), and a range of these is no range of the packed."""
    if (b"content-encoding", b"gzip") not in raw:
        return
    for place, (name, value) in enumerate(raw):
        if name == b"etag" and not value.startswith(b"W/"):
            raw[place] = name, b"W/" + value


class AddressLimit:
    """Refuses addresses that are too long, and those with a NUL in their path: no file and no row has such a name."""

    def __init__(self, app: ASGIApp, *, max_bytes: int = MAX_ADDRESS_BYTES) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if len(scope["path"]) + len(scope["query_string"]) > self._max_bytes:
                detail = f"the address is too long: at most {self._max_bytes:,} bytes are read"
                await problem(Request(scope), 414, detail)(scope, receive, send)
                return
            if "\0" in scope["path"]:
                detail = "there is nothing at an address that holds a NUL character"
                await problem(Request(scope), 404, detail)(scope, receive, send)
                return
        await self._app(scope, receive, send)


class CrossOriginReading:
    """Lets scripts of any site read the API and feeds (https://fetch.spec.whatwg.org/#http-cors-protocol).

    Never with what a browser knows of its user: a key is what the script itself sends. To what is changed by POST,
    PATCH and DELETE no other site is let.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_read_by_others(scope["path"]):
            await self._app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS" and _asks_to_read(Headers(scope=scope)):
            await Response(status_code=204, headers=PREFLIGHT)(scope, receive, send)
            return
        if scope["method"] not in READING:
            await self._app(scope, receive, send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_FOR_OTHERS]
            await send(message)

        await self._app(scope, receive, add)


def _asks_to_read(headers: Headers) -> bool:
    return "origin" in headers and headers.get("access-control-request-method", "").strip() in READING


class HostCheck:
    """Refuses a request whose Host is none (RFC 9112, section 3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            fault = host_fault(tuple(Headers(scope=scope).getlist("host")), http_version=scope["http_version"])
            if fault is not None:
                others = [(name, value) for name, value in scope["headers"] if name != b"host"]
                request = Request({**scope, "headers": others})  # what is answered links to no such host
                wrong = {"parameter": "Host", "detail": fault, "takes": TAKES}
                await problem(request, 400, f"Host: {fault}", errors=[wrong])(scope, receive, send)
                return
        await self._app(scope, receive, send)


class BodyLimit:
    """Refuses a body above the bound: at once where its length is announced, else when it gets there."""

    def __init__(self, app: ASGIApp, *, max_bytes: int = MAX_BODY_BYTES) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"")
        length = int(announced) if announced.isdigit() else 0
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if max(read, length) > self._max_bytes:
                raise HTTPException(413, f"the body is too long: at most {self._max_bytes:,} bytes are read")
            return message

        await self._app(scope, counted, send)
