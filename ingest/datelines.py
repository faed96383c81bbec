"""Lines that say when: stamps that an element states in its markup, and stamps printed in short lines.

Which of a post's dates is the one of its publication is for `pubdates.py`; the forms of a stamp are for `stamps.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest import languages
from ingest.stamps import Stamp, find_stamp, parse_stated
from ingest.tree import Element, count_words

LINE = 160  # characters: a line with a stamp is no longer than this
STAMP_REST = 60  # characters: so much else may stand in a line that says when a heading's post was published
META_WORDS = 30  # a block that says when and by whom has no more words
HOUR = re.compile(r"(?<![\d:.])(\d{1,2}):(\d{2})(?::\d{2})?(?![\d:])\s*([ap])?\.?m?", re.IGNORECASE)
# A day without its year, in whatever language: whether the word is a month is for who reads it.
MONTH_AND_DAY = re.compile(
    r"\b([^\W\d_]{3,11})\.?\s+(\d{1,2})\b|\b(\d{1,2})\.?\s+(?:de\s+)?([^\W\d_]{3,11})\b", re.IGNORECASE
)
_FILLER = re.compile(
    r"(?>[\W\d_]|\b(?:posted|published|updated|written|date|on|at|th|st|nd|rd|[ap]m|utc|gmt|est|pst|(?:mon|tues|wednes|thurs|fri|"
    r"satur|sun)day|mon|tue|wed|thu|fri|sat|sun|"
    rf"{'|'.join((*languages.DAYS, *languages.ARTICLES, *languages.AT))}|uhr|datum|fecha|data|publié|"
    r"veröffentlicht|publicado|pubblicato|geplaatst|opublikowano|publicerad)\b)*+",
    re.IGNORECASE,
)
TIMES = {"time", "relative-time", "time-ago", "local-time"}  # the standard's element, and a forge's own ones
_STATING_TITLES = {"abbr", "span", "a", "p", "div"}
_STATING_PROPERTIES = {"datePublished", "dateCreated", "dateModified"}


def is_stamp(line: str) -> bool:
    """Whether a line is a date and no more than what goes with one."""
    stamp = stamp_in(line)
    return stamp is not None and _FILLER.fullmatch(f"{line[: stamp.start]} {line[stamp.end :]}") is not None


def is_date_header(element: Element) -> bool:
    """Whether an element is a date alone, as it stands over the posts of a day."""
    text = element.text() if element.words <= 20 else ""
    stamp = find_stamp(text) if len(text) <= STAMP_REST else None
    return stamp is not None and characters_beside(text, stamp) <= 6


def stamp_in(line: str) -> Stamp | None:
    """The stamp of a line; None where it has none, or is too long for a line that says when."""
    return find_stamp(line) if line and len(line) <= LINE else None


def characters_beside(line: str, stamp: Stamp) -> int:
    """How much of a line is not its stamp."""
    return len(line) - (stamp.end - stamp.start)


def stated_stamp(element: Element) -> Stamp | None:
    """The stamp that an element states for machines."""
    if element.tag in TIMES:
        return parse_stated(element.attributes.get("datetime") or element.text())
    title = element.attributes.get("title", "")
    if element.tag in _STATING_TITLES and title and len(title) < STAMP_REST:
        wanted = (
            element.tag == "abbr"
            or re.search(r"date|time|publish|posted", element.hints)
            or (element.words <= 12 and is_stamp(element.text()))
        )
        stamp = parse_stated(title) if wanted and re.search(r"\d{4}", title) else None
        if stamp is not None:
            return stamp
    if element.attributes.get("itemprop") in _STATING_PROPERTIES:
        return parse_stated(element.attributes.get("content") or element.attributes.get("datetime") or element.text())
    return None


def line_of(element: Element, title: str) -> str:
    """What an element says on a line of its own, beside the title and what its inner elements say."""
    return without_title(element.own_text() if element.elements() else element.text(), title)


def without_title(line: str, title: str) -> str:
    """A line without the words of the title in it, which may name another day ("Outage of July 8, 2010")."""
    return line.replace(title, " ").strip() if title else line


def stamped_lines(blocks: list[Element | str], *, without: Element | None = None) -> Iterator[tuple[int, int]]:
    """The short lines with a stamp in some blocks: words before the line, characters in it beside the stamp.

    `without` is an element that is passed over.
    """
    at = 0
    for block in blocks:
        if isinstance(block, str):
            yield from _beside_stamp(" ".join(block.split()), at)
            at += count_words(block)
            continue
        stack = [block]
        while stack:
            element = stack.pop()
            if element is without:
                at += element.words
                continue
            if stated_stamp(element) is not None:
                yield at, 0
            title = element.attributes.get("title", "")
            if element.tag in {"abbr", "span"} and 8 <= len(title) <= STAMP_REST:
                yield from _beside_stamp(title, at)
            yield from _beside_stamp(element.own_text(), at)
            at += sum(count_words(child) for child in element.children if isinstance(child, str))
            stack.extend(reversed(element.elements()))


def _beside_stamp(line: str, at: int) -> Iterator[tuple[int, int]]:
    stamp = stamp_in(line)
    if stamp is not None:
        yield at, characters_beside(line, stamp)
