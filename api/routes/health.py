"""/healthz, /readyz and /metrics, for whatever watches the service. The first two need no key and show no data."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request, Response

from api.answers import PROBLEMS
from api.context import Hostwire
from api.metrics import MEDIA_TYPE, render_metrics
from api.parameters import Nothing
from api.problems import problem
from api.schemas import Health, Problem
from store.errors import DatabaseUrlError, SchemaError
from store.posts import counts
from store.sources import list_sources

router = APIRouter(tags=["health"], responses={405: PROBLEMS[405]})
metrics_router = APIRouter(tags=["health"], responses=PROBLEMS)


@router.get("/healthz", response_model=Health)
def healthz(hostwire: Hostwire) -> Response:
    """The process answers."""
    return Response(orjson.dumps({"status": "ok", "version": hostwire.config.version}), media_type="application/json")


@router.get(
    "/readyz",
    response_model=Health,
    responses={503: {"model": Problem, "description": "The database cannot be used."}},
)
def readyz(request: Request, hostwire: Hostwire) -> Response:
    """The database answers and its schema is that of this release."""
    try:
        hostwire.database.check_schema()
    except SchemaError as error:
        return problem(request, 503, str(error))
    except DatabaseUrlError:
        return problem(request, 503, "the database does not answer")
    return Response(orjson.dumps({"status": "ready"}), media_type="application/json")


@metrics_router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(hostwire: Hostwire, _: Nothing) -> Response:
    """What the store holds and how crawling goes, for Prometheus."""
    with hostwire.database.read() as session:
        text = render_metrics(counts(session), list_sources(session), hostwire.config.version)
    return Response(text, media_type=MEDIA_TYPE)
