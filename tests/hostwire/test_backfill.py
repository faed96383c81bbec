"""`hostwire source backfill` as an operator runs it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.hostwire.conftest import Run
from tests.ingest.blogs import past_posts, serve_pager, site_of
from tests.servers import LoopbackServer


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        yield running


def lines(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_older_posts_are_read_run_by_run_and_tagged(hostwire: Run, server: LoopbackServer) -> None:
    serve_pager(server, past_posts(80, site=site_of(server)))
    allow = {"HOSTWIRE_FETCH_ALLOW": f"{server.host}:{server.port}"}
    assert hostwire("source", "add", server.url("/"), "--kind", "page", **allow).returncode == 0
    first = hostwire("source", "backfill", "--pages", "13", "--no-analyze", "--json", **allow)
    assert first.returncode == 0, first.stderr
    result, totals = lines(first.stdout)
    assert (result["status"], result["method"], result["new"]) == ("more", "pager", 10)  # after eleven of the visit's
    assert (totals["sources"], totals["done"], totals["pages"], totals["new"]) == (1, 0, 13, 10)
    second = hostwire("source", "backfill", server.url("/"), **allow)
    assert second.returncode == 0, second.stderr
    assert "pager" in second.stdout
    assert "--again begins anew" in second.stderr
    found = hostwire("search", "panel", "--limit", "100", "--json")
    assert len(lines(found.stdout)) == 80
    assert server.paths.count("/robots.txt") == 1  # kept from one command to the next
    again = lines(hostwire("source", "backfill", "--no-analyze", "--json", **allow).stdout)
    assert (again[0]["status"], again[0]["pages"], again[0]["ended"]) == ("done", 0, "the pages led no further back")


def test_a_source_that_cannot_be_had_says_so_and_exits_1(hostwire: Run, server: LoopbackServer) -> None:
    allow = {"HOSTWIRE_FETCH_ALLOW": f"{server.host}:{server.port}"}
    assert hostwire("source", "add", server.url("/none"), "--kind", "page", **allow).returncode == 0
    done = hostwire("source", "backfill", "--no-analyze", "--json", **allow)
    assert done.returncode == 1
    assert lines(done.stdout)[0]["error"] == "HTTP 404 Not Found"
    assert f"{server.url('/none')}: HTTP 404 Not Found" in done.stderr


def test_a_source_that_is_not_there_and_no_page_are_wrong_words(hostwire: Run) -> None:
    assert hostwire("source", "backfill", "http://unknown.example/", "--no-analyze").returncode == 1
    assert hostwire("source", "backfill", "--pages", "0").returncode == 2
