"""Processes that answer one request after the other: what a request does to its process, no other request feels.

A worker that is late or takes too much memory is killed and replaced; its request gets an error.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import IO, Any, Self, cast

import orjson

from ingest.errors import ReaderCrashedError, ReadError, SandboxError
from ingest.worker import read_frame, write_frame

MAX_REPLY_BYTES = 200_000_000  # a document of the largest body, every character of it escaped
START_S = 60.0  # importing what answers on a busy machine

# sys.path goes along, so that the worker finds what we find, wherever we were started
_CODE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from ingest.worker import serve; serve(*json.loads(sys.argv[2]))"
)


class WorkerPool:
    """Runs `reader`, a function as "module:name", in at most `workers` processes, started when they are needed.

    `deadline_s` seconds a request; `memory_bytes` beyond what an idle worker takes. The function gets the body's bytes
    and the request's values by name, and answers with a dataclass. Thread-safe. Use as a context manager, or close it.
    """

    def __init__(self, *, reader: str, deadline_s: float, memory_bytes: int, workers: int) -> None:
        self.workers = workers
        self._deadline_s = deadline_s
        self._memory_bytes = memory_bytes
        self._reader = reader
        self._places = threading.BoundedSemaphore(workers)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all workers, also those in the middle of a request, for good."""
        with self._lock:
            self._closed = True
        self.abandon()

    def abandon(self) -> None:
        """End all workers, also those in the middle of a request, which gets an error; the next request starts one."""
        with self._lock:
            for worker in self._all:
                worker.kill()  # a busy one is put away by the thread that waits for it
            idle, self._idle = self._idle, []
            self._all.difference_update(idle)
        for worker in idle:
            worker.end()

    def rest(self) -> None:
        """End the workers that are idle; the next request starts one."""
        with self._lock:
            idle, self._idle = self._idle, []
            self._all.difference_update(idle)
        for worker in idle:
            worker.end()

    def ask(self, body: bytes, **request: object) -> Any:
        """The dataclass that the function answers with, as a JSON parser gives it; blocks until then.

        Raises:
            ReadError: the function refused the request, in words of its own.
            SandboxError: it took too long, too much memory, or its worker down with it.
            ReaderCrashedError: it failed in a way that nobody foresaw.
        """
        with self._places:
            worker = self._take()
            fit = False
            try:
                reply = worker.ask({**request, "body_bytes": len(body)}, body, self._deadline_s)
                fit = reply is not None and not reply["last"]
            finally:
                self._give_back(worker, fit=fit)
        if reply is None:
            bound = f"more than {self._deadline_s:g} s (deadline_s)" if worker.was_late else "its worker process down"
            raise SandboxError(f"reading it took {bound}")
        if "memory" in reply:
            raise SandboxError(f"reading it took more than {self._memory_bytes} bytes of memory (memory_bytes)")
        if "crash" in reply:
            raise ReaderCrashedError(reply["crash"], reply["trace"])
        if "error" in reply:
            raise ReadError(reply["error"])
        return reply["document"]

    def _take(self) -> _Worker:
        with self._lock:
            if self._closed:
                raise SandboxError("the run was ended before it was read")
            if self._idle:
                return self._idle.pop()
            worker = _Worker(self._reader, self._memory_bytes, self._deadline_s)
            self._all.add(worker)
            return worker

    def _give_back(self, worker: _Worker, *, fit: bool) -> None:
        with self._lock:
            if fit and not self._closed:
                self._idle.append(worker)
                return
            self._all.discard(worker)
        worker.end()


class _Worker:
    """One process and its two pipes."""

    def __init__(self, reader: str, memory_bytes: int, deadline_s: float) -> None:
        self.was_late = False
        self._ready = False
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter with our own words
            [
                sys.executable,
                "-c",
                _CODE,
                json.dumps(sys.path),
                json.dumps([reader, memory_bytes, deadline_s]),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._requests = cast("IO[bytes]", self._process.stdin)
        self._replies = cast("IO[bytes]", self._process.stdout)

    def ask(self, request: object, body: bytes, deadline_s: float) -> dict[str, Any] | None:
        """The worker's reply; None when it died, by itself or at the deadline."""
        if not self._ready:
            if self._within(START_S, lambda: read_frame(self._replies)) is None:
                return None
            self._ready = True
        frame = self._within(deadline_s, lambda: self._exchange(request, body))
        if frame is None:
            return None
        reply: dict[str, Any] = orjson.loads(frame)
        return reply

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> None:
        """Kill the process and put it away: it holds nothing that is worth a goodbye."""
        self.kill()
        for pipe in (self._requests, self._replies):
            with suppress(OSError):  # a request that it did not take any more
                pipe.close()
        self._process.wait()

    def _exchange(self, request: object, body: bytes) -> bytes | None:
        try:
            write_frame(self._requests, orjson.dumps(request))
            self._requests.write(body)
            self._requests.flush()
        except OSError:
            return None
        return read_frame(self._replies, max_bytes=MAX_REPLY_BYTES)

    def _within(self, seconds: float, step: Callable[[], bytes | None]) -> bytes | None:
        """`step`, which blocks on the pipes, until a killed process ends them."""
        timer = threading.Timer(seconds, self._be_late)
        timer.daemon = True
        timer.start()
        try:
            result = step()
        finally:
            timer.cancel()
            timer.join()
        return None if self.was_late else result

    def _be_late(self) -> None:
        self.was_late = True
        self.kill()
