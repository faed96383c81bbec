"""Short forms that a text introduces itself: "Long Name (ABC)", "ABC (Long Name)"."""

from __future__ import annotations

import re

_BRACKETED = re.compile(
    r"\s?\((?:also known as |a\.?k\.?a\.? |or |the )?[\"']?([A-Z][A-Za-z0-9&+/-]{1,11})[\"']?(?:\)|,|;| -)"
)
_NOT_SHORT = re.compile(
    r"(?:SP|RU|CU|UR|SU|U)\d+$|(?:RTM|GA|RC\d*|CTP|EOL|LTS|UTC|GMT|AM|PM|NYSE|NASDAQ|Nasdaq|USA?|UK|EU)$"
)
_LONGEST_BRACKET = 200  # characters
_BEFORE_WORD = re.compile(r"[\w./@-]")
_AFTER_WORD = re.compile(r"[\w@]|\.\w")
_SMALL_WORDS = frozenset({"of", "the", "and", "for", "in", "on", "to", "a", "an", "de", "la"})


def introduced_after(text: str, end: int) -> tuple[str, int, int] | None:
    """The short form in brackets right after `end` as (form, start, end of the brackets), or None."""
    match = _BRACKETED.match(text, end)
    if match is None or _NOT_SHORT.match(match.group(1)):
        return None
    closing = match.end()
    if text[closing - 1] != ")":
        closing = text.find(")", closing, closing + _LONGEST_BRACKET) + 1
    return match.group(1), match.start(1), closing or match.end()


def abbreviates(short: str, long: str) -> bool:
    """Could `short` stand for `long`? Its letters must run through the words' beginnings.

    "PVC" for "Parallels Virtuozzo Containers", "TMG" for "Forefront Threat Management Gateway", "ESU" for
    "Extended Security Updates", "NTIA" for "National Telecommunications and Information Administration".
    """
    letters = [letter.lower() for letter in short if letter.isalpha()]
    every = re.findall(r"[^\W_]+", long)
    longer = [word for word in every if word.lower() not in _SMALL_WORDS]
    if len(letters) < 2 or not longer:
        return False
    if short.lower() in long.lower().split():
        return True
    # "ISOC" takes nothing from its small words, "RoW" does.
    return any(_runs_through(letters, words[first:]) for words in (longer, every) for first in range(len(words)))


def _runs_through(letters: list[str], words: list[str]) -> bool:
    """Every word gives its first letter, or capitals from inside ("WebMail" gives W and M); none is left over."""
    if not words or words[0][0].lower() != letters[0]:
        return False
    position = 0
    for word in words:
        if position >= len(letters):
            return True
        if word[0].lower() != letters[position]:
            return False
        position += 1
        for inner in word[1:]:
            if position < len(letters) and inner.lower() == letters[position] and (inner.isupper() or word.isupper()):
                position += 1
    return position >= len(letters)


def occurrences(text: str, short: str) -> list[tuple[int, int]]:
    """Where `short` stands as a word of its own, with its capitals (a plural or possessive s stays outside)."""
    found: list[tuple[int, int]] = []
    start = text.find(short)
    while start >= 0:
        end = start + len(short)
        if not (start and _BEFORE_WORD.match(text, start - 1)) and not _AFTER_WORD.match(text, end):
            found.append((start, end))
        else:
            end = start + 1
        start = text.find(short, end)
    return found
