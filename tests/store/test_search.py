"""Search on both databases: what matches, in which order, how pages go on, and what is marked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, event

from store.database import Database
from store.errors import CursorError, QuerySyntaxError
from store.models import Post
from store.posts import save_entries
from store.records import PostQuery, TimexRecord
from store.search import search_posts
from store.search.engine import compile_search, runner
from tests.store.factories import (
    DOT_XXX,
    EXCHANGE,
    EXCHANGE_2010,
    EXCHANGE_2010_SP1,
    MICROSOFT,
    NOW,
    instant,
    make_analysis,
    make_entry,
    make_event,
    make_source,
    store_post,
)


@pytest.fixture
def library(database: Database) -> Database:
    """Five posts, one a day, newest last."""
    june = TimexRecord("title", 0, 5, "Title", "DATE", "2010-06", date(2010, 6, 1), date(2010, 7, 1))
    with database.write() as session:
        mail = make_source(session, "http://mail.example/feed", name="Mail & Co")
        names = make_source(session, "http://names.example/feed", name="Names")
        texts = [
            (mail, "Exchange notes", "The bare metal of mail servers.", "Ana", make_analysis(EXCHANGE)),
            (mail, "SP1 arrives", "Administrators download the service pack.", "Ana",
             make_analysis(EXCHANGE, EXCHANGE_2010, EXCHANGE_2010_SP1, MICROSOFT,
                           named=(("product", "exchange-2010-sp1"), ("organization", "microsoft")),
                           events=(make_event("SP1 arrives", ("product", "exchange-2010-sp1")),))),
            (names, "A domain approved", "The board approves .xxx since 1 < 2 & more.", "Bo",
             make_analysis(DOT_XXX, timexes=(june,))),
            (names, "Metal prices", "Nothing bare about it: the price of metal.", "Bo", None),
            (names, "Exchange of domains", "Swapping names; café servers run nginx-1.30.4.", None, None),
        ]  # fmt: skip
        for day, (source, title, text, author, analysis) in enumerate(texts, 1):
            entry = make_entry(
                str(day), title=title, text=text, author=author, published=instant(f"2026-01-{day:02}T12:00"),
                url=f"http://x.example/{day}",
            )  # fmt: skip
            store_post(session, source, entry, analysis)
    return database


def found(database: Database, q: str | None = None, **fields: object) -> list[int]:
    """The days of the posts found, in order."""
    with database.read() as session:
        page = search_posts(session, PostQuery(q=q, **fields), limit=50)  # type: ignore[arg-type]
    assert page.total == len(page.items)
    return [item.published.day for item in page.items if item.published]


@pytest.mark.parametrize(
    ("q", "days"),
    [
        ("", [5, 4, 3, 2, 1]),
        ("exchange", [5, 1]),
        ("EXCHANGE", [5, 1]),
        ("metal", [4, 1]),
        ("bare metal", [4, 1]),
        ('"bare metal"', [1]),
        ("servers", [5, 1]),
        ("server", [5, 1]),
        ("cafe", [5]),
        ("exchange -domains", [1]),
        ("-exchange", [4, 3, 2]),
        ("-(exchange OR metal)", [3, 2]),
        ("metal OR domains", [5, 4, 3, 1]),
        ("metal OR domain mail", [4, 1]),
        ("(metal OR domain) mail", [1]),
        ("admin*", [2]),
        ("nginx-1.30.4", [5]),
        ("title:metal", [4]),
        ('title:"metal prices"', [4]),
        ("title:exch*", [5, 1]),
        ("author:ana", [2, 1]),
        ("author:an*", [2, 1]),
        ("-author:ana metal", [4]),
        ("product:exchange", [2, 1]),
        ("product:exchange-2010", [2]),
        ('product:"Exchange Server 2010 SP1"', [2]),
        ('product:"exchange 2010 sp1"', [2]),
        ("product:unheard-of", []),
        ("-product:exchange", [5, 4, 3]),
        ("org:Microsoft", [2]),
        ("tld:.xxx", [3]),
        ("tld:XXX", [3]),
        ("tld:xxx OR product:exchange", [3, 2, 1]),
        ("type:release", [2]),
        ("type:update", []),
        ("status:happened", [2]),
        ("status:planned", []),
        ("source:Names", [5, 4, 3]),
        ('source:"mail & co" metal', [1]),
        ("after:2026-01-03", [5, 4, 3]),
        ("before:2026-01-03", [2, 1]),
        ("after:2026-01-02 before:2026-01-04", [3, 2]),
        ("metal after:2026-01-02", [4]),
        ("when:2010", [3]),
        ("when:2010-06-15", [3]),
        ("when:2010-07", []),
        ("when:2010-05..2010-09", [3]),
        ("when:2011", []),
        ("&", [5, 4, 3, 2, 1]),
        ('"; DROP TABLE post; --"', []),
        ("NEAR", []),
        ("px1 tag_tokens", []),
        ("'", [5, 4, 3, 2, 1]),
        ("o'reilly\\", []),
    ],
)  # fmt: skip
def test_a_query_finds_what_it_says(library: Database, q: str, days: list[int]) -> None:
    assert found(library, q) == days


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({"products": ("exchange",)}, [2, 1]),
        ({"products": ("exchange",), "organizations": ("microsoft",)}, [2]),
        ({"tlds": (".xxx",)}, [3]),
        ({"events": ("release",)}, [2]),
        ({"sources": ("http://mail.example/feed",)}, [2, 1]),
        ({"after": instant("2026-01-03T12:00")}, [5, 4, 3]),
        ({"before": instant("2026-01-03T12:00")}, [2, 1]),
        ({"when_begin": date(2010, 6, 10), "when_end": date(2010, 6, 11)}, [3]),
    ],
)
def test_parameters_filter_as_the_fields_do(library: Database, fields: dict[str, object], days: list[int]) -> None:
    assert found(library, None, **fields) == days


def test_hits_are_marked_and_all_else_is_escaped(library: Database) -> None:
    with library.read() as session:
        (item,) = search_posts(session, PostQuery(q="board"), limit=5).items
        (phrase,) = search_posts(session, PostQuery(q='"bare metal"'), limit=5).items
        unasked = search_posts(session, PostQuery(), limit=1).items[0]
    assert item.highlight is not None
    assert "<mark>board</mark>" in item.highlight
    assert "1 &lt; 2 &amp; more" in item.highlight
    assert phrase.highlight is not None
    assert "metal</mark>" in phrase.highlight
    assert unasked.highlight is None


@pytest.mark.parametrize("sort", ["published", "relevance"])
def test_pages_follow_each_other_while_posts_arrive(database: Database, sort: str) -> None:
    with database.write() as session:
        source = make_source(session)
        entries = [
            make_entry(str(n), text="word " * (n % 7 + 1), published=instant("2026-01-01") + timedelta(hours=n))
            for n in range(25)
        ]
        save_entries(session, source, entries, now=NOW)
    seen: list[str] = []
    cursor = None
    query = PostQuery(q="word", sort=sort)  # type: ignore[arg-type]
    for _ in range(10):
        with database.read() as session:
            page = search_posts(session, query, limit=4, cursor=cursor)
        seen += [item.title for item in page.items]
        cursor = page.next
        if cursor is None:
            break
        if sort == "published":
            with database.write() as session:  # newer posts arrive and move nothing
                save_entries(session, source, [make_entry(f"late {len(seen)}", text="word", published=NOW)], now=NOW)
    assert sorted(seen) == sorted(f"Title {n}" for n in range(25))


def test_relevance_puts_the_title_first(library: Database) -> None:
    with library.read() as session:
        page = search_posts(session, PostQuery(q="metal", sort="relevance"), limit=5)
    assert [item.title for item in page.items] == ["Metal prices", "Exchange notes"]


@pytest.mark.parametrize(
    "q", ["metal OR exchange after:2026-01-05", "(metal OR exchange) (before:2026-01-02 OR nginx)"]
)
def test_both_orders_list_the_same_posts(library: Database, q: str) -> None:
    """Also where the index alone does not tell a hit, and posts with the words that are none lie between hits."""
    assert sorted(found(library, q, sort="relevance")) == sorted(found(library, q)) != []


def test_of_very_many_hits_the_newest_are_ranked(library: Database) -> None:
    with library.read() as session:
        query = PostQuery(q="metal OR exchange")
        newest = [item.row_id for item in search_posts(session, query, limit=2).items]
        run = runner(session, compile_search(session, query))
        run.ranked_hits = 2
        ranked = run.ranked(5, newest=newest[0], after=None)
    assert {row_id for row_id, _ in ranked} == set(newest)


@pytest.mark.parametrize(
    "cursor", ["", "nonsense", "ÿ", "W10", "WyJuZXdlc3QiLCJ4Il0", "WyJ0aW1lbGluZSIsbnVsbCwxXQ", "e30"]
)
def test_a_cursor_that_is_not_ours_is_refused(library: Database, cursor: str) -> None:
    with library.read() as session, pytest.raises(CursorError):
        search_posts(session, PostQuery(), limit=5, cursor=cursor)


def test_the_index_follows_the_table_by_itself(library: Database) -> None:
    with library.write() as session:
        post = session.get_one(Post, search_posts(session, PostQuery(q="nginx"), limit=1).items[0].row_id)
        post.text = "Rewritten about lighttpd."
    assert found(library, "lighttpd") == [5]
    assert found(library, "nginx") == []
    with library.write() as session:
        session.execute(delete(Post).where(Post.title == "Exchange of domains"))
    assert found(library, "lighttpd") == []
    assert found(library) == [4, 3, 2, 1]


def test_a_very_long_post_is_stored_and_found(database: Database) -> None:
    text = "needle " + " ".join(f"word{n}" for n in range(200_000))
    with database.write() as session:
        store_post(session, make_source(session), make_entry(text=text))
    assert found(database, "needle") == [2]


def test_a_page_takes_a_constant_number_of_statements(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)
        for n in range(30):
            store_post(session, source, make_entry(str(n)), make_analysis(EXCHANGE, MICROSOFT))
    numbers = []
    for limit in (2, 30):
        statements: list[str] = []

        def count(_conn: object, _cursor: object, statement: str, *_: object, seen: list[str] = statements) -> None:
            seen.append(statement)

        event.listen(database.engine, "before_cursor_execute", count)
        with database.read() as session:
            search_posts(session, PostQuery(q="text"), limit=limit)
        event.remove(database.engine, "before_cursor_execute", count)
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]


def test_an_unknown_field_is_an_error_that_names_those_there_are(library: Database) -> None:
    with library.read() as session, pytest.raises(QuerySyntaxError, match=r"no field 'colour'.*product, org"):
        search_posts(session, PostQuery(q="colour:red"), limit=5)
