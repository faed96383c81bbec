"""Posts written for the resolver: what each says stands in its text, a line a statement, and a tagger reads just that.

    release sp1 planned 2010-07          a statement: type, subjects (with + between), status, date
    release sp1 happened today           the day on which the post came out
    release sp1 happened -               without a date

From there on all is as in an ingest: posts are stored, tagged, resolved and shown on a timeline.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast, get_args

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ingest.analysis import BATCH, analyze_pending
from ingest.events import resolve_rows
from nlp.annotations import (
    Analysis,
    EntityKind,
    EntityRef,
    EventMention,
    EventStatus,
    EventType,
    Evidence,
    Mention,
    PostText,
    TaggedEntity,
)
from store.database import Database
from store.errors import UnknownSourceError
from store.models import Entity, Event, Post, Source, Story
from store.posts import save_entries
from store.records import EventRecord, SourceRecord, TimelineQuery
from store.sources import get_source, remove_source
from store.timelines import timeline
from tests.store.factories import NOW, instant, make_entry, make_source

EXCHANGE = EntityRef("product", "exchange", "Exchange")
PHP = EntityRef("product", "php", "PHP")
SERVER = EntityRef("product", "server", "Server")
ENTITIES: dict[str, tuple[EntityRef, tuple[EntityRef, ...]]] = {
    "sp1": (EntityRef("product", "sp1", "Exchange SP1"), (EXCHANGE,)),
    "sp2": (EntityRef("product", "sp2", "Exchange SP2"), (EXCHANGE,)),
    "php56": (EntityRef("product", "php56", "PHP 5.6"), (PHP,)),
    "s2016": (EntityRef("product", "s2016", "Server 2016"), (SERVER,)),
    "s2019": (EntityRef("product", "s2019", "Server 2019"), (SERVER,)),
    "cpanel": (EntityRef("product", "cpanel", "cPanel"), ()),
    "xxx": (EntityRef("tld", "xxx", ".xxx"), ()),
    "oracle": (EntityRef("organization", "oracle", "Oracle"), ()),
    "sun": (EntityRef("organization", "sun", "Sun"), ()),
    "tucows": (EntityRef("organization", "tucows", "Tucows"), ()),
}
WORDS = 60  # of a post beside its statements
STATEMENT = re.compile(r"^(\w+) ([\w+]+) (happened|planned|cancelled) (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Told:
    """A post: its name, the day it came out, whose it is, what it says, and whose words it has.

    `words` is another post's name for a copy, with "~" behind it for a copy with some words changed, with "/" for one
    of which half is written anew.
    """

    name: str
    on: str
    says: tuple[str, ...]
    by: str = ""
    words: str = ""

    @property
    def source_url(self) -> str:
        return f"http://{self.by or self.name}.example/feed"

    @property
    def title(self) -> str:
        return f"The latest about {_words_of(self.words.rstrip('~/') or self.name, 5)}"

    @property
    def text(self) -> str:
        words = _words_of(self.words.rstrip("~/") or self.name, WORDS).split()
        if self.words.endswith("~"):
            words[30:32] = ["quite", "another"]
        if self.words.endswith("/"):
            words[20:] = _words_of(f"anew {self.name}", WORDS - 20).split()
        return "\n".join([" ".join(words), *self.says])


def told(name: str, on: str, *says: str, by: str = "", words: str = "") -> Told:
    return Told(name, on, says, by, words)


def _words_of(key: str, number: int) -> str:
    chosen = random.Random(key)  # noqa: S311 - the same words for the same name
    return " ".join("".join(chosen.choice("abcdefghijklmnoprstuvw") for _ in range(7)) for _ in range(number))


class LineTagger:
    """Finds the statements of a text."""

    def __init__(self, version: str = "1") -> None:
        self.version = version

    def tag(self, post: PostText) -> Analysis:
        found: dict[EntityKind, dict[str, TaggedEntity]] = {"product": {}, "organization": {}, "tld": {}}
        events = []
        for match in STATEMENT.finditer(post.text):
            kind, subjects, status, value = match.groups()
            assert kind in get_args(EventType)
            slugs = subjects.split("+")
            for slug in slugs:
                entity, above = ENTITIES[slug]
                mention = Mention("text", match.start(), match.end(), match.group(), "line")
                found[entity.kind][slug] = TaggedEntity(
                    entity.kind, entity.slug, entity.name, True, True, (mention,), ancestors=above
                )
            if value == "today":
                value = cast("datetime", post.published).date().isoformat()
            begin, end = interval(value)
            events.append(
                EventMention(
                    cast("EventType", kind), cast("EventStatus", status), None if value == "-" else value, begin, end,
                    tuple(slugs), Evidence("text", match.start(), match.end(), match.group()), 0.8, "line",
                )
            )  # fmt: skip
        return Analysis(*(tuple(some.values()) for some in found.values()), events=tuple(events))

    def tag_many(self, posts: Sequence[PostText]) -> Iterator[Analysis]:
        return map(self.tag, posts)


def interval(value: str) -> tuple[date | None, date | None]:
    """The interval of a day, a month, a quarter or a year."""
    if value == "-":
        return None, None
    if match := re.fullmatch(r"(\d{4})-Q([1-4])", value):
        begin = date(int(match[1]), int(match[2]) * 3 - 2, 1)
        return begin, (begin + timedelta(days=93)).replace(day=1)
    parts = [int(part) for part in value.split("-")]
    begin = date(*[*parts, 1, 1][:3])
    if len(parts) == 3:
        return begin, begin + timedelta(days=1)
    if len(parts) == 2:
        return begin, (begin + timedelta(days=31)).replace(day=1)
    return begin, date(parts[0] + 1, 1, 1)


class Newsdesk:
    """A database to which posts arrive, each tagged and resolved at once or some together."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.version = 1

    def clear(self) -> None:
        with self.database.write() as session:
            for table in (Post, Event, Story, Entity, Source):
                session.execute(delete(table))

    def arrive(self, *posts: Told, batch: int = BATCH) -> None:
        """The posts, new ones and such as are there already with another date or other words."""
        self.store(*posts)
        self.analyze(batch=batch)

    def store(self, *posts: Told) -> None:
        """The posts, which wait to be tagged."""
        with self.database.write() as session:
            for post in posts:
                entry = make_entry(
                    post.name, title=post.title, text=post.text, url=f"http://wire.example/{post.name}",
                    published=instant(post.on),
                    content_hash=hashlib.sha256(f"{post.title}\n{post.text}".encode()).hexdigest(),
                )  # fmt: skip
                save_entries(session, _source(session, post.source_url), [entry], now=NOW)

    def analyze(self, *, everything: bool = False, batch: int = BATCH) -> None:
        tagger = LineTagger(str(self.version))
        summary = analyze_pending(self.database, tagger, now=lambda: NOW, everything=everything, batch=batch)
        assert summary.failed == 0

    def retag(self) -> None:
        self.version += 1
        self.analyze(everything=True)

    def remove(self, post: Told) -> None:
        """The post goes, with all that its source has brought."""
        with self.database.write() as session:
            remove_source(session, post.source_url, keep_posts=False)
        self.analyze()

    def timeline(self, **fields: object) -> list[EventRecord]:
        with self.database.read() as session:
            query = TimelineQuery(**fields)  # type: ignore[arg-type]  # what a test names
            return list(timeline(session, query, limit=100, resolve=resolve_rows).items)


def _source(session: Session, url: str) -> SourceRecord:
    try:
        return get_source(session, url)
    except UnknownSourceError:
        return make_source(session, url)


def in_words(event: EventRecord) -> str:
    """An event in a line, the way the truth table has it."""
    names = {evidence.post: (evidence.url or "").rsplit("/", 1)[1] for evidence in event.evidence}
    when = event.date.value or "undated"
    basis = " (published)" if event.date.basis == "published" and event.date.value else ""
    parts = [
        f"{event.type} {'+'.join(subject.slug for subject in event.subjects)} {event.status} {when}{basis}",
        f"{' '.join(dict.fromkeys(names[evidence.post] for evidence in event.evidence))}",
        f"{event.sources} source{'' if event.sources == 1 else 's'}",
    ]
    if len(event.history) > 1:
        moves = (f"{c.value}{'' if c.moved_days is None else f' ({c.moved_days:+})'}" for c in event.history)
        parts.append(f"said {', '.join(moves)}")
    if event.slipped_days is not None:
        parts.append(f"slipped {event.slipped_days}")
    if event.conflict:
        sides = (
            f"{side.status} {side.value or 'undated'} ({' '.join(names[post] for post in side.posts)})"
            for side in event.conflict
        )
        parts.append(f"conflict: {' / '.join(sides)}")
    return " | ".join(parts)
