"""Reading a product's history of releases: what the measurement asks for, and that the share stays up."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bench.versions import Release, find_misses, read_names, release_of, spellings
from nlp.catalogue import load_catalogue
from nlp.pipeline import Tagger, build_tagger

ROOT = Path(__file__).resolve().parents[2]

NAMES: dict[str, Release] = {
    "Exchange Server 2019 CU10 Jul21SU": Release("2019", ("CU10", "Jul21SU")),
    "Exchange Server 2016 RTM": Release("2016", ()),
    "Update Rollup 8-v2 for Exchange Server 2007 SP3": Release("2007", ("SP3", "Update Rollup 8 v2")),
    "Exchange 2000 Server post-SP3": Release("2000", ("post-SP3",)),
    "Exchange Server version 5.5 SP4": Release("5.5", ("SP4",)),
    "Exchange Server 4.0 Standard Edition": Release("4.0", ()),
}


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return build_tagger(load_catalogue(), None)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_says_its_release(name: str) -> None:
    assert release_of(name) == NAMES[name]


def test_a_name_without_a_version_is_refused() -> None:
    with pytest.raises(ValueError, match="no version in 'Exchange'"):
        release_of("Exchange")


def test_a_release_stands_below_each_of_its_parts() -> None:
    assert Release("2010", ("SP3", "Update Rollup 8 v2")).path == (
        "Microsoft Exchange Server 2010",
        "Microsoft Exchange Server 2010 SP3",
        "Microsoft Exchange Server 2010 SP3 Update Rollup 8 v2",
    )


def test_spellings_are_short_and_long_and_in_either_order() -> None:
    written = set(spellings(Release("2010", ("SP3", "Update Rollup 8 v2"))))
    assert {
        "Exchange Server 2010 Service Pack 3 UR8 v2",
        "Update Rollup 8 v2 for Exchange 2010 SP3",
        "Microsoft Exchange Server 2010 SP3 Update Rollup 8 v2",
        "Rollup 8 v2 for Exchange Server 2010 Service Pack 3",
    } <= written


def test_every_sort_of_name_is_read_at_its_place(tagger: Tagger) -> None:
    assert find_misses(tagger, list(NAMES)) == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Windows Server 2019", "stands at Windows Server › Windows Server 2019"),
        ("Ferropanel Server 2019 CU1", "is not read as one product"),
        ("Exchange Server 2019 CU1 and Exchange Server 2016", "is not read as one product"),
    ],
)
def test_what_is_read_elsewhere_is_a_miss(tagger: Tagger, name: str, reason: str) -> None:
    (miss,) = find_misses(tagger, [name])
    assert (miss.name, miss.reason) == (name, reason)


@pytest.mark.shared
def test_the_history_is_read_at_least_as_well_as_before(shared: Path, tagger: Tagger) -> None:
    names = read_names(shared / "facts" / "exchange-builds.tsv")
    floors = tomllib.loads((ROOT / "bench" / "floors.toml").read_text(encoding="utf-8"))
    share = 1 - len(find_misses(tagger, names)) / len(names)
    assert share >= floors["versions"]["exchange"]["share"]
