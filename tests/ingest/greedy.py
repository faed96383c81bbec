"""A reader that takes a lot of memory and gives it back. Not a test itself: worker processes import it."""

from __future__ import annotations

import os
from typing import Any

from ingest.entries import Document


def read(body: bytes, **_: Any) -> Document:
    """Fills as many bytes as the body says; the document's title is the process's id."""
    taken = bytearray(b"x") * int(body)
    return Document(kind="unknown", title=f"{os.getpid()}", warnings=(str(len(taken)),))
