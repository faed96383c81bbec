"""Feeds: the usual RSS and Atom by our fast reader, all others through feedparser, JSON Feed by hand.

Bytes and headers in, entries out.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html.entities import html5
from typing import Any

import orjson

from ingest.doctypes import refuse_entities, without_zeros
from ingest.entries import Document, Enclosure, Entry
from ingest.errors import ReadError
from ingest.excess import NEVER_OPEN
from ingest.fast_feeds import parse_fast, read_date
from ingest.html import clean_html, excerpt, first_text, fold_lines, html_to_text, plain_text, plain_title
from ingest.hub_links import hub_and_topic
from ingest.stamps import Stamp, parse_stated
from ingest.urls import resolve

HEAD = 65_536  # bytes in which a feed's root element begins, after stylesheets and comments
MAX_ENTRIES = 10_000
_ROOT = re.compile(rb"<(?:\w+:)?(rss|feed|RDF|rdf)[\s>/]")
_HTML_ROOT = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)


def looks_like_feed(body: bytes) -> bool:
    """Whether an XML feed begins here."""
    head = body[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    root = _ROOT.search(without_zeros(head))
    page = _HTML_ROOT.search(without_zeros(head))
    return root is not None and (page is None or root.start() < page.start())


def read_xml_feed(
    body: bytes, url: str, headers: Mapping[str, str], *, known: frozenset[str] = frozenset()
) -> Document:
    """The entries of an RSS, Atom or RDF feed; of those whose digests are `known`, the names alone.

    Raises:
        ReadError: it is no feed, or one that must not be parsed; the text says why.
    """
    body = body.lstrip(b" \t\r\n")
    refuse_entities(body, _ROOT, "feed")
    body = _REFERENCE.sub(_sound_reference, body)
    stated = state_fast(body, headers) or state_judged(body, headers)
    return to_document(stated, url, states_base=b"xml:base" in body, known=known)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a feed states, in feedparser's names, before anything of it is resolved or cleaned.

    `fault` says in what way it is no well-formed XML.
    """

    is_atom: bool
    channel: Any
    items: list[Any]
    fault: str | None = None


def state_fast(body: bytes, headers: Mapping[str, str]) -> Statement | None:
    """What the usual feed states; None where only feedparser can tell."""
    feed = parse_fast(body, headers)
    if feed is None or len(feed.items) > MAX_ENTRIES:
        return None
    return Statement(feed.is_atom, feed.channel, feed.items)


def state_judged(body: bytes, headers: Mapping[str, str]) -> Statement:
    """What any feed states, as feedparser reads it.

    Raises:
        ReadError: it is no feed.
    """
    import feedparser  # which takes a tenth of a second, and most feeds do not need it

    _refuse_depth(body)
    try:
        parsed = feedparser.parse(
            body, response_headers=dict(headers), sanitize_html=False, resolve_relative_uris=False
        )
    except (UnicodeError, LookupError, ValueError, AssertionError, RecursionError, OverflowError) as error:
        raise ReadError(f"the feed cannot be parsed: {type(error).__name__}") from error
    if not parsed.get("version") and not parsed.entries:
        reason = str(parsed.get("bozo_exception", "") or "it has no feed's root element")
        raise ReadError(f"this is no feed: {plain_title(reason) or 'unreadable'}")
    fault = parsed.get("bozo_exception") if parsed.bozo else None
    if isinstance(fault, feedparser.NonXMLContentType):  # it says so of the media type alone, which is often wrong
        fault = None
    is_atom = str(parsed.get("version", "")).startswith("atom")
    return Statement(is_atom, parsed.feed, parsed.entries, None if fault is None else str(fault))


MAX_DEPTH = 5_000  # elements in each other, of which feedparser's time is the square
_TAG = re.compile(rb"<(/?)([a-zA-Z_][\w:.-]*)[^<>]*?(/?)>")


def _refuse_depth(body: bytes) -> None:
    """
    Raises:
        ReadError: more elements are open somewhere than in any feed, those left out that HTML need not close.
    """
    if body.count(b"<") <= MAX_DEPTH:
        return
    depth = 0
    for match in _TAG.finditer(body):
        closing, name, empty = match.groups()
        if name.decode("ascii", "replace").lower() in NEVER_OPEN:
            continue
        depth = max(0, depth - 1) if closing else depth + (not empty)
        if depth > MAX_DEPTH:
            raise ReadError("the feed has more elements nested in each other than any feed has")


def to_document(
    stated: Statement, url: str, *, states_base: bool = False, known: frozenset[str] = frozenset()
) -> Document:
    """The feed at `url` as entries; `states_base` says whether xml:base may say what links count from.

    Of entries whose digests are `known`, nothing but their names is read.

    Raises:
        ReadError: nothing in it can be read.
    """
    channel = stated.channel
    warnings = [] if stated.fault is None else [f"not well-formed: {stated.fault}"]
    if len(stated.items) > MAX_ENTRIES:
        warnings.append(f"only the first {MAX_ENTRIES} of {len(stated.items)} entries are read")
    reading = _Reading(
        url=resolve(url, channel.get("title_detail", {}).get("base")) or url,
        is_atom=stated.is_atom,
        states_base=states_base,
        author=_author(channel),
    )
    context = repr((READING, reading)).encode("utf-8", "surrogatepass")
    reading = replace(reading, digest=hashlib.blake2b(context).digest())
    entries = []
    for item in stated.items[:MAX_ENTRIES]:
        digest = _digest(item, reading)
        entries.append(_named(item, reading, digest) if digest in known else _entry(item, reading, digest))
    speaks = any(entry.is_known or entry.id or entry.url or entry.title or entry.text for entry in entries)
    if stated.fault is not None and not speaks:
        raise ReadError(
            f"the feed is broken and no entry of it can be read: {plain_title(stated.fault) or 'unreadable'}"
        )
    hub_url, topic_url = hub_and_topic(_relations(channel), url)
    return Document(
        kind="feed",
        title=_title(channel),
        site_url=resolve(url, channel.get("link")),
        entries=tuple(entries),
        next_page=_older_document(channel, url),
        warnings=tuple(warnings),
        hub_url=hub_url,
        topic_url=topic_url,
    )


def _older_document(channel: Any, url: str) -> str | None:
    """Where the feed goes on with older entries: the next page of a paged one, or the archive before (RFC 5005)."""
    links = [(link.get("rel"), resolve(url, link.get("href"))) for link in channel.get("links", ())]
    return next((href for name in ("next", "prev-archive") for rel, href in links if rel == name and href), None)


def _relations(channel: Any) -> Iterator[tuple[str, str | None]]:
    """The links that a feed states of itself, as relation types and reference."""
    return ((link.get("rel") or "", link.get("href")) for link in channel.get("links", ()))


@dataclass(frozen=True, slots=True)
class _Reading:
    """What an entry takes from its feed."""

    url: str
    is_atom: bool
    states_base: bool  # whether xml:base says what some links count from
    author: str | None  # of the feed
    digest: bytes = b""  # of the above


# Those that XML has by itself are most of a feed, and stay as they are.
_REFERENCE = re.compile(
    rb"&(?!(?:amp|lt|gt|quot|apos);)(?:#(\d{1,40})|#[xX]([0-9a-fA-F]{1,40})|([a-zA-Z][a-zA-Z0-9]{1,31}));"
)


def _sound_reference(match: re.Match[bytes]) -> bytes:
    """A character reference that an XML parser takes: HTML's names as numbers, U+FFFD for what is no character."""
    if match[3]:
        name = match[3].decode()
        characters = html5.get(f"{name};")
        return match[0] if characters is None else "".join(f"&#{ord(c)};" for c in characters).encode()
    number = int(match[1]) if match[1] else int(match[2], 16)
    allowed = (
        number in {9, 10, 13} or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0xFFFF < number < 0x110000
    )
    return match[0] if allowed else b"&#65533;"


def _title(item: Any) -> str | None:
    """Atom says whether a title is text or markup, and RSS does not; of both, either is written."""
    return plain_title(item.get("title"))


READING = 1  # raised when the same statement is read otherwise: every entry of every feed is read again then


def _digest(item: Any, reading: _Reading) -> str:
    """Of all that an entry states and takes from its feed: 64 hexadecimal digits."""
    digest = hashlib.blake2b(reading.digest, digest_size=32)
    try:
        digest.update(orjson.dumps(item, default=repr))
    except TypeError:  # half a pair of surrogates
        digest.update(repr(item).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _named(item: Any, reading: _Reading, digest: str) -> Entry:
    """An entry that is known: what it may be confused by."""
    return Entry(id=_id(item), url=_link(item, reading.url), title=None, digest=digest, is_known=True)


def _id(item: Any) -> str | None:
    return plain_text(item.get("id") or "") or None


def _entry(item: Any, reading: _Reading, digest: str) -> Entry:
    link = _link(item, reading.url)
    base = link or reading.url
    html, is_html, stated_base = _content(item)
    content_base = (resolve(reading.url, stated_base) if reading.states_base else None) or base
    summary_html = item.get("summary") if html is not item.get("summary") else None
    text = (html_to_text(html) if is_html else fold_lines(html)) if html else ""
    stated_summary = html_to_text(summary_html) if summary_html else None
    published = _stamp(item, "published", "created")
    # feedparser answers "updated" with what was published where nothing else is stated; `in` does not.
    updated = _stamp(item, "updated") if "updated" in item else None
    shown = published or updated
    if published is None and not reading.is_atom:
        updated = None  # dc:date, which feedparser takes for it, is when an item was published
    return Entry(
        id=_id(item),
        url=link,
        title=_title(item),
        author=_author(item) or (reading.author if reading.is_atom else None),
        published=shown.instant if shown else None,
        published_precision=shown.precision if shown else None,
        updated=updated.instant if updated else None,
        summary=excerpt(stated_summary or text) or None,
        html=clean_html(html if is_html else f"<p>{_escaped(html)}</p>", content_base) if html else None,
        text=text,
        categories=_categories(item),
        enclosures=_enclosures(item, base),
        digest=digest,
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")


def _link(item: Any, url: str) -> str | None:
    """feedburner's original address, then the alternate link, then a guid that is a permalink."""
    candidates = [item.get("feedburner_origlink"), item.get("link")]
    candidates += [link.get("href") for link in item.get("links", ()) if link.get("rel") in {"alternate", None}]
    if item.get("guidislink"):
        candidates.append(item.get("id"))
    return first_text(resolve(url, candidate) for candidate in candidates)


def _content(item: Any) -> tuple[str | None, bool, str | None]:
    """The fullest content that an entry states, whether it is HTML, and what its links count from by xml:base."""
    stated = [content for content in item.get("content", ()) if content.get("value", "").strip()]
    stated.sort(key=lambda content: content.get("type") not in {"text/html", "application/xhtml+xml"})
    for content in stated[:1]:
        is_html = content.get("type") in {"text/html", "application/xhtml+xml"} or _looks_like_html(content["value"])
        return content["value"], is_html, content.get("base")
    summary, detail = item.get("summary"), item.get("summary_detail", {})
    if summary and summary.strip():
        return summary, detail.get("type") != "text/plain" or _looks_like_html(summary), detail.get("base")
    return None, False, None


_MARKUP = re.compile(
    r"</?(?:p|br|div|a|b|i|em|strong|ul|ol|li|img|h\d|table|span|pre|code|blockquote)\b[^>]*>|&\w+;", re.IGNORECASE
)


def _looks_like_html(text: str) -> bool:
    return _MARKUP.search(text) is not None


_EMAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+")


def _author(item: Any) -> str | None:
    """The name of the (first) author, without the address that feeds write beside it.

    From the text as stated: feedparser cuts addresses under long top-level domains in the middle.
    """
    stated = first_text((item.get("author"), *(a.get("name") for a in item.get("authors", ()) if a)))
    if stated is None:
        return None
    name = _EMAIL.sub(" ", stated).strip(" \t\n<>,;:")
    if name.startswith("(") and name.endswith(")"):
        name = name[1:-1]
    return plain_title(name.removesuffix("()").replace("( )", "").strip(" <>")) or plain_title(stated)


def _stamp(item: Any, *names: str) -> Stamp | None:
    """Our own reading of what is stated; feedparser's, which knows stranger forms, where that fails."""
    for name in names:
        if (stamp := read_date(item.get(name))) is not None:
            return stamp
        parsed = item.get(f"{name}_parsed") if name in item else None
        if (
            parsed is not None
            and not re.match(r"\s*\d{4}-", item.get(name) or "")
            and (stamp := parse_stated("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*parsed[:6])))
        ):
            return stamp
    return None


def _categories(item: Any) -> tuple[str, ...]:
    names = (plain_title(tag.get("label") or tag.get("term")) for tag in item.get("tags", ()))
    return tuple(dict.fromkeys(name for name in names if name))


def _enclosures(item: Any, url: str) -> tuple[Enclosure, ...]:
    found = []
    for enclosure in item.get("enclosures", ()):
        address = resolve(url, enclosure.get("href") or enclosure.get("url"))
        if address:
            found.append(Enclosure(address, plain_title(enclosure.get("type")), _length(enclosure.get("length"))))
    return tuple(found)


def _length(value: Any) -> int | None:
    text = str(value).strip() if value is not None else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


# -- JSON Feed ---------------------------------------------------------------------------------------------------


def looks_like_json(body: bytes) -> bool:
    return body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))


def read_json_feed(body: bytes, url: str, headers: Mapping[str, str]) -> Document:  # noqa: ARG001 - a reader's signature
    """The entries of a JSON Feed (https://www.jsonfeed.org/version/1.1/).

    Raises:
        ReadError: it is no JSON, or JSON that is no feed.
    """
    feed = _load_json(body.removeprefix(b"\xef\xbb\xbf"))
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ReadError("this is JSON, but no JSON Feed: it has no list of items")
    if "jsonfeed.org" not in str(feed.get("version", "")):
        raise ReadError("this is JSON, but no JSON Feed: its version does not name jsonfeed.org")
    items = [item for item in feed["items"] if isinstance(item, dict)]
    hub_url, topic_url = hub_and_topic(_json_links(feed), url)
    return Document(
        kind="feed",
        title=plain_title(_text(feed.get("title")), markup=False),
        site_url=resolve(url, _text(feed.get("home_page_url"))),
        entries=tuple(_json_entry(item, feed, url) for item in items[:MAX_ENTRIES]),
        next_page=resolve(url, _text(feed.get("next_url"))),
        hub_url=hub_url,
        topic_url=topic_url,
    )


def _json_links(feed: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """What stands in a JSON Feed for link elements: its hubs of the type WebSub, and its own address."""
    hubs = feed.get("hubs")
    for hub in hubs if isinstance(hubs, list) else ():
        if isinstance(hub, dict) and (_text(hub.get("type")) or "").lower() == "websub":
            yield "hub", _text(hub.get("url"))
    yield "self", _text(feed.get("feed_url"))


def _load_json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        try:
            return json.loads(body)  # which takes halves of surrogate pairs, and UTF-16
        except (ValueError, RecursionError):
            raise ReadError(f"this begins like JSON and is none: {error}") from error


def _json_entry(item: dict[str, Any], feed: dict[str, Any], url: str) -> Entry:
    own = resolve(url, _text(item.get("url")))
    link = own or resolve(url, _text(item.get("external_url")))
    html, plain = _text(item.get("content_html")), _text(item.get("content_text"))
    text = html_to_text(html) if html else fold_lines(plain or "")
    published = parse_stated(_text(item.get("date_published")))
    updated = parse_stated(_text(item.get("date_modified")))
    shown = published or updated
    tags = item.get("tags")
    return Entry(
        id=_text(item.get("id")),
        url=link,
        title=plain_title(_text(item.get("title")), markup=False),
        author=_json_author(item) or _json_author(feed),
        published=shown.instant if shown else None,
        published_precision=shown.precision if shown else None,
        updated=updated.instant if updated else None,
        summary=excerpt(_text(item.get("summary")) or text) or None,
        html=clean_html(html or f"<p>{_escaped(plain or '')}</p>", own or url) if html or plain else None,
        text=text,
        categories=tuple(dict.fromkeys(name for tag in tags if (name := plain_title(_text(tag), markup=False))))
        if isinstance(tags, list)
        else (),
        enclosures=_attachments(item, own or url),
    )


def _text(value: Any) -> str | None:
    """Ids and titles are texts, though some feeds give numbers."""
    if isinstance(value, str):
        return plain_text(value) or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _json_author(item: dict[str, Any]) -> str | None:
    authors = item.get("authors")
    listed = authors if isinstance(authors, list) else [item.get("author")]
    return first_text(_text(author.get("name")) for author in listed if isinstance(author, dict))


def _attachments(item: dict[str, Any], url: str) -> tuple[Enclosure, ...]:
    attachments = item.get("attachments")
    found = []
    for attachment in attachments if isinstance(attachments, list) else ():
        address = resolve(url, _text(attachment.get("url"))) if isinstance(attachment, dict) else None
        if address:
            found.append(
                Enclosure(address, _text(attachment.get("mime_type")), _length(attachment.get("size_in_bytes")))
            )
    return tuple(found)
