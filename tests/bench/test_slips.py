"""Slips of names are put right, and right words left alone, at least as well as before."""

from __future__ import annotations

import tomllib
from pathlib import Path

from bench.slips import CASES, catalogue_names, measure

ROOT = Path(__file__).resolve().parents[2]


def test_slips_are_put_right_and_right_words_left_alone() -> None:
    floors = tomllib.loads((ROOT / "bench" / "floors.toml").read_text(encoding="utf-8"))["slips"]
    scores = measure(catalogue_names())
    reached = {name: getattr(scores, name) for name in floors}
    assert {name: value for name, value in reached.items() if value < floors[name]} == {}, scores.wrong


def test_there_are_more_than_a_hundred_of_each() -> None:
    cases = tomllib.loads(CASES.read_text(encoding="utf-8"))
    assert sum(map(len, cases["typed"].values())) > 100
    assert len(set(cases["right"]["words"].split())) > 100
