"""Scripts of other sites may read, and nothing else."""

from __future__ import annotations

import pytest

from store.database import Database
from tests.api.conftest import Service, running

ORIGIN = {"Origin": "https://reader.example"}


@pytest.mark.parametrize("path", ["/api/v1/posts", "/feeds/posts.atom", "/feeds/timeline.ics", "/openapi.json"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_any_site_may_read(on_sqlite: Service, method: str, path: str) -> None:
    answer = on_sqlite.client.request(method, path, headers=ORIGIN)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert {"ETag", "Link", "Last-Modified"} <= set(answer.headers["access-control-expose-headers"].split(", "))


def test_an_answer_is_the_same_for_whoever_asks_so_that_caches_may_share_it(on_sqlite: Service) -> None:
    with_origin = on_sqlite.client.get("/api/v1/posts", headers=ORIGIN).headers
    without = on_sqlite.client.get("/api/v1/posts").headers
    assert {**with_origin, "date": ""} == {**without, "date": ""}


@pytest.mark.parametrize(
    ("path", "status"), [("/api/v1/posts?q=(", 422), ("/api/v1/nothing", 404), ("/feeds/posts.doc", 404)]
)
def test_errors_may_be_read_too(on_sqlite: Service, path: str, status: int) -> None:
    answer = on_sqlite.client.get(path, headers=ORIGIN)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, "*")


def test_so_may_a_304_and_an_error_of_ours(on_sqlite: Service) -> None:
    etag = on_sqlite.client.get("/api/v1/posts").headers["etag"]
    again = on_sqlite.client.get("/api/v1/posts", headers={**ORIGIN, "If-None-Match": etag})
    assert (again.status_code, again.headers["access-control-allow-origin"]) == (304, "*")
    with on_sqlite.database.write() as session:  # a table that is not as this release makes it
        session.connection().exec_driver_sql("ALTER TABLE post DROP COLUMN summary")
    broken = on_sqlite.client.get("/api/v1/posts", headers=ORIGIN)
    assert (broken.status_code, broken.headers["access-control-allow-origin"]) == (500, "*")


def test_a_browser_that_asks_beforehand_may_send_validators_and_a_key(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    asked = {**ORIGIN, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-api-key"}
    with running(database, api_key="k") as client:
        answer = client.options("/api/v1/posts", headers=asked)
        refused = client.get("/api/v1/posts", headers=ORIGIN)
        read = client.get("/api/v1/posts", headers={**ORIGIN, "X-API-Key": "k"})
    database.close()
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD"
    allowed = answer.headers["access-control-allow-headers"].lower().split(", ")
    assert {"x-api-key", "authorization", "if-none-match"} <= set(allowed)
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, "*")
    assert (read.status_code, read.headers["access-control-allow-origin"]) == (200, "*")


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "PUT"])
def test_nobody_may_change_anything_from_another_site(on_sqlite: Service, method: str) -> None:
    asked = {**ORIGIN, "Access-Control-Request-Method": method}
    answer = on_sqlite.client.options("/api/v1/sources", headers=asked)
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    sent = on_sqlite.client.request(method, "/api/v1/sources", headers=ORIGIN, json={"url": "http://x.example/"})
    assert "access-control-allow-origin" not in sent.headers


@pytest.mark.parametrize("path", ["/", "/docs", "/healthz", "/hub/token"])
def test_pages_are_for_people(on_sqlite: Service, path: str) -> None:
    assert "access-control-allow-origin" not in on_sqlite.client.get(path, headers=ORIGIN).headers
