"""Event mentions: in each sentence a trigger, whom it happens to, the date beside it, and its status.

A sure trigger counts anywhere, a weak one in the title; confidence.py weighs what else speaks for a statement. What a
post says twice of the same event becomes one mention, with the sentence that dates it best as evidence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nlp.annotations import EntityKind, EventType, FoundEntity, FoundEvent, FoundTimex
from nlp.events.confidence import LEAST, Signs, confidence_of
from nlp.events.dates import (
    date_of,
    dated_by_announcement,
    dated_by_invitation,
    is_past_plan,
    looks_back,
    without_limit,
)
from nlp.events.editions import FINAL, FIXES, PATCH_LEVEL, is_port, is_staged, titled_as, with_neighbours
from nlp.events.kinds import EventKind
from nlp.events.merging import merged
from nlp.events.reading import Kin, Sentence, Span, Statement, clause_of, gap_to, read_sentences
from nlp.events.status import states_nothing, status_of
from nlp.events.subjects import REACH_BACK, rank_of, subjects_of
from nlp.events.triggers import TRIGGERS, Trigger, triggers_in
from nlp.rules import rule_line

MOST_STATEMENTS = 400  # of events that are read in one post: they are compared with each other
LONGEST_SENTENCE = 1200  # beyond it stands a list or a table, not a statement
_NEXT = 12  # characters between a trigger and what acts
_DETERMINER = 4  # characters of "the " before a name


@dataclass(frozen=True, slots=True)
class _Post:
    """What the sentences of a post are read with. `about` are slugs that places make prominent, `staged` and `ported`
    those that the title names only as a beta or a port, `fixed` those of versions that only fix.
    """

    sentences: tuple[Sentence, ...]
    anchor: date | None
    about: frozenset[str]
    kinds: Mapping[str, Collection[EntityKind]]
    kin: Kin
    staged: frozenset[str]
    ported: frozenset[str]
    fixed: frozenset[str]


def find_events(
    text: str,
    title_end: int,
    sentences: Sequence[Span],
    entities: Sequence[FoundEntity],
    timexes: Sequence[FoundTimex],
    anchor: date | None,
    about: Collection[str] = (),
) -> tuple[FoundEvent, ...]:
    """The event mentions of a post, in order of their evidence.

    Args:
        text: the document text; offsets of all else are in it.
        title_end: where the title's characters end.
        sentences: spans from `split_sentences`.
        entities, timexes: what was found in the text.
        anchor: the publishing day, from which "planned" and "happened" are seen.
        about: slugs of what the post is about, as far as the places of their mentions tell.
    """
    post = _read(text, title_end, sentences, entities, timexes, anchor, about)
    told = [statement for statement in _all_statements(post) if statement.event.confidence >= LEAST]
    return tuple(merged(told, post.kin, anchor))


def find_statements(
    text: str,
    title_end: int,
    sentences: Sequence[Span],
    entities: Sequence[FoundEntity],
    timexes: Sequence[FoundTimex],
    anchor: date | None,
    about: Collection[str] = (),
) -> list[Statement]:
    """What the triggers of a post state, however unsure, one by one; the arguments are those of `find_events`."""
    return _all_statements(_read(text, title_end, sentences, entities, timexes, anchor, about))


def _read(
    text: str,
    title_end: int,
    sentences: Sequence[Span],
    entities: Sequence[FoundEntity],
    timexes: Sequence[FoundTimex],
    anchor: date | None,
    about: Collection[str],
) -> _Post:
    dates = [without_limit(timex, anchor) for timex in timexes]
    split = tuple(read_sentences(text, title_end, sentences, entities, dates))
    kinds: dict[str, set[EntityKind]] = {}
    for entity in entities:
        kinds.setdefault(entity.entity.slug, set()).add(entity.entity.kind)
    return _Post(
        sentences=split,
        anchor=anchor,
        about=frozenset(about),
        kinds=kinds,
        kin={entity.entity.slug: frozenset(ref.slug for ref in entity.ancestors) for entity in entities},
        staged=titled_as(split, is_staged),
        ported=titled_as(split, is_port),
        fixed=frozenset(e.entity.slug for e in entities if e.ancestors and PATCH_LEVEL.search(e.entity.name)),
    )


def _all_statements(post: _Post) -> list[Statement]:
    split = post.sentences
    said: list[Statement] = []
    for sentence in split:
        # Nobody named so near means nobody whom something could happen to, and reading is spared.
        near = split[max(0, sentence.index - REACH_BACK) : sentence.index + 1]
        if len(sentence.text) > LONGEST_SENTENCE or not any(one.entities for one in near):
            continue
        if not states_nothing(sentence.text):
            said += _statements(post, sentence)
        if len(said) > MOST_STATEMENTS:
            break
    return dated_by_invitation(dated_by_announcement(said, split, post.anchor), split, post.anchor)


def _statements(post: _Post, sentence: Sentence) -> Iterator[Statement]:
    found = [(kind, trigger) for kind in TRIGGERS for trigger in triggers_in(sentence, kind)]
    for triggers, trigger in found:
        others = [
            (other.start, other.end) for _, other in found if (other.start, other.end) != (trigger.start, trigger.end)
        ]
        statement = _statement(post, sentence, triggers.kind, trigger, others)
        if statement is not None:
            yield statement


def _statement(
    post: _Post, sentence: Sentence, kind: EventKind, trigger: Trigger, others: Sequence[Span]
) -> Statement | None:
    """What a trigger states; None when it happens to nobody, or tells of something else than news."""
    start, end = trigger.start, trigger.end
    subjects, own = subjects_of(kind, sentence, start, end, post.sentences, post.about)
    said_type = _type_of(post, sentence, kind, trigger, subjects) if subjects else None
    if said_type is None:
        return None
    timex = date_of(kind, sentence, start, end, post.anchor, others)
    if timex is None and looks_back(sentence, start, end):
        return None
    if timex is not None and is_past_plan(sentence, start, end, timex, post.anchor):
        return None
    if kind.type == "partnership" and _names_nobody(sentence, end):
        return None
    rank = rank_of(kind, post.kinds[subjects[0]])
    named = [entity for entity in sentence.entities if entity.entity.slug in subjects]
    signs = Signs(
        lead=sentence.lead,
        opens=sentence.opens,
        dated=timex is not None,
        acts=any(0 <= start - (entity.end - sentence.start) <= _NEXT for entity in named),
        first_choice=rank == 0,
    )
    event = FoundEvent(
        said_type,
        status_of(sentence.text, start, end, timex, post.anchor, deal=kind.type == "acquisition"),
        subjects,
        sentence.start,
        sentence.end,
        confidence_of(signs),
        timex,
        _rule(sentence, trigger, timex, own=own),
    )
    return Statement(event, sentence.index, timex is not None, sentence.in_title, rank, signs)


def _names_nobody(sentence: Sentence, end: int) -> bool:
    """Is a name that follows at once no company's: "joins Sarah Heil"?"""
    after = sentence.text[end : end + 2].lstrip()
    return after[:1].isupper() and not any(
        0 <= e.start - sentence.start - end <= _DETERMINER for e in sentence.entities
    )


def _type_of(
    post: _Post, sentence: Sentence, kind: EventKind, trigger: Trigger, subjects: Sequence[str]
) -> EventType | None:
    """A release of a port or of fixes is an update, and that of a beta none: the kind of previews tells it."""
    if kind.type != "release":
        return kind.type
    first = subjects[0]
    named = [entity for entity in sentence.entities if entity.entity.slug == first]
    nearest = min(named, key=lambda entity: gap_to(entity, sentence, trigger.start, trigger.end), default=None)
    if nearest is not None and is_staged(nearest, sentence):
        return None
    if first in post.staged and not FINAL.search(sentence.text):
        return None
    if post.ported & {first, *post.kin.get(first, ())} or any(is_port(entity, sentence) for entity in named):
        return "update"
    if first in post.fixed and FIXES.search(with_neighbours(sentence, post.sentences)):
        return "update"
    return kind.type


def _rule(sentence: Sentence, trigger: Trigger, timex: FoundTimex | None, *, own: bool) -> str:
    """The trigger, where whom it happens to is named, and where the date was taken from."""
    begin, stop = clause_of(sentence.text, trigger.start, trigger.end)
    beside = timex is not None and begin <= timex.start - sentence.start < stop
    return rule_line(
        f"event:{'sure' if trigger.sure else 'weak'}-trigger",
        " ".join(sentence.text[trigger.start : trigger.end].casefold().split()),
        subjects="sentence" if own else "before",
        date=None if timex is None else "clause" if beside else "sentence",
        date_text=None if timex is None else timex.text,
    )
