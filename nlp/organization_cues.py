"""What shows that a name is an organization's: endings, brackets, appositions, and what only organizations do.

Plain functions over characters; which names are known is organizations.py's part, and the words are in nlp/words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from nlp.runs import Run, capitalised_runs, is_title_case, strip_common
from nlp.words import any_of, word_list

_WEBSITE_AFTER = re.compile(r"(?:'s)? ?\((?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)+/?\)")
_BRACKETS = r"(?: \([^()]{2,60}\))?"
_FEW_WORDS = r"(?:[\w'/&+.-]+,? (?:and )?){0,7}?"
_ADVERBS = (
    r"(?:(?:has|have|had|will|would|is|was|are|were|today|yesterday|recently|also|now|just|already|then|officially|formally"
    r"|reportedly|apparently|quietly|last \w+|this \w+|on \w+day|earlier|later|currently|still|first|never|finally"
    r"|once|not) ){0,4}"
)
# What a company does with it: "X released version 2", not "X released".
_OBJECT = re.compile(r" (?:versions?|the|an?|its|their|new|several|two|three|more|another|[A-Z][\w.-]+ \d|that|to)\b")
_LONGEST_NAME = 200  # characters
_HONORIFIC = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|Sir|President|Senator|Judge|Justice|Captain)\.? $")
_PLAIN_WORD = re.compile(r"[A-Z][\w'.-]*")
_FULL_NAME = re.compile(r"\b[A-Z][a-z]+ (?:[A-Z]\. |van |de |von |der )*([A-Z][\w'-]+)")
_COURTS = (
    r"(?:First|Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|Ninth|Tenth|Eleventh|Federal|D\.C\.) Circuit\b"
    r"(?: [Cc]ourt(?: of Appeals)?)?"
)
_AMERICAN = (
    r"(?:US|U\.S\.|United States) (?:Department of [A-Z]\w+|Congress|Senate|Supreme Court|Navy|Army|Treasury"
    r"|House of Representatives)\b"
)


@cache
def legal_suffix() -> re.Pattern[str]:
    """ ", Inc." after a name."""
    return re.compile(rf",? (?:Pty\.?,? |Pte\.?,? )?{any_of('legal_forms')}\b\.?(?![\w-])")


@cache
def _ends_legally() -> re.Pattern[str]:
    return re.compile(rf"[ ,]{any_of('legal_forms')}\.?$")


@cache
def _institution_end() -> re.Pattern[str]:
    return re.compile(rf" (?:(?P<weak>{any_of('institution_ends_weak')})|{any_of('institution_ends')})$")


@cache
def _institution_inside() -> re.Pattern[str]:
    return re.compile(r"\b(?:University|Institute|College|School|Department|Ministry|Foundation|Registry|Inc|Ltd)\b")


@cache
def _institution_start() -> re.Pattern[str]:
    return re.compile(rf"{any_of('institution_starts')} ")


@cache
def _government() -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:{any_of('nationalities')} [Gg]overnment|(?:Obama|Trump|Bush|Clinton|Biden)(?:-era)? [Aa]dministration"
        rf"|{_COURTS}|{_AMERICAN}|(?:(?!The )[A-Z]\w+ ){{1,3}}(?:Attorney General|Department of Justice|Supreme Court|High Court))(?!\w)"
    )


@cache
def _kinds() -> str:
    return rf"(?:(?P<sure>{any_of('company_kinds_sure')})|{any_of('company_kinds')})s?(?!['\w])"


@cache
def _apposition_after() -> re.Pattern[str]:
    """ ", a registrar", "which provides"."""
    return re.compile(
        rf"{_BRACKETS},? (?:which (?:is|provides|offers|makes|sells|operates|runs|speciali[sz]es) "
        rf"|(?:an?|the|one of) {_FEW_WORDS}{_kinds()})"
    )


@cache
def _conference_after() -> re.Pattern[str]:
    """ ", a one-day conference": who holds it bears its name, as far as the text tells."""
    return re.compile(
        rf"{_BRACKETS}, (?:an?|the) {_FEW_WORDS}(?:conference|summit|meetup|trade (?:show|fair)|convention|expo)\b"
    )


@cache
def _is_a() -> re.Pattern[str]:
    return re.compile(
        rf"{_BRACKETS} (?:is|was|has become) (?:an?|the|one of) {_FEW_WORDS}"
        rf"{_kinds()}"
    )


@cache
def _kind_before() -> re.Pattern[str]:
    """ "registrars like", "hosting company"."""
    return re.compile(
        rf"\b{any_of('company_kinds')}s?,? (?:(?:like|such as|including|named|called|of|are|include) )?(?:the )?$",
        re.IGNORECASE,
    )


@cache
def _acts_after() -> re.Pattern[str]:
    return re.compile(rf"{_BRACKETS},?(?:'s)? {_ADVERBS}(?P<verb>{any_of('company_verbs')})\b")


@cache
def _possesses_after() -> re.Pattern[str]:
    return re.compile(
        r"(?:'s?)?,? (?:(?:senior|former|co-|global|interim|new|then|chief|executive|vice|corporate|general|founding"
        rf"|product|program|marketing|sales) ?){{0,3}}{any_of('company_possessions')}\b",
        re.IGNORECASE,
    )


@cache
def _company_before() -> re.Pattern[str]:
    return re.compile(rf"\b{any_of('before_company')} (?:the )?$")


@cache
def _role_before() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{any_of('roles')}|by|Join|with) $", re.IGNORECASE)


@cache
def _role_after() -> re.Pattern[str]:
    return re.compile(
        rf",? \(?(?:the |an? |our |its |their |\w+'s )?(?:\w+ ){{0,4}}?(?:{any_of('roles')}|vice|partner at)\b"
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run that may be an organization's name. `strength`: 2 is enough by itself, 1 wants a vote beside it."""

    start: int
    end: int
    text: str
    strength: int
    cue: str


def acts_as_company(text: str, start: int, end: int) -> str | None:
    """The cue by which a name that may be a product's stands for the company here, None when nothing shows it."""
    after, before = text[end : end + 90], text[max(0, start - 60) : start]
    if _WEBSITE_AFTER.match(after):
        return "website"
    if legal_suffix().match(after):
        return "legal form"
    acts = _acts_after().match(after)
    if acts and (acts.group("verb") not in word_list("shared_verbs") or _OBJECT.match(after, acts.end())):
        return "acts"
    if _possesses_after().match(after):
        return "people"
    if _company_before().search(before):
        return "object"
    if _is_a().match(after):
        return "is a company"
    return None


def find_candidates(text: str, title_end: int = 0) -> Iterator[Candidate]:
    """Runs with a cue beside or in them, and bare ones (strength 0) whose sentence a model may judge.

    Where every word of a headline has a capital, capitals say nothing: such a headline yields only those whose verb, in
    small letters, says what they do.
    """
    begin = title_end if is_title_case(text[:title_end]) else 0
    last_names = people_named(text)
    for match in _government().finditer(text):
        yield Candidate(match.start(), match.end(), match.group(), 2, "government")
    runs = [
        run
        for whole in capitalised_runs(text)
        for part in _names_in(whole)
        if (run := strip_common(part, text)) is not None
    ]
    names = {run.text for run in runs if run.start >= begin}
    for run in runs:
        if run.start < begin:
            if _heads(text, run, title_end):
                yield Candidate(run.start, run.end, run.text, 2, "headline")
            continue
        yield from _judge(text, _without_nationality(run, names), last_names, title_end)


def _names_in(run: Run) -> Iterator[Run]:
    """The names that an "and" joins: two, unless both sides make up one institution's name.

    "Network Solutions and BigRock" are two, the "Cybersecurity and Infrastructure Security Agency" is one.
    """
    rest = run
    while True:
        left, joint, right = rest.text.partition(" and ")
        if not joint or (_is_one_name(rest.text) and not _institution_inside().search(left)):
            yield rest
            return
        yield Run(rest.start, rest.start + len(left), left, rest.opens)
        rest = Run(rest.end - len(right), rest.end, right, opens=False)


def _is_one_name(text: str) -> bool:
    """Does it end as institutions' names do? Beyond so many characters it is no name but a list."""
    return len(text) <= _LONGEST_NAME and bool(_institution_end().search(text) or _ends_legally().search(text))


def _without_nationality(run: Run, names: set[str]) -> Run:
    """ "Dutch Nutanix" where "Nutanix" stands alone elsewhere is that company, seen from a country."""
    first, _, rest = run.text.partition(" ")
    if rest in names and first in word_list("nationalities"):
        return Run(run.end - len(rest), run.end, rest, opens=False)
    return run


def _judge(text: str, run: Run, last_names: frozenset[str], title_end: int) -> Iterator[Candidate]:
    name = run.text
    legal = legal_suffix().match(text, run.end)
    if _ends_legally().search(name):
        yield Candidate(run.start, run.end, name, 2, "legal form")
        return
    if legal is not None:
        yield Candidate(run.start, run.end, name, 2, "legal form")
        return
    if name in word_list("technical") or (len(name) < 3 and not name.isupper()):
        return
    after, before = text[run.end : run.end + 140], text[max(0, run.start - 80) : run.start]
    person = looks_like_person(text, run.start, run.end, last_names)
    if _institution_start().match(name):
        yield Candidate(run.start, run.end, name, 2, "institution")
    elif (ending := _institution_end().search(name)) and not person:
        strength = _institution_strength(name, ending)
        if strength > 1 and name.casefold() in text:
            strength = 1  # the text also writes it small: "certificate authority"
        yield Candidate(run.start, run.end, name, strength, "institution")
    elif _WEBSITE_AFTER.match(after):
        yield Candidate(run.start, run.end, name, 2, "website")
    elif person:
        return
    elif _heads(text, run, title_end):
        yield Candidate(run.start, run.end, name, 2, "headline")
    elif run.start >= title_end and (_COMPANY_ACT.match(text, run.end) or _COMPANY_ACTED_ON.search(before)):
        yield Candidate(run.start, run.end, name, 2, "act")
    elif _NAMED_AS.search(before) or _LISTED_OR_PLACED.match(after):
        yield Candidate(run.start, run.end, name, 2, "introduced")
    elif _conference_after().match(after):
        yield Candidate(run.start, run.end, name, 2, "conference")
    elif apposition := _apposition_after().match(after) or _is_a().match(after):
        yield Candidate(run.start, run.end, name, 2 if apposition.groupdict().get("sure") else 1, "apposition")
    elif _acts_after().match(after):
        # "hosting provider X announced": two signs of two sorts
        yield Candidate(run.start, run.end, name, 1 + bool(_kind_before().search(before)), "acts")
    elif _company_before().search(before):
        yield Candidate(run.start, run.end, name, 1, "object")
    elif _kind_before().search(before):
        yield Candidate(run.start, run.end, name, 1, "title")
    elif _possesses_after().match(after):
        yield Candidate(run.start, run.end, name, 1, "people")
    else:
        yield Candidate(run.start, run.end, name, 0, "run")


_MONEY = (
    r"(?:(?:about|some|over|more[ ]than|another|nearly|an?)[ ])*"
    r"[$€£]?\d[\d.,]*[ -]?(?:k|m|bn|thousand|million|billion)\b"
)
_HEADLINE_ACT = re.compile(
    rf"""[ ](?:
        (?:raises|raised|secures|secured|closes|lands)[ ](?:{_MONEY}|(?:seed|series|funding|growth)\b)
      | (?:(?:to|will)[ ])?(?:acquires?|acquired|buys?|bought|takes[ ]over|merges?[ ]with|partners?[ ](?:up[ ])?with
          |teams[ ]up[ ]with|joins[ ]forces[ ]with
          |sues?|sued)[ ](?:the[ ])?(?=[A-Z])
      | (?:(?:to|will)[ ])?(?:appoints?|appointed|names|named|hires?|hired)[ ](?:(?:an?|its|new|interim)[ ])*
          (?:(?:first|chief|general|managing|vice)[ ])*(?:CEO|CTO|CFO|COO|CIO|CISO|chief\b|president\b|chair\w*
          |head[ ]of|director|manager|[A-Z]\w+[ ].{{0,40}}?\bas\b)
      | (?:(?:is|to[ ]be|was|has[ ]been)[ ])?(?:renamed|rebranded|rebrands|becomes|changes[ ]its[ ]name)
          [ ](?:as[ ]|to[ ])?(?=[A-Z])
      | (?:(?:to|will)[ ])?(?:opens?|opened|builds?|launches|expands)[ ]
          (?:(?:an?|its|the|new|first|second|third|fourth|another|\w+th)[ ])*(?:[\w-]+[ ])?
          (?:data[ -]?cent(?:er|re)s?|offices?|headquarters|region|campus|availability[ ]zone|point[ ]of[ ]presence)\b
      | (?:goes|went|to[ ]go)[ ]public\b
      | (?:lays[ ]off|cuts)[ ](?:\d|half|staff|jobs)
      | files[ ]for[ ](?:bankruptcy|chapter|insolvency|an[ ]IPO)
    )""",
    re.VERBOSE,
)
"""What a headline says of a company: the verb with the thing that only companies do it to."""
_CHIEF = r"(?:CEO|CTO|CFO|COO|CIO|CISO|chief|president|chair\w*|head[ ]of|director|general[ ]manager|managing|vice)"
_COMPANY_ACT = re.compile(
    rf"""(?:[ ]\([^()]{{2,40}}\))?(?:,[ ](?:which|whose|an?|the)[ ][^,.;]{{0,80}},)?
    (?:,?[ ](?:which|that|has|have|had|will|would|is|are|to|says?[ ]it[ ](?:will|has)|said[ ]it[ ](?:will|would|has|had)|today|yesterday|also|now
        |recently|just|reportedly|formally|officially|quietly|on[ ]\w+day|last[ ]\w+)){{0,3}}[ ](?:
        (?:appoint|hir|nam)(?:e|es|ed|s)[ ](?:[^.;]{{2,60}}?[ ])?{_CHIEF}\b
      | open(?:s|ed|ing)?[ ](?:\S+[ ]){{0,6}}?(?:data[ -]?cent(?:er|re)s?|offices?|headquarters|facility|campus|point[ ]of[ ]presence)\b
      | (?:acquir(?:e|es|ed|ing)|buy(?:s|ing)?|bought|tak(?:e|es|en)[ ]over|took[ ]over|merg(?:e|es|ed|ing)[ ]with|purchas(?:e|es|ed))[ ](?:the[ ])?(?:\S+[ ]){{0,4}}?(?=[A-Z])
      | (?:rais(?:e|es|ed|ing)|secur(?:e|es|ed)|clos(?:e|es|ed))[ ](?:an?[ ])?(?:{_MONEY}|(?:seed|series|funding|growth)\b)
      | (?:goes[ ]by[ ]the[ ]name|go[ ]by[ ]the[ ]name|now[ ]goes[ ]by|chang(?:e|es|ed)[ ]its[ ]name|rebrand(?:s|ed)|renamed[ ]itself|took[ ]the[ ]name|takes[ ]the[ ]name)\b
      | (?:lays?|laid)[ ]off\b | (?:files|filed)[ ]for[ ](?:bankruptcy|chapter|insolvency|an[ ]IPO)\b
      | (?:sign(?:s|ed)|ended|broke[ ]off|entered)[ ](?:\S+[ ]){{0,3}}?(?:agreement|contract|deal|letter[ ]of[ ]intent|talks)[ ](?:to|with)\b
      | (?:hosts|runs|operates|serves|manages|registers|sells)[ ](?:some[ ]|about[ ]|over[ ]|more[ ]than[ ]|nearly[ ])?\d[\d.,]*(?:[ ]million)?[ ](?:\w+[ ])?(?:sites|websites|servers|domains|customers|users|racks|accounts|virtual)
      | (?:sued|sues|was[ ]fined|settled[ ]with|employs|is[ ]based[ ]in|is[ ]headquartered[ ]in)\b
      | pa(?:id|ys)[ ](?:\S+[ ]){{0,3}}?{_MONEY}
    )""",
    re.VERBOSE,
)
"""What a sentence says of its subject that only companies do, with the thing that they do it to."""
_NAMED_AS = re.compile(
    r"\b(?:[Tt]he|[Aa]n?|[A-Z]\w+(?:-based|['’]s)) (?:[\w-]+ ){0,3}?(?:registrar|registry|host|hoster|web host|provider|company|firm|house|outfit|vendor"
    r"|maker|operator|carrier|start-?up|reseller|distributor|consultancy|integrator|agency|regulator|publisher|developer|ISP|investor|fund|group) $"
)
"""What introduces a name as a company's: "the London backup house Safekeep"."""
_LISTED_OR_PLACED = re.compile(
    rf" \((?:(?:NASDAQ|Nasdaq|NYSE|AMEX|LSE|AIM|TSX|ASX|FRA|OTC\w*|LON|ETR|EPA)(?: \w+)?: ?[A-Z.]{{1,6}}|{any_of('places')}(?:, [\w ]{{2,20}})?)\)"
)
"""A ticker symbol or a town in brackets."""
_COMPANY_ACTED_ON = re.compile(
    r"\b(?:talks to acquire|agreed to (?:buy|acquire)|purchase of|acquisition of|takeover of|merger with|joint venture with|shares? (?:of|in)|stake in"
    r"|contract to buy)(?: (?!of|by|with)[a-z-]+)* (?:[A-Z]\w+ (?:web host|host|hoster|provider|registrar|company|firm|operator) )?$"
)
_HEADLINE_OBJECT = re.compile(
    r" (?:acquires?|acquired|buys?|bought|takes over|merges? with|partners? (?:up )?with|teams up with"
    r"|joins forces with"
    r"|sues?|sued|renamed|rebrands as|rebranded as|renamed to|changes its name to) (?:the )?$"
)
_HEADLINE_LEAD = re.compile(
    r"(?:^|[:.] )(?:[Tt]he |Web host |Host |Hoster |Registrar |Registry |Exclusive: |Updated?: )?$"
)


def _heads(text: str, run: Run, title_end: int) -> bool:
    """Is it who acts in a headline, or whom such a one acts on: "X acquires Y", "X raises 4 million euros"?"""
    title = text[:title_end]
    if run.text.casefold() in word_list("generic") or not run.text[:1].isupper() or run.end > title_end:
        return False
    if _HEADLINE_ACT.match(title, run.end) and _HEADLINE_LEAD.search(title, 0, run.start):
        return True
    verb = _HEADLINE_OBJECT.search(title, 0, run.start)
    return verb is not None and title[: verb.start()].strip()[:1].isupper()


def _institution_strength(name: str, ending: re.Match[str]) -> int:
    """ "US … Administration" and "Norvik Systems" are sure, "Shared Hosting" and "Blue Cloud" want a second sign."""
    if not ending.group("weak") or name.split()[0] in word_list("nationalities"):
        return 2
    own = [word for word in name[: ending.start()].split() if not _is_ordinary(word)]
    if not own:
        return 0
    return 2 if len(own) == len(name[: ending.start()].split()) and ending.group("weak") not in _OF_PRODUCTS else 1


_OF_PRODUCTS = frozenset(
    ["Cloud", "Online", "Data", "Security", "Host", "Servers", "Project", "Interactive", "Digital"]
)
"""Endings that products' names have as often."""


def _is_ordinary(word: str) -> bool:
    folded = word.casefold()
    return word in word_list("technical") or any(folded in word_list(name) for name in _ORDINARY_WORDS)


_ORDINARY_WORDS = ("trade_words", "common", "generic")


def people_named(text: str) -> frozenset[str]:
    """Last names of the people whom `text` names in full: they stand alone later ("Lawley said")."""
    return frozenset(
        match.group(1) for match in _FULL_NAME.finditer(text) if match.group(0).split()[0] in word_list("given_names")
    )


def looks_like_person(text: str, start: int, end: int, last_names: frozenset[str]) -> bool:
    """Two to four plain words with a given name, a title before or a role after them, or a last name alone."""
    name = text[start:end]
    words = name.split()
    if _institution_end().search(name) and words[0] not in word_list("given_names"):
        return False
    if not 1 <= len(words) <= 4 or not all(_PLAIN_WORD.fullmatch(word) for word in words):
        return False
    if words[0] in word_list("given_names") or (len(words) == 1 and name in last_names):
        return True
    before, after = text[max(0, start - 30) : start], text[end : end + 60]
    if _HONORIFIC.search(before):
        return True
    return len(words) >= 2 and bool(_role_after().match(after) or _role_before().search(before))
