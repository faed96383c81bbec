"""Sources: added once, changed, removed with or without their posts, due when it is time, and their health."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from store.database import Database
from store.errors import DuplicateSourceError, UnknownSourceError
from store.models import Post, Sighting
from store.posts import save_entries
from store.records import FetchState, PostQuery, SourceInput, SourceRecord, SourceWatch
from store.search import search_posts
from store.sources import (
    add_source,
    adopt_address,
    due_sources,
    get_source,
    list_sources,
    record_failure,
    record_success,
    record_unchanged,
    remove_source,
    update_source,
)
from tests.store.factories import EXCHANGE, NOW, make_analysis, make_entry, make_source, store_post
from tests.store.statements import count_statements, statements

HOUR = timedelta(hours=1)
URL = "http://wire.example/feed"


def stored(database: Database, name: str = URL) -> SourceRecord:
    with database.read() as session:
        return get_source(session, name)


@pytest.fixture
def wire(database: Database) -> Database:
    with database.write() as session:
        make_source(session)
    return database


# -- added -----------------------------------------------------------------------------------------------------


def test_a_source_is_stored_as_it_was_given(database: Database) -> None:
    given = SourceInput(
        URL, "page", name="Wire\x00", tags=("a", "é"), site_url="http://wire.example/",
        fallback_urls=("http://a.example/",), enabled=False,
    )  # fmt: skip
    with database.write() as session:
        added = add_source(session, given, now=NOW)
    found = stored(database)
    assert added == found
    assert (found.url, found.kind, found.name, found.tags) == (URL, "page", "Wire\ufffd", ("a", "é"))
    assert (found.site_url, found.fallback_urls, found.enabled) == (given.site_url, given.fallback_urls, False)
    assert (found.created_at, found.failures, found.posts, found.next_fetch_at) == (NOW, 0, 0, None)


def test_an_address_is_crawled_once(wire: Database) -> None:
    with pytest.raises(DuplicateSourceError) as error, wire.write() as session:
        make_source(session, name="again")
    assert error.value.source == URL


def test_a_duplicate_leaves_the_rest_of_the_work_as_it_is(wire: Database) -> None:
    with wire.write() as session:
        make_source(session, "http://one.example/")
        with pytest.raises(DuplicateSourceError):
            make_source(session)
        make_source(session, "http://two.example/")
    with wire.read() as session:
        assert [source.url for source in list_sources(session)] == [URL, "http://one.example/", "http://two.example/"]


@pytest.mark.parametrize("by", ["id", "public_id", "url"])
def test_a_source_is_found_by(wire: Database, by: str) -> None:
    source = stored(wire)
    assert stored(wire, str(getattr(source, by))) == source


@pytest.mark.parametrize(
    "name", ["", "0", "99", "9" * 30, "٣", "²", "http://nobody.example/", "\x00", "\ud800", "-1", "%"]
)
def test_an_unknown_source_is_an_error_that_says_where_to_look(wire: Database, name: str) -> None:
    with wire.write() as session:
        for ask in (get_source, remove_source, update_source):
            with pytest.raises(UnknownSourceError, match="hostwire source list") as error:
                ask(session, name)
            assert error.value.source == name
        if name:
            with pytest.raises(UnknownSourceError):
                due_sources(session, now=NOW, only=(name,))


def test_the_label_is_the_best_name_there_is(wire: Database) -> None:
    assert stored(wire).label == URL
    with wire.write() as session:
        record_success(session, stored(wire).id, FetchState(title="The Wire"), now=NOW)
    assert stored(wire).label == "The Wire"
    with wire.write() as session:
        update_source(session, URL, name="Mine")
    assert stored(wire).label == "Mine"


# -- changed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": "New"}, {"name": "New"}),
        ({"name": None}, {"name": None}),
        ({"tags": ["a", "b"]}, {"tags": ("a", "b")}),
        ({"fallback_urls": ["http://b.example/"]}, {"fallback_urls": ("http://b.example/",)}),
        ({"site_url": "http://s.example/"}, {"site_url": "http://s.example/"}),
        ({"enabled": False}, {"enabled": False}),
        ({}, {}),
    ],
)
def test_only_what_is_stated_changes(wire: Database, changes: dict[str, Any], expected: dict[str, Any]) -> None:
    with wire.write() as session:
        source = get_source(session, URL)
        record_success(session, source.id, FetchState(etag='"1"', body_hash="h", next_fetch_at=NOW + HOUR), now=NOW)
    before = stored(wire)
    with wire.write() as session:
        after = update_source(session, URL, **changes)
    assert after == stored(wire)
    shown = {name: getattr(after, name) for name in SourceRecord.__slots__}
    assert shown == {name: getattr(before, name) for name in SourceRecord.__slots__} | expected


@pytest.mark.parametrize("changes", [{"url": "http://new.example/feed"}, {"kind": "page"}])
def test_another_address_or_kind_is_visited_as_if_for_the_first_time(wire: Database, changes: dict[str, Any]) -> None:
    with wire.write() as session:
        source = get_source(session, URL)
        record_success(session, source.id, FetchState('"1"', "Mon", URL, "h"), now=NOW)
        record_failure(session, source.id, error="gone", now=NOW, next_fetch_at=NOW + HOUR)
        after = update_source(session, URL, **changes)
        assert due_sources(session, now=NOW) != ()
    assert (after.id, after.public_id) == (source.id, source.public_id)
    assert (after.etag, after.last_modified, after.validator_url, after.body_hash) == (None, None, None, None)
    assert (after.failures, after.last_error, after.next_fetch_at) == (0, None, None)


def test_a_source_switched_on_again_is_due_at_once(wire: Database) -> None:
    with wire.write() as session:
        source = get_source(session, URL)
        record_failure(session, source.id, error="410", now=NOW, next_fetch_at=NOW + 99 * HOUR, disable=True)
        assert due_sources(session, now=NOW + 999 * HOUR) == ()
        after = update_source(session, URL, enabled=True)
        assert [found.id for found in due_sources(session, now=NOW)] == [source.id]
    assert (after.enabled, after.failures, after.last_error) == (True, 0, None)


def test_an_address_that_another_has_is_refused(wire: Database) -> None:
    with wire.write() as session:
        make_source(session, "http://other.example/feed")
        with pytest.raises(DuplicateSourceError):
            update_source(session, "http://other.example/feed", url=URL)
        assert update_source(session, URL, url=URL).url == URL


def test_an_address_that_a_source_has_left_can_be_added_again(wire: Database) -> None:
    with wire.write() as session:
        moved = update_source(session, URL, url="http://new.example/feed")
        again = make_source(session)
    assert moved.public_id != again.public_id


# -- moved -----------------------------------------------------------------------------------------------------

NEW = "http://new.example/feed"


def adopt(database: Database, url: str, *, source: SourceRecord | None = None) -> str | None:
    with database.write() as session:
        visited = source or list_sources(session)[0]
        record_unchanged(session, visited.id, now=NOW, watch=WATCH)
        return adopt_address(session, visited, url, now=NOW)


def test_a_source_that_moves_keeps_all_but_its_address(wire: Database) -> None:
    with wire.write() as session:
        store_post(session, get_source(session, URL), make_entry())
        update_source(session, URL, name="Wire", tags=["a"], fallback_urls=["http://f.example/", NEW])
        record_success(session, get_source(session, URL).id, FetchState('"1"', "Mon", NEW, "hash", "T"), now=NOW)
    before = stored(wire)
    assert adopt(wire, NEW) is None
    after = stored(wire)
    assert {name for name in SourceRecord.__slots__ if getattr(after, name) != getattr(before, name)} == {
        "url", "fallback_urls", "former_urls", "moved_at", "watch",
    }  # fmt: skip
    assert (after.url, after.fallback_urls, after.former_urls, after.moved_at) == (
        NEW, ("http://f.example/",), (URL,), NOW,
    )  # fmt: skip
    assert (after.watch.redirect_url, after.watch.redirect_since, after.watch.redirect_visits) == (None, None, 0)
    assert after.watch.posts_per_week == WATCH.posts_per_week


def test_a_source_is_found_by_the_address_it_had(wire: Database) -> None:
    adopt(wire, NEW)
    assert stored(wire, URL) == stored(wire, NEW)
    with pytest.raises(UnknownSourceError):
        stored(wire, URL.upper())


@pytest.mark.parametrize(
    "url", ["http://wire.example/fee", "%", "http://wire.example/_eed", "http://wire.example/" + "x" * 60_000]
)
def test_what_is_like_a_former_address_is_none(wire: Database, url: str) -> None:
    adopt(wire, NEW)
    with pytest.raises(UnknownSourceError):
        stored(wire, url)
    with wire.write() as session:
        assert add_source(session, SourceInput(url), now=NOW).id != stored(wire, NEW).id


def test_an_old_list_of_subscriptions_does_not_bring_a_moved_source_in_again(wire: Database) -> None:
    adopt(wire, NEW)
    with pytest.raises(DuplicateSourceError, match=f"moved to {NEW}"), wire.write() as session:
        make_source(session)
    with wire.write() as session:
        remove_source(session, NEW)
        assert make_source(session).url == URL


def test_a_source_does_not_take_another_one_s_address(wire: Database) -> None:
    with wire.write() as session:
        other = make_source(session, NEW)
    assert f"source {other.id}" in (adopt(wire, NEW) or "")
    kept = stored(wire)
    assert (kept.url, kept.former_urls, kept.moved_at, kept.enabled) == (URL, (), None, True)
    assert f"source {other.id}" in (kept.watch.redirect_kept or "")
    with wire.write() as session:
        remove_source(session, NEW)
    assert adopt(wire, NEW) is None
    assert (stored(wire).url, stored(wire).watch.redirect_kept) == (NEW, None)


def test_two_addresses_that_redirect_to_each_other_in_turn_move_a_source_once(wire: Database) -> None:
    assert adopt(wire, NEW) is None
    assert "came from there" in (adopt(wire, URL) or "")
    assert adopt(wire, "http://third.example/") is None
    assert "came from there" in (adopt(wire, NEW) or "")
    found = stored(wire)
    assert (found.url, found.former_urls) == ("http://third.example/", (URL, NEW))


def test_an_operator_may_take_a_source_back(wire: Database) -> None:
    adopt(wire, NEW)
    with wire.write() as session:
        back = update_source(session, NEW, url=URL)
    assert (back.url, back.former_urls, back.moved_at) == (URL, (), None)
    with wire.write() as session:
        assert make_source(session, NEW).url == NEW


def test_an_address_that_was_changed_during_the_visit_stays(wire: Database) -> None:
    visited = stored(wire)
    with wire.write() as session:
        update_source(session, URL, url="http://mine.example/")
    assert adopt(wire, NEW, source=visited) is not None
    with wire.read() as session:
        assert list_sources(session)[0].url == "http://mine.example/"


# -- removed ---------------------------------------------------------------------------------------------------


@pytest.fixture
def shared_posts(database: Database) -> Database:
    """Two posts that the wire alone has, and one that another source has met as well."""
    with database.write() as session:
        wire, other = make_source(session), make_source(session, "http://other.example/feed", name="Other")
        for key in ("1", "2", "both"):
            store_post(session, wire, make_entry(key), make_analysis(EXCHANGE))
        save_entries(session, other, [make_entry("both")], now=NOW)
    return database


def test_posts_are_counted_where_they_were_met(shared_posts: Database) -> None:
    with shared_posts.read() as session:
        assert [source.posts for source in list_sources(session)] == [3, 1]
        assert get_source(session, URL).posts == 3


@pytest.mark.parametrize(
    ("keep", "left"),
    [
        pytest.param(True, {"Title 1": "", "Title 2": "", "Title both": "Other"}, id="the posts stay"),
        pytest.param(False, {"Title both": "Other"}, id="the posts go, but for what another source has met"),
    ],
)
def test_a_source_is_removed(shared_posts: Database, keep: bool, left: dict[str, str]) -> None:
    with shared_posts.write() as session:
        remove_source(session, URL, keep_posts=keep)
    with shared_posts.read() as session:
        items = search_posts(session, PostQuery(), limit=10).items
        assert [source.url for source in list_sources(session)] == ["http://other.example/feed"]
        assert session.scalar(select(func.count(Sighting.id))) == 1
        with pytest.raises(UnknownSourceError):
            get_source(session, URL)
    assert {item.title: item.source_name for item in items} == left


def test_a_source_removed_and_added_again_finds_its_posts(shared_posts: Database) -> None:
    before = stored(shared_posts).public_id
    with shared_posts.write() as session:
        remove_source(session, URL)
        again = make_source(session)
        result = save_entries(session, again, [make_entry(key) for key in ("1", "2", "both")], now=NOW)
        assert session.scalar(select(func.count(Post.id))) == 3
    assert (result.new, result.updated) == (0, 0)
    assert again.public_id == before
    assert stored(shared_posts).posts == 3


# -- visited ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("next_fetch", "enabled", "asked", "due"),
    [
        pytest.param(None, True, {}, True, id="never visited"),
        pytest.param(-HOUR, True, {}, True, id="its time has passed"),
        pytest.param(0 * HOUR, True, {}, True, id="its time is now"),
        pytest.param(HOUR, True, {}, False, id="its time has not come"),
        pytest.param(HOUR, True, {"force": True}, True, id="not yet, but forced"),
        pytest.param(HOUR, True, {"only": (URL,)}, False, id="not yet, named"),
        pytest.param(HOUR, True, {"only": (URL,), "force": True}, True, id="not yet, named and forced"),
        pytest.param(None, False, {}, False, id="switched off"),
        pytest.param(None, False, {"force": True}, False, id="switched off, forced"),
        pytest.param(None, False, {"only": (URL,)}, True, id="switched off, named"),
        pytest.param(None, True, {"only": (URL, "1")}, True, id="named twice"),
        pytest.param(None, True, {"only": ("http://other.example/",)}, False, id="another is named"),
    ],
)
def test_what_is_due(
    database: Database, next_fetch: timedelta | None, enabled: bool, asked: dict[str, Any], due: bool
) -> None:
    with database.write() as session:
        source = make_source(session, enabled=enabled)
        make_source(session, "http://other.example/", enabled="http://other.example/" in asked.get("only", ()))
        if next_fetch is not None:
            record_success(session, source.id, FetchState(next_fetch_at=NOW + next_fetch), now=NOW)
        found = [item.url for item in due_sources(session, now=NOW, **asked)]
    assert found.count(URL) == due


def test_a_success_keeps_the_validators_as_they_came(wire: Database) -> None:
    state = FetchState(
        etag='W/"ä\'"', last_modified="Mon, 1 Jan", validator_url="http://wire.example/x", body_hash="h",
        title="Wire\x00", site_url="http://wire.example/", next_fetch_at=NOW + HOUR,
    )  # fmt: skip
    with wire.write() as session:
        source_id = get_source(session, URL).id
        record_failure(session, source_id, error="down", now=NOW - HOUR, next_fetch_at=None)
        record_success(session, source_id, state, now=NOW)
    found = stored(wire)
    assert (found.etag, found.last_modified, found.validator_url) == (
        state.etag,
        state.last_modified,
        state.validator_url,
    )
    assert (found.body_hash, found.title, found.site_url) == ("h", "Wire\ufffd", "http://wire.example/")
    assert (found.last_fetched_at, found.last_success_at, found.next_fetch_at) == (NOW, NOW, NOW + HOUR)
    assert (found.failures, found.last_error, found.last_error_at) == (0, None, None)


def test_a_success_without_a_title_keeps_the_one_there_is(wire: Database) -> None:
    with wire.write() as session:
        source_id = get_source(session, URL).id
        record_success(session, source_id, FetchState(title="Wire", site_url="http://a.example/", etag="1"), now=NOW)
        record_success(session, source_id, FetchState(), now=NOW)
    found = stored(wire)
    assert (found.title, found.site_url, found.etag) == ("Wire", "http://a.example/", None)


def test_a_visit_that_brought_nothing_new_keeps_the_validators(wire: Database) -> None:
    with wire.write() as session:
        source_id = get_source(session, URL).id
        record_success(session, source_id, FetchState(etag="1", body_hash="h"), now=NOW)
        record_failure(session, source_id, error="down", now=NOW + HOUR, next_fetch_at=NOW + 2 * HOUR)
        record_unchanged(session, source_id, now=NOW + 2 * HOUR, next_fetch_at=NOW + 3 * HOUR)
    found = stored(wire)
    assert (found.etag, found.body_hash, found.failures, found.last_error) == ("1", "h", 0, None)
    assert (found.last_success_at, found.next_fetch_at) == (NOW + 2 * HOUR, NOW + 3 * HOUR)


WATCH = SourceWatch(
    watched_since=NOW - 100 * HOUR,
    visits=100,
    arrivals=9,
    usual_gap_days=0.5,
    longest_gap_days=1.5,
    posts_per_week=12.25,
    last_new_at=NOW - 2 * HOUR,
    empty_since=NOW - HOUR,
    redirect_url="http://new.example/feed",
    redirect_since=NOW - 3 * HOUR,
    redirect_visits=3,
    redirect_kept="it stays",
)


@pytest.mark.parametrize("unchanged", [True, False])
def test_what_is_known_of_a_source_s_ways_is_kept(wire: Database, unchanged: bool) -> None:
    with wire.write() as session:
        source_id = get_source(session, URL).id
        if unchanged:
            record_unchanged(session, source_id, now=NOW, watch=WATCH)
        else:
            record_success(session, source_id, FetchState(), now=NOW, watch=WATCH)
    assert stored(wire).watch == WATCH
    with wire.write() as session:
        record_unchanged(session, source_id, now=NOW)
        record_success(session, source_id, FetchState(), now=NOW)
        record_failure(session, source_id, error="down", now=NOW, next_fetch_at=None)
    assert stored(wire).watch == WATCH


def test_a_visit_that_brought_nothing_new_is_one_statement(wire: Database) -> None:
    source_id = stored(wire).id
    with wire.write() as session, statements(wire) as sent:
        record_unchanged(session, source_id, now=NOW, watch=WATCH)
    assert [statement.split()[0] for statement, _ in sent if statement != "BEGIN IMMEDIATE"] == ["UPDATE"]


def test_a_visit_to_what_was_removed_meanwhile_is_an_error(wire: Database) -> None:
    with wire.write() as session:
        with pytest.raises(NoResultFound):
            record_unchanged(session, 99, now=NOW)
        with pytest.raises(NoResultFound):
            record_success(session, 99, FetchState(), now=NOW)


@pytest.mark.parametrize("field", ["url", "kind"])
def test_another_address_or_kind_has_another_rhythm(wire: Database, field: str) -> None:
    with wire.write() as session:
        record_unchanged(session, get_source(session, URL).id, now=NOW, watch=WATCH)
        update_source(session, URL, **({"url": "http://x.example/"} if field == "url" else {"kind": "page"}))  # type: ignore[misc]  # mypy joins the two
    with wire.read() as session:
        (found,) = list_sources(session)
    assert found.watch == SourceWatch(last_new_at=WATCH.last_new_at)


def test_a_clock_that_was_years_ahead_keeps_no_source_waiting(wire: Database) -> None:
    ahead = NOW + timedelta(days=5000)
    with wire.write() as session:
        source_id = get_source(session, URL).id
        record_failure(session, source_id, error="down", now=ahead, next_fetch_at=ahead + 20 * HOUR)
        assert [found.id for found in due_sources(session, now=NOW)] == [source_id]
        record_failure(session, source_id, error="down", now=NOW + HOUR / 2, next_fetch_at=NOW + 20 * HOUR)
        assert due_sources(session, now=NOW) == ()


def test_failures_are_counted_in_a_row_and_take_nothing_away(wire: Database) -> None:
    with wire.write() as session:
        source_id = get_source(session, URL).id
        store_post(session, get_source(session, URL), make_entry())
        record_success(session, source_id, FetchState(etag="1"), now=NOW)
        for n in (1, 2, 3):
            record_failure(session, source_id, error=f"down {n}\x00", now=NOW + n * HOUR, next_fetch_at=NOW + 9 * HOUR)
    found = stored(wire)
    assert (found.failures, found.last_error, found.last_error_at) == (3, "down 3\ufffd", NOW + 3 * HOUR)
    assert (found.etag, found.last_success_at, found.last_fetched_at) == ("1", NOW, NOW + 3 * HOUR)
    assert (found.next_fetch_at, found.enabled, found.posts) == (NOW + 9 * HOUR, True, 1)


def test_a_failure_may_switch_a_source_off_and_none_switches_it_on(wire: Database) -> None:
    with wire.write() as session:
        source_id = get_source(session, URL).id
        record_failure(session, source_id, error="410", now=NOW, next_fetch_at=None, disable=True)
        record_failure(session, source_id, error="410", now=NOW, next_fetch_at=None)
    assert not stored(wire).enabled


def test_a_list_takes_a_constant_number_of_statements(database: Database) -> None:
    numbers = []
    for first, last in ((0, 2), (2, 20), (20, 50)):
        with database.write() as session:
            for n in range(first, last):
                store_post(session, make_source(session, f"http://{n}.example/"), make_entry(str(n)))
        numbers.append(count_statements(database, list_sources))
    with database.read() as session:
        assert len(list_sources(session)) == 50
    assert numbers[0] == numbers[1] == numbers[2]
