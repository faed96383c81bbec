"""Which parts of a page are its posts: groups of links at the same place in the page's structure, judged by what
stands around them. Nothing here knows a blog engine.

Links to the site's own pages are grouped by their path of tags. A group whose links each head a part of the page with
a date or text of its own are the posts; menus, archives and "recent posts" have neither.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from math import log

from ingest.stamps import find_stamp, parse_stated
from ingest.tree import HEADINGS, Element
from ingest.urls import canonical_url, host_of, resolve

MIN_RECORDS = 2
MIN_TITLE = 4  # characters
LONG_TITLE = 40
SNIPPET_WORDS = 12  # so many words beside its title make a record worth reading
MAX_GROUPS = 400
LINE = 160  # characters: a line with a stamp is no longer than this

# Links that lead to a post and do not name it.
UNTITLED = re.compile(
    r"(?:#|¶|∞|link|perma-?\s?link|(?:read|view|see|learn)\s+(?:the\s+)?(?:more|full|on|post|article|rest|entry).*|"
    r"continue(?:\s+reading)?.*|more|more\s+info\w*|full\s+(?:story|post|article)|details|keep\s+reading.*|\[?…\]?|»|→|>|"
    r"(?:\d+|no|one|add|leave|post)?\s*(?:a\s+)?(?:comments?|replies|responses?|reactions?)\b.*|reply|share|tweet|e-?mail|"
    r"print|edit|trackbacks?.*)[\s.…»→>:]*",
    re.IGNORECASE,
)
PERMALINK = re.compile(r"#|¶|∞|link|perma-?\s?link|(?:read|view|continue)\b.*|more\b.*|full\b.*", re.IGNORECASE)
ASIDE = re.compile(
    r"(?:^|[\s_-])(?:side-?bar|widget|recent(?:posts|comments|-posts|-entries)?|related|popular|archive-?list|tag-?cloud|"
    r"blog-?roll|navigation|navbar|nav|menu|breadcrumbs?|footer|share|social|pager|pagination)(?:$|[\s_-])"
)
ASIDE_TAGS = {"aside", "nav", "footer"}


@dataclass(eq=False, slots=True)
class Record:
    """A part of the page that is one post: its link, its title, and the top-level elements that belong to it."""

    anchor: Element
    url: str
    root: Element
    blocks: list[Element]
    above: Element | None = None  # what stands just before it: perhaps a date for several posts


@dataclass(frozen=True, slots=True)
class Group:
    """The records that one group of links makes, and how much they look like posts."""

    records: tuple[Record, ...]
    score: float
    dated: float  # share of the records with a stamp
    words: int  # of all records


def find_records(page: Element, url: str) -> Group | None:
    """The group of records that are the page's posts; None when no group looks like posts."""
    groups = _link_groups(page, url)
    judged = [judged for links in groups if (judged := _judge(page, links, url)) is not None]
    return max(judged, key=lambda group: group.score, default=None)


def _link_groups(page: Element, url: str) -> list[list[tuple[Element, str]]]:
    """Links to the site's own pages by their path of tags, each address once in a group, named ones first."""
    site = host_of(url)
    own = canonical_url(url)
    titled: dict[str, dict[str, Element]] = defaultdict(dict)
    untitled: dict[str, dict[str, Element]] = defaultdict(dict)
    for anchor in page.find_all("a"):
        href = anchor.attributes.get("href", "")
        target = resolve(url, href)
        if target is None or href.lstrip().startswith("#") or (site is not None and host_of(target) != site):
            continue
        address = canonical_url(target)
        if address == own:
            continue
        path = _path(anchor)
        name = anchor.text()
        plain = UNTITLED.fullmatch(name) is None and len(name) >= MIN_TITLE
        if not plain and not PERMALINK.fullmatch(name):
            continue
        kept = (titled if plain else untitled)[path]
        if address not in kept:
            kept[address] = anchor
    groups = [links for chosen in (titled, untitled) for links in chosen.values() if len(links) >= MIN_RECORDS]
    groups.sort(key=len, reverse=True)
    return [[(anchor, address) for address, anchor in links.items()] for links in groups[:MAX_GROUPS]]


def _path(element: Element) -> str:
    """The tags above an element. Classes differ from post to post (`post-41`, `category-mail`), tags seldom do."""
    tags = []
    node: Element | None = element
    while node is not None:
        if node.tag not in {"b", "strong", "em", "i", "span", "font", "tbody"}:
            tags.append(node.tag)
        node = node.parent
    return "/".join(tags)


def _judge(page: Element, links: list[tuple[Element, str]], url: str) -> Group | None:
    links = sorted(links, key=lambda link: link[0].order)
    records = _records(links, url)
    if len(records) < MIN_RECORDS:
        return None
    number = len(records)
    titles = [len(title_of(record)) for record in records]
    headed = sum(_is_headed(record) for record in records) / number
    dated = sum(_is_dated(record) for record in records) / number
    words = [sum(block.words for block in record.blocks) for record in records]
    beside = [max(0, count - len(title_of(record).split())) for count, record in zip(words, records, strict=True)]
    wordy = sum(count >= SNIPPET_WORDS for count in beside) / number
    aside = sum(_is_aside(record.root) for record in records) / number
    if max(dated, wordy if headed >= 0.5 else 0.0) < 0.5 or sum(titles) / number < MIN_TITLE or aside > 0.5:
        return None
    share = sum(words) / max(1, page.words)
    score = (
        (0.3 + 2 * dated)
        * (0.4 + headed)
        * (0.3 + min(1.0, sum(titles) / number / LONG_TITLE))
        * (0.2 + min(1.0, share))
    ) * log(1 + number)
    return Group(tuple(records), score, dated, sum(words))


def _records(links: list[tuple[Element, str]], url: str) -> list[Record]:
    """For each link the largest element that holds no other of the group, with the loose siblings that follow it."""
    anchors = [anchor for anchor, _ in links]
    roots = [_lone_ancestor(anchor, anchors, index) for index, anchor in enumerate(anchors)]
    starts = {root.order for root in roots}
    records = []
    for (anchor, address), root in zip(links, roots, strict=True):
        blocks = [root]
        if root.parent is not None:
            siblings = root.parent.elements()
            at = next(index for index, sibling in enumerate(siblings) if sibling is root)
            loose = []
            for sibling in siblings[at + 1 :]:
                if sibling.order in starts or any(sibling.contains(other) for other in anchors):
                    break
                loose.append(sibling)
            blocks += _own_siblings(root, loose, last=root is roots[-1])
        above = _just_above(root, starts)
        records.append(Record(anchor, _stated_address(anchor, url) or address, root, blocks, above))
    return records


def _stated_address(anchor: Element, url: str) -> str | None:
    return resolve(url, anchor.attributes.get("href"))


def _lone_ancestor(anchor: Element, anchors: list[Element], index: int) -> Element:
    """The largest element round a link that holds no other link of the group."""
    before = anchors[index - 1] if index else None
    after = anchors[index + 1] if index + 1 < len(anchors) else None
    node = anchor
    while node.parent is not None and node.parent.tag not in {"html", "body"}:
        parent = node.parent
        if (before is not None and parent.contains(before)) or (after is not None and parent.contains(after)):
            break
        node = parent
    return node


def _own_siblings(root: Element, loose: list[Element], *, last: bool) -> list[Element]:
    """Of the elements between a record and the next, those that are its own.

    A container is whole in itself, and what follows it is not its own; a bare heading's text follows it. A heading or
    a date at the very end belongs to the next record, and after the last record only what looks like text is its own.
    """
    if root.tag in {"article", "section", "li", "tr"} or (
        root.tag in {"div", "table"} and root.words > 30 and not loose
    ):
        return []
    if root.tag == "dt":
        return [sibling for sibling in loose if sibling.tag == "dd"]
    if root.tag == "tr":
        return []
    is_whole = root.tag == "div" and root.words > 40
    own: list[Element] = []
    for sibling in loose:
        if is_whole and sibling.tag not in {"p", "blockquote", "ul", "ol", "pre", "table", "figure"}:
            break
        if sibling.tag in {"footer", "nav", "aside", "form"} or (
            last and (sibling.tag in HEADINGS or _is_aside(sibling))
        ):
            break
        own.append(sibling)
    if not last:
        while own and (own[-1].tag == "hr" or _is_date_header(own[-1])):
            own.pop()
    return own


def _is_date_header(element: Element) -> bool:
    text = element.text()
    stamp = find_stamp(text) if len(text) <= 60 else None
    return (
        stamp is not None
        and len(text) - (stamp.end - stamp.start) <= 6
        and (element.tag in {*HEADINGS, "dt"} or "date" in element.hints)
    )


def _just_above(root: Element, starts: set[int]) -> Element | None:
    """The nearest element before a record that holds a date and nothing else, over the records of the same day."""
    node: Element | None = root
    for _ in range(4):
        if node is None or node.parent is None:
            return None
        siblings = node.parent.elements()
        at = next(index for index, sibling in enumerate(siblings) if sibling is node)
        for sibling in reversed(siblings[:at]):
            text = sibling.text()
            if len(text) <= 80 and find_stamp(text) is not None:
                return sibling
            if (
                sibling.tag in HEADINGS
                and sibling.order not in starts
                and not any(sibling.contains(inner) for inner in sibling.find_all("a"))
            ):
                return None
        node = node.parent
    return None


def title_of(record: Record) -> str:
    """The title: the link's text, or the heading in it; where the link says no more than "Permalink", the heading."""
    inside = next(record.anchor.find_all(*HEADINGS), None)
    if inside is not None:
        return inside.text()
    name = record.anchor.text()
    if UNTITLED.fullmatch(name) is None:
        return name
    heading = next((h for block in record.blocks for h in block.find_all(*HEADINGS)), None)
    if heading is not None:
        return heading.text()
    bold = next((b for block in record.blocks for b in block.find_all("b", "strong") if b.words <= 20), None)
    return bold.text() if bold is not None else ""


def _is_headed(record: Record) -> bool:
    node: Element | None = record.anchor
    while node is not None and node is not record.root.parent:
        if node.tag in HEADINGS or node.tag in {"dt", "th"} or re.search(r"title|heading|headline", node.hints):
            return True
        node = node.parent
    return any(True for _ in record.anchor.find_all(*HEADINGS)) or any(
        True for block in record.blocks for _ in block.find_all(*HEADINGS)
    )


def _is_dated(record: Record) -> bool:
    for block in record.blocks:
        for element in block.walk():
            if element.tag == "time" and parse_stated(element.attributes.get("datetime") or element.text()):
                return True
            line = element.own_text()
            if line and len(line) <= LINE and find_stamp(line) is not None:
                return True
    return record.above is not None and find_stamp(record.above.text()) is not None


def _is_aside(element: Element) -> bool:
    node: Element | None = element
    while node is not None:
        if node.tag in ASIDE_TAGS or ASIDE.search(node.hints):
            return True
        node = node.parent
    return False
