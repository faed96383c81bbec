"""Which addresses a crawler may dial, and that it dials the very ones that were judged."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address

import httpx
import pytest

from ingest.errors import BlockedAddressError, ConnectError, DnsError, FetchError
from ingest.guard import Guard, SystemResolver, refuse_reason
from ingest.transport import GuardedTransport
from tests.servers import LoopbackServer

REFUSED = {
    "0.0.0.0": "this-network",
    "10.255.0.1": "private",
    "100.64.0.1": "shared by carriers",
    "100.127.255.255": "shared by carriers",
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "169.254.169.254": "link-local",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.0.0.8": "reserved",
    "192.0.2.1": "documentation",
    "192.88.99.1": "6to4 relay",
    "192.168.1.1": "private",
    "198.18.0.1": "benchmarking",
    "198.19.255.255": "benchmarking",
    "198.51.100.7": "documentation",
    "203.0.113.7": "documentation",
    "224.0.0.1": "multicast",
    "239.255.255.255": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "reserved",
    "::": "unspecified",
    "::1": "loopback",
    "::ffff:127.0.0.1": "loopback",
    "::ffff:10.0.0.1": "private",
    "::ffff:169.254.169.254": "link-local",
    "::127.0.0.1": "reserved",
    "64:ff9b::10.0.0.1": "private",
    "64:ff9b::7f00:1": "loopback",
    "64:ff9b:1::1": "local NAT64",
    "100::1": "reserved",
    "2001::1": "Teredo tunnel",
    "2001:0:53aa:64c:0:0:f5ff:fffe": "Teredo tunnel",
    "2001:10::1": "reserved",
    "2001:db8::1": "documentation",
    "2002:7f00:1::": "6to4 tunnel",
    "2002:a00:1::1": "6to4 tunnel",
    "3fff::1": "documentation",
    "4000::1": "reserved",
    "5f00::1": "reserved",
    "fc00::1": "private",
    "fd12:3456::1": "private",
    "fe80::1": "link-local",
    "fe80::1%lo": "link-local",
    "fec0::1": "site-local",
    "ff02::1": "multicast",
}
NOTHING_THERE = 404  # what the server answers where nothing was put
PUBLIC = [
    "1.1.1.1",
    "9.255.255.255",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.0.1",
    "172.32.0.1",
    "192.0.1.1",
    "198.17.255.255",
    "198.20.0.1",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00:1450:4001::1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
]


@pytest.mark.parametrize(("address", "reason"), REFUSED.items())
def test_inside_addresses_are_refused_with_their_kind(address: str, reason: str) -> None:
    assert refuse_reason(ip_address(address)) == reason


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass(address: str) -> None:
    assert refuse_reason(ip_address(address)) is None


def connect(host: str, port: int, *answers: list[str], allow: set[tuple[str, int]] | None = None) -> int | FetchError:
    """The status that a request to a host was answered with, or what stood in its way; `answers` are DNS's, one a
    look-up.
    """
    left = list(answers)

    async def resolver(_host: str, _port: int) -> list[str]:
        return left.pop(0)

    return ask(host, port, Guard(allow or set(), resolver))


def ask(host: str, port: int, guard: Guard) -> int | FetchError:
    async def run() -> int | FetchError:
        request = httpx.Request("GET", f"http://{host}:{port}/", extensions={"timeout": {"connect": 5.0, "read": 5.0}})
        transport = GuardedTransport(guard, max_header_bytes=1000, max_idle=1)
        try:
            answer = await transport.handle_async_request(request)
            await answer.aclose()
        except FetchError as error:
            return error
        else:
            return answer.status_code
        finally:
            await transport.aclose()

    return asyncio.run(run())


def system_guard() -> Guard:
    return Guard((), SystemResolver(threads=1))


def test_a_name_that_leads_inside_is_refused(server: LoopbackServer) -> None:
    found = connect("innocent.example", server.port, ["127.0.0.1"])
    assert isinstance(found, BlockedAddressError)
    assert found.reason.startswith("innocent.example is 127.0.0.1, a loopback address")
    assert f"HOSTWIRE_FETCH_ALLOW=innocent.example:{server.port}" in found.reason


def test_the_address_judged_is_the_address_dialled(server: LoopbackServer) -> None:
    """A name server that answers differently the second time (rebinding) is never asked a second time."""
    found = connect("rebound.example", server.port, ["127.0.0.1"], ["10.0.0.1"], allow={("127.0.0.1", server.port)})
    assert found == NOTHING_THERE


def test_an_inside_address_among_public_ones_is_not_dialled(server: LoopbackServer) -> None:
    found = connect("mixed.example", server.port, ["::1", "127.0.0.1"], allow={("127.0.0.1", server.port)})
    assert found == NOTHING_THERE


@pytest.mark.parametrize(
    ("allow_host", "allow_other_port", "passes"),
    [
        ("127.0.0.1", False, True),
        ("named.example", False, True),
        ("127.0.0.1", True, False),
        ("other.example", False, False),
    ],
)
def test_exceptions_name_host_or_address_and_port(
    server: LoopbackServer, allow_host: str, allow_other_port: bool, passes: bool
) -> None:
    allow = {(allow_host, server.port + allow_other_port)}
    found = connect("Named.Example.", server.port, ["127.0.0.1"], allow=allow)
    assert (found == NOTHING_THERE) is passes


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "017700000001", "0"])
def test_odd_spellings_of_loopback_are_judged_as_what_they_mean(server: LoopbackServer, host: str) -> None:
    assert isinstance(ask(host, server.port, system_guard()), BlockedAddressError)


@pytest.mark.parametrize("host", ["nowhere.invalid", "two..dots", f"{'x' * 70}.example"])
def test_names_without_an_address_say_so(host: str) -> None:
    found = ask(host, 80, system_guard())
    assert isinstance(found, DnsError)
    assert found.reason.startswith(("no such host", "name servers gave no answer"))


def test_a_closed_port_says_connection_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets it, nobody answers
        port = taken.getsockname()[1]
        found = connect("127.0.0.1", port, ["127.0.0.1"], allow={("127.0.0.1", port)})
    assert isinstance(found, ConnectError)
    assert found.reason == f"connection refused by 127.0.0.1 port {port}"
