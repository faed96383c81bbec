"""Addresses of sources as clients send them: checked, not fetched."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from api.errors import ADDRESS, ParameterError

MAX_LENGTH = 4_096
_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+")  # a name in any script, or an address
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\ud800-\udfff<>\"{}|\\^`]")


def checked_address(parameter: str, address: str) -> str:
    """The address, if it is one that can be crawled and shown to everybody.

    Raises:
        ParameterError: it is no http or https address, or carries a user name or password.
    """
    if len(address) > MAX_LENGTH:
        raise ParameterError(parameter, f"{parameter}: it is longer than {MAX_LENGTH} characters", ADDRESS)
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or not _HOST.fullmatch(host) or parts.scheme not in {"http", "https"} or _FORBIDDEN.search(address):
        raise ParameterError(parameter, f"{parameter}: {address!r} is no http or https address", ADDRESS)
    if "@" in parts.netloc:
        raise ParameterError(
            parameter, f"{parameter}: it carries a user name or password, which all would see", ADDRESS
        )
    return address
