"""Posts, sources and tags with good defaults, so that a test shows only what matters to it."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import EventMention
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
    SourceRecord,
    TimexRecord,
)
from store.sources import add_source
from store.timelines import precision_of

NOW = datetime(2026, 11, 24, 3, 17, tzinfo=UTC)


def instant(text: str) -> datetime:
    """`2026-01-02` or `2026-01-02T03:04`, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def make_source(session: Session, url: str = "http://wire.example/feed", **fields: Any) -> SourceRecord:
    return add_source(session, SourceInput(url=url, **fields), now=NOW)


def make_entry(key: str = "1", **fields: Any) -> PostInput:
    title, text = fields.pop("title", f"Title {key}"), fields.pop("text", f"Text of entry {key}.")
    url = fields.pop("url", f"http://wire.example/{key}")
    defaults: dict[str, Any] = {
        "entry_id": f"id-{key}",
        "title": title,
        "text": text,
        "content_hash": hashlib.sha256(f"{title}\n{text}".encode("utf-8", "surrogatepass")).hexdigest(),
        "url": url,
        "published": instant("2026-01-02T03:04"),
        "published_precision": "second",
    }
    return PostInput(**(defaults | fields))


def make_event(title: str, subject: tuple[str, str], **fields: Any) -> EventMentionRecord:
    """An event whose evidence is the whole title of its post."""
    defaults: dict[str, Any] = {
        "type": "release",
        "status": "happened",
        "date": None,
        "begin": None,
        "end_date": None,
        "subjects": (subject,),
        "field": "title",
        "start": 0,
        "end": len(title),
        "quote": title,
        "confidence": 0.9,
        "rule": "test",
    }
    return EventMentionRecord(**(defaults | fields))


def make_analysis(
    *entities: EntityInput,
    named: tuple[tuple[str, str], ...] = (),
    salient: tuple[str, ...] = (),
    timexes: tuple[TimexRecord, ...] = (),
    events: tuple[EventMentionRecord, ...] = (),
) -> AnalysisInput:
    """Entities, of which `named` (kind, slug) are named by the post, at the beginning of its title."""
    return AnalysisInput(
        entities=entities,
        post_entities=tuple(
            PostEntityInput(kind, slug, slug in salient, (MentionRecord("title", 0, 5, "Title", "test"),))  # type: ignore[arg-type]
            for kind, slug in (named or [(e.kind, e.slug) for e in entities])
        ),
        timexes=timexes,
        event_mentions=events,
    )


def store_post(session: Session, source: SourceRecord, entry: PostInput, analysis: AnalysisInput | None = None) -> int:
    """The row id of the post that storing the entry made."""
    (post_id,) = save_entries(session, source, [entry], now=NOW).post_ids
    if analysis is not None:
        assert save_analysis(session, post_id, analysis, version="1", content_hash=entry.content_hash)
    return post_id


EXCHANGE = EntityInput("product", "exchange", "Exchange Server", aliases=("Exchange",), vendor="microsoft")
EXCHANGE_2010 = EntityInput("product", "exchange-2010", "Exchange Server 2010", parent="exchange")
EXCHANGE_2010_SP1 = EntityInput(
    "product", "exchange-2010-sp1", "Exchange Server 2010 SP1", parent="exchange-2010", aliases=("Exchange 2010 SP1",)
)
MICROSOFT = EntityInput("organization", "microsoft", "Microsoft")
DOT_XXX = EntityInput("tld", "xxx", ".xxx")


def make_resolved(mention_ids: tuple[int, ...], **fields: Any) -> EventInput:
    """An event resolved from the mentions, on a day that a post states."""
    value, begin, end = fields.pop("day", ("2026-03-01", date(2026, 3, 1), date(2026, 3, 2)))
    defaults: dict[str, Any] = {
        "public_id": "event-1",
        "type": "release",
        "status": "happened",
        "title": "Exchange released",
        "date": EventDate(value, begin, end, precision_of(value), "text"),
        "subjects": (("product", "exchange"),),
        "confidence": 0.9,
        "sources": 1,
        "first_reported": instant("2026-01-02T03:04"),
        "mention_ids": mention_ids,
    }
    return EventInput(**(defaults | fields))


def mention_ids_of(session: Session, post_id: int) -> tuple[int, ...]:
    stmt = select(EventMention.id).where(EventMention.post_id == post_id).order_by(EventMention.id)
    return tuple(session.scalars(stmt))
