"""Scores of tagging, on a post small enough to count by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bench.tagging_scores import (
    LabelledPost,
    TaggingScores,
    labelled_post,
    normalised,
    read_labelled_posts,
    score_posts,
)
from nlp.annotations import Analysis, EntityKind, EventMention, Evidence, Mention, TaggedEntity, Timex

LABELS = {
    "id": "one",
    "title": "Foobar Panel 2.1 SP1 is out",
    "text": "On Monday, Acme Inc. released it. Quux follows in June. Acme was bought by The Big Co. in 2009.",
    "published": "2010-05-05",
    "products": [
        {"name": "Foobar Panel 2.1 SP1", "accept": ["Panel 2.1 Service Pack 1"], "salient": True},
        {"name": "Quux", "salient": False},
    ],
    "organizations": [{"name": "Acme", "accept": ["Acme Inc."]}, {"name": "Big Co."}],
    "tlds": [".com"],
    "dates": [
        {"text": "Monday", "value": "2010-05-03"},
        {"text": "in June", "value": "2010-06"},
        {"text": "now", "value": "PRESENT_REF"},
    ],
    "events": [
        {"type": "release", "status": "happened", "date": "2010-05-03", "subjects": ["Foobar Panel 2.1 SP1", "Acme"]},
        {"type": "release", "status": "planned", "date": "2010-06", "subjects": ["Quux"]},
        {"type": "acquisition", "status": "happened", "date": None, "subjects": ["Acme", "Big Co."]},
    ],
}


def entity(kind: EntityKind, slug: str, name: str, *texts: str, salient: bool = False) -> TaggedEntity:
    mentions = tuple(Mention("text", 0, len(text), text) for text in texts)
    return TaggedEntity(kind, slug, name, salient, True, mentions)


def timex(text: str, value: str | None, kind: str = "DATE") -> Timex:
    return Timex("text", 0, len(text), text, kind, value, None, None)  # type: ignore[arg-type]  # a test's own word


def event(kind: str, status: str, day: str | None, *subjects: str) -> EventMention:
    evidence = Evidence("text", 0, 1, "O")
    return EventMention(kind, status, day, None, None, subjects, evidence, 0.9)  # type: ignore[arg-type]  # as above


FOUND = Analysis(
    products=(
        entity("product", "panel-2-1-sp1", "Foobar Panel", "panel 2.1 service pack 1", salient=True),
        entity("product", "quux", "QUUX", "Quux", salient=True),
    ),
    organizations=(entity("organization", "acme", "ACME, Inc.", "Acme's"), entity("organization", "big", "the Big Co")),
    tlds=(entity("tld", "com", ".com", ".com"),),
    timexes=(timex("on Monday,", "2010-05-03"), timex("June", "2010-06"), timex("today", "PRESENT_REF")),
    events=(
        event("release", "happened", "2010-05-03", "acme"),
        event("release", "planned", "2010-06", "quux"),
        event("acquisition", "happened", "2009", "big"),
    ),
)


@pytest.fixture
def labels() -> LabelledPost:
    return labelled_post(LABELS)


def counted(labels: LabelledPost, found: Analysis, kind: str) -> tuple[int, int, int]:
    counts = score_posts([(labels, found)]).counts[kind]
    return counts.found, counts.missed, counts.extra


def test_a_folder_is_read_by_file_name(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.json").write_text(json.dumps(LABELS | {"id": name}))
    posts = read_labelled_posts(tmp_path)
    assert [post.id for post in posts] == ["a", "b"]
    assert (posts[0].post.title, posts[0].post.anchor) == (LABELS["title"], date(2010, 5, 5))


@pytest.mark.parametrize(
    ("name", "compared"),
    [
        ("The Big Co.", "big co"),
        ("Let’s Encrypt", "let encrypt"),
        ("cPanel & WHM 11.102", "cpanel whm 11.102"),
        (".com", ".com"),
        ("C++/C#", "c++ c#"),
        ("  Acme,\tInc. ", "acme inc"),
        ("Theos", "theos"),
    ],
)
def test_names_are_compared_without_case_and_punctuation(name: str, compared: str) -> None:
    assert normalised(name) == compared


def test_all_that_is_labelled_and_found_counts_in_full(labels: LabelledPost) -> None:
    figures = score_posts([(labels, FOUND)]).figures()
    assert {kind for kind, figure in figures.items() if figure < 1} == {"products_salient"}


def test_a_name_that_is_not_labelled_is_extra_and_one_that_is_not_found_missed(labels: LabelledPost) -> None:
    found = replace(FOUND, products=(FOUND.products[0], entity("product", "x", "Xyz", "Xyz")), organizations=())
    assert counted(labels, found, "products") == (1, 1, 1)
    assert counted(labels, found, "organizations") == (0, 2, 0)


def test_a_label_is_found_once(labels: LabelledPost) -> None:
    twice = replace(FOUND, products=(FOUND.products[1], FOUND.products[1]))
    assert counted(labels, twice, "products") == (1, 1, 1)


def test_salience_counts_where_both_say_so(labels: LabelledPost) -> None:
    assert counted(labels, FOUND, "products_salient") == (1, 0, 1)
    assert counted(labels, replace(FOUND, products=()), "products_salient") == (0, 1, 0)


def test_a_date_needs_its_value_and_references_are_left_out(labels: LabelledPost) -> None:
    found = replace(FOUND, timexes=(timex("Monday", "2010-05-10"), timex("now", "PAST_REF"), timex("June", None)))
    assert counted(labels, found, "dates") == (0, 2, 1)
    assert counted(labels, found, "dates_found") == (1, 1, 0)
    assert counted(labels, replace(FOUND, timexes=(timex("June", "2010-06", "SET"),)), "dates") == (0, 2, 0)


@pytest.mark.parametrize(
    ("told", "events", "dated"),
    [
        pytest.param(event("release", "happened", "2010-05-03", "acme"), (1, 2, 0), (1, 2, 0), id="a shared subject"),
        pytest.param(event("release", "happened", None, "panel-2-1-sp1"), (1, 2, 0), (0, 3, 1), id="without its date"),
        pytest.param(event("update", "happened", "2010-05-03", "acme"), (0, 3, 1), (0, 3, 1), id="another type"),
        pytest.param(event("release", "happened", "2010-05-03", "big"), (0, 3, 1), (0, 3, 1), id="another subject"),
        pytest.param(event("release", "happened", "2010-05-03", "gone"), (0, 3, 1), (0, 3, 1), id="an unknown subject"),
        pytest.param(event("acquisition", "happened", "1999", "big"), (1, 2, 0), (1, 2, 0), id="a label without date"),
    ],
)
def test_an_event_is_its_type_and_a_subject(
    labels: LabelledPost, told: EventMention, events: tuple[int, int, int], dated: tuple[int, int, int]
) -> None:
    found = replace(FOUND, events=(told,))
    assert counted(labels, found, "events") == events
    assert counted(labels, found, "events_dated") == dated


def test_statuses_are_judged_on_events_that_were_found(labels: LabelledPost) -> None:
    wrong = replace(FOUND.events[1], status="happened")
    assert score_posts([(labels, replace(FOUND, events=(FOUND.events[0], wrong)))]).status_accuracy == 0.5


def test_posts_are_counted_together(labels: LabelledPost) -> None:
    counts = score_posts([(labels, FOUND), (labels, Analysis())]).counts["products"]
    assert (counts.precision, counts.recall) == (1, 0.5)
    assert counts.f1 == pytest.approx(2 / 3)


def test_nothing_counted_is_no_error() -> None:
    assert set(TaggingScores().figures().values()) == {0}
