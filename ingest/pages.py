"""Blog pages that hold many posts: records become entries. `records.py` says which parts of a page are its posts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta

from ingest.discover import find_feeds
from ingest.entries import Document, Enclosure, Entry
from ingest.html import clean_html, excerpt, html_to_text, plain_title
from ingest.records import LINE, UNTITLED, Group, Record, find_records, title_of
from ingest.stamps import MONTHS, Stamp, day_in_path, find_stamp, parse_stated
from ingest.tree import HEADINGS, Element
from ingest.urls import canonical_url, host_of, is_http_url, resolve

FOOTER_HINT = re.compile(
    r"(?:^|[\s_-])(?:foot(?:er)?|post-?foot\w*|tags?|tag-?links|cat(?:egories|-?links)?|meta-?bottom|share\w*|social|actions?|"
    r"comments?(?:-link)?|rating\w*|related|pager|pagination|nav(?:igation)?|read-?more|more-link|edit-link|author-box)(?:$|[\s_-])"
)
FOOTER_TEXT = re.compile(
    r"(?:tags?|tagged|categor(?:y|ies)|filed\s+(?:in|under)|posted\s+(?:in|under|by|on|at)|labels?|share|actions?|permalink|"
    r"(?:\d+|no|leave\s+a|add|post)\s+(?:comments?|replies|reply)|comments?\s*\(|read\s+more|continue\s+reading|e-mail\s*\|)\b",
    re.IGNORECASE,
)
META_HINT = re.compile(
    r"(?:^|[\s_-])(?:meta|date|time|posted|published|byline|author|info|details|entry-?meta|post-?meta|descr|stamp|sub-?title|"
    r"dateline|cal(?:endar)?|when|submitted)(?:$|[\s_-])"
)
META_WORDS = 30
BY = re.compile(
    r"(?:^|[\s|,•·—–-])(?:posted|written|published|submitted|created)?\s*(?:by|author)\s*:?\s+(?!(?:on|at|in)\b)"
    r"(?P<name>[^|•·/\n]{2,60}?)\s*(?=$|[|•·/]|,|\s[—–-]\s|\s(?:on|at|in|under)\s|\s(?:\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d)|\s(?:tags?|categor\w+|comments?)\b)",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(r"\b([a-z]{3,9})\.?\s+(\d{1,2})\b|\b(\d{1,2})\.?\s+([a-z]{3,9})\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
OLDER = re.compile(
    r"\b(?:older|previous|earlier|next|more\s+(?:posts|entries|news))\b|^[»›→>]{1,2}$|^next$", re.IGNORECASE
)
NEWER = re.compile(r"\b(?:newer|later)\b", re.IGNORECASE)
PAGE_NUMBER = re.compile(
    r"(?:[?&/](?:page|paged|pg|p|seite|start)[=/-]?|/page-?|page-?_?)(\d{1,5})(?=$|[/?&#.])", re.IGNORECASE
)
MEDIA = re.compile(r"\.(mp3|m4a|ogg|mp4|m4v|pdf|zip)(?:$|\?)", re.IGNORECASE)
MEDIA_TYPES = {
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg", "mp4": "video/mp4", "m4v": "video/mp4",
    "pdf": "application/pdf", "zip": "application/zip",
}  # fmt: skip


@dataclass(slots=True)
class _Parts:
    """The blocks of a record by what they are for."""

    meta: list[Element] = field(default_factory=list)
    body: list[Element | str] = field(default_factory=list)
    footer: list[Element] = field(default_factory=list)


def read_page(root: Element, html: str, url: str) -> tuple[Document, Group] | None:
    """The entries of a page of many posts, and the group of records they come from; None when it is no such page."""
    group = find_records(root, url)
    if group is None:
        return None
    entries = tuple(_entry(record, url) for record in group.records)
    named = tuple(entry for entry in entries if entry.title)
    if not named:
        return None
    document = Document(
        kind="page",
        title=page_title(root),
        site_url=url if is_http_url(url) else None,
        entries=named,
        next_page=find_next_page(root, url),
        feeds=find_feeds(html, url),
    )
    return document, group


def page_title(root: Element) -> str | None:
    """What the site calls itself."""
    for element in root.find_all("meta"):
        if element.attributes.get("property") == "og:site_name" and element.attributes.get("content"):
            return plain_title(element.attributes["content"], markup=False)
    for tag in ("title", "h1"):
        for element in root.find_all(tag):
            if text := element.text():
                return text
    return None


def _entry(record: Record, url: str) -> Entry:
    parts = _parts_of(record)
    html = "".join(part if isinstance(part, str) else part.html() for part in parts.body)
    text = html_to_text(html)
    stamp = _published(record, parts)
    return Entry(
        id=_permalink(record, url) or record.url,
        url=record.url,
        title=plain_title(title_of(record), markup=False),
        author=_author(record, parts),
        published=stamp.instant if stamp else None,
        published_precision=stamp.precision if stamp else None,
        summary=excerpt(text) or None,
        html=clean_html(html, record.url) if html.strip() else None,
        text=text,
        categories=_categories(parts),
        enclosures=_enclosures(parts, record.url),
    )


# -- parts -----------------------------------------------------------------------------------------------------


def _parts_of(record: Record) -> _Parts:
    """Take a record apart: what stands before and after the title, down to where the body begins and ends."""
    blocks, title_at = _flatten(record)
    parts = _Parts()
    before, after = blocks[:title_at], blocks[title_at + 1 :]
    parts.meta += [block for block in before if isinstance(block, Element)]
    title = blocks[title_at] if blocks else None
    if isinstance(title, Element) and title is not record.anchor:
        parts.meta.append(title)  # a heading may hold the date beside the link
    began = False
    for block in after:
        if isinstance(block, str):
            if began or len(block.split()) > 3:
                parts.body.append(block)
                began = True
            continue
        if not began and _is_meta(block):
            parts.meta.append(block)
        elif _is_footer(block):
            parts.footer.append(block)
        else:
            parts.body.append(block)
            began = began or block.words > 0
    _trim(parts)
    return parts


def _flatten(record: Record) -> tuple[list[Element | str], int]:
    """The blocks of a record side by side, wrappers round the title opened, and where the title is among them."""
    blocks: list[Element | str] = list(record.blocks)
    inside = next(record.anchor.find_all(*HEADINGS), None)
    target = inside if inside is not None else record.anchor
    if UNTITLED.fullmatch(record.anchor.text()):
        target = next((h for b in record.blocks for h in b.find_all(*HEADINGS)), record.anchor)
    for _ in range(40):
        at = next((i for i, b in enumerate(blocks) if isinstance(b, Element) and b.contains(target)), None)
        if at is None:
            return blocks, 0
        holder = blocks[at]
        if not isinstance(holder, Element):
            return blocks, at
        if holder is target or holder.tag in HEADINGS or holder.tag in {"dt", "th"} or _is_title_line(holder, target):
            return blocks, at
        blocks[at : at + 1] = holder.children
    return blocks, 0


def _is_title_line(holder: Element, target: Element) -> bool:
    """Whether an element holds the title and next to nothing else."""
    return holder.words <= target.words + 12 and not any(
        child.tag in {"p", "div", "ul", "ol", "table", "blockquote", "pre", "dd"} for child in holder.elements()
    )


def _is_meta(block: Element) -> bool:
    """Whether a block before the body says when and by whom, and is not the body itself."""
    if block.words > META_WORDS or (
        block.tag in {"ul", "ol", "pre", "blockquote", "table"} and not META_HINT.search(block.hints)
    ):
        return False
    if block.words == 0:
        return block.tag in {"hr", "br", "img"} or not any(True for _ in block.find_all("img"))
    if block.tag == "time" or META_HINT.search(block.hints):
        return True
    text = block.text()
    stamp = find_stamp(text)
    if stamp is not None:
        rest = len(text) - (stamp.end - stamp.start)
        return rest <= 60 or (rest <= LINE and BY.search(text) is not None)
    return (BY.match(text) is not None and block.words <= 12) or bool(FOOTER_TEXT.match(text) and block.words <= 20)


def _is_footer(block: Element) -> bool:
    if "hidden" in block.attributes.get("style", "").replace(" ", "") or "display:none" in block.attributes.get(
        "style", ""
    ).replace(" ", ""):
        return True
    if block.tag in {"footer", "form", "nav", "aside"}:
        return True
    if FOOTER_HINT.search(block.hints) and block.words <= 120:
        return True
    text = block.text()
    if not text:
        return False
    links = sum(link.words for link in block.find_all("a"))
    if FOOTER_TEXT.match(text) and block.words <= 60:
        return True
    stamp = find_stamp(text) if len(text) <= LINE else None
    if stamp is not None and len(text) - (stamp.end - stamp.start) <= 60 and block.words <= 20:
        return BY.search(text) is not None or links > 0 or "posted" in text.lower()
    return UNTITLED.fullmatch(text) is not None and links > 0


def _trim(parts: _Parts) -> None:
    """Footers inside the body's own wrapper, at its end: they are taken out of it."""
    wrappers = [part for part in parts.body if isinstance(part, Element) and part.words > 0]
    if len(wrappers) != 1:
        return
    wrapper = wrappers[0]
    if wrapper.tag not in {"div", "section", "article", "dd", "td", "span"}:
        return
    while wrapper.children:
        end = wrapper.children[-1]
        if isinstance(end, str):
            if end.strip():
                break
        elif end.words == 0 and end.tag in {"br", "hr", "div", "a", "span"} and not any(end.find_all("img")):
            pass
        elif _is_footer(end):
            parts.footer.append(end)
        else:
            break
        wrapper.children.pop()
    for child in wrapper.elements():
        if child.words and not _is_meta(child):
            break
        if child.words:
            parts.meta.append(child)
            wrapper.children.remove(child)


# -- when ------------------------------------------------------------------------------------------------------


def _published(record: Record, parts: _Parts) -> Stamp | None:
    """The stamp of a record: machine-readable first, then printed near the title, then the permalink's day."""
    around = [*parts.meta, *parts.footer]
    for block in around:
        for element in block.walk():
            stated = _stated(element)
            if stated is not None:
                return _with_printed_time(stated, element)
    for element in (e for part in parts.body if isinstance(part, Element) for e in part.walk()):
        if element.tag == "time" and re.search(r"publish|date|posted", element.hints) and (stamp := _stated(element)):
            return stamp
    printed = _printed(parts.meta, record) or _printed(parts.footer, record)
    if printed is not None:
        return printed
    if record.above is not None and (stamp := find_stamp(record.above.text())) is not None:
        return _with_time_of_day(stamp, around)
    boxed = _boxed(parts.meta, record)
    if boxed is not None:
        return boxed
    first = next((part for part in parts.body if isinstance(part, Element) and part.words), None)
    if first is not None and first.words <= LINE // 4 and (stamp := _printed([first], record)) is not None:
        return stamp
    return day_in_path(record.url)


def _stated(element: Element) -> Stamp | None:
    if element.tag == "time":
        return parse_stated(element.attributes.get("datetime") or element.text())
    title = element.attributes.get("title", "")
    if element.tag in {"abbr", "span", "a", "p", "div"} and title and len(title) < 60:
        wanted = element.tag == "abbr" or re.search(r"date|time|publish|posted", element.hints)
        stamp = parse_stated(title) if wanted and re.search(r"\d{4}", title) else None
        if stamp is not None:
            return stamp
    if element.attributes.get("itemprop") == "datePublished":
        return parse_stated(element.attributes.get("content") or element.text())
    return None


def _with_printed_time(stated: Stamp, element: Element) -> Stamp:
    """A stated day gains the hour that is printed for the same day."""
    printed = find_stamp(element.text())
    if stated.precision != "day" or printed is None or printed.precision == "day":
        return stated
    return printed if abs(printed.instant - stated.instant) < timedelta(days=1) else stated


def _printed(blocks: list[Element], record: Record) -> Stamp | None:
    """The stamp printed in short lines that are no links of their own, the best placed first."""
    found: list[tuple[int, int, Stamp]] = []
    for block in blocks:
        for element in block.walk():
            if element.tag == "a" and element is not block and element.contains(record.anchor):
                continue
            line = element.own_text() if element.elements() else element.text()
            if not line or len(line) > LINE or (element.contains(record.anchor) and element is record.anchor):
                continue
            stamp = find_stamp(line)
            if stamp is not None:
                hint = bool(META_HINT.search(element.hints)) or bool(
                    re.search(r"\b(?:posted|published|on|by|at)\b", line, re.IGNORECASE)
                )
                found.append((-int(hint), element.order, stamp))
    if found:
        return min(found, key=lambda item: item[:2])[2]
    for block in blocks:
        line = block.text()
        if len(line) <= LINE and (stamp := find_stamp(line)) is not None and not _title_says(record, line, stamp):
            return stamp
    return None


def _title_says(record: Record, line: str, stamp: Stamp) -> bool:
    """Whether the stamp is words of the title itself ("Outage of July 8, 2010")."""
    return line[stamp.start : stamp.end].strip() in title_of(record)


def _with_time_of_day(stamp: Stamp, blocks: list[Element]) -> Stamp:
    """A day that stands above several posts gains the hour that each prints."""
    if stamp.precision != "day":
        return stamp
    for block in blocks:
        match = re.search(r"\b(\d{1,2}):(\d{2})(?::\d{2})?\s*([ap])?\.?m?", block.text(), re.IGNORECASE)
        if match and int(match[1]) < 24 and int(match[2]) < 60:
            hour = int(match[1]) % 12 + (12 if match[3].lower() == "p" else 0) if match[3] else int(match[1])
            return Stamp(stamp.instant + timedelta(hours=hour, minutes=int(match[2])), "minute")
    return stamp


def _boxed(blocks: list[Element], record: Record) -> Stamp | None:
    """Month and day in a box of their own; the year comes from the box or from the permalink."""
    for block in blocks:
        if block.words > META_WORDS:
            continue
        text = block.text()
        for match in _MONTH_DAY.finditer(text):
            month = MONTHS.get((match[1] or match[4]).lower())
            year = _YEAR.search(text) or _YEAR.search(record.url)
            if month and year:
                return parse_stated(f"{year[1]}-{month:02}-{int(match[2] or match[3]):02}")
    return None


# -- who, what else --------------------------------------------------------------------------------------------


def _author(record: Record, parts: _Parts) -> str | None:
    around = [*parts.meta, *parts.footer]
    for block in around:
        for element in block.walk():
            rel = element.attributes.get("rel", "").split()
            hinted = re.search(r"(?:^|[\s_-])(?:author|fn|byline-name)(?:$|[\s_-])", element.hints)
            linked = element.tag == "a" and re.search(
                r"/(?:author|authors|people|user|users|profile)s?/", element.attributes.get("href", "")
            )
            if (
                "author" in rel or hinted or linked or element.attributes.get("itemprop") == "author"
            ) and 0 < element.words <= 6:
                name = re.sub(r"^(?:posted\s+|written\s+)?by:?\s+", "", element.text(), flags=re.IGNORECASE)
                if name and find_stamp(name) is None:
                    return name
    title = title_of(record)
    for block in around:
        text = block.text()
        if len(text) <= LINE * 2 and (match := BY.search(text.replace(title, " "))) is not None:
            name = match["name"].strip(" ,;:-–—")
            if name and find_stamp(name) is None and len(name.split()) <= 6:
                return name
    return None


def _permalink(record: Record, url: str) -> str | None:
    """The address that the page itself calls the post's permanent one."""
    for block in record.blocks:
        for anchor in block.find_all("a"):
            rel = anchor.attributes.get("rel", "").split()
            if "bookmark" in rel or re.fullmatch(r"perma-?link|#|¶", anchor.text(), re.IGNORECASE):
                target = resolve(url, anchor.attributes.get("href"))
                if (
                    target is not None
                    and anchor is not record.anchor
                    and canonical_url(target) != canonical_url(record.url)
                ):
                    return target.partition("#")[0] if target.endswith("#") else target
    return None


def _categories(parts: _Parts) -> tuple[str, ...]:
    names = []
    for block in (*parts.meta, *parts.footer):
        for anchor in block.find_all("a"):
            rel = anchor.attributes.get("rel", "").split()
            href = anchor.attributes.get("href", "").lower()
            if "tag" in rel or "category" in rel or re.search(r"/(?:categor(?:y|ies)|topics?|tags?)/|[?&]tag=", href):
                names.append(anchor.text())
    return tuple(dict.fromkeys(name for name in names if name and len(name) <= 60))


def _enclosures(parts: _Parts, url: str) -> tuple[Enclosure, ...]:
    found = {}
    for part in parts.body:
        for element in part.find_all("a", "audio", "video") if isinstance(part, Element) else ():
            address = resolve(url, element.attributes.get("href") or element.attributes.get("src"))
            match = MEDIA.search(address or "")
            if address and match:
                found[address] = Enclosure(address, MEDIA_TYPES[match[1].lower()])
    return tuple(found.values())


# -- the next page ---------------------------------------------------------------------------------------------


def find_next_page(root: Element, url: str) -> str | None:
    """The page with the next older posts: by rel=next, else by words, judged by where their link leads."""
    here = _page_number(url) or 1
    candidates: list[tuple[int, int, str]] = []
    for element in root.find_all("link", "a"):
        target = resolve(url, element.attributes.get("href"))
        if target is None or host_of(target) != host_of(url) or canonical_url(target) == canonical_url(url):
            continue
        number = _page_number(target)
        if "next" in element.attributes.get("rel", "").split():
            candidates.append((0, element.order, target))
            continue
        if element.tag != "a":
            continue
        text = element.text()
        if number is not None and number != here + 1:
            continue
        if len(text) <= 40 and OLDER.search(text) and not NEWER.search(text):
            # "Previous" is older on one blog and newer on the next: only a page number tells.
            certain = number == here + 1 or re.search(r"\bolder\b|\bearlier\b", text, re.IGNORECASE)
            if certain:
                candidates.append((1, element.order, target))
        elif number == here + 1 and text.strip() == str(number):
            candidates.append((2, element.order, target))
    return min(candidates, default=(0, 0, None))[2]


def _page_number(url: str) -> int | None:
    match = PAGE_NUMBER.search(url)
    return int(match[1]) if match else None
