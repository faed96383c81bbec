"""That freed blocks go back to the system, and that a run gives way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROBE = """
import sys
from ingest.allocation import give_large_blocks_back
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096
if sys.argv[1] == "on":
    give_large_blocks_back()
blocks = [bytes(30_000_000)]
blocks.clear()  # by which the threshold would rise
for _ in range(60):
    blocks.append(b"x" * 1_000_000)
    blocks.append(b"y" * 600)
keep = blocks[1::2]
before = resident()
del blocks[0::2], blocks
print(before - resident())
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is told by Linux alone")
def test_freed_blocks_go_back_to_the_system() -> None:
    answer = subprocess.run([sys.executable, "-c", PROBE, "on"], capture_output=True, text=True, check=True)
    assert int(answer.stdout) > 50_000_000


GIVING_WAY = """
import os, subprocess, sys
from hostwire.newsroom import prepare_process
before = os.nice(0)
prepare_process()
of_child = subprocess.run([sys.executable, "-c", "import os; print(os.nice(0))"], capture_output=True, text=True)
print(before, os.nice(0), int(of_child.stdout))
"""


@pytest.mark.skipif(not hasattr(os, "nice"), reason="this system has no such priorities")
def test_a_run_and_what_it_starts_give_way_to_others() -> None:
    answer = subprocess.run([sys.executable, "-c", GIVING_WAY], capture_output=True, text=True, check=True)
    before, after, of_child = map(int, answer.stdout.split())
    assert after == of_child == min(19, before + 10)
