"""Products that no catalogue has: what gives a name away, and the capitalised words that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.annotations import PostText
from nlp.discovery import Discovered, discover_products


def discovered(text: str, title: str = "", claimed: frozenset[str] = frozenset()) -> tuple[Discovered, ...]:
    document = PostText(title, text).document
    return discover_products(document, len(title), lambda _start, _end, name: name in claimed)


def names(text: str, title: str = "") -> list[str]:
    return [found.name for found in discovered(text, title)]


GIVEN_AWAY: dict[str, str] = {
    "a version": "We installed Ferropanel 4.2 on Monday.",
    "a version that is called one": "We installed Ferropanel v4 on Monday.",
    "a noun that only products have": "We wrote the Ferropanel plugin in May.",
    "an apposition": "With Ferropanel, a hosting panel for resellers, you save time.",
    "an explanation": "Here Ferropanel is a free control panel for resellers.",
    "it was launched and is a service": "Acme launches Ferropanel, an online service.",
    "it was released and can be had": "Acme has released Ferropanel, which is now available.",
    "a noun before it, and after": "It uses the tool Ferropanel because the Ferropanel service is quick.",
}

ORDINARY: dict[str, str] = {
    "people and places": "Anna Wit opened the door in Cork.",
    "sentence openers": "However, they stayed. Many said so.",
    "days and months": "In January 2014 we met on Monday.",
    "a protocol with a version": "We turned off SSL 3.0 everywhere.",
    "an acronym with a noun": "The HTTP server sleeps.",
    "a chapter": "Chapter 4.2 and Figure 1.2 explain it.",
    "a bare version": "Version 4.2 is here.",
    "one weak cue": "They like the Ferropanel service.",
    "a name that is only named": "We saw Ferropanel and Boltwire there.",
    "ordinary words with capitals": "Our Customers love the Service.",
    "no capitals": "we installed ferropanel 4.2.",
    "an address": "See ferropanel.Ferropanel.com or anna@Ferropanel now.",
    "money": "It costs USD 4.20 a month.",
}


@pytest.mark.parametrize("case", GIVEN_AWAY)
def test_finds(case: str) -> None:
    assert set(names(GIVEN_AWAY[case])) == {"Ferropanel"}


@pytest.mark.parametrize("case", ORDINARY)
def test_leaves(case: str) -> None:
    assert names(ORDINARY[case]) == []


HEADLINES: dict[str, str] = {
    "introducing": "Introducing Ferropanel",
    "released": "Released: Ferropanel 2.0",
    "now available": "Now available: Ferropanel 2.0",
}


@pytest.mark.parametrize("case", HEADLINES)
def test_a_headline_introduces(case: str) -> None:
    assert set(names("Today Ferropanel is a panel for everyone.", HEADLINES[case])) == {"Ferropanel"}


def test_capitals_of_a_title_in_title_case_say_nothing() -> None:
    assert names("We are glad.", "Why Every Host Needs Modern Backup Software Today") == []


def test_a_name_once_given_away_is_found_everywhere() -> None:
    text = "Ferropanel came. We installed Ferropanel 4.2. We like Ferropanel."
    assert [text.index("Ferropanel"), text.index("Ferropanel 4"), text.rindex("Ferropanel")] == sorted(
        found.start - 2 for found in discovered(text)
    )


def test_each_mention_has_the_version_to_its_right() -> None:
    versions = [
        found.version.base if found.version else None for found in discovered("Ferropanel 4.2 follows Ferropanel.")
    ]
    assert versions == ["4.2", None]


def test_the_cues_that_spoke_for_a_name_are_kept() -> None:
    (found,) = discovered("Acme launches Ferropanel, an online service.")
    assert found.cues == "apposition+releasing"


def test_what_is_something_else_already_is_left() -> None:
    assert discovered("We installed Ferropanel 4.2.", claimed=frozenset({"Ferropanel"})) == ()


WORDS = st.sampled_from(
    [
        "Ferropanel",
        "Boltwire",
        " ",
        " 4.2",
        " plugin",
        ", a hosting panel",
        " released ",
        "Acme",
        " and ",
        ".",
        "\n",
        "(",
        "İ",
    ]
)


@given(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=15).map("".join)))
def test_what_is_found_is_its_slice(text: str) -> None:
    for found in discover_products(text, 0, lambda _start, _end, _name: False):
        assert text[found.start : found.end] == found.name
        assert found.version is None or found.end <= found.version.start + 1
