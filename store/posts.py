"""Posts: entries in, each stored once; analysis in; a post with everything known about it out.

An entry is known again by its id in its source; the same post met elsewhere by a guid that is unique in the world, by
any address it is known under, or by equal title, minute and content. It is then one more *sighting* of that post.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from store import entities as entity_store
from store.arrivals import note_arrival
from store.bulk import insert_rows
from store.chunks import in_chunks
from store.database import one_writer
from store.indexing import index_held, index_posts
from store.mention_places import places_of, replace_mention_places
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
from store.resolution import unsettle_events
from store.sources import NAMESPACE
from store.spans import span_tokens
from store.text import is_storable, storable, storable_or_none
from store.tokens import (
    AUTHOR,
    KIND_LETTERS,
    OF_SIGHTINGS,
    about_token,
    author_tokens,
    entity_token,
    event_token,
    join_tokens,
    source_token,
    status_token,
)

FUTURE_TOLERANCE = timedelta(days=1)
SAME_MINUTE = timedelta(seconds=60)
MAX_REPEATED = 2_000  # entries of a feed; most show fewer than a hundred


def save_entries(session: Session, source: SourceRecord, entries: Sequence[PostInput], *, now: datetime) -> SaveResult:
    """Store what a source states, each post once, and say what was new and what had changed.

    Doing it twice changes nothing. `updated` counts posts whose title or text is another now; their earlier state is
    kept as a revision.
    """
    return save_visits(session, [(source, entries)], now=now)[0]


def save_visits(
    session: Session, visits: Sequence[tuple[SourceRecord, Sequence[PostInput]]], *, now: datetime
) -> list[SaveResult]:
    """As `save_entries`, for what several sources state, in their order: together that takes half the time."""
    if not any(entries for _, entries in visits):
        return [SaveResult(0, 0) for _ in visits]
    one_writer(session)
    incoming = [item for source, entries in visits if entries for item in _incoming(session, source, entries)]
    writer = _Writer(session, now, _posts_met_before(session, incoming))
    writer.expect([item for item in incoming if item.sighting is None])
    for item in incoming:
        writer.save(item)
    writer.insert_pending()
    writer.index_inserted()
    session.flush()
    return [writer.tallies[source.id].done() for source, entries in visits]


@dataclass(frozen=True, slots=True)
class _Incoming:
    """An entry that its source states for the first time, or otherwise than before."""

    source: SourceRecord
    key: str  # of the entry in its source
    entry: PostInput
    entry_hash: str
    names: tuple[str, ...]  # hashes of what it is known by in the world
    public_id: str  # of the post that it may become
    sighting: Sighting | None


def _incoming(session: Session, source: SourceRecord, entries: Sequence[PostInput]) -> Iterator[_Incoming]:
    batch = {_hash(entry.entry_id): entry for entry in reversed(entries)}  # the first of equals wins
    sightings = _sightings(session, source.id, batch)
    for key, stated in batch.items():
        sighting = sightings.get(key)
        entry_hash = stated.digest or _entry_hash(_cleaned(stated))
        if sighting is None or sighting.entry_hash != entry_hash:
            entry = _cleaned(stated)
            names = tuple(_keys(entry))
            yield _Incoming(source, key, entry, entry_hash, names, _public_id(source, entry), sighting)


@dataclass(slots=True)
class _Tally:
    """What storing one source's entries did so far."""

    new: int = 0
    updated: int = 0
    first_met: int = 0  # of the posts that other sources had
    to_analyze: list[int] = field(default_factory=list)

    def done(self) -> SaveResult:
        return SaveResult(self.new, self.updated, tuple(self.to_analyze), self.new + self.first_met)


class _Writer:
    """The state of one batch. New posts are inserted together, which takes a fifth of the time of one by one."""

    def __init__(self, session: Session, now: datetime, posts: _KnownPosts) -> None:
        self._session = session
        self._now = now
        self._posts = posts
        self._taken: set[int] = set()
        self._free: set[int] = set()  # first row ids of seconds in which there is no post yet
        self._given_away: set[str] = set()  # public ids that other posts have
        self._pending: list[dict[str, Any]] = []
        self._pending_names: dict[str, int] = {}
        self._pending_contents: set[str] = set()
        self._sightings: list[dict[str, Any]] = []
        self._unindexed: list[int] = []
        self.tallies: defaultdict[int, _Tally] = defaultdict(_Tally)

    def expect(self, incoming: Sequence[_Incoming]) -> None:
        """Ask at once what else would be asked for each of the entries that may become posts."""
        first_ids = {self._first_id(item.entry) for item in incoming}
        rows = in_chunks(self._session, select(Post.id), Post.id, first_ids)
        self._free = first_ids - {row[0] for row in rows}
        public_ids = {item.public_id for item in incoming}
        rows = in_chunks(self._session, select(Post.public_id), Post.public_id, public_ids)
        self._given_away = {row[0] for row in rows}

    def save(self, item: _Incoming) -> None:
        entry = item.entry
        if entry.content_hash in self._pending_contents or not self._pending_names.keys().isdisjoint(item.names):
            inserted = [row["id"] for row in self._pending]
            self.insert_pending()  # it may be another sighting of one of those
            self._posts.learn(self._session, inserted)
        post = self._posts.of(item)
        if post is None:
            self._prepare(item)
            self._sightings.append(self._sighting(item, self._pending[-1]["id"]))
            return
        self.index_inserted()  # what is changed must be in the index before
        self._apply(post, item)
        for name in item.names:
            if name not in self._posts.by_key:
                self._posts.by_key[name] = post
                self._session.add(PostKey(key=name, post_id=post.id))
        if item.sighting is None:
            self._session.add(Sighting(**self._sighting(item, post.id)))
            tokens, own = set(post.tag_tokens.split()), source_token(item.source.id)
            self.tallies[item.source.id].first_met += own not in tokens  # an id that changes at each visit is no news
            post.tag_tokens = join_tokens(tokens | {own})
        else:
            item.sighting.entry_hash = item.entry_hash

    def insert_pending(self) -> None:
        """Insert the new posts so far, with their keys and sightings."""
        names = [{"key": name, "post_id": post_id} for name, post_id in self._pending_names.items()]
        self._unindexed += [row["id"] for row in self._pending]
        with index_held(self._session):
            insert_rows(self._session, "post", self._pending)
        insert_rows(self._session, "post_key", names)
        insert_rows(self._session, "sighting", self._sightings)
        self._pending, self._sightings = [], []
        self._pending_names, self._pending_contents = {}, set()

    def index_inserted(self) -> None:
        """Have the inserted posts found by their words."""
        index_posts(self._session, self._unindexed)
        self._unindexed = []

    def _sighting(self, item: _Incoming, post_id: int) -> dict[str, Any]:
        return {
            "source_id": item.source.id,
            "entry_id": item.key,
            "post_id": post_id,
            "entry_hash": item.entry_hash,
            "first_seen_at": self._now,
        }

    def _prepare(self, item: _Incoming) -> None:
        """Have the entry inserted as a post, with others."""
        source, entry = item.source, item.entry
        row_id = self._row_id(entry)
        public_id = item.public_id
        if public_id in self._given_away:  # the identity was another post's once
            public_id = _public_id(source, entry, f" {row_id}")
        self._given_away.add(public_id)
        self._pending.append(
            {
                "id": row_id,
                "public_id": public_id,
                "source_id": source.id,
                "owner_rank": rank(source, entry),
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
                "tag_tokens": join_tokens((source_token(source.id), *author_tokens(entry.author))),
            }
        )
        self._pending_names.update(dict.fromkeys(item.names, row_id))
        self._pending_contents.add(entry.content_hash)
        tally = self.tallies[source.id]
        tally.new += 1
        tally.to_analyze.append(row_id)

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
                    self._free.discard(free)
                    return free
            candidate += span

    def _place(self, entry: PostInput) -> datetime | None:
        """When it was published, unless that cannot be: such a post stands where it was seen."""
        instant = entry.published
        if instant is None or instant > self._now + FUTURE_TOLERANCE or instant.year < 1971:
            return None
        return instant

    def _redate(self, post: Post, entry: PostInput, tally: _Tally) -> None:
        """Give the post the entry's date. Its row id goes with it, and by cascade all that hangs on the post.

        Until it is tagged again its mentions are resolved with that date.
        """
        unsettle_events(self._session, [post.id])
        post.published_at, post.published_precision = entry.published, entry.published_precision
        _analyze_again(post, tally)  # what it says of "next week" had another anchor, or none
        self._move(post, entry, tally)
        replace_mention_places(self._session, post)

    def _move(self, post: Post, entry: PostInput, tally: _Tally) -> None:
        """Give the post a row id of its date."""
        instant = self._place(entry)
        if instant is None or post.id // SLOTS_PER_SECOND == int(instant.timestamp()):
            return
        self._session.flush()  # what was made for it has its former id
        tally.to_analyze.remove(post.id)
        post.id = self._row_id(entry)
        self._session.flush()
        tally.to_analyze.append(post.id)

    def _apply(self, post: Post, item: _Incoming) -> None:
        """What a further sighting changes: everything when its source may, else only what is missing."""
        source, entry, tally = item.source, item.entry, self.tallies[item.source.id]
        entry_rank = rank(source, entry)
        owns = post.source_id == source.id or post.source_id is None
        changed = self._fill(post, entry, tally)
        if owns or entry_rank > post.owner_rank:
            changed = self._replace(post, entry, tally) or changed
            if post.source_id != source.id:
                unsettle_events(self._session, [post.id])  # they count who tells of them
            post.source_id, post.owner_rank = source.id, entry_rank
        if changed:
            post.tag_tokens = join_tokens(_without_author(post.tag_tokens) | set(author_tokens(post.author)))
            post.changed_at = self._now

    def _fill(self, post: Post, entry: PostInput, tally: _Tally) -> bool:
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
            self._redate(post, entry, tally)
            changed = True
        return changed

    def _replace(self, post: Post, entry: PostInput, tally: _Tally) -> bool:
        changed = False
        if entry.is_beginning and len(entry.text) < len(post.text):
            # with another title the hash is another's, so that the change is kept and tagged
            hash_ = post.content_hash if entry.title == post.title else entry.content_hash
            entry = replace(entry, text=post.text, html=post.html, content_hash=hash_)
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
            tally.updated += 1
            unsettle_events(self._session, [post.id])  # they ask who has whose words
            _analyze_again(post, tally)
        elif (post.title, post.text) != (entry.title, entry.text):
            _analyze_again(post, tally)  # offsets move with the white space
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
            self._redate(post, entry, tally)
            changed = True
        for name, value in stated.items():
            if getattr(post, name) != value:
                setattr(post, name, value)
                changed = True
        return changed


def _analyze_again(post: Post, tally: _Tally) -> None:
    post.analysis_version = None
    if post.id not in tally.to_analyze:
        tally.to_analyze.append(post.id)


def _public_id(source: SourceRecord, entry: PostInput, suffix: str = "") -> str:
    identity = entry.guid or entry.url or f"{source.url} {entry.entry_id}"
    # as uuid.uuid5 makes it (RFC 9562, 5.5), in a fifth of the time
    digest = bytearray(
        hashlib.sha1(NAMESPACE.bytes + f"post {identity}{suffix}".encode(), usedforsecurity=False).digest()
    )
    digest[6], digest[8] = digest[6] & 0x0F | 0x50, digest[8] & 0x3F | 0x80
    name = digest.hex()
    return f"{name[:8]}-{name[8:12]}-{name[12:16]}-{name[16:20]}-{name[20:32]}"


def rank(source: SourceRecord, entry: PostInput) -> int:
    """How much a source's word counts for a post: its own site before others, then a feed before a page."""
    own = _host(entry.url)
    at_home = own is not None and own in {_host(source.url), _host(source.site_url)}
    return 2 * at_home + (source.kind == "feed")


_HOST = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?(?:www\.)?([^/?#@]+)", re.IGNORECASE)


def _host(url: str | None) -> str | None:
    """Host and port, without www."""
    match = _HOST.match(url) if url else None
    return match[1].lower() if match else None


class _KnownPosts:
    """The posts that a batch may be sightings of."""

    def __init__(self) -> None:
        self.by_id: dict[int, Post] = {}
        self.by_key: dict[str, Post] = {}
        self.by_content: dict[str, list[Post]] = {}

    def of(self, item: _Incoming) -> Post | None:
        entry = item.entry
        if item.sighting is not None:
            return self.by_id[item.sighting.post_id]
        for name in item.names:
            if name in self.by_key:
                return self.by_key[name]
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


def _posts_met_before(session: Session, incoming: Sequence[_Incoming]) -> _KnownPosts:
    known = _KnownPosts()
    names = {name for item in incoming for name in item.names}
    by_key = dict(in_chunks(session, select(PostKey.key, PostKey.post_id), PostKey.key, names))
    seen = {item.sighting.post_id for item in incoming if item.sighting is not None}
    hashes = {item.entry.content_hash for item in incoming if item.sighting is None}
    for (post,) in in_chunks(session, select(Post), Post.id, seen | set(by_key.values())):
        known.by_id[post.id] = post
    # without a date they are nobody's copy, see `of`: a feed that is new at each visit has thousands of them
    dated = select(Post).where(Post.published_at.is_not(None))
    for (post,) in in_chunks(session, dated, Post.content_hash, hashes):
        known.by_content.setdefault(post.content_hash, []).append(post)
    known.by_key = {key: known.by_id[post_id] for key, post_id in by_key.items()}
    return known


def _sightings(session: Session, source_id: int, keys: Iterable[str]) -> dict[str, Sighting]:
    # read anew even where the session knows them: their post may have got another row id since
    stmt = select(Sighting).where(Sighting.source_id == source_id).execution_options(populate_existing=True)
    return {row.entry_id: row for (row,) in in_chunks(session, stmt, Sighting.entry_id, keys)}


def stated_before(session: Session, source_id: int) -> frozenset[str]:
    """The digests of what a source stated, of the entries that it stated first last: as many as any feed repeats."""
    latest = select(Sighting.entry_hash).where(Sighting.source_id == source_id).order_by(Sighting.id.desc())
    return frozenset(session.scalars(latest.limit(MAX_REPEATED)))


def known_addresses(session: Session, urls: Iterable[str]) -> frozenset[str]:
    """Those of the addresses, in canonical form, under which a post is known."""
    by_key = {_hash(url): url for url in urls}
    return frozenset(by_key[key] for (key,) in in_chunks(session, select(PostKey.key), PostKey.key, by_key))


def known_to_source(session: Session, source_id: int, entries: Sequence[PostInput]) -> frozenset[str]:
    """The ids of those entries whose posts the source has stated already, by these ids or by any of their names."""
    by_id = {_hash(entry.entry_id): entry.entry_id for entry in entries}
    by_key = {key: entry.entry_id for entry in entries for key in _keys(entry)}
    sighted = select(Sighting.entry_id).where(Sighting.source_id == source_id)
    named = (
        select(PostKey.key).join(Sighting, Sighting.post_id == PostKey.post_id).where(Sighting.source_id == source_id)
    )
    return frozenset(
        [by_id[key] for (key,) in in_chunks(session, sighted, Sighting.entry_id, by_id)]
        + [by_key[key] for (key,) in in_chunks(session, named, PostKey.key, by_key)]
    )


def _keys(entry: PostInput) -> list[str]:
    names = [entry.guid, entry.url, *entry.urls]
    return [_hash(name) for name in dict.fromkeys(names) if name]


def _hash(text_: str) -> str:
    return hashlib.sha256(text_.encode("utf-8", "surrogatepass")).hexdigest()


_STATED = attrgetter(*(stated.name for stated in fields(PostInput) if stated.name != "digest"))


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
    if is_storable(" ".join(filter(None, texts))):
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


def _without_author(tag_tokens: str) -> set[str]:
    return {token for token in tag_tokens.split() if not token.startswith(AUTHOR)}


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
    tokens = {token for token in post.tag_tokens.split() if token.startswith(OF_SIGHTINGS)}
    direct = {ids[item.kind, item.slug]: item for item in analysis.post_entities}
    links: dict[int, PostEntity] = {}
    for entity_id, item in direct.items():
        links[entity_id] = PostEntity(entity_id=entity_id, post_id=post_id, salient=item.salient, direct=True)
        for named in (entity_id, *above.get(entity_id, ())):
            tokens.add(entity_token(item.kind, named))
            if item.salient:
                tokens.add(about_token(item.kind, named))
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
        subjects = list(dict.fromkeys(ids[subject] for subject in event.subjects))
        session.add_all(
            EventMentionSubject(entity_id=entity_id, event_mention_id=row.id, position=position)
            for position, entity_id in enumerate(subjects)
        )
        session.add_all(places_of(row, subjects, (post.published_at or post.first_seen_at).date()))
        tokens |= {event_token(event.type), event_token(event.type, event.status), status_token(event.status)}
    for timex in analysis.timexes:
        if timex.begin is not None and timex.end_date is not None:
            tokens |= span_tokens(timex.begin, timex.end_date)
    post.tag_tokens = join_tokens(tokens)
    post.analysis_version = version
    session.flush()
    note_arrival(session, post_id)
    return True


def _forget_analysis(session: Session, post_id: int) -> None:
    """Remove a post's tags. The events that its mentions belonged to are stale until they are resolved again."""
    unsettle_events(session, [post_id])
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
