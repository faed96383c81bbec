"""The worker process's side of a pool: answers one request after the other until its input ends.

Frames on its standard streams: four bytes of length, then JSON; a request is followed by the body's bytes.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import orjson

from ingest.allocation import give_large_blocks_back, spare_the_collector
from ingest.errors import IngestError
from ingest.plain import to_json

LENGTH_BYTES = 4
# More than an idle worker takes: what one giant took is not given back, and two may meet. Of these, 16 MB are the
# modules that read pages, which come with the first page.
WORN_BYTES = 64_000_000
GRACE_S = 5.0  # after the deadline, at which the parent kills: the worker ends itself when the parent is gone


def serve(reader_name: str, memory_bytes: int, deadline_s: float) -> None:
    """Answer requests on standard input with what `module:function` makes of them.

    `memory_bytes` is how far the address space may grow beyond what the modules themselves took.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not print into the frames
    give_large_blocks_back()
    module, _, name = reader_name.partition(":")
    reader: Callable[..., Any] = getattr(importlib.import_module(module), name)
    spare_the_collector()
    _limit_memory(memory_bytes)
    worn_at = _peak_bytes() + min(WORN_BYTES, memory_bytes // 2)
    write_frame(replies, b'{"ready": true}')
    while (head := read_frame(requests)) is not None:
        request = orjson.loads(head)
        body = requests.read(request.pop("body_bytes"))
        signal.setitimer(signal.ITIMER_REAL, deadline_s + GRACE_S)
        reply, healthy = _answer(reader, body, request)
        signal.setitimer(signal.ITIMER_REAL, 0)
        last = not healthy or _peak_bytes() > worn_at
        write_frame(replies, (b'{"last": true, ' if last else b'{"last": false, ') + reply[1:])
        if last:
            return


def _answer(reader: Callable[..., Any], body: bytes, request: dict[str, Any]) -> tuple[bytes, bool]:
    """The reply, and whether the process is still to be trusted with more."""
    try:
        return b'{"document": ' + to_json(reader(body, **request)) + b"}", True
    except IngestError as error:
        return orjson.dumps({"error": _unicode(str(error))}), True
    except MemoryError:
        return b'{"memory": true}', False
    except Exception as error:  # noqa: BLE001 - the process boundary: what nobody foresaw is told to the parent, who logs it
        crash = f"{type(error).__name__}: {error}"
        return orjson.dumps({"crash": _unicode(crash), "trace": _unicode(traceback.format_exc())}), True


def _unicode(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def write_frame(stream: IO[bytes], data: bytes) -> None:
    stream.write(len(data).to_bytes(LENGTH_BYTES, "big") + data)
    stream.flush()


def read_frame(stream: IO[bytes], *, max_bytes: int = 1 << 30) -> bytes | None:
    """The next frame; None where the stream ends or states more than `max_bytes`."""
    head = stream.read(LENGTH_BYTES)
    length = int.from_bytes(head, "big")
    if len(head) < LENGTH_BYTES or length > max_bytes:
        return None
    data = stream.read(length)
    return data if len(data) == length else None


def _limit_memory(memory_bytes: int) -> None:
    """Where the system has no such limit (Windows) the deadline is what remains."""
    try:
        import resource
    except ImportError:
        return
    limit = _address_space_bytes() + memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash on a hostile page leaves no gigabyte behind


def _address_space_bytes() -> int:
    import resource

    try:
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - no file, a question to the kernel
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 1 << 30  # no /proc: more than the modules take


def _peak_bytes() -> int:
    try:
        # not getrusage: its peak is handed down from whoever started us, and would hide our own below a large parent's
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024
    except (OSError, IndexError):
        pass
    try:
        import resource
    except ImportError:
        return 0
    kilobyte = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kilobyte
