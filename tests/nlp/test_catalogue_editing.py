"""Adding to an operator's file: one line more, every other byte as it was, and nothing that the checker refuses."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.catalogue import check_catalogue, load_catalogue
from nlp.catalogue.editing import NewEntry, add_entry, label_of, slug_for, with_entry
from nlp.errors import CatalogueError

FERRO = NewEntry("product", "ferro", "control-panel", {"name": "Ferro", "aliases": ["Ferro Panel"]})
LINE = 'ferro = { name = "Ferro", aliases = ["Ferro Panel"] }\n'
HOST = '[organizations.host]\nbolt = { name = "Bolt" }\n'

PLACES: dict[str, tuple[str, str]] = {
    "an empty file": ("", f"[products.control-panel]\n{LINE}"),
    "a file without the section": (HOST, f"{HOST}\n[products.control-panel]\n{LINE}"),
    "a last line without its end": (HOST.rstrip("\n"), f"{HOST}\n[products.control-panel]\n{LINE}"),
    "the section at the end": (
        '[products.control-panel]\nbolt = { name = "Bolt" }\n',
        f'[products.control-panel]\nbolt = {{ name = "Bolt" }}\n{LINE}',
    ),
    "the section before another": (
        '# mine\n[products.control-panel]\nbolt = { name = "Bolt" } # good\n\n# hosts\n[organizations.host]\n',
        f'# mine\n[products.control-panel]\nbolt = {{ name = "Bolt" }} # good\n{LINE}\n# hosts\n[organizations.host]\n',
    ),
    "an empty section": ("[products.control-panel]\n", f"[products.control-panel]\n{LINE}"),
    "a header with blanks, quotes and a comment": (
        '[ products . "control-panel" ] # panels\n',
        f'[ products . "control-panel" ] # panels\n{LINE}',
    ),
    "an entry over several lines": (
        '[products.control-panel.bolt]\nname = "Bolt"\naliases = [\n  "B",\n]\n',
        f'[products.control-panel.bolt]\nname = "Bolt"\naliases = [\n  "B",\n]\n\n[products.control-panel]\n{LINE}',
    ),
    "a line that only looks like a header": (
        '[products.control-panel]\nbolt = { name = "Bolt", aliases = [\n["B"],\n] }\n',
        f'[products.control-panel]\n{LINE}bolt = {{ name = "Bolt", aliases = [\n["B"],\n] }}\n',
    ),
    "a header inside a text": (
        'note = """\n[products.control-panel]\n"""\n',
        f'note = """\n[products.control-panel]\n"""\n\n[products.control-panel]\n{LINE}',
    ),
    "a table that has no header": (
        '[products]\ncontrol-panel.bolt = { name = "Bolt" }\n',
        (
            '[products]\ncontrol-panel.bolt = { name = "Bolt" }\n\n[products.control-panel.ferro]\n'
            'name = "Ferro"\naliases = ["Ferro Panel"]\n'
        ),
    ),
    "Windows' line ends": (
        '[products.control-panel]\r\nbolt = { name = "Bolt" }\r\n',
        f'[products.control-panel]\r\nbolt = {{ name = "Bolt" }}\r\n{LINE}'.replace(LINE, LINE.replace("\n", "\r\n")),
    ),
}


@pytest.mark.parametrize("case", PLACES)
def test_the_line_comes_where_people_put_it(case: str) -> None:
    before, after = PLACES[case]
    assert with_entry(before, FERRO).decode() == after


def test_where_there_is_no_place_the_line_is_given_to_be_written_by_hand() -> None:
    with pytest.raises(CatalogueError, match=r"write by hand: ferro = \{ name"):
        with_entry('products = { control-panel = { bolt = { name = "Bolt" } } }\n', FERRO)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(name=TEXTS, aliases=st.lists(TEXTS, max_size=3), codenames=st.dictionaries(TEXTS, TEXTS, max_size=2))
@settings(max_examples=150)
def test_any_text_is_written_so_that_it_is_read_again(name: str, aliases: list[str], codenames: dict[str, str]) -> None:
    entry = NewEntry("product", "ferro", "panel", {"name": name, "aliases": aliases, "codenames": codenames})
    written = tomllib.loads(with_entry(HOST, entry).decode())
    assert written["products"]["panel"]["ferro"] == {"name": name, "aliases": aliases, "codenames": codenames}
    assert written["organizations"] == tomllib.loads(HOST)["organizations"]


def test_a_file_is_made_where_there_is_none_and_says_what_was_added(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    added = add_entry(file, FERRO)
    assert file.read_text() == f"[products.control-panel]\n{LINE}"
    assert added.known.entry == load_catalogue(file).products["ferro"]
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


def test_entries_of_all_three_kinds_stand_beside_each_other(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    add_entry(file, NewEntry("organization", "bolt", "vendor", {"name": "Bolt"}))
    add_entry(file, NewEntry("product", "ferro", "control-panel", {"name": "Ferro", "vendor": "bolt"}))
    add_entry(
        file, NewEntry("tld", "ferro", None, {"kind": "gTLD", "status": "delegated", "delegated": date(2014, 3, 19)})
    )
    add_entry(file, NewEntry("product", "ferro-light", "control-panel", {"name": "Ferro Light", "parent": "ferro"}))
    catalogue = load_catalogue(file)
    assert catalogue.products["ferro-light"].parent == "ferro"
    assert catalogue.tlds["ferro"].delegated == date(2014, 3, 19)
    assert check_catalogue(catalogue) == ()


REFUSED: dict[str, tuple[NewEntry, str]] = {
    "a slug that is there": (NewEntry("product", "plesk", "billing", {"name": "Ferro"}), "plesk is there already, in"),
    "a label that is there": (NewEntry("tld", "com", None, {"kind": "gTLD"}), "com is there already, in tlds.toml"),
    "a name that is another's": (NewEntry("product", "ferro", "billing", {"name": "plesk"}), "all are called 'plesk'"),
    "an unknown vendor": (NewEntry("product", "ferro", "billing", {"name": "Ferro", "vendor": "b"}), "its vendor 'b'"),
    "its own parent": (
        NewEntry("product", "ferro", "billing", {"name": "Ferro", "parent": "ferro"}),
        "its own ancestor",
    ),
    "an ordinary word": (NewEntry("product", "bridge", "billing", {"name": "Bridge"}), "is an ordinary word"),
    "an ambiguous name without a cue": (
        NewEntry("product", "ferro", "billing", {"name": "Ferro", "ambiguous": ["Ferro"]}),
        "needs a cue",
    ),
    "a slug that is none": (NewEntry("organization", "Ferro", "host", {"name": "Ferro"}), "call it ferro"),
    "an empty alias": (
        NewEntry("product", "ferro", "billing", {"name": "Ferro", "aliases": [" "]}),
        "aliases of ferro",
    ),
    "no name": (NewEntry("product", "ferro", "billing", {"vendor": "plesk"}), "ferro has no name"),
    "half a character": (NewEntry("product", "ferro", "billing", {"name": "Ferro \ud800"}), "give it in UTF-8"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_leaves_the_file_untouched(tmp_path: Path, case: str) -> None:
    entry, words = REFUSED[case]
    file = tmp_path / "mine.toml"
    file.write_text(HOST)
    with pytest.raises(CatalogueError, match=words):
        add_entry(file, entry)
    assert file.read_text() == HOST
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


def test_what_is_refused_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="ordinary word"):
        add_entry(tmp_path / "mine.toml", REFUSED["an ordinary word"][0])
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_is_mended_first(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[products.panel]\nbolt = {}\n")
    with pytest.raises(CatalogueError, match=r"bolt has no name.*; mend that first"):
        add_entry(file, FERRO)


def test_problems_of_other_entries_are_told_and_hinder_nothing(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[products.panel]\nbolt = { name = "Bolt Panel", vendor = "nobody" }\n')
    added = add_entry(file, FERRO)
    assert [problem.entries for problem in added.older_problems] == [("bolt",)]


def test_a_link_goes_on_pointing_to_the_file_and_its_rights_stay(tmp_path: Path) -> None:
    file, link = tmp_path / "mine.toml", tmp_path / "link.toml"
    file.write_text(HOST)
    file.chmod(0o640)
    link.symlink_to(file)
    add_entry(link, FERRO)
    assert link.is_symlink()
    assert file.read_text() == f"{HOST}\n[products.control-panel]\n{LINE}"
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="cannot be written: No such file"):
        add_entry(tmp_path / "none" / "mine.toml", FERRO)


@pytest.mark.parametrize(
    ("written", "label", "own"),
    [
        (".Hosting", "hosting", None),
        (".РФ", "xn--p1ai", "рф"),
        ("XN--P1AI", "xn--p1ai", "рф"),
        ("xn--fzc2c9e2c", "xn--fzc2c9e2c", "ලංකා"),
    ],
)
def test_labels_are_read_in_both_forms(written: str, label: str, own: str | None) -> None:
    assert label_of(written) == (label, own)


@pytest.mark.parametrize("written", ["", ".", "co.uk", "a b", "-a", "a_b", "xn--\ud800", "xn--é"])
def test_what_is_no_label_is_refused(written: str) -> None:
    with pytest.raises(CatalogueError, match="is no label"):
        label_of(written)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("cPanel & WHM", "cpanel-whm"),
        ("Größe & Söhne", "grosse-sohne"),
        ("Notepad++", "notepad-plus-plus"),
        ("  .NET  ", "net"),
        ("日本", ""),
    ],
)
def test_slugs_are_made_from_names(name: str, slug: str) -> None:
    assert slug_for(name) == slug
