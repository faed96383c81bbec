"""/posts: search, single posts, pages of a list."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.api.conftest import Service
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
    assert first.headers["link"] == f'<{following}>; rel="next"'
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
    by_relevance = titles(service, q="exchange", sort="relevance")
    assert by_relevance[0] == "Exchange notes"
    assert sorted(by_relevance) == sorted(titles(service, q="exchange"))
