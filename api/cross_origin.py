"""What scripts of other sites may read, and the headers that say so (https://fetch.spec.whatwg.org/#http-cors-protocol)."""

from __future__ import annotations

READ_BY_OTHERS = ("/api/", "/feeds/", "/openapi.json")
READING = ("GET", "HEAD")
FOR_OTHERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Link, Retry-After",
}
PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": ", ".join(READING),
    "Access-Control-Allow-Headers": "Authorization, If-Modified-Since, If-None-Match, X-API-Key",
    "Access-Control-Max-Age": "86400",  # the longest that any browser remembers it
}


def is_read_by_others(path: str) -> bool:
    """Whether it is part of the API or a feed, not a page or a hub's callback."""
    return path.startswith(READ_BY_OTHERS)
