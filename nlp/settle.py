"""Event mentions that are new, or whose event lost one → the events that change by it, at the cost of what is near.

What a mention belongs to depends on the events alone that it may join, and these on the mentions linked to theirs. So
the events of an earlier settling are taken as they stand, and new mentions are put where they belong. Where that
changes an event, its later mentions and those that might join it are placed again, until nothing changes any more.
What comes of it is what `resolve_events` makes of all mentions there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from nlp.event_mentions import ResolverMention
from nlp.reach import Reach, after, before, whole
from nlp.resolve import Cluster, Desk, ResolvedEvent, told_of


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
    fresh = set(ids)
    while fresh:
        desk.open(fresh)
        fresh = desk.unsettled() - desk.opened
    return desk.settled()


class _Settling:
    """The mentions that were read so far: of these the `opened` are placed anew, the others stay where they are."""

    def __init__(self, archive: Archive) -> None:
        self.opened: set[int] = set()
        self._archive = archive
        self._mentions: dict[int, ResolverMention] = {}
        self._event_of: dict[int, int] = {}
        self._clusters: list[Cluster] = []
        self._changed: set[int] = set()  # first mentions of events

    def open(self, ids: set[int]) -> None:
        """Place these anew as well; the events that they may belong to are read."""
        while ids:
            self.opened |= ids
            new = self._read(ids)
            mentions = [self._mentions[number] for number in ids if number in self._mentions]
            # of what comes once there are few, and all of them may be one event
            rest = self._archive.find({whole(mention) for mention in mentions if mention.comes_once})
            new |= self._read(rest | self._archive.find({reach for mention in mentions for reach in before(mention)}))
            ids = (new | rest) - self.opened
        self._clusters = self._place_all()

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

    def _in_order(self) -> list[ResolverMention]:
        told = (mention for mention in self._mentions.values() if mention.subjects)
        return sorted(told, key=lambda mention: mention.order)

    def _place_all(self) -> list[Cluster]:
        desk = Desk()
        cluster_of: dict[int, Cluster] = {}  # by event
        for mention in self._in_order():
            event = self._event_of.get(mention.id)
            if mention.id in self.opened or event is None:
                cluster = desk.take(mention)
            else:
                cluster = desk.put(mention, cluster_of.get(event))
            if event is not None and cluster.founder is mention:
                cluster_of.setdefault(event, cluster)
        return desk.clusters

    def unsettled(self) -> set[int]:
        """The later mentions of events that have changed, and those that may join them now or no longer."""
        reaches: set[Reach] = set()
        found: set[int] = set()
        changes = list(self._changes())
        self._changed = {change.founder for change in changes}
        for change in changes:
            found |= {m.id for m in change.mentions if m.order > change.since.order}
            reaches |= {reach for m in change.mentions for reach in after(m, change.since.day)}
        return found | self._archive.find(reaches)

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
                yield _Change(founder, mentions.values(), min((mentions[n] for n in changed), key=lambda m: m.order))

    def settled(self) -> Settled:
        """What stands for the mentions that were placed, and for all that are or were in one event with them."""
        clusters = [
            cluster
            for cluster in self._clusters
            if cluster.founder.id in self._changed or any(m.id in self.opened for m in cluster.mentions)
        ]
        ids = self.opened.union(m.id for cluster in clusters for m in cluster.mentions)
        return Settled(told_of(clusters), tuple(sorted(ids)))


@dataclass(frozen=True, slots=True)
class _Change:
    """An event's first mention, all that it has or had, and the first of those that it gained or lost."""

    founder: int
    mentions: Collection[ResolverMention]
    since: ResolverMention
