"""/trends: counts over time of a query or an entity, and what is talked about more or less than before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from store.database import Database
from tests.api.conftest import Service, running
from tests.api.test_pages import page
from tests.api.test_problems import problem
from tests.store.factories import (
    DOT_XXX,
    EXCHANGE,
    EXCHANGE_2010,
    MICROSOFT,
    instant,
    make_analysis,
    make_entry,
    make_event,
    make_source,
    store_post,
)

PATH = "/api/v1/trends"
MOVERS = f"{PATH}/movers"


@pytest.fixture
def counted(database: Database) -> Iterator[Service]:
    """Three posts on Exchange in May and two in June, five on .xxx in the last week of June; today is July 1."""
    days = ("2010-05-03", "2010-05-04", "2010-05-31T23:59", "2010-06-01", "2010-06-30")
    with database.write() as session:
        wire = make_source(session, name="The Wire")
        for number, day in enumerate(days):
            text = "The mail server." if number % 2 else "The server for mail."
            analysis = make_analysis(EXCHANGE, EXCHANGE_2010, named=(("product", "exchange-2010"),))
            store_post(session, wire, make_entry(f"e{number}", text=text, published=instant(day)), analysis)
        for number in range(5):
            title = f"The board approves .xxx {number}"
            analysis = make_analysis(
                DOT_XXX, MICROSOFT, named=(("tld", "xxx"),),
                events=(make_event(title, ("tld", "xxx"), type="approval"),),
            )  # fmt: skip
            entry = make_entry(f"x{number}", title=title, published=instant(f"2010-06-2{5 + number}T09:00"))
            store_post(session, wire, entry, analysis)
    with running(database) as client:
        yield Service(client, database)


def filled(answer: dict[str, Any]) -> list[tuple[str, int]]:
    """The buckets that have posts, by the day they begin on."""
    return [(item["begin"][:10], item["posts"]) for item in answer["items"] if item["posts"]]


def test_a_trend_whole(counted: Service) -> None:
    assert counted.json(PATH, product="exchange", interval="month", after="2010-05", before="2010-07") == {
        "interval": "month",
        "from": "2010-05-01T00:00:00Z",
        "to": "2010-07-01T00:00:00Z",
        "items": [
            {"begin": "2010-05-01T00:00:00Z", "end": "2010-06-01T00:00:00Z", "posts": 3},
            {"begin": "2010-06-01T00:00:00Z", "end": "2010-07-01T00:00:00Z", "posts": 2},
        ],
        "total": 5,
        "before": {"from": "2010-03-01T00:00:00Z", "to": "2010-05-01T00:00:00Z", "total": 0},
        "change": None,
    }


# q or another parameter → the months that have posts
CONDITIONS: dict[tuple[tuple[str, str], ...], list[tuple[str, int]]] = {
    (("product", "Exchange Server 2010"),): [("2010-05-01", 3), ("2010-06-01", 2)],
    (("tld", ".xxx"),): [("2010-06-01", 5)],
    (("event", "approval"),): [("2010-06-01", 5)],
    (("source", "The Wire"), ("q", "mail")): [("2010-05-01", 3), ("2010-06-01", 2)],
    (("q", '"mail server"'),): [("2010-05-01", 1), ("2010-06-01", 1)],
    (("q", "approves -3"),): [("2010-06-01", 4)],
    (("q", "title:board OR after:2010-06-30"),): [("2010-06-01", 6)],
    (("organization", "Nobody"),): [],
    (): [("2010-05-01", 3), ("2010-06-01", 7)],
}


def test_the_conditions_are_those_of_posts(counted: Service) -> None:
    answers = {asked: counted.json(PATH, **dict(asked)) for asked in CONDITIONS}
    assert {asked: filled(answer) for asked, answer in answers.items()} == CONDITIONS
    totals = {asked: counted.json("/api/v1/posts", **dict(asked))["total"] for asked in CONDITIONS}
    assert {asked: answer["total"] for asked, answer in answers.items()} == totals


def test_the_last_days_weeks_and_months_where_no_time_is_given(counted: Service) -> None:
    days = counted.json(PATH, q="mail", interval="day")
    assert (len(days["items"]), days["from"], days["to"]) == (30, "2010-06-02T00:00:00Z", "2010-07-02T00:00:00Z")
    assert (filled(days), days["before"]["total"], days["change"]) == ([("2010-06-30", 1)], 4, -0.75)
    weeks = counted.json(PATH, interval="week", q="mail")
    assert (len(weeks["items"]), filled(weeks)) == (26, [("2010-05-03", 2), ("2010-05-31", 2), ("2010-06-28", 1)])
    months = counted.json(PATH, q="mail")
    assert (months["interval"], len(months["items"]), months["from"]) == ("month", 24, "2008-08-01T00:00:00Z")
    nothing = counted.json(PATH, q="nowhere", interval="day")
    assert (len(nothing["items"]), nothing["total"], nothing["change"]) == (30, 0, None)
    spoken = counted.json(PATH, q="mail after:2010-05 before:2010-06", interval="day")
    assert (len(spoken["items"]), spoken["total"]) == (31, 3)


# what is wrong → the parameter that the answer names
WRONG = {
    f"{PATH}?interval=year": "interval",
    f"{PATH}?interval=": "interval",
    f"{PATH}?after=2010-06-02&before=2010-06-01": "before",
    f"{PATH}?after=2010-06-02&before=2010-06-02": "before",
    f"{PATH}?after=2010-08": "after",
    f"{PATH}?interval=day&after=2000": "after",
    f"{PATH}?after=1900&before=2200": "after",
    f"{PATH}?after=soon": "after",
    f"{PATH}?limit=5": "limit",
    f"{PATH}?cursor=x.0123456789ab": "cursor",
    f"{PATH}?sort=published": "sort",
    f"{PATH}?q=()": "q",
    f"{PATH}?event=party": "event",
    f"{PATH}?when=sometime": "when",
    f"{PATH}?interval=day&interval=week": "interval",
    f"{MOVERS}?kind=person": "kind",
    f"{MOVERS}?interval=year": "interval",
    f"{MOVERS}?limit=101": "limit",
    f"{MOVERS}?limit=0": "limit",
    f"{MOVERS}?fewest=0": "fewest",
    f"{MOVERS}?before=soon": "before",
    f"{MOVERS}?q=mail": "q",
}


def test_a_parameter_that_cannot_be_used_is_named(on_sqlite: Service) -> None:
    named = {}
    for address in WRONG:
        (error,) = problem(on_sqlite.client.get(address), 422)["errors"]
        named[address] = error["parameter"]
        assert error["takes"]
    assert named == WRONG


def test_an_unchanged_trend_is_not_sent_again(counted: Service) -> None:
    for path in (PATH, MOVERS):
        etag = counted.get(path).headers["etag"]
        assert counted.client.get(path, headers={"If-None-Match": etag}).status_code == 304


def test_what_moved(counted: Service) -> None:
    assert counted.json(MOVERS) == {
        "interval": "week",
        "from": "2010-06-24T00:00:00Z",
        "to": "2010-07-01T00:00:00Z",
        "before": {"from": "2010-06-17T00:00:00Z", "to": "2010-06-24T00:00:00Z"},
        "items": [{"kind": "tld", "slug": "xxx", "name": ".xxx", "posts": 5, "before": 0, "change": None}],
    }
    month = counted.json(MOVERS, interval="month", fewest=4, kind="product")
    assert [(item["slug"], item["posts"], item["before"]) for item in month["items"]] == [
        ("exchange", 2, 3), ("exchange-2010", 2, 3)
    ]  # fmt: skip
    assert [item["change"] for item in month["items"]] == [pytest.approx(-1 / 3)] * 2
    earlier = counted.json(MOVERS, interval="day", before="2010-06-01", fewest=1, limit=1)
    assert [(item["slug"], item["posts"], item["before"]) for item in earlier["items"]] == [("exchange", 1, 0)]
    assert counted.json(MOVERS, kind="organization")["items"] == []


def test_the_counts_of_what_moved_are_those_of_its_trend(counted: Service) -> None:
    moved = counted.json(MOVERS, interval="month", fewest=1)
    for item in moved["items"]:
        asked = {item["kind"]: item["slug"], "after": moved["from"], "before": moved["to"]}
        found = counted.json(PATH, interval="day", **asked)
        assert (found["total"], found["before"]["total"]) == (item["posts"], item["before"])


def test_the_page_draws_what_the_api_counts(counted: Service) -> None:
    soup = page(counted, "/trends?product=exchange&after=2010-05&before=2010-07")
    rows = [[cell.get_text() for cell in row.find_all(["th", "td"])][:2] for row in soup.select(".trend tbody tr")]
    assert rows == [["2010-05-01", "3"], ["2010-06-01", "2"]]
    assert [bar["width"] for bar in soup.select("svg.bar rect")] == ["100.00", "66.67"]
    assert soup.select("[style], script") == []
    assert "What rose and fell" not in soup.get_text()
    everything = page(counted, "/trends?interval=week")
    assert [link["href"] for link in everything.select("section td a")] == ["/tlds/xxx"]
    (link,) = page(counted, "/products/exchange").select("main a[href^='/trends']")
    assert page(counted, str(link["href"])).select("svg.bar") != []


def test_a_page_of_nothing(on_sqlite: Service) -> None:
    soup = page(on_sqlite, "/trends?q=nowhere&interval=day")
    assert len(soup.select(".trend tbody tr")) == 30
    assert soup.select("svg.bar") == []
