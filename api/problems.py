"""Errors as RFC 9457 problem+json, in one shape for every route; as a page where a browser asked for a page."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from api.access import CHALLENGES
from api.cross_origin import FOR_OTHERS, READING, is_read_by_others
from api.errors import ApiError, ParameterError, UnauthorizedError
from api.pages.render import render_page
from store.errors import (
    CursorError,
    DatabaseUrlError,
    QuerySyntaxError,
    QueryTooCostlyError,
    SchemaError,
    SpanError,
)
from store.text import storable

PROBLEM_JSON = "application/problem+json"
NO_PAGES = ("/api/", "/feeds/", "/hub/", "/healthz", "/readyz", "/metrics", "/openapi.json")


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
    detail = _one_line(detail)
    errors = [{name: _one_line(text) for name, text in error.items()} for error in errors or ()]
    may_be_page = not request.url.path.startswith(NO_PAGES)
    headers = {**(headers or {}), **({"Vary": "Accept"} if may_be_page else {})}
    if may_be_page and "text/html" in request.headers.get("accept", ""):
        page = render_page(request, "problem.html", title=title, status=status, detail=detail, errors=errors)
        return Response(page, status, headers, "text/html; charset=utf-8")
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": storable(request.url.path),
    }
    if errors:
        body["errors"] = errors
    return Response(orjson.dumps(body), status, headers, PROBLEM_JSON)


def _one_line(text: str) -> str:
    """What a client sent may stand in it: no line ends, and nothing that UTF-8 cannot hold."""
    return " ".join(storable(text).split())


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

    @app.exception_handler(SpanError)
    def _span(request: Request, error: SpanError) -> Response:
        wrong = {"parameter": error.parameter, "detail": str(error), "takes": error.takes}
        return problem(request, 422, str(error), errors=[wrong])

    @app.exception_handler(QueryTooCostlyError)
    def _too_costly(request: Request, error: QueryTooCostlyError) -> Response:
        # It is for the client to ask for less: 503 would have it ask the same again.
        return problem(request, 422, str(error))

    @app.exception_handler(RequestValidationError)
    def _validation(request: Request, error: RequestValidationError) -> Response:
        errors = [described(item) for item in error.errors()]
        return problem(request, 422, "; ".join(f"{e['parameter']}: {e['detail']}" for e in errors), errors=errors)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        detail, headers = error.detail, error.headers
        if error.status_code == 404:
            detail = f"there is nothing at {request.url.path}; /docs lists what there is"
        if error.status_code == 400:
            detail = "the body cannot be read as JSON in UTF-8"
        if error.status_code == 405:
            detail = f"{request.method} is not answered here"
            headers = {"Allow": _allowed(app, request.url.path, (error.headers or {}).get("Allow", "GET"))}
        return problem(request, error.status_code, detail, headers=headers)

    @app.exception_handler(DatabaseUrlError)
    @app.exception_handler(SchemaError)
    def _database(request: Request, _error: Exception) -> Response:
        # The text names the database's address, which is the operator's affair: /readyz and the log have it.
        return problem(request, 503, "the database is not ready; try again later", headers={"Retry-After": "60"})

    @app.exception_handler(Exception)
    def _unforeseen(request: Request, _error: Exception) -> Response:
        # The server logs the trace; the answer gives nothing of it away.
        is_read = request.method in READING and is_read_by_others(request.url.path)
        headers = FOR_OTHERS if is_read else None  # this is answered outside of all that adds headers
        return problem(request, 500, "something went wrong here; the server's log says what", headers=headers)


def _allowed(app: FastAPI, path: str, of_page: str) -> str:
    """The methods that are answered at a path: those described there, else `of_page`. HEAD is wherever GET is."""
    there = [
        methods for template, methods in app.openapi()["paths"].items() if compile_path(template)[0].fullmatch(path)
    ]
    methods = {method.upper() for found in there for method in found} or {of_page}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def described(item: Any, *, of: str | None = None) -> dict[str, str]:
    """One of pydantic's errors in our words: the parameter, what is wrong with it, what it takes.

    `of` is what part of a request its place is in, where the place does not begin with it.
    """
    where, *path = (str(part) for part in ([of, *item["loc"]] if of else item["loc"]))
    name = path[0] if path and where != "body" else ".".join(path) or where
    kind, context, given = item["type"], item.get("ctx") or {}, repr(item.get("input"))
    given = given if len(given) <= 80 else f"{given[:79]}…"
    if kind == "json_invalid":
        return {
            "parameter": "body",
            "detail": f"it is no JSON: what stands at character {path[-1] if path else '?'} cannot be read",
            "takes": "JSON",
        }
    known: dict[str, tuple[str, str]] = {
        "extra_forbidden": ("there is no such parameter", "nothing: leave it out"),
        "missing": ("it is missing", "a value"),
        "literal_error": (f"{given} is none of {context.get('expected')}", str(context.get("expected"))),
        "string_type": (f"{given} is no text", "text"),
        "string_unicode": ("it holds half a character (a lone surrogate)", "text"),
        "string_too_short": ("it is empty", "text of at least one character"),
        "string_too_long": (
            f"it is longer than {context.get('max_length')} characters",
            f"at most {context.get('max_length')} characters",
        ),
        "list_type": (f"{given} is no list", "a list"),
        "too_long": (f"more than {context.get('max_length')} are given", f"at most {context.get('max_length')}"),
        "bool_type": (f"{given} is neither true nor false", "true or false"),
        "model_attributes_type": ("it is no JSON object, or was not sent as application/json", "a JSON object"),
        "dict_type": ("it is no JSON object", "a JSON object"),
    }
    detail, takes = known.get(kind, (f"{given} cannot be used", "another value"))
    if "takes" in context:
        detail, takes = str(item["msg"]), str(context["takes"])
    return {"parameter": name, "detail": detail, "takes": takes}
