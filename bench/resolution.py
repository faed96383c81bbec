"""What a post costs to resolve beside what is stored of its subject: `python -m bench.resolution [--events N …]`

An archive tells of so many releases of one product over fifteen years: each is reported on its day, every fifth is
planned a month before, and of every tenth somebody tells without a date. Then posts are added, ten in a batch, which
tell of one more release each: of the last days, planned ahead, without a date, and of days all over the archive, as a
blog brings them whose older pages are read. Prints for each kind the milliseconds of CPU that resolving takes per added
post: `settle_events` in a transaction of its own, and nothing of storing or tagging.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count

from ingest.events import settle_events
from store.database import Database
from store.posts import posts_to_analyze, save_analysis, save_entries
from store.records import AnalysisInput, EntityInput, EventMentionRecord, PostInput, SourceInput, Status
from store.sources import add_source

EVENTS = (60, 600, 6_000)
YEARS = 15
FIRST = date(2010, 1, 1)
LAST = FIRST + timedelta(days=YEARS * 365)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
BATCH = 10
STORED_AT_ONCE = 500
ROUNDS = 5
PRODUCT = EntityInput("product", "cpanel", "cPanel", True, None)
KINDS = ("of the last days", "planned ahead", "without a date", "of years ago")


@dataclass(frozen=True, slots=True)
class Report:
    """A post of a day that tells of a release on another, or on no day that it names."""

    on: date
    about: date | None
    status: Status = "happened"


def archive(events: int) -> Iterator[Report]:
    """What is stored."""
    for number in range(events):
        day = FIRST + timedelta(days=number * YEARS * 365 // events)
        if number % 5 == 0:
            yield Report(day - timedelta(days=30), day, "planned")
        yield Report(day, day)
        if number % 10 == 0:
            yield Report(day + timedelta(days=2), None)


def added(kind: str, chance: random.Random) -> Report:
    """What is told next."""
    day = LAST + timedelta(days=chance.randrange(20))
    match kind:
        case "of the last days":
            return Report(day, day - timedelta(days=1))
        case "planned ahead":
            return Report(day, day + timedelta(days=chance.randrange(10, 90)), "planned")
        case "without a date":
            return Report(day, None)
        case _:
            day = FIRST + timedelta(days=chance.randrange(YEARS * 365))
            return Report(day, day)


def measure(events: int) -> dict[str, float]:
    """Milliseconds of CPU per post of each kind where so many events are stored."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/hostwire.db")
        database.upgrade()
        try:
            desk = _Desk(database)
            posts = desk.store(archive(events))
            for start in range(0, len(posts), STORED_AT_ONCE):
                desk.resolve(posts[start : start + STORED_AT_ONCE])
            return {kind: _cost_ms(desk, kind) for kind in KINDS}
        finally:
            database.close()


def _cost_ms(desk: _Desk, kind: str) -> float:
    chance = random.Random(kind)  # noqa: S311 - nothing is kept secret by it
    taken = 0.0
    for _ in range(ROUNDS):
        posts = desk.store(added(kind, chance) for _ in range(BATCH))
        begun = time.process_time()
        desk.resolve(posts)
        taken += time.process_time() - begun
    return 1000 * taken / (ROUNDS * BATCH)


class _Desk:
    """A database, and posts that come to it tagged."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._numbers = count()
        with database.write() as session:
            self._source = add_source(session, SourceInput("http://news.example/feed"), now=NOW)

    def store(self, reports: Iterable[Report]) -> list[int]:
        """Their row ids, in the order in which they are given."""
        told = [(_entry(next(self._numbers), report.on), report) for report in reports]
        with self._database.write() as session:
            save_entries(session, self._source, [entry for entry, _ in told], now=NOW)
            pending = posts_to_analyze(session, version="1", stale=False, limit=len(told))
            ids = {post.content_hash: post.id for post in pending}
            for entry, report in told:
                hash_ = entry.content_hash
                save_analysis(session, ids[hash_], _analysis(report), version="1", content_hash=hash_)
        return [ids[entry.content_hash] for entry, _ in told]

    def resolve(self, post_ids: Sequence[int]) -> None:
        with self._database.write() as session:
            settle_events(session, post_ids, now=NOW)


def _entry(number: int, on: date) -> PostInput:
    return PostInput(
        entry_id=str(number),
        title=f"Release {number}",
        text="It is out.",
        content_hash=f"{number:064}",
        url=f"http://news.example/{number}",
        published=datetime(on.year, on.month, on.day, 12, number % 60, tzinfo=UTC),
    )


def _analysis(report: Report) -> AnalysisInput:
    about = report.about
    mention = EventMentionRecord(
        type="release", status=report.status, date=about and about.isoformat(), begin=about,
        end_date=about and about + timedelta(days=1), subjects=(("product", PRODUCT.slug),),
        field="text", start=0, end=10, quote="It is out.", confidence=0.8,
    )  # fmt: skip
    return AnalysisInput(entities=(PRODUCT,), event_mentions=(mention,))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, nargs="*", default=EVENTS, help="so many in the archive, each measured")
    print(f"{'events':>6} " + " ".join(f"{kind:>16}" for kind in KINDS) + "   ms of CPU per added post")
    for events in parser.parse_args().events:
        costs = measure(events)
        print(f"{events:>6,} " + " ".join(f"{costs[kind]:>16.1f}" for kind in KINDS), flush=True)


if __name__ == "__main__":
    main()
