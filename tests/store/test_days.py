"""Days as a query names them: each form, its bounds, and what is no day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.search.days import FORMS, Form, NoDayError, parse_days, parse_range

TODAY = date(2026, 11, 26)  # a Thursday


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("2010", "2010-01-01", "2011-01-01"),
        ("2010s", "2010-01-01", "2020-01-01"),
        ("2010-H1", "2010-01-01", "2010-07-01"),
        ("2010H2", "2010-07-01", "2011-01-01"),
        ("2010-Q3", "2010-07-01", "2010-10-01"),
        ("2010Q4", "2010-10-01", "2011-01-01"),
        ("2010-q1", "2010-01-01", "2010-04-01"),
        ("2010-SU", "2010-06-01", "2010-09-01"),
        ("2010-wi", "2010-12-01", "2011-03-01"),
        ("2010-12", "2010-12-01", "2011-01-01"),
        ("2026-W01", "2025-12-29", "2026-01-05"),
        ("2026-W53", "2026-12-28", "2027-01-04"),
        ("2010-02-28", "2010-02-28", "2010-03-01"),
        ("2024-02-29", "2024-02-29", "2024-03-01"),
        ("today", "2026-11-26", "2026-11-27"),
        ("Yesterday", "2026-11-25", "2026-11-26"),
        ("tomorrow", "2026-11-27", "2026-11-28"),
        ("this-week", "2026-11-23", "2026-11-30"),
        ("last-week", "2026-11-16", "2026-11-23"),
        ("next-week", "2026-11-30", "2026-12-07"),
        ("this-month", "2026-11-01", "2026-12-01"),
        ("last-month", "2026-10-01", "2026-11-01"),
        ("next-month", "2026-12-01", "2027-01-01"),
        ("this-quarter", "2026-10-01", "2027-01-01"),
        ("next-quarter", "2027-01-01", "2027-04-01"),
        ("last-quarter", "2026-07-01", "2026-10-01"),
        ("this-year", "2026-01-01", "2027-01-01"),
        ("next-year", "2027-01-01", "2028-01-01"),
        ("last-year", "2025-01-01", "2026-01-01"),
        ("last-7-days", "2026-11-20", "2026-11-27"),
        ("last-1-day", "2026-11-26", "2026-11-27"),
        ("next-30-days", "2026-11-26", "2026-12-26"),
        ("next-2-weeks", "2026-11-26", "2026-12-10"),
        ("last-3-months", "2026-08-27", "2026-11-27"),
        ("next-3-months", "2026-11-26", "2027-02-26"),
        ("next-2-quarters", "2026-11-26", "2027-05-26"),
        ("last-2-years", "2024-11-27", "2026-11-27"),
    ],
)
def test_days(text: str, begin: str, end: str) -> None:
    assert parse_days(text, today=TODAY) == (date.fromisoformat(begin), date.fromisoformat(end))


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2010-02-30", "2010-00", "2010-Q5", "2010-H3", "2010-W00", "2026-W54", "2010-XX", "2015s", "1899",
     "2201", "0000", "9999", "٢٠١٠", "2010 ", "next", "next-0-days", "next-1000-days", "last-999-years", "this-7-days",
     "last-day", "2010..2011"],
)  # fmt: skip
def test_no_days(text: str) -> None:
    with pytest.raises(NoDayError):
        parse_days(text, today=TODAY)


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("2010", date(2010, 1, 1), date(2011, 1, 1)),
        ("2010-06..2010-09", date(2010, 6, 1), date(2010, 10, 1)),
        ("2027..", date(2027, 1, 1), None),
        ("..2010-06", None, date(2010, 7, 1)),
        ("last-month..today", date(2026, 10, 1), date(2026, 11, 27)),
    ],
)
def test_ranges(text: str, begin: date | None, end: date | None) -> None:
    assert parse_range(text, today=TODAY) == (begin, end)


@pytest.mark.parametrize("text", ["..", "...", "2010..2011..2012", "2011..2010", "soon..", "..soon", "2010...2011"])
def test_no_ranges(text: str) -> None:
    with pytest.raises(NoDayError):
        parse_range(text, today=TODAY)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.example)
def test_a_form_reads_its_own_example_and_says_whether_it_needs_a_day(form: Form) -> None:
    example = form.example
    assert parse_days(example, today=TODAY)
    if form.relative:
        with pytest.raises(NoDayError, match="counts from a day"):
            parse_days(example, today=None)
    else:
        assert parse_days(example, today=None) == parse_days(example, today=TODAY)


@given(st.dates(date(1910, 1, 1), date(2190, 12, 31)))
def test_whatever_day_it_is_this_year_holds_today_and_the_periods_meet(today: date) -> None:
    for unit in ("week", "month", "quarter", "year"):
        last, this, following = (parse_days(f"{step}-{unit}", today=today) for step in ("last", "this", "next"))
        assert last[1] == this[0] <= today < this[1] == following[0]


@given(st.dates(date(1910, 1, 1), date(2190, 12, 31)), st.integers(1, 200))
def test_so_many_days_are_so_many_and_hold_today(today: date, number: int) -> None:
    for step, first in (("last", False), ("next", True)):
        begin, end = parse_days(f"{step}-{number}-days", today=today)
        assert end - begin == timedelta(days=number)
        assert today == (begin if first else end - timedelta(days=1))
