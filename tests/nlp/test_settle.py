"""Settling the neighbourhood of what is new gives the very events that resolving everything gives."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.annotations import EventType
from nlp.event_mentions import ResolverMention, Subject
from nlp.reach import Copies, Reach, after, before
from nlp.resolve import ResolvedEvent, linked, resolve_events
from nlp.settle import Filed, settle
from tests.nlp.test_resolve import PHP, PHP_55, TUCOWS, mention

CPANEL: Subject = ("product", "cpanel")
FIRST = date(2009, 1, 1)
VERSIONS = frozenset({PHP, PHP_55})


class Shelf:
    """An archive in memory, which finds exactly what is asked for, and counts what is read of it."""

    def __init__(self) -> None:
        self.mentions: dict[int, ResolverMention] = {}
        self.event_of: dict[int, int] = {}
        self.events: dict[str, ResolvedEvent] = {}
        self.reads = 0

    # -- as `Archive` says ------------------------------------------------------------------------------------

    def find(self, reaches: Collection[Reach]) -> set[int]:
        return {m.id for m in self.mentions.values() if any(_holds(reach, m) for reach in reaches)}

    def read(self, ids: Collection[int]) -> Iterable[Filed]:
        events = {self.event_of[number] for number in ids if number in self.event_of}
        wanted = {number for number, event in self.event_of.items() if event in events}.union(ids) - self._seen
        self._seen |= wanted
        self.reads += len(wanted)
        return [Filed(self.mentions[number], self.event_of.get(number)) for number in wanted]

    # -- what happens to it -------------------------------------------------------------------------------------

    def arrive(self, *mentions: ResolverMention) -> None:
        self.mentions |= {m.id: m for m in mentions}
        self._settle({m.id for m in mentions})

    def lose(self, *numbers: int) -> None:
        events = {self.event_of.pop(number) for number in numbers}
        for number in numbers:
            del self.mentions[number]
        left = {number for number, event in self.event_of.items() if event in events}
        for number in left:
            del self.event_of[number]
        self.events = {name: event for name, event in self.events.items() if not set(numbers) & {*event.mention_ids}}
        self._settle(left)

    def _settle(self, ids: set[int]) -> None:
        self._seen: set[int] = set()
        settled = settle(ids, self)
        replaced = set(settled.mention_ids)
        self.events = {name: e for name, e in self.events.items() if replaced.isdisjoint(e.mention_ids)}
        for event in settled.events:
            assert event.id not in self.events
            assert replaced.issuperset(event.mention_ids)
            self.events[event.id] = event
            self.event_of |= dict.fromkeys(event.mention_ids, min(event.mention_ids))

    def told(self) -> tuple[ResolvedEvent, ...]:
        return tuple(sorted(self.events.values(), key=lambda event: (event.first_reported, event.id)))


def _holds(reach: Reach, m: ResolverMention) -> bool:
    if (reach.type, reach.parties) != (m.type, m.parties):
        return False
    if isinstance(reach, Copies):
        return m.content_hash == reach.content_hash or m.post in reach.posts
    begin, end = m.span or (m.day, m.day + timedelta(days=1))
    return (
        begin.toordinal() <= reach.last
        and end.toordinal() > reach.first
        and reach.dated in {None, m.dated}
        and reach.happened in {None, m.status == "happened"}
        and reach.since <= m.day.toordinal() <= reach.until
    )


@st.composite
def archives(draw: st.DrawFn) -> list[ResolverMention]:
    """Reports over some years: of plans that move, of facts, with days, months and years or without a date, copied or
    not; close together as often as far apart.
    """
    years = draw(st.sampled_from([1, 1, 2, 5]))
    kinds: Sequence[EventType] = draw(
        st.sampled_from(
            [("release",), ("update",), ("outage",), ("release", "end_of_support", "acquisition", "rename")]
        )
    )
    subjects: Sequence[tuple[Subject, ...]] = draw(
        st.sampled_from([[(CPANEL,)], [(CPANEL,), (PHP,)], [(PHP, PHP_55), (PHP_55, PHP), (PHP_55,), (CPANEL, TUCOWS)]])
    )
    found: list[ResolverMention] = []
    for number in range(draw(st.integers(2, 14))):
        day = FIRST + timedelta(days=draw(st.integers(0, 365 * years)))
        copied = draw(st.sampled_from(["", "", "", "words", "copies"]))
        for _ in range(draw(st.sampled_from([1, 1, 1, 2]))):
            about = draw(st.sampled_from(subjects))
            found.append(
                mention(
                    draw(_values(day)),
                    day.isoformat(),
                    kind=draw(st.sampled_from(kinds)),
                    status=draw(st.sampled_from(["happened", "happened", "planned", "cancelled"])),
                    subjects=about,
                    post=f"post-{number}",
                    source=number % 4 + 1,
                    content="words" if copied == "words" else f"words-{number}",
                    copies=frozenset({"post-0", "post-1"} - {f"post-{number}"}) if copied == "copies" else frozenset(),
                    version=about[0] in VERSIONS,
                )
            )
    return found


def _values(day: date) -> st.SearchStrategy[str | None]:
    """Dates that a post of the day may name: none, the day itself, and others that lie near it or not."""
    other = st.sampled_from([-200, -61, -30, -1, 0, 0, 1, 20, 59, 90, 183, 184, 400]).map(
        lambda days: day + timedelta(days=days)
    )
    forms = st.sampled_from(["%Y-%m-%d", "%Y-%m-%d", "%Y-%m", "%Y"])
    return st.one_of(st.none(), st.none(), st.builds(date.strftime, other, forms), st.just(day.isoformat()))


def _seen_from_both(mentions: list[ResolverMention]) -> list[ResolverMention]:
    """Likeness of words is mutual."""
    return [
        ResolverMention(**{
            **{name: getattr(m, name) for name in ResolverMention.__slots__},
            "copies": m.copies | {other.post for other in mentions if m.post in other.copies},
        })
        for m in mentions
    ]  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(archives().map(_seen_from_both), st.data())
def test_in_any_order_and_batches_it_comes_to_what_all_come_to(
    mentions: list[ResolverMention], data: st.DataObject
) -> None:
    shelf = Shelf()
    left = data.draw(st.permutations(mentions))
    while left:
        size = data.draw(st.integers(1, 4))
        shelf.arrive(*left[:size])
        left = left[size:]
        assert shelf.told() == resolve_events(shelf.mentions.values())


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(archives().map(_seen_from_both), st.data())
def test_what_is_lost_leaves_what_the_others_come_to(mentions: list[ResolverMention], data: st.DataObject) -> None:
    shelf = Shelf()
    shelf.arrive(*mentions)
    for number in data.draw(st.permutations([m.id for m in mentions]))[:4]:
        shelf.lose(number)
        assert shelf.told() == resolve_events(shelf.mentions.values())


@settings(max_examples=100, deadline=None)
@given(archives().map(_seen_from_both))
def test_what_is_linked_stands_within_reach_of_each_other(mentions: list[ResolverMention]) -> None:
    told = sorted(mentions, key=lambda m: m.order)
    for place, former in enumerate(told):
        for later in told[place + 1 :]:
            if (former.type, former.parties) == (later.type, later.parties) and linked(former, later):
                assert any(_holds(reach, former) for reach in before(later))
                assert any(_holds(reach, later) for reach in after(former, former.day))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_same_with_another_subject_named_first_is_found(order: tuple[int, int]) -> None:
    told = [
        mention("2015-07-10", day, kind="end_of_support", subjects=subjects, version=True)
        for day, subjects in (("2015-05-01", (PHP, PHP_55)), ("2015-07-12", (PHP_55, PHP)))
    ]
    shelf = Shelf()
    for number in order:
        shelf.arrive(told[number])
    assert len(shelf.told()) == 1
    assert shelf.told() == resolve_events(told)


def test_of_a_product_that_is_told_of_for_years_little_is_read() -> None:
    shelf = Shelf()
    days = [FIRST + timedelta(days=9 * n) for n in range(600)]
    shelf.arrive(*(mention(f"{day}", f"{day}", subjects=(CPANEL,)) for day in days))
    shelf.reads = 0
    shelf.arrive(mention("2015-06-02", "2015-06-03", subjects=(CPANEL,)))
    assert shelf.reads <= 3
    shelf.arrive(mention(None, "2016-06-03", subjects=(CPANEL,)))
    assert shelf.reads <= 3 + 2 * 60 / 9 + 3
