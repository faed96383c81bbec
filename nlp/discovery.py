"""Products that the catalogue does not have: names that stand where only products stand. Careful by design.

A name needs two points: a version beside it, a product's noun, a release verb and so on each give some.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from nlp.abbreviations import abbreviates, occurrences
from nlp.organization_cues import acts_as_company, legal_suffix, people_named
from nlp.runs import Run, capitalised_runs, is_title_case, strip_common
from nlp.versions import Version, read_version
from nlp.words import any_of, word_list

ENOUGH = 2
MOST_NAMES = 300  # that one post may introduce: what has more is a price list, and each is looked for everywhere
_LONG_FORM = 60  # characters
_MOST_MENTIONS = 20  # of a name that are asked whether a company is meant

_ARTICLES = (
    r"(?:the |its |their |our |a |an |new |latest |first |general availability (?:\(GA\) )?of |release of |launch of "
    r"|public |beta of |version of |today |free |major |availability of )*"
)
_RELEASED = re.compile(
    r"(?: [Vv]?\d[\w.]*)?,? (?:which |that )?(?:is|are|was|has been|have been|will be|became|becomes) "
    r"(?:now |finally |officially |today |also )*(?:generally )?(?:available|released|launched|out|shipping)\b"
)
_ADVISORY = re.compile(r"[A-Z]{2,6}[- ]?\d{2,}(?:[-:]\d+)*")  # "CVE-2021-26855", "KB5000871": a notice, no product
_INITIALS = re.compile(r"[A-Z0-9&]{1,3}")  # too short to be a name by the noun beside it: "M&E software"
_SHORT_FORMS = re.compile(r"[A-Z]{2,}s")  # "CRLs" are things, not a thing's name
_PLAIN = re.compile(r"[A-Z][a-z]+(?:[ -][A-Z][a-z]+)*")
_ROLE = re.compile(
    r"(?:(?:Program|Product|Project|Account|Community|General|Marketing|Sales|Engineering|Support|Managing|Executive"
    r"|Technical|Operations|Release|Regional|Country|Office|Customer|Success|Business|Development|Security|IT) )+"
    r"(?:Manager|Director|Editor|Assistant|Agent|Monitor)"
)
_NO_PRODUCT_END = re.compile(
    r"(?:\b(?:Lab|Team|SIG|Community|Committee|Council|Board|Division|Days?|Summit|Conference|Expo|Week|Awards?|Meeting"
    r"|Olympics|Camp|Symposium|Workshop|Initiative|Act|Agreement|License|Street|Avenue|Hotel|Airport|Island|County|Valley)"
    r"|[Ff]est)$"
)
_HEADLINE = re.compile(
    r"^(?:Now [Aa]vailable|(?:Just |New )?[Rr]eleased?|Introducing|Announcing|Launching|Meet|Hello|Say [Hh]ello [Tt]o"
    r"|New)(?::| -)? (?:the |our |New |& |Improved )*$"
)
_HEADLINE_END = re.compile(
    r"(?: [Vv]?\d[\w.]*)?(?: (?:[Ii]s|[Gg]oes|[Hh]as))?(?: [Nn]ow| [Ff]inally)? "
    r"(?:[Aa]vailable|[Rr]eleased|[Ll]aunched|[Hh]ere|[Ll]ive|[Oo]ut|[Aa]rrived)"
    r"(?=$|[.!,:]| (?:[Tt]oday|[Ff]or|[Ww]ith)\b)"
)
# Between an article and the noun that says what a thing is: no preposition, and nobody's.
_ADJECTIVES = (
    r"(?:(?!(?:of|for|at|in|on|from|to|by|with|who|that|which|as|than|is|are|was)\b|[A-Z]\w*'s )[\w'/&+.-]+,? ){0,7}?"
)
_BETWEEN_NAMES = re.compile(r" and (?:the )?|(?<=\w)'s |(?<=s)' ")
_DOING_FIRST = re.compile(
    r"(?:Speak|Install|Upgrad|Build|Migrat|Mov|Announc|Introduc|Launch|Releas|Test|Deploy|Configur|Manag|Monitor|Extend"
    r"|Nurtur|Replac|Creat|Writ|Add|Enabl|Improv|Understand|Bring|Explor|Support)ing "
    r"(?:(?:of|with|and|for|to) )?(?:the )?"
)
_USED_BEFORE = re.compile(
    r"\b(?:install(?:ed|ing|s)?|download(?:ed|ing|s)?|deploy(?:ed|ing|s)?|upgrad(?:e|ed|ing) (?:to|from)"
    r"|migrat(?:e|ed|ing) (?:to|from)|powered by|built (?:on|with)|plug-?in for|module for|extension for|support for)"
    r"(?: the)? $",
    re.IGNORECASE,
)
_DOES_AFTER = re.compile(
    r" (?:(?:has |will )?reach(?:es|ed)? (?:its )?end|support (?:ends|has ended|will end)"
    r"|lets|allows|enables|supports|runs on|installs|integrates with|comes with|ships with|is written in"
    r"|can be (?:installed|downloaded)|is (?:free|open[- ]source|licensed|based on|built on))\b"
)
_DETERMINED = re.compile(
    r"\b(?:[Tt]he|[Ii]ts|[Tt]heir|[Oo]ur|[Tt]his|[Yy]our|'s) (?:(?:new|popular|own|free|old|fast|open[ -]source) )?$"
)
_A = re.compile(r"\b[Aa]n? $")
_CALLED = re.compile(
    r"\b(?:product|program|project|service|system|counterpart|fork|edition|version|offering|technology|appliance|utility"
    r"|module|engine|console|image|stack),? (?:called|named|dubbed|code-?named) [\"']?$"
)
_YEAR_BEHIND = re.compile(r" (?:19[89]|20[0-4])\d(?!\w|[.,-]\d)")
_EVENT = re.compile(r"(?:Day|Days|Summit|Forum|Conference|Con|Connect|Fest|Expo|Week|Awards?|Meeting|Olympics|Cup)$")
_INNER_CAPITAL = re.compile(r"(?=\w*[a-z])\w*[a-z0-9][A-Z]\w*")  # "ModSecurity"
_WEAK = frozenset({"used", "does", "noun", "called", "possessed", "described"})
"""Cues that a name of a shape which ordinary words never have is enough beside."""
_POSSESSED = re.compile(r"\b[A-Z][\w.]*(?:'s|(?<=s)') (?:[a-z][\w-]* ){0,2}$")
_COMPANY_CUES = frozenset({"acts", "website", "people"})


@cache
def _no_product() -> str:
    """What goes on behind a product's noun so that another thing is meant: "software company"."""
    return (
        rf"(?! (?:{any_of('company_kinds')}|team|engineer|expert|market|industry|community|conference|event|summit|job"
        r"|developer)s?\b)"
    )


@cache
def _noun_beside() -> re.Pattern[str]:
    return re.compile(
        rf" (?:(?P<strong>{any_of('product_nouns')})\b|{any_of('product_nouns', 'product_nouns_weak')}s?\b)"
        rf"{_no_product()}"
    )


@cache
def _described() -> re.Pattern[str]:
    """ "the RE2 regular expression library": what an article and a noun have between them."""
    return re.compile(
        r"(?: (?!(?:of|for|at|in|on|from|to|by|with|who|that|which|as|than|and|or|the|an?|its|their|our)\b)"
        rf"[a-z][\w'/-]*+(?<!s)(?<!ed)){{1,3}} (?:(?P<strong>{any_of('product_nouns')})"
        rf"|{any_of('product_nouns_weak')})\b{_no_product()}"
    )


@cache
def _apposition() -> re.Pattern[str]:
    """ ", a hosting panel"."""
    return re.compile(
        r"(?: [Vv]?\d[\w.]*)?(?: \([^()]{1,30}\))?(?:,| is| -| –| —) (?:an?|the|our|its|their) "
        rf"{_ADJECTIVES}(?:{any_of('product_nouns')}|platform|tool|suite|appliance|solution|panel|service)\b"
        rf"{_no_product()}(?! [A-Z])"
    )


@cache
def _noun_before() -> re.Pattern[str]:
    """ "platform called ", "the migration tool ": sure with a word that names the thing, or before the bare noun."""
    return re.compile(
        rf"(?P<described>\b[a-z][\w'-]* )?(?:\b|-)(?:{any_of('product_nouns')}|platform|tool|product|suite|appliance)s?"
        r",? (?P<called>called |named |dubbed |known as |code-?named )?[\"']?$"
    )


@cache
def _releasing() -> re.Pattern[str]:
    return re.compile(rf"\b{any_of('release_verbs')} {_ARTICLES}[\"']?$", re.IGNORECASE)


@cache
def _head() -> re.Pattern[str]:
    return re.compile(rf" {any_of('product_heads')}$")


@cache
def _head_behind() -> re.Pattern[str]:
    return re.compile(rf" {any_of('product_heads')}\b")


@cache
def _institution() -> re.Pattern[str]:
    return re.compile(rf"^{any_of('institution_starts')} | {any_of('institution_ends', 'legal_forms')}\.?$")


@dataclass(frozen=True, slots=True)
class Discovered:
    """A product's name in the text that no catalogue has, with the cues that spoke for it."""

    start: int
    end: int
    name: str
    version: Version | None
    cues: str


IsClaimed = Callable[[int, int, str], bool]
"""Is this span, or this name, already something else: a product, an organization, a TLD, an address?"""
CountNeighbours = Callable[[int, int], int]
"""How many products that are known does a list join to this span: 0, 1 or 2?"""
IsOrganization = Callable[[str], bool]
"""Is this the name of an organization?"""


def _nobody(_name: str) -> bool:
    return False


def _none(_start: int, _end: int) -> int:
    return 0


def discover_products(
    text: str,
    title_end: int,
    is_claimed: IsClaimed,
    count_neighbours: CountNeighbours = _none,
    is_organization: IsOrganization = _nobody,
) -> tuple[Discovered, ...]:
    """Mentions of unknown products in order of place, each with the version to its right."""
    cues: dict[str, dict[str, int]] = {}
    mentions: dict[str, list[Run]] = {}
    begin = title_end if is_title_case(text[:title_end]) else 0
    headline = _headline_name(text, title_end)
    last_names = people_named(text)
    for run in _runs(text):
        if is_claimed(run.start, run.end, run.text) or (run.start < begin and run.text != headline):
            continue
        if not _may_name_product(run.text, opens=run.opens):
            continue
        found = cues.setdefault(run.text, {})
        mentions.setdefault(run.text, []).append(run)
        for cue, value in chain(_cues(text, run), _cues_of_others(run, count_neighbours, is_organization)):
            found[cue] = max(value, found.get(cue, 0))
        if _INNER_CAPITAL.fullmatch(run.text) and not _WEAK.isdisjoint(found):
            found["shape"] = 1
        if found and "version" not in found and _is_person(text, run, last_names):
            found["person"] = -ENOUGH
    if headline and headline in cues:
        cues[headline]["headline"] = 1
    likely = [name for name, found in cues.items() if sum(found.values()) >= ENOUGH][: 2 * MOST_NAMES]
    names = [
        name for name in likely if sum(cues[name].values()) >= _needed(text, name, cues[name].keys(), mentions[name])
    ][:MOST_NAMES]
    return tuple(
        Discovered(start, end, name, _version_behind(text, end, cues[name]), _spoke_for(cues[name]))
        for name in sorted(names, key=len, reverse=True)
        for start, end in occurrences(text, name)
        if not is_claimed(start, end, name)
    )


def _spoke_for(cues: Mapping[str, int]) -> str:
    return "+".join(sorted(cue for cue, value in cues.items() if value > 0))


def _version_behind(text: str, end: int, cues: Collection[str]) -> Version | None:
    """A year counts where one spoke for the name: it may only say when."""
    return read_version(text, end, "year" if "year" in cues else "number")


def _needed(text: str, name: str, cues: AbstractSet[str], mentions: Sequence[Run]) -> int:
    """How many points `name` needs: more, the more it looks like a word or a company."""
    last = name.rpartition(" ")[2]
    if last in word_list("technical") and not _head().search(name) and cues.isdisjoint({"version", "number"}):
        return 3 * ENOUGH  # "Moorgate DNS 4" may be one, "Moorgate DNS" is somebody's DNS
    if "version" in cues or "headline" in cues:
        return ENOUGH
    company = {acts_as_company(text, run.start, run.end) for run in mentions[:_MOST_MENTIONS]}
    if any(legal_suffix().match(text, end) for _, end in occurrences(text, name)[:_MOST_MENTIONS]):
        return 3 * ENOUGH
    word = _PLAIN.fullmatch(name) is not None and occurrences(text, name.lower()) != []
    ordinary = word or _INITIALS.fullmatch(name) is not None
    short = name.isupper() and _is_short_form(text, name)
    return ENOUGH + (not company.isdisjoint(_COMPANY_CUES)) + ordinary + 2 * short


def _is_short_form(text: str, name: str) -> bool:
    """Does the text introduce it as short for something: "Renewal Information (ARI)"?"""
    bracket = text.find(f" ({name})")
    return bracket > 0 and abbreviates(name, text[max(0, bracket - _LONG_FORM) : bracket])


def _is_person(text: str, run: Run, last_names: frozenset[str]) -> bool:
    """ "Anna Wit", and "Wit" behind "anna" or where the text names her in full."""
    first, *others = run.text.split()
    before = text[max(0, run.start - 20) : run.start].split()
    given = word_list("given_names")
    if others:
        return first in given and not _head().search(run.text)
    return run.text in last_names or (before != [] and before[-1].capitalize() in given)


def _runs(text: str) -> Iterator[Run]:
    for whole in capitalised_runs(text):
        for part in _split_names(_without_doing(whole)):
            run = strip_common(part, text)
            if run is not None:
                yield _with_head(run, part)


def _with_head(run: Run, whole: Run) -> Run:
    """ "List" is an ordinary word, but in "Domain Protected Marks List" it is the name's last."""
    head = _head_behind().match(whole.text, run.end - whole.start)
    if head is None:
        return run
    end = whole.start + head.end()
    return Run(run.start, end, whole.text[run.start - whole.start : head.end()], run.opens)


def _without_doing(run: Run) -> Run:
    """ "Building Ferropanel" and "Speaking of Ferropanel" name Ferropanel."""
    doing = _DOING_FIRST.match(run.text) if run.opens else None
    if doing is None or doing.end() == len(run.text):
        return run
    return Run(run.start + doing.end(), run.end, run.text[doing.end() :], opens=False)


def _split_names(run: Run) -> Iterator[Run]:
    """ "KVM and Xen" are two, and so are "Oracle's VirtualBox"."""
    if " " not in run.text:
        yield run
        return
    start = 0
    for joint in (*_BETWEEN_NAMES.finditer(run.text), None):
        end = joint.start() if joint else len(run.text)
        if end > start:
            yield Run(run.start + start, run.start + end, run.text[start:end], run.opens and start == 0)
        start = joint.end() if joint else end


@lru_cache(maxsize=8192)
def _may_name_product(name: str, *, opens: bool) -> bool:
    """Not a word, a place, an institution and so on; `opens` says that it begins a sentence."""
    words = name.split()
    folded, technical = name.casefold(), word_list("technical")
    if len(words) > 6 or len(name) < 3 or words[0] in {"and", "for", "of"}:
        return False
    if len(words) == 1 and (name in technical or name.upper() in technical):
        return False
    if opens and len(words) == 1 and name[1:].islower() and folded in word_list("common"):
        return False
    if name in technical:
        return False
    if folded in word_list("generic") or words[-1].casefold() in word_list("numbered") or name in word_list("places"):
        return False
    if _ADVISORY.fullmatch(name) or _SHORT_FORMS.fullmatch(name) or _ROLE.fullmatch(name):
        return False
    return not (_NO_PRODUCT_END.search(name) or _institution().search(name))


def _cues(text: str, run: Run) -> Iterator[tuple[str, int]]:
    before, after = text[max(0, run.start - 80) : run.start], text[run.end : run.end + 120]
    ordinary = run.opens and len(run.text.split()) == 1 and run.text.casefold() in word_list("common")
    version = read_version(text, run.end, "number")
    if version is not None and version.base and ("." in version.base or version.marked):
        yield "version", 1 if ordinary else 2
    elif version is not None and version.base:
        yield "number", 1
    noun = _noun_beside().match(after)
    if noun:
        # "a backup tool" and "a DevOps platform" are kinds of tools and platforms.
        value = (2 if noun.group("strong") else 1) - (_A.search(before) is not None)
        yield "noun", value
    if _apposition().match(after):
        yield "apposition", 2
    noun = _noun_before().search(before)
    if noun:
        yield "noun before", 2 if noun.group("described") or noun.group("called") else 1
    if _releasing().search(before):
        yield "releasing", 1
    if _RELEASED.match(after):
        yield "released", 1
    if _head().search(run.text):
        yield "head", 1
    if _USED_BEFORE.search(before):
        yield "used", 1
    if _DOES_AFTER.match(after):
        yield "does", 1
    if _POSSESSED.search(before):
        yield "possessed", 1
    described = _described().match(after) if _DETERMINED.search(before) else None
    if described:
        yield "described", 2 if described.group("strong") else 1
    if _YEAR_BEHIND.match(after) and not _EVENT.search(run.text):
        yield "year", 1
    if _CALLED.search(before):
        yield "called", 1


def _cues_of_others(
    run: Run, count_neighbours: CountNeighbours, is_organization: IsOrganization
) -> Iterator[tuple[str, int]]:
    neighbours = count_neighbours(run.start, run.end)
    if neighbours:
        yield "listed", neighbours
    first, _, rest = run.text.partition(" ")
    second, _, others = rest.partition(" ")
    of_first = is_organization(first) and rest not in word_list("places")
    if rest and (of_first or (others and is_organization(f"{first} {second}") and others not in word_list("places"))):
        yield "vendor", 1


def _headline_name(text: str, title_end: int) -> str | None:
    """The X of "Released: X", "Introducing X", "X 2.0 is now available"."""
    for whole in capitalised_runs(text[:title_end]):
        run = strip_common(whole, text)
        if run is None:
            continue
        if _HEADLINE.match(text[: run.start]) or (run.start == 0 and _HEADLINE_END.match(text[:title_end], run.end)):
            return run.text
    return None
