"""Stored posts are tagged batch by batch, and what nlp says arrives in the store as it was said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

import pytest

from ingest.analysis import AnalysisSummary, analyze_batches, analyze_pending, to_analysis_input
from nlp.annotations import (
    Analysis,
    EntityRef,
    EventMention,
    Evidence,
    Mention,
    PostText,
    TaggedEntity,
    Timex,
)
from store.database import Database
from store.posts import counts, posts_to_analyze, save_entries
from store.records import EntityInput, PostQuery, TimelineQuery
from store.search import search_posts
from store.timelines import timeline
from tests.ingest.factories import NOW, add
from tests.store.factories import make_entry

TITLE = "Panel 9 is released on 3 March 2026"
PANEL = EntityRef("product", "panel", "Panel", aliases=("Acme Panel",), vendor="acme")
SPAN = Mention("title", 0, 7, "Panel 9", "names")


def analysis_of(post: PostText) -> Analysis:
    day = date(2026, 3, 3)
    return Analysis(
        products=(
            TaggedEntity("product", "panel-9", "Panel 9", True, True, (SPAN,), vendor="acme", ancestors=(PANEL,)),
        ),
        organizations=(TaggedEntity("organization", "acme", "Acme", False, False, ()),),
        timexes=(Timex("title", 23, 35, "3 March 2026", "DATE", "2026-03-03", day, date(2026, 3, 4), "dmy"),),
        events=(
            EventMention(
                "release", "happened", "2026-03-03", day, date(2026, 3, 4), ("panel-9", "acme", "nobody"),
                Evidence("title", 0, 35, post.title), 0.9, "is-released",
            ),
        ),
    )  # fmt: skip


class CountingTagger:
    """Says the same of every post and counts them; `fails` after so many, as a killed run would."""

    def __init__(self, version: str = "1", fails_after: int = 10**9) -> None:
        self.version = version
        self.left = fails_after
        self.tagged = 0

    def tag(self, post: PostText) -> Analysis:
        if self.left <= 0:
            raise KeyboardInterrupt
        self.left -= 1
        self.tagged += 1
        return analysis_of(post)

    def tag_many(self, posts: Sequence[PostText]) -> Iterator[Analysis]:
        return map(self.tag, posts)


@pytest.fixture
def stored(database: Database) -> Database:
    """A database with thirty posts."""
    source = add(database, "http://wire.example/feed")
    with database.write() as session:
        save_entries(session, source, [make_entry(str(n), title=TITLE, text=f"No {n}.") for n in range(30)], now=NOW)
    return database


def analyze(database: Database, tagger: CountingTagger, **options: bool) -> AnalysisSummary:
    return analyze_pending(database, tagger, now=lambda: NOW, batch=10, **options)


def test_an_analysis_maps_to_the_stores_input() -> None:
    found = to_analysis_input(analysis_of(PostText(TITLE, "")))
    assert found.entities == (
        EntityInput("product", "panel", "Panel", True, None, "acme", ("Acme Panel",)),
        EntityInput("product", "panel-9", "Panel 9", True, "panel", "acme", ()),
        EntityInput("organization", "acme", "Acme", False, None, None, ()),
    )
    assert [(e.kind, e.slug, e.salient, len(e.mentions)) for e in found.post_entities] == [
        ("product", "panel-9", True, 1),
        ("organization", "acme", False, 0),
    ]
    assert found.timexes[0].value == "2026-03-03"
    (event,) = found.event_mentions
    assert event.subjects == (("product", "panel-9"), ("organization", "acme"))
    assert (event.quote, event.field, event.rule) == (TITLE, "title", "is-released")


def test_every_post_is_tagged_once(stored: Database) -> None:
    tagger = CountingTagger()
    assert analyze(stored, tagger) == AnalysisSummary(30, 0)
    assert analyze(stored, tagger) == AnalysisSummary(0, 0)
    assert tagger.tagged == 30
    with stored.read() as session:
        assert len(search_posts(session, PostQuery(products=("panel",)), limit=50, cursor=None).items) == 30


def test_mentions_of_one_happening_become_one_event(stored: Database) -> None:
    analyze(stored, CountingTagger())
    with stored.read() as session:
        (event,) = timeline(session, TimelineQuery(product="panel"), limit=10).items
        assert counts(session).events == 1
    assert (event.type, event.status, event.date.value) == ("release", "happened", "2026-03-03")
    assert {e.quote for e in event.evidence} == {TITLE}


def test_a_run_cut_short_is_taken_up_where_it_was(stored: Database) -> None:
    with pytest.raises(KeyboardInterrupt):
        analyze(stored, CountingTagger(fails_after=25))
    with stored.read() as session:
        assert len(posts_to_analyze(session, version="1", stale=False)) == 10
    assert analyze(stored, CountingTagger()) == AnalysisSummary(10, 0)


def test_another_version_makes_posts_stale_and_only_stale_asks_for_them(stored: Database) -> None:
    analyze(stored, CountingTagger("1"))
    assert analyze(stored, CountingTagger("2")).analyzed == 0
    assert analyze(stored, CountingTagger("2"), stale=True).analyzed == 30
    assert analyze(stored, CountingTagger("2"), stale=True).analyzed == 0


def test_everything_means_every_post_once(stored: Database) -> None:
    analyze(stored, CountingTagger())
    before = events_of(stored)
    assert analyze(stored, CountingTagger(), everything=True).analyzed == 30
    assert events_of(stored) == before


def test_progress_and_steps_tell_how_far_it_is(stored: Database) -> None:
    told: list[tuple[str, int, int]] = []
    steps = analyze_batches(
        stored, CountingTagger(), now=lambda: NOW, batch=12, progress=lambda *step: told.append(step)
    )
    assert [step.analyzed for step in steps] == [12, 24, 30]
    assert told == [("posts", 12, 30), ("posts", 24, 30), ("posts", 30, 30)]


def events_of(database: Database) -> list[tuple[str, datetime]]:
    with database.read() as session:
        return [(event.id, event.changed) for event in timeline(session, TimelineQuery(), limit=50).items]
