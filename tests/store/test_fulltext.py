"""The full-text index: kept in step by the database itself, tags in it as filters only, and any words harmless."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from store.database import Database
from store.errors import QuerySyntaxError
from store.records import PostQuery
from store.search import search_posts
from store.sources import remove_source
from tests.store.factories import (
    DOT_XXX,
    EXCHANGE,
    EXCHANGE_2010,
    MICROSOFT,
    instant,
    make_analysis,
    make_entry,
    make_event,
    make_source,
    store_post,
)
from tests.store.statements import plans


def found(database: Database, q: str | None = None, **fields: object) -> list[str]:
    """The titles of the posts found, newest first."""
    with database.read() as session:
        page = search_posts(session, PostQuery(q=q, **fields), limit=50)  # type: ignore[arg-type]
    return [item.title for item in page.items]


def execute(database: Database, statement: str, **parameters: object) -> None:
    """Plain SQL, as an operator would type it."""
    with database.engine.begin() as connection:
        connection.execute(text(statement), parameters)


# -- the index follows the table ------------------------------------------------------------------------------


@pytest.fixture
def one_post(database: Database) -> Database:
    with database.write() as session:
        store_post(session, make_source(session), make_entry(title="Oldtitle", text="Oldtext"), make_analysis(EXCHANGE))
    return database


INSERT = """
    insert into post (id, public_id, title, text, owner_rank, first_seen_at, changed_at, categories, enclosures,
                      content_hash, tag_tokens)
    select id + 16, 'another', 'Inserted', text, owner_rank, first_seen_at, changed_at, categories, enclosures,
           content_hash, tag_tokens from post
"""


@pytest.mark.parametrize(
    ("statement", "gone", "there"),
    [
        ("update post set title = 'Newtitle'", "oldtitle", "newtitle"),
        ("update post set text = 'Newtext'", "oldtext", "newtext"),
        ("update post set text = '' || text || ' more'", "newtext", "more"),
        ("update post set id = id + 1600", "newtext", "oldtext"),
        ("update post set author = 'Ana'", "ana", "oldtext"),
        ("update post set tag_tokens = 'sx1'", "newtext", "oldtext"),
        (INSERT, "newtext", "inserted"),
    ],
)  # fmt: skip
def test_plain_sql_is_followed(one_post: Database, statement: str, gone: str, there: str) -> None:
    execute(one_post, statement)
    assert found(one_post, gone) == []
    assert len(found(one_post, there)) == 1


def test_a_tag_taken_off_by_plain_sql_is_no_filter_any_more(one_post: Database) -> None:
    assert found(one_post, "product:exchange") == ["Oldtitle"]
    execute(one_post, "update post set tag_tokens = ''")
    assert found(one_post, "product:exchange") == []
    assert found(one_post, "oldtext") == ["Oldtitle"]


def test_a_deleted_post_is_found_by_nothing(one_post: Database) -> None:
    execute(one_post, "delete from post")
    for q in ("oldtitle", "oldtext", "product:exchange", None):
        assert found(one_post, q) == []


def test_what_is_rolled_back_is_not_in_the_index(one_post: Database) -> None:
    with one_post.engine.connect() as connection:
        connection.execute(text("update post set text = 'Newtext'"))
        connection.rollback()
    assert found(one_post, "newtext") == []
    assert found(one_post, "oldtext") == ["Oldtitle"]


def test_sqlite_finds_its_index_in_order_after_many_changes(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.write() as session:
        source = make_source(session)
        for n in range(20):
            store_post(session, source, make_entry(str(n)), make_analysis(EXCHANGE, MICROSOFT))
    execute(database, "update post set text = text || ' more' where id % 32 = 0")
    execute(database, "delete from post where id % 48 = 0")
    execute(database, "insert into post_search (post_search, rank) values ('integrity-check', 1)")
    database.close()


# -- tags are filters, never words -----------------------------------------------------------------------------


@pytest.fixture
def tagged(database: Database) -> Database:
    with database.write() as session:
        event = make_event("Tagged", ("product", "exchange-2010"))
        store_post(
            session, make_source(session), make_entry(title="Tagged", text="Nothing else."),
            make_analysis(EXCHANGE, EXCHANGE_2010, MICROSOFT, DOT_XXX, events=(event,),
                          named=(("product", "exchange-2010"), ("organization", "microsoft"), ("tld", "xxx"))),
        )  # fmt: skip
    return database


@pytest.mark.parametrize(
    "q",
    [
        "product:exchange",
        "product:exchange-2010",
        "org:microsoft",
        "tld:xxx",
        "type:release",
        "status:happened",
        "source:http://wire.example/feed",
        "product:exchange org:microsoft tld:.xxx type:release nothing",
    ],
)
def test_each_tag_is_a_filter(tagged: Database, q: str) -> None:
    assert found(tagged, q) == ["Tagged"]
    assert found(tagged, f"-({q})") == []


def test_no_tag_is_a_word(tagged: Database) -> None:
    with tagged.read() as session:
        tokens = session.scalar(text("select tag_tokens from post")).split()
    assert len(tokens) >= 6
    for token in tokens:
        for q in (token, f'"{token}"', f"{token[:2]}*", f"title:{token}", f"tag_tokens {token}", f'"#{token}"'):
            assert found(tagged, q) == [], q
        assert found(tagged, f"-{token}") == ["Tagged"]


def test_a_new_source_has_none_of_the_posts_of_one_removed(tagged: Database) -> None:
    with tagged.write() as session:
        remove_source(session, "http://wire.example/feed")
        make_source(session, "http://other.example/feed")
    assert found(tagged, "source:http://other.example/feed") == []
    assert found(tagged) == ["Tagged"]


# -- words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "text_"),
    [
        ("cpanel", "See cpanel.net for more."),
        ("cpanel.net", "See https://www.cpanel.net/blog for more."),
        ("reilly", "O'Reilly writes"),
        ("o'reilly", "O’Reilly writes"),
        ("1.30.4", "nginx-1.30.4 is out"),
        ("nginx", "nginx_1.30 is out"),
        ("quoted", "“quoted”"),
        ("dash", "a dash—here"),
        ("launch", "🎉launch🎉"),
        ("ana", "mail ana@wire.example"),
        ("the", "the"),
        ('"to be or not to be"', "to be or not to be"),
        ("cafe", "Café"),
        ("café", "cafe"),
        ("ÜBER", "über"),
        ("日本語", "日本語"),
        ("хостинг", "Хостинг"),
        ("हिन्दी", "हिन्दी"),
        ("servers", "One server"),
        ("serv*", "One server"),
        ("2010", "Exchange Server (2010)"),
        ("sp1", "2010/SP1"),
        ('"AND"', "This and that"),
        ("x" * 400, "x" * 400),
    ],
)
def test_both_databases_see_the_same_words(database: Database, words: str, text_: str) -> None:
    with database.write() as session:
        store_post(session, make_source(session), make_entry(title="Post", text=text_))
    assert found(database, words) == ["Post"]


def test_no_phrase_begins_in_the_title_and_ends_in_the_text(database: Database) -> None:
    with database.write() as session:
        store_post(session, make_source(session), make_entry(title="Web hosting", text="Panels for all"))
    assert found(database, '"hosting panels"') == []
    assert found(database, "hosting panels") == ["Web hosting"]
    assert found(database, '"panels for all"') == found(database, '"web hosting"') == ["Web hosting"]


def test_a_word_as_long_as_a_page_is_stored_and_leaves_the_others_to_be_found(database: Database) -> None:
    with database.write() as session:
        store_post(session, make_source(session), make_entry(text=f"before {'x' * 10_000} {'語' * 10_000} after"))
    assert found(database, "before after") == ["Title 1"]
    assert found(database, "x" * 1_999) == []
    assert found(database, "語" * 1_999) == []


@pytest.mark.parametrize(
    "text_",
    [
        pytest.param(
            "".join(f"{chr(0xAC00 + n % 11_172)}{chr(0xAC00 + n // 5)}" for n in range(50_000)) * 3, id="Hangul"
        ),
        pytest.param(" ".join(chr(0x20000 + n % 42_000) + chr(0x4E00 + n // 42_000) for n in range(120_000)), id="CJK"),
        pytest.param("\ufdfa" * 250_000, id="a ligature of 18 characters"),
        pytest.param(" ".join(f"{n:x}" for n in range(300_000)), id="no word twice"),
        pytest.param("a\u0301" * 250_000, id="accents"),
    ],
)
def test_no_text_is_too_much_for_the_index(database: Database, text_: str) -> None:
    with database.write() as session:
        store_post(session, make_source(session), make_entry(title="Long", text=f"needle {text_}"))
    assert found(database, "needle") == ["Long"]


HARMLESS = [
    "\x00", "a\x00b", '"a\x00b"', "title:\x00x", "product:\x00", "author:\x00", "source:\x00", "type:\x00", "\ud800",
    "title:\udfff1", "'", "''", "\\", "\\'", "a\\:*", ":*", "a:*b", "a:b&c|!d<->e", "a<2>b", "!a", "^a", "^title",
    "a^2",
    "{title text}:x", "NEAR(a b)", "NEAR/2", "a NEAR b", "a+b", "rowid:1", "rank MATCH 'x'", "x*y", "**", "*", "a**",
    "😀", "😀*", '"😀"', "a😀b", "日本語*", "title:*x", 'title:"a"', "product:'", 'product:"; --"', "org:%",
    "tld:_", "author:%",
    "author:_", "source:%", "type:'", "type:%", "x" * 2_000, "語" * 2_000, "½", "²", "Ⅷ", "\u0301", "a\u0301", "\u200b",
    "ﬁ", "🏳️‍🌈", "\ufdfa*", "-*", "- -", "-(a)", "a OR -b", "(-a) OR (-b)", "\ue000",
]  # fmt: skip


@pytest.mark.parametrize("q", HARMLESS)
def test_nothing_in_a_users_words_is_an_operator_of_the_database(tagged: Database, q: str) -> None:
    for sort in ("published", "relevance"):
        try:
            assert set(found(tagged, q, sort=sort)) <= {"Tagged"}
        except QuerySyntaxError as error:
            assert 0 <= error.position <= len(q)  # noqa: PT017


@pytest.mark.parametrize("name", ["products", "organizations", "tlds", "events", "sources"])
@pytest.mark.parametrize("value", ["", "\x00", "\ud800", "'", '"', "%", "_", "*", "x" * 10_000, "😀", "px1 OR px2"])
def test_nothing_in_a_filter_is_an_operator_of_the_database(tagged: Database, name: str, value: str) -> None:
    assert found(tagged, None, **{name: (value,)}) == []


@pytest.fixture
def both(sqlite_url: str, postgresql_url: str) -> Iterator[tuple[Database, Database]]:
    databases = Database(sqlite_url), Database(postgresql_url)
    for database in databases:
        with database.write() as session:
            source = make_source(session, name="Wire")
            texts = ["a b", "the board's b-c", "it’s c.d", "Café ☕ 2010", "x1 1x", "no*ne"]
            for n, text_ in enumerate(texts):
                entry = make_entry(str(n), title=f"{text_} title", text=text_, author="Ana")
                store_post(session, source, entry, make_analysis(EXCHANGE) if n % 2 else None)
    yield databases
    for database in databases:
        database.close()


ATOMS = st.sampled_from(
    ["a", "b", "c", "the", "board", "cafe", "2010", "x1", "1x", "it", "title", "no", "é", "☕", "zz"]
)
TERMS = st.one_of(
    ATOMS,
    ATOMS.map(lambda word: f"{word}*"),
    ATOMS.map(lambda word: f"-{word}"),
    ATOMS.map(lambda word: f"title:{word}"),
    st.tuples(ATOMS, ATOMS).map(lambda pair: f'"{pair[0]} {pair[1]}"'),
    st.tuples(ATOMS, ATOMS).map(lambda pair: f"({pair[0]} OR {pair[1]})"),
    st.sampled_from(
        ["product:exchange", "-product:exchange", "author:ana", "source:wire", "after:2026", "OR", "when:2010"]
    ),
)
QUERIES = st.lists(TERMS, max_size=4).map(" ".join)


def answer(database: Database, q: str, sort: str) -> object:
    try:
        return sorted(found(database, q, sort=sort))
    except QuerySyntaxError as error:
        return str(error)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=QUERIES, sort=st.sampled_from(["published", "relevance"]))
@example(q="a OR -a", sort="relevance")  # hits without the words that the others are ranked by
@example(q="zz OR author:ana", sort="relevance")
def test_both_databases_answer_the_same(both: tuple[Database, Database], q: str, sort: str) -> None:
    sqlite, postgresql = both
    assert answer(sqlite, q, sort) == answer(postgresql, q, sort)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=st.text(st.characters(codec=None), max_size=40) | st.text("ab\"'()-:*\\&|!<>^{}+,.% \x00OR", max_size=30))
def test_any_text_gives_results_or_the_same_syntax_error(both: tuple[Database, Database], q: str) -> None:
    sqlite, postgresql = (answer(database, q, "published") for database in both)
    assert isinstance(sqlite, str) == isinstance(postgresql, str)
    if isinstance(sqlite, str):
        assert sqlite == postgresql


# -- how it is found -------------------------------------------------------------------------------------------


def archive(database: Database, *, posts: int = 150) -> None:
    with database.write() as session:
        source = make_source(session)
        for n in range(posts):
            entry = make_entry(str(n), published=instant(f"20{10 + n % 10}-01-02"), text=f"common words, number {n}")
            store_post(session, source, entry, make_analysis(EXCHANGE if n % 3 else MICROSOFT))
    if database.dialect == "postgresql":  # which does so by itself
        execute(database, "analyze")


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(PostQuery(q="common"), id="a word"),
        pytest.param(PostQuery(q="common words product:exchange"), id="words and a filter"),
        pytest.param(PostQuery(products=("exchange",)), id="a filter alone"),
        pytest.param(PostQuery(), id="everything"),
        pytest.param(PostQuery(q="common", after=instant("2012-01-01"), before=instant("2015-01-01")), id="a time"),
        pytest.param(PostQuery(q="common before:2012"), id="a time in words"),
    ],
)
def test_newest_first_streams_by_row_id_on_sqlite(sqlite_url: str, query: PostQuery) -> None:
    database = Database(sqlite_url)
    archive(database)
    (plan,) = [
        plan
        for statement, plan in plans(database, lambda session: search_posts(session, query, limit=5))
        if " DESC" in statement and "LIMIT" in statement
    ]
    database.close()
    assert "TEMP B-TREE" not in plan
    assert "LIST SUBQUERY" not in plan  # which would gather every hit before the first is shown


def test_a_filter_goes_through_the_index_of_words(database: Database) -> None:
    archive(database)
    for statement, plan in plans(
        database, lambda session: search_posts(session, PostQuery(products=("exchange",)), limit=5)
    ):
        if "LIMIT" not in statement:
            continue
        assert "post_entity" not in statement
        if database.dialect == "sqlite":
            assert "VIRTUAL TABLE INDEX" in plan
