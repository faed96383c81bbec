"""OPML subscription lists (http://opml.org/spec2.opml), in and out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from lxml import etree

from ingest.doctypes import refuse_entities
from ingest.errors import ReadError
from ingest.urls import is_http_url

MAX_OUTLINES = 20_000
_ROOT = re.compile(rb"<(?:\w+:)?opml[\s>/]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outline:
    """A subscription; `categories` are the outlines it stands under and those it names."""

    url: str
    title: str | None = None
    site_url: str | None = None
    categories: tuple[str, ...] = ()


def parse_opml(body: bytes) -> tuple[Outline, ...]:
    """The subscriptions of a list, each address once.

    Raises:
        ReadError: it is no OPML, declares entities, or no outline of it has an http(s) address.
    """
    refuse_entities(body, _ROOT, "OPML")
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(body.strip(), parser) if body.strip() else None
    except etree.XMLSyntaxError as error:
        raise ReadError(f"this is no OPML: {error.msg}") from error
    if root is None or not isinstance(root.tag, str) or etree.QName(root).localname.lower() != "opml":
        raise ReadError("this is no OPML: its root element is not <opml>")
    found: dict[str, Outline] = {}
    for outline in root.iter("outline"):
        attributes = {str(name).lower(): str(value) for name, value in outline.attrib.items()}
        url = attributes.get("xmlurl", "").strip()
        if is_http_url(url) and len(found) < MAX_OUTLINES:
            title = attributes.get("title") or attributes.get("text") or None
            site_url = attributes.get("htmlurl", "").strip()
            found.setdefault(
                url, Outline(url, title, site_url if is_http_url(site_url) else None, _categories(outline, attributes))
            )
    if not found:
        raise ReadError("this OPML lists no feed: no outline has an xmlUrl with an http(s) address")
    return tuple(found.values())


def _categories(outline: etree._Element, attributes: dict[str, str]) -> tuple[str, ...]:
    above = [parent.get("text") or parent.get("title") or "" for parent in outline.iterancestors("outline")]
    named = [part.rpartition("/")[2] for part in attributes.get("category", "").split(",")]
    names = (name.strip() for name in [*reversed(above), *named])
    return tuple(dict.fromkeys(name for name in names if name))


def render_opml(outlines: Iterable[Outline], *, title: str) -> bytes:
    """The subscriptions as an OPML 2.0 document."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"<head><title>{_text(title)}</title></head>",
    ]
    lines.append("<body>")
    for outline in outlines:
        name = outline.title or outline.url
        parts = [
            f"text={_attribute(name)}",
            f"title={_attribute(name)}",
            'type="rss"',
            f"xmlUrl={_attribute(outline.url)}",
        ]
        if outline.site_url:
            parts.append(f"htmlUrl={_attribute(outline.site_url)}")
        if outline.categories:
            parts.append(f"category={_attribute(','.join(outline.categories))}")
        lines.append(f"  <outline {' '.join(parts)}/>")
    lines += ["</body>", "</opml>", ""]
    return "\n".join(lines).encode()


def _allowed(text: str) -> str:
    """Without what XML 1.0 has no way to write."""
    return "".join(c for c in text if c in "\t\n" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff")


def _attribute(text: str) -> str:
    return quoteattr(_allowed(text), {"\n": "&#10;", "\t": "&#9;"})


def _text(text: str) -> str:
    return _allowed(text).replace("&", "&amp;").replace("<", "&lt;")
