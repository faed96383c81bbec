"""Is a post *about* an entity? Title, lead, share of the mentions; an event's subject is always meant."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from nlp.annotations import FoundEntity

_LEAD = 350  # characters of the text in which a writer says what the post is about
_LISTED_FROM = 4  # so many names joined by commas are a list of examples


@dataclass(frozen=True, slots=True)
class Weights:
    """Points for what speaks for salience, and how many an entity needs; set on labelled posts."""

    title: float = 3.0
    lead: float = 1.0
    repeated: float = 0.5  # a mention after the first, up to `repeats`
    repeats: int = 4
    subject_of_title: float = 1.0
    listed: float = -1.0  # only ever named in a list of examples
    needed: float = 2.0


def find_salient(
    title_end: int,
    entities: Sequence[FoundEntity],
    subjects: Collection[str] = (),
    weights: Weights | None = None,
) -> frozenset[str]:
    """Slugs of the entities that the post is about.

    `subjects` are slugs known to be what an event of the post happens to.
    """
    points = _points(title_end, entities, weights or Weights())
    needed = (weights or Weights()).needed
    salient = {slug for slug, value in points.items() if value >= needed}
    salient.update(slug for slug in subjects if slug in points)
    return frozenset(salient)


def _points(title_end: int, entities: Sequence[FoundEntity], weights: Weights) -> dict[str, float]:
    lead_end = title_end + 2 + _LEAD
    points: dict[str, float] = {}
    by_slug: dict[str, list[FoundEntity]] = {}
    for entity in entities:
        by_slug.setdefault(entity.entity.slug, []).append(entity)
    for slug, mentions in by_slug.items():
        total = 0.0
        if any(mention.end <= title_end for mention in mentions):
            total += weights.title
        if any(title_end < mention.end <= lead_end for mention in mentions):
            total += weights.lead
        in_text = sum(1 for mention in mentions if mention.start > title_end)
        total += weights.repeated * min(max(in_text - 1, 0), weights.repeats)
        points[slug] = total
    return points
