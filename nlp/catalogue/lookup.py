"""What the catalogue knows by a name: by its slug, a name, an alias or an acronym, in any case."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from nlp.annotations import EntityKind
from nlp.catalogue.checks import names_of
from nlp.catalogue.model import Catalogue, Organization, Origin, ProductFamily, Tld
from nlp.folding import fold

_LIKE = 0.7  # of difflib's ratio: below it a suggestion has little to do with what was typed
Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Known:
    """An entry, and what it was found by: "slug", "name", "alias", "acronym", "label" or "unicode"."""

    kind: EntityKind
    entry: ProductFamily | Organization | Tld
    by: str


def find_entries(catalogue: Catalogue, asked: str) -> tuple[Known, ...]:
    """Everything that is called so: products, organizations, then TLDs (with or without their dot)."""
    wanted = normal(asked)
    return tuple(
        Known(kind, entry, by)
        for kind, entry, forms in _entries(catalogue)
        if (by := next((by for by, form in forms if normal(form) == wanted), None)) is not None
    )


def near_names(catalogue: Catalogue, asked: str, count: int = 5) -> tuple[str, ...]:
    """Names that are spelt like it, the likest first, each as the catalogue writes it."""
    written: dict[str, str] = {}
    for _, _, forms in _entries(catalogue):
        for _, form in forms:
            written.setdefault(normal(form), form)
    return tuple(written[found] for found in difflib.get_close_matches(normal(asked), written, count, _LIKE))


def normal(name: str) -> str:
    """How names are compared: without case, typographic variants and further blanks."""
    return " ".join(fold(name).casefold().split())


def origins_of(catalogue: Catalogue, known: Known) -> tuple[Origin, ...]:
    """The files that it is from; each says more than, or other than, the one before it."""
    return catalogue.origins.get((known.kind, known.entry.slug), ())


def described(catalogue: Catalogue, known: Known) -> Json:
    """All that is known of an entry as JSON: references with their names, what is not known null."""
    files = [{"file": origin.file, "own": origin.own} for origin in origins_of(catalogue, known)]
    start: Json = {"type": known.kind, "slug": known.entry.slug, "name": known.entry.name, "kind": known.entry.kind}
    return {**start, **_fields(catalogue, known.entry), "found_by": known.by, "from": files}


def _fields(catalogue: Catalogue, entry: ProductFamily | Organization | Tld) -> Json:
    match entry:
        case ProductFamily():
            children = [family for family in catalogue.products.values() if family.parent == entry.slug]
            return {
                "vendor": _reference(catalogue.organizations.get(entry.vendor or ""), entry.vendor),
                "parent": _reference(catalogue.products.get(entry.parent or ""), entry.parent),
                "children": [_reference(family, family.slug) for family in children],
                **_names(entry),
                "versions": entry.versions,
                "codenames": dict(entry.codenames),
            }
        case Organization():
            products = [family for family in catalogue.products.values() if family.vendor == entry.slug]
            return {
                "products": [_reference(family, family.slug) for family in products],
                "tlds": [tld.slug for tld in catalogue.tlds.values() if tld.registry == entry.slug],
                **_names(entry),
                "products_as": _reference(catalogue.products.get(entry.products_as or ""), entry.products_as),
            }
        case Tld():
            return {
                "status": entry.status,
                "registry": _reference(catalogue.organizations.get(entry.registry or ""), entry.registry),
                "delegated": entry.delegated.isoformat() if entry.delegated else None,
                "unicode": entry.unicode,
            }


def _names(entry: ProductFamily | Organization) -> Json:
    return {
        "aliases": list(entry.aliases),
        "acronyms": list(entry.acronyms),
        "ambiguous": list(entry.ambiguous),
        "cues": list(entry.cues),
    }


def _reference(entry: ProductFamily | Organization | None, slug: str | None) -> Json | None:
    """An entry that another one points to; its name is null where it points to nothing."""
    return None if slug is None else {"slug": slug, "name": entry.name if entry else None}


Forms = tuple[tuple[str, str], ...]


def _entries(catalogue: Catalogue) -> Iterator[tuple[EntityKind, ProductFamily | Organization | Tld, Forms]]:
    """Every entry with what it may be found by, the plainest first."""
    for family in catalogue.products.values():
        yield "product", family, _forms(family)
    for organization in catalogue.organizations.values():
        yield "organization", organization, _forms(organization)
    for tld in catalogue.tlds.values():
        own = tld.unicode.lstrip(".") if tld.unicode else None
        in_script = (("unicode", own), ("unicode", f".{own}")) if own else ()
        yield "tld", tld, (("label", tld.slug), ("label", f".{tld.slug}"), *in_script)


def _forms(entry: ProductFamily | Organization) -> Forms:
    aliases = (("alias", name) for name in names_of(entry)[1 : 1 + len(entry.aliases)])
    acronyms = (("acronym", name) for name in entry.acronyms)
    return (("name", entry.name), *aliases, *acronyms, ("slug", entry.slug))
