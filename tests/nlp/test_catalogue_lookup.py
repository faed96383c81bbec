"""What the catalogue knows by a name, and where a written version stands in the tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.catalogue import Catalogue, load_catalogue, survey_catalogue
from nlp.catalogue.lookup import described, find_entries, near_names, origins_of
from nlp.places import places_of
from tests.nlp.catalogues import small_catalogue


@pytest.fixture(scope="module")
def small() -> Catalogue:
    return small_catalogue()


FOUND: dict[str, list[tuple[str, str, str]]] = {
    "microsoft-exchange-server": [("product", "microsoft-exchange-server", "slug")],
    "MICROSOFT  exchange server": [("product", "microsoft-exchange-server", "name")],
    "exchange": [("product", "microsoft-exchange-server", "alias")],
    "tmg": [("product", "forefront-threat-management-gateway", "acronym")],
    "whmcs": [("product", "whmcs", "name"), ("organization", "whmcs", "name")],
    "MySQL": [("product", "mysql", "name"), ("organization", "mysql-ab", "alias")],
    ".XXX": [("tld", "xxx", "label")],
    "xxx": [("tld", "xxx", "label")],
    ".РФ": [("tld", "xn--p1ai", "unicode")],
    "Exchange 2010": [],
    "": [],
}


@pytest.mark.parametrize("asked", FOUND)
def test_finds(small: Catalogue, asked: str) -> None:
    assert [(known.kind, known.entry.slug, known.by) for known in find_entries(small, asked)] == FOUND[asked]


@pytest.mark.parametrize(("asked", "near"), [("Exchnage", "Exchange"), ("whmc", "WHMCS"), ("Almalinx", "AlmaLinux")])
def test_names_that_are_spelt_like_it(small: Catalogue, asked: str, near: str) -> None:
    assert near_names(small, asked)[0] == near


def test_nothing_is_like_nonsense(small: Catalogue) -> None:
    assert near_names(small, "qqqqqqqq") == ()


PLACES: dict[str, list[str]] = {
    "Exchange 2010 SP1": ["", " 2010", " 2010 SP1"],
    "exchange 2010 sp1": ["", " 2010", " 2010 SP1"],
    "exchange2010": ["", " 2010"],
    "Update Rollup 3 for Exchange 2010 SP1": ["", " 2010", " 2010 SP1", " 2010 SP1 Update Rollup 3"],
}


@pytest.mark.parametrize("written", PLACES)
def test_the_place_of_a_version(small: Catalogue, written: str) -> None:
    (place,) = places_of(small, written)
    assert [ref.name for ref in place] == [f"Microsoft Exchange Server{end}" for end in PLACES[written]]


@pytest.mark.parametrize("written", ["", "Exchange", "Nonsense 3", "Exchange 2010 and more", "PHP 5.4 for nginx 1.2"])
def test_what_is_no_version_of_one_product_has_no_place(small: Catalogue, written: str) -> None:
    assert places_of(small, written) == ()


def test_an_entry_says_which_files_it_is_from(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(
        '[products.control-panel]\nferro = { name = "Ferro", parent = "plesk" }\nplesk = { aliases = ["P"] }\n'
    )
    catalogue = load_catalogue(mine)
    ferro, plesk = find_entries(catalogue, "ferro")[0], find_entries(catalogue, "plesk")[0]
    assert [(origin.file, origin.own) for origin in origins_of(catalogue, ferro)] == [(str(mine), True)]
    assert [(origin.file, origin.own) for origin in origins_of(catalogue, plesk)] == [
        ("products/panels_billing.toml", False),
        (str(mine), True),
    ]
    assert described(catalogue, ferro)["parent"] == {"slug": "plesk", "name": "Plesk"}
    assert {"slug": "ferro", "name": "Ferro"} in described(catalogue, plesk)["children"]


def test_a_reference_to_nothing_is_shown_as_such(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('[products.panel]\nferro = { name = "Ferro", vendor = "nobody" }\n')
    catalogue = load_catalogue(mine)
    assert described(catalogue, find_entries(catalogue, "ferro")[0])["vendor"] == {"slug": "nobody", "name": None}


def test_a_survey_names_every_mistake_and_keeps_the_rest(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(
        '[products.panel]\nferro = {}\nbolt = { name = "Bolt Panel" }\ngrid-iron = { name = "Grid", colour = "red" }\n'
        '[organizations]\nhost = 3\n[tlds]\nrivet = { kind = "odd" }\nscrew = {}\n[goods]\n'
    )
    catalogue, mistakes = survey_catalogue(mine)
    assert [said.removeprefix(f"{mine}: ") for said in mistakes] == [
        "no section is called [goods]; there are [products.KIND], [organizations.KIND] and [tlds]",
        'ferro has no name; give it name = "…"',
        (
            "grid-iron has no field 'colour'; there are acronyms, aliases, ambiguous, codenames, cues, name, parent,"
            " vendor, versions"
        ),
        f"{mine} [host]: 3 stands where a table of entries belongs",
        "rivet is of kind 'odd' and status 'delegated', which are none",
    ]
    assert "bolt" in catalogue.products
    assert "screw" in catalogue.tlds
    assert not {"ferro", "grid-iron"} & catalogue.products.keys()
