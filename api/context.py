"""What a running API was built with, and how a handler gets at it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import Depends, Request

from api.schemas import ExplainedTags
from api.versions import Versions
from store.database import Database
from store.records import Resolve, SourceInput
from store.suggestions import Names

Tag = Callable[[Sequence[dict[str, Any]]], list[dict[str, Any]]]
# The tags of a post by its title, text and publishing instant, each with its reason.
Explain = Callable[[str, str, datetime | None], ExplainedTags]
# What to crawl for an address; raises api.errors.NothingToCrawlError where nothing can be.
Discover = Callable[[str], SourceInput]
# Told of every ping that makes a source due; returns at once.
OnPing = Callable[[], None]


@dataclass(frozen=True, slots=True)
class ApiConfig:
    """`base_url` is the public address without a trailing slash, None to take it from each request.

    `api_key` is asked for where it is set; `event_types` are the types that a query may name; `sends_mail` says whether
    subscriptions may push by mail. Answers are remembered in `remembered_bytes`; 0: none is.
    """

    version: str
    base_url: str | None = None
    api_key: str | None = None
    event_types: tuple[str, ...] = ()
    sends_mail: bool = False
    remembered_bytes: int = 64_000_000


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of the API: where it reads, how it tags, explains and discovers, what it answered before, the clock,
    how events are resolved as they stood, whom it tells of pings, the names of what posts are about.
    """

    config: ApiConfig
    database: Database
    tag: Tag
    explain: Explain
    discover: Discover
    versions: Versions
    now: Callable[[], datetime]
    resolve: Resolve
    on_ping: OnPing | None = None
    names: Names = field(default_factory=Names)

    def today(self) -> date:
        """The clock's day in UTC, which relative dates count from."""
        return self.now().astimezone(UTC).date()


def context_of(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


async def _context(request: Request) -> Context:
    """`context_of` for FastAPI, which would run a plain function in a thread."""
    return context_of(request)


Hostwire = Annotated[Context, Depends(_context)]
