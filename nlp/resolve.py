"""Event mentions of many posts → events: which mentions tell of one happening. What they say of it together is in
event_facts.py.

The mentions are taken in the order in which they were reported, and each joins the event that fits it best, or begins
one. So the outcome depends on the mentions alone, never on the order in which they arrive; and what is reported later
never parts or joins what was told before: the events as they stood on a day are those of the mentions reported until
then, and an event's id, which is that of its first report, stays for good unless an earlier report turns up.

Mentions belong together when type and main subject (of a deal: both parties) are equal and their dates agree at the
coarser one's precision. A plan may move to another day. Of what comes once, other days are contradictions of the same
happening; of what comes again and again, other happenings. Two different days in one post are two events. Reports
without a date that follow each other are one happening until the month is over in which it was first told.

A mention only joins an event that holds an earlier mention linked to it (`linked`), so that what a mention belongs to
depends on few others: nlp/settle.py resolves those alone, which nlp/reach.py says where to find. A new way of fitting
an event is to be told to all three.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import TypeAlias

from nlp.annotations import EventType
from nlp.event_facts import ReportedDate, ResolvedEvent, Side, tell
from nlp.event_mentions import (
    DEALS,
    PLANNED_ONCE,
    ResolverMention,
    Span,
    Subject,
    finest,
    gap,
    touch,
)

__all__ = ["Cluster", "Desk", "ReportedDate", "ResolvedEvent", "ResolverMention", "Side", "Subject", "resolve_events"]

PLAN_DAYS = 550  # how far the plan of what comes once may move at a time, and how long before it may be told undated
NEXT_PLAN_DAYS = 183  # of what comes again: a plan for a day further off is another one
CONTRADICTION_DAYS = 183  # two days that far apart are two things, even of what comes once
ECHO_DAYS = 21  # undated reports within so many days of each other may tell of the same happening
NEAR_DAYS = 60  # an undated report belongs to a dated event that is no further from its publishing day

Key: TypeAlias = tuple[EventType, tuple[Subject, ...]]
# How well a mention fits an event, the less the better: the kind of fit, its measure, and what makes it unambiguous.
Fit: TypeAlias = tuple[int, int, int, date, tuple[object, ...]]


def resolve_events(mentions: Iterable[ResolverMention]) -> tuple[ResolvedEvent, ...]:
    """The events that the mentions tell of, ordered by first report."""
    desk = Desk()
    for mention in sorted((m for m in mentions if m.subjects), key=lambda m: m.order):
        desk.take(mention)
    return told_of(desk.clusters)


def told_of(clusters: Iterable[Cluster]) -> tuple[ResolvedEvent, ...]:
    """The events of these clusters, ordered by first report."""
    events = [tell(cluster.parties, cluster.mentions) for cluster in clusters]
    return tuple(sorted(events, key=lambda event: (event.first_reported, event.id)))


def linked(former: ResolverMention, mention: ResolverMention) -> bool:
    """Whether a mention may join an event because the former, of its type and parties, is in it.

    Each fit of a `Cluster` needs one such mention in it at least.
    """
    if mention.comes_once:
        return True
    one, other = former.span, mention.span
    if one is None and other is None:
        return mention.reported - former.reported <= timedelta(days=ECHO_DAYS)
    if one is None or other is None:
        return (other is not None and _is_near(other, former)) or (one is not None and _is_near(one, mention))
    if touch(one, other) or _has_words_of(mention, former):
        return True
    return mention.type in PLANNED_ONCE and former.status != "happened" and gap(one, other) <= NEXT_PLAN_DAYS


class Cluster:
    """The mentions of one happening so far."""

    def __init__(self, founder: ResolverMention) -> None:
        self.parties = founder.parties
        self.founder = founder
        self.mentions: list[ResolverMention] = []
        self.spans: list[Span] = []  # the days it is said to be on, without coarser words for one of them
        self.happened: list[Span] = []  # of these, on which it is said to have happened
        self.is_past = False  # some post says that it happened
        self._is_of_one_party = True  # no mention names another subject first
        self.add(founder)

    def add(self, mention: ResolverMention) -> None:
        self.mentions.append(mention)
        self._is_of_one_party = self._is_of_one_party and mention.parties == self.parties
        self.is_past = self.is_past or mention.status == "happened"
        if (span := mention.span) is None:
            return
        self.spans = finest([*self.spans, span])
        if mention.status == "happened":
            self.happened = finest([*self.happened, span])

    @property
    def latest(self) -> Span | None:
        """The day that was said last."""
        return next((m.span for m in reversed(self.mentions) if m.span is not None), None)

    # -- may a mention join it, and how well does it fit? --------------------------------------------------

    def fit(self, mention: ResolverMention) -> Fit | None:
        """None where it tells of something else."""
        found = self._fit_of(mention)
        return found if found is not None and self._is_linked_to(mention) else None

    def _fit_of(self, mention: ResolverMention) -> Fit | None:
        span = mention.span
        if span is None:
            return self._fit_of_undated(mention)
        if self._agrees(mention, span):
            exact = span in self.spans
            return self._fit(0, 0 if exact else 1, mention)
        if self._is_parted_from(mention):
            return None
        if self._is_copy(mention):
            return self._fit(1, self._distance(span), mention)
        if self._may_have_moved(mention, span) or self._is_contradicted(mention, span):
            return self._fit(2, self._distance(span), mention)
        if not self.spans and any(_is_near(span, other) for other in self.mentions):
            return self._fit(3, self._distance(span), mention)
        return None

    def _is_linked_to(self, mention: ResolverMention) -> bool:
        """Whether a mention that fits it is linked to one of its own parties: the event may hold mentions of others,
        that named another of several subjects first, and these alone draw in nobody.
        """
        if self._is_of_one_party:
            return mention.parties == self.parties
        return any(m.parties == mention.parties and linked(m, mention) for m in self.mentions)

    def _fit(self, kind: int, measure: int, mention: ResolverMention) -> Fit:
        begin = self.spans[0][0] if self.spans else self.founder.day
        return kind, measure, abs((begin - mention.day).days), begin, self.founder.order

    def _distance(self, span: Span) -> int:
        return min((gap(other, span) for other in self.spans), default=0)

    def _agrees(self, mention: ResolverMention, span: Span) -> bool:
        """What happened on another day than a plan said may still be what comes next."""
        spans = self.happened if mention.status == "happened" and not mention.comes_once else []
        return any(touch(other, span) for other in spans or self.spans)

    def _is_parted_from(self, mention: ResolverMention) -> bool:
        """A post that tells of two days tells of two events, unless it repeats what was said and what is new."""
        own = [m.span for m in self.mentions if m.post == mention.post and m.span is not None]
        if not own:
            return False
        said = [m.span for m in self.mentions if m.post != mention.post and m.span is not None]
        repeated = all(any(touch(former, other) for former in said) for other in own)
        return not (repeated and mention.status == "planned" and not self.is_past)

    def _is_copy(self, mention: ResolverMention) -> bool:
        """Words that are copied on another day ("today") mean the day of the first."""
        return any(m.dated and m.status == mention.status and _has_words_of(mention, m) for m in self.mentions)

    def _may_have_moved(self, mention: ResolverMention, span: Span) -> bool:
        """Whether it is a plan so far, and what is said now the same plan for another day or what came of it."""
        latest = self.latest
        if mention.type not in PLANNED_ONCE or self.is_past or latest is None:
            return False
        return gap(latest, span) <= (PLAN_DAYS if mention.comes_once else NEXT_PLAN_DAYS)

    def _is_contradicted(self, mention: ResolverMention, span: Span) -> bool:
        """Whether it has happened, and another day is said of it."""
        if not mention.comes_once or not self.is_past:
            return False
        past = self.happened or [_day_of(m) for m in self.mentions if m.status == "happened"]
        return min(gap(other, span) for other in past) <= CONTRADICTION_DAYS

    def _fit_of_undated(self, mention: ResolverMention) -> Fit | None:
        near = [span for span in self.spans if _is_near(span, mention)]
        if near:
            return self._fit(4, 0, mention)
        since_latest = mention.reported - self.mentions[-1].reported
        if not self.spans and since_latest <= timedelta(days=ECHO_DAYS) and self._still_goes_on(mention):
            return self._fit(5, since_latest.days, mention)
        if mention.comes_once and not (mention.status == "planned" and self.is_past):
            return self._fit(6, self._distance(_day_of(mention)), mention)
        return None

    def _still_goes_on(self, echo: ResolverMention) -> bool:
        """Whether it was first told this month, or a few weeks ago.

        Of a subject that is always talked about every undated report follows another. Counted from the first report
        alone, a still earlier one would part all later ones anew; at ends of months they fall into step again.
        """
        first = self.founder
        same_month = (first.day.year, first.day.month) == (echo.day.year, echo.day.month)
        return same_month or echo.reported - first.reported <= timedelta(days=ECHO_DAYS)


def _has_words_of(mention: ResolverMention, former: ResolverMention) -> bool:
    return mention.content_hash == former.content_hash or former.post in mention.copies


def _is_near(span: Span, undated: ResolverMention) -> bool:
    begin, end = span
    day = undated.day
    if undated.status != "happened" and begin >= day:
        return (begin - day).days <= PLAN_DAYS
    if undated.status == "planned" and not undated.comes_once:
        return False
    return begin - timedelta(days=NEAR_DAYS) <= day < _later(end, NEAR_DAYS)


def _later(day: date, days: int) -> date:
    return day + timedelta(days=min(days, (date.max - day).days))


def _day_of(mention: ResolverMention) -> Span:
    """Its date, or the day of its post."""
    return mention.span or (mention.day, mention.day + timedelta(days=1))


class Desk:
    """The events so far, and where to look for the one that a mention belongs to."""

    def __init__(self) -> None:
        self.clusters: list[Cluster] = []
        self._shelves: dict[Key, _Shelf] = defaultdict(_Shelf)

    def take(self, mention: ResolverMention) -> Cluster:
        """Put a mention, reported after all that were taken before, where it belongs."""
        fits = self.fits(mention)
        cluster = min(fits, key=lambda found: found[0])[1] if fits else self._of_several(mention)
        return self.put(mention, cluster)

    def fits(self, mention: ResolverMention) -> list[tuple[Fit, Cluster]]:
        """The events that it may join, and how well it fits each."""
        about = self._shelves[mention.type, mention.parties].about(mention)
        return [(fit, cluster) for cluster in about if (fit := cluster.fit(mention)) is not None]

    def put(self, mention: ResolverMention, cluster: Cluster | None) -> Cluster:
        """Let the mention join the event, or begin one."""
        if cluster is None:
            cluster = Cluster(mention)
            self.clusters.append(cluster)
        else:
            cluster.add(mention)
        self._shelves[mention.type, mention.parties].note(cluster, mention)
        return cluster

    def _of_several(self, mention: ResolverMention) -> Cluster | None:
        """The happening of several subjects of which another one was named first.

        "Support ends for 2016 and 2019" and "2019 and 2016 go out of support" tell the same when the days agree.
        """
        if mention.type in DEALS or not mention.dated:
            return None
        main = mention.subjects[0]
        found = [
            cluster
            for subject in mention.subjects[1:]
            for cluster in self._shelves[mention.type, (subject,)].about(mention)
            if cluster.parties == (subject,)
            and cluster.founder.span == mention.span
            and main in cluster.founder.subjects
            and all(m.post != mention.post or m.span == mention.span for m in cluster.mentions)
        ]
        return min(found, key=lambda cluster: cluster.founder.order, default=None)


class _Shelf:
    """The events of one type that the same happen to, by the months they are about: of what comes again and again
    there are thousands, and a mention is compared with those that it may belong to.
    """

    def __init__(self) -> None:
        self._all: dict[int, Cluster] = {}
        self._by_month: dict[int, dict[int, Cluster]] = defaultdict(dict)
        self._undated: dict[int, dict[int, Cluster]] = defaultdict(dict)  # by month as well, some by now dated
        self._by_post: dict[str, dict[int, Cluster]] = defaultdict(dict)
        self._by_content: dict[str, dict[int, Cluster]] = defaultdict(dict)

    def note(self, cluster: Cluster, mention: ResolverMention) -> None:
        self._all[cluster.founder.id] = cluster
        self._by_post[mention.post][cluster.founder.id] = cluster
        self._by_content[mention.content_hash][cluster.founder.id] = cluster
        told = (mention.day, mention.day + timedelta(days=1))
        for span in (_day_of(mention), told):
            for month in _months(span, before=0, after=0):
                self._by_month[month][cluster.founder.id] = cluster
        if not cluster.spans:
            for month in _months(told, before=0, after=0):
                self._undated[month][cluster.founder.id] = cluster

    def about(self, mention: ResolverMention) -> list[Cluster]:
        """Those that the mention may belong to, and more: each bound is that of a `Cluster.fit`."""
        if mention.comes_once:
            return list(self._all.values())
        found = dict(self._by_content.get(mention.content_hash, {}))
        for post in mention.copies:
            found |= self._by_post.get(post, {})
        span = _day_of(mention)
        if mention.dated:
            moves = NEXT_PLAN_DAYS if mention.type in PLANNED_ONCE else 0
            found |= _of_months(self._by_month, span, before=moves, after=moves)
            told_undated = _of_months(self._undated, span, before=PLAN_DAYS, after=NEAR_DAYS)
            found |= {number: cluster for number, cluster in told_undated.items() if not cluster.spans}
        else:
            ahead = NEAR_DAYS if mention.status == "happened" else PLAN_DAYS
            found |= _of_months(self._by_month, span, before=NEAR_DAYS, after=ahead)
        return list(found.values())


def _of_months(shelved: Mapping[int, dict[int, Cluster]], span: Span, *, before: int, after: int) -> dict[int, Cluster]:
    found: dict[int, Cluster] = {}
    for month in _months(span, before=before, after=after):
        found |= shelved.get(month, {})
    return found


def _months(span: Span, *, before: int, after: int) -> Iterator[int]:
    """The months of a span and of so many days around it, counted from the year 0."""
    begin = span[0] - timedelta(days=min(before, span[0].toordinal() - 1))
    last = _later(span[1], after)
    yield from range(begin.year * 12 + begin.month, last.year * 12 + last.month + 1)
