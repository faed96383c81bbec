"""A tagger's worker that misbehaves on posts whose title says so. Not a test itself: worker processes import it."""

from __future__ import annotations

import os
import signal

from hostwire.tagger_pool import Posts, Tagged
from hostwire.tagger_worker import tag_posts
from ingest.plain import from_json


def tag_or_do(body: bytes, *, catalogue: str | None, model: str | None) -> Tagged:
    """As `tag_posts`, unless a title is an order."""
    for post in from_json(Posts, body).posts:
        match post.title:
            case "die":
                os._exit(3)
            case "segfault":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "crash":
                raise ZeroDivisionError("nobody foresaw this")
            case "change the catalogue":
                return Tagged(version="another")
    return tag_posts(body, catalogue=catalogue, model=model)
