"""What holds of any text: no error, values by the grammar of TIMEX3, intervals that are ones, shifts that shift."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.timex import find_timexes
from nlp.timex.forms import FORMS
from nlp.timex.values import TIMEX3_VALUE

PHRASES = [phrase for form in FORMS for phrase, _ in form.examples]
ANCHORS = st.dates(date(1971, 1, 1), date(2199, 12, 31))
ANY_ANCHOR = st.one_of(st.none(), ANCHORS, st.dates())
WORDS = st.sampled_from(
    [*PHRASES, "will", "was", "by", "until", "the end of", "early", "later", "mid-", "(", ")", ",", ".", "released",
     "since", "next", "last", "this", "2010", "May", "the", "of", "a", "year", "ago", "\n", "-", "to", "31", "February"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=14).map(" ".join))
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@given(TEXTS, ANY_ANCHOR)
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_without_error_and_in_order(text: str, anchor: date | None) -> None:
    found = find_timexes(text, anchor)
    assert all(text[t.start : t.end] == t.text and t.text == t.text.strip() for t in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(TEXTS, ANCHORS)
@settings(max_examples=400, deadline=None)
def test_values_are_those_of_timex3(text: str, anchor: date) -> None:
    for timex in find_timexes(text, anchor):
        assert timex.value is None or TIMEX3_VALUE.fullmatch(timex.value), timex


@given(TEXTS, ANCHORS)
@settings(max_examples=400, deadline=None)
def test_an_interval_begins_before_it_ends(text: str, anchor: date) -> None:
    for timex in find_timexes(text, anchor):
        assert (timex.begin is None) == (timex.end_date is None)
        assert timex.begin is None or timex.end_date is None or timex.begin < timex.end_date, timex


@given(st.sampled_from(WEEKDAYS), st.sampled_from(["", "last ", "next ", "this "]), ANCHORS, st.integers(-50, 50))
def test_a_weekday_moves_with_the_post_by_whole_weeks(day: str, which: str, anchor: date, weeks: int) -> None:
    text = f"It came out {which}{day}."
    shift = timedelta(weeks=weeks)
    (here,), (there,) = find_timexes(text, anchor), find_timexes(text, anchor + shift)
    assert here.begin is not None
    assert there.begin == here.begin + shift


@given(TEXTS)
def test_without_a_publishing_day_nothing_relative_has_a_value(text: str) -> None:
    without = {(t.start, t.end): t.value for t in find_timexes(text, None)}
    one, other = date(1999, 6, 15), date(2031, 2, 3)
    moved = {
        (a.start, a.end)
        for a, b in zip(find_timexes(text, one), find_timexes(text, other), strict=False)
        if (a.start, a.end, a.type) == (b.start, b.end, b.type) and a.value != b.value
    }
    assert all(without.get(span) is None for span in moved)
