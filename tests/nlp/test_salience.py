"""What a post is about."""

from __future__ import annotations

from nlp.annotations import EntityRef, FoundEntity
from nlp.salience import find_salient

TITLE_END = 40
LEAD = TITLE_END + 10
LATE = TITLE_END + 2000


def mention(slug: str, start: int) -> FoundEntity:
    return FoundEntity(start, start + 5, EntityRef("product", slug, slug))


def test_the_title_says_what_a_post_is_about() -> None:
    assert find_salient(TITLE_END, [mention("plesk", 0)]) == {"plesk"}


def test_one_late_mention_is_not_what_a_post_is_about() -> None:
    assert find_salient(TITLE_END, [mention("plesk", 0), mention("nginx", LATE)]) == {"plesk"}


def test_what_the_lead_names_and_the_text_repeats_is() -> None:
    mentions = [mention("plesk", LEAD), *(mention("plesk", LATE + 100 * n) for n in range(4))]
    assert find_salient(TITLE_END, mentions) == {"plesk"}


def test_an_events_subject_is() -> None:
    assert find_salient(TITLE_END, [mention("plesk", 0), mention("nginx", LATE)], subjects={"nginx"}) == {
        "plesk",
        "nginx",
    }


def test_a_subject_that_is_not_named_is_not() -> None:
    assert find_salient(TITLE_END, [mention("plesk", 0)], subjects={"nginx"}) == {"plesk"}


def test_without_mentions_nothing_is() -> None:
    assert find_salient(TITLE_END, []) == frozenset()
