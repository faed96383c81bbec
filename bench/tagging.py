"""How well, how fast and in how much memory posts are tagged: `python -m bench.tagging CORPUS.jsonl… --labelled DIR`

A line of a corpus file is a post: {"title", "text", "published", …}; DIR holds labelled posts, see
`bench.tagging_scores.labelled_post`. Prints scores, words a second of CPU and the peak of memory with the statistical
model reading everything, what needs it, and nothing, beside that model alone with all its components. Without a corpus
the labelled posts are timed. --jobs N adds what N processes give on the wall's clock; --slow what long and awkward
texts cost.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from bench.slow_texts import report_awkward, report_long
from bench.tagging_costs import (
    BARE,
    ROUNDS,
    USES,
    count_words,
    make_reader,
    peak_megabytes,
    wall_words_a_second,
    words_a_second,
)
from bench.tagging_scores import LabelledPost, TaggingScores, read_labelled_posts, score_posts
from nlp.annotations import PostText
from nlp.catalogue import load_catalogue
from nlp.model_votes import ModelUse
from nlp.pipeline import Tagger, build_tagger


def read_posts(paths: Iterable[Path]) -> list[PostText]:
    """The posts of corpus files, in order."""
    posts = []
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            data = json.loads(line)
            published = date.fromisoformat(data["published"][:10]) if data.get("published") else None
            posts.append(PostText(data.get("title") or "", data.get("text") or "", published))
    return posts


def score_tagger(tagger: Tagger, labelled: Sequence[LabelledPost]) -> TaggingScores:
    """Scores of what `tagger` says about the labelled posts."""
    return score_posts(zip(labelled, tagger.tag_many(item.post for item in labelled), strict=True))


def _report_scores(labelled: Sequence[LabelledPost]) -> None:
    scores: Mapping[ModelUse, TaggingScores] = {
        use: score_tagger(build_tagger(load_catalogue(), model_use=use), labelled) for use in USES
    }
    needed = scores["needed"]
    print(f"{len(labelled)} labelled posts; F1 with the model everywhere, where needed, nowhere")
    print(f"{'':<18}{'precision':>10}{'recall':>8}{'labels':>8}" + "".join(f"{use:>12}" for use in USES))
    for kind, counts in needed.counts.items():
        beside = "".join(f"{scores[use].counts[kind].f1:>12.4f}" for use in USES)
        labels = counts.found + counts.missed
        print(f"{kind:<18}{counts.precision:>10.4f}{counts.recall:>8.4f}{labels:>8}{beside}")
    print(f"{'status_accuracy':<44}" + "".join(f"{scores[use].status_accuracy:>12.4f}" for use in USES))


def _report_costs(posts: Sequence[PostText], rounds: int) -> None:
    names = (BARE, *USES)
    speeds = words_a_second({name: make_reader(name) for name in names}, posts, rounds=rounds)
    print(f"\n{len(posts)} posts, {count_words(posts)} words, one process, best of {rounds} rounds")
    print(f"{'':<18}{'words/s of CPU':>16}{'times alone':>14}{'peak MB':>10}")
    for name in names:
        ratio = speeds[name] / speeds[BARE]
        print(f"{name:<18}{speeds[name]:>16.0f}{ratio:>14.2f}{peak_megabytes(name, posts):>10.0f}", flush=True)


def _report_jobs(posts: Sequence[PostText], jobs: int) -> None:
    one, several = (wall_words_a_second(posts, number) for number in (1, jobs))
    print(
        f"\nwords/s on the wall's clock: 1 process {one:.0f}, {jobs} processes {several:.0f}, times {several / one:.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, metavar="CORPUS.jsonl", help="posts to time")
    parser.add_argument("--labelled", type=Path, metavar="DIR", help="labelled posts to score on")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="the best of so many counts (default: %(default)s)")
    parser.add_argument("--jobs", type=int, metavar="N", help="also measure N processes")
    parser.add_argument("--slow", action="store_true", help="also time long and awkward texts; takes minutes")
    words = parser.parse_args()
    if not words.files and not words.labelled:
        parser.error("give posts to time, labelled posts to score on, or both")
    labelled = read_labelled_posts(words.labelled) if words.labelled else []
    posts = read_posts(words.files) or [item.post for item in labelled]
    if labelled:
        _report_scores(labelled)
    _report_costs(posts, words.rounds)
    if words.jobs:
        _report_jobs(posts, words.jobs)
    if words.slow:
        tagger = build_tagger(load_catalogue())
        report_long(tagger, posts)
        report_awkward(tagger)


if __name__ == "__main__":
    main()
