"""The hostile farm: bad sources in a table, good ones beside them, and a canary that nobody may wake.

    python -m tests.ingest.hostile.farm

serves until its input ends and prints one JSON object: the sources with what is expected of each, the (host, port)
pairs that a crawler must be allowed to visit, names for a resolver to answer, and where the canary's log is asked for.
A process of its own, so that neither its threads nor its memory are the crawler's.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field

from tests.ingest.factories import Item, items, rss
from tests.ingest.hostile.server import HostileServer
from tests.servers import FEED_TYPE, Answer, LoopbackServer, Route

GOOD_FEEDS = 200
GOOD_ENTRIES = 10


@dataclass(frozen=True)
class Case:
    """A source that means harm, or merely is broken.

    `routes` are what is served, by path below the case's own folder; the source is its first. `error` is a pattern
    that the one-line reason must match, None where the source must be read all the same; then `new` is how many
    posts it brings (None: whatever can be read of it). With `either` both ends are right, as long as it is one of
    them: a limit may or may not be met on the machine at hand.
    """

    name: str
    routes: Mapping[str, Route]
    error: str | None = None
    new: int | None = None
    either: bool = False
    kind: str = "feed"
    host: str | None = None  # a name that only the resolver of `names` knows
    names: Mapping[str, list[list[str]]] = field(default_factory=dict)  # host → the answers of its look-ups, in turn
    own_server: bool = False  # the whole site is the case's: robots.txt stands at its root

    @property
    def folder(self) -> str:
        return "/" + re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


@dataclass(frozen=True)
class HostileSource:
    """A case as the crawler meets it."""

    name: str
    url: str
    kind: str
    error: str | None
    new: int | None
    either: bool
    needs_names: bool


class Canary:
    """Listens on every address of this machine at one port, and remembers who came."""

    def __init__(self) -> None:
        self.visits: list[str] = []
        self._sockets: list[socket.socket] = []
        first = self._listen(socket.AF_INET, "0.0.0.0", 0)
        self.port = int(first.getsockname()[1])
        if socket.has_ipv6:
            with suppress(OSError):  # a machine without IPv6 has no such inside to protect
                self._listen(socket.AF_INET6, "::", self.port)

    def _listen(self, family: socket.AddressFamily, host: str, port: int) -> socket.socket:
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            if family is socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind((host, port))
            listener.listen()
        except OSError:
            listener.close()
            raise
        self._sockets.append(listener)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, peer = listener.accept()
            except OSError:
                return
            self.visits.append(str(peer[0]))
            connection.close()

    def close(self) -> None:
        for listener in self._sockets:
            listener.close()


@dataclass(frozen=True)
class Place:
    """What a case may need to know of where it stands."""

    port: int
    canary: int
    good: int


def site_of(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def good_items(port: int, number: int) -> list[Item]:
    """What the good feed of this number states: posts of its own site."""
    return items(range(number * GOOD_ENTRIES, (number + 1) * GOOD_ENTRIES), site=site_of(port))


@contextmanager
def open_farm() -> Iterator[dict[str, object]]:
    """The farm while it stands, as the JSON object that the module describes."""
    from tests.ingest.hostile.cases import all_cases

    with ExitStack() as ending:
        canary = Canary()
        ending.callback(canary.close)
        server = ending.enter_context(HostileServer())
        good = ending.enter_context(LoopbackServer())
        allow = [server.place, good.place]
        sources = []
        cases = all_cases(Place(server.port, canary.port, good.port))
        for case in cases:
            site = ending.enter_context(HostileServer()) if case.own_server else server
            if case.own_server:
                allow.append(site.place)
            folder = "" if case.own_server else case.folder
            for path, route in case.routes.items():
                site.on(path if path.startswith("//") else folder + path, route)
            url = site.url(folder + next(iter(case.routes)))
            if case.host is not None:
                url = url.replace(site.host, case.host, 1)
            sources.append(
                HostileSource(
                    case.name, url, case.kind, case.error, case.new, case.either, needs_names=bool(case.names)
                )
            )
        names: dict[str, list[list[str]]] = {}
        for case in cases:
            names.update(case.names)
        good_urls = [
            good.on(
                f"/{number}/feed",
                Answer(
                    rss(
                        good_items(good.port, number),
                        title=f"Good feed {number}",
                        site=site_of(good.port),
                    ),
                    content_type=FEED_TYPE,
                    etag=f'"{number}"',
                ),
            )
            for number in range(GOOD_FEEDS)
        ]
        log = good.on("/canary", lambda _: Answer(json.dumps(canary.visits).encode(), content_type="application/json"))
        yield {
            "hostile": [asdict(source) for source in sources],
            "good": good_urls,
            "allow": allow,
            "names": names,
            "canary": log,
            "good_port": good.port,
        }


if __name__ == "__main__":
    with open_farm() as farm:
        sys.stdout.write(json.dumps(farm) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
