"""What a pass over many feeds costs beside a bare loop: `python -m bench.ingest [--feeds N] [--entries N] [--words N]`

Both read the same farm of feeds on loopback: all of it (cold), then unchanged (304), then with new entries on top of
each feed (tick). `hostwire ingest --no-analyze` does everything but tagging: it cleans, checks, stores and indexes for
search. Printed are wall, CPU of all processes, peak of memory and entries a second, and how the CPU compares.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.feed_farm import FarmProcess, FarmSize, add_size, stated_size
from bench.processes import Cost, measure
from store.database import Database
from store.records import SourceInput
from store.sources import add_source

CONCURRENCY = 16
PASSES = ("cold", "304", "tick")


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass of both over the farm, and how many entries were new to them."""

    name: str
    entries: int
    hostwire: Cost
    bare: Cost

    @property
    def cpu_ratio(self) -> float:
        """CPU beside that of the bare loop."""
        return self.hostwire.cpu_s / self.bare.cpu_s


def measure_passes(size: FarmSize, folder: Path, *, new: int = 2, concurrency: int = CONCURRENCY) -> list[Pass]:
    """A cold pass, one in which nothing has changed, and one with `new` entries more in every feed.

    Databases are made in `folder`.

    Raises:
        AssertionError: a pass did not store what it should have stored, so that its figures say nothing.
    """
    with FarmProcess(size) as farm:
        hostwire = _hostwire(farm, folder, concurrency)
        bare = _bare(farm, folder, concurrency)
        expected = {"cold": size.feeds * size.entries, "304": 0, "tick": size.feeds * new}
        passes = []
        for name in PASSES:
            if name == "tick":
                farm.advance(new)
            ours, stored = hostwire()
            theirs, _ = bare()
            assert stored == expected[name], f"{name}: {stored} new posts, not {expected[name]}"
            passes.append(Pass(name, stored, ours, theirs))
        return passes


Run = Callable[[], tuple[Cost, int]]


def _hostwire(farm: FarmProcess, folder: Path, concurrency: int) -> Run:
    """A pass of the command as an operator runs it, over sources that are there already."""
    url = f"sqlite:///{folder / 'hostwire.db'}"
    database = Database(url)
    database.upgrade()
    with database.write() as session:
        for address in farm.urls:
            add_source(session, SourceInput(url=address), now=datetime.now(UTC))
    database.close()
    environment = {
        "HOSTWIRE_DATABASE_URL": url,
        "HOSTWIRE_DATA_DIR": str(folder),
        "HOSTWIRE_FETCH_ALLOW": f"127.0.0.1:{farm.port}",
        "HOSTWIRE_HOST_DELAY": "0",  # all feeds are on one host here
        "HOSTWIRE_FETCH_CONCURRENCY": str(concurrency),
    }

    def run() -> tuple[Cost, int]:
        command = [sys.executable, "-m", "hostwire", "ingest", "--force", "--no-analyze", "--json"]
        cost, printed = measure(command, environment=environment)
        totals = json.loads(printed.splitlines()[-1])
        assert totals["failed"] == 0, printed
        return cost, totals["new"]

    return run


def _bare(farm: FarmProcess, folder: Path, concurrency: int) -> Run:
    command = [sys.executable, "-m", "bench.bare_loop", str(folder / "bare.db"), str(concurrency)]
    return lambda: (measure(command, given="\n".join(farm.urls))[0], 0)


def report(passes: list[Pass]) -> str:
    """The passes as a table."""
    lines = [f"{'':<16}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}{'new':>8}{'new/s':>9}{'CPU / bare':>12}"]
    for one in passes:
        for name, cost in (("hostwire", one.hostwire), ("bare loop", one.bare)):
            ratio = f"{one.cpu_ratio:>12.2f}" if cost is one.hostwire else ""
            lines.append(
                f"{one.name:<6}{name:<10}{cost.wall_s:>9.2f}{cost.cpu_s:>9.2f}{cost.peak_mb:>9.0f}"
                f"{one.entries:>8}{one.entries / cost.wall_s:>9.0f}{ratio}"
            )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add_size(parser)
    parser.add_argument("--new", type=int, default=2, help="entries new in every feed at the last pass")
    parser.add_argument("--concurrency", type=int, default=CONCURRENCY, help="exchanges under way at once")
    parser.add_argument("--folder", type=Path, help="where the databases are made and left (default: a temporary one)")
    words = parser.parse_args()
    size = stated_size(words)
    print(
        f"{size.feeds} feeds of {size.entries} entries of {size.words} words, {size.latency_s:g} s before every answer"
    )
    with tempfile.TemporaryDirectory() as temporary:
        folder = words.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        print(report(measure_passes(size, folder, new=words.new, concurrency=words.concurrency)))


if __name__ == "__main__":
    main()
