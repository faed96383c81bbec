"""docs/search.md: each example is read as it says, all date forms and fields are there, each error is the one shown."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from store.errors import QuerySyntaxError
from store.search.days import FORMS
from store.search.syntax import FIELD_ALIASES, FIELDS, parse_query, to_text

DOCS = (Path(__file__).resolve().parents[1] / "docs" / "search.md").read_text(encoding="utf-8")
TODAY = date(2026, 11, 26)


def rows(heading: str) -> list[list[str]]:
    """The cells of the tables under a heading, without their heads."""
    (section,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", DOCS, re.MULTILINE | re.DOTALL)
    lines = [line.strip("| ") for line in section.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.split(" | ")] for line in lines]
    return [row for row in cells if row[-1].strip("-|") and "`" in "".join(row)]


def code(cell: str) -> str:
    (text,) = re.findall(r"`([^`]+)`", cell)[:1]
    return text


EXAMPLES = [
    *(code(row[0]) for row in rows("Words")),
    *(code(row[2]) for row in rows("Fields")),
    *(code(row[1]) for row in rows("Dates") if len(row) == 2 and "`" in row[1]),
    *re.findall(r"`((?:when|type|org):[^`]+)`", DOCS),
]


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 30


@pytest.mark.parametrize("query", [query for query in EXAMPLES if query != "when:soon"])
def test_an_example_is_a_query_and_comes_back_from_its_tree(query: str) -> None:
    tree = parse_query(query, today=TODAY)
    assert tree is not None
    assert parse_query(to_text(tree), today=TODAY) == tree


def test_every_field_and_alias_has_its_place() -> None:
    assert [code(row[0]) for row in rows("Fields")] == [f"{name}:" for name in FIELDS]
    assert all(f"`{alias}:`" in DOCS for alias in FIELD_ALIASES)


def test_every_form_of_dates_has_its_place_and_its_meaning() -> None:
    forms = [(code(row[0]), row[1]) for row in rows("Dates") if row[0].startswith("`")]
    assert forms == [(form.example, form.meaning) for form in FORMS]


@pytest.mark.parametrize(("query", "error"), [(code(row[0]), row[1]) for row in rows("Errors")])
def test_an_error_is_the_one_that_is_shown(query: str, error: str) -> None:
    with pytest.raises(QuerySyntaxError) as raised:
        parse_query(query, today=TODAY)
    assert str(raised.value).startswith(error)
