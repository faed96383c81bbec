"""Sentences: what ends one, and what only looks like an end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.sentences import split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


PARTED: dict[str, tuple[str, list[str]]] = {
    "full stops": ("It rains. We stay.", ["It rains.", "We stay."]),
    "questions and cries": ("Why? Oh! Well…", ["Why?", "Oh!", "Well…"]),
    "before a number": ("It rains. 20 came.", ["It rains.", "20 came."]),
    "before a quote": ("It rains. “Stay”, he said.", ["It rains.", "“Stay”, he said."]),
    "after a quote": ("“It rains.” We stay.", ["“It rains.”", "We stay."]),
    "after a bracket": ("(It rains.) We stay.", ["(It rains.)", "We stay."]),
    "an empty line": ("A title\n\nand a text", ["A title", "and a text"]),
    "a line that begins anew": ("One item\nTwo items", ["One item", "Two items"]),
    "items of a list": ("We sell:\n- disks\n- fans", ["We sell:", "- disks", "- fans"]),
    "a company that ends a sentence": (
        "We met Acme Inc. The talk was long.",
        ["We met Acme Inc.", "The talk was long."],
    ),
    "before a TLD": ("It rains. .xxx is near.", ["It rains.", ".xxx is near."]),
}

WHOLE: dict[str, str] = {
    "a title before a name": "Mr. Smith met Dr. Wit.",
    "a company in mid-sentence": "Acme Inc. bought a rival.",
    "a company before a name": "Acme Corp. Senior staff stay.",
    "a country": "The U.S. Army met.",
    "initials": "J. R. Smith came.",
    "a month": "It was on Nov. 3 in Cork.",
    "an hour": "We met at 9 a.m. EST on Monday.",
    "a version": "PHP 5.6.1 is here.",
    "a host name": "See www.acme.example for more.",
    "for example": "Use a panel, e.g. Acme.",
    "versus": "It was Acme vs. Bolt.",
    "a line broken in mid-sentence": "It rains and\nwe stay.",
    "a small letter after a stop": "It is called acme. and that is it.",
}


@pytest.mark.parametrize("case", PARTED)
def test_parts(case: str) -> None:
    text, expected = PARTED[case]
    assert sentences(text) == expected


@pytest.mark.parametrize("case", WHOLE)
def test_keeps_whole(case: str) -> None:
    assert sentences(WHOLE[case]) == [WHOLE[case]]


@pytest.mark.parametrize("text", ["", " ", "\n\n \n"])
def test_nothing_has_no_sentences(text: str) -> None:
    assert sentences(text) == []


@given(st.one_of(st.text(), st.text(alphabet='aA1.!?\n "”)-:')))
def test_spans_run_in_order_without_white_space_at_their_ends_and_lose_nothing(text: str) -> None:
    spans = split_sentences(text)
    end = 0
    for start, stop in spans:
        assert end <= start < stop
        assert not text[end:start].strip()
        assert text[start:stop] == text[start:stop].strip()
        end = stop
    assert not text[end:].strip()
