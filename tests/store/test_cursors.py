"""Cursors: what was put in comes out, and whatever else comes in is a CursorError."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.cursors import decode_cursor, encode_cursor
from store.database import Database
from store.entities import list_entities
from store.errors import CursorError
from store.records import PostQuery, TimelineQuery
from store.search import search_posts
from store.timelines import timeline
from tests.store.factories import EXCHANGE, make_analysis, make_entry, make_source, store_post

ROW_IDS = st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1)


@given(score=st.floats(allow_nan=False, allow_infinity=False), row_id=ROW_IDS, day=st.none() | st.text())
def test_a_cursor_says_where_the_list_goes_on(score: float, row_id: int, day: str | None) -> None:
    cursor = encode_cursor("list", score, day, row_id)
    assert cursor.isascii()
    assert decode_cursor(cursor, "list", float, str | None, int) == [score, day, row_id]


def packed(values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        pytest.param("", id="nothing"),
        pytest.param("nonsense", id="no JSON"),
        pytest.param("ÿ", id="no ASCII"),
        pytest.param("a", id="half a byte"),
        pytest.param(packed([]), id="an empty list"),
        pytest.param(packed({"list": 1}), id="no list"),
        pytest.param(packed(["other", 1]), id="another list's"),
        pytest.param(packed(["list"]), id="too little"),
        pytest.param(packed(["list", 1, 2]), id="too much"),
        pytest.param(packed(["list", None]), id="null"),
        pytest.param(packed(["list", True]), id="true"),
        pytest.param(packed(["list", "1"]), id="a text"),
        pytest.param(packed(["list", 1.5]), id="a fraction"),
        pytest.param(packed(["list", 2**63]), id="more than a database counts"),
        pytest.param(packed(["list", [1]]), id="a list within"),
        pytest.param(base64.urlsafe_b64encode(b"[" * 100_000).decode(), id="nested without end"),
        pytest.param(base64.urlsafe_b64encode(b'["list",' + b"9" * 10_000 + b"]").decode(), id="a number without end"),
    ],
)
def test_what_is_no_cursor_of_this_list_is_refused(cursor: str) -> None:
    with pytest.raises(CursorError):
        decode_cursor(cursor, "list", int)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_score_is_a_number(number: str) -> None:
    with pytest.raises(CursorError):
        decode_cursor(base64.urlsafe_b64encode(f'["list",{number}]'.encode()).decode(), "list", float)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)
KINDS = ("newest", "relevance", "timeline", "product count", "product recent")
FORGED = st.tuples(st.sampled_from(KINDS), st.lists(JSON_VALUES, max_size=3)).map(lambda pair: [pair[0], *pair[1]])
CURSORS = st.text(max_size=60) | JSON_VALUES.map(packed) | FORGED.map(packed)

GENUINE = {
    "newest": encode_cursor("newest", 28_276_992_640),
    "relevance": encode_cursor("relevance", 0.5, 17),
    "timeline": encode_cursor("timeline", "2026-01-02", 3),
    "most named": encode_cursor("product count", 1, 1),
    "last named": encode_cursor("product recent", 1, 1),
}
LISTS = {
    "newest": lambda session, cursor: search_posts(session, PostQuery(), limit=2, cursor=cursor),
    "relevance": lambda session, cursor: search_posts(
        session, PostQuery(q="title", sort="relevance"), limit=2, cursor=cursor
    ),
    "timeline": lambda session, cursor: timeline(session, TimelineQuery(), limit=2, cursor=cursor),
    "most named": lambda session, cursor: list_entities(session, "product", limit=2, cursor=cursor),
    "last named": lambda session, cursor: list_entities(session, "product", sort="recent", limit=2, cursor=cursor),
}


@pytest.mark.parametrize("name", LISTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cursor=CURSORS)
def test_a_forged_cursor_gives_a_page_or_a_cursor_error(database: Database, name: str, cursor: str) -> None:
    with database.read() as session:
        try:
            LISTS[name](session, cursor)
        except CursorError as error:
            assert "next" in str(error)  # noqa: PT017 - the claim is that no other error comes


@pytest.mark.parametrize("name", LISTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 200), put=st.characters(codec="ascii"))
def test_a_cursor_with_another_character_gives_a_page_or_a_cursor_error(
    database: Database, name: str, place: int, put: str
) -> None:
    cursor = GENUINE[name]
    at = place % len(cursor)
    with database.read() as session:
        try:
            LISTS[name](session, cursor[:at] + put + cursor[at + 1 :])
        except CursorError as error:
            assert "next" in str(error)  # noqa: PT017


def test_a_cursor_of_one_list_is_refused_by_another(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)
        for n in range(3):
            store_post(session, source, make_entry(str(n)), make_analysis(EXCHANGE))
    with database.read() as session:
        cursor = search_posts(session, PostQuery(), limit=2).next
        for name in ("relevance", "timeline", "most named", "last named"):
            with pytest.raises(CursorError):
                LISTS[name](session, cursor)
