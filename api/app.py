"""Builds the application: nothing of it exists before it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib.resources import files

from fastapi import Depends, FastAPI
from starlette.staticfiles import StaticFiles

from api.access import require_key
from api.context import ApiConfig, Context, Discover, Explain, OnPing, Tag
from api.description import describe
from api.middleware import (
    AddressLimit,
    BodyLimit,
    Compression,
    CrossOriginReading,
    HeadAsGet,
    HostCheck,
    SecurityHeaders,
)
from api.pages import views
from api.problems import install_problem_handlers
from api.remembering import TURNS, RememberedAnswers
from api.routes import (
    entities,
    feeds,
    health,
    hub,
    posts,
    sources,
    stories,
    subscriptions,
    suggest,
    timeline,
    trends,
    unsubscribe,
)
from api.routes import tag as tagging
from api.versions import Versions
from store.database import Database
from store.records import Resolve

__all__ = ["ApiConfig", "create_app"]

API = "/api/v1"
DESCRIPTION = "The newswire of the web-hosting industry: search, timelines and feeds of any query."


def create_app(
    config: ApiConfig,
    database: Database,
    *,
    tag: Tag,
    explain: Explain,
    discover: Discover,
    now: Callable[[], datetime],
    resolve: Resolve,
    on_ping: OnPing | None = None,
) -> FastAPI:
    """The API over a database. `tag` answers `POST /tag`, `explain` says why a post's tags are there, `discover` finds
    what `POST /sources` is to crawl at an address; `now` is the clock; `resolve` makes events of what was reported
    until an earlier day. `on_ping` is told when a hub has made a source due; without it the next run finds out.

    The database is the caller's to close.
    """
    app = FastAPI(
        title="Hostwire",
        version=config.version,
        description=DESCRIPTION,
        license_info={"name": "MIT", "identifier": "MIT"},
        generate_unique_id_function=lambda route: (
            route.name
        ),  # a handler's name is its route's in clients that are generated
        docs_url=None,  # the page at /docs is ours: it runs no script and asks no other host for anything
        redoc_url=None,
        redirect_slashes=False,  # an address with a slash at its end is another one, at which there is nothing
    )
    app.state.context = Context(config, database, tag, explain, discover, Versions(), now, resolve, on_ping)
    install_problem_handlers(app)

    with_key = [Depends(require_key)]
    for router in (
        posts.router,
        stories.router,
        timeline.router,
        trends.router,
        entities.router,
        sources.router,
        tagging.router,
    ):
        app.include_router(router, prefix=API, dependencies=with_key)
    app.include_router(suggest.router, prefix=API, dependencies=with_key)
    app.include_router(sources.changing, prefix=API)
    app.include_router(subscriptions.router, prefix=API)
    app.include_router(unsubscribe.router)
    app.include_router(feeds.router, dependencies=with_key)
    app.include_router(hub.router)
    app.include_router(health.router)
    app.include_router(health.metrics_router, dependencies=with_key)
    app.include_router(views.documentation_router)
    app.include_router(views.router, dependencies=with_key)
    app.mount("/static", StaticFiles(directory=str(files("api.pages") / "static")), name="static")
    describe(app)

    # The last added is the outermost.
    app.add_middleware(BodyLimit)
    app.add_middleware(AddressLimit)
    if config.remembered_bytes:
        app.add_middleware(
            RememberedAnswers,
            database=database,
            now=now,
            max_bytes=config.remembered_bytes,
            at_once=TURNS[database.dialect],
        )
    app.add_middleware(HostCheck)
    app.add_middleware(Compression)
    app.add_middleware(HeadAsGet)
    app.add_middleware(CrossOriginReading)
    app.add_middleware(SecurityHeaders)
    return app
