"""Where a record begins and ends: which nodes of the page belong to what titles it, and the date above it.

What the nodes are for is for `bodies.py`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from ingest import languages
from ingest.datelines import is_date_header
from ingest.groups import Link
from ingest.stamps import find_stamp
from ingest.tree import HEADINGS, Element, count_words, hint_pattern

MAX_RECORDS = 2_000  # of a group; what a page has beyond them is not looked at
MAX_LOOSE = 3_000  # nodes after a record's element that may be its own
MAX_ABOVE = 200  # elements before a record that are looked at for a date over several posts
ASIDE = hint_pattern(
    r"side-?bar|widget|recent(?:posts|comments|-posts|-entries)?|related|popular|archive-?list|tag-?cloud|"
    r"blog-?roll|navigation|navbar|nav|menu|breadcrumbs?|footer|share|social|pager|pagination"
)
_MAIN_WIDGET = re.compile(r"(?:^|\s)widget blog(?=\s)")  # what Blogger calls the posts themselves
ASIDE_TAGS = {"aside", "nav", "footer"}
# What readers wrote is dated and headed like posts, and is none.
COMMENTS = hint_pattern(r"comments?(?:-?(?:list|area|thread))?|commentlist|responses?|replies|respond|disqus\w*")
_INLINE_TEXT = {"a", "b", "br", "em", "font", "i", "img", "small", "span", "strong"}
_TEXTUAL = {"p", "blockquote", "ul", "ol", "pre", "table", "figure"}
# Stricter than `MONTH_AND_DAY`, since a whole post is searched, and open at the end: "5 novembre" says a day as well.
_MONTH_DAY = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}\b|"
    r"\b\d{1,2}\.?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|"
    rf"\b\d{{1,2}}\.?\s+(?:de\s+)?(?:{'|'.join(' '.join(languages.MONTHS.values()).split())})\b",
    re.IGNORECASE,
)
_YEAR_HEADER = re.compile(r"\W*(?:[^\W\d_]+\s+(?:de\s+)?)?(?:19|20)\d{2}\W*", re.IGNORECASE)


@dataclass(eq=False, slots=True)
class Record:
    """A part of the page that is one post: what titles it, its address, and the nodes that belong to it."""

    anchor: Element  # the link; a heading where posts have no address of their own
    url: str | None
    root: Element
    blocks: list[Element | str]
    above: Element | None = None  # what stands just before it: perhaps a date for several posts

    def elements(self) -> list[Element]:
        return [block for block in self.blocks if isinstance(block, Element)]

    @property
    def words(self) -> int:
        return sum(count_words(block) if isinstance(block, str) else block.words for block in self.blocks)


def bound_records(links: Sequence[Link], *, fence: Sequence[Element] = ()) -> list[Record]:
    """For each link the largest element that holds no other of the group, with the loose siblings that follow it.

    `fence` are elements that no record may reach into.
    """
    links = sorted(links, key=lambda link: link[0].order)[:MAX_RECORDS]
    orders = sorted([*(anchor.order for anchor, _ in links), *(element.order for element in fence)])
    roots = [_lone_ancestor(anchor, orders) for anchor, _ in links]
    starts = {root.order for root in roots}
    headers: dict[Element, bool] = {}
    aboves = [_just_above(root, starts, headers) for root in roots]
    leading = aboves[0] is not None and not aboves[0].contains(links[0][0])  # dates stand before their posts
    records: list[Record] = []
    longest = 0
    for number, ((anchor, url), root, above) in enumerate(zip(links, roots, aboves, strict=True)):
        last = number == len(roots) - 1
        loose = _loose(root, orders, limit=longest if last and root.tag == "tr" else None)
        longest = max(longest, len(loose))
        own = _own_siblings(root, loose, last=last, leading=leading)
        if last and records:  # what follows it is its own as far as the others have such things
            tags = {block.tag for record in records for block in record.elements()[1:]}
            own = [
                node for node in own if not isinstance(node, Element) or node.tag in tags or node.tag in _INLINE_TEXT
            ]
            own = own if any(len(record.blocks) > 1 for record in records) else []
        if above is not None and find_stamp(above.text()) is None and not _MONTH_DAY.search(root.text()):
            above = None  # a year, and no day to go with it
        records.append(Record(anchor, url, root, [root, *own], above))
    return records


def is_aside(element: Element) -> bool:
    """Whether an element stands in what is not the page's main matter: a menu, a sidebar, readers' comments."""
    return any(map(_says_aside, element.ancestors()))


def _says_aside(element: Element) -> bool:
    if element.tag in ASIDE_TAGS:
        return True
    hints = element.hints
    return hints != " " and bool(ASIDE.search(_MAIN_WIDGET.sub(" ", hints)) or COMMENTS.search(hints))


def _lone_ancestor(anchor: Element, orders: list[int]) -> Element:
    """The largest element round a link that holds no other link of the group."""
    node = anchor
    while node.parent is not None and node.parent.tag not in {"html", "body", "-root"}:
        if _count_inside(node.parent, orders) > 1:
            break
        node = node.parent
    return node


def _count_inside(element: Element, orders: list[int]) -> int:
    return bisect_left(orders, element.last + 1) - bisect_left(orders, element.order)


def _loose(root: Element, orders: list[int], *, limit: int | None) -> list[Element | str]:
    """The nodes after a record's element, up to the next that holds a link of the group, `limit` at most."""
    found: list[Element | str] = []
    siblings = root.parent.children if root.parent is not None else []
    for place in range(root.place + 1, len(siblings)):
        sibling = siblings[place]
        if len(found) in {limit, MAX_LOOSE} or (isinstance(sibling, Element) and _count_inside(sibling, orders)):
            break
        found.append(sibling)
    return found


def _own_siblings(root: Element, loose: list[Element | str], *, last: bool, leading: bool) -> list[Element | str]:
    """Of the nodes between a record and the next, those that are its own.

    A container is whole in itself, and what follows it is not its own; a bare heading's text follows it. A heading or
    a date at the very end belongs to the next record, and after the last record only what looks like text is its own.
    """
    if root.tag in {"article", "section", "li"} or (
        root.tag in {"div", "table"} and root.words > 30 and not any(isinstance(node, Element) for node in loose)
    ):
        return []
    if root.tag == "dt":
        return [node for node in loose if isinstance(node, Element) and node.tag == "dd"]
    is_whole = root.tag == "div" and root.words > 40
    is_dated = _begins_with_date(root)
    heading = next(root.find_all(*HEADINGS), None) if last else None
    beside_aside = last and root.parent is not None and is_aside(root.parent)
    own: list[Element | str] = []
    for node in loose:
        if isinstance(node, str):
            if not is_whole:
                own.append(node)
            continue
        if (is_whole and node.tag not in _TEXTUAL) or (is_dated and _begins_with_date(node)):
            break
        if node.tag in {"footer", "nav", "aside", "form"}:
            break
        if last and (beside_aside or _is_end(heading, node) or _says_aside(node)):
            break
        own.append(node)
    if not last:
        while own and not _belongs_before(own[-1], leading=leading):
            own.pop()
    return own


def _begins_with_date(node: Element) -> bool:
    """Whether a container has a date of its own at its head: beside one with a post, a day without posts."""
    if node.tag != "div":
        return False
    first = next((child for child in node.elements() if child.words), None)
    return first is not None and first.words < node.words and is_date_header(first)


def _is_end(heading: Element | None, node: Element) -> bool:
    """Whether a heading after the last record begins something else: one that is not below the record's own."""
    return node.tag in HEADINGS and (heading is None or node.tag <= heading.tag)


def _belongs_before(node: Element | str, *, leading: bool) -> bool:
    if isinstance(node, str):
        return bool(node.strip())
    return node.tag != "hr" and not (leading and is_date_header(node))


def _just_above(root: Element, starts: set[int], headers: dict[Element, bool]) -> Element | None:
    """The nearest element before a record that holds a date and nothing else, over the records of the same day.

    `headers` remembers which elements are dates, since records look at the same ones.
    """
    node: Element | None = root
    looked = 0
    for _ in range(4):
        if node is None or node.parent is None:
            return None
        siblings = node.parent.children
        for place in range(node.place - 1, -1, -1):
            sibling = siblings[place]
            if isinstance(sibling, str):
                continue
            looked += 1
            if looked > MAX_ABOVE:
                return None
            if sibling not in headers:
                headers[sibling] = 0 < sibling.words <= 12 and is_date_header(sibling)
            if headers[sibling] or (sibling.tag in HEADINGS and _YEAR_HEADER.fullmatch(sibling.text())):
                return sibling
            if sibling.tag in HEADINGS and sibling.order not in starts and not any(sibling.find_all("a")):
                return None
        node = node.parent
    return None
