"""The catalogue's entries as values: products, organizations and top-level domains that the trade talks about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from nlp.annotations import EntityKind

VersionStyle = Literal["year", "number", "name", "none"]
TldKind = Literal["gTLD", "sTLD", "ccTLD", "brand", "infrastructure", "idn"]
TldStatus = Literal["delegated", "applied", "retired", "reserved"]


@dataclass(frozen=True, slots=True)
class ProductFamily:
    """A product without its versions. `name` carries the vendor as the trade writes it.

    `aliases` are other names, in any case; `acronyms` short forms, matched as written; `ambiguous` are those of all
    these that are also something else and count only with one of `cues` near; `versions` is how its versions look:
    a year, a number, a name (with `codenames` name → number), or none at all. `parent` is the product that it is an
    edition or part of.
    """

    slug: str
    name: str
    kind: str
    vendor: str | None = None
    aliases: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    versions: VersionStyle = "number"
    parent: str | None = None
    codenames: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Organization:
    """A company, registry, body, agency or publication. `products_as`: the product of the same name, if any."""

    slug: str
    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    products_as: str | None = None


@dataclass(frozen=True, slots=True)
class Tld:
    """A top-level domain. `slug` is its ASCII label: `xn--…` for an internationalised one, whose other is `unicode`."""

    slug: str
    name: str
    kind: TldKind
    status: TldStatus
    registry: str | None = None
    delegated: date | None = None
    unicode: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """A file that says something of an entry: Hostwire's by its place among them, the operator's `own` by its path."""

    file: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All entries by slug; `version` changes with their content.

    `origins` are the files that an entry, by its kind and slug, was read from: each says more than, or other than, the
    one before it. Empty for a catalogue that was read from none.
    """

    products: Mapping[str, ProductFamily]
    organizations: Mapping[str, Organization]
    tlds: Mapping[str, Tld]
    version: str
    origins: Mapping[tuple[EntityKind, str], tuple[Origin, ...]] = field(
        default_factory=dict, hash=False, compare=False
    )
