"""Is a post *about* an entity? Title, lead, repetition, and what happens to it.

Before events are read, places alone say what a post is about (`find_prominent`): events need to know. Afterwards each
entity's signs are weighed (`weigh_salience`); the weights are those of a logistic regression over labelled posts,
fitted and measured by `bench/calibration.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from math import exp

from nlp.annotations import EntityRef, FoundEntity, FoundEvent
from nlp.rules import rule_line

_LEAD = 450  # characters of the text in which a writer says what the post is about


# -- before events are known -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Points:
    """What speaks for prominence, and how much of it an entity needs; set on labelled posts."""

    title: float = 3.0
    lead: float = 1.0
    repeated: float = 0.5  # a mention after the first, up to `repeats`
    repeats: int = 4
    needed: float = 2.0
    needed_beside_title: float = 2.5  # where the title names others of its kind


def find_prominent(title_end: int, entities: Sequence[FoundEntity], points: Points = Points()) -> frozenset[str]:
    """Slugs of what the places of its mentions make prominent."""
    titled = {entity.entity.kind for entity in entities if entity.end <= title_end}
    prominent = set()
    for slug, found in _by_slug(entities).items():
        needed = points.needed_beside_title if found[0].entity.kind in titled else points.needed
        in_text = [mention for mention in found if mention.start > title_end]
        reached = points.repeated * min(max(len(in_text) - 1, 0), points.repeats)
        reached += points.title if len(in_text) < len(found) else 0.0
        reached += points.lead if any(mention.end <= title_end + 2 + _LEAD for mention in in_text) else 0.0
        if reached >= needed:
            prominent.add(slug)
    return frozenset(prominent)


# -- with the events ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SalienceSigns:
    """What speaks for or against an entity's being what the post is about."""

    titled: bool
    in_lead: bool
    repeated: bool  # named twice or more in the text
    frequent: bool  # four times or more
    subject: bool  # an event happens to it first of all
    second: bool  # it is one of an event's further subjects
    sure: bool  # one of those events is very likely
    passing: bool  # the news is about others that the title names, and it is named once, after the lead
    version_of_titled: bool
    titled_by_version: bool  # the title names a version of it
    beside_titled: bool  # a product, and the title names others
    update_of_titled: bool  # a version of a titled family, that something happens to
    organization: bool
    source: bool  # a publication
    authority: bool  # a registry's overseer, a standards body, a court or an agency

    @property
    def names(self) -> tuple[str, ...]:
        """The signs that are there."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name))


BIAS = -2.20
WEIGHTS: Mapping[str, float] = {
    "titled": 2.10,
    "in_lead": 0.74,
    "repeated": 1.14,
    "frequent": 0.22,
    "subject": 0.95,
    "second": 0.59,
    "sure": 1.26,
    "passing": -1.02,
    "version_of_titled": 1.97,
    "titled_by_version": 0.94,
    "beside_titled": -0.43,
    "update_of_titled": 0.79,
    "organization": 0.51,
    "source": -1.10,
    "authority": -2.02,
}


LEAST = 0.42
"""From this probability on a post counts as being about it."""
_VERY_LIKELY = 0.85


def find_salient(title_end: int, entities: Sequence[FoundEntity], events: Sequence[FoundEvent] = ()) -> frozenset[str]:
    """Slugs of the entities that the post is about."""
    return frozenset(
        slug for slug, signs in signs_of_salience(title_end, entities, events) if weigh_salience(signs) >= LEAST
    )


def weigh_salience(signs: SalienceSigns) -> float:
    """The probability that the post is about what has these signs."""
    score = BIAS + sum(WEIGHTS[name] for name in signs.names)
    return round(1 / (1 + exp(-score)), 2)


def signs_of_salience(
    title_end: int, entities: Sequence[FoundEntity], events: Sequence[FoundEvent]
) -> Iterator[tuple[str, SalienceSigns]]:
    """The signs of each entity, by slug, in order of first mention."""
    mentions = _by_slug(entities)
    titled = {entity.entity.slug: entity.entity.kind for entity in entities if entity.end <= title_end}
    families_of_titled = {ref.slug for entity in entities if entity.end <= title_end for ref in entity.ancestors}
    lead_end = title_end + 2 + _LEAD
    first = {event.subjects[0] for event in events}
    taking = {slug: [event for event in events if slug in event.subjects] for slug in mentions}
    # A title that names nothing of what happens, as a round-up's does, makes an aside of nothing.
    news_titled = any(slug in titled for event in events for slug in event.subjects)
    for slug, found in mentions.items():
        entity = found[0].entity
        in_text = [mention for mention in found if mention.start > title_end]
        in_lead = any(mention.end <= lead_end for mention in in_text)
        mine = taking[slug]
        version_of_titled = slug not in titled and any(ref.slug in titled for ref in found[0].ancestors)
        yield (
            slug,
            SalienceSigns(
                titled=slug in titled,
                in_lead=in_lead,
                repeated=len(in_text) > 1,
                frequent=len(in_text) > 3,
                subject=slug in first,
                second=bool(mine) and slug not in first,
                sure=any(event.confidence >= _VERY_LIKELY for event in mine),
                passing=news_titled and slug not in titled and not in_lead and len(in_text) < 2,
                version_of_titled=version_of_titled,
                titled_by_version=slug not in titled and slug in families_of_titled,
                beside_titled=entity.kind == "product" and slug not in titled and "product" in titled.values(),
                update_of_titled=bool(mine)
                and slug not in titled
                and any(ref.slug in titled for ref in found[0].ancestors),
                organization=entity.kind == "organization",
                source=entity.sector == "press",
                authority=entity.kind == "organization" and _is_authority(entity),
            ),
        )


def _is_authority(entity: EntityRef) -> bool:
    """A body of the catalogue, or an unknown name that is called as courts and agencies are."""
    return entity.sector == "body" if entity.known else not _AUTHORITY_WORDS.isdisjoint(entity.name.split())


_AUTHORITY_WORDS = frozenset(
    [
        "Court",
        "Department",
        "Ministry",
        "Commission",
        "Agency",
        "Government",
        "government",
        "Attorney",
        "Circuit",
        "Authority",
        "Administration",
        "Congress",
    ]
)


def salience_rules(
    title_end: int, entities: Sequence[FoundEntity], events: Sequence[FoundEvent] = ()
) -> Mapping[str, str]:
    """By slug why the post is about an entity or not, as the line of a rule. Arguments as for `find_salient`."""
    mentions = _by_slug(entities)
    rules = {}
    for slug, signs in signs_of_salience(title_end, entities, events):
        probability = weigh_salience(signs)
        about = probability >= LEAST
        name = "aside" if not about else "subject" if signs.subject or signs.second else "places"
        rules[slug] = rule_line(
            f"salience:{name}",
            signs="+".join(signs.names) or None,
            mentions=str(len(mentions[slug])),
            probability=f"{probability:g}",
            needed=f"{LEAST:g}",
        )
    return rules


def _by_slug(entities: Sequence[FoundEntity]) -> dict[str, list[FoundEntity]]:
    mentions: dict[str, list[FoundEntity]] = {}
    for entity in entities:
        mentions.setdefault(entity.entity.slug, []).append(entity)
    return mentions
