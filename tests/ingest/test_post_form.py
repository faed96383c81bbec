"""A form is posted by the one client, under the guard and the limits of all else, and never sent on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest

from ingest.client import Client, Response
from ingest.errors import (
    BadResponseError,
    BadUrlError,
    BlockedAddressError,
    ConnectError,
    FetchError,
    FetchTimeoutError,
    HttpStatusError,
    TooLargeError,
)
from tests.ingest.conftest import limits_for
from tests.servers import HOLD, Answer, LoopbackServer, Raw, redirect

FIELDS = {"hub.mode": "subscribe", "hub.topic": "http://a.example/?x=1&y=ü", "empty": ""}


def post(url: str, *servers: LoopbackServer, **limits: Any) -> Response:
    async def run() -> Response:
        async with Client(limits_for(*servers, **limits)) as client:
            return await client.post_form(url, FIELDS)

    return asyncio.run(run())


def test_a_form_arrives_as_it_was_meant(server: LoopbackServer) -> None:
    answer = post(server.on("/hub?a=1", Answer(status=202)), server, user_agent="Hostwire/1")
    (asked,) = server.asked
    assert (answer.status, asked.method, asked.path) == (202, "POST", "/hub?a=1")
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.headers["user-agent"] == "Hostwire/1"
    assert dict(parse_qsl(asked.body.decode(), keep_blank_values=True)) == FIELDS


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_success_will_do_and_its_body_is_not_read(server: LoopbackServer, status: int) -> None:
    def endless() -> Iterator[bytes | None]:
        yield b"HTTP/1.1 %d Fine\r\n%s\r\n" % (status, b"" if status == 204 else b"Content-Length: 9999999999\r\n")
        yield HOLD

    answer = post(server.on("/hub", Raw(endless())), server)
    assert (answer.status, answer.body) == (status, b"")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_error_and_is_not_followed(server: LoopbackServer, status: int) -> None:
    server.on("/elsewhere", Answer(status=202))
    with pytest.raises(BadResponseError, match=f"HTTP {status}: it redirects to '/elsewhere', and a form"):
        post(server.on("/hub", redirect("/elsewhere", status)), server)
    assert server.paths == ["/hub"]


ERRORS: dict[str, tuple[Answer | Raw, type[FetchError], str]] = {
    "broken": (Answer(status=500), HttpStatusError, "HTTP 500 Internal Server Error"),
    "refused": (Answer(status=404), HttpStatusError, "HTTP 404 Not Found"),
    "a 304": (Answer(status=304), BadResponseError, "HTTP 304"),
    "a redirect without an address": (Answer(status=302), BadResponseError, "without saying where to"),
    "silent": (Raw([HOLD]), FetchTimeoutError, "read_timeout_s"),
    "closed": (Raw([]), ConnectError, "closed the connection"),
    "no HTTP": (Raw([b"hello\r\n\r\n"]), BadResponseError, "no proper HTTP"),
    "a huge header": (Raw([b"HTTP/1.1 202 Fine\r\nX: " + b"x" * 90_000 + b"\r\n\r\n"]), TooLargeError, "max_header"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_what_goes_wrong_is_said_in_one_line(server: LoopbackServer, case: str) -> None:
    answer, kind, words = ERRORS[case]
    url = server.on("/hub", answer)
    with pytest.raises(kind, match=words) as raised:
        post(url, server, read_timeout_s=0.3)
    assert raised.value.url == url


def test_a_form_goes_over_a_connection_of_its_own(server: LoopbackServer) -> None:
    """A server may close an idle connection at any moment, and then nobody knows whether it took the form."""
    feed, hub = server.on("/feed", Answer(b"x")), server.on("/hub", Answer(status=202))

    async def run() -> None:
        async with Client(limits_for(server)) as client:
            await client.get(feed)
            await client.post_form(hub, FIELDS)

    asyncio.run(run())
    before, form = server.asked
    assert form.client_port != before.client_port


def test_retry_after_travels_with_the_error(server: LoopbackServer) -> None:
    with pytest.raises(HttpStatusError) as raised:
        post(server.on("/hub", Answer(status=503, headers={"Retry-After": "600"})), server)
    assert raised.value.retry_after == "600"


def test_the_inside_gets_no_form(server: LoopbackServer) -> None:
    with pytest.raises(BlockedAddressError, match="loopback"):
        post(server.url("/hub"))
    with pytest.raises(BadUrlError, match="user name"):
        post(f"http://me:secret@127.0.0.1:{server.port}/hub", server)
    assert server.asked == []
