"""What is too much is refused: an address, values of a filter, the database's time. And what a list links to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

import pytest

from api.middleware import MAX_ADDRESS_BYTES
from api.parameters import MAX_SEVERAL, MAX_TEXT
from store.database import Database
from store.posts import save_entries
from store.subscriptions import list_subscriptions
from tests.api.conftest import Service, fill, running
from tests.api.nasty import fill_with_many
from tests.store.factories import NOW, make_entry, make_source

# -- the database's time ---------------------------------------------------------------------------------------


@pytest.fixture
def short_of_time(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A service whose database may be read for next to no time, over posts enough for that to be passed."""
    monkeypatch.setattr("store.database.STEPS_BETWEEN_LOOKS", 1_000)  # so that hundreds of posts do for millions
    database = Database(database_url, read_within_s=0.001, clock=count().__next__)
    fill(database)
    with database.write() as session:
        source = make_source(session, "http://many.example/feed")
        texts = [" ".join(f"w{number * 7 % 89}{word}" for word in range(120)) for number in range(700)]
        save_entries(session, source, [make_entry(str(key), text=text) for key, text in enumerate(texts)], now=NOW)
    with running(database) as client:
        yield Service(client, database)
    database.close()


COSTLY = "/api/v1/posts?q=" + "+OR+".join(f"-w{number}*" for number in range(30))


def test_a_query_that_takes_too_long_is_cut_off(short_of_time: Service) -> None:
    answer = short_of_time.client.get(COSTLY)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": answer.json()["title"],
        "status": 422,
        "detail": "what is asked takes longer than 0.001 seconds: narrow it, say by dates, a product or rarer words",
        "instance": "/api/v1/posts",
    }


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        (COSTLY.replace("/api/v1/posts", "/feeds/posts.atom"), "application/problem+json"),
        (COSTLY.replace("/api/v1/posts", "/feeds/posts.opml"), "application/problem+json"),
        (COSTLY.replace("/api/v1/posts", "/api/v1/timeline"), "application/problem+json"),
        (COSTLY.replace("/api/v1/posts", "/"), "text/html; charset=utf-8"),
    ],
)
def test_so_it_is_in_feeds_timelines_and_pages(short_of_time: Service, path: str, media_type: str) -> None:
    answer = short_of_time.client.get(path, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["content-type"]) == (422, media_type)
    assert "narrow it" in answer.text


def test_so_is_the_search_for_what_a_subscription_begins_with(short_of_time: Service) -> None:
    """Else it would keep all who write waiting on SQLite, for as long as it takes."""
    q = COSTLY.partition("q=")[2].replace("+", " ")
    wanted = {"kind": "webhook", "address": "http://a.example/", "query": {"q": q}, "backlog": 10}
    with running(short_of_time.database, api_key="k") as client:
        answer = client.post("/api/v1/subscriptions", json=wanted, headers={"X-API-Key": "k"})
        assert answer.status_code == 422
        assert "narrow it" in answer.json()["detail"]
    with short_of_time.database.read(within_s=60) as session:
        assert list_subscriptions(session) == ()


# what an export of 200 rows passes many times, read row by row, and one of 3 rows never
EXPORT_WITHIN_S = 150


@pytest.fixture
def exporting(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A service in which a second passes whenever somebody looks at the clock, and exports are read row by row."""
    monkeypatch.setattr("api.routes.feeds.CHUNK", 1)
    database = Database(database_url, read_within_s=EXPORT_WITHIN_S, clock=count().__next__)
    fill_with_many(database, 200)
    with running(database, remembered_bytes=1_000_000) as client:
        yield Service(client, database)
    database.close()


@pytest.mark.parametrize("path", ["posts.csv", "posts.jsonl", "timeline.csv", "timeline.jsonl"])
@pytest.mark.parametrize("accepted", ["identity", "gzip"])
def test_an_export_is_cut_off_as_a_whole_before_anything_of_it_is_sent(
    exporting: Service, path: str, accepted: str
) -> None:
    """None of its chunks takes long; half a table would be taken for a whole one."""
    headers = {"Accept-Encoding": accepted}
    for _ in range(2):
        cut = exporting.client.get(f"/feeds/{path}?limit=200", headers=headers)
        assert (cut.status_code, cut.headers["content-type"]) == (422, "application/problem+json")
        assert "takes longer than 150 seconds" in cut.json()["detail"]
        assert not {"etag", "link", "content-disposition"} & set(cut.headers)
    few = exporting.client.get(f"/feeds/{path}?limit=3", headers=headers)
    assert few.status_code == 200
    assert len(few.text.splitlines()) == (3 if path.endswith("jsonl") else 4)
    assert "next" in few.links


# -- addresses and filters -------------------------------------------------------------------------------------


def test_an_address_that_is_too_long_is_refused(on_sqlite: Service) -> None:
    answer = on_sqlite.client.get(f"/api/v1/posts?q={'x' * MAX_ADDRESS_BYTES}")
    assert (answer.status_code, answer.headers["content-type"]) == (414, "application/problem+json")
    assert answer.json()["detail"] == "the address is too long: at most 32,768 bytes are read"


def test_the_longest_query_has_room_in_an_address(on_sqlite: Service) -> None:
    assert on_sqlite.get("/api/v1/posts", q="\U0002000b" * MAX_TEXT).status_code == 200
    assert on_sqlite.get("/api/v1/posts", q="x" * (MAX_TEXT + 1)).status_code == 422


@pytest.mark.parametrize("name", ["product", "organization", "tld", "source", "event", "facets"])
def test_values_of_a_filter_are_counted(on_sqlite: Service, name: str) -> None:
    answer = on_sqlite.get("/api/v1/posts", **{name: ["x"] * (MAX_SEVERAL + 1)})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"parameter": name, "detail": f"more than {MAX_SEVERAL} are given", "takes": f"at most {MAX_SEVERAL}"}
    ]


@pytest.mark.parametrize("path", ["/api/v1/posts/", "/feeds/posts.atom/", "/api/v1/sources/"])
def test_an_address_with_a_slash_at_its_end_is_another_one(on_sqlite: Service, path: str) -> None:
    answer = on_sqlite.client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert "location" not in answer.headers


# -- links -----------------------------------------------------------------------------------------------------


def links_of(header: str) -> dict[tuple[str, str | None], str]:
    """(rel, type) → address."""
    found = re.findall(r'<([^>]*)>; rel="(\w+)"(?:; type="([^"]*)")?', header)
    return {(rel, media_type or None): address for address, rel, media_type in found}


@pytest.mark.parametrize(
    ("path", "types"),
    [
        (
            "/api/v1/posts?q=exchange&facets=months&limit=1",
            {"application/atom+xml", "application/rss+xml", "application/feed+json"},
        ),
        (
            "/api/v1/timeline?limit=1",
            {"application/atom+xml", "application/rss+xml", "application/feed+json", "text/calendar"},
        ),
    ],
)
def test_a_list_links_to_its_feeds_its_next_page_and_its_first(on_sqlite: Service, path: str, types: set[str]) -> None:
    first = on_sqlite.client.get(path)
    links = links_of(first.headers["link"])
    alternates = {media_type: address for (rel, media_type), address in links.items() if rel == "alternate"}
    assert set(alternates) == types
    for media_type, address in alternates.items():
        feed = on_sqlite.client.get(address)
        assert feed.status_code == 200
        assert feed.headers["content-type"].partition(";")[0] == media_type
    assert links["next", None] == first.json()["next"]
    second = on_sqlite.client.get(links["next", None])
    assert on_sqlite.client.get(links_of(second.headers["link"])["first", None]).json() == first.json()


def test_a_header_does_not_grow_with_the_query(on_sqlite: Service) -> None:
    assert len(on_sqlite.get("/api/v1/posts", q="exchange").headers["link"]) > 200
    assert "link" not in on_sqlite.get("/api/v1/posts", q="x" * MAX_TEXT).headers
