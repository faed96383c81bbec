"""What a post says twice of one happening is one mention; two versions, two deals and two days are two."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.annotations import EventMention, EventType, FoundEvent, FoundTimex, PostText
from nlp.events.confidence import Signs
from nlp.events.merging import merged
from nlp.events.reading import Statement
from nlp.pipeline import Tagger, build_tagger
from tests.nlp.catalogues import small_catalogue

DAY = date(2014, 3, 19)  # a Wednesday


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return build_tagger(small_catalogue(), model=None)


def events_of(tagger: Tagger, kind: EventType, text: str, title: str = "") -> list[EventMention]:
    return [event for event in tagger.tag(PostText(title, text, DAY)).events if event.type == kind]


Told = list[tuple[set[str], str | None]]

CASES: dict[str, tuple[EventType, str, Told]] = {
    "two versions of a product": (
        "release",
        "PHP 5.5 was released. PHP 5.6 was released, too.",
        [({"php-5-5"}, None), ({"php-5-6"}, None)],
    ),
    "a version and the product": ("release", "PHP 5.6 was released. PHP is now available.", [({"php-5-6"}, None)]),
    "a version and its service pack": (
        "release",
        "Exchange Server 2010 SP2 was released. Exchange Server 2010 is now available.",
        [({"microsoft-exchange-server-2010-sp2"}, None)],
    ),
    "an undated and a dated one": (
        "release",
        "PHP 5.6 has been released. PHP 5.6 was released on Monday.",
        [({"php-5-6"}, "2014-03-17")],
    ),
    "two days": (
        "outage",
        "Amazon S3 went down on Monday. Amazon S3 went down on 4 March 2014.",
        [({"amazon-s3"}, "2014-03-17"), ({"amazon-s3"}, "2014-03-04")],
    ),
    "a day within its month": (
        "outage",
        "Amazon S3 went down in March 2014. Amazon S3 went down on 4 March 2014.",
        [({"amazon-s3"}, "2014-03-04")],
    ),
    "two deals of one buyer": (
        "acquisition",
        "Oracle bought Ferrowire GmbH. Oracle bought Larkmere Ltd, too.",
        [({"oracle", "ferrowire"}, None), ({"oracle", "larkmere"}, None)],
    ),
    "one deal, and a bank in it": (
        "acquisition",
        "Oracle bought Ferrowire GmbH. Oracle has acquired Ferrowire GmbH from Larkmere Ltd on Monday.",
        [({"oracle", "ferrowire", "larkmere"}, "2014-03-17")],
    ),
    "two companies": (
        "opening",
        "Oracle opened an office. Tucows opened an office.",
        [({"oracle"}, None), ({"tucows"}, None)],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_mentions_are(tagger: Tagger, case: str) -> None:
    kind, text, expected = CASES[case]
    assert [(set(event.subjects), event.date) for event in events_of(tagger, kind, text)] == expected


def test_deals_that_share_two_parties_are_one_whoever_else_is_named(tagger: Tagger) -> None:
    text = "Oracle bought Ferrowire GmbH, advised by Tucows. Oracle acquired Ferrowire GmbH, advised by VMware."
    (deal,) = events_of(tagger, "acquisition", text)
    assert {"oracle", "ferrowire"} < set(deal.subjects)


def test_two_types_of_one_subject_are_two(tagger: Tagger) -> None:
    text = "PHP 5.6 was released. PHP 5.6 has a vulnerability."
    assert len(events_of(tagger, "release", text)) == len(events_of(tagger, "security", text)) == 1


def test_that_a_company_released_something_says_less_than_what(tagger: Tagger) -> None:
    text = "Oracle has released MySQL 5.7. Tucows unveils a thing."
    assert [event.subjects[0] for event in events_of(tagger, "release", text)] == ["mysql-5-7"]
    (alone,) = events_of(tagger, "release", "Tucows unveils a thing.")
    assert alone.subjects == ("tucows",)


def test_a_dated_sentence_is_the_evidence_rather_than_the_title(tagger: Tagger) -> None:
    (event,) = events_of(tagger, "release", "PHP 5.6 was released on Monday.", "PHP 5.6 was released")
    assert event.evidence.field == "text"


def test_a_merged_mention_is_as_sure_as_its_surest_sentence(tagger: Tagger) -> None:
    filler = " ".join(f"Line {number} says little." for number in range(8))
    weak = f"{filler} PHP 5.6 has been released."
    (far,) = events_of(tagger, "release", weak, "A diary")
    (both,) = events_of(tagger, "release", f"PHP 5.6 was released on Monday. {weak}", "A diary")
    (near,) = events_of(tagger, "release", "PHP 5.6 was released on Monday.", "A diary")
    assert far.confidence < both.confidence == near.confidence


# -- statements made by hand

SIGNS = Signs(lead=True, opens=False, dated=False, acts=True, first_choice=True)


def statement(
    number: int, subjects: tuple[str, ...], begin: int | None, days: int = 1, kind: EventType = "release"
) -> Statement:
    """The post's sentence of that number, dated `begin` days after DAY."""
    timex = None
    if begin is not None:
        first = DAY + timedelta(days=begin)
        timex = FoundTimex(number, number + 1, "x", "DATE", first.isoformat(), first, first + timedelta(days=days))
    event = FoundEvent(kind, "happened", subjects, number * 10, number * 10 + 9, 0.9, timex)
    return Statement(event, number, timex is not None, False, 0, SIGNS)


def test_the_order_of_sentences_does_not_change_how_many_mentions_there_are() -> None:
    kin = {"php-5-6": frozenset({"php"}), "php-5-5": frozenset({"php"})}
    said = [
        statement(0, ("php-5-6",), 0),
        statement(1, ("php-5-6",), 0, 30),
        statement(2, ("php-5-5",), 90),
        statement(3, ("php-5-6",), None),
    ]
    for order in permutations(said):
        told = list(merged(order, kin))
        assert [(event.subjects, event.timex and event.timex.begin) for event in told] == [
            (("php-5-6",), DAY),
            (("php-5-5",), DAY + timedelta(days=90)),
        ]


SLUGS = st.sampled_from(["php", "php-5-5", "php-5-6", "oracle", "tucows"])
STATEMENTS = st.lists(
    st.builds(
        statement,
        st.integers(0, 9),
        st.lists(SLUGS, min_size=1, max_size=3, unique=True).map(tuple),
        st.one_of(st.none(), st.integers(-60, 60)),
        st.integers(1, 90),
        st.sampled_from(["release", "acquisition", "outage"]),
    ),
    max_size=8,
)
KIN = {"php-5-5": frozenset({"php"}), "php-5-6": frozenset({"php"})}


@given(STATEMENTS)
def test_nothing_is_made_up(said: list[Statement]) -> None:
    told = list(merged(said, KIN))
    assert len(told) <= len(said)
    assert bool(told) == bool(said)
    assert {event.type for event in told} == {one.event.type for one in said}
    assert {event.subjects for event in told} <= {one.event.subjects for one in said}
    assert {event.timex for event in told} <= {one.event.timex for one in said}


@given(STATEMENTS)
def test_mentions_come_in_the_order_of_their_evidence(said: list[Statement]) -> None:
    starts = [event.start for event in merged(said, KIN)]
    assert starts == sorted(starts)
