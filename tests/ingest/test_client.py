"""What the client asks, what it makes of answers, and which limit each awkward server meets."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from ingest.client import Client, FetchLimits
from ingest.errors import (
    BadResponseError,
    BadUrlError,
    BlockedAddressError,
    ConnectError,
    FetchError,
    FetchTimeoutError,
    HttpStatusError,
    TooLargeError,
    TooManyRedirectsError,
)
from ingest.large_bodies import LARGE_BYTES
from tests.ingest.conftest import fetch, limits_for
from tests.servers import HOLD, Answer, Asked, LoopbackServer, Raw, redirect

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
HELLO = b"<rss>hello</rss>"


# -- what is asked and answered ------------------------------------------------------------------------------


def test_a_document_comes_with_its_headers(server: LoopbackServer) -> None:
    url = server.on(
        "/feed",
        Answer(HELLO, content_type="application/rss+xml", headers={"X-Thing": "ü".encode().decode("latin-1")}),
    )
    response = fetch(url, server)
    assert (response.url, response.status, response.body) == (url, 200, HELLO)
    assert response.content_type == "application/rss+xml"
    assert response.headers["x-thing"] == "Ã¼"


def test_requests_are_honest_about_who_asks(server: LoopbackServer) -> None:
    fetch(server.on("/", Answer()), server, limits={"user_agent": "Hostwire/1 (+https://ops.example/)"})
    (asked,) = server.asked
    assert asked.headers["user-agent"] == "Hostwire/1 (+https://ops.example/)"
    assert asked.headers["host"] == f"127.0.0.1:{server.port}"
    assert asked.headers["accept-encoding"] == "gzip"
    assert "if-none-match" not in asked.headers


@pytest.mark.parametrize(
    "etag",
    ['"plain"', 'W/"weak"', "unquoted", '"with -- gzip"', '"' + "x" * 500 + '"', '"\xff\xe4"'],
    ids=lambda e: e[:12],
)
def test_validators_come_and_go_exactly_as_received(server: LoopbackServer, etag: str) -> None:
    date = "Thu, 1 Jan 1970 0:0:0 nonsense"
    url = server.on("/feed", Answer(HELLO, etag=etag, last_modified=date))
    first = fetch(url, server)
    assert (first.etag, first.last_modified) == (etag, date)
    second = fetch(url, server, etag=first.etag, last_modified=first.last_modified, validator_url=first.url)
    assert second.is_not_modified
    assert second.body == b""
    assert (server.asked[1].headers["if-none-match"], server.asked[1].headers["if-modified-since"]) == (
        etag,
        date,
    )


def test_validators_are_shown_only_to_the_address_they_came_from(server: LoopbackServer) -> None:
    """Another address with the same validator (a default page, say) must not answer for this one."""
    url = server.on("/old", redirect("/new"))
    server.on("/new", Answer(HELLO, etag='"same"'))
    response = fetch(url, server, etag='"same"', validator_url=url)
    assert response.body == HELLO
    assert ["if-none-match" in asked.headers for asked in server.asked] == [True, False]


def test_a_validator_of_monstrous_length_is_dropped_not_cut(server: LoopbackServer) -> None:
    response = fetch(server.on("/", Answer(HELLO, etag=f'"{"x" * 3000}"')), server)
    assert response.etag is None


# -- redirects -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("location", "arrives_at"),
    [
        ("/new", "/new"),
        ("new", "/dir/new"),
        ("?page=2", "/dir/old?page=2"),
        ("../a b", "/a%20b"),
        ("/new#part", "/new"),
    ],
)
def test_redirects_are_followed_as_the_address_resolves(server: LoopbackServer, location: str, arrives_at: str) -> None:
    url = server.on("/dir/old", redirect(location))
    server.on(arrives_at, Answer(HELLO))
    response = fetch(url, server)
    assert (response.url, response.redirects) == (server.url(arrives_at), (url,))
    assert server.paths == ["/dir/old", arrives_at]


@pytest.mark.parametrize(
    ("statuses", "permanent"),
    [
        ((301,), "/1"),
        ((308, 301), "/2"),
        ((301, 302), "/1"),
        ((302, 301), None),
        ((301, 302, 301), "/1"),
        ((303,), None),
        ((307,), None),
    ],
)
def test_only_an_unbroken_row_of_permanent_redirects_is_permanent(
    server: LoopbackServer, statuses: tuple[int, ...], permanent: str | None
) -> None:
    for hop, status in enumerate(statuses):
        server.on(f"/{hop}", redirect(f"/{hop + 1}", status))
    server.on(f"/{len(statuses)}", Answer(HELLO))
    response = fetch(server.url("/0"), server)
    assert response.permanent_url == (server.url(permanent) if permanent else None)


def test_eight_redirects_are_followed_and_not_nine(server: LoopbackServer) -> None:
    for hop in range(20):
        server.on(f"/{hop}", redirect(f"/{hop + 1}"))
    server.on("/8", Answer(HELLO))
    assert fetch(server.url("/0"), server).body == HELLO
    server.on("/8", redirect("/9"))
    with pytest.raises(TooManyRedirectsError, match=r"more than 8 redirects \(max_redirects\)"):
        fetch(server.url("/0"), server)
    assert "/9" not in server.paths


def test_a_circle_is_noticed_at_once(server: LoopbackServer) -> None:
    server.on("/a", redirect("/b"))
    server.on("/b", redirect("/a"))
    with pytest.raises(TooManyRedirectsError, match="circle"):
        fetch(server.url("/a"), server)
    assert server.paths == ["/a", "/b"]


def test_a_cookie_wall_is_passed_and_the_cookie_forgotten(server: LoopbackServer) -> None:
    def wall(asked: Asked) -> Answer:
        if asked.headers.get("cookie") == "seen=1":
            return Answer(HELLO)
        return redirect("/", 302, **{"Set-Cookie": "seen=1"})

    url = server.on("/", wall)

    async def run() -> None:
        async with Client(limits_for(server)) as client:
            assert (await client.get(url)).body == HELLO
            assert (await client.get(url)).body == HELLO

    asyncio.run(run())
    assert [asked.headers.get("cookie") for asked in server.asked] == [None, "seen=1", None, "seen=1"]


def test_a_redirect_to_the_inside_is_refused_where_it_dials(server: LoopbackServer) -> None:
    with LoopbackServer() as inside:
        secret = inside.on("/secret", Answer(b"the keys"))
        url = server.on("/feed", redirect(secret))
        with pytest.raises(BlockedAddressError, match=rf"redirected to {secret}: 127\.0\.0\.1 is a loopback address"):
            fetch(url, server)
        assert inside.asked == []


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://x/",
        "data:text/xml,<rss/>",
        "javascript:alert(1)",
        "http://[::1",
        "http://user:pw@127.0.0.1/",
    ],
)
def test_redirects_to_other_than_plain_http_addresses_are_refused(server: LoopbackServer, location: str) -> None:
    with pytest.raises(BadUrlError, match="redirected to"):
        fetch(server.on("/", redirect(location)), server)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "/etc/passwd",
        "file:///etc/passwd",
        "ftp://example.org/",
        "http://",
        "http:///x",
        "http://[::1",
        "http://a:99999/",
        "http://h/\n",
        "https://u@h/",
        "http://h/" + "x" * 9000,
    ],
    ids=lambda url: url[:24] or "empty",
)
def test_only_http_addresses_are_asked(url: str) -> None:
    with pytest.raises(BadUrlError) as raised:
        fetch(url)
    assert "\n" not in raised.value.reason


# -- statuses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (404, "HTTP 404 Not Found"),
        (410, "HTTP 410 Gone"),
        (500, "HTTP 500 Internal Server Error"),
        (299, "HTTP 299"),
        (206, "HTTP 206 Partial Content"),
    ],
)
def test_a_status_without_a_document_is_an_error_in_words(server: LoopbackServer, status: int, reason: str) -> None:
    url = server.on("/", Answer(status=status))
    with pytest.raises(HttpStatusError) as raised:
        fetch(url, server)
    assert (raised.value.url, raised.value.status, raised.value.reason) == (url, status, reason)


def test_retry_after_travels_with_the_error(server: LoopbackServer) -> None:
    with pytest.raises(HttpStatusError) as raised:
        fetch(server.on("/", Answer(status=429, headers={"Retry-After": "120"})), server)
    assert raised.value.retry_after == "120"


def test_a_304_that_nobody_asked_for_is_no_answer(server: LoopbackServer) -> None:
    with pytest.raises(BadResponseError, match="304 Not Modified to a request that set no condition"):
        fetch(server.on("/", Answer(status=304)), server)


def test_a_redirect_without_an_address_is_no_answer(server: LoopbackServer) -> None:
    with pytest.raises(BadResponseError, match="without saying where"):
        fetch(server.on("/", Answer(status=301)), server)


# -- bodies --------------------------------------------------------------------------------------------------

TEXT = b"a line of a feed\n" * 1000
RAW_DEFLATE = zlib.compressobj(wbits=-15)
CODED = {
    "gzip": gzip.compress(TEXT, mtime=0),
    "x-gzip": gzip.compress(TEXT, mtime=0),
    "GZIP": gzip.compress(TEXT, mtime=0),
    "identity": TEXT,
    "identity, gzip": gzip.compress(TEXT, mtime=0),
    "deflate": zlib.compress(TEXT),
    " deflate ": RAW_DEFLATE.compress(TEXT) + RAW_DEFLATE.flush(),
}


@pytest.mark.parametrize(("coding", "body"), CODED.items())
def test_one_coding_is_undone(server: LoopbackServer, coding: str, body: bytes) -> None:
    url = server.on("/", Answer(body, headers={"Content-Encoding": coding}))
    assert fetch(url, server).body == TEXT


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "gzip, deflate", "deflate, identity, gzip", "nonsense"])
def test_other_and_repeated_codings_are_refused(server: LoopbackServer, coding: str) -> None:
    url = server.on("/", Answer(b"anything", headers={"Content-Encoding": coding}))
    with pytest.raises(BadResponseError, match="content coding"):
        fetch(url, server)


BOMBS = {
    "gzip": gzip.compress(bytes(20_000_000), mtime=0),
    "deflate": zlib.compress(bytes(20_000_000)),
    "identity": bytes(2_000_000),
}


@pytest.mark.parametrize("coding", BOMBS)
def test_bodies_are_capped_by_what_they_become(server: LoopbackServer, coding: str) -> None:
    url = server.on("/", Answer(BOMBS[coding], headers={"Content-Encoding": coding}))
    with pytest.raises(TooLargeError, match=r"more than 1000000 bytes of body \(max_body_bytes\)"):
        fetch(url, server, limits={"max_body_bytes": 1_000_000})


def test_a_body_of_exactly_the_limit_passes(server: LoopbackServer) -> None:
    url = server.on("/", Answer(bytes(1000), coding="gzip"))
    assert len(fetch(url, server, limits={"max_body_bytes": 1000}).body) == 1000


def endless(chunk: bytes) -> Iterator[bytes]:
    yield OK + b"Transfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"%x\r\n%s\r\n" % (len(chunk), chunk)


def test_an_endless_body_is_cut_off_at_the_cap(server: LoopbackServer) -> None:
    url = server.on("/", lambda _: Raw(endless(b"x" * 10_000)))
    with pytest.raises(TooLargeError):
        fetch(url, server, limits={"max_body_bytes": 100_000})


def many(line: bytes) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    for _ in range(20_000):
        yield line


AWKWARD: dict[str, tuple[Any, type[FetchError], str]] = {
    "shorter than declared": (
        [OK + b"Content-Length: 100\r\n\r\n", HELLO],
        BadResponseError,
        "ended after 16 of 100 bytes",
    ),
    "ends inside a chunk": (
        [OK + b"Transfer-Encoding: chunked\r\n\r\n", b"ff\r\nabc"],
        BadResponseError,
        "before its last chunk",
    ),
    "two lengths": (
        [OK + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\n12345"],
        BadResponseError,
        "no proper HTTP",
    ),
    "no HTTP": ([b"220 mail.example ESMTP\r\n\r\n"], BadResponseError, "no proper HTTP"),
    "nothing": ([b""], ConnectError, "closed the connection without an answer"),
    "gzip that is none": (
        [OK + b"Content-Encoding: gzip\r\n\r\n", HELLO],
        BadResponseError,
        "the body is no gzip",
    ),
    "gzip cut short": (
        [OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(TEXT)[:-20]],
        BadResponseError,
        "gzip body ends early",
    ),
    "declared too large": (
        [OK + b"Content-Length: 99999999999\r\n\r\n", HOLD],
        TooLargeError,
        "max_body_bytes",
    ),
    "many headers": (lambda: many(b"X-Filler: nothing to see here\r\n"), TooLargeError, "max_header_bytes"),
    "one long header": ([OK, b"X-Long: ", b"x" * 200_000, b"\r\n\r\n"], TooLargeError, "max_header_bytes"),
    "header above the limit": (
        [OK, b"X-Long: ", b"x" * 70_000, b"\r\n\r\n"],
        TooLargeError,
        "max_header_bytes",
    ),
}


@pytest.mark.parametrize("case", AWKWARD)
def test_awkward_answers_get_one_line_each(server: LoopbackServer, case: str) -> None:
    chunks, kind, words = AWKWARD[case]
    url = server.on("/", lambda _: Raw(chunks() if callable(chunks) else chunks))
    with pytest.raises(kind) as raised:
        fetch(url, server)
    assert words in raised.value.reason
    assert "\n" not in raised.value.reason
    assert raised.value.url == url


def test_bytes_beyond_the_declared_length_are_not_read(server: LoopbackServer) -> None:
    url = server.on("/", Raw([OK + b"Content-Length: 5\r\n\r\n", HELLO]))
    assert fetch(url, server).body == HELLO[:5]


def test_gzip_members_may_follow_each_other_and_padding_may_end_them(server: LoopbackServer) -> None:
    body = gzip.compress(b"one ") + gzip.compress(b"two") + bytes(32)
    url = server.on("/", Raw([OK + b"Content-Encoding: gzip\r\n\r\n", *(bytes([b]) for b in body)]))
    assert fetch(url, server).body == b"one two"


def test_tls_where_there_is_none_says_tls(server: LoopbackServer) -> None:
    with pytest.raises(ConnectError, match="TLS"):
        fetch(f"https://127.0.0.1:{server.port}/", server)


# -- time ----------------------------------------------------------------------------------------------------

SLOW = {
    "silent": ([HOLD], {"read_timeout_s": 0.1}, r"nothing came for 0\.1 s \(read_timeout_s\)"),
    "silent after the header": (
        [OK + b"Content-Length: 9\r\n\r\n", HOLD],
        {"read_timeout_s": 0.1},
        "read_timeout_s",
    ),
    "silent in the body": (
        [OK + b"\r\n<rss>", HOLD],
        {"exchange_timeout_s": 0.1},
        r"within 0\.1 s \(exchange_timeout_s\)",
    ),
    "endless early answers": (lambda: many_early(), {"exchange_timeout_s": 0.2}, "exchange_timeout_s"),
}


def many_early() -> Iterator[bytes]:
    while True:
        yield b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"


@pytest.mark.parametrize("case", SLOW)
def test_each_deadline_is_named_when_it_passes(server: LoopbackServer, case: str) -> None:
    chunks, limits, words = SLOW[case]
    url = server.on("/", lambda _: Raw(chunks() if callable(chunks) else chunks))
    with pytest.raises(FetchTimeoutError, match=words):
        fetch(url, server, limits=limits)


def test_the_deadline_holds_over_all_redirects(server: LoopbackServer) -> None:
    """A server whose clock says that each hop took four seconds gets no third hop out of ten."""
    now = [0.0]

    def hop(asked: Asked) -> Answer:
        now[0] += 4
        return redirect(asked.path + "x")

    for n in range(1, 9):
        server.on("/" + "x" * n, hop)

    async def run() -> None:
        async with Client(limits_for(server, exchange_timeout_s=10), clock=lambda: now[0]) as client:
            await client.get(server.url("/x"))

    with pytest.raises(FetchTimeoutError, match=r"within 10 s \(exchange_timeout_s\)"):
        asyncio.run(run())
    assert len(server.asked) <= 3


# -- pace ----------------------------------------------------------------------------------------------------


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def test_one_host_is_asked_one_at_a_time_and_never_sooner_than_the_delay(server: LoopbackServer) -> None:
    clock = Clock()
    for n in range(10):
        server.on(f"/{n}", Answer(HELLO, status=200 if n % 2 else 500))  # an error earns no shorter pause

    async def run() -> None:
        async with Client(limits_for(server, host_delay_s=2.5), sleep=clock.sleep, clock=clock) as client:
            await asyncio.gather(*(client.get(server.url(f"/{n}")) for n in range(10)), return_exceptions=True)

    asyncio.run(run())
    assert len(server.asked) == 10
    assert server.most_at_once == 1
    assert clock.slept == [2.5] * 9


def test_a_redirect_on_the_same_host_waits_its_turn_too(server: LoopbackServer) -> None:
    clock = Clock()
    server.on("/old", redirect("/new"))
    server.on("/new", Answer(HELLO))

    async def run() -> None:
        async with Client(limits_for(server, host_delay_s=60), sleep=clock.sleep, clock=clock) as client:
            assert (await client.get(server.url("/old"))).body == HELLO

    asyncio.run(run())
    assert clock.slept == [60]  # and the wait did not count against the deadline of 30 s


def test_hosts_do_not_wait_for_each_other(server: LoopbackServer) -> None:
    clock = Clock()
    with LoopbackServer() as other:

        async def run() -> None:
            async with Client(limits_for(server, other, host_delay_s=5), sleep=clock.sleep, clock=clock) as client:
                await asyncio.gather(client.get(server.on("/", Answer())), client.get(other.on("/", Answer())))

        asyncio.run(run())
    assert clock.slept == []


def test_concurrency_bounds_all_exchanges(server: LoopbackServer) -> None:
    async def run() -> None:
        async with Client(limits_for(server, concurrency=3)) as client:
            await asyncio.gather(*(client.get(server.on(f"/{n}", Answer(HELLO))) for n in range(30)))

    asyncio.run(run())
    assert len(server.asked) == 30
    assert server.most_at_once <= 3


def test_proxies_of_the_environment_are_not_used(server: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetch(server.on("/", Answer(HELLO)), server).body == HELLO


# -- memory --------------------------------------------------------------------------------------------------


def test_one_large_body_is_in_memory_at_a_time_and_waiting_costs_no_deadline(server: LoopbackServer) -> None:
    """A packet of a bomb is worth a thousand of itself; sixteen at once would be sixteen times the limit."""
    body = gzip.compress(bytes(4 * LARGE_BYTES))
    urls = [server.on(f"/{n}", Answer(body, headers={"Content-Encoding": "gzip"})) for n in range(5)]
    holding: list[str] = []
    most = 0

    async def fetch_one(client: Client, url: str) -> int:
        nonlocal most
        response = await client.get(url)
        holding.append(url)
        most = max(most, len(holding))
        await asyncio.sleep(0.3)  # real time, since it is a real deadline that must not pass for those who wait
        holding.remove(url)
        client.put_away()
        return len(response.body)

    async def run() -> list[int]:
        async with Client(limits_for(server, exchange_timeout_s=1.0)) as client:
            return await asyncio.gather(*(fetch_one(client, url) for url in urls))

    assert asyncio.run(run()) == [4 * LARGE_BYTES] * 5
    assert most == 1


def test_a_task_that_ends_puts_its_large_body_away(server: LoopbackServer) -> None:
    url = server.on("/", Answer(bytes(LARGE_BYTES + 1)))

    async def run() -> list[int]:
        async with Client(limits_for(server)) as client:
            responses = await asyncio.gather(*(client.get(url) for _ in range(3)))
        return [len(response.body) for response in responses]

    assert asyncio.run(run()) == [LARGE_BYTES + 1] * 3


def test_small_headers_count_with_all_their_bytes(server: LoopbackServer) -> None:
    url = server.on("/", Raw([OK, b"X: y\r\n" * 12_000, b"\r\n", HELLO]))
    with pytest.raises(TooLargeError, match="max_header_bytes"):
        fetch(url, server)


def test_international_names_are_asked_for_in_ascii() -> None:
    """As the newer rules have them (IDNA 2008): the older ones would make another site's name of this one."""
    asked: list[str] = []

    async def resolver(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["10.0.0.1"]

    async def run(url: str) -> None:
        async with Client(FetchLimits(), resolver=resolver) as client:
            await client.get(url)

    for url in ("http://straße.example/", "http://xn--strae-oqa.example/"):
        with pytest.raises(BlockedAddressError):
            asyncio.run(run(url))
    assert asked == ["xn--strae-oqa.example"] * 2


@pytest.mark.parametrize("url", ["http://xn--a/", "http://xn--i-7iq.ws/feed"])
def test_names_that_are_no_international_ones_are_refused_in_words(url: str) -> None:
    with pytest.raises(BadUrlError, match="no address that can be read"):
        fetch(url)


def test_who_asks_for_more_holds_no_room_for_a_large_body(server: LoopbackServer) -> None:
    """Two tasks with a large body each that ask the same host for more: neither waits for the other."""
    large = server.on("/large", Answer(b"x" * (LARGE_BYTES + 1)))
    more = server.on("/more", Answer(HELLO))

    async def visit(client: Client) -> None:
        await client.get(large)
        await client.get(more)
        client.put_away()

    async def run() -> None:
        async with Client(limits_for(server, host_delay_s=0.001, concurrency=1)) as client, asyncio.timeout(20):
            await asyncio.gather(visit(client), visit(client))

    asyncio.run(run())
    assert server.paths.count("/more") == 2
