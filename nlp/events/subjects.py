"""Whom an event happens to: the names in its clause, its sentence, or the sentences that it refers to."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from nlp.annotations import EntityKind, FoundEntity
from nlp.events.kinds import OF_PARTIES, OF_PRODUCTS, PARTIES, EventKind
from nlp.events.reading import MAX_SUBJECTS, Sentence, clause_of

REACH_BACK = 2  # sentences before that may name what "the company" or "the update" is


def subjects_of(
    kind: EventKind,
    sentence: Sentence,
    start: int,
    end: int,
    split: Sequence[Sentence],
    about: frozenset[str],
) -> tuple[tuple[str, ...], bool]:
    """Slugs, the likeliest first, and whether they stand in the sentence itself."""
    begin, stop = clause_of(sentence.text, start, end)
    inside = [
        entity
        for entity in sentence.entities
        if begin <= entity.start - sentence.start < stop
        or (entity.start - sentence.start <= start < entity.end - sentence.start)
    ]
    parties = {e.entity.slug for e in inside if e.entity.kind == "organization"}
    if kind.type in OF_PARTIES and len(parties) < PARTIES:
        inside = list(sentence.entities)  # the buyer may be named far from the verb
    chosen = _fitting(kind, inside, sentence, start, end)
    if not chosen and not (kind.type == "release" and served_by(inside, sentence)):
        chosen = _fitting(kind, sentence.entities, sentence, start, end)
    if chosen and not _is_whose(kind, chosen, sentence, start):
        refers = _REFERS_BACK.match(sentence.text) if kind.type in _SUFFERED or kind.needs else None
        if refers is not None and refers.end() <= start and _ACTS.match(sentence.text, refers.end()):
            # "It disclosed that intruders had copied data from a WHMCS server": it happened to whoever "it" is.
            return tuple(dict.fromkeys((*_meant_before(kind, sentence, split), *chosen))), True
        return _with_maker(kind, chosen, sentence, start), True
    coming = _COMING.match(sentence.text, start) is not None
    served = served_by(sentence.entities, sentence) if kind.type == "release" and not coming else []
    if any(start < e.start - sentence.start or e in inside for e in served):
        return (), True  # "was released for AlmaLinux 9": something of which the sentence does not say what it is
    if not chosen and (meant := _meant_before(kind, sentence, split)):
        return meant, False
    if kind.needs and not sentence.lead:
        return chosen, True
    # "The company said", "the update": the sentence speaks of what the ones before it named.
    for former in reversed(split[max(0, sentence.index - REACH_BACK) : sentence.index]):
        entities = [e for e in former.entities if e.entity.slug in about and e.entity.slug not in chosen]
        meant = _fitting(kind, entities, former, len(former.text), 0)
        if meant:
            return (*meant[:2], *chosen), False
    return chosen, True


def _with_maker(kind: EventKind, chosen: tuple[str, ...], sentence: Sentence, start: int) -> tuple[str, ...]:
    """The products, and the company that the sentence begins with: "Kelpforge Inc. (kelpforge.example) announced …"."""
    named = {entity.entity.slug: entity.entity.kind for entity in sentence.entities}
    if kind.type not in OF_PRODUCTS or any(named.get(slug) == "organization" for slug in chosen):
        return chosen
    makers = [
        entity
        for entity in sentence.entities
        if entity.entity.kind == "organization"
        and entity.start - sentence.start <= _BEGINS
        and entity.end - sentence.start <= start
        and not _is_source(entity, sentence)
    ]
    return (*chosen, makers[0].entity.slug)[:MAX_SUBJECTS] if makers else chosen


_BEGINS = 40  # characters of a sentence within which its grammatical subject is named
_SUFFERED = frozenset({"security", "outage", "pricing", "opening", "end_of_support", "legal"})
_REFERS_BACK = re.compile(
    r"(?:(?:In|On|At|Last|Earlier|This|Late|By|Since|As)\b[^,;.]{0,40}?,? |(?:But|And|Also|Separately|Meanwhile|Now|Then),? )?(?P<anaphor>[Ii]t|[Tt]hey|[Tt]heir|[Ii]ts"
    r"|(?:[Tt]he|[Tt]his|[Bb]oth) (?:\w+ |two |first )?(?P<noun>compan(?:y|ies)|firms?|hosts?|hoster|provider|registrar|registry|vendor"
    r"|project|service|software|product|releases?|version|update|tool|platform|panel|deal|acquisition|merger|agreement|facility|site|space"
    r"|data[ -]?cent(?:er|re)|program|programme|distribution|plugin|beta|preview))\b"
)
"""How a sentence begins that speaks of what the one before it named."""
_THAT_ONE = re.compile(
    r"\b(?:that|this|the former|the old) (?:version|release|product|edition|distribution|branch|series)\b"
)
_ACTS = re.compile(
    r" (?:has|had|have|will|would|is|was|are|were|also|said|says|admitted|disclosed|announced|confirmed|reported|warned|plans?|planned|sold|bought"
    r"|opened|opens|raised|raises|cut|cuts|launched|launches|stopped|stops|withdrew|withdraws|dropped|drops|[a-z]+ed)\b"
)
_ORGANIZATIONS = re.compile(r"compan(?:y|ies)|firms?|hosts?|hoster|provider|registrar|registry|vendor", re.IGNORECASE)


def _meant_before(kind: EventKind, sentence: Sentence, split: Sequence[Sentence]) -> tuple[str, ...]:
    """Whom "it", "the company" or "the update" at the sentence's beginning means: what the one before it named."""
    refers = (_REFERS_BACK.match(sentence.text) or _THAT_ONE.search(sentence.text)) if sentence.index else None
    if refers is None:
        return ()
    former = split[sentence.index - 1]
    entities = former.entities
    if refers.groupdict().get("noun") and _ORGANIZATIONS.fullmatch(refers["noun"]):
        entities = tuple(entity for entity in entities if entity.entity.kind == "organization")
    return _fitting(kind, entities, former, len(former.text), 0)[:2]


_POSSESSIVE = re.compile(r"\b(?:its|their) (?:\w+ )?$", re.IGNORECASE)


def _is_whose(kind: EventKind, chosen: Sequence[str], sentence: Sentence, start: int) -> bool:
    """ "ICANN and its retirement": what ends is what the sentence before named, not the organization that speaks of it."""
    only_organizations = all(e.entity.kind == "organization" for e in sentence.entities if e.entity.slug in chosen)
    return (
        kind.type == "end_of_support"
        and only_organizations
        and bool(_POSSESSIVE.search(sentence.text, max(0, start - 40), start))
    )


def rank_of(kind: EventKind, kinds: Collection[EntityKind]) -> int:
    return min((kind.subjects.index(found) for found in kinds if found in kind.subjects), default=len(kind.subjects))


def _fitting(
    kind: EventKind, entities: Sequence[FoundEntity], sentence: Sentence, start: int, end: int
) -> tuple[str, ...]:
    if kind.needs and not any(entity.entity.kind in kind.needs for entity in entities):
        return ()
    entities = [entity for entity in entities if entity.entity.kind in kind.subjects]
    if kind.type not in _OF_COMPANIES or kind.type == "funding":
        entities = [entity for entity in entities if not _is_source(entity, sentence)]

    def distance(entity: FoundEntity) -> int:
        left, right = entity.start - sentence.start, entity.end - sentence.start
        if right <= start:
            return start - right
        return max(0, left - end)

    def rank(entity: FoundEntity) -> tuple[bool, int, int]:
        return not _acts_itself(entity, sentence, start), kind.subjects.index(entity.entity.kind), distance(entity)

    if kind.type in {"release", "preview"}:
        served = served_by(entities, sentence)
        others = [e for e in entities if e not in served]
        if others or (kind.type == "release" and not _COMING.match(sentence.text, start)):
            entities = others
    if kind.type in OF_PRODUCTS:
        entities = [e for e in entities if not _is_compared(e, sentence, start)]
    named_by = [e for e in entities if _WHICH.fullmatch(sentence.text, max(0, e.end - sentence.start), start)]
    ordered = sorted(named_by or entities, key=rank)
    return tuple(dict.fromkeys(entity.entity.slug for entity in ordered))[:MAX_SUBJECTS]


_WHICH = re.compile(r",? (?:which|that|who) (?:\w+ )?")
"""Between a name and the verb of its own clause: "nginx 1.9.5, which came out"."""


def _acts_itself(entity: FoundEntity, sentence: Sentence, start: int) -> bool:
    """ "The registry expects .xxx domains to go live": what goes live is the domain, not whoever expects it."""
    return (
        entity.entity.kind == "tld"
        and _OF_THE_DOMAIN.fullmatch(sentence.text, max(0, entity.end - sentence.start), start) is not None
    )


_OF_THE_DOMAIN = re.compile(
    r" (?:(?:(?:top[- ]level |web )?domains?(?: names?)?|g?TLDs?|names?|addresses|extensions?|registry|registrations?|space|zone|suffix)? ?)?"
    r"(?:(?:is|are|was|were) (?:\w+ )?)?(?:to |will |would |could |should |can |may )?"
)


def _is_compared(entity: FoundEntity, sentence: Sentence, start: int) -> bool:
    own = _WHICH.fullmatch(sentence.text, max(0, entity.end - sentence.start), start) is not None
    return not own and _COMPARED.search(sentence.text, 0, entity.start - sentence.start) is not None


_OF_COMPANIES = frozenset({"acquisition", "appointment", "rename", "funding"})


def _is_source(entity: FoundEntity, sentence: Sentence) -> bool:
    """Does it only tell the news: a publication, an agency that something was announced by, a firm with an analyst?"""
    if entity.entity.kind != "organization":
        return False
    before, after = sentence.text[: entity.start - sentence.start], sentence.text[entity.end - sentence.start :]
    if entity.entity.sector == "press" and not _SUFFERS_AFTER.match(after):
        return True
    return bool(_TOLD_BY.search(before) or _TELLS_AFTER.match(after))


_TOLD_BY = re.compile(
    r"\b(?:(?:listed|traded|shares|debut\w*|float\w*|[$€£]\d\S*)(?: \w+){0,2} on (?:the)?|according to|(?:reported|announced|disclosed|discovered|spotted|published|estimated|analysed|analyzed)(?: \w+){0,3} by|told|by researchers (?:at|from))"
    r" (?:the )?(?:(?:\w+ ){0,3}(?:agency|firm|company|group|outlet|site|blog|researchers?) )?$",
    re.IGNORECASE,
)
_TELLS_AFTER = re.compile(
    r"(?:['’]s [^,.;]{0,60})? (?:bloggers?|reporters?|columnists?|correspondent|report(?:s|ed)(?= (?:that|on|how)\b)|estimate[sd]?|researchers?|analysts?)\b"
)
_SUFFERS_AFTER = re.compile(r"(?:['’]s)? (?:(?:was|were|is|has been|suffered|went) |site\b|website\b|servers?\b)")


_SERVED = re.compile(
    r"\b(?:for|(?i:on|in|with|atop|under|to|from)) (?:the |its |their |all |both |any )?(?:[A-Z]\w+ )?$"
)
"""What stands after these is what a new thing is made for, not the new thing."""


_COMING = re.compile(r"coming|arriv|lands?\b", re.IGNORECASE)
"""What comes "in SP1" is SP1 itself."""


def served_by(entities: Sequence[FoundEntity], sentence: Sentence) -> list[FoundEntity]:
    """What a new thing is made for, and what is listed with it: "for AlmaLinux 8 and AlmaLinux 9"."""
    served: list[FoundEntity] = []
    for entity in sorted(entities, key=lambda entity: entity.start):
        before = sentence.text[: entity.start - sentence.start]
        listed = bool(served) and _LISTED.fullmatch(before, max(0, served[-1].end - sentence.start)) is not None
        if entity.entity.kind == "organization" and _MADE_BY.search(before):
            continue  # "from Moorgate Labs" says whose it is
        if entity.entity.kind != "tld" and (listed or _SERVED.search(before)):
            served.append(entity)
    return served


_MADE_BY = re.compile(r"\b(?:from|by) (?:the )?(?:\w+ )?$")
_LISTED = re.compile(r",? (?:and|or|as well as) (?:the |on |for )?|, ?|/")
_COMPARED = re.compile(
    r"(?:(?i:\b(?:ahead of|unlike|than|alongside|compared (?:to|with)|(?:successor|rival|alternative|competitor) (?:to|of)|instead of|since"
    r"|once|as soon as|(?:hours?|days?|weeks?|months?|years?) (?:after|before))))"
    r" (?:the |its |their |that of |any |other |most |all )*(?:release of |launch of )?(?:\w+ )?$"
)
"""What stands after these is what the new thing is compared with, or waits for."""
