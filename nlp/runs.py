"""Capitalised runs: the stretches of a text that may be names, and the parts that are surely none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlp.words import word_list

_WORD = r"(?:[A-Z0-9][\w&'+#-]*|[a-z]{1,3}[A-Z][\w-]*)(?:\.(?:com|net|org|io|info|biz))?"
_LINK = r"(?: (?:of(?: the)?|for|and|&|de|la) | & | \+ | |-)"
_RUN = re.compile(
    rf"(?<![\w.@/$€£#])(?:[A-Z][\w&'+#-]*|[a-z]{{1,6}}[A-Z][\w-]*)(?:\.(?:com|net|org|io|info|biz)\b)?(?:{_LINK}{_WORD})*"
)


_COMPOUND_END = re.compile(r"-[a-z]+$")  # "RHEL-based" names RHEL


_ADJECTIVE = re.compile(
    r"[A-Z][\w.]*-(?:era|based|style|led|owned|backed|compatible|derived|powered|related|wide|only|specific|like)"
)


_ROLES = re.compile(
    r"(?:^|(?<=\s)| )(?:C[ETFIOM]O|CISO|CVP|[ES]?VP|MVP|Chairman|Chairwoman"
    r"|(?:Vice )?President|(?:Co-)?[Ff]ounder|Chief"
    r"|Senior|Spokes(?:man|woman|person)|Executive|Analyst|Attorney|Professor)(?= |$)(?: (?:of|for|and) | )?"
)


@dataclass(frozen=True, slots=True)
class Run:
    """Words with capitals at [start, end); `opens` says that a sentence begins with it."""

    start: int
    end: int
    text: str
    opens: bool


def capitalised_runs(text: str) -> Iterator[Run]:
    """Maximal runs of capitalised words, with a lone "of", "for", "and" inside. Sentence openers stay in."""
    for match in _RUN.finditer(text):
        start, end = match.span()
        while end > start and not (text[end - 1].isalnum() or text[end - 1] in "+#"):
            end -= 1
        if end - start >= 5 and text[end - 2 : end] == "'s":
            end -= 2
        compound = _COMPOUND_END.search(text, start, end)
        if compound:
            end = compound.start()
        for begin, stop in _between_roles(text, start, end):
            yield Run(begin, stop, text[begin:stop], begin == start and _opens_sentence(text, start))


def _between_roles(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """ "Acme CEO Anna Miller" is a company and a person."""
    for match in _ROLES.finditer(text, start, end):
        if match.start() > start:
            yield start, match.start()
        start = match.end()
    if end > start:
        yield start, end


def _opens_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 4) : start].rstrip(" \"'(")
    return not before or before[-1] in ".!?:\n•*-–—>" or "\n" in text[max(0, start - 2) : start]


def strip_common(run: Run, text: str) -> Run | None:
    """The run without ordinary words at its ends; None when nothing of it is left."""
    words = [(match.start() + run.start, match.end() + run.start) for match in re.finditer(r"\S+", run.text)]
    first, last = 0, len(words) - 1
    while first <= last and _is_common(text[slice(*words[first])]):
        first += 1
    while last >= first and _is_common(text[slice(*words[last])]):
        last -= 1
    if first > last:
        return None
    start, end = words[first][0], words[last][1]
    return Run(start, end, text[start:end], run.opens and start == run.start)


def _is_common(word: str) -> bool:
    # "Obama-era", "Linux-based" say when or on what, and name nothing themselves.
    return word.casefold() in word_list("common") or word.isdigit() or bool(_ADJECTIVE.fullmatch(word))


def is_title_case(line: str) -> bool:
    """Are nearly all longer words of `line` capitalised, so that capitals say nothing about names?"""
    words = re.findall(r"[^\W\d_]{4,}", line)
    return len(words) >= 3 and sum(word[0].isupper() for word in words) >= 0.7 * len(words)
