"""Whether an event has happened, is planned, or was called off, as its sentence says it and as its date stands."""

from __future__ import annotations

import re
from datetime import date

from nlp.annotations import EventStatus, FoundTimex
from nlp.runs import is_title_case

_PLANNED_BEFORE = re.compile(
    r"\b(?:will|won['’]t|shall|['’]ll|going to|(?:plan|plans|planned|planning|expect|expects|expected|scheduled|slated|set|aim|aims"
    r"|aiming|hope|hopes|hoping|intend|intends|about|ready|prepar\w+|propos\w+|seek|seeks|seeking|wants?|agreed|poised|likely)"
    r" (?:to|for|on|in|by)|(?:is|are|was|were|be|been) due to|prepar(?:es|ed|ing) (?:for )?(?:an?|its|the)|due (?:for|on|in|by|next|later)|upcoming|forthcoming|future|plans? (?:for|of)|eve of|ahead of|is to|are to|get to|gets to|until)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_PLANNED_AFTER = re.compile(
    r"^(?:[^.;,]|,(?! (?:which|who|and|but)\b)){0,50}?\b(?:will (?:be|begin|start|happen|take|come|follow|end)|is (?:expected|planned|scheduled|slated|due|looming|coming|near)"
    r"|are (?:expected|planned|scheduled|slated|due|coming)|in the coming|later this (?:year|month|week|quarter|summer|fall)|next (?:year|month|week|quarter)|approaching|looming)\b",
    re.IGNORECASE,
)
_DONE = re.compile(r"\b(?:\w+ed|was|were|had|went|took|came|sold|bought|put)\b", re.IGNORECASE)
_IN_PROSPECT = re.compile(
    r"\b(?:in talks|talks to|negotiat\w+|consider(?:s|ed|ing)?|explor(?:es|ed|ing)|may|might|could|would like|wants? to|hopes? to|plans? to|intends? to|is to be|are to be"
    r"|looking (?:to|at|for)|seek(?:s|ing)?|up for sale|bids?|offer(?:s|ed)? to|rumou?red|reportedly|interested in|letter of intent|proposed|possible)\b",
    re.IGNORECASE,
)
_PERFECT = re.compile(r"\b(?:has|have) (?:now |just |already |since )?been \w+ed\b", re.IGNORECASE)
_PLANS = re.compile(
    r"(?:will|would|should|to|plans?|expects?|intends?|aims?|hopes?|wants?|due|scheduled|slated|expected|planned|set (?:to|for)|ready to|upcoming"
    r"|coming|arriv(?:es?|ing)|lands?(?!rush))\b"
    r"|.*\b(?:(?:is|are|was|were) (?:planned|expected|scheduled|due|slated|set|to)|plans? to|will|talks to)\b",
    re.IGNORECASE,
)
_CANCELLED = re.compile(
    r"\b(?:cancel(?:s|led|ed|lation|ing)|call(?:s|ed) off|scrap(?:s|ped)|abandon(?:s|ed)|shelv(?:e|es|ed)|terminat(?:es|ed) (?:the |its )?(?:merger|deal|agreement|acquisition|plan)"
    r"|withdr(?:ew|awn) (?:the |its |their )?(?:\w+ ){0,3}(?:bid|offer|application|plan|registration|IPO|filing|attempt|request)|unsuccessful|failed (?:attempt|bid|merger|to)|rebuff(?:s|ed)|reject(?:s|ed) (?:the |a |its )?(?:\S+ ){0,3}(?:bid|offer|takeover|application)"
    r"|fell through|(?:end(?:s|ed)|broke off|break(?:s)? off|call(?:s|ed) off|walk(?:s|ed) away from) (?:the |its |their |all )?(?:\w+ )?(?:talks|negotiations|deal)|walk(?:s|ed) away|withh(?:olds?|eld)|turn(?:s|ed) down|refus(?:es|ed)|veto(?:es|ed)|won['’]t (?:happen|be (?:released|launched))|no longer plans?|pull(?:s|ed) (?:the )?(?:update|release|patch))\b",
    re.IGNORECASE,
)
UNREAL = re.compile(
    r"^\s*(?:[A-Z ]{3,30}: ?[–-]? ?)?(?:if(?! you (?:have ?n[o'’]t|had ?n[o'’]t|missed|are not aware|are ?n[o'’]t aware|did ?n[o'’]t (?:notice|hear|see|know)))|whether|what if|imagine|suppose|should (?:you|(?-i:[A-Z])\w+)|had (?:it|they))\b|\b(?:would have|could have|might have|what if)\b|\?$",
    re.IGNORECASE,
)
"""Sentences that state nothing: questions, conditions, might-have-beens."""

BACKGROUND = re.compile(
    r"\b(?:(?:last|previous|prior) (?:year|month|quarter|spring|summer|autumn|fall|winter|decade)['’]s"
    r"|(?:19|20)\d\d['’]s|anniversary of (?:the|its|their|our)|(?:since|prior to|despite) (?:the|its|their|our|his|her)"
    r"|(?:after|before|until|following|from) (?:its|their|our|his|her)"
    r"|(?:hours?|days?|weeks?|months?|years?) (?:after|before) (?:the|its|their)"
    r"|(?:with|in|by|until|from|of|before|after) (?:the|its|their|our) (?:next|last|latest|previous|current|first|earlier|later|coming))"
    r" (?:[\w-]+ ){0,2}$",
    re.IGNORECASE,
)
"""What stands before a noun that names an event of the past and tells no news: "last year's release of X"."""

SINCE = re.compile(r"\b(?:(?:ever )?since|when|once|after|before|until|as soon as) (?:[^\s,;]+ ){1,4}$", re.IGNORECASE)
"""What stands before a past tense that only dates something else: "since Oracle bought Sun"."""

NEGATION = re.compile(
    r"(?:\b(?:no longer|not|never|nor|cannot|all but|almost|nearly|without|instead of|rather than)|n['’]t) (?!only )(?:yet |ever |even |be |been |have |to )*$"
    r"|\b(?:no|without(?: any)?)(?: more| further| new| additional| other)?(?: (?!longer\b|one\b|doubt\b)[a-z-]+)? $",
    re.IGNORECASE,
)
"""What stands before a trigger and says that nothing of the sort happens."""

SPOKEN_OF = re.compile(
    r"\b(?:rais(?:es|ed|ing)|discuss(?:es|ed|ing)|debat(?:es|ed|ing)|consider(?:s|ed|ing)|question(?:s|ed|ing)|demand(?:s|ed|ing)"
    r"|about|urg(?:es|ed|ing)|oppos(?:es|ed|ing)|propos(?:es|ed|ing)|talks? (?:of|about)|(?:risk|threat|danger|fear|fears|case|event|possibility|chance) of|(?:avoid|prevent|reduc|minimi[sz]|mitigat|suffer)(?:e|es|ed|ing|s)?|rumou?rs (?:of|about)|question of|issue of|subject of)"
    r" (?:the|its|their|an?|any|such an?) (?:\w+ )?$",
    re.IGNORECASE,
)
"""What stands before a noun that is only spoken of: "raised its retirement with the registry"."""

INSTRUCTION = re.compile(
    r"^[\s\"'“‘(*•·–-]*(?:please |then |first,? |now |to )?$"
    r"|\b(?:how to|you(?:['’]ll)? (?:\w+ )?(?:to )?|(?:lets?|allows?|enables?|helps?) (?:you|us|users|customers|admins|administrators|them) (?:to )?"
    r"|(?:can|could|should|must|cannot|can['’]t|need to|have to|want to) (?:then |also |now |simply |easily )*) ?$",
    re.IGNORECASE,
)
"""What stands before a bare verb that tells a reader what to do, or what can be done: "Rename the file", "you can
rename it"."""


_QUOTED_QUESTION = re.compile(r"(?P<before>.*)[\"“‘'](?P<quote>[^\"“”]+\?)[\"'”’)]+\.?$", re.DOTALL)


def states_nothing(sentence: str) -> bool:
    """Is it a question, a condition, a might-have-been? A title that asks ('the webcast "Is There a Cloud?"') is none."""
    if UNREAL.search(sentence):
        return True
    quoted = _QUOTED_QUESTION.fullmatch(sentence)
    return quoted is not None and not (quoted.group("before").strip() and is_title_case(quoted.group("quote")))


def status_of(
    sentence: str, start: int, end: int, timex: FoundTimex | None, anchor: date | None, *, deal: bool = False
) -> EventStatus:
    """The status of the event whose trigger stands at [start, end) of `sentence`.

    A `deal` that is announced has happened, also where the papers will be signed later; one in prospect is planned.
    """
    window_start = max(0, start - 110)
    if _CANCELLED.search(sentence, window_start, min(len(sentence), end + 70)):
        return "cancelled"
    if deal:
        around = sentence[max(0, start - 60) : end + 40]
        return "planned" if _IN_PROSPECT.search(around) else "happened"
    ahead = timex is not None and timex.begin is not None and anchor is not None and timex.begin > anchor
    if ahead:
        # A post that was added to after its publishing tells of later days as past.
        return "happened" if _PERFECT.search(sentence[start:end]) else "planned"
    over = timex is not None and timex.end_date is not None and anchor is not None and timex.end_date <= anchor
    if over:
        return "happened"
    before, after = sentence[window_start:start], sentence[end : end + 80]
    same_day = timex is not None and timex.begin == anchor and anchor is not None
    runs_on = (
        timex is not None and timex.end_date is not None and anchor is not None and (timex.end_date - anchor).days > 1
    )
    if same_day and runs_on and not _DONE.search(sentence[start:end]):
        return "planned"  # "goes to testers before the end of the year"
    if not same_day and (_PLANNED_BEFORE.search(before) or _PLANNED_AFTER.search(after)):
        return "planned"
    if _PLANS.match(sentence[start:end]):
        return "planned"
    return "happened"
