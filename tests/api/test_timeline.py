"""/timeline: events in the order of their dates, each with its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest

from store.database import Database
from tests.api.conftest import TODAY, Service, running
from tests.ingest.newsdesk import Newsdesk, told


def types(service: Service, **parameters: object) -> list[str]:
    return [item["type"] for item in service.json("/api/v1/timeline", **parameters)["items"]]


def test_events_in_the_order_of_their_dates_undated_ones_last(service: Service) -> None:
    assert types(service) == ["preview", "approval", "outage"]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"product": "exchange"}, ["preview", "outage"]),
        ({"product": "Exchange 2010 SP1"}, ["preview"]),
        ({"tld": ".xxx"}, ["approval"]),
        ({"organization": "microsoft"}, []),
        ({"q": "board"}, ["approval"]),
        ({"type": "preview"}, ["preview"]),
        ({"type": ["preview", "approval"]}, ["preview", "approval"]),
        ({"type": "End-Of-Support"}, []),
        ({"status": "planned"}, ["preview"]),
        ({"from": "2010-06-25"}, ["preview", "approval"]),
        ({"to": "2010-06-24"}, ["preview"]),
        ({"from": "2010-07"}, []),
        ({"as_of": "2010-05-01"}, ["preview"]),
        ({"product": "unheard-of"}, []),
    ],
)
def test_filters(service: Service, parameters: dict[str, object], expected: list[str]) -> None:
    assert types(service, **parameters) == expected


def test_an_event_cites_its_sentence(service: Service) -> None:
    (event,) = service.json("/api/v1/timeline", tld="xxx")["items"]
    assert event["date"] == {
        "value": "2010-06-25", "begin": "2010-06-25", "end": "2010-06-26", "precision": "day", "basis": "text",
    }  # fmt: skip
    assert event["subjects"] == [{"kind": "tld", "slug": "xxx", "name": ".xxx"}]
    assert event["first_reported"] == "2010-06-26T21:27:00Z"
    (evidence,) = event["evidence"]
    post = service.json(f"/api/v1/posts/{evidence['post']}")
    assert post[evidence["field"]][evidence["start"] : evidence["end"]] == evidence["quote"]
    assert (evidence["source"], evidence["published"], evidence["url"]) == ("Names", post["published"], post["url"])


def test_pages_of_events(service: Service) -> None:
    answer = service.json("/api/v1/timeline", limit=1)
    seen = []
    while True:
        seen += [item["type"] for item in answer["items"]]
        if answer["next"] is None:
            break
        answer = service.client.get(answer["next"]).json()
    assert seen == ["preview", "approval", "outage"]


# -- replayed ----------------------------------------------------------------------------------------------------

REPLAY = (
    told("a", "2010-06-20", "release sp1 planned 2010-07-01", "release cpanel happened 2010-06-19"),
    told("b", "2010-06-21", "release sp1 planned 2010-08", "outage cpanel happened today"),
    told("c", "2010-06-23", "release sp1 planned 2010-08", words="b"),
    told("d", "2010-06-24", "approval xxx happened 2010-06-23"),
    told("e", "2010-06-25", "approval xxx happened 2010-06-24", "acquisition oracle+sun happened -"),
    told("f", "2010-06-26", "release sp1 happened today", "acquisition sun+oracle happened 2010-06-22"),
    told("g", "2010-06-27", "release sp1 cancelled -", "release sp1 planned 2010-09-01"),
)
QUERIES = (
    "", "product=exchange", "tld=xxx", "type=release", "status=planned", "show=coming", "show=slipped",
    "show=conflict", "from=2010-06-22&to=2010-07", "limit=2", "q=release",
)  # fmt: skip


def test_as_of_a_day_answers_what_was_answered_that_evening(database: Database) -> None:
    """Byte for byte, for the clock of that evening too."""
    clock = [TODAY]
    served: dict[tuple[date, str], object] = {}
    evenings = [date(2010, 6, 19) + timedelta(days=n) for n in range(10)]
    desk = Newsdesk(database)
    with running(database, now=lambda: clock[0]) as client:
        for evening in evenings:
            desk.arrive(*(post for post in REPLAY if post.on == evening.isoformat()))
            clock[0] = datetime.combine(evening, time(23), UTC)
            for query in QUERIES:
                served[evening, query] = client.get(f"/api/v1/timeline?{query}").json()["items"]
        assert len({str(items) for items in served.values()}) > 20
        clock[0] = TODAY + timedelta(days=900)
        for (evening, query), items in served.items():
            answer = client.get(f"/api/v1/timeline?{query}&as_of={evening}")
            assert answer.json()["items"] == items, (evening, query)


@pytest.fixture
def contradicted(database: Database) -> Iterator[Service]:
    Newsdesk(database).arrive(
        told("plan", "2010-05-01", "release sp2 planned 2010-06-01", "release php56 planned 2010-06-10"),
        told("late", "2010-06-20", "release php56 happened 2010-06-19"),
        told("one", "2010-06-25", "approval xxx happened 2010-06-24"),
        told("other", "2010-06-26", "approval xxx happened 2010-06-25"),
        told("ahead", "2010-06-27", "opening oracle planned 2010-12", "meeting oracle planned -"),
    )
    with running(database) as client:
        yield Service(client, database)


@pytest.mark.parametrize(
    ("show", "expected"),
    [("coming", ["opening", "meeting"]), ("slipped", ["sp2", "php56"]), ("conflict", ["xxx"])],
)
def test_lists(contradicted: Service, show: str, expected: list[str]) -> None:
    items = contradicted.json("/api/v1/timeline", show=show)["items"]
    told_of = [item["type"] if show == "coming" else item["subjects"][0]["slug"] for item in items]
    assert told_of == expected


def test_a_list_that_is_none_is_a_problem(contradicted: Service) -> None:
    assert contradicted.get("/api/v1/timeline", show="all").status_code == 422


def test_a_contradiction_shows_both_sides_with_their_sentences(contradicted: Service) -> None:
    (event,) = contradicted.json("/api/v1/timeline", tld="xxx")["items"]
    assert [(side["value"], side["status"]) for side in event["conflict"]] == [
        ("2010-06-24", "happened"),
        ("2010-06-25", "happened"),
    ]
    assert [post for side in event["conflict"] for post in side["posts"]] == [e["post"] for e in event["evidence"]]


def test_a_date_that_moved_says_by_how_much_and_who_said_it(contradicted: Service) -> None:
    (event,) = contradicted.json("/api/v1/timeline", product="php")["items"]
    assert event["slipped_days"] == 9
    assert [(said["value"], said["moved_days"], said["source"]) for said in event["history"]] == [
        ("2010-06-10", None, "http://plan.example/feed"),
        ("2010-06-19", 9, "http://late.example/feed"),
    ]


def test_the_page_shows_what_moved_and_what_is_contradicted(contradicted: Service) -> None:
    page = contradicted.get("/timeline").text
    assert "9 days later than planned" in page
    assert "contradictory:" in page
    assert 'href="/timeline?show=slipped"' in page


def test_a_feed_of_many_links_to_a_page_that_takes_its_limit(contradicted: Service) -> None:
    feed = contradicted.get("/feeds/timeline.json", limit=900).json()
    assert contradicted.client.get(feed["home_page_url"]).status_code == 200


def test_evidence_is_bounded_and_reports_are_counted(database: Database) -> None:
    desk = Newsdesk(database)
    desk.arrive(*(told(f"n{n:02}", "2010-06-25", "approval xxx happened 2010-06-24") for n in range(55)))
    desk.arrive(told("other", "2010-06-27", "approval xxx happened 2010-06-26"))
    with running(database) as client:
        (event,) = client.get("/api/v1/timeline").json()["items"]
    assert (event["reports"], len(event["evidence"]), event["sources"]) == (56, 50, 56)
    cited = {evidence["post"] for evidence in event["evidence"]}
    assert all(cited.intersection(side["posts"]) for side in event["conflict"])


def test_what_no_event_can_be_finds_nothing(service: Service) -> None:
    """What is coming is planned, never cancelled."""
    asked = service.json("/api/v1/timeline", q="exchange", status="cancelled", show="coming")
    assert asked == {"items": [], "next": None}
