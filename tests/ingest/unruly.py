"""Readers that misbehave, for the sandbox to hold. Not a test itself: worker processes import it."""

from __future__ import annotations

import os
import signal
import time
from datetime import UTC, datetime
from typing import Any

from ingest.entries import Document, Enclosure, Entry
from ingest.errors import ReadError

MESS = Document(
    kind="feed",
    title="Everything",
    entries=(
        Entry(
            id="1",
            url=None,
            title="Ünïcode \u2028 and \x00 controls",
            published=datetime(1970, 1, 1, tzinfo=UTC),
            published_precision="second",
            categories=("a", "b"),
            enclosures=(
                Enclosure("http://x.example/a.mp3", "audio/mpeg", 0),
                Enclosure("http://x.example/b"),
            ),
        ),
    ),
    warnings=("odd",),
)


def read(body: bytes, url: str, *, content_type: str | None, headers: dict[str, str] | None, want: str | None) -> Any:
    """Does what the body says."""
    match body[:20].split(b" ")[0].decode():
        case "echo":
            return Document(kind="unknown", title=f"{len(body)} {url} {content_type} {headers} {want} {os.getpid()}")
        case "mess":
            return MESS
        case "hang":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            while True:
                time.sleep(60)
        case "spin":
            while True:
                pass
        case "allocate":
            return Document(kind="unknown", title=str(len([bytes(1_000_000) for _ in range(100_000)])))
        case "die":
            os._exit(3)
        case "segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "print":
            print("into the protocol", flush=True)  # noqa: T201 - what a careless library does
            return Document(kind="unknown", title="printed")
        case "refuse":
            raise ReadError("no feed, no page")
        case "crash":
            raise ZeroDivisionError("nobody foresaw this")
        case "surrogate":
            return Document(kind="unknown", title="\ud800")
        case "nonsense":
            return {"kind": "feed", "title": 7}
    raise AssertionError(body)
