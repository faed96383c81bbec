"""Products that the catalogue does not have: names that stand where only products stand. Careful by design.

A name needs two points: a version beside it, a product's noun, a release verb and so on each give some.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from nlp.abbreviations import occurrences
from nlp.runs import Run, capitalised_runs, is_title_case, strip_common
from nlp.versions import Version, read_version
from nlp.words import any_of, word_list

ENOUGH = 2
MOST_NAMES = 300  # that one post may introduce: what has more is a price list, and each is looked for everywhere

_ARTICLES = (
    r"(?:the |its |their |our |a |an |new |latest |first |general availability of |release of |launch of |public "
    r"|beta of |version of |today |free |major |availability of )*"
)
_RELEASED = re.compile(
    r"(?: [Vv]?\d[\w.]*)?,? (?:which |that )?(?:is|are|was|has been|have been|will be|became|becomes) "
    r"(?:now |finally |officially |today |also )*(?:generally )?(?:available|released|launched|out|shipping)\b"
)
_ADVISORY = re.compile(r"[A-Z]{2,6}[- ]?\d{2,}(?:[-:]\d+)*")  # "CVE-2021-26855", "KB5000871": a notice, no product
_HEADLINE = re.compile(
    r"^(?:Now [Aa]vailable|(?:Just |New )?[Rr]eleased?|Introducing|Announcing|Launching|Meet|Hello|New)(?::| -)? "
    r"(?:the |our |New |& |Improved )*$"
)


@cache
def _noun_beside() -> re.Pattern[str]:
    return re.compile(rf" (?:(?P<strong>{any_of('product_nouns')})|{any_of('product_nouns_weak')})s?\b")


@cache
def _apposition() -> re.Pattern[str]:
    """ ", a hosting panel"."""
    return re.compile(
        r"(?: [Vv]?\d[\w.]*)?(?: \([^()]{1,30}\))?(?:,| is| -| –| —) (?:an?|the|our|its|their) (?:[\w'/&+.-]+,? ){0,7}?"
        rf"(?:{any_of('product_nouns')}|platform|tool|suite|appliance|solution|panel|service)\b"
    )


@cache
def _noun_before() -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:{any_of('product_nouns')}|platform|tool|product|suite|appliance)s?,? "
        r"(?:called |named |dubbed |known as |code-?named )?[\"']?$",
        re.IGNORECASE,
    )


@cache
def _releasing() -> re.Pattern[str]:
    return re.compile(rf"\b{any_of('release_verbs')} {_ARTICLES}[\"']?$", re.IGNORECASE)


@cache
def _head() -> re.Pattern[str]:
    return re.compile(rf" {any_of('product_heads')}$")


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


def discover_products(text: str, title_end: int, is_claimed: IsClaimed) -> tuple[Discovered, ...]:
    """Mentions of unknown products in order of place, each with the version to its right."""
    points: dict[str, int] = {}
    cues: dict[str, set[str]] = {}
    begin = title_end if is_title_case(text[:title_end]) else 0
    headline = _headline_name(text, title_end)
    runs = [run for run in _runs(text) if not is_claimed(run.start, run.end, run.text)]
    for run in runs:
        if run.start < begin and run.text != headline:
            continue
        for cue, value in _cues(text, run):
            if cue not in cues.setdefault(run.text, set()):
                cues[run.text].add(cue)
                points[run.text] = points.get(run.text, 0) + value
    if headline and headline in points:
        points[headline] += 1
        cues[headline].add("headline")
    names = [name for name, value in points.items() if value >= ENOUGH][:MOST_NAMES]
    return tuple(
        Discovered(start, end, name, read_version(text, end, "number"), "+".join(sorted(cues[name])))
        for name in sorted(names, key=len, reverse=True)
        for start, end in occurrences(text, name)
        if not is_claimed(start, end, name)
    )


def _runs(text: str) -> Iterator[Run]:
    for whole in capitalised_runs(text):
        for part in _split_at_and(whole):
            run = strip_common(part, text)
            if run is not None and _may_be_product(run):
                yield run


def _split_at_and(run: Run) -> Iterator[Run]:
    """ "KVM and Xen" are two."""
    start = 0
    for joint in (*re.finditer(r" and (?:the )?", run.text), None):
        end = joint.start() if joint else len(run.text)
        yield Run(run.start + start, run.start + end, run.text[start:end], run.opens and start == 0)
        start = joint.end() if joint else end


def _may_be_product(run: Run) -> bool:
    name = run.text
    words = name.split()
    if (
        name in word_list("technical")
        or words[-1] in word_list("technical")
        or (words[0].upper() in word_list("technical") and len(words) == 1)
        or len(words) > 6
        or len(name) < 3
    ):
        return False
    if _ADVISORY.fullmatch(name) or name.casefold() in word_list("generic"):
        return False
    if any(word.casefold() in word_list("numbered") for word in words[-1:]):
        return False
    if len(words) == 1 and run.opens and name[1:].islower() and name.casefold() in word_list("common"):
        return False
    return not any(word in {"and", "for", "of"} for word in words[:1])


def _cues(text: str, run: Run) -> Iterator[tuple[str, int]]:
    before, after = text[max(0, run.start - 80) : run.start], text[run.end : run.end + 120]
    version = read_version(text, run.end, "number")
    if version is not None and version.base and ("." in version.base or version.marked):
        yield (
            "version",
            2 if not run.opens or len(run.text.split()) > 1 or run.text.casefold() not in word_list("common") else 1,
        )
    noun = _noun_beside().match(after)
    if noun:
        yield "noun", 2 if noun.group("strong") else 1
    if _apposition().match(after):
        yield "apposition", 2
    if _noun_before().search(before):
        yield "noun before", 1
    if _releasing().search(before):
        yield "releasing", 1
    if _RELEASED.match(after):
        yield "released", 1
    if _head().search(run.text):
        yield "head", 1


def _headline_name(text: str, title_end: int) -> str | None:
    """The X of "Released: X", "Introducing X"."""
    for whole in capitalised_runs(text[:title_end]):
        run = strip_common(whole, text)
        if run is not None and _HEADLINE.match(text[: run.start]):
            return run.text
    return None
