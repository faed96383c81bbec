"""The shape of what `hostwire inspect` prints: every key of the contract is there, whatever was read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import orjson
import pytest

from ingest.entries import Article, Document, Enclosure, Entry
from ingest.inspection import document_to_json, error_to_json
from ingest.readers import read_document
from ingest.survey import survey
from tests.ingest.fixtures.posts import POSTS, SITE
from tests.ingest.fixtures.shapes import div_post, document

KEYS = ["input", "kind", "title", "error", "entries", "article", "next_page"]
ENTRY_KEYS = [
    "id", "url", "title", "author", "published", "updated", "summary", "html", "text", "categories", "enclosures",
]  # fmt: skip
ARTICLE_KEYS = ["title", "author", "published", "text"]

INPUTS = [
    pytest.param(b"<rss version='2.0'><channel><item/></channel></rss>", "feed", id="feed"),
    pytest.param(b'{"version": "https://jsonfeed.org/version/1", "items": [{}]}', "feed", id="JSON Feed"),
    pytest.param(div_post(POSTS).encode(), "page", id="page"),
    pytest.param(document(f"<h1>T</h1>{POSTS[0].body}{POSTS[1].body}").encode(), "article", id="article"),
    pytest.param(b"<urlset><url><loc>/a</loc></url></urlset>", "sitemap", id="sitemap"),
    pytest.param(b"A title\n2019-05-14\n\nA body.\n", "text", id="text"),
]


@pytest.mark.parametrize(("body", "kind"), INPUTS)
def test_every_key_is_there_for_every_kind(body: bytes, kind: str) -> None:
    answer = document_to_json("an input", read_document(body, f"{SITE}/"))
    assert list(answer) == KEYS
    assert (answer["input"], answer["kind"], answer["error"]) == ("an input", kind, None)
    assert all(list(entry) == ENTRY_KEYS for entry in answer["entries"])
    assert (answer["article"] is not None) == (kind == "article")
    assert bool(answer["entries"]) == (kind != "article")
    if kind == "article":
        assert list(answer["article"]) == ARTICLE_KEYS
    assert orjson.loads(orjson.dumps(answer)) == answer


def test_what_is_missing_is_null_and_lists_are_empty() -> None:
    (entry,) = document_to_json("x", Document("feed", entries=(Entry(None, None, None),)))["entries"]
    assert entry == dict.fromkeys(ENTRY_KEYS) | {"text": "", "categories": [], "enclosures": []}


def test_all_that_is_stated_is_shown() -> None:
    east = datetime(2019, 5, 14, 11, 5, tzinfo=timezone(timedelta(hours=2)))
    stated = Entry(
        id="1", url="http://x.example/1", title="T", author="Ida", published=east, published_precision="second",
        updated=datetime(2019, 5, 15, tzinfo=UTC), summary="S", html="<p>x</p>", text="x", categories=("a", "b"),
        enclosures=(Enclosure("http://x.example/f.mp3", "audio/mpeg", 9), Enclosure("http://x.example/g.mp3")),
    )  # fmt: skip
    answer = document_to_json("x", Document("page", title="Site", entries=(stated,), next_page="http://x.example/2"))
    assert (answer["title"], answer["next_page"]) == ("Site", "http://x.example/2")
    assert answer["entries"] == [
        {
            "id": "1", "url": "http://x.example/1", "title": "T", "author": "Ida", "published": "2019-05-14T09:05:00Z",
            "updated": "2019-05-15T00:00:00Z", "summary": "S", "html": "<p>x</p>", "text": "x",
            "categories": ["a", "b"],
            "enclosures": [
                {"url": "http://x.example/f.mp3", "type": "audio/mpeg", "length": 9},
                {"url": "http://x.example/g.mp3", "type": None, "length": None},
            ],
        }
    ]  # fmt: skip


def test_an_article_is_shown_as_stated() -> None:
    article = Article("T", "Ida", "2019-05-14", "words")
    assert document_to_json("x", Document("article", article=article))["article"] == {
        "title": "T", "author": "Ida", "published": "2019-05-14", "text": "words",
    }  # fmt: skip


def test_an_input_that_cannot_be_read_has_every_key() -> None:
    answer = error_to_json("x", "it is empty")
    assert list(answer) == KEYS
    assert answer == dict.fromkeys(KEYS) | {"input": "x", "kind": "unknown", "error": "it is empty", "entries": []}


# -- the reader for discovery ------------------------------------------------------------------------------------

LINK = '<link rel="alternate" type="application/rss+xml" href="/feed">'


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(div_post(POSTS).replace("<head>", f"<head>{LINK}"), "page", id="page"),
        pytest.param(f"<html><head>{LINK}</head><body><p>Welcome.</p></body></html>", "unknown", id="page of nothing"),
    ],
)
def test_a_survey_names_the_feeds_that_a_page_advertises(body: str, kind: str) -> None:
    found = survey(body.encode(), f"{SITE}/")
    assert (found.kind, [feed.url for feed in found.feeds]) == (kind, [f"{SITE}/feed"])


@pytest.mark.parametrize("body", [b"", b"%PDF-1.4", b"words", bytes(range(256))])
def test_a_survey_of_what_nobody_reads_finds_nothing(body: bytes) -> None:
    assert survey(body, f"{SITE}/") == Document("unknown")
