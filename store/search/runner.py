"""What a database brings to run a compiled search."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from store.models import SLOTS_PER_SECOND
from store.search.compiler import CompiledSearch

MARKS = ("\x02", "\x03")  # round each hit of a snippet
SNIPPET_WORDS = 24
# Of more hits than these only the newest are ranked, with the newest of those that have the words in their titles.
RANKED, RANKED_TITLES = 3_000, 1_000
FADING = 180 * 86_400 * SLOTS_PER_SECOND  # row ids of half a year: a post as old has lost half of what freshness adds


class Runner(ABC):
    """Runs one search."""

    def __init__(self, session: Session, search: CompiledSearch) -> None:
        self.session = session
        self.search = search

    @abstractmethod
    def count(self, bound: int) -> int | None:
        """How many hits there are; None above the bound."""

    @abstractmethod
    def newest(self, limit: int, below: int | None) -> list[int]:
        """Row ids of hits, the newest first, those below a row id alone where one is given."""

    @abstractmethod
    def scores(self, ids: Sequence[int]) -> Iterable[tuple[int, float]]:
        """How well the words fit each of the hits, above 0; a hit that has none of them is left out."""

    @abstractmethod
    def marked(self, ids: Sequence[int]) -> Iterable[Sequence[str | int]]:
        """For each of the hits its row id, then snippets with marks round the words, the best first."""

    def ranked(self, limit: int, *, newest: int, after: tuple[float, int] | None) -> list[tuple[int, float]]:
        """Row ids of hits with their scores, the best first, of equal ones the newest; `after` a score and row id.

        A score is how well the words fit, doubled for a post as new as the row id `newest`; the older a post is, the
        less is added.
        """
        ids = self._candidates_to_rank()
        scores = dict.fromkeys(ids, 0.0) | {
            row_id: score * (1 + 1 / (1 + max(0, newest - row_id) / FADING)) for row_id, score in self.scores(ids)
        }
        ordered = sorted(((score, row_id) for row_id, score in scores.items()), reverse=True)
        start = 0 if after is None else bisect_right(ordered, (-after[0], -after[1]), key=lambda s: (-s[0], -s[1]))
        return [(row_id, score) for score, row_id in ordered[start : start + limit]]

    def _candidates_to_rank(self) -> list[int]:
        ids = self.newest(RANKED, None)
        search = self.search
        if len(ids) < RANKED or search.titles is None or search.expression is None:
            return ids
        titled = search.compiler.join([search.expression, search.titles], either=False)
        older = type(self)(self.session, replace(search, expression=titled, until=ids[-1]))
        return ids + older.newest(RANKED_TITLES, None)

    def snippets(self, ids: Sequence[int]) -> dict[int, str]:
        """A snippet round the words for each of the hits that has them."""
        if self.search.words is None or not ids:
            return {}
        found = {}
        for row_id, *snippets in self.marked(ids):  # of the text, where the hit is there; the title is shown anyway
            if hit := next((snippet for snippet in snippets if MARKS[0] in str(snippet)), None):
                found[int(row_id)] = str(hit)
        return found
