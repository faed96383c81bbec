"""Sentence spans by rules: a post's title, its lines and what full stops end, without a statistical model."""

from __future__ import annotations

import re

# What begins with white space begins where a run of it does, so that no run is read from each of its characters.
_BREAK = re.compile(
    r"(?<!\s)\s*\n\s*\n\s*|(?<=[:.!?…])[ \t]*\n\s*|(?<![ \t])[ \t]*\n[ \t]*(?=[A-Z0-9“\"'‘(*•·–-])"
    r"|(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9.])|(?<=\w[.!?][\"”)’])\s+(?=[A-Z0-9])"
)
_CLOSING = "\"'”’)]"
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“])(?:Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|etc|e\.g|i\.e|cf|Inc|Corp|Ltd|Co|Bros|No|Nr|Vol|Fig|approx|est|ver|v"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Gov|Sen|Rep|Gen|Lt|Col|Capt|Messrs|[A-Z]|U\.S|U\.K|U\.N|a\.m|p\.m)\.$"
)
_STARTS_ANEW = re.compile(
    r"[\"'“‘(\[]*(?:The|This|That|These|In|On|At|It|He|She|We|They|But|And|As|For|I|A|An|If|When|With)\b"
)


def split_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Half-open spans of the sentences in order, without white space at their ends; none is empty."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _BREAK.finditer(text):
        if "\n" not in match.group() and _is_abbreviation(text, start, match):
            continue
        closing = len(match.group()) - len(match.group().lstrip(_CLOSING))  # belongs to what it closes
        _append(spans, text, start, match.start() + closing)
        start = match.end()
    _append(spans, text, start, len(text))
    return tuple(spans)


def _is_abbreviation(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the full stop before the white space shortens a word: "Inc." goes on, "Inc. The" does not."""
    stop = match.start()
    before = text[max(start, stop - 12) : stop]
    if not _ABBREVIATION.search(before):
        return False
    if re.search(r"(?:Inc|Corp|Ltd|Co|Bros|etc|a\.m|p\.m|Jr|Sr|U\.S|U\.K)\.$", before):
        return _STARTS_ANEW.match(text, match.end()) is None
    return True


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))
