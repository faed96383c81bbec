"""Every feed keeps the rules of its format, whatever its posts and events hold, and says what the API says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import feedparser
import pytest

from store.database import Database
from tests.api.conftest import Service, running
from tests.api.feed_rules import FAULTS
from tests.api.nasty import TITLES, fill_with_many, fill_with_nasty

MEDIA_TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json"}
LISTS = {"posts": "/api/v1/posts", "timeline": "/api/v1/timeline"}


@pytest.fixture(scope="module")
def nasty(module_database: Database) -> Iterator[Service]:
    """Posts and events of every kind of nastiness, on both databases."""
    fill_with_nasty(module_database)
    with running(module_database) as client:
        yield Service(client, module_database)


def read(body: bytes, suffix: str) -> list[dict[str, Any]]:
    """The entries of a feed as a reader understands them: id, title, url, author, published."""
    if suffix == "json":
        return [
            {
                "id": item["id"],
                "title": item["title"],
                "url": item["url"],
                "author": item["authors"][0]["name"],
                "published": item.get("date_published"),
            }
            for item in json.loads(body)["items"]
        ]
    parsed = feedparser.parse(body)
    assert (parsed.bozo, parsed.version) == (0, {"atom": "atom10", "rss": "rss20"}[suffix])
    return [
        {
            "id": entry.id,
            "title": entry.title,
            "url": entry.link,
            "author": entry.author,
            "published": f"{datetime(*entry.published_parsed[:6]).isoformat()}Z" if "published" in entry else None,  # noqa: DTZ001 - feedparser gives UTC
        }
        for entry in parsed.entries
    ]


def clean(text: str) -> str:
    """On one line, without what XML forbids."""
    allowed = (
        char if char >= " " and char not in "\x7f\ufffe\uffff\u2028\u2029" and not "\x80" <= char <= "\x9f" else " "
        for char in text
    )
    return " ".join("".join(allowed).split())


@pytest.mark.parametrize("contents", LISTS)
@pytest.mark.parametrize("suffix", FAULTS)
def test_nasty_content_breaks_no_rule(nasty: Service, suffix: str, contents: str) -> None:
    answer = nasty.get(f"/feeds/{contents}.{suffix}", limit="200")
    assert answer.headers["content-type"].partition(";")[0] == MEDIA_TYPES[suffix]
    assert FAULTS[suffix](answer.content) == []
    entries = read(answer.content, suffix)
    items = nasty.json(LISTS[contents], limit="200")["items"]
    assert [entry["id"] for entry in entries] == [f"urn:uuid:{item['id']}" for item in items]
    assert len(entries) >= len(TITLES)


@pytest.mark.parametrize("suffix", FAULTS)
def test_a_feed_says_of_nasty_posts_what_the_api_says(nasty: Service, suffix: str) -> None:
    entries = read(nasty.get(f"/feeds/posts.{suffix}").content, suffix)
    items = nasty.json("/api/v1/posts")["items"]
    for entry, item in zip(entries, items, strict=True):
        if clean(item["title"]):
            assert clean(entry["title"]) == clean(item["title"])
        assert clean(entry["author"]) == clean(item["author"] or item["source"]) or not clean(item["author"])
        assert entry["published"] == item["published"]
        if item["url"] is None:
            assert entry["url"].endswith(f"/posts/{item['id']}")
        elif item["url"].isascii() and " " not in item["url"]:
            assert entry["url"] == item["url"]


@pytest.mark.parametrize("contents", LISTS)
@pytest.mark.parametrize("suffix", FAULTS)
def test_feeds_of_nothing_of_one_and_of_a_page_keep_the_rules(on_sqlite: Service, suffix: str, contents: str) -> None:
    counted = []
    for query in ({"q": "nothinglikeit"}, {"tld": "xxx"}, {}, {"limit": 1}):
        answer = on_sqlite.get(f"/feeds/{contents}.{suffix}", **query)
        assert FAULTS[suffix](answer.content) == []
        counted.append(len(read(answer.content, suffix)))
    assert counted[:2] == [0, 1]
    assert counted[3] == 1


@pytest.mark.parametrize("contents", LISTS)
@pytest.mark.parametrize("suffix", FAULTS)
def test_the_largest_page_keeps_the_rules_and_goes_on(many: Service, suffix: str, contents: str) -> None:
    answer = many.get(f"/feeds/{contents}.{suffix}", limit=200)
    assert FAULTS[suffix](answer.content) == []
    assert len(read(answer.content, suffix)) == 200
    following = answer.links["next"]["url"]
    rest = many.client.get(following)
    assert FAULTS[suffix](rest.content) == []
    assert len(read(rest.content, suffix)) == 5
    assert "next" not in rest.links


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[Service]:
    """205 posts and as many events, on SQLite: what is counted here has nothing to do with the database."""
    path = tmp_path_factory.mktemp("many") / "many.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    fill_with_many(database, 205)
    with running(database) as client:
        yield Service(client, database)
    database.close()


def test_an_atom_feed_keeps_its_id_from_page_to_page(on_sqlite: Service) -> None:
    first = on_sqlite.get("/feeds/posts.atom", limit=2)
    second = on_sqlite.client.get(first.links["next"]["url"])
    assert feedparser.parse(first.content).feed.id == feedparser.parse(second.content).feed.id


def test_the_page_beside_a_feed_is_there_however_long_the_feed_is(on_sqlite: Service) -> None:
    for path, page in (("timeline", "/timeline"), ("posts", "/")):
        limit = {"timeline": 900, "posts": 150}[path]
        parsed = feedparser.parse(on_sqlite.get(f"/feeds/{path}.atom", q="exchange", limit=limit).content)
        (shown,) = [link.href for link in parsed.feed.links if link.rel == "alternate"]
        answer = on_sqlite.client.get(shown)
        assert (answer.status_code, answer.url.path) == (200, page)
        assert "q=exchange" in shown


# -- the checkers are checked ------------------------------------------------------------------------------------------

ATOM = b"""<feed xmlns='http://www.w3.org/2005/Atom'><id>http://x.example/f</id><title>t</title>
<updated>2010-01-01T00:00:00Z</updated><link rel='self' href='http://x.example/f'/>
<entry><id>urn:uuid:1</id><title>t</title><updated>2010-01-01T00:00:00Z</updated><author><name>A</name></author>
<link href='http://x.example/1'/><content type='html'>&lt;p&gt;c&lt;/p&gt;</content></entry></feed>"""
RSS = b"""<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>t</title><link>http://x.example/</link>
<description>d</description><atom:link rel='self' type='application/rss+xml' href='http://x.example/f'/>
<item><title>t</title><link>http://x.example/1</link><description>d</description>
<guid isPermaLink='false'>urn:uuid:1</guid><pubDate>Fri, 01 Jan 2010 00:00:00 +0000</pubDate>
<enclosure url='http://x.example/a' length='1' type='audio/mpeg'/></item></channel></rss>"""
JSON = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "t", "feed_url": "http://x.example/f",
"items": [{"id": "1", "content_html": "c", "url": "http://x.example/1", "date_published": "2010-01-01T00:00:00Z"}]}"""


@pytest.mark.parametrize(("suffix", "sound"), [("atom", ATOM), ("rss", RSS), ("json", JSON)])
def test_the_rules_find_nothing_in_a_sound_feed(suffix: str, sound: bytes) -> None:
    assert FAULTS[suffix](sound) == []


@pytest.mark.parametrize(
    ("suffix", "sound", "right", "wrong"),
    [
        ("atom", ATOM, b"<id>urn:uuid:1</id>", b""),
        ("atom", ATOM, b"<id>urn:uuid:1</id>", b"<id>1</id>"),
        ("atom", ATOM, b"<author><name>A</name></author>", b""),
        ("atom", ATOM, b"<name>A</name>", b"<name> </name>"),
        ("atom", ATOM, b"<name>A</name>", b""),
        ("atom", ATOM, b"<title>t</title>\n<updated>2010-01-01T00:00:00Z</updated>", b"<title>t</title>"),
        ("atom", ATOM, b"01T00:00:00Z</updated><a", b"01</updated><a"),
        ("atom", ATOM, b"href='http://x.example/1'", b"href='/1'"),
        ("atom", ATOM, b"href='http://x.example/1'", b"href='http://x.example/a b'"),
        ("atom", ATOM, b"type='html'", b"type='htm'"),
        ("atom", ATOM, b"&lt;p&gt;", b"&lt;p onclick='x'&gt;"),
        ("atom", ATOM, b"<content", b"<what/><content"),
        ("rss", RSS, b"<title>t</title><link>http://x.example/</link>", b"<title>t</title>"),
        ("rss", RSS, b"rel='self'", b"rel='next'"),
        ("rss", RSS, b"Fri, 01", b"Sat, 01"),
        ("rss", RSS, b"Fri, 01 Jan 2010 00:00:00 +0000", b"2010-01-01T00:00:00Z"),
        ("rss", RSS, b" length='1'", b""),
        ("rss", RSS, b"<guid isPermaLink='false'>urn:uuid:1</guid>", b""),
        ("rss", RSS, b"http://x.example/1", b"/1"),
        ("rss", RSS, b"audio/mpeg", b"audio"),
        ("json", JSON, b'"title": "t", ', b""),
        ("json", JSON, b'"content_html"', b'"content"'),
        ("json", JSON, b'"id": "1"', b'"id": 1'),
        ("json", JSON, b'"2010-01-01T00:00:00Z"', b'"2010-01-01"'),
        ("json", JSON, b"http://x.example/1", b"/1"),
    ],
)  # fmt: skip
def test_the_rules_find_what_is_wrong(suffix: str, sound: bytes, right: bytes, wrong: bytes) -> None:
    assert right in sound
    assert FAULTS[suffix](sound.replace(right, wrong)) != []
