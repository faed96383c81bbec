"""What makes two contents equal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.hashing import content_hash

EQUAL = [
    pytest.param(("A title", "Some words."), ("A  title", "Some\n\nwords."), id="white space"),
    pytest.param(("A title", "“Some” words…"), ("A title", '"Some" words...'), id="punctuation"),
    pytest.param(("Café", "x"), ("Cafe\u0301", "x"), id="composed or not"),
    pytest.param(("ﬁne", "１２"), ("fine", "12"), id="forms of a character"),
]
DIFFERENT = [
    pytest.param(("A title", "words"), ("A title", "Words"), id="case"),
    pytest.param(("A title", "one two"), ("A title", "two one"), id="order"),
    pytest.param(("A title", "rollup 3"), ("A title", "rollup 4"), id="a number"),
    pytest.param(("A", "title words"), ("A title", "words"), id="title or text"),
    pytest.param(("A title", ""), ("", "A title"), id="only one of them"),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal_words_have_equal_hashes(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert content_hash(*one) == content_hash(*other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_other_words_have_another_hash(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert content_hash(*one) != content_hash(*other)


@given(st.text(st.characters()), st.text(st.characters()))
def test_any_text_has_a_hash(title: str, text: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", content_hash(title, text))
