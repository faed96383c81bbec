"""Connections: which of them serve again, which must not, and that no answer is the rest of the one before it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence

import httpx
import pytest

from ingest.client import Client, Response
from ingest.guard import Guard
from ingest.transport import KEEP_ALIVE_S, GuardedTransport
from tests.ingest.conftest import limits_for
from tests.servers import HOLD, Answer, Asked, LoopbackServer, Raw, redirect

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
FEED = Answer(b"<rss>feed</rss>", etag='"1"')


def fetch_all(server: LoopbackServer, paths: Sequence[str], **options: str) -> list[Response]:
    """One after the other, by one client."""

    async def run() -> list[Response]:
        async with Client(limits_for(server)) as client:
            return [await client.get(server.url(path), **options) for path in paths]

    return asyncio.run(run())


def ports(server: LoopbackServer) -> list[int]:
    """Of the connections that the requests came over."""
    return [asked.client_port for asked in server.asked]


@pytest.mark.parametrize("options", [{}, {"etag": '"1"'}])
def test_a_connection_serves_again(server: LoopbackServer, options: dict[str, str]) -> None:
    server.on("/a", FEED)
    server.on("/b", FEED)
    answers = fetch_all(server, ["/a", "/b", "/a"], **options)
    assert {answer.is_not_modified for answer in answers} == {bool(options)}
    assert len(set(ports(server))) == 1


def test_a_redirect_keeps_its_connection(server: LoopbackServer) -> None:
    server.on("/old", redirect("/feed"))
    server.on("/older", redirect("/old"))
    server.on("/feed", FEED)
    assert fetch_all(server, ["/older"])[0].body == FEED.body
    assert len(set(ports(server))) == 1


def test_a_server_that_closes_silently_is_dialled_again(server: LoopbackServer) -> None:
    server.on("/closes", Raw([OK + b"Content-Length: 3\r\n\r\n", b"one"]))
    server.on("/feed", FEED)
    assert [answer.body for answer in fetch_all(server, ["/closes", "/feed"])] == [b"one", FEED.body]


def test_a_connection_that_is_to_be_closed_is(server: LoopbackServer) -> None:
    server.on("/feed", Answer(b"<rss/>", headers={"Connection": "close"}))
    fetch_all(server, ["/feed", "/feed"])
    assert len(set(ports(server))) == 2


def test_what_comes_behind_a_body_is_not_the_next_answer(server: LoopbackServer) -> None:
    smuggled = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled"
    server.on("/first", Raw([OK + b"Content-Length: 3\r\n\r\none" + smuggled]))
    server.on("/feed", FEED)
    assert [answer.body for answer in fetch_all(server, ["/first", "/feed"])] == [b"one", FEED.body]


def test_what_comes_unasked_is_not_the_next_answer(server: LoopbackServer) -> None:
    """A server that tells an idle connection that it has waited long enough, and keeps it."""
    read, told = threading.Event(), threading.Event()

    def answer() -> Iterator[bytes | None]:
        yield OK + b"Content-Length: 3\r\n\r\none"
        assert read.wait(10)
        yield b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"
        told.set()
        yield HOLD

    def when_told(_: Asked) -> Answer:
        assert told.wait(10)
        return FEED

    async def run(other: LoopbackServer) -> list[bytes]:
        async with Client(limits_for(server, other)) as client:
            first = await client.get(server.url("/first"))
            read.set()
            await client.get(other.url("/when told"))
            return [first.body, (await client.get(server.url("/feed"))).body]

    server.on("/first", Raw(answer()))
    server.on("/feed", FEED)
    with LoopbackServer() as other:
        other.on("/when%20told", when_told)
        assert asyncio.run(run(other)) == [b"one", FEED.body]


def test_a_body_that_was_not_read_to_its_end_costs_its_connection(server: LoopbackServer) -> None:
    server.on("/gone", Answer(b"x" * 300_000, status=301, headers={"Location": "/feed"}))
    server.on("/feed", FEED)
    assert fetch_all(server, ["/gone"])[0].body == FEED.body
    assert len(set(ports(server))) == 2


def idle_ports(server: LoopbackServer, *, max_idle: int, pause_s: float) -> list[int]:
    """The connections of two requests with a pause between them, by the transport's clock."""
    now = [0.0]

    async def resolver(host: str, _port: int) -> list[str]:
        return [host]

    async def run() -> None:
        guard = Guard({server.place}, resolver)
        transport = GuardedTransport(guard, max_header_bytes=10_000, max_idle=max_idle, clock=lambda: now[0])
        for _ in range(2):
            request = httpx.Request("GET", server.url("/feed"), extensions={"timeout": {"connect": 5.0, "read": 5.0}})
            answer = await transport.handle_async_request(request)
            await answer.aread()
            await answer.aclose()
            now[0] += pause_s
        await transport.aclose()

    server.on("/feed", FEED)
    asyncio.run(run())
    return ports(server)


@pytest.mark.parametrize(
    ("max_idle", "pause_s", "connections"), [(1, KEEP_ALIVE_S, 1), (1, KEEP_ALIVE_S + 0.1, 2), (0, 0.0, 2)]
)
def test_idle_connections_are_few_and_die_young(
    server: LoopbackServer, max_idle: int, pause_s: float, connections: int
) -> None:
    assert len(set(idle_ports(server, max_idle=max_idle, pause_s=pause_s))) == connections
