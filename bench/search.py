"""What searches cost: `python -m bench.search [--posts N | --large] [--on sqlite] [--on postgresql] [--keep FOLDER]`

Fills a database with an archive (bench/search_corpus.py) and asks it what readers ask, as the API does: a page of 20
posts with their tags, highlights and the total. Printed are p50 and p95 in ms over some thirty queries of a kind, each
the best of three, so that they tell queries apart and not moments of a busy machine. `--keep` uses a database again
that an earlier run left in the folder, which is not measured as built.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.postgresql import running_postgresql
from bench.search_corpus import EXPONENT, LAST_DAY, VOCABULARY, WORDS, Corpus, add_posts, build, corpus_of
from store.database import Database
from store.facets import FACETS, facets
from store.records import PostQuery, TimelineQuery
from store.search import search_posts
from store.timelines import timeline

PAGE = 20
QUERIES = 30  # of a kind
RUNS = 3  # of a query, of which the best counts
LIVE = 10_000  # posts that are added, a thousand in a transaction, to measure how fast
SMALL, LARGE = 200_000, 1_000_000

Ask = Callable[[Session], object]


@dataclass(frozen=True, slots=True)
class Kind:
    """Questions of one kind, and what their p95 is not to exceed at a million posts on either database, in ms."""

    name: str
    asked: Sequence[Ask]
    bounds: dict[str, float]


def kinds(corpus: Corpus, dice: random.Random) -> Iterator[Kind]:
    """The questions, the same at each run."""

    def words(low: float, high: float, count: int = QUERIES) -> list[str]:
        ranks = [rank for rank in range(VOCABULARY) if low <= share_of_posts(rank) <= high]
        return [corpus.words[rank] for rank in dice.sample(ranks, min(count, len(ranks)))]

    few = 1 / corpus.posts
    mid, common = words(0.005, 0.01), words(0.15, 0.6)
    frequent = words(0.03, 0.2, 2 * QUERIES)
    products = [entity for entity in corpus.entities if entity.kind == "product" and entity.above is None]
    named = [dice.choice(products) for _ in range(QUERIES)]
    filtered = []
    for word, product in zip(words(0.02, 0.1), named, strict=False):
        after = LAST_DAY - timedelta(days=dice.randrange(90, 3_000))
        filtered.append(PostQuery(q=word, products=(product.slug,), after=after, before=after + timedelta(days=90)))
    times = [
        "when:2027", "when:2010-06..2010-09", "when:2015", "when:2019-03", "when:2012-02-14", "when:2026-11",
        "when:2026..2028", "when:2008-12-30..2009-01-02", "when:2016-Q3", "when:2024-05-05..2024-08-03",
    ]  # fmt: skip
    asked: dict[str, list[PostQuery]] = {
        "rare word": [PostQuery(q=word) for word in words(10 * few, 100 * few)],
        "mid word": [PostQuery(q=word) for word in mid],
        "common word": [PostQuery(q=word) for word in common],
        "two words": [PostQuery(q=f"{one} {other}") for one, other in zip(frequent[::2], frequent[1::2], strict=True)],
        "phrase": [PostQuery(q=f'"{product.name}"') for product in named],
        "word + product + dates": filtered,
        "when:": [PostQuery(q=q) for q in times],
        "when: + word": [PostQuery(q=f"{dice.choice(times)} {word}") for word in words(0.02, 0.1)],
        "product": [PostQuery(products=(product.slug,)) for product in named],
        "word -word": [PostQuery(q=f"{one} -{other}") for one, other in zip(mid, common * 3, strict=False)],
    }
    for name, queries in asked.items():
        newest = [_search(query) for query in queries]
        yield Kind(f"{name}, newest", newest, {"sqlite": 10, "postgresql": 30})
        if any((query.q and not query.q.startswith("when:")) or "+ word" in name for query in queries):
            ranked = [_search(replace(query, sort="relevance")) for query in queries]
            yield Kind(f"{name}, relevance", ranked, {"sqlite": 50, "postgresql": 150})
    busy = corpus.busy.slug
    lines = {
        "timeline of a busy product": TimelineQuery(product=busy),
        "the same from a month on": TimelineQuery(product=busy, begin=date(2026, 6, 1)),
        "the same, planned releases": TimelineQuery(product=busy, types=("release",), statuses=("planned",)),
        "timeline of all": TimelineQuery(),
        "timeline of a query": TimelineQuery(q=common[0]),
        "timeline of a rare query": TimelineQuery(q=words(10 * few, 100 * few, 1)[0]),
    }
    for name, query in lines.items():
        yield Kind(name, [_timeline(query)], {"sqlite": 50})
    counted = [
        PostQuery(q=common[0]),
        PostQuery(q=common[1]),
        PostQuery(products=(busy,)),
        PostQuery(q=mid[0]),
        PostQuery(),
    ]
    yield Kind("facets, all six", [_facets(query) for query in counted], {"sqlite": 200})


def share_of_posts(rank: int) -> float:
    """In what share of the posts the word of a rank is."""
    total = _total_weight()
    return 1.0 - (1 - (rank + 1) ** -EXPONENT / total) ** WORDS  # type: ignore[no-any-return]  # a power of floats


_weight: list[float] = []


def _total_weight() -> float:
    if not _weight:
        _weight.append(sum((rank + 1) ** -EXPONENT for rank in range(VOCABULARY)))
    return _weight[0]


def _search(query: PostQuery) -> Ask:
    return lambda session: search_posts(session, query, limit=PAGE)


def _timeline(query: TimelineQuery) -> Ask:
    return lambda session: timeline(session, query, limit=PAGE)


def _facets(query: PostQuery) -> Ask:
    return lambda session: facets(session, query, tuple(FACETS))


def times_of(database: Database, kind: Kind) -> list[float]:
    """The best of each question's runs, in ms, in ascending order."""
    found = []
    for ask in kind.asked:
        best = float("inf")
        for _ in range(RUNS):
            with database.read() as session:
                began = time.perf_counter()
                ask(session)
                best = min(best, time.perf_counter() - began)
        found.append(best * 1000)
    return sorted(found)


def p95(values: Sequence[float]) -> float:
    return values[min(len(values) - 1, round(0.95 * len(values)))]


def measure(database: Database, corpus: Corpus) -> bool:
    """Print a line for each kind, with * where a bound is exceeded; whether none is."""
    kept = True
    print(f"{'':32}{'p50 ms':>9}{'p95 ms':>9}   bound")
    for kind in kinds(corpus, random.Random(11)):  # noqa: S311 - no secret hangs on it
        times = times_of(database, kind)
        bound = kind.bounds.get(database.dialect)
        over = bound is not None and p95(times) > bound
        kept = kept and not over
        print(
            f"{kind.name:32}{statistics.median(times):9.2f}{p95(times):9.2f}{f'{bound:8g}' if bound else '':>8}"
            f"{' *' if over else ''}",
            flush=True,
        )
    return kept


def sizes(database: Database) -> str:
    """How much the database takes, and its full-text index."""
    with database.read() as session:
        if database.dialect == "sqlite":
            pages, size = session.scalar(text("PRAGMA page_count")), session.scalar(text("PRAGMA page_size"))
            index = session.scalar(text("select sum(length(block)) from post_search_data"))
            whole = (pages or 0) * (size or 0)
        else:
            whole = session.scalar(text("select pg_database_size(current_database())"))
            parts = "select cast(sum(pg_total_relation_size(relid)) as bigint) from pg_partition_tree('post_search')"
            index = session.scalar(text(parts))
    return f"{(whole or 0) / 1e6:,.0f} MB, of which full-text index {(index or 0) / 1e6:,.0f} MB"


@contextmanager
def databases(dialect: str, folder: Path) -> Iterator[str]:
    if dialect == "sqlite":
        yield f"sqlite:///{folder / 'search.db'}"
        return
    with running_postgresql(folder / "postgresql") as url:
        yield url


def run(dialect: str, posts: int, folder: Path) -> bool:
    folder.mkdir(parents=True, exist_ok=True)
    with databases(dialect, folder) as url:
        database = Database(url)
        try:
            print(f"\n{dialect}, {posts:,} posts")
            if database.is_empty():
                database.upgrade()
                began = time.perf_counter()
                corpus = build(database, posts)
                print(f"built in {time.perf_counter() - began:.0f} s: {sizes(database)}")
            else:
                corpus = corpus_of(posts)
                print(f"found as an earlier run left it: {sizes(database)}")
            kept = measure(database, corpus)
            stored, tagged = (LIVE / seconds for seconds in add_posts(database, corpus, LIVE))
            print(f"live: {stored:,.0f} posts/s stored and indexed (bound 3,000), {tagged:,.0f} with all their tags")
            return kept and stored >= 3_000
        finally:
            database.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=SMALL)
    parser.add_argument("--large", action="store_true", help=f"{LARGE:,} posts")
    parser.add_argument("--on", action="append", choices=("sqlite", "postgresql"), help="both, unless said")
    parser.add_argument("--keep", type=Path, help="leave the databases in this folder, and use those that are there")
    parser.add_argument("--gate", action="store_true", help="exit 1 where a bound is exceeded")
    args = parser.parse_args()
    posts = LARGE if args.large else args.posts
    with nullcontext(args.keep) if args.keep else tempfile.TemporaryDirectory(prefix="hw-search-") as folder:
        kept = [run(dialect, posts, Path(folder) / dialect) for dialect in args.on or ("sqlite", "postgresql")]
    return 0 if all(kept) or not args.gate else 1


if __name__ == "__main__":
    sys.exit(main())
