"""Damaged feeds and pages: none is fatal, none takes long, and what is read of them is fit to be stored."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from bench.mutations import (
    DAMAGES,
    Damage,
    OverTimeError,
    cpu_limit,
    damaged,
    faults_of,
    run,
    sound_documents,
)
from ingest.entries import Document, Entry

# All of them with HOSTWIRE_TEST_MUTATIONS=20000; by themselves: `python -m bench.mutations`.
INPUTS = int(os.environ.get("HOSTWIRE_TEST_MUTATIONS", "1000"))


def test_mutated_inputs_are_read_or_refused_in_bounded_time() -> None:
    report = run(range(INPUTS))
    assert report.failures == []
    assert report.inputs == INPUTS
    assert {"feed", "page", "article", "sitemap", "text", "unknown"} <= set(report.kinds)


def test_an_input_is_the_same_for_the_same_number() -> None:
    documents = sound_documents()
    assert damaged(7, documents) == damaged(7, documents)
    assert damaged(7, documents)[0].body != damaged(7 + len(documents), documents)[0].body


def test_half_of_the_sound_documents_are_feeds() -> None:
    kinds = Counter("html" in sound.content_type for sound in sound_documents())
    assert kinds[False] >= 0.4 * kinds.total()


def seeded(number: int) -> Random:
    return Random(number)  # noqa: S311 - no secret: the same damage each time


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__.strip("_"))
def test_each_damage_changes_most_inputs_and_bears_empty_ones(damage: Damage) -> None:
    sound = sound_documents()[-3].body
    assert sum(damage(sound, seeded(seed)) != sound for seed in range(20)) >= 10
    assert isinstance(damage(b"", seeded(0)), bytes)


SOUND = Entry(id=None, url=None, title="T")
UNFIT = [
    pytest.param(replace(SOUND, url="javascript:alert(1)"), "address", id="address"),
    pytest.param(replace(SOUND, html='<p onclick="x()">y</p>'), "HTML that acts", id="HTML"),
    pytest.param(replace(SOUND, title="a\x00b"), "zero", id="zero"),
    pytest.param(replace(SOUND, published=datetime(1970, 1, 1, tzinfo=UTC)), "published in 1970", id="year"),
]


@pytest.mark.parametrize(("entry", "fault"), UNFIT)
def test_what_is_unfit_is_found(entry: Entry, fault: str) -> None:
    (found,) = faults_of(Document("page", entries=(entry,)))
    assert fault in found


def go_on() -> None:
    while True:
        pass


def test_an_input_that_goes_on_for_ever_is_stopped() -> None:
    with pytest.raises(OverTimeError), cpu_limit(0.05):
        go_on()
