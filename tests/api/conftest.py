"""A running service: the real application on a uvicorn at loopback, over a small library of posts and events."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, get_args
from uuid import NAMESPACE_URL, uuid5

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy.orm import Session

from api.app import ApiConfig, create_app
from api.context import Discover, Explain
from api.errors import NothingToCrawlError
from api.schemas import ExplainedTags
from hostwire.server import listen
from ingest.events import resolve_rows
from nlp.annotations import EventType
from store.database import Database
from store.records import EnclosureRecord, EventDate, EventInput, SourceInput, TimexRecord
from store.resolution import mention_rows, replace_events, unsettled_mentions
from tests.store.factories import (
    DOT_XXX,
    EXCHANGE,
    EXCHANGE_2010,
    EXCHANGE_2010_SP1,
    MICROSOFT,
    NOW,
    instant,
    make_analysis,
    make_entry,
    make_event,
    make_source,
    store_post,
)

TODAY = datetime(2010, 7, 1, 12, tzinfo=UTC)
TYPES = get_args(EventType)
Tag = Callable[[Sequence[dict[str, Any]]], list[dict[str, Any]]]


def echo_tag(posts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Stands in for the tagger, which tests/nlp has for itself: says what it was given."""
    return [
        {"id": post.get("id"), "error": None if "text" in post else 'neither "title" nor "text" is there to tag'}
        for post in posts
    ]


def explain_nothing(title: str, text: str, published: datetime | None) -> ExplainedTags:
    """Stands in for a tagger that finds nothing, so that what is answered is the route's own."""
    return ExplainedTags(
        products=[], organizations=[], tlds=[], events=[], mentions=[], timexes=[], event_mentions=[],
        version="7/cafe/none", code_version="7", catalogue_version="cafe", model=None,
    )  # fmt: skip


def find_feed(url: str) -> SourceInput:
    """Stands in for discovery, which tests/ingest has for itself: a site's feed is at /feed."""
    if "nothing" in url:
        raise NothingToCrawlError(f"nothing to crawl at {url}")
    return SourceInput(f"{url.rstrip('/')}/feed", "feed", "Found", site_url=url)


@contextmanager
def running(
    database: Database,
    *,
    tag: Tag = echo_tag,
    explain: Explain = explain_nothing,
    discover: Discover = find_feed,
    now: Callable[[], datetime] = lambda: TODAY,
    **config: Any,
) -> Iterator[httpx.Client]:
    """A client of the application over the database."""
    settings = ApiConfig(version="9.9", event_types=TYPES, **config)
    app = create_app(settings, database, tag=tag, explain=explain, discover=discover, now=now, resolve=resolve_rows)
    with serving(app) as client:
        yield client


@contextmanager
def serving(app: FastAPI, bound: socket.socket | None = None) -> Iterator[httpx.Client]:
    """A client of the application, served on a port of its own, or on one that is bound already."""
    bound = bound or listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{bound.getsockname()[1]}", timeout=30, trust_env=False) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        bound.close()


@dataclass(frozen=True)
class Service:
    client: httpx.Client
    database: Database

    def get(self, path: str, **parameters: Any) -> httpx.Response:
        return self.client.get(path, params=parameters)

    def json(self, path: str, **parameters: Any) -> Any:
        answer = self.get(path, **parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()


def fill(database: Database) -> None:
    """Four posts, newest last, with what the tagger would have found in them, and their events."""
    june = TimexRecord("text", 33, 42, "this June", "DATE", "2010-06", date(2010, 6, 1), date(2010, 7, 1))
    with database.write() as session:
        mail = make_source(session, "http://mail.example/feed", name="Mail & Co")
        names = make_source(session, "http://names.example/feed", name="Names")
        beta = "A beta of SP1 will be offered at this June's TechEd."
        approved = "The board & others approved .xxx on Friday, <b>bold</b> as it was."
        posts = [
            store_post(
                session,
                mail,
                make_entry(
                    "1", title="Exchange notes", text="The bare metal of mail servers.", published=instant("2010-04-01")
                ),
                make_analysis(EXCHANGE, named=(("product", "exchange"),)),
            ),
            store_post(
                session,
                mail,
                make_entry("2", title="A look at SP1", text=beta, author="Ana", published=instant("2010-04-16T08:21")),
                make_analysis(
                    EXCHANGE, EXCHANGE_2010, EXCHANGE_2010_SP1, MICROSOFT,
                    named=(("product", "exchange-2010-sp1"), ("organization", "microsoft")),
                    salient=("exchange-2010-sp1",),
                    timexes=(june,),
                    events=(
                        make_event(
                            beta, ("product", "exchange-2010-sp1"), type="preview", status="planned", field="text",
                            date="2010-06", begin=date(2010, 6, 1), end_date=date(2010, 7, 1),
                        ),
                    ),
                ),
            ),
            store_post(
                session,
                names,
                make_entry(
                    "3", title=".xxx approved", text=approved, html=f"<p>{approved.replace('&', '&amp;')}</p>",
                    published=instant("2010-06-26T21:27"), summary="The board's vote", categories=("Domains",),
                    enclosures=(EnclosureRecord("http://x.example/a.mp3", "audio/mpeg", 123),),
                ),
                make_analysis(
                    DOT_XXX,
                    salient=("xxx",),
                    events=(
                        make_event(
                            approved, ("tld", "xxx"), type="approval", field="text",
                            date="2010-06-25", begin=date(2010, 6, 25), end_date=date(2010, 6, 26),
                        ),
                    ),
                ),
            ),
            store_post(
                session,
                names,
                make_entry("4", title="", text="No title, \x0bno date; Exchange is named.", url=None, published=None),
                make_analysis(EXCHANGE, events=(make_event("", ("product", "exchange"), type="outage"),)),
            ),
        ]  # fmt: skip
        store_events(session, posts)


def event_id(event_type: str, slug: str) -> str:
    """The id of the one event of a type that the library has of a subject."""
    return str(uuid5(NAMESPACE_URL, f"{event_type} {slug}"))


def store_events(session: Session, post_ids: Sequence[int]) -> None:
    """Each event mention of the posts as an event of its own."""
    rows = mention_rows(session, unsettled_mentions(session, post_ids))
    events = [
        EventInput(
            public_id=event_id(row.type, row.subjects[0][1]),
            type=row.type,
            status=row.status,
            title=f"{row.type} of {row.names[0]}",
            date=EventDate(row.date, row.begin, row.end_date, "day" if row.date else None, "text"),
            subjects=row.subjects,
            confidence=row.confidence,
            sources=1,
            first_reported=row.published or row.first_seen,
            mention_ids=(row.id,),
        )
        for row in rows
    ]
    replace_events(session, [row.id for row in rows], events, now=NOW)


@pytest.fixture
def service(database: Database) -> Iterator[Service]:
    """The application over the library, on both databases."""
    fill(database)
    with running(database) as client:
        yield Service(client, database)


@pytest.fixture
def keyed(database: Database) -> Iterator[Service]:
    """The library, with the key, on both databases."""
    fill(database)
    with running(database, api_key="k", sends_mail=True) as client:
        client.headers.update({"X-API-Key": "k"})
        yield Service(client, database)


@pytest.fixture
def on_sqlite(sqlite_url: str) -> Iterator[Service]:
    """The same on SQLite alone, for what has nothing to do with the database."""
    database = Database(sqlite_url)
    fill(database)
    with running(database) as client:
        yield Service(client, database)
    database.close()
