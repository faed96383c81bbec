"""The threads of a run: one that speaks to the database, a few that wait for the worker processes that read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import Executor
from functools import partial
from typing import TypeVar

from ingest.client import Response
from ingest.entries import Document
from ingest.sandbox import Sandbox
from store.database import Database, Transaction

HEAVY_BYTES = 300_000  # of a body; most feeds and pages are well below, and a heavy one takes a hundred times its size
T = TypeVar("T")


class Threads:
    """Hands blocking work over to a run's threads."""

    def __init__(self, database: Database, sandbox: Sandbox, writer: Executor, readers: Executor) -> None:
        self._database = database
        self._sandbox = sandbox
        self._writer = writer
        self._readers = readers
        self._heavy = asyncio.Lock()  # two heavy documents at once would take twice the memory

    async def read_database(self, question: Callable[[Transaction], T]) -> T:
        """What `question` answers about a session."""

        def ask() -> T:
            with self._database.read() as session:
                return question(session)

        return await self._in(self._writer, ask)

    async def write_database(self, change: Callable[[Transaction], T]) -> T:
        """What `change` answers, in one transaction."""

        def write() -> T:
            with self._database.write() as session:
                return change(session)

        return await self._in(self._writer, write)

    async def read(self, response: Response, want: str | None, known: Collection[str] = ()) -> Document:
        """What the readers make of a response. Raises as `Sandbox.read`."""
        read = partial(
            self._sandbox.read,
            response.body,
            response.url,
            content_type=response.content_type,
            headers=response.headers,
            want=want,
            known=known,
        )
        if len(response.body) > HEAVY_BYTES or want == "sitemap":  # a packed sitemap is heavier than it looks
            async with self._heavy:
                return await self._in(self._readers, read)
        return await self._in(self._readers, read)

    @staticmethod
    async def _in(executor: Executor, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(executor, function)
