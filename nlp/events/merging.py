"""What a post says twice of the same event becomes one mention."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from nlp.annotations import EventStatus, FoundEvent, FoundTimex
from nlp.events.kinds import OF_PARTIES, OF_PRODUCTS, PARTIES
from nlp.events.reading import Kin, Statement


def merged(candidates: Sequence[Statement], kin: Kin, anchor: date | None = None) -> Iterator[FoundEvent]:
    """One mention an event: equal type, a common subject, and dates that do not contradict each other.

    A product and its version are one subject here: "Plesk is out" and "Plesk 18 was released" tell the same.
    """
    groups: list[list[Statement]] = []
    for candidate in sorted(candidates, key=lambda c: (not c.dated, c.in_title, -c.event.confidence, c.event.start)):
        home = next((group for group in groups if _same(group[0], candidate, kin, anchor)), None)
        if home is None:
            groups.append([candidate])
        else:
            home.append(candidate)
    named = {group[0].event.type for group in groups if min(candidate.rank for candidate in group) == 0}
    events = [_best(group, kin) for group in groups if not _says_less(group, named)]
    yield from sorted(events, key=lambda event: (event.start, event.type, event.subjects))


def _says_less(group: Sequence[Statement], named: Collection[str]) -> bool:
    """Whether it only says that a company released something, undated, where the post also says what."""
    kind = group[0].event.type
    vague = all(candidate.rank > 0 and not candidate.dated for candidate in group)
    return vague and kind in OF_PRODUCTS and kind in named


def _best(group: Sequence[Statement], kin: Kin) -> FoundEvent:
    first = min((candidate.event for candidate in group), key=_vagueness)
    confidence = max(candidate.event.confidence for candidate in group)
    status: EventStatus = first.status
    likeliest = (
        min(group, key=lambda c: (c.rank, -len(kin.get(c.event.subjects[0], ())))) if len(group) > 1 else group[0]
    )
    subjects = likeliest.event.subjects
    if first.type in OF_PARTIES:  # the statement that names most of them
        subjects = max((candidate.event.subjects for candidate in group), key=len)
    return replace(first, subjects=subjects, confidence=confidence, status=status)


def _vagueness(event: FoundEvent) -> timedelta:
    """How long its date is: of dates that agree, the finest is the event's; of equal ones, the first."""
    timex = event.timex
    if timex is None or timex.begin is None or timex.end_date is None:
        return timedelta.max
    return timex.end_date - timex.begin


def _same(one: Statement, other: Statement, kin: Kin, anchor: date | None) -> bool:
    first, second = one.event, other.event
    if first.type != second.type:
        return False
    if one.sentence == other.sentence and first.timex == second.timex:
        return True
    if _are_other_versions(first.subjects, second.subjects, kin):
        return False
    if first.type in OF_PARTIES and _are_other_parties(first.subjects, second.subjects):
        return False
    if not set(first.subjects) & set(second.subjects) and not any(
        _related(a, b, kin) for a in first.subjects for b in second.subjects
    ):
        return False
    if first.timex is None or second.timex is None:
        # A post repeats the invitation to a meeting of long ago; other things of long ago are not its undated news.
        return first.type == "meeting" or not _is_long_ago(first.timex or second.timex, anchor)
    return _overlap(first.timex, second.timex)


def _are_other_versions(one: Sequence[str], other: Sequence[str], kin: Kin) -> bool:
    """Does each name versions, and none of which is the other's or a part of it?"""
    first, second = ([slug for slug in subjects if kin.get(slug)] for subjects in (one, other))
    return (
        bool(first and second)
        and not set(first) & set(second)
        and not any(_related(a, b, kin) for a in first for b in second)
    )


def _are_other_parties(one: Sequence[str], other: Sequence[str]) -> bool:
    """Two deals of one buyer: each names a party that the other does not, and they share no two."""
    first, second = set(one), set(other)
    return (
        min(len(first), len(second)) >= PARTIES
        and len(first & second) < PARTIES
        and bool(first - second and second - first)
    )


def _is_long_ago(timex: FoundTimex | None, anchor: date | None) -> bool:
    """Is it a day of the past that what a post tells without a date, as its news, does not share?"""
    if timex is None or timex.end_date is None or anchor is None:
        return False
    return anchor - timex.end_date > _NEWS_AGE


_NEWS_AGE = timedelta(days=120)


def _related(one: str, other: str, kin: Kin) -> bool:
    return one in kin.get(other, ()) or other in kin.get(one, ())


def _overlap(one: FoundTimex, other: FoundTimex) -> bool:
    if one.begin is None or other.begin is None or one.end_date is None or other.end_date is None:
        return False
    return one.begin < other.end_date and other.begin < one.end_date
