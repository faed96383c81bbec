"""Undoes a Content-Encoding with a bound on what comes out, so that a small body cannot fill the memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

STEP_BYTES = 262_144  # what comes out at a time: a packet of a bomb is worth a thousand of itself
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


class InflateError(ValueError):
    """The bytes are not what their Content-Encoding says, or end early. Text: what is wrong."""


class TooMuchError(ValueError):
    """More came out than was allowed."""


def coding_of(header: str | None) -> str:
    """The one coding of a Content-Encoding header: "identity", "gzip" or "deflate" (RFC 9110, 8.4).

    Raises:
        InflateError: another coding, or several over each other.
    """
    names = [name for part in (header or "").split(",") if (name := part.strip().lower()) not in {"", "identity"}]
    if len(names) > 1:
        raise InflateError(f"{len(names)} content codings over each other")
    name = names[0].removeprefix("x-") if names else "identity"
    if name not in {"identity", "gzip", "deflate"}:
        raise InflateError(f"content coding {name[:20]!r}, which was not asked for")
    return name


class Inflater:
    """Takes a body chunk by chunk and gathers at most `max_bytes` of what it means."""

    def __init__(self, coding: str, *, max_bytes: int) -> None:
        self._coding = coding
        self._max_bytes = max_bytes
        self._out = bytearray()
        self._head = b""  # kept until two bytes tell which kind of deflate this is
        self._stream: zlib._Decompress | None = None

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes from the wire.

        Raises:
            TooMuchError: what came out so far is more than `max_bytes`.
            InflateError: the bytes are not of the coding.
        """
        for _ in self.steps(chunk):
            pass

    def steps(self, chunk: bytes) -> Iterator[int]:
        """As `feed`, in steps of at most `STEP_BYTES` coming out: how much has, after each."""
        if self._coding == "identity":
            self._keep(chunk)
            yield self.size
            return
        if self._stream is None:
            chunk = self._head + chunk
            self._head = chunk[:2]
            if len(chunk) < 2:
                return
            self._stream = zlib.decompressobj(_window_bits(self._coding, chunk))
        while chunk:
            if self._stream.eof:
                # gzip members may follow each other (RFC 1952, 2.2); anything else behind the end is padding
                if self._coding != "gzip" or not _GZIP_MAGIC.startswith(chunk[:2]):
                    return
                self._stream = zlib.decompressobj(_GZIP_WINDOW)
            room = self._max_bytes - len(self._out) + 1  # one byte too many is how too much shows
            try:
                self._keep(self._stream.decompress(chunk, min(room, STEP_BYTES)))
            except zlib.error as error:
                raise InflateError(f"the body is no {self._coding}, as its header says") from error
            yield self.size
            chunk = self._stream.unconsumed_tail or self._stream.unused_data

    def finish(self) -> bytes:
        """All of the body.

        Raises:
            InflateError: the body ended before its coding did.
        """
        if self._head and (self._stream is None or not self._stream.eof):
            raise InflateError(f"the {self._coding} body ends early")
        return bytes(self._out)

    @property
    def size(self) -> int:
        """How many bytes have come out."""
        return len(self._out)

    def so_far(self) -> bytes:
        """What has come out, up to `max_bytes` of it."""
        return bytes(self._out[: self._max_bytes])

    def _keep(self, data: bytes) -> None:
        self._out += data
        if len(self._out) > self._max_bytes:
            raise TooMuchError


def _window_bits(coding: str, head: bytes) -> int:
    if coding == "gzip":
        return _GZIP_WINDOW
    # "deflate" is zlib by the standard (RFC 1950, 2.2) and bare deflate by the habit of some servers
    is_zlib = head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS
