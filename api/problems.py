"""Errors as RFC 9457 problem+json, in one shape for every route; as a page where a browser asked for a page."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.access import CHALLENGES
from api.errors import ApiError, ParameterError, UnauthorizedError
from api.pages.render import render_page
from store.errors import CursorError, DatabaseUrlError, QuerySyntaxError, SchemaError

PROBLEM_JSON = "application/problem+json"


def problem(
    request: Request,
    status: int,
    detail: str,
    *,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer to a request that failed: `errors` name each parameter that was wrong and what it takes."""
    title = HTTPStatus(status).phrase
    if _wants_page(request):
        page = render_page(request, "problem.html", title=title, status=status, detail=detail, errors=errors or [])
        return Response(page, status, headers, "text/html; charset=utf-8")
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
    }
    if errors:
        body["errors"] = errors
    return Response(orjson.dumps(body), status, headers, PROBLEM_JSON)


def _wants_page(request: Request) -> bool:
    is_page = not request.url.path.startswith(("/api/", "/feeds/", "/healthz", "/readyz", "/openapi.json"))
    return is_page and "text/html" in request.headers.get("accept", "")


def install_problem_handlers(app: FastAPI) -> None:
    """Let every error that a handler raises, and every one of the framework's, be answered in the one shape."""

    @app.exception_handler(ApiError)
    def _api_error(request: Request, error: ApiError) -> Response:
        errors = None
        if isinstance(error, ParameterError):
            errors = [{"parameter": error.parameter, "detail": error.detail, "takes": error.takes}]
        headers = {"WWW-Authenticate": CHALLENGES} if isinstance(error, UnauthorizedError) else None
        return problem(request, error.status, error.detail, errors=errors, headers=headers)

    @app.exception_handler(QuerySyntaxError)
    def _query_syntax(request: Request, error: QuerySyntaxError) -> Response:
        wrong = {"parameter": "q", "detail": str(error), "takes": error.expected}
        return problem(request, 422, f"q: {error}", errors=[wrong])

    @app.exception_handler(CursorError)
    def _cursor(request: Request, error: CursorError) -> Response:
        wrong = {"parameter": "cursor", "detail": str(error), "takes": "the cursor of a list's `next`"}
        return problem(request, 422, f"cursor: {error}", errors=[wrong])

    @app.exception_handler(RequestValidationError)
    def _validation(request: Request, error: RequestValidationError) -> Response:
        errors = [_described(item) for item in error.errors()]
        return problem(request, 422, "; ".join(f"{e['parameter']}: {e['detail']}" for e in errors), errors=errors)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        detail = error.detail
        if error.status_code == 404:
            detail = f"there is nothing at {request.url.path}; /docs lists what there is"
        if error.status_code == 405:
            detail = f"{request.method} is not answered here"
        return problem(request, error.status_code, detail, headers=error.headers)

    @app.exception_handler(DatabaseUrlError)
    @app.exception_handler(SchemaError)
    def _database(request: Request, _error: Exception) -> Response:
        # The text names the database's address, which is the operator's affair: /readyz and the log have it.
        return problem(request, 503, "the database is not ready; try again later", headers={"Retry-After": "60"})

    @app.exception_handler(Exception)
    def _unforeseen(request: Request, _error: Exception) -> Response:
        # The server logs the trace; the answer gives nothing of it away.
        return problem(request, 500, "something went wrong here; the server's log says what")


def _described(item: Any) -> dict[str, str]:
    """One of pydantic's errors in our words: the parameter, what is wrong with it, what it takes."""
    where, *path = (str(part) for part in item["loc"])
    name = path[0] if path and where != "body" else where
    context = item.get("ctx") or {}
    if item["type"] == "extra_forbidden":
        return {"parameter": name, "detail": "there is no such parameter", "takes": "nothing: leave it out"}
    if item["type"] == "json_invalid":
        return {"parameter": "body", "detail": f"not JSON: {context.get('error', '')}", "takes": "JSON"}
    message = item["msg"].removeprefix("Value error, ")
    takes = str(context.get("takes") or context.get("expected") or _range(context) or message)
    return {"parameter": name, "detail": message, "takes": takes}


def _range(context: Mapping[str, Any]) -> str | None:
    if "le" in context or "ge" in context:
        return f"a number from {context.get('ge', 1)} to {context.get('le', 200)}"
    return None
