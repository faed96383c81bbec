"""Products in a text: names of the catalogue with the version to their right, as a tree family › version › update.

Reading versions is versions.py's part, short forms abbreviations.py's; names the catalogue does not have are
looked for in discovery.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, islice

from nlp.abbreviations import abbreviates, introduced_after, occurrences
from nlp.annotations import EntityRef, FoundEntity
from nlp.catalogue import Catalogue, ProductFamily
from nlp.cues import cue_pattern
from nlp.discovery import discover_products
from nlp.folding import fold
from nlp.masking import Mask, Taken
from nlp.names import Hit, NameIndex, Words, read_words
from nlp.versions import (
    BARE_UPDATE,
    Version,
    VersionStyle,
    finish_version,
    read_coordinated,
    read_updates,
    read_version,
    slug_part,
)

_CUE_WINDOW = 600  # characters round an ambiguous name in which a cue counts; beyond, only the title does
_MAX_ALIASES = 12
_LONGEST_SENTENCE = 1000  # characters
_MOST_VERSIONS = 300  # that a bare service pack may belong to
_LONGEST_FOR_BARE = 200_000  # whose version a bare number is, is only asked of texts that one person wrote

_TEAM = re.compile(r" (?:[Tt]eam|[Tt]eams|[Tt]eam's|[Cc]ommunity|[Pp]roduct [Gg]roup|[Uu]ser [Gg]roups?|MVPs?)\b")
_VERSION_OF = re.compile(
    r"(?P<version>(?:[Vv]ersions?|[Rr]eleases?) [Vv]?(?P<number>\d[\w.]*)(?: (?:beta|RC|release candidate)(?: ?\d)?)?)"
    r" of (?:the |its |their |our |his )?(?:[a-z][\w-]* ){0,3}$"
)
_BARE_NUMBER = re.compile(
    r"(?<![\w.$€£#/:-])(?:[Vv]ersion |[Vv])?(?P<base>\d++(?:\.\d++)++\w*+)"
    r"(?![\w%]|\.\w|,\d|/\d| ?(?:%|percent|million|billion|[KMGT]B\b|GHz))"
)
_BRANCH = re.compile(
    r"(?<![\w.$€£#/:-])(?P<base>\d++(?:\.\d++)++)(?:\.[xX])? (?:stable |mainline |release |LTS |maintenance )?"
    r"(?:branch|series|mainline|train|release line|tree)\b"
)
"""A number said to be a branch: of the family that the text speaks of, whatever version it names beside."""
_UPDATE_FOR = re.compile(
    r"(?: \([^()]{1,20}\))?(?: (?:beta|RC|CTP|release candidate)(?: ?\d)?)? (?:(?:for|to|of|on) (?:the )?)?$"
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one written name stands for. `needs` says what must be at hand before it is believed."""

    family: ProductFamily
    needs: (
        str  # "" nothing, "year" a year to its right, "cue" and "acronym" its capitals and something that confirms it
    )


_Told = tuple[str, str, tuple[str, ...]]
"""A version: slug of the family, base, updates."""


@dataclass(slots=True)
class _Reading:
    """A text being read: what stands in it and what was found so far."""

    text: str
    title_end: int
    words: Words
    masked: Mask
    found: list[FoundEntity] = field(default_factory=list)
    versions: dict[int, Version] = field(default_factory=dict)  # by start of the mention
    by_start: dict[int, FoundEntity] = field(default_factory=dict)
    bases: dict[str, set[str]] = field(default_factory=dict)  # by slug of the family, or of what that is a part of
    tally: dict[_Told, tuple[int, int]] = field(default_factory=dict)  # mentions of each version: all, in the title
    taken: Taken = field(default_factory=Taken)

    def free(self, start: int, end: int) -> bool:
        return self.taken.is_free(start, end) and self.masked.allows(start, end)

    def add(self, start: int, end: int, entity: EntityRef, ancestors: tuple[EntityRef, ...], rule: str) -> None:
        found = FoundEntity(start, end, entity, ancestors, rule)
        self.found.append(found)
        self.by_start[start] = found
        self.taken.add(start, end)

    def add_version(
        self, start: int, version: Version, entity: EntityRef, ancestors: tuple[EntityRef, ...], rule: str
    ) -> None:
        self.add(start, version.end, entity, ancestors, rule)
        self.versions[start] = version
        family = ancestors[-len(version.levels)]
        if version.base:
            for ref in ancestors:
                self.bases.setdefault(ref.slug, set()).add(version.base)
            told = family.slug, version.base, version.updates
            count, titled = self.tally.get(told, (0, 0))
            self.tally[told] = count + 1, titled + (version.end <= self.title_end)


class ProductFinder:
    """Finds the catalogue's products; built once for a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._families = catalogue.products
        self._vendors = {
            slug: tuple(dict.fromkeys((org.name, *org.aliases, *org.acronyms)))
            for slug, org in catalogue.organizations.items()
        }
        self._organization_names = frozenset(name.casefold() for names in self._vendors.values() for name in names)
        self._index: NameIndex[_Entry] = NameIndex(chain.from_iterable(map(_entries, self._families.values())))
        self.family_ref = lru_cache(maxsize=None)(self._family_ref)
        self._version_ref = lru_cache(maxsize=8192)(self._make_version_ref)

    # -- the way through a text ------------------------------------------------------------------------------

    def find(self, text: str, title_end: int, masked: Mask) -> tuple[FoundEntity, ...]:
        """Mentions in order, none overlapping another. `title_end`: where the title's characters end."""
        plain = fold(text)
        reading = _Reading(plain, title_end, read_words(plain), masked)
        self._read_names(reading)
        self._read_introduced(reading)
        self._read_bare(reading)
        self._discover(reading)
        return tuple(sorted(reading.found, key=lambda entity: entity.start))

    def _read_names(self, reading: _Reading) -> None:
        hits = [list(self._index.at(reading.words, index)) for index in range(len(reading.words.words))]
        sure = {hit.payload.family.slug for hits_here in hits for hit in hits_here if self._is_sure(reading, hit)}
        index = 0
        while index < len(hits):
            hit = next((hit for hit in _year_first(hits[index]) if self._accepts(reading, hit, sure)), None)
            index = index + 1 if hit is None else self._take(reading, hit) + 1

    def _is_sure(self, reading: _Reading, hit: Hit[_Entry]) -> bool:
        if hit.payload.needs == "":
            return not hit.glued and _boundary(reading, hit)
        if hit.payload.needs == "year":
            version = read_version(reading.text, hit.end, "year", glued=hit.glued)
            return version is not None and bool(re.match(r"(?:19|20)\d\d", version.base))
        return False

    def _accepts(self, reading: _Reading, hit: Hit[_Entry], sure: set[str]) -> bool:
        family, needs = hit.payload.family, hit.payload.needs
        text = reading.text
        if not _boundary(reading, hit) or not reading.free(hit.start, hit.end):
            return False
        if _TEAM.match(text, hit.end) and hit.first == hit.last:
            return False
        version = read_version(text, hit.end, _style(family), glued=hit.glued)
        if hit.glued and (version is None or version.start != hit.end):
            return False
        if needs == "":
            return True
        if needs == "year":
            return version is not None and bool(re.match(r"(?:19|20)\d\d", version.base))
        written = text[hit.start : hit.end]
        if written != hit.name and not (written.isupper() and len(written) > 3 and needs == "cue"):
            return False
        if family.slug in sure or (version is not None and (version.base or version.updates)):
            return True
        if self._vendor_start(reading, hit, family) is not None:
            return True
        return self._has_cue(reading, hit, family)

    def _has_cue(self, reading: _Reading, hit: Hit[_Entry], family: ProductFamily) -> bool:
        pattern = cue_pattern(family.cues)
        if pattern is None:
            return False
        text, title_end = reading.text, reading.title_end
        in_title = hit.end <= title_end
        begin, end = max(title_end, hit.start - _CUE_WINDOW), hit.end + _CUE_WINDOW * (1 + in_title)
        before = text[: hit.start] if in_title else f"{text[:title_end]}\n{text[begin : hit.start]}"
        return bool(pattern.search(before) or pattern.search(text, hit.end, end))

    def _take(self, reading: _Reading, hit: Hit[_Entry]) -> int:
        """Records the mention with its versions; the index of the last word that it covers."""
        family, text = hit.payload.family, reading.text
        start = self._vendor_start(reading, hit, family)
        start = hit.start if start is None else start
        rule = f"product:{hit.name}"
        short = introduced_after(text, hit.end)
        version = read_version(text, hit.end, _style(family), glued=hit.glued)
        if version is None and short is not None:
            version = read_version(text, short[2], _style(family))
        if version is None:
            self._add_unversioned(reading, family, start, hit.end, rule)
            return self._last_word(reading, hit.last)
        if not version.base:
            version = self._with_base(reading, family, version)
        updates_before = self._updates_before(reading, start, version)
        if updates_before is not None:
            start, version = updates_before
        self._add_version(reading, family, start, version, rule)
        for follower in read_coordinated(text, version, _style(family)):
            self._add_version(reading, family, follower.start, follower, f"{rule}+list")
        return self._last_word(reading, hit.last)

    def _add_unversioned(self, reading: _Reading, family: ProductFamily, start: int, end: int, rule: str) -> None:
        before = _VERSION_OF.search(reading.text, max(0, start - 80), start)
        if before is not None and _style(family) != "none":
            version = read_version(reading.text, before.start("version"), "number", glued=True)
            if version is not None and reading.free(version.start, version.end):
                self._add_version(reading, family, version.start, version, f"{rule}+version of")
        reading.add(start, end, self.family_ref(family), self._family_ancestors(family), rule)

    def _updates_before(self, reading: _Reading, start: int, version: Version) -> tuple[int, Version] | None:
        """ "Update Rollup 3 for" before "Exchange Server 2010 SP1": the update belongs to that version."""
        joint = _UPDATE_FOR.search(reading.text, max(0, start - 40), start)
        if joint is None:
            return None
        window = max(0, joint.start() - 48)
        for match in BARE_UPDATE.finditer(reading.text, window, joint.start() + 1):
            updates = read_updates(reading.text, match.start())
            if updates is None or not reading.free(match.start(), updates.end):
                continue
            rest = reading.text[updates.end : start]
            if _UPDATE_FOR.fullmatch(rest):
                end = version.end
                chained = (*version.updates, *(u for u in updates.updates if u not in version.updates))
                return match.start(), Version(
                    match.start(), end, version.base, chained, version.stage, version.marked, version.flat
                )
        return None

    def _with_base(self, reading: _Reading, family: ProductFamily, version: Version) -> Version:
        """ "Exchange SP1" where the text speaks of one version of it only: that version's service pack."""
        bases = reading.bases.get(family.slug, set())
        if len(bases) == 1:
            base = next(iter(bases))
            return Version(version.start, version.end, base, version.updates, version.stage, version.marked)
        return version

    # -- what the text introduces and shortens -----------------------------------------------------------------

    def _read_introduced(self, reading: _Reading) -> None:
        learned: dict[str, FoundEntity] = {}
        for found in sorted(reading.found, key=lambda entity: entity.start):
            short = introduced_after(reading.text, found.end)
            if short and short[0] not in learned and abbreviates(short[0], reading.text[found.start : found.end]):
                learned[short[0]] = found
        for short_form, found in learned.items():
            family = self._families.get(found.ancestors[0].slug if found.ancestors else found.entity.slug)
            for start, end in occurrences(reading.text, short_form):
                if not reading.free(start, end):
                    continue
                rule = f"product:introduced {short_form}"
                version = (
                    read_version(reading.text, end, _style(family))
                    if family and not reading.versions.get(found.start)
                    else None
                )
                if family is not None and version is not None and version.base:
                    self._add_version(reading, family, start, version, rule)
                else:
                    reading.add(start, end, found.entity, found.ancestors, rule)

    # -- bare versions -----------------------------------------------------------------------------------------

    def _read_bare(self, reading: _Reading) -> None:
        if not reading.found or len(reading.text) > _LONGEST_FOR_BARE:
            return
        self._read_bare_updates(reading)
        self._read_bare_numbers(reading)

    def _read_bare_updates(self, reading: _Reading) -> None:
        """ "SP1", "Service Pack 1", "2019 CU15": of the version they can only mean."""
        for match in BARE_UPDATE.finditer(reading.text):
            updates = read_updates(reading.text, match.start())
            if updates is None or not reading.free(match.start(), updates.end):
                continue
            start = match.start()
            year = re.search(r"(?<![\w-])((?:19[89]|20[0-4])\d(?: R2)?) $", reading.text[max(0, start - 9) : start])
            owner = self._owner_of_update(reading, start, updates, year.group(1) if year else None)
            if owner is None:
                continue
            family, version = owner
            if year and reading.free(start - len(year.group(0)), updates.end):
                start -= len(year.group(0))
            whole = Version(start, updates.end, version.base, (*version.updates, *updates.updates))
            self._add_version(reading, family, start, finish_version(reading.text, whole), "product:bare update")

    def _owner_of_update(
        self, reading: _Reading, at: int, updates: Version, year: str | None
    ) -> tuple[ProductFamily, Version] | None:
        first = updates.updates[0]
        candidates: dict[_Told, int] = {}
        for (slug, base, named), (count, titled) in islice(reading.tally.items(), _MOST_VERSIONS):
            if year and base != year:
                continue
            if not re.match(r"(?:19|20)\d\d", base) and not named:
                continue  # service packs hang on versions counted in years, or where one was already named
            if first in named:
                kept = named[: named.index(first)]
                weight = 3
            elif named and first.startswith(("Update Rollup", "CU")) and named[-1].startswith("SP"):
                kept, weight = named, 1
            else:
                kept, weight = (), 1
            key = (slug, base, kept)
            candidates[key] = candidates.get(key, 0) + weight * count + 2 * titled
        if not candidates:
            return None
        ranked = sorted(candidates.items(), key=lambda item: -item[1])
        if len(ranked) > 1 and ranked[0][1] <= ranked[1][1]:
            return None  # two are as likely: better no answer than a wrong one
        (slug, base, kept), _ = ranked[0]
        return self._families[slug], Version(at, at, base, kept)

    def _read_bare_numbers(self, reading: _Reading) -> None:
        """ "5.0", "version 6.3": a number already said of a product, or called a version beside one."""
        named: dict[str, ProductFamily | None] = {}
        for found in reading.found:
            version = reading.versions.get(found.start)
            family = self._family_of(found)
            if version is not None and family is not None and re.fullmatch(r"\d+(?:\.\d+)+\w*", version.base):
                same = named.setdefault(version.base, family)
                if same is not None and same.slug != family.slug:
                    named[version.base] = None
        known = {base: family for base, family in named.items() if family is not None}
        if known:
            for match in _BARE_NUMBER.finditer(reading.text):
                family = known.get(match.group("base"))
                if family is not None and reading.free(*match.span()):
                    version = finish_version(reading.text, Version(match.start(), match.end(), match.group("base")))
                    self._add_version(reading, family, match.start(), version, "product:bare version")
        for match in _BRANCH.finditer(reading.text):
            family = self._family_before(reading, match.start()) or self._only_numbered(reading)
            if family is not None and reading.free(*match.span("base")):
                version = Version(match.start(), match.end("base"), match.group("base"))
                self._add_version(reading, family, match.start(), version, "product:branch")
        for match in re.finditer(r"(?<![\w-])(?:[Vv]ersion |[Vv])(?=\d+\.\d)", reading.text):
            family = self._family_before(reading, match.start())
            if family is None or not reading.free(match.start(), match.end() + 1):
                continue
            version = read_version(reading.text, match.start(), "number", glued=True)
            if version is not None and reading.free(match.start(), version.end):
                self._add_version(reading, family, match.start(), version, "product:version in clause")

    def _family_before(self, reading: _Reading, at: int) -> ProductFamily | None:
        """The numbered product that the sentence at `at` is about: the nearest before it in that sentence."""
        reach = max(0, at - _LONGEST_SENTENCE)
        begin = max(reach - 1, *(reading.text.rfind(stop, reach, at) for stop in (". ", "! ", "? ", "\n")))
        near = [reading.by_start[start] for start, _ in reading.taken.overlapping(begin + 1, at) if start > begin]
        families = [family for found in near if (family := self._family_of(found)) and _style(family) == "number"]
        if not families or len({family.slug for family in families}) > 1:
            return None
        return families[-1]

    def _only_numbered(self, reading: _Reading) -> ProductFamily | None:
        """The only product of the text that has numbered versions."""
        families = {slug for slug, base, _ in islice(reading.tally, _MOST_VERSIONS) if re.match(r"\d+\.\d", base)}
        return self._families.get(families.pop()) if len(families) == 1 else None

    def _family_of(self, found: FoundEntity) -> ProductFamily | None:
        for ref in (found.entity, *reversed(found.ancestors)):
            if ref.slug in self._families:
                return self._families[ref.slug]
        return None

    # -- products that the catalogue does not have -------------------------------------------------------------

    def _discover(self, reading: _Reading) -> None:
        def is_claimed(start: int, end: int, name: str) -> bool:
            return not reading.free(start, end) or name.casefold() in self._organization_names

        for found in discover_products(reading.text, reading.title_end, is_claimed):
            if not reading.free(found.start, found.end):
                continue
            family = unknown_family(found.name)
            rule = f"product:discovered {found.cues}"
            if found.version is not None and found.version.base and reading.free(found.start, found.version.end):
                refs = tuple(_unknown_version(found.name, level) for level in found.version.levels)
                reading.add(found.start, found.version.end, refs[-1], (family, *refs[:-1]), rule)
            else:
                reading.add(found.start, found.end, family, (), rule)

    # -- references --------------------------------------------------------------------------------------------

    def _add_version(self, reading: _Reading, family: ProductFamily, start: int, version: Version, rule: str) -> None:
        levels = version.levels
        if not levels:
            reading.add(start, version.end, self.family_ref(family), self._family_ancestors(family), rule)
            return
        refs = tuple(self._version_ref(family.slug, level) for level in levels)
        ancestors = (*self._family_ancestors(family), self.family_ref(family), *refs[:-1])
        reading.add_version(start, version, refs[-1], ancestors, rule)

    def _family_ancestors(self, family: ProductFamily) -> tuple[EntityRef, ...]:
        chain_up: list[EntityRef] = []
        parent = self._families.get(family.parent) if family.parent else None
        while parent is not None and len(chain_up) < 8:
            chain_up.append(self.family_ref(parent))
            parent = self._families.get(parent.parent) if parent.parent else None
        return tuple(reversed(chain_up))

    def _family_ref(self, family: ProductFamily) -> EntityRef:
        aliases = tuple(dict.fromkeys(name for name in (*family.aliases, *family.acronyms) if name != family.name))
        return EntityRef("product", family.slug, family.name, True, aliases, family.vendor)

    def _make_version_ref(self, family_slug: str, text: str) -> EntityRef:
        family = self._families[family_slug]
        name = f"{family.name} {text}"
        forms = dict.fromkeys(f"{form} {written}" for form in _family_forms(family) for written in _written_forms(text))
        aliases = tuple(form for form in forms if form != name)[:_MAX_ALIASES]
        return EntityRef("product", f"{family.slug}-{slug_part(text)}", name, True, aliases, family.vendor)

    def _vendor_start(self, reading: _Reading, hit: Hit[_Entry], family: ProductFamily) -> int | None:
        """Where the vendor's name begins that stands right before the hit, None without one."""
        before = reading.text[max(0, hit.start - 40) : hit.start]
        if not before.endswith((" ", "® ", "™ ")):
            return None
        for name in self._vendors.get(family.vendor or "", ()):
            stripped = before.rstrip(" ®™")
            if stripped.endswith(name) and not stripped[: -len(name)][-1:].isalnum():
                return hit.start - (len(before) - len(stripped)) - len(name)
        return None

    @staticmethod
    def _last_word(reading: _Reading, last: int) -> int:
        """The last word that the newest mentions cover."""
        end = max((found.end for found in reading.found[-8:]), default=0)
        while last + 1 < len(reading.words.starts) and reading.words.starts[last + 1] < end:
            last += 1
        return last


@lru_cache(maxsize=4096)
def unknown_family(name: str) -> EntityRef:
    """A product that no catalogue has, as an entity."""
    return EntityRef("product", slug_part(name) or "unnamed", name, known=False)


@lru_cache(maxsize=4096)
def _unknown_version(name: str, text: str) -> EntityRef:
    aliases = tuple(f"{name} {written}" for written in _written_forms(text) if written != text)
    return EntityRef("product", slug_part(f"{name} {text}"), f"{name} {text}", known=False, aliases=aliases)


def _style(family: ProductFamily | None) -> VersionStyle:
    return family.versions if family is not None else "number"


def _entries(family: ProductFamily) -> Iterator[tuple[str, _Entry]]:
    """The written names of a family with what each needs."""
    plain = dict.fromkeys((family.name, *family.aliases))
    ambiguous = _ambiguous(family)
    for name in plain:
        yield name, _Entry(family, "cue" if name in ambiguous else "")
        # "SQL 2008", "Windows 2003": a year to the right says which "SQL" is meant.
        short = re.sub(r" Server$", "", name)
        if family.versions == "year" and short != name and short not in plain:
            yield short, _Entry(family, "year")
    for name in family.acronyms:
        if name not in plain:
            yield name, _Entry(family, "acronym")


def _ambiguous(family: ProductFamily) -> frozenset[str]:
    return frozenset(family.ambiguous)


def _year_first(hits: list[Hit[_Entry]]) -> list[Hit[_Entry]]:
    """Longest first; of equals the one that wants a year: "Windows 2003" is a Windows Server."""
    return sorted(hits, key=lambda hit: (hit.start - hit.end, hit.payload.needs != "year")) if len(hits) > 1 else hits


def _boundary(reading: _Reading, hit: Hit[_Entry]) -> bool:
    """A name stands free: not inside a compound, an identifier or a domain."""
    before = reading.text[hit.start - 1 : hit.start] if hit.start else ""
    if before in {"_", "@", "\\", "#"} or (before == "." and not reading.text[hit.start].isupper()):
        return False
    if before == "-" and reading.text[hit.start].islower() and reading.text[hit.start - 2 : hit.start - 1].isalnum():
        return False
    after = reading.text[hit.end : hit.end + 2]
    if hit.glued:
        return True
    return not (after[:1] in {"_", "@"} or (after[:1] == "." and after[1:].isalpha() and after[1:].islower()))


def _family_forms(family: ProductFamily) -> Iterable[str]:
    yield family.name
    yield from family.aliases
    yield from family.acronyms


_LONG = (("SP", "Service Pack "), ("CU", "Cumulative Update "))
_SHORT = (("Update Rollup ", "RU"), ("Update Rollup ", "UR"), ("Update ", "U"))


def _written_forms(text: str) -> Iterable[str]:
    """A version's text and its other usual spellings."""
    yield text
    for short, long in _LONG:
        if re.search(rf"\b{short}\d", text):
            yield re.sub(rf"\b{short}(?=\d)", long, text)
    for long, short in _SHORT:
        if re.search(rf"\b{long}\d", text):
            yield re.sub(rf"\b{long}(?=\d)", short, text)
