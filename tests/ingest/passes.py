"""Passes to be killed: `python passes.py DATABASE_URL HOST PORT FOLDER`, with a line on its input for each.

A pass is a process of its own, forked from this one, which has loaded everything: what is killed is the run itself,
not the import of spaCy. Answers a line with the process's id, and another with its exit code when it has ended:
negative where a signal ended it.
"""

from __future__ import annotations

import asyncio
import os
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import structlog

from ingest.analysis import analyze_pending
from ingest.client import Client, FetchLimits
from ingest.robots import RobotsMemory
from ingest.run import ingest
from ingest.sandbox import Sandbox
from nlp.catalogue import load_catalogue
from nlp.pipeline import Tagger, build_tagger
from store.database import Database

ANOTHER_IS_UNDER_WAY = 3


def now() -> datetime:
    return datetime.now(UTC)


async def one_pass(url: str, place: tuple[str, int], folder: Path, tagger: Tagger) -> int:
    limits = FetchLimits(allow=frozenset({place}), host_delay_s=0.0)
    async with Client(limits, robots=RobotsMemory(folder=folder)) as client:
        with Sandbox(workers=1) as sandbox:
            summary = await ingest(Database(url), client, now=now, tagger=lambda: tagger, sandbox=sandbox)
    return ANOTHER_IS_UNDER_WAY if summary is None else summary.exit_code


def tag_all_again(url: str, tagger: Tagger) -> int:
    return analyze_pending(Database(url), tagger, now=now, stale=True, everything=True).failed


def fork(work: Callable[[], int]) -> int:
    """The id of a process that does the work and ends with its exit code."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        code = work()
    except BaseException:  # noqa: BLE001 - the process ends here, and what was wrong is on its error stream
        traceback.print_exc()
    finally:
        os._exit(code)


def main(url: str, host: str, port: str, folder: str) -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    tagger = build_tagger(load_catalogue())
    works: dict[str, Callable[[], int]] = {
        "pass": lambda: asyncio.run(one_pass(url, (host, int(port)), Path(folder), tagger)),
        "tag all again": lambda: tag_all_again(url, tagger),
    }
    say("ready")
    for line in sys.stdin:
        child = fork(works[line.strip()])
        say(child)
        say(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
