"""Parameters mean the same and are refused alike in a request, in an address that is quoted, and in a saved query."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from tests.api.conftest import Service
from tests.api.test_subscriptions import add

Given = dict[str, str | list[str]]

POSTS: tuple[Given, ...] = (
    {"product": "exchange"},
    {"product": ["exchange", "exchange-2010"], "q": "sp1"},
    {"event": "preview", "when": "2010-06"},
    {"q": ""},
    {"product": ""},
)
REFUSED: tuple[tuple[Given, str], ...] = (
    ({"colour": "red"}, "colour"),
    ({"q": ["a", "b"]}, "q"),
    ({"after": ["2010", "2011"]}, "after"),
    ({"event": "nonsense"}, "event"),
    ({"when": "someday"}, "when"),
    ({"product": "a\0b"}, "product"),
    ({"product": ["a"] * 51}, "product"),
)


def chosen(given: Given) -> str:
    return f"posts.atom?{urlencode(given, doseq=True)}"


@pytest.mark.parametrize("given", POSTS, ids=str)
def test_what_one_takes_all_take(keyed: Service, given: Given) -> None:
    listed = keyed.json("/api/v1/posts", **given)["items"]
    assert keyed.get("/feeds/chosen.opml", feed=chosen(given)).status_code == 200
    made = add(keyed, query=given, backlog=100)
    assert made.status_code == 201, made.text
    (sent,) = keyed.json(f"/api/v1/subscriptions/{made.json()['id']}/deliveries")["items"]
    assert sent["items"] == len(listed) > 0


@pytest.mark.parametrize(("given", "parameter"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_one_refuses_all_refuse(keyed: Service, given: Given, parameter: str) -> None:
    by_request = keyed.get("/api/v1/posts", **given)
    by_address = keyed.get("/feeds/chosen.opml", feed=chosen(given))
    saved = add(keyed, query=given)
    assert [answer.status_code for answer in (by_request, by_address, saved)] == [422, 422, 422]
    assert by_request.json()["errors"][0]["parameter"].split(".")[0] == parameter
    assert f": {parameter}" in by_address.json()["errors"][0]["detail"]
    assert parameter in saved.json()["errors"][0]["parameter"].split(".")
