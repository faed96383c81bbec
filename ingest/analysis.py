"""Has stored posts tagged, their event mentions resolved and their stories told, batch by batch; maps nlp's values to
the store's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING, Protocol

import structlog

from ingest.events import settle_events
from ingest.stories import compare, retell
from store.database import Database
from store.errors import StoreError
from store.posts import count_posts_to_analyze, posts_to_analyze, save_analysis
from store.records import (
    AnalysisInput,
    EntityInput,
    EntityKind,
    EventMentionRecord,
    MentionRecord,
    PostEntityInput,
    PostForAnalysis,
    TimexRecord,
)
from store.resolution import any_stale_events
from store.stories import posts_on

if TYPE_CHECKING:  # nlp brings spaCy with it, which a run without analysis need not wait for
    from nlp.annotations import Analysis, EntityRef, PostText, TaggedEntity

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
            settle_stale(database, now=now())
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
        changed = settle_events(session, stored, now=now)
        retell(session, desk, posts_on(session, changed), now=now)
    return len(stored)


def settle_stale(database: Database, *, now: datetime) -> None:
    """Resolve again the events that lost a mention with a post that was removed, or whose posts belong to another
    source now, where no new post has come to it. That needs no tagger.
    """
    with database.read() as session:
        if not any_stale_events(session):
            return
    with database.write() as session:
        settle_events(session, (), now=now)


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
