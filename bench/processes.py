"""What a command costs with all the processes that it starts: wall, CPU, peak of memory. Linux only for memory."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE_S = 0.02
_PROC = Path("/proc")
_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the wall's clock, seconds of CPU (user and system) of the command and all that it waited for, and
    the most memory (sum of resident sets, MB of 2**20 bytes; pages that processes share count for each) at one time.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float


def measure(
    command: Sequence[str], *, given: str = "", environment: Mapping[str, str] | None = None
) -> tuple[Cost, str]:
    """Run a command to its end with `given` on its input: what it cost, and what it printed.

    Raises:
        CalledProcessError: it failed.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    ended, peak = threading.Event(), [0]
    watcher = threading.Thread(target=_watch, args=(process.pid, ended, peak))
    watcher.start()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(given)
    process.stdin.close()
    printed = process.stdout.read()
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    watcher.join()
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command, printed)
    return Cost(wall_s, usage.ru_utime + usage.ru_stime, peak[0] / _MEGABYTE), printed


def _watch(root: int, ended: threading.Event, peak: list[int]) -> None:
    while not ended.wait(SAMPLE_S):
        peak[0] = max(peak[0], sum(_resident_bytes(pid) for pid in _family(root)))


def _family(root: int) -> list[int]:
    """A process and all that descend from it."""
    found = [root]
    for pid in found:
        try:
            for task in (_PROC / str(pid) / "task").iterdir():
                found += map(int, (task / "children").read_text(encoding="ascii").split())
        except OSError:
            continue  # it has ended meanwhile
    return found


def _resident_bytes(pid: int) -> int:
    try:
        return int((_PROC / str(pid) / "statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0  # it has ended meanwhile
