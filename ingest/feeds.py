"""Feeds: RSS, Atom and RDF through feedparser, JSON Feed by hand. Bytes and headers in, entries out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import feedparser
import orjson

from ingest.entries import Document, Enclosure, Entry
from ingest.errors import ReadError
from ingest.html import clean_html, excerpt, first_text, fold_lines, html_to_text, plain_title
from ingest.stamps import Stamp, parse_stated
from ingest.urls import is_http_url, resolve

# feedparser's time grows with the square of these, so that what no feed needs is refused before it starts.
MAX_HEAD_BLANK = 10_000
MAX_ENTRIES = 10_000
_DOCTYPE_SUBSET = re.compile(rb"<!DOCTYPE[^>\[]{0,500}\[", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:\w+:)?(rss|feed|RDF|rdf)[\s>/]")
_HTML_ROOT = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)


def looks_like_feed(body: bytes) -> bool:
    """Whether an XML feed begins here."""
    head = body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    root = _ROOT.search(_narrowed(head))
    page = _HTML_ROOT.search(_narrowed(head))
    return root is not None and (page is None or root.start() < page.start())


def _narrowed(head: bytes) -> bytes:
    """UTF-16 and UTF-32 heads as ASCII, well enough to see the tags."""
    return head.replace(b"\x00", b"")


def read_xml_feed(body: bytes, url: str, headers: Mapping[str, str]) -> Document:
    """The entries of an RSS, Atom or RDF feed.

    Raises:
        ReadError: it is no feed, or one that must not be parsed; the text says why.
    """
    body = body.lstrip(b" \t\r\n")
    if _DOCTYPE_SUBSET.search(_narrowed(body[:65_536])):
        raise ReadError(
            "the feed declares entities of its own (a DOCTYPE with an internal subset), which feeds never need"
        )
    try:
        parsed = feedparser.parse(
            body, response_headers=dict(headers), sanitize_html=False, resolve_relative_uris=False
        )
    except (UnicodeError, LookupError, ValueError, AssertionError, RecursionError) as error:
        raise ReadError(f"the feed cannot be parsed: {type(error).__name__}") from error
    if not parsed.get("version") and not parsed.entries:
        reason = str(parsed.get("bozo_exception", "") or "it has no feed's root element")
        raise ReadError(f"this is no feed: {plain_title(reason) or 'unreadable'}")
    channel = parsed.feed
    site_url = resolve(url, channel.get("link"))
    warnings = [f"not well-formed: {parsed.bozo_exception}"] if parsed.bozo and "bozo_exception" in parsed else []
    if len(parsed.entries) > MAX_ENTRIES:
        warnings.append(f"only the first {MAX_ENTRIES} of {len(parsed.entries)} entries are read")
    base = channel.get("title_detail", {}).get("base") or url
    return Document(
        kind="feed",
        title=_title(channel),
        site_url=site_url,
        entries=tuple(_entry(item, base if is_http_url(base) else url) for item in parsed.entries[:MAX_ENTRIES]),
        warnings=tuple(warnings),
    )


def _title(item: Any) -> str | None:
    detail = item.get("title_detail", {})
    return plain_title(
        item.get("title"), markup=detail.get("type", "text/html") != "text/plain" or _is_rss_text(detail)
    )


def _is_rss_text(detail: Mapping[str, Any]) -> bool:
    """RSS does not say whether a title is HTML, and feedparser then guesses "text/plain"."""
    return "&" in (detail.get("value") or "") or "<" in (detail.get("value") or "")


def _entry(item: Any, url: str) -> Entry:
    link = _link(item, url)
    base = link or url
    html, is_html = _content(item)
    summary_html = item.get("summary") if html is not item.get("summary") else None
    text = (html_to_text(html) if is_html else fold_lines(html)) if html else ""
    stated_summary = html_to_text(summary_html) if summary_html else None
    published = _stamp(item, "published", "created")
    # feedparser answers "updated" with what was published where nothing else is stated; `in` does not.
    updated = _stamp(item, "updated") if "updated" in item else None
    shown = published or updated
    return Entry(
        id=item.get("id") or None,
        url=link,
        title=_title(item),
        author=_author(item),
        published=shown.instant if shown else None,
        published_precision=shown.precision if shown else None,
        updated=updated.instant if updated else None,
        summary=excerpt(stated_summary or text) or None,
        html=clean_html(html if is_html else f"<p>{_escaped(html)}</p>", base) if html else None,
        text=text,
        categories=_categories(item),
        enclosures=_enclosures(item, base),
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


def _content(item: Any) -> tuple[str | None, bool]:
    """The fullest content that an entry states, and whether it is HTML."""
    for content in item.get("content", ()):
        if content.get("value", "").strip() and content.get("type") in {"text/html", "application/xhtml+xml"}:
            return content["value"], True
    for content in item.get("content", ()):
        if content.get("value", "").strip():
            return content["value"], "<" in content["value"]
    summary = item.get("summary")
    if summary and summary.strip():
        plain = item.get("summary_detail", {}).get("type") == "text/plain"
        return summary, not plain or _looks_like_html(summary)
    return None, False


_MARKUP = re.compile(
    r"</?(?:p|br|div|a|b|i|em|strong|ul|ol|li|img|h\d|table|span|pre|code|blockquote)\b[^>]*>|&\w+;", re.IGNORECASE
)


def _looks_like_html(text: str) -> bool:
    return _MARKUP.search(text) is not None


def _author(item: Any) -> str | None:
    detail = item.get("author_detail", {})
    name = first_text((detail.get("name"), item.get("author"), *(a.get("name") for a in item.get("authors", ()) if a)))
    if name and (match := re.fullmatch(r"\S+@\S+\s*\((.+)\)", name)):
        name = match[1]
    return plain_title(name)


def _stamp(item: Any, *names: str) -> Stamp | None:
    """Our own reading of what is stated; feedparser's, which knows stranger forms, where that fails."""
    for name in names:
        if (stamp := parse_stated(item.get(name))) is not None:
            return stamp
        parsed = item.get(f"{name}_parsed") if name in item else None
        if parsed is not None and (stamp := parse_stated("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*parsed[:6]))):
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
    try:
        feed = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise ReadError(f"this begins like JSON and is none: {error}") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ReadError("this is JSON, but no JSON Feed: it has no list of items")
    if "jsonfeed.org" not in str(feed.get("version", "")):
        raise ReadError("this is JSON, but no JSON Feed: its version does not name jsonfeed.org")
    items = [item for item in feed["items"] if isinstance(item, dict)]
    return Document(
        kind="feed",
        title=plain_title(_text(feed.get("title")), markup=False),
        site_url=resolve(url, _text(feed.get("home_page_url"))),
        entries=tuple(_json_entry(item, feed, url) for item in items[:MAX_ENTRIES]),
        next_page=resolve(url, _text(feed.get("next_url"))),
    )


def _json_entry(item: dict[str, Any], feed: dict[str, Any], url: str) -> Entry:
    link = resolve(url, _text(item.get("url"))) or resolve(url, _text(item.get("external_url")))
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
        html=clean_html(html or f"<p>{_escaped(plain or '')}</p>", link or url) if html or plain else None,
        text=text,
        categories=tuple(tag for tag in tags if isinstance(tag, str) and tag) if isinstance(tags, list) else (),
        enclosures=_attachments(item, link or url),
    )


def _text(value: Any) -> str | None:
    """Ids and titles are texts, though some feeds give numbers."""
    if isinstance(value, str):
        return value or None
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
