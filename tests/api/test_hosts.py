"""The Host of a request: links and ids of feeds are made of it, so an odd one is refused."""

from __future__ import annotations

import json
import socket

import pytest

from store.database import Database
from tests.api.conftest import Service, fill, running


def asked(
    service: Service, *hosts: bytes, path: str = "/feeds/posts.atom", version: str = "1.1", accept: str = "*/*"
) -> tuple[int, str, bytes]:
    """Status, media type and body of the answer to a request with just these Host fields, byte for byte."""
    fields = b"".join(b"Host: " + host + b"\r\n" for host in hosts)
    head = f"GET {path} HTTP/{version}\r\nAccept: {accept}\r\nConnection: close\r\n".encode()
    url = service.client.base_url
    with socket.create_connection((url.host, url.port or 80), timeout=30) as connection:
        connection.sendall(head + fields + b"\r\n")
        received = b""
        while piece := connection.recv(65_536):
            received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(status.split()[1]), headers.get("content-type", ""), body


TAKEN = [
    b"news.example", b"NEWS.example:8080", b"news.example.", b"192.0.2.1", b"192.0.2.1:8000", b"[2001:db8::1]",
    b"[2001:DB8::1]:8000", b"localhost:1", b"my_service:8000", b"a-b.example", b"xn--bcher-kva.example",
    b"a" * 63 + b".example",
]  # fmt: skip
REFUSED = [
    (b'evil"><x', "is no name or address of a host"),
    (b"a b.example", "is no name or address of a host"),
    (b"a\x01b.example", ""),
    (b"a\tb.example", "is no name or address of a host"),
    (b"a.example:", "is no host with a port or without one"),
    (b"[::1]:", "is no host with a port or without one"),
    (b"user@a.example", "it holds a user's name or password"),
    (b"user:secret@a.example:80", "it holds a user's name or password"),
    (b"b\xc3\xbccher.example", "is no name or address of a host"),
    (b"a.example/path", "is no name or address of a host"),
    (b"a.example?x", "is no name or address of a host"),
    (b"a.example#x", "is no name or address of a host"),
    (b"a.example\\x", "is no name or address of a host"),
    (b"a%2eexample", "is no name or address of a host"),
    (b"a..example", "is no name or address of a host"),
    (b".example", "is no name or address of a host"),
    (b"a" * 64 + b".example", "is no name or address of a host"),
    (b"a." * 126 + b"example", "its name has more than 253 characters"),
    (b"a" * 5_000, "its name has more than 253 characters"),
    (b"a.example:http", "is no host with a port or without one"),
    (b"a.example:65536", "there is no port 65536"),
    (b"a.example:80:80", "is no host with a port or without one"),
    (b"2001:db8::1", "is no host with a port or without one"),
    (b"[", "is no host with a port or without one"),
    (b"[2001:db8::1", "is no host with a port or without one"),
    (b"[2001:db8::1]x", "is no host with a port or without one"),
    (b"[192.0.2.1]", "is no name or address of a host"),
    (b"[fe80::1%25eth0]", "is no name or address of a host"),
    (b"[v1.x]", "is no name or address of a host"),
    (b":80", "is no name or address of a host"),
    (b"a.example, b.example", "is no name or address of a host"),
    (b"", "it is empty"),
]


@pytest.mark.parametrize("host", TAKEN)
def test_links_are_of_the_host_that_was_asked(service: Service, host: bytes) -> None:
    status, _, body = asked(service, host, path="/api/v1/posts?limit=1")
    assert status == 200
    assert json.loads(body)["next"].lower().startswith(f"http://{host.decode().lower()}/api/v1/posts?")


@pytest.mark.parametrize(("host", "detail"), REFUSED)
def test_an_odd_host_is_refused(on_sqlite: Service, host: bytes, detail: str) -> None:
    status, media_type, body = asked(on_sqlite, host)
    assert status == 400
    if host == b"a\x01b.example":  # which the server's reader of heads may refuse before us
        return
    assert media_type == "application/problem+json"
    found = json.loads(body)
    (error,) = found["errors"]
    assert detail in found["detail"]
    assert (error["parameter"], error["detail"]) == ("Host", found["detail"].removeprefix("Host: "))
    assert error["takes"].startswith("a host's name or address")
    assert found["instance"] == "/feeds/posts.atom"
    assert len(body) < 1_000


def test_no_host_and_several_are_refused(on_sqlite: Service) -> None:
    for hosts in ((), (b"a.example", b"b.example"), (b"a.example", b"a.example")):
        status, _, body = asked(on_sqlite, *hosts)
        assert status == 400, body
    assert asked(on_sqlite, version="1.0")[0] == 200  # which had no Host


def test_a_page_says_it_too_without_the_host(on_sqlite: Service) -> None:
    status, media_type, body = asked(on_sqlite, b'evil"><x', path="/", accept="text/html")
    assert (status, media_type) == (400, "text/html; charset=utf-8")
    assert b'"><x' not in body


def test_so_it_is_where_the_operator_has_set_the_address(sqlite_url: str) -> None:
    """RFC 9112 has a server refuse it whatever it is used for."""
    database = Database(sqlite_url)
    fill(database)
    with running(database, base_url="https://news.example") as client:
        assert asked(Service(client, database), b"a b")[0] == 400
        assert asked(Service(client, database), b"other.example")[0] == 200
    database.close()
