"""Blog pages that hold many posts: records become entries.

`records.py` says which parts of a page are its posts, `bodies.py` what is in them, `pagers.py` where the next are.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import datetime
from html import escape

from ingest.articles import Linked, linked_articles
from ingest.authors import find_author
from ingest.bodies import Parts, take_apart
from ingest.boundaries import Record
from ingest.discover import find_feeds
from ingest.entries import Document, Enclosure, Entry
from ingest.groups import is_category, path_of
from ingest.html import clean_html, excerpt, html_to_text, plain_title
from ingest.pagers import find_next_page
from ingest.pubdates import choose_finer, find_published, find_updated, settle_days
from ingest.records import Group, find_records, find_single
from ingest.relative_dates import settle_relative
from ingest.stamps import Stamp
from ingest.titles import title_of
from ingest.tree import Element
from ingest.urls import canonical_url, is_http_url, resolve

# What links count from where neither the caller nor the page says where it stood; no answer names it.
NOWHERE = "http://page.invalid/"
MEDIA = re.compile(r"\.(mp3|m4a|ogg|mp4|m4v|pdf|zip)(?:$|\?)", re.IGNORECASE)
MEDIA_TYPES = {
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg", "mp4": "video/mp4", "m4v": "video/mp4",
    "pdf": "application/pdf", "zip": "application/zip",
}  # fmt: skip


def read_page(
    root: Element, html: str, url: str, *, made: datetime | None = None, single: bool = False
) -> tuple[Document, Group] | None:
    """The entries of a page of many posts, and the group of records they come from; None when it is no such page.

    `made` is when the server made the page: what "3 days ago" counts from, which is no date where it is not known.
    `single` says that the page is a list however short: then one post is enough.
    """
    if made is not None:
        settle_relative(root, made)
    base = _base_of(root, url)
    known_site = is_http_url(url) or not base.startswith(NOWHERE)
    group = find_records(root, base, any_host=not known_site)
    if group is None and single:
        group = find_single(root, base, any_host=not known_site)
    if group is None:
        return None
    stated = _by_name(linked_articles(html), base)
    read = [_read(record, base, stated) for record in group.records]
    stamps = settle_days([stamp for _, stamp in read], root)
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
        record_path=Counter(path_of(record.anchor) for record in group.records).most_common(1)[0][0],
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


def _by_name(articles: list[Linked], base: str) -> dict[str, Linked]:
    """What the page's JSON-LD says of its posts, by their address and by their headline."""
    known: dict[str, Linked] = {}
    for article in articles:
        address = resolve(base, article.url)
        for name in (canonical_url(address) if address else None, article.title):
            if name:
                known.setdefault(name, article)
    return known


def _read(record: Record, url: str, linked: dict[str, Linked]) -> tuple[Entry, Stamp | None]:
    """The entry of a record but for its date, and the stamp that gives it."""
    parts = take_apart(record)
    html = "".join(escape(part, quote=False) if isinstance(part, str) else part.html() for part in parts.body)
    text = html_to_text(html)
    title = plain_title(title_of(record), markup=False)
    stamp, updated = find_published(record, parts), find_updated(parts)
    stated = linked.get(canonical_url(record.url or "")) or linked.get(title or "")
    if stated is not None and stated.published is not None:
        stamp = choose_finer(stamp, stated.published)
    entry = Entry(
        id=_permalink(record, url) or record.url,
        url=record.url,
        title=title,
        author=find_author(parts.around, title_of(record)) or (stated.author if stated else None),
        updated=updated.instant if updated else None,
        summary=excerpt(text) or None,
        html=clean_html(html, record.url or url) if html.strip() else None,
        text=text,
        categories=_categories(parts),
        enclosures=_enclosures(parts, record.url or url),
    )
    return entry, stamp


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


def _categories(parts: Parts) -> tuple[str, ...]:
    names = [anchor.text() for block in parts.around for anchor in block.find_all("a") if is_category(anchor)]
    return tuple(dict.fromkeys(name for name in names if name and len(name) <= 60))


def _enclosures(parts: Parts, url: str) -> tuple[Enclosure, ...]:
    found = {}
    for part in parts.body:
        for element in part.find_all("a", "audio", "video") if isinstance(part, Element) else ():
            address = resolve(url, element.attributes.get("href") or element.attributes.get("src"))
            match = MEDIA.search(address or "")
            if address and match:
                found[address] = Enclosure(address, MEDIA_TYPES[match[1].lower()])
    return tuple(found.values())
