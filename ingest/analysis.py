"""Has stored posts tagged, their event mentions resolved and their stories told, batch by batch; maps nlp's values to
the store's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING, Protocol, cast

import structlog

from ingest.stories import compare, retell
from store.database import Database
from store.errors import StoreError
from store.posts import count_posts_to_analyze, posts_to_analyze, save_analysis
from store.records import (
    AnalysisInput,
    ConflictSide,
    DateChange,
    EntityInput,
    EntityKind,
    EventDate,
    EventInput,
    EventMentionRecord,
    EventMentionRow,
    MentionRecord,
    PostEntityInput,
    PostForAnalysis,
    TimexRecord,
)
from store.resolution import any_stale_events, event_mentions_around, replace_events
from store.stories import posts_on
from store.timelines import precision_of

if TYPE_CHECKING:  # nlp brings spaCy with it, which a run without analysis need not wait for
    from nlp.annotations import Analysis, EntityRef, EventType, PostText, TaggedEntity

BATCH = 50  # posts in a transaction: seconds of tagging, and what a kill costs

# what is under way ("sources" or "posts"), how much is done, and how much there is
Progress = Callable[[str, int, int], None]

log = structlog.get_logger()


class Tagger(Protocol):
    """What is asked of nlp.pipeline.Tagger."""

    version: str

    def tag(self, post: PostText) -> Analysis: ...

    def tag_many(self, posts: Sequence[PostText]) -> Iterator[Analysis]: ...


@dataclass(frozen=True, slots=True)
class AnalysisSummary:
    """How many posts were tagged, and how many could not be: those are logged, and tried again the next time."""

    analyzed: int = 0
    failed: int = 0


def any_posts_to_analyze(database: Database) -> bool:
    """Whether there are posts that were never tagged, or have changed since."""
    with database.read() as session:
        return count_posts_to_analyze(session, version="", stale=False) > 0


def analyze_pending(
    database: Database,
    tagger: Tagger,
    *,
    now: Callable[[], datetime],
    stale: bool = False,
    everything: bool = False,
    batch: int = BATCH,
    progress: Progress | None = None,
) -> AnalysisSummary:
    """Tag the posts that were never tagged or have changed since, and resolve the events that they tell of.

    With `stale` also those that another version of catalogue, model or code has tagged, with `everything` all.
    May be stopped at any moment: what is left is pending the next time.
    """
    steps = analyze_batches(
        database, tagger, now=now, stale=stale, everything=everything, batch=batch, progress=progress
    )
    return reduce(lambda _, summary: summary, steps, AnalysisSummary())


def analyze_batches(
    database: Database,
    tagger: Tagger,
    *,
    now: Callable[[], datetime],
    stale: bool = False,
    everything: bool = False,
    batch: int = BATCH,
    progress: Progress | None = None,
) -> Iterator[AnalysisSummary]:
    """As `analyze_pending`, a step at a time: the summary so far after each batch, which is then stored."""
    # no version is empty, so that to this one every post is stale
    version, stale = ("", True) if everything else (tagger.version, stale)
    with database.read() as session:
        total = count_posts_to_analyze(session, version=version, stale=stale)
    done = failed = 0
    after_id: int | None = None
    while True:
        with database.read() as session:
            posts = posts_to_analyze(session, version=version, stale=stale, after_id=after_id, limit=batch)
        if not posts:
            _settle(database, now=now())
            return
        after_id = posts[-1].id  # past those that fail as well: each is tried once a run
        tagged = _tag(tagger, posts)
        failed += len(posts) - len(tagged)
        try:
            done += _store(database, tagged, version=tagger.version, now=now())
        except StoreError:
            raise  # nothing of the next batch could be stored either
        except Exception:  # a fault in mapping or resolving: this batch is rolled back, the next may be well
            log.exception("analysis_failed", posts=[post.public_id for post, _ in tagged])
            failed += len(tagged)
        if progress is not None:
            progress("posts", done + failed, max(total, done + failed))
        yield AnalysisSummary(done, failed)


def _tag(tagger: Tagger, posts: Sequence[PostForAnalysis]) -> list[tuple[PostForAnalysis, Analysis]]:
    """The posts with their analyses; a post that the tagger fails on is logged and left out."""
    from nlp.annotations import PostText
    from nlp.one_by_one import tag_each

    texts = [PostText(post.title, post.text, post.published) for post in posts]
    analyses = tag_each(tagger, texts, [post.public_id for post in posts])
    return [(post, found) for post, found in zip(posts, analyses, strict=True) if found is not None]


def _store(
    database: Database, tagged: Sequence[tuple[PostForAnalysis, Analysis]], *, version: str, now: datetime
) -> int:
    """Write tags, events and stories in one transaction: a post's version never moves without what follows from it."""
    if not tagged:
        return 0
    with database.write() as session:
        stored = [
            post.id
            for post, analysis in tagged
            if save_analysis(
                session, post.id, to_analysis_input(analysis), version=version, content_hash=post.content_hash
            )
        ]
        analyzed = set(stored)
        desk = compare(session, [post for post, _ in tagged if post.id in analyzed])
        # after who has whose words, which events ask, and before who reports the same event, which stories ask
        rows = event_mentions_around(session, stored)
        changed = replace_events(session, [row.id for row in rows], resolve_rows(rows), now=now)
        retell(session, desk, posts_on(session, changed), now=now)
    return len(stored)


def _settle(database: Database, *, now: datetime) -> None:
    """Resolve again the events that lost a mention with a post that was removed, where no new post has come to it."""
    with database.read() as session:
        if not any_stale_events(session):
            return
    with database.write() as session:
        rows = event_mentions_around(session, ())
        replace_events(session, [row.id for row in rows], resolve_rows(rows), now=now)


def resolve_rows(rows: Sequence[EventMentionRow]) -> list[EventInput]:
    """The events that stored mentions tell of, as the store takes them."""
    from nlp.resolve import ResolverMention, resolve_events

    mentions = (
        ResolverMention(
            id=row.id,
            post=row.post_public_id,
            source=row.source_id,
            content_hash=row.content_hash,
            reported=row.published or row.first_seen,
            type=cast("EventType", row.type),
            status=row.status,
            date=row.date,
            begin=row.begin,
            end=row.end_date,
            subjects=row.subjects,
            names=row.names,
            confidence=row.confidence,
            copies=frozenset(row.copies),
            version=row.version,
        )
        for row in rows
    )
    return [
        EventInput(
            public_id=event.id,
            type=event.type,
            status=event.status,
            title=event.title,
            date=EventDate(event.date, event.begin, event.end, precision_of(event.date), event.basis),
            subjects=event.subjects,
            confidence=event.confidence,
            sources=event.sources,
            first_reported=event.first_reported,
            mention_ids=event.mention_ids,
            history=tuple(
                DateChange(change.value, change.reported, change.post, change.moved_days) for change in event.history
            ),
            last_reported=event.last_reported,
            slipped_days=event.slipped_days,
            revisions=event.revisions,
            conflict=tuple(
                ConflictSide(side.value, side.begin, side.end, side.status, side.posts) for side in event.conflict
            ),
        )
        for event in resolve_events(mentions)
    ]


# -- nlp's values as the store takes them ------------------------------------------------------------------------


def to_analysis_input(analysis: Analysis) -> AnalysisInput:
    """An analysis as store's input: entities with their ancestors, parents first, and events by (kind, slug)."""
    tagged = (*analysis.products, *analysis.organizations, *analysis.tlds)
    entities: dict[tuple[EntityKind, str], EntityInput] = {}
    for entity in tagged:
        parent: str | None = None
        for ancestor in entity.ancestors:
            entities.setdefault((ancestor.kind, ancestor.slug), _ancestor_input(ancestor, parent))
            parent = ancestor.slug
        entities[entity.kind, entity.slug] = _entity_input(entity, parent)
    kinds = {slug: (kind, slug) for kind, slug in reversed(entities)}  # of equal slugs the product's goes first
    return AnalysisInput(
        entities=tuple(entities.values()),
        post_entities=tuple(
            PostEntityInput(
                entity.kind,
                entity.slug,
                entity.salient,
                tuple(MentionRecord(m.field, m.start, m.end, m.text, m.rule) for m in entity.mentions),
            )
            for entity in tagged
        ),
        timexes=tuple(
            TimexRecord(t.field, t.start, t.end, t.text, t.type, t.value, t.begin, t.end_date, t.rule)
            for t in analysis.timexes
        ),
        event_mentions=tuple(
            EventMentionRecord(
                type=event.type,
                status=event.status,
                date=event.date,
                begin=event.begin,
                end_date=event.end_date,
                subjects=tuple(kinds[slug] for slug in event.subjects if slug in kinds),
                field=event.evidence.field,
                start=event.evidence.start,
                end=event.evidence.end,
                quote=event.evidence.text,
                confidence=event.confidence,
                rule=event.rule,
            )
            for event in analysis.events
        ),
    )


def _entity_input(entity: TaggedEntity, parent: str | None) -> EntityInput:
    return EntityInput(entity.kind, entity.slug, entity.name, entity.known, parent, entity.vendor, entity.aliases)


def _ancestor_input(entity: EntityRef, parent: str | None) -> EntityInput:
    return EntityInput(entity.kind, entity.slug, entity.name, entity.known, parent, entity.vendor, entity.aliases)
