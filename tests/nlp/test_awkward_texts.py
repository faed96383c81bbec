"""Texts that are made to be slow end like all others: each step reads a text once, however often it says the same."""

from __future__ import annotations

from datetime import date

import pytest

from nlp.abbreviations import introduced_after, occurrences
from nlp.annotations import PostText
from nlp.masking import find_masked
from nlp.pipeline import TAGGED_CHARACTERS, Tagger, build_tagger
from nlp.runs import Run, strip_common
from nlp.sentences import split_sentences
from nlp.tokens import LinearTokenizer
from tests.nlp.catalogues import small_catalogue

DAY = date(2014, 3, 19)
SIZE = 30_000

AWKWARD: dict[str, str] = {
    "dashes": "-",
    "numbers and dashes": "20-",
    "a slug": "move-a-mail-server-",
    "one letter": "a",
    "dotted digits": "1.",
    "dotted letters": "a.",
    "brackets": "(",
    "quotes": '"',
    "capitals": "A ",
    "names": "Foo Bar ",
    "names joined by and": "Foo and Bar and ",
    "capitals with digits": "A1B2 ",
    "line ends": "\n",
    "blanks": " ",
    "blanks before lines": "  \n  x",
    "hosts": "www.",
    "mail": "a@b",
    "paths": "/a",
    "thousands": "111,",
    "domains": ".com ",
    "years": "2010 ",
    "versions": "PHP 5.1 and v5.2 ",
    "service packs": "Exchange Server SP1 ",
    "brackets that never close": "Microsoft Corporation (ABC, ",
    "sentences with events": "PHP 5.6 was released on May 5, 2010. ",
}


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return build_tagger(small_catalogue(), model=None)


@pytest.mark.parametrize("case", AWKWARD)
def test_ends(tagger: Tagger, case: str) -> None:
    """A step that is exponential or looks at all that follows from each character would not end in a lifetime."""
    piece = AWKWARD[case]
    tagger.tag(PostText("", f"x{piece * (SIZE // len(piece))}x", DAY))


def test_names_joined_without_end_are_no_deep_call(tagger: Tagger) -> None:
    text = "Customers are " + "Plumwood and Ferrowire and " * 3000
    assert tagger.tag(PostText("", text, DAY)) is not None


# -- how much of a post is read


def test_reads_the_beginning_of_a_long_text(tagger: Tagger) -> None:
    text = "PHP 5.6 is out. " + "word " * (TAGGED_CHARACTERS // 5) + " nginx 1.6 is out."
    assert [product.slug for product in tagger.tag(PostText("", text, DAY)).products] == ["php-5-6"]


def test_reads_no_half_word_at_the_end(tagger: Tagger) -> None:
    text = "word " * (TAGGED_CHARACTERS // 5 - 1) + "nginx1"
    assert len(text) > TAGGED_CHARACTERS
    assert tagger.tag(PostText("", text, DAY)).products == ()


def test_reads_a_text_up_to_the_bound_whole(tagger: Tagger) -> None:
    last = "nginx 1.6 is out."
    text = last.rjust(TAGGED_CHARACTERS)
    (product,) = tagger.tag(PostText("", text, DAY)).products
    assert text[product.mentions[0].start : product.mentions[0].end] == "nginx 1.6"


# -- runs are found once and whole

WHOLE: dict[str, tuple[str, str]] = {
    "a host with dashes": ("see my-mail-server.example.net now", "my-mail-server.example.net"),
    "a file with dashes": ("get php-5-6-x64.tar.gz here", "php-5-6-x64.tar.gz"),
    "a mail address with dots": ("ask first.last+tag@mail.acme.example please", "first.last+tag@mail.acme.example"),
    "a path": ("edit /etc/nginx/conf.d/a-b.conf then", "/etc/nginx/conf.d/a-b.conf"),
}


@pytest.mark.parametrize("case", WHOLE)
def test_masks_a_run_whole(case: str) -> None:
    text, expected = WHOLE[case]
    assert [text[slice(*span)] for span in find_masked(text).spans] == [expected]


@pytest.mark.parametrize("text", ["20-20-20-20", "1-2-3", "a-slug-of-words", "1.1.1.1", "-----"])
def test_masks_no_run_without_an_ending(text: str) -> None:
    assert find_masked(text).spans == ()


@pytest.mark.parametrize("text", ["a (b) c", "  two  blanks ", "line\n\n end", "", "«x»—y", " ", "a\u00a0b"])
def test_tokens_give_the_text_back(text: str) -> None:
    from spacy.vocab import Vocab

    assert LinearTokenizer(Vocab())(text).text == text


def test_blank_lines_end_a_sentence_wherever_they_hold_blanks() -> None:
    text = "One thing  \n \n  another   \n Third"
    assert [text[start:end] for start, end in split_sentences(text)] == ["One thing", "another", "Third"]


def test_ordinary_words_go_from_both_ends_of_a_run() -> None:
    run = strip_common(Run(0, 15, "The Plumwood It", opens=True), "The Plumwood It")
    assert run is not None
    assert (run.start, run.end, run.opens) == (4, 12, False)


OCCURRENCES: dict[str, tuple[str, str, list[tuple[int, int]]]] = {
    "each place": ("TMG and TMG", "TMG", [(0, 3), (8, 11)]),
    "a possessive": ("TMG's", "TMG", [(0, 3)]),
    "the end of a sentence": ("Use TMG.", "TMG", [(4, 7)]),
    "no part of a word": ("XTMG TMGX TMG_1", "TMG", []),
    "no part of a host": ("tmg.TMG.example @TMG", "TMG", []),
}


@pytest.mark.parametrize("case", OCCURRENCES)
def test_occurrences(case: str) -> None:
    text, name, expected = OCCURRENCES[case]
    assert occurrences(text, name) == expected


def test_a_bracket_that_closes_far_away_is_not_looked_for() -> None:
    text = f"Plumwood Ltd (PWL, {'x' * 5000})"
    short = introduced_after(text, 12)
    assert short is not None
    assert short[2] < 30
