"""What holds for every route: headers, HEAD, validators, compression, and the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.app import ApiConfig, create_app
from ingest.events import resolve_rows
from store.database import Database
from store.records import SourceWatch
from store.sources import get_source, record_failure, record_unchanged
from tests.api.conftest import TODAY, TYPES, Service, echo_tag, explain_nothing, fill, find_feed, running

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_documentation_lists_every_route_and_no_other(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    config = ApiConfig(version="1")
    app = create_app(
        config,
        database,
        tag=echo_tag,
        explain=explain_nothing,
        discover=find_feed,
        now=lambda: TODAY,
        resolve=resolve_rows,
    )
    there = {
        f"{method} {path}"
        for path, methods in app.openapi()["paths"].items()
        for method in (name.upper() for name in methods)
    }
    database.close()
    assert set(re.findall(r"^\| `((?:GET|POST|PATCH|DELETE) [^`]+)`", DOCS, re.MULTILINE)) == there


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


@pytest.mark.parametrize(
    "path", ["/api/v1/posts", "/api/v1/tlds?q=none", "/", "/feeds/posts.atom", "/feeds/posts.opml"]
)
def test_a_304_varies_as_its_200_does(on_sqlite: Service, path: str) -> None:
    got = on_sqlite.client.get(path)
    again = on_sqlite.client.get(path, headers={"If-None-Match": got.headers["etag"]})
    assert again.status_code == 304
    assert again.headers.get("vary") == got.headers.get("vary")


def test_the_description_names_the_errors_that_happen(on_sqlite: Service) -> None:
    described = on_sqlite.json("/openapi.json")
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            answers = operation["responses"]
            for status in (status for status in answers if status >= "400"):
                (media_type,) = answers[status]["content"]
                assert media_type == "application/problem+json", (path, status)
                assert answers[status]["content"][media_type]["schema"] == {"$ref": "#/components/schemas/Problem"}
            assert "405" in answers
            assert ("404" in answers) == ("{" in path), path
            assert ("422" in answers) == (path not in {"/healthz", "/readyz"}), path
            assert ("413" in answers) == ("requestBody" in operation), path
            is_conditional = method == "get" and path.startswith(("/api/", "/feeds/"))
            assert ("304" in answers) == is_conditional, path
    assert described["paths"]["/api/v1/posts"]["get"]["parameters"][0]["schema"]["maximum"] == 200
    assert described["components"]["schemas"]["SourceIn"]["properties"]["url"]["minLength"] == 1


def test_figures_for_prometheus(service: Service) -> None:
    answer = service.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    figures = dict(line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))
    assert figures == {
        'hostwire_info{version="9.9"}': "1", "hostwire_posts": "4", "hostwire_posts_analyzed": "4",
        "hostwire_events": "3", "hostwire_sources": "2", "hostwire_sources_enabled": "2",
        "hostwire_sources_failing": "0", "hostwire_sources_silent": "0",
    }  # fmt: skip
    with service.database.write() as session:
        names = get_source(session, "http://names.example/feed")
        record_unchanged(session, names.id, now=TODAY, watch=SourceWatch(empty_since=TODAY))
        source = get_source(session, "http://mail.example/feed")
        record_failure(session, source.id, error="no answer", now=TODAY, next_fetch_at=None, disable=True)
    text = service.get("/metrics").text
    assert "\nhostwire_sources_failing 1\n" in text
    assert "\nhostwire_sources_silent 1\n" in text
    assert "\nhostwire_sources_enabled 1\n" in text


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
            path: {
                client.request(method, re.sub(r"\{\w+\}", "x", path), json={"url": "x"}).status_code
                for method in methods
            }
            for path, methods in described.items()
        }
    database.close()
    assert {path for path, statuses in answers.items() if statuses != {401}} == {"/healthz", "/readyz"}
