"""How sure an event is: the signs that are seen, a probability of them, and the least that is told."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from itertools import product

import pytest

from nlp.annotations import FoundEvent, PostText
from nlp.events.confidence import LEAST, WEIGHTS, Signs, confidence_of
from nlp.events.finder import find_events, find_statements
from nlp.events.reading import Statement
from nlp.masking import find_masked
from nlp.organizations import OrganizationFinder
from nlp.pipeline import build_tagger
from nlp.products import ProductFinder
from nlp.sentences import split_sentences
from nlp.timex import find_timexes
from tests.nlp.catalogues import small_catalogue

DAY = date(2014, 3, 19)  # a Wednesday
NAMES = [field.name for field in fields(Signs)]
ALL = [Signs(*seen) for seen in product((False, True), repeat=len(NAMES))]
NONE, EVERY = Signs(*[False] * len(NAMES)), Signs(*[True] * len(NAMES))


@pytest.mark.parametrize("signs", ALL, ids=lambda signs: "+".join(signs.names) or "none")
def test_it_is_a_probability(signs: Signs) -> None:
    assert 0 < confidence_of(signs) < 1
    assert confidence_of(signs) == round(confidence_of(signs), 2)


def test_every_sign_has_its_weight() -> None:
    assert set(WEIGHTS) == set(NAMES)


def test_signs_name_themselves() -> None:
    assert NONE.names == ()
    assert list(EVERY.names) == NAMES
    assert replace(NONE, dated=True).names == ("dated",)


@pytest.mark.parametrize("sign", NAMES)
def test_a_sign_makes_a_statement_surer_if_its_weight_is_positive(sign: str) -> None:
    with_sign = [signs for signs in ALL if getattr(signs, sign)]
    gains = [confidence_of(signs) - confidence_of(replace(signs, **{sign: False})) for signs in with_sign]
    if WEIGHTS[sign] > 0:
        assert min(gains) >= 0 < max(gains)
    else:
        assert max(gains) <= 0


def test_a_heavier_sign_makes_it_surer_than_a_lighter_one() -> None:
    by_weight = sorted(NAMES, key=WEIGHTS.__getitem__)
    alone = [confidence_of(replace(NONE, **{name: True})) for name in by_weight]
    assert alone == sorted(alone)


# -- the signs of a sentence

CATALOGUE = small_catalogue()
FAR = " ".join(f"Line {number} says little." for number in range(8))


def read(text: str, title: str = "A diary") -> tuple[list[Statement], tuple[FoundEvent, ...]]:
    """What the post states, and what of it is told."""
    document = PostText(title, text, DAY).document
    masked = find_masked(document)
    products = ProductFinder(CATALOGUE).find(document, len(title), masked)
    found = OrganizationFinder(CATALOGUE).find(document, len(title), masked, products)
    entities = [*(p for p in products if (p.start, p.end) not in found.not_products), *found.organizations]
    post = (document, len(title), split_sentences(document), entities, find_timexes(document, DAY, masked.spans), DAY)
    return find_statements(*post), find_events(*post)


def signs_of(text: str) -> Signs:
    """Signs of the only statement in the post."""
    ((said,), _) = read(text)
    return said.signs


SEEN: dict[str, tuple[str, set[str]]] = {
    "all": ("VMware opened an office on Monday.", {"lead", "opens", "dated", "acts", "first_choice"}),
    "undated": ("VMware opened an office.", {"lead", "opens", "acts", "first_choice"}),
    "far down": (f"{FAR} VMware opened an office on Monday.", {"dated", "acts", "first_choice"}),
    "far down, a paragraph": (f"{FAR}\n\nVMware opened an office.", {"opens", "acts", "first_choice"}),
    "in the lead, no paragraph": ("We look. VMware opened an office.", {"lead", "acts", "first_choice"}),
    "far from the verb": (
        "VMware has, in spite of the weather and of all that was said, opened an office.",
        {"lead", "opens", "first_choice"},
    ),
    "of another kind": ("nginx appointed an office boy.", {"lead", "opens", "acts"}),
}


@pytest.mark.parametrize("case", SEEN)
def test_signs_are_seen(case: str) -> None:
    text, expected = SEEN[case]
    assert set(signs_of(text).names) == expected


# -- the least that is told


def test_what_is_told_is_as_sure_as_the_least() -> None:
    tagger = build_tagger(CATALOGUE, model=None)
    text = (
        f"VMware opened an office. {FAR} At last Windows Server 2012, they say in Ghent, was appointed. PHP 5.6 is out."
    )
    events = tagger.tag(PostText("A diary", text, DAY)).events
    assert events
    assert all(LEAST <= event.confidence < 1 for event in events)


@pytest.mark.parametrize("case", SEEN)
def test_a_statement_is_told_if_it_is_as_sure_as_the_least(case: str) -> None:
    (said,), told = read(SEEN[case][0])
    assert said.event.confidence == confidence_of(said.signs)
    assert bool(told) == (said.event.confidence >= LEAST)


def test_a_statement_for_which_nothing_speaks_is_told_if_its_chance_is_enough() -> None:
    (said,), told = read(f"{FAR} At last, and to our surprise in Ghent, they appointed it: nginx.")
    assert said.signs == NONE
    assert bool(told) == (confidence_of(NONE) >= LEAST)
