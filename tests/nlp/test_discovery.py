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
    "a noun of a description before it": "They measured it with the load testing tool Ferropanel.",
    "a noun that says how it is called": "They wrote a plugin called Ferropanel.",
    "a description with an article": "We switched to the Ferropanel regular expression library.",
    "somebody's": "We tried Acme's Ferropanel module.",
    "a verb of a sentence's beginning before it": "Installing Ferropanel 4.2 takes a day.",
    "it reaches its end, and was installed": "Ferropanel has reached its end of life. We installed Ferropanel.",
    "a word of no common shape beside a weak noun": "Here the FerroPanel module is used.",
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
    "a maker's kind after the noun": "The Ferropanel software company grows. Ferropanel, a software maker, grows.",
    "a person, named in full before": "Anna Wit wrote it. Wit, the tool of the team, laughed.",
    "a person with a small first name": "We met anna Wit, a platform of wisdom.",
    "a place": "In Finland, a platform for hosts opened.",
    "a word that the text has in small letters": "Our Accounts software keeps your accounts.",
    "a kind of thing": "It is a DevOps platform. They want an M&E software.",
    "a short form that is introduced": "Renewal Information (ARI) is new. The ARI extension supports it.",
    "several of a short form": "CRLs, a service for lists, are long.",
    "a role": "Ask the Program Manager, a tool of the office.",
    "a meeting": "See you at Ferro Day, a platform for hosts, and at FerroFest, a platform.",
    "a company by its legal form": "Ferropanel Inc., a platform, and Ferropanel, a platform, said so.",
    "something else that is called so": "A bug called Ferropanel and a gang named Ferropanel are about.",
    "a technical term after a name": "Ferropanel DNS, a service for zones, is down.",
}


@pytest.mark.parametrize("case", GIVEN_AWAY)
def test_finds(case: str) -> None:
    assert {name.casefold() for name in names(GIVEN_AWAY[case])} == {"ferropanel"}


@pytest.mark.parametrize("case", ORDINARY)
def test_leaves(case: str) -> None:
    assert names(ORDINARY[case]) == []


HEADLINES: dict[str, str] = {
    "available": "Ferropanel 2.0 now available",
    "live": "Ferropanel goes live",
    "hello": "Say hello to Ferropanel",
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


def test_a_possessive_parts_the_maker_from_the_product() -> None:
    assert set(names("We tried Acme's Ferropanel 4.2 there.")) == {"Ferropanel"}


def test_a_name_may_end_with_an_ordinary_word() -> None:
    assert names("We tried Acme's proprietary Ferro Marks List there.") == ["Ferro Marks List"]


def test_a_year_is_a_version_where_it_spoke_for_the_name() -> None:
    (server,) = discovered("We installed Ferropanel Server 2010 there.")
    assert server.version is not None
    assert server.version.base == "2010"
    (panel,) = discovered("We installed Ferropanel in the Ferro Summit 2010 week, with the Ferropanel plugin.")[:1]
    assert panel.version is None


def test_lists_and_makers_are_asked_for() -> None:
    document = PostText("", "It has Ferropanel, nothing else. Acme Boltwire is there.").document
    found = discover_products(
        document,
        0,
        lambda _start, _end, _name: False,
        lambda start, end: 2 if document[start:end] == "Ferropanel" else int(document[start:end] == "Acme Boltwire"),
        lambda name: name == "Acme",
    )
    assert [(item.name, item.cues) for item in found] == [("Acme Boltwire", "listed+vendor"), ("Ferropanel", "listed")]


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
