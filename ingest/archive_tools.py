"""What walks to older posts share: the client, the readers, the database, the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from ingest.client import Client, Response
from ingest.entries import Document
from ingest.sandbox import Sandbox
from store.database import Database, Transaction

HEAVY_BYTES = 300_000  # of a body; most pages are well below, and a heavy one takes a hundred times its size
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Options:
    pages: int
    articles: bool
    again: bool


class Tools:
    """What walks share. Writes happen in one thread; a few others wait for the worker processes that read."""

    def __init__(
        self,
        database: Database,
        client: Client,
        sandbox: Sandbox,
        now: Callable[[], datetime],
        chance: Callable[[], float],
        writer: Executor,
        readers: Executor,
    ) -> None:
        self.client = client
        self.now = now
        self.chance = chance
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

    async def read(self, response: Response, want: str | None) -> Document:
        """What the readers make of a response. Raises as `Sandbox.read`."""
        if len(response.body) > HEAVY_BYTES or want == "sitemap":  # a packed sitemap is heavier than it looks
            async with self._heavy:
                return await self._hand_over(response, want)
        return await self._hand_over(response, want)

    async def _hand_over(self, response: Response, want: str | None) -> Document:
        return await self._in(
            self._readers,
            partial(
                self._sandbox.read,
                response.body,
                response.url,
                content_type=response.content_type,
                headers=response.headers,
                want=want,
            ),
        )

    @staticmethod
    async def _in(executor: Executor, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(executor, function)
