"""Which parts of a page are its posts: groups of links judged by what stands around them.

A group whose links each head a part of the page with a date or text of its own are the posts; menus, archives and
"recent posts" have neither. Where posts have no address, their headings are judged instead, and each must have its
date beside it. What becomes of a record is for `pages.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from math import log

from ingest.boundaries import Record, bound_records, is_aside
from ingest.datelines import STAMP_REST, stamped_lines
from ingest.groups import MIN_TITLE, UNTITLED, Link, heading_groups, is_untitled, link_groups
from ingest.titles import is_headed, is_in_heading, is_led, title_element, title_of
from ingest.tree import Element, count_words
from ingest.urls import canonical_url, host_of

MIN_RECORDS = 2
MIN_UNDATED_TITLE = (
    3.5  # words, on average: what a site offers has a name of one or two ("VPS hosting"), news a sentence
)
LONG_TITLE = 40  # characters
SNIPPET_WORDS = 12  # so many words beside its title make a record worth reading
MAX_AROUND = 8  # elements round a heading that may be its post
NEAR_WORDS = 25  # from a record's beginning or end to a line that says when it was published


@dataclass(frozen=True, slots=True)
class Group:
    """The records that one group of links makes, and how much they look like posts."""

    records: tuple[Record, ...]
    score: float
    dated: float  # share of the records with a stamp
    words: int  # of all records


def find_records(page: Element, url: str, *, any_host: bool = False) -> Group | None:
    """The group of records that are the page's posts; None when no group looks like posts.

    `url` is what links count from; `any_host` where it is not known to be the site's.
    """
    groups = link_groups(page, url, None if any_host else host_of(url))
    judged = [_judge(page, links, url) for links in groups]
    judged += [_judge_headings(page, links) for links in heading_groups(page, url)]
    best = max((group for group in judged if group is not None), key=lambda group: group.score, default=None)
    return None if best is None else _with_featured(best, groups)


def find_single(page: Element, url: str, *, any_host: bool = False) -> Group | None:
    """The one post of a page that is known to be a list: a heading that leads to another page, dated, with a text."""
    for links in link_groups(page, url, None if any_host else host_of(url)):
        for anchor, target in links:
            if not is_in_heading(anchor) or is_aside(anchor) or canonical_url(target or "") == canonical_url(url):
                continue
            for root in islice(anchor.ancestors(), 1, MAX_AROUND):
                record = Record(anchor, target, root, [root])
                if root.tag in {"body", "html"}:
                    break
                if root.words - anchor.words >= SNIPPET_WORDS and _is_stamped(record):
                    return Group((record,), 1.0, 1.0, record.words)
    return None


def _judge(page: Element, links: list[Link], url: str) -> Group | None:
    """What a group of links is worth as the page's posts; None when it cannot be that."""
    if len(links) < MIN_RECORDS:
        return None
    records = bound_records(links)
    number = len(records)
    titles = [title_of(record) for record in records]
    headed = sum(is_headed(record) for record in records) / number
    dated = sum(_is_dated(record) for record in records) / number
    words = [record.words for record in records]
    beside = [max(0, count - count_words(title)) for count, title in zip(words, titles, strict=True)]
    wordy = sum(count >= SNIPPET_WORDS for count in beside) / number
    aside = sum(is_aside(record.root) for record in records) / number
    length = sum(map(len, titles)) / number
    own_page = sum(canonical_url(record.url or "") == canonical_url(url) for record in records) / number
    if max(dated, wordy if headed >= 0.5 else 0.0) < 0.5 or length < MIN_TITLE or aside > 0.5:
        return None
    if dated < 0.5 and sum(map(count_words, titles)) / number < MIN_UNDATED_TITLE:
        return None
    if own_page > 0.5 and sum(map(_is_stamped, records)) < 0.5 * number:
        return None  # the sections of one text
    score = _score(page, records, dated, headed, length)
    if all(is_untitled(record.anchor.text()) for record in records):
        score *= 0.9  # of links to the same posts, those that name them are better
    return Group(tuple(records), score, dated, sum(words))


def _score(page: Element, records: Sequence[Record], dated: float, headed: float, length: float) -> float:
    share = sum(record.words for record in records) / max(1, page.words)
    led = sum(map(is_led, records)) / len(records)
    return (
        (0.3 + 2 * dated)
        * (0.4 + headed)
        * (0.3 + min(1.0, length / LONG_TITLE))
        * (0.2 + min(1.0, share))
        * (1 - 0.8 * led)
    ) * log(1 + len(records))


def _judge_headings(page: Element, links: list[Link]) -> Group | None:
    """As `_judge`; a heading is weaker evidence than a link, so that its date must stand beside it."""
    links = [(heading, url) for heading, url in links if not is_aside(heading)]
    if len(links) < MIN_RECORDS:
        return None
    records = bound_records(links)
    stamped = [record for record in records if _is_stamped(record)]
    if len(stamped) < MIN_RECORDS or len(stamped) < 0.6 * len(records):
        return None
    length = sum(len(title_of(record)) for record in stamped) / len(stamped)
    score = 0.5 * _score(page, stamped, 1.0, 1.0, length)
    return Group(tuple(stamped), score, 1.0, sum(record.words for record in stamped))


def _with_featured(best: Group, groups: list[list[Link]]) -> Group:
    """The group with the posts that the page sets apart by other markup: a large first one, every other one.

    They stand before the group's last record in the same part of the page, headed and dated as posts are.
    """
    if best.dated < 0.5:
        return best
    part, final = _part_of(best), best.records[-1].root
    known = {canonical_url(record.url) for record in best.records if record.url}
    taken = [block for record in best.records for block in record.elements()]
    found: list[Record] = []
    for links in groups:
        fresh = [
            (anchor, url)
            for anchor, url in links
            if part is not None
            and part.contains(anchor)
            and anchor.order < final.order
            and is_in_heading(anchor)
            and canonical_url(url or "") not in known
            and UNTITLED.fullmatch(anchor.text()) is None
            and not any(root.contains(anchor) for root in taken)
        ]
        if not fresh or len(fresh) > len(best.records):
            continue
        for record in bound_records(fresh, fence=taken):
            if _is_stamped(record) and not is_aside(record.root):
                found.append(record)
                known.add(canonical_url(record.url or ""))
                taken += record.elements()
    if not found:
        return best
    records = sorted((*best.records, *found), key=lambda record: record.root.order)
    return replace(best, records=tuple(records), words=best.words + sum(record.words for record in found))


def _part_of(group: Group) -> Element | None:
    """The part of the page that the records stand in, with what is beside it."""
    part = group.records[0].root.parent
    for _ in range(3):
        if part is not None and part.parent is not None and part.tag not in {"body", "main"}:
            part = part.parent
    return part


def _is_dated(record: Record) -> bool:
    """Whether it has a stamp in a short line anywhere, or above it."""
    return record.above is not None or any(True for _ in stamped_lines(record.blocks))


def _is_stamped(record: Record) -> bool:
    """Whether a line that is little more than a stamp stands at its beginning, at its end, or above it."""
    if record.above is not None:
        return True
    title, total = title_element(record), record.words
    return any(
        rest <= STAMP_REST and (at <= NEAR_WORDS + title.words or total - at <= NEAR_WORDS)
        for at, rest in stamped_lines(record.blocks, without=title)
    )
