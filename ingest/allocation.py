"""What a run takes of its machine: large blocks of memory go back as soon as they are freed, what stays is not looked
through, and whoever answers requests beside it goes first.
"""

from __future__ import annotations

import ctypes
import gc
import os

LARGE_BLOCK_BYTES = 262_144
NICENESS = 10  # of 19
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h


def spare_the_collector() -> None:
    """Once, when all is imported: what modules are made of is no garbage, and need not be looked through for it."""
    gc.freeze()


def give_way() -> None:
    """Once for a process that has time, and for those that it starts: others go first where the processor is short."""
    if hasattr(os, "nice"):  # not everywhere
        os.nice(NICENESS)


def give_large_blocks_back() -> None:
    """Once for a process that handles large bodies; nothing where the C library is not glibc.

    By itself glibc raises its thresholds with every large block that is freed, so that after one body of fifteen
    megabytes the next ones stay in the heap: a pass over the benchmark's hostile servers ended a hundred megabytes
    larger for it.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # another C library, or none that can be asked
        return
    for threshold in (_M_MMAP_THRESHOLD, _M_TRIM_THRESHOLD):
        mallopt(threshold, LARGE_BLOCK_BYTES)
