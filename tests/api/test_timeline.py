"""/timeline: events in the order of their dates, each with its sentence."""

from __future__ import annotations

import pytest

from tests.api.conftest import Service


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
