"""Text as both databases hold it, and names as they are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.database import Database
from store.records import PostQuery
from store.search import search_posts
from store.text import fold_name, storable, storable_or_none
from store.views import get_post
from tests.store.factories import make_entry, make_source, store_post

ANY_TEXT = st.text(st.characters(codec=None), max_size=50)  # lone surrogates and NUL included


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("plain", "plain"),
        ("a\x00b", "a\ufffdb"),
        ("\ud800 \udfff", "\ufffd \ufffd"),
        ("😀 日本語 é", "😀 日本語 é"),
        ("", ""),
    ],
)
def test_what_no_database_holds_is_replaced(text: str, stored: str) -> None:
    assert storable(text) == stored


def test_nothing_stays_nothing() -> None:
    assert storable_or_none(None) is None
    assert storable_or_none("a\x00") == "a\ufffd"


@given(ANY_TEXT)
def test_offsets_stay(text: str) -> None:
    stored = storable(text)
    assert len(stored) == len(text)
    assert storable(stored) == stored
    assert "\x00" not in stored.encode().decode()


@given(ANY_TEXT)
def test_folding_twice_is_folding_once(name: str) -> None:
    assert fold_name(fold_name(name)) == fold_name(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Exchange Server 2010", "exchange  server\t2010"),
        ("EXCHANGE", "exchange"),
        ("Straße", "STRASSE"),
        ("Ｗｉｄｅ", "wide"),
        ("cafe\u0301", "café"),
        ("Plesk, Inc", "plesk inc"),
        ("web-host", "web host"),
        ("AT&T", "at&t"),
    ],
)
def test_names_that_are_the_same(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize(("one", "other"), [("C", "C++"), ("C#", "C"), (".net", "net"), ("café", "cafe"), ("", "a")])
def test_names_that_differ(one: str, other: str) -> None:
    assert fold_name(one) != fold_name(other)


def test_any_character_comes_back_as_it_was_stored(database: Database) -> None:
    text = "".join(chr(n) for n in [*range(0x180), 0xD800, 0xDFFF, 0x2028, 0xFEFF, 0xFFFE, 0xFFFF, 0x1F600, 0x10FFFF])
    with database.write() as session:
        store_post(session, make_source(session), make_entry(text=text, title=text, html=text, author=text))
    with database.read() as session:
        (item,) = search_posts(session, PostQuery(), limit=2).items
        post = get_post(session, item.id)
    assert post is not None
    assert {post.text, post.html, post.summary.title, post.summary.author} == {storable(text)}
