"""What an event's confidence and an entity's salience are worth: `python -m bench.calibration [--fit] FOLDER…`

A folder holds labelled posts (see `bench.tagging_scores`). A statement of the tagger is right when the labels have an
event of its type with one of its subjects; that a post is about an entity is right when its label says so. Prints, for
each fifth of probability, how many it holds and how many of them are right, and the expected calibration error (Guo et
al. 2017): the gap between both, weighed by their numbers. `--fit` prints weights fitted to these posts (logistic
regression, ridge), and the same table for them on posts left out in turn.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.tagging_scores import LabelledPost, normalised, read_labelled_posts
from nlp.catalogue import load_catalogue
from nlp.components import Draft
from nlp.events.confidence import Signs as EventSigns
from nlp.events.finder import find_statements
from nlp.pipeline import DEFAULT_MODEL, build_tagger
from nlp.salience import SalienceSigns, signs_of_salience, weigh_salience

Numbers = NDArray[np.float64]
RIDGE = 1.0
FOLDS = 10
BINS = 5

Signs = EventSigns | SalienceSigns


@dataclass(frozen=True, slots=True)
class Judged:
    """What was said of the post with that number, by which signs and how surely, and whether the labels agree."""

    post: int
    signs: Signs
    probability: float
    right: bool


def judge_events(posts: Sequence[LabelledPost], drafts: Sequence[Draft]) -> list[Judged]:
    """Every statement of the posts, however unsure."""
    judged = []
    for number, (labelled, draft) in enumerate(zip(posts, drafts, strict=True)):
        forms = _forms(draft)
        for statement in find_statements(
            draft.text,
            draft.title_end,
            draft.sentences,
            draft.entities,
            draft.timexes,
            draft.post.anchor,
            draft.prominent,
        ):
            event = statement.event
            named = set().union(*(forms.get(slug, set()) for slug in event.subjects))
            right = any(
                label.type == event.type and any(named & accepted for accepted in label.subjects)
                for label in labelled.events
            )
            judged.append(Judged(number, statement.signs, event.confidence, right))
    return judged


def judge_salience(posts: Sequence[LabelledPost], drafts: Sequence[Draft]) -> list[Judged]:
    """Every product and organization of the posts."""
    judged = []
    for number, (labelled, draft) in enumerate(zip(posts, drafts, strict=True)):
        forms = _forms(draft)
        kinds = {found.entity.slug: found.entity.kind for found in draft.entities}
        for slug, signs in signs_of_salience(draft.title_end, draft.entities, draft.events):
            if kinds[slug] != "tld":
                labels = labelled.products if kinds[slug] == "product" else labelled.organizations
                right = any(label.salient and label.forms & forms[slug] for label in labels)
                judged.append(Judged(number, signs, weigh_salience(signs), right))
    return judged


def _forms(draft: Draft) -> dict[str, set[str]]:
    forms: dict[str, set[str]] = {}
    for found in draft.entities:
        written = draft.text[found.start : found.end]
        forms.setdefault(found.entity.slug, set()).update({normalised(found.entity.name), normalised(written)})
    return forms


def fit(statements: Sequence[Judged]) -> Numbers:
    """Weights of the signs, the bias last: Newton's method on the ridged log-likelihood."""
    signs = _matrix(statements)
    right = np.array([statement.right for statement in statements], dtype=np.float64)
    ridge = RIDGE * np.eye(signs.shape[1])
    ridge[-1, -1] = 0.0
    weights = np.zeros(signs.shape[1])
    for _ in range(50):
        sure = _sigmoid(signs @ weights)
        gradient = signs.T @ (right - sure) - ridge @ weights
        hessian = (signs * (sure * (1 - sure))[:, None]).T @ signs + ridge
        step = np.linalg.solve(hessian, gradient)
        weights += step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def left_out(statements: Sequence[Judged]) -> Numbers:
    """The confidence of each statement by weights fitted without the posts of its fold."""
    sure = np.zeros(len(statements))
    for fold in range(FOLDS):
        mine = [i for i, statement in enumerate(statements) if statement.post % FOLDS == fold]
        weights = fit([statement for statement in statements if statement.post % FOLDS != fold])
        sure[mine] = _sigmoid(_matrix([statements[i] for i in mine]) @ weights)
    return sure


def _matrix(statements: Sequence[Judged]) -> Numbers:
    names = _names(statements)
    rows = [[*(getattr(statement.signs, name) for name in names), True] for statement in statements]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(names) + 1)


def _names(statements: Sequence[Judged]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(statements[0].signs))


def _sigmoid(scores: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-scores)), dtype=np.float64)


def bins(sure: Numbers, right: NDArray[np.bool_]) -> Iterator[tuple[float, int, float, float]]:
    """For each fifth of probability its beginning, how many are in it, the share that is right, and what was said."""
    for low in np.arange(BINS) / BINS:
        inside = (sure >= low) & ((sure < low + 1 / BINS) | (low + 1 / BINS >= 1))
        if inside.any():
            yield float(low), int(inside.sum()), float(right[inside].mean()), float(sure[inside].mean())


def calibration_error(sure: Numbers, right: NDArray[np.bool_]) -> float:
    """The expected calibration error, between 0 and 1."""
    return sum(number * abs(share - said) for _, number, share, said in bins(sure, right)) / len(sure)


def print_table(sure: Numbers, right: NDArray[np.bool_]) -> None:
    print(f"{'probability':<12}{'number':>11}{'right':>8}{'said':>8}")
    for low, number, share, said in bins(sure, right):
        print(f"{low:.1f} to {low + 1 / BINS:.1f}  {number:>11}{share:>8.2f}{said:>8.2f}")
    print(f"expected calibration error {calibration_error(sure, right):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--fit", action="store_true", help="print weights fitted to these posts")
    words = parser.parse_args()
    posts = [post for folder in words.folders for post in read_labelled_posts(folder)]
    tagger = build_tagger(load_catalogue(), DEFAULT_MODEL)
    drafts = list(tagger.drafts(post.post for post in posts))
    for title, judged in (("events", judge_events(posts, drafts)), ("salience", judge_salience(posts, drafts))):
        right = np.array([one.right for one in judged])
        print(f"{title}: {len(judged)} in {len(posts)} posts")
        print_table(np.array([one.probability for one in judged]), right)
        if words.fit:
            print(f"\nfitted weights of {title}")
            for name, weight in zip((*_names(judged), "bias"), fit(judged), strict=True):
                print(f'    "{name}": {weight:.2f},')
            print(f"\non posts left out, {FOLDS} folds")
            print_table(left_out(judged), right)
        print()


if __name__ == "__main__":
    main()
