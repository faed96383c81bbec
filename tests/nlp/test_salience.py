"""What a post is about."""

from __future__ import annotations

import pytest

from nlp.annotations import EntityKind, EntityRef, FoundEntity, FoundEvent
from nlp.salience import (
    WEIGHTS,
    SalienceSigns,
    find_prominent,
    find_salient,
    salience_rules,
    signs_of_salience,
    weigh_salience,
)

TITLE_END = 40
TITLE = 0
LEAD = TITLE_END + 10
LATE = TITLE_END + 2000
ABSENT = SalienceSigns(**dict.fromkeys(WEIGHTS, False))


def mention(
    slug: str, start: int, kind: EntityKind = "product", *, above: str | None = None, sector: str | None = None
) -> FoundEntity:
    ancestors = (EntityRef(kind, above, above),) if above else ()
    return FoundEntity(start, start + 5, EntityRef(kind, slug, slug, sector=sector), ancestors)


def event(*slugs: str, start: int = LATE, confidence: float = 0.95) -> FoundEvent:
    return FoundEvent("release", "happened", slugs, start, start + 50, confidence)


def repeated(slug: str, times: int) -> list[FoundEntity]:
    return [mention(slug, LATE + 100 * number) for number in range(times)]


# -- before events are known -------------------------------------------------------------------------------------------


def test_the_title_makes_prominent() -> None:
    assert find_prominent(TITLE_END, [mention("plesk", TITLE), mention("nginx", LATE)]) == {"plesk"}


def test_what_the_lead_names_and_the_text_repeats_is_prominent() -> None:
    assert find_prominent(TITLE_END, [mention("plesk", LEAD), *repeated("plesk", 4)]) == {"plesk"}


def test_beside_a_name_of_its_kind_in_the_title_repetition_says_less() -> None:
    mentions = [mention("plesk", LEAD), mention("plesk", LATE), mention("plesk", LATE + 50)]
    assert find_prominent(TITLE_END, mentions) == {"plesk"}
    assert find_prominent(TITLE_END, [mention("nginx", TITLE), *mentions]) == {"nginx"}
    titled_otherwise = [mention("tucows", TITLE, "organization"), *mentions]
    assert find_prominent(TITLE_END, titled_otherwise) == {"tucows", "plesk"}


# -- with the events ---------------------------------------------------------------------------------------------------

CASES = {
    "the title names it and something happens to it": (
        [mention("plesk", TITLE), mention("plesk", LEAD)],
        [event("plesk", start=LEAD)],
        {"plesk"},
    ),
    "one late mention": ([mention("plesk", TITLE), mention("plesk", LEAD), mention("nginx", LATE)], [], {"plesk"}),
    "a late subject of a post about another": (
        [mention("nginx", TITLE), mention("nginx", LEAD), mention("plesk", LATE)],
        [event("nginx", start=LEAD), event("plesk", confidence=0.75)],
        {"nginx"},
    ),
    "the subjects of a round-up whose title names nothing": (
        [
            mention("plesk", LATE),
            mention("plesk", LATE + 90),
            mention("nginx", LATE + 300),
            mention("nginx", LATE + 400),
        ],
        [event("plesk"), event("nginx")],
        {"plesk", "nginx"},
    ),
    "an update of what the title names": (
        [mention("plesk", TITLE), mention("plesk", LEAD), mention("plesk-18", LATE, above="plesk")],
        [event("plesk-18")],
        {"plesk", "plesk-18"},
    ),
    "nothing named": ([], [], set()),
    "a subject that is not named": ([], [event("nginx")], set()),
}


@pytest.mark.parametrize("case", CASES)
def test_find_salient(case: str) -> None:
    entities, events, expected = CASES[case]
    assert find_salient(TITLE_END, entities, events) == expected


SIGNS = {
    "titled": ([mention("plesk", TITLE)], []),
    "in_lead": ([mention("plesk", LEAD)], []),
    "repeated": (repeated("plesk", 2), []),
    "frequent": (repeated("plesk", 4), []),
    "subject": ([mention("plesk", LATE)], [event("plesk", "nginx")]),
    "second": ([mention("plesk", LATE)], [event("nginx", "plesk")]),
    "sure": ([mention("plesk", LATE)], [event("plesk", confidence=0.9)]),
    "passing": ([mention("plesk", LATE), mention("nginx", TITLE)], [event("nginx")]),
    "version_of_titled": ([mention("plesk", LATE, above="nginx"), mention("nginx", TITLE)], []),
    "titled_by_version": ([mention("plesk", LATE), mention("plesk-18", TITLE, above="plesk")], []),
    "beside_titled": ([mention("plesk", LATE), mention("nginx", TITLE)], []),
    "update_of_titled": ([mention("plesk", LATE, above="nginx"), mention("nginx", TITLE)], [event("plesk")]),
    "organization": ([mention("plesk", LATE, "organization")], []),
    "source": ([mention("plesk", LATE, "organization", sector="press")], []),
    "authority": ([mention("plesk", LATE, "organization", sector="body")], []),
}


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_is_seen(sign: str) -> None:
    entities, events = SIGNS[sign]
    assert sign in dict(signs_of_salience(TITLE_END, entities, events))["plesk"].names


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_is_not_seen_where_it_is_not(sign: str) -> None:
    assert sign not in dict(signs_of_salience(TITLE_END, [mention("plesk", LATE)], []))["plesk"].names


def test_every_sign_is_tested_and_has_a_weight() -> None:
    assert SIGNS.keys() == WEIGHTS.keys()


@pytest.mark.parametrize(("sign", "weight"), WEIGHTS.items())
def test_a_sign_moves_the_probability_its_way(sign: str, weight: float) -> None:
    with_it = weigh_salience(SalienceSigns(**{**dict.fromkeys(WEIGHTS, False), sign: True}))
    assert (with_it > weigh_salience(ABSENT)) == (weight > 0)


def test_the_reason_is_told() -> None:
    mentions = [mention("plesk", TITLE), mention("plesk", LEAD), mention("nginx", LATE)]
    rules = salience_rules(TITLE_END, mentions, [event("plesk", start=LEAD)])
    assert rules["plesk"].startswith("salience:subject | signs titled+in_lead+subject")
    assert "| mentions 2 | probability 0.9" in rules["plesk"]
    assert rules["nginx"].startswith("salience:aside ")
