"""The API's description, as FastAPI writes it for programs, made ready to be read: one entry a route."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a route takes: `place` is path, query or body."""

    name: str
    place: str
    kind: str
    meaning: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class RouteShown:
    """A route: `example` is an address to follow or a command line to run, `responses` what each status means."""

    method: str
    path: str
    group: str
    summary: str
    more: str
    parameters: tuple[Parameter, ...]
    responses: tuple[tuple[str, str], ...]
    example_url: str | None
    example_command: str | None

    @property
    def anchor(self) -> str:
        return f"{self.method}-{self.path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}".lower()


# What a reader may try at once; all of it answers on any database.
EXAMPLES = {
    "/api/v1/posts": "/api/v1/posts?q=exchange+-beta&sort=relevance&limit=5",
    "/api/v1/stories": "/api/v1/stories?q=acquisition&limit=5",
    "/api/v1/timeline": "/api/v1/timeline?type=end_of_support&from=2026-01&limit=5",
    "/api/v1/products": "/api/v1/products?q=exchange&sort=recent",
    "/api/v1/organizations": "/api/v1/organizations?limit=5",
    "/api/v1/tlds": "/api/v1/tlds?limit=5",
    "/api/v1/sources": "/api/v1/sources",
    "/feeds/posts.{suffix}": "/feeds/posts.atom?q=type:release",
    "/feeds/posts.csv": "/feeds/posts.csv?q=type:pricing&limit=1000",
    "/feeds/posts.jsonl": "/feeds/posts.jsonl?q=type:pricing&limit=1000",
    "/feeds/timeline.{suffix}": "/feeds/timeline.ics?status=planned",
    "/feeds/timeline.csv": "/feeds/timeline.csv?status=planned&limit=1000",
    "/feeds/timeline.jsonl": "/feeds/timeline.jsonl?status=planned&limit=1000",
    "/feeds/chosen.opml": "/feeds/chosen.opml?feed=posts.atom%3Fq%3Dexchange&feed=timeline.ics%3Fstatus%3Dplanned",
    "/healthz": "/healthz",
    "/readyz": "/readyz",
    "/metrics": "/metrics",
}


def documented_routes(description: dict[str, Any]) -> list[RouteShown]:
    """The routes of an OpenAPI description in its order."""
    schemas = description.get("components", {}).get("schemas", {})
    return [
        _route(path, method, operation, schemas)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


def _route(path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any]) -> RouteShown:
    summary, _, more = operation.get("description", "").partition("\n\n")
    is_read = method == "get"
    body, example = _body(operation, schemas)
    command = None
    if not is_read:
        command = f"curl -X {method.upper()} $HOSTWIRE{path}" + (
            ' -H "X-API-Key: $KEY"' if _needs_key(operation) else ""
        )
        if body:
            command += f" \\\n  -H 'Content-Type: application/json' -d '{json.dumps(example)}'"
    return RouteShown(
        method=method.upper(),
        path=path,
        group=(operation.get("tags") or ["other"])[0],
        summary=summary,
        more=more,
        parameters=(*(_parameter(found, schemas) for found in operation.get("parameters", ())), *body),
        responses=tuple((status, found["description"]) for status, found in operation["responses"].items()),
        example_url=EXAMPLES.get(path) if is_read else None,
        example_command=command,
    )


def _needs_key(operation: dict[str, Any]) -> bool:
    return {} not in operation.get("security", [{}])


def _parameter(found: dict[str, Any], schemas: dict[str, Any]) -> Parameter:
    meaning = found.get("description", "")
    return Parameter(found["name"], found["in"], _kind(found["schema"], schemas), meaning, found.get("required", False))


def _body(operation: dict[str, Any], schemas: dict[str, Any]) -> tuple[tuple[Parameter, ...], Any]:
    """The members of the body's object, and an example of it."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return (), None
    schema = _resolved(content["schema"], schemas)
    examples = schema.get("examples") or [content.get("example", {})]
    one = schema.get("oneOf", [schema])[0]
    required = one.get("required", ())
    members = tuple(
        Parameter(name, "body", _kind(member, schemas), member.get("description", ""), name in required)
        for name, member in one.get("properties", {}).items()
    )
    return members, examples[0]


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return {**schemas.get(name, {}), **{key: value for key, value in schema.items() if key != "$ref"}}


def _kind(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    """What a value is, in words."""
    schema = _resolved(schema, schemas)
    if "enum" in schema:
        return " or ".join(str(value) for value in schema["enum"])
    if options := schema.get("anyOf"):
        kinds = [_kind(option, schemas) for option in options if option.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if schema.get("type") == "array":
        return f"{_kind(schema.get('items', {}), schemas)}, may be given several times"
    if "minimum" in schema and "maximum" in schema:
        return f"{schema['minimum']} to {schema['maximum']}"
    kind = schema.get("type", "anything")
    kinds = [kind] if isinstance(kind, str) else [one for one in kind if one != "null"]
    words = {"string": "text", "integer": "a number", "number": "a number", "boolean": "true or false"}
    return " or ".join(words.get(one, one) for one in kinds)
