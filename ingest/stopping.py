"""What is under way when a run is told to stop: it has some seconds to come to its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

GRACE_S = 20.0  # most visits take a second or two; a first one with its older pages may take minutes
LOOK_S = 0.2  # how often a run asks whether it is to stop: `stopped` may be another thread's


@asynccontextmanager
async def grace_after(stopped: Callable[[], bool], *, grace_s: float = GRACE_S) -> AsyncIterator[None]:
    """Lets the block go on for `grace_s` seconds from when `stopped` says so; then what it waits for is cancelled.

    Raises:
        TimeoutError: the block did not come to its end by then.
    """
    async with asyncio.timeout(None) as deadline:
        watching = asyncio.create_task(_end(deadline, stopped, grace_s))
        try:
            yield
        finally:
            watching.cancel()


async def _end(deadline: asyncio.Timeout, stopped: Callable[[], bool], grace_s: float) -> None:
    while not stopped():  # noqa: ASYNC110 - who sets it is a signal's handler, which knows of no loop
        await asyncio.sleep(LOOK_S)
    deadline.reschedule(asyncio.get_running_loop().time() + grace_s)
