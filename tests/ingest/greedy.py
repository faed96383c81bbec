"""Readers: one takes a lot of memory and gives it back, one never ends. No test itself: workers import it."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from ingest.entries import Document


def read(body: bytes, **_: Any) -> Document:
    """Fills as many bytes as the body says; the document's title is the process's id."""
    taken = bytearray(b"x") * int(body)
    return Document(kind="unknown", title=f"{os.getpid()}", warnings=(str(len(taken)),))


def never_end(body: bytes, **_: Any) -> Document:
    """Makes the file that the body names, and waits for a signal."""
    Path(body.decode()).touch()
    signal.pause()
    raise AssertionError("a signal that ends nothing")
