"""The table of date forms: each form's own examples, and what looks like a date and is none."""

from __future__ import annotations

from datetime import date

import pytest

from nlp.masking import find_masked
from nlp.timex import find_timexes
from nlp.timex.forms import FORMS, Form
from nlp.timex.triggers import windows

WEDNESDAY = date(2010, 3, 10)  # which the examples are read from


def values(text: str, anchor: date | None = WEDNESDAY) -> list[tuple[str, str | None]]:
    return [(t.text, t.value) for t in find_timexes(text, anchor, find_masked(text).spans)]


@pytest.mark.parametrize(
    ("form", "phrase", "value"),
    [pytest.param(form, *example, id=f"{form.name}: {example[0]}") for form in FORMS for example in form.examples],
)
def test_an_example_is_read_as_its_form_says(form: Form, phrase: str, value: str) -> None:
    (timex,) = find_timexes(phrase, WEDNESDAY)
    assert (timex.text, timex.value) == (phrase, value)
    assert timex.rule.startswith(f"timex:{form.name}") or timex.value == value


IN_CONTEXT = {  # forms that need words round them to be recognised
    "years": ("Traffic of 2008-2010 doubled.", "2008", "2008"),
    "year's quarter": (
        "In the third quarter of 2009 it grew more than in the 2008 period.",
        "the 2008 period",
        "2008-Q3",
    ),
    "spoken quarter": ("The fourth quarter was good. In the quarter sales rose.", "the quarter", "2009-Q4"),
    "quarter to a day": ("Sales of the quarter ended Sept. 30 rose.", "the quarter", "2009-Q3"),
    "year to a day": ("Sales of the year ended March 31 rose.", "the year", "P1Y"),
    "end of unit": ("We close it by the end of the month.", "the end of the month", "2010-03"),
    "day of month near": ("The group meets on the 17th in Utrecht.", "the 17th", "2010-03-17"),
    "noon": ("The site went down at noon.", "noon", "2010-03-10T12:00"),
    "in amount": ("The service will move in two weeks.", "two weeks", "2010-W12"),
    "units round": ("In the years that followed nobody asked.", "the years", "PXY"),
    "bare units": ("It has been down for weeks.", "weeks", "PXW"),
}


@pytest.mark.parametrize("name", IN_CONTEXT)
def test_a_form_is_read_among_its_words(name: str) -> None:
    text, phrase, value = IN_CONTEXT[name]
    assert (phrase, value) in values(text)


def test_every_form_has_an_example_or_a_sentence() -> None:
    assert {form.name for form in FORMS if not form.examples} == set(IN_CONTEXT)


def test_names_of_forms_differ() -> None:
    names = [form.name for form in FORMS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Part 6 of 6", id="part numbers"),
        pytest.param("Install KB2008101 first.", id="KB numbers"),
        pytest.param("CVE-2021-26855 is exploited.", id="CVE numbers"),
        pytest.param("Version 4.10.2010 of the agent", id="version numbers"),
        pytest.param("The host 192.168.20.10 answers.", id="IP addresses"),
        pytest.param("It costs $2010 and €1999.", id="prices"),
        pytest.param("See http://blog.example/2008/03/12/post.html for more.", id="addresses"),
        pytest.param("Open /var/log/2010/03/mail.log then.", id="paths"),
        pytest.param("We run 2000 servers and 1500 users.", id="counts"),
        pytest.param("RFC 1939 and port 2010 are meant.", id="numbers of documents and ports"),
        pytest.param("This may or may not march on.", id="words that are months too"),
        pytest.param("Prices fall and servers spring back.", id="words that are seasons too"),
        pytest.param("Three quarters of the users left.", id="fractions"),
        pytest.param("They answer 24 hours a day, seven days a week.", id="always"),
        pytest.param("A second release followed.", id="ordinals"),
        pytest.param("The founder, 52 years old, has a 6-year-old daughter.", id="ages"),
        pytest.param("The last Patch Tuesday was quiet.", id="a day that is a name"),
        pytest.param("It runs on the 2003 version.", id="a version that is called by its year"),
        pytest.param("The page of February 30", id="days that are none"),
    ],
)
def test_what_looks_like_a_date_and_is_none(text: str) -> None:
    assert values(text) == []


@pytest.mark.parametrize(
    ("text", "masked", "expected"),
    [
        pytest.param("Exchange 2010 shipped.", [(0, 13)], [], id="the year of a name"),
        pytest.param("Exchange 2010 SP1 ships in 2011.", [(0, 17)], ["2011"], id="a year beside a name"),
        pytest.param("Server 2010, June 2010", [(0, 11)], ["June 2010"], id="the same year twice"),
    ],
)
def test_no_date_touches_what_is_masked(text: str, masked: list[tuple[int, int]], expected: list[str]) -> None:
    assert [t.text for t in find_timexes(text, WEDNESDAY, masked)] == expected


def test_patterns_are_tried_round_their_triggers_only() -> None:
    text = "x" * 500 + " June " + "y" * 500
    assert windows(text)["month"] == [(401, len(text))]
    assert "weekday" not in windows(text)
