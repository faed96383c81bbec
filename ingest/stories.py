"""Has posts compared with those that may report the same news, and the stories kept that they make together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from store.database import Transaction
from store.records import PostForAnalysis, StoryText
from store.stories import (
    copies,
    replace_stories,
    replace_story_links,
    save_story_keys,
    story_candidates,
    story_graph,
    story_texts,
)

if TYPE_CHECKING:  # as in analysis.py: nlp is not waited for until it is needed
    from nlp.stories import Sketch


def retell(transaction: Transaction, posts: Sequence[PostForAnalysis], *, now: datetime) -> None:
    """Find the stories of the posts anew, and of all that they are or were linked to, in the caller's transaction.

    The outcome does not depend on which of the posts of a story came first, nor on how often this is done.
    """
    if not posts:
        return
    desk = _Desk()
    desk.read(posts)
    post_ids = [post.id for post in posts]
    save_story_keys(transaction, {post_id: desk.sketches[post_id].keys for post_id in post_ids})
    candidates = _candidates(transaction, desk, post_ids)
    desk.read(
        story_texts(transaction, {found for some in candidates.values() for found in some} - desk.sketches.keys())
    )
    replace_story_links(transaction, post_ids, desk.links(candidates))
    graph = story_graph(transaction, post_ids)
    desk.read([post for post in graph.posts if post.id not in desk.sketches])
    replace_stories(transaction, graph.post_ids, desk.groups(graph.posts, graph.links), now=now)


def _candidates(transaction: Transaction, desk: _Desk, post_ids: Sequence[int]) -> dict[int, set[int]]:
    near = story_candidates(transaction, post_ids)
    copied = copies(transaction, [post_id for post_id in post_ids if desk.sketches[post_id].is_copyable])
    return {post_id: {*near.get(post_id, ()), *copied.get(post_id, ())} for post_id in post_ids}


class _Desk:
    """Sketches by row id, each made once, and what follows from them."""

    def __init__(self) -> None:
        self.sketches: dict[int, Sketch] = {}

    def read(self, posts: Iterable[PostForAnalysis | StoryText]) -> None:
        from nlp.annotations import PostText
        from nlp.stories import sketch

        for post in posts:
            self.sketches[post.id] = sketch(PostText(post.title, post.text, post.published))

    def links(self, candidates: dict[int, set[int]]) -> list[tuple[int, int, float]]:
        """The pairs that are the same news, each once."""
        from nlp.stories import similarity

        pairs = {(min(post_id, other), max(post_id, other)) for post_id, some in candidates.items() for other in some}
        found = ((a, b, similarity(self.sketches[a], self.sketches[b])) for a, b in sorted(pairs))
        return [(a, b, alike) for a, b, alike in found if alike is not None]

    def groups(self, posts: Sequence[StoryText], links: Sequence[tuple[int, int, float]]) -> list[tuple[int, ...]]:
        """Row ids of the posts of each story."""
        from nlp.stories import group

        ids = [post.id for post in posts]
        place = {post_id: number for number, post_id in enumerate(ids)}
        pairs = ((place[a], place[b], alike) for a, b, alike in links)
        return [tuple(ids[number] for number in some) for some in group([self.sketches[i] for i in ids], pairs)]
