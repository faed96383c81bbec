"""The hub of a document and its topic, as WebSub (W3C Recommendation, section 4) has them stated: in Link headers, else
in link elements of the feed or of the page's head.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from ingest.entries import Document
from ingest.link_headers import links_in_headers
from ingest.urls import resolve

MAX_HUB_URL = 2_000  # characters; longer addresses are passed over, never cut


def with_header_links(document: Document, headers: Mapping[str, str], url: str) -> Document:
    """The document with the hub and the topic that the headers of its answer state, which go before its own."""
    if not any(name.lower() == "link" for name in headers):
        return document
    links = [(parameters.get("rel", ""), address) for address, parameters in links_in_headers(headers, url)]
    hub_url, topic_url = hub_and_topic(links, url)
    return replace(document, hub_url=hub_url or document.hub_url, topic_url=topic_url or document.topic_url)


def hub_and_topic(links: Iterable[tuple[str, str | None]], url: str) -> tuple[str | None, str | None]:
    """The first hub and the first self link among (relation types, reference) pairs of a document at `url`.

    Only http and https addresses without a user name count, and none longer than `MAX_HUB_URL`.
    """
    hub_url = topic_url = None
    for relations, reference in links:
        named = relations.lower().split()
        if hub_url is None and "hub" in named:
            hub_url = _address(url, reference)
        if topic_url is None and "self" in named:
            topic_url = _address(url, reference)
    return hub_url, topic_url


def _address(url: str, reference: str | None) -> str | None:
    address = resolve(url, reference)
    if address is None or len(address) > MAX_HUB_URL or "@" in urlsplit(address).netloc:
        return None
    return address
