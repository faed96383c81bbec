"""Models and pages of lists as answers: JSON with validators, Link headers for lists (RFC 8288)."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel

from api.caching import conditional
from api.links import feed_urls, own_url
from api.schemas import Problem
from api.syndication import FORMATS
from api.syndication.formats import Contents

JSON = "application/json"
MAX_ALTERNATES = 4_000  # bytes of queries that a header may repeat: proxies take a header of 8 KB

Responses = dict[int | str, dict[str, Any]]


def _problems(**described: str) -> Responses:
    return {int(status[1:]): {"model": Problem, "description": text} for status, text in described.items()}


# What the documentation of a route says of its errors; api/description.py gives them their media type.
PROBLEMS = _problems(
    _400="The Host is none.",
    _401="The operator has set a key, and the request has none or another.",
    _405="The address does not answer this method; `Allow` says which it does.",
    _414="The address is too long.",
    _422="A parameter cannot be used; `errors` say which and what it takes. Or what is asked takes too long to read.",
    _503="The database is not ready.",
)
NOT_FOUND = _problems(_404="There is none with this name.")
WITH_BODY = _problems(_400="The body is no text in UTF-8, or the Host is none.", _413="The body is too long.")
WRITES = _problems(_401="The request has no key or another.", _403="The operator has set no key: nothing is changed.")
NOT_MODIFIED: Responses = {304: {"description": "Nothing changed since the answer that the validators are of."}}


def answer(
    request: Request, model: BaseModel, *, following: str | None = None, feeds: Contents | None = None
) -> Response:
    """The model as JSON. `following` is the address of a list's next page; `feeds`: of what there are feeds of it."""
    links = [f'<{following}>; rel="next"'] if following else []
    if "cursor" in request.query_params:
        links.append(f'<{own_url(request)}>; rel="first"')
    others = _alternates(request, feeds) if feeds else []
    if len(request.url.query) * len(others) <= MAX_ALTERNATES:
        links += others
    headers = {"Link": ", ".join(links)} if links else None
    return conditional(request, model.model_dump_json().encode(), JSON, headers=headers)


def _alternates(request: Request, feeds: Contents) -> list[str]:
    """Links to the feeds of the same query."""
    forms = [form for form in FORMATS if feeds in form.holds and not form.of_sources]
    urls = feed_urls(request, [f"/feeds/{feeds}.{form.suffix}" for form in forms])
    return [
        f'<{url}>; rel="alternate"; type="{form.media_type.partition(";")[0]}"'
        for form, url in zip(forms, urls, strict=True)
    ]


def next_page(request: Request, cursor: str | None) -> str | None:
    """The address at which a list goes on."""
    return None if cursor is None else own_url(request, cursor=cursor)
