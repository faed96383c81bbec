"""`hostwire ingest` as a process of its own, over a loopback server."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from store.database import Database
from tests.servers import LoopbackServer


def environment(url: str, server: LoopbackServer, folder: Path) -> dict[str, str]:
    """Settings of a command whose data directory is `folder`."""
    host, port = server.place
    return os.environ | {
        "HOSTWIRE_DATABASE_URL": url,
        "HOSTWIRE_DATA_DIR": str(folder),
        "HOSTWIRE_FETCH_ALLOW": f"{host}:{port}",
        "HOSTWIRE_HOST_DELAY": "0",
    }


def start_ingest(
    url: str, server: LoopbackServer, folder: Path, *, before: tuple[str, ...] = ()
) -> subprocess.Popen[str]:
    """A pass without tagging that prints JSON; `before` are words in front of the command that set its limits."""
    return subprocess.Popen(
        [*before, sys.executable, "-m", "hostwire", "ingest", "--no-analyze", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(url, server, folder),
    )


def lock_is_free(database: Database) -> bool:
    """At once on SQLite, but for a reader that was being started: it has the run's open files until it is a program of
    its own. PostgreSQL's server notices the end of a client when it next looks at its socket.
    """
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with database.run_lock("ingest") as held:
            if held:
                return True
    return False
