"""POST /tag: one post or a list, within bounds, with the real tagger once."""

from __future__ import annotations

import pytest

from hostwire.server import LazyTagger
from hostwire.settings import load_settings
from store.database import Database
from tests.api.conftest import Service, running
from tests.api.test_problems import problem


def test_one_post_is_answered_with_one_object(on_sqlite: Service) -> None:
    answer = on_sqlite.client.post("/api/v1/tag", json={"id": 7, "text": "x"})
    assert answer.json() == {"id": 7, "error": None}


def test_a_list_is_answered_in_its_order_with_errors_in_their_places(on_sqlite: Service) -> None:
    answer = on_sqlite.client.post("/api/v1/tag", json=[{"id": 1, "text": "x"}, {"id": 2}, {"id": 3, "text": ""}])
    assert [item["id"] for item in answer.json()] == [1, 2, 3]
    assert [item["error"] is None for item in answer.json()] == [True, False, True]
    assert on_sqlite.client.post("/api/v1/tag", json=[]).json() == []


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 422), (b'"text"', 422), (b"[1]", 422), (b'{"id": 1}', 422), (b"", 422), (b"[{}" + b",{}" * 100 + b"]", 422),
     (b'{"text": "' + b"x" * 4_000_001 + b'"}', 413)],
)  # fmt: skip
def test_a_body_that_cannot_be_tagged_is_a_problem(on_sqlite: Service, body: bytes, status: int) -> None:
    headers = {"Content-Type": "application/json"}
    problem(on_sqlite.client.post("/api/v1/tag", content=body, headers=headers), status)


def test_a_body_of_unknown_length_is_bounded_too(on_sqlite: Service) -> None:
    chunks = (b"x" * 100_000 for _ in range(60))
    headers = {"Content-Type": "application/json"}
    problem(on_sqlite.client.post("/api/v1/tag", content=chunks, headers=headers), 413)


def test_the_tagger_itself(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with running(database, tag=LazyTagger(load_settings())) as client:
        post = {"id": "a", "title": "Exchange 2010 SP1 released", "text": "It is out today.", "published": "2010-08-25"}
        answer = client.post("/api/v1/tag", json=post).json()
        both = client.post("/api/v1/tag", json=[post, {"id": "b", "text": 7}]).json()
    database.close()
    assert "Microsoft Exchange Server 2010 SP1" in [product["name"] for product in answer["products"]]
    assert ("release", "happened", "2010-08-25") in [
        (event["type"], event["status"], event["date"]) for event in answer["events"]
    ]
    assert both[0] == answer
    assert "text" in both[1]["error"]
