"""A process that reads older posts and prints its totals, to be killed: `one_backfill.py DATABASE_URL HOST PORT`."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime

import structlog

from ingest.archive import backfill
from ingest.client import Client, FetchLimits
from store.database import Database


async def one_backfill(url: str, host: str, port: int) -> int:
    limits = FetchLimits(allow=frozenset({(host, port)}), host_delay_s=0.0)
    async with Client(limits) as client:
        summary = await backfill(Database(url), client, now=lambda: datetime.now(UTC), pages=1_000)
    print(json.dumps(None if summary is None else summary.to_json()))  # noqa: T201 - the test reads it
    return 3 if summary is None else summary.exit_code


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    sys.exit(asyncio.run(one_backfill(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
