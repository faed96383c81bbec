"""Runs the HTTP service on a socket that is already bound."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any, get_args

import uvicorn
from fastapi import FastAPI

import hostwire
from api.app import ApiConfig, create_app
from api.errors import NothingToCrawlError
from api.schemas import ExplainedTags
from hostwire.assembly import fetch_limits, make_tagger
from hostwire.errors import AddressInUseError, HostwireError
from hostwire.output import now
from hostwire.pings import ping_runs
from hostwire.settings import Settings, load_settings
from ingest.client import Client
from ingest.errors import IngestError
from ingest.events import resolve_rows
from nlp.annotations import EventType
from store.database import Database
from store.records import SourceInput

if TYPE_CHECKING:
    from nlp.pipeline import Tagger


# h11 bounds the head of a request, which the readers that uvicorn would rather take where they are installed do not.
SERVED: dict[str, Any] = {"http": "h11", "ws": "none", "log_level": "warning"}


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address, before anything slow is done.

    Raises:
        AddressInUseError: the port is taken.
        HostwireError: the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Connections have it from here. Without it the end of an answer waits 40 ms for the client to say that it has the
    # beginning, and asyncio sets it only where it can tell that a socket is one of TCP.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        bound.bind((host, port))
        bound.listen(2048)  # a second program that binds with SO_REUSEADDR is refused only once we listen
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise AddressInUseError(f"port {port} of {host} is in use: choose another with --port") from error
        raise HostwireError(f"cannot listen on {host} port {port}: {error.strerror or error}") from error
    bound.set_inheritable(True)
    return bound


def build_app(settings: Settings, *, runs_on_pings: bool = False) -> FastAPI:
    """The API over the database and tagger of the settings; the tagger is built when it is first asked for.

    With `runs_on_pings`, for settings of the environment alone, a ping of a hub starts a run at once.
    """
    database = Database(settings.effective_database_url, read_within_s=settings.query_timeout)
    config = ApiConfig(
        version=hostwire.__version__,
        base_url=settings.base_url,
        api_key=settings.api_key.get_secret_value() if settings.api_key else None,
        event_types=get_args(EventType),
        sends_mail=settings.sends_mail,
        remembered_bytes=settings.remembered_answers,
    )
    tagger, discovery = LazyTagger(settings), Discovery(settings)
    on_ping = ping_runs(database) if runs_on_pings and settings.hub_callbacks else None
    return create_app(
        config, database, tag=tagger, explain=tagger.explain, discover=discovery, now=now,
        resolve=resolve_rows, on_ping=on_ping,
    )  # fmt: skip


class LazyTagger:
    """Tags posts for `POST /tag`, and for whoever asks why a stored one's tags are there.

    Loading the model takes a second and memory that most servers never need.

    One request at a time: the pipeline is not made for two threads.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tagger: Tagger | None = None
        self._lock = Lock()

    def __call__(self, posts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        from nlp.json_lines import tag_objects

        with self._held() as tagger:
            return list(tag_objects(tagger, posts))

    def explain(self, title: str, text: str, published: datetime | None) -> ExplainedTags:
        """The tags of a post, each with its reason."""
        from hostwire.explained import explained_tags
        from nlp.annotations import PostText

        with self._held() as tagger:
            return explained_tags(tagger.tag(PostText(title, text, published)), tagger.version)

    @contextmanager
    def _held(self) -> Iterator[Tagger]:
        with self._lock:
            if self._tagger is None:
                self._tagger = make_tagger(self._settings)
            yield self._tagger


class Discovery:
    """Finds what to crawl at an address for `POST /sources`, with a client of its own and the crawler's guard."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(self, url: str) -> SourceInput:
        """
        Raises:
            NothingToCrawlError: the address cannot be fetched, or nothing there can be crawled.
        """
        try:
            return asyncio.run(self._search(url))
        except IngestError as error:
            raise NothingToCrawlError(str(error)) from error

    async def _search(self, url: str) -> SourceInput:
        from ingest.finding import discover_source

        async with Client(fetch_limits(self._settings)) as client:
            return await discover_source(client, url)


def app_from_environment() -> FastAPI:
    """For several worker processes, each of which reads the settings by itself."""
    return build_app(load_settings(), runs_on_pings=True)


def uvicorn_config(app: FastAPI) -> uvicorn.Config:
    """How one process serves an application."""
    return uvicorn.Config(app, **SERVED)


def run_server(bound: socket.socket, *, workers: int, settings: Settings | None = None) -> None:
    """Serve until stopped. `settings` are those of the environment unless given (one worker only)."""
    if workers > 1:
        uvicorn.run(
            "hostwire.server:app_from_environment",
            factory=True,
            workers=workers,
            fd=bound.fileno(),
            **SERVED,
        )
        return
    app = app_from_environment() if settings is None else build_app(settings)
    server = uvicorn.Server(uvicorn_config(app))
    with suppress(KeyboardInterrupt):
        server.run(sockets=[bound])
