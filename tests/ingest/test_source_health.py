"""Weeks of runs over sources that post, fall silent, empty themselves and move: what is visited, and what is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ingest.sandbox import Sandbox
from store.database import Database
from store.health import notes, posts_per_week
from store.records import SourceRecord
from store.sources import list_sources
from tests.ingest.factories import add, items, rss, source
from tests.ingest.test_run import Wire
from tests.servers import FEED_TYPE, Answer, LoopbackServer, redirect
from tests.store.statements import statements

NIGHT = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(workers=1) as box:
        yield box


@pytest.fixture
def wire(server: LoopbackServer, sqlite_url: str, sandbox: Sandbox) -> Iterator[Wire]:
    database = Database(sqlite_url)
    yield Wire(server, database, sandbox)
    database.close()


class Blog:
    """A feed that grows by posts, each told once."""

    def __init__(self, wire: Wire, path: str, *, offset: int = 0) -> None:
        self.wire, self.path, self.offset, self.count = wire, path, offset, 0
        self.url = self.post(5)

    def post(self, number: int = 1) -> str:
        self.count += number
        newest = range(self.offset + max(0, self.count - 10), self.offset + self.count)
        return self.wire.feed(self.path, newest, etag=f'"{self.count}"')

    @property
    def record(self) -> SourceRecord:
        return source(self.wire.database, self.url)


def noted(record: SourceRecord) -> list[str]:
    return [note.text for note in notes(record)]


def asked_for(wire: Wire) -> list[str]:
    """What was asked for since the last time."""
    found = wire.server.paths
    new = found[getattr(wire, "_read", 0) :]
    wire._read = len(found)  # type: ignore[attr-defined]  # the test's own bookmark
    return new


# -- visits ----------------------------------------------------------------------------------------------------


def test_a_new_source_may_be_visited_again_at_once(wire: Wire) -> None:
    add(wire.database, Blog(wire, "/a").url)
    statuses = [wire.run(later=timedelta(seconds=3)).results[0].status for _ in range(4)]
    assert statuses == ["ok", "unchanged", "unchanged", "unchanged"]


def test_a_nightly_run_visits_every_source_every_night(wire: Wire) -> None:
    daily, weekly, never = (Blog(wire, f"/{name}", offset=n * 1000) for n, name in enumerate("abc"))
    for blog in (daily, weekly, never):
        add(wire.database, blog.url)
    late = [0, 170, 3, 0, 120, 60, 175, 0]  # minutes after two at which a night's run comes to the sources
    for night in range(24):
        daily.post()
        if night % 7 == 0:
            weekly.post()
        wait = NIGHT + timedelta(minutes=late[night % 8] - late[(night - 1) % 8])
        assert {result.status for result in wire.run(later=wait).results} <= {"ok", "unchanged"}
    rates = [posts_per_week(blog.record) for blog in (daily, weekly, never)]
    assert rates == [pytest.approx(7, rel=0.02), pytest.approx(1, rel=0.2), 0.0]
    assert never.record.watch.last_new_at == never.record.watch.watched_since


def test_runs_every_four_hours_visit_what_posts_more_often(wire: Wire) -> None:
    busy, daily, never = (Blog(wire, f"/{name}", offset=n * 1000) for n, name in enumerate("abc"))
    for blog in (busy, daily, never):
        add(wire.database, blog.url)
    for run in range(6 * 13):
        if run % 3 == 0:
            busy.post(3)
        if run % 6 == 0:
            daily.post()
        if run == 6 * 8:
            asked_for(wire)
        wire.run(later=4 * HOUR)
    visits = asked_for(wire)
    assert {path: visits.count(path) for path in ("/a", "/b", "/c")} == {
        "/a": 6 * 5,
        "/b": pytest.approx(9, abs=1),  # every 12 hours, or every 16 where a little less than a post a day was seen
        "/c": pytest.approx(6, abs=1),  # every 20 hours
    }


def test_every_run_visits_all_where_visits_are_not_spaced(wire: Wire) -> None:
    blog = Blog(wire, "/a")
    add(wire.database, blog.url)
    for _ in range(9):
        wire.run(later=NIGHT)
    assert blog.record.next_fetch_at == wire.now + 20 * HOUR
    assert [wire.run().results[0].status for _ in range(2)] == ["skipped", "skipped"]
    assert wire.run(force=True).results[0].status == "unchanged"
    assert wire.run(later=NIGHT, spacing=None).results[0].status == "unchanged"
    assert [wire.run(spacing=None).results[0].status for _ in range(2)] == ["unchanged", "unchanged"]


def test_a_pass_that_brings_nothing_new_writes_one_statement_a_source(wire: Wire) -> None:
    for n in range(5):
        add(wire.database, Blog(wire, f"/{n}", offset=n * 1000).url)
    for _ in range(9):
        wire.run(later=NIGHT)
    with statements(wire.database) as sent:
        assert {result.status for result in wire.run(later=NIGHT).results} == {"unchanged"}
    kinds = [statement.split()[0] for statement, _ in sent]
    assert kinds.count("UPDATE") == 5
    assert "INSERT" not in kinds
    assert kinds.count("SELECT") <= 2  # the sources, and which have a hub


# -- silence and emptiness -------------------------------------------------------------------------------------


def test_a_weekly_blog_that_falls_silent_is_noticed_after_three_weeks(wire: Wire) -> None:
    blog = Blog(wire, "/a")
    add(wire.database, blog.url)
    for night in range(8 * 7 + 1):
        if night and night % 7 == 0:
            blog.post()
        wire.run(later=NIGHT)
        assert noted(blog.record) == []
    for _ in range(20):
        wire.run(later=NIGHT)
        assert noted(blog.record) == []
    wire.run(later=NIGHT)
    assert noted(blog.record) == ["posts weekly, quiet for 3 weeks"]
    blog.post()
    wire.run(later=NIGHT)
    assert noted(blog.record) == []


def test_a_feed_that_empties_itself_is_noticed_and_loses_nothing(wire: Wire) -> None:
    blog = Blog(wire, "/a")
    add(wire.database, blog.url)
    wire.run(later=NIGHT)
    full = wire.now
    wire.server.on("/a", Answer(rss([]), content_type=FEED_TYPE, etag='"empty"'))
    assert [wire.run(later=NIGHT).results[0].status for _ in range(3)] == ["ok", "unchanged", "unchanged"]
    stored = blog.record
    assert (stored.failures, stored.posts, stored.watch.empty_since) == (0, 5, full + NIGHT)
    assert noted(stored) == [f"answers, but has no entries since {full + NIGHT:%Y-%m-%d}"]
    blog.post(0)
    wire.run(later=NIGHT)
    assert (blog.record.watch.empty_since, blog.record.posts, len(wire.titles())) == (None, 5, 5)


def test_entries_whose_ids_change_every_night_are_no_news(wire: Wire) -> None:
    url = wire.server.url("/a")
    add(wire.database, url)
    for night in range(10):
        entries = [entry.but(guid=f"{night}-{entry.number}") for entry in items(range(5))]
        wire.server.on("/a", Answer(rss(entries), content_type=FEED_TYPE))
        wire.run(later=NIGHT)
    watch = source(wire.database, url).watch
    assert (watch.visits, watch.arrivals, watch.posts_per_week) == (10, 0, 0.0)


def test_posts_that_another_source_had_first_are_news_of_a_source_too(wire: Wire) -> None:
    first, second = Blog(wire, "/a"), Blog(wire, "/b")
    add(wire.database, first.url)
    add(wire.database, second.url)
    for _ in range(9):
        first.post()
        second.post()
        wire.run(later=NIGHT)
    assert [blog.record.watch.arrivals for blog in (first, second)] == [8, 8]
    assert len(wire.titles()) == first.count


# -- moves -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_is_adopted_when_it_has_proved_itself(wire: Wire, status: int) -> None:
    blog = Blog(wire, "/new")
    old = wire.server.on("/old", redirect(blog.url, status))
    before = add(wire.database, old)
    statuses = [wire.run(later=NIGHT).results[0].status for _ in range(4)]
    assert statuses == ["ok", "unchanged", "unchanged", "unchanged"]
    assert source(wire.database, old).url == old
    wire.run(later=NIGHT)
    moved = blog.record
    assert (moved.id, moved.public_id, moved.posts, moved.former_urls) == (before.id, before.public_id, 5, (old,))
    assert noted(moved) == [f"moved here from {old} on {wire.now:%Y-%m-%d}"]
    asked_for(wire)
    wire.server.on("/old", Answer(status=404))
    blog.post()
    result = wire.run(later=NIGHT).results[0]
    assert (result.url, result.status, result.new) == (blog.url, "ok", 1)
    assert wire.run(later=NIGHT).results[0].status == "unchanged"
    assert asked_for(wire) == ["/new", "/new"]
    assert len(wire.titles()) == 6


def test_a_redirect_that_pauses_begins_to_prove_itself_anew(wire: Wire) -> None:
    blog = Blog(wire, "/new")
    old = wire.server.on("/old", redirect(blog.url, 301))
    add(wire.database, old)
    for night in range(8):
        if night == 3:
            wire.feed("/old", range(5), etag='"own"')
        else:
            wire.server.on("/old", redirect(blog.url, 301))
        wire.run(later=NIGHT)
        assert source(wire.database, old).url == old
    wire.run(later=NIGHT)
    assert blog.record.former_urls == (old,)


NO_MOVES = {
    "temporary": lambda wire: redirect(Blog(wire, "/new").url, 302),
    "to no feed": lambda wire: redirect(wire.server.on("/new", Answer(b"<!doctype html><p>Buy this domain")), 301),
    "to an empty feed": lambda wire: redirect(
        wire.server.on("/new", Answer(rss([]), content_type=FEED_TYPE, etag='"e"')), 301
    ),
    "temporary first": lambda wire: redirect(wire.server.on("/between", redirect(Blog(wire, "/new").url, 301)), 302),
}


@pytest.mark.parametrize("case", NO_MOVES)
def test_what_is_no_move(wire: Wire, case: str) -> None:
    old = wire.server.on("/old", NO_MOVES[case](wire))
    add(wire.database, old)
    for _ in range(7):
        wire.run(later=NIGHT, force=True)
    assert source(wire.database, old).former_urls == ()
    assert source(wire.database, old).url == old


def test_a_redirect_to_another_source_is_said_and_both_go_on(wire: Wire) -> None:
    blog = Blog(wire, "/new")
    old = wire.server.on("/old", redirect(blog.url, 301))
    add(wire.database, old, tags=("mine",))
    other = add(wire.database, blog.url)
    for _ in range(6):
        assert wire.run(later=NIGHT).failed == 0
    kept = source(wire.database, old)
    assert (kept.url, kept.enabled) == (old, True)
    assert noted(kept) == [
        f"is redirected for good to {blog.url}: that is source {other.id} already, so that one of the two can go"
    ]
    blog.post()
    assert sum(result.new for result in wire.run(later=NIGHT).results) == 1
    assert source(wire.database, old).watch.arrivals == 1


def test_addresses_that_redirect_to_each_other_in_turn_move_a_source_once(wire: Wire) -> None:
    blog = Blog(wire, "/a")
    there = wire.server.on("/b", redirect(blog.url, 301))
    add(wire.database, there)
    places = []
    for turn in range(6):
        here, other = ("/a", "/b") if turn % 2 == 0 else ("/b", "/a")
        wire.feed(here, range(5), etag=f'"{turn}"')
        wire.server.on(other, redirect(wire.server.url(here), 301))
        for _ in range(7):
            assert wire.run(later=NIGHT).failed == 0
        with wire.database.read() as session:
            (found,) = list_sources(session)
        places.append(found.url)
    assert places == [wire.server.url("/a")] * 6
    assert "came from there" in noted(found)[0]
    assert len(wire.titles()) == 5
