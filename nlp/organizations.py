"""Organizations in a text: names of the catalogue, and names that stand where only organizations stand.

A name that is both a company's and a product's (WHMCS, Let's Encrypt) is read by its use: the ones that say,
acquire and hire are companies. Which words show that, is in organization_cues.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from nlp.abbreviations import abbreviates, introduced_after, occurrences
from nlp.annotations import EntityRef, FoundEntity
from nlp.catalogue import Catalogue, Organization
from nlp.cues import cue_pattern
from nlp.folding import fold
from nlp.masking import Mask, Span, Taken
from nlp.names import Hit, NameIndex, read_words
from nlp.organization_cues import (
    Candidate,
    acts_as_company,
    find_candidates,
    legal_suffix,
)
from nlp.rules import rule_line
from nlp.versions import slug_part
from nlp.words import word_list

NameVotes = Callable[[str, Sequence[Span]], frozenset[Span]]
"""Given a text and spans of it: those that a statistical model takes for organizations."""

_CUE_WINDOW = 600
_LIST_REACH = 90  # characters that a list's further members may take between two
_MOST_SHORT_FORMS = 300  # each is looked for in the whole text
_ENOUGH = 2  # strength of the cues that makes an unknown name an organization
_LIST_JOINT = re.compile(r"(?:, and|, or|,| and| or| &|/|;)(?: of course| also| the)? ")


@dataclass(frozen=True, slots=True)
class OrganizationsFound:
    """Organizations in order, and the spans of product mentions that are the company's own name here."""

    organizations: tuple[FoundEntity, ...]
    not_products: frozenset[Span] = frozenset()


@dataclass(frozen=True, slots=True)
class _Entry:
    organization: Organization
    needs: str  # "" nothing, "case" its capitals, "cue" capitals and a cue


@dataclass(slots=True)
class _Reading:
    text: str
    title_end: int
    masked: Mask
    products: tuple[FoundEntity, ...]
    product_spans: Taken
    found: list[FoundEntity] = field(default_factory=list)
    taken: Taken = field(default_factory=Taken)
    not_products: set[Span] = field(default_factory=set)
    product_names: frozenset[str] = frozenset()
    confirmed: dict[int, Mapping[str, str]] = field(default_factory=dict)  # by start of the hit: what spoke for it
    met: set[str] = field(default_factory=set)  # organizations found, and vendors of the products found
    undecided: list[tuple[int, int, EntityRef]] = field(default_factory=list)
    _has: dict[tuple[str, ...], bool] = field(default_factory=dict)  # names looked for in the whole text

    def free(self, start: int, end: int) -> bool:
        return self.masked.allows(start, end) and self.taken.is_free(start, end)

    def has_any(self, names: tuple[str, ...]) -> bool:
        """Does the text hold one of `names` anywhere?"""
        if names not in self._has:
            self._has[names] = any(name in self.text for name in names)
        return self._has[names]

    def add(self, start: int, end: int, entity: EntityRef, rule: str) -> None:
        self.found.append(FoundEntity(start, end, entity, rule=rule))
        self.met.add(entity.slug)
        self.taken.add(start, end)


class OrganizationFinder:
    """Finds organizations; built once for a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._organizations = catalogue.organizations
        self._product_names = frozenset(
            name.casefold()
            for family in catalogue.products.values()
            for name in (family.name, *family.aliases, *family.acronyms)
        )
        self._index: NameIndex[_Entry] = NameIndex(chain.from_iterable(map(_entries, self._organizations.values())))

    def find(
        self,
        text: str,
        title_end: int,
        masked: Mask,
        products: Sequence[FoundEntity],
        tlds: Sequence[FoundEntity] = (),
        votes: NameVotes | None = None,
    ) -> OrganizationsFound:
        """Organizations of `text`, given the products and TLDs already found in it.

        `votes` is asked, at most once, about names that the catalogue does not have and cues do not settle.
        """
        spans = frozenset((entity.start, entity.end) for entity in (*products, *tlds))
        reading = _Reading(fold(text), title_end, masked, tuple(products), Taken(spans))
        reading.product_names = frozenset(reading.text[start:end].casefold() for start, end in spans)
        reading.met.update(product.entity.vendor for product in products if product.entity.vendor)
        self._read_names(reading)
        self._discover(reading, votes)
        self._read_short_forms(reading)
        self._decide_by_company(reading)
        ordered = tuple(sorted(reading.found, key=lambda entity: entity.start))
        return OrganizationsFound(ordered, frozenset(reading.not_products))

    # -- names of the catalogue --------------------------------------------------------------------------------

    def _read_names(self, reading: _Reading) -> None:
        words = read_words(reading.text)
        index = 0
        while index < len(words.words):
            hit = next((hit for hit in self._index.at(words, index) if self._accepts(reading, hit)), None)
            if hit is None:
                index += 1
                continue
            self._take(reading, hit)
            index = hit.last + 1

    def _accepts(self, reading: _Reading, hit: Hit[_Entry]) -> bool:
        text = reading.text
        if hit.glued or not reading.free(hit.start, hit.end) or not _boundary(text, hit.start, hit.end):
            return False
        written, needs = text[hit.start : hit.end], hit.payload.needs
        if not any(character.isupper() for character in written) and any(c.isupper() for c in hit.name):
            return False  # "oracle" and "sun" in small letters are words
        if _begins_a_phrase(written, hit.name):
            return False
        if needs == "":
            return True
        if written != hit.name and not (written.isupper() and needs == "case"):
            return False
        if needs == "case":
            return True
        confirmed = self._confirmation(reading, hit)
        if confirmed is not None:
            reading.confirmed[hit.start] = confirmed
        return confirmed is not None

    def _confirmation(self, reading: _Reading, hit: Hit[_Entry]) -> Mapping[str, str] | None:
        """What says that a name which could be something else is the organization's: a fact for its rule, or None."""
        text, organization = reading.text, hit.payload.organization
        acts = acts_as_company(text, hit.start, hit.end)
        if acts:
            return {"sign": acts}
        if organization.slug in reading.met:
            return {"elsewhere": organization.name}
        longer = tuple(name for name in (organization.name, *organization.aliases) if len(name) > len(hit.name))
        if reading.has_any(longer):
            return {"elsewhere": next(name for name in longer if name in text)}
        pattern = cue_pattern(organization.cues)
        if pattern is None:
            return None
        begin, end = max(0, hit.start - _CUE_WINDOW), hit.end + _CUE_WINDOW
        found = pattern.search(text, begin, hit.start) or pattern.search(text, hit.end, end)
        return {"cue": found.group()} if found else None

    def _take(self, reading: _Reading, hit: Hit[_Entry]) -> None:
        ref = organization_ref(hit.payload.organization)
        end = with_legal_form(reading.text, hit.end)
        rule = _rule_of(hit, reading.confirmed.get(hit.start, {}))
        if not _loses_to_product(reading, hit.start, hit.end):
            _drop_inner_products(reading, hit.start, hit.end)
            reading.add(hit.start, end, ref, rule)
        elif reading.product_spans.overlapping(hit.start, hit.end) == [(hit.start, hit.end)]:
            cue = acts_as_company(reading.text, hit.start, hit.end)
            if cue:
                reading.add(hit.start, end, ref, rule_line(rule, sign=cue))
                reading.not_products.add((hit.start, hit.end))
            else:
                reading.undecided.append((hit.start, hit.end, ref))

    def _decide_by_company(self, reading: _Reading) -> None:
        """A name of both senses that stands in a list of organizations is one of them."""
        for start, end, ref in reading.undecided:
            if _listed_with(reading, start, end):
                reading.add(start, end, ref, "organization:listed")
                reading.not_products.add((start, end))

    # -- names the catalogue does not have ---------------------------------------------------------------------

    def _discover(self, reading: _Reading, votes: NameVotes | None) -> None:
        candidates = [
            candidate
            for candidate in find_candidates(reading.text, reading.title_end)
            if self._is_open(reading, candidate)
        ]
        strength: dict[str, int] = {}
        cues: dict[str, set[str]] = {}
        for candidate in candidates:
            key = _key(candidate.text)
            seen = cues.setdefault(key, set())
            if candidate.strength and candidate.cue not in seen:
                # Cues of two sorts confirm each other; one said twice does not.
                strength[key] = max(strength.get(key, 0) + bool(seen), candidate.strength)
                seen.add(candidate.cue)
        # One vote is worth one point: it can only settle names that lack one.
        open_names = [c for c in candidates if strength.get(_key(c.text), 0) == _ENOUGH - 1]
        voted: frozenset[str] = frozenset()
        if votes is not None and open_names:
            said = votes(reading.text, [(c.start, c.end) for c in open_names])
            voted = frozenset(_key(c.text) for c in open_names if (c.start, c.end) in said)
        settled = {c.text for c in candidates if strength.get(_key(c.text), 0) + (_key(c.text) in voted) >= _ENOUGH}
        begun = {name.split()[0] for name in settled if " " in name}
        for candidate in sorted(candidates, key=lambda c: (c.start, -c.end)):
            key = _key(candidate.text)
            if candidate.text in begun:
                continue  # "Tarrance" where the text also has "Tarrance Hosting": left to the short forms
            enough = strength.get(key, 0) + (key in voted) >= _ENOUGH
            if not enough and not _listed_with(reading, candidate.start, candidate.end):
                continue
            if reading.free(candidate.start, candidate.end):
                why = "+".join(
                    [*sorted(cues[key]), *(["model"] if key in voted else []), *([] if enough else ["list"])]
                )
                _drop_inner_products(reading, candidate.start, candidate.end)
                end = with_legal_form(reading.text, candidate.end)
                reading.add(
                    candidate.start, end, self._named(candidate.text), rule_line("organization:discovered", why)
                )

    def _named(self, name: str) -> EntityRef:
        """The catalogue's organization of that name, which its cues did not show to be meant, else an unknown one."""
        words = read_words(name)
        hits = [hit for hit in self._index.at(words, 0) if hit.last == len(words.words) - 1 and hit.name == name]
        slugs = {hit.payload.organization.slug for hit in hits}
        return organization_ref(hits[0].payload.organization) if len(slugs) == 1 else _unknown(name)

    def _is_open(self, reading: _Reading, candidate: Candidate) -> bool:
        name, folded = candidate.text, candidate.text.casefold()
        if not reading.free(candidate.start, candidate.end) or len(name) < 2:
            return False
        if _loses_to_product(reading, candidate.start, candidate.end):
            return False
        if candidate.strength < _ENOUGH and not reading.product_spans.is_free(candidate.start, candidate.end):
            return False
        ordinary = folded in word_list("common") or name in word_list("technical") or name in word_list("places")
        ordinary = ordinary or all(word in word_list("trade_words") for word in folded.split())
        return not ordinary and folded not in self._product_names

    # -- short forms -------------------------------------------------------------------------------------------

    def _read_short_forms(self, reading: _Reading) -> None:
        learned: dict[str, EntityRef] = {}
        for found in sorted(reading.found, key=lambda entity: entity.start):
            written = reading.text[found.start : found.end]
            if not found.entity.known:
                learned.setdefault(found.entity.name, found.entity)
            short = introduced_after(reading.text, found.end)
            if short and abbreviates(short[0], written):
                learned.setdefault(short[0], found.entity)
            first = written.split()[0].rstrip(",.'")
            if " " in written and _stands_for_whole(first) and self._is_unclaimed(reading, first, found.entity):
                learned.setdefault(first, found.entity)
            two = " ".join(written.split()[:2]).rstrip(",.")
            if (
                len(written.split()) > 2
                and self._is_unclaimed(reading, two, found.entity)
                and two.split()[-1][0].isupper()
                and two not in word_list("places")
            ):
                learned.setdefault(two, found.entity)
        for short_form in sorted(list(learned)[:_MOST_SHORT_FORMS], key=len, reverse=True):
            for start, end in occurrences(reading.text, short_form):
                if reading.free(start, end) and reading.product_spans.is_free(start, end):
                    reading.add(start, end, learned[short_form], rule_line("organization:short-form", short_form))

    def _is_unclaimed(self, reading: _Reading, name: str, entity: EntityRef) -> bool:
        """Does no other organization or product bear this name?"""
        if name.casefold() in self._product_names or name.casefold() in reading.product_names:
            return False
        words = read_words(name)
        if not words.words:
            return False
        hits = [hit for hit in self._index.at(words, 0) if hit.last == len(words.words) - 1]
        return all(hit.payload.organization.slug == entity.slug for hit in hits)


def _rule_of(hit: Hit[_Entry], confirmed: Mapping[str, str]) -> str:
    """By which of the organization's names it was found, and what spoke for one that could be something else."""
    organization, needs = hit.payload.organization, hit.payload.needs
    plain = "alias" if hit.name in organization.aliases else "acronym"
    sort = "name" if hit.name == organization.name else plain
    return rule_line(f"organization:{sort}", hit.name, **(confirmed if needs == "cue" else {}))


def organization_ref(organization: Organization) -> EntityRef:
    """The catalogue's organization as an entity."""
    names = dict.fromkeys((*organization.aliases, *organization.acronyms))
    return EntityRef(
        "organization",
        organization.slug,
        organization.name,
        aliases=tuple(n for n in names if n != organization.name),
        sector=organization.kind,
    )


def _entries(organization: Organization) -> Iterator[tuple[str, _Entry]]:
    plain = dict.fromkeys((organization.name, *organization.aliases))
    for name in plain:
        yield name, _Entry(organization, "cue" if name in organization.ambiguous else "")
    for name in organization.acronyms:
        if name not in plain:
            yield name, _Entry(organization, "cue" if name in organization.ambiguous else "case")


def with_legal_form(text: str, end: int) -> int:
    """The end of a name with the "Inc." or ", Ltd" that follows it; the sentence's own full stop stays outside."""
    legal = legal_suffix().match(text, end)
    if legal is None:
        return end
    ends_sentence = legal.group().endswith(".") and not re.match(r"[,;)']| [a-z(]", text[legal.end() : legal.end() + 2])
    return legal.end() - ends_sentence


def _loses_to_product(reading: _Reading, start: int, end: int) -> bool:
    """Is it a part of a product's name, or the whole of it? A longer name than the product's wins."""
    return any(
        not (start <= a and b <= end and (a, b) != (start, end))
        for a, b in reading.product_spans.overlapping(start, end)
    )


def _drop_inner_products(reading: _Reading, start: int, end: int) -> None:
    """ "Linux" in "Linux Foundation" is no product."""
    reading.not_products.update(reading.product_spans.overlapping(start, end))


def _begins_a_phrase(written: str, name: str) -> bool:
    """ "Data return policies" names no "Data Return": a capital at the sentence's beginning and none after it."""
    first, *others = written.split()
    theirs = name.split()[1:]
    return (
        first[0].isupper()
        and len(others) == len(theirs) > 0
        and all(word[0].islower() and their[0].isupper() for word, their in zip(others, theirs, strict=True))
    )


def _stands_for_whole(word: str) -> bool:
    return (
        len(word) >= 4
        and word[0].isupper()
        and word.casefold() not in word_list("generic") | word_list("common") | word_list("trade_words")
        and word not in word_list("places")
        and word.isalpha()
    )


def _listed_with(reading: _Reading, start: int, end: int) -> bool:
    """Is it a member of a list that two organizations or more stand in?"""
    neighbours = 0
    for a, b in reading.taken.near(start, end, _LIST_REACH):
        between = (b, start) if b <= start else (end, a)
        neighbours += between[0] < between[1] and _is_list_between(reading.text[slice(*between)])
    return neighbours >= 2


def _is_list_between(between: str) -> bool:
    """Joints of a list, and nothing else than further capitalised members, in `between`."""
    if len(between) > _LIST_REACH or "\n" in between:
        return False
    first, *members, last = _LIST_JOINT.split(f"{between} ") if _LIST_JOINT.search(between) else ("-", "-")
    return not first.strip() and not last.strip() and all(_is_list_member(member) for member in members)


def _is_list_member(member: str) -> bool:
    words = member.split()
    return len(words) <= 4 and all(word[0].isupper() or any(c.isupper() for c in word) for word in words)


def _boundary(text: str, start: int, end: int) -> bool:
    before = text[start - 1 : start] if start else ""
    if before in {"_", "@", "\\", "#", "."} or (before == "-" and text[start].islower()):
        return False
    after = text[end : end + 2]
    return not (after[:1] in {"_", "@"} or (after[:1] == "." and after[1:].isalpha() and after[1:].islower()))


def _key(name: str) -> str:
    return " ".join(name.casefold().removeprefix("the ").split())


@lru_cache(maxsize=4096)
def _unknown(name: str) -> EntityRef:
    shown = legal_suffix().sub("", name).strip(" ,") or name
    return EntityRef("organization", slug_part(shown) or slug_part(name) or "unnamed", shown, known=False)
