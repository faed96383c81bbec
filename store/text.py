"""What both databases can hold: no NUL, no lone surrogates; and how names are folded to be compared."""

from __future__ import annotations

import re
import unicodedata

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Whether `storable` would leave the text as it is."""
    if "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def storable(text: str) -> str:
    """The text with what PostgreSQL (NUL) or UTF-8 (lone surrogates) cannot hold replaced, one for one."""
    return text if is_storable(text) else UNSTORABLE.sub("\ufffd", text)


def storable_or_none(text: str | None) -> str | None:
    return None if text is None else storable(text)


def fold_name(name: str) -> str:
    """A name as it is looked up: case, accents' form, white space and punctuation between words do not count."""
    text = unicodedata.normalize("NFKC", storable(name)).casefold()
    return " ".join(re.findall(r"[\w.+#&]+", text))
