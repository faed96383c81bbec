"""Judges addresses where connections are made, so that redirects and DNS answers meet the same check.

The table is our own copy of the IANA special-purpose registries (RFC 6890 and successors): what Python's
`ipaddress.is_global` answers depends on its patch release, and NAT64 and 6to4 hide an IPv4 address from it.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from ingest.errors import BlockedAddressError, DnsError

Address = IPv4Address | IPv6Address
# host, port → every address that the name has, in the order to try
Resolver = Callable[[str, int], Awaitable[list[str]]]

_REFUSED_V4: tuple[tuple[IPv4Network, str], ...] = tuple(
    (IPv4Network(network), what)
    for network, what in (
        ("0.0.0.0/8", "this-network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by carriers"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_REFUSED_V6: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(network), what)
    for network, what in (
        ("::1/128", "loopback"),
        ("::/128", "unspecified"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
        ("64:ff9b:1::/48", "local NAT64"),
        ("2001:db8::/32", "documentation"),
        ("3fff::/20", "documentation"),
        ("2001::/32", "Teredo tunnel"),  # their IPv4 ends are the sender's claim, and nobody publishes there
        ("2002::/16", "6to4 tunnel"),
        ("2001::/23", "reserved"),
    )
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")  # IANA has given out nothing else
_NAT64 = IPv6Network("64:ff9b::/96")


def refuse_reason(address: Address) -> str | None:
    """Why an address is no place for a crawler ("private", "loopback", …); None for a public one.

    IPv4 addresses inside IPv4-mapped and NAT64 (RFC 6052) ones are judged themselves.
    """
    if isinstance(address, IPv4Address):
        return next((what for network, what in _REFUSED_V4 if address in network), None)
    inner = address.ipv4_mapped or (IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None)
    if inner is not None:
        return refuse_reason(inner)
    found = next((what for network, what in _REFUSED_V6 if address in network), None)
    return found or (None if address in _GLOBAL_UNICAST else "reserved")


class SystemResolver:
    """The system's resolver, in threads of its own: a look-up cannot be ended, and asyncio's few shared threads
    would soon all wait for dead name servers.
    """

    def __init__(self, *, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, "resolver")

    async def __call__(self, host: str, port: int) -> list[str]:
        """The addresses of a name, in the system's order.

        Raises:
            OSError, UnicodeError: the name has none, or is no name.
        """
        ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class Guard:
    """Looks names up once and judges every address: what it answers is what may be dialled, and nothing else.

    `allow` holds (host, port) exceptions, the host as the URL names it or as the address reads.
    """

    def __init__(self, allow: Iterable[tuple[str, int]], resolver: Resolver) -> None:
        self._allow = frozenset(allow)
        self._look_up = resolver

    async def resolve(self, host: str, port: int) -> list[str]:
        """The addresses of a host that may be dialled, in the order to try.

        Raises:
            DnsError: it has none.
            BlockedAddressError: all that it has are inside.
        """
        try:
            found = await self._look_up(host, port)
        except socket.gaierror as error:
            if error.errno in {socket.EAI_AGAIN, socket.EAI_FAIL}:
                raise DnsError(host, f"name servers gave no answer for {host}") from error
            raise DnsError(host, f"no such host: {host}") from error
        except (OSError, UnicodeError) as error:
            raise DnsError(host, f"no such host: {host}") from error
        good, refused = [], None
        named = host.lower().rstrip(".")
        for text in found:
            address = ip_address(text)
            reason = refuse_reason(address)
            if reason is None or {(named, port), (text.partition("%")[0], port)} & self._allow:
                good.append(text)
            else:
                kind = f"{'an' if reason[0] in 'aeiou' else 'a'} {reason} address"
                refused = f"{text} is {kind}" if text == named else f"{host} is {text}, {kind}"
        if refused is not None and not good:
            place = f"[{named}]:{port}" if ":" in named else f"{named}:{port}"
            raise BlockedAddressError(host, f"{refused}; HOSTWIRE_FETCH_ALLOW={place} would let it through")
        if not good:
            raise DnsError(host, f"no such host: {host}")
        return good
