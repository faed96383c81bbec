"""Event mentions of many posts → events: one date each, its basis, its history, and how sure it is.

Mentions belong together when type and main subject (of a deal: both parties) are equal and their dates agree at the
coarser one's precision.
A happening that comes once (a release, the end of a product's support) also takes in what was planned for another day
before: the plan moved. Two different dates in one post are two events. The outcome depends on the mentions alone,
never on the order in which they arrive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Literal, TypeAlias
from uuid import UUID, uuid5

from nlp.annotations import EntityKind, EventStatus, EventType

Day: TypeAlias = date  # where a field called `date` stands beside

Subject = tuple[EntityKind, str]

NAMESPACE = UUID("5e9ab7a4-5d4b-5f0e-9a63-3f0f6f2f3c11")
# Of one subject these come once, so that another date is the same event's moved date.
ONCE: frozenset[EventType] = frozenset({"release", "end_of_support", "acquisition", "approval", "rename", "opening"})
# Two parties make these, and posts name either of them first.
DEALS: frozenset[EventType] = frozenset({"acquisition", "partnership"})
PLAN_DAYS = 550  # how long before its date something may have been planned and still be the same plan
ECHO_DAYS = 21  # undated reports within so many days of each other tell of the same happening
NEAR_DAYS = 60  # an undated report belongs to a dated event that is no further from its publishing day

_WORDING: dict[EventType, tuple[str, str, str]] = {
    "release": ("{} released", "{} to be released", "Release of {} called off"),
    "preview": ("Preview of {}", "Preview of {} planned", "Preview of {} called off"),
    "update": ("{} updated", "Update of {} planned", "Update of {} withdrawn"),
    "end_of_support": ("{}: end of support", "{}: end of support ahead", "{}: end of support called off"),
    "approval": ("{} approved", "{} up for approval", "{} not approved"),
    "acquisition": ("Acquisition: {}", "Acquisition planned: {}", "Acquisition called off: {}"),
    "partnership": ("Partnership: {}", "Partnership planned: {}", "Partnership called off: {}"),
    "pricing": ("{}: prices changed", "{}: prices to change", "{}: price change called off"),
    "outage": ("{}: outage", "{}: interruption planned", "{}: planned interruption called off"),
    "security": ("{}: security", "{}: security measure ahead", "{}: security measure called off"),
    "legal": ("{}: legal matter", "{}: legal matter ahead", "{}: legal matter dropped"),
    "funding": ("{}: money", "{}: money to come", "{}: financing called off"),
    "appointment": ("{}: people", "{}: change of people ahead", "{}: change of people called off"),
    "opening": ("{}: opening", "{}: opening planned", "{}: opening called off"),
    "meeting": ("{}: meeting", "{}: meeting ahead", "{}: meeting cancelled"),
    "rename": ("Renamed: {}", "To be renamed: {}", "Renaming called off: {}"),
}


@dataclass(frozen=True, slots=True)
class ResolverMention:
    """An event mention as it stands in a post. `reported` is when the post came out; `names` go with `subjects`."""

    id: int
    post: str
    source: int
    content_hash: str
    reported: datetime
    type: EventType
    status: EventStatus
    date: str | None
    begin: Day | None
    end: Day | None
    subjects: tuple[Subject, ...]
    names: tuple[str, ...]
    confidence: float

    @property
    def dated(self) -> bool:
        return self.begin is not None and self.end is not None

    @property
    def order(self) -> tuple[datetime, str, str, int]:
        """Reports in time; the rest makes the order the same whoever asks."""
        return self.reported, self.post, self.date or "", self.id

    @property
    def days(self) -> int:
        """How many days its date leaves open."""
        return (self.end - self.begin).days if self.begin and self.end else 10**6


@dataclass(frozen=True, slots=True)
class ReportedDate:
    """A date that an event was said to have, when and by which post."""

    value: str | None
    reported: datetime
    post: str


@dataclass(frozen=True, slots=True)
class ResolvedEvent:
    """What the mentions say together. `basis` is "published" where no post gave a date: the first report's day stands
    in for what happened or was called off, and what is planned has none.
    """

    id: str
    type: EventType
    status: EventStatus
    title: str
    date: str | None
    begin: Day | None
    end: Day | None
    basis: Literal["text", "published"]
    subjects: tuple[Subject, ...]
    confidence: float
    sources: int
    first_reported: datetime
    mention_ids: tuple[int, ...]
    history: tuple[ReportedDate, ...]


Group = list[ResolverMention]


def resolve_events(mentions: Iterable[ResolverMention]) -> tuple[ResolvedEvent, ...]:
    """The events that the mentions tell of, ordered by first report."""
    by_parties: dict[tuple[EventType, tuple[Subject, ...]], Group] = defaultdict(list)
    for mention in mentions:
        if mention.subjects:
            by_parties[mention.type, _parties(mention)].append(mention)
    groups = [
        (parties, group)
        for (_, parties), together in sorted(by_parties.items())
        for group in _groups(sorted(together, key=lambda mention: mention.order))
    ]
    events = [_event(parties, group) for parties, group in _told_of_several(groups)]
    return tuple(sorted(events, key=lambda event: (event.first_reported, event.id)))


def _parties(mention: ResolverMention) -> tuple[Subject, ...]:
    """Whom it happens to: the main subject, or both sides of a deal whichever is named first."""
    return tuple(sorted(mention.subjects[:2])) if mention.type in DEALS else mention.subjects[:1]


# -- what belongs together ------------------------------------------------------------


def _groups(mentions: Sequence[ResolverMention]) -> list[Group]:
    """Mentions of one type that the same happen to, parted into events."""
    groups = _by_date([mention for mention in mentions if mention.dated])
    if mentions[0].type in ONCE:
        groups = _plans_moved(groups)
    return _with_undated(groups, [mention for mention in mentions if not mention.dated])


def _by_date(dated: Sequence[ResolverMention]) -> list[Group]:
    """The finest dates first; a coarser one joins the group it contains that was reported nearest to it."""
    groups: list[Group] = []
    for mention in sorted(dated, key=lambda m: (m.days, m.begin or date.min, m.order)):
        fitting = [group for group in groups if _overlap(group[0], mention)]
        if not fitting:
            groups.append([mention])
        else:
            min(fitting, key=lambda group: _nearness(group, mention)).append(mention)
    return groups


def _overlap(one: ResolverMention, other: ResolverMention) -> bool:
    if one.begin is None or one.end is None or other.begin is None or other.end is None:
        return False
    return one.begin < other.end and other.begin < one.end


def _nearness(group: Group, mention: ResolverMention) -> tuple[int, date, str]:
    first = group[0]
    begin = first.begin or date.min
    return abs((begin - mention.reported.date()).days), begin, first.post


def _plans_moved(groups: list[Group]) -> list[Group]:
    """Joins a plan with the later report of the same happening on another day."""
    groups = sorted(groups, key=lambda group: min(mention.order for mention in group))
    kept: list[Group] = []
    while groups:
        plan = groups.pop(0)
        later = [group for group in groups if _moves(plan, group)]
        if later:
            min(later, key=lambda group: _gap(plan, group)).extend(plan)
        else:
            kept.append(plan)
    return kept


def _moves(plan: Group, later: Group) -> bool:
    if any(mention.status == "happened" for mention in plan):
        return False
    if {mention.post for mention in plan} & {mention.post for mention in later}:
        return False
    last_said = max(mention.reported for mention in plan)
    if min(mention.reported for mention in later) <= last_said:
        return False
    return _gap(plan, later) <= PLAN_DAYS


def _gap(plan: Group, later: Group) -> int:
    plan_begin, later_begin = plan[0].begin, later[0].begin
    return abs((later_begin - plan_begin).days) if plan_begin and later_begin else 10**6


def _with_undated(groups: list[Group], undated: Sequence[ResolverMention]) -> list[Group]:
    """Undated reports go to the dated event near their publishing day, else to each other."""
    dated = list(groups)
    echoes: list[Group] = []
    for mention in undated:
        near = [group for group in dated if _is_near(group, mention)]
        if near:
            min(near, key=lambda group: _nearness(group, mention)).append(mention)
            continue
        latest = echoes[-1] if echoes else None
        if latest is not None and (mention.reported - latest[-1].reported) <= timedelta(days=ECHO_DAYS):
            latest.append(mention)
        else:
            echoes.append([mention])
    return [*dated, *echoes]


def _is_near(group: Group, mention: ResolverMention) -> bool:
    begin, end, day = group[0].begin, group[0].end, mention.reported.date()
    if begin is None or end is None:
        return False
    if mention.status == "planned":
        return begin >= day and (begin - day).days <= PLAN_DAYS
    return begin - timedelta(days=NEAR_DAYS) <= day < end + timedelta(days=NEAR_DAYS)


Parties = tuple[Subject, ...]


def _told_of_several(groups: Sequence[tuple[Parties, Group]]) -> list[tuple[Parties, Group]]:
    """Joins what is one happening of several subjects, whichever of them a post names first.

    "Support ends for 2016 and 2019" and "2019 and 2016 go out of support" tell the same when the days agree. The group
    that was reported first keeps its parties, so that the event keeps its id.
    """
    kept: list[tuple[Parties, Group]] = []
    by_subject: dict[tuple[EventType, Subject], list[int]] = defaultdict(list)
    for parties, group in sorted(groups, key=lambda item: (min(mention.order for mention in item[1]), item[0])):
        main = parties[0]
        near = sorted(
            {place for place in by_subject[group[0].type, main] if _same_of_several(kept[place], (parties, group))}
        )
        if near and group[0].type not in DEALS:
            kept[near[0]][1].extend(group)
        else:
            kept.append((parties, list(group)))
            for subject in _first(group).subjects:
                by_subject[group[0].type, subject].append(len(kept) - 1)
    return kept


def _same_of_several(one: tuple[Parties, Group], other: tuple[Parties, Group]) -> bool:
    """The first report of each names the other's main subject and the same days.

    Only the first reports are asked: what a later post says must not make one event of two that were told before.
    """
    first, second = _first(one[1]), _first(other[1])
    agree = first.dated and (first.begin, first.end) == (second.begin, second.end)
    return agree and other[0][0] in first.subjects and one[0][0] in second.subjects


def _first(group: Group) -> ResolverMention:
    return min(group, key=lambda mention: mention.order)


# -- what they say together ------------------------------------------------------------


def _event(parties: tuple[Subject, ...], group: Group) -> ResolvedEvent:
    reports = sorted(group, key=lambda mention: mention.order)
    first = reports[0]
    status = _status(reports)
    best = _best_date(reports)
    if best is not None:
        value, begin, end, basis = best.date, best.begin, best.end, "text"
    elif status == "planned":
        value, begin, end, basis = None, None, None, "published"  # its day is not the one on which it was told
    else:
        day = first.reported.date()
        value, begin, end, basis = day.isoformat(), day, day + timedelta(days=1), "published"
    subjects = _subjects(first.subjects[0], reports)
    # One post may tell of a plan and of a fact, both without a date: the status tells them apart.
    said = first.date or first.status
    key = (first.type, *(part for party in parties for part in party), first.post, said)
    return ResolvedEvent(
        id=str(uuid5(NAMESPACE, "|".join(key))),
        type=first.type,
        status=status,
        title=_title(first.type, status, subjects),
        date=value,
        begin=begin,
        end=end,
        basis="text" if basis == "text" else "published",
        subjects=tuple(subjects),
        confidence=_confidence(reports),
        sources=_independent(reports),
        first_reported=first.reported,
        mention_ids=tuple(sorted(mention.id for mention in reports)),
        history=tuple(_history(reports)),
    )


def _status(reports: Sequence[ResolverMention]) -> EventStatus:
    """What happened stays so; between plans and their cancelling the last word counts."""
    if any(mention.status == "happened" for mention in reports):
        return "happened"
    return reports[-1].status


def _best_date(reports: Sequence[ResolverMention]) -> ResolverMention | None:
    """Reports of the happening before plans; of plans the last stated day; then the finest, the most
    told, the newest."""
    dated = [mention for mention in reports if mention.dated]
    if not dated:
        return None
    happened = [mention for mention in dated if mention.status == "happened"]
    if happened:
        told: dict[str | None, set[str]] = defaultdict(set)
        for mention in happened:
            told[mention.date].add(mention.content_hash)
        return min(happened, key=lambda m: (m.days, -len(told[m.date]), m.order))
    last = dated[-1]
    agreeing = [mention for mention in dated if _overlap(mention, last)]
    return min(agreeing, key=lambda m: (m.days, m.order))


def _subjects(main: Subject, reports: Sequence[ResolverMention]) -> dict[Subject, str]:
    """Subjects with their names, the main one first, then by how many reports name them."""
    names: dict[Subject, str] = {}
    count: dict[Subject, int] = defaultdict(int)
    for mention in reports:
        for subject, name in zip(mention.subjects, mention.names, strict=True):
            names.setdefault(subject, name)
            count[subject] += 1
    order = {subject: position for position, subject in enumerate(names)}
    ranked = sorted(names, key=lambda subject: (subject != main, -count[subject], order[subject]))
    return {subject: names[subject] for subject in ranked}


def _title(kind: EventType, status: EventStatus, subjects: dict[Subject, str]) -> str:
    several = {"acquisition", "partnership", "rename"}
    names = list(subjects.values())
    shown = ", ".join(names[:3]) if kind in several else names[0]
    return _WORDING[kind][("happened", "planned", "cancelled").index(status)].format(shown)


def _independent(reports: Sequence[ResolverMention]) -> int:
    """Sources that say it in words of their own: a copy counts for nothing."""
    first_of_content: dict[str, ResolverMention] = {}
    for mention in reports:
        first_of_content.setdefault(mention.content_hash, mention)
    return len({mention.source for mention in first_of_content.values()})


def _confidence(reports: Sequence[ResolverMention]) -> float:
    """That not all of the independent sources err: 1 - Π(1 - confidence), each source with its best mention."""
    best: dict[int, float] = {}
    seen: set[str] = set()
    for mention in reports:
        if mention.content_hash in seen and mention.source not in best:
            continue
        seen.add(mention.content_hash)
        best[mention.source] = max(best.get(mention.source, 0.0), mention.confidence)
    doubt = reduce(lambda product, confidence: product * (1 - confidence), best.values(), 1.0)
    return round(min(0.99, 1 - doubt), 4)


def _history(reports: Sequence[ResolverMention]) -> Iterator[ReportedDate]:
    """Each date as it was first said, and again when it moved."""
    latest: str | None = None
    for mention in reports:
        if mention.dated and mention.date != latest:
            latest = mention.date
            yield ReportedDate(mention.date, mention.reported, mention.post)
