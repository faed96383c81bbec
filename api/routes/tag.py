"""POST /tag: what the tagger finds in a post that is sent, storing nothing."""

from __future__ import annotations

import json
import math
from typing import Annotated, Any

from fastapi import APIRouter, Body, Response
from pydantic import WithJsonSchema

from api.answers import JSON, PROBLEMS, WITH_BODY
from api.context import Context, Hostwire
from api.errors import ParameterError
from api.parameters import Nothing
from api.schemas import TagAnswer
from store.text import storable

MAX_POSTS = 100
TAKES = f'an object with "id", "title", "text" and "published", or a list of at most {MAX_POSTS} of them'
POST_SCHEMA = {
    "type": "object",
    "title": "PostToTag",
    "properties": {
        "id": {"type": ["string", "number", "null"], "description": "given back as it is"},
        "title": {"type": ["string", "null"]},
        "text": {"type": ["string", "null"]},
        "published": {
            "anyOf": [
                {"type": "string", "format": "date"},
                {"type": "string", "format": "date-time"},
                {"type": "string", "maxLength": 0},
                {"type": "null"},
            ],
            "description": "an ISO date or instant: what dates count from",
        },
    },
    "anyOf": [
        {"required": ["title"], "properties": {"title": {"type": "string"}}},
        {"required": ["text"], "properties": {"text": {"type": "string"}}},
    ],
    "description": "A title or a text must be there; other keys are ignored.",
}
POSTS_SCHEMA = {
    "oneOf": [POST_SCHEMA, {"type": "array", "items": {"anyOf": [POST_SCHEMA, {}]}, "maxItems": MAX_POSTS}],
    "description": TAKES,
}
router = APIRouter(tags=["tag"], responses={**PROBLEMS, **WITH_BODY})


@router.post("/tag", responses={200: {"model": TagAnswer | list[TagAnswer]}})
def tag(
    hostwire: Hostwire,
    _: Nothing,
    body: Annotated[Any, WithJsonSchema(POSTS_SCHEMA), Body()],
) -> Response:
    """Products, organizations, TLDs, timexes and events of a post, or of each of a list, in its order.

    In a list, a post that cannot be read is answered with its `error`, and the others go on.
    """
    if isinstance(body, list):
        if len(body) > MAX_POSTS:
            detail = f"{len(body)} posts are too many for one request"
            raise ParameterError(f"body[{MAX_POSTS}]", f"body[{MAX_POSTS}]: {detail}", TAKES)
        return _written(_answers(hostwire, body))
    (answer,) = _answers(hostwire, [body])
    if answer["error"]:
        raise ParameterError("body", f"body: {answer['error']}", TAKES)
    return _written(answer)


def _answers(hostwire: Context, posts: list[Any]) -> list[dict[str, Any]]:
    """An answer a post, in their order; those that are none of a post's shape never reach the tagger."""
    wrong = [_what_is_wrong(post) for post in posts]
    tagged = iter(hostwire.tag([_cleaned(post) for post, error in zip(posts, wrong, strict=True) if error is None]))
    return [
        next(tagged) if error is None else {"id": _id_of(post), "error": error}
        for post, error in zip(posts, wrong, strict=True)
    ]


def _what_is_wrong(post: Any) -> str | None:
    if not isinstance(post, dict):
        return 'not a JSON object sent as application/json: it takes "id", "title", "text" and "published"'
    if post.get("id") is not None and _id_of(post) is None:
        return '"id" must be a string or a number'
    return None


def _id_of(post: Any) -> str | int | float | None:
    found = post.get("id") if isinstance(post, dict) else None
    if isinstance(found, bool) or not isinstance(found, (str, int, float)):
        return None
    if isinstance(found, float) and not math.isfinite(found):
        return None
    return storable(found) if isinstance(found, str) else found


def _cleaned(post: dict[str, Any]) -> dict[str, Any]:
    """Without half characters (lone surrogates), which JSON can spell and no answer can repeat."""
    return {key: storable(value) if isinstance(value, str) else value for key, value in post.items()}


def _written(answer: Any) -> Response:
    # The standard library's writer, since an id may be a number of any size.
    text = json.dumps(answer, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(text.encode("utf-8", "replace"), media_type=JSON)
