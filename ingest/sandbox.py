"""Readers in worker processes of their own: what one document does to its worker, no other source feels."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ingest.entries import Document
from ingest.errors import ReaderCrashedError
from ingest.plain import from_plain
from ingest.worker_pool import WorkerPool

READER = "ingest.readers:read_document"


class Sandbox(WorkerPool):
    """Runs `read_document` in at most `workers` processes; see `WorkerPool` for the bounds."""

    def __init__(
        self,
        *,
        deadline_s: float = 20.0,
        memory_bytes: int = 200_000_000,
        workers: int = 2,
        reader: str = READER,
    ) -> None:
        super().__init__(reader=reader, deadline_s=deadline_s, memory_bytes=memory_bytes, workers=workers)

    def read(
        self,
        body: bytes,
        url: str,
        *,
        content_type: str | None = None,
        headers: Mapping[str, str] | None = None,
        want: str | None = None,
        known: Collection[str] = (),
    ) -> Document:
        """What the readers make of `body`; blocks until they have, or until the deadline.

        Raises:
            ReadError: the bytes are nothing that they read.
            SandboxError: the document took too long, too much memory, or its worker down with it.
            ReaderCrashedError: a reader failed in a way that nobody foresaw.
        """
        found = self.ask(
            body,
            url=url,
            content_type=content_type,
            headers=dict(headers) if headers is not None else None,
            want=want,
            **({"known": list(known)} if known else {}),
        )
        try:
            document: Document = from_plain(Document, found)
        except (KeyError, TypeError, ValueError) as error:
            raise ReaderCrashedError(f"the worker's answer is no document: {error}", "") from error
        return document
