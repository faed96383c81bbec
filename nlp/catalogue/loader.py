"""Reads the catalogue's TOML files, and an operator's own file over them.

A file of products or organizations has a section for each kind, and an entry a line in it: `slug = { name = "…", … }`.
`tlds.toml` lists labels by kind and status, and what is known beyond that. The operator's file has the sections
`products.KIND`, `organizations.KIND` and `tlds`; an entry there replaces the fields it names of an entry with the same
slug, or is new.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar, get_args

from nlp.catalogue.model import Catalogue, Organization, ProductFamily, Tld, TldKind, TldStatus, VersionStyle
from nlp.errors import CatalogueError

Entry = TypeVar("Entry", ProductFamily, Organization)
LISTS = {"aliases", "acronyms", "ambiguous", "cues"}
TLD_FILE = "tlds.toml"


def load_catalogue(extra: Path | None = None) -> Catalogue:
    """The catalogue, with an operator's file over it where one is given.

    Raises:
        CatalogueError: a file cannot be read; the text names the file, the entry and what it takes.
    """
    products: dict[str, ProductFamily] = {}
    organizations: dict[str, Organization] = {}
    tlds: dict[str, Tld] = {}
    digest = hashlib.sha256()
    for name, data in _files("products"):
        digest.update(data)
        _merge(products, ProductFamily, _parse(name, data), name)
    for name, data in _files("organizations"):
        digest.update(data)
        _merge(organizations, Organization, _parse(name, data), name)
    data = (resources.files("nlp.catalogue") / TLD_FILE).read_bytes()
    digest.update(data)
    _merge_tlds(tlds, _parse(TLD_FILE, data), TLD_FILE)
    if extra is not None:
        digest.update(_merge_extra(extra, products, organizations, tlds))
    return Catalogue(products, organizations, tlds, digest.hexdigest()[:12])


def _files(folder: str) -> Iterator[tuple[str, bytes]]:
    files = (resources.files("nlp.catalogue") / folder).iterdir()
    for item in sorted(files, key=lambda item: item.name):
        if item.name.endswith(".toml"):
            yield f"{folder}/{item.name}", item.read_bytes()


def _parse(name: str, data: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{name} is no TOML: {error}") from error


def _merge_extra(
    path: Path, products: dict[str, ProductFamily], organizations: dict[str, Organization], tlds: dict[str, Tld]
) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CatalogueError(f"the catalogue {path} cannot be read: {error.strerror}") from error
    sections = _parse(str(path), data)
    unknown = sections.keys() - {"products", "organizations", "tlds"}
    if unknown:
        raise CatalogueError(
            f"{path}: no section is called [{min(unknown)}]; there are [products.KIND], [organizations.KIND] and [tlds]"
        )
    _merge(products, ProductFamily, _table(sections.get("products", {}), str(path)), str(path), override=True)
    _merge(organizations, Organization, _table(sections.get("organizations", {}), str(path)), str(path), override=True)
    _merge_tlds(tlds, {"details": sections.get("tlds", {})}, str(path))
    return data


def _table(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CatalogueError(f"{where}: {value!r} stands where a table of entries belongs")
    return value


def _merge(
    into: dict[str, Entry], made: type[Entry], sections: Mapping[str, Any], where: str, *, override: bool = False
) -> None:
    for kind, entries in sections.items():
        for slug, stated in _table(entries, f"{where} [{kind}]").items():
            values = _values(made, slug, _table(stated, f"{where} {slug}"), where)
            if slug in into:
                if not override:
                    raise CatalogueError(f"{where}: {slug} is there already; give it another slug or remove one")
                into[slug] = replace(into[slug], kind=kind, **values)
            else:
                if "name" not in values:
                    raise CatalogueError(f'{where}: {slug} has no name; give it name = "…"')
                into[slug] = made(slug=slug, kind=kind, **values)


def _values(made: type[Any], slug: str, stated: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The fields of an entry, of the types that they take."""
    known = {field.name for field in fields(made)} - {"slug", "kind"}
    values: dict[str, Any] = {}
    for name, value in stated.items():
        if name not in known:
            raise CatalogueError(f"{where}: {slug} has no field {name!r}; there are {', '.join(sorted(known))}")
        if name in LISTS:
            if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
                raise CatalogueError(f'{where}: {name} of {slug} takes a list of texts, as in ["one", "two"]')
            values[name] = tuple(value)
        elif name == "codenames":
            if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
                raise CatalogueError(f'{where}: codenames of {slug} takes a table, as in {{ bookworm = "12" }}')
            values[name] = value
        else:
            if not isinstance(value, str) or not value.strip():
                raise CatalogueError(f"{where}: {name} of {slug} takes a text")
            values[name] = value
    style = values.get("versions")
    if style is not None and style not in get_args(VersionStyle):
        raise CatalogueError(
            f"{where}: versions of {slug} is one of {', '.join(get_args(VersionStyle))}, not {style!r}"
        )
    return values


def _merge_tlds(into: dict[str, Tld], sections: Mapping[str, Any], where: str) -> None:
    for kind, lists in sections.items():
        if kind == "details":
            continue
        for status, labels in _table(lists, f"{where} [{kind}]").items():
            for label in str(labels).split():
                into[label] = _tld(label, {"kind": kind, "status": status}, where)
    for label, stated in _table(sections.get("details", {}), f"{where} [details]").items():
        into[label] = _tld(label, _stated_before(into.get(label)) | _table(stated, f"{where} {label}"), where)


def _stated_before(former: Tld | None) -> dict[str, Any]:
    """What a further file need not say again of a label."""
    if former is None:
        return {"kind": "gTLD", "status": "delegated"}
    unicode = former.unicode.lstrip(".") if former.unicode else None
    stated = {name: getattr(former, name) for name in ("kind", "status", "registry", "delegated")}
    return {name: value for name, value in {**stated, "unicode": unicode}.items() if value is not None}


def _tld(label: str, stated: Mapping[str, Any], where: str) -> Tld:
    unknown = stated.keys() - {"kind", "status", "registry", "delegated", "unicode"}
    if unknown:
        raise CatalogueError(f"{where}: {label} has no field {min(unknown)!r}")
    if stated["kind"] not in get_args(TldKind) or stated["status"] not in get_args(TldStatus):
        raise CatalogueError(
            f"{where}: {label} is of kind {stated['kind']!r} and status {stated['status']!r}, which are none"
        )
    delegated = stated.get("delegated")
    if delegated is not None and type(delegated) is not date:
        raise CatalogueError(f"{where}: delegated of {label} takes a day, as in 2011-04-15")
    for name in ("registry", "unicode"):
        if name in stated and (not isinstance(stated[name], str) or not stated[name].strip()):
            raise CatalogueError(f"{where}: {name} of {label} takes a text")
    unicode = stated.get("unicode")
    return Tld(
        slug=label,
        name=f".{unicode or label}",
        kind=stated["kind"],
        status=stated["status"],
        registry=stated.get("registry"),
        delegated=delegated,
        unicode=f".{unicode}" if unicode else None,
    )
