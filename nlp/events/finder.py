"""Event mentions: in each sentence a trigger, whom it happens to, the date beside it, and its status.

A post's news stands in its title and first sentences; further down a sure trigger counts when a date or one of the
post's own subjects stands beside it, a weak one never. What a post says twice of the same event becomes one mention,
with the sentence that dates it as evidence.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from nlp.annotations import EntityKind, EventStatus, FoundEntity, FoundEvent, FoundTimex
from nlp.events.kinds import KINDS, EventKind
from nlp.events.status import BACKGROUND, INSTRUCTION, NEGATION, SINCE, SPOKEN_OF, states_nothing, status_of
from nlp.timex.values import interval_of

Span = tuple[int, int]
Kin = Mapping[str, frozenset[str]]
"""What each slug is a version, an update or a part of."""

LEAD_SENTENCES = 4  # the title and the first three sentences
MAX_SUBJECTS = 8
MOST_STATEMENTS = 400  # of events that are read in one post: they are compared with each other
LONGEST_SENTENCE = 1200  # beyond it stands a list or a table, not a statement
_REACH_BACK = 2  # sentences before that may name what "the company" or "the update" is
_BESIDE = 4  # characters between a trigger and a date that is certainly its own
_OBJECT = 0.1  # what a weak word gains by its object: "announces Plesk 18" names the very thing that is announced
_FIRM = 0.66  # less sure is a weak word alone, or a sentence without a subject of its own: mostly wrong

_CLAUSE = re.compile(
    r"[;:]| [-–—] |, (?:while|but|which|although|whereas|after|before)\b|, and (?=[^,;]{1,60}? (?:was|were|is|are|has|have|will) )"
    r"|\((?=[A-Za-z])",
    re.IGNORECASE,
)


_DATELINE = re.compile(r"\(?[A-Z][^.!?\n]{2,70}?\)? ?(?:--|—|–) (?=[A-Z])")
"""Where and by whom a report was filed ("LONDON, May 3, 2010 (Agency) --"): none of them does what it tells of."""


@dataclass(frozen=True, slots=True)
class _Triggers:
    kind: EventKind
    sure: re.Pattern[str]
    weak: re.Pattern[str] | None


def _compiled(kind: EventKind) -> _Triggers:
    def joined(patterns: Sequence[str]) -> re.Pattern[str]:
        alternatives = "|".join(f"(?:{pattern})" for pattern in patterns)
        return re.compile(alternatives, re.IGNORECASE)

    return _Triggers(kind, joined(kind.sure), joined(kind.weak) if kind.weak else None)


_TRIGGERS = tuple(map(_compiled, KINDS))


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with what stands in it; offsets are the document's."""

    index: int
    start: int
    end: int
    text: str
    entities: tuple[FoundEntity, ...]
    timexes: tuple[FoundTimex, ...]
    in_title: bool

    @property
    def lead(self) -> bool:
        return self.index < LEAD_SENTENCES


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A trigger with what was made of it."""

    event: FoundEvent
    sentence: int
    dated: bool
    in_title: bool
    rank: int  # of the first subject's kind among those of the event's kind: 0 is the likeliest


def find_events(
    text: str,
    title_end: int,
    sentences: Sequence[Span],
    entities: Sequence[FoundEntity],
    timexes: Sequence[FoundTimex],
    anchor: date | None,
    salient: Sequence[str] | frozenset[str] = (),
) -> tuple[FoundEvent, ...]:
    """The event mentions of a post, in order of their evidence.

    Args:
        text: the document text; offsets of all else are in it.
        title_end: where the title's characters end.
        sentences: spans from `split_sentences`.
        entities, timexes: what was found in the text.
        anchor: the publishing day, from which "planned" and "happened" are seen.
        salient: slugs of what the post is about.
    """
    dates = [_without_limit(timex, anchor) for timex in timexes]
    split = tuple(_sentences(text, title_end, sentences, entities, dates))
    about = frozenset(salient)
    kinds: dict[str, set[EntityKind]] = {}
    for entity in entities:
        kinds.setdefault(entity.entity.slug, set()).add(entity.entity.kind)
    kin = {entity.entity.slug: frozenset(ref.slug for ref in entity.ancestors) for entity in entities}
    staged, ported = _titled(split, _is_staged), _titled(split, _as_port)
    candidates: list[_Candidate] = []
    for sentence in split:
        if len(sentence.text) > LONGEST_SENTENCE or states_nothing(sentence.text):
            continue
        found = [(triggers.kind, span) for triggers in _TRIGGERS for span in _spans(sentence, triggers)]
        for kind, span in found:
            others = [other for _, (*other, _) in found if other != [*span[:2]]]
            candidate = _candidate(sentence, kind, span, others, split, about, anchor, kinds, kin, staged, ported)
            if candidate is not None:
                candidates.append(candidate)
        if len(candidates) > MOST_STATEMENTS:
            break
    dated_by_others = _dated_by_invitation(_dated_by_announcement(candidates, split, anchor), split, anchor)
    return tuple(_merged(dated_by_others, kin))


def _sentences(
    text: str,
    title_end: int,
    spans: Sequence[Span],
    entities: Sequence[FoundEntity],
    timexes: Sequence[FoundTimex],
) -> Iterator[_Sentence]:
    named = sorted(entities, key=lambda entity: entity.start)
    dated = [timex for timex in timexes if timex.type in {"DATE", "TIME"}]
    starts_of_names = [entity.start for entity in named]
    starts_of_dates = [timex.start for timex in dated]
    for index, (start, end) in enumerate(spans):
        dateline = _DATELINE.match(text, start, end) if start > title_end else None
        first_name = start if dateline is None else dateline.end()
        yield _Sentence(
            index,
            start,
            end,
            text[start:end],
            tuple(named[bisect_left(starts_of_names, first_name) : bisect_left(starts_of_names, end)]),
            tuple(dated[bisect_left(starts_of_dates, start) : bisect_left(starts_of_dates, end)]),
            end <= title_end,
        )


def _spans(sentence: _Sentence, triggers: _Triggers) -> list[tuple[int, int, bool]]:
    """Where the kind's triggers stand in the sentence, and whether they are sure ones."""
    spans = [(match.start(), match.end(), True) for match in triggers.sure.finditer(sentence.text)]
    if triggers.weak is not None and sentence.lead:
        spans += [(match.start(), match.end(), False) for match in triggers.weak.finditer(sentence.text)]
    return [
        (start, end, sure)
        for start, end, sure in sorted(spans)
        if start < end
        and not _refused(triggers.kind, sentence.text, start, end)
        # the word may be part of a name
        and not any(e.start - sentence.start < start and end < e.end - sentence.start for e in sentence.entities)
    ]


def _candidate(
    sentence: _Sentence,
    kind: EventKind,
    span: tuple[int, int, bool],
    others: Sequence[Sequence[int]],
    split: Sequence[_Sentence],
    about: frozenset[str],
    anchor: date | None,
    kinds: Mapping[str, Collection[EntityKind]],
    kin: Kin,
    staged: frozenset[str],
    ported: frozenset[str],
) -> _Candidate | None:
    """What a trigger states; None when it happens to nobody, or too little speaks for it."""
    start, end, sure = span
    subjects, own = _subjects(kind, sentence, start, end, split, about)
    if not subjects:
        return None
    said_type = kind.type
    if kind.type == "release":
        of_first = [entity for entity in sentence.entities if entity.entity.slug == subjects[0]]
        if of_first and all(_is_staged(entity, sentence) for entity in of_first):
            return None  # "released Plesk 18 beta": a preview
        if subjects[0] in staged and not _FINAL.search(sentence.text):
            return None
        if ported & {subjects[0], *kin.get(subjects[0], ())} or any(_as_port(entity, sentence) for entity in of_first):
            said_type = "update"
    timex = _date_of(kind, sentence, start, end, anchor, others)
    if timex is None and _looks_back(sentence, start, end):
        return None
    status = status_of(sentence.text, start, end, timex, anchor)
    concerned = set(subjects).union(*(kin.get(slug, frozenset()) for slug in subjects))
    confidence = _confidence(sentence, sure=sure, own=own, dated=timex is not None, about=bool(concerned & about))
    if not sure and any(
        e.start == sentence.start + end and e.entity.kind == kind.subjects[0] for e in sentence.entities
    ):
        confidence = round(min(0.98, confidence + _OBJECT), 2)
    if confidence < _FIRM:
        return None
    rule = f"event:{sentence.text[start:end].casefold()}"
    event = FoundEvent(said_type, status, subjects, sentence.start, sentence.end, confidence, timex, rule)
    return _Candidate(event, sentence.index, timex is not None, sentence.in_title, _rank(kind, kinds[subjects[0]]))


def _titled(split: Sequence[_Sentence], stands: Callable[[FoundEntity, _Sentence], bool]) -> frozenset[str]:
    """What the title names only so ("8.4 beta", "8.4 for Arm"): the text means that, unless it says otherwise."""
    named = [(entity, sentence) for sentence in split if sentence.in_title for entity in sentence.entities]
    so = {entity.entity.slug for entity, sentence in named if stands(entity, sentence)}
    return frozenset(so - {entity.entity.slug for entity, sentence in named if not stands(entity, sentence)})


def _refused(kind: EventKind, text: str, start: int, end: int) -> bool:
    if text[start : start + 1].isalnum() and _INSIDE_WORD.search(text, max(0, start - 3), start):
        return True
    before = text[max(0, start - 60) : start]
    if _NOUN.match(text[start:end]) and (BACKGROUND.search(before) or SPOKEN_OF.search(before)):
        return True
    if kind.type != "end_of_support" and NEGATION.search(before):
        return True
    if _PAST.fullmatch(text[start:end]) and SINCE.search(before):
        return True
    if _LONG_AGO.match(text, end):
        return True
    if _BARE_VERB.match(text[start:end]) and INSTRUCTION.search(before):
        return True
    if _PARTICIPLE.fullmatch(text[start:end]) and _ARTICLE.search(before):
        return True
    if kind.not_before and re.match(kind.not_before, text[end : end + 60], re.IGNORECASE):
        return True
    return bool(kind.not_after and re.search(kind.not_after, before, re.IGNORECASE))


_INSIDE_WORD = re.compile(r"(?:\w|\b(?:re|pre|co|un)-)$", re.IGNORECASE)
_NOUN = re.compile(
    r"(?:the |a )?(?:\w+ )?(?:release|launch|preview|beta|update|retirement|discontinuation|approval|accreditation|acquisition"
    r"|merger|takeover|buyout|sale|partnership|alliance|price|pricing|outage|breach|attack|lawsuit|settlement|ruling"
    r"|funding|IPO|appointment|resignation|departure|opening|conference|summit|meeting|renam\w+|rebrand\w+)\b",
    re.IGNORECASE,
)
# Only verbs that are no nouns: "Update for nginx" is a headline.
_BARE_VERB = re.compile(
    r"(?:discontinue|retire|deprecate|phase out|approve|ratify|acquire|buy|merge|join|team up|sue|exploit|appoint|open"
    r"|rename|rebrand|change (?:its|their|the|our) name)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"(?:(?:was|were|is|are|has|have|had) (?:\w+ly )?(?:been )?)?(?:first )?(?:\w+ed|bought|sold|went \w+|made available)", re.IGNORECASE
)
_PARTICIPLE = re.compile(
    r"(?:retired|discontinued|deprecated|approved|acquired|renamed|released|launched|updated|patched)", re.IGNORECASE
)
_LONG_AGO = re.compile(
    r"(?:[^.;,]|\.\d){0,40}? (?:was|were|is|has been) (?:just |over |about |almost |more than |nearly |already )*[\w-]+ (?:years?|decades?) (?:ago|old)\b",
    re.IGNORECASE,
)
"""What follows an event that is looked back on: "was over three years ago"."""
def _looks_back(sentence: _Sentence, start: int, end: int) -> bool:
    """Does an undated statement in the text tell of something before the post's own news?"""
    if sentence.in_title:
        return False
    recent = not sentence.lead and _BEFORE_NOW.search(sentence.text, max(0, start - 30), end) is not None
    return recent or _WAS.match(sentence.text, start) is not None


_BEFORE_NOW = re.compile(r"\b(?:recently|previously|already|earlier|formerly)\b", re.IGNORECASE)
"""What tells, far down in a post and without a date, of something that is not its news."""
_WAS = re.compile(
    r"(?:.*\b(?:was|were) .*|(?:[^.;,]|\.\d){0,40}? (?:was|were)) ?(?:just |only |exactly |within |about )*(?:[\w-]+ (?:days?|hours?|weeks?) (?:after|of)|(?:on )?the same day as) ",
    re.IGNORECASE,
)
"""A trigger and what follows it, where a release of the past is counted from another: "was released two days after"."""
_ARTICLE = re.compile(r"\b(?:an?|the|this|that|these|those|any|every) $", re.IGNORECASE)
"""Before a participle it makes an adjective of it: "the retired server", "a renamed file"."""


# -- whom it happens to --------------------------------------------------------------------------------------------------


def _subjects(
    kind: EventKind,
    sentence: _Sentence,
    start: int,
    end: int,
    split: Sequence[_Sentence],
    about: frozenset[str],
) -> tuple[tuple[str, ...], bool]:
    """Slugs, the likeliest first, and whether they stand in the sentence itself."""
    begin, stop = _clause(sentence.text, start, end)
    inside = [
        entity
        for entity in sentence.entities
        if begin <= entity.start - sentence.start < stop
        or (entity.start - sentence.start <= start < entity.end - sentence.start)
    ]
    chosen = _fitting(kind, inside, sentence, start, end) or _fitting(kind, sentence.entities, sentence, start, end)
    if chosen and not _is_whose(kind, chosen, sentence, start):
        return chosen, True
    if kind.type == "release" and any(start < e.start - sentence.start for e in _served(sentence.entities, sentence)):
        return (), True  # "was released for AlmaLinux 9": something of which the sentence does not say what it is
    if not chosen and sentence.index and _REFERS_BACK.match(sentence.text):
        former = split[sentence.index - 1]
        meant = _fitting(kind, former.entities, former, len(former.text), 0)
        if meant:
            return meant[:2], False
    if kind.needs and not sentence.lead:
        return chosen, True
    # "The company said", "the update": the sentence speaks of what the ones before it named.
    for former in reversed(split[max(0, sentence.index - _REACH_BACK) : sentence.index]):
        entities = [e for e in former.entities if e.entity.slug in about and e.entity.slug not in chosen]
        meant = _fitting(kind, entities, former, len(former.text), 0)
        if meant:
            return (*meant[:2], *chosen), False
    return chosen, True


_REFERS_BACK = re.compile(
    r"(?:[Ii]t|[Tt]hey|[Tt]heir|[Ii]ts|(?:[Tt]he|[Tt]his|[Bb]oth) (?:new |two |first )?(?:compan(?:y|ies)|firms?|hosts?|hoster|provider|registrar|registry|vendor"
    r"|project|service|software|product|releases?|version|update|tool|platform|panel|deal|acquisition|merger|agreement|facility|site|space"
    r"|data[ -]?cent(?:er|re)|program|programme|distribution|plugin|beta|preview))\b"
)
"""How a sentence begins that speaks of what the one before it named."""

_POSSESSIVE = re.compile(r"\b(?:its|their) (?:\w+ )?$", re.IGNORECASE)


def _is_whose(kind: EventKind, chosen: Sequence[str], sentence: _Sentence, start: int) -> bool:
    """ "ICANN and its retirement": what ends is what the sentence before named, not the organization that speaks of it."""
    only_organizations = all(e.entity.kind == "organization" for e in sentence.entities if e.entity.slug in chosen)
    return (
        kind.type == "end_of_support"
        and only_organizations
        and bool(_POSSESSIVE.search(sentence.text, max(0, start - 40), start))
    )


def _rank(kind: EventKind, kinds: Collection[EntityKind]) -> int:
    return min((kind.subjects.index(found) for found in kinds if found in kind.subjects), default=len(kind.subjects))


def _fitting(
    kind: EventKind, entities: Sequence[FoundEntity], sentence: _Sentence, start: int, end: int
) -> tuple[str, ...]:
    if kind.needs and not any(entity.entity.kind in kind.needs for entity in entities):
        return ()
    entities = [entity for entity in entities if entity.entity.kind in kind.subjects]
    if kind.type not in _OF_COMPANIES:
        entities = [entity for entity in entities if not _is_source(entity, sentence)]

    def distance(entity: FoundEntity) -> int:
        left, right = entity.start - sentence.start, entity.end - sentence.start
        if right <= start:
            return start - right
        return max(0, left - end)

    def rank(entity: FoundEntity) -> tuple[int, int]:
        return kind.subjects.index(entity.entity.kind), distance(entity)

    if kind.type in {"release", "preview"}:
        served = _served(entities, sentence)
        if any(start < e.start - sentence.start for e in served):
            entities = [e for e in entities if e not in served]
    if kind.type in _OF_PRODUCTS:
        entities = [e for e in entities if not _COMPARED.search(sentence.text, 0, e.start - sentence.start)]
    ordered = sorted(entities, key=rank)
    return tuple(dict.fromkeys(entity.entity.slug for entity in ordered))[:MAX_SUBJECTS]


_OF_COMPANIES = frozenset({"acquisition", "appointment", "rename", "funding"})


def _is_source(entity: FoundEntity, sentence: _Sentence) -> bool:
    """Does it only tell the news: a publication, an agency that something was announced by, a firm with an analyst?"""
    if entity.entity.kind != "organization":
        return False
    before, after = sentence.text[: entity.start - sentence.start], sentence.text[entity.end - sentence.start :]
    if entity.entity.sector == "press" and not _SUFFERS_AFTER.match(after):
        return True
    return bool(_TOLD_BY.search(before) or _TELLS_AFTER.match(after))


_TOLD_BY = re.compile(
    r"\b(?:according to|(?:reported|announced|disclosed|discovered|spotted|published|estimated|analysed|analyzed)(?: \w+){0,3} by|told|by researchers (?:at|from))"
    r" (?:the |\w+ (?:cyber)?security )?(?:agency |firm |company |group |outlet |site |blog )*$",
    re.IGNORECASE,
)
_TELLS_AFTER = re.compile(
    r"(?:['’]s [^,.;]{0,60})? (?:bloggers?|reporters?|columnists?|correspondent|reported|reports|estimate[sd]?|researchers?|analysts?)\b"
)
_SUFFERS_AFTER = re.compile(r"(?:['’]s)? (?:(?:was|were|is|has been|suffered|went) |site\b|website\b|servers?\b)")


_SERVED = re.compile(r"\b(?:for|on|in|with|atop|under|to) (?:the |its |their |all |both |any )?(?:[A-Z]\w+ )?$")
"""What stands after these is what a new thing is made for, not the new thing."""


def _served(entities: Sequence[FoundEntity], sentence: _Sentence) -> list[FoundEntity]:
    """What a new thing is made for, and what is listed with it: "for AlmaLinux 8 and AlmaLinux 9"."""
    served: list[FoundEntity] = []
    for entity in sorted(entities, key=lambda entity: entity.start):
        before = sentence.text[: entity.start - sentence.start]
        listed = bool(served) and _LISTED.fullmatch(before, max(0, served[-1].end - sentence.start)) is not None
        if entity.entity.kind != "tld" and (listed or _SERVED.search(before)):
            served.append(entity)
    return served


_LISTED = re.compile(r",? (?:and|or|as well as) (?:the |on |for )?|, ?|/")
_COMPARED = re.compile(
    r"(?:\b(?:ahead of|unlike|than|alongside|compared (?:to|with)|(?:successor|rival|alternative|competitor) (?:to|of)|instead of|[Ss]ince"
    r"|once|as soon as|(?:hours?|days?|weeks?|months?|years?) (?:after|before)))"
    r" (?:the |its |their |that of )?(?:release of |launch of )?(?:[A-Z]\w+ )?$"
)
"""What stands after these is what the new thing is compared with, or waits for."""


def _is_staged(entity: FoundEntity, sentence: _Sentence) -> bool:
    """Does it stand here as a beta or a candidate: "Plesk 18 beta", "the public beta of Plesk 18"?"""
    left, right = entity.start - sentence.start, entity.end - sentence.start
    return bool(
        _STAGE_IN.search(sentence.text[left:right])
        or _STAGE_AFTER.match(sentence.text, right)
        or _STAGE_BEFORE.search(sentence.text, max(0, left - 60), left)
    )


_STAGE = (
    r"(?:[Aa]lpha|ALPHA|[Bb]eta|BETA|RC|CTP|[Pp]review|[Tt]echnical [Pp]review|[Tt]ech [Pp]review|[Rr]elease [Cc]andidate)"
)
_STAGE_IN = re.compile(rf"\b{_STAGE}(?: ?\d{{1,2}})?$")
_STAGE_AFTER = re.compile(
    rf"(?: (?:OS|Server|Linux))?(?:,? [\"“'][^\"”']{{2,40}}[\"”'],?)?[ -]{{1,3}}(?:[Pp]ublic |[Dd]eveloper |[Pp]rivate |[Oo]pen )?{_STAGE}s?\b"
)
_STAGE_BEFORE = re.compile(rf"\b{_STAGE}s? (?:\d )?(?:version |release |build )?(?:of|for) (?:the |its |our )?(?:\w+ )?$")
_FINAL = re.compile(r"\b(?:stable|GA|general(?:ly)? availab\w+|final|production)\b", re.IGNORECASE)
"""What tells a release from the beta that a post is about."""


def _as_port(entity: FoundEntity, sentence: _Sentence) -> bool:
    """Is it a version's edition for another machine, or an image of what is out: "8.4 for Arm", "8.3 AMI"?"""
    left, right = entity.start - sentence.start, entity.end - sentence.start
    if not entity.ancestors and not _MACHINE_AND_VERSION.match(sentence.text, right):
        return False
    return bool(_PORT_AFTER.match(sentence.text, right) or _PORT_BEFORE.search(sentence.text, left, right))


_MACHINE = (
    r"(?:PowerPC|POWER\d*|ppc64(?:le)?|Arm|ARM(?:64)?|AArch64|aarch64|s390x?|IBM Z|RISC-V|riscv64|x86_64|x64|i[36]86|Itanium|SPARC|Raspberry Pi"
    r"|WSL|AWS|Azure|Docker|Vagrant)"
)
_IMAGE = r"(?:AMIs?|(?:[Mm]achine|[Cc]loud|[Cc]ontainer|[Dd]ocker|[Ll]ive) [Ii]mages?|[Ll]ive [Mm]edia|[Ii]mages?|[Cc]ontainers?|[Tt]emplates?|VHDs?|OVAs?)"
_PORT_AFTER = re.compile(
    rf"(?:[ -][Ss]table)?(?: (?:is )?(?:now )?(?:available )?for (?:the )?{_MACHINE}\b|[ -](?:\w+ ){{0,2}}{_IMAGE}\b|(?: for \w+)? as {_IMAGE}\b)"
)
_MACHINE_AND_VERSION = re.compile(rf" for {_MACHINE} (?:version )?v?\d")
_PORT_BEFORE = re.compile(rf"\bfor {_MACHINE}\b")


def _clause(text: str, start: int, end: int) -> Span:
    """The part of the sentence, between its stronger joints, that the trigger stands in."""
    joints = [0, *(match.start() for match in _CLAUSE.finditer(text)), len(text)]
    for left, right in pairwise(joints):
        if left <= start < right:
            return left, max(right, end)
    return 0, len(text)


# -- when ---------------------------------------------------------------------------------------------------------------


_STATES = frozenset({"end_of_support", "outage", "security", "opening", "legal"})
"""Types that last: "out of support since October"."""
_LIMIT_DATE = re.compile(r"\b(?:since|until|till|through) (?:about |around |early |late |mid-?)?$", re.IGNORECASE)
_RECORD = re.compile(
    r"\b(?:worst|first|only|best|most \w+|least \w+|[a-z]{3,}(?<!t)est) (?:(?:public|major|global|big|such|\w+wide) )?$",
    re.IGNORECASE,
)
"""Before a noun and "since 2019": the day of the one that it is compared with."""


def _date_of(
    kind: EventKind,
    sentence: _Sentence,
    start: int,
    end: int,
    anchor: date | None,
    others: Sequence[Sequence[int]] = (),
) -> FoundTimex | None:
    """The calendar date nearest to the trigger, in its clause before elsewhere in the sentence.

    A date that stands right beside a trigger of another kind ("coming later this year") is that one's, while there
    is another to be had.
    """
    begin, stop = _clause(sentence.text, start, end)
    lasts = kind.type in _STATES and not _RECORD.search(sentence.text, max(0, start - 40), start)
    calendar = [
        t
        for t in sentence.timexes
        if t.value
        and t.begin is not None
        and (
            lasts
            or not _LIMIT_DATE.search(sentence.text, max(0, t.start - sentence.start - 20), t.start - sentence.start)
        )
    ]
    other_clauses = {_clause(sentence.text, *other) for other in others} - {(begin, stop)}
    calendar = [t for t in calendar if _clause(sentence.text, *[t.start - sentence.start] * 2) not in other_clauses]
    told = _PLAN_TOLD.search(sentence.text, 0, end)
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
    r"\b(?:announc\w+|said|says|told|reveal\w+|disclos\w+|confirm\w+|unveil\w+|e-?mail\w*|wrote|post\w+|inform\w+|warn\w+)\b[^.;]{0,80}?"
    r"\b(?P<plan>plans?|planned|intention|intends?|will|would|is going|are going|upcoming|forthcoming|about)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
"""A plan that was told: the day before it is the telling's ("On Monday it announced plans to open …")."""


def _may_be_of_plan(timex: FoundTimex, plan: int, anchor: date) -> bool:
    """Not a day that was past when the plan was told, nor the day of the telling before its words."""
    if timex.begin is None or timex.begin > anchor:
        return True
    return timex.begin == anchor and timex.start > plan


def _without_limit(timex: FoundTimex, anchor: date | None) -> FoundTimex:
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


def _dated_by_announcement(
    candidates: Sequence[_Candidate], split: Sequence[_Sentence], anchor: date | None
) -> list[_Candidate]:
    """The post's undated news, dated by the sentence that says when it was announced ("in Wednesday's announcement").

    The evidence becomes that sentence, since every date cites its own.
    """
    said = _announcement(split, anchor)
    if said is None:
        return list(candidates)
    sentence, timex = said
    dated = []
    for candidate in candidates:
        event = candidate.event
        is_news = candidate.sentence < LEAD_SENTENCES and event.type in _NEWS and event.status == "happened"
        if is_news and not candidate.dated and (named := _named_of(sentence, event.subjects)) is not None:
            # An edition that the announcement names is what the post's shorter name stood for.
            subjects = tuple(dict.fromkeys((*named, *event.subjects)))[:MAX_SUBJECTS]
            event = replace(event, start=sentence.start, end=sentence.end, timex=timex, subjects=subjects)
            candidate = replace(candidate, event=event, dated=True)
        dated.append(candidate)
    return dated


def _named_of(sentence: _Sentence, subjects: Sequence[str]) -> tuple[str, ...] | None:
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


def _dated_by_invitation(
    candidates: Sequence[_Candidate], split: Sequence[_Sentence], anchor: date | None
) -> list[_Candidate]:
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
                    status="happened" if happened else "planned",
                )
                candidate = replace(candidate, event=event, dated=True)
        dated.append(candidate)
    return dated


def _invitation(sentences: Sequence[_Sentence]) -> tuple[_Sentence, FoundTimex] | None:
    for sentence in sentences:
        days = [t for t in sentence.timexes if t.begin and t.end_date and (t.end_date - t.begin).days == 1]
        if days and _INVITES.search(sentence.text):
            day = days[0]
            if day.type == "TIME" and day.value is not None:
                day = replace(day, value=day.value.split("T")[0], type="DATE")
            return sentence, day
    return None


def _announcement(split: Sequence[_Sentence], anchor: date | None) -> tuple[_Sentence, FoundTimex] | None:
    for sentence in split[:_NEWS_LEAD]:
        for timex in sentence.timexes:
            left, right = timex.start - sentence.start, timex.end - sentence.start
            before, after = sentence.text[max(0, left - 60) : left], sentence.text[right : right + 60]
            if not (_SAID_AFTER.search(after) or _SAID_BEFORE.search(before)) or timex.value is None:
                continue
            if timex.begin is not None and (anchor is None or timex.begin <= anchor):
                return sentence, timex
    return None


# -- how sure, and what is the same ------------------------------------------------------------------------------------------


def _confidence(sentence: _Sentence, *, sure: bool, own: bool, dated: bool, about: bool) -> float:
    score = 0.35 + 0.2 * sure + 0.15 * own * sure
    score += 0.2 if sentence.in_title else 0.1 if sentence.lead else 0.0
    score += 0.12 * dated + 0.1 * about
    if not sentence.lead and not dated and not about:
        score -= 0.25
    return round(min(0.98, score), 2)


def _merged(candidates: Sequence[_Candidate], kin: Kin) -> Iterator[FoundEvent]:
    """One mention an event: equal type, a common subject, and dates that do not contradict each other.

    A product and its version are one subject here: "Plesk is out" and "Plesk 18 was released" tell the same.
    """
    groups: list[list[_Candidate]] = []
    for candidate in sorted(candidates, key=lambda c: (not c.dated, c.in_title, -c.event.confidence, c.event.start)):
        home = next((group for group in groups if _same(group[0], candidate, kin)), None)
        if home is None:
            groups.append([candidate])
        else:
            home.append(candidate)
    named = {group[0].event.type for group in groups if min(candidate.rank for candidate in group) == 0}
    events = [_best(group, kin) for group in groups if not _says_less(group, named)]
    yield from sorted(events, key=lambda event: (event.start, event.type, event.subjects))


_OF_PRODUCTS = frozenset({"release", "preview", "update", "end_of_support"})


def _says_less(group: Sequence[_Candidate], named: Collection[str]) -> bool:
    """Whether it only says that a company released something, undated, where the post also says what."""
    kind = group[0].event.type
    vague = all(candidate.rank > 0 and not candidate.dated for candidate in group)
    return vague and kind in _OF_PRODUCTS and kind in named


def _best(group: Sequence[_Candidate], kin: Kin) -> FoundEvent:
    first = min((candidate.event for candidate in group), key=_vagueness)
    confidence = max(candidate.event.confidence for candidate in group)
    status: EventStatus = first.status
    likeliest = (
        min(group, key=lambda c: (c.rank, -len(kin.get(c.event.subjects[0], ())))) if len(group) > 1 else group[0]
    )
    subjects = likeliest.event.subjects
    return replace(first, subjects=subjects, confidence=confidence, status=status)


def _vagueness(event: FoundEvent) -> timedelta:
    """How long its date is: of dates that agree, the finest is the event's; of equal ones, the first."""
    timex = event.timex
    if timex is None or timex.begin is None or timex.end_date is None:
        return timedelta.max
    return timex.end_date - timex.begin


def _same(one: _Candidate, other: _Candidate, kin: Kin) -> bool:
    first, second = one.event, other.event
    if first.type != second.type:
        return False
    if one.sentence == other.sentence and first.timex == second.timex:
        return True
    if _are_other_versions(first.subjects, second.subjects, kin):
        return False
    if first.type in _OF_PARTIES and _are_other_parties(first.subjects, second.subjects):
        return False
    if not set(first.subjects) & set(second.subjects) and not any(
        _related(a, b, kin) for a in first.subjects for b in second.subjects
    ):
        return False
    if first.timex is None or second.timex is None:
        return True
    return _overlap(first.timex, second.timex)


def _are_other_versions(one: Sequence[str], other: Sequence[str], kin: Kin) -> bool:
    """Does each name versions, and none of which is the other's or a part of it?"""
    first, second = ([slug for slug in subjects if kin.get(slug)] for subjects in (one, other))
    return (
        bool(first and second)
        and not set(first) & set(second)
        and not any(_related(a, b, kin) for a in first for b in second)
    )


_OF_PARTIES = frozenset({"acquisition", "partnership"})


def _are_other_parties(one: Sequence[str], other: Sequence[str]) -> bool:
    """Two deals of one buyer: each names a party that the other does not."""
    return len(one) > 1 and len(other) > 1 and bool(set(one) - set(other)) and bool(set(other) - set(one))


def _related(one: str, other: str, kin: Kin) -> bool:
    return one in kin.get(other, ()) or other in kin.get(one, ())


def _overlap(one: FoundTimex, other: FoundTimex) -> bool:
    if one.begin is None or other.begin is None or one.end_date is None or other.end_date is None:
        return False
    return one.begin < other.end_date and other.begin < one.end_date
