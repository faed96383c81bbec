"""Numbers as words: cardinals, ordinals, vague amounts and spoken years, as pattern text and readers."""

from __future__ import annotations

import re

_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]

_CARDINAL_WORDS = {word: index for index, word in enumerate(_UNITS)} | {
    word: 20 + 10 * index for index, word in enumerate(_TENS)
}
_ORDINAL_WORDS = {word: index for index, word in enumerate(_ORDINALS)} | {"thirtieth": 30}

_SMALL = "|".join(sorted([*_UNITS[1:], *_TENS], key=len, reverse=True))
CARDINAL = rf"(?:\d{{1,3}}(?:,\d{{3}}){{1,5}}|\d{{1,4}}(?:\.\d+)?(?: \d/\d)?|(?:a |one )?hundred|(?:{_SMALL})(?:[ -](?:{_SMALL}))?(?: hundred| thousand)?)"
VAGUE = r"(?:a few|several|some|many|a number of|dozens of|a handful of|a couple|a couple of|few)"
ORDINAL_WORD = "|".join(sorted([*_ORDINALS[1:], "twenty-first", "thirtieth", "thirty-first"], key=len, reverse=True))
ORDINAL = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|(?:twenty|thirty)[ -](?:{'|'.join(_ORDINALS[1:10])})|{ORDINAL_WORD})"
SPOKEN_YEAR = (
    r"(?:(?:nineteen|twenty)[ -](?:hundred|oh[ -](?:one|two|three|four|five|six|seven|eight|nine)|"
    rf"(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_UNITS[1:10])}))?|(?:{'|'.join(_UNITS[10:])}))|"
    rf"two thousand(?: and)?(?:[ -](?:{'|'.join(_UNITS[1:])}))?)"
)


def read_cardinal(text: str) -> float | None:
    """The number, None for a vague amount. "a couple of" is two."""
    text = " ".join(text.casefold().replace("-", " ").split())
    if text in {"a", "an", "one", "another", "each"}:
        return 1
    if text.startswith("a couple"):
        return 2
    halves = re.fullmatch(r"(\d+) (\d)/(\d)", text)
    if halves:
        return int(halves.group(1)) + int(halves.group(2)) / int(halves.group(3))
    digits = text.replace(",", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", digits):
        return float(digits)
    total, group = 0, 0
    for word in text.split():
        if word in _CARDINAL_WORDS:
            group += _CARDINAL_WORDS[word]
        elif word == "hundred":
            group = max(1, group) * 100
        elif word == "thousand":
            total, group = total + max(1, group) * 1000, 0
        elif word != "a":
            return None
    return total + group


def read_ordinal(text: str) -> int | None:
    """ "3rd", "third", "twenty-first" as an integer."""
    text = text.casefold().replace("-", " ")
    digits = re.match(r"\d+", text)
    if digits:
        return int(digits.group())
    tens, _, unit = text.rpartition(" ")
    if unit not in _ORDINAL_WORDS:
        return None
    return _CARDINAL_WORDS.get(tens, 0) + _ORDINAL_WORDS[unit]


def read_spoken_year(text: str) -> int | None:
    """ "nineteen ninety-six" is 1996, "two thousand and ten" 2010."""
    words = text.casefold().replace("-", " ").replace(" and", "").split()
    if words[:2] == ["two", "thousand"]:
        return 2000 + sum(_CARDINAL_WORDS.get(word, 0) for word in words[2:])
    century = {"nineteen": 1900, "twenty": 2000}.get(words[0])
    if century is None:
        return None
    return century + sum(_CARDINAL_WORDS.get(word, 0) for word in words[1:])
