"""Names that a misspelt one may be a slip of: a letter missing, doubled, swapped with its neighbour or another.

Distances are optimal string alignment (a swap of neighbours counts once). Digits are never a slip: 2013 is not 2010.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA, Prefix

SHORTEST = 4  # letters: of shorter words most have a neighbour that is one, too
TWO_SLIPS = 8  # letters from which on two may be wrong
# what makes one word of another
ENDINGS = frozenset({"", "s", "e", "es", "ed", "er", "ers", "ing", "y", "ly"})
ENDINGS_OF_E = frozenset({"", "d", "n", "r", "rs"})
REMEMBERED = 4_096

_DIGITS = re.compile(r"\d+")
_DOUBLED = re.compile(r"(.)\1+")
_NO_LETTERS = re.compile(r"[\W_]+")


# Distance, whether more differs than how often a letter stands there, place, text: the nearest come first.
_Hit = tuple[int, bool, int, str]


class _Pool:
    """Words or names to compare with, parted by their digits and in order of length."""

    def __init__(self, texts: Iterable[tuple[str, int]]) -> None:
        parted: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for text, place in texts:
            parted[_digits(text)].append((text, place))
        self._parts = {digits: _ByLength(some) for digits, some in parted.items()}

    def near(self, text: str, allowed: int) -> list[_Hit]:
        """Distance, place and text of all within the distance."""
        part = self._parts.get(_digits(text))
        return [] if part is None else part.near(text, allowed)


class _ByLength:
    def __init__(self, texts: Iterable[tuple[str, int]]) -> None:
        self._texts: dict[int, list[str]] = defaultdict(list)
        self._places: dict[int, list[int]] = defaultdict(list)
        for text, place in texts:
            self._texts[len(text)].append(text)
            self._places[len(text)].append(place)

    def near(self, text: str, allowed: int) -> list[_Hit]:
        found = []
        for length in range(len(text) - allowed, len(text) + allowed + 1):
            texts = self._texts.get(length)
            if texts is None:
                continue
            hits = process.extract(text, texts, scorer=OSA.distance, score_cutoff=allowed, limit=None)
            once = _once(text)
            found += [(distance, _once(hit) != once, self._places[length][at], hit) for hit, distance, at in hits]
        return found


class Slips:
    """Looks up slips among names, given as (kind, folded name), the weightiest first. Answers are their places."""

    def __init__(self, names: Sequence[tuple[str, str]]) -> None:
        squashed: dict[tuple[str, str], int] = {}
        words: dict[tuple[str, str], int] = {}
        for place, (kind, folded) in enumerate(names):
            squashed.setdefault((kind, squash(folded)), place)
            for word in folded.split():
                words.setdefault((kind, word), place)
        self._names = squashed
        self._words = words
        kinds = {kind for kind, _ in names}
        self._kinds = frozenset(kinds)
        self._name_pools = {kind: _Pool((t, p) for (k, t), p in squashed.items() if k == kind) for kind in kinds}
        self._word_pools = {
            kind: _Pool((t, p) for (k, t), p in words.items() if k == kind and _is_long(t)) for kind in kinds
        }
        self._of_word = lru_cache(maxsize=REMEMBERED)(self._look_up_word)

    def is_word(self, word: str) -> bool:
        """Whether it is a word of a name as it is."""
        return any((kind, word) in self._words for kind in self._kinds)

    def run_together(self, folded: str, kinds: Collection[str]) -> int | None:
        """The name that is this but for where its words are parted ("word press", "exchangeserver")."""
        places = [self._names.get((kind, squash(folded))) for kind in kinds]
        return min((place for place in places if place is not None), default=None)

    def of_name(self, folded: str, kinds: Collection[str]) -> list[int]:
        """Names that this whole one may be a slip of, the nearest and weightiest first."""
        text = squash(folded)
        if (same := self.run_together(folded, kinds)) is not None:
            return [same]
        allowed = _allowed(text)
        if not allowed:
            return []
        hits = [hit for kind in kinds if kind in self._name_pools for hit in self._name_pools[kind].near(text, allowed)]
        return [place for *_, place, name in sorted(hits) if _is_slip(text, name)]

    def of_word(self, word: str, kinds: Collection[str] | None = None) -> list[int]:
        """Names with a word that this may be a slip of, the nearest and weightiest first."""
        return [place for place, _ in self.words_near(word, kinds)]

    def words_near(self, word: str, kinds: Collection[str] | None = None) -> Sequence[tuple[int, str]]:
        """The place of a name and its word that this may be a slip of. None where it is a word of a name as it is."""
        return self._of_word(word, frozenset(self._kinds if kinds is None else kinds))

    def _look_up_word(self, word: str, kinds: frozenset[str]) -> Sequence[tuple[int, str]]:
        allowed = _allowed(word)
        if not allowed or any((kind, word) in self._words for kind in kinds):
            return ()
        hits = [hit for kind in kinds if kind in self._word_pools for hit in self._word_pools[kind].near(word, allowed)]
        return tuple(
            (place, near) for *_, place, near in sorted(hits) if _is_slip(word, near) and not _are_forms(word, near)
        )


def squash(folded: str) -> str:
    """A folded name without what parts its words."""
    return _NO_LETTERS.sub("", folded)


def _once(text: str) -> str:
    """With each doubled letter once."""
    return _DOUBLED.sub(r"\1", text)


def _digits(text: str) -> str:
    return " ".join(_DIGITS.findall(text))


def _is_long(word: str) -> bool:
    return sum(map(str.isalpha, word)) >= SHORTEST


def _allowed(text: str) -> int:
    letters = sum(map(str.isalpha, text))
    return 0 if letters < SHORTEST else 1 if letters < TWO_SLIPS else 2


def _is_slip(typed: str, meant: str) -> bool:
    """Whether somebody who meant the one may have typed the other.

    The first letter is seldom wrong, unless it changed places with the second; a short name with another letter, or one
    more, is another word ("bind" is no "Bing", nor is "bring").
    """
    if typed[0] != meant[0] and typed[:2] != meant[1::-1]:
        return False
    if sorted(typed) == sorted(meant) or _once(typed) == _once(meant):
        return True
    return len(meant) > SHORTEST + (len(typed) == len(meant))


def _are_forms(one: str, other: str) -> bool:
    """Whether they are one word with two of its endings, or with one and without."""
    same = int(Prefix.similarity(one, other))
    stem, rests = one[:same], {one[same:], other[same:]}
    if len(stem) < SHORTEST or stem.endswith("s"):
        return False
    return rests <= ENDINGS or (stem.endswith("e") and rests <= ENDINGS_OF_E)
