"""Link headers (RFC 8288) as addresses with their parameters; `discover.py` and `hub_links.py` pick from them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ingest.urls import resolve

MAX_LINK_HEADER = 10_000  # characters that are looked at
_LINK_VALUE = re.compile(
    r"<(?P<url>[^<>]*)>(?P<rest>(?:\s*;\s*[\w*!#$&+.^`|~-]+(?:\s*=\s*(?:\"[^\"]*\"|[^\s\",;]*))?)*)"
)
_LINK_PARAMETER = re.compile(r";\s*([\w*-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s\",;]*))")


def links_in_headers(headers: Mapping[str, str], url: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The http(s) addresses that an answer from `url` links to, each with its parameters, their names in lower case."""
    value = next((text for name, text in headers.items() if name.lower() == "link"), "")[:MAX_LINK_HEADER]
    for match in _LINK_VALUE.finditer(value):
        address = resolve(url, match["url"])
        if address is not None:
            parameters = _LINK_PARAMETER.findall(match["rest"])
            yield address, {name.lower(): (quoted or bare) for name, quoted, bare in parameters}
