"""Is a post *about* an entity? Title, lead, repetition, and what happens to it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from nlp.annotations import FoundEntity, FoundEvent

_LEAD = 450  # characters of the text in which a writer says what the post is about


@dataclass(frozen=True, slots=True)
class Weights:
    """Points for what speaks for salience, and how many an entity needs; set on labelled posts."""

    title: float = 3.0
    lead: float = 1.0
    repeated: float = 0.5  # a mention after the first, up to `repeats`
    repeats: int = 4
    event: float = 2.0  # an event happens to it
    hint: float = 0.5  # an event that is less sure than `sure` does
    sure: float = 0.65
    aside: float = 1.0  # an event does, but it stands in a post that is titled by others, once, after the lead
    needed: float = 2.0
    needed_beside_title: float = 2.5  # where the title names others of its kind


_WEIGHTS = Weights()


def find_salient(
    title_end: int, entities: Sequence[FoundEntity], subjects: Collection[str] = (), weights: Weights = _WEIGHTS
) -> frozenset[str]:
    """Slugs of the entities that the post is about.

    `subjects` are slugs known to be what the post's news happens to; `main_subjects` chooses them from events.
    """
    mentions = _by_slug(entities)
    titled = {entity.entity.kind for entity in entities if entity.end <= title_end}
    salient = {slug for slug in subjects if slug in mentions}
    for slug, found in mentions.items():
        needed = weights.needed_beside_title if found[0].entity.kind in titled else weights.needed
        if _points(title_end, found, weights) >= needed:
            salient.add(slug)
    return frozenset(salient)


def main_subjects(
    title_end: int, entities: Sequence[FoundEntity], events: Sequence[FoundEvent], weights: Weights = _WEIGHTS
) -> frozenset[str]:
    """Slugs of what the events happen to, without those that the post only speaks of in passing."""
    mentions = _by_slug(entities)
    surest: dict[str, float] = {}
    for event in events:
        for slug in event.subjects:
            surest[slug] = max(surest.get(slug, 0.0), event.confidence)
    # A title that names none of them, as a round-up's does, makes an aside of nothing.
    titled = {entity.entity.slug for entity in entities if entity.end <= title_end}
    news_titled = bool(titled & surest.keys())
    main = set()
    for slug, confidence in surest.items():
        found = mentions.get(slug, ())
        points = _points(title_end, found, weights)
        of_titled = any(ref.slug in titled for mention in found[:1] for ref in mention.ancestors)
        happens = weights.aside if news_titled and not points and not of_titled else weights.event
        points += happens if confidence >= weights.sure else weights.hint
        if points >= weights.needed:
            main.add(slug)
    return frozenset(main)


def _by_slug(entities: Sequence[FoundEntity]) -> dict[str, list[FoundEntity]]:
    mentions: dict[str, list[FoundEntity]] = {}
    for entity in entities:
        mentions.setdefault(entity.entity.slug, []).append(entity)
    return mentions


def _points(title_end: int, mentions: Sequence[FoundEntity], weights: Weights) -> float:
    """What the places of its mentions say; nothing where it is named once, after the lead."""
    lead_end = title_end + 2 + _LEAD
    in_text = [mention for mention in mentions if mention.start > title_end]
    points = weights.repeated * min(max(len(in_text) - 1, 0), weights.repeats)
    if len(in_text) < len(mentions):
        points += weights.title
    if any(mention.end <= lead_end for mention in in_text):
        points += weights.lead
    return points
