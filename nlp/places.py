"""The place of a written product name in the tree family › version › update, as posts are read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.annotations import EntityRef
from nlp.catalogue import Catalogue, ProductFamily
from nlp.catalogue.lookup import find_entries
from nlp.masking import Mask
from nlp.products import ProductFinder

Place = tuple[EntityRef, ...]
"""From the outermost family down to what is named."""

_LONGEST = 300  # characters; no product is called longer
_WORD_END = re.compile(r"(?<=\w)(?!\w)|(?<=[^\W\d_])(?=\d)|$")  # also where digits are glued on: "Exchange2010"


def places_of(catalogue: Catalogue, written: str) -> tuple[Place, ...]:
    """Where the tree has `written`, a product with a version ("Exchange 2010 SP1"); nothing where it is none.

    It is read as a post's text is. Where its capitals keep it from being read so, its family may be written in any
    case, and every family of that name is tried.
    """
    text = " ".join(written.split())
    if not text or len(text) > _LONGEST:
        return ()
    finder = ProductFinder(catalogue)
    if (place := _read(finder, text)) is not None:
        return (place,)
    found = (_read(finder, respelt) for respelt in _respelt(catalogue, text))
    return tuple(dict.fromkeys(place for place in found if place is not None))


def _read(finder: ProductFinder, text: str) -> Place | None:
    """The place, if the whole text is one known product with a version."""
    mentions = finder.find(text, 0, Mask.of(()))
    if len(mentions) != 1 or (mentions[0].start, mentions[0].end) != (0, len(text)):
        return None
    found = mentions[0]
    return (*found.ancestors, found.entity) if found.entity.known and found.ancestors else None


def _respelt(catalogue: Catalogue, text: str) -> Iterator[str]:
    """The text with the family that it begins with spelt as its full name, longest beginnings first."""
    ends = [match.start() for match in _WORD_END.finditer(text)]
    for end in reversed(ends):
        families = [k.entry for k in find_entries(catalogue, text[:end]) if isinstance(k.entry, ProductFamily)]
        yield from (f"{family.name} {text[end:].lstrip()}" for family in families if text[end:])
