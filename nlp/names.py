"""Finding thousands of known names in a text at the cost of one dictionary look-up a word.

A name is its words (compared without case) and what stands between them (compared loosely: typographic quotes,
trade marks and white space do not count, a hyphen may stand for a blank). What a name means, and whether it may
stand where it was found, is the caller's matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")

# A blank lost between two elements of a page leaves "forExchange".
_WORD = re.compile(r"\b(?:for|with|from|and|the)(?=[A-Z][a-z]{3})|\w+")
_GLUED = re.compile(r"([^\W\d_]{2,})(\d+)$")
_SEPARATORS = str.maketrans({"’": "'", "‘": "'", "`": "'", "®": "", "™": "", "©": "", "‑": "-", "–": "-"})
_LONGEST_SEPARATOR = 6  # a name's words stand together; more between them is another place


@dataclass(frozen=True, slots=True)
class Words:
    """A text's words, casefolded, with their offsets."""

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """A name found at [start, end) of the text. `glued`: digits follow without a break ("Exchange2010")."""

    start: int
    end: int
    first: int  # index of the first word
    last: int  # index of the last word
    name: str  # as it was put in
    payload: T
    glued: bool = False


@dataclass(frozen=True, slots=True)
class _Form(Generic[T]):
    words: tuple[str, ...]
    separators: tuple[str, ...]
    prefix: str
    suffix: str
    name: str
    payload: T


def read_words(text: str) -> Words:
    """The words of `text`; a word is a run of letters, digits and underscores, "forExchange" two of them."""
    matches = list(_WORD.finditer(text))
    return Words(
        text,
        tuple(match.group().casefold() for match in matches),
        tuple(match.start() for match in matches),
        tuple(match.end() for match in matches),
    )


class NameIndex(Generic[T]):
    """Names with what they stand for; built once, asked for every text."""

    def __init__(self, names: Iterable[tuple[str, T]]) -> None:
        self._by_first: dict[str, list[_Form[T]]] = {}
        for name, payload in names:
            form = _form(name, payload)
            if form is not None:
                self._by_first.setdefault(form.words[0], []).append(form)
        for forms in self._by_first.values():
            forms.sort(key=lambda form: (len(form.words), len(form.suffix), len(form.name)), reverse=True)

    def at(self, words: Words, index: int) -> Iterator[Hit[T]]:
        """Names that begin with word `index`, longest first."""
        word = words.words[index]
        for form in self._by_first.get(word, ()):
            hit = _match(form, words, index)
            if hit is not None:
                yield hit
        glued = _GLUED.match(word)
        if glued:
            letters = glued.group(1)
            start = words.starts[index]
            for form in self._by_first.get(letters, ()):
                if len(form.words) == 1 and not form.prefix and not form.suffix:
                    yield Hit(start, start + len(letters), index, index, form.name, form.payload, glued=True)


def _form(name: str, payload: T) -> _Form[T] | None:
    words = read_words(name)
    if not words.words:
        return None
    separators = tuple(
        _normal_separator(name[end:start]) for end, start in zip(words.ends, words.starts[1:], strict=False)
    )
    return _Form(
        words.words,
        separators,
        name[: words.starts[0]].strip(),
        name[words.ends[-1] :].strip(),
        name,
        payload,
    )


def _match(form: _Form[T], words: Words, index: int) -> Hit[T] | None:
    last = index + len(form.words) - 1
    if last >= len(words.words) or words.words[index : last + 1] != form.words:
        return None
    for offset, separator in enumerate(form.separators, index):
        start, end = words.ends[offset], words.starts[offset + 1]
        if end - start > _LONGEST_SEPARATOR or not _same_separator(words.text[start:end], separator):
            return None
    start, end = words.starts[index], words.ends[last]
    if form.prefix:
        start -= len(form.prefix)
        if start < 0 or words.text[start : start + len(form.prefix)] != form.prefix:
            return None
    if form.suffix:
        if not words.text.startswith(form.suffix, end):
            return None
        end += len(form.suffix)
    return Hit(start, end, index, last, form.name, form.payload)


@lru_cache(maxsize=4096)
def _normal_separator(separator: str) -> str:
    plain = separator.translate(_SEPARATORS)
    if "\n\n" in plain:  # names do not run over a paragraph's end
        return "\n\n"
    return " ".join(plain.split()) or (" " if plain else "")


def _same_separator(written: str, separator: str) -> bool:
    if written == separator:
        return True
    plain = _normal_separator(written)
    return plain == separator or (plain in {" ", "-"} and separator in {" ", "-"})
