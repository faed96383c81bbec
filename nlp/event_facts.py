"""What the mentions of one happening say together: its date and basis, status, history, contradictions, and how sure
it is.

A copy says nothing of its own: of posts with the same or nearly the same words the first counts. A source that later
says another day corrects itself. Independent sources that contradict each other are shown both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Literal, TypeAlias
from uuid import UUID, uuid5

from nlp.annotations import EventStatus, EventType
from nlp.event_mentions import Day, ResolverMention, Span, Subject, days_moved, length, touch
from nlp.event_wording import OF_SEVERAL, STATUSES, WORDING

NAMESPACE = UUID("5e9ab7a4-5d4b-5f0e-9a63-3f0f6f2f3c11")
POSTS_OF_SIDE = 20  # named of each side of a contradiction, the earliest


@dataclass(frozen=True, slots=True)
class ReportedDate:
    """A date that an event was said to have, when and by which post.

    `moved_days` is by how much it differs from the date said before, None for the first and where both may be the
    same day.
    """

    value: str | None
    reported: datetime
    post: str
    moved_days: int | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """What some of the posts say where others contradict them; `posts` are the first of them, the earliest first."""

    value: str | None
    begin: date | None
    end: date | None
    status: EventStatus
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResolvedEvent:
    """What the mentions say together. `basis` is "published" where no post gave a date: the first report's day stands
    in for what happened or was called off, and what is planned has none.

    `revisions` counts the posts by which its date or status changed since the first.

    `slipped_days` is how much later (or, negative, earlier) it is than was first said, 0 where it stands, None where
    no day was ever planned. `conflict` has two sides or more, the one that the event shows first, or none.
    """

    id: str
    type: EventType
    status: EventStatus
    title: str
    date: str | None
    begin: Day | None
    end: Day | None
    basis: Literal["text", "published"]
    subjects: tuple[Subject, ...]
    confidence: float
    sources: int
    first_reported: datetime
    last_reported: datetime
    mention_ids: tuple[int, ...]
    history: tuple[ReportedDate, ...]
    slipped_days: int | None
    conflict: tuple[Side, ...]
    revisions: int


Reports: TypeAlias = Sequence[ResolverMention]  # of one event, in the order of their reporting


def tell(parties: tuple[Subject, ...], mentions: Reports) -> ResolvedEvent:
    """The event of these mentions, which are in their order and one at least."""
    first = mentions[0]
    own = _in_own_words(mentions)
    status = _status(own)
    when = _date(own, status)
    history = tuple(_history(own))
    subjects = _subjects(first.subjects[0], mentions)
    # One post may tell of a plan and of a fact, both without a date: the status tells them apart.
    said = first.date or first.status
    key = (first.type, *(part for party in parties for part in party), first.post, said)
    return ResolvedEvent(
        id=str(uuid5(NAMESPACE, "|".join(key))),
        type=first.type,
        status=status,
        title=_title(first.type, status, subjects),
        date=when.value,
        begin=when.span[0] if when.span else None,
        end=when.span[1] if when.span else None,
        basis=when.basis,
        subjects=tuple(subjects),
        confidence=_confidence(mentions),
        sources=len(_independent(mentions)),
        first_reported=first.reported,
        last_reported=mentions[-1].reported,
        mention_ids=tuple(sorted(mention.id for mention in mentions)),
        history=history,
        slipped_days=_slipped(own, when.span),
        conflict=_conflict(mentions, own, when),
        revisions=_revisions(own, history),
    )


# -- who says it -----------------------------------------------------------------------


def voices(mentions: Reports) -> dict[str, str]:
    """For each post the one whose words it has: its own, or those of the first that it copies."""
    voice: dict[str, str] = {}
    place: dict[str, int] = {}
    by_content: dict[str, str] = {}
    for mention in mentions:
        if mention.post in voice:
            continue
        copied = min((post for post in mention.copies if post in voice), key=place.__getitem__, default=None)
        place[mention.post] = len(place)
        original = by_content.get(mention.content_hash) or (voice[copied] if copied else mention.post)
        voice[mention.post] = original
        by_content.setdefault(mention.content_hash, original)
    return voice


def _independent(mentions: Reports) -> set[int]:
    """Sources that say it in words of their own: a copy counts for nothing."""
    voice = voices(mentions)
    return {mention.source for mention in mentions if voice[mention.post] == mention.post}


def _confidence(mentions: Reports) -> float:
    """That not all of the independent sources err: 1 - Π(1 - confidence), each source with its best mention."""
    counted = _independent(mentions)
    best: dict[int, float] = {}
    for mention in mentions:
        if mention.source in counted:
            best[mention.source] = max(best.get(mention.source, 0.0), mention.confidence)
    doubt = reduce(lambda product, source: product * (1 - best[source]), sorted(best, key=lambda s: best[s]), 1.0)
    return round(min(0.99, 1 - doubt), 4)


def _in_own_words(mentions: Reports) -> list[ResolverMention]:
    """Without what copies say, whose "today" may have become another day."""
    voice = voices(mentions)
    return [mention for mention in mentions if voice[mention.post] == mention.post]


# -- what and when ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _When:
    value: str | None
    span: Span | None
    basis: Literal["text", "published"]


def _status(own: Reports) -> EventStatus:
    """What happened stays so; between plans and their cancelling the last word counts."""
    if any(mention.status == "happened" for mention in own):
        return "happened"
    return own[-1].status


def _date(own: Reports, status: EventStatus) -> _When:
    """Reports of the happening before plans; of plans the last stated day; else the day of the first report."""
    sides = _sides(own)
    if sides:
        best = _finest_of(sides[0])
        return _When(best.date, best.span, "text")
    plan = _last_plan(own)
    if status != "happened":
        if plan is not None:
            return _When(plan.date, plan.span, "text")
        if status == "planned":
            return _When(None, None, "published")  # its day is not the one on which it was told
    told = next(mention for mention in own if mention.status == status)
    if status == "happened" and plan is not None and plan.span is not None and plan.span[0] <= told.day:
        return _When(plan.date, plan.span, "text")
    return _published(told)  # no day was named, or it came before the day that was planned


def _published(mention: ResolverMention) -> _When:
    day = mention.day
    return _When(day.isoformat(), (day, day + timedelta(days=1)), "published")


def _last_plan(own: Reports) -> ResolverMention | None:
    """The day that the last post says, in the finest words for it that anyone has had."""
    said = _news(mention for mention in own if mention.dated)
    if not said:
        return None
    last = said[-1]
    dated = [(place, mention) for place, mention in enumerate(said) if _touch(mention, last)]
    return min(dated, key=lambda found: (_length(found[1]), -found[0]))[1]


def _news(dated: Iterator[ResolverMention]) -> list[ResolverMention]:
    """Without the former day that a post repeats beside the new one ("from June to September")."""
    by_post: dict[str, list[ResolverMention]] = defaultdict(list)
    for mention in dated:
        by_post[mention.post].append(mention)
    news: list[ResolverMention] = []
    for told in by_post.values():
        new = [mention for mention in told if not any(_touch(mention, former) for former in news)]
        news += new or told
    return news


def _touch(one: ResolverMention, other: ResolverMention) -> bool:
    return one.span is not None and other.span is not None and touch(one.span, other.span)


def _length(mention: ResolverMention) -> int:
    return length(mention.span) if mention.span is not None else 10**6


# -- contradictions --------------------------------------------------------------------


def _sides(own: Reports) -> list[list[ResolverMention]]:
    """What is said of when it happened, parted into days that cannot be the same: the most told first.

    A source counts with its last word.
    """
    happened = [mention for mention in own if mention.status == "happened" and mention.dated]
    last_post = {_speaker(mention): mention.post for mention in happened}
    last_words = [mention for mention in happened if mention.post == last_post[_speaker(mention)]]
    standing = [
        mention
        for mention in happened
        if any(_touch(mention, word) for word in last_words if _speaker(word) == _speaker(mention))
    ]
    sides: list[list[ResolverMention]] = []
    for mention in sorted(standing, key=lambda m: (_length(m), m.order)):
        side = next((side for side in sides if _touch(side[0], mention)), None)
        if side is None:
            sides.append([mention])
        else:
            side.append(mention)
    return sorted(sides, key=lambda side: (-len({_speaker(m) for m in side}), _length(side[0]), _earliest(side)))


def _speaker(mention: ResolverMention) -> object:
    return mention.source or mention.post  # of a post without a source nobody else speaks


def _earliest(side: Reports) -> tuple[object, ...]:
    return min(mention.order for mention in side)


def _finest_of(side: Reports) -> ResolverMention:
    """The finest words for the day, of them those that most have used, then the first."""
    told: dict[str | None, set[object]] = defaultdict(set)
    for mention in side:
        told[mention.date].add(_speaker(mention))
    return min(side, key=lambda m: (_length(m), -len(told[m.date]), m.order))


def _conflict(mentions: Reports, own: Reports, when: _When) -> tuple[Side, ...]:
    """All that contradicts each other; none where nothing does."""
    if when.span is None or not any(mention.status == "happened" for mention in own):
        return ()
    happened = _sides(own)
    against: list[list[ResolverMention]] = list(happened[1:]) if own[0].comes_once else []
    # Called off before it is said to have happened, it was taken up again.
    called_off = [m for m in own if m.status == "cancelled" and m.day >= when.span[0]]
    if called_off:
        against.append(called_off)
    if own[0].comes_once:
        against += _still_planned(own, when.span)
    if not against:
        return ()
    shown = happened[0] if happened else [m for m in own if m.status == "happened"]
    voice = voices(mentions)
    chosen = Side(when.value, *when.span, "happened", _posts_of(shown, mentions, voice))
    return chosen, *(_side(side, mentions, voice) for side in against)


def _still_planned(own: Reports, happened: Span) -> list[list[ResolverMention]]:
    """What others plan for a later day when it has already happened."""
    who = {_speaker(mention) for mention in own if mention.status == "happened"}
    late = [
        mention
        for mention in own
        if mention.status == "planned"
        and mention.span is not None
        and mention.span[0] >= happened[1] <= mention.day
        and _speaker(mention) not in who
    ]
    sides: dict[str | None, list[ResolverMention]] = {}
    for mention in late:
        sides.setdefault(mention.date, []).append(mention)
    return list(sides.values())


def _side(side: Reports, mentions: Reports, voice: dict[str, str]) -> Side:
    best = _finest_of(side)
    begin, end = best.span or (None, None)
    return Side(best.date, begin, end, best.status, _posts_of(side, mentions, voice))


def _posts_of(side: Reports, mentions: Reports, voice: dict[str, str]) -> tuple[str, ...]:
    """The posts that say so, with those that copy them."""
    said = {mention.post for mention in side}
    posts = dict.fromkeys(mention.post for mention in mentions if voice[mention.post] in said)
    return tuple(posts)[:POSTS_OF_SIDE]


# -- how the date moved ----------------------------------------------------------------


def _history(own: Reports) -> Iterator[ReportedDate]:
    """Each date as it was first said, and again when it moved or was said more exactly."""
    former: ResolverMention | None = None
    for mention in _news(mention for mention in own if mention.dated):
        if former is None or mention.span is None or former.span is None:
            moved = None
        elif _touch(former, mention):
            if _length(mention) >= _length(former):
                continue
            moved = None
        else:
            moved = days_moved(former.span, mention.span)
        yield ReportedDate(mention.date, mention.reported, mention.post, moved)
        former = mention


def _revisions(own: Reports, history: Sequence[ReportedDate]) -> int:
    """The posts that said another date, said it more exactly, or said of a plan what became of it."""
    changing = {change.post for change in history}
    status = own[0].status
    for mention in own:
        if status not in {"happened", mention.status}:  # as `_status` has it
            changing.add(mention.post)
            status = mention.status
    return len(changing - {own[0].post})


def _slipped(own: Reports, span: Span | None) -> int | None:
    """From what was planned at first, as exactly as it was said before it moved, to what stands now."""
    planned = [mention.span for mention in own if mention.status == "planned" and mention.span is not None]
    if span is None or not planned:
        return None
    first = planned[0]
    for other in planned[1:]:
        if not touch(first, other):
            break
        if length(other) < length(first):
            first = other
    return days_moved(first, span)


# -- who and what ----------------------------------------------------------------------


def _subjects(main: Subject, mentions: Reports) -> dict[Subject, str]:
    """Subjects with their names, the main one first, then by how many reports name them."""
    names: dict[Subject, str] = {}
    count: dict[Subject, int] = defaultdict(int)
    for mention in mentions:
        for subject, name in zip(mention.subjects, mention.names, strict=True):
            names.setdefault(subject, name)
            count[subject] += 1
    order = {subject: position for position, subject in enumerate(names)}
    ranked = sorted(names, key=lambda subject: (subject != main, -count[subject], order[subject]))
    return {subject: names[subject] for subject in ranked}


def _title(kind: EventType, status: EventStatus, subjects: dict[Subject, str]) -> str:
    names = list(subjects.values())
    shown = ", ".join(names[:3]) if kind in OF_SEVERAL else names[0]
    return WORDING[kind][STATUSES.index(status)].format(shown)
