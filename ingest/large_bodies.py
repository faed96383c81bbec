"""One large body in memory at a time: what many servers send at once must not add up."""

from __future__ import annotations

import asyncio

LARGE_BYTES = 2_000_000  # most feeds have a tenth of it; a pass holds as many bodies below it as exchanges


class LargeBodies:
    """The one place for a body above `LARGE_BYTES`. A task holds it until it says so, or ends."""

    def __init__(self) -> None:
        self._place = asyncio.Lock()
        self._holder: asyncio.Task[object] | None = None

    async def hold(self) -> None:
        """Wait until no other task holds the place."""
        task = asyncio.current_task()
        if task is None or self._holder is task:
            return
        await self._place.acquire()
        self._holder = task
        task.add_done_callback(self._leave)

    def put_away(self) -> None:
        """The task at hand has no large body any more."""
        task = asyncio.current_task()
        if task is not None:
            task.remove_done_callback(self._leave)
            self._leave(task)

    def _leave(self, task: asyncio.Task[object]) -> None:
        if self._holder is task:
            self._holder = None
            self._place.release()
