"""Feeds and calendars read back with the libraries that others read them with."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import feedparser
import icalendar
import pytest
from sqlalchemy import select

from api.syndication import FORMATS
from ingest.feeds import read_json_feed
from ingest.opml import parse_opml
from ingest.readers import read_document
from store.models import Post
from store.posts import save_entries
from store.records import EventDate
from store.sources import get_source, remove_source
from store.timelines import event_mentions_around, replace_events
from tests.api.conftest import Service, event_id
from tests.store.factories import NOW, make_entry, make_resolved, make_source, store_post


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


@pytest.mark.parametrize("path", [f"/feeds/{held}.{form.suffix}" for form in FORMATS for held in form.holds])
def test_a_feed_does_not_change_while_nothing_changed(service: Service, path: str) -> None:
    path = f"{path}?q=exchange"
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


@pytest.mark.parametrize("suffix", ["atom", "csv", "opml"])
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


def calendar(service: Service, **parameters: Any) -> list[Any]:
    answer = service.get("/feeds/timeline.ics", **parameters)
    assert answer.headers["content-type"].startswith("text/calendar")
    return icalendar.Calendar.from_ical(answer.content).walk("VEVENT")


def test_a_calendar_holds_the_dated_events(service: Service) -> None:
    preview, approval = calendar(service)
    assert str(preview["UID"]) == f"{event_id('preview', 'exchange-2010-sp1')}@hostwire"
    assert (preview["DTSTART"].dt, preview["DTEND"].dt) == (date(2010, 6, 1), date(2010, 7, 1))
    assert (str(preview["STATUS"]), str(approval["STATUS"])) == ("TENTATIVE", "CONFIRMED")
    assert int(approval["SEQUENCE"]) == 0
    assert "& others approved .xxx" in str(approval["DESCRIPTION"])


def test_a_calendar_does_not_change_while_nothing_changed(service: Service) -> None:
    first, second = service.get("/feeds/timeline.ics"), service.get("/feeds/timeline.ics")
    assert first.content == second.content
    headers = {"If-None-Match": first.headers["etag"]}
    assert service.client.get("/feeds/timeline.ics", headers=headers).status_code == 304


@pytest.mark.parametrize("name", ["a\nb", "a\r\nBEGIN:VEVENT", "a\x0bb", "a,b;c\\d", "\x85x", "é\u2028x"])
def test_nothing_that_is_asked_breaks_a_line_of_a_calendar(service: Service, name: str) -> None:
    for parameters in ({"tld": name}, {"organization": name}):
        answer = service.get("/feeds/timeline.ics", **parameters)
        assert answer.status_code == 200, answer.text
        parsed = icalendar.Calendar.from_ical(answer.content)
        assert len([line for line in answer.content.split(b"\r\n") if line.startswith(b"BEGIN:VCALENDAR")]) == 1
        assert str(parsed["X-WR-CALNAME"]).startswith("Hostwire timeline: ")


def test_a_calendar_without_events_is_a_calendar(service: Service) -> None:
    """RFC 5545, section 3.6: at least one component."""
    answer = service.get("/feeds/timeline.ics", q="nothinglikeit")
    parsed = icalendar.Calendar.from_ical(answer.content)
    assert [component.name for component in parsed.subcomponents] == ["VTIMEZONE"]
    assert parsed.walk("VEVENT") == []
    assert b"BEGIN:STANDARD" in answer.content
    assert b"VTIMEZONE" not in service.get("/feeds/timeline.ics").content


@pytest.mark.parametrize(
    ("status", "value", "basis"),
    [("planned", None, "published"), ("planned", "2010-07-01", "published"), ("happened", None, "text")],
)
def test_a_day_that_nobody_gave_an_event_is_no_entry(
    service: Service, status: str, value: str | None, basis: Literal["text", "published"]
) -> None:
    with service.database.write() as session:
        posts = [post.id for post in session.scalars(select(Post))]
        mentions = [row.id for row in event_mentions_around(session, posts)]
        day = EventDate(value, date(2010, 7, 1), date(2010, 7, 2), "day", basis)
        event = make_resolved(tuple(mentions[:1]), public_id="announced", status=status, date=day)
        replace_events(session, mentions[:1], [event], now=NOW)
    assert "announced" in [item["id"] for item in service.json("/api/v1/timeline")["items"]]
    assert "announced@hostwire" not in [str(event["UID"]) for event in calendar(service)]


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
    assert [item["title"] for item in feed["items"]] == ["preview of Exchange Server 2010 SP1, planned (2010-06)"]
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


def test_a_suffix_that_is_not_there_names_those_that_are(service: Service) -> None:
    answer = service.get("/feeds/posts.xls")
    assert answer.status_code == 404
    assert "/feeds/posts.rss" in answer.json()["detail"]
    assert service.get("/feeds/posts.ics").status_code == 404


CHECKS: dict[str, Callable[[Service], None]] = {
    "atom": test_an_atom_entry_carries_the_whole_post,
    "rss": test_an_rss_item_carries_the_whole_post,
    "json": test_a_json_feed_says_what_the_standard_wants,
    "ics": test_a_calendar_holds_the_dated_events,
    "csv": test_posts_and_events_as_tables,
    "opml": test_the_sources_behind_a_query_as_a_list,
}


def test_every_output_format_has_a_test_here() -> None:
    assert set(CHECKS) == {form.suffix for form in FORMATS}
