"""Blog pages that hold many posts: records become entries. `records.py` says which parts of a page are its posts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html import escape
from itertools import pairwise

from ingest.articles import BY, Linked, linked_articles, said_author
from ingest.discover import find_feeds
from ingest.entries import Document, Enclosure, Entry
from ingest.html import clean_html, excerpt, html_to_text, plain_title
from ingest.records import LINE, UNTITLED, Group, Record, find_records, is_category, title_element, title_of
from ingest.stamps import MONTHS, Stamp, day_in_path, find_stamp, parse_stated
from ingest.tree import BREAKING, HEADINGS, MAX_DEPTH, Element, count_words
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
_MONTH_DAY = re.compile(r"\b([a-z]{3,9})\.?\s+(\d{1,2})\b|\b(\d{1,2})\.?\s+([a-z]{3,9})\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
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
_PERSON_PATH = re.compile(
    r"/(?:author|authors|people|user|users|profile|member|members|staff)s?/(?!log|regist|sign|pass)|/@\w"
)
_SEPARATORS = re.compile(r"\s*[|•·—–,/]\s*|\s-\s")
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
    base = _base_of(root, url)
    known_site = is_http_url(url) or not base.startswith(NOWHERE)
    group = find_records(root, base, any_host=not known_site)
    if group is None:
        return None
    linked = _Linked(linked_articles(html), base)
    read = [_read(record, base, linked) for record in group.records]
    stamps = _days_settled([stamp for _, stamp in read], root)
    entries = tuple(
        _here(replace(entry, published=stamp.instant, published_precision=stamp.precision) if stamp else entry)
        for (entry, _), stamp in zip(read, stamps, strict=True)
        if entry.title
    )
    if not entries:
        return None
    document = Document(
        kind="page",
        title=page_title(root),
        site_url=url if is_http_url(url) else None,
        entries=entries,
        next_page=_somewhere(find_next_page(root, base)),
        feeds=find_feeds(html, url),
    )
    return document, group


# What links count from where neither the caller nor the page says where it stood; no answer names it.
NOWHERE = "http://page.invalid/"


def _base_of(root: Element, url: str) -> str:
    """What the page's links count from: its base element, its own address, or the one that it calls canonical."""
    own = url
    if not is_http_url(url):
        stated = (
            element.attributes.get("href") or element.attributes.get("content")
            for element in root.find_all("link", "meta")
            if element.attributes.get("rel", "").lower() == "canonical"
            or element.attributes.get("property") == "og:url"
        )
        own = next((address for address in stated if address and is_http_url(address)), NOWHERE)
    first = next((element for element in root.find_all("base") if element.attributes.get("href")), None)
    return (resolve(own, first.attributes["href"]) if first is not None else None) or own


def _somewhere(url: str | None) -> str | None:
    return None if url is not None and url.startswith(NOWHERE) else url


def _here(entry: Entry) -> Entry:
    """An entry of a page whose address is not known: relative links lead nowhere."""
    return replace(entry, id=_somewhere(entry.id), url=_somewhere(entry.url))


def _days_settled(stamps: list[Stamp | None], root: Element) -> list[Stamp | None]:
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


class _Linked:
    """What the page's JSON-LD says of its posts, by their address and by their headline."""

    def __init__(self, articles: list[Linked], base: str) -> None:
        self._known: dict[str, Linked] = {}
        for article in articles:
            for address in (article.url, article.title):
                resolved = resolve(base, address) if address and address is article.url else None
                name = canonical_url(resolved) if resolved else article.title
                if name:
                    self._known.setdefault(name, article)

    def of(self, url: str | None, title: str | None) -> Linked | None:
        found = self._known.get(canonical_url(url)) if url else None
        return found or (self._known.get(title) if title else None)


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


def _read(record: Record, url: str, linked: _Linked) -> tuple[Entry, Stamp | None]:
    """The entry of a record but for its date, and the stamp that gives it."""
    parts = _parts_of(record)
    html = "".join(escape(part, quote=False) if isinstance(part, str) else part.html() for part in parts.body)
    text = html_to_text(html)
    title = plain_title(title_of(record), markup=False)
    stamp, updated = _published(record, parts), _updated(parts)
    stated = linked.of(record.url, title)
    if stated is not None and stated.published is not None:
        stamp = _finer(stamp, stated.published)
    entry = Entry(
        id=_permalink(record, url) or record.url,
        url=record.url,
        title=title,
        author=_author(record, parts) or (stated.author if stated else None),
        updated=updated.instant if updated else None,
        summary=excerpt(text) or None,
        html=clean_html(html, record.url or url) if html.strip() else None,
        text=text,
        categories=_categories(parts),
        enclosures=_enclosures(parts, record.url or url),
    )
    return entry, stamp


def _finer(printed: Stamp | None, stated: Stamp) -> Stamp:
    """Of what is printed and what JSON-LD states, the finer: JSON-LD gives the hour of a printed day."""
    if printed is None or (printed.precision == "day" and abs(printed.instant - stated.instant) < timedelta(days=2)):
        return stated
    return printed


# -- parts -----------------------------------------------------------------------------------------------------


def _parts_of(record: Record) -> _Parts:
    """Take a record apart: what stands before and after the title, down to where the body begins and ends."""
    blocks, title_at = _flatten(record)
    parts = _Parts()
    before, after = blocks[:title_at], blocks[title_at + 1 :]
    parts.meta += [line for line in _lines(before) if line.words]
    title = blocks[title_at] if blocks else None
    if isinstance(title, Element) and title is not record.anchor:
        parts.meta.append(title)  # a heading may hold the date beside the link
    at = 0
    while at < len(after):  # lines of meta, before the body begins
        line = _line_at(after, at)
        nodes = after[at : at + len(line)]
        whole = nodes[0] if len(nodes) == 1 and isinstance(nodes[0], Element) else _joined(nodes)
        if not whole.words and not any(whole.find_all("img")):
            parts.meta.append(whole)  # it may state what it does not show
            at += len(line)
        elif _is_meta(whole) or _is_tag_list(whole):
            parts.meta.append(whole)
            at += len(line)
        elif len(nodes) > 1 and isinstance(nodes[0], Element) and _is_meta(nodes[0]):
            parts.meta.append(nodes[0])
            at += 1
        elif _is_footer(whole):
            parts.footer.append(whole)
            at += len(line)
        else:
            break
    for block in after[at:]:
        if isinstance(block, Element) and (_is_footer(block) or _is_tag_list(block)):
            parts.footer.append(block)
        else:
            parts.body.append(block)
    _trim(parts)
    return parts


_INLINE = {
    "a", "abbr", "acronym", "b", "big", "cite", "code", "em", "font", "i", "img", "label", "mark", "q", "s", "small",
    "span", "strong", "sub", "sup", "time", "tt", "u", "var",
}  # fmt: skip


def _line_at(nodes: list[Element | str], at: int) -> list[Element | str]:
    """The nodes from one on that stand on one line: inline ones up to a break or a block; else the block alone."""
    line = []
    for node in nodes[at:]:
        if isinstance(node, Element) and (node.tag not in _INLINE or any(e.tag in BREAKING for e in node.elements())):
            break
        line.append(node)
    return line or nodes[at : at + 1]


def _lines(nodes: list[Element | str]) -> Iterator[Element]:
    at = 0
    while at < len(nodes):
        line = _line_at(nodes, at)
        at += len(line)
        yield line[0] if len(line) == 1 and isinstance(line[0], Element) else _joined(line)


def _joined(nodes: list[Element | str]) -> Element:
    """Nodes of one line as an element."""
    elements = [node for node in nodes if isinstance(node, Element)]
    return Element(
        "span",
        {},
        children=list(nodes),
        order=elements[0].order if elements else -1,
        last=elements[-1].last if elements else -1,
        words=sum(count_words(node) if isinstance(node, str) else node.words for node in nodes),
    )


def _flatten(record: Record) -> tuple[list[Element | str], int]:
    """The blocks of a record side by side, wrappers round the title opened, and where the title is among them."""
    blocks: list[Element | str] = list(record.blocks)
    target = title_element(record)
    for _ in range(MAX_DEPTH):
        at = next((i for i, b in enumerate(blocks) if isinstance(b, Element) and b.contains(target)), None)
        if at is None:
            return blocks, 0
        holder = blocks[at]
        if not isinstance(holder, Element):
            return blocks, at
        if holder is target or holder.tag in HEADINGS or holder.tag in {"dt", "th"}:
            return blocks, at
        blocks[at : at + 1] = holder.children
    return blocks, 0


def _is_meta(block: Element) -> bool:
    """Whether a block before the body says when and by whom, and is not the body itself."""
    if block.words > META_WORDS or (
        block.tag in {"ul", "ol", "pre", "blockquote", "table"} and not META_HINT.search(block.hints)
    ):
        return False
    if block.words == 0:
        return block.tag in {"hr", "br", "img"} or not any(block.find_all("img"))
    if block.tag == "time" or block.attributes.get("itemprop") in {
        "author",
        "datePublished",
        "dateModified",
        "creator",
    }:
        return True
    if any(map(_stated, block.find_all("time"))) and not any(inner.tag in {"p", "pre"} for inner in block.elements()):
        return True
    text = block.text()
    stamp = find_stamp(text)
    said = BY.match(text) is not None
    if META_HINT.search(block.hints) and (
        stamp is not None or said or block.words <= 12 or _link_words(block) * 2 > block.words
    ):
        return True
    if stamp is not None:
        rest = len(text) - (stamp.end - stamp.start)
        if text.endswith((".", "!", "?", ":")) and not _SAYS_WHEN.search(text):
            return False  # a sentence of the body with a date in it
        return rest <= 60 or (rest <= LINE and BY.search(text) is not None)
    if _MONTH_DAY.fullmatch(text):
        return True
    return (said and block.words <= 12) or bool(FOOTER_TEXT.match(text) and block.words <= 20)


_SAYS_WHEN = re.compile(
    r"^\W*(?:last\s+)?(?:posted|published|written|submitted|created|updated|by|date)\b", re.IGNORECASE
)


def _link_words(block: Element) -> int:
    return sum(link.words for link in block.find_all("a"))


def _is_tag_list(block: Element) -> bool:
    """Whether a block is nothing but links to tags and categories."""
    if not 0 < block.words <= 40:
        return False
    links = list(block.find_all("a"))
    return bool(links) and sum(link.words for link in links) == block.words and all(map(is_category, links))


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
    if _signature(text):
        return True
    links = _link_words(block)
    if (
        FOOTER_TEXT.match(text)
        and block.words <= 60
        and not any(p.words > 12 for p in block.find_all("p") if p is not block)
    ):
        return True
    stamp = find_stamp(text) if len(text) <= LINE else None
    if stamp is not None and len(text) - (stamp.end - stamp.start) <= 60 and block.words <= 20:
        return BY.search(text) is not None or links > 0 or "posted" in text.lower()
    return (UNTITLED.fullmatch(text) is not None and links > 0) or _leads_on(block)


def _leads_on(block: Element) -> bool:
    """Whether a line is links to the rest of a post or to its comments, with a few words between them."""
    anchors = list(block.find_all("a"))
    if not anchors or block.words > 20 or block.words - _link_words(block) > 8:
        return False
    return all(UNTITLED.fullmatch(anchor.text()) for anchor in anchors)


# What may wrap a body, or a part of it, with its meta lines and footers inside.
_WRAPPERS = {
    "div",
    "section",
    "article",
    "dd",
    "td",
    "tr",
    "table",
    "tbody",
    "span",
    "center",
    "font",
    "header",
    "main",
}


def _signature(text: str) -> str | None:
    """The name in a line like "— Ida Marlow"."""
    match = re.fullmatch(r"[—–-]{1,3}\s*(.{2,60})", text)
    return match[1] if match and _is_person(match[1]) else None


def _trim(parts: _Parts) -> None:
    """Meta lines at the beginning of the body's own wrappers and footers at their end are taken out of them."""
    holder = next((part for part in parts.body if not isinstance(part, str) or part.strip()), None)
    for _ in range(MAX_DEPTH):
        if not isinstance(holder, Element) or holder.tag not in _WRAPPERS:
            break
        holder = _trim_start(holder, parts)
    holder = next((part for part in reversed(parts.body) if not isinstance(part, str) or part.strip()), None)
    for _ in range(MAX_DEPTH):
        if not isinstance(holder, Element) or holder.tag not in _WRAPPERS:
            break
        holder = _trim_end(holder, parts)


def _trim_start(holder: Element, parts: _Parts) -> Element | str | None:
    """Take meta lines from the beginning of a wrapper; answers what then comes first in it."""
    for child in list(holder.children):
        if isinstance(child, str):
            if child.strip():
                return child
        elif child.words and child.words < holder.words and (_is_meta(child) or _is_tag_list(child)):
            parts.meta.append(child)
            holder.take_out(child)
        elif child.words:
            return child
    return None


def _trim_end(holder: Element, parts: _Parts) -> Element | str | None:
    """Take footers from the end of a wrapper; answers what then comes last in it."""
    while holder.children:
        end = holder.children[-1]
        if isinstance(end, str):
            if end.strip():
                return end
            holder.children.pop()
        elif (
            end.words == 0 and end.tag in {"br", "hr", "div", "a", "span", "tr", "td"} and not any(end.find_all("img"))
        ):
            holder.take_out(end)
        elif end.words < holder.words and (_is_footer(end) or _is_tag_list(end)):
            parts.footer.append(end)
            holder.take_out(end)
        else:
            return end
    return None


# -- when ------------------------------------------------------------------------------------------------------


def _published(record: Record, parts: _Parts) -> Stamp | None:
    """The stamp of a record: machine-readable first, then printed near the title, then the permalink's day."""
    around = [*parts.meta, *parts.footer]
    stated = [(element, stamp) for block in around for element in block.walk() if (stamp := _stated(element))]
    stated.sort(key=lambda item: _UPDATED.search(_called(item[0])) is not None)
    if stated:
        return _with_printed_time(stated[0][1], stated[0][0])
    for element in (e for part in parts.body if isinstance(part, Element) for e in part.walk()):
        if (
            element.tag == "time"
            and re.search(r"publish|(?<!up)date|posted", element.hints)
            and (stamp := _stated(element))
        ):
            return stamp
    printed = _printed(parts.meta, record) or _printed(parts.footer, record)
    if printed is not None:
        return _with_time_of_day(printed, around)
    if record.above is not None and (stamp := find_stamp(record.above.text())) is not None:
        return _with_time_of_day(stamp, around)
    boxed = _boxed(parts.meta, record)
    if boxed is not None:
        return _with_time_of_day(boxed, around)
    first = next((part for part in parts.body if isinstance(part, Element) and part.words), None)
    if first is not None and first.words <= LINE // 4 and (stamp := _printed([first], record)) is not None:
        return stamp
    return day_in_path(record.url)


_UPDATED = re.compile(r"updated|modified", re.IGNORECASE)


def _called(element: Element) -> str:
    return f"{element.hints} {element.attributes.get('itemprop', '')}"


def _updated(parts: _Parts) -> Stamp | None:
    """When the post was changed, where the page says so beside when it was published."""
    return next(
        (
            stamp
            for block in (*parts.meta, *parts.footer)
            for element in block.walk()
            if _UPDATED.search(_called(element)) and "published" not in element.hints and (stamp := _stated(element))
        ),
        None,
    )


def _stated(element: Element) -> Stamp | None:
    if element.tag == "time":
        return parse_stated(element.attributes.get("datetime") or element.text())
    title = element.attributes.get("title", "")
    if element.tag in {"abbr", "span", "a", "p", "div"} and title and len(title) < 60:
        wanted = element.tag == "abbr" or re.search(r"date|time|publish|posted", element.hints)
        stamp = parse_stated(title) if wanted and re.search(r"\d{4}", title) else None
        if stamp is not None:
            return stamp
    if element.attributes.get("itemprop") in {"datePublished", "dateCreated", "dateModified"}:
        return parse_stated(element.attributes.get("content") or element.attributes.get("datetime") or element.text())
    return None


def _with_printed_time(stated: Stamp, element: Element) -> Stamp:
    """A stated day gains the hour that is printed for the same day."""
    printed = find_stamp(element.text())
    if stated.precision != "day" or printed is None or printed.precision == "day":
        return stated
    return printed if abs(printed.instant - stated.instant) < timedelta(days=1) else stated


def _printed(blocks: list[Element], record: Record) -> Stamp | None:
    """The stamp printed in short lines beside the title, the best placed first."""
    title = title_of(record)
    found: list[tuple[int, int, Stamp]] = []
    for block in blocks:
        for element in block.walk():
            line = _without(element.own_text() if element.elements() else element.text(), title)
            stamp = find_stamp(line) if line and len(line) <= LINE else None
            if stamp is not None:
                hint = bool(META_HINT.search(element.hints)) or bool(
                    re.search(r"\b(?:posted|published|on|by|at)\b", line, re.IGNORECASE)
                )
                found.append((-int(hint), element.order, stamp))
    if found:
        return min(found, key=lambda item: item[:2])[2]
    for block in blocks:
        line = _without(block.text(), title)
        if len(line) <= LINE and (stamp := find_stamp(line)) is not None:
            return stamp
    return None


def _without(line: str, title: str) -> str:
    """A line without the words of the title in it, which may name another day ("Outage of July 8, 2010")."""
    return line.replace(title, " ").strip() if title else line


_HOUR = re.compile(r"(?<![\d:.])(\d{1,2}):(\d{2})(?::\d{2})?(?![\d:])\s*([ap])?\.?m?", re.IGNORECASE)


def _with_time_of_day(stamp: Stamp, blocks: list[Element]) -> Stamp:
    """A day that stands apart, above several posts or in a box, gains the hour that the post prints."""
    if stamp.precision != "day":
        return stamp
    for block in blocks:
        match = _HOUR.search(block.text()) if block.words <= META_WORDS else None
        if match and int(match[1]) < 24 and int(match[2]) < 60:
            hour = int(match[1]) % 12 + (12 if match[3].lower() == "p" else 0) if match[3] else int(match[1])
            return replace(
                stamp, instant=stamp.instant + timedelta(hours=hour, minutes=int(match[2])), precision="minute"
            )
    return stamp


def _boxed(blocks: list[Element], record: Record) -> Stamp | None:
    """Month and day in a box of their own; the year comes from the box or from the permalink."""
    for block in blocks:
        if block.words > META_WORDS:
            continue
        text = _without(block.text(), title_of(record))
        for match in _MONTH_DAY.finditer(text):
            month = MONTHS.get((match[1] or match[4]).lower())
            above = record.above.text() if record.above is not None else ""
            year = _YEAR.search(text) or _YEAR.search(above) or _YEAR.search(record.url or "")
            if month and year:
                return parse_stated(f"{year[1]}-{month:02}-{int(match[2] or match[3]):02}")
    return None


# -- who, what else --------------------------------------------------------------------------------------------


def _author(record: Record, parts: _Parts) -> str | None:
    """What the markup calls the author; else what is written after "by"; else a person's page; else a name alone."""
    around = [*parts.meta, *parts.footer]
    title = title_of(record)
    for find in (_marked_author, _said_author, _linked_author):
        for block in around:
            name = find(block, title)
            if name is not None:
                return name
    return _lone_author(around, title)


def _marked_author(block: Element, title: str) -> str | None:  # noqa: ARG001 - one of several finders
    for element in block.walk():
        hinted = re.search(r"(?:^|[\s_-])(?:author|fn|byline-name)(?:$|[\s_-])", element.hints)
        stated = element.attributes.get("itemprop") == "author" or "author" in element.attributes.get("rel", "").split()
        if (hinted or stated) and (name := _as_name(element)):
            return name
    return None


def _linked_author(block: Element, title: str) -> str | None:  # noqa: ARG001 - one of several finders
    for element in block.find_all("a"):
        if _PERSON_PATH.search(element.attributes.get("href", "")) and (name := _as_name(element)):
            return name
    return None


def _as_name(element: Element) -> str | None:
    if not 0 < element.words <= 6:
        return None
    name = re.sub(r"^(?:posted\s+|written\s+)?by:?\s+", "", element.text(), flags=re.IGNORECASE).strip(" ,;:-–—|·•")
    return name if name and find_stamp(name) is None else None


def _said_author(block: Element, title: str) -> str | None:
    return said_author(_without(block.text(), title))


def _lone_author(blocks: list[Element], title: str) -> str | None:
    """A person's name as a signature, or beside the stamp: on its line, or in the element before or after it."""
    for place, block in enumerate(blocks):
        if block.words > META_WORDS:
            continue
        if name := _signature(block.text()):
            return name
        for element in block.walk():
            line = _without(element.own_text() if element.elements() else element.text(), title)
            found = _when(line) if len(line) <= LINE else None
            if found is None:
                continue
            beside = [*_SEPARATORS.split(line[: found[0]]), *_SEPARATORS.split(line[found[1] :])]
            if element is block:
                nearby = [*blocks[max(0, place - 1) : place], *blocks[place + 1 : place + 2]]
            else:
                nearby = _beside(element, block)
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
    hour = _HOUR.search(line)
    return hour.span() if hour is not None else None


def _beside(element: Element, block: Element) -> list[Element]:
    """The elements before and after one, inside a block."""
    holder = block if any(child is element for child in block.children) else element.parent
    siblings = holder.elements() if holder is not None else []
    at = next((place for place, other in enumerate(siblings) if other is element), 0)
    return [*siblings[max(0, at - 1) : at], *siblings[at + 1 : at + 2]]


def _is_person(name: str) -> bool:
    return len(name) <= 60 and NAME.fullmatch(name) is not None and NO_NAME.search(name) is None


def _permalink(record: Record, url: str) -> str | None:
    """The address that the page itself calls the post's permanent one."""
    for block in record.elements():
        for anchor in block.find_all("a"):
            rel = anchor.attributes.get("rel", "").split()
            if "bookmark" in rel or re.fullmatch(r"perma-?link|#|¶", anchor.text(), re.IGNORECASE):
                target = resolve(url, anchor.attributes.get("href"))
                if (
                    target is not None
                    and anchor is not record.anchor
                    and canonical_url(target) != canonical_url(record.url or "")
                ):
                    return target.partition("#")[0] if target.endswith("#") else target
    return None


def _categories(parts: _Parts) -> tuple[str, ...]:
    names = [
        anchor.text() for block in (*parts.meta, *parts.footer) for anchor in block.find_all("a") if is_category(anchor)
    ]
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


OLDER = re.compile(
    r"\b(?:older|previous|prev|earlier|next|more\s+(?:posts|entries|news|articles|stories)|load\s+more)\b|^[»›→>]{1,3}$",
    re.IGNORECASE,
)
SURELY_OLDER = re.compile(r"\b(?:older|earlier)\b", re.IGNORECASE)
NEWER = re.compile(r"\b(?:newer|later|newest|latest)\b", re.IGNORECASE)
PAGER_HINT = re.compile(
    r"(?:^|[\s_-])(?:pag(?:er|ination|ing|e-?nav\w*)|older|next|nav-?(?:previous|next|links?|below))(?:$|[\s_-])"
)
# What counts pages, and what counts the posts before a page.
PAGE_NUMBER = re.compile(
    r"(?:[?&/](?:page|paged|pg|p|seite|pageno|pagenum|page_?number|currentpage)[=/-]?|/page-?|page-?_?)(\d{1,5})(?=$|[/?&#.])",
    re.IGNORECASE,
)
OFFSET = re.compile(r"(?:[?&](?:start|offset|skip|limitstart|from|begin|st)=|/P)(\d{1,6})(?=$|[/?&#.])")
_MONTH_PATH = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2})(?:/|\.\w+|$)")


def find_next_page(root: Element, url: str) -> str | None:
    """The page with the next older posts: by rel=next, else by words, judged by where their link leads.

    "Previous" is older on one blog and newer on the next, and rel=prev as well: only a number in the address tells.
    """
    found: list[tuple[int, int, str]] = []
    zero_based = _counts_from_zero(root, url)
    for element in root.find_all("link", "a"):
        target = resolve(url, element.attributes.get("href"))
        if target is None or host_of(target) != host_of(url) or canonical_url(target) == canonical_url(url):
            continue
        step = _step(url, target, zero_based=zero_based)
        rel = element.attributes.get("rel", "").lower().split()
        if step is not None and step != 1:
            continue
        if "next" in rel or (step == 1 and "prev" in rel):
            found.append((0, element.order, target))
        elif element.tag == "a" and (rank := _rank(element, step)) is not None:
            found.append((rank, element.order, target))
    return min(found, default=(0, 0, None))[2]


def _rank(anchor: Element, step: int | None) -> int | None:
    """How surely a link's words lead to older posts; None when they do not."""
    text = anchor.text() or anchor.attributes.get("title", "") or anchor.attributes.get("aria-label", "")
    if len(text) > 40:
        return None
    if OLDER.search(text) and not NEWER.search(text):
        if step == 1 or SURELY_OLDER.search(text):
            return 1
        if re.match(r"\W*next\b", text, re.IGNORECASE) and _is_in_pager(anchor):
            return 3
    return 2 if step == 1 and text.strip().isdecimal() and _is_in_pager(anchor, numbers=True) else None


def _is_in_pager(anchor: Element, *, numbers: bool = False) -> bool:
    """Whether a link stands in what is called a pager, or among page numbers."""
    node: Element | None = anchor
    for _ in range(4):
        if node is None:
            return False
        if PAGER_HINT.search(node.hints):
            return True
        if numbers and sum(link.text().strip().isdecimal() for link in node.find_all("a")) > 1:
            return True
        if node.words > 60:
            return False
        node = node.parent
    return numbers


def _step(here: str, there: str, *, zero_based: bool) -> int | None:
    """How many pages older an address is; None where the addresses count nothing."""
    page = PAGE_NUMBER.search(there)
    if page is not None:
        own = PAGE_NUMBER.search(here)
        return int(page[1]) - (int(own[1]) if own else 0 if zero_based else 1)
    offset = OFFSET.search(there)
    if offset is not None:
        own = OFFSET.search(here)
        return 1 if int(offset[1]) > (int(own[1]) if own else 0) else -1
    month, own_month = _MONTH_PATH.search(there), _MONTH_PATH.search(here)
    if month is not None and own_month is not None:
        return 1 if (int(month[1]), int(month[2])) < (int(own_month[1]), int(own_month[2])) else -1
    return None


def _counts_from_zero(root: Element, url: str) -> bool:
    """Whether the second page is called 1: its link is labelled 2, or "next" on a page without a number leads to 1."""
    if PAGE_NUMBER.search(url):
        return False
    for anchor in root.find_all("a"):
        match = PAGE_NUMBER.search(anchor.attributes.get("href", ""))
        if match is not None and match[1] == "1":
            text = anchor.text().strip()
            if text == "2" or (
                len(text) <= 40 and (SURELY_OLDER.search(text) or re.match(r"next\b", text, re.IGNORECASE))
            ):
                return True
    return False
