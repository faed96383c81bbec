"""When a post was published and changed, of all the dates in and round it.

What a line or an element says of itself is for `datelines.py`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from ingest.bodies import Parts
from ingest.boundaries import Record
from ingest.bylines import META_HINT
from ingest.datelines import HOUR, LINE, META_WORDS, MONTH_AND_DAY, line_of, stamp_in, stated_stamp, without_title
from ingest.stamps import MONTHS, Stamp, day_in_path, find_stamp, parse_stated
from ingest.titles import title_of
from ingest.tree import Element

_UPDATED = re.compile(r"updated|modified", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")


def find_published(record: Record, parts: Parts) -> Stamp | None:
    """The stamp of a record: machine-readable first, then printed near the title, then the permalink's day."""
    around = parts.around
    stated = [(element, stamp) for block in around for element in block.walk() if (stamp := stated_stamp(element))]
    stated.sort(key=lambda item: _UPDATED.search(_called(item[0])) is not None)
    if stated:
        return _with_printed_time(stated[0][1], stated[0][0])
    for element in (e for part in parts.body if isinstance(part, Element) for e in part.find_all("time")):
        if re.search(r"publish|(?<!up)date|posted", element.hints) and (stamp := stated_stamp(element)):
            return stamp
    title = title_of(record)
    printed = _printed(parts.meta, title) or _printed(parts.footer, title)
    if printed is None and record.above is not None:
        printed = find_stamp(record.above.text())
    if printed is None:
        printed = _boxed(parts.meta, record)
    if printed is not None:
        return _with_time_of_day(printed, around)
    first = next((part for part in parts.body if isinstance(part, Element) and part.words), None)
    if first is not None and first.words <= LINE // 4 and (stamp := _printed([first], title)) is not None:
        return stamp
    return day_in_path(record.url)


def find_updated(parts: Parts) -> Stamp | None:
    """When the post was changed, where the page says so beside when it was published."""
    return next(
        (
            stamp
            for block in parts.around
            for element in block.walk()
            if _UPDATED.search(_called(element))
            and "published" not in element.hints
            and (stamp := stated_stamp(element))
        ),
        None,
    )


def choose_finer(printed: Stamp | None, stated: Stamp) -> Stamp:
    """Of what is printed and what JSON-LD states, the finer: JSON-LD gives the hour of a printed day."""
    if printed is None or (printed.precision == "day" and abs(printed.instant - stated.instant) < timedelta(days=2)):
        return stated
    return printed


def settle_days(stamps: list[Stamp | None], root: Element) -> list[Stamp | None]:
    """Whether 5/6/2010 is in May or in June: as the page's other stamps prove, else its language, else its order.

    American where nothing says otherwise.
    """
    numeric = [stamp for stamp in stamps if stamp is not None and stamp.numbers]
    ambiguous = [stamp for stamp in numeric if stamp.is_ambiguous]
    if not ambiguous or any(stamp.numbers and stamp.numbers[1] > 12 for stamp in numeric):
        return stamps
    language = next(
        (e.attributes.get("lang", "") for e in root.find_all("html") if e.attributes.get("lang")), ""
    ).lower()
    day_first = any(stamp.is_day_first for stamp in numeric)
    if not day_first and re.match(r"en[-_](?!us|ph)[a-z]{2}\b|(?!en)[a-z]{2}\b", language):
        day_first = True
    if not day_first and len(numeric) > 2:
        turned = [stamp.turned() if stamp.is_ambiguous else stamp for stamp in numeric]
        day_first = _falls(turned) and not _falls(numeric)
    return [stamp.turned() if day_first and stamp is not None and stamp.is_ambiguous else stamp for stamp in stamps]


def _falls(stamps: list[Stamp]) -> bool:
    return all(later.instant >= earlier.instant for later, earlier in pairwise(stamps))


def _called(element: Element) -> str:
    return f"{element.hints} {element.attributes.get('itemprop', '')}"


def _with_printed_time(stated: Stamp, element: Element) -> Stamp:
    """A stated day gains the hour that is printed for the same day."""
    printed = find_stamp(element.text())
    if stated.precision != "day" or printed is None or printed.precision == "day":
        return stated
    return printed if abs(printed.instant - stated.instant) < timedelta(days=1) else stated


def _printed(blocks: list[Element], title: str) -> Stamp | None:
    """The stamp printed in short lines beside the title, the best placed first."""
    found: list[tuple[int, int, Stamp]] = []
    for block in blocks:
        for element in block.walk():
            line = line_of(element, title)
            stamp = stamp_in(line)
            if stamp is not None:
                hint = bool(META_HINT.search(element.hints)) or bool(
                    re.search(r"\b(?:posted|published|on|by|at)\b", line, re.IGNORECASE)
                )
                found.append((-int(hint), element.order, stamp))
    if found:
        return min(found, key=lambda item: item[:2])[2]
    whole = (stamp_in(without_title(block.text(), title)) for block in blocks)
    return next((stamp for stamp in whole if stamp is not None), None)


def _with_time_of_day(stamp: Stamp, blocks: list[Element]) -> Stamp:
    """A day that stands apart, above several posts or in a box, gains the hour that the post prints."""
    if stamp.precision != "day":
        return stamp
    for block in blocks:
        match = HOUR.search(block.text()) if block.words <= META_WORDS else None
        if match and int(match[1]) < 24 and int(match[2]) < 60:
            hour = int(match[1]) % 12 + (12 if match[3].lower() == "p" else 0) if match[3] else int(match[1])
            return replace(
                stamp, instant=stamp.instant + timedelta(hours=hour, minutes=int(match[2])), precision="minute"
            )
    return stamp


def _boxed(blocks: list[Element], record: Record) -> Stamp | None:
    """Month and day in a box of their own; the year comes from the box, the date above, or the permalink."""
    above = record.above.text() if record.above is not None else ""
    for block in blocks:
        if block.words > META_WORDS:
            continue
        text = without_title(block.text(), title_of(record))
        for match in MONTH_AND_DAY.finditer(text):
            month = MONTHS.get((match[1] or match[4]).lower())
            year = _YEAR.search(text) or _YEAR.search(above) or _YEAR.search(record.url or "")
            if month and year:
                return parse_stated(f"{year[1]}-{month:02}-{int(match[2] or match[3]):02}")
    return None
