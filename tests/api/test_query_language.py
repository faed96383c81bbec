"""The query language over HTTP, on both databases: each field and operator, as `q` of what takes one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from store.database import Database
from tests.api.conftest import Service, fill, running
from tests.api.test_problems import problem

NOTES, LOOK, XXX, UNTITLED = "Exchange notes", "A look at SP1", ".xxx approved", ""


@pytest.fixture(scope="module")
def library(module_database: Database) -> Iterator[Service]:
    """The library, for tests that only read."""
    fill(module_database)
    with running(module_database) as client:
        yield Service(client, module_database)


QUERIES = [
    ("metal", [NOTES]),
    ("METAL servers", [NOTES]),
    ("bare servers", [NOTES]),
    ('"bare metal"', [NOTES]),
    ('"metal bare"', []),
    ("board OR servers", [XXX, NOTES]),
    ("exchange -servers", [UNTITLED]),
    ("(board OR servers) approved", [XXX]),
    ("-exchange", [XXX, LOOK]),
    ("serv*", [NOTES]),
    ("exch* -title:notes", [UNTITLED]),
    ("product:exchange", [UNTITLED, LOOK, NOTES]),
    ("product:exchange-2010", [LOOK]),
    ('product:"Exchange Server 2010"', [LOOK]),
    ("product:unheard-of", []),
    ("org:microsoft", [LOOK]),
    ("tld:xxx", [XXX]),
    ("tld:.xxx", [XXX]),
    ("type:approval", [XXX]),
    ("type:preview OR type:outage", [UNTITLED, LOOK]),
    ("status:planned", [LOOK]),
    ("source:Names", [UNTITLED, XXX]),
    ("source:http://mail.example/feed", [LOOK, NOTES]),
    ("title:look", [LOOK]),
    ("title:metal", []),
    ("author:ana", [LOOK]),
    ("after:2010-06 before:2011", [XXX]),
    ("before:2010-04-16", [NOTES]),
    ("after:2010-Q2 before:2010-05", [LOOK, NOTES]),
    ("when:2010", [LOOK]),
    ("when:2010-06..2010-09", [LOOK]),
    ("when:2009", []),
    ("product:exchange when:2010-06 -type:outage", [LOOK]),
    ("-product:exchange", [XXX]),
]


@pytest.mark.parametrize(("q", "expected"), QUERIES)
def test_a_query_finds(library: Service, q: str, expected: list[str]) -> None:
    answer = library.json("/api/v1/posts", q=q)
    assert sorted(item["title"] for item in answer["items"]) == sorted(expected)
    assert answer["total"] == len(expected)


@pytest.mark.parametrize("q", [q for q, _ in QUERIES])
def test_a_query_finds_the_same_in_either_order_and_as_a_filter_of_events(library: Service, q: str) -> None:
    found = {item["id"] for item in library.json("/api/v1/posts", q=q)["items"]}
    assert {item["id"] for item in library.json("/api/v1/posts", q=q, sort="relevance")["items"]} == found
    events = library.json("/api/v1/timeline", q=q)["items"]
    assert {evidence["post"] for event in events for evidence in event["evidence"]} <= found


@pytest.mark.parametrize(
    ("q", "position"),
    [
        ("(board", 1),
        ('"open', 1),
        ("board )", 7),
        ("board colour:red", 7),
        ("after:soon", 7),
        ("when:2010..2009", 6),
        ("OR board", 1),
        ("board product:", 15),
        ("status:perhaps", 8),
        ("type:release,party", 14),
    ],
)
def test_an_error_says_where_and_what_was_expected(library: Service, q: str, position: int) -> None:
    for path in ("/api/v1/posts", "/api/v1/timeline", "/api/v1/stories", "/feeds/posts.atom", "/feeds/timeline.ics"):
        (error,) = problem(library.get(path, q=q), 422)["errors"]
        assert error["parameter"] == "q"
        assert re.search(rf"\b{position}\b", error["detail"]), error["detail"]
        assert error["takes"]
