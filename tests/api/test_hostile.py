"""No input is answered with an error of ours: arbitrary paths, queries and bodies meet a running server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.database import Database
from tests.api.conftest import Service, running
from tests.api.test_problems import problem

NUL = "%00"
PATHS = (
    "/", "/timeline", "/products", "/docs", "/metrics", "/healthz", "/api/v1/posts", "/api/v1/timeline",
    "/api/v1/products", "/api/v1/tlds", "/api/v1/sources", "/feeds/posts.atom", "/feeds/posts.csv", "/feeds/posts.opml",
    "/feeds/timeline.ics", "/feeds/timeline.json", "/api/v1/stories",
)  # fmt: skip
PREFIXES = (
    "/", "/static/", "/posts/", "/products/", "/tlds/", "/organizations/", "/api/v1/posts/", "/api/v1/products/",
    "/api/v1/tlds/", "/api/v1/sources/", "/feeds/posts.", "/feeds/timeline.",
)  # fmt: skip
NAMES = (
    "q", "product", "organization", "tld", "event", "source", "after", "before", "when", "sort", "limit", "cursor",
    "facets", "type", "status", "from", "to", "as_of", "x",
)  # fmt: skip


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/api/v1/posts?q=a%00b", "q"),
        ('/api/v1/posts?q=title:"a%00b"', "q"),
        ("/api/v1/posts?q=%00", "q"),
        ("/api/v1/posts?tld=a%00b", "tld"),
        ("/api/v1/posts?product=ok&product=%00", "product"),
        ("/api/v1/posts?source=%00", "source"),
        ("/api/v1/posts?cursor=%00", "cursor"),
        ("/api/v1/posts?facets=%00", "facets"),
        ("/api/v1/timeline?organization=%00", "organization"),
        ("/api/v1/timeline?q=%00", "q"),
        ("/api/v1/products?q=%00", "q"),
        ("/feeds/posts.rss?author=%00", "author"),
        ("/?q=%00", "q"),
    ],
)
def test_a_nul_in_a_parameter_is_refused_by_its_name(service: Service, path: str, parameter: str) -> None:
    errors = problem(service.client.get(path), 422)["errors"]
    assert {error["parameter"] for error in errors} == {parameter}


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_nul_in_a_path_is_nothing_that_is_there(service: Service, prefix: str) -> None:
    problem(service.client.get(f"{prefix}a{NUL}b"), 404)


@pytest.mark.parametrize(
    "query",
    [
        "as_of=9999-12-31", "as_of=0001-01-01", "as_of=1899-12-31", "as_of=2201-01-01", "from=0001", "to=9998",
        "from=2300-Q1",
    ],
)  # fmt: skip
def test_days_far_off_are_refused(service: Service, query: str) -> None:
    (error,) = problem(service.client.get(f"/api/v1/timeline?{query}"), 422)["errors"]
    assert error["parameter"] == query.partition("=")[0]
    assert "1900 to 2200" in error["takes"]


@pytest.mark.parametrize("query", ["after=0001", "before=9998-12-31T23:59:59-12:00", "when=2010..9000", "when=9999"])
def test_posts_of_days_far_off_are_refused(service: Service, query: str) -> None:
    problem(service.client.get(f"/api/v1/posts?{query}"), 422)


@pytest.mark.parametrize("query", ["as_of=1900-01-01", "as_of=2200-12-31", "to=2200", "from=1900"])
def test_days_at_the_bounds_are_taken(service: Service, query: str) -> None:
    assert service.client.get(f"/api/v1/timeline?{query}").status_code == 200


@pytest.mark.parametrize("q", ["😀", "-", "**", "&", "( & )", "-😀", '"…"', "😀 OR ★"])
def test_a_query_without_a_word_is_refused(service: Service, q: str) -> None:
    for path in ("/api/v1/posts", "/api/v1/stories", "/api/v1/timeline", "/feeds/posts.atom", "/feeds/posts.opml"):
        (error,) = problem(service.get(path, q=q), 422)["errors"]
        assert error["parameter"] == "q"
        assert "word" in error["detail"]


@pytest.mark.parametrize("q", ["type:bogus", "exchange type:bogus", "-type:bogus", "(a OR type:bogus)", "status:bogus"])
def test_a_type_or_status_that_there_is_not_is_refused(service: Service, q: str) -> None:
    for path in ("/api/v1/posts", "/api/v1/stories", "/api/v1/timeline"):
        (error,) = problem(service.get(path, q=q), 422)["errors"]
        assert error["parameter"] == "q"
        assert "release" in error["takes"] or "planned" in error["takes"]


@pytest.mark.parametrize("q", ["type:approval", "type:End-Of-Support", "status:planned", "exchange &", "C++", "½"])
def test_what_is_known_or_holds_a_word_is_searched(service: Service, q: str) -> None:
    assert service.get("/api/v1/posts", q=q).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Basic é"}, {"Authorization": "Basic ====", "X-API-Key": ""}, {"Host": "["},
        {"Host": "a b:x"},
        {"If-Modified-Since": "99999999999999"}, {"If-None-Match": '"é'}, {"Accept-Encoding": "gzip;q=x"},
        {"If-Modified-Since": "Mon, 01 Jan 0000 00:00:00 GMT"}, {"Accept": "é"},
    ],
    ids=lambda headers: " ".join(f"{name} {value}" for name, value in headers.items()),
)  # fmt: skip
def test_no_header_breaks_an_answer(locked: httpx.Client, headers: dict[str, str]) -> None:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    for path in ("/api/v1/posts", "/feeds/posts.atom", "/"):
        assert locked.get(path, headers=raw).status_code < 500


@pytest.fixture
def locked(sqlite_url: str) -> Iterator[httpx.Client]:
    database = Database(sqlite_url)
    with running(database, api_key="k") as client:
        yield client
    database.close()


def holds(answer: httpx.Response) -> None:
    """Never an error of ours; an error is always a problem, or a page for people."""
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code


# Words of the query language among anything at all.
texts = st.lists(
    st.sampled_from(
        ["exchange", "title:", "type:", "product:", "when:2010", "OR", "-", "(", ")", '"', "*", "..", "\0", "\r\n", "½"]
    )
    | st.text(st.characters(codec="utf-8"), max_size=12),
    max_size=6,
).map(" ".join)  # fmt: skip
queries = st.lists(st.tuples(st.sampled_from(NAMES), texts), max_size=4)
jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "title", "text", "published", "x", "\ud800"]), inner, max_size=4)
    ),
    max_leaves=12,
)
many = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@many
@given(path=st.sampled_from(PATHS), query=queries)
def test_any_query_is_answered(service: Service, path: str, query: list[tuple[str, str]]) -> None:
    holds(service.client.get(path, params=query))


@many
@given(prefix=st.sampled_from(PREFIXES), rest=st.binary(max_size=12), query=texts)
def test_any_path_is_answered(service: Service, prefix: str, rest: bytes, query: str) -> None:
    holds(service.client.get(f"{prefix}{quote(rest, safe='')}", follow_redirects=True))
    holds(service.client.get(f"{prefix}{quote(rest, safe='/')}", params={"q": query}, follow_redirects=True))


@many
@given(body=jsons.map(json.dumps).map(str.encode) | st.binary(max_size=30))
def test_any_body_is_answered(service: Service, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    holds(service.client.post("/api/v1/tag", content=body, headers=headers))
    holds(service.client.post("/api/v1/tag", content=body))


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000, b'{"id":' * 2_000 + b"1" + b"}" * 2_000, b"1" * 5_000, b"\xff\xfe", b'"\xed\xa0\x80"', b"NaN",
    ],
)  # fmt: skip
def test_a_body_that_no_parser_likes_is_a_problem(on_sqlite: Service, body: bytes) -> None:
    answer = on_sqlite.client.post("/api/v1/tag", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 422}
    holds(answer)
