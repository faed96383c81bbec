"""The Host of a request (RFC 9110, section 7.2): checked, since links and ids of feeds are made of it."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address

LONGEST_NAME = 253  # RFC 1035, 2.3.4, without the dots' own octets
HIGHEST_PORT = 65_535
TAKES = "a host's name or address, with a port or without one: news.example, 192.0.2.1:8000 or [2001:db8::1]:8000"
_HOST = re.compile(r"(?P<name>[^:@\[\]]*|\[(?P<ipv6>[^\[\]@]*)\])(?::(?P<port>[0-9]{1,9}))?")
_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?", re.IGNORECASE)


@lru_cache(maxsize=256)
def host_fault(fields: tuple[str, ...], *, http_version: str) -> str | None:
    """What is wrong with the Host fields of a request, for a 400 (RFC 9112, section 3.2); None where nothing is.

    Of names that RFC 3986 allows only those are taken that a host has: letters, digits, `-`, `_` and dots.
    """
    if len(fields) > 1:
        return f"it is given {len(fields)} times"
    if not fields:
        return None if http_version in {"1.0", "0.9"} else "it is missing"
    (value,) = fields
    if not value:
        return "it is empty"
    if "@" in value:
        return "it holds a user's name or password"
    match = _HOST.fullmatch(value)
    if match is None:
        return f"{_shown(value)} is no host with a port or without one"
    if len(match["name"]) > LONGEST_NAME:
        return f"its name has more than {LONGEST_NAME} characters"
    if not (_is_ipv6(match["ipv6"]) if match["ipv6"] is not None else _NAME.fullmatch(match["name"])):
        return f"{_shown(match['name'])} is no name or address of a host"
    if int(match["port"] or 0) > HIGHEST_PORT:
        return f"there is no port {match['port']}"
    return None


def _is_ipv6(text: str) -> bool:
    try:
        return IPv6Address(text).scope_id is None
    except AddressValueError:
        return False


def _shown(value: str) -> str:
    return repr(value if len(value) <= 80 else f"{value[:79]}…")
