"""The pairs that stories are measured by are what they are called, and what they measure stays as good."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bench.stories import KINDS, Kind, Row, measure, precision_and_recall, rates, rewrites

PAIRS = 8
SIMILARITIES = {  # Jaccard similarity and containment that the kinds are made for
    "same: case, punctuation, blanks": (0.99, 0.99),
    "same: +60 words of boilerplate": (0.92, 1.0),
    "same: 3 % of words changed": (0.84, 0.91),
    "same: 10 % of words changed": (0.57, 0.73),
    "same: first 60 % (teaser)": (0.60, 1.0),
    "same: first 30 % (teaser)": (0.30, 1.0),
    "differ: unrelated": (0.0, 0.0),
    "differ: rollup, version, KB, day": (0.77, 0.87),
}


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [measure(kind, PAIRS) for kind in KINDS]


def test_pairs_are_as_alike_as_they_are_meant_to_be(rows: list[Row]) -> None:
    found = {row.kind.name: (row.jaccard, row.containment) for row in rows if row.kind.name in SIMILARITIES}
    assert found.keys() == SIMILARITIES.keys()
    for name, expected in SIMILARITIES.items():
        assert found[name] == pytest.approx(expected, abs=0.04), name


def test_what_differs_is_never_joined_and_what_is_the_same_nearly_always(rows: list[Row]) -> None:
    precision, recall = precision_and_recall(rows)
    assert precision == 1.0
    assert recall >= 0.95
    assert all(row.candidates == 1.0 for row in rows if row.kind.same), "a sketch missed a pair"


def test_precision_and_recall_weigh_kinds_alike() -> None:
    def row(*, same: bool, joined: float, counted: bool = True) -> Row:
        return Row(Kind("", same, KINDS[0].make, counted), 0.0, 0.0, 1.0, joined)

    some = [row(same=True, joined=1.0), row(same=True, joined=0.5), row(same=False, joined=0.5)]
    assert precision_and_recall([*some, row(same=True, joined=0.0, counted=False)]) == (0.75, 0.75)


def test_rates_are_given_a_second() -> None:
    sketched, judged = rates(posts=20)
    assert sketched > 10
    assert judged > sketched


def test_news_in_other_words_stays_above_its_floors() -> None:
    floors = Path(__file__).resolve().parents[2] / "bench" / "floors.toml"
    floor = tomllib.loads(floors.read_text(encoding="utf-8"))["stories"]["rewrites"]
    precision, recall = rewrites()
    assert precision >= floor["precision"]
    assert recall >= floor["recall"]
