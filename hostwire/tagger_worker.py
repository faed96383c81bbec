"""The worker process's side of tagging with several processes: posts in, their analyses out."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from hostwire.tagger_pool import Posts, Tagged
from ingest.plain import from_json
from nlp.catalogue import load_catalogue
from nlp.errors import NlpError
from nlp.pipeline import Tagger, build_tagger


def tag_posts(body: bytes, *, catalogue: str | None, model: str | None) -> Tagged:
    """The analyses of `Posts` given as JSON, by a tagger that is made at the first call.

    Raises:
        ValueError: `body` is no such JSON.
    """
    posts = from_json(Posts, body).posts
    try:
        tagger = _tagger(catalogue, model)
    except NlpError as error:
        return Tagged(refused=str(error))
    return Tagged(tagger.version, tuple(tagger.tag_many(posts)))


@lru_cache(maxsize=1)
def _tagger(catalogue: str | None, model: str | None) -> Tagger:
    return build_tagger(load_catalogue(Path(catalogue) if catalogue else None), model)
