"""Posts: entries in, each stored once; analysis in; a post with everything known about it out.

An entry is known again by its id in its source; the same post met elsewhere by a guid that is unique in the world, by
any address it is known under, or by equal title, minute and content. It is then one more *sighting* of that post.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from store import entities as entity_store
from store.chunks import in_chunks
from store.database import one_writer
from store.models import (
    SLOTS_PER_SECOND,
    Entity,
    Event,
    EventMention,
    EventMentionSubject,
    Mention,
    Post,
    PostEntity,
    PostKey,
    Revision,
    Sighting,
    Source,
    Timex,
)
from store.records import (
    AnalysisInput,
    Counts,
    PostForAnalysis,
    PostInput,
    SaveResult,
    SourceRecord,
)
from store.sources import NAMESPACE
from store.text import is_storable, storable, storable_or_none
from store.tokens import KIND_LETTERS, entity_token, event_token, join_tokens, source_token

FUTURE_TOLERANCE = timedelta(days=1)
SAME_MINUTE = timedelta(seconds=60)


def save_entries(session: Session, source: SourceRecord, entries: Sequence[PostInput], *, now: datetime) -> SaveResult:
    """Store what a source states, each post once, and say what was new and what had changed.

    Doing it twice changes nothing. `updated` counts posts whose title or text is another now; their earlier state is
    kept as a revision.
    """
    if not entries:
        return SaveResult(0, 0)
    one_writer(session)
    batch = {_hash(entry.entry_id): _cleaned(entry) for entry in reversed(entries)}  # the first of equals wins
    sightings = _sightings(session, source.id, batch)
    hashes = {key: _entry_hash(entry) for key, entry in batch.items()}
    fresh = {
        key: entry for key, entry in batch.items() if key not in sightings or sightings[key].entry_hash != hashes[key]
    }
    posts = _posts_met_before(session, fresh, sightings)
    writer = _Writer(session, source, now, posts)
    writer.expect([entry for key, entry in fresh.items() if key not in sightings])
    for key, entry in fresh.items():
        writer.save(key, entry, hashes[key], sightings.get(key))
    writer.insert_pending()
    session.flush()
    return SaveResult(writer.new, writer.updated, tuple(writer.to_analyze))


class _Writer:
    """The state of one batch. New posts are inserted together, which takes a fifth of the time of one by one."""

    def __init__(self, session: Session, source: SourceRecord, now: datetime, posts: _KnownPosts) -> None:
        self._session = session
        self._source = source
        self._now = now
        self._posts = posts
        self._taken: set[int] = set()
        self._free: set[int] = set()  # first row ids of seconds in which there is no post yet
        self._given_away: set[str] = set()  # public ids that other posts have
        self._pending: list[dict[str, Any]] = []
        self._pending_keys: dict[str, int] = {}
        self._pending_contents: set[str] = set()
        self._sightings: list[dict[str, Any]] = []
        self.new = 0
        self.updated = 0
        self.to_analyze: list[int] = []

    def expect(self, entries: Sequence[PostInput]) -> None:
        """Ask at once what else would be asked for each of the entries that may become posts."""
        first_ids = {self._first_id(entry) for entry in entries}
        rows = in_chunks(self._session, select(Post.id), Post.id, first_ids)
        self._free = first_ids - {row[0] for row in rows}
        public_ids = {self._public_id(entry) for entry in entries}
        rows = in_chunks(self._session, select(Post.public_id), Post.public_id, public_ids)
        self._given_away = {row[0] for row in rows}

    def save(self, key: str, entry: PostInput, entry_hash: str, sighting: Sighting | None) -> None:
        keys = _keys(entry)
        if entry.content_hash in self._pending_contents or not self._pending_keys.keys().isdisjoint(keys):
            self.insert_pending()  # it may be another sighting of one of those
            self._posts.learn(self._session, self._taken)
        post = self._posts.of(sighting, entry)
        if post is None:
            self._prepare(entry, keys)
            self._sightings.append(self._sighting(key, self._pending[-1]["id"], entry_hash))
            return
        self._apply(post, entry)
        for name in keys:
            if name not in self._posts.by_key:
                self._posts.by_key[name] = post
                self._session.add(PostKey(key=name, post_id=post.id))
        if sighting is None:
            self._session.add(Sighting(**self._sighting(key, post.id, entry_hash)))
            post.tag_tokens = join_tokens({*post.tag_tokens.split(), source_token(self._source.id)})
        else:
            sighting.entry_hash = entry_hash

    def insert_pending(self) -> None:
        """Insert the new posts so far, with their keys and sightings."""
        keys = [{"key": key, "post_id": post_id} for key, post_id in self._pending_keys.items()]
        for model, rows in ((Post, self._pending), (PostKey, keys), (Sighting, self._sightings)):
            if rows:
                self._session.execute(insert(model), rows)
        self._pending, self._sightings = [], []
        self._pending_keys, self._pending_contents = {}, set()

    def _sighting(self, key: str, post_id: int, entry_hash: str) -> dict[str, Any]:
        return {
            "source_id": self._source.id,
            "entry_id": key,
            "post_id": post_id,
            "entry_hash": entry_hash,
            "first_seen_at": self._now,
        }

    def _prepare(self, entry: PostInput, keys: Sequence[str]) -> None:
        """Have the entry inserted as a post, with others."""
        row_id = self._row_id(entry)
        public_id = self._public_id(entry)
        if public_id in self._given_away:  # the identity was another post's once
            public_id = self._public_id(entry, f" {row_id}")
        self._given_away.add(public_id)
        self._pending.append(
            {
                "id": row_id,
                "public_id": public_id,
                "source_id": self._source.id,
                "owner_rank": rank(self._source, entry),
                "url": entry.url,
                "title": entry.title,
                "author": entry.author,
                "published_at": entry.published,
                "published_precision": entry.published_precision,
                "updated_at": entry.updated,
                "first_seen_at": self._now,
                "changed_at": self._now,
                "summary": entry.summary,
                "html": entry.html,
                "text": entry.text,
                "categories": list(entry.categories),
                "enclosures": [_enclosure_json(enclosure) for enclosure in entry.enclosures],
                "content_hash": entry.content_hash,
                "analysis_version": None,
                "tag_tokens": source_token(self._source.id),
            }
        )
        self._pending_keys.update(dict.fromkeys(keys, row_id))
        self._pending_contents.add(entry.content_hash)
        self.new += 1
        self.to_analyze.append(row_id)

    def _public_id(self, entry: PostInput, suffix: str = "") -> str:
        identity = entry.guid or entry.url or f"{self._source.url} {entry.entry_id}"
        return str(uuid.uuid5(NAMESPACE, f"post {identity}{suffix}"))

    def _first_id(self, entry: PostInput) -> int:
        return int((self._place(entry) or self._now).timestamp()) * SLOTS_PER_SECOND

    def _row_id(self, entry: PostInput) -> int:
        """The first free id of the post's second, or of the seconds after it."""
        candidate = self._first_id(entry)
        if candidate in self._free:
            self._free.remove(candidate)
            self._taken.add(candidate)
            return candidate
        span = 64 * SLOTS_PER_SECOND
        while True:
            stmt = select(Post.id).where(Post.id >= candidate, Post.id < candidate + span)
            used = set(self._session.scalars(stmt)) | self._taken
            for free in range(candidate, candidate + span):
                if free not in used:
                    self._taken.add(free)
                    return free
            candidate += span

    def _place(self, entry: PostInput) -> datetime | None:
        """When it was published, unless that cannot be: such a post stands where it was seen."""
        instant = entry.published
        if instant is None or instant > self._now + FUTURE_TOLERANCE or instant.year < 1971:
            return None
        return instant

    def _redate(self, post: Post, entry: PostInput) -> None:
        """Give the post the entry's date. Its row id goes with it, and by cascade all that hangs on the post."""
        post.published_at, post.published_precision = entry.published, entry.published_precision
        self._analyze_again(post)  # what it says of "next week" had another anchor, or none
        instant = self._place(entry)
        if instant is None or post.id // SLOTS_PER_SECOND == int(instant.timestamp()):
            return
        self._session.flush()  # what was made for it has its former id
        self.to_analyze.remove(post.id)
        post.id = self._row_id(entry)
        self._session.flush()
        self.to_analyze.append(post.id)

    def _apply(self, post: Post, entry: PostInput) -> None:
        """What a further sighting changes: everything when its source may, else only what is missing."""
        entry_rank = rank(self._source, entry)
        owns = post.source_id == self._source.id or post.source_id is None
        changed = self._fill(post, entry)
        if owns or entry_rank > post.owner_rank:
            changed = self._replace(post, entry) or changed
            post.source_id, post.owner_rank = self._source.id, entry_rank
        if changed:
            post.changed_at = self._now

    def _fill(self, post: Post, entry: PostInput) -> bool:
        changed = False
        for name, value in (
            ("author", entry.author),
            ("url", entry.url),
            ("summary", entry.summary),
            ("html", entry.html),
        ):
            if value and not getattr(post, name):
                setattr(post, name, value)
                changed = True
        if entry.published and post.published_at is None:
            self._redate(post, entry)
            changed = True
        return changed

    def _replace(self, post: Post, entry: PostInput) -> bool:
        changed = False
        if post.content_hash != entry.content_hash:
            self._session.add(
                Revision(
                    post_id=post.id,
                    title=post.title,
                    text=post.text,
                    content_hash=post.content_hash,
                    replaced_at=self._now,
                )
            )
            self.updated += 1
            self._analyze_again(post)
        elif (post.title, post.text) != (entry.title, entry.text):
            self._analyze_again(post)  # offsets move with the white space
        stated = {
            "title": entry.title,
            "text": entry.text,
            "content_hash": entry.content_hash,
            "html": entry.html or post.html,
            "summary": entry.summary or post.summary,
            "author": entry.author or post.author,
            "url": entry.url or post.url,
            "updated_at": entry.updated or post.updated_at,
            "categories": list(entry.categories) or post.categories,
            "enclosures": [_enclosure_json(enclosure) for enclosure in entry.enclosures] or post.enclosures,
        }
        if entry.published is not None and entry.published != post.published_at:
            self._redate(post, entry)
            changed = True
        for name, value in stated.items():
            if getattr(post, name) != value:
                setattr(post, name, value)
                changed = True
        return changed

    def _analyze_again(self, post: Post) -> None:
        post.analysis_version = None
        if post.id not in self.to_analyze:
            self.to_analyze.append(post.id)


def rank(source: SourceRecord, entry: PostInput) -> int:
    """How much a source's word counts for a post: its own site before others, then a feed before a page."""
    own = _host(entry.url)
    at_home = own is not None and own in {_host(source.url), _host(source.site_url)}
    return 2 * at_home + (source.kind == "feed")


@lru_cache(maxsize=256)  # of a source's own addresses it is asked for every entry
def _host(url: str | None) -> str | None:
    if not url:
        return None
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").removeprefix("www.") + (f":{parts.port}" if parts.port else "") or None
    except ValueError:
        return None


class _KnownPosts:
    """The posts that a batch may be sightings of."""

    def __init__(self) -> None:
        self.by_id: dict[int, Post] = {}
        self.by_key: dict[str, Post] = {}
        self.by_content: dict[str, list[Post]] = {}

    def of(self, sighting: Sighting | None, entry: PostInput) -> Post | None:
        if sighting is not None:
            return self.by_id[sighting.post_id]
        for key in _keys(entry):
            if key in self.by_key:
                return self.by_key[key]
        for post in self.by_content.get(entry.content_hash, ()):
            if _same_minute(post.published_at, entry.published) and post.title == entry.title and entry.text:
                return post
        return None

    def learn(self, session: Session, post_ids: Iterable[int]) -> None:
        """Know those of the posts that are in the database by all that may tell them."""
        for (post,) in in_chunks(session, select(Post), Post.id, set(post_ids) - self.by_id.keys()):
            self.by_id[post.id] = post
            self.by_content.setdefault(post.content_hash, []).append(post)
        for key, post_id in in_chunks(session, select(PostKey.key, PostKey.post_id), PostKey.post_id, post_ids):
            self.by_key.setdefault(key, self.by_id[post_id])


def _same_minute(a: datetime | None, b: datetime | None) -> bool:
    return a is not None and b is not None and abs(a - b) < SAME_MINUTE


def _posts_met_before(session: Session, entries: dict[str, PostInput], sightings: dict[str, Sighting]) -> _KnownPosts:
    known = _KnownPosts()
    keys = {key for entry in entries.values() for key in _keys(entry)}
    key_rows = in_chunks(session, select(PostKey.key, PostKey.post_id), PostKey.key, keys)
    by_key = dict(key_rows)
    seen = {sightings[key].post_id for key in entries if key in sightings}
    hashes = {entry.content_hash for key, entry in entries.items() if key not in sightings}
    for (post,) in in_chunks(session, select(Post), Post.id, seen | set(by_key.values())):
        known.by_id[post.id] = post
    for (post,) in in_chunks(session, select(Post), Post.content_hash, hashes):
        known.by_content.setdefault(post.content_hash, []).append(post)
    known.by_key = {key: known.by_id[post_id] for key, post_id in by_key.items()}
    return known


def _sightings(session: Session, source_id: int, keys: Iterable[str]) -> dict[str, Sighting]:
    # read anew even where the session knows them: their post may have got another row id since
    stmt = select(Sighting).where(Sighting.source_id == source_id).execution_options(populate_existing=True)
    return {row.entry_id: row for (row,) in in_chunks(session, stmt, Sighting.entry_id, keys)}


def known_addresses(session: Session, urls: Iterable[str]) -> frozenset[str]:
    """Those of the addresses, in canonical form, under which a post is known."""
    by_key = {_hash(url): url for url in urls}
    return frozenset(by_key[key] for (key,) in in_chunks(session, select(PostKey.key), PostKey.key, by_key))


def _keys(entry: PostInput) -> list[str]:
    names = [entry.guid, entry.url, *entry.urls]
    return [_hash(name) for name in dict.fromkeys(names) if name]


def _hash(text_: str) -> str:
    return hashlib.sha256(text_.encode("utf-8", "surrogatepass")).hexdigest()


_STATED = attrgetter(*(field.name for field in fields(PostInput)))


def _entry_hash(entry: PostInput) -> str:
    """Of all that the source states, so that an entry met again unchanged costs one comparison."""
    digest = hashlib.sha256()
    for value in _STATED(entry):
        data = value.encode() if isinstance(value, str) else repr(value).encode()
        digest.update(b"%d %d " % (isinstance(value, str), len(data)) + data)
    return digest.hexdigest()


def _cleaned(entry: PostInput) -> PostInput:
    """The entry as databases can hold it; nearly always it is that already."""
    texts = (entry.title, entry.text, entry.url, entry.guid, entry.author, entry.summary, entry.html, *entry.categories)
    if all(value is None or is_storable(value) for value in texts):
        return entry
    return replace(
        entry,
        title=storable(entry.title),
        text=storable(entry.text),
        url=storable_or_none(entry.url),
        guid=storable_or_none(entry.guid),
        author=storable_or_none(entry.author),
        summary=storable_or_none(entry.summary),
        html=storable_or_none(entry.html),
        categories=tuple(storable(name) for name in entry.categories),
    )


def _enclosure_json(enclosure: object) -> dict[str, object]:
    return {name: storable(value) if isinstance(value := getattr(enclosure, name), str) else value
            for name in ("url", "type", "length")}  # fmt: skip


# -- analysis --------------------------------------------------------------------------------------------------


def posts_to_analyze(
    session: Session, *, version: str, stale: bool, after_id: int | None = None, limit: int = 100
) -> tuple[PostForAnalysis, ...]:
    """Posts never analysed or changed since; with `stale` also those that another version analysed. By id."""
    stmt = select(Post).where(_wants_analysis(version, stale=stale)).order_by(Post.id).limit(limit)
    if after_id is not None:
        stmt = stmt.where(Post.id > after_id)
    return tuple(
        PostForAnalysis(row.id, row.public_id, row.title, row.text, row.published_at, row.content_hash)
        for row in session.scalars(stmt)
    )


def count_posts_to_analyze(session: Session, *, version: str, stale: bool) -> int:
    return session.scalar(select(func.count(Post.id)).where(_wants_analysis(version, stale=stale))) or 0


def _wants_analysis(version: str, *, stale: bool) -> ColumnElement[bool]:
    never = Post.analysis_version.is_(None)
    return or_(never, Post.analysis_version != version) if stale else never


def save_analysis(session: Session, post_id: int, analysis: AnalysisInput, *, version: str, content_hash: str) -> bool:
    """Replace all tags of a post and move its analysis version, in the caller's transaction.

    False, with nothing written, when the post is gone or was changed since it was read: it will be read again.
    """
    one_writer(session)
    post = session.get(Post, post_id)
    if post is None or post.content_hash != content_hash:
        return False
    _forget_analysis(session, post_id)
    ids = entity_store.save_entities(session, analysis.entities)
    above = entity_store.ancestors(session, ids.values())
    tokens = {token for token in post.tag_tokens.split() if token.startswith("sx")}
    direct = {ids[item.kind, item.slug]: item for item in analysis.post_entities}
    links: dict[int, PostEntity] = {}
    for entity_id, item in direct.items():
        links[entity_id] = PostEntity(entity_id=entity_id, post_id=post_id, salient=item.salient, direct=True)
        tokens.add(entity_token(item.kind, entity_id))
        for mention in item.mentions:
            session.add(
                Mention(
                    post_id=post_id,
                    entity_id=entity_id,
                    field=mention.field,
                    start=mention.start,
                    end=mention.end,
                    text=storable(mention.text),
                    rule=mention.rule,
                )
            )
    for entity_id, item in direct.items():
        for ancestor in above.get(entity_id, ()):
            tokens.add(entity_token(item.kind, ancestor))
            link = links.setdefault(
                ancestor, PostEntity(entity_id=ancestor, post_id=post_id, salient=False, direct=False)
            )
            if not link.direct:
                link.salient = link.salient or item.salient
    session.add_all(links.values())
    session.add_all(
        Timex(
            post_id=post_id, field=timex.field, start=timex.start, end=timex.end, text=storable(timex.text),
            type=timex.type, value=timex.value, begin=timex.begin, end_date=timex.end_date, rule=timex.rule,
        )
        for timex in analysis.timexes
    )  # fmt: skip
    for event in analysis.event_mentions:
        row = EventMention(
            post_id=post_id, type=event.type, status=event.status, value=event.date, begin=event.begin,
            end_date=event.end_date, field=event.field, start=event.start, end=event.end, quote=storable(event.quote),
            confidence=event.confidence, rule=event.rule,
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add_all(
            EventMentionSubject(entity_id=ids[subject], event_mention_id=row.id, position=position)
            for position, subject in enumerate(dict.fromkeys(event.subjects))
        )
        tokens |= {event_token(event.type), event_token(event.type, event.status)}
    post.tag_tokens = join_tokens(tokens)
    post.analysis_version = version
    session.flush()
    return True


def _forget_analysis(session: Session, post_id: int) -> None:
    """Remove a post's tags. The events that its mentions belonged to are stale until they are resolved again."""
    touched = select(EventMention.event_id).where(EventMention.post_id == post_id, EventMention.event_id.is_not(None))
    for event in session.scalars(select(Event).where(Event.id.in_(touched))):
        event.stale = True
    session.flush()
    mentions = select(EventMention.id).where(EventMention.post_id == post_id)
    session.execute(delete(EventMentionSubject).where(EventMentionSubject.event_mention_id.in_(mentions)))
    for table in (EventMention, Mention, Timex, PostEntity):
        session.execute(delete(table).where(table.post_id == post_id))


def counts(session: Session) -> Counts:
    """What the store holds."""
    by_kind = session.execute(
        select(Entity.kind, func.count(PostEntity.entity_id.distinct()))
        .join(PostEntity, PostEntity.entity_id == Entity.id)
        .where(PostEntity.direct)
        .group_by(Entity.kind)
    )
    return Counts(
        sources=session.scalar(select(func.count(Source.id))) or 0,
        posts=session.scalar(select(func.count(Post.id))) or 0,
        analyzed=session.scalar(select(func.count(Post.id)).where(Post.analysis_version.is_not(None))) or 0,
        entities=dict.fromkeys(KIND_LETTERS, 0) | {row[0]: row[1] for row in by_kind},
        events=session.scalar(select(func.count(Event.id))) or 0,
    )
