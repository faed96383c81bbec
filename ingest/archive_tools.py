"""What walks to older posts share: the client, the readers, the database, the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ingest.client import Client
from ingest.threads import Threads


@dataclass(frozen=True, slots=True)
class Options:
    pages: int
    articles: bool
    again: bool


@dataclass(frozen=True, slots=True)
class Tools:
    """What walks share."""

    client: Client
    threads: Threads
    now: Callable[[], datetime]
    chance: Callable[[], float]
