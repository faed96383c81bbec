"""A name that several entities share means all of them, whatever is asked: posts, events, feeds, counts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from hostwire.cli import command
from store.database import Database
from store.entities import save_entities
from store.records import EntityInput, EntityKind
from store.timelines import replace_events
from tests.api.conftest import Service, running
from tests.api.test_subscriptions import added, payloads, queue
from tests.ingest.newsdesk import Newsdesk, told
from tests.store.factories import (
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

OLD = EntityInput("product", "panel-old", "Panel Classic", aliases=("The Panel",))
NEW = EntityInput("product", "panel-new", "Panel Next", aliases=("The Panel",))
BELOW = EntityInput("product", "panel-new-2", "Panel Next 2", parent="panel-new")
MAKER = EntityInput("organization", "maker", "The Panel")
ENTITIES = (OLD, NEW, BELOW, MAKER)
EVENTS: dict[str, tuple[tuple[EntityKind, str], ...]] = {
    "e1": (("product", "panel-old"),),
    "e2": (("product", "panel-new"),),
    "e3": (("product", "panel-old"), ("product", "panel-new")),
    "e4": (("product", "panel-new-2"), ("organization", "maker")),
    "e5": (("organization", "maker"),),
}
OF_THE_NAME = ["e1", "e2", "e3", "e4"]
FIRST = date(2010, 6, 20)


def report(database: Database, name: str, subjects: tuple[tuple[EntityKind, str], ...]) -> None:
    """A post that tells of an event of that name, planned for a day of its own."""
    day = FIRST + timedelta(days=int(name[1:]))
    value, end, title = day.isoformat(), day + timedelta(days=1), f"Post {name}"
    mention = make_event(title, subjects[0], subjects=subjects, status="planned", date=value, begin=day, end_date=end)
    with database.write() as session:
        source = make_source(session, f"http://{name}.example/feed")
        entry = make_entry(name, title=title, published=instant("2010-05-01"))
        post = store_post(session, source, entry, make_analysis(*ENTITIES, named=subjects, events=(mention,)))
        event = make_resolved(
            mention_ids_of(session, post), public_id=name, title=f"Event {name}", status="planned",
            day=(value, day, end), subjects=subjects, first_reported=instant("2010-05-01"),
        )  # fmt: skip
        replace_events(session, event.mention_ids, [event], now=NOW)


@pytest.fixture
def panels(database: Database) -> Iterator[Service]:
    for name, subjects in EVENTS.items():
        report(database, name, subjects)
    with running(database, api_key="k", base_url="http://wire.example") as client:
        client.headers["X-API-Key"] = "k"
        yield Service(client, database)


def asked(service: Service, **parameters: object) -> list[str]:
    """The ids of the events, which go on over pages."""
    answer = service.json("/api/v1/timeline", **parameters)
    found = [item["id"] for item in answer["items"]]
    while answer["next"]:
        address = answer["next"].removeprefix("http://wire.example")
        answer = service.client.get(address).json()
        found += [item["id"] for item in answer["items"]]
    return found


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        pytest.param({"product": "the panel"}, OF_THE_NAME, id="all that share the name"),
        pytest.param({"product": "panel-old"}, ["e1", "e3"], id="a slug means its own"),
        pytest.param({"product": "Panel Next"}, ["e2", "e3", "e4"], id="a name of one"),
        pytest.param({"organization": "the panel"}, ["e4", "e5"], id="of another kind"),
        pytest.param({"organization": "maker", "product": "the panel"}, ["e4"], id="of both names"),
        pytest.param({"product": "the panel", "organization": "nobody"}, [], id="a name of nothing"),
        pytest.param({"product": "the panel", "limit": 1}, OF_THE_NAME, id="page by page"),
        pytest.param({"product": "the panel", "limit": 3}, OF_THE_NAME, id="a page that ends after one of both"),
        pytest.param({"product": "the panel", "show": "slipped", "limit": 1}, OF_THE_NAME, id="a list"),
        pytest.param({"product": "the panel", "from": "2010-06-22", "to": "2010-06-23"}, ["e2", "e3"], id="days"),
        pytest.param({"product": "the panel", "q": "post"}, OF_THE_NAME, id="of posts that match"),
        pytest.param({"product": "the panel", "as_of": "2010-05-02", "limit": 1}, OF_THE_NAME, id="as of a day"),
        pytest.param({"product": "the panel", "as_of": "2010-04-01"}, [], id="before all was told"),
    ],
)
def test_a_timeline_takes_all_that_share_a_name(
    panels: Service, parameters: dict[str, object], expected: list[str]
) -> None:
    assert asked(panels, **parameters) == expected


def test_what_was_told_again_since_stands_as_it_was(database: Database) -> None:
    """The resolver says what it was then, and of which entities."""
    packs = [EntityInput("product", slug, f"Exchange {slug}", aliases=("The Pack",)) for slug in ("sp1", "sp2")]
    with database.write() as session:
        save_entities(session, packs)
    Newsdesk(database).arrive(
        told("a", "2010-06-20", "release sp1 planned 2010-07-01", "outage cpanel happened today"),
        told("b", "2010-06-21", "release sp2 planned 2010-08-01"),
        told("c", "2010-06-27", "release sp1 planned 2010-09-01", "release sp2 planned 2010-10-01"),
        told("d", "2010-06-28", "outage sp2 happened today"),
    )
    with running(database) as client:
        service = Service(client, database)
        then = service.json("/api/v1/timeline", product="the pack", as_of="2010-06-22")["items"]
        now = service.json("/api/v1/timeline", product="the pack")["items"]
    assert [event["date"]["value"] for event in then] == ["2010-07-01", "2010-08-01"]
    assert [event["date"]["value"] for event in now] == ["2010-06-28", "2010-09-01", "2010-10-01"]


def test_posts_counts_and_feeds_mean_the_same_entities(panels: Service) -> None:
    posts = panels.json("/api/v1/posts", product="the panel")["items"]
    assert sorted(post["title"] for post in posts) == ["Post e1", "Post e2", "Post e3", "Post e4"]
    trends = panels.json("/api/v1/trends", product="the panel", after="2010", before="2011")
    assert trends["total"] == len(OF_THE_NAME)
    feed = panels.json("/feeds/timeline.json", product="the panel")
    assert [item["id"].removeprefix("urn:uuid:") for item in feed["items"]] == OF_THE_NAME
    table = csv.DictReader(io.StringIO(panels.get("/feeds/timeline.csv", product="the panel").text))
    assert [row["id"] for row in table] == OF_THE_NAME
    calendar = panels.get("/feeds/timeline.ics", product="the panel").text
    assert [f"UID:{name}" in calendar for name in EVENTS] == [name in OF_THE_NAME for name in EVENTS]
    page = panels.client.get("/timeline", params={"product": "the panel"}, headers={"Accept": "text/html"}).text
    assert [f"Event {name}" in page for name in EVENTS] == [name in OF_THE_NAME for name in EVENTS]


def test_a_subscription_is_told_of_all_that_share_its_name(panels: Service) -> None:
    added(panels, what="timeline", query={"product": "the panel"})
    for name, subjects in EVENTS.items():
        report(panels.database, f"{name}1", subjects)
    queue(panels)
    sent = [item["id"] for payload in payloads(panels) for item in payload["data"]["items"]]
    assert sorted(sent) == [f"{name}1" for name in OF_THE_NAME]


def test_the_command_takes_all_that_share_a_name(panels: Service) -> None:
    url = panels.database.engine.url.render_as_string(hide_password=False)
    done = CliRunner().invoke(command, ["timeline", "The Panel"], env={"HOSTWIRE_DATABASE_URL": url})
    assert done.exit_code == 0, done.output
    assert done.output.startswith("Panel Next, Panel Classic: 4 events")
    assert [f"Event {name}" in done.output for name in EVENTS] == [name in OF_THE_NAME for name in EVENTS]
