"""Asks one server the same questions over several connections: `python -m bench.load PORT --seconds S < requests`

On its input stands one request a line: a path with its query, and header lines after it, parted by tabs. They are asked
in turn, each connection the next one as soon as it has its answer. Prints JSON: `requests`, `seconds`, `p50_ms`,
`p99_ms`, and `statuses` with how often each came. As little as possible is read of an answer: its status and length.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import cycle

CONNECTIONS = 32


class Tally:
    """What came back: seconds of each exchange, and statuses (0: the connection broke)."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.statuses: Counter[int] = Counter()

    def summary(self, wall_s: float) -> dict[str, object]:
        ordered = sorted(self.seconds)
        return {
            "requests": len(ordered),
            "seconds": wall_s,
            "p50_ms": 1000 * ordered[len(ordered) // 2],
            "p99_ms": 1000 * ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)],
            "statuses": {str(status): times for status, times in sorted(self.statuses.items())},
        }


class Exchange(asyncio.Protocol):
    """One connection that asks until the time is over."""

    def __init__(self, requests: Iterator[bytes], tally: Tally, until: float, done: asyncio.Future[None]) -> None:
        self._requests, self._tally, self._until, self._done = requests, tally, until, done
        self._head = b""
        self._missing = -1  # bytes of the body that are still to come; -1 while the head is
        self._status = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._begun = time.perf_counter()
        if self._begun >= self._until:
            self._transport.close()
            return
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        if self._missing < 0:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            head, data = self._head[:end].lower(), self._head[end + 4 :]
            self._head = b""
            self._status = int(head[9:12])
            place = head.find(b"\r\ncontent-length:")
            self._missing = 0 if place < 0 else int(head[place + 17 :].partition(b"\r\n")[0])
            if self._status == 304:
                self._missing = 0
        self._missing -= len(data)
        if self._missing == 0:
            self._missing = -1
            self._tally.seconds.append(time.perf_counter() - self._begun)
            self._tally.statuses[self._status] += 1
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the signature is asyncio's
        if time.perf_counter() < self._until:
            self._tally.statuses[0] += 1
        if not self._done.done():
            self._done.set_result(None)


async def ask_all(port: int, requests: Sequence[bytes], seconds: float, connections: int = CONNECTIONS) -> Tally:
    """Ask for some seconds and say what came."""
    loop, tally, waiting = asyncio.get_running_loop(), Tally(), cycle(requests)
    until = time.perf_counter() + seconds
    ends: list[asyncio.Future[None]] = [loop.create_future() for _ in range(connections)]
    for end in ends:
        await loop.create_connection(lambda end=end: Exchange(waiting, tally, until, end), "127.0.0.1", port)
    await asyncio.gather(*ends)
    return tally


def as_request(line: str, port: int) -> bytes:
    """A line of the input as HTTP/1.1."""
    path, *headers = line.split("\t")
    return "\r\n".join([f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *headers, "", ""]).encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("port", type=int)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    words = parser.parse_args()
    requests = [as_request(line, words.port) for line in sys.stdin.read().splitlines()]
    begun = time.perf_counter()
    tally = asyncio.run(ask_all(words.port, requests, words.seconds, words.connections))
    print(json.dumps(tally.summary(time.perf_counter() - begun)))


if __name__ == "__main__":
    main()
