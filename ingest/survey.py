"""What an address could be to the crawler: read as everything else is, with the feeds that it advertises and the pages
that it leads on to added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ingest.discover import find_feeds, find_feeds_in_header, find_onward
from ingest.entries import Document
from ingest.errors import ReadError
from ingest.readers import read_document
from ingest.tree import decode_page


def survey(
    body: bytes,
    url: str,
    *,
    content_type: str | None = None,
    headers: Mapping[str, str] | None = None,
    want: str | None = None,
) -> Document:
    """As `read_document`; a page that no reader can read is of kind "unknown", with what it advertises and
    where it leads."""
    try:
        document = read_document(body, url, content_type=content_type, headers=headers, want=want)
    except ReadError:
        document = Document(kind="unknown")
    if document.kind in {"feed", "sitemap"} or want == "feed":
        return document
    html = decode_page(body)
    feeds = {feed.url: feed for feed in (*find_feeds(html, url), *find_feeds_in_header(headers or {}, url))}
    return replace(document, feeds=tuple(feeds.values()), onward=find_onward(html, url))
