"""When a worker process is replaced."""

from __future__ import annotations

from ingest.sandbox import Sandbox
from ingest.worker import WORN_BYTES


def test_a_worker_that_a_giant_made_large_is_replaced_however_large_we_are() -> None:
    """A child's peak as getrusage tells it begins with ours, which must not hide its own."""
    ours = bytearray(b"x") * (4 * WORN_BYTES)
    with Sandbox(reader="tests.ingest.greedy:read", workers=1) as sandbox:
        first = sandbox.read(b"1000", "u").title
        assert sandbox.read(b"1000", "u").title == first
        assert sandbox.read(str(2 * WORN_BYTES).encode(), "u").title == first
        assert sandbox.read(b"1000", "u").title != first
    assert len(ours) == 4 * WORN_BYTES
