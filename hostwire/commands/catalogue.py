"""`hostwire catalogue …`: what Hostwire knows by name, and an operator's own names beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hostwire.errors import BadWordsError, HostwireError
from hostwire.output import out, print_json, say
from hostwire.settings import load_settings

if TYPE_CHECKING:
    from nlp.annotations import EntityKind
    from nlp.catalogue.editing import Value

JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="Print the entry as JSON.")
FILE_OPTION = click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Your own file, made where there is none; otherwise the one that HOSTWIRE_CATALOGUE names.",
)
SLUG_OPTION = click.option("--slug", help="Its slug; otherwise made from the name.")
ALIAS_OPTION = click.option("--alias", "aliases", multiple=True, help="Another name, in any case; several times.")
ACRONYM_OPTION = click.option("--acronym", "acronyms", multiple=True, help="A short form, as written; several times.")
AMBIGUOUS_OPTION = click.option(
    "--ambiguous", multiple=True, help="One of its names that is also something else: it wants a cue; several times."
)
CUE_OPTION = click.option(
    "--cue", "cues", multiple=True, help="A word that makes an ambiguous name sure; several times."
)
# In the order in which an entry is written.
FIELDS = (
    *("name", "vendor", "aliases", "acronyms", "ambiguous", "cues", "versions", "codenames", "parent", "products_as"),
    *("kind", "status", "registry", "delegated", "unicode"),
)


@click.group()
def catalogue() -> None:
    """Check, show and add the names that Hostwire knows: products, organizations, TLDs."""


# -- check ---------------------------------------------------------------------------------------------------------


@catalogue.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a problem on a line.")
@click.pass_context
def check(ctx: click.Context, file: Path | None, *, as_json: bool) -> None:
    """Check the catalogue with your own file over it: FILE, else the one that HOSTWIRE_CATALOGUE names.

    Prints a line a problem, with the entry and what to do. Exit code 1 when there is one.
    """
    from nlp.catalogue import find_problems, survey_catalogue

    own = file or load_settings().catalogue
    found, mistakes = survey_catalogue(own)
    problems = find_problems(found)
    for mistake in mistakes:
        if as_json:
            print_json({"entries": [], "problem": mistake, "do": f"correct it in {own}"})
        else:
            click.echo(mistake)
    for problem in problems:
        if as_json:
            print_json({"entries": problem.entries, "problem": problem.found, "do": problem.advice})
        else:
            click.echo(str(problem))
    if not (mistakes or problems or as_json):
        with_own = f" with {own}" if own else ""
        click.echo(
            f"no problems in {len(found.products)} products, {len(found.organizations)} organizations and"
            f" {len(found.tlds)} TLDs{with_own}; version {found.version}"
        )
    ctx.exit(1 if mistakes or problems else 0)


# -- show ----------------------------------------------------------------------------------------------------------


@catalogue.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON object an entry on a line.")
def show(name: str, *, as_json: bool) -> None:
    """Show what is known by NAME: a name, slug, alias, acronym or TLD in any case, or a product with its version.

    Everything that is called so is shown. Exit code 1 when nothing is; names that are spelt like it are suggested.
    """
    from nlp.catalogue import load_catalogue
    from nlp.catalogue.lookup import near_names

    catalogue = load_catalogue(load_settings().catalogue)
    shown = list(_entries_named(catalogue, name))
    if not shown:
        near = near_names(catalogue, name)
        like = f"; spelt like it are {', '.join(near)}" if near else "; `hostwire catalogue add` adds what is missing"
        raise HostwireError(f"the catalogue has nothing called {name!r}{like}")
    for entry in shown:
        if as_json:
            print_json(entry)
        else:
            _print_entry(entry)


def _entries_named(catalogue: Any, name: str) -> Iterator[dict[str, Any]]:
    """The entries of that name; of a product with its version, its family and the place below it."""
    from nlp.catalogue.lookup import Known, described, find_entries
    from nlp.places import places_of

    found = find_entries(catalogue, name)
    for known in found:
        yield {**described(catalogue, known), "place": None}
    if found:
        return
    for place in places_of(catalogue, name):
        family = next(ref.slug for ref in reversed(place) if ref.slug in catalogue.products)
        known = Known("product", catalogue.products[family], "version")
        levels = [{"slug": ref.slug, "name": ref.name} for ref in place]
        yield {**described(catalogue, known), "place": levels}


def _print_entry(entry: Mapping[str, Any]) -> None:
    console = out()
    kinds = {"product": "product family", "organization": "organization", "tld": "top-level domain"}
    console.print(f"{entry['name']}: {kinds[entry['type']]}", style="bold", markup=False, soft_wrap=True)
    for label, value in _lines(entry):
        console.print(f"  {label:<10} {value}", markup=False, soft_wrap=True)


def _lines(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What there is to say of an entry, in words; what is not known is left out."""
    if entry["place"]:
        yield "place", " › ".join(level["name"] for level in entry["place"])
        yield "place slug", entry["place"][-1]["slug"]
    for name in ("slug", "kind", "status"):
        if entry.get(name):
            yield name, entry[name]
    for name in ("vendor", "parent", "registry", "products_as"):
        if entry.get(name):
            yield name, _named(entry[name])
    for name in ("children", "products"):
        if entry.get(name):
            yield name, ", ".join(map(_named, entry[name]))
    if entry.get("tlds"):
        yield "registry of", ", ".join(f".{label}" for label in entry["tlds"])
    for name in ("aliases", "acronyms"):
        if entry.get(name):
            yield name, ", ".join(entry[name])
    if entry.get("ambiguous"):
        yield "ambiguous", f"{', '.join(entry['ambiguous'])}: only near one of the cues {', '.join(entry['cues'])}"
    elif entry.get("cues"):
        yield "cues", ", ".join(entry["cues"])
    for name in ("versions", "delegated", "unicode"):
        if entry.get(name):
            yield name, entry[name]
    if entry.get("codenames"):
        yield "codenames", ", ".join(f"{name} = {version}" for name, version in entry["codenames"].items())
    files = (f"{file['file']} ({'your own file' if file['own'] else 'comes with Hostwire'})" for file in entry["from"])
    yield "from", ", then ".join(files)


def _named(reference: Mapping[str, Any]) -> str:
    return f"{reference['name'] or 'nothing known'} ({reference['slug']})"


# -- add -----------------------------------------------------------------------------------------------------------


@catalogue.group()
def add() -> None:
    """Add an entry to your own file; nothing is written unless the checker is content with it."""


@add.command()
@click.argument("name")
@click.option("--kind", required=True, help="What it is: control-panel, mail-server, database …")
@click.option("--vendor", help="Slug of the organization that makes it.")
@click.option("--parent", help="Slug of the product that it is an edition or part of.")
@click.option(
    "--versions",
    type=click.Choice(["year", "number", "name", "none"]),
    help="What stands after its name: 2010, 8.0, Obsidian, nothing. Without it numbers do.",
)
@click.option("--codename", "codenames", multiple=True, metavar="NAME=VERSION", help="A version's name; several times.")
@SLUG_OPTION
@ALIAS_OPTION
@ACRONYM_OPTION
@AMBIGUOUS_OPTION
@CUE_OPTION
@FILE_OPTION
@JSON_OPTION
def product(
    name: str,
    kind: str,
    slug: str | None,
    file: Path | None,
    codenames: tuple[str, ...],
    *,
    as_json: bool,
    **fields: Any,
) -> None:
    """Add the product NAME."""
    named = [item.partition("=") for item in codenames]
    for code, equals, version in named:
        if not (code.strip() and equals and version.strip()):
            raise BadWordsError(f"--codename {code}{equals}{version}: it takes NAME=VERSION, as in bookworm=12")
    numbers = {code.strip(): version.strip() for code, _, version in named}
    _add("product", slug or _slug(name), _section(kind), {"name": name, **fields, "codenames": numbers}, file, as_json)


@add.command()
@click.argument("name")
@click.option("--kind", required=True, help="What it is: host, registrar, registry, vendor, body, press …")
@click.option("--products-as", help="Slug of the product that bears the same name.")
@SLUG_OPTION
@ALIAS_OPTION
@ACRONYM_OPTION
@AMBIGUOUS_OPTION
@CUE_OPTION
@FILE_OPTION
@JSON_OPTION
def organization(name: str, kind: str, slug: str | None, file: Path | None, *, as_json: bool, **fields: Any) -> None:
    """Add the organization NAME."""
    _add("organization", slug or _slug(name), _section(kind), {"name": name, **fields}, file, as_json)


@add.command()
@click.argument("label")
@click.option(
    "--kind",
    type=click.Choice(["gTLD", "sTLD", "ccTLD", "brand", "infrastructure", "idn"]),
    help="Without it idn for an internationalised label, gTLD for others.",
)
@click.option(
    "--status",
    type=click.Choice(["delegated", "applied", "retired", "reserved"]),
    default="delegated",
    show_default=True,
    help="Where it stands.",
)
@click.option("--registry", help="Slug of the organization that runs it.")
@click.option("--delegated", type=click.DateTime(["%Y-%m-%d"]), help="The day on which it came into the root zone.")
@click.option("--unicode", "script", help="An internationalised one in its own script; otherwise read from the label.")
@FILE_OPTION
@JSON_OPTION
def tld(
    label: str,
    kind: str | None,
    status: str,
    registry: str | None,
    delegated: datetime | None,
    script: str | None,
    file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Add the top-level domain LABEL: with or without its dot, in its own script or as xn--…"""
    plain, own = _label(label)
    fields: dict[str, Value | None] = {
        "kind": kind or ("idn" if own else "gTLD"),
        "status": status,
        "registry": registry,
        "delegated": delegated.date() if delegated else None,
        "unicode": script.lstrip(".") if script else own,
    }
    _add("tld", plain, None, fields, file, as_json)


def _slug(name: str) -> str:
    from nlp.catalogue.editing import slug_for

    slug = slug_for(name)
    if not slug:
        raise BadWordsError(f"no slug can be made from {name!r}: give one with --slug")
    return slug


def _section(kind: str) -> str:
    from nlp.catalogue.checks import SLUG

    if not SLUG.fullmatch(kind):
        raise BadWordsError(
            f"--kind {kind!r}: it takes lower-case letters and digits with hyphens, as in control-panel"
        )
    return kind


def _label(written: str) -> tuple[str, str | None]:
    """The label in ASCII, and in its own script where that is another."""
    from nlp.catalogue.editing import label_of
    from nlp.errors import CatalogueError

    try:
        return label_of(written)
    except CatalogueError as error:
        raise BadWordsError(str(error)) from error


def _add(
    entity: EntityKind,
    slug: str,
    section: str | None,
    fields: Mapping[str, Value | None],
    file: Path | None,
    as_json: bool,
) -> None:
    """Adds the entry without its empty fields, and says so."""
    from nlp.catalogue.editing import NewEntry, add_entry
    from nlp.catalogue.lookup import described

    set_one = load_settings().catalogue
    own = file or set_one
    if own is None:
        raise HostwireError("which file of yours? give --file PATH, or set HOSTWIRE_CATALOGUE to it")
    stated = {name: value for name in FIELDS if (value := fields.get(name))}
    added = add_entry(own, NewEntry(entity, slug, section, stated))
    if as_json:
        print_json(described(added.catalogue, added.known))
    else:
        out().print(f"added {entity} {slug} to {own}", markup=False, soft_wrap=True)
    kinds = _kinds(added.catalogue.products if entity == "product" else added.catalogue.organizations)
    if section and kinds.count(section) == 1:
        say(f"note: it is the first of kind {section}; there are {', '.join(sorted({*kinds} - {section}))}")
    if added.older_problems:
        say(f"note: {len(added.older_problems)} other entries need mending: `hostwire catalogue check {own}`")
    if set_one is None or set_one.resolve() != own.resolve():
        say(f"note: it counts once HOSTWIRE_CATALOGUE is {own}")
    else:
        say("note: `hostwire retag` tags stored posts by it")


def _kinds(entries: Mapping[str, Any]) -> list[str]:
    return [entry.kind for entry in entries.values()]
