"""Which parts of a page are its posts: groups of links at the same place in the page's structure, judged by what
stands around them. Nothing here knows a blog engine.

Links to the site's own pages are grouped by their path of tags. A group whose links each head a part of the page with
a date or text of its own are the posts; menus, archives and "recent posts" have neither. Where posts have no address,
their headings are grouped instead, and each must have its date beside it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import log

from ingest.stamps import Stamp, find_stamp, parse_stated
from ingest.tree import BREAKING, HEADINGS, Element, count_words
from ingest.urls import canonical_url, host_of, resolve

MIN_RECORDS = 2
MIN_TITLE = 4  # characters
LONG_TITLE = 40
SNIPPET_WORDS = 12  # so many words beside its title make a record worth reading
MAX_GROUPS = 400
MAX_RECORDS = 2_000  # of a group; what a page has beyond them is not looked at
LINE = 160  # characters: a line with a stamp is no longer than this
STAMP_REST = 60  # characters: so much else may stand in a line that says when a heading's post was published
NEAR_WORDS = 25  # from a record's beginning or end to such a line
MAX_ABOVE = 200  # elements before a record that are looked at for a date over several posts

# Links that lead to a post and do not name it.
UNTITLED = re.compile(
    r"(?:#|¶|∞|link|perma-?\s?link|(?:read|view|see|learn)\s+(?:the\s+)?(?:more|full|on|post|article|rest|entry).*|"
    r"continue(?:\s+reading)?.*|more|more\s+info\w*|\d+\s*min(?:ute)?s?\s+read|full\s+(?:story|post|article)|details|keep\s+reading.*|\[?…\]?|»|→|>|"
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
# What readers wrote is dated and headed like posts, and is none.
COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:comments?(?:-?(?:list|area|thread))?|commentlist|responses?|replies|respond|disqus\w*)(?:$|[\s_-])"
)
_COMMENT_FRAGMENT = re.compile(r"comment|respon|reply|disqus|trackback", re.IGNORECASE)


Link = tuple[Element, str | None]  # what titles a record, and its address


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
    groups = _link_groups(page, url, None if any_host else host_of(url))
    judged = [_judge(page, links, url) for links in groups]
    judged += [_judge_headings(page, links) for links in _heading_groups(page, url)]
    best = max((group for group in judged if group is not None), key=lambda group: group.score, default=None)
    return None if best is None else _with_featured(best, groups)


def _link_groups(page: Element, url: str, site: str | None) -> list[list[Link]]:
    """Links to the site's own pages by their path of tags, each address once in a group, named ones first."""
    own = canonical_url(url)
    titled: dict[str, dict[str, Link]] = defaultdict(dict)
    untitled: dict[str, dict[str, Link]] = defaultdict(dict)
    for anchor in page.find_all("a"):
        target = resolve(url, anchor.attributes.get("href"))
        if target is None or not _is_same_site(site, host_of(target)):
            continue
        address, fragment = canonical_url(target), target.partition("#")[2]
        if _COMMENT_FRAGMENT.search(fragment):
            fragment = ""
        if address == own and not fragment:
            continue
        name = anchor.text()
        if is_category(anchor) and len(name.split()) <= 3:
            continue
        if len(name) <= LINE and _is_stamp(name):
            kept = untitled
        elif UNTITLED.fullmatch(name) is None and len(name) >= MIN_TITLE:
            kept = titled
        elif PERMALINK.fullmatch(name):
            kept = untitled
        else:
            continue
        kept[_path(anchor)].setdefault(f"{address}#{fragment}", (anchor, target))
    groups = [list(links.values()) for chosen in (titled, untitled) for links in chosen.values()]
    groups.sort(key=len, reverse=True)
    return groups[:MAX_GROUPS]


_CATEGORY_PATH = re.compile(r"categor(?:y|ies)|/(?:topics?|tags?|labels?)/|[?&](?:tag|cat)=")


def is_category(anchor: Element) -> bool:
    """Whether a link leads to a tag's or a category's posts."""
    rel = anchor.attributes.get("rel", "").split()
    href = anchor.attributes.get("href", "").lower()
    return "tag" in rel or "category" in rel or _CATEGORY_PATH.search(href) is not None


def _is_same_site(site: str | None, host: str | None) -> bool:
    """Whether two hosts are one site's: equal, or one below the other."""
    if site is None or host is None:
        return True
    return site == host or site.endswith(f".{host}") or host.endswith(f".{site}")


_STAMP_FILLER = re.compile(
    r"(?:[\W\d_]|\b(?:posted|published|updated|written|date|on|at|th|st|nd|rd|[ap]m|utc|gmt|est|pst|(?:mon|tues|wednes|thurs|fri|"
    r"satur|sun)day|mon|tue|wed|thu|fri|sat|sun)\b)*",
    re.IGNORECASE,
)


def _is_stamp(text: str) -> bool:
    """Whether a text is a date and no more than what goes with one."""
    stamp = find_stamp(text)
    return stamp is not None and _STAMP_FILLER.fullmatch(f"{text[: stamp.start]} {text[stamp.end :]}") is not None


def _heading_groups(page: Element, url: str) -> list[list[Link]]:
    """Headings by their path of tags, with the address that a heading links to, wherever that is."""
    groups: dict[str, list[Link]] = defaultdict(list)
    for heading in page.find_all(*HEADINGS):
        text = heading.text()
        if len(text) >= MIN_TITLE and not (len(text) <= LINE and _is_stamp(text)):
            anchor = next(heading.find_all("a"), None)
            target = resolve(url, anchor.attributes.get("href")) if anchor is not None else None
            groups[_path(heading)].append((heading, target))
    return sorted(groups.values(), key=len, reverse=True)[:MAX_GROUPS]


def _path(element: Element) -> str:
    """The tags above an element. Classes differ from post to post (`post-41`, `category-mail`), tags seldom do."""
    tags = []
    node: Element | None = element
    while node is not None:
        if node.tag not in {"b", "strong", "em", "i", "span", "font", "tbody"}:
            tags.append(node.tag)
        node = node.parent
    return "/".join(tags)


def _judge(page: Element, links: list[Link], url: str) -> Group | None:
    """What a group of links is worth as the page's posts; None when it cannot be that."""
    if len(links) < MIN_RECORDS:
        return None
    records = _records(links)
    number = len(records)
    titles = [title_of(record) for record in records]
    headed = sum(_is_headed(record) for record in records) / number
    dated = sum(_is_dated(record) for record in records) / number
    words = [record.words for record in records]
    beside = [max(0, count - count_words(title)) for count, title in zip(words, titles, strict=True)]
    wordy = sum(count >= SNIPPET_WORDS for count in beside) / number
    aside = sum(_is_aside(record.root) for record in records) / number
    length = sum(map(len, titles)) / number
    own_page = sum(canonical_url(record.url or "") == canonical_url(url) for record in records) / number
    if max(dated, wordy if headed >= 0.5 else 0.0) < 0.5 or length < MIN_TITLE or aside > 0.5:
        return None
    if own_page > 0.5 and sum(map(_is_stamped, records)) < 0.5 * number:
        return None  # the sections of one text
    return Group(tuple(records), _score(page, records, dated, headed, length), dated, sum(words))


def _score(page: Element, records: Sequence[Record], dated: float, headed: float, length: float) -> float:
    share = sum(record.words for record in records) / max(1, page.words)
    led = sum(map(_is_led, records)) / len(records)
    return (
        (0.3 + 2 * dated)
        * (0.4 + headed)
        * (0.3 + min(1.0, length / LONG_TITLE))
        * (0.2 + min(1.0, share))
        * (1 - 0.8 * led)
    ) * log(1 + len(records))


def _judge_headings(page: Element, links: list[Link]) -> Group | None:
    """As `_judge`; a heading is weaker evidence than a link, so that its date must stand beside it."""
    links = [(heading, url) for heading, url in links if not _is_aside(heading)]
    if len(links) < MIN_RECORDS:
        return None
    records = _records(links)
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
    first, final = best.records[0].root, best.records[-1].root
    groups = [[(anchor, url) for anchor, url in links if _is_inside_heading(anchor)] for links in groups]
    part: Element | None = first.parent
    for _ in range(3):
        if part is not None and part.parent is not None and part.tag not in {"body", "main"}:
            part = part.parent
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
            and canonical_url(url or "") not in known
            and UNTITLED.fullmatch(anchor.text()) is None
            and not any(root.contains(anchor) for root in taken)
        ]
        if not fresh or len(fresh) > len(best.records):
            continue
        for record in _records(fresh, fence=taken):
            if _is_stamped(record) and not _is_aside(record.root):
                found.append(replace(record))
                known.add(canonical_url(record.url or ""))
                taken += record.elements()
    if not found or best.dated < 0.5:
        return best
    records = sorted((*best.records, *found), key=lambda record: record.root.order)
    return replace(best, records=tuple(records), words=best.words + sum(record.words for record in found))


# -- what belongs to a record ------------------------------------------------------------------------------------


def _records(links: Sequence[Link], *, fence: Sequence[Element] = ()) -> list[Record]:
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


def _lone_ancestor(anchor: Element, orders: list[int]) -> Element:
    """The largest element round a link that holds no other link of the group."""
    node = anchor
    while node.parent is not None and node.parent.tag not in {"html", "body", "-root"}:
        parent = node.parent
        if _count_inside(parent, orders) > 1:
            break
        node = parent
    return node


def _count_inside(element: Element, orders: list[int]) -> int:
    return bisect_left(orders, element.last + 1) - bisect_left(orders, element.order)


def _loose(root: Element, orders: list[int], *, limit: int | None) -> list[Element | str]:
    """The nodes after a record's element, up to the next that holds a link of the group."""
    if root.parent is None:
        return []
    found: list[Element | str] = []
    siblings = root.parent.children
    for place in range(root.place + 1, len(siblings)):
        sibling = siblings[place]
        if isinstance(sibling, Element) and _count_inside(sibling, orders):
            break
        if limit is not None and len(found) >= limit:
            break
        found.append(sibling)
    return found


_INLINE_TEXT = {"a", "b", "br", "em", "font", "i", "img", "small", "span", "strong"}
_MONTH_DAY = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}\b|"
    r"\b\d{1,2}\.?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
_YEAR_HEADER = re.compile(r"\W*(?:[a-z]+\s+)?(?:19|20)\d{2}\W*", re.IGNORECASE)
_TEXTUAL = {"p", "blockquote", "ul", "ol", "pre", "table", "figure"}


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
    own: list[Element | str] = []
    for node in loose:
        if isinstance(node, str):
            if not is_whole:
                own.append(node)
            continue
        if is_whole and node.tag not in _TEXTUAL:
            break
        if node.tag in {"footer", "nav", "aside", "form"} or (last and (_is_end(root, node) or _is_aside(node))):
            break
        own.append(node)
    if not last:
        while own and not _belongs_before(own[-1], leading=leading):
            own.pop()
    return own


def _is_end(root: Element, node: Element) -> bool:
    """Whether a heading after the last record begins something else: one that is not below the record's own."""
    heading = next(root.find_all(*HEADINGS), None)
    return node.tag in HEADINGS and (heading is None or node.tag <= heading.tag)


def _belongs_before(node: Element | str, *, leading: bool) -> bool:
    if isinstance(node, str):
        return bool(node.strip())
    return node.tag != "hr" and not (leading and _is_date_header(node))


def _is_date_header(element: Element) -> bool:
    text = element.text() if element.words <= 20 else ""
    stamp = find_stamp(text) if len(text) <= STAMP_REST else None
    return stamp is not None and len(text) - (stamp.end - stamp.start) <= 6


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
                headers[sibling] = 0 < sibling.words <= 12 and _is_date_header(sibling)
            if headers[sibling] or (sibling.tag in HEADINGS and _YEAR_HEADER.fullmatch(sibling.text())):
                return sibling
            if sibling.tag in HEADINGS and sibling.order not in starts and not any(sibling.find_all("a")):
                return None
        node = node.parent
    return None


# -- what a record says ------------------------------------------------------------------------------------------


def title_element(record: Record) -> Element:
    """What holds the title: the link, or the heading in it; where the link says only "Permalink", the heading."""
    inside = next(record.anchor.find_all(*HEADINGS), None)
    if inside is not None:
        return inside
    name = record.anchor.text()
    if UNTITLED.fullmatch(name) is None and not (len(name) <= LINE and _is_stamp(name)):
        return record.anchor
    for alone in (True, False):
        for block in record.elements():
            for element in block.walk():
                heads = element.tag in HEADINGS or (
                    element.tag in {"b", "strong"} and (not alone or _is_alone(element))
                )
                if heads and 0 < element.words <= 40 and not _is_stamp(element.text()):
                    return element
    return record.anchor


def _is_alone(element: Element) -> bool:
    """Whether it is all that a paragraph, a cell or another block says."""
    node = element
    while node.parent is not None and node.parent.words == element.words:
        node = node.parent
        if node.tag in BREAKING:
            return True
    return False


def title_of(record: Record) -> str:
    """The title; empty when the record has none."""
    element = title_element(record)
    name = element.text()
    if element is record.anchor and (UNTITLED.fullmatch(name) or (len(name) <= LINE and _is_stamp(name))):
        return ""
    return name


def _in_heading(record: Record) -> bool:
    node: Element | None = record.anchor
    while node is not None and node is not record.root.parent:
        if node.tag in HEADINGS or node.tag in {"dt", "th"} or re.search(r"title|heading|headline", node.hints):
            return True
        node = node.parent
    return any(record.anchor.find_all(*HEADINGS))


def _is_inside_heading(anchor: Element) -> bool:
    node: Element | None = anchor
    for _ in range(6):
        if node is not None and node.tag in HEADINGS:
            return True
        node = node.parent if node is not None else None
    return any(anchor.find_all(*HEADINGS))


def _is_headed(record: Record) -> bool:
    return _in_heading(record) or any(True for block in record.elements() for _ in block.find_all(*HEADINGS))


def _is_led(record: Record) -> bool:
    """Whether another heading stands before the link, so that this is a link in a post's text and not its title."""
    if _in_heading(record) or UNTITLED.fullmatch(record.anchor.text()):
        return False
    for heading in record.root.find_all(*HEADINGS):
        if heading.order > record.anchor.order:
            return False
        if not _is_stamp(heading.text()):
            return title_element(record) is record.anchor
    return False


def _is_dated(record: Record) -> bool:
    """Whether it has a stamp in a short line anywhere, or above it."""
    return record.above is not None or any(stamp for _, stamp, _ in _stamped_lines(record))


def _is_stamped(record: Record) -> bool:
    """Whether a line that is little more than a stamp stands at its beginning, at its end, or above it."""
    if record.above is not None:
        return True
    title = title_element(record)
    begins = title.order
    total = record.words
    return any(
        rest <= STAMP_REST and (at <= NEAR_WORDS + title.words or total - at <= NEAR_WORDS)
        for at, _, rest in _stamped_lines(record, without=begins)
    )


def _stamped_lines(record: Record, *, without: int = -1) -> Iterator[tuple[int, Stamp, int]]:
    """The record's short lines with a stamp: words before the line, the stamp, characters beside it.

    `without` is the order of an element that is passed over.
    """
    at = 0
    for block in record.blocks:
        if isinstance(block, str):
            yield from _stamp_in(" ".join(block.split()), at)
            at += count_words(block)
            continue
        stack = [block]
        while stack:
            element = stack.pop()
            if element.order == without:
                at += element.words
                continue
            if element.tag == "time":
                stated = parse_stated(element.attributes.get("datetime") or element.text())
                if stated is not None:
                    yield at, stated, 0
            title = element.attributes.get("title", "")
            if element.tag in {"abbr", "span"} and 8 <= len(title) <= STAMP_REST:
                yield from _stamp_in(title, at)
            if element.attributes.get("itemprop") == "datePublished":
                stated = parse_stated(element.attributes.get("content") or element.text())
                if stated is not None:
                    yield at, stated, 0
            yield from _stamp_in(element.own_text(), at)
            at += sum(count_words(child) for child in element.children if isinstance(child, str))
            stack.extend(child for child in reversed(element.children) if isinstance(child, Element))


def _stamp_in(line: str, at: int) -> Iterator[tuple[int, Stamp, int]]:
    stamp = find_stamp(line) if line and len(line) <= LINE else None
    if stamp is not None:
        yield at, stamp, len(line) - (stamp.end - stamp.start)


def _is_aside(element: Element) -> bool:
    node: Element | None = element
    while node is not None:
        if node.tag in ASIDE_TAGS or (node.hints != " " and (ASIDE.search(node.hints) or COMMENTS.search(node.hints))):
            return True
        node = node.parent
    return False
