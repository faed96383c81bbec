"""How well and how fast dates are read: `python -m bench.timex LABELLED.jsonl…`

A line of a labelled file is {"id", "title", "text", "published", "timexes": [{"start", "end", "type", "value"}]} with
offsets into `text`. Prints F1 by the TempEval-3 measure for all types and for DATE alone, and the milliseconds that a
document of 400 words costs beyond its tokenization, beside those of the statistical entity recognizer in the same run.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.temporal_scores import Expression, TemporalScores, score
from nlp.annotations import PostText
from nlp.catalogue import load_catalogue
from nlp.masking import find_masked
from nlp.model_votes import load_recognizer
from nlp.pipeline import DEFAULT_MODEL, Tagger, build_tagger
from nlp.timex import find_timexes

WORDS = 400  # of the document that a cost is given for
ROUNDS = 3  # the best of these counts: what else the machine does only ever adds


@dataclass(frozen=True, slots=True)
class LabelledPost:
    """A post with its labelled date expressions; their offsets are in `post.text`."""

    id: str
    post: PostText
    expressions: tuple[Expression, ...]


def read_labelled(path: Path) -> list[LabelledPost]:
    """The posts of a labelled file, in order."""
    posts = []
    for line in path.read_text(encoding="utf-8").splitlines():
        data = json.loads(line)
        labels = tuple(Expression(t["start"], t["end"], t["type"], t["value"]) for t in data["timexes"])
        published = date.fromisoformat(data["published"][:10])
        posts.append(LabelledPost(data["id"], PostText(data["title"], data["text"], published), labels))
    return posts


def score_tagger(tagger: Tagger, posts: Sequence[LabelledPost]) -> tuple[TemporalScores, TemporalScores]:
    """Scores of all types, and of DATE alone."""
    documents = []
    for labelled, analysis in zip(posts, tagger.tag_many(item.post for item in posts), strict=True):
        found = [Expression(t.start, t.end, t.type, t.value) for t in analysis.timexes if t.field == "text"]
        documents.append((labelled.post.text, labelled.expressions, found))
    return score(documents), score(documents, ("DATE",))


def milliseconds_a_document(posts: Sequence[LabelledPost]) -> tuple[float, float]:
    """What 400 words cost: reading their dates (what is masked included), and the recognizer alone on the same text."""
    words = sum(len(item.post.text.split()) for item in posts)
    recognizer = load_recognizer(DEFAULT_MODEL)
    docs = [recognizer.make_doc(item.post.text) for item in posts]

    def read_dates() -> None:
        for item in posts:
            find_timexes(item.post.document, item.post.anchor, find_masked(item.post.document).spans)

    def recognize() -> None:
        for _ in recognizer.pipe(doc.copy() for doc in docs):
            pass

    return _best_seconds(read_dates) / words * WORDS * 1000, _best_seconds(recognize) / words * WORDS * 1000


def _best_seconds(work: Callable[[], None]) -> float:
    seconds = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        seconds.append(time.process_time() - begun)
    return min(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="LABELLED.jsonl")
    files: list[Path] = parser.parse_args().files
    tagger = build_tagger(load_catalogue())
    everything: list[LabelledPost] = []
    print(f"{'file':<20}{'types':<7}{'value':>7}{'relaxed':>9}{'strict':>8}{'type':>7}{'labelled':>10}{'found':>7}")
    for path in files:
        posts = read_labelled(path)
        everything += posts
        for types, scores in zip(("all", "DATE"), score_tagger(tagger, posts), strict=True):
            print(
                f"{path.stem:<20}{types:<7}{scores.value:>7.4f}{scores.relaxed:>9.4f}{scores.strict:>8.4f}"
                f"{scores.type:>7.4f}{scores.labelled:>10}{scores.found:>7}"
            )
    dates, recognizer = milliseconds_a_document(everything)
    print(f"\nCPU milliseconds for {WORDS} words: dates {dates:.2f}, the entity recognizer {recognizer:.2f}")


if __name__ == "__main__":
    main()
