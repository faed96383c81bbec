"""The newest hits and samples of an archive that is thick here and thin there, beside a look at every post."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from store.bulk import insert_rows
from store.database import Database
from store.indexing import index_held, index_posts
from store.models import SLOTS_PER_SECOND
from store.records import PostQuery
from store.search.engine import compile_search, runner
from store.search.postgresql import _Walk
from tests.store.factories import instant

# year → posts of it: years without a partition of their own, an empty stretch, a burst long ago, a thin end
POSTS = {1995: 30, 2003: 20, 2004: 40, 2005: 1, 2012: 1_500, 2013: 400, 2024: 5, 2025: 30, 2026: 40, 2036: 3, 2041: 2}


@dataclass(frozen=True)
class Written:
    """A post by its row id, with its words."""

    row_id: int
    title: str
    text: str

    @property
    def words(self) -> set[str]:
        return set(f"{self.title} {self.text}".split())


def written() -> list[Written]:
    dice = random.Random(5)  # noqa: S311 - no secret hangs on it
    posts = []
    for year, count in POSTS.items():
        begin = instant(f"{year}-01-01")
        for second in sorted(dice.sample(range(365 * 86_400), count)):
            words = ["every", *(word for word, share in SHARES.items() if dice.random() < share)]
            if year == 2012:
                words.append("burst")
            if year in {1995, 2041}:
                words.append("edge")
            dice.shuffle(words)
            row_id = int((begin + timedelta(seconds=second)).timestamp()) * SLOTS_PER_SECOND
            posts.append(Written(row_id, dice.choice(["plain", "mid", "plain"]), " ".join(words)))
    return posts


SHARES = {"half": 0.5, "mid": 0.1, "seldom": 0.01}
HITS: Mapping[str, Callable[[Written], bool]] = {
    "every": lambda post: "every" in post.words,
    "half": lambda post: "half" in post.words,
    "mid": lambda post: "mid" in post.words,
    "seldom": lambda post: "seldom" in post.words,
    "burst": lambda post: "burst" in post.words,
    "edge": lambda post: "edge" in post.words,
    "nowhere": lambda _: False,
    "mid half": lambda post: {"mid", "half"} <= post.words,
    "half -every": lambda _: False,
    "every -burst": lambda post: "burst" not in post.words,
    '"every half"': lambda post: "every half" in post.text,
    "title:mid": lambda post: post.title == "mid",
    "half after:2013": lambda post: "half" in post.words and post.row_id >= first_of("2013-01-01"),
    "half before:2012-07": lambda post: "half" in post.words and post.row_id < first_of("2012-07-01"),
    "burst OR before:1996": lambda post: "burst" in post.words or post.row_id < first_of("1996-01-01"),
}


def first_of(day: str) -> int:
    return int(instant(day).timestamp()) * SLOTS_PER_SECOND


def row_of(post: Written) -> dict[str, object]:
    now = instant("2026-01-01")
    return {
        "id": post.row_id, "public_id": f"p{post.row_id}", "title": post.title, "text": post.text, "html": "",
        "summary": "", "published_precision": "second", "content_hash": "0" * 64, "tag_tokens": "everypost",
        "first_seen_at": now, "changed_at": now, "categories": [], "enclosures": [], "owner_rank": 0,
    }  # fmt: skip


@pytest.fixture(params=["as it comes", "analyzed"])
def archive(database: Database, request: pytest.FixtureRequest) -> Database:
    """The posts, with and without what PostgreSQL's planner learns of words sooner or later."""
    rows = [row_of(post) for post in written()]
    with database.write() as session:
        with index_held(session):
            insert_rows(session, "post", rows)
        index_posts(session, [row["id"] for row in rows])
    if request.param == "analyzed":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("analyze"))
    return database


def test_the_newest_hits_come_in_their_order_from_wherever_they_are(archive: Database) -> None:
    posts = written()
    for q, is_hit in HITS.items():
        expected = [post.row_id for post in reversed(posts) if is_hit(post)]
        with archive.read() as session:
            search = compile_search(session, PostQuery(q=q))
            for limit in (1, 7, 60, 500, 3_000):
                assert runner(session, search).newest(limit) == expected[:limit], (q, limit)
            for below in expected[:: max(1, len(expected) // 4)]:
                older = [row_id for row_id in expected if row_id < below]
                assert runner(session, search).newest(25, below) == older[:25], (q, below)
    assert pages_of(archive, "mid") == [post.row_id for post in reversed(posts) if "mid" in post.words]


def pages_of(archive: Database, q: str) -> list[int]:
    """The hits as somebody reads them who goes on and on."""
    found: list[int] = []
    with archive.read() as session:
        search = compile_search(session, PostQuery(q=q))
        while page := runner(session, search).newest(20, found[-1] if found else None):
            found += page
    return found


def test_few_hits_are_all_there_and_many_are_sampled_evenly(archive: Database) -> None:
    """However thin the newest are, by which the number of all is guessed first."""
    posts = written()
    for q in ("every", "half", "burst", "mid half", '"every half"', "half before:2012-07"):
        hits = [post.row_id for post in posts if HITS[q](post)]
        for bound in (20, 50, 300):
            with archive.read() as session:
                ids, every = runner(session, compile_search(session, PostQuery(q=q))).sample(bound)
            assert set(ids) <= set(hits)
            if len(hits) <= bound:
                assert (sorted(ids), every) == (hits, 1)
                continue
            assert bound / 2 < len(ids) <= 2 * bound, (q, bound)
            assert 0.4 < len(ids) * every / len(hits) < 2.5, (q, bound)
    with archive.read() as session:
        ids, every = runner(session, compile_search(session, PostQuery(q="every"))).sample(400)
    burst = sum(first_of("2012-01-01") <= row_id < first_of("2013-01-01") for row_id in ids)
    assert 0.8 < burst * every / POSTS[2012] < 1.25


def test_what_the_database_refuses_of_many_rows_is_said_as_of_any_statement(database: Database) -> None:
    rows = [row_of(Written(row_id, "plain", "every")) for row_id in (1, 2, 1)]
    with pytest.raises(IntegrityError), database.write() as session:
        insert_rows(session, "post", rows)
    with database.read() as session:
        assert runner(session, compile_search(session, PostQuery())).newest(10) == []


class CountedWalk(_Walk):
    """Says of every month how many hits it has, and counts what is gathered to find the newest of them."""

    def __init__(self, hits: dict[int, int], *, expected: dict[str, int], posts: dict[str, float]) -> None:
        super().__init__(None, None, None, expected, posts)  # type: ignore[arg-type]  # nothing is asked of a database
        self.hits = hits
        self.gathered: list[int] = []

    def _of_months(self, begin: int, end: int, limit: int) -> list[int]:
        found = [month for month in range(end, begin - 1, -1) for _ in range(self.hits.get(month, 0))]
        self.gathered.append(len(found))
        return found[:limit]


def month_of(year: int, month: int = 1) -> int:
    return year * 12 + month - 1


def test_a_month_that_has_just_begun_does_not_have_a_whole_year_gathered() -> None:
    hits = dict.fromkeys(range(month_of(2026), month_of(2026, 12)), 5000)
    walk = CountedWalk(hits, expected={"post_search_2026": 55_000}, posts={"post_search_2026": 60_000})
    assert len(walk.newest(101, month_of(2026, 12), month_of(2020))) == 101
    assert sum(walk.gathered) <= 15_000


def test_years_that_were_but_guessed_to_be_thick_are_passed_quickly() -> None:
    years = range(2006, 2027)
    hits = dict.fromkeys(range(month_of(2010, 3), month_of(2010, 12)), 2500)
    expected = {f"post_search_{year}": 3_500 for year in years} | {"post_search_2010": 22_500}
    walk = CountedWalk(hits, expected=expected, posts={f"post_search_{year}": 50_000.0 for year in years})
    assert len(walk.newest(1_001, month_of(2026, 11), month_of(2006))) == 1_001
    assert len(walk.gathered) <= 12
    assert sum(walk.gathered) <= 6_000


def test_years_without_a_partition_of_their_own_share_what_is_expected() -> None:
    hits = {month_of(1971, 5): 40}
    expected, posts = {"post_search_rest": 30_000}, {"post_search_rest": 400_000.0}
    walk = CountedWalk(hits, expected=expected, posts=posts)
    assert len(walk.newest(101, month_of(2003, 12), month_of(1971))) == 40
    assert len(walk.gathered) <= 12
