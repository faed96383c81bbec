"""Every case of the hostile farm and 200 good feeds in one pass over a fresh database."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from ingest.client import Client, FetchLimits
from ingest.guard import SystemResolver
from ingest.run import ingest
from ingest.sandbox import Sandbox
from ingest.schedule import LONGEST_WAIT
from ingest.summary import RunSummary
from ingest.urls import is_http_url
from store.database import Database
from store.models import Post
from store.records import SourceInput, SourceRecord
from store.sources import add_source, list_sources
from tests.ingest.factories import NOW
from tests.ingest.hostile.cases import all_cases
from tests.ingest.hostile.farm import Place
from tests.ingest.hostile.process import Farm, fault_of, running_farm

CASES = all_cases(Place(1, 2, 3))  # only their names are used here: the farm's process makes its own
LIVE = re.compile(
    r"<\s*(script|iframe|object|form|style|svg|math|base|meta)\b|\son\w+\s*=\s*[\"']|javascript:", re.IGNORECASE
)


class Names:
    """A resolver that answers for the farm's names, each look-up with the next of its answers, and asks the system for
    the rest.
    """

    def __init__(self, answers: Mapping[str, list[list[str]]], system: SystemResolver) -> None:
        self._answers = {host: list(answers) for host, answers in answers.items()}
        self._system = system

    async def __call__(self, host: str, port: int) -> list[str]:
        if host not in self._answers:
            return await self._system(host, port)
        left = self._answers[host]
        return left.pop(0) if len(left) > 1 else left[0]


@dataclass(frozen=True)
class Pass:
    """What one pass over the farm left behind."""

    farm: Farm
    summary: RunSummary
    results: Mapping[str, dict[str, object]]
    sources: tuple[SourceRecord, ...]
    database: Database
    woken: list[str]


@pytest.fixture(scope="module")
def done(sqlite_template: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pass]:
    """The pass, with short deadlines and small limits: which limit is met does not depend on how large it is."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('hostile') / 'hostwire.db'}")
    database.upgrade()
    with running_farm() as farm:
        limits = FetchLimits(
            exchange_timeout_s=6.0,
            connect_timeout_s=3.0,
            read_timeout_s=2.0,
            max_body_bytes=4_000_000,
            host_delay_s=0.0,
            concurrency=32,
            allow=farm.allow,
        )
        with database.write() as session:
            for source in farm.hostile:
                add_source(session, SourceInput(url=source.url, kind=source.kind), now=NOW)  # type: ignore[arg-type]  # from JSON
            for url in farm.good:
                add_source(session, SourceInput(url=url), now=NOW)

        async def run() -> RunSummary | None:
            system = SystemResolver(threads=8)
            try:
                with Sandbox(deadline_s=5.0) as sandbox:
                    async with Client(limits, resolver=Names(farm.names, system)) as client:
                        return await ingest(database, client, now=lambda: NOW, sandbox=sandbox, chance=lambda: 0.0)
            finally:
                system.close()

        summary = asyncio.run(run())
        assert summary is not None
        with database.read() as session:
            sources = list_sources(session)
        results = {result.url: result.to_json() for result in summary.results}
        yield Pass(farm, summary, results, sources, database, farm.woken())
    database.close()


def test_names_and_addresses_of_cases_are_their_own() -> None:
    doubled = [name for name, times in Counter(case.folder for case in CASES).items() if times > 1]
    assert doubled == []
    assert len(CASES) > 400


@pytest.mark.parametrize("name", [case.name for case in CASES])
def test_a_bad_source_gets_what_it_deserves(done: Pass, name: str) -> None:
    """A reason in one line that names what was wrong, or, where it merely is odd, its posts."""
    (source,) = [source for source in done.farm.hostile if source.name == name]
    assert fault_of(source, done.results[source.url]) is None


def test_every_good_feed_is_whole(done: Pass) -> None:
    assert [result for url in done.farm.good if (result := done.results[url])["status"] != "ok"] == []
    assert done.farm.missing(done.database) == []


def test_no_inside_address_is_touched(done: Pass) -> None:
    assert done.woken == []


def test_nothing_happens_that_nobody_foresaw(done: Pass) -> None:
    assert [result.url for result in done.summary.results if result.unforeseen] == []
    assert done.summary.exit_code == 0


def test_reasons_are_kept_with_their_sources(done: Pass) -> None:
    assert {source.url: source.last_error for source in done.sources} == {
        url: result["error"] for url, result in done.results.items()
    }


def test_no_server_says_when_we_come_back_but_within_bounds(done: Pass) -> None:
    waits = [source.next_fetch_at - NOW for source in done.sources if source.next_fetch_at is not None]
    assert waits
    assert all(timedelta(0) < wait <= LONGEST_WAIT for wait in waits)


def test_only_who_says_it_has_ended_is_switched_off(done: Pass) -> None:
    off = [source.last_error for source in done.sources if not source.enabled]
    assert off == ["HTTP 410 Gone: the source says it has ended, and is switched off"]


def test_nothing_live_is_stored(done: Pass) -> None:
    with done.database.read() as session:
        posts = session.execute(select(Post.url, Post.html, Post.enclosures)).all()
    assert len(posts) > 2000
    assert [found[0] for post in posts if (found := LIVE.search(post.html or ""))] == []
    addresses = [post.url for post in posts if post.url] + [e["url"] for post in posts for e in post.enclosures]
    assert [address for address in addresses if not is_http_url(address)] == []
