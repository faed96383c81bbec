"""Documents across the process boundary: whole on the way, and nothing but documents."""

from __future__ import annotations

from datetime import UTC

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.entries import Article, Document, Enclosure, Entry, FeedLink
from ingest.plain import from_json, to_json

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ENTRY = st.builds(
    Entry,
    id=st.none() | TEXT,
    url=st.none() | TEXT,
    title=st.none() | TEXT,
    published=st.none() | st.datetimes(timezones=st.just(UTC)),
    published_precision=st.sampled_from([None, "day", "second"]),
    categories=st.lists(TEXT, max_size=3).map(tuple),
    enclosures=st.lists(st.builds(Enclosure, TEXT, st.none() | TEXT, st.none() | st.integers(0, 2**53))).map(tuple),
)
DOCUMENT = st.builds(
    Document,
    kind=st.sampled_from(["feed", "page", "article", "unknown"]),
    entries=st.lists(ENTRY, max_size=4).map(tuple),
    article=st.none() | st.builds(Article, TEXT, st.none(), TEXT, TEXT),
    feeds=st.lists(st.builds(FeedLink, TEXT, TEXT), max_size=2).map(tuple),
)


@given(DOCUMENT)
def test_a_document_comes_through_as_it_was(document: Document) -> None:
    assert from_json(Document, to_json(document)) == document


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        {"kind": "virus"},
        {"kind": "feed", "title": 7},
        {"kind": "feed", "entries": {}},
        {"kind": "feed", "entries": [{"id": "1", "url": None, "title": None, "published": "soon"}]},
        {
            "kind": "feed",
            "entries": [{"id": "1", "url": None, "title": None, "enclosures": [{"url": "u", "length": "9"}]}],
        },
        {"kind": "feed", "article": "none"},
    ],
)
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        from_json(Document, orjson.dumps(value))
