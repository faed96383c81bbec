"""How well posts are tagged: what was found against what a reader labelled, counted over all posts together.

A name was found when one of its forms (the entity's name and its mentions) is one of the forms that the label accepts,
compared without case, punctuation and "the"; each label is found once, in order. A date was found when its text and
the label's lie one inside the other and their values are equal; references like PAST_REF are left out on both sides.
An event was found when its type is the label's and a subject is shared, *dated* when the date is too: a label without
a date takes any. *Status* is judged on the events that were found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from nlp.annotations import Analysis, PostText, TaggedEntity

L = TypeVar("L")
F = TypeVar("F")
Forms = frozenset[str]

KINDS = (
    "products",
    "products_salient",
    "organizations",
    "tlds",
    "dates",
    "dates_found",
    "events",
    "events_dated",
)
"""What is counted, in the order in which it is shown."""

_PUNCTUATION = re.compile(r"[^\w\s.+#]")
_FULL_STOP = re.compile(r"\.(?!\d)")  # not the point of a version


@dataclass(frozen=True, slots=True)
class LabelledName:
    """A product, organization or TLD, with every form of its name that is right."""

    name: str
    forms: Forms
    salient: bool = False


@dataclass(frozen=True, slots=True)
class LabelledDate:
    """A date expression and its TIMEX3 value."""

    text: str
    value: str


@dataclass(frozen=True, slots=True)
class LabelledEvent:
    """An event; `subjects` holds a set of forms for each of them, `date` is a TIMEX3 value."""

    type: str
    status: str
    date: str | None
    subjects: tuple[Forms, ...]


@dataclass(frozen=True, slots=True)
class LabelledPost:
    """A post and what a reader found in it."""

    id: str
    post: PostText
    products: tuple[LabelledName, ...]
    organizations: tuple[LabelledName, ...]
    tlds: tuple[LabelledName, ...]
    dates: tuple[LabelledDate, ...]
    events: tuple[LabelledEvent, ...]


@dataclass(slots=True)
class Counts:
    """How many labels were found, how many were missed, and what was found without a label."""

    found: int = 0
    missed: int = 0
    extra: int = 0

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.extra) if self.found + self.extra else 0.0

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missed) if self.found + self.missed else 0.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def add(self, *, found: int, missed: int, extra: int) -> None:
        self.found += found
        self.missed += missed
        self.extra += extra


@dataclass(slots=True)
class TaggingScores:
    """Counts by kind, and of the events found those whose status was the label's."""

    counts: dict[str, Counts] = field(default_factory=lambda: {kind: Counts() for kind in KINDS})
    statuses_right: int = 0

    @property
    def status_accuracy(self) -> float:
        found = self.counts["events"].found
        return self.statuses_right / found if found else 0.0

    def figures(self) -> dict[str, float]:
        """F1 of each kind, and the accuracy of statuses, between 0 and 1."""
        return {kind: counts.f1 for kind, counts in self.counts.items()} | {"status_accuracy": self.status_accuracy}


def read_labelled_posts(folder: Path) -> list[LabelledPost]:
    """The labelled posts of a folder, one JSON file each, by file name."""
    return [labelled_post(json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.json"))]


def labelled_post(found: Mapping[str, Any]) -> LabelledPost:
    """A labelled post from the object of its file.

    "products" and "organizations" are objects with "name", "accept" and "salient", "tlds" are names, "dates" have
    "text" and "value", "events" have "type", "status", "date" and the names of their "subjects".
    """
    products, organizations = (tuple(map(_labelled_name, found[kind])) for kind in ("products", "organizations"))
    tlds = tuple(LabelledName(name, frozenset({normalised(name)})) for name in found["tlds"])
    forms = {label.name: label.forms for label in (*products, *organizations, *tlds)}
    return LabelledPost(
        found["id"],
        PostText(found["title"], found["text"], date.fromisoformat(found["published"][:10])),
        products,
        organizations,
        tlds,
        tuple(LabelledDate(label["text"], label["value"]) for label in found["dates"]),
        tuple(
            LabelledEvent(
                label["type"],
                label["status"],
                label["date"],
                tuple(forms.get(name, frozenset({normalised(name)})) for name in label["subjects"]),
            )
            for label in found["events"]
        ),
    )


def _labelled_name(label: Mapping[str, Any]) -> LabelledName:
    names = (label["name"], *label.get("accept", ()))
    return LabelledName(label["name"], _forms(names), bool(label.get("salient")))


def normalised(name: str) -> str:
    """`name` as it is compared: without case, possessive, punctuation and a leading "the"; versions keep their points,
    and so do names that begin with one."""
    text = _PUNCTUATION.sub(" ", name.casefold().replace("’", "'").replace("'s", ""))
    if not text.lstrip().startswith("."):
        text = _FULL_STOP.sub(" ", text)
    return " ".join(text.split()).removeprefix("the ")


def score_posts(tagged: Iterable[tuple[LabelledPost, Analysis]]) -> TaggingScores:
    """Scores of analyses beside the labels of their posts."""
    scores = TaggingScores()
    for labels, analysis in tagged:
        _score_names(scores, labels, analysis)
        _score_dates(scores, labels, analysis)
        _score_events(scores, labels, analysis)
    return scores


def _score_names(scores: TaggingScores, labels: LabelledPost, analysis: Analysis) -> None:
    for kind, wanted, found in (
        ("products", labels.products, analysis.products),
        ("organizations", labels.organizations, analysis.organizations),
        ("tlds", labels.tlds, analysis.tlds),
    ):
        pairs = _paired(wanted, found, lambda label, entity: bool(label.forms & _entity_forms(entity)))
        _count(scores.counts[kind], pairs, wanted, found)
        if kind == "products":
            both = sum(label.salient and entity.salient for label, entity in pairs)
            scores.counts["products_salient"].add(
                found=both,
                missed=sum(label.salient for label in wanted) - both,
                extra=sum(entity.salient for entity in found) - both,
            )


def _score_dates(scores: TaggingScores, labels: LabelledPost, analysis: Analysis) -> None:
    wanted = [label for label in labels.dates if not label.value.endswith("_REF")]
    found = [
        LabelledDate(timex.text, timex.value)
        for timex in analysis.timexes
        if timex.type == "DATE" and timex.value and not timex.value.endswith("_REF")
    ]
    read = _paired(wanted, found, lambda label, timex: _overlap(label, timex) and label.value == timex.value)
    _count(scores.counts["dates"], read, wanted, found)
    _count(scores.counts["dates_found"], _paired(wanted, found, _overlap), wanted, found)


def _overlap(label: LabelledDate, found: LabelledDate) -> bool:
    wanted, told = normalised(label.text), normalised(found.text)
    return wanted in told or told in wanted


def _score_events(scores: TaggingScores, labels: LabelledPost, analysis: Analysis) -> None:
    entities = (*analysis.products, *analysis.organizations, *analysis.tlds)
    forms = {entity.slug: _entity_forms(entity) for entity in entities}
    found = [
        LabelledEvent(
            event.type,
            event.status,
            event.date,
            tuple(forms.get(slug, frozenset({normalised(slug)})) for slug in event.subjects),
        )
        for event in analysis.events
    ]
    told = _paired(labels.events, found, _same_happening)
    _count(scores.counts["events"], told, labels.events, found)
    scores.statuses_right += sum(label.status == event.status for label, event in told)
    dated = _paired(
        labels.events,
        found,
        lambda label, event: _same_happening(label, event) and label.date in {None, event.date},
    )
    _count(scores.counts["events_dated"], dated, labels.events, found)


def _same_happening(label: LabelledEvent, found: LabelledEvent) -> bool:
    return label.type == found.type and bool(frozenset().union(*label.subjects) & frozenset().union(*found.subjects))


def _entity_forms(entity: TaggedEntity) -> Forms:
    return _forms((entity.name, *(mention.text for mention in entity.mentions)))


def _forms(names: Iterable[str]) -> Forms:
    return frozenset(normalised(name) for name in names if name.strip())


def _paired(labels: Sequence[L], found: Sequence[F], same: Callable[[L, F], bool]) -> list[tuple[L, F]]:
    """Each thing found with the first label that is the same and not taken yet."""
    open_labels = list(range(len(labels)))
    pairs = []
    for thing in found:
        for place, index in enumerate(open_labels):
            if same(labels[index], thing):
                pairs.append((labels[index], thing))
                del open_labels[place]
                break
    return pairs


def _count(counts: Counts, pairs: Sequence[object], labels: Sequence[object], found: Sequence[object]) -> None:
    counts.add(found=len(pairs), missed=len(labels) - len(pairs), extra=len(found) - len(pairs))
