"""docs/dates.md says how dates are read; the code is held to every line of its tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nlp.masking import find_masked
from nlp.timex import find_timexes

LINES = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (Path(__file__).resolve().parents[3] / "docs" / "dates.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("|") and "**" in line
]


def shown(value: object) -> str:
    return "-" if value is None else str(value)


@pytest.mark.parametrize(
    ("published", "marked", "kind", "value", "begin", "end"), LINES, ids=[f"{line[0]} {line[1]}" for line in LINES]
)
def test_a_phrase_is_read_as_documented(
    published: str, marked: str, kind: str, value: str, begin: str, end: str
) -> None:
    before, phrase, after = marked.split("**")
    text = before + phrase + after
    anchor = None if published == "-" else date.fromisoformat(published)
    found = {(t.start, t.end): t for t in find_timexes(text, anchor, find_masked(text).spans)}
    timex = found[len(before), len(before) + len(phrase)]
    assert [timex.type, shown(timex.value), shown(timex.begin), shown(timex.end_date)] == [kind, value, begin, end]


def test_there_are_phrases_enough() -> None:
    assert len(LINES) >= 150
