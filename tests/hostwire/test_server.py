"""The socket that is served on, and what reads from it."""

from __future__ import annotations

import socket

from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from hostwire.server import listen, uvicorn_config


def test_no_part_of_an_answer_waits_for_the_client_to_acknowledge_the_part_before() -> None:
    with listen("127.0.0.1", 0) as bound, socket.create_connection(bound.getsockname()):
        accepted, _ = bound.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_heads_are_read_by_what_bounds_them() -> None:
    """Whatever other readers are installed."""
    config = uvicorn_config(FastAPI())
    config.load()
    assert config.http_protocol_class is H11Protocol
    assert config.ws_protocol_class is None
