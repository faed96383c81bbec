"""Spans of days as words: two spans touch when the words of the one are among those that the other looks for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.spans import FIRST, LAST, span_tokens, touching_tokens, units

days = st.dates(date(1790, 1, 1), date(2310, 1, 1))


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        (date(2010, 6, 25), date(2010, 6, 26), ["20100625"]),
        (date(2010, 6, 1), date(2010, 7, 1), ["201006"]),
        (date(2010, 7, 1), date(2010, 10, 1), ["201007", "201008", "201009"]),
        (date(2010, 1, 1), date(2011, 1, 1), ["2010"]),
        (date(2010, 1, 1), date(2020, 1, 1), ["201"]),
        (date(2009, 12, 31), date(2011, 2, 2), ["20091231", "2010", "201101", "20110201"]),
        (date(2010, 6, 25), date(2010, 6, 25), []),
        (date(2010, 6, 26), date(2010, 6, 25), []),
        (date(1799, 12, 31), date(1800, 1, 2), ["18000101"]),
        (date.min, date.max, [str(decade) for decade in range(180, 230)]),
    ],
)
def test_a_span_is_made_of_the_largest_units(begin: date, end: date, expected: list[str]) -> None:
    assert list(units(begin, end)) == expected


@given(days, st.integers(0, 9_000), days, st.integers(0, 9_000))
def test_spans_touch_when_they_share_a_word(one: date, length: int, other: date, width: int) -> None:
    end, until = one + timedelta(days=length), other + timedelta(days=width)
    inside = max(one, other, FIRST) < min(end, until, LAST)
    assert bool(span_tokens(one, end) & set(touching_tokens(other, until))) == inside


@given(days, st.integers(1, 9_000), days)
def test_a_side_that_is_left_open_reaches_as_far_as_there_are_days(one: date, length: int, other: date) -> None:
    end, own = one + timedelta(days=length), span_tokens(one, one + timedelta(days=length))
    assert bool(own & set(touching_tokens(other, None))) == (max(one, other, FIRST) < min(end, LAST))
    assert bool(own & set(touching_tokens(None, other))) == (max(one, FIRST) < min(end, other, LAST))


def test_no_span_takes_many_words() -> None:
    assert len(touching_tokens(None, None)) <= 100
    assert len(touching_tokens(date(1801, 1, 2), date(2299, 12, 31))) <= 300
