"""Where the mentions stand that may be linked to a mention (`linked` of nlp/resolve.py): windows of days, which a store
can look up without reading all mentions of the same subject. What stands in none of them is not linked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from nlp.annotations import EventType
from nlp.event_mentions import DEALS, PLANNED_ONCE, ResolverMention, Subject
from nlp.resolve import ECHO_DAYS, NEAR_DAYS, NEXT_PLAN_DAYS, PLAN_DAYS

FIRST_DAY, LAST_DAY = date.min.toordinal(), date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Window:
    """Mentions of a type and parties whose date, of undated ones the day of their post, shares a day with `first` to
    `last`, and that were reported from `since` to `until`. Days are ordinals of the calendar, all bounds inclusive.

    `dated` and `happened` say which of these are meant, None that it does not matter.
    """

    type: EventType
    parties: tuple[Subject, ...]
    first: int = FIRST_DAY
    last: int = LAST_DAY
    dated: bool | None = None
    happened: bool | None = None
    since: int = FIRST_DAY
    until: int = LAST_DAY


@dataclass(frozen=True, slots=True)
class Copies:
    """Mentions of a type and parties whose posts have certain words: equal ones, or those of certain posts."""

    type: EventType
    parties: tuple[Subject, ...]
    content_hash: str
    posts: frozenset[str]


Reach = Window | Copies


def whole(mention: ResolverMention) -> Window:
    """All mentions of its type and parties."""
    return Window(mention.type, mention.parties)


def before(mention: ResolverMention) -> Iterator[Reach]:
    """Where the mentions stand that it may follow."""
    for reach in _around(mention, moves_from_plans=True):
        yield replace(reach, until=mention.day.toordinal()) if isinstance(reach, Window) else reach


def after(mention: ResolverMention, since: date) -> Iterator[Reach]:
    """Where the mentions stand that may follow it, of those that were reported on the day `since` or later."""
    for reach in _around(mention, moves_from_plans=False):
        yield replace(reach, since=since.toordinal()) if isinstance(reach, Window) else reach


def _around(mention: ResolverMention, *, moves_from_plans: bool) -> Iterator[Reach]:
    span, here = mention.span, whole(mention)
    if mention.comes_once:
        yield here
    if span is None:
        yield from () if mention.comes_once else _around_undated(mention, here)
        return
    begin, last = span[0].toordinal(), span[1].toordinal() - 1
    if mention.type not in DEALS:  # the same of the same day, with another of several subjects named first
        for subject in mention.subjects[1:]:
            yield replace(here, parties=(subject,), first=begin, last=begin, dated=True)
    if mention.comes_once:
        return
    yield replace(here, first=begin, last=last, dated=True)
    if mention.type in PLANNED_ONCE and (moves_from_plans or mention.status != "happened"):
        happened = False if moves_from_plans else None  # what is moved is a plan, what it is moved to may be a fact
        yield replace(here, first=begin - NEXT_PLAN_DAYS, last=begin + NEXT_PLAN_DAYS, dated=True, happened=happened)
    yield replace(here, first=begin - NEAR_DAYS, last=last + NEAR_DAYS, dated=False)
    yield replace(here, first=begin - PLAN_DAYS, last=begin, dated=False, happened=False)
    yield Copies(mention.type, mention.parties, mention.content_hash, mention.copies)


def _around_undated(mention: ResolverMention, here: Window) -> Iterator[Window]:
    day = mention.day.toordinal()
    yield replace(here, first=day - NEAR_DAYS, last=day + NEAR_DAYS, dated=True)
    if mention.status != "happened":
        yield replace(here, first=day, last=day + PLAN_DAYS, dated=True)
    yield replace(here, first=day - ECHO_DAYS - 1, last=day + ECHO_DAYS + 1, dated=False)
