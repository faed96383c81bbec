"""What the tagger says of a stored post, as the API shows it: mapped here because api does not know nlp."""

from __future__ import annotations

from api.schemas import (
    EventLabelOut,
    ExplainedEntityOut,
    ExplainedEventMentionOut,
    ExplainedMentionOut,
    ExplainedTags,
    ExplainedTimexOut,
    ExplanationOut,
    SpanOut,
)
from nlp.annotations import Analysis, EventMention, Mention, TaggedEntity, Timex
from nlp.explanations import (
    Explanation,
    Provenance,
    explain_event,
    explain_mention,
    explain_salience,
    explain_timex,
)


def explained_tags(analysis: Analysis, version: str) -> ExplainedTags:
    """The tags in the orders that stored ones are shown in, each with its reason; `version` is the tagger's."""
    made = Provenance.of(version)
    entities = (*analysis.products, *analysis.organizations, *analysis.tlds)
    mentions = [(entity, mention) for entity in entities for mention in entity.mentions]
    return ExplainedTags(
        products=_entities(analysis.products),
        organizations=_entities(analysis.organizations),
        tlds=_entities(analysis.tlds),
        events=[
            EventLabelOut(type=event.type, status=event.status, date=event.date, subjects=list(event.subjects))
            for event in analysis.events
        ],
        mentions=[_mention(*found) for found in sorted(mentions, key=lambda found: _place(found[1]))],
        timexes=[_timex(timex) for timex in sorted(analysis.timexes, key=_place)],
        event_mentions=[_event(event) for event in analysis.events],
        version=made.version,
        code_version=made.code_version,
        catalogue_version=made.catalogue_version,
        model=made.model,
    )


def _place(found: Mention | Timex) -> tuple[bool, int]:
    """The title first."""
    return found.field != "title", found.start


def _entities(entities: tuple[TaggedEntity, ...]) -> list[ExplainedEntityOut]:
    return [
        ExplainedEntityOut(
            slug=entity.slug, name=entity.name, salient=entity.salient, explain=_why(explain_salience(entity))
        )
        for entity in sorted(entities, key=lambda entity: (not entity.salient, entity.name))
    ]


def _mention(entity: TaggedEntity, mention: Mention) -> ExplainedMentionOut:
    return ExplainedMentionOut(
        kind=entity.kind,
        slug=entity.slug,
        name=entity.name,
        field=mention.field,
        start=mention.start,
        end=mention.end,
        text=mention.text,
        explain=_why(explain_mention(entity, mention)),
    )


def _timex(timex: Timex) -> ExplainedTimexOut:
    return ExplainedTimexOut(
        field=timex.field,
        start=timex.start,
        end=timex.end,
        text=timex.text,
        type=timex.type,
        value=timex.value,
        begin=timex.begin,
        end_date=timex.end_date,
        explain=_why(explain_timex(timex)),
    )


def _event(event: EventMention) -> ExplainedEventMentionOut:
    said = event.evidence
    return ExplainedEventMentionOut(
        type=event.type,
        status=event.status,
        date=event.date,
        begin=event.begin,
        end_date=event.end_date,
        subjects=list(event.subjects),
        evidence=SpanOut(field=said.field, start=said.start, end=said.end, text=said.text),
        confidence=event.confidence,
        explain=_why(explain_event(event)),
    )


def _why(explanation: Explanation) -> ExplanationOut:
    return ExplanationOut(rule=explanation.rule, why=explanation.why, facts=dict(explanation.facts))
