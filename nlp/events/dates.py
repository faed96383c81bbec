"""When an event happens: the date in its clause, or the sentence that dates the post's news."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from nlp.annotations import FoundTimex
from nlp.events.kinds import OF_PARTIES, EventKind
from nlp.events.reading import LEAD_SENTENCES, MAX_SUBJECTS, Sentence, Statement, clause_of
from nlp.rules import rule_line
from nlp.timex.values import interval_of

_OBJECT = 20  # characters between words of planning and the day that is planned for
_BESIDE = 4  # characters between a trigger and a date that is certainly its own


def looks_back(sentence: Sentence, start: int, end: int) -> bool:
    """Does an undated statement in the text tell of something before the post's own news?"""
    if sentence.in_title:
        return False
    if not sentence.lead and not sentence.opens and not _FINITE.search(sentence.text, max(0, start - _VERB), end):
        return True  # a noun alone, far down: "lower cost", "outages", "vulnerabilities" are spoken of in general
    recent = not sentence.lead and _BEFORE_NOW.search(sentence.text, max(0, start - 30), end) is not None
    return recent or _WAS.match(sentence.text, start) is not None


def is_past_plan(sentence: Sentence, start: int, end: int, timex: FoundTimex, anchor: date | None) -> bool:
    """Does the trigger say that something was planned for a day that is past? Whether it came, another sentence says."""
    planned = _PLAN.match(sentence.text, start) is not None
    near = 0 <= timex.start - sentence.start - end <= _OBJECT
    return planned and near and anchor is not None and timex.end_date is not None and timex.end_date <= anchor


_PLAN = re.compile(
    r"(?:scheduled|slated|due|expected|planned|set|plans?|will|should|would|intends?|aims?|hopes?)\b", re.IGNORECASE
)
_VERB = 14  # characters before a noun in which its verb stands: "had an outage"
_FINITE = re.compile(
    r"\b(?:[a-z]+ed|is|are|was|were|has|have|had|will|would|should|shall|gets?|got|goes|go|went|takes?|took|bought|buys|sold|sells|puts?|shuts?"
    r"|began|begins?|starts?|ends?|stops?|left|leaves|lost|hits?|broke|names|joins|opens|raises|cuts|drops|falls|fell|rose|rises|launches|releases"
    r"|unveils|ships|introduces|acquires|merges|appoints|retires|renames|kills|pays|paid|wins|won|meets|stole|partners|teams|signs|chose)\b",
    re.IGNORECASE,
)
_BEFORE_NOW = re.compile(r"\b(?:recently|previously|already|earlier|formerly)\b", re.IGNORECASE)
"""What tells, far down in a post and without a date, of something that is not its news."""
_WAS = re.compile(
    r"(?:.*\b(?:was|were) .*|(?:[^.;,]|\.\d){0,40}? (?:was|were)) ?(?:just |only |exactly |within |about )*(?:[\w-]+ (?:days?|hours?|weeks?) (?:after|of)|(?:on )?the same day as) ",
    re.IGNORECASE,
)
"""A trigger and what follows it, where a release of the past is counted from another: "was released two days after"."""


_STATES = frozenset({"end_of_support", "outage", "security", "opening", "legal"})
"""Types that last: "out of support since October"."""
_CLOCK = re.compile(
    r"(?i:noon|midnight|midday|\d{1,2}[:.]\d\d(?: ?[ap]\.?m\.?)?|\d{1,2} ?[ap]\.?m\.?)(?: (?:[A-Z]{2,4}|Pacific|Eastern|Central|Mountain))?"
)
"""A time of day alone: it says nothing of the day."""
_LIMIT_DATE = re.compile(r"\b(?:since|until|till|through) (?:about |around |early |late |mid-?)?$", re.IGNORECASE)
_RECORD = re.compile(
    r"\b(?:worst|first|only|best|most \w+|least \w+|[a-z]{3,}(?<!t)est) (?:(?:public|major|global|big|such|\w+wide) )?$",
    re.IGNORECASE,
)
"""Before a noun and "since 2019": the day of the one that it is compared with."""


def date_of(
    kind: EventKind,
    sentence: Sentence,
    start: int,
    end: int,
    anchor: date | None,
    others: Sequence[Sequence[int]] = (),
) -> FoundTimex | None:
    """The calendar date nearest to the trigger, in its clause before elsewhere in the sentence.

    A date that stands right beside a trigger of another kind ("coming later this year") is that one's, while there
    is another to be had.
    """
    begin, stop = clause_of(sentence.text, start, end)
    lasts = kind.type in _STATES and not _RECORD.search(sentence.text, max(0, start - 40), start)
    calendar = [
        t
        for t in sentence.timexes
        if t.value
        and t.begin is not None
        and not _CLOCK.fullmatch(t.text)
        and (
            lasts
            or not _LIMIT_DATE.search(sentence.text, max(0, t.start - sentence.start - 20), t.start - sentence.start)
        )
    ]
    other_clauses = {clause_of(sentence.text, *other) for other in others} - {(begin, stop)}
    calendar = [t for t in calendar if clause_of(sentence.text, *[t.start - sentence.start] * 2) not in other_clauses]
    if kind.type not in OF_PARTIES and _PLAN.match(sentence.text, start) and anchor is not None:
        calendar = [t for t in calendar if not _is_of_telling(t, sentence, anchor)]
    # A deal is dated by its announcement, whatever it says of the time to come.
    told = None if kind.type in OF_PARTIES else _PLAN_TOLD.search(sentence.text, 0, end)
    if told is not None and anchor is not None:
        calendar = [t for t in calendar if _may_be_of_plan(t, sentence.start + told.start("plan"), anchor)]
    if not calendar:
        return None

    def distance(timex: FoundTimex) -> tuple[bool, bool, int]:
        left, right = timex.start - sentence.start, timex.end - sentence.start
        taken = any(0 <= left - other_end <= _BESIDE for _, other_end in others)
        gap = start - right if right <= start else max(0, left - end)
        return taken and gap > _BESIDE, not begin <= left < stop, gap

    best = min(calendar, key=distance)
    if best.type == "TIME" and best.value is not None:
        return replace(best, value=best.value.split("T")[0], type="DATE")
    return best


_PLAN_TOLD = re.compile(
    r"\b(?:announc\w+|said|says|told|reveal\w+|disclos\w+|confirm\w+|unveil\w+|let it be known|e-?mail\w*|wrote|post\w+|inform\w+|warn\w+)\b[^.;]{0,80}?"
    r"\b(?P<plan>plans?|planned|intention|intends?|will|would|is going|are going|upcoming|forthcoming|about|preparing)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
"""A plan that was told: the day before it is the telling's ("On Monday it announced plans to open …")."""


def _is_of_telling(timex: FoundTimex, sentence: Sentence, anchor: date) -> bool:
    """Is it the past day that a plan was told on: "will release it, the company said on Monday"?"""
    left, right = timex.start - sentence.start, timex.end - sentence.start
    said = _SAID_BEFORE.search(sentence.text, max(0, left - 60), left) or _SAID_AFTER.match(sentence.text, right)
    return said is not None and timex.end_date is not None and timex.end_date <= anchor


def _may_be_of_plan(timex: FoundTimex, plan: int, anchor: date) -> bool:
    """Not a day that was past when the plan was told, nor the day of the telling before its words."""
    if timex.begin is None or timex.begin > anchor:
        return True
    return timex.begin == anchor and timex.start > plan


def without_limit(timex: FoundTimex, anchor: date | None) -> FoundTimex:
    """The date itself: "until 2021" reaches back to the publishing day and "since 2021" up to it, an event does not."""
    own = interval_of(timex.value) if timex.value else None
    if own is None or timex.begin is None or timex.end_date is None or anchor is None:
        return timex
    begin = own[0] if timex.begin == anchor < own[0] else timex.begin
    reaches_up = (timex.end_date - anchor).days == 1 and own[1] < timex.end_date
    end = own[1] if reaches_up else timex.end_date
    return replace(timex, begin=begin, end_date=end) if begin < end else timex


_SAYING = r"(?:announce(?:d|ment)|statement|press release|news release|blog post|said|unveiled|revealed|reported)"
_SAID_AFTER = re.compile(rf"^(?:['’]s)? {_SAYING}\b", re.IGNORECASE)
_SAID_BEFORE = re.compile(rf"\b{_SAYING},?(?: (?:on|of|late|early|dated))* ?$", re.IGNORECASE)
_NEWS_LEAD = 6  # sentences in which a post says when its news was announced
_NEWS = frozenset(
    {"release", "preview", "acquisition", "partnership", "pricing", "funding", "appointment", "opening", "rename"}
)
"""Types that happen by being announced."""


def dated_by_announcement(
    candidates: Sequence[Statement], split: Sequence[Sentence], anchor: date | None
) -> list[Statement]:
    """The post's undated news, dated by the sentence that says when it was announced ("in Wednesday's announcement").

    The evidence becomes that sentence, since every date cites its own.
    """
    said = _announcement(split, anchor)
    if said is None:
        return list(candidates)
    sentence, timex = said
    dated = []
    told = {(c.event.type, slug) for c in candidates if c.dated for slug in c.event.subjects}
    for candidate in candidates:
        event = candidate.event
        if any((event.type, slug) in told for slug in event.subjects):
            dated.append(candidate)  # another sentence dates it
            continue
        is_news = candidate.sentence < LEAD_SENTENCES and event.type in _NEWS and event.status == "happened"
        if is_news and not candidate.dated and (named := _named_of(sentence, event.subjects)) is not None:
            # An edition that the announcement names is what the post's shorter name stood for.
            subjects = tuple(dict.fromkeys((*named, *event.subjects)))[:MAX_SUBJECTS]
            rule = rule_line(event.rule, date="announcement", date_text=timex.text)
            event = replace(event, start=sentence.start, end=sentence.end, timex=timex, subjects=subjects, rule=rule)
            candidate = replace(candidate, event=event, dated=True)
        dated.append(candidate)
    return dated


def _named_of(sentence: Sentence, subjects: Sequence[str]) -> tuple[str, ...] | None:
    """Versions and editions of the subjects that the sentence names; None where it names nothing of them at all."""
    named = tuple(dict.fromkeys(entity.entity.slug for entity in sentence.entities))
    below = tuple(
        e.entity.slug
        for e in sentence.entities
        if e.entity.slug not in subjects and any(ref.slug in subjects for ref in e.ancestors)
    )
    return below if below or set(named) & set(subjects) else None


_INVITES = re.compile(
    r"\b(?:join(?:s|ing)?|attend|register|tune in|sign up|be held|takes? place|starts at|hosts?|present(?:s|ing)?|will be (?:in|at|on))\b|\bfrom \d",
    re.IGNORECASE,
)


def dated_by_invitation(
    candidates: Sequence[Statement], split: Sequence[Sentence], anchor: date | None
) -> list[Statement]:
    """Undated meetings, dated by the sentence beside theirs that invites to a day: "Join us this Friday from 9:30"."""
    dated = []
    for candidate in candidates:
        if candidate.event.type == "meeting" and not candidate.dated:
            said = _invitation(split[max(0, candidate.sentence - 1) : candidate.sentence + 2])
            if said is not None:
                sentence, timex = said
                happened = timex.end_date is not None and anchor is not None and timex.end_date <= anchor
                event = replace(
                    candidate.event,
                    start=sentence.start,
                    end=sentence.end,
                    timex=timex,
                    rule=rule_line(candidate.event.rule, date="invitation", date_text=timex.text),
                    status="happened" if happened else "planned",
                )
                candidate = replace(candidate, event=event, dated=True)
        dated.append(candidate)
    return dated


def _invitation(sentences: Sequence[Sentence]) -> tuple[Sentence, FoundTimex] | None:
    for sentence in sentences:
        days = [t for t in sentence.timexes if t.begin and t.end_date and (t.end_date - t.begin).days == 1]
        if days and _INVITES.search(sentence.text):
            day = days[0]
            if day.type == "TIME" and day.value is not None:
                day = replace(day, value=day.value.split("T")[0], type="DATE")
            return sentence, day
    return None


def _announcement(split: Sequence[Sentence], anchor: date | None) -> tuple[Sentence, FoundTimex] | None:
    for sentence in split[:_NEWS_LEAD]:
        for timex in sentence.timexes:
            left, right = timex.start - sentence.start, timex.end - sentence.start
            before, after = sentence.text[max(0, left - 60) : left], sentence.text[right : right + 60]
            if not (_SAID_AFTER.search(after) or _SAID_BEFORE.search(before)) or timex.value is None:
                continue
            if timex.begin is not None and (anchor is None or timex.begin <= anchor):
                return sentence, timex
    return None
