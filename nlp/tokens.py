"""A tokenizer that reads a text once: words, single signs and white space.

spaCy's own takes prefixes and suffixes off a chunk one by one and looks at the rest anew each time, so that a run of a
hundred thousand brackets would keep it busy for hours. The statistical model, which needs the tokens that it was
trained on, has spaCy's and is only given single sentences.
"""

from __future__ import annotations

import re

from spacy.tokens import Doc
from spacy.vocab import Vocab

_TOKEN = re.compile(r"\w+|[^\w\s]| +|[^\S ]+")


class LinearTokenizer:
    """Makes a Doc of a text; the text can be had back from it unchanged."""

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        spaces: list[bool] = []
        for token in _TOKEN.findall(text):
            written = token
            if token[0] == " " and words:  # one blank belongs to the token before it
                spaces[-1] = True
                written = token[1:]
            if written:
                words.append(written)
                spaces.append(False)
        return Doc(self._vocab, words=words, spaces=spaces)
