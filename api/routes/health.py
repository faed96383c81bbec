"""/healthz and /readyz, for whatever watches the service. They need no key and show nothing of the data."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request, Response

from api.context import Hostwire
from api.problems import problem
from api.schemas import Problem
from store.errors import DatabaseUrlError, SchemaError

router = APIRouter(tags=["health"])


@router.get("/healthz")
def healthz(hostwire: Hostwire) -> Response:
    """The process answers."""
    return Response(orjson.dumps({"status": "ok", "version": hostwire.config.version}), media_type="application/json")


@router.get("/readyz", responses={503: {"model": Problem, "description": "The database cannot be used."}})
def readyz(request: Request, hostwire: Hostwire) -> Response:
    """The database answers and its schema is that of this release."""
    try:
        hostwire.database.check_schema()
    except SchemaError as error:
        return problem(request, 503, str(error))
    except DatabaseUrlError:
        return problem(request, 503, "the database does not answer")
    return Response(orjson.dumps({"status": "ready"}), media_type="application/json")
