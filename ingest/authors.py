"""Who wrote a post, from the lines round it: marked up, said after "by", linked, signed, or a name beside the date.

What an article's page states of its author is for `articles.py`.
"""

from __future__ import annotations

import re

from ingest.articles import said_author
from ingest.datelines import HOUR, LINE, META_WORDS, TIMES, line_of, without_title
from ingest.groups import is_category
from ingest.stamps import find_stamp
from ingest.tree import Element, hint_pattern

# A name alone, as bylines print it: two to four words that begin large, with the particles of names between them.
NAME = re.compile(
    r"[^\W\d_a-z][\w'’.-]*(?:\s+(?:van|von|de|der|den|di|da|la|del|bin|al|[^\W\d_a-z][\w'’.-]*)){1,3}", re.UNICODE
)
NO_NAME = re.compile(
    r"\b(?:news|blog|blogs|hosting|announcements?|press|releases?|updates?|comments?|reviews?|views?|posts?|articles?|read|"
    r"min|category|categories|uncategorized|general|january|february|march|april|may|june|july|august|september|october|"
    r"november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|the|and|for|to|in|on|by|comment|share|"
    r"print|edit|reply|login|register|no|leave|email|time|standard|daylight|gmt|utc|feedback)\b",
    re.IGNORECASE,
)
_AUTHOR_HINT = hint_pattern("author|fn|byline-name")
_PERSON_PATH = re.compile(
    r"/(?:author|authors|people|user|users|profile|member|members|staff)s?/(?!log|regist|sign|pass)|/@\w"
)
_SEPARATORS = re.compile(r"\s*[|•·—–,/]\s*|\s-\s")


def find_author(blocks: list[Element], title: str) -> str | None:
    """The author in the blocks round a body.

    What the markup calls the author; else what is written after "by"; else a person's page; else a name alone.
    """
    ways = (_marked_author, lambda block: said_author(without_title(block.text(), title)), _linked_author)
    names = (name for find in ways for block in blocks if (name := find(block)) is not None)
    portraits = (block.text() for block in blocks if is_portrait(block))
    return next(names, None) or _lone_author(blocks, title) or next(portraits, None)


def find_signature(text: str) -> str | None:
    """The name in a line like "— Ida Marlow"."""
    match = re.fullmatch(r"[—–-]{1,3}\s*(.{2,60})", text)
    return match[1] if match and _is_person(match[1]) else None


def is_portrait(block: Element) -> bool:
    """Whether a block is a person's name beside a picture, and nothing else."""
    return 2 <= block.words <= 5 and any(block.find_all("img")) and _is_person(block.text())


def _marked_author(block: Element) -> str | None:
    for element in block.walk():
        hinted = _AUTHOR_HINT.search(element.hints)
        stated = element.attributes.get("itemprop") == "author" or "author" in element.attributes.get("rel", "").split()
        if (hinted or stated) and (name := _as_name(element)):
            return name
    return None


def _linked_author(block: Element) -> str | None:
    for element in block.find_all("a"):
        if _PERSON_PATH.search(element.attributes.get("href", "")) and (name := _as_name(element)):
            return name
    return None


def _as_name(element: Element) -> str | None:
    if not 0 < element.words <= 6:
        return None
    name = re.sub(r"^(?:posted\s+|written\s+)?by:?\s+", "", element.text(), flags=re.IGNORECASE).strip(" ,;:-–—|·•")
    return name if name and find_stamp(name) is None else None


def _lone_author(blocks: list[Element], title: str) -> str | None:
    """A person's name as a signature, or beside the stamp: on its line, or in the element before or after it."""
    for place, block in enumerate(blocks):
        if block.words > META_WORDS:
            continue
        if name := find_signature(block.text()):
            return name
        for element in block.walk():
            line = line_of(element, title)
            found = _when(line) if len(line) <= LINE else None
            if found is None and element.tag in TIMES:
                found = 0, len(line)
            if found is None:
                continue
            beside = [*_SEPARATORS.split(line[: found[0]]), *_SEPARATORS.split(line[found[1] :])]
            nearby = _neighbours(blocks, place) if element is block else _beside(element, block)
            beside += [
                other.text() for other in nearby if other.words <= 5 and not any(map(is_category, other.find_all("a")))
            ]
            for text in beside:
                name = text.strip(" :;()-–—")
                if name != title and _is_person(name):
                    return name
    return None


def _when(line: str) -> tuple[int, int] | None:
    """Where a line says the day or the hour."""
    stamp = find_stamp(line)
    if stamp is not None:
        return stamp.start, stamp.end
    hour = HOUR.search(line)
    return hour.span() if hour is not None else None


def _beside(element: Element, block: Element) -> list[Element]:
    """The elements before and after one, inside a block."""
    while element.parent is not None and element is not block and element.parent.words == element.words:
        element = element.parent  # wrappers that say no more
    if element is block:
        return []
    holder = block if any(child is element for child in block.children) else element.parent
    siblings = holder.elements() if holder is not None else []
    return _neighbours(siblings, next((place for place, other in enumerate(siblings) if other is element), 0))


def _neighbours(elements: list[Element], at: int) -> list[Element]:
    return [*elements[max(0, at - 1) : at], *elements[at + 1 : at + 2]]


def _is_person(name: str) -> bool:
    return len(name) <= 60 and NAME.fullmatch(name) is not None and NO_NAME.search(name) is None
