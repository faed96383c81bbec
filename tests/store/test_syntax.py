"""The query language: what a text is read as, and what is said about one that cannot be read."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import QuerySyntaxError
from store.search.syntax import All, Either, Field, Node, Not, Words, parse_days, parse_query


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", None),
        ("  ", None),
        ("exchange", Words("exchange")),
        ("exchange sp1", All((Words("exchange"), Words("sp1")))),
        ("exchange AND sp1", All((Words("exchange"), Words("sp1")))),
        ('"bare metal"', Words("bare metal")),
        ("a OR b c", Either((Words("a"), All((Words("b"), Words("c")))))),
        ("(a OR b) c", All((Either((Words("a"), Words("b"))), Words("c")))),
        ("-a", Not(Words("a"))),
        ("-(a b)", Not(All((Words("a"), Words("b"))))),
        ("ba*", Words("ba", prefix=True)),
        ("web-hosting", Words("web-hosting")),
        ("a - b", All((Words("a"), Words("b")))),
        ("http://a.example/", Words("http://a.example/")),
        ("product:exchange", Field("product", "exchange")),
        ('Product:"exchange 2010"', Field("product", "exchange 2010")),
        ("when:2010-Q3", Field("when", "2010-Q3", date(2010, 7, 1), date(2010, 10, 1))),
        ("after:2010-06", Field("after", "2010-06", date(2010, 6, 1), date(2010, 7, 1))),
    ],
)
def test_a_text_is_read_as_a_tree(text: str, tree: Node | None) -> None:
    assert parse_query(text) == tree


@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        ('say "hello', 4, "second"),
        ("(a b", 0, ")"),
        ("a)", 1, "a word"),
        ("a OR", 4, "a word"),
        ("OR a", 0, "a word"),
        ("()", 1, "a word"),
        ("colour:red", 0, "product"),
        ("product:", 8, "name"),
        ("product: exchange", 8, "name"),
        ("when:soon", 5, "quarter"),
        ("when:2011..2010", 5, "range"),
        ("after:2010-13", 6, "month"),
        ("after:2010..2011", 6, "month"),
        ("status:maybe", 7, "planned"),
        ("(" * 40 + "a" + ")" * 40, 17, "levels"),
        ("a " * 500, 256, "terms"),
    ],
)
def test_an_error_says_where_and_what_was_expected(text: str, position: int, expected: str) -> None:
    with pytest.raises(QuerySyntaxError) as error:
        parse_query(text)
    assert error.value.position == position
    assert expected in str(error.value)


@given(st.text(max_size=60) | st.text(alphabet='ab"()-:*. OR', max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_query(text)
    except QuerySyntaxError as error:
        assert 0 <= error.position <= len(text)  # noqa: PT017 - the claim is about the error, where there is one


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2010", (date(2010, 1, 1), date(2011, 1, 1))),
        ("2010-12", (date(2010, 12, 1), date(2011, 1, 1))),
        ("2010-02-28", (date(2010, 2, 28), date(2010, 3, 1))),
        ("2010Q4", (date(2010, 10, 1), date(2011, 1, 1))),
        ("2010-02-30", None),
        ("9999", None),
        ("0000", None),
        ("yesterday", None),
    ],
)
def test_days(text: str, span: tuple[date, date] | None) -> None:
    assert parse_days(text) == span
