"""Has it happened, is it planned, was it called off? As the words say, and as the date stands to the publishing day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.annotations import EventStatus, FoundTimex
from nlp.events.status import BACKGROUND, INSTRUCTION, NEGATION, SINCE, SPOKEN_OF, states_nothing, status_of

DAY = date(2014, 3, 19)


def on(begin: date | None, end: date | None = None) -> FoundTimex:
    """A date somewhere in the sentence."""
    if begin is not None and end is None:
        end = begin + timedelta(days=1)
    return FoundTimex(0, 1, "x", "DATE", "x", begin, end)


def status(sentence: str, trigger: str, timex: FoundTimex | None = None, anchor: date | None = DAY) -> EventStatus:
    start = sentence.index(trigger)
    return status_of(sentence, start, start + len(trigger), timex, anchor)


WORDS: dict[str, tuple[str, str, EventStatus]] = {
    "past": ("Acme released it.", "released", "happened"),
    "present": ("Acme releases it.", "releases", "happened"),
    "perfect": ("Acme has bought a rival.", "bought", "happened"),
    "will": ("Acme will buy a rival.", "buy", "planned"),
    "shortened will": ("We’ll release it soon.", "release", "planned"),
    "is to": ("Acme is to buy a rival.", "buy", "planned"),
    "plans to": ("Acme plans to open an office.", "open", "planned"),
    "expected to": ("The merger is expected to be approved.", "approved", "planned"),
    "has agreed to": ("Acme has agreed to acquire a rival.", "acquire", "planned"),
    "is due to": ("Acme is due to release it.", "release", "planned"),
    "a cause is no plan": ("Due to a mishap, Acme released it.", "released", "happened"),
    "upcoming": ("The upcoming release of Acme is big.", "release", "planned"),
    "the future stands after it": ("The release will follow in time.", "release", "planned"),
    "due stands after it": ("The retirement is due at some point.", "retirement", "planned"),
    "next year stands after it": ("It launches next year.", "launches", "planned"),
    "the trigger says it": ("Coming to a shop near you.", "Coming", "planned"),
    "cancelled": ("Acme cancelled the conference.", "conference", "cancelled"),
    "called off": ("The merger was called off.", "merger", "cancelled"),
    "fell through": ("The sale fell through.", "sale", "cancelled"),
    "a failed bid": ("After a failed bid to buy it, Acme left.", "buy", "cancelled"),
    "a refused offer": ("Acme rejected the takeover offer.", "takeover", "cancelled"),
    "an update that was pulled": ("Acme pulled the update.", "update", "cancelled"),
}


@pytest.mark.parametrize("case", WORDS)
def test_words_say(case: str) -> None:
    sentence, trigger, expected = WORDS[case]
    assert status(sentence, trigger) == expected


BY_DATE: dict[str, tuple[str, FoundTimex, EventStatus]] = {
    "a day ahead plans": ("Acme releases it on x.", on(DAY + timedelta(days=1)), "planned"),
    "a day behind has happened": ("Acme will release it on x.", on(DAY - timedelta(days=1)), "happened"),
    "the day itself has happened": ("Acme will release it on x.", on(DAY), "happened"),
    "a year that still runs leaves it to the words": (
        "Acme will release it in x.",
        on(date(2014, 1, 1), date(2015, 1, 1)),
        "planned",
    ),
    "and to the words of the past": ("Acme released it in x.", on(date(2014, 1, 1), date(2015, 1, 1)), "happened"),
    "without an interval the words count": ("Acme will release it x.", on(None), "planned"),
    "a day ahead does not revive what was called off": (
        "Acme cancelled the release of x.",
        on(DAY + timedelta(days=9)),
        "cancelled",
    ),
}


@pytest.mark.parametrize("case", BY_DATE)
def test_the_date_and_the_words(case: str) -> None:
    sentence, timex, expected = BY_DATE[case]
    assert status(sentence, "release", timex) == expected


def test_without_a_publishing_day_the_words_count() -> None:
    timex = on(date(2099, 1, 1))
    assert status("Acme released it.", "released", timex, None) == "happened"
    assert status("Acme will release it.", "release", timex, None) == "planned"


@given(st.integers(-3000, 3000), st.integers(1, 400))
def test_an_interval_that_is_over_has_happened_and_one_ahead_is_planned(start: int, length: int) -> None:
    begin = DAY + timedelta(days=start)
    found = status("Acme opens it in x.", "opens", on(begin, begin + timedelta(days=length)))
    goes_on = start == 0 and length > 1  # "opens before the end of the month", from the publishing day on
    if start > 0 or goes_on:
        assert found == "planned"
    else:
        assert found == "happened"


STATES_NOTHING: dict[str, str] = {
    "a question": "Has it been released?",
    "a question in quotes": "“Has it been released?”",
    "a condition": "If it is released, we buy it.",
    "whether": "Whether it is released is unknown.",
    "a might-have-been": "It could have been released.",
    "an imagination": "Imagine it were released.",
    "should somebody": "Should Oracle decide to release it, we buy it.",
    "should you": "Should you buy a rival, tell us.",
    "had it": "Had it been released, we would know.",
    "a condition after a label": "TIP: If it is released, wait.",
    "a supposition": "Suppose it is released.",
}
STATES: dict[str, str] = {
    "a statement": "It was released.",
    "a condition that is none": "The release iffy people wait for is here.",
    "what readers may not know": "If you have not heard, it was released.",
    "should in its sentence": "It should be released.",
    "had of others": "Had enough? It was released.",
    "a title that asks": 'On Monday Acme showed its webcast "Does Your Server Need Rest?"',
    "a question mark in an address": "It was released at https://acme.example/?id=1 yesterday.",
}


@pytest.mark.parametrize("case", STATES_NOTHING)
def test_states_nothing(case: str) -> None:
    assert states_nothing(STATES_NOTHING[case])


@pytest.mark.parametrize("case", STATES)
def test_states_something(case: str) -> None:
    assert not states_nothing(STATES[case])


LOOKS_BACK: dict[str, tuple[str, bool]] = {
    "last year's": ("After last year's ", True),
    "with an adjective": ("Unlike last month’s big ", True),
    "a numbered year's": ("In 2012's ", True),
    "since the": ("Since the ", True),
    "an anniversary": ("the tenth anniversary of the ", True),
    "counted from it": ("two years after the ", True),
    "counted from its": ("three weeks before its ", True),
    "with the previous": ("faster than with the previous ", True),
    "after its big": ("After its big ", True),
    "this week's": ("This week's ", False),
    "with the new": ("Here with the new ", False),
    "counted, but named": ("two years after PHP ", False),
    "the": ("We cheer the ", False),
}


@pytest.mark.parametrize("case", LOOKS_BACK)
def test_what_looks_back(case: str) -> None:
    before, expected = LOOKS_BACK[case]
    assert bool(BACKGROUND.search(before)) is expected


DATES_ONLY: dict[str, tuple[str, bool]] = {
    "since somebody": ("Since Acme ", True),
    "ever since": ("ever since the company ", True),
    "when": ("When Acme Networks ", True),
    "before": ("It was so before Acme ", True),
    "as soon as": ("as soon as Acme ", True),
    "another clause": ("Since Acme came, it ", False),
    "nothing": ("Acme ", False),
}


@pytest.mark.parametrize("case", DATES_ONLY)
def test_what_only_dates_something_else(case: str) -> None:
    before, expected = DATES_ONLY[case]
    assert bool(SINCE.search(before)) is expected


SPOKEN: dict[str, tuple[str, bool]] = {
    "discussed": ("Acme discussed the ", True),
    "about": ("They wrote about its ", True),
    "a risk": ("It lowers the risk of an ", True),
    "avoided": ("It avoids a ", True),
    "rumours": ("There are rumours of the ", True),
    "proposed": ("Acme proposed a new ", True),
    "announced": ("Acme announced the ", False),
    "had": ("Acme had an ", False),
}


@pytest.mark.parametrize("case", SPOKEN)
def test_what_is_only_spoken_of(case: str) -> None:
    before, expected = SPOKEN[case]
    assert bool(SPOKEN_OF.search(before)) is expected


DENIES: dict[str, tuple[str, bool]] = {
    "not": ("Acme has not ", True),
    "shortened": ("Acme hasn’t yet been ", True),
    "never": ("Acme never ", True),
    "no": ("There was no ", True),
    "no further": ("There will be no further ", True),
    "rather than": ("It sleeps rather than ", True),
    "not only": ("Acme not only ", False),
    "no doubt": ("There is no doubt ", False),
    "nothing": ("Acme has ", False),
}


@pytest.mark.parametrize("case", DENIES)
def test_what_denies(case: str) -> None:
    before, expected = DENIES[case]
    assert bool(NEGATION.search(before)) is expected


def test_an_interval_that_runs_on_from_today_leaves_it_to_the_verb() -> None:
    rest = on(DAY, DAY + timedelta(days=280))
    assert status("Acme goes to testers before the end of x.", "goes to testers", rest) == "planned"
    assert status("Acme went to testers before the end of x.", "went to testers", rest) == "happened"


INSTRUCTS: dict[str, tuple[str, bool]] = {
    "the sentence begins with the verb": ("", True),
    "please": ("Please ", True),
    "a list's item": ("• ", True),
    "how to": ("It shows how to ", True),
    "you can": ("There you can ", True),
    "lets users": ("It lets users ", True),
    "it does": ("Acme ", False),
    "it will": ("Acme will ", False),
    "it plans": ("Acme plans to ", False),
}


@pytest.mark.parametrize("case", INSTRUCTS)
def test_what_instructs(case: str) -> None:
    before, expected = INSTRUCTS[case]
    assert bool(INSTRUCTION.search(before)) is expected
