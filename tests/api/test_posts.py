"""/posts: search, single posts, pages of a list."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.api.conftest import Service
from tests.api.test_problems import problem
from tests.store.factories import instant, make_entry, make_source, store_post

TITLES = ["", ".xxx approved", "A look at SP1", "Exchange notes"]


def titles(service: Service, **parameters: object) -> list[str]:
    return [item["title"] for item in service.json("/api/v1/posts", **parameters)["items"]]


def test_without_a_query_all_posts_newest_first(service: Service) -> None:
    answer = service.json("/api/v1/posts")
    assert [item["title"] for item in answer["items"]] == TITLES
    assert (answer["next"], answer["total"]) == (None, 4)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"q": '"bare metal"'}, ["Exchange notes"]),
        ({"product": "exchange"}, ["", "A look at SP1", "Exchange notes"]),
        ({"product": "Exchange Server 2010"}, ["A look at SP1"]),
        ({"product": ["exchange", "exchange-2010-sp1"]}, ["A look at SP1"]),
        ({"organization": "microsoft"}, ["A look at SP1"]),
        ({"tld": ".xxx"}, [".xxx approved"]),
        ({"event": "approval"}, [".xxx approved"]),
        ({"source": "Names"}, ["", ".xxx approved"]),
        ({"source": "http://mail.example/feed"}, ["A look at SP1", "Exchange notes"]),
        ({"after": "2010-04", "before": "2010-04-16"}, ["Exchange notes"]),
        ({"after": "2010-04-16T08:21:00Z", "before": "2010-05"}, ["A look at SP1"]),
        ({"after": "2010-04-16T10:22:00+02:00", "before": "2010-05"}, []),
        ({"when": "2010-06"}, ["A look at SP1"]),
        ({"when": "2010-01..2010-03"}, []),
        ({"product": "nobody-knows-it"}, []),
        ({"q": "", "product": "", "after": ""}, TITLES),
    ],
)
def test_filters(service: Service, parameters: dict[str, object], expected: list[str]) -> None:
    assert titles(service, **parameters) == expected


def test_a_hit_is_highlighted_and_escaped(service: Service) -> None:
    (item,) = service.json("/api/v1/posts", q="bold")["items"]
    assert "<mark>bold</mark>" in item["highlight"]
    assert "board &amp; others" in item["highlight"]
    assert "<b>" not in item["highlight"]


def test_a_post_of_a_list_has_what_the_contract_says(service: Service) -> None:
    (item,) = service.json("/api/v1/posts", q="title:look")["items"]
    assert item["published"] == "2010-04-16T08:21:00Z"
    assert (item["author"], item["source"]) == ("Ana", "Mail & Co")
    assert item["products"] == [{"slug": "exchange-2010-sp1", "name": "Exchange Server 2010 SP1", "salient": True}]
    assert item["organizations"] == [{"slug": "microsoft", "name": "Microsoft", "salient": False}]
    assert item["tlds"] == []
    assert item["events"] == [
        {"type": "preview", "status": "planned", "date": "2010-06", "subjects": ["exchange-2010-sp1"]}
    ]


def test_one_post_whole(service: Service) -> None:
    (item,) = service.json("/api/v1/posts", tld="xxx")["items"]
    post = service.json(f"/api/v1/posts/{item['id']}")
    assert {name: post[name] for name in item if name != "highlight"} == {
        name: value for name, value in item.items() if name != "highlight"
    }
    assert post["html"].startswith("<p>")
    assert post["categories"] == ["Domains"]
    assert post["enclosures"] == [{"url": "http://x.example/a.mp3", "type": "audio/mpeg", "length": 123}]
    (event,) = post["event_mentions"]
    span = event["evidence"]
    assert post[span["field"]][span["start"] : span["end"]] == span["text"]
    assert post["mentions"][0]["slug"] == "xxx"
    assert post["revisions"] == []


def test_a_post_that_is_not_there_is_a_problem(service: Service) -> None:
    answer = service.get("/api/v1/posts/00000000-0000-0000-0000-000000000000")
    assert answer.status_code == 404
    assert "no post" in answer.json()["detail"]


def test_pages_go_on_where_they_ended_while_posts_arrive(service: Service) -> None:
    first = service.get("/api/v1/posts", limit=2)
    following = first.json()["next"]
    assert first.headers["link"].startswith(f'<{following}>; rel="next", ')
    with service.database.write() as session:
        source = make_source(session, "http://late.example/feed")
        store_post(session, source, make_entry("late", published=instant("2026-10-01")))
    second = service.client.get(following).json()
    assert [item["title"] for item in second["items"]] == TITLES[2:]
    assert second["next"] is None
    assert urlsplit(following).path == "/api/v1/posts"


def test_a_next_page_keeps_every_parameter(service: Service) -> None:
    following = service.json("/api/v1/posts", product=["exchange"], q="exchange OR sp1", limit=1)["next"]
    assert "product=exchange" in following
    rest = service.client.get(following).json()
    assert rest["total"] == 3
    assert len(rest["items"]) == 1


def test_relevance_is_another_order(service: Service) -> None:
    """Of two posts that are old by now the one with the word in its title comes first."""
    with service.database.write() as session:
        source = make_source(session, "http://later.example/feed")
        entry = make_entry("r", title="Mail", text="A word on Exchange, too.", published=instant("2010-07-01"))
        store_post(session, source, entry)
    newest, by_relevance = titles(service, q="exchange"), titles(service, q="exchange", sort="relevance")
    assert newest.index("Mail") < newest.index("Exchange notes")
    assert by_relevance.index("Exchange notes") < by_relevance.index("Mail")
    assert sorted(by_relevance) == sorted(newest)


def test_a_highlight_is_of_the_text_where_the_hit_is_there(service: Service) -> None:
    with service.database.write() as session:
        source = make_source(session, "http://snippets.example/feed")
        text = "The colocation hall in Reykjavik opened its doors to customers this week."
        store_post(session, source, make_entry("s", title="A northern hall opens", text=text))
    (item,) = service.json("/api/v1/posts", q="reykjavik")["items"]
    assert "<mark>Reykjavik</mark>" in item["highlight"]
    assert "northern" not in item["highlight"]
    (item,) = service.json("/api/v1/posts", q="title:northern")["items"]
    assert "<mark>northern</mark> hall opens" in item["highlight"]


@pytest.mark.parametrize("sort", ["relevance", "published"])
def test_a_cursor_belongs_to_its_query(service: Service, sort: str) -> None:
    following = service.json("/api/v1/posts", q="exchange", sort=sort, limit=1)["next"]
    cursor = dict(parse_qsl(urlsplit(following).query))["cursor"]
    assert service.get("/api/v1/posts", q="exchange", sort=sort, limit=2, cursor=cursor).status_code == 200
    for other in ({"q": "sp1", "sort": sort}, {"q": "exchange", "sort": sort, "tld": "xxx"}, {}):
        body = problem(service.get("/api/v1/posts", cursor=cursor, **other), 422)
        assert body["errors"][0]["parameter"] == "cursor"
        assert "another query" in body["detail"]
    for path in ("/api/v1/timeline", "/api/v1/products", "/feeds/timeline.atom", "/"):
        problem(service.get(path, cursor=cursor), 422)
    assert service.get("/feeds/posts.atom", q="exchange", sort=sort, cursor=cursor).status_code == 200


def test_hits_are_counted_by_what_they_name(service: Service) -> None:
    answer = service.json("/api/v1/posts", facets="products,organizations,tlds,events,sources,months", limit=1)
    counted = {
        name: [(found["value"], found["posts"]) for found in values] for name, values in answer["facets"].items()
    }
    sources = {item["id"]: item["posts"] for item in service.json("/api/v1/sources")["items"]}
    assert dict(counted.pop("sources")) == sources
    assert counted == {
        "products": [("exchange", 3), ("exchange-2010", 1), ("exchange-2010-sp1", 1)],
        "organizations": [("microsoft", 1)],
        "tlds": [("xxx", 1)],
        "events": [("approval", 1), ("outage", 1), ("preview", 1)],
        "months": [("2010-04", 2), ("2010-06", 1), ("2026-11", 1)],  # the last was first seen then and has no date
    }
    assert answer["facets"]["products"][0]["name"] == "Exchange Server"
    assert len(answer["items"]) == 1


def test_facets_are_those_of_the_query(service: Service) -> None:
    for query in ({"q": "bold"}, {"tld": "xxx"}, {"q": "board", "after": "2010-06"}, {"event": "approval"}):
        facets = service.json("/api/v1/posts", **query, facets=["months", "tlds"])["facets"]
        assert {name: [found["value"] for found in values] for name, values in facets.items()} == {
            "months": ["2010-06"], "tlds": ["xxx"],
        }  # fmt: skip
    assert service.json("/api/v1/posts")["facets"] is None
    assert service.json("/api/v1/posts", q="nothinglikeit", facets="events")["facets"] == {"events": []}
