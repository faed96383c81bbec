"""Where a sentence announces an event: the kinds' words, unless what stands round them says otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlp.events.kinds import KINDS, EventKind
from nlp.events.reading import Sentence
from nlp.events.status import BACKGROUND, INSTRUCTION, NEGATION, SINCE, SPOKEN_OF
from nlp.pattern_words import ScreenedPattern


@dataclass(frozen=True, slots=True)
class Triggers:
    kind: EventKind
    sure: ScreenedPattern
    weak: ScreenedPattern | None


def _compiled(kind: EventKind) -> Triggers:
    def joined(patterns: Sequence[str]) -> ScreenedPattern:
        alternatives = "|".join(f"(?:{pattern})" for pattern in patterns)
        return ScreenedPattern(alternatives, re.IGNORECASE)

    return Triggers(kind, joined(kind.sure), joined(kind.weak) if kind.weak else None)


TRIGGERS = tuple(map(_compiled, KINDS))


@dataclass(frozen=True, slots=True)
class Trigger:
    """Words at [start, end) of a sentence that announce an event."""

    start: int
    end: int
    sure: bool


def triggers_in(sentence: Sentence, triggers: Triggers) -> list[Trigger]:
    """The kind's triggers in the sentence, in order."""
    found = [Trigger(match.start(), match.end(), sure=True) for match in triggers.sure.finditer(sentence.text)]
    if triggers.weak is not None and sentence.in_title:
        found += [Trigger(match.start(), match.end(), sure=False) for match in triggers.weak.finditer(sentence.text)]
    return [
        trigger
        for trigger in sorted(found, key=lambda trigger: (trigger.start, trigger.end, trigger.sure))
        if trigger.start < trigger.end
        and not _refused(triggers.kind, sentence.text, trigger.start, trigger.end)
        # the word may be part of a name
        and not any(
            e.start - sentence.start < trigger.start and trigger.end < e.end - sentence.start for e in sentence.entities
        )
    ]


def _refused(kind: EventKind, text: str, start: int, end: int) -> bool:
    if text[start : start + 1].isalnum() and _INSIDE_WORD.search(text, max(0, start - 3), start):
        return True
    before = text[max(0, start - 60) : start]
    if _NOUN.match(text[start:end]) and (BACKGROUND.search(before) or SPOKEN_OF.search(before)):
        return True
    if kind.type != "end_of_support" and NEGATION.search(before):
        return True
    if _CONDITION.search(before) or _DOING.search(before):
        return True
    if _ALMOST.search(before) or _COUNTED_FROM.search(before):
        return True
    if _PAST.match(text[start:end]) and SINCE.search(before):
        return True
    if _PRESENT.match(text[start:end]) and SINCE.search(before):
        return True
    if _LONG_AGO.match(text, end):
        return True
    if _BARE_VERB.match(text[start:end]) and INSTRUCTION.search(before):
        return True
    if _PARTICIPLE.fullmatch(text[start:end]) and _ARTICLE.search(before):
        return True
    if text[start:end].casefold() in {"deprecated", "unsupported"} and _THING.match(text, end):
        return True
    if kind.not_before and re.match(kind.not_before, text[end : end + 60], re.IGNORECASE):
        return True
    return bool(kind.not_after and re.search(kind.not_after, before, re.IGNORECASE))


_COUNTED_FROM = re.compile(r"\b(?:hours?|days?|weeks?|months?|years?) (?:after|before|from|until) $", re.IGNORECASE)
_CONDITION = re.compile(r"\b(?:if|whether|unless|in case)\b[^,;.]*$", re.IGNORECASE)
_DOING = re.compile(
    r"\b(?:(?:de)?install(?:ation|ing)|deploy(?:ment|ing)|removal|appl(?:ying|ication)|download(?:ing)?|upgrad(?:e|ing))(?: of)? (?:\w+ ){0,3}$",
    re.IGNORECASE,
)
"""What somebody does with an update is no news of it: "during the installation of the rollup"."""
_ALMOST = re.compile(r"\b(?:all but|almost|nearly|as good as) $", re.IGNORECASE)
_INSIDE_WORD = re.compile(r"(?:\w|\b(?:re|pre|co|un)-)$", re.IGNORECASE)
_NOUN = re.compile(
    r"(?:the |a )?(?:\w+ )?(?:release|launch|preview|beta|update|retirement|discontinuation|approval|accreditation|acquisition"
    r"|merger|takeover|buyout|sale|partnership|alliance|price|pricing|outages?|disruptions?|interruptions?|downtime|breach(?:es)?|attack|lawsuit|settlement|ruling"
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
    r"(?:(?:was|were|is|are|has|have|had|gets?|got) (?:\w+ly )?(?:been )?)?(?:first )?(?:\w+ed|bought|sold|went \w+|made available)(?: out| up| down| off| with| forces)?",
    re.IGNORECASE,
)
_PRESENT = re.compile(
    r"(?:is|are|gets?|has|have|becomes?|goes?|comes?) |(?:releases?|launch(?:es)?|ships?|introduces?)\b", re.IGNORECASE
)
_PARTICIPLE = re.compile(
    r"(?:retired|discontinued|deprecated|approved|acquired|renamed|released|launched|updated|patched)",
    re.IGNORECASE,
)
_LONG_AGO = re.compile(
    r"(?:[^.;,]|\.\d){0,40}? (?:was|were|is|has been) (?:just |over |about |almost |more than |nearly |already )*[\w-]+ (?:years?|decades?) (?:ago|old)\b",
    re.IGNORECASE,
)
"""What follows an event that is looked back on: "was over three years ago"."""
_THING = re.compile(
    r" (?!(?:in|on|by|for|with|as|from|after|to|at|and|or|but|the|its|their|his|an?|since|last|this|next|today|yesterday|under|over|during|via|it|two|three|four"
    r"|several|some|new|version|more|into|within|without|per|when|while|because|earlier|early|late|again|too|now|only|just|than|out|up)\b)[a-z]{3,}(?<!ly)\b"
)
"""What follows a participle that only describes a thing: "deprecated hardware"."""
_ARTICLE = re.compile(r"\b(?:an?|the|this|that|these|those|any|every) $", re.IGNORECASE)
"""Before a participle it makes an adjective of it: "the retired server", "a renamed file"."""
