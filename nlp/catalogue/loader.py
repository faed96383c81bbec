"""Reads the catalogue's TOML files, and an operator's own file over them.

A file of products or organizations has a section for each kind, and an entry a line in it: `slug = { name = "…", … }`.
`tlds.toml` lists labels by kind and status, then by who runs them, and what is known beyond that. The operator's file
has the sections `products.KIND`, `organizations.KIND` and `tlds`; an entry there replaces the fields it names of an
entry with the same slug, or is new.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar, get_args

from nlp.annotations import EntityKind
from nlp.catalogue.model import Catalogue, Organization, Origin, ProductFamily, Tld, TldKind, TldStatus, VersionStyle
from nlp.errors import CatalogueError

Entry = TypeVar("Entry", ProductFamily, Organization)
LISTS = {"aliases", "acronyms", "ambiguous", "cues"}
TLD_FILE = "tlds.toml"


def load_catalogue(extra: Path | None = None) -> Catalogue:
    """The catalogue, with an operator's file over it where one is given.

    Raises:
        CatalogueError: a file cannot be read; the text names the file, the entry and what it takes.
    """
    catalogue, mistakes = survey_catalogue(extra)
    if mistakes:
        raise CatalogueError(mistakes[0])
    return catalogue


def survey_catalogue(extra: Path | None = None, content: bytes | None = None) -> tuple[Catalogue, tuple[str, ...]]:
    """The catalogue without what cannot be read of it, and what is wrong with each piece that cannot.

    `content` stands in for what the operator's file holds: what a change would make of it.
    """
    reading = _Reading()
    for name, data in _files("products"):
        reading.read_products(_parse(name, data), Origin(name))
        reading.digest.update(data)
    for name, data in _files("organizations"):
        reading.read_organizations(_parse(name, data), Origin(name))
        reading.digest.update(data)
    data = (resources.files("nlp.catalogue") / TLD_FILE).read_bytes()
    reading.digest.update(data)
    reading.read_tlds(_parse(TLD_FILE, data), Origin(TLD_FILE))
    if extra is not None:
        with reading.noting_mistakes():
            reading.read_own(extra, _content(extra) if content is None else content)
    return reading.catalogue(), tuple(reading.mistakes)


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


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CatalogueError(f"the catalogue {path} cannot be read: {error.strerror}") from error


class _Reading:
    """What was read so far. A mistake costs the entry that it is in, and no other."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.mistakes: list[str] = []
        self._products: dict[str, ProductFamily] = {}
        self._organizations: dict[str, Organization] = {}
        self._tlds: dict[str, Tld] = {}
        self._origins: dict[tuple[EntityKind, str], tuple[Origin, ...]] = {}

    def catalogue(self) -> Catalogue:
        version = self.digest.hexdigest()[:12]
        return Catalogue(self._products, self._organizations, self._tlds, version, self._origins)

    @contextmanager
    def noting_mistakes(self) -> Iterator[None]:
        try:
            yield
        except CatalogueError as error:
            self.mistakes.append(str(error))

    def read_products(self, sections: Mapping[str, Any], origin: Origin) -> None:
        self._merge(self._products, ProductFamily, "product", sections, origin)

    def read_organizations(self, sections: Mapping[str, Any], origin: Origin) -> None:
        self._merge(self._organizations, Organization, "organization", sections, origin)

    def read_own(self, path: Path, data: bytes) -> None:
        where, origin = str(path), Origin(str(path), own=True)
        sections = _parse(where, data)
        self.digest.update(data)
        for unknown in sorted(sections.keys() - {"products", "organizations", "tlds"}):
            self.mistakes.append(
                f"{path}: no section is called [{unknown}]; there are [products.KIND], [organizations.KIND] and [tlds]"
            )
        with self.noting_mistakes():
            self.read_products(_table(sections.get("products", {}), where), origin)
        with self.noting_mistakes():
            self.read_organizations(_table(sections.get("organizations", {}), where), origin)
        with self.noting_mistakes():
            self.read_tlds({"details": sections.get("tlds", {})}, origin)

    def read_tlds(self, sections: Mapping[str, Any], origin: Origin) -> None:
        where = origin.file
        for kind, lists in sections.items():
            if kind in {"registries", "details"}:
                continue
            for status, labels in _table(lists, f"{where} [{kind}]").items():
                for label in str(labels).split():
                    self._tlds[label] = _tld(label, {"kind": kind, "status": status}, where)
                    self._note("tld", label, origin)
        self._read_registries(_table(sections.get("registries", {}), f"{where} [registries]"), where)
        section = "tlds" if origin.own else "details"
        for label, stated in _table(sections.get("details", {}), f"{where} [{section}]").items():
            with self.noting_mistakes():
                said = _table(stated, f"{where} {label}")
                self._tlds[label] = _tld(label, _stated_before(self._tlds.get(label)) | said, where)
                self._note("tld", label, origin)

    def _read_registries(self, stated: Mapping[str, Any], where: str) -> None:
        for registry, labels in stated.items():
            for label in str(labels).split():
                said = {**_stated_before(self._tlds.get(label)), "registry": registry}
                self._tlds[label] = _tld(label, said, where)

    def _merge(
        self,
        into: dict[str, Entry],
        made: type[Entry],
        entity: EntityKind,
        sections: Mapping[str, Any],
        origin: Origin,
    ) -> None:
        where = origin.file
        for kind, entries in sections.items():
            with self.noting_mistakes():
                for slug, stated in _table(entries, f"{where} [{kind}]").items():
                    with self.noting_mistakes():
                        values = _values(made, slug, _table(stated, f"{where} {slug}"), where)
                        into[slug] = _entry(made, into.get(slug), slug, kind, values, origin)
                        self._note(entity, slug, origin)

    def _note(self, entity: EntityKind, slug: str, origin: Origin) -> None:
        former = self._origins.get((entity, slug), ())
        self._origins[entity, slug] = former if origin in former else (*former, origin)


def _table(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CatalogueError(f"{where}: {value!r} stands where a table of entries belongs")
    return value


def _entry(
    made: type[Entry], former: Entry | None, slug: str, kind: str, values: Mapping[str, Any], origin: Origin
) -> Entry:
    """The entry as a file states it, over what the files before it stated."""
    if former is None:
        if "name" not in values:
            raise CatalogueError(f'{origin.file}: {slug} has no name; give it name = "…"')
        return made(slug=slug, kind=kind, **values)
    if not origin.own:
        raise CatalogueError(f"{origin.file}: {slug} is there already; give it another slug or remove one")
    return replace(former, kind=kind, **values)


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
