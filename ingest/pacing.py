"""Who may ask when: one exchange at a time with a host and a pause after it, and a bound on all exchanges."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Origin = tuple[str, int]


class Pacer:
    """Hands out turns. `host_delay_s` 0 switches the pacing of hosts off; `concurrency` always holds.

    A host is a name with a port: two servers on one machine do not wait for each other.
    """

    def __init__(
        self,
        *,
        host_delay_s: float,
        concurrency: int,
        sleep: Callable[[float], Awaitable[None]],
        clock: Callable[[], float],
    ) -> None:
        self._host_delay_s = host_delay_s
        self._sleep = sleep
        self._clock = clock
        self._hosts: dict[Origin, _Host] = {}
        self._places = asyncio.Semaphore(concurrency)

    def slow_down(self, origin: Origin, delay_s: float) -> None:
        """Let at least `delay_s` pass between two exchanges with a host from now on, unless pacing is off."""
        host = self._hosts.setdefault(origin, _Host())
        host.delay_s = max(host.delay_s, delay_s)

    @asynccontextmanager
    async def turn(self, origin: Origin) -> AsyncIterator[None]:
        """Wait for the host's turn, then for a place; hold both for the exchange."""
        if self._host_delay_s <= 0:
            async with self._places:
                yield
            return
        host = self._hosts.setdefault(origin, _Host())
        async with host.lock:
            wait = host.ended_at + max(self._host_delay_s, host.delay_s) - self._clock()
            if wait > 0:
                await self._sleep(wait)
            async with self._places:
                try:
                    yield
                finally:
                    host.ended_at = self._clock()  # after an error too: a failing host is not asked sooner


class _Host:
    __slots__ = ("delay_s", "ended_at", "lock")

    def __init__(self) -> None:
        self.delay_s = 0.0
        self.lock = asyncio.Lock()
        self.ended_at = float("-inf")
