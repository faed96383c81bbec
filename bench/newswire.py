"""A newswire of generated posts in a database, with what a tagger would have found in them, for what is measured on it.

Words are drawn Zipf-like; every post names products and an organization, half of them talk of a date and tell an event.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.database import Database
from store.models import EventMention, Post
from store.posts import save_analysis, save_entries
from store.records import (
    AnalysisInput,
    EntityInput,
    EventDate,
    EventInput,
    EventMentionRecord,
    MentionRecord,
    PostEntityInput,
    PostInput,
    SourceInput,
    TimexRecord,
)
from store.sources import add_source
from store.timelines import replace_events

NEWEST = datetime(2026, 11, 1, tzinfo=UTC)
BATCH = 500
VERSION = "generated"
_SYLLABLES = ("host", "rack", "net", "mail", "ve", "ra", "ti", "lo", "pan", "el", "cor", "mi", "su", "na", "der", "ex")
_TYPES = ("release", "pricing", "acquisition", "outage", "security", "preview")


@dataclass(frozen=True, slots=True)
class NewswireSize:
    """How many posts, of how many words each; `products` are families, each with two versions."""

    posts: int = 20_000
    words: int = 120
    vocabulary: int = 20_000
    products: int = 100
    sources: int = 20


class Newswire:
    """What is written: the same at every run."""

    def __init__(self, size: NewswireSize) -> None:
        self.size = size
        self._choice = random.Random("newswire")  # noqa: S311 - words, not secrets
        found: dict[str, None] = {}
        while len(found) < size.vocabulary:
            found["".join(self._choice.choices(_SYLLABLES, k=self._choice.randint(2, 4)))] = None
        self.vocabulary = tuple(found)
        self._weights = list(accumulate(1 / (rank + 2) for rank in range(size.vocabulary)))
        self.families = tuple(f"product-{number}" for number in range(size.products))

    def words(self, count: int) -> list[str]:
        """Words as a text has them: some very often, most hardly ever."""
        return self._choice.choices(self.vocabulary, cum_weights=self._weights, k=count)

    def posts(self) -> Iterator[tuple[PostInput, AnalysisInput]]:
        """The posts, the oldest first, half an hour apart."""
        for number in range(self.size.posts):
            published = NEWEST - timedelta(minutes=30 * (self.size.posts - number))
            yield self._post(number, published)

    def _post(self, number: int, published: datetime) -> tuple[PostInput, AnalysisInput]:
        family = self._choice.choices(self.families, weights=[1 / (rank + 1) for rank in range(len(self.families))])[0]
        title = " ".join([family, *self.words(6)]).capitalize()
        text = " ".join(self.words(self.size.words))
        post = PostInput(
            entry_id=f"id-{number}",
            title=title,
            text=text,
            content_hash=hashlib.sha256(f"{title}\n{text}".encode()).hexdigest(),
            url=f"https://wire.example/{number}",
            author="Ann Writer",
            published=published,
            published_precision="second",
            summary=text[:200],
            html=f"<p>{text}</p>",
        )
        return post, self._analysis(family, title, text, published.date() + timedelta(days=number % 400 - 200), number)

    def _analysis(self, family: str, title: str, text: str, day: date, number: int) -> AnalysisInput:
        version, organization = f"{family}-{1 + number % 2}", f"organization-{number % 50}"
        tells = number % 2 == 0
        entities = (
            EntityInput("product", family, family.capitalize()),
            EntityInput("product", version, f"{family.capitalize()} {1 + number % 2}", parent=family),
            EntityInput("organization", organization, organization.capitalize()),
        )
        mention = (MentionRecord("title", 0, len(family), title[: len(family)], "generated"),)
        span = {"begin": day, "end_date": day + timedelta(days=1)}
        event = EventMentionRecord(
            type=_TYPES[number % len(_TYPES)], status="planned" if number % 6 == 0 else "happened",
            date=day.isoformat(), subjects=(("product", version),), field="title", start=0, end=len(title),
            quote=title, confidence=0.9, rule="generated", **span,
        )  # fmt: skip
        return AnalysisInput(
            entities=entities,
            post_entities=(
                PostEntityInput("product", version, True, mention),
                PostEntityInput("organization", organization, False, mention),
            ),
            timexes=(TimexRecord("text", 0, 8, text[:8], "DATE", day.isoformat(), rule="generated", **span),)
            if tells
            else (),
            event_mentions=(event,) if tells else (),
        )


def build_newswire(database: Database, newswire: Newswire) -> None:
    """Store all of it with the store's own functions: posts, their tags, and an event for every two mentions."""
    database.upgrade()
    with database.write() as session:
        sources = [
            add_source(session, SourceInput(f"http://wire.example/feed/{number}", name=f"Wire {number}"), now=NEWEST)
            for number in range(newswire.size.sources)
        ]
    for number, batch in enumerate(_batches(newswire.posts())):
        with database.write() as session:
            analyses = {entry.content_hash: analysis for entry, analysis in batch}
            save_entries(session, sources[number % len(sources)], [entry for entry, _ in batch], now=NEWEST)
            stored = session.execute(select(Post.id, Post.content_hash).where(Post.content_hash.in_(analyses))).all()
            for post_id, hash_ in stored:
                saved = save_analysis(session, post_id, analyses[hash_], version=VERSION, content_hash=hash_)
                assert saved, f"the post {post_id} was not tagged"
            _store_events(session, {post_id: analyses[hash_] for post_id, hash_ in stored})


def _batches(posts: Iterator[tuple[PostInput, AnalysisInput]]) -> Iterator[list[tuple[PostInput, AnalysisInput]]]:
    while batch := list(islice(posts, BATCH)):
        yield batch


def _store_events(session: Session, analyses: dict[int, AnalysisInput]) -> None:
    """Each event mention as an event of its own."""
    stmt = select(EventMention.id, EventMention.post_id).where(EventMention.post_id.in_(analyses))
    events = []
    for mention_id, post_id in session.execute(stmt):
        (told,) = analyses[post_id].event_mentions
        events.append(
            EventInput(
                public_id=f"event-{mention_id}",
                type=told.type,
                status=told.status,
                title=told.quote,
                date=EventDate(told.date, told.begin, told.end_date, "day", "text"),
                subjects=told.subjects,
                confidence=told.confidence,
                sources=1,
                first_reported=NEWEST,
                mention_ids=(mention_id,),
            )
        )
    replace_events(session, [event.mention_ids[0] for event in events], events, now=NEWEST)
