"""What makes two contents equal: their words, not their markup, white space or the form of their characters."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_BETWEEN_WORDS = re.compile(r"[^\w ]+")


def content_hash(title: str, text: str) -> str:
    """64 hexadecimal digits: equal for titles and texts that have the same words in the same order."""
    digest = hashlib.sha256()
    for part in (title, text):
        folded = unicodedata.normalize("NFKC", part)
        digest.update(" ".join(_BETWEEN_WORDS.sub(" ", folded).split()).encode("utf-8", "surrogatepass"))
        digest.update(b"\x00")
    return digest.hexdigest()
