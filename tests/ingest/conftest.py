"""What the tests of fetching and of the run share."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from ingest.client import Client, FetchLimits, Response
from tests.servers import LoopbackServer


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        yield running


def limits_for(*servers: LoopbackServer, **changes: Any) -> FetchLimits:
    """Limits that let these servers through the guard and do not pace, unless a test wants it."""
    allow = frozenset(server.place for server in servers)
    return FetchLimits(**{"allow": allow, "host_delay_s": 0.0, **changes})


def fetch(url: str, *servers: LoopbackServer, limits: dict[str, Any] | None = None, **options: Any) -> Response:
    """One `get` by a client of its own."""

    async def run() -> Response:
        async with Client(limits_for(*servers, **(limits or {}))) as client:
            return await client.get(url, **options)

    return asyncio.run(run())
