"""How well and how fast posts of the same news are found: `python -m bench.stories [--pairs N]`

Pairs of posts of some 700 words are made with a known truth, as near-duplicates come about: copied with other
punctuation, under boilerplate, edited, cut to a teaser, put in another order, written anew in part; and, not to be
joined, release notes and notices of one template, and posts of one site over its footer. Prints for each kind of pair
how alike the two are, how many share a key of their sketches, and how many are taken for the same news; then precision
and recall over all kinds, the posts that are sketched a second and the pairs that are judged a second.

A third family is told in other words: the posts of bench/rewrites.toml, tagged, resolved and told as an ingest does it,
and what of their pairs is right.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import tempfile
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

from ingest.analysis import analyze_pending
from nlp.annotations import PostText
from nlp.catalogue import load_catalogue
from nlp.pipeline import build_tagger
from nlp.stories import Sketch, similarity, sketch
from nlp.words import word_list
from store.database import Database
from store.posts import save_entries
from store.records import PostInput, PostQuery, SourceInput
from store.sources import add_source
from store.stories import list_stories

WORDS = 700
SENTENCE = 14
DAY = date(2026, 3, 2)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
PLACES = ("Oslo", "Madrid", "Lyon", "Gdansk", "Porto", "Turin", "Leeds", "Aarhus", "Ghent", "Graz")
Pair = tuple[PostText, PostText]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of pair, whether its two posts are the same news, and whether that is asked of the method.

    Where half of a text is new nobody can say by its words: such kinds are printed and not counted.
    """

    name: str
    same: bool
    make: Callable[[Writer], Pair]
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """What was found of a kind, over its pairs: means of similarity and containment, shares of all pairs."""

    kind: Kind
    jaccard: float
    containment: float
    candidates: float
    joined: float


class Writer:
    """Writes posts of made-up prose: words of the trade and of English, as often as words are used."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
        lists = ("common", "technical", "trade_words", "generic", "product_nouns", "shared_verbs")
        words = sorted({word for name in lists for word in word_list(name) if word.isalpha() and word.isascii()})
        self.chance.shuffle(words)
        self._words = words
        self._weights = [1 / (rank + 8) for rank in range(len(words))]

    def words(self, count: int) -> list[str]:
        return self.chance.choices(self._words, self._weights, k=count)

    def sentence(self) -> str:
        words = self.words(self.chance.randint(SENTENCE - 6, SENTENCE + 6))
        if len(words) > 10:
            words[5] += ","
        return f"{words[0].capitalize()} {' '.join(words[1:])}."

    def sentences(self, words: int) -> list[str]:
        found: list[str] = []
        while sum(len(one.split()) for one in found) < words:
            found.append(self.sentence())
        return found

    def title(self) -> str:
        return " ".join(word.capitalize() for word in self.words(7))

    def post(self) -> PostText:
        return PostText(self.title(), " ".join(self.sentences(WORDS)), DAY)


def _of(change: Callable[[Writer, str], str]) -> Callable[[Writer], Pair]:
    """A pair of a post and its text changed, under the same title, a day later."""

    def make(writer: Writer) -> Pair:
        post = writer.post()
        return post, PostText(post.title, change(writer, post.text), DAY + timedelta(days=1))

    return make


def _dressed(_: Writer, text: str) -> str:
    return re.sub(r"\s+", "  \n", text.upper().replace(",", " –").replace(".", " !"))


def _framed(writer: Writer, text: str) -> str:
    return " ".join([*writer.words(25), "\n\n", text, "\n\n", *writer.words(35)])


def _edited(share: float) -> Callable[[Writer, str], str]:
    def change(writer: Writer, text: str) -> str:
        words = text.split()
        for place in writer.chance.sample(range(len(words)), round(share * len(words))):
            words[place] = writer.words(1)[0]
        return " ".join(words)

    return change


def _cut(share: float) -> Callable[[Writer, str], str]:
    def change(_: Writer, text: str) -> str:
        words = text.split()
        return " ".join(words[: round(share * len(words))]) + " …"

    return change


def _split(text: str) -> list[str]:
    return re.split(r"(?<=\.) ", text)


def _shuffled(writer: Writer, text: str) -> str:
    sentences = _split(text)
    writer.chance.shuffle(sentences)
    return " ".join(sentences)


def _rewritten(share: float) -> Callable[[Writer, str], str]:
    def change(writer: Writer, text: str) -> str:
        sentences = _split(text)
        for place in writer.chance.sample(range(len(sentences)), round(share * len(sentences))):
            sentences[place] = writer.sentence()
        return " ".join(sentences)

    return change


def _retitled(writer: Writer) -> Pair:
    post = writer.post()
    dateline = writer.chance.choice(PLACES)
    first = PostText(post.title, f"{dateline.upper()}, March 2, 2026 /Newsline/ -- {post.text}", DAY)
    return first, PostText(writer.title(), f"{dateline} (wire) – 3 March 2026 – {post.text}", DAY + timedelta(days=1))


def _unrelated(writer: Writer) -> Pair:
    return writer.post(), writer.post()


def _release_notes(writer: Writer) -> Pair:
    """Two of a series: the number in the title, the version, the bulletin and the day differ every few words."""
    body = writer.sentences(WORDS)

    def notes(number: int) -> PostText:
        facts = (f"Update Rollup {number}", f"14.1.{200 + number}.7", f"KB25{number:04}", f"{10 + number} May 2026")
        text = " ".join(f"{fact}: {sentence}" for fact, sentence in zip(facts * len(body), body, strict=False))
        return PostText(f"Update Rollup {number} for the mail server", text, DAY + timedelta(days=number))

    return notes(3), notes(4)


def _untitled_notes(writer: Writer) -> Pair:
    """The same with titles that say nothing."""
    one, other = _release_notes(writer)
    return PostText("Release notes", one.text, one.published), PostText("Release notes", other.text, other.published)


def _notices(writer: Writer) -> Pair:
    body = writer.sentences(WORDS // 4)

    def notice(day: int) -> PostText:
        text = f"On {day} March 2026 we will work on our network. {' '.join(body)}"
        return PostText("Scheduled maintenance of the network", text, DAY)

    return notice(10), notice(17)


def _places(writer: Writer) -> Pair:
    body = " ".join(writer.sentences(WORDS // 2))
    first, second = writer.chance.sample(PLACES, 2)

    def opened(place: str) -> PostText:
        return PostText(f"New location: {place}", f"You can have servers in {place} now. {body} {place} awaits.", DAY)

    return opened(first), opened(second)


def _of_one_site(writer: Writer) -> Pair:
    """Short posts over the same long footer."""
    footer = " ".join(writer.sentences(120))

    def post() -> PostText:
        return PostText(writer.title(), f"{' '.join(writer.sentences(60))}\n\n{footer}", DAY)

    return post(), post()


def _round_up(writer: Writer) -> Pair:
    """A teaser, and the round-up of the week that holds it among others."""
    teasers = [" ".join(writer.sentences(60)) for _ in range(6)]
    return PostText(writer.title(), teasers[1], DAY), PostText("The week in hosting", "\n\n".join(teasers), DAY)


KINDS = (
    Kind("same: case, punctuation, blanks", True, _of(_dressed)),
    Kind("same: +60 words of boilerplate", True, _of(_framed)),
    Kind("same: 3 % of words changed", True, _of(_edited(0.03))),
    Kind("same: 10 % of words changed", True, _of(_edited(0.10))),
    Kind("same: first 60 % (teaser)", True, _of(_cut(0.6))),
    Kind("same: first 30 % (teaser)", True, _of(_cut(0.3))),
    Kind("same: first 10 % (teaser)", True, _of(_cut(0.1))),
    Kind("same: sentences shuffled", True, _of(_shuffled)),
    Kind("same: other headline and dateline", True, _retitled),
    Kind("same: 30 % of sentences new", True, _of(_rewritten(0.3))),
    Kind("same: 55 % of sentences new", True, _of(_rewritten(0.55)), counted=False),
    Kind("differ: unrelated", False, _unrelated),
    Kind("differ: rollup, version, KB, day", False, _release_notes),
    Kind("differ: the same, titles alike", False, _untitled_notes),
    Kind("differ: a notice for another day", False, _notices),
    Kind("differ: a place in one template", False, _places),
    Kind("differ: one site's footer", False, _of_one_site),
    Kind("differ: a teaser in a round-up", False, _round_up),
)


def measure(kind: Kind, pairs: int) -> Row:
    """What becomes of so many pairs of a kind: the same in every run."""
    writer = Writer(sum(kind.name.encode()))
    judged = [_judged(*map(sketch, kind.make(writer))) for _ in range(pairs)]
    jaccard, containment, candidates, joined = (statistics.fmean(column) for column in zip(*judged, strict=True))
    return Row(kind, jaccard, containment, candidates, joined)


def _judged(a: Sketch, b: Sketch) -> tuple[float, float, bool, bool]:
    shared = len(a.shingles & b.shingles)
    meets = not set(a.keys).isdisjoint(b.keys)
    return (
        shared / len(a.shingles | b.shingles),
        shared / min(len(a.shingles), len(b.shingles)),
        meets,
        meets and similarity(a, b) is not None,
    )


def precision_and_recall(rows: Sequence[Row]) -> tuple[float, float]:
    """Over the kinds that count, of each as many pairs."""
    right = sum(row.joined for row in rows if row.kind.same and row.kind.counted)
    wrong = sum(row.joined for row in rows if not row.kind.same and row.kind.counted)
    wanted = sum(row.kind.same and row.kind.counted for row in rows)
    return right / max(right + wrong, 1e-9), right / wanted


def rewrites() -> tuple[float, float]:
    """Precision and recall over the pairs of posts that are told in other words."""
    with (Path(__file__).parent / "rewrites.toml").open("rb") as file:
        posts = tomllib.load(file)["post"]
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/hostwire.db")
        database.upgrade()
        _save(database, posts)
        analyze_pending(database, build_tagger(load_catalogue()), now=lambda: NOW)
        with database.read() as session:
            told = list_stories(session, PostQuery(), limit=len(posts)).items
        database.close()
    titles = {frozenset(pair) for story in told for pair in combinations((post.title for post in story.posts), 2)}
    by_news: dict[str, list[str]] = {}
    for post in posts:
        by_news.setdefault(post.get("news", post["title"]), []).append(post["title"])
    truth = {frozenset(pair) for some in by_news.values() for pair in combinations(some, 2)}
    return len(titles & truth) / max(1, len(titles)), len(titles & truth) / len(truth)


def _save(database: Database, posts: Sequence[Mapping[str, Any]]) -> None:
    """Each post from a source of its own."""
    with database.write() as session:
        for number, post in enumerate(posts):
            source = add_source(session, SourceInput(f"http://news{number}.example/feed"), now=NOW)
            entry = PostInput(
                entry_id=str(number),
                title=post["title"],
                text=post["text"],
                content_hash=f"{number:064}",
                url=f"http://news{number}.example/{number}",
                published=datetime(2026, 3, 1, 8, tzinfo=UTC) + timedelta(days=post["day"] - 1, minutes=number),
            )
            save_entries(session, source, [entry], now=NOW)


def rates(posts: int = 400) -> tuple[float, float]:
    """Posts of 700 words that are sketched a second, pairs of them that are judged a second."""
    writer = Writer(1)
    texts = [writer.post() for _ in range(posts)]
    begun = time.process_time()
    sketches = [sketch(text) for text in texts]
    sketched = time.process_time()
    for a, b in pairwise(sketches):
        similarity(a, b)
    judged = time.process_time()
    return posts / (sketched - begun), (posts - 1) / (judged - sketched)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=100, help="of each kind")
    pairs = parser.parse_args().pairs
    rows = [measure(kind, pairs) for kind in KINDS]
    print(f"{'pair':<36} {'Jaccard':>8} {'contained':>9} {'candidate':>9} {'joined':>7}")
    for row in rows:
        figures = f"{row.jaccard:>8.2f} {row.containment:>9.2f} {row.candidates:>9.2f} {row.joined:>7.2f}"
        print(f"{row.kind.name:<36} {figures}{'' if row.kind.counted else '  (not counted)'}")
    precision, recall = precision_and_recall(rows)
    print(f"precision {precision:.3f}, recall {recall:.3f}")
    print("in other words: precision {:.3f}, recall {:.3f}".format(*rewrites()))
    sketched, judged = rates()
    print(f"{sketched:,.0f} posts of {WORDS} words sketched a second, {judged:,.0f} pairs judged a second")


if __name__ == "__main__":
    main()
