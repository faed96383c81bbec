"""Event mentions that are new, or whose event lost one → the events that change by it, at the cost of what is near.

What a mention belongs to depends on the events alone that it may join, and these on the mentions linked to theirs. So
the events of an earlier settling are taken as they stand, and new mentions are put where they belong. Where that
changes an event, its later mentions and those that might join it are placed again, until nothing changes any more.
What comes of it is what `resolve_events` makes of all mentions there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from nlp.event_mentions import ResolverMention
from nlp.reach import Reach, after, before, whole
from nlp.resolve import Cluster, Desk, Fit, ResolvedEvent, told_of


@dataclass(frozen=True, slots=True)
class Filed:
    """A mention, and the event that it was last settled in: None where it is new, or has to be placed again."""

    mention: ResolverMention
    event: int | None


class Archive(Protocol):
    """All mentions there are, each in an event or new."""

    def find(self, reaches: Collection[Reach]) -> set[int]:
        """The ids of the mentions within any of these, and perhaps of others."""

    def read(self, ids: Collection[int]) -> Iterable[Filed]:
        """These mentions and all of the events that they are in, but for those that were read before."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The events that were settled, and the mentions of which nothing else stands than what these say."""

    events: tuple[ResolvedEvent, ...]
    mention_ids: tuple[int, ...]


def settle(ids: Collection[int], archive: Archive) -> Settled:
    """Place mentions that are new, or whose event lost some of its mentions."""
    desk = _Settling(archive)
    desk.open(set(ids))
    while True:
        unsure = desk.place_all()
        if not (desk.read_concerned() or unsure):
            return desk.settled()
        desk.open(unsure)


class _Settling:
    """The mentions that were read so far.

    `opened` ones are placed anew among all events that they may join. Of the others only their own event is known to be
    read: they stay in it unless it has changed, or one that has changed fits them better.
    """

    def __init__(self, archive: Archive) -> None:
        self.opened: set[int] = set()
        self._archive = archive
        self._mentions: dict[int, ResolverMention] = {}
        self._event_of: dict[int, int] = {}
        self._asked: set[Reach] = set()
        self._clusters: list[Cluster] = []
        self._changed: set[int] = set()  # first mentions of events

    def open(self, ids: set[int]) -> None:
        """Place these anew; the events that they may join are read."""
        while ids:
            self.opened |= ids
            new = self._read(ids)
            mentions = list(self._told(ids))
            # of what comes once there are few, and all of them may be one event
            rest = self._find({whole(mention) for mention in mentions if mention.comes_once})
            new |= self._read(rest | self._find({reach for mention in mentions for reach in before(mention)}))
            ids = (new | rest) - self.opened

    def _find(self, reaches: set[Reach]) -> set[int]:
        """What stands there, for those of the reaches that were not asked for before."""
        reaches -= self._asked
        self._asked |= reaches
        return self._archive.find(reaches) if reaches else set()

    def _read(self, ids: set[int]) -> set[int]:
        """Read mentions with their events; those that nobody has placed yet are returned."""
        new: set[int] = set()
        for filed in self._archive.read(ids):
            number = filed.mention.id
            self._mentions[number] = filed.mention
            if filed.event is None:
                new.add(number)
            else:
                self._event_of[number] = filed.event
        return new

    def _told(self, ids: Iterable[int]) -> Iterator[ResolverMention]:
        """Those that were read, but for what happens to nobody: that is no event."""
        mentions = (self._mentions[number] for number in ids if number in self._mentions)
        return (mention for mention in mentions if mention.subjects)

    def _in_order(self) -> list[ResolverMention]:
        return sorted(self._told(self._mentions), key=lambda mention: mention.order)

    def place_all(self) -> set[int]:
        """Place all that were read; returned are those that have to be opened for it."""
        placing = _Placing()
        unsure = set()
        for mention in self._in_order():
            event = self._event_of.get(mention.id)
            if mention.id in self.opened or event is None:
                placing.take(mention, event)
            elif not placing.keep(mention, event):
                unsure.add(mention.id)
        self._clusters = placing.clusters
        return unsure

    def read_concerned(self) -> bool:
        """Read what may join events that have changed now, or no longer; whether there was any."""
        changes = list(self._changes())
        self._changed = {change.founder for change in changes}
        reaches = {
            reach for change in changes for m in change.mentions for reach in after(m, change.since.day, change.past)
        }
        found = self._find(reaches) - self._mentions.keys()
        self.open(self._read(found))
        return bool(found)

    def _changes(self) -> Iterator[_Change]:
        """Events are compared by their first mention, which is what they are known by."""
        events: dict[int, list[ResolverMention]] = defaultdict(list)
        for mention in self._in_order():
            if (event := self._event_of.get(mention.id)) is not None:
                events[event].append(mention)
        former = {mentions[0].id: mentions for mentions in events.values()}
        now = {cluster.founder.id: cluster.mentions for cluster in self._clusters}
        for founder in former.keys() | now.keys():
            there, here = former.get(founder, []), now.get(founder, [])
            changed = {m.id for m in there} ^ {m.id for m in here}
            if changed:
                mentions = {m.id: m for m in (*there, *here)}
                since = min((mentions[number] for number in changed), key=lambda m: m.order)
                yield _Change(founder, mentions.values(), since, _past(there, here))

    def settled(self) -> Settled:
        """What stands for the mentions that were placed, and for all that are or were in one event with them."""
        clusters = [
            cluster
            for cluster in self._clusters
            if cluster.founder.id in self._changed or any(m.id in self.opened for m in cluster.mentions)
        ]
        ids = self.opened.union(m.id for cluster in clusters for m in cluster.mentions)
        return Settled(told_of(clusters), tuple(sorted(ids)))


class _Placing:
    """Mentions placed one after another, beside the events as they were at that point of an earlier settling."""

    def __init__(self) -> None:
        self._desk = Desk()
        self._former: dict[int, Cluster] = {}  # by event
        self._now: dict[int, Cluster] = {}  # by their first mention
        self._moved: set[int] = set()  # first mentions of events that are not what they were

    @property
    def clusters(self) -> list[Cluster]:
        return self._desk.clusters

    def take(self, mention: ResolverMention, event: int | None) -> None:
        """Put it where it belongs."""
        self._note(mention, event, self._desk.take(mention))

    def keep(self, mention: ResolverMention, event: int) -> bool:
        """Leave it where it was, or let it join an event that has changed and now fits it better.

        No other event fits it better than its own did. Where its own fits it less than before, it may belong to one of
        which nothing was read: False, and it is placed for the time being.
        """
        former = self._former.get(event)
        own = None if former is None else self._now.get(former.founder.id)
        if self._moved:
            was = None if former is None else former.fit(mention)
            fits = None if own is None else own.fit(mention)
            if self._is_unsure(mention, former, was, fits):
                self.take(mention, event)
                return False
            rivals = [found for found in self._desk.fits(mention) if found[1].founder.id in self._moved]
            best = min(rivals, key=lambda found: found[0], default=None)
            if best is not None and (fits is None or best[0] < fits):
                own = best[1]
        self._note(mention, event, self._desk.put(mention, own))
        return True

    def _is_unsure(self, mention: ResolverMention, former: Cluster | None, was: Fit | None, fits: Fit | None) -> bool:
        """Whether it may belong to an event of which nothing was read, now that some are not what they were."""
        if was is None:  # it began its event, or tells of the same as one that names another of several subjects first
            return len(mention.subjects) > 1 or (former is not None and former.founder.id in self._moved)
        return fits is None or fits > was

    def _note(self, mention: ResolverMention, event: int | None, cluster: Cluster) -> None:
        self._now.setdefault(cluster.founder.id, cluster)
        if event is None:
            self._moved.add(cluster.founder.id)
            return
        former = self._former.get(event)
        if former is None:
            former = self._former[event] = Cluster(mention)
        else:
            former.add(mention)
        if former.founder is not cluster.founder:
            self._moved |= {former.founder.id, cluster.founder.id}


@dataclass(frozen=True, slots=True)
class _Change:
    """An event's first mention, all that it has or had, and the first of those that it gained or lost."""

    founder: int
    mentions: Collection[ResolverMention]
    since: ResolverMention
    past: date | None  # the day from which on it is said to have happened, as it was and as it is


def _past(*events: Sequence[ResolverMention]) -> date | None:
    """The day from which on each of them, in order and where there is any, is said to have happened."""
    days = [next((m.day for m in event if m.status == "happened"), None) for event in events if event]
    return None if None in days else max(day for day in days if day is not None)
