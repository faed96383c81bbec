"""Words without which a pattern cannot match: looking for them first spares most searches.

A search for an alternation of hundreds of ways to say something tries all of them at every character of a sentence;
whether one of the words is there at all is a question of microseconds.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Item = tuple[Any, Any]
"""A part of a parsed pattern: what it does, and with what."""

# The standard library's own reading of patterns, which has no public name. What it says that is not known here is
# taken to require nothing, so that a new release of Python can only make a search slower.
_PARSER: Any = importlib.import_module("re._parser")

_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
_OF_NO_WIDTH = frozenset({"AT", "ASSERT_NOT"})
# re takes these for an i without case; casefold() does not.
_DOTS = str.maketrans({"\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}": "i", "\N{LATIN SMALL LETTER DOTLESS I}": "i"})

Words = frozenset[str]
NOTHING: Words = frozenset()


@dataclass(frozen=True, slots=True)
class WordScreen:
    """Which words a text must hold for a pattern to match it, as `fold_case` writes them.

    For one of the `alternatives` it must hold a word of each set; an alternative without sets requires nothing.
    """

    alternatives: tuple[tuple[Words, ...], ...]

    @classmethod
    def of(cls, pattern: str, flags: re.RegexFlag = re.NOFLAG) -> WordScreen:
        """The screen of a pattern: it lets every text pass that the pattern is found in."""
        alternatives = (_required(items) for items in _alternatives(_PARSER.parse(pattern, flags)))
        return cls(tuple(dict.fromkeys(alternatives)))

    def passes(self, folded: str) -> bool:
        """May the pattern match in the text that `fold_case` has made `folded` of?"""
        for sets in self.alternatives:
            for words in sets:
                for word in words:
                    if word in folded:
                        break
                else:
                    break
            else:
                return True
        return False


class ScreenedPattern:
    """A pattern that looks for its words before it searches: finds what `re.compile(pattern, flags)` finds."""

    def __init__(self, pattern: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self._pattern = re.compile(pattern, flags)
        self._screen = WordScreen.of(pattern, flags)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """As `re.Pattern.finditer`."""
        return self._pattern.finditer(text) if self._screen.passes(fold_case(text)) else iter(())


@lru_cache(maxsize=4)  # one text is asked about by many patterns in turn
def fold_case(text: str) -> str:
    """`text` without case, at least as coarse as re.IGNORECASE; its length may change."""
    return text.translate(_DOTS).casefold()


def _alternatives(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The sequences that a pattern is an alternation of; itself where it is none."""
    wide = [item for item in items if str(item[0]) not in _OF_NO_WIDTH]
    if len(wide) == 1:
        operation, argument = wide[0]
        if str(operation) == "BRANCH":
            for branch in argument[1]:
                yield from _alternatives(branch)
            return
        if str(operation) == "SUBPATTERN":
            yield from _alternatives(argument[-1])
            return
    yield items


def _required(items: Iterable[Item]) -> tuple[Words, ...]:
    """Of each set of words one is in what the sequence matches; the sets that are met least often go first."""
    sets = {_shortest(words) for words in _parts(items)} - {NOTHING}
    return tuple(sorted(sets, key=lambda words: (*_worth(words), sorted(words)), reverse=True))


def _parts(items: Iterable[Item]) -> Iterator[Words]:
    """What the parts of a sequence require."""
    literal = ""
    for operation, argument in items:
        name = str(operation)
        if name == "LITERAL":
            literal += chr(argument)
        elif name not in _OF_NO_WIDTH:
            if literal:
                yield frozenset({fold_case(literal)})
            literal = ""
            yield from _of_part(name, argument)
    if literal:
        yield frozenset({fold_case(literal)})


def _of_part(name: str, argument: Any) -> Iterator[Words]:
    if name == "SUBPATTERN":
        yield from _parts(argument[-1])
    elif name == "ATOMIC_GROUP":
        yield from _parts(argument)
    elif name in _REPEATS and argument[0] > 0:
        yield from _parts(argument[2])
    elif name == "BRANCH":
        # of each branch the words that say most; a branch that requires none lets everything pass
        branches = [max(_parts(branch), key=_worth, default=NOTHING) for branch in argument[1]]
        yield frozenset().union(*branches) if all(branches) else NOTHING


def _worth(words: Words) -> tuple[int, int]:
    """How much it says that one of `words` is there: long words are rare, and many are met more often."""
    return min(map(len, words), default=0), -len(words)


def _shortest(words: Words) -> Words:
    """Without the words that hold another one: where they are, it is."""
    return frozenset(word for word in words if not any(other != word and other in word for other in words))
