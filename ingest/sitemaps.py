"""Sitemaps (https://www.sitemaps.org/protocol.html) and sitemap indexes, with the news extension."""

from __future__ import annotations

import re
import zlib

from lxml import etree

from ingest.doctypes import refuse_entities
from ingest.entries import Document, Entry
from ingest.errors import ReadError
from ingest.html import plain_title
from ingest.inflate import STEP_BYTES
from ingest.stamps import parse_stated
from ingest.urls import canonical_url, resolve

MAX_URLS = 50_000  # the protocol's own limit
MAX_INFLATED = 50_000_000
_ROOT = re.compile(rb"<(?:\w+:)?(urlset|sitemapindex)[\s>]")


def looks_like_sitemap(body: bytes) -> bool:
    return body.startswith(b"\x1f\x8b") or _ROOT.search(body[:4096]) is not None


def read_sitemap(body: bytes, url: str) -> Document:
    """The pages that a sitemap lists, as entries with address and last change; an index lists further sitemaps.

    Raises:
        ReadError: it is no sitemap.
    """
    if body.startswith(b"\x1f\x8b"):
        body = _inflate(body)
    refuse_entities(body, _ROOT, "sitemap")
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise ReadError(f"the sitemap cannot be parsed: {error.msg}") from error
    if root is None or _local_name(root) not in {"urlset", "sitemapindex"}:
        raise ReadError("this is no sitemap")
    index = _local_name(root) == "sitemapindex"
    entries = []
    for item in root[:MAX_URLS]:
        try:
            fields = _fields(item) if _local_name(item) else {}
        except UnicodeDecodeError:  # halves of characters, which the recovering parser lets through
            continue
        address = resolve(url, fields.get("loc"))
        if address is None:
            continue
        published, changed = parse_stated(fields.get("publication_date")), parse_stated(fields.get("lastmod"))
        entries.append(
            Entry(
                id=canonical_url(address),
                url=address,
                title=plain_title(fields.get("title"), markup=False),
                published=published.instant if published else None,
                published_precision=published.precision if published else None,
                updated=changed.instant if changed else None,
            )
        )
    return Document(kind="sitemap", entries=tuple(entries), child_sitemaps=index)


def _fields(item: etree._Element) -> dict[str, str]:
    """What an item states by name, and its news by theirs; images and videos have addresses and titles of their own."""
    found: dict[str, str] = {}
    for child in item:
        name = _local_name(child)
        if name == "news":
            parts = [part for part in child if _local_name(part)]
        else:
            parts = [child] if name in {"loc", "lastmod"} else []
        for part in parts:
            found.setdefault(_local_name(part), "".join(part.itertext()).strip())
    return found


def _local_name(element: etree._Element) -> str:
    """An element's name without its namespace; empty for comments and instructions, and for names that are no text.

    The recovering parser gives names that `etree.QName` refuses.
    """
    try:
        name = element.tag
    except UnicodeDecodeError:
        return ""
    return name.rpartition("}")[2].rpartition(":")[2] if isinstance(name, str) else ""


def _inflate(body: bytes) -> bytes:
    """What a compressed sitemap says, as far as its `MAX_URLS`-th address: nothing after it is looked at."""
    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    inflated = bytearray()
    listed = 0
    try:
        while body and not stream.eof and len(inflated) < MAX_INFLATED and listed <= MAX_URLS:
            piece = stream.decompress(body, STEP_BYTES)
            inflated += piece
            listed += piece.count(b"<url>") + piece.count(b"<sitemap>")
            body = stream.unconsumed_tail
            if len(piece) == len(inflated) >= 4096 and not _ROOT.search(inflated[:4096]):
                break
    except zlib.error as error:
        raise ReadError(f"the sitemap's compression is broken: {error}") from error
    if not _ROOT.search(inflated[:4096]):
        raise ReadError("this is compressed, and no sitemap")
    return bytes(inflated[:MAX_INFLATED])
