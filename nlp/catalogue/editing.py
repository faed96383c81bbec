"""Adds entries to an operator's own catalogue file: one line more in it, and every other byte as it was.

Files are written by people, in whatever way TOML allows. So a place for the line is looked for where people put it,
and what reads the file afterwards (`tomllib`) is the judge: a place is right when the file then says what it said
before and the new entry. No TOML writer is needed for that, and none could promise to leave the rest alone.
"""

from __future__ import annotations

import copy
import json
import re
import shutil
import tomllib
import unicodedata
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from nlp.annotations import EntityKind
from nlp.catalogue.checks import LABEL, Problem, find_problems
from nlp.catalogue.loader import survey_catalogue
from nlp.catalogue.lookup import Known
from nlp.catalogue.model import Catalogue
from nlp.errors import CatalogueError
from nlp.versions import slug_part

Value = str | date | Sequence[str] | Mapping[str, "Value"]
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_HEADER = re.compile(r"[ \t]*\[")
_SECTIONS: dict[EntityKind, str] = {"product": "products", "organization": "organizations", "tld": "tlds"}


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry to be added under its slug (a TLD's is its label). `section` is its kind; a TLD states its own.

    `fields` are those of docs/catalogue.md, without the ones that are empty.
    """

    kind: EntityKind
    slug: str
    section: str | None
    fields: Mapping[str, Value]

    @property
    def path(self) -> tuple[str, ...]:
        """The keys of the table that it belongs into."""
        return (_SECTIONS[self.kind], self.section) if self.section else (_SECTIONS[self.kind],)

    @property
    def line(self) -> str:
        """The entry as a line of TOML."""
        return f"{_key(self.slug)} = {_toml(self.fields)}"


@dataclass(frozen=True, slots=True)
class Added:
    """The catalogue with the new entry, the entry as it is found there, and what is wrong elsewhere in it."""

    catalogue: Catalogue
    known: Known
    older_problems: tuple[Problem, ...]


def slug_for(name: str) -> str:
    """The slug that a name gets: "Größe & Söhne" → "grosse-sohne"; empty where nothing of it can be spelt so."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("+", " plus "))
    return slug_part(plain.encode("ascii", "ignore").decode("ascii"))


def label_of(written: str) -> tuple[str, str | None]:
    """A TLD's label in ASCII, and in its own script where that is another; written in either, with or without its dot.

    Raises:
        CatalogueError: it is no label.
    """
    label = unicodedata.normalize("NFKC", written.strip().removeprefix(".")).lower()
    refused = f"{written!r} is no label of a top-level domain"
    try:
        if label.isascii():
            plain, own = label, label[4:].encode().decode("punycode") if label.startswith("xn--") else None
        else:
            plain, own = f"xn--{label.encode('punycode').decode()}", label
        (own or plain).encode("utf-8")  # half a character has a punycode, and is none
    except UnicodeError as error:
        raise CatalogueError(refused) from error
    if not LABEL.fullmatch(plain) or (own or "").startswith("xn--"):
        raise CatalogueError(refused)
    return plain, own


def add_entry(file: Path, entry: NewEntry) -> Added:
    """Adds an entry to a file, which is made where there is none, and left untouched unless all is well with the entry.

    Raises:
        CatalogueError: the file cannot be read or written, the entry is there already, or the checker finds something
            wrong with it; says what, and what to do.
    """
    file = file.resolve()  # a link goes on pointing to the file
    former = _read(file)
    before, mistakes = survey_catalogue(file, former or b"")
    if mistakes:
        raise CatalogueError(f"{mistakes[0]}; mend that first")
    if entry.slug in _entries(before, entry.kind):
        files = " and ".join(origin.file for origin in before.origins[entry.kind, entry.slug])
        raise CatalogueError(
            f"{entry.slug} is there already, in {files}: choose another slug, or write what is to change of it into"
            f" {file} under [{_header(entry.path)}]"
        )
    changed = with_entry(_decoded(former or b"", file), entry)
    after, mistakes = survey_catalogue(file, changed)
    if mistakes:
        raise CatalogueError(mistakes[0])
    older, problems = find_problems(before), find_problems(after)
    new = [str(problem) for problem in problems if problem not in older]
    if new:
        raise CatalogueError(f"{file} is left as it is: {'. '.join(new)}")
    _replace(file, former, changed)
    found = _entries(after, entry.kind)[entry.slug]
    return Added(after, Known(entry.kind, found, "label" if entry.kind == "tld" else "slug"), older)


def with_entry(text: str, entry: NewEntry) -> bytes:
    """The file's text with a line for the entry in its section, which is made where there is none.

    Raises:
        CatalogueError: there is no place for it; the text says what to write by hand.
    """
    wanted = copy.deepcopy(tomllib.loads(text))
    table: Any = wanted
    for key in entry.path:
        table = table.setdefault(key, {})
    table[entry.slug] = tomllib.loads(_checked(entry.line))[entry.slug]
    for candidate in _candidates(text, entry):
        try:
            if tomllib.loads(candidate) == wanted:
                return candidate.encode("utf-8")
        except tomllib.TOMLDecodeError:
            continue
    raise CatalogueError(
        f"the file states [{_header(entry.path)}] in a way that nothing can be added to; write by hand: {entry.line}"
    )


def _candidates(text: str, entry: NewEntry) -> Iterator[str]:
    """The text with the line in each place that comes into question, the likeliest first."""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    headers = [index for index, line in enumerate(lines) if _is_header(line, entry.path)]
    for header in reversed(headers):
        following = (index for index in range(header + 1, len(lines)) if _HEADER.match(lines[index]))
        for last in (_last_entry(lines, header, next(following, len(lines))), header):
            yield _inserted(lines, last + 1, f"{entry.line}{end}", end)
    whole = "".join(lines)
    apart = "" if not whole else end if whole.endswith("\n") else f"{end}{end}"
    yield f"{whole}{apart}[{_header(entry.path)}]{end}{entry.line}{end}"
    # Where the section's table is there but has no header of its own, one entry of it can still get one.
    fields = "".join(f"{_key(name)} = {_toml(value)}{end}" for name, value in entry.fields.items())
    yield f"{whole}{apart}[{_header((*entry.path, entry.slug))}]{end}{fields}"


def _last_entry(lines: Sequence[str], header: int, end: int) -> int:
    """The last line of a section that is no comment and not empty: what stands below belongs to what follows."""
    index = end - 1
    while index > header and (not lines[index].strip() or lines[index].lstrip().startswith("#")):
        index -= 1
    return index


def _inserted(lines: Sequence[str], at: int, line: str, end: str) -> str:
    before = "".join(lines[:at])
    if before and not before.endswith("\n"):
        before += end
    return before + line + "".join(lines[at:])


def _is_header(line: str, path: Sequence[str]) -> bool:
    if not _HEADER.match(line):
        return False
    try:
        found: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return False
    for key in path:
        if not isinstance(found, dict) or found.keys() != {key}:
            return False
        found = found[key]
    return bool(found == {})


def _header(path: Sequence[str]) -> str:
    return ".".join(_key(part) for part in path)


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _toml(name)


def _toml(value: Value) -> str:
    match value:
        case str():
            # JSON's strings are TOML's basic strings, but for one character that JSON leaves as it is.
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case date():
            return value.isoformat()
        case Mapping():
            return f"{{ {', '.join(f'{_key(name)} = {_toml(item)}' for name, item in value.items())} }}"
        case _:
            return f"[{', '.join(map(_toml, value))}]"


def _checked(line: str) -> str:
    """Half characters, which a terminal in another encoding may send, cannot be written."""
    if any("\ud800" <= character <= "\udfff" for character in line):
        raise CatalogueError("a name holds characters that are none: give it in UTF-8")
    return line


def _entries(catalogue: Catalogue, kind: EntityKind) -> Mapping[str, Any]:
    return {"product": catalogue.products, "organization": catalogue.organizations, "tld": catalogue.tlds}[kind]


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CatalogueError(f"the catalogue {file} cannot be read: {error.strerror}") from error


def _decoded(data: bytes, file: Path) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{file} is no TOML: {error}") from error


def _replace(file: Path, former: bytes | None, content: bytes) -> None:
    """Puts the new content in the file's place at one blow: who reads it meanwhile finds the one or the other."""
    beside = file.with_name(f".{file.name}.{uuid.uuid4().hex}")
    try:
        with beside.open("xb") as out:
            out.write(content)
        if former is not None:
            shutil.copymode(file, beside)
        if _read(file) != former:
            raise CatalogueError(f"{file} was changed by somebody else just now: nothing was added; try again")
        beside.replace(file)
    except OSError as error:
        raise CatalogueError(f"the catalogue {file} cannot be written: {error.strerror}") from error
    finally:
        beside.unlink(missing_ok=True)
