"""A walk from page to older page: what it has met, where it may go on, and when it turns in a circle. Rules, no I/O."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from ingest.entries import Entry
from ingest.errors import IngestError
from ingest.journey import origin_of, parse_url
from ingest.urls import canonical_url

DEFAULT_PORTS = {80, 443}


class Trail:
    """What a walk has met, as keys: pages by their address, posts by their id or address and title.

    `way` parts the posts that were met on one way from those on another. `fresh` are the keys that were added since
    they were last taken away, to be stored.
    """

    def __init__(self, met: Iterable[str] = (), *, way: str = "") -> None:
        self.way = way
        self.met = set(met)
        self.fresh: set[str] = set()

    def enter(self, *urls: str) -> None:
        """Note that pages are read, whichever of their addresses they are met at again."""
        self._add(map(_page_key, urls))

    def has_read(self, url: str) -> bool:
        return _page_key(url) in self.met

    def note_month(self, month: str) -> None:
        self._add([_key("month", month)])

    def has_month(self, month: str) -> bool:
        """Whether the month's archive was read; its first page may have several addresses."""
        return _key("month", month) in self.met

    def take(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those of a page's entries that no page before it had, from now on met as well."""
        keys = [_entry_key(self.way, entry) for entry in entries]
        fresh = [entry for entry, key in zip(entries, keys, strict=True) if key not in self.met]
        self._add(keys)
        return fresh

    def _add(self, keys: Iterable[str]) -> None:
        added = set(keys) - self.met
        self.met |= added
        self.fresh |= added


def _page_key(url: str) -> str:
    return _key("page", canonical_url(url))


def _entry_key(way: str, entry: Entry) -> str:
    name = entry.id or entry.url
    return _key("entry", way, canonical_url(name) if name else "", entry.title or "")


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def is_same_site(url: str, other: str) -> bool:
    """Whether two addresses are of one host, with or without `www.` and TLS.

    An older page elsewhere (a page saved from another host, a template's mistake) is not this source's.
    """
    try:
        (host, port), (other_host, other_port) = origin_of(parse_url(url)), origin_of(parse_url(other))
    except IngestError:
        return False
    same_port = port == other_port or {port, other_port} <= DEFAULT_PORTS
    return same_port and host.removeprefix("www.") == other_host.removeprefix("www.")
