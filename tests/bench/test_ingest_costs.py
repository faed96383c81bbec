"""The measurement of a pass stands on passes that did their work, with all their processes."""

from __future__ import annotations

import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.feed_farm import Farm, FarmSize
from bench.ingest import PASSES, measure_passes, report
from bench.processes import measure
from ingest.feeds import state_fast, state_judged
from ingest.readers import read_document

ROOT = Path(__file__).resolve().parents[2]


def test_every_pass_stores_what_is_new_and_nothing_else(tmp_path: Path) -> None:
    passes = measure_passes(FarmSize(feeds=4, entries=5, words=40), tmp_path, new=2)
    assert [(one.name, one.entries) for one in passes] == [("cold", 20), ("304", 0), ("tick", 8)]
    assert all(cost.cpu_s > 0 and cost.wall_s > 0 for one in passes for cost in (one.hostwire, one.bare))
    table = report(passes)
    assert all(name in table for name in PASSES)


def test_entries_of_a_farm_stay_the_same_while_new_ones_come() -> None:
    farm = Farm(FarmSize(feeds=2, entries=4, words=30))
    before = [read_document(body, "http://farm.example/feed").entries for body in farm.bodies]
    farm.advance(1)
    after = [read_document(body, "http://farm.example/feed").entries for body in farm.bodies]
    assert [entries[1:] for entries in after] == [entries[:-1] for entries in before]
    assert all(entries[0] not in earlier for entries, earlier in zip(after, before, strict=True))
    assert len({entry.text for entries in after for entry in entries}) == 8


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="memory is read from /proc")
def test_costs_are_those_of_all_processes() -> None:
    """A child that burns CPU and holds memory is its parent's cost."""
    child = "b = bytearray(80_000_000); import time; t = time.process_time()\nwhile time.process_time() - t < .3: pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True); print('done')"
    cost, printed = measure([sys.executable, "-c", parent])
    assert printed == "done\n"
    assert cost.cpu_s >= 0.3
    assert cost.wall_s >= 0.3
    assert cost.peak_mb > 80


def test_the_fast_reader_stays_many_times_faster_than_feedparser() -> None:
    floors = tomllib.loads((ROOT / "bench" / "floors.toml").read_text(encoding="utf-8"))["ingest"]["costs"]
    bodies = Farm(FarmSize(feeds=4, entries=20)).bodies
    headers = {"content-type": "application/xml; charset=utf-8"}
    fast = _best_cpu_s(lambda: [state_fast(body, headers) for body in bodies])
    judged = _best_cpu_s(lambda: [state_judged(body, headers) for body in bodies])
    assert judged / fast >= floors["reader_times_feedparser"]


def _best_cpu_s(step: Callable[[], object], *, rounds: int = 3) -> float:
    costs = []
    for _ in range(rounds):
        begun = time.process_time()
        step()
        costs.append(time.process_time() - begun)
    return min(costs)
