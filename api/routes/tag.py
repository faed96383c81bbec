"""POST /tag: what the tagger finds in a post that is sent, storing nothing."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body, Response

from api.answers import PROBLEMS
from api.context import Hostwire
from api.errors import ParameterError
from api.schemas import Problem

MAX_POSTS = 100
TAKES = f'an object with "id", "title", "text" and "published", or a list of at most {MAX_POSTS} of them'
EXAMPLE = {
    "id": "1",
    "title": "Exchange 2010 SP1 released",
    "text": "Microsoft released Service Pack 1 for Exchange Server 2010 on Monday.",
    "published": "2010-08-25",
}

router = APIRouter(tags=["tag"], responses=PROBLEMS)


@router.post("/tag", responses={413: {"model": Problem, "description": "The body is too long."}})
def tag(
    hostwire: Hostwire,
    posts: Annotated[dict[str, Any] | list[dict[str, Any]], Body(description=TAKES, examples=[EXAMPLE])],
) -> Response:
    """Products, organizations, TLDs, timexes and events of a post, or of each of a list, in its order.

    In a list, a post that cannot be read is answered with its `error`, and the others go on.
    """
    if isinstance(posts, list):
        if len(posts) > MAX_POSTS:
            raise ParameterError("body", f"{len(posts)} posts are too many for one request", TAKES)
        answers: Any = hostwire.tag(posts)
    else:
        (answers,) = hostwire.tag([posts])
        if answers["error"]:
            raise ParameterError("body", answers["error"], TAKES)
    return Response(orjson.dumps(answers), media_type="application/json")
