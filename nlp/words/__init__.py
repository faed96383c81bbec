"""Lists of words as text files: an item a line, `#` begins a comment. Items may be pieces of regular expressions."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def word_list(name: str) -> frozenset[str]:
    """The items of `nlp/words/<name>.txt`.

    Raises:
        FileNotFoundError: there is no such list.
    """
    return frozenset(_items(name))


@cache
def any_of(*names: str) -> str:
    """A regular expression, in brackets, that matches any item of the lists; longer items are tried first.

    Raises:
        FileNotFoundError: there is no such list.
    """
    items = sorted({item for name in names for item in _items(name)}, key=lambda item: (-len(item), item))
    return f"(?:{'|'.join(items)})"


def _items(name: str) -> list[str]:
    lines = (files("nlp.words") / f"{name}.txt").read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
