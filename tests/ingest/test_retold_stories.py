"""Stories of posts that tell one event in words of their own, as they are stored, tagged and tagged again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path

from ingest.analysis import analyze_pending
from nlp.annotations import Analysis, EventMention, Evidence, PostText, TaggedEntity
from nlp.annotations import Mention as TaggedMention
from store.database import Database
from store.posts import save_entries
from store.records import PostInput
from tests.ingest.factories import NOW, add, source
from tests.ingest.test_stories import Partition, entry, keys, partition, stories

# title → the firms that its text says an outage of, in the order of its sentences
OUTAGES = {
    "Acme is down": ("acme",),
    "Nothing works at Acme any more": ("acme",),
    "A bad day for customers of Acme": ("acme",),
    "Zenith is down": ("zenith",),
    "Zenith cannot be reached": ("zenith",),
    "What broke this week": ("acme", "zenith", "nadir"),
    "Acme is down again": ("acme",),
}
TEXTS = {
    "Acme is down": "Since six this morning no page answers.",
    "Nothing works at Acme any more": "Customers report errors, and the telephone is busy.",
    "A bad day for customers of Acme": "Shops lost half of their sales, some of them all of it.",
    "Zenith is down": "A lightning struck the hall in which its servers stand.",
    "Zenith cannot be reached": "Engineers are on their way through the storm.",
    "What broke this week": "A list, as every Friday, of all that failed.",
    "Acme is down again": "Five weeks later the same switch fails.",
}
PUBLISHED = {  # hours after the first
    "Acme is down": 0,
    "Nothing works at Acme any more": 5,
    "A bad day for customers of Acme": 40,
    "Zenith is down": 1,
    "Zenith cannot be reached": 2,
    "What broke this week": 30,
    "Acme is down again": 24 * 35,
}
TRUTH: Partition = {frozenset({"0", "1", "2"}), frozenset({"3", "4"})}


class TableTagger:
    """Finds what the table says."""

    version = "1"

    def __init__(self, outages: dict[str, tuple[str, ...]] = OUTAGES) -> None:
        self._outages = outages

    def tag(self, post: PostText) -> Analysis:
        firms = self._outages[post.title]
        return Analysis(
            organizations=tuple(
                TaggedEntity(
                    "organization", firm, firm.title(), salient=True, known=True,
                    mentions=tuple(
                        TaggedMention("title", at, at + len(firm), firm.title())
                        for at in [post.title.find(firm.title())] if at >= 0
                    ),
                )
                for firm in firms
            ),
            events=tuple(
                EventMention(
                    "outage", "happened", None, None, None, (firm,),
                    Evidence("text", place, place + 5, post.text[place : place + 5]), 0.9,
                )
                for place, firm in enumerate(firms)
            ),
        )  # fmt: skip

    def tag_many(self, posts: Sequence[PostText]) -> Iterator[Analysis]:
        return map(self.tag, posts)


def entries() -> list[PostInput]:
    return [
        entry(str(number), PostText(title, TEXTS[title]), after=timedelta(hours=PUBLISHED[title]))
        for number, title in enumerate(OUTAGES)
    ]


def arrive(database: Database, *some: PostInput) -> None:
    """Each from a source of its own."""
    for item in some:
        url = add(database, f"http://{item.entry_id}.example/feed").url
        found = source(database, url)
        with database.write() as session:
            save_entries(session, found, [item], now=NOW)


def analyze(
    database: Database, tagger: TableTagger | None = None, *, now: datetime = NOW, everything: bool = False
) -> None:
    done = analyze_pending(database, tagger or TableTagger(), now=lambda: now, everything=everything, batch=3)
    assert done.failed == 0


def test_news_in_other_words_is_one_story_and_a_round_up_glues_nothing(database: Database) -> None:
    arrive(database, *entries())
    analyze(database)
    assert partition(database) == TRUTH
    acme = next(story for story in stories(database) if "0" in keys(story))
    assert (keys(acme), acme.sources) == (["0", "1", "2"], 3)


def test_tagging_again_changes_nothing_and_other_tags_change_the_stories(database: Database) -> None:
    arrive(database, *entries())
    analyze(database)
    before = stories(database)
    later = NOW + timedelta(hours=1)
    analyze(database, now=later, everything=True)
    assert stories(database) == before
    mistaken = TableTagger(OUTAGES | {"Nothing works at Acme any more": ("zenith",)})
    analyze(database, mistaken, now=later, everything=True)
    assert partition(database) == {frozenset({"0", "2"}), frozenset({"1", "3", "4"})}
    analyze(database, now=later, everything=True)
    assert partition(database) == TRUTH
    assert {story.id for story in stories(database)} == {story.id for story in before}


def test_any_order_of_arrival_makes_the_same_stories(sqlite_template: Path, tmp_path: Path) -> None:
    every = entries()
    for number, order in enumerate(list(permutations(range(len(every))))[:: 5040 // 12]):
        path = tmp_path / f"{number}.db"
        path.write_bytes(sqlite_template.read_bytes())
        database = Database(f"sqlite:///{path}")
        for place in order:
            arrive(database, every[place])
            if place % 2:
                analyze(database)
        analyze(database)
        assert partition(database) == TRUTH, order
        database.close()
