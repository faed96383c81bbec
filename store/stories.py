"""Stories: the candidates for one, what is decided on them, and stories as they are shown.

What is the same news is nlp's to say. Here its keys are looked up within bounds, so that a post costs the same among a
hundred others as among a million, and its decisions are kept.
"""

from __future__ import annotations

import math
import sys
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, Subquery, delete, func, insert, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from store.chunks import chunks, given_ids, in_chunks
from store.cursors import decode_cursor, encode_cursor
from store.database import one_writer
from store.models import (
    SLOTS_PER_SECOND,
    EventMention,
    EventMentionSubject,
    Mention,
    Post,
    PostEntity,
    Source,
    Story,
    StoryKey,
    StoryLink,
    StoryPost,
)
from store.records import (
    Page,
    PostLabel,
    PostQuery,
    PostStory,
    StoryGraph,
    StoryRecord,
    StoryReport,
    StoryText,
)
from store.text import storable
from store.views import summaries

NAMESPACE = uuid.UUID("0b0f5b0e-7d0c-5e2f-8a55-c1a9b4a3d6f7")
WINDOW = timedelta(days=30)  # news that is told again later is other news, unless it is copied word for word
NEAREST = 20  # posts looked at for a key, to either side in time: what a site says under all of its posts is everywhere
CANDIDATES = 24  # posts compared with one whole: those that share most keys with it
LARGEST = 300  # posts that are sorted into stories together; more copies of one thing keep what they have
Link = tuple[int, int, float]  # row ids of two posts, and how much alike they are
GATHERED = 5_000  # hits of which all stories are gathered; of more, stories are walked until a page is full
FEWEST_WALKED, MOST_WALKED = 50, 5_000  # stories looked at in one step
SHOWN = 50  # posts of a story in a list of stories

# -- candidates ------------------------------------------------------------------------------------------------


def save_story_keys(session: Session, keys: Mapping[int, Iterable[int]]) -> None:
    """Make these the keys of each post, by its row id."""
    one_writer(session)
    for some in chunks(keys):
        session.execute(delete(StoryKey).where(StoryKey.post_id.in_(some)))
    rows = [{"key": key, "post_id": post_id} for post_id, own in keys.items() for key in sorted(set(own))]
    if rows:
        session.execute(insert(StoryKey), rows)


def story_candidates(session: Session, post_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """For each post the posts that share keys with it and stand within `WINDOW` of it, those that share most first.

    Of a key that very many posts have the nearest in time count, of all that are found the first `CANDIDATES`.
    """
    span = int(WINDOW.total_seconds()) * SLOTS_PER_SECOND
    own, other = aliased(StoryKey), aliased(StoryKey)
    earliest = func.coalesce(_nth_before(own, span), own.post_id - span)
    latest = func.coalesce(_nth_after(own, span), own.post_id + span)
    stmt = (
        select(own.post_id, other.post_id, func.count())
        .join(other, (other.key == own.key) & other.post_id.between(earliest, latest))
        .where(other.post_id != own.post_id)
        .group_by(own.post_id, other.post_id)
    )
    votes: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for post_id, found, shared in in_chunks(session, stmt, own.post_id, post_ids):
        votes[post_id].append((-shared, abs(found - post_id), found))
    return {post_id: tuple(found for *_, found in sorted(some)[:CANDIDATES]) for post_id, some in votes.items()}


def _nth_before(own: type[StoryKey], span: int) -> ScalarSelect[int]:
    """Of the posts with the key that come before, the last one that is looked at; null where there are fewer."""
    near = aliased(StoryKey)
    inside = near.post_id.between(own.post_id - span, own.post_id - 1)
    return _nth(own, near, inside, near.post_id.desc())


def _nth_after(own: type[StoryKey], span: int) -> ScalarSelect[int]:
    near = aliased(StoryKey)
    inside = near.post_id.between(own.post_id + 1, own.post_id + span)
    return _nth(own, near, inside, near.post_id.asc())


def _nth(
    own: type[StoryKey], near: type[StoryKey], inside: ColumnElement[bool], order: ColumnElement[int]
) -> ScalarSelect[int]:
    stmt = select(near.post_id).where(near.key == own.key, inside).order_by(order).limit(1).offset(NEAREST - 1)
    return stmt.correlate(own).scalar_subquery()


def copies(session: Session, post_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """For each post the nearest `CANDIDATES` that have its title and text word for word, however far away in time."""
    hashes = dict(in_chunks(session, select(Post.id, Post.content_hash), Post.id, post_ids))
    found = {}
    for post_id, content_hash in hashes.items():
        copy = select(Post.id).where(Post.content_hash == content_hash, Post.analysis_version.is_not(None))
        before = session.scalars(copy.where(Post.id < post_id).order_by(Post.id.desc()).limit(CANDIDATES))
        after = session.scalars(copy.where(Post.id > post_id).order_by(Post.id).limit(CANDIDATES))
        nearest = sorted([*before, *after], key=lambda other: (abs(other - post_id), other))
        if nearest:
            found[post_id] = tuple(nearest[:CANDIDATES])
    return found


def story_reports(session: Session, post_ids: Iterable[int]) -> dict[int, tuple[StoryReport, ...]]:
    """What each of the posts says of resolved events; one that says nothing is not there."""
    stmt = select(
        EventMention.id,
        EventMention.post_id,
        EventMention.event_id,
        EventMention.status,
        EventMention.field,
        EventMention.start,
    ).where(EventMention.event_id.is_not(None))
    mentions = list(in_chunks(session, stmt, EventMention.post_id, post_ids))
    subjects = _subjects(session, [row.id for row in mentions])
    named = _named_in_titles(session, {row.post_id for row in mentions})
    found: dict[int, list[StoryReport]] = defaultdict(list)
    for mention_id, post_id, event_id, status, field, start in mentions:
        own = subjects.get(mention_id, [])
        found[post_id].append(
            StoryReport(
                post_id,
                event_id,
                status,
                field,
                start,
                subjects=tuple(entity_id for entity_id, _ in own),
                in_title=frozenset(entity_id for entity_id, _ in own if (post_id, entity_id) in named),
                is_salient=any(salient for _, salient in own),
            )
        )
    return {post_id: tuple(reports) for post_id, reports in found.items()}


def _subjects(session: Session, mention_ids: Iterable[int]) -> dict[int, list[tuple[int, bool]]]:
    """The subjects of each event mention in their order, and whether its post is about them."""
    of_post = (PostEntity.entity_id == EventMentionSubject.entity_id) & (PostEntity.post_id == EventMention.post_id)
    stmt = (
        select(EventMentionSubject.event_mention_id, EventMentionSubject.entity_id, PostEntity.salient)
        .join(EventMention, EventMention.id == EventMentionSubject.event_mention_id)
        .outerjoin(PostEntity, of_post)
        .order_by(EventMentionSubject.event_mention_id, EventMentionSubject.position)
    )
    found: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    for mention_id, entity_id, salient in in_chunks(session, stmt, EventMentionSubject.event_mention_id, mention_ids):
        found[mention_id].append((entity_id, bool(salient)))
    return found


def _named_in_titles(session: Session, post_ids: Iterable[int]) -> set[tuple[int, int]]:
    """Which entities the posts name in their titles: (post, entity)."""
    stmt = select(Mention.post_id, Mention.entity_id).where(Mention.field == "title").distinct()
    return {(post_id, entity_id) for post_id, entity_id in in_chunks(session, stmt, Mention.post_id, post_ids)}


def posts_on(session: Session, event_ids: Iterable[int]) -> set[int]:
    """Row ids of the posts that say something of one of the events."""
    rows = in_chunks(session, select(EventMention.post_id), EventMention.event_id, event_ids)
    return {post_id for (post_id,) in rows}


def publishing(session: Session, post_ids: Iterable[int]) -> dict[int, tuple[datetime | None, str]]:
    """When each of the posts was published, and its public id, by which those of one moment are told apart."""
    stmt = select(Post.id, Post.published_at, Post.public_id)
    return {
        post_id: (published, public_id) for post_id, published, public_id in in_chunks(session, stmt, Post.id, post_ids)
    }


def story_texts(session: Session, post_ids: Iterable[int]) -> tuple[StoryText, ...]:
    """The posts, the earliest first: the same order whichever came in first."""
    stmt = select(Post.id, Post.public_id, Post.title, Post.text, Post.published_at)
    found = [StoryText(*row) for row in in_chunks(session, stmt, Post.id, post_ids)]
    return tuple(sorted(found, key=_place))


def _place(post: StoryText) -> tuple[int, str]:
    """Of posts of one second the row ids tell which came in first, which must not matter."""
    return post.id // SLOTS_PER_SECOND, post.public_id


# -- what is decided -------------------------------------------------------------------------------------------


def replace_story_links(
    session: Session, post_ids: Iterable[int], links: Iterable[Link], *, least: float = 0.0, below: float = math.inf
) -> set[int]:
    """Make these the pairs of posts that report the same, of all pairs in which one of `post_ids` stands and which are
    alike in [`least`, `below`). A pair is there once: as the more alike where it is of another range as well.

    Returns the row ids of the posts of all pairs that have changed.
    """
    one_writer(session)
    there = {(a, b): alike for some in chunks(post_ids) for a, b, alike in _links_of(session, some)}
    wanted = {(min(a, b), max(a, b)): alike for a, b, alike in links}
    gone = {
        pair
        for pair, alike in there.items()
        if (least <= alike < below and wanted.get(pair) != alike) or (alike < least and pair in wanted)
    }
    come = {pair: alike for pair, alike in wanted.items() if pair not in there or pair in gone}
    for some in chunks(gone):
        session.execute(delete(StoryLink).where(tuple_(StoryLink.post_id, StoryLink.other_id).in_(some)))
    if come:
        session.execute(
            insert(StoryLink),
            [{"post_id": a, "other_id": b, "alike": alike} for (a, b), alike in sorted(come.items())],
        )
    return {place for pair in (*gone, *come) for place in pair}


def story_graph(session: Session, post_ids: Iterable[int]) -> StoryGraph:
    """All that is linked to the posts or to those of their stories, over any number of steps, with the links."""
    reached = set(post_ids)
    members = _members(session, _stories_of(session, reached).values()) - reached
    # of a story that has grown beyond all bounds, those that are nearest in time
    middle = sum(reached) // max(1, len(reached))
    reached.update(sorted(members, key=lambda place: abs(place - middle))[:LARGEST])
    links: dict[tuple[int, int], float] = {}
    frontier = reached
    bound = len(reached) + LARGEST
    while frontier and len(reached) < bound:
        found = {(a, b): alike for some in chunks(frontier) for a, b, alike in _links_of(session, some)}
        links |= found
        frontier = {place for pair in found for place in pair} - reached
        reached |= frontier
    linked = {place for pair in links for place in pair}
    return StoryGraph(tuple(sorted(reached)), story_texts(session, linked), tuple((*p, v) for p, v in links.items()))


def _links_of(session: Session, post_ids: Sequence[int]) -> Iterable[Link]:
    stmt = select(StoryLink.post_id, StoryLink.other_id, StoryLink.alike).where(_touches(post_ids))
    return [(a, b, alike) for a, b, alike in session.execute(stmt)]


def _touches(post_ids: Sequence[int]) -> ColumnElement[bool]:
    return or_(StoryLink.post_id.in_(post_ids), StoryLink.other_id.in_(post_ids))


def _stories_of(session: Session, post_ids: Iterable[int]) -> dict[int, int]:
    return dict(in_chunks(session, select(StoryPost.post_id, StoryPost.story_id), StoryPost.post_id, post_ids))


def _members(session: Session, story_ids: Iterable[int]) -> set[int]:
    rows = in_chunks(session, select(StoryPost.post_id), StoryPost.story_id, story_ids)
    return {post_id for (post_id,) in rows}


def replace_stories(
    session: Session, post_ids: Sequence[int], groups: Sequence[Sequence[int]], *, now: datetime
) -> None:
    """Make `groups` the stories of these posts, each given by its row ids, its earliest first; no other has one.

    A story keeps its id with the most of its posts; of stories that become one the oldest id stays. Doing it twice
    changes nothing.
    """
    one_writer(session)
    former = _stories_of(session, post_ids)
    if not former and not groups:
        return
    stories = {row.id: row for (row,) in in_chunks(session, select(Story), Story.id, former.values())}
    kept = _kept(groups, former)
    wanted: dict[int, int] = {}
    for place, group in enumerate(groups):
        story = stories[kept[place]] if place in kept else _new_story(session, group, now)
        stories[story.id] = story
        wanted |= dict.fromkeys(group, story.id)
    left = {post_id for post_id, story_id in former.items() if wanted.get(post_id) != story_id}
    joined = {post_id for post_id, story_id in wanted.items() if former.get(post_id) != story_id}
    for some in chunks(left):
        session.execute(delete(StoryPost).where(StoryPost.post_id.in_(some)))
    if joined:
        session.execute(
            insert(StoryPost), [{"post_id": post_id, "story_id": wanted[post_id]} for post_id in sorted(joined)]
        )
    for story_id in {former[post_id] for post_id in left} | {wanted[post_id] for post_id in joined}:
        stories[story_id].changed_at = now
    _settle(session, stories.values())


def _kept(groups: Sequence[Sequence[int]], former: Mapping[int, int]) -> dict[int, int]:
    """Which group goes on with which story: place in `groups` → row id of the story."""
    kept: dict[int, int] = {}
    shares = [Counter(former[post_id] for post_id in group if post_id in former) for group in groups]
    for story_id in sorted(set(former.values())):  # the oldest first
        free = [place for place, share in enumerate(shares) if share[story_id] and place not in kept]
        if free:
            kept[max(free, key=lambda place: (shares[place][story_id], -place))] = story_id
    return kept


def _new_story(session: Session, group: Sequence[int], now: datetime) -> Story:
    """A story named after its earliest post, so that the same posts in another database make the same story."""
    first = session.scalars(select(Post.public_id).where(Post.id == group[0])).one()
    public_id = str(uuid.uuid5(NAMESPACE, first))
    count = 1
    while session.scalar(select(Story.id).where(Story.public_id == public_id)) is not None:
        count += 1  # the post has left that story, which goes on without it
        public_id = str(uuid.uuid5(NAMESPACE, f"{first} {count}"))
    story = Story(public_id=public_id, first_post_id=group[0], changed_at=now)
    session.add(story)
    session.flush()
    return story


def _settle(session: Session, stories: Iterable[Story]) -> None:
    """Let each begin with its earliest post; a story of fewer than two is none."""
    by_id = {story.id: story for story in stories}
    stmt = select(StoryPost.story_id, Post.id, Post.public_id).join(Post, Post.id == StoryPost.post_id)
    members: dict[int, list[tuple[int, str, int]]] = {story_id: [] for story_id in by_id}
    for story_id, post_id, public_id in in_chunks(session, stmt, StoryPost.story_id, by_id):
        members[story_id].append((post_id // SLOTS_PER_SECOND, public_id, post_id))
    for story_id, posts in members.items():
        if len(posts) < 2:
            session.delete(by_id[story_id])
        elif by_id[story_id].first_post_id != (first := min(posts)[-1]):
            by_id[story_id].first_post_id = first
    session.flush()


def stories_with(session: Session, post_ids: Iterable[int]) -> frozenset[int]:
    """Row ids of the stories that the posts belong to."""
    return frozenset(_stories_of(session, post_ids).values())


def settle_stories(session: Session, story_ids: Iterable[int]) -> None:
    """After posts of these stories were removed: what is left of each goes on, unless it is one post."""
    _settle(session, [row for (row,) in in_chunks(session, select(Story), Story.id, story_ids)])


# -- stories as they are shown ---------------------------------------------------------------------------------


def list_stories(session: Session, query: PostQuery, *, limit: int, cursor: str | None = None) -> Page[StoryRecord]:
    """Stories of which a post matches the query, the one that was first told last at the top.

    Each with its posts, the earliest first, of which no more than `SHOWN` are given.

    Raises:
        QuerySyntaxError: `q` cannot be read.
        CursorError: the cursor is not one of this list.
    """
    from store.search.engine import compile_search, runner  # which ingest, which settles stories, does without

    place = None if cursor is None else _Place(*decode_cursor(cursor, "stories", int, int))
    if replace(query, today=None) == PostQuery():
        found = _newest(session, place, limit + 1)
    else:
        search = compile_search(session, query)
        posts = runner(session, search).newest(GATHERED + 1)
        if len(posts) <= GATHERED:
            found = _gathered(session, given_ids(session, posts), place, limit + 1)
        else:
            found = _walked(session, *search.hits(), place, limit + 1)
    shown = found[:limit]
    following = encode_cursor("stories", *shown[-1]) if len(found) > limit else None
    return Page(_story_records(session, [story_id for _, story_id in shown]), following)


class _Place(NamedTuple):
    """Where a story stands in the list of them, by its earliest post and its own row id; the greatest is the first."""

    first_post_id: int
    story_id: int


def _newest(session: Session, after: _Place | None, limit: int) -> list[_Place]:
    stmt = select(Story.first_post_id, Story.id).where(*_following(after))
    stmt = stmt.order_by(Story.first_post_id.desc(), Story.id.desc()).limit(limit)
    return [_Place(*row) for row in session.execute(stmt)]


def _following(after: _Place | None) -> list[ColumnElement[bool]]:
    if after is None:
        return []
    first, last_id = after
    # The one says no more than the other, but it is a range of the index.
    return [Story.first_post_id <= first, or_(Story.first_post_id < first, Story.id < last_id)]


def _gathered(session: Session, hits: Subquery, after: _Place | None, limit: int) -> list[_Place]:
    """The newest stories of which a post is one of the hits, found from all of these."""
    stmt = (
        select(Story.first_post_id, Story.id)
        .select_from(hits)
        .join(StoryPost, StoryPost.post_id == hits.c.id)
        .join(Story, Story.id == StoryPost.story_id)
        .where(*_following(after))
        .distinct()
    )
    places = sorted((_Place(*row) for row in session.execute(stmt)), reverse=True)
    return places[:limit]


def _walked(
    session: Session, hits: Select[Any], row_id: ColumnElement[int], after: _Place | None, limit: int
) -> list[_Place]:
    """The newest stories of which a post is a hit, found by looking at one after the other, for where there are so many
    hits that nearly every story has one.
    """
    newest = session.scalars(hits.order_by(row_id.desc()).limit(1)).one()
    top = _Place(newest, sys.maxsize)  # no story that begins later has a hit
    after = top if after is None else min(after, top)
    found: list[_Place] = []
    size = max(FEWEST_WALKED, 2 * limit)
    while len(found) < limit:
        some = _newest(session, after, size)
        members: dict[int, list[int]] = defaultdict(list)
        stmt = select(StoryPost.story_id, StoryPost.post_id)
        for story_id, post_id in in_chunks(session, stmt, StoryPost.story_id, [place.story_id for place in some]):
            members[story_id].append(post_id)
        every = [post_id for posts in members.values() for post_id in posts]
        matching = _hits_among(session, hits, row_id, every, close_to=some[0].first_post_id) if some else set()
        found += [place for place in some if not matching.isdisjoint(members[place.story_id])]
        if len(some) < size:
            break
        after, size = some[-1], min(2 * size, MOST_WALKED)
    return found[:limit]


def _hits_among(
    session: Session, hits: Select[Any], row_id: ColumnElement[int], post_ids: Sequence[int], *, close_to: int
) -> set[int]:
    """Which of the posts are hits; perhaps with other hits.

    Up to `close_to` they stand close together, and the hits of that time are read in a row, which takes a fraction of
    looking for each; those that came later are looked for.
    """
    found = set(session.scalars(hits.where(row_id >= min(post_ids), row_id <= close_to)))
    for some in chunks(post_id for post_id in post_ids if post_id > close_to):
        found.update(session.scalars(hits.where(row_id.in_(some))))
    return found


def _story_records(session: Session, ids: Sequence[int]) -> tuple[StoryRecord, ...]:
    rows = {row.id: row for row in session.scalars(select(Story).where(Story.id.in_(ids)))}
    stmt = (
        select(StoryPost.story_id, Post.id, Post.public_id, Post.source_id)
        .join(Post, Post.id == StoryPost.post_id)
        .where(StoryPost.story_id.in_(ids))
    )
    members: dict[int, list[tuple[int, str, int, int | None]]] = defaultdict(list)
    for story_id, post_id, public_id, source_id in session.execute(stmt):
        members[story_id].append((post_id // SLOTS_PER_SECOND, public_id, post_id, source_id))
    placed = {story_id: sorted(posts, key=lambda post: post[:2]) for story_id, posts in members.items()}
    wanted = [post[2] for posts in placed.values() for post in posts[:SHOWN]]
    shown = {post.row_id: post for post in summaries(session, wanted)}
    return tuple(
        StoryRecord(
            id=row.public_id,
            changed=row.changed_at,
            sources=len({source_id for *_, source_id in placed[row.id]}),
            total=len(placed[row.id]),
            posts=tuple(shown[post[2]] for post in placed[row.id][:SHOWN]),
        )
        for row in (rows[story_id] for story_id in ids)
        if row.id in placed
    )


def story_of(session: Session, public_id: str) -> PostStory | None:
    """The story of the post with this public id, and its other posts, the earliest first; None when it stands alone."""
    own = select(Post.id).where(Post.public_id == storable(public_id)).scalar_subquery()
    belongs = select(StoryPost.story_id).where(StoryPost.post_id == own)
    story = session.scalar(select(Story).where(Story.id.in_(belongs)))
    if story is None:
        return None
    stmt = (
        select(Post.id, Post.public_id, Post.url, Post.title, Post.published_at, Source)
        .join(StoryPost, StoryPost.post_id == Post.id)
        .outerjoin(Source, Source.id == Post.source_id)
        .where(StoryPost.story_id == story.id, Post.id != own)
        .order_by(Post.id)
        .limit(SHOWN)
    )
    rows = sorted(session.execute(stmt).all(), key=lambda row: (row[0] // SLOTS_PER_SECOND, row[1]))
    return PostStory(
        id=story.public_id,
        others=tuple(
            PostLabel(
                id=post_id,
                url=url,
                title=title,
                source_id=source.public_id if source else None,
                source_name=(source.name or source.title or source.url) if source else None,
                published=published,
            )
            for _, post_id, url, title, published, source in rows
        ),
    )
