"""Words that a pattern requires: read off the pattern, and never refusing a text that it matches."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.events.kinds import KINDS
from nlp.pattern_words import ScreenedPattern, WordScreen, fold_case

TRIGGERS = [pattern for kind in KINDS for pattern in (*kind.sure, *kind.weak)]
ANYTHING: list[list[set[str]]] = [[]]


@pytest.mark.parametrize(
    ("pattern", "alternatives"),
    [
        pytest.param("released", [[{"released"}]], id="a word"),
        pytest.param("Released", [[{"released"}]], id="its case does not count"),
        pytest.param(r"\bnow\b available", [[{"now available"}]], id="boundaries have no width"),
        pytest.param("releas(?:ed|ing)", [[{"releas"}, {"ed", "ing"}]], id="each part of a sequence"),
        pytest.param("launch|unveil", [[{"launch"}], [{"unveil"}]], id="one of several"),
        pytest.param(r"\b(?:launch|unveil)\b", [[{"launch"}], [{"unveil"}]], id="one of several between boundaries"),
        pytest.param("(?:(launch)|unveil)", [[{"launch"}], [{"unveil"}]], id="one of several in brackets"),
        pytest.param("(?:one|someone|two) x", [[{"one", "two"}, {" x"}]], id="a word within another is enough"),
        pytest.param("x(?:a long one|big)", [[{"a long one", "big"}, {"x"}]], id="branches of a sequence are one set"),
        pytest.param("(?:now )?available", [[{"available"}]], id="what may be missing"),
        pytest.param("(?:very ){2}new", [[{"very "}, {"new"}]], id="what is said twice"),
        pytest.param(r"\w+ed", [[{"ed"}]], id="after any word"),
        pytest.param(r"launch(?:\d+|ed)", [[{"launch"}]], id="a branch that requires nothing"),
        pytest.param(r"launch|\d+", [[{"launch"}], []], id="an alternative that requires nothing"),
        pytest.param(r"\w+", ANYTHING, id="any word"),
        pytest.param("", ANYTHING, id="nothing"),
        pytest.param("(?!not )sold", [[{"sold"}]], id="what must not follow"),
        pytest.param("(?-i:GA) released?", [[{" release"}, {"ga"}]], id="with case in part"),
        pytest.param("(?P<what>IPO)", [[{"ipo"}]], id="a named group"),
    ],
)
def test_the_words_are_read_off_the_pattern(pattern: str, alternatives: list[list[set[str]]]) -> None:
    assert [list(map(set, sets)) for sets in WordScreen.of(pattern, re.IGNORECASE).alternatives] == alternatives


@pytest.mark.parametrize(
    ("pattern", "text", "passes"),
    [
        pytest.param("launch|unveil", "Foo unveils Bar", True, id="one of several"),
        pytest.param("launch|unveil", "Foo was sold", False, id="none of several"),
        pytest.param("hit the (?:market|shelves)", "it hit the roof", False, id="one of two sets"),
        pytest.param("hit the (?:market|shelves)", "To The Market! Hit the road", True, id="all sets, in any order"),
        pytest.param(r"\d+ users", "Users", False, id="blanks count"),
        pytest.param(r"\d+", "", True, id="nothing is required"),
    ],
)
def test_a_text_passes_by_its_words_alone(pattern: str, text: str, *, passes: bool) -> None:
    assert WordScreen.of(pattern, re.IGNORECASE).passes(fold_case(text)) is passes


@pytest.mark.parametrize("pattern", TRIGGERS)
def test_what_a_trigger_matches_passes(pattern: str) -> None:
    screen = WordScreen.of(pattern, re.IGNORECASE)

    @settings(max_examples=15)
    @given(st.from_regex(re.compile(pattern, re.IGNORECASE)))
    def passes(text: str) -> None:
        assert screen.passes(fold_case(text))

    passes()


@pytest.mark.parametrize("text", ["It launched, then relaunched.", "LAUNCH", "It was sold.", ""])
def test_a_screened_pattern_finds_what_the_pattern_finds(text: str) -> None:
    found = [match.span() for match in re.compile("launch(?:ed)?", re.IGNORECASE).finditer(text)]
    assert [match.span() for match in ScreenedPattern("launch(?:ed)?", re.IGNORECASE).finditer(text)] == found


@pytest.mark.parametrize(
    ("pattern", "odd"),
    [("ipo", "İPO"), ("ipo", "ıpo"), ("sold", "ſold"), ("key", "\N{KELVIN SIGN}ey")],
)
def test_letters_that_re_takes_for_others_pass(pattern: str, odd: str) -> None:
    assert re.fullmatch(pattern, odd, re.IGNORECASE)
    assert WordScreen.of(pattern, re.IGNORECASE).passes(fold_case(odd))
