"""No figure of a measurement may slip below its floor unseen."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bench.releases import read_recorded
from bench.releases import score_tagger as score_releases
from bench.tagging import read_posts
from bench.tagging import score_tagger as score_tagging
from bench.tagging_costs import BARE, make_reader, peak_megabytes, words_a_second
from bench.tagging_scores import read_labelled_posts
from bench.timex import read_labelled, score_tagger
from nlp.catalogue import load_catalogue
from nlp.pipeline import Tagger, build_tagger

pytestmark = pytest.mark.shared
ROOT = Path(__file__).resolve().parents[2]
FLOORS: dict[str, Any] = tomllib.loads((ROOT / "bench" / "floors.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return build_tagger(load_catalogue(), None)


@pytest.fixture(scope="module")
def tagger_with_model() -> Tagger:
    return build_tagger(load_catalogue())


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


def test_labelled_posts_are_tagged_at_least_as_well_as_before(shared: Path, tagger_with_model: Tagger) -> None:
    figures = score_tagging(tagger_with_model, read_labelled_posts(shared / "gold")).figures()
    assert {k: figures[k] for k, floor in FLOORS["tagging"]["labelled"].items() if figures[k] < floor} == {}


@pytest.mark.parametrize("product", FLOORS["tagging"]["releases"])
def test_releases_on_record_are_told_at_least_as_well_as_before(
    shared: Path, tagger_with_model: Tagger, product: str
) -> None:
    recorded = read_recorded(shared / "corpus" / "truth" / f"{product}.json")
    posts = read_posts([shared / "corpus" / f"{product}.jsonl"])
    scores = score_releases(tagger_with_model, product, recorded, posts)
    floors = FLOORS["tagging"]["releases"][product]
    assert len(scores.announced) > len(recorded) / 2
    assert scores.recall >= floors["recall"], scores.missed
    assert 1 - scores.wrong_share >= floors["right"], [wrong.reason for wrong in scores.wrong]


def test_tagging_costs_no_more_than_before(shared: Path) -> None:
    posts = [item.post for item in read_labelled_posts(shared / "gold")]
    readers = {name: make_reader(name) for name in (BARE, "needed")}
    speeds = words_a_second(readers, posts, rounds=7)  # other tests at work only ever add to a round
    assert speeds["needed"] / speeds[BARE] >= FLOORS["tagging"]["costs"]["times_alone"]
    assert peak_megabytes("needed", posts) <= FLOORS["tagging"]["costs"]["most_megabytes"]
