"""How well a vendor's posts tell its releases: `python -m bench.releases CORPUS.jsonl TRUTH.json`

A line of the corpus is a post, {"title", "text", "published"}. The truth is a file of endoflife.date's release data,
{"versions": {"9.4": {"date": "2024-05-06"}}}; it is named like the product's slug in the catalogue, or --product says
which product it is about. Prints the recall of announced versions and the share of release events with a wrong version
or day, as `bench.release_scores` defines them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bench.release_scores import ReleaseScores, score_releases
from bench.tagging import read_posts
from nlp.annotations import PostText
from nlp.catalogue import load_catalogue
from nlp.pipeline import Tagger, build_tagger


def read_recorded(path: Path) -> dict[str, date]:
    """The days on record, by version."""
    versions = json.loads(path.read_text(encoding="utf-8"))["versions"]
    return {version: date.fromisoformat(told["date"]) for version, told in versions.items()}


def score_tagger(tagger: Tagger, product: str, recorded: dict[str, date], posts: Sequence[PostText]) -> ReleaseScores:
    """Scores of what `tagger` says about `posts`."""
    return score_releases(product, recorded, list(zip(posts, tagger.tag_many(posts), strict=True)))


def _report(scores: ReleaseScores, *, misses: bool) -> None:
    found = len(scores.announced) - len(scores.missed)
    print(f"recall {scores.recall:.3f}: {found} of {len(scores.announced)} announced versions")
    print(f"wrong  {scores.wrong_share:.3f}: {len(scores.wrong)} of {scores.judged} release events")
    if not misses:
        return
    for version in scores.missed:
        print(f"missed {version}")
    for wrong in scores.wrong:
        evidence = " ".join(wrong.event.evidence.text.split())
        print(
            f"wrong  {wrong.post.anchor} “{wrong.post.title}”: {wrong.reason} ({wrong.event.status})\n       {evidence}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path, metavar="CORPUS.jsonl")
    parser.add_argument("truth", type=Path, metavar="TRUTH.json")
    parser.add_argument("--product", help="slug of the product in the catalogue; the truth file's name without it")
    parser.add_argument("--misses", action="store_true", help="list what was missed and what was wrong")
    words = parser.parse_args()
    scores = score_tagger(
        build_tagger(load_catalogue()),
        words.product or words.truth.stem,
        read_recorded(words.truth),
        read_posts([words.corpus]),
    )
    _report(scores, misses=words.misses)


if __name__ == "__main__":
    main()
