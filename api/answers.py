"""Models and pages of lists as answers: JSON with validators, Link headers for lists (RFC 8288)."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel

from api.caching import conditional
from api.links import own_url
from api.schemas import Problem

JSON = "application/json"

# What the documentation of every route that reads says of its errors.
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": description, "content": {"application/problem+json": {}}}
    for status, description in (
        (401, "The operator has set a key, and the request has none or another."),
        (422, "A parameter cannot be used; `errors` say which and what it takes."),
        (503, "The database is not ready."),
    )
}
NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "There is none with this id."}}


def answer(request: Request, model: BaseModel, *, following: str | None = None) -> Response:
    """The model as JSON; `following` is the address of a list's next page."""
    headers = {"Link": f'<{following}>; rel="next"'} if following else None
    return conditional(request, model.model_dump_json().encode(), JSON, headers=headers)


def next_page(request: Request, cursor: str | None) -> str | None:
    """The address at which a list goes on."""
    return None if cursor is None else own_url(request, cursor=cursor)
