"""How many typing slips of names are put right, and how many right words are left alone: `python -m bench.slips`.

Against the names of the catalogue, all of one weight and without the posts that in service show which words are usual:
a word that more than three posts hold is never put right.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nlp.catalogue import load_catalogue
from store.corrections import nearest_name
from store.suggestions import Alias, Named, NameIndex, SuggestionKind
from store.text import fold_name

CASES = Path(__file__).with_suffix(".toml")
KINDS: tuple[SuggestionKind, ...] = ("product", "organization")


@dataclass(frozen=True, slots=True)
class Scores:
    """`recall`: slips put right, of all. `precision`: of those put right, the ones that became the name that is meant.

    `left_alone`: right words for which nothing is offered, of all.
    """

    recall: float
    precision: float
    left_alone: float
    wrong: tuple[str, ...]


def catalogue_names() -> NameIndex:
    """The names of the catalogue's products and organizations, none weightier than another."""
    return NameIndex(_aliases())


def _aliases() -> Iterator[Alias]:
    catalogue = load_catalogue()
    entries: tuple[tuple[SuggestionKind, object], ...] = (
        *(("product", entry) for entry in catalogue.products.values()),
        *(("organization", entry) for entry in catalogue.organizations.values()),
    )
    for row_id, (kind, entry) in enumerate(entries):
        named = Named(row_id, kind, entry.slug, entry.name, True, 0)
        for name in dict.fromkeys((entry.name, *entry.aliases, entry.slug)):
            yield Alias(fold_name(name), name, named)


def measure(index: NameIndex) -> Scores:
    """Every case of slips.toml."""
    cases = tomllib.loads(CASES.read_text(encoding="utf-8"))
    typed = [(slip, meant) for kind in cases["typed"].values() for slip, meant in kind.items()]
    words, names = cases["right"]["words"].split(), cases["right"]["names"].strip().splitlines()
    found = [(slip, meant, nearest_name(index, slip, KINDS)) for slip, meant in typed]
    offered = [(slip, meant, near) for slip, meant, near in found if near is not None]
    hit = [slip for slip, meant, near in offered if near.of in {a.of for a in index.exactly(fold_name(meant), KINDS)}]
    changed = [f"{word} → {near}" for word in words if (near := _other_word(index, word))]
    changed += [f"{name} → {near}" for name in names if (near := _other_name(index, name))]
    missed = [f"{slip} → {near.name if near else 'nothing'}" for slip, _, near in found if slip not in set(hit)]
    return Scores(
        recall=len(hit) / len(typed),
        precision=len(hit) / len(offered),
        left_alone=1 - len(changed) / (len(words) + len(names)),
        wrong=(*missed, *changed),
    )


def _other_word(index: NameIndex, word: str) -> str | None:
    """What would be put in place of a right word of a query, if no more than three posts held it."""
    return next((near for _, near in index.slips.words_near(fold_name(word), KINDS)), None)


def _other_name(index: NameIndex, name: str) -> str | None:
    """What would be put in place of a right name behind a field, or of its words in a query."""
    if index.exactly(fold_name(name), KINDS):
        return None
    near = nearest_name(index, name, KINDS)
    if near is not None:
        return near.name
    return next((other for word in name.split() if (other := _other_word(index, word))), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="also print each case that went wrong")
    asked = parser.parse_args()
    scores = measure(catalogue_names())
    print(f"slips put right      {scores.recall:6.3f}")
    print(f"  as what was meant  {scores.precision:6.3f}")
    print(f"right words alone    {scores.left_alone:6.3f}")
    for line in scores.wrong if asked.wrong else ():
        print(f"  {line}")


if __name__ == "__main__":
    main()
