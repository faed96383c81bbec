"""Where the statistical model reads costs time, and no answer."""

from __future__ import annotations

from itertools import pairwise

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from nlp.annotations import Analysis, PostText
from nlp.errors import ModelError
from nlp.model_votes import _LONGEST_SENTENCE, ModelUse, _sentences, load_recognizer, model_reading, model_votes
from nlp.pipeline import DEFAULT_MODEL, Tagger, build_tagger
from tests.nlp.catalogues import small_catalogue

TEXT = (
    "The vendor went to market early. Last week Goldman Sachs said that prices rise. Hans met Paula in Cologne.\n\n"
    "Nothing else happened! The deal with Goldman Sachs closed."
)
BANK = (TEXT.index("Goldman"), TEXT.index("Goldman") + len("Goldman Sachs"))
PERSON = (TEXT.index("Paula"), TEXT.index("Paula") + len("Paula"))
POST = PostText("Quarterly results", TEXT)


@pytest.fixture(scope="module")
def taggers() -> dict[ModelUse, Tagger]:
    uses: tuple[ModelUse, ...] = ("everywhere", "needed", "nowhere")
    return {use: build_tagger(small_catalogue(), model_use=use) for use in uses}


def organizations(analysis: Analysis) -> set[str]:
    return {organization.name for organization in analysis.organizations}


def test_the_model_says_which_of_the_names_asked_about_are_organizations() -> None:
    vocab = spacy.blank("en").vocab
    for said in (
        model_votes(DEFAULT_MODEL, vocab)(TEXT, [BANK, PERSON]),
        model_reading(DEFAULT_MODEL, vocab)(TEXT)(TEXT, [BANK, PERSON]),
    ):
        assert said == {BANK}


def test_reading_everything_answers_as_reading_what_is_needed(taggers: dict[ModelUse, Tagger]) -> None:
    assert "Goldman Sachs" in organizations(taggers["needed"].tag(POST))
    assert taggers["everywhere"].tag(POST) == taggers["needed"].tag(POST)
    assert "Goldman Sachs" not in organizations(taggers["nowhere"].tag(POST))


def test_a_tagger_says_what_its_model_reads(taggers: dict[ModelUse, Tagger]) -> None:
    assert {use: tagger.version.rpartition("/")[2] for use, tagger in taggers.items()} == {
        "everywhere": f"{DEFAULT_MODEL} everywhere",
        "needed": DEFAULT_MODEL,
        "nowhere": "rules",
    }


def test_a_model_that_reads_nowhere_is_not_loaded() -> None:
    assert build_tagger(small_catalogue(), "no_such_model", model_use="nowhere").tag(POST).timexes
    with pytest.raises(ModelError):
        build_tagger(small_catalogue(), "no_such_model", model_use="everywhere")


def test_a_recognizer_holds_no_more_than_it_needs() -> None:
    assert load_recognizer(DEFAULT_MODEL).pipe_names == ["tok2vec", "ner"]


@given(st.text(alphabet="aB.!? \n\"')", max_size=40).map(lambda text: text * 40))
def test_sentences_are_all_of_a_text_in_order_and_short(text: str) -> None:
    spans = _sentences(text)
    assert all(begin < end <= begin + _LONGEST_SENTENCE for begin, end in spans)
    between = [text[before[1] : after[0]] for before, after in pairwise([(0, 0), *spans, (len(text), len(text))])]
    assert all(not part.strip("\"')\n ") for part in between)
    assert "".join(part + text[slice(*span)] for part, span in zip(between, [*spans, (0, 0)], strict=True)) == text
