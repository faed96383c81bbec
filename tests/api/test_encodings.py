"""Accept-Encoding (RFC 9110, section 12.5.3): what is compressed, and for whom."""

from __future__ import annotations

import gzip

import httpx
import pytest

from api.caching import MIN_GZIP_BYTES
from tests.api.conftest import Service

# remembered, spooled by no cache, a problem, and a file
LONG = ("/feeds/posts.atom", "/openapi.json", "/docs", "/static/hostwire.css")
SHORT = ("/healthz", "/api/v1/timeline?tld=nothing", "/api/v1/posts?colour=red")


def fetch(service: Service, path: str, *fields: str, method: str = "GET") -> tuple[httpx.Response, bytes]:
    """The answer to a request with just these fields, and its bytes as they were sent."""
    request = service.client.build_request(method, path, headers=[("Accept-Encoding", field) for field in fields])
    if not fields:
        del request.headers["accept-encoding"]
    answer = service.client.send(request, stream=True)
    raw = b"".join(answer.iter_raw())
    answer.close()
    return answer, raw


CASES = [
    pytest.param((), False, id="no field"),
    pytest.param(("",), False, id="an empty one"),
    pytest.param(("gzip",), True, id="gzip"),
    pytest.param(("GZip",), True, id="in any case"),
    pytest.param(("x-gzip",), True, id="its old name"),
    pytest.param(("br, gzip, deflate",), True, id="among others"),
    pytest.param(("br", "gzip"), True, id="in a field of its own"),
    pytest.param(("br, zstd",), False, id="others alone"),
    pytest.param(("gzipped, notgzip",), False, id="in the name of another"),
    pytest.param(("gzip;q=0",), False, id="refused"),
    pytest.param(("gzip;q=0.000",), False, id="refused at length"),
    pytest.param(("gzip ; Q=0",), False, id="refused with spaces"),
    pytest.param(("gzip;q=0, *",), False, id="refused, all else taken"),
    pytest.param(("*",), True, id="anything"),
    pytest.param(("*;q=0",), False, id="nothing"),
    pytest.param(("*;q=0, gzip;q=0.1",), True, id="nothing else"),
    pytest.param(("gzip;q=0.5, identity",), False, id="identity liked better"),
    pytest.param(("gzip;q=0.5, identity;q=0.5",), True, id="liked as well"),
    pytest.param(("gzip;q=0.5, *;q=0.8",), False, id="all else liked better"),
    pytest.param(("gzip;q=0.001",), True, id="liked a little"),
    pytest.param(("identity;q=0",), False, id="no coding refused, none named"),
    pytest.param(("gzip, identity;q=0",), True, id="no coding refused"),
    pytest.param(("gzip;q=x",), False, id="a weight that is none"),
    pytest.param(("gzip;q=2, br",), False, id="a weight that is too great"),
    pytest.param((", ,gzip,",), True, id="empty members"),
]


@pytest.mark.parametrize(("fields", "is_packed"), CASES)
def test_a_long_answer_comes_as_its_client_takes_it(
    on_sqlite: Service, fields: tuple[str, ...], is_packed: bool
) -> None:
    assert_packed(on_sqlite, LONG[0], fields, is_packed=is_packed)


@pytest.mark.parametrize("path", LONG[1:])
def test_so_does_each_other_kind_of_answer(on_sqlite: Service, path: str) -> None:
    assert_packed(on_sqlite, path, ("gzip",), is_packed=True)
    assert_packed(on_sqlite, path, ("gzip;q=0, *",), is_packed=False)


def assert_packed(service: Service, path: str, fields: tuple[str, ...], *, is_packed: bool) -> None:
    plain, whole = fetch(service, path, "identity")
    assert len(whole) >= MIN_GZIP_BYTES
    for _ in range(2):  # made, and from memory
        answer, raw = fetch(service, path, *fields)
        assert answer.headers.get("content-encoding") == ("gzip" if is_packed else None)
        assert (gzip.decompress(raw) if is_packed else raw) == whole
        assert answer.headers["vary"].split(", ").count("Accept-Encoding") == 1
        tag = plain.headers.get("etag")
        assert answer.headers.get("etag") == (weak(tag) if is_packed else tag)


def weak(tag: str | None) -> str | None:
    """What is packed has no strong tag in common with what is not (RFC 9110, section 8.8.3.3)."""
    return tag if tag is None or tag.startswith("W/") else f"W/{tag}"


@pytest.mark.parametrize("path", SHORT)
def test_a_short_answer_is_compressed_for_who_takes_nothing_else(on_sqlite: Service, path: str) -> None:
    plain, whole = fetch(on_sqlite, path, "gzip")
    packed, raw = fetch(on_sqlite, path, "gzip, *;q=0")
    assert ("content-encoding" in plain.headers, packed.headers["content-encoding"]) == (False, "gzip")
    assert gzip.decompress(raw) == whole
    assert "Accept-Encoding" in plain.headers["vary"]
    assert packed.headers["vary"] == plain.headers["vary"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_has_no_body_gets_no_coding(on_sqlite: Service, method: str) -> None:
    first, _ = fetch(on_sqlite, LONG[0], "gzip, *;q=0")
    request = on_sqlite.client.build_request(
        method, LONG[0], headers={"Accept-Encoding": "gzip, *;q=0", "If-None-Match": first.headers["etag"]}
    )
    again = on_sqlite.client.send(request)
    assert (again.status_code, again.content, again.headers.get("content-encoding")) == (304, b"", None)
    assert again.headers["vary"] == first.headers["vary"]


def test_head_has_the_headers_of_get(on_sqlite: Service) -> None:
    got, _ = fetch(on_sqlite, LONG[0], "gzip")
    head, raw = fetch(on_sqlite, LONG[0], "gzip", method="HEAD")
    assert raw == b""
    for name in ("content-length", "content-encoding", "vary", "etag"):
        assert head.headers[name] == got.headers[name]


def test_a_page_varies_by_what_it_did_before_as_well(on_sqlite: Service) -> None:
    answer, _ = fetch(on_sqlite, "/nowhere", "gzip")
    assert answer.headers["vary"] == "Accept, Accept-Encoding"
