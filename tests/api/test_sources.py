"""/sources: adding, changing and removing what is crawled, with the operator's key and not without."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hostwire.server import build_app
from hostwire.settings import Settings
from store.database import Database
from store.records import FetchState, SourceWatch
from store.sources import adopt_address, get_source, record_success
from tests.api.conftest import TODAY, Service, fill, running, serving
from tests.api.test_problems import problem
from tests.servers import FEED_TYPE, Answer, LoopbackServer

KEY = {"X-API-Key": "k"}
FEED = b"""<rss version="2.0"><channel><title>Racks</title><link>http://racks.example/</link>
<item><title>A rack</title><link>http://racks.example/1</link><description>New.</description></item></channel></rss>"""


@pytest.fixture
def keyed(database: Database) -> Iterator[Service]:
    """The library, changed by whoever has the key, on both databases."""
    fill(database)
    with running(database, api_key="k") as client:
        client.headers.update(KEY)
        yield Service(client, database)


def add(service: Service, **body: Any) -> httpx.Response:
    return service.client.post("/api/v1/sources", json=body)


def first(service: Service) -> Any:
    return service.json("/api/v1/sources")["items"][0]


def test_an_address_with_its_kind_is_added_as_it_is(keyed: Service) -> None:
    answer = add(keyed, url="http://new.example/", kind="page", name="New", tags=["mail", "vps"])
    assert answer.status_code == 201
    source = answer.json()
    assert (source["url"], source["kind"], source["name"], source["tags"]) == (
        "http://new.example/", "page", "New", ["mail", "vps"],
    )  # fmt: skip
    assert (source["posts"], source["enabled"]) == (0, True)
    assert source["created"] == TODAY.isoformat().replace("+00:00", "Z")
    assert answer.headers["location"].endswith(f"/api/v1/sources/{source['id']}")
    assert keyed.client.get(answer.headers["location"]).json() == source
    assert keyed.json("/api/v1/sources")["items"][-1] == source


def test_without_a_kind_it_is_found_out(keyed: Service) -> None:
    source = add(keyed, url="http://new.example/").json()
    assert (source["url"], source["kind"], source["name"], source["site_url"]) == (
        "http://new.example/feed", "feed", "Found", "http://new.example/",
    )  # fmt: skip
    assert add(keyed, url="http://other.example/", name="Mine").json()["name"] == "Mine"


def test_what_is_there_already_is_a_conflict(keyed: Service) -> None:
    assert "is a source already" in problem(add(keyed, url="http://mail.example/feed", kind="feed"), 409)["detail"]
    problem(add(keyed, url="http://mail.example/"), 409)
    assert len(keyed.json("/api/v1/sources")["items"]) == 2


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({"url": "http://nothing.example/"}, "url"),
        ({"url": "ftp://a.example/", "kind": "feed"}, "url"),
        ({"url": "http://user:secret@a.example/", "kind": "feed"}, "url"),
        ({"url": "http://user@a.example/"}, "url"),
        ({"url": "http://a b/", "kind": "feed"}, "url"),
        ({"url": "http://[::1/", "kind": "feed"}, "url"),
        ({"url": "http://a.example:port/", "kind": "feed"}, "url"),
        ({"url": "http://a.example/\u0000", "kind": "feed"}, "url"),
        ({"url": "", "kind": "feed"}, "url"),
        ({"url": "http://a.example/" + "x" * 5_000, "kind": "feed"}, "url"),
        ({"url": 7}, "url"),
        ({"kind": "feed"}, "url"),
        ({"url": "http://a.example/", "kind": "blog"}, "kind"),
        ({"url": "http://a.example/", "colour": "red"}, "colour"),
        ({"url": "http://a.example/", "tags": "mail"}, "tags"),
        ({"url": "http://a.example/", "tags": [1]}, "tags.0"),
        ({"url": "http://a.example/", "name": "a\u0000b"}, "name"),
        (["http://a.example/"], "body"),
        (None, "body"),
    ],
    ids=lambda value: str(value)[:60] if not isinstance(value, str) else value,
)
def test_what_cannot_be_added_is_named(keyed: Service, body: Any, parameter: str) -> None:
    found = problem(keyed.client.post("/api/v1/sources", json=body), 422)
    (error,) = found["errors"]
    assert error["parameter"] == parameter
    assert error["takes"]
    assert "secret" not in str(error["takes"])
    assert "pydantic" not in str(found).lower()
    assert "input should" not in str(found).lower()
    assert len(keyed.json("/api/v1/sources")["items"]) == 2


def test_a_half_character_in_a_name_is_refused(keyed: Service) -> None:
    for body in (b'{"url": "http://a.example/", "name": "\\ud800"}', b'{"url": "http://a.example/", "\\ud800": 1}'):
        headers = {"Content-Type": "application/json"}
        problem(keyed.client.post("/api/v1/sources", content=body, headers=headers), 422)


def test_what_is_left_out_of_a_change_stays(keyed: Service) -> None:
    source = first(keyed)
    path = f"/api/v1/sources/{source['id']}"
    changed = keyed.client.patch(path, json={"name": "Renamed", "tags": ["a"]})
    assert changed.status_code == 200
    assert changed.json() == {**source, "name": "Renamed", "tags": ["a"]}
    assert keyed.client.patch(path, json={"enabled": False}).json() == {**changed.json(), "enabled": False}
    assert keyed.client.patch(path, json={"name": None, "enabled": True}).json() == {**changed.json(), "name": None}
    assert keyed.client.patch(path, json={}).json() == keyed.json(path)


@pytest.mark.parametrize(
    "body", [{"url": "http://x.example/"}, {"enabled": None}, {"enabled": "yes"}, {"tags": None}, 1]
)
def test_what_cannot_be_changed_is_a_problem(keyed: Service, body: Any) -> None:
    problem(keyed.client.patch(f"/api/v1/sources/{first(keyed)['id']}", json=body), 422)


def test_a_source_goes_and_its_posts_stay(keyed: Service) -> None:
    source = first(keyed)
    removed = keyed.client.delete(f"/api/v1/sources/{source['id']}")
    assert (removed.status_code, removed.content) == (204, b"")
    assert [item["name"] for item in keyed.json("/api/v1/sources")["items"]] == ["Names"]
    posts = keyed.json("/api/v1/posts")
    assert posts["total"] == 4
    assert {item["source_id"] for item in posts["items"]} == {first(keyed)["id"], None}
    problem(keyed.client.delete(f"/api/v1/sources/{source['id']}"), 404)


def test_a_source_goes_with_its_posts(keyed: Service) -> None:
    path = f"/api/v1/sources/{first(keyed)['id']}"
    problem(keyed.client.delete(f"{path}?with_posts=yes"), 422)
    assert keyed.client.delete(f"{path}?with_posts=true").status_code == 204
    assert keyed.json("/api/v1/posts")["total"] == 2
    assert [event["type"] for event in keyed.json("/api/v1/timeline")["items"]] == ["approval", "outage"]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_source_that_is_not_there(keyed: Service, method: str) -> None:
    problem(keyed.client.request(method, "/api/v1/sources/none", json={} if method == "PATCH" else None), 404)


def test_the_health_of_a_source_is_shown(keyed: Service) -> None:
    path = f"/api/v1/sources/{first(keyed)['id']}"
    fresh = keyed.json(path)["health"]
    assert {
        name: fresh[name] for name in ("posts_per_week", "last_new", "silence", "empty_since", "moved_at")
    } == dict.fromkeys(("posts_per_week", "last_new", "silence", "empty_since", "moved_at"))
    assert (fresh["moved_from"], fresh["notes"]) == ([], [])
    quiet = SourceWatch(
        watched_since=TODAY - timedelta(days=100), visits=100, arrivals=9, usual_gap_days=7.0, longest_gap_days=7.0,
        posts_per_week=0.7, last_new_at=TODAY - timedelta(days=23),
    )  # fmt: skip
    with keyed.database.write() as session:
        source = get_source(session, "http://mail.example/feed")
        record_success(
            session, source.id, FetchState(next_fetch_at=TODAY + timedelta(hours=20)), now=TODAY, watch=quiet
        )
        assert adopt_address(session, source, "http://new.example/feed", now=TODAY) is None
    shown = keyed.json(path)
    assert shown == keyed.json("/api/v1/sources")["items"][0]
    assert shown["url"] == "http://new.example/feed"
    assert shown["health"] == {
        "last_fetched": "2010-07-01T12:00:00Z", "last_success": "2010-07-01T12:00:00Z", "last_error": None,
        "last_error_at": None, "failures": 0, "next_fetch": "2010-07-02T08:00:00Z", "posts_per_week": 0.7,
        "last_new": "2010-06-08T12:00:00Z", "silence": "posts weekly, quiet for 3 weeks", "empty_since": None,
        "moved_from": ["http://mail.example/feed"], "moved_at": "2010-07-01T12:00:00Z",
        "notes": [
            "posts weekly, quiet for 3 weeks", "moved here from http://mail.example/feed on 2010-07-01",
        ],
    }  # fmt: skip
    conflict = problem(add(keyed, url="http://mail.example/feed", kind="feed"), 409)
    assert "moved to http://new.example/feed" in conflict["detail"]


WRITES = (("POST", "/api/v1/sources"), ("PATCH", "/api/v1/sources/x"), ("DELETE", "/api/v1/sources/x"))


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_writing_needs_the_key(keyed: Service, method: str, path: str) -> None:
    password = base64.b64encode(b"someone:k").decode()
    with httpx.Client(base_url=keyed.client.base_url, trust_env=False) as client:
        for headers in (
            {},
            {"X-API-Key": "other"},
            {"Authorization": "Bearer no"},
            {"Authorization": f"Basic {password}"},
        ):
            answer = client.request(method, path, headers=headers, json={"url": "http://a.example/"})
            problem(answer, 401)
            assert answer.headers["www-authenticate"]
        token = {"Authorization": "Bearer k"}
        assert client.request(method, path, headers=token, json={}).status_code not in {401, 403}


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_where_no_key_is_set_nothing_is_written(on_sqlite: Service, method: str, path: str) -> None:
    for headers in ({}, KEY):
        answer = on_sqlite.client.request(
            method, path, headers=headers, json={"url": "http://a.example/", "kind": "feed"}
        )
        assert "HOSTWIRE_API_KEY" in problem(answer, 403)["detail"]


def test_the_service_itself_finds_a_site_s_feed(sqlite_url: str, tmp_path: Path) -> None:
    """`hostwire serve` as it is built, over a small site: discovery by the real client, with its guard."""
    with LoopbackServer() as site:
        site.on(
            "/",
            Answer(body=b'<html><head><link rel="alternate" type="application/rss+xml" href="/f.xml"></head></html>'),
        )
        site.on("/f.xml", Answer(body=FEED, content_type=FEED_TYPE))
        allowed = site.url("/").split("/")[2]
        settings = Settings(
            database_url=sqlite_url, data_dir=tmp_path, api_key="k", fetch_allow=allowed, host_delay=0,
        )  # fmt: skip
        with serving(build_app(settings)) as client:
            client.headers.update(KEY)
            answer = client.post("/api/v1/sources", json={"url": site.url("/")})
            assert answer.status_code == 201, answer.text
            assert (answer.json()["url"], answer.json()["name"]) == (site.url("/f.xml"), "Racks")
            problem(client.post("/api/v1/sources", json={"url": site.url("/")}), 409)
            problem(client.post("/api/v1/sources", json={"url": site.url("/nothing")}), 422)
            refused = problem(client.post("/api/v1/sources", json={"url": "http://127.0.0.2/"}), 422)
            assert refused["errors"][0]["parameter"] == "url"
