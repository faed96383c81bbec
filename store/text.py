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


# what parts words in the index of PostgreSQL, as SQLite's tokenizer has it; see the migration that makes it
_ACCENTS = re.compile("[\u0300-\u036f]+")
_PARTING = re.compile(
    r"[!-/:-@\[-`{-~\u0080-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20cf"
    r"\u2190-\u245f\u2500-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\ufe00-\ufe6f\ufffd\U0001f000-\U0001faff]+"
)


def words_of(text: str) -> list[str]:
    """The words of a text as an index has them: parted by all but letters and digits, without accents."""
    return _PARTING.sub(" ", _ACCENTS.sub("", unicodedata.normalize("NFKD", text))).split()


def fold_name(name: str) -> str:
    """A name as it is looked up: case, accents' form, white space and punctuation between words do not count."""
    text = unicodedata.normalize("NFKC", storable(name)).casefold()
    return " ".join(re.findall(r"[\w.+#&]+", text))
