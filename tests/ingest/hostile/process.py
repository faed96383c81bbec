"""The farm in a process of its own, as the test and the benchmark use it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from store.database import Database
from store.models import Post
from tests.ingest.hostile.farm import GOOD_FEEDS, HostileSource, good_items

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Farm:
    """See `tests.ingest.hostile.farm`."""

    hostile: tuple[HostileSource, ...]
    good: tuple[str, ...]
    allow: frozenset[tuple[str, int]]
    names: Mapping[str, list[list[str]]]
    canary: str
    good_port: int

    def missing(self, database: Database) -> list[str]:
        """The titles that the good feeds state and the database does not hold as they state them."""
        with database.read() as session:
            stored = {(row.title, row.text) for row in session.execute(select(Post.title, Post.text))}
        stated = [item for number in range(GOOD_FEEDS) for item in good_items(self.good_port, number)]
        return [item.title for item in stated if (item.title, item.text) not in stored]

    def woken(self) -> list[str]:
        """Who came to an inside address."""
        with urllib.request.urlopen(self.canary, timeout=10) as answer:
            visits: list[str] = json.load(answer)
        return visits


@contextmanager
def running_farm() -> Iterator[Farm]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.ingest.hostile.farm"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what its threads say when a crawler hangs up on them
    ) as process:
        assert process.stdout is not None
        try:
            told = json.loads(process.stdout.readline())
            yield Farm(
                hostile=tuple(HostileSource(**source) for source in told["hostile"]),
                good=tuple(told["good"]),
                allow=frozenset((host, port) for host, port in told["allow"]),
                names=told["names"],
                canary=told["canary"],
                good_port=told["good_port"],
            )
        finally:
            process.kill()


def fault_of(source: HostileSource, result: Mapping[str, object]) -> str | None:
    """What is wrong with a run's result (as `--json` prints it) for a hostile source; None when it is right."""
    error, status = result["error"], result["status"]
    if error is not None and ("\n" in str(error) or "a fault in" in str(error) or len(str(error)) > 1000):
        return f"no proper reason: {str(error)[:300]!r}"
    if status == "error" and not error:
        return "an error without a reason"
    if source.either:
        return None if status in {"ok", "error"} else f"status {status}"
    if source.error is not None:
        wanted = status == "error" and re.search(source.error, str(error)) is not None
        return None if wanted else f"{status}, {result['new']} new, {error!r}; wanted an error like {source.error!r}"
    if status != "ok" or (source.new is not None and result["new"] != source.new):
        return f"{status}, {result['new']} new, {error!r}; wanted {source.new} new"
    return None
