"""Which subjects of a post's events the post is about, and which it only speaks of in passing."""

from __future__ import annotations

import pytest

from nlp.annotations import EntityKind, EntityRef, FoundEntity, FoundEvent
from nlp.salience import find_salient, main_subjects

TITLE_END = 40
TITLE = 0
LEAD = TITLE_END + 10
LATE = TITLE_END + 2000
SURE, UNSURE = 0.9, 0.6


def mention(slug: str, start: int, kind: EntityKind = "product") -> FoundEntity:
    return FoundEntity(start, start + 5, EntityRef(kind, slug, slug))


def event(slug: str, confidence: float = SURE) -> FoundEvent:
    return FoundEvent("release", "happened", (slug,), LATE, LATE + 50, confidence)


CASES: dict[str, tuple[list[FoundEntity], list[FoundEvent], set[str]]] = {
    "named once, in a post without names in its title": ([mention("plesk", LATE)], [event("plesk")], {"plesk"}),
    "named in the lead of a post about another": (
        [mention("nginx", TITLE), mention("plesk", LEAD)],
        [event("plesk")],
        {"plesk"},
    ),
    "named again in a post about another": (
        [mention("nginx", TITLE), mention("plesk", LATE), mention("plesk", LATE + 50)],
        [event("plesk")],
        {"plesk"},
    ),
    "named once and late in a post about another": (
        [mention("nginx", TITLE), mention("plesk", LATE)],
        [event("nginx"), event("plesk")],
        {"nginx"},
    ),
    "named once and late in a post whose title names nothing that happens": (
        [mention("weekly", TITLE), mention("plesk", LATE)],
        [event("plesk")],
        {"plesk"},
    ),
    "an event that is not sure": ([mention("plesk", LATE)], [event("plesk", UNSURE)], set()),
    "an event that is not sure, of what the lead names and the text repeats": (
        [mention("plesk", LEAD), mention("plesk", LATE)],
        [event("plesk", UNSURE)],
        {"plesk"},
    ),
    "the surest event counts": ([mention("plesk", LATE)], [event("plesk", UNSURE), event("plesk")], {"plesk"}),
    "no event": ([mention("plesk", LATE)], [], set()),
}


@pytest.mark.parametrize("case", CASES)
def test_main_subjects(case: str) -> None:
    entities, events, expected = CASES[case]
    assert main_subjects(TITLE_END, entities, events) == expected


def test_beside_a_name_of_its_kind_in_the_title_repetition_says_less() -> None:
    repeated = [mention("plesk", LEAD), mention("plesk", LATE), mention("plesk", LATE + 50)]
    assert find_salient(TITLE_END, repeated) == {"plesk"}
    assert find_salient(TITLE_END, [mention("nginx", TITLE), *repeated]) == {"nginx"}
    assert find_salient(TITLE_END, [mention("tucows", TITLE, "organization"), *repeated]) == {"tucows", "plesk"}
