"""The query language: what a text is read as, what is said about one that cannot be read, and the way back to text."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import QuerySyntaxError
from store.search.syntax import (
    FIELD_ALIASES,
    FIELDS,
    All,
    Either,
    Field,
    Node,
    Not,
    Words,
    fields_of,
    parse_query,
    to_text,
)

TODAY = date(2026, 11, 26)  # a Thursday


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", None),
        ("  ", None),
        ("exchange", Words("exchange")),
        ("exchange sp1", All((Words("exchange"), Words("sp1")))),
        ("exchange AND sp1", All((Words("exchange"), Words("sp1")))),
        ('"bare metal"', Words("bare metal")),
        ('" bare  metal "', Words("bare metal")),
        ("“bare metal”", Words("bare metal")),
        ("„bare metal“ price", All((Words("bare metal"), Words("price")))),
        ("a OR b c", Either((Words("a"), All((Words("b"), Words("c")))))),
        ("(a OR b) c", All((Either((Words("a"), Words("b"))), Words("c")))),
        ("-a", Not(Words("a"))),
        ("NOT a b", All((Not(Words("a")), Words("b")))),
        ("NOT(a OR b)", Not(Either((Words("a"), Words("b"))))),
        ("NOTE", Words("NOTE")),
        ("-(a b)", Not(All((Words("a"), Words("b"))))),
        ("ba*", Words("ba", prefix=True)),
        ('"exchange 20"*', Words("exchange 20", prefix=True)),
        ("云*", Words("云", prefix=True)),
        ('"OR"', Words("OR")),
        ("web-hosting", Words("web-hosting")),
        ("a - b", All((Words("a"), Words("b")))),
        ("&", None),
        ("*", None),
        ("http://a.example/", Words("http://a.example/")),
        ("12:30", Words("12:30")),
        ("product:exchange", Field("product", "exchange")),
        ('Product:"exchange 2010"', Field("product", "exchange 2010")),
        ("product:“exchange 2010”", Field("product", "exchange 2010")),
        ("-product:exchange", Not(Field("product", "exchange"))),
        ("(-(org:x OR tld:y))", Not(Either((Field("org", "x"), Field("tld", "y"))))),
        ("organization:icann", Field("org", "icann")),
        ("event:release", Field("type", "release")),
        ("registry:verisign", Field("vendor", "verisign")),
        ("title:exch*", Field("title", "exch", prefix=True)),
        ("type:release,preview", Either((Field("type", "release"), Field("type", "preview")))),
        ("-tld:com,net", Not(Either((Field("tld", "com"), Field("tld", "net"))))),
        ("product:a,b", Field("product", "a,b")),
        ("when:2010-Q3", Field("when", "2010-Q3", date(2010, 7, 1), date(2010, 10, 1))),
        ("when:2027..", Field("when", "2027..", date(2027, 1, 1), None)),
        ("when:..2010-06", Field("when", "..2010-06", None, date(2010, 7, 1))),
        ("when:next-quarter", Field("when", "next-quarter", date(2027, 1, 1), date(2027, 4, 1))),
        ("when:today..", Field("when", "today..", TODAY, None)),
        ("after:2010-06", Field("after", "2010-06", date(2010, 6, 1), date(2010, 7, 1))),
        ("since:yesterday", Field("after", "yesterday", date(2026, 11, 25), TODAY)),
    ],
)
def test_a_text_is_read_as_a_tree(text: str, tree: Node | None) -> None:
    assert parse_query(text, today=TODAY) == tree


@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        ('say "hello', 4, "second"),
        ('24" monitor', 2, "second"),
        ("(a b", 0, ")"),
        ("a)", 1, "a word"),
        ("a OR", 4, "a word"),
        ("OR a", 0, "a word"),
        ("OR", 0, '"OR" in quotes'),
        ("a AND", 5, "a word"),
        ("-OR b", 1, "a word"),
        ("a OR AND b", 5, "a word"),
        ("()", 1, "a word"),
        ("a*", 0, "2 letters"),
        ("c++*", 0, "2 letters"),
        ('"exchange 2"*', 0, "2 letters"),
        ("title:e*", 6, "2 letters"),
        ("product:ex*", 10, "name"),
        ("colour:red", 0, "product"),
        ("prodcut:red", 0, "did you mean product:?"),
        ("organisaton:icann", 0, "did you mean organisation:?"),
        ("product:", 8, "name"),
        ("product: exchange", 8, "no space before it"),
        ("product:(a OR b)", 8, "name"),
        ("type:release,,preview", 13, "event type"),
        ("title:&", 6, "word"),
        ("when:soon", 5, "2026-Q1"),
        ("when:2011..2010", 5, "range"),
        ("when:..", 5, "neither"),
        ("when:1899", 5, "1900"),
        ("after:2010-13", 6, "2026-01"),
        ("after:2010..2011", 6, "2026-01"),
        ("status:maybe", 7, "planned"),
        ("(" * 40 + "a" + ")" * 40, 17, "levels"),
        ("-" * 40 + "a", 17, "levels"),
        ("a " * 500, 128, "64 terms"),
        ("tld:" + "a," * 100, 132, "64 terms"),
        ("a" * 2001, 2000, "2000 characters"),
    ],
)
def test_an_error_says_where_and_what_was_expected(text: str, position: int, expected: str) -> None:
    with pytest.raises(QuerySyntaxError) as error:
        parse_query(text, today=TODAY)
    assert error.value.position == position
    assert expected in str(error.value)


def test_a_relative_date_needs_the_day_it_counts_from() -> None:
    with pytest.raises(QuerySyntaxError, match="'next-year' counts from a day, and none is known here at position 8"):
        parse_query("a when:next-year")
    assert parse_query("when:2027") == Field("when", "2027", date(2027, 1, 1), date(2028, 1, 1))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  a   AND b ", "a b"),
        ("NOT (a OR (b c))", "-(a OR b c)"),
        ("((a))", "a"),
        ("“bare  metal”", '"bare metal"'),
        ('"plesk"', "plesk"),
        ('"OR"', '"OR"'),
        ('"-a"', '"-a"'),
        ('"a:b"', '"a:b"'),
        ('Organisation:"Verisign"', "org:Verisign"),
        ("type:release OR type:preview", "type:release,preview"),
        ("x (tld:com OR tld:net)", "x tld:com,net"),
        ("after:last-7-days", "after:last-7-days"),
        ('"exchange 20"*', '"exchange 20"*'),
    ],
)
def test_a_tree_is_written_as_a_query_in_its_usual_form(text: str, shown: str) -> None:
    assert to_text(parse_query(text, today=TODAY)) == shown


def test_a_name_that_no_query_can_hold_is_written_so_that_it_can_be_read() -> None:
    assert parse_query(to_text(Field("source", 'The "Daily" Host'))) == Field("source", "The Daily Host")


words = st.sampled_from(["a", "exchange", "OR", "AND", "NOT", "-", "(", ")", '"bare metal"', "“x y”", "sp*", '"a b"*'])
fields = st.sampled_from(
    [
        "product:x",
        'org:"A & B"',
        "type:release,update",
        "tld:com",
        "when:2027..",
        "after:today",
        "-title:me*",
        "since:2010",
    ]
)
queries = st.lists(words | fields | st.text(max_size=4), max_size=24).map(" ".join) | st.text(max_size=60)
queries |= st.text(alphabet='ab"()-:*.,“ ORN', max_size=60)


@given(queries)
def test_any_text_is_read_and_written_back_or_refused_with_its_place(text: str) -> None:
    try:
        tree = parse_query(text, today=TODAY)
    except QuerySyntaxError as error:
        assert 0 <= error.position <= len(text)  # noqa: PT017 - the claim is about the error, where there is one
        return
    written = to_text(tree)
    assert parse_query(written, today=TODAY) == tree
    assert to_text(parse_query(written, today=TODAY)) == written


@given(st.text(max_size=30), st.dates(date(1901, 1, 1), date(2199, 12, 31)))
def test_any_text_behind_when_is_a_span_that_is_not_empty_or_refused(text: str, today: date) -> None:
    try:
        tree = parse_query(f"when:{text}", today=today)
    except QuerySyntaxError:
        return
    for field in fields_of(tree):
        if field.begin is not None and field.end is not None:
            assert field.begin < field.end


@pytest.mark.parametrize(
    "text",
    ["(" * 1000, "-" * 1000, '"' * 1999, "a:" * 1000, "*" * 2000, "when:" + "9" * 1990,
     "“”" * 1000, "," * 2000, "type:" + "," * 1990],
)  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    for _ in range(10):
        try:
            parse_query(text, today=TODAY)
        except QuerySyntaxError:
            continue
    assert time.process_time() - began < 0.5


def test_an_alias_means_a_field_and_is_none_itself() -> None:
    assert set(FIELD_ALIASES.values()) <= set(FIELDS)
    assert not set(FIELD_ALIASES) & set(FIELDS)


def test_fields_are_found_wherever_they_stand() -> None:
    tree = parse_query("a (product:x OR -org:y) type:release,update")
    assert [(field.name, field.value) for field in fields_of(tree)] == [
        ("product", "x"),
        ("org", "y"),
        ("type", "release"),
        ("type", "update"),
    ]


def test_today_moves_what_a_relative_date_means() -> None:
    later = TODAY + timedelta(days=40)
    first, second = (parse_query("when:next-year", today=day) for day in (TODAY, later))
    assert isinstance(first, Field)
    assert isinstance(second, Field)
    assert (first.begin, second.begin) == (date(2027, 1, 1), date(2028, 1, 1))
