"""Feeds and calendars read back with the libraries that others read them with."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import feedparser
import icalendar
import pytest
from bs4 import BeautifulSoup
from lxml import etree

from api.routes.feeds import CHUNK
from api.spool import PIECE_BYTES
from api.syndication import EXPORTS, FORMATS
from ingest.feeds import read_json_feed
from ingest.opml import parse_opml
from ingest.readers import read_document
from store.database import Database
from store.posts import save_entries
from store.sources import get_source, remove_source
from tests.api import test_calendars
from tests.api.conftest import Service, event_id, running
from tests.api.feed_rules import FAULTS
from tests.api.nasty import fill_with_many
from tests.store.factories import NOW, make_entry, make_source, store_post


def ids_of_posts(service: Service, **parameters: object) -> list[str]:
    return [f"urn:uuid:{item['id']}" for item in service.json("/api/v1/posts", **parameters)["items"]]


@pytest.mark.parametrize("suffix", ["atom", "rss"])
@pytest.mark.parametrize("query", [{}, {"q": "exchange"}, {"tld": ".xxx"}, {"limit": "2"}])
def test_an_xml_feed_holds_the_posts_of_the_query_in_their_order(
    service: Service, suffix: str, query: dict[str, str]
) -> None:
    answer = service.get(f"/feeds/posts.{suffix}", **query)
    parsed = feedparser.parse(answer.content)
    assert parsed.bozo == 0
    assert parsed.version == {"atom": "atom10", "rss": "rss20"}[suffix]
    assert [entry.id for entry in parsed.entries] == ids_of_posts(service, **query)
    assert answer.headers["content-type"].startswith(f"application/{suffix}+xml")


def test_an_atom_entry_carries_the_whole_post(service: Service) -> None:
    (entry,) = feedparser.parse(service.get("/feeds/posts.atom", tld="xxx").content).entries
    assert entry.title == ".xxx approved"
    assert entry.link == "http://wire.example/3"
    assert entry.published == "2010-06-26T21:27:00Z"
    assert entry.author == "Names"
    assert "bold as it was" in entry.content[0].value.replace("<b>", "").replace("</b>", "")
    assert [(tag.term, tag.label) for tag in entry.tags] == [("xxx", ".xxx")]
    assert [(e.href, e.type, e.length) for e in entry.enclosures] == [("http://x.example/a.mp3", "audio/mpeg", "123")]


def test_an_rss_item_carries_the_whole_post(service: Service) -> None:
    (entry,) = feedparser.parse(service.get("/feeds/posts.rss", tld="xxx").content).entries
    assert entry.summary == "The board's vote"
    assert entry.published == "Sat, 26 Jun 2010 21:27:00 +0000"
    assert entry.enclosures[0].href == "http://x.example/a.mp3"


def test_what_xml_forbids_is_left_out_and_a_title_is_made(service: Service) -> None:
    entry = feedparser.parse(service.get("/feeds/posts.atom").content).entries[0]
    assert entry.title == "No title, no date; Exchange is named."
    assert "/posts/" in entry.link


def test_our_own_crawler_reads_our_feeds(service: Service) -> None:
    expected = ids_of_posts(service)
    for suffix in ("atom", "rss", "json"):
        url = f"http://hostwire.example/feeds/posts.{suffix}"
        answer = service.get(f"/feeds/posts.{suffix}")
        document = read_document(answer.content, url, content_type=answer.headers["content-type"])
        assert [entry.id for entry in document.entries] == expected


def test_a_json_feed_says_what_the_standard_wants(service: Service) -> None:
    feed = service.json("/feeds/posts.json", tld="xxx")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"].endswith("/feeds/posts.json?tld=xxx")
    (item,) = feed["items"]
    assert item["date_published"] == "2010-06-26T21:27:00Z"
    assert item["attachments"][0]["size_in_bytes"] == 123
    assert read_json_feed(b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', "http://x.example/", {})


PATHS = [
    *(f"/feeds/{held}.{form.suffix}?q=exchange" for form in FORMATS for held in form.holds),
    *(f"/feeds/{export.contents}.{export.suffix}?q=exchange" for export in EXPORTS),
    "/feeds/chosen.opml?feed=posts.atom",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_feed_does_not_change_while_nothing_changed(service: Service, path: str) -> None:
    first, second = service.client.get(path), service.client.get(path)
    assert first.content == second.content
    etag, modified = first.headers["etag"], first.headers["last-modified"]
    again = service.client.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert again.headers.get("vary") == first.headers.get("vary")
    assert again.headers["cache-control"] == first.headers["cache-control"]
    assert service.client.get(path, headers={"If-Modified-Since": modified}).status_code == 304
    assert (
        service.client.get(path, headers={"If-None-Match": '"other"', "If-Modified-Since": modified}).status_code == 200
    )


def test_a_feed_changes_when_a_post_of_it_does(service: Service) -> None:
    before = service.get("/feeds/posts.atom", q="metal")
    with service.database.write() as session:
        source = get_source(session, "http://mail.example/feed")
        edited = make_entry("1", title="Exchange notes, edited", text="The bare metal of mail servers.")
        save_entries(session, source, [edited], now=NOW + timedelta(days=1))
    headers = {"If-None-Match": before.headers["etag"]}
    after = service.client.get("/feeds/posts.atom", params={"q": "metal"}, headers=headers)
    assert after.status_code == 200
    old, new = (feedparser.parse(answer.content).entries[0] for answer in (before, after))
    assert (old.id, new.title) == (new.id, "Exchange notes, edited")
    assert new.updated > old.updated


@pytest.mark.parametrize("suffix", ["atom", "csv", "jsonl", "opml"])
def test_a_feed_that_lost_a_post_is_not_called_unmodified(service: Service, suffix: str) -> None:
    """What was removed leaves no date behind; Last-Modified goes on all the same, and never back."""
    path = f"/feeds/posts.{suffix}"
    before = service.client.get(path)
    with service.database.write() as session:
        remove_source(session, "http://names.example/feed", keep_posts=False)
    dates = {"If-Modified-Since": before.headers["last-modified"]}
    after = service.client.get(path, headers=dates)
    assert after.status_code == 200
    assert after.content != before.content
    modified = [parsedate_to_datetime(answer.headers["last-modified"]) for answer in (before, after)]
    assert modified[0] < modified[1]
    assert service.client.get(path, headers={"If-Modified-Since": after.headers["last-modified"]}).status_code == 304


def test_older_items_of_a_feed_are_linked(service: Service) -> None:
    seen: list[str] = []
    answer = service.get("/feeds/posts.atom", limit=3)
    while True:
        parsed = feedparser.parse(answer.content)
        seen += [entry.id for entry in parsed.entries]
        following = [link.href for link in parsed.feed.links if link.rel == "next"]
        if not following:
            break
        answer = service.client.get(following[0])
    assert seen == ids_of_posts(service)


def test_an_empty_feed_is_a_feed(service: Service) -> None:
    for suffix in ("atom", "rss"):
        parsed = feedparser.parse(service.get(f"/feeds/posts.{suffix}", q="nothinglikeit").content)
        assert (parsed.bozo, parsed.entries) == (0, [])


def test_a_timeline_as_a_feed(service: Service) -> None:
    answer = service.get("/feeds/timeline.atom", tld="xxx")
    parsed = feedparser.parse(answer.content)
    assert (parsed.bozo, parsed.version) == (0, "atom10")
    (entry,) = parsed.entries
    assert entry.title == "approval of .xxx (2010-06-25)"
    assert entry.id == f"urn:uuid:{event_id('approval', 'xxx')}"
    assert entry.link == "http://wire.example/3"
    assert "others approved .xxx" in entry.content[0].value
    assert "&lt;b&gt;bold" in entry.content[0].value
    feed = service.json("/feeds/timeline.json", status="planned")
    assert [item["title"] for item in feed["items"]] == ["preview of Exchange Server 2010 SP1, planned (June 2010)"]
    first = service.get("/feeds/timeline.json", limit=1)
    assert service.client.get(first.json()["next_url"]).json()["items"][0]["title"].startswith("approval")
    assert first.headers["link"] == f'<{first.json()["next_url"]}>; rel="next"'


def rows(answer: Any) -> list[dict[str, str]]:
    assert answer.headers["content-type"].startswith("text/csv; charset=utf-8")
    assert answer.text.count("\r\n") >= 1
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def test_posts_and_events_as_tables(service: Service) -> None:
    (post,) = rows(service.get("/feeds/posts.csv", tld="xxx"))
    assert (post["title"], post["published"], post["tlds"]) == (".xxx approved", "2010-06-26T21:27:00Z", "xxx")
    assert (post["source"], post["events"]) == ("Names", "approval happened 2010-06-25")
    (event,) = rows(service.get("/feeds/timeline.csv", tld="xxx"))
    assert (event["type"], event["begin"], event["end"], event["subjects"]) == (
        "approval", "2010-06-25", "2010-06-26", "xxx",
    )  # fmt: skip
    assert event["quote"].startswith("The board & others")
    assert rows(service.get("/feeds/posts.csv", q="nothinglikeit")) == []


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "a,b\r\nc", '"'])
def test_a_cell_is_text_and_never_a_formula(service: Service, title: str) -> None:
    with service.database.write() as session:
        source = make_source(session, "http://evil.example/feed", name=title)
        store_post(session, source, make_entry("evil", title=title, author=title, text="evil words", summary=title))
    (row,) = rows(service.get("/feeds/posts.csv", q="evil"))
    expected = f"'{title}" if title[0] in "=+-@" else title
    assert {row["title"], row["author"], row["source"], row["summary"]} == {expected}


def test_the_sources_behind_a_query_as_a_list(service: Service) -> None:
    answer = service.get("/feeds/posts.opml", limit=1)
    assert answer.headers["content-type"].startswith("text/x-opml")
    assert [(line.url, line.title) for line in parse_opml(answer.content)] == [
        ("http://mail.example/feed", "Mail & Co"), ("http://names.example/feed", "Names"),
    ]  # fmt: skip
    of_query = parse_opml(service.get("/feeds/posts.opml", organization="microsoft").content)
    assert [line.url for line in of_query] == ["http://mail.example/feed"]
    assert b"<outline" not in service.get("/feeds/posts.opml", q="nothinglikeit").content


# -- exports -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("contents", "listed"), [("posts", "/api/v1/posts"), ("timeline", "/api/v1/timeline")])
def test_lines_of_json_are_the_very_items_of_the_api(service: Service, contents: str, listed: str) -> None:
    answer = service.get(f"/feeds/{contents}.jsonl", q="exchange OR board")
    assert answer.headers["content-type"] == "application/jsonl"
    assert answer.headers["content-disposition"] == f'attachment; filename="hostwire-{contents}.jsonl"'
    assert answer.content.endswith(b"\n")
    lines = [json.loads(line) for line in answer.content.splitlines()]
    assert lines == service.json(listed, q="exchange OR board")["items"]
    assert len(lines) >= 2
    assert service.get(f"/feeds/{contents}.jsonl", q="nothinglikeit").content == b""


@pytest.mark.parametrize("contents", ["posts", "timeline"])
def test_an_export_holds_many_pages_and_goes_on(many: Service, contents: str) -> None:
    """More than one chunk of reading, a file on the disk, and where to go on."""
    whole = many.get(f"/feeds/{contents}.jsonl", limit=10_000)
    ids = [json.loads(line)["id"] for line in whole.content.splitlines()]
    assert len(ids) == len(set(ids)) == MANY
    assert "next" not in whole.links
    assert len(whole.content) > PIECE_BYTES  # sent in pieces
    seen, answer = [], many.get(f"/feeds/{contents}.csv", limit=CHUNK + 1)
    while True:
        seen += [row["id"] for row in rows(answer)]
        if "next" not in answer.links:
            break
        answer = many.client.get(answer.links["next"]["url"])
    assert seen == ids
    etag = {"If-None-Match": whole.headers["etag"]}
    assert many.client.get(f"/feeds/{contents}.jsonl?limit=10000", headers=etag).status_code == 304


@pytest.mark.parametrize(("path", "most"), [("posts.csv", 10_000), ("timeline.jsonl", 10_000), ("posts.rss", 200)])
def test_an_export_has_its_bound_too(on_sqlite: Service, path: str, most: int) -> None:
    answer = on_sqlite.get(f"/feeds/{path}", limit=most + 1)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["takes"] == f"a whole number from 1 to {most}"
    assert on_sqlite.get(f"/feeds/{path}", limit=most).status_code == 200


MANY = 1_201


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Service]:
    """Some more posts and events than are read at once, on SQLite: chunks are pages, which both databases have."""
    path = tmp_path_factory.mktemp("many") / "many.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    fill_with_many(database, MANY)
    with running(database) as client:
        yield Service(client, database)
    database.close()


# -- a list of chosen feeds --------------------------------------------------------------------------------------------


def test_chosen_feeds_are_a_list_that_readers_import(service: Service) -> None:
    chosen = [
        "posts.atom?q=exchange -beta",
        "/feeds/timeline.ics?product=exchange&status=planned&limit=900",
        f"{service.client.base_url}/feeds/posts.json?tld=.xxx&tld=net",
        "timeline.rss",
        "timeline.rss",
    ]
    answer = service.get("/feeds/chosen.opml", feed=chosen, title="Mine & <yours>")
    assert answer.headers["content-type"].startswith("text/x-opml")
    root = etree.fromstring(answer.content)
    assert (root.tag, root.get("version"), root.findtext("head/title")) == ("opml", "2.0", "Mine & <yours>")
    outlines = root.findall("body/outline")
    assert [outline.get("text") for outline in outlines] == [
        "Hostwire posts: exchange -beta (Atom)",
        "Hostwire timeline: product exchange, status planned (iCalendar)",
        "Hostwire posts: tld .xxx, tld net (JSON Feed)",
        "Hostwire timeline (RSS)",
    ]
    assert [outline.get("type") for outline in outlines] == ["rss", "ics", "rss", "rss"]
    base = str(service.client.base_url).rstrip("/")
    assert [
        (line.url.removeprefix(base), (line.site_url or "").removeprefix(base)) for line in parse_opml(answer.content)
    ] == [
        ("/feeds/posts.atom?q=exchange+-beta", "/?q=exchange+-beta"),
        ("/feeds/timeline.ics?limit=900&product=exchange&status=planned", "/timeline?product=exchange&status=planned"),
        ("/feeds/posts.json?tld=.xxx&tld=net", "/?tld=.xxx&tld=net"),
        ("/feeds/timeline.rss", "/timeline"),
    ]
    for outline in outlines:
        for name, kind in (("xmlUrl", None), ("htmlUrl", "text/html")):
            followed = service.client.get(str(outline.get(name)))
            assert followed.status_code == 200
            assert kind is None or followed.headers["content-type"].startswith(kind)
    entries = feedparser.parse(service.client.get(str(outlines[0].get("xmlUrl"))).content).entries
    assert [entry.id for entry in entries] == ids_of_posts(service, q="exchange -beta")


@pytest.mark.parametrize(
    ("feed", "said", "takes"),
    [
        ("posts.ics", "is no feed of this service", "posts.atom"),
        ("posts.opml", "is no feed of this service", "timeline.ics"),
        ("posts.csv?q=a", "is no feed of this service", "posts.rss"),
        ("http://other.example/feeds/posts.atom", "is no feed of this service", "posts.atom"),
        ("", "is no feed of this service", "posts.atom"),
        ("posts.atom?quarry=a", "quarry: there is no such parameter", "leave it out"),
        ("timeline.ics?from_=2010", "from_: there is no such parameter", "leave it out"),
        ("posts.atom?q=a&q=b", "q: it is given 2 times", "one value"),
        ("posts.atom?limit=201", "limit: 201 is not a whole number from 1 to 200", "from 1 to 200"),
        ("timeline.ics?limit=x", "limit: 'x' is no number", "from 1 to 1000"),
        ("timeline.ics?status=perhaps", "status: 'perhaps' is none of", "'happened', 'planned' or 'cancelled'"),
        ("posts.atom?after=someday", "after: 'someday' is no date", "2026-01-31"),
        ("posts.atom?event=party", "event: 'party' is no event type", "outage"),
        ("posts.atom?q=(exchange", "q: ", ""),
        ("posts.atom?cursor=abc.0123456789ab", "has a cursor", "without its cursor"),
        (f"posts.atom?q={'a' * 1_900}%00", "q: holds a NUL", "text without NUL"),
    ],
)  # fmt: skip
def test_a_chosen_feed_that_cannot_be_is_named(on_sqlite: Service, feed: str, said: str, takes: str) -> None:
    answer = on_sqlite.get("/feeds/chosen.opml", feed=["posts.atom", feed])
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["parameter"] == "feed"
    assert repr(feed)[:60] in error["detail"]
    assert said in error["detail"]
    assert takes in error["takes"]


def test_a_list_of_chosen_feeds_has_one_and_not_too_many(on_sqlite: Service) -> None:
    for path in ("/feeds/chosen.opml", "/feeds/chosen.opml?title=x", f"/feeds/chosen.opml?{'feed=posts.atom&' * 101}"):
        answer = on_sqlite.client.get(path)
        assert answer.status_code == 422
        assert [error["parameter"] for error in answer.json()["errors"]] == ["feed"]


# -- where pages say that there are feeds ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        "/", "/?q=exchange+-beta&sort=relevance&limit=2", "/?tld=.xxx&event=approval", "/timeline",
        "/timeline?product=exchange&status=planned&limit=5", "/products/exchange", "/organizations/microsoft",
        "/tlds/xxx",
    ],
)  # fmt: skip
def test_every_list_names_its_feeds_and_they_are_there(on_sqlite: Service, page: str) -> None:
    soup = BeautifulSoup(on_sqlite.client.get(page).text, "lxml")
    alternates = soup.select('head link[rel="alternate"]')
    assert len(alternates) >= 3
    for link in alternates:
        answer = on_sqlite.client.get(str(link["href"]))
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == link["type"]
        assert link["title"]
        if link["type"] == "text/calendar":
            assert icalendar.Calendar.from_ical(answer.content)["VERSION"] == "2.0"
        else:
            suffix = str(link["href"]).partition("?")[0].rpartition(".")[2]
            assert FAULTS[suffix](answer.content) == []
    subscribe = soup.select("main p.meta a[href*='/feeds/']")
    assert any("/feeds/chosen.opml" in str(link["href"]) for link in subscribe)
    for link in subscribe:
        assert on_sqlite.client.get(str(link["href"])).status_code == 200, link


def test_a_page_of_a_list_names_the_feed_of_the_whole_list(on_sqlite: Service) -> None:
    following = on_sqlite.client.get("/?q=exchange&limit=1").text
    second = BeautifulSoup(following, "lxml").select_one("a[rel=next]")
    assert second is not None
    soup = BeautifulSoup(on_sqlite.client.get(str(second["href"])).text, "lxml")
    assert {"cursor" in str(link["href"]) for link in soup.select('link[rel="alternate"]')} == {False}


def test_a_suffix_that_is_not_there_names_those_that_are(service: Service) -> None:
    answer = service.get("/feeds/posts.xls")
    assert answer.status_code == 404
    assert "/feeds/posts.rss" in answer.json()["detail"]
    assert service.get("/feeds/posts.ics").status_code == 404


CHECKS: dict[str, Callable[..., None]] = {
    "atom": test_an_atom_entry_carries_the_whole_post,
    "rss": test_an_rss_item_carries_the_whole_post,
    "json": test_a_json_feed_says_what_the_standard_wants,
    "ics": test_calendars.test_a_calendar_holds_the_dated_events,
    "csv": test_posts_and_events_as_tables,
    "jsonl": test_lines_of_json_are_the_very_items_of_the_api,
    "opml": test_the_sources_behind_a_query_as_a_list,
}


def test_every_output_format_has_a_test_here() -> None:
    assert set(CHECKS) == {form.suffix for form in (*FORMATS, *EXPORTS)}
