"""Stories of stored posts: the same whatever came first, kept through retagging, joined and parted as posts change."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import store.stories
from ingest.analysis import analyze_pending
from nlp.annotations import Analysis, PostText
from store.database import Database
from store.posts import save_entries
from store.records import PostInput, PostQuery, StoryRecord
from store.sources import remove_source
from store.stories import CANDIDATES, WINDOW, list_stories, story_candidates, story_of
from tests.ingest.factories import NOW, add, source
from tests.nlp.test_stories import SALE, TITLE, edited, first, release, rollup
from tests.store.factories import instant, make_entry
from tests.store.statements import plans

Partition = set[frozenset[str]]
BEGIN = instant("2010-08-24T06:00")


class SilentTagger:
    """Finds nothing in any post: stories go by the texts."""

    version = "1"

    def tag(self, _: PostText) -> Analysis:
        return Analysis()

    def tag_many(self, posts: Sequence[PostText]) -> Iterator[Analysis]:
        return map(self.tag, posts)


def entry(key: str, post: PostText, *, after: timedelta = timedelta()) -> PostInput:
    """An entry with the post's title and text, published so long after the first."""
    return make_entry(key, title=post.title, text=post.text, url=f"http://{key}.example/", published=BEGIN + after)


SOLD = PostText(TITLE, SALE)
ENTRIES = (
    entry("article", SOLD),
    entry("teaser", PostText(TITLE, first(SALE, 0.3)), after=timedelta(hours=1)),
    entry("copy", PostText("Danish registrar sold", edited(SALE, 0.03)), after=timedelta(hours=2)),
    entry("edited", PostText(TITLE, edited(SALE, 0.1)), after=timedelta(days=1)),
    entry("reprint", SOLD, after=timedelta(days=400)),
    entry("rollup-3", rollup(3), after=timedelta(days=2)),
    entry("rollup-3-copy", replace(rollup(3), title="A new rollup"), after=timedelta(days=3)),
    entry("rollup-4", rollup(4), after=timedelta(days=9)),
    entry("rollup-4-teaser", replace(rollup(4), text=first(rollup(4).text, 0.5)), after=timedelta(days=9)),
    entry("php-1", release("8.2.1"), after=timedelta(days=4)),
    entry("php-2", release("8.2.2"), after=timedelta(days=5)),
)
TRUTH: Partition = {
    frozenset({"article", "teaser", "copy", "edited", "reprint"}),
    frozenset({"rollup-3", "rollup-3-copy"}),
    frozenset({"rollup-4", "rollup-4-teaser"}),
}


def arrive(database: Database, *entries: PostInput, url: str = "http://wire.example/feed") -> None:
    """The source states these entries."""
    found = source(database, url)
    with database.write() as session:
        save_entries(session, found, entries, now=NOW)


def analyze(database: Database, *, everything: bool = False, batch: int = 50, now: datetime = NOW) -> None:
    summary = analyze_pending(database, SilentTagger(), now=lambda: now, everything=everything, batch=batch)
    assert summary.failed == 0


def stories(database: Database) -> list[StoryRecord]:
    with database.read() as session:
        return list(list_stories(session, PostQuery(), limit=50).items)


def keys(story: StoryRecord) -> list[str]:
    return [str(post.url).removeprefix("http://").removesuffix(".example/") for post in story.posts]


def partition(database: Database) -> Partition:
    return {frozenset(keys(story)) for story in stories(database)}


@pytest.fixture
def wire(database: Database) -> Database:
    """A database with one source and no posts."""
    add(database, "http://wire.example/feed")
    return database


def test_posts_of_the_same_news_are_one_story(wire: Database) -> None:
    arrive(wire, *ENTRIES)
    assert stories(wire) == []  # until they are analysed
    analyze(wire)
    assert partition(wire) == TRUTH
    fours, threes, sale = stories(wire)  # the newest story first, its earliest post first
    assert keys(sale) == ["article", "teaser", "copy", "edited", "reprint"]
    assert keys(threes) == ["rollup-3", "rollup-3-copy"]
    assert (fours.total, fours.sources) == (2, 1)


def test_a_post_knows_the_others_of_its_story(wire: Database) -> None:
    arrive(wire, *ENTRIES)
    analyze(wire)
    (sale,) = (story for story in stories(wire) if "article" in keys(story))
    with wire.read() as session:
        own = story_of(session, sale.posts[1].id)
        alone = story_of(session, "nobody")
    assert own is not None
    assert own.id == sale.id
    assert [other.id for other in own.others] == [post.id for post in sale.posts if post is not sale.posts[1]]
    assert own.others[0].source_name == "http://wire.example/feed"
    assert alone is None


def test_tagging_again_changes_nothing(wire: Database) -> None:
    arrive(wire, *ENTRIES)
    analyze(wire)
    before = stories(wire)
    for batch in (50, 3):
        analyze(wire, everything=True, batch=batch, now=NOW + timedelta(days=1))
        assert stories(wire) == before


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(chance=st.randoms(use_true_random=False), batch=st.integers(1, 12))
def test_any_order_of_arrival_gives_the_same_stories(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, chance: random.Random, batch: int
) -> None:
    path = tmp_path_factory.mktemp("order") / "hostwire.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    urls = [add(database, f"http://{name}.example/feed").url for name in ("one", "two", "three")]
    entries = list(ENTRIES)
    chance.shuffle(entries)
    while entries:
        some = [entries.pop() for _ in range(min(chance.randint(1, 4), len(entries)))]
        arrive(database, *some, url=chance.choice(urls))
        if chance.random() < 0.7:
            analyze(database, batch=batch)
    analyze(database, batch=batch)
    assert partition(database) == TRUTH
    ids = {story.id for story in stories(database)}
    analyze(database, everything=True, batch=batch)
    assert partition(database) == TRUTH
    assert {story.id for story in stories(database)} == ids
    database.close()


def test_a_post_that_is_edited_leaves_its_story_and_comes_back(wire: Database) -> None:
    arrive(wire, *ENTRIES)
    analyze(wire)
    ids = {frozenset(keys(story)): story.id for story in stories(wire)}
    arrive(
        wire,
        entry("teaser", PostText("Something else", "Nothing of the deal was said any more."), after=timedelta(hours=1)),
    )
    analyze(wire, now=NOW + timedelta(hours=1))
    (sale,) = (story for story in stories(wire) if "article" in keys(story))
    assert keys(sale) == ["article", "copy", "edited", "reprint"]
    assert (sale.id, sale.changed) == (ids[max(TRUTH, key=len)], NOW + timedelta(hours=1))
    arrive(wire, ENTRIES[1])
    analyze(wire)
    assert {frozenset(keys(story)): story.id for story in stories(wire)} == ids


def test_a_story_of_one_post_is_none(wire: Database) -> None:
    arrive(wire, ENTRIES[0], ENTRIES[1])
    analyze(wire)
    (before,) = stories(wire)
    arrive(wire, entry("teaser", release("8.2.1"), after=timedelta(hours=1)))
    analyze(wire)
    assert stories(wire) == []
    arrive(wire, ENTRIES[1])
    analyze(wire)
    assert [story.id for story in stories(wire)] == [before.id]


def test_stories_that_turn_out_to_be_one_keep_the_older_id_and_part_again(wire: Database) -> None:
    words = SALE.split()
    beginning, end, later = " ".join(words[:70]), " ".join(words[-70:]), timedelta(hours=1)
    arrive(wire, entry("a", PostText(TITLE, beginning)), entry("b", PostText(f"{TITLE}!", beginning), after=later / 2))
    analyze(wire)
    arrive(wire, entry("c", PostText(TITLE, end), after=later), entry("d", PostText(f"{TITLE}!", end), after=2 * later))
    analyze(wire)
    newer, older = stories(wire)
    assert (keys(older), keys(newer)) == (["a", "b"], ["c", "d"])
    arrive(wire, entry("whole", SOLD, after=3 * later))
    analyze(wire)
    (joined,) = stories(wire)
    assert (joined.id, keys(joined)) == (older.id, ["a", "b", "c", "d", "whole"])
    arrive(wire, entry("whole", release("8.2.1"), after=3 * later))
    analyze(wire)
    parted = stories(wire)
    assert [keys(story) for story in parted] == [["c", "d"], ["a", "b"]]
    assert parted[1].id == older.id
    assert parted[0].id != older.id


def test_a_post_that_is_dated_anew_stays_in_its_story(wire: Database) -> None:
    arrive(wire, *ENTRIES)
    analyze(wire)
    (before,) = (story for story in stories(wire) if "article" in keys(story))
    arrive(wire, replace(ENTRIES[1], published=BEGIN - timedelta(hours=2)))
    analyze(wire)
    (after,) = (story for story in stories(wire) if "article" in keys(story))
    assert after.id == before.id
    assert keys(after) == ["teaser", "article", "copy", "edited", "reprint"]


def test_what_is_left_of_a_story_when_a_source_goes_with_its_posts(wire: Database) -> None:
    other = add(wire, "http://other.example/feed").url
    arrive(wire, *ENTRIES[:2], ENTRIES[5])
    arrive(wire, ENTRIES[2], ENTRIES[6], url=other)
    analyze(wire)
    assert [(keys(story), story.sources) for story in stories(wire)] == [
        (["rollup-3", "rollup-3-copy"], 2), (["article", "teaser", "copy"], 2)
    ]  # fmt: skip
    with wire.write() as session:
        remove_source(session, other, keep_posts=False)
    assert [(keys(story), story.sources) for story in stories(wire)] == [(["article", "teaser"], 1)]


def test_what_is_told_again_after_a_month_is_other_news_unless_it_is_copied(wire: Database) -> None:
    late = WINDOW + timedelta(days=1)
    arrive(
        wire,
        entry("first", SOLD),
        entry("soon", PostText(TITLE, edited(SALE, 0.03)), after=WINDOW - timedelta(days=1)),
        entry("late", PostText(TITLE, edited(SALE, 0.05, seed=7)), after=2 * late),
        entry("reprint", SOLD, after=2 * late + timedelta(days=9)),
    )
    analyze(wire)
    assert partition(wire) == {frozenset({"first", "soon", "reprint", "late"})}  # the copy brings its own neighbours
    arrive(wire, entry("reprint", release("8.2.1"), after=2 * late + timedelta(days=9)))
    analyze(wire)
    assert partition(wire) == {frozenset({"first", "soon"})}


# -- what it costs ------------------------------------------------------------------------------------------------


def test_what_a_site_says_under_all_of_its_posts_does_not_make_it_look_at_all_of_them(wire: Database) -> None:
    footer = edited(SALE, 1, seed=99)
    posts = [PostText(f"Post {n} of many", f"{edited(SALE[:300], 1, seed=n)} {footer}") for n in range(150)]
    arrive(
        wire,
        *(entry(f"p{n}", post, after=timedelta(minutes=n)) for n, post in enumerate(posts)),
        entry("a", PostText("A deal", f"{SALE} {footer}"), after=timedelta(minutes=5)),
        entry("b", PostText("The deal", f"{SALE} {footer}"), after=timedelta(minutes=140)),
    )
    analyze(wire)
    assert partition(wire) == {frozenset({"a", "b"})}
    with wire.read() as session:
        row_ids = [post.row_id for story in stories(wire) for post in story.posts]
        found = story_candidates(session, row_ids)
    assert all(0 < len(some) <= CANDIDATES for some in found.values())
    assert [found[row_ids[0]][0], found[row_ids[1]][0]] == row_ids[::-1]  # what shares most comes first


def test_candidates_are_found_by_index(wire: Database) -> None:
    arrive(wire, *ENTRIES)
    analyze(wire)
    for statement, plan in plans(wire, lambda session: story_candidates(session, [1, 2, 3])):
        assert "SCAN" not in plan, statement
        assert "Seq Scan" not in plan, statement


def test_a_story_of_very_many_copies_stays_one(wire: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.stories, "LARGEST", 20)
    arrive(wire, *(entry(f"c{n}", PostText(TITLE, f"{SALE} {n}"), after=timedelta(minutes=n)) for n in range(60)))
    analyze(wire, batch=7)
    (story,) = stories(wire)
    assert story.total == 60
