"""A full disk: the run ends with a line and exit code 1 and keeps what was stored; with room again the next goes on."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from store.database import Database
from store.posts import counts
from tests.ingest.commands import start_ingest
from tests.ingest.factories import add, items, rss
from tests.servers import FEED_TYPE, Answer, LoopbackServer

WITHIN_S = 120
SMALL, LARGE = 10, 60  # entries of the feed that fits, and of the one that does not
PADDING = (
    "It is a long story, and this is a part of it. " * 1_000
)  # 46 kB: the large feed is some 3 MB, stored twice that
ROOM, MORE_ROOM = 2_000_000, 60_000_000  # bytes: the schema takes half a megabyte

WITH_FILE_LIMIT = (
    "import os, resource, sys; n = int(sys.argv[1]); "
    "resource.setrlimit(resource.RLIMIT_FSIZE, (n, n)); os.execv(sys.argv[2], sys.argv[2:])"
)


class Disk:
    """Where a database may lie that has only so much room."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def before(self) -> tuple[str, ...]:
        """Words in front of a command that is to feel the limit."""
        raise NotImplementedError

    def make_room(self) -> None:
        raise NotImplementedError

    def store(self, file: Path) -> None:
        """Lay a file on the disk."""
        shutil.copy(file, self.folder)

    def copy_to(self, folder: Path) -> None:
        """What lies on the disk, to be looked at."""
        shutil.copytree(self.folder, folder)


class LimitedFiles(Disk):
    """Every file of the process may only grow so far (RLIMIT_FSIZE): writes fail with EFBIG."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        folder.mkdir()
        self._bytes = ROOM

    def before(self) -> tuple[str, ...]:
        return (sys.executable, "-c", WITH_FILE_LIMIT, str(self._bytes))

    def make_room(self) -> None:
        self._bytes = MORE_ROOM


class SmallFileSystem(Disk):
    """A file system in memory of its own, which only one namespace sees: writes fail with ENOSPC."""

    def __init__(self, folder: Path, holder: int) -> None:
        super().__init__(folder)
        self._holder = holder

    def before(self) -> tuple[str, ...]:
        return ("nsenter", "--target", str(self._holder), "--user", "--mount", "--preserve-credentials")

    def make_room(self) -> None:
        self._run("mount", "-o", f"remount,size={MORE_ROOM}", str(self.folder))

    def store(self, file: Path) -> None:
        self._run("cp", str(file), str(self.folder))

    def copy_to(self, folder: Path) -> None:
        self._run("cp", "-r", str(self.folder), str(folder))

    def _run(self, *words: str) -> None:
        subprocess.run([*self.before(), *words], check=True, capture_output=True, timeout=WITHIN_S)


@contextmanager
def small_file_system(folder: Path) -> Iterator[SmallFileSystem]:
    folder.mkdir()
    script = f'mount -t tmpfs -o size={ROOM} tmpfs "$0" && echo mounted && exec cat'
    try:
        holder = subprocess.Popen(
            ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
    except FileNotFoundError:
        pytest.skip("no unshare(1) on this system")
    with holder:
        if holder.stdout is None or holder.stdout.readline() != "mounted\n":
            pytest.skip("this system lets nobody mount a file system of their own")
        yield SmallFileSystem(folder, holder.pid)
        holder.kill()


@pytest.fixture(params=["limited files", "small file system"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    if request.param == "limited files":
        yield LimitedFiles(tmp_path / "disk")
    else:
        with small_file_system(tmp_path / "disk") as mounted:
            yield mounted


def posts_by_feed(folder: Path) -> tuple[int, dict[str, int]]:
    """All posts of the database in a folder, and how many there are of each feed's."""
    database = Database(f"sqlite:///{folder / 'hostwire.db'}")
    with database.read() as session:
        total = counts(session).posts
        rows = session.connection().exec_driver_sql(
            "select substr(url, 8, 5), count(*) from post group by 1 order by 1"
        )
        found = {row[0]: row[1] for row in rows}
        assert session.connection().exec_driver_sql("pragma integrity_check").scalar() == "ok"
    database.close()
    return total, found


def test_a_full_disk_ends_the_run_and_loses_nothing(
    disk: Disk, sqlite_url: str, server: LoopbackServer, tmp_path: Path
) -> None:
    database = Database(sqlite_url)
    for name in ("small", "large"):
        add(database, server.url(f"/{name}"))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
    database.close()
    disk.store(tmp_path / "hostwire.db")
    url = f"sqlite:///{disk.folder / 'hostwire.db'}"

    def serve(name: str, entries: int, text: str = "") -> None:
        told = [
            entry.but(text=entry.text + text, guid=f"{name}-{entry.number}", title=f"{name} {entry.number}")
            for entry in items(range(entries), site=f"http://{name}.example")
        ]
        server.on(f"/{name}", Answer(rss(told, title=name), content_type=FEED_TYPE))

    def run() -> tuple[int, str]:
        process = start_ingest(url, server, disk.folder, before=disk.before())
        _, errors = process.communicate(timeout=WITHIN_S)
        return process.returncode, errors

    serve("small", SMALL)
    server.on("/large", Answer(rss([]), content_type=FEED_TYPE))
    assert run() == (0, "")
    serve("small", SMALL + 1)
    serve("large", LARGE, PADDING)
    code, errors = run()
    assert code == 1
    assert re.fullmatch(r"hostwire: cannot \w+ sqlite\S+: (database or disk is full|disk I/O error)\n", errors)
    disk.copy_to(tmp_path / "full")
    total, found = posts_by_feed(tmp_path / "full")
    assert found["small"] in {SMALL, SMALL + 1}
    assert total == found["small"]
    disk.make_room()
    assert run() == (0, "")
    disk.copy_to(tmp_path / "room")
    assert posts_by_feed(tmp_path / "room") == (SMALL + 1 + LARGE, {"small": SMALL + 1, "large": LARGE})
