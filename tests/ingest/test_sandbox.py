"""One document's misbehaviour costs one document, and what comes back is plain and whole."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ingest.errors import ReaderCrashedError, ReadError, SandboxError
from ingest.sandbox import Sandbox
from tests.ingest.unruly import MESS

UNRULY = "tests.ingest.unruly:read"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(reader=UNRULY, deadline_s=20, memory_bytes=200_000_000, workers=1) as box:
        yield box


def worker_of(sandbox: Sandbox) -> str:
    return (sandbox.read(b"echo", "u").title or "").rpartition(" ")[2]


def test_a_document_comes_back_as_it_was_made(sandbox: Sandbox) -> None:
    assert sandbox.read(b"mess", "http://x.example/") == MESS


def test_body_and_words_about_it_reach_the_reader(sandbox: Sandbox) -> None:
    body = b"echo " + bytes(1_000_000)
    document = sandbox.read(body, "http://x/", content_type="text/xml", headers={"a": "ü"}, want="page")
    assert (document.title or "").startswith("1000005 http://x/ text/xml {'a': 'ü'} page ")


def test_a_worker_stays_for_the_next_document(sandbox: Sandbox) -> None:
    assert worker_of(sandbox) == worker_of(sandbox) != str(os.getpid())


@pytest.mark.parametrize("body", [b"hang", b"spin"])
def test_a_late_reader_is_killed_and_replaced(body: bytes) -> None:
    with Sandbox(reader=UNRULY, deadline_s=0.3, workers=1) as sandbox:
        before = worker_of(sandbox)
        with pytest.raises(SandboxError, match=r"more than 0\.3 s \(deadline_s\)"):
            sandbox.read(body + b" " * 1_000_000, "u")
        with pytest.raises(ProcessLookupError):
            os.kill(int(before), 0)
        assert worker_of(sandbox) != before


def test_a_greedy_reader_meets_the_memory_limit(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match=r"more than 200000000 bytes of memory \(memory_bytes\)"):
        sandbox.read(b"allocate", "u")
    assert worker_of(sandbox)


@pytest.mark.parametrize("body", [b"die", b"segfault"])
def test_a_worker_that_dies_costs_its_own_document(sandbox: Sandbox, body: bytes) -> None:
    with pytest.raises(SandboxError, match="its worker process down"):
        sandbox.read(body, "u")
    assert worker_of(sandbox)


def test_a_foreseen_failure_keeps_its_words_and_the_worker(sandbox: Sandbox) -> None:
    before = worker_of(sandbox)
    with pytest.raises(ReadError, match=r"^no feed, no page$"):
        sandbox.read(b"refuse", "u")
    assert worker_of(sandbox) == before


def test_a_fault_of_ours_comes_with_its_trace(sandbox: Sandbox) -> None:
    with pytest.raises(ReaderCrashedError, match="ZeroDivisionError: nobody foresaw this") as raised:
        sandbox.read(b"crash", "u")
    assert re.search(r"unruly\.py.*in read", raised.value.trace)


@pytest.mark.parametrize("body", [b"surrogate", b"nonsense"])
def test_only_plain_documents_come_through(sandbox: Sandbox, body: bytes) -> None:
    with pytest.raises(ReaderCrashedError):
        sandbox.read(body, "u")


def test_what_a_library_prints_does_not_disturb(sandbox: Sandbox) -> None:
    assert sandbox.read(b"print", "u").title == "printed"


def test_documents_are_read_side_by_side() -> None:
    with Sandbox(reader=UNRULY, workers=2, deadline_s=1) as sandbox, ThreadPoolExecutor(2) as threads:
        late = threads.submit(sandbox.read, b"hang", "u")
        assert threads.submit(worker_of, sandbox).result()
        assert isinstance(late.exception(), SandboxError)


def test_closing_ends_a_worker_in_the_middle_of_a_document() -> None:
    sandbox = Sandbox(reader=UNRULY, workers=1, deadline_s=60)
    with ThreadPoolExecutor(1) as threads:
        pid = int(worker_of(sandbox))
        busy = threads.submit(sandbox.read, b"hang", "u")
        while sandbox._idle:  # until the thread has taken the worker
            pass
        sandbox.close()
        assert isinstance(busy.exception(timeout=10), SandboxError)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
