"""The API's description for programs (OpenAPI 3.1), as it is really answered: keys, headers, errors, links, examples.

The routes say what they take and answer; what holds for all of them is said here once, by status and by kind of answer,
so that a new route is described whole without a line of its own but its examples (api/examples.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI

from api.access import CHALLENGES
from api.context import Context
from api.examples import BODIES, PARAMETERS, Several, answers
from api.problems import PROBLEM_JSON

Object = dict[str, Any]

KEYS: dict[str, Object] = {
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The operator's key."},
    "token": {"type": "http", "scheme": "bearer", "description": "The operator's key as a token."},
    "password": {
        "type": "http",
        "scheme": "basic",
        "description": "The operator's key as any user's password, for feed readers and browsers; it only reads.",
    },
}
OPEN = ("/healthz", "/readyz")  # what never asks for a key
WRITING = ("post", "put", "patch", "delete")
STORES_NOTHING = ("/api/v1/tag",)
ALWAYS_WITH_KEY = "/api/v1/subscriptions"  # where others' addresses are shown
# In the order in which they are shown. A tag of a route that is not listed here fails a test.
TAGS = {
    "posts": "Posts: search, and single ones with all that is known of them.",
    "suggestions": "What a search box offers while somebody types.",
    "stories": "News, each with all posts that report it.",
    "trends": "How often something is talked about, and what is talked about more or less than before.",
    "timeline": "What happened and what will, each date with the sentence that states it.",
    "products": "Products that posts name: families, versions and updates.",
    "organizations": "Organizations that posts name.",
    "tlds": "Top-level domains that posts talk about.",
    "sources": "What is crawled and how that goes. Changing it takes the operator's key.",
    "subscriptions": "Saved queries and where they push what is new. All of it takes the operator's key.",
    "tag": "The tagger on a post that is sent.",
    "feeds": "Any query as a feed, a calendar, a table or a list of sources.",
    "health": "For whatever watches the service.",
}

_TEXT = {"type": "string"}
HEADERS: dict[str, Object] = {
    "ETag": {
        "description": "The version of the answer, to be sent back as If-None-Match.",
        "required": True,
        "schema": {"type": "string", "pattern": '^(W/)?"[!#-~]*"$'},
        "example": PARAMETERS["If-None-Match"],
    },
    "Cache-Control": {
        "description": "Whether caches that several share may keep it, and for how long without asking again.",
        "required": True,
        "schema": _TEXT,
        "example": "public, no-cache",
    },
    "Last-Modified": {
        "description": "Since when the answer has been as it is, to be sent back as If-Modified-Since.",
        "required": True,
        "schema": _TEXT,
        "example": PARAMETERS["If-Modified-Since"],
    },
    "Link": {
        "description": "Where the list goes on (RFC 8288); absent at its end.",
        "schema": _TEXT,
        "example": "<https://hostwire.example/api/v1/posts?limit=20&cursor=" + PARAMETERS["cursor"] + '>; rel="next"',
    },
    "Location": {
        "description": "The address of what was made.",
        "required": True,
        "schema": {"type": "string", "format": "uri"},
        "example": "https://hostwire.example/api/v1/sources/" + PARAMETERS["source_id"],
    },
    "Allow": {
        "description": "The methods that the address answers.",
        "required": True,
        "schema": _TEXT,
        "example": "GET, HEAD",
    },
    "Retry-After": {
        "description": "Seconds after which to try again.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 60,
    },
    "WWW-Authenticate": {
        "description": "How the key may be sent.",
        "required": True,
        "schema": _TEXT,
        "example": CHALLENGES,
    },
}
HEADERS_OF_STATUS = {
    "201": ("Location",),
    "401": ("WWW-Authenticate",),
    "405": ("Allow",),
    "429": ("Retry-After",),
    "503": ("Retry-After",),
}
VALIDATORS = ("ETag", "Cache-Control")
CONDITIONS = {
    "If-None-Match": "entity tags of answers that the client has: 304 where one of them is still right",
    "If-Modified-Since": "the Last-Modified of the answer that the client has: 304 where that is still right",
}
# What a problem says where the description of its status is too general to be an example.
DETAILS = {
    "400": "the body cannot be read as JSON in UTF-8",
    "401": "a key is needed here: send it as X-API-Key or as a Bearer token",
    "403": "nothing can be changed over HTTP until the operator has set HOSTWIRE_API_KEY",
    "405": "PUT is not answered here",
    "409": "{path} has it already",
    "413": "the body is too long: at most 4,000,000 bytes are read",
    "503": "the database is not ready; try again later",
}
_UNKNOWN = {"parameter": "colour", "detail": "there is no such parameter", "takes": "nothing: leave it out"}
_LIMIT = {
    "parameter": "limit",
    "detail": "0 is not a whole number from 1 to 200",
    "takes": "a whole number from 1 to 200",
}

# Where an answer's values may be used: route → (the parameter, where its value stands, the routes that take it).
_ONE_SOURCE = ("show_source", "change_source", "remove_source")
LINKS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "list_posts": ("post_id", "/items/0/id", ("show_post",)),
    "show_stories": ("post_id", "/items/0/earliest", ("show_post",)),
    "show_timeline": ("post_id", "/items/0/evidence/0/post", ("show_post",)),
    "list_products": ("slug", "/items/0/slug", ("show_product",)),
    "list_organizations": ("slug", "/items/0/slug", ("show_organization",)),
    "list_tlds": ("slug", "/items/0/slug", ("show_tld",)),
    "add_source": ("source_id", "/id", _ONE_SOURCE),
    "add_subscription": (
        "subscription_id",
        "/id",
        ("show_subscription", "change_subscription", "remove_subscription", "test_subscription", "show_deliveries"),
    ),
}


def describe(app: FastAPI) -> None:
    """Let the application's description be its routes' and this module's, made once, when it is first asked for."""
    of_routes = app.openapi

    def described() -> Object:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(of_routes(), app.state.context)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # the way FastAPI documents to extend it


def _completed(found: Object, context: Context) -> Object:
    components = found.setdefault("components", {})
    components["securitySchemes"] = KEYS
    components["headers"] = HEADERS
    found["servers"] = [{"url": context.config.base_url or "/", "description": "This service."}]
    found["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    _name_event_types(found, context.config.event_types)
    _close(found)
    shown = answers()
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            _say_what_it_is(operation, components["schemas"])
            _explain_errors(operation)
            _ask_for_keys(path, method, operation, is_locked=context.config.api_key is not None)
            _add_conditions(path, operation)
            _add_headers(path, operation, components["schemas"])
            _add_links(operation)
            _add_examples(path, operation, shown.get(operation["operationId"], {}), components["schemas"])
    return found


def _say_what_it_is(operation: Object, schemas: Object) -> None:
    """Its first sentences for a title; of an answer what its model says, where the route does not say more."""
    operation["summary"] = operation["description"].partition("\n\n")[0]
    for response in operation["responses"].values():
        if response["description"] == "Successful Response":
            model = schemas.get(_model_of(response), {})
            response["description"] = model.get("description", "What was asked for.").partition("\n\n")[0]


def _explain_errors(operation: Object) -> None:
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if status >= "400" and "application/json" in content:
            response["content"] = {PROBLEM_JSON: content["application/json"]}
        elif status in {"204", "304"}:
            response.pop("content", None)


def _ask_for_keys(path: str, method: str, operation: Object, *, is_locked: bool) -> None:
    """What is written always takes a key; what is read takes one where the operator has set it, and a password does."""
    if path in OPEN:
        operation["security"] = []
    elif (method in WRITING and path not in STORES_NOTHING) or path.startswith(ALWAYS_WITH_KEY):
        operation["security"] = [{"key": []}, {"token": []}]
    else:
        operation["security"] = [{"key": []}, {"token": []}, {"password": []}, *([] if is_locked else [{}])]


def _add_conditions(path: str, operation: Object) -> None:
    if "304" not in operation["responses"]:
        return
    operation.setdefault("parameters", []).extend(
        {"name": name, "in": "header", "required": False, "description": meaning, "schema": dict(_TEXT)}
        for name, meaning in CONDITIONS.items()
        if name == "If-None-Match" or _is_dated(path)
    )


def _is_dated(path: str) -> bool:
    return path.startswith("/feeds/")


def _add_headers(path: str, operation: Object, schemas: Object) -> None:
    is_conditional = "304" in operation["responses"]
    for status, response in operation["responses"].items():
        names = HEADERS_OF_STATUS.get(status, ())
        if is_conditional and status in {"200", "304"}:
            names = (*names, *VALIDATORS, *(("Last-Modified",) if _is_dated(path) else ()))
        if status == "200" and (_is_dated(path) or _is_list(response, schemas)):
            names = (*names, "Link")
        if names:
            ours = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
            response["headers"] = ours | response.get("headers", {})


def _is_list(response: Object, schemas: Object) -> bool:
    return "next" in schemas.get(_model_of(response), {}).get("properties", {})


def _model_of(response: Object) -> str:
    """The name of the one model that the answer is of, empty where there is none or several."""
    reference: str = response.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
    return reference.rpartition("/")[2]


def _add_links(operation: Object) -> None:
    if (link := LINKS.get(operation["operationId"])) is None:
        return
    parameter, place, targets = link
    (response,) = (found for status, found in operation["responses"].items() if status in {"200", "201"})
    response["links"] = {
        target: {"operationId": target, "parameters": {f"path.{parameter}": f"$response.body#{place}"}}
        for target in targets
    }


# -- how tight it is -----------------------------------------------------------------------------------------------


def _name_event_types(found: Object, event_types: tuple[str, ...]) -> None:
    """The types of events that there are, which the application is told when it is built.

    A parameter takes them with blanks around, and a form sends one that was left empty.
    """
    for part in _parts(found["components"]["schemas"]):
        if part.pop("x-event-type", False) and event_types:
            part["enum"] = list(event_types)
    for part in _parts(found["paths"]):
        if part.pop("x-event-type", False) and event_types:
            part["pattern"] = rf"^\s*({'|'.join(event_types)})?\s*$"


def _parts(whole: Any) -> Iterator[Object]:
    """Every object in a description."""
    if isinstance(whole, dict):
        yield whole
    for part in whole.values() if isinstance(whole, dict) else whole if isinstance(whole, list) else ():
        yield from _parts(part)


def _close(found: Object) -> None:
    """An answer has no member that is not described. What is sent says for itself what else it may hold."""
    schemas = found["components"]["schemas"]
    waiting: list[Any] = [
        response
        for methods in found["paths"].values()
        for one in methods.values()
        for response in one["responses"].values()
    ]
    closed: set[str] = set()
    while waiting:
        for part in _parts(waiting.pop()):
            name = str(part.get("$ref", "")).rpartition("/")[2]
            if name in schemas and name not in closed:
                closed.add(name)
                waiting.append(schemas[name])
                if "properties" in schemas[name]:
                    schemas[name].setdefault("additionalProperties", False)


# -- examples ------------------------------------------------------------------------------------------------------


def _add_examples(path: str, operation: Object, shown: dict[str, Any], schemas: Object) -> None:
    """Gives an example to whatever has none of its own; an answer's may also stand at its model."""
    name = operation["operationId"]
    for parameter in operation.get("parameters", ()):
        known = PARAMETERS.get(f"{name} {parameter['name']}", PARAMETERS.get(parameter["name"]))
        if known is not None:
            is_list = parameter["schema"].get("type") == "array"
            _give(parameter, [known] if is_list and not isinstance(known, list) else known)
    for content in operation.get("requestBody", {}).get("content", {}).values():
        _give(content, BODIES.get(name))
    for status, response in operation["responses"].items():
        for media_type, content in response.get("content", {}).items():
            if media_type == PROBLEM_JSON:
                _give(content, _problem(status, path, operation, response["description"]))
            else:
                _give(content, shown.get(media_type, schemas.get(_model_of(response), {}).get("example")))


def _give(place: Object, example: Any) -> None:
    if example is None or "example" in place or "examples" in place:
        return
    if isinstance(example, Several):
        place["examples"] = {
            summary.replace(" ", "-"): {"summary": summary, "value": value} for summary, value in example.values.items()
        }
    else:
        place["example"] = example


def _problem(status: str, path: str, operation: Object, description: str) -> Object:
    """An error as the route would answer it."""
    names = {parameter["name"]: parameter.get("example") for parameter in operation.get("parameters", ())}
    instance = path.format(**{name: names.get(name) for name in names if f"{{{name}}}" in path})
    detail = DETAILS.get(status, description).format(path=instance)
    problem: Object = {
        "type": "about:blank",
        "title": HTTPStatus(int(status)).phrase,
        "status": int(status),
        "detail": detail,
        "instance": instance,
    }
    if status == "422":
        wrong = _LIMIT if "limit" in names else _UNKNOWN
        problem |= {"detail": f"{wrong['parameter']}: {wrong['detail']}", "errors": [wrong]}
    return problem
