"""Posts tagged together, and each for itself where that fails: what one post brings out costs no other its tags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import structlog

from nlp.annotations import Analysis, PostText

log = structlog.get_logger()


class TagsPosts(Protocol):
    """What is asked of `nlp.pipeline.Tagger`, without the spaCy that it brings along."""

    def tag(self, post: PostText) -> Analysis: ...

    def tag_many(self, posts: Sequence[PostText]) -> Iterator[Analysis]: ...


def tag_each(tagger: TagsPosts, posts: Sequence[PostText], names: Sequence[object]) -> list[Analysis | None]:
    """The analyses in order, None for a post that the tagger fails on: our fault, logged by its name with its trace."""
    try:
        return list(tagger.tag_many(posts))
    except Exception:  # noqa: BLE001 - whatever it is, one post brought it; the next loop finds out which
        log.info("tagging_one_by_one", posts=len(posts))
    analyses: list[Analysis | None] = []
    for post, name in zip(posts, names, strict=True):
        try:
            analyses.append(tagger.tag(post))
        except Exception:
            log.exception("tagging_failed", post=name)
            analyses.append(None)
    return analyses
