"""What makes two contents equal: their words, not their markup, white space or the form of their characters."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_BETWEEN_WORDS = re.compile(r"[^\w ]+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_BYTES = bytes(code if code > 127 or chr(code).isalnum() or chr(code) == "_" else 32 for code in range(256))
MANY = 0.05  # of a text's characters beyond ASCII, from which on the quick way is none
MANY_DIFFERENT = 50  # for each of which it goes through the text


def content_hash(title: str, text: str) -> str:
    """64 hexadecimal digits: equal for titles and texts that have the same words in the same order."""
    digest = hashlib.sha256()
    for part in (title, text):
        digest.update(_words(unicodedata.normalize("NFKC", part)))
        digest.update(b"\x00")
    return digest.hexdigest()


def _words(text: str) -> bytes:
    """The words of a text, a blank between them."""
    beyond = _BEYOND_ASCII.findall(text)
    different = set(beyond)
    if len(beyond) > MANY * len(text) or len(different) > MANY_DIFFERENT:
        return " ".join(_BETWEEN_WORDS.sub(" ", text).split()).encode("utf-8", "surrogatepass")
    for character in different:
        if not character.isalnum():
            text = text.replace(character, " ")
    return b" ".join(text.encode("utf-8", "surrogatepass").translate(_BYTES).split())
