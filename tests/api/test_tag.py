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
    [(b"{", 422), (b'"text"', 422), (b'{"id": 1}', 422), (b"", 422), (b"[{}" + b",{}" * 100 + b"]", 422),
     (b'{"text": "' + b"x" * 4_000_001 + b'"}', 413)],
)  # fmt: skip
def test_a_body_that_cannot_be_tagged_is_a_problem(on_sqlite: Service, body: bytes, status: int) -> None:
    headers = {"Content-Type": "application/json"}
    problem(on_sqlite.client.post("/api/v1/tag", content=body, headers=headers), status)


def test_a_body_of_unknown_length_is_bounded_too(on_sqlite: Service) -> None:
    chunks = (b"x" * 100_000 for _ in range(60))
    headers = {"Content-Type": "application/json"}
    problem(on_sqlite.client.post("/api/v1/tag", content=chunks, headers=headers), 413)


@pytest.mark.parametrize("bad", [None, 1, "text", [], True, {"id": []}, {"id": {"x": 1}}, {"id": True}, {}])
def test_a_member_that_is_no_post_gets_its_error_and_the_others_go_on(on_sqlite: Service, bad: object) -> None:
    """Contract, section 6: {"id": …, "error": …} in its place."""
    answer = on_sqlite.client.post("/api/v1/tag", json=[bad, {"id": "b", "text": "x"}])
    assert answer.status_code == 200
    wrong, right = answer.json()
    assert wrong.keys() == {"id", "error"}
    assert wrong["error"]
    assert right == {"id": "b", "error": None}


@pytest.mark.parametrize(
    "post",
    [
        r'{"id": "\ud800", "text": "x"}', r'{"id": "a", "text": "\udfff x"}', r'{"id": "a", "title": "\ud800"}',
        r'{"\ud800": "\ud800", "text": "x"}', r'{"id": "a", "text": "x", "published": "\ud800"}',
    ],
)  # fmt: skip
def test_half_characters_are_replaced(on_sqlite: Service, post: str) -> None:
    headers = {"Content-Type": "application/json"}
    for body in (post, f"[{post}]"):
        answer = on_sqlite.client.post("/api/v1/tag", content=body, headers=headers)
        assert answer.status_code in {200, 422}
        assert "Pydantic" not in answer.text
        answer.json()


@pytest.mark.parametrize("number", ["1" * 4_000, "1e400", "NaN", "-0.0", "1e-400"])
def test_numbers_of_any_size_as_ids(on_sqlite: Service, number: str) -> None:
    headers = {"Content-Type": "application/json"}
    content = f'[{{"id": {number}, "text": "x"}}]'
    assert on_sqlite.client.post("/api/v1/tag", content=content, headers=headers).status_code == 200


def test_the_errors_of_a_body_that_is_refused_whole_say_where(on_sqlite: Service) -> None:
    body = problem(on_sqlite.client.post("/api/v1/tag", json=[{"text": "x"}] * 101), 422)
    assert body["errors"][0]["parameter"] == "body[100]"
    assert "at most 100" in body["errors"][0]["takes"]
    headers = {"Content-Type": "application/json"}
    body = problem(on_sqlite.client.post("/api/v1/tag", content='[{"id": 1},', headers=headers), 422)
    assert "character 11" in body["errors"][0]["detail"]


def test_a_parameter_is_refused(on_sqlite: Service) -> None:
    body = problem(on_sqlite.client.post("/api/v1/tag?pretty=1", json={"text": "x"}), 422)
    assert body["errors"][0]["parameter"] == "pretty"


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
