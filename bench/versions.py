"""Is every release of a product's history read at its place? `python -m bench.versions BUILDS.tsv`

A row of the file begins with a release's name ("Update Rollup 8-v2 for Exchange Server 2007 SP3"). Put before
" is now available.", a row counts as right when

1. the sentence has one product mention, and its text is the name: the whole of it, and nothing else. A remark in
   brackets at the end ("(recalled)") is the table's and may stay outside;
2. the mention's tree begins with Microsoft Exchange Server (which 4.0 to 5.5 belong to as well as the years), and below
   it stand the version and then each service pack, cumulative update, rollup and security update of the name, one
   level for one part, outer first, none left out and none added;
3. no row of another release has its slug. Rows name one release when they have the same version and the same
   updates: a stage ("RTM", "Preview") and an edition belong to the version that they precede;
4. the other ways to write it have the same slug and are read whole as well: service packs and updates in words and in
   letters ("Service Pack 1", "Cumulative Update 10", "RU3", "UR3"), the rollup before and after its product, the
   product with and without "Microsoft" and "Server".

Prints the share of the rows that are right, and lists the others with what is wrong.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from nlp.annotations import PostText, TaggedEntity
from nlp.catalogue import load_catalogue
from nlp.pipeline import Tagger, build_tagger

FAMILY = "Microsoft Exchange Server"

_REMARK = re.compile(r" \([a-z ]+\)$")
_VERSION = re.compile(r"\b(?:20\d\d|\d\.\d)\b")
_SERVICE_PACK = re.compile(r"\b(?:post-)?SP\d+\b")
_CUMULATIVE = re.compile(r"\bCU\d+\b")
_ROLLUP = re.compile(r"\bUpdate Rollup (\d+)(?:[ -](v\d))?\b")
_SECURITY = re.compile(r"\b[A-Z][a-z]{2}\d\dSU\b")


@dataclass(frozen=True, slots=True)
class Release:
    """A version and what came on top of it, outer first, in canonical form: ("2010", ("SP3", "Update Rollup 8 v2"))."""

    version: str
    updates: tuple[str, ...]

    @property
    def path(self) -> tuple[str, ...]:
        """The names of its levels below the family, itself included."""
        return tuple(" ".join([FAMILY, self.version, *self.updates[:n]]) for n in range(len(self.updates) + 1))


@dataclass(frozen=True, slots=True)
class Miss:
    """A row that is not right, and why."""

    name: str
    reason: str


def read_names(path: Path) -> list[str]:
    """The first column of a table with a head line."""
    return [line.split("\t")[0] for line in path.read_text(encoding="utf-8").splitlines()[1:]]


def release_of(name: str) -> Release:
    """What a row's name says, by the letters of this table alone: the reader that is measured has no part in it.

    Raises:
        ValueError: the name has no version.
    """
    version = _VERSION.search(name)
    if version is None:
        raise ValueError(f"no version in {name!r}")
    rollup = _ROLLUP.search(name)
    updates = [match.group() for pattern in (_SERVICE_PACK, _CUMULATIVE) if (match := pattern.search(name))]
    if rollup is not None:
        updates.append(" ".join(part for part in ("Update Rollup", *rollup.groups()) if part))
    security = _SECURITY.search(name)
    if security is not None:
        updates.append(security.group())
    return Release(version.group(), tuple(updates))


def spellings(release: Release) -> Iterator[str]:
    """Other ways to write a release's name."""
    plain, *others = (f"{name} {release.version}" for name in ("Exchange Server", "Exchange", FAMILY))
    in_words = product([plain], *(_written(update) for update in release.updates))
    for written in (*in_words, *((name, *release.updates) for name in others)):
        yield " ".join(written)
        if release.updates and release.updates[-1].startswith("Update Rollup"):
            yield f"{written[-1]} for {' '.join(written[:-1])}"


def _written(update: str) -> tuple[str, ...]:
    for short, long in (("SP", "Service Pack "), ("CU", "Cumulative Update ")):
        if update.startswith(short):
            return update, update.replace(short, long)
    if update.startswith("Update Rollup "):
        number = update.removeprefix("Update Rollup ")
        return update, update.replace(" v", "-v"), f"RU{number}", f"UR{number}", f"Rollup {number}"
    return (update,)


def find_misses(tagger: Tagger, names: Sequence[str]) -> list[Miss]:
    """The rows of `names` that are not right, in order."""
    read = [_only_product(tagger, name) for name in names]
    releases_by_slug: dict[str, set[Release]] = defaultdict(set)
    for name, found in zip(names, read, strict=True):
        if found is not None:
            releases_by_slug[found.slug].add(release_of(name))
    reasons = [
        "is not read as one product" if found is None else _fault(tagger, release_of(name), found, releases_by_slug)
        for name, found in zip(names, read, strict=True)
    ]
    return [Miss(name, reason) for name, reason in zip(names, reasons, strict=True) if reason]


def _only_product(tagger: Tagger, name: str) -> TaggedEntity | None:
    """The product that `name` is read as; None when it is not read as one, whole."""
    analysis = tagger.tag(PostText("", f"{name} is now available."))
    mentions = [(entity, mention) for entity in analysis.products for mention in entity.mentions]
    if len(mentions) != 1 or mentions[0][1].text not in {name, _REMARK.sub("", name)}:
        return None
    return mentions[0][0]


def _fault(tagger: Tagger, release: Release, found: TaggedEntity, releases_by_slug: dict[str, set[Release]]) -> str:
    path = [*(ref.name for ref in found.ancestors), found.name]
    if path != [FAMILY, *release.path]:
        return f"stands at {' › '.join(path)}"
    if len(releases_by_slug[found.slug]) > 1:
        return f"shares the slug {found.slug} with another release"
    for spelling in spellings(release):
        other = _only_product(tagger, spelling)
        if other is None or other.slug != found.slug:
            return f"is not the same as {spelling!r}"
    return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path, metavar="BUILDS.tsv")
    names = read_names(parser.parse_args().file)
    misses = find_misses(build_tagger(load_catalogue(), None), names)
    right = len(names) - len(misses)
    print(f"{right} of {len(names)} releases are read at their place: {right / max(1, len(names)):.4f}")
    for miss in misses:
        print(f"  {miss.name}: {miss.reason}")


if __name__ == "__main__":
    main()
