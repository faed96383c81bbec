"""A real HTTP server on loopback, port 0, that answers as a test says and remembers what it was asked.

    with LoopbackServer() as server:
        server.on("/feed.xml", Answer(body=FEED, content_type="application/rss+xml"))
        ... fetch server.url("/feed.xml") ...
        assert server.paths == ["/feed.xml"]

A route is an `Answer` or a function of the `Asked` request that returns one. For what no proper server says
there is `Raw`: bytes as they go on the wire, connection closed after them. `HOLD` among the bytes waits until
the client has gone or the server is closed.
"""

from __future__ import annotations

import gzip
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self

HOLD: Final = None
FEED_TYPE = "application/rss+xml; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came: `path` with its query, header names in lower case, monotonic seconds."""

    path: str
    headers: Mapping[str, str]
    at: float
    client_port: int
    method: str = "GET"
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """An honest answer. With `etag` or `last_modified` it answers matching conditional requests with 304.

    `coding="gzip"` compresses the body and says so; a Content-Length is always given.
    """

    body: bytes = b""
    status: int = 200
    content_type: str | None = HTML_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    last_modified: str | None = None
    coding: str | None = None


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes on the wire, from the status line on. `HOLD` waits until the client or the test is done."""

    chunks: Iterable[bytes | None]


Reply = Answer | Raw
Route = Reply | Callable[[Asked], Reply]


def redirect(location: str, status: int = 302, **headers: str) -> Answer:
    return Answer(status=status, content_type=None, headers={"Location": location, **headers})


class LoopbackServer:
    """See the module. Unknown paths answer 404. Thread-safe: a test may change routes while it is asked."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self._server = _Server((host, 0), _Handler)
        self._server.routes = {}
        self._server.asked = []
        self._server.done = threading.Event()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.host, self.port = host, int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.done.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._server.hang_up()

    def on(self, path: str, route: Route) -> str:
        """Answer `path` (its query, if any, included) with `route` from now on; gives back its address."""
        self._server.routes[path] = route
        return self.url(path)

    def url(self, path: str = "/") -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}{path}"

    @property
    def place(self) -> tuple[str, int]:
        """(host, port), as the guard's allow-list takes it."""
        return self.host, self.port

    @property
    def asked(self) -> list[Asked]:
        """Every request so far, in the order they came."""
        return list(self._server.asked)

    @property
    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    @property
    def most_at_once(self) -> int:
        """The largest number of requests that were under way at the same moment."""
        return self._server.most_at_once


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    routes: dict[str, Route]
    asked: list[Asked]
    done: threading.Event
    under_way = 0
    most_at_once = 0

    def __init__(self, *args: Any, **options: Any) -> None:
        self.counting = threading.Lock()
        self._open: set[Any] = set()
        self._closed = threading.Condition()
        super().__init__(*args, **options)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._closed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._closed:
            self._open.discard(request)
            self._closed.notify_all()

    def hang_up(self) -> None:
        """End the connections that clients have left open; a socket that nobody closes is a warning in a later test."""
        with self._closed:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._closed.wait_for(lambda: not self._open, timeout=5)

    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)  # not HTTPServer's, which asks DNS for our name
        self.server_name, self.server_port = "loopback", self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle is what half of these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 60

    def do_GET(self) -> None:
        with self.server.counting:
            self.server.under_way += 1
            self.server.most_at_once = max(self.server.most_at_once, self.server.under_way)
        self.counted = True
        try:
            self._do_get()
        finally:
            self._is_over()

    do_POST = do_GET  # noqa: N815 - the name is http.server's

    def _is_over(self) -> None:
        """The request is no longer under way: said before its last bytes go out, since the next may follow on them."""
        if self.counted:
            self.counted = False
            with self.server.counting:
                self.server.under_way -= 1

    def _do_get(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        asked = Asked(self.path, headers, time.monotonic(), int(self.client_address[1]), self.command, body)
        self.server.asked.append(asked)
        route = self.server.routes.get(self.path, Answer(b"not here", status=404, content_type="text/plain"))
        reply = route(asked) if callable(route) else route
        if isinstance(reply, Raw):
            self._send_raw(reply)
        elif _is_unchanged(reply, headers):
            self._send(HTTPStatus.NOT_MODIFIED, _header_lines(reply), b"")
        else:
            body = gzip.compress(reply.body) if reply.coding == "gzip" else reply.body
            self._send(reply.status, _header_lines(reply), body)

    def _send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status not in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
            self.send_header("Content-Length", str(len(body)))
        self._is_over()
        self.end_headers()
        self.wfile.write(body)

    def _send_raw(self, raw: Raw) -> None:
        self.close_connection = True
        for chunk in raw.chunks:
            if chunk is HOLD:
                self._hold()
            else:
                self.wfile.write(chunk)

    def _hold(self) -> None:
        self.connection.settimeout(0.05)
        while not self.server.done.is_set():
            try:
                if not self.connection.recv(1):
                    return
            except TimeoutError:
                continue

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the signature is http.server's
        """What was asked is in `asked`."""


def _is_unchanged(answer: Answer, headers: Mapping[str, str]) -> bool:
    """If-None-Match goes before If-Modified-Since (RFC 9110, 13.2.2); both compare as opaque text here."""
    if answer.etag is not None and "if-none-match" in headers:
        return headers["if-none-match"] == answer.etag
    return answer.last_modified is not None and headers.get("if-modified-since") == answer.last_modified


def _header_lines(answer: Answer) -> list[tuple[str, str]]:
    lines = [("Content-Type", answer.content_type)] if answer.content_type else []
    lines += [("ETag", answer.etag)] if answer.etag else []
    lines += [("Last-Modified", answer.last_modified)] if answer.last_modified else []
    lines += [("Content-Encoding", answer.coding)] if answer.coding else []
    return [*lines, *answer.headers.items()]
