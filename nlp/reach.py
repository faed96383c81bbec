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
    until = mention.day.toordinal()
    for reach in _around(mention):
        yield replace(reach, until=until) if isinstance(reach, Window) else reach
    if (plans := _moves(mention)) is not None:
        yield replace(plans, until=until, happened=False)


def after(mention: ResolverMention, since: date, past: date | None = None) -> Iterator[Reach]:
    """Where the mentions stand that may follow it, of those that were reported on the day `since` or later.

    `past` is the day from which on its event is said to have happened: then it is no plan any more that may move.
    """
    first = since.toordinal()
    for reach in _around(mention):
        yield replace(reach, since=first) if isinstance(reach, Window) else reach
    if mention.status != "happened" and (moves := _moves(mention)) is not None:
        until = LAST_DAY if past is None else past.toordinal()
        if until >= first:
            yield replace(moves, since=first, until=until)


def _moves(mention: ResolverMention) -> Window | None:
    """Where the days stand that a plan may be moved from or to."""
    if mention.span is None or mention.comes_once or mention.type not in PLANNED_ONCE:
        return None
    begin = mention.span[0].toordinal()
    return replace(whole(mention), first=begin - NEXT_PLAN_DAYS, last=begin + NEXT_PLAN_DAYS, dated=True)


def _around(mention: ResolverMention) -> Iterator[Reach]:
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
    yield replace(here, first=begin - NEAR_DAYS, last=last + NEAR_DAYS, dated=False)
    yield replace(here, first=begin - PLAN_DAYS, last=begin, dated=False, happened=False)
    yield Copies(mention.type, mention.parties, mention.content_hash, mention.copies)


def _around_undated(mention: ResolverMention, here: Window) -> Iterator[Window]:
    day = mention.day.toordinal()
    yield replace(here, first=day - NEAR_DAYS, last=day + NEAR_DAYS, dated=True)
    if mention.status != "happened":
        yield replace(here, first=day, last=day + PLAN_DAYS, dated=True)
    yield replace(here, first=day - ECHO_DAYS - 1, last=day + ECHO_DAYS + 1, dated=False)
