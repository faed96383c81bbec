"""No figure of a measurement may slip below its floor unseen."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bench.timex import read_labelled, score_tagger
from nlp.catalogue import load_catalogue
from nlp.pipeline import Tagger, build_tagger

pytestmark = pytest.mark.shared
ROOT = Path(__file__).resolve().parents[2]
FLOORS: dict[str, Any] = tomllib.loads((ROOT / "bench" / "floors.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return build_tagger(load_catalogue(), None)


@pytest.mark.parametrize("name", FLOORS["timex"])
def test_dates_are_read_at_least_as_well_as_before(shared: Path, tagger: Tagger, name: str) -> None:
    every_type, dates_alone = score_tagger(tagger, read_labelled(shared / "timex" / f"{name}.jsonl"))
    floors = FLOORS["timex"][name]
    reached = {
        "value": every_type.value,
        "relaxed": every_type.relaxed,
        "strict": every_type.strict,
        "date_value": dates_alone.value,
    }
    assert {key: value for key, value in reached.items() if value < floors[key]} == {}
