"""What holds for every route: headers, HEAD, validators, compression, and the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.app import ApiConfig, create_app
from store.database import Database
from tests.api.conftest import TODAY, TYPES, Service, echo_tag, fill, running

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_documentation_lists_every_route_and_no_other(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    app = create_app(ApiConfig(version="1"), database, tag=echo_tag, now=lambda: TODAY)
    there = {
        f"{method} {path}"
        for path, methods in app.openapi()["paths"].items()
        for method in (name.upper() for name in methods)
    }
    database.close()
    assert set(re.findall(r"^\| `((?:GET|POST) [^`]+)`", DOCS, re.MULTILINE)) == there


def test_the_documentation_lists_every_event_type() -> None:
    assert f"Event types: {', '.join(TYPES)}." in " ".join(DOCS.split())


def test_the_description_for_programs(on_sqlite: Service) -> None:
    described = on_sqlite.json("/openapi.json")
    assert described["info"]["title"] == "Hostwire"
    posts = described["paths"]["/api/v1/posts"]["get"]
    assert {parameter["name"] for parameter in posts["parameters"]} >= {
        "q",
        "product",
        "after",
        "when",
        "limit",
        "cursor",
    }
    assert posts["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("PostPage")
    assert posts["responses"]["422"]["content"].keys() >= {"application/problem+json"}
    assert "/feeds/posts.{suffix}" in described["paths"]
    assert "/" not in described["paths"]
    assert on_sqlite.get("/docs").status_code == 200


@pytest.mark.parametrize(
    "path", ["/api/v1/posts", "/feeds/posts.atom", "/", "/healthz", "/static/hostwire.css", "/api/v1/x"]
)
def test_security_headers_are_on_every_answer(on_sqlite: Service, path: str) -> None:
    headers = on_sqlite.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("path", ["/api/v1/posts", "/feeds/posts.rss", "/timeline", "/healthz"])
def test_head_is_get_without_the_body(on_sqlite: Service, path: str) -> None:
    client = on_sqlite.client
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers.get("etag") == got.headers.get("etag")
    assert head.headers["content-type"] == got.headers["content-type"]


def test_json_and_pages_have_validators_too(on_sqlite: Service) -> None:
    for path in ("/api/v1/posts", "/api/v1/timeline", "/"):
        etag = on_sqlite.get(path).headers["etag"]
        for sent in (etag, etag.removeprefix("W/"), f'"x", {etag}', "*"):
            assert on_sqlite.client.get(path, headers={"If-None-Match": sent}).status_code == 304


def test_long_answers_are_compressed_for_who_takes_it(on_sqlite: Service) -> None:
    taken = on_sqlite.client.get("/feeds/posts.atom", headers={"Accept-Encoding": "gzip"})
    plain = on_sqlite.client.get("/feeds/posts.atom", headers={"Accept-Encoding": "identity"})
    assert taken.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert taken.content == plain.content
    assert taken.headers["etag"] == plain.headers["etag"]


def test_links_use_the_public_address(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    fill(database)
    with running(database, base_url="https://news.example/wire") as client:
        assert client.get("/api/v1/posts?limit=1").json()["next"].startswith("https://news.example/wire/api/v1/posts?")
        assert "https://news.example/wire/posts/" in client.get("/feeds/posts.atom").text
    database.close()


def test_every_route_but_health_asks_for_the_key(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with running(database, api_key="k") as client:
        described = client.get("/openapi.json").json()["paths"]
        answers = {
            path: client.request(next(iter(methods)), re.sub(r"\{\w+\}", "x", path)).status_code
            for path, methods in described.items()
        }
    database.close()
    assert {path for path, status in answers.items() if status != 401} == {"/healthz", "/readyz"}
