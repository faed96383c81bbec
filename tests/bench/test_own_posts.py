"""How tagging does on our own labelled posts, and what its probabilities are worth there."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.calibration import calibration_error, judge_events, judge_salience
from bench.tagging_scores import LabelledPost, read_labelled_posts, score_posts
from nlp.catalogue import load_catalogue
from nlp.pipeline import Tagger, build_tagger

ROOT = Path(__file__).resolve().parents[2]
FLOORS: dict[str, Any] = tomllib.loads((ROOT / "bench" / "floors.toml").read_text(encoding="utf-8"))["tagging"]
POSTS = read_labelled_posts(ROOT / "tests" / "nlp" / "labelled")


def part(name: str) -> list[LabelledPost]:
    held_back = name == "held_back"
    return [post for post in POSTS if (int(post.id.removeprefix("a-")) % 4 == 0) == held_back]


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return build_tagger(load_catalogue())


@pytest.mark.parametrize("name", FLOORS["own"])
def test_tags_are_at_least_as_good_as_before(tagger: Tagger, name: str) -> None:
    posts = part(name)
    assert len(posts) >= 7
    scores = score_posts(zip(posts, tagger.tag_many(post.post for post in posts), strict=True)).figures()
    floors = FLOORS["own"][name]
    assert {kind: scores[kind] for kind, floor in floors.items() if scores[kind] < floor} == {}


def test_probabilities_come_true(tagger: Tagger) -> None:
    posts = part("development")
    drafts = list(tagger.drafts(post.post for post in posts))
    for name, judged in (("events", judge_events(posts, drafts)), ("salience", judge_salience(posts, drafts))):
        said = np.array([one.probability for one in judged])
        right = np.array([one.right for one in judged])
        assert calibration_error(said, right) <= FLOORS["calibration"][name], name
