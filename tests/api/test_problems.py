"""Errors: one shape for every route, saying what was wrong and what to do; and nothing else given away."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from store.database import Database
from tests.api.conftest import Service, fill, running


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert {"type", "title", "detail", "instance"} <= body.keys()
    assert "\n" not in body["detail"]
    return body


@pytest.mark.parametrize(
    ("path", "parameter", "says"),
    [
        ("/api/v1/posts?q=colour:red", "q", "no field 'colour'"),
        ('/api/v1/posts?q="open', "q", "not ended"),
        ("/api/v1/posts?colour=red", "colour", "no such parameter"),
        ("/api/v1/posts?limit=0", "limit", "1"),
        ("/api/v1/posts?limit=many", "limit", "'many' is no number"),
        ("/api/v1/posts?limit=5&limit=6", "limit", "given 2 times"),
        ("/api/v1/timeline?product=a&product=b", "product", "given 2 times"),
        ("/api/v1/posts?cursor=", "cursor", "empty"),
        ("/api/v1/posts?facets=colours", "facets", "no 'colours'"),
        ("/api/v1/posts?facets=months&facets=x", "facets", "no 'x'"),
        ("/api/v1/posts?q=" + "x" * 2001, "q", "longer than 2000"),
        ("/api/v1/posts?sort=best", "sort", "relevance"),
        ("/api/v1/posts?after=soon", "after", "'soon' is no date"),
        ("/api/v1/posts?before=2010-13-01", "before", "there is no"),
        ("/api/v1/posts?when=2010..2009", "when", "ends before it begins"),
        ("/api/v1/posts?event=party", "event", "'party' is no event type"),
        ("/api/v1/posts?cursor=garbage", "cursor", "next"),
        ("/api/v1/timeline?type=party", "type", "no event type"),
        ("/api/v1/timeline?status=maybe", "status", "happened"),
        ("/api/v1/timeline?as_of=2010", "as_of", "no day"),
        ("/api/v1/timeline?from=x", "from", "no date"),
        ("/api/v1/products?sort=name", "sort", "recent"),
        ("/api/v1/sources?x=1", "x", "no such parameter"),
        ("/feeds/posts.atom?q=()", "q", "missing"),
        ("/feeds/timeline.ics?limit=5000", "limit", "1000"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(on_sqlite: Service, path: str, parameter: str, says: str) -> None:
    body = problem(on_sqlite.client.get(path), 422)
    (error,) = body["errors"]
    assert error["parameter"] == parameter
    assert says in error["detail"]
    assert error["takes"]
    assert parameter in body["detail"]


def test_what_is_not_there_and_what_is_not_answered(on_sqlite: Service) -> None:
    problem(on_sqlite.client.get("/api/v1/nothing"), 404)
    problem(on_sqlite.client.delete("/api/v1/posts"), 405)
    assert on_sqlite.client.delete("/api/v1/posts").headers["allow"] == "GET, HEAD"
    assert on_sqlite.client.put("/api/v1/sources").headers["allow"] == "GET, HEAD, POST"
    assert on_sqlite.client.get("/api/v1/tag").headers["allow"] == "POST"
    assert on_sqlite.client.post("/products").headers["allow"] == "GET, HEAD"


def test_a_browser_gets_a_page(on_sqlite: Service) -> None:
    answer = on_sqlite.client.get("/products/unheard-of", headers={"Accept": "text/html,*/*"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "no post so far names the product &#39;unheard-of&#39;" in answer.text
    problem(on_sqlite.client.get("/api/v1/products/unheard-of", headers={"Accept": "text/html"}), 404)


def test_what_nobody_foresaw_gives_nothing_away(sqlite_url: str) -> None:
    def broken(_: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        raise RuntimeError("secret")

    database = Database(sqlite_url)
    with running(database, tag=broken) as client:
        body = problem(client.post("/api/v1/tag", json={"text": "x"}), 500)
    database.close()
    assert "secret" not in str(body)


def test_a_database_without_tables_is_said(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    with running(database) as client:
        assert "later" in problem(client.get("/api/v1/posts"), 503)["detail"]
        assert "hostwire init" in problem(client.get("/readyz"), 503)["detail"]
        assert client.get("/healthz").json() == {"status": "ok", "version": "9.9"}
    database.close()


def test_ready_on_both_databases(service: Service) -> None:
    assert service.json("/readyz") == {"status": "ready"}


# -- the key ---------------------------------------------------------------------------------------------------


@pytest.fixture
def locked(sqlite_url: str) -> Any:
    database = Database(sqlite_url)
    fill(database)
    with running(database, api_key="kéy") as client:
        yield client
    database.close()


@pytest.mark.parametrize("path", ["/api/v1/posts", "/api/v1/timeline", "/api/v1/sources", "/feeds/posts.atom", "/"])
def test_a_key_once_set_is_asked_for(locked: httpx.Client, path: str) -> None:
    answer = locked.get(path)
    problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")
    problem(locked.get(path, headers={"X-API-Key": "other"}), 401)
    problem(locked.get(path, headers={"Authorization": "Basic nonsense"}), 401)
    basic = base64.b64encode("reader:kéy".encode()).decode()
    assert locked.get(path, headers={"Authorization": f"Basic {basic}"}).status_code == 200


def test_a_key_as_a_header_or_a_token(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with running(database, api_key="key") as client:
        assert client.get("/api/v1/posts", headers={"X-API-Key": "key"}).status_code == 200
        answer = client.get("/api/v1/posts", headers={"Authorization": "Bearer key"})
        assert answer.status_code == 200
        assert answer.headers["cache-control"].startswith("private")
        assert client.get("/healthz").status_code == client.get("/docs").status_code == 200
    database.close()
