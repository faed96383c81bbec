"""The catalogue: what comes with Hostwire, an operator's own file over it, and what neither may hold."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from nlp.annotations import PostText
from nlp.catalogue import Catalogue, Organization, ProductFamily, Tld, check_catalogue, load_catalogue
from nlp.errors import CatalogueError
from nlp.masking import find_masked
from nlp.products import ProductFinder
from tests.nlp.catalogues import family, organization, tld


@pytest.fixture(scope="module")
def packaged() -> Catalogue:
    return load_catalogue()


def with_file(folder: Path, text: str) -> Catalogue:
    file = folder / "mine.toml"
    file.write_text(text, "utf-8")
    return load_catalogue(file)


# -- what comes with Hostwire ----------------------------------------------------------------------


def test_the_packaged_catalogue_has_no_problems(packaged: Catalogue) -> None:
    assert check_catalogue(packaged) == ()


def test_it_knows_a_market(packaged: Catalogue) -> None:
    assert len(packaged.products) >= 150
    assert len(packaged.organizations) >= 1500


COVERED: dict[str, tuple[set[str], set[str]]] = {
    "mail": ({"mail-server", "mail-service", "mail-security"}, {"microsoft-exchange-server", "postfix"}),
    "virtualization": ({"hypervisor", "containers"}, {"kvm", "docker"}),
    "control panel": ({"control-panel"}, {"plesk", "directadmin"}),
    "operating system": ({"operating-system"}, {"debian", "almalinux"}),
    "web server": ({"web-server"}, {"nginx", "apache-http-server"}),
    "database": ({"database"}, {"mysql", "postgresql"}),
    "billing": ({"billing"}, {"whmcs"}),
    "cdn": ({"cdn"}, set()),
    "cloud": ({"cloud"}, {"amazon-s3"}),
    "security": ({"security"}, set()),
}


@pytest.mark.parametrize("market", COVERED)
def test_it_covers(packaged: Catalogue, market: str) -> None:
    kinds, slugs = COVERED[market]
    assert len([entry for entry in packaged.products.values() if entry.kind in kinds]) >= 5
    assert slugs <= packaged.products.keys()
    assert {packaged.products[slug].kind for slug in slugs} <= kinds


@pytest.mark.parametrize(
    "kind",
    [
        "analyst",
        "body",
        "cdn",
        "certificate-authority",
        "data-centre",
        "host",
        "investor",
        "press",
        "registrar",
        "registry",
        "university",
        "vendor",
    ],
)
def test_it_covers_organizations(packaged: Catalogue, kind: str) -> None:
    assert len([entry for entry in packaged.organizations.values() if entry.kind == kind]) >= 5


TLDS: dict[str, tuple[str, str]] = {
    "com": ("gTLD", "delegated"),
    "de": ("ccTLD", "delegated"),
    "xxx": ("sTLD", "delegated"),
    "arpa": ("infrastructure", "delegated"),
    "yu": ("ccTLD", "retired"),
    "bq": ("ccTLD", "reserved"),
    "nato": ("sTLD", "retired"),
    "corp": ("gTLD", "applied"),
    "internal": ("gTLD", "reserved"),
    "budapest": ("gTLD", "retired"),
    "aws": ("brand", "delegated"),
    "symantec": ("brand", "retired"),
    "theguardian": ("brand", "applied"),
    "xn--0zwm56d": ("idn", "retired"),
}


@pytest.mark.parametrize("label", TLDS)
def test_it_knows_what_a_tld_is(packaged: Catalogue, label: str) -> None:
    entry = packaged.tlds[label]
    assert (entry.kind, entry.status) == TLDS[label]
    assert entry.name == entry.unicode or entry.name == f".{label}"


def test_it_knows_the_root_zone(packaged: Catalogue) -> None:
    """As many of each kind as the root zone has, give or take a year's changes."""
    delegated = Counter(tld.kind for tld in packaged.tlds.values() if tld.status == "delegated")
    assert delegated["ccTLD"] == 248
    assert delegated["sTLD"] == 14
    assert delegated["idn"] >= 150
    assert 1400 <= delegated.total() <= 1600


SCRIPTS: dict[str, str] = {
    "xn--p1ai": "рф",
    "xn--fiqs8s": "中国",
    "xn--mgba3a4f16a": "ایران",
    "xn--4dbrk0ce": "ישראל",
    "xn--h2brj9c": "भारत",
    "xn--3e0b707e": "한국",
    "xn--qxa6a": "ευ",
}


@pytest.mark.parametrize("label", SCRIPTS)
def test_an_internationalised_tld_is_called_by_its_own_script(packaged: Catalogue, label: str) -> None:
    entry = packaged.tlds[label]
    assert (entry.slug, entry.name, entry.unicode) == (label, f".{SCRIPTS[label]}", f".{SCRIPTS[label]}")


def test_every_internationalised_tld_has_its_own_script(packaged: Catalogue) -> None:
    of_other_scripts = {label for label in packaged.tlds if label.startswith("xn--")}
    assert {tld.slug for tld in packaged.tlds.values() if tld.unicode} == of_other_scripts
    assert {tld.slug for tld in packaged.tlds.values() if tld.kind == "idn"} == of_other_scripts


REGISTRIES: dict[str, str | None] = {
    "com": "verisign",
    "xyz": "xyz-registry",
    "academy": "donuts",
    "shop": "gmo",
    "xn--fiqs8s": "cnnic",
    "yu": None,
}


@pytest.mark.parametrize("label", REGISTRIES)
def test_it_knows_who_runs_a_tld(packaged: Catalogue, label: str) -> None:
    assert packaged.tlds[label].registry == REGISTRIES[label]


def test_the_packaged_file_says_each_thing_of_a_tld_once() -> None:
    """A label is of one kind and status and has one registry; who runs it and its day are of one that is listed."""
    sections = tomllib.loads((resources.files("nlp.catalogue") / "tlds.toml").read_text("utf-8"))
    registries, details = sections.pop("registries"), sections.pop("details")
    listed = [label for lists in sections.values() for labels in lists.values() for label in labels.split()]
    run = [label for labels in registries.values() for label in labels.split()]
    assert [label for label, times in Counter(listed).items() if times > 1] == []
    assert [label for label, times in Counter(run).items() if times > 1] == []
    assert {*run, *details} - {*listed} == set()


def test_loading_twice_gives_the_same_version(packaged: Catalogue) -> None:
    assert load_catalogue().version == packaged.version


# -- an operator's own file ------------------------------------------------------------------------


def test_a_file_adds_products_organizations_and_tlds(tmp_path: Path, packaged: Catalogue) -> None:
    catalogue = with_file(
        tmp_path,
        """
        [products.control-panel]
        ferropanel = { name = "Ferropanel", vendor = "ferrowire", aliases = ["Ferro Panel"], acronyms = ["FPL"] }
        [organizations.vendor]
        ferrowire = { name = "Ferrowire", aliases = ["Ferrowire GmbH"] }
        [tlds]
        ferro = { registry = "ferrowire", delegated = 2014-03-19 }
        """,
    )
    assert catalogue.products["ferropanel"] == ProductFamily(
        "ferropanel",
        "Ferropanel",
        "control-panel",
        vendor="ferrowire",
        aliases=("Ferro Panel",),
        acronyms=("FPL",),
    )
    assert catalogue.organizations["ferrowire"] == Organization(
        "ferrowire", "Ferrowire", "vendor", aliases=("Ferrowire GmbH",)
    )
    assert catalogue.tlds["ferro"] == Tld(
        "ferro", ".ferro", "gTLD", "delegated", registry="ferrowire", delegated=date(2014, 3, 19)
    )
    assert len(catalogue.products) == len(packaged.products) + 1
    assert check_catalogue(catalogue) == ()


def test_what_a_file_adds_is_found_in_texts(tmp_path: Path) -> None:
    catalogue = with_file(tmp_path, '[products.control-panel]\nferropanel = { name = "Ferropanel" }\n')
    text = PostText("", "we like ferropanel 4.2").document
    (found,) = ProductFinder(catalogue).find(text, 0, find_masked(text))
    assert (found.entity.slug, found.entity.known) == ("ferropanel-4-2", True)


def test_a_file_overrides_the_fields_that_it_names(tmp_path: Path, packaged: Catalogue) -> None:
    catalogue = with_file(tmp_path, '[products.control-panel]\nplesk = { aliases = ["Plesk Panel of Old"] }\n')
    assert catalogue.products["plesk"] == replace(packaged.products["plesk"], aliases=("Plesk Panel of Old",))


def test_a_file_may_move_an_entry_to_another_kind(tmp_path: Path) -> None:
    assert with_file(tmp_path, "[products.billing]\nplesk = {}\n").products["plesk"].kind == "billing"


def test_a_file_overrides_what_it_names_of_a_tld(tmp_path: Path, packaged: Catalogue) -> None:
    catalogue = with_file(tmp_path, '[tlds]\nxn--p1ai = { status = "retired" }\n')
    assert catalogue.tlds["xn--p1ai"] == replace(packaged.tlds["xn--p1ai"], status="retired")


def test_codenames_lead_to_numbers(tmp_path: Path) -> None:
    catalogue = with_file(
        tmp_path,
        """
        [products.operating-system]
        ferrolinux = { name = "Ferrolinux", versions = "name", codenames = { heron = "7" } }
        """,
    )
    assert catalogue.products["ferrolinux"].codenames == {"heron": "7"}


def test_a_file_changes_the_version_so_that_posts_are_tagged_again(tmp_path: Path, packaged: Catalogue) -> None:
    first = with_file(tmp_path, '[products.control-panel]\nferropanel = { name = "Ferropanel" }\n').version
    second = with_file(tmp_path, '[products.control-panel]\nferropanel = { name = "Ferro" }\n').version
    assert len({packaged.version, first, second}) == 3


def test_an_empty_file_changes_no_entry(tmp_path: Path, packaged: Catalogue) -> None:
    catalogue = with_file(tmp_path, "")
    assert (catalogue.products, catalogue.tlds) == (packaged.products, packaged.tlds)


REFUSED: dict[str, tuple[str, str]] = {
    "no TOML": ("[products", "is no TOML"),
    "another section": ("[goods.panel]\nx = {}\n", r"no section is called \[goods\].*\[products.KIND\]"),
    "no table of entries": ("products = 3\n", "3 stands where a table of entries belongs"),
    "an entry that is a text": ('[products.panel]\nferro = "Ferro"\n', "'Ferro' stands where a table"),
    "no name": ("[products.panel]\nferro = {}\n", 'ferro has no name; give it name = "…"'),
    "an empty name": ('[products.panel]\nferro = { name = " " }\n', "name of ferro takes a text"),
    "an unknown field": (
        '[products.panel]\nferro = { name = "Ferro", colour = "red" }\n',
        "ferro has no field 'colour'; there are acronyms",
    ),
    "a text for a list": (
        '[products.panel]\nferro = { name = "Ferro", aliases = "F" }\n',
        "aliases of ferro takes a list of texts",
    ),
    "an empty alias": (
        '[products.panel]\nferro = { name = "Ferro", aliases = [""] }\n',
        "aliases of ferro takes a list of texts",
    ),
    "a number for a text": (
        '[products.panel]\nferro = { name = "Ferro", vendor = 3 }\n',
        "vendor of ferro takes a text",
    ),
    "a style that is none": (
        '[products.panel]\nferro = { name = "Ferro", versions = "odd" }\n',
        "versions of ferro is one of year, number, name, none, not 'odd'",
    ),
    "a list for codenames": (
        '[products.panel]\nferro = { name = "Ferro", codenames = ["a"] }\n',
        "codenames of ferro takes a table",
    ),
    "an organization's unknown field": (
        '[organizations.host]\nferro = { name = "Ferro", vendor = "x" }\n',
        "ferro has no field 'vendor'",
    ),
    "a TLD's unknown field": ("[tlds]\nferro = { colour = 1 }\n", "ferro has no field 'colour'"),
    "a TLD's kind": ('[tlds]\nferro = { kind = "odd" }\n', "ferro is of kind 'odd'"),
    "a TLD's day": ('[tlds]\nferro = { delegated = "soon" }\n', "delegated of ferro takes a day"),
    "a TLD's registry": ("[tlds]\nferro = { registry = 3 }\n", "registry of ferro takes a text"),
    "a TLD's script": ("[tlds]\nferro = { unicode = 3 }\n", "unicode of ferro takes a text"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_is_refused_for(tmp_path: Path, case: str) -> None:
    """Every error names the file, and the entry where there is one."""
    text, words = REFUSED[case]
    with pytest.raises(CatalogueError, match=words) as caught:
        with_file(tmp_path, text)
    assert "mine.toml" in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"none\.toml cannot be read"):
        load_catalogue(tmp_path / "none.toml")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogueError, match=r"mine\.toml is no TOML"):
        load_catalogue(file)


# -- what is wrong with a catalogue ----------------------------------------------------------------


def catalogue_of(
    products: Iterable[ProductFamily] = (), organizations: Iterable[Organization] = (), tlds: Iterable[Tld] = ()
) -> Catalogue:
    return Catalogue(
        products={entry.slug: entry for entry in products},
        organizations={entry.slug: entry for entry in organizations},
        tlds={entry.slug: entry for entry in tlds},
        version="test",
    )


WRONG: dict[str, tuple[Catalogue, str]] = {
    "two products of one name": (
        catalogue_of([family("one", "Ferro"), family("two", "Bolt", aliases=("FERRO",))]),
        "one, two: all are called 'ferro'",
    ),
    "two organizations of one name": (
        catalogue_of(organizations=[organization("one", "Ferro"), organization("two", "Bolt", acronyms=("Ferro",))]),
        "one, two: all are called 'ferro'",
    ),
    "a name that is sure in one and ambiguous in the other": (
        catalogue_of([family("one", "Ferro", ambiguous=("Ferro",), cues=("panel",)), family("two", "Ferro")]),
        "one, two: all are called 'ferro'",
    ),
    "an empty name": (catalogue_of([family("one", "")]), "one: one of its names is empty"),
    "an empty alias": (catalogue_of([family("one", "Ferro", aliases=(" ",))]), "one: one of its names is empty"),
    "its own parent": (catalogue_of([family("one", "Ferro", parent="one")]), "one: it is its own ancestor"),
    "a ring of parents": (
        catalogue_of([family("one", "Ferro", parent="two"), family("two", "Bolt", parent="one")]),
        "two: it is its own ancestor through two",
    ),
    "an unknown vendor": (catalogue_of([family("one", "Ferro", vendor="acme")]), "one: its vendor 'acme' is no"),
    "an unknown parent": (catalogue_of([family("one", "Ferro", parent="acme")]), "one: its parent 'acme' is no"),
    "an unknown registry": (
        catalogue_of(tlds=[replace(tld("ferro"), registry="acme")]),
        ".ferro: its registry 'acme' is no organization",
    ),
    "an unknown product of the same name": (
        catalogue_of(organizations=[replace(organization("one", "Ferro"), products_as="acme")]),
        "one: products_as 'acme' is no product",
    ),
    "an ambiguous name that is none of its names": (
        catalogue_of([family("one", "Ferro", ambiguous=("Bolt",), cues=("panel",))]),
        "one: 'Bolt' is ambiguous, but none of its names",
    ),
    "an ambiguous name without a cue": (
        catalogue_of([family("one", "Ferro", ambiguous=("Ferro",))]),
        "one: 'Ferro' needs a cue",
    ),
    "an ordinary word": (catalogue_of([family("one", "Bridge")]), "one: 'Bridge' is an ordinary word"),
    "a script that is another name": (
        catalogue_of(tlds=[replace(tld("xn--p1ai"), unicode=".укр")]),
        "xn--p1ai: its own script 'укр' is another name",
    ),
    "a script of an ASCII label": (
        catalogue_of(tlds=[replace(tld("ferro"), unicode=".ferro")]),
        "ferro: its own script 'ferro' is another name",
    ),
    "a day of what never came": (
        catalogue_of(tlds=[replace(tld("ferro"), status="applied", delegated=date(2014, 3, 19))]),
        "ferro: it is applied, but has a day of its delegation",
    ),
    "a slug with capitals": (catalogue_of([family("One", "Ferro")]), "One: a slug is"),
    "a slug with a space": (catalogue_of([family("one two", "Ferro")]), "one two: a slug is"),
}


@pytest.mark.parametrize("case", WRONG)
def test_check_finds(case: str) -> None:
    catalogue, words = WRONG[case]
    assert words in "\n".join(check_catalogue(catalogue))


FINE: dict[str, Catalogue] = {
    "an empty catalogue": catalogue_of(),
    "a product and a company of one name": catalogue_of([family("one", "Ferro")], [organization("two", "Ferro")]),
    "a name that is ambiguous in both": catalogue_of(
        [
            family("one", "Ferro", ambiguous=("Ferro",), cues=("panel",)),
            family("two", "Ferro", ambiguous=("Ferro",), cues=("mail",)),
        ]
    ),
    "an ordinary word with a cue": catalogue_of([family("one", "Bridge", ambiguous=("Bridge",), cues=("panel",))]),
    "both forms of an internationalised label": catalogue_of(tlds=[replace(tld("xn--p1ai"), unicode=".рф")]),
    "a day of what was retired": catalogue_of(
        tlds=[replace(tld("ferro"), status="retired", delegated=date(2014, 3, 19))]
    ),
    "a chain of parents": catalogue_of([family("one", "Ferro"), family("two", "Bolt", parent="one")]),
}


@pytest.mark.parametrize("case", FINE)
def test_check_leaves(case: str) -> None:
    assert check_catalogue(FINE[case]) == ()
