"""Answers that may be long: written once, to be dated and sent when they are whole, and never held in memory whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

IN_MEMORY_BYTES = 1_000_000  # what is longer goes to a file
PIECE_BYTES = 65_536
DIGEST_BYTES = 12


class Spool:
    """An answer as it is written. The entity tag of what is sent piece by piece would be known at its end alone."""

    def __init__(self) -> None:
        self._file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - `close` and `pieces` end it
        self._digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
        self.size = 0

    def write(self, piece: bytes) -> None:
        self._digest.update(piece)
        self.size += self._file.write(piece)

    @property
    def digest(self) -> str:
        """Of all that was written, in hexadecimal."""
        return self._digest.hexdigest()

    def pieces(self) -> Iterator[bytes]:
        """All of it from its beginning; nothing is left of it afterwards."""
        with self._file as file:
            file.seek(0)
            while piece := file.read(PIECE_BYTES):
                yield piece

    def close(self) -> None:
        """Leaves nothing of it."""
        self._file.close()
