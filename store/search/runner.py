"""What a database brings to run a compiled search."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from store.models import SLOTS_PER_SECOND, Post
from store.search.compiler import CompiledSearch

MARKS = ("\x02", "\x03")  # round each hit of a snippet
SNIPPET_WORDS = 24
ABOUT = 0.5  # is added to the score of a post that is about what the words name, as a part of it
FADING = 180 * 86_400 * SLOTS_PER_SECOND  # row ids of half a year: a post as old has lost half of what freshness adds

SPREAD = 1_000_003  # a prime: what is left of row ids divided by it is spread evenly, at whatever times posts come out
DRAWS = 6  # of a sample, each with what the one before it told of the number of hits


class Runner(ABC):
    """Runs one search. Up to `counted` hits are counted, and the newest `ranked_hits` are ranked."""

    counted = 1_000
    ranked_hits = 3_000

    def __init__(self, session: Session, search: CompiledSearch) -> None:
        self.session = session
        self.search = search

    def count(self) -> int | None:
        """How many hits there are; None above `counted`."""
        count = len(self.newest(self.counted + 1))
        return count if count <= self.counted else None

    @abstractmethod
    def newest(self, limit: int, below: int | None = None) -> list[int]:
        """Row ids of hits, the newest first, those below a row id alone where one is given."""

    def sample(self, bound: int) -> tuple[list[int], int]:
        """Row ids of all hits, where they are no more than the bound; else of about as many, drawn evenly from all of
        them, and the number that each stands for, which is a power of two.
        """
        ids = self.newest(bound + 1)
        if len(ids) <= bound:
            return ids, 1
        following = _power_of_two(self._estimated_total(ids) / bound)
        for _ in range(DRAWS):
            every = following
            ids = list(self.session.scalars(self.drawn(every).limit(4 * bound)))
            if bound / 2 < len(ids) <= 2 * bound or (every == 1 and len(ids) <= bound):
                break
            following = every * 8 if len(ids) == 4 * bound else _power_of_two(every * len(ids) / bound)
        return ids, every

    def drawn(self, every: int) -> Select[Any]:
        """About one in so many hits, a power of two, whatever they are and whenever they came out."""
        hits, row_id = self.search.hits()
        return hits.where((row_id % SPREAD) % every == 0)

    def _estimated_total(self, newest: Sequence[int]) -> int:
        """How many hits there may be, if they go on as thick as the newest."""
        oldest = self.session.scalar(select(Post.id).order_by(Post.id).limit(1)) or 0
        since = oldest if self.search.since is None else max(oldest, self.search.since)
        return len(newest) * max(1, newest[0] - since) // max(1, newest[0] - newest[-1])

    @abstractmethod
    def scores(self, ids: Sequence[int]) -> Iterable[tuple[int, float]]:
        """How well the words fit each of the hits, which are the newest ones; one that has none may be left out."""

    @abstractmethod
    def marked(self, ids: Sequence[int]) -> Iterable[Sequence[str | int]]:
        """For each of the hits its row id, then snippets with marks round the words, the best first."""

    def ranked(self, limit: int, *, newest: int, after: tuple[float, int] | None) -> list[tuple[int, float]]:
        """Row ids of hits with their scores, the best first, of equal ones the newest; `after` a score and row id.

        A score is how well the words fit, more for a post that is about what they name, and doubled for one as new as
        the row id `newest`; the older a post is, the less is added. Of more than `ranked_hits` the newest are ranked.
        """
        ids = self.newest(self.ranked_hits)
        scores = dict.fromkeys(ids, 0.0)
        for row_id, score in self.scores(ids):
            if row_id in scores:  # the words are in posts as well that are no hits for another reason
                scores[row_id] = score * (1 + 1 / (1 + max(0, newest - row_id) / FADING))
        ordered = sorted(((score, row_id) for row_id, score in scores.items()), reverse=True)
        start = 0 if after is None else bisect_right(ordered, (-after[0], -after[1]), key=lambda s: (-s[0], -s[1]))
        return [(row_id, score) for score, row_id in ordered[start : start + limit]]

    def snippets(self, ids: Sequence[int]) -> dict[int, str]:
        """A snippet round the words for each of the hits that has them."""
        if self.search.words is None or not ids:
            return {}
        found = {}
        for row_id, *snippets in self.marked(ids):  # of the text, where the hit is there; the title is shown anyway
            if hit := next((snippet for snippet in snippets if MARKS[0] in str(snippet)), None):
                found[int(row_id)] = str(hit)
        return found


def _power_of_two(number: float) -> int:
    """The nearest one, by its exponent, that is no less than 1."""
    return 1 << max(0, round(math.log2(max(1.0, number))))
