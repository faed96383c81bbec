"""The hostile farm against the command itself: `python -m bench.hostile [--analyze]`.

All bad sources of the tests and 200 good feeds, one `hostwire ingest` over a fresh SQLite database with the default
limits, only the pause between requests off (the farm is one host). Prints wall, CPU and peak memory of all processes
of the command, and what was not as it should be; exit code 1 where a good feed was not whole, an inside address was
touched, or a bad source got no reason or the wrong one.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench.processes import measure
from store.database import Database
from store.records import SourceInput
from store.sources import add_source
from tests.ingest.hostile.process import Farm, fault_of, running_farm

MEMORY_BOUND_MB = 400
WALL_BOUND_S = 180


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--analyze", action="store_true", help="tag what was stored, too, as a nightly run does")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_farm() as farm:
        url = f"sqlite:///{Path(folder) / 'hostwire.db'}"
        sources = [source for source in farm.hostile if not source.needs_names]
        _prepare(url, farm, [(source.url, source.kind) for source in sources])
        command = [sys.executable, "-m", "hostwire", "ingest", "--json", *([] if options.analyze else ["--no-analyze"])]
        cost, printed = measure(
            command,
            environment={
                "HOSTWIRE_DATABASE_URL": url,
                "HOSTWIRE_DATA_DIR": folder,
                "HOSTWIRE_HOST_DELAY": "0",
                "HOSTWIRE_FETCH_ALLOW": ",".join(f"{host}:{port}" for host, port in farm.allow),
            },
        )
        results = {line["url"]: line for line in map(json.loads, printed.splitlines()) if "url" in line}
        faults = [f"{source.name}: {fault}" for source in sources if (fault := fault_of(source, results[source.url]))]
        faults += [f"good feed failed: {results[good]}" for good in farm.good if results[good]["status"] != "ok"]
        database = Database(url)
        faults += [f"good post is not there as it was stated: {title}" for title in farm.missing(database)]
        database.close()
        faults += [f"an inside address was touched from {peer}" for peer in farm.woken()]
    for fault in faults:
        print(fault)
    print(
        f"{len(sources)} hostile sources and {len(farm.good)} good feeds: {cost.wall_s:.1f} s (bound {WALL_BOUND_S}), "
        f"{cost.cpu_s:.1f} s of CPU, peak {cost.peak_mb:.0f} MB in all processes (bound {MEMORY_BOUND_MB}), "
        f"{len(faults)} faults"
    )
    return int(bool(faults) or cost.wall_s > WALL_BOUND_S or cost.peak_mb > MEMORY_BOUND_MB)


def _prepare(url: str, farm: Farm, hostile: list[tuple[str, str]]) -> None:
    """The bad sources among the good ones."""
    database = Database(url)
    database.upgrade()
    with database.write() as session:
        for address, kind in [*hostile, *((good, "feed") for good in farm.good)]:
            add_source(session, SourceInput(url=address, kind=kind), now=datetime.now(UTC))  # type: ignore[arg-type]  # from JSON
    database.close()


if __name__ == "__main__":
    sys.exit(main())
