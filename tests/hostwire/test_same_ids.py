"""One query, whatever it is asked through: the API, the command and each format give the same ids in the same order."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import feedparser
import httpx
import icalendar
import pytest
from click.testing import CliRunner

from hostwire.cli import command
from store.database import Database
from store.records import EventDate, TimexRecord
from store.timelines import precision_of, replace_events
from tests.api.conftest import Service, running
from tests.store.factories import (
    DOT_XXX,
    EXCHANGE,
    EXCHANGE_2010,
    EXCHANGE_2010_SP1,
    MICROSOFT,
    NOW,
    instant,
    make_analysis,
    make_entry,
    make_event,
    make_resolved,
    make_source,
    mention_ids_of,
    store_post,
)

COUNT = 24
WORDS = ("exchange mail server", "bare metal mail", "registry of names", "exchange beta", "metal and names exchange")
FAMILY = (EXCHANGE, EXCHANGE_2010, EXCHANGE_2010_SP1)
VALUES = (
    ("2010-06-25", date(2010, 6, 25), date(2010, 6, 26)),
    ("2010-06", date(2010, 6, 1), date(2010, 7, 1)),
    ("2011", date(2011, 1, 1), date(2012, 1, 1)),
    (None, None, None),
)


@pytest.fixture(scope="module")
def library(module_database: Database) -> Iterator[Service]:
    """Two dozen posts on a few things, of which some are published at one moment, and an event of each."""
    with module_database.write() as session:
        sources = [make_source(session, f"http://{name}.example/feed", name=name) for name in ("mail", "names")]
        mentions: list[int] = []
        for number in range(COUNT):
            words = " ".join([WORDS[number % len(WORDS)]] * (1 + number % 3))
            named = (*FAMILY[: 1 + number % 3], MICROSOFT) if "exchange" in words else (DOT_XXX,)
            title = f"Post {number} on {WORDS[number % len(WORDS)]}"
            subject = (named[-1].kind, named[-1].slug) if named[-1] is not MICROSOFT else ("product", named[-2].slug)
            value, begin, end = VALUES[number % len(VALUES)]
            post = store_post(
                session,
                sources[number % 2],
                make_entry(
                    str(number),
                    title=title,
                    text=f"{words}, entry {number}.",
                    published=None if number == 7 else instant("2010-04-01") + timedelta(days=number // 2),
                ),
                make_analysis(
                    *named,
                    timexes=(TimexRecord("text", 0, 5, "words", "DATE", value, begin, end),) if value else (),
                    events=(
                        make_event(
                            title, subject, type="preview" if number % 2 else "release",
                            status="planned" if number % 3 else "happened", date=value, begin=begin, end_date=end,
                        ),
                    ),
                ),
            )  # fmt: skip
            (mention,) = mention_ids_of(session, post)
            mentions.append(mention)
            event = make_resolved(
                (mention,),
                public_id=f"00000000-0000-5000-8000-{number:012}",
                type="preview" if number % 2 else "release",
                status="planned" if number % 3 else "happened",
                date=EventDate(value, begin, end, precision_of(value), "text" if value else "published"),
                subjects=(subject,),
                first_reported=instant("2010-04-01") + timedelta(days=number // 2),
            )
            replace_events(session, [mention], [event], now=NOW)
    with running(module_database) as client:
        yield Service(client, module_database)


# -- what each way gives -----------------------------------------------------------------------------------------------


def of_feedparser(answer: httpx.Response) -> list[str]:
    parsed = feedparser.parse(answer.content)
    assert parsed.bozo == 0
    return [entry.id.removeprefix("urn:uuid:") for entry in parsed.entries]


def of_json_feed(answer: httpx.Response) -> list[str]:
    return [item["id"].removeprefix("urn:uuid:") for item in answer.json()["items"]]


def of_csv(answer: httpx.Response) -> list[str]:
    return [row["id"] for row in csv.DictReader(io.StringIO(answer.text, newline=""))]


def of_json_lines(answer: httpx.Response) -> list[str]:
    return [json.loads(line)["id"] for line in answer.content.splitlines()]


def of_calendar(answer: httpx.Response) -> list[str]:
    events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    return [str(event["UID"]).removesuffix("@hostwire") for event in events]


def of_api(answer: httpx.Response) -> list[str]:
    return [item["id"] for item in answer.json()["items"]]


READ: dict[str, Callable[[httpx.Response], list[str]]] = {
    "atom": of_feedparser,
    "rss": of_feedparser,
    "json": of_json_feed,
    "csv": of_csv,
    "jsonl": of_json_lines,
    "ics": of_calendar,
}


def pages(service: Service, path: str, query: dict[str, Any], read: Callable[[httpx.Response], list[str]]) -> list[Any]:
    """The ids of each page of a list, by following its Link headers to the end."""
    answer = service.get(path, **query)
    found = []
    while True:
        assert answer.status_code == 200, answer.text
        found.append(read(answer))
        if "next" not in answer.links:
            return found
        answer = service.client.get(answer.links["next"]["url"])


def printed(service: Service, *words: str) -> list[str]:
    """The ids that the command prints, in a process that is here already."""
    url = service.database.engine.url.render_as_string(hide_password=False)
    done = CliRunner().invoke(command, [*words, "--json"], env={"HOSTWIRE_DATABASE_URL": url}, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return [json.loads(line)["id"] for line in done.stdout.splitlines()]


# -- posts -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A query, and how many posts it finds: so many that their order tells something."""

    query: dict[str, Any]
    finds: int


POSTS = {
    "everything": Asked({}, 20),
    "a word": Asked({"q": "exchange"}, 14),
    "words": Asked({"q": "bare mail"}, 5),
    "a phrase": Asked({"q": '"metal and names"'}, 4),
    "either": Asked({"q": "registry OR beta"}, 10),
    "not": Asked({"q": "exchange -beta"}, 9),
    "a beginning": Asked({"q": "exch* mail"}, 5),
    "parentheses": Asked({"q": "(registry OR bare) -beta title:on"}, 10),
    "a product with its versions": Asked({"q": "product:exchange-2010"}, 9),
    "a date talked about": Asked({"q": "when:2010-06 exchange"}, 7),
    "fields": Asked({"q": "type:preview status:planned source:names"}, 8),
    "days": Asked({"after": "2010-04-03", "before": "2010-04-08"}, 9),
    "filters": Asked({"product": "exchange", "event": "release", "q": "mail"}, 3),
    "by relevance": Asked({"q": "exchange metal", "sort": "relevance"}, 4),
    "by relevance in pages": Asked({"q": "exchange OR names", "sort": "relevance", "limit": 4}, 19),
    "in pages": Asked({"q": "exchange OR metal", "limit": 3}, 19),
    "nothing": Asked({"q": "nothinglikeit"}, 0),
}


@pytest.mark.parametrize("name", POSTS)
def test_posts_are_the_same_in_every_format(library: Service, name: str) -> None:
    asked = POSTS[name]
    expected = pages(library, "/api/v1/posts", asked.query, of_api)
    ids = [post for page in expected for post in page]
    assert len(ids) == len(set(ids))
    assert len(expected[0]) == min(asked.finds, asked.query.get("limit", 20)), ids
    for suffix in ("atom", "rss", "json", "csv", "jsonl"):
        assert pages(library, f"/feeds/posts.{suffix}", asked.query, READ[suffix]) == expected, suffix


BY_COMMAND = [name for name, asked in POSTS.items() if set(asked.query) - {"limit", "sort"} == {"q"}]


@pytest.mark.parametrize("name", BY_COMMAND)
def test_the_command_finds_the_same_posts(library: Service, name: str) -> None:
    asked = POSTS[name]
    expected = [post for page in pages(library, "/api/v1/posts", asked.query, of_api) for post in page]
    sort = asked.query.get("sort", "published")
    assert printed(library, "search", asked.query["q"], "--limit", "200", "--sort", sort) == expected


# -- timelines ---------------------------------------------------------------------------------------------------------

TIMELINES: dict[str, dict[str, Any]] = {
    "everything": {},
    "a product with its versions": {"product": "exchange"},
    "a version": {"product": "Exchange 2010 SP1"},
    "a top-level domain": {"tld": ".xxx"},
    "of a query": {"q": "exchange -beta"},
    "planned": {"status": "planned"},
    "of a type and days": {"type": "preview", "from": "2010-06", "to": "2010-12"},
    "as it was known": {"as_of": "2010-04-05"},
    "in pages": {"product": "exchange", "limit": 3},
    "nothing": {"product": "nothing-like-it"},
}


@pytest.mark.parametrize("name", TIMELINES)
def test_events_are_the_same_in_every_format(library: Service, name: str) -> None:
    query = {"limit": 200, **TIMELINES[name]}
    expected = pages(library, "/api/v1/timeline", query, of_api)
    assert (sum(map(len, expected)) > 1) == (name != "nothing")
    for suffix in ("atom", "rss", "json", "csv", "jsonl"):
        assert pages(library, f"/feeds/timeline.{suffix}", query, READ[suffix]) == expected, suffix


@pytest.mark.parametrize("name", TIMELINES)
def test_a_calendar_has_those_that_have_a_day(library: Service, name: str) -> None:
    query = TIMELINES[name] | {"limit": 200}
    items = library.json("/api/v1/timeline", **query)["items"]
    expected = [
        item["id"]
        for item in items
        if item["date"]["value"] and not (item["status"] == "planned" and item["date"]["basis"] == "published")
    ]
    assert of_calendar(library.get("/feeds/timeline.ics", **query)) == expected


@pytest.mark.parametrize("name", ["a product with its versions", "a version", "a top-level domain"])
def test_the_command_shows_the_same_timeline(library: Service, name: str) -> None:
    (asked,) = TIMELINES[name].values()
    expected = of_api(library.get("/api/v1/timeline", limit=200, **TIMELINES[name]))
    assert printed(library, "timeline", asked, "--limit", "200") == expected
