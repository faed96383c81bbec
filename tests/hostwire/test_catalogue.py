"""`hostwire catalogue`: what is known by a name, what is wrong with one's own file, and adding to it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.hostwire.conftest import Run, one_line

MINE = """\
# What our house is called.
[organizations.vendor]
pelican-harbour = { name = "Pelican Harbour" }

[products.control-panel]
harbourmaster = { name = "Harbourmaster", vendor = "pelican-harbour", acronyms = ["HBM"] }
plesk = { cues = ["panel"] }
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    file = tmp_path / "mine.toml"
    file.write_text(MINE, "utf-8")
    return file


# -- check -----------------------------------------------------------------------------------------------------


def test_check_is_content_with_what_comes_with_hostwire(hostwire: Run) -> None:
    done = hostwire("catalogue", "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("no problems in ")


def test_check_reads_the_file_given_or_set(hostwire: Run, mine: Path) -> None:
    given, by_setting = (
        hostwire("catalogue", "check", str(mine)),
        hostwire("catalogue", "check", HOSTWIRE_CATALOGUE=str(mine)),
    )
    assert given.stdout == by_setting.stdout
    assert str(mine) in given.stdout
    assert given.returncode == by_setting.returncode == 0


WRONG = """\
[products.control-panel]
harbourmaster = { name = "Harbourmaster", vendor = "nobody" }
quay = { aliases = ["Quay"] }
pier = { name = "Pier Panel", colour = "red" }
bridge-panel = { name = "Bridge" }
"""


def test_check_prints_each_problem_with_its_entry_and_what_to_do(hostwire: Run, tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_text(WRONG)
    done = hostwire("catalogue", "check", str(tmp_path / "wrong.toml"))
    assert done.returncode == 1
    assert [line.removeprefix(f"{tmp_path}/wrong.toml: ")[:60] for line in done.stdout.splitlines()] == [
        'quay has no name; give it name = "…"',
        "pier has no field 'colour'; there are acronyms, aliases, amb",
        "bridge-panel: 'Bridge' is an ordinary word; mark it ambiguou",
        "harbourmaster: its vendor 'nobody' is no organization of the",
    ]
    objects = [
        json.loads(line)
        for line in hostwire("catalogue", "check", "--json", str(tmp_path / "wrong.toml")).stdout.splitlines()
    ]
    assert [found["entries"] for found in objects] == [[], [], ["bridge-panel"], ["harbourmaster"]]
    assert all(found["problem"] and found["do"] for found in objects)


def test_check_says_nothing_in_json_when_all_is_well(hostwire: Run, mine: Path) -> None:
    done = hostwire("catalogue", "check", "--json", str(mine))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_check_of_a_file_that_is_not_there(hostwire: Run) -> None:
    done = hostwire("catalogue", "check", "none.toml")
    assert (done.returncode, one_line(done.stdout)) == (
        1,
        "the catalogue none.toml cannot be read: No such file or directory",
    )


# -- show ------------------------------------------------------------------------------------------------------


def shown(hostwire: Run, name: str, **variables: str) -> list[dict[str, object]]:
    done = hostwire("catalogue", "show", name, "--json", **variables)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_show_prints_every_entry_of_that_name(hostwire: Run) -> None:
    found = shown(hostwire, "let's encrypt")
    assert [(entry["type"], entry["found_by"]) for entry in found] == [("product", "name"), ("organization", "name")]


def test_show_says_all_there_is_to_say_of_an_entry(hostwire: Run, mine: Path) -> None:
    (entry,) = shown(hostwire, "hbm", HOSTWIRE_CATALOGUE=str(mine))
    assert entry == {
        "type": "product",
        "slug": "harbourmaster",
        "name": "Harbourmaster",
        "kind": "control-panel",
        "vendor": {"slug": "pelican-harbour", "name": "Pelican Harbour"},
        "parent": None,
        "children": [],
        "aliases": [],
        "acronyms": ["HBM"],
        "ambiguous": [],
        "cues": [],
        "versions": "number",
        "codenames": {},
        "found_by": "acronym",
        "from": [{"file": str(mine), "own": True}],
        "place": None,
    }


def test_show_reads_for_people(hostwire: Run, mine: Path) -> None:
    done = hostwire("catalogue", "show", "plesk", HOSTWIRE_CATALOGUE=str(mine))
    lines = {line.split()[0]: " ".join(line.split()[1:]) for line in done.stdout.splitlines()[1:]}
    assert done.stdout.startswith("Plesk: product family\n")
    assert "Plesk Obsidian (plesk-obsidian)" in lines["children"]
    assert lines["from"] == f"products/panels_billing.toml (comes with Hostwire), then {mine} (your own file)"
    ambiguous = hostwire("catalogue", "show", "exchange").stdout
    assert "ambiguous  Exchange: only near one of the cues mailbox, " in ambiguous


def test_show_gives_a_version_its_place_in_the_tree(hostwire: Run) -> None:
    (entry,) = shown(hostwire, "exchange 2010 sp1")
    assert entry["slug"] == "microsoft-exchange-server"
    assert entry["place"] == [
        {"slug": f"microsoft-exchange-server{slug}", "name": f"Microsoft Exchange Server{name}"}
        for slug, name in (("", ""), ("-2010", " 2010"), ("-2010-sp1", " 2010 SP1"))
    ]
    readable = hostwire("catalogue", "show", "Exchange 2010 SP1").stdout
    assert "Microsoft Exchange Server › Microsoft Exchange Server 2010 › Microsoft Exchange Server 2010 SP1" in readable


@pytest.mark.parametrize("name", [".рф", "XN--P1AI", "рф"])
def test_show_knows_a_tld_by_both_its_forms(hostwire: Run, name: str) -> None:
    (entry,) = shown(hostwire, name)
    assert (entry["type"], entry["slug"], entry["status"], entry["unicode"]) == ("tld", "xn--p1ai", "delegated", ".рф")


def test_show_suggests_names_that_are_spelt_like_it(hostwire: Run) -> None:
    done = hostwire("catalogue", "show", "Exchnage Server")
    assert (done.returncode, done.stdout) == (1, "")
    assert "nothing called 'Exchnage Server'; spelt like it are Exchange Server" in one_line(done.stderr)


# -- add -------------------------------------------------------------------------------------------------------


def test_add_puts_a_line_into_its_section_and_leaves_the_rest(hostwire: Run, mine: Path) -> None:
    done = hostwire(
        *("catalogue", "add", "product", "Quay Panel", "--kind", "control-panel", "--vendor", "pelican-harbour"),
        *("--alias", "Quay", "--acronym", "QPL", "--ambiguous", "Quay", "--cue", "panel", "--cue", "hosting"),
        *("--versions", "name", "--codename", "heron=7", "--parent", "harbourmaster", "--json"),
        HOSTWIRE_CATALOGUE=str(mine),
    )
    assert done.returncode == 0, done.stderr
    line = (
        'quay-panel = { name = "Quay Panel", vendor = "pelican-harbour", aliases = ["Quay"], acronyms = ["QPL"],'
        ' ambiguous = ["Quay"], cues = ["panel", "hosting"], versions = "name", codenames = { heron = "7" },'
        ' parent = "harbourmaster" }\n'
    )
    assert mine.read_text() == MINE + line
    entry = json.loads(done.stdout)
    assert (entry["slug"], entry["parent"]["name"], entry["from"][0]["own"]) == ("quay-panel", "Harbourmaster", True)
    assert "hostwire retag" in one_line(done.stderr)


def test_add_makes_the_file_and_the_tagger_knows_what_was_added(hostwire: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    options = ("--file", str(file))
    assert hostwire("catalogue", "add", "organization", "Größe & Söhne", "--kind", "host", *options).returncode == 0
    added = hostwire(
        "catalogue", "add", "product", "Ferropanel", "--kind", "control-panel", "--vendor", "grosse-sohne", *options
    )
    assert (added.returncode, added.stdout) == (0, f"added product ferropanel to {file}\n")
    assert f"HOSTWIRE_CATALOGUE is {file}" in added.stderr
    tld = hostwire(
        *("catalogue", "add", "tld", ".пример", "--status", "applied", "--registry", "grosse-sohne"),
        *options,
    )
    assert tld.returncode == 0, tld.stderr
    assert file.read_text("utf-8") == (
        '[organizations.host]\ngrosse-sohne = { name = "Größe & Söhne" }\n\n'
        '[products.control-panel]\nferropanel = { name = "Ferropanel", vendor = "grosse-sohne" }\n\n'
        '[tlds]\nxn--e1afmkfd = { kind = "idn", status = "applied", registry = "grosse-sohne", unicode = "пример" }\n'
    )
    post = json.dumps({"id": 1, "title": "", "text": "Ferropanel 2.0 is out."})
    answer = json.loads(hostwire("tag", stdin=post, HOSTWIRE_CATALOGUE=str(file)).stdout)
    assert [(product["slug"], product["known"]) for product in answer["products"]] == [("ferropanel-2-0", True)]


REFUSED: dict[str, tuple[tuple[str, ...], int, str]] = {
    "no file": (("product", "Quay", "--kind", "billing"), 1, "give --file PATH, or set HOSTWIRE_CATALOGUE"),
    "a name that is there": (
        ("product", "Plesk", "--kind", "billing", "--slug", "mine", "--file", "mine.toml"),
        1,
        "all are called 'plesk'; mark it ambiguous",
    ),
    "an entry that is there": (
        ("product", "Plesk", "--kind", "billing", "--file", "mine.toml"),
        1,
        "plesk is there already, in products/panels_billing.toml",
    ),
    "a vendor that is not": (
        ("product", "Quay", "--kind", "billing", "--vendor", "nobody", "--file", "mine.toml"),
        1,
        "its vendor 'nobody' is no organization of the catalogue; add that one first",
    ),
    "a name without a slug": (
        ("organization", "日本", "--kind", "host", "--file", "mine.toml"),
        2,
        "give one with --slug",
    ),
    "a kind that is none": (("product", "Quay", "--kind", "Control Panel", "--file", "mine.toml"), 2, "--kind"),
    "no kind": (("product", "Quay", "--file", "mine.toml"), 2, "--kind"),
    "a codename without its version": (
        ("product", "Quay", "--kind", "billing", "--codename", "heron", "--file", "mine.toml"),
        2,
        "--codename heron: it takes NAME=VERSION",
    ),
    "a status that is none": (("tld", "quay", "--status", "gone", "--file", "mine.toml"), 2, "--status"),
    "a label that is none": (("tld", "a_b", "--file", "mine.toml"), 2, "is no label of a top-level domain"),
    "two labels": (("tld", "co.uk", "--file", "mine.toml"), 2, "is no label of a top-level domain"),
    "a day that is none": (("tld", "quay", "--delegated", "soon", "--file", "mine.toml"), 2, "--delegated"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_add_refuses_in_one_line_and_writes_nothing(hostwire: Run, tmp_path: Path, case: str) -> None:
    words, code, said = REFUSED[case]
    done = hostwire("catalogue", "add", *words)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in one_line(done.stderr)
    assert list((tmp_path / "cwd").iterdir()) == []


def test_doctor_points_to_the_check(hostwire: Run, tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_text('[products.panel]\nquay = { name = "Quay", vendor = "nobody" }\n')
    done = hostwire("doctor", "--json", HOSTWIRE_CATALOGUE=str(tmp_path / "wrong.toml"))
    (finding,) = [found for line in done.stdout.splitlines() if (found := json.loads(line))["check"] == "catalogue"]
    assert finding["level"] == "warning"
    assert "hostwire catalogue check" in finding["do"]
