"""The loopback server with one more bad habit: `RESET` among a raw answer's chunks breaks the connection off."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, cast

from tests.servers import LoopbackServer, Raw, _Handler

RESET: Final = "reset"
Chunk = bytes | str | None


class HostileServer(LoopbackServer):
    """A `LoopbackServer` whose raw answers may hold `RESET`."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        super().__init__(host)
        self._server.RequestHandlerClass = _HostileHandler


@dataclass(frozen=True, slots=True)
class Wire(Raw):
    """Bytes on the wire, with `HOLD` and `RESET` among them."""

    chunks: Iterable[Chunk]  # type: ignore[assignment]  # wider than a plain server's


class _HostileHandler(_Handler):
    def _send_raw(self, raw: Raw) -> None:
        def until_reset() -> Iterable[bytes | None]:
            for chunk in cast("Iterable[Chunk]", raw.chunks):
                if isinstance(chunk, str):
                    self._reset()
                    return
                yield chunk

        super()._send_raw(Raw(until_reset()))

    def _reset(self) -> None:
        """Closed with no time to linger, so that the peer gets an RST in place of an end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.shutdown(socket.SHUT_RD)
        self.server.shutdown_request = self.server.close_request  # type: ignore[method-assign]  # no polite FIN first
