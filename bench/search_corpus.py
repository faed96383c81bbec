"""An archive to measure searches with: posts of Zipf-like text, with tags, dates and events, the same at every run.

Words are drawn from 200,000 with frequencies that fall with their rank; each entity has a name of two words of its own
that stands in the texts of its posts. Publishing times lie over twenty years, the dates talked about mostly near them.
"""

from __future__ import annotations

import hashlib
import random
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias

import numpy as np
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from store.bulk import insert_rows
from store.database import Database
from store.indexing import index_held, index_posts
from store.models import SLOTS_PER_SECOND, Event, EventMention, Post, Source, Timex
from store.places import place_of
from store.records import SourceInput
from store.sources import add_source
from store.spans import span_tokens
from store.text import fold_name
from store.timelines import precision_of
from store.tokens import (
    about_token,
    author_tokens,
    entity_token,
    event_token,
    join_tokens,
    source_token,
    status_token,
)

VOCABULARY = 200_000
EXPONENT = 1.05  # of Zipf's law
WORDS = 120  # of a text
FIRST_DAY, LAST_DAY = datetime(2006, 11, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
SOURCES = 40
PRODUCTS, ORGANIZATIONS, TLDS = 200, 80, 20
VERSIONS = 4  # of a product, below it
EVENTS_PER_POST = 0.6
REPORTS_PER_EVENT = 1.5
TYPES = ("release", "update", "pricing", "outage", "end_of_support", "acquisition", "security", "partnership")
STATUSES = ("happened", "happened", "happened", "planned", "cancelled")
BATCH = 1_000  # posts in a transaction
TABLES = (
    "post", "sighting", "post_entity", "timex", "event", "event_place", "event_subject", "event_mention",
    "event_mention_subject",
)  # fmt: skip
Rows: TypeAlias = dict[str, list[dict[str, Any]]]  # by table
_SYLLABLES = [a + b for a in "bcdfghklmnprstvz" for b in ("a", "e", "i", "o", "u")]


def word(rank: int) -> str:
    """The word of a rank, of three syllables or more, so that no English ending is cut off."""
    syllables = []
    for _ in range(3):
        rank, place = divmod(rank, len(_SYLLABLES))
        syllables.append(_SYLLABLES[place])
    return "".join(syllables) + (f"k{rank}" if rank else "q")


@dataclass(frozen=True, slots=True)
class Entity:
    """A product, organization or TLD of the archive; `above` is the row id of the product that a version is of."""

    row_id: int
    kind: str
    slug: str
    name: str
    above: int | None


@dataclass(frozen=True, slots=True)
class Corpus:
    """What an archive is made of: words by rank, and entities, of which one is in more posts than any other."""

    posts: int
    words: list[str]
    entities: list[Entity]
    busy: Entity


def entities() -> list[Entity]:
    """Families with their versions, organizations and TLDs."""
    made: list[Entity] = []

    def add(kind: str, slug: str, name: str, above: int | None = None) -> int:
        made.append(Entity(len(made) + 1, kind, slug, name, above))
        return len(made)

    for n in range(PRODUCTS // (VERSIONS + 1)):
        name = f"{word(300 + n)} {word(900 + n)}"
        family = add("product", f"product-{n}", name)
        for version in range(1, VERSIONS + 1):
            add("product", f"product-{n}-{version}", f"{name} {version}", family)
    for n in range(ORGANIZATIONS):
        add("organization", f"organization-{n}", f"{word(500 + n)} {word(2_000 + n)}")
    for n in range(TLDS):
        add("tld", f"tld{n}", f".tld{n}")
    return made


def corpus_of(posts: int) -> Corpus:
    """What an archive of so many posts is made of."""
    named = entities()
    return Corpus(posts, [word(rank) for rank in range(VOCABULARY)], named, named[0])


def build(database: Database, posts: int) -> Corpus:
    """Fill an empty database of the current schema."""
    corpus = corpus_of(posts)
    with database.write() as session:
        for n in range(SOURCES):
            add_source(session, SourceInput(f"http://blog{n}.example/feed", "feed", f"Blog {n}"), now=LAST_DAY)
        _insert_entities(session, corpus.entities)
    index = None
    if database.dialect == "postgresql":  # an index that is made at the end takes a fraction of the time
        # which says of an index in parts how to make that of the whole alone
        of_whole = "select replace(indexdef, ' ON ONLY ', ' ON ') from pg_indexes where indexname = "
        index = _administer(database, f"{of_whole}'ix_post_search_vector_gin'")
        _administer(database, "drop index ix_post_search_vector_gin")
    _fill(database, corpus, posts, FIRST_DAY, LAST_DAY)
    if index is not None:
        _administer(database, index)
        _administer(database, "vacuum analyze")  # as it does by itself, sooner or later
    return corpus


def _administer(database: Database, statement: str) -> Any:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        result = connection.execute(text(statement))
        return result.scalar() if result.returns_rows else None


def add_posts(database: Database, corpus: Corpus, posts: int) -> tuple[float, float]:
    """Add posts of after the archive's last day: how many seconds it takes to store them with their words, and how many
    with their tags, dates and events as well.
    """
    with database.read() as session:
        newest = session.scalar(select(func.max(Post.id))) or 0
    begin = datetime.fromtimestamp(newest // SLOTS_PER_SECOND + 1, UTC)
    made = list(_made(database, corpus, posts, begin, begin + timedelta(days=30)))
    stored = tagged = 0.0
    for rows in made:
        began = time.perf_counter()
        with database.write() as session:
            _insert_posts(session, rows)
        stored += time.perf_counter() - began
        with database.write() as session:
            _insert_tags(session, rows)
        tagged += time.perf_counter() - began
    _go_on_counting(database)
    return stored, tagged


def _fill(database: Database, corpus: Corpus, posts: int, begin: datetime, end: datetime) -> None:
    for rows in _made(database, corpus, posts, begin, end):
        with database.write() as session:
            _insert_posts(session, rows)
            _insert_tags(session, rows)
    _go_on_counting(database)


def _made(database: Database, corpus: Corpus, posts: int, begin: datetime, end: datetime) -> Iterator[Rows]:
    with database.read() as session:
        sources = list(session.scalars(select(Source.id).order_by(Source.id)))
        firsts = [session.scalar(select(func.max(table.id))) or 0 for table in (Event, EventMention, Timex)]
    return _Maker(corpus, sources, firsts, begin, end).batches(posts)


def _insert_posts(session: Session, rows: Rows) -> None:
    with index_held(session):
        insert_rows(session, "post", rows["post"])
    index_posts(session, [row["id"] for row in rows["post"]])


def _insert_tags(session: Session, rows: Rows) -> None:
    for table, some in rows.items():
        if table != "post":
            insert_rows(session, table, some)


def _go_on_counting(database: Database) -> None:
    """PostgreSQL counts row ids beside the tables."""
    if database.dialect == "postgresql":
        with database.write() as session:
            for model in (Event, EventMention, Timex):
                newest = select(func.max(model.id)).scalar_subquery()
                session.execute(select(func.setval(f"{model.__tablename__}_id_seq", newest)))


def _insert_entities(session: Session, named: list[Entity]) -> None:
    insert_rows(
        session,
        "entity",
        [
            {
                "id": e.row_id,
                "kind": e.kind,
                "slug": e.slug,
                "name": e.name,
                "known": True,
                "parent_id": e.above,
                "vendor": None,
            }
            for e in named
        ],
    )
    insert_rows(
        session, "entity_alias", [{"entity_id": e.row_id, "folded": fold_name(e.name), "name": e.name} for e in named]
    )
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select setval('entity_id_seq', (select max(id) from entity))"))


class _Maker:
    """Makes rows. What it draws depends on when they begin alone."""

    def __init__(
        self, corpus: Corpus, sources: Sequence[int], firsts: Sequence[int], begin: datetime, end: datetime
    ) -> None:
        seed = int(begin.timestamp())
        self._numbers, self._dice = np.random.default_rng(seed), random.Random(seed)  # noqa: S311 - no secret hangs on it
        self._begin, self._end = int(begin.timestamp()), int(end.timestamp())
        self._words = np.array(corpus.words, dtype=object)
        weights = np.arange(1, VOCABULARY + 1) ** -EXPONENT
        self._shares = np.cumsum(weights / weights.sum())
        self._named, self._sources = corpus.entities, sources
        order = list(range(1, len(self._named)))
        random.Random(3).shuffle(order)  # noqa: S311 - no secret hangs on it
        self._order = np.array([0, *order])  # the busy product first
        fame = np.arange(1, len(self._named) + 1, dtype=float) ** -0.8
        self._fame = np.cumsum(fame / fame.sum())
        self._event_id, self._mention_id, self._timex_id = firsts

    def batches(self, posts: int) -> Iterator[Rows]:
        """Rows by table, a transaction's worth at a time, in the order of publishing."""
        seconds = np.sort(self._numbers.integers(self._begin, self._end, posts)).tolist()
        last = number = 0
        for start in range(0, posts, BATCH):
            some = seconds[start : start + BATCH]
            drawn = np.searchsorted(self._shares, self._numbers.random((len(some), WORDS)))
            fame = self._order[np.searchsorted(self._fame, self._numbers.random((len(some), 3)))].tolist()
            rows: Rows = {name: [] for name in TABLES}
            for place, second in enumerate(some):
                number = number + 1 if second == last else 0
                last = second
                named = [self._named[n] for n in dict.fromkeys(fame[place])]
                self._post(rows, second * SLOTS_PER_SECOND + number, second, drawn[place], named)
            yield rows

    def _post(self, rows: Rows, row_id: int, second: int, drawn: Any, named: list[Entity]) -> None:
        at = datetime.fromtimestamp(second, UTC)
        source = self._dice.choice(self._sources)
        spoken = self._words[drawn].tolist()
        for n, entity in enumerate(named):
            spoken[10 + 30 * n : 10 + 30 * n] = entity.name.split()
        title = " ".join([*named[0].name.split(), *spoken[:6]])
        body = " ".join(spoken)
        author = f"{self._words[drawn[0]]} {self._words[1000 + drawn[1] % 500]}"
        tokens = {source_token(source), *author_tokens(author)}
        all_named: dict[int, tuple[bool, bool]] = {}
        for n, entity in enumerate(named):
            all_named[entity.row_id] = (n == 0, True)
            if entity.above is not None:
                all_named.setdefault(entity.above, (n == 0, False))
            for known in (entity.row_id, *([entity.above] if entity.above is not None else [])):
                tokens.add(entity_token(entity.kind, known))
                if n == 0:
                    tokens.add(about_token(entity.kind, known))
        rows["post_entity"] += [
            {"entity_id": known, "post_id": row_id, "salient": salient, "direct": direct}
            for known, (salient, direct) in all_named.items()
        ]
        for n in range(3):
            begin, end, value = self._date(at)
            tokens |= span_tokens(begin, end)
            self._timex_id += 1
            rows["timex"].append(
                {
                    "id": self._timex_id, "post_id": row_id, "field": "text", "start": 10 * n, "end": 10 * n + 8,
                    "text": value, "type": "DATE", "value": value, "begin": begin, "end_date": end, "rule": "bench",
                }
            )  # fmt: skip
        if self._dice.random() < EVENTS_PER_POST:
            tokens |= self._event(rows, row_id, at, named[0], body)
        public_id = str(uuid.uuid5(uuid.NAMESPACE_URL, str(row_id)))
        rows["post"].append(
            {
                "id": row_id, "public_id": public_id, "source_id": source, "owner_rank": 2,
                "url": f"http://blog{source}.example/{row_id}", "title": title, "author": author, "published_at": at,
                "published_precision": "second", "updated_at": None, "first_seen_at": at, "changed_at": at,
                "summary": body[:200], "html": f"<p>{body}</p>", "text": body, "categories": [], "enclosures": [],
                "content_hash": hashlib.sha256(body.encode()).hexdigest(), "analysis_version": "bench",
                "tag_tokens": join_tokens(tokens),
            }
        )  # fmt: skip
        rows["sighting"].append(
            {"source_id": source, "entry_id": public_id, "post_id": row_id, "entry_hash": "0" * 64, "first_seen_at": at}
        )

    def _date(self, at: datetime) -> tuple[date, date, str]:
        """A date near a post's publishing: a day, a month or a year."""
        day = at.date() + timedelta(days=int(self._dice.gauss(30, 150)))
        match self._dice.randrange(10):
            case 0 | 1:
                return date(day.year, 1, 1), date(day.year + 1, 1, 1), f"{day.year}"
            case 2 | 3 | 4:
                return day.replace(day=1), (day.replace(day=1) + timedelta(days=32)).replace(day=1), f"{day:%Y-%m}"
        return day, day + timedelta(days=1), day.isoformat()

    def _event(self, rows: Rows, row_id: int, at: datetime, subject: Entity, body: str) -> set[str]:
        """Report an event of the subject: a new one, or one that an earlier post of the batch told of."""
        known = [event for event in rows["event"][-20:] if event["title"].startswith(subject.name)]
        if known and self._dice.random() > 1 / REPORTS_PER_EVENT:
            event = known[-1]
            event["last_reported_at"], event["reports"] = at, event["reports"] + 1
        else:
            begin, end, value = self._date(at)
            self._event_id += 1
            event = {
                "id": self._event_id, "public_id": str(uuid.uuid5(uuid.NAMESPACE_OID, str(self._event_id))),
                "type": self._dice.choice(TYPES), "status": self._dice.choice(STATUSES),
                "title": f"{subject.name} event", "value": value, "begin": begin, "end": end,
                "precision": precision_of(value), "basis": "text", "confidence": 0.9, "sources": 1,
                "first_reported_at": at, "last_reported_at": None,
                "changed_at": at, "sequence": 0, "stale": False, "reports": 1, "place": 0, "is_long": False,
                "slipped_days": None, "conflict": None,
            }  # fmt: skip
            event["place"] = place_of(begin, event["public_id"])
            rows["event"].append(event)
            rows["event_place"] += [
                {
                    "entity_id": entity_id, "place": event["place"], "event_id": event["id"], "end": end,
                    "type": event["type"], "status": event["status"], "is_late": False, "is_disputed": False,
                }
                for entity_id in (subject.row_id, subject.above)
                if entity_id is not None
            ]  # fmt: skip
            rows["event_subject"].append({"entity_id": subject.row_id, "event_id": event["id"], "position": 0})
        self._mention_id += 1
        rows["event_mention"].append(
            {
                "id": self._mention_id, "post_id": row_id, "event_id": event["id"], "type": event["type"],
                "status": event["status"], "value": event["value"], "begin": event["begin"], "end_date": event["end"],
                "field": "text", "start": 0, "end": 80, "quote": body[:80], "confidence": 0.9, "rule": "bench",
            }
        )  # fmt: skip
        rows["event_mention_subject"].append(
            {"entity_id": subject.row_id, "event_mention_id": self._mention_id, "position": 0}
        )
        return {
            event_token(event["type"]), event_token(event["type"], event["status"]), status_token(event["status"])
        }  # fmt: skip
