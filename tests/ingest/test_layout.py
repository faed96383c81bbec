"""A page without a feed that was rebuilt: told where its posts are found elsewhere, are far fewer, or are gone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from ingest.client import Client
from ingest.layout import layout_change, layout_lost
from ingest.readers import read_document
from ingest.run import ingest
from ingest.sandbox import Sandbox
from store.database import Database
from store.records import SourceRecord
from store.sources import LAYOUT_WARNED
from tests.ingest.conftest import limits_for
from tests.ingest.factories import NOW, add, items, page, source
from tests.servers import Answer, LoopbackServer

CHANGES = {
    "the same": (("main/div/h2/a", 10), ("main/div/h2/a", 10), None),
    "the first visit": ((None, None), ("main/div/h2/a", 10), None),
    "more of them": (("main/div/h2/a", 5), ("main/div/h2/a", 20), None),
    "some fewer": (("main/div/h2/a", 10), ("main/div/h2/a", 4), None),
    "a box round them": (("div/div/h2/a", 10), ("div/div/div/h2/a", 10), None),
    "another heading": (("main/div/h2/a", 10), ("main/div/h3/a", 10), None),
    "few that are fewer": (("main/div/h2/a", 4), ("main/div/h2/a", 1), None),
    "far fewer": (("main/div/h2/a", 10), ("main/div/h2/a", 3), "layout changed: 3 posts where there were 10"),
    "elsewhere": (
        ("main/div/h2/a", 10),
        ("aside/ul/li/a", 10),
        "layout changed: posts were found at main/div/h2/a, and are now at aside/ul/li/a",
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_change_is_told_where_posts_may_be_missed(case: str) -> None:
    before, now, expected = CHANGES[case]
    assert layout_change(*before, *now) == expected


def test_what_is_lost_is_told_only_where_there_was_something() -> None:
    assert layout_lost(None, None) == ""
    assert layout_lost("main/h2/a", 9) == "; its layout has changed: there were 9 posts at main/h2/a"


def test_the_path_leads_to_most_of_the_titles() -> None:
    body = page(items(range(6), site="http://b.example"))
    assert read_document(body, "http://b.example/").record_path == "main/div/h2/a"


# -- over visits -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(workers=1) as box:
        yield box


def rebuilt(body: bytes) -> bytes:
    """The page as a table."""
    for old, new in ((b"<main>", b"<table>"), (b"</main>", b"</table>"), (b'<div class="post"><h2>', b"<tr><td>"),
                     (b"</h2>", b"</td><td>"), (b"</div>\n", b"</td></tr>\n")):  # fmt: skip
        body = body.replace(old, new)
    return body


def test_a_source_remembers_its_layout_and_tells_of_its_change(
    server: LoopbackServer, database: Database, sandbox: Sandbox
) -> None:
    url = server.url("/")
    add(database, url, kind="page")
    site = url.rstrip("/")

    def visit(body: bytes, moment: datetime) -> tuple[SourceRecord, list[str]]:
        async def go() -> None:
            async with Client(limits_for(server)) as client:
                await ingest(database, client, now=lambda: moment, force=True, sandbox=sandbox)

        server.on("/", Answer(body))
        with capture_logs() as logs:
            asyncio.run(go())
        return source(database, url), [event["change"] for event in logs if event["event"] == "layout_changed"]

    first, told = visit(page(items(range(10), site=site)), NOW)
    assert (first.record_path, first.record_count, first.layout_warning, told) == ("main/div/h2/a", 10, None, [])

    moment = NOW + timedelta(days=1)
    changed, told = visit(rebuilt(page(items(range(2, 12), site=site))), moment)
    words = "layout changed: posts were found at main/div/h2/a, and are now at table/tbody/tr/td/a"
    assert [line.replace("tbody/", "") for line in told] == [words.replace("tbody/", "")]
    assert (changed.layout_warning, changed.layout_changed_at) == (told[0], moment)

    later, told = visit(rebuilt(page(items(range(3, 13), site=site))), moment + timedelta(days=1))
    assert (later.layout_warning, told) == (changed.layout_warning, [])
    after, told = visit(rebuilt(page(items(range(4, 14), site=site))), moment + LAYOUT_WARNED)
    assert (after.layout_warning, after.layout_changed_at, told) == (None, None, [])

    lost, _ = visit(b"<html><body><h1>Acme</h1><p>We host things.</p></body></html>", moment + LAYOUT_WARNED)
    assert "its layout has changed: there were 10 posts at" in (lost.last_error or "")
