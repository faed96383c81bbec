"""The API's description, as FastAPI writes it for programs, made ready to be read: one entry a route."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from api.examples import QUERIES


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a route takes: `place` is path, query, header or body."""

    name: str
    place: str
    kind: str
    meaning: str
    is_required: bool
    example: str = ""


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """An example of an answer: its status, its media type, what it shows where there are several, and its text."""

    status: str
    media_type: str
    summary: str
    text: str


@dataclass(frozen=True, slots=True)
class RouteShown:
    """A route: its example is an address to follow or a command line to run, `responses` what each status means.

    The address leads somewhere on any database only where it `is_anywhere`: others name something of the example's.
    """

    method: str
    path: str
    group: str
    summary: str
    more: str
    parameters: tuple[Parameter, ...]
    responses: tuple[tuple[str, str], ...]
    example_url: str | None
    is_anywhere: bool
    example_command: str | None
    answers: tuple[AnswerShown, ...]

    @property
    def anchor(self) -> str:
        return f"{self.method}-{self.path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}".lower()


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
    is_open = method == "get" and _opens_in_a_browser(operation)
    body, example = _body(operation, schemas)
    command = None
    if not is_open:
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
        example_url=_example_url(path, operation) if is_open else None,
        is_anywhere=all("enum" in found["schema"] for found in _in_path(operation)),
        example_command=command,
        answers=tuple(_answers(operation)),
    )


def _example_url(path: str, operation: dict[str, Any]) -> str:
    """An address to try: examples in its path, and the query set down for it, else what it cannot do without."""
    filled = path
    for parameter in _in_path(operation):
        filled = filled.replace(f"{{{parameter['name']}}}", quote(str(parameter.get("example", ""))))
    needed = [
        (found["name"], found.get("example", ""))
        for found in operation.get("parameters", ())
        if found["in"] == "query" and found.get("required")
    ]
    query = QUERIES.get(operation["operationId"]) or urlencode(needed, doseq=True)
    return f"{filled}?{query}" if query else filled


def _in_path(operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [found for found in operation.get("parameters", ()) if found["in"] == "path"]


def _answers(operation: dict[str, Any]) -> Iterator[AnswerShown]:
    """What the route answers when all goes well, and of its errors the one that says most."""
    for status, response in operation["responses"].items():
        if status < "300" or status == "422":
            for media_type, content in response.get("content", {}).items():
                for summary, example in _examples(content):
                    text = example if isinstance(example, str) else json.dumps(example, indent=2, ensure_ascii=False)
                    yield AnswerShown(status, media_type, summary, text)


def _examples(content: dict[str, Any]) -> list[tuple[str, Any]]:
    """The examples given at a place, each with what it shows where there are several."""
    if "example" in content:
        return [("", content["example"])]
    return [(shown.get("summary", ""), shown["value"]) for shown in content.get("examples", {}).values()]


def _needs_key(operation: dict[str, Any]) -> bool:
    return {} not in operation.get("security", [{}])


def _opens_in_a_browser(operation: dict[str, Any]) -> bool:
    """Whether it is answered without a key, or with one as a password, which is how a browser can send it."""
    return any(not taken or "password" in taken for taken in operation.get("security", [{}]))


def _parameter(found: dict[str, Any], schemas: dict[str, Any]) -> Parameter:
    example = found.get("example", "")
    return Parameter(
        name=found["name"],
        place=found["in"],
        kind=_kind(found["schema"], schemas),
        meaning=found.get("description", ""),
        is_required=found.get("required", False),
        example=", ".join(map(str, example)) if isinstance(example, list) else str(example),
    )


def _body(operation: dict[str, Any], schemas: dict[str, Any]) -> tuple[tuple[Parameter, ...], Any]:
    """The members of the body's object with their values in an example of it, and that example."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return (), None
    schema = _resolved(content["schema"], schemas)
    example: Any = next((shown for _, shown in _examples(content)), {})
    one = schema.get("oneOf", [schema])[0]
    required = one.get("required", ())
    members = tuple(
        Parameter(
            name=name,
            place="body",
            kind=_kind(member, schemas),
            meaning=member.get("description", ""),
            is_required=name in required,
            example=json.dumps(example[name], ensure_ascii=False) if name in example else "",
        )
        for name, member in one.get("properties", {}).items()
    )
    return members, example


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
