"""Every post once, however often and wherever it is met; edits keep what was there before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.database import Database
from store.models import Post, PostEntity, PostKey, Revision, Sighting
from store.posts import count_posts_to_analyze, counts, posts_to_analyze, save_analysis, save_entries
from store.records import PostInput, PostQuery, TimexRecord
from store.search import search_posts
from store.views import get_post
from tests.store.factories import (
    EXCHANGE,
    EXCHANGE_2010,
    EXCHANGE_2010_SP1,
    NOW,
    instant,
    make_analysis,
    make_entry,
    make_source,
    store_post,
)

SP1 = make_analysis(EXCHANGE, EXCHANGE_2010, EXCHANGE_2010_SP1, named=(("product", "exchange-2010-sp1"),))


def titles(database: Database) -> list[str]:
    with database.read() as session:
        return [item.title for item in search_posts(session, PostQuery(), limit=200).items]


def test_posts_of_days_and_of_seconds_find_their_places_together(database: Database) -> None:
    """More posts of one day than a second has row ids, and one of the second after them, last."""
    day = instant("2026-01-02")
    entries = [make_entry(str(number), published=day, published_precision="day") for number in range(40)]
    entries.insert(0, make_entry("later", published=day + timedelta(seconds=1)))
    with database.write() as session:
        assert save_entries(session, make_source(session), entries, now=NOW).new == 41


def test_storing_twice_changes_nothing(database: Database) -> None:
    entries = [make_entry(str(n)) for n in range(5)]
    with database.write() as session:
        source = make_source(session)
        first = save_entries(session, source, entries, now=NOW)
    with database.write() as session:
        second = save_entries(session, source, entries, now=NOW + timedelta(days=1))
    assert (first.new, first.updated, len(first.post_ids)) == (5, 0, 5)
    assert (second.new, second.updated, second.post_ids) == (0, 0, ())


def test_an_entry_that_stands_twice_in_a_feed_is_one_post(database: Database) -> None:
    with database.write() as session:
        result = save_entries(session, make_source(session), [make_entry(), make_entry(), make_entry("2")], now=NOW)
    assert result.new == 2


@pytest.mark.parametrize(
    ("here", "there"),
    [
        pytest.param({}, {"entry_id": "other"}, id="by its address"),
        pytest.param(
            {"url": "http://a.example/1", "urls": ("http://a.example/1", "http://a.example/?p=1")},
            {"entry_id": "other", "url": "http://a.example/?p=1"},
            id="by another address of it",
        ),
        pytest.param(
            {"guid": "urn:uuid:1", "url": "http://a.example/1"},
            {"guid": "urn:uuid:1", "url": "http://b.example/1", "entry_id": "other"},
            id="by a guid that is unique in the world",
        ),
        pytest.param(
            {"guid": "http://a.example/?p=1", "url": "http://a.example/1"},
            {"url": "http://a.example/?p=1", "entry_id": "other"},
            id="by a guid that is an address",
        ),
        pytest.param(
            {"url": "http://a.example/1"},
            {"url": "http://b.example/other", "entry_id": "other"},
            id="by title, minute and content",
        ),
    ],
)
def test_the_same_post_in_two_sources_is_stored_once(
    database: Database, here: dict[str, object], there: dict[str, object]
) -> None:
    with database.write() as session:
        feed = make_source(session, "http://wire.example/feed")
        page = make_source(session, "http://wire.example/", kind="page")
        first = save_entries(session, feed, [make_entry(**here)], now=NOW)
        second = save_entries(session, page, [make_entry(**there)], now=NOW)
        both = search_posts(session, PostQuery(sources=("http://wire.example/",)), limit=5)
    assert (first.new, second.new) == (1, 0)
    assert len(both.items) == 1


@pytest.mark.parametrize(
    "different",
    [
        pytest.param({"title": "Another", "content_hash": "x"}, id="another title"),
        pytest.param({"published": instant("2026-01-03T03:04")}, id="another day"),
        pytest.param({"text": "Other words.", "content_hash": "x"}, id="other words"),
    ],
)
def test_posts_that_only_resemble_each_other_stay_apart(database: Database, different: dict[str, object]) -> None:
    with database.write() as session:
        one, other = make_source(session, "http://a.example/"), make_source(session, "http://b.example/")
        save_entries(session, one, [make_entry(url="http://a.example/1")], now=NOW)
        result = save_entries(session, other, [make_entry(url="http://b.example/1", **different)], now=NOW)
    assert result.new == 1


def test_an_edit_keeps_the_earlier_state_as_a_revision(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)
        store_post(session, source, make_entry(text="Before."))
        result = save_entries(session, source, [make_entry(text="After.")], now=NOW)
        (item,) = search_posts(session, PostQuery(), limit=5).items
        detail = get_post(session, item.id)
    assert (result.new, result.updated) == (0, 1)
    assert detail is not None
    assert detail.text == "After."
    assert [(revision.text, revision.replaced_at) for revision in detail.revisions] == [("Before.", NOW)]


def test_a_changed_stamp_alone_is_no_revision(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)
        store_post(session, source, make_entry())
        result = save_entries(session, source, [make_entry(updated=NOW)], now=NOW)
        (item,) = search_posts(session, PostQuery(), limit=5).items
        detail = get_post(session, item.id)
    assert (result.new, result.updated) == (0, 0)
    assert detail is not None
    assert (detail.updated, detail.revisions) == (NOW, ())


def test_a_foreign_source_cannot_rewrite_a_post(database: Database) -> None:
    with database.write() as session:
        own, foreign = (
            make_source(session, "http://wire.example/feed"),
            make_source(session, "http://evil.example/feed"),
        )
        store_post(session, own, make_entry())
        result = save_entries(session, foreign, [make_entry(title="Hijacked", content_hash="x")], now=NOW)
    assert (result.new, result.updated) == (0, 0)
    assert titles(database) == ["Title 1"]


def test_the_posts_own_site_takes_it_over_from_a_foreign_source(database: Database) -> None:
    with database.write() as session:
        foreign, own = (
            make_source(session, "http://evil.example/feed"),
            make_source(session, "http://wire.example/feed"),
        )
        store_post(session, foreign, make_entry(title="Hijacked", content_hash="x"))
        save_entries(session, own, [make_entry(title="The truth", content_hash="y")], now=NOW)
    assert titles(database) == ["The truth"]


def test_a_second_sighting_fills_what_the_first_left_out(database: Database) -> None:
    with database.write() as session:
        feed, page = (
            make_source(session, "http://wire.example/feed"),
            make_source(session, "http://wire.example/", kind="page"),
        )
        store_post(session, feed, make_entry(author=None, published=None, published_precision=None))
        save_entries(session, page, [make_entry(author="Ana", entry_id="p")], now=NOW)
        (item,) = search_posts(session, PostQuery(), limit=5).items
    assert (item.author, item.published) == ("Ana", instant("2026-01-02T03:04"))


def test_a_post_never_loses_its_date(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)
        store_post(session, source, make_entry())
        save_entries(session, source, [make_entry(published=None, author="Ana")], now=NOW)
        (item,) = search_posts(session, PostQuery(), limit=5).items
    assert (item.author, item.published) == ("Ana", instant("2026-01-02T03:04"))


def test_row_ids_run_in_time_order(database: Database) -> None:
    stamps = ["2026-03-01T10:00", "2025-01-01T00:00", "2026-03-01T10:00", "1999-12-31T23:59", "2026-03-02T00:00"]
    with database.write() as session:
        entries = [make_entry(str(n), published=instant(stamp)) for n, stamp in enumerate(stamps)]
        save_entries(session, make_source(session), entries, now=NOW)
        dates = session.scalars(select(Post.published_at).order_by(Post.id)).all()
    assert dates == sorted(dates)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        pytest.param("2026-03-01", "2024-03-01", id="an earlier date"),
        pytest.param("2024-03-01", "2026-03-01", id="a later date"),
        pytest.param(None, "2024-03-01", id="a first date"),
        pytest.param("2024-03-01", "9999-03-01", id="a date that cannot be"),
    ],
)
def test_a_post_whose_date_is_corrected_moves_with_all_that_hangs_on_it(
    database: Database, first: str | None, then: str
) -> None:
    between = instant("2025-03-01")
    with database.write() as session:
        source = make_source(session)
        store_post(session, source, make_entry("between", published=between))
        store_post(session, source, make_entry(text="Before", published=first and instant(first)), SP1)
        corrected = make_entry(text="After", published=instant(then))
        result = save_entries(session, source, [corrected], now=NOW)
        again = save_entries(session, source, [corrected], now=NOW)
    assert (result.new, result.updated, len(result.post_ids)) == (0, 1, 1)
    assert (again.new, again.updated, again.post_ids) == (0, 0, ())
    with database.read() as session:
        page = search_posts(session, PostQuery(products=("exchange",), before=instant("9999-12-31")), limit=5)
        (post,) = posts_to_analyze(session, version="1", stale=False, limit=1, after_id=result.post_ids[0] - 1)
        detail = get_post(session, page.items[0].id)
    assert post.id == result.post_ids[0]
    assert detail is not None
    assert [revision.text for revision in detail.revisions] == ["Before"]
    assert detail.summary.published == instant(then)
    place = instant(then) if then < "9999" else instant(first or then)
    assert titles(database) == (["Title 1", "Title between"] if place > between else ["Title between", "Title 1"])


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"after": "2026-01-01"}, ["Title undated", "Title 3", "Title 2", "Title 1"]),
        ({"after": "2026-01-02"}, ["Title undated", "Title 3", "Title 2"]),
        ({"after": "2026-01-02T00:01"}, ["Title undated", "Title 3"]),
        ({"before": "2026-01-02"}, ["Title 1"]),
        ({"before": "2026-01-02T00:01"}, ["Title 2", "Title 1"]),
        ({"after": "2026-01-02", "before": "2026-01-03"}, ["Title 2"]),
        ({"after": "2027-01-01"}, []),
    ],
)
def test_a_time_range_takes_its_beginning_and_leaves_out_its_end(
    database: Database, fields: dict[str, str], expected: list[str]
) -> None:
    """A post without a date stands where it was first seen."""
    with database.write() as session:
        source = make_source(session)
        for n in (1, 2, 3):
            store_post(session, source, make_entry(str(n), published=instant(f"2026-01-0{n}")))
        store_post(session, source, make_entry("undated", published=None))
        query = PostQuery(**{name: instant(value) for name, value in fields.items()})  # type: ignore[arg-type]
        assert [item.title for item in search_posts(session, query, limit=9).items] == expected


def test_many_posts_of_one_second_all_find_a_place(database: Database) -> None:
    with database.write() as session:
        entries = [make_entry(str(n), published=instant("2026-03-01")) for n in range(1200)]
        assert save_entries(session, make_source(session), entries, now=NOW).new == 1200


def test_undated_and_future_posts_stand_where_they_were_seen(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)
        store_post(session, source, make_entry("old", published=instant("2026-11-01")))
        store_post(session, source, make_entry("undated", published=None))
        store_post(session, source, make_entry("9999", published=instant("9999-01-01")))
    assert titles(database) == ["Title 9999", "Title undated", "Title old"]


def test_what_no_database_can_hold_is_replaced(database: Database) -> None:
    with database.write() as session:
        store_post(
            session,
            make_source(session),
            make_entry(title="a\x00b", text="c\ud800d", content_hash="x", author="\udfff", html="\x00"),
        )
        (item,) = search_posts(session, PostQuery(), limit=5, with_content=True).items
    assert (item.title, item.text, item.author) == ("a\ufffdb", "c\ufffdd", "\ufffd")


ENTRIES = st.builds(
    make_entry,
    st.sampled_from("abc"),
    title=st.sampled_from(["One", "Two", "\x00", ""]) | st.text(max_size=5),
    text=st.sampled_from(["Some text.", "Other text.", ""]),
    url=st.sampled_from(["http://a.example/1", "http://a.example/2", None]),
    guid=st.sampled_from(["urn:x:1", "urn:x:2", None]),
    published=st.sampled_from([instant("2026-01-01"), instant("2026-01-01T00:01"), instant("9999-01-01"), None]),
    author=st.sampled_from(["Ana", None]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.tuples(st.sampled_from("xy"), st.lists(ENTRIES, max_size=4)), max_size=3))
def test_whatever_is_stored_storing_it_again_changes_nothing(
    database: Database, batches: list[tuple[str, list[PostInput]]]
) -> None:
    """Of each batch; and no entry is without its post."""
    with database.engine.connect() as connection, Session(connection) as session:
        sources = {name: make_source(session, f"http://{name}.example/feed") for name in "xy"}
        for name, entries in batches:
            save_entries(session, sources[name], entries, now=NOW)
            session.flush()
            before = _all_rows(session)
            again = save_entries(session, sources[name], entries, now=NOW + timedelta(days=1))
            assert (again.new, again.updated, again.post_ids) == (0, 0, ())
            assert _all_rows(session) == before
        met = {(name, entry.entry_id) for name, entries in batches for entry in entries}
        assert session.scalar(select(func.count(Sighting.id))) == len(met)
        session.rollback()


def _all_rows(session: Session) -> list[object]:
    tables = (Post.__table__, Sighting.__table__, PostKey.__table__, Revision.__table__)
    return [tuple(row) for table in tables for row in session.execute(select(table).order_by(*table.primary_key))]


# -- analysis --------------------------------------------------------------------------------------------------


def test_posts_wait_for_analysis_until_they_have_it(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)
        store_post(session, source, make_entry("1"), SP1)
        store_post(session, source, make_entry("2"))
        waiting = posts_to_analyze(session, version="1", stale=False, limit=10)
        assert [post.title for post in waiting] == ["Title 2"]
        assert count_posts_to_analyze(session, version="1", stale=True) == 1
        assert count_posts_to_analyze(session, version="2", stale=True) == 2


def test_an_edited_post_waits_again(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)
        store_post(session, source, make_entry(), SP1)
        save_entries(session, source, [make_entry(text="After.")], now=NOW)
        assert count_posts_to_analyze(session, version="1", stale=False) == 1


def test_a_post_that_changed_meanwhile_is_not_marked_as_analysed(database: Database) -> None:
    with database.write() as session:
        post_id = store_post(session, make_source(session), make_entry())
        assert not save_analysis(session, post_id, SP1, version="1", content_hash="of an earlier text")
        assert count_posts_to_analyze(session, version="1", stale=False) == 1


def test_analysis_replaces_what_an_earlier_one_said(database: Database) -> None:
    timex = TimexRecord("title", 0, 5, "Title", "DATE", "2026", None, None)
    with database.write() as session:
        entry = make_entry()
        post_id = store_post(session, make_source(session), entry, SP1)
        save_analysis(
            session, post_id, make_analysis(EXCHANGE, timexes=(timex,)), version="2", content_hash=entry.content_hash
        )
        (item,) = search_posts(session, PostQuery(), limit=5).items
        detail = get_post(session, item.id)
        held = counts(session)
    assert [product.slug for product in item.products] == ["exchange"]
    assert detail is not None
    assert detail.timexes == (timex,)
    assert (held.posts, held.analyzed, held.entities["product"]) == (1, 1, 1)


def test_a_post_belongs_to_the_family_of_what_it_names(database: Database) -> None:
    with database.write() as session:
        post_id = store_post(session, make_source(session), make_entry(), SP1)
        rows = session.execute(select(PostEntity.direct).where(PostEntity.post_id == post_id)).scalars().all()
    assert sorted(rows) == [False, False, True]
