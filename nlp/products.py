"""Products in a text: names of the catalogue with the version to their right, as a tree family › version › update.

Reading versions is versions.py's part, short forms abbreviations.py's; names the catalogue does not have are
looked for in discovery.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from nlp.rules import rule_line
from nlp.versions import (
    BARE_UPDATE,
    Version,
    VersionStyle,
    finish_version,
    joint_end,
    read_coordinated,
    read_member,
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
_NUMBER_BEFORE = re.compile(r"(?<![\w.$€£-])(?P<base>\d{1,2}(?:\.\d{1,4}){1,3}) $")
_COUNTING = re.compile(r" (?P<number>\d{1,3})(?= [a-z])")
_BARE_NUMBER = re.compile(
    r"(?<![\w.$€£#/:-])(?:[Vv]ersion |[Vv])?(?P<base>\d++(?:\.\d++)++\w*+)"
    r"(?![\w%]|\.\w|,\d|/\d| ?(?:%|percent|million|billion|[KMGT]B\b|GHz))"
)
_FORMERLY = re.compile(
    r",? \(?(?:formerly|previously|also known as|aka|a\.k\.a\.)(?: known as| called| named)? (?:the )?"
)
_LIST_JOINT = re.compile(r"(?:,| and| or|, and|, or|/| &|;|,? as well as) ?(?:also |the )?")
_LONGEST_JOINT = 16  # characters
_NAME_WORD = re.compile(r"[A-Z]\w+")
_YEAR = re.compile(r"(?:19|20)\d\d(?!\.)")
_BRANCH = re.compile(
    r"(?<![\w.$€£#/:-])(?P<base>\d++(?:\.\d++)++)(?:\.[xX])? (?:stable |mainline |release |LTS |maintenance )?"
    r"(?:branch|series|mainline|train|release line|tree)\b"
)
"""A number said to be a branch: of the family that the text speaks of, whatever version it names beside."""
_UPDATE_FOR = re.compile(
    r"(?: \([^()]{1,20}\))?(?: (?:beta|RC|CTP|release candidate)(?: ?\d)?)? (?:(?:for|to|of|on)(?: the)? ?)?$"
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one written name stands for. `needs` says what must be at hand before it is believed."""

    family: ProductFamily
    needs: str
    """"" nothing, "year" or "number" such a version to its right, "owner" its vendor's possessive to its left, "cue"
    and "acronym" its capitals and something that confirms it."""


@dataclass(slots=True)
class _Group:
    """Products that go by one name with a word or a version: Windows with XP, Vista, 7, and 2003 of its servers."""

    by_number: ProductFamily
    by_year: ProductFamily | None = None
    members: dict[str, ProductFamily] = field(default_factory=dict)

    def versioned(self, text: str, at: int) -> tuple[ProductFamily, Version | None]:
        """The version at `at`, and of which product it is one."""
        if self.by_year is not None and (version := read_member(text, at, "year")) and _YEAR.match(version.base):
            return self.by_year, version
        return self.by_number, read_member(text, at, _style(self.by_number))


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
    confirmed: dict[int, Mapping[str, str]] = field(default_factory=dict)  # by end of the hit: what spoke for it
    hits: list[list[Hit[_Entry]]] = field(default_factory=list)  # names of the catalogue, by their first word
    majors: dict[str, set[str]] | None = None  # main versions that are said of each family, once they are asked for

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
        self._index: NameIndex[_Entry] = NameIndex(
            entry
            for family in self._families.values()
            for entry in _entries(family, self._vendors.get(family.vendor or "", ()))
        )
        self._groups = _groups(self._families)
        self.family_ref = lru_cache(maxsize=None)(self._family_ref)
        self._version_ref = lru_cache(maxsize=8192)(self._make_version_ref)

    # -- the way through a text ------------------------------------------------------------------------------

    def find(self, text: str, title_end: int, masked: Mask) -> tuple[FoundEntity, ...]:
        """Mentions in order, none overlapping another. `title_end`: where the title's characters end."""
        plain = fold(text)
        reading = _Reading(plain, title_end, read_words(plain), masked)
        self._read_names(reading)
        self._read_introduced(reading, reading.found)
        self._read_bare(reading)
        known = len(reading.found)
        self._discover(reading)
        self._read_introduced(reading, reading.found[known:])
        return tuple(sorted(reading.found, key=lambda entity: entity.start))

    def _read_names(self, reading: _Reading) -> None:
        hits = reading.hits = [list(self._index.at(reading.words, index)) for index in range(len(reading.words.words))]
        sure = {hit.payload.family.slug for hits_here in hits for hit in hits_here if self._is_sure(reading, hit)}
        index = 0
        while index < len(hits):
            hit = next((hit for hit in _year_first(hits[index]) if self._accepts(reading, hit, sure)), None)
            if hit is None:
                index += 1
                continue
            whole = self._part_after(reading, hit) or hit
            index = self._take(reading, whole) + 1

    def _part_after(self, reading: _Reading, hit: Hit[_Entry]) -> Hit[_Entry] | None:
        """ "System Center VMM" is its part, called by both names, where the part's stands right behind."""
        following = hit.last + 1
        if following >= len(reading.hits) or reading.text[hit.end : reading.words.starts[following]] != " ":
            return None
        for part in reading.hits[following]:
            family = part.payload.family
            if family.parent == hit.payload.family.slug and self._accepts(reading, part, {family.slug}):
                return replace(part, start=hit.start, first=hit.first)
        return None

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
        if needs == "number":
            return bool(version and version.base) or self._number_before(reading, hit) is not None
        written = text[hit.start : hit.end]
        if needs == "owner":
            return written == hit.name and self._owner_before(reading, hit, family) is not None
        if written != hit.name and not (written.isupper() and len(written) > 3 and needs == "cue"):
            return False
        confirmed = self._confirmation(reading, hit, version, sure)
        if confirmed is not None:
            reading.confirmed[hit.end] = confirmed
        return confirmed is not None

    def _number_before(self, reading: _Reading, hit: Hit[_Entry]) -> Version | None:
        """ "the 2.6.32 kernel"."""
        number = _NUMBER_BEFORE.search(reading.text, max(0, hit.start - 20), hit.start)
        if number is None or not reading.free(number.start(), hit.start):
            return None
        return Version(number.start(), hit.end, number.group("base"))

    def _owner_before(self, reading: _Reading, hit: Hit[_Entry], family: ProductFamily) -> str | None:
        """The vendor whose possessive stands before: "Microsoft's Virtual Server" is Microsoft Virtual Server."""
        vendors = self._vendors.get(family.vendor or "", ())
        return next((vendor for vendor in vendors if reading.text.endswith(f"{vendor}'s ", 0, hit.start)), None)

    def _confirmation(
        self, reading: _Reading, hit: Hit[_Entry], version: Version | None, sure: set[str]
    ) -> Mapping[str, str] | None:
        """What says that a name which could be something else is the product's: a fact for its rule, or None."""
        family = hit.payload.family
        if family.slug in sure:
            return {"elsewhere": family.name}
        if version is not None and (version.base or version.updates):
            return {"version": version.text}
        vendor = self._vendor_start(reading, hit, family)
        if vendor is not None:
            return {"vendor": reading.text[vendor : hit.start].strip(" ®™")}
        owner = self._owner_before(reading, hit, family)
        if owner is not None:
            return {"vendor": owner}
        cue = self._cue_near(reading, hit, family)
        return None if cue is None else {"cue": cue}

    def _cue_near(self, reading: _Reading, hit: Hit[_Entry], family: ProductFamily) -> str | None:
        pattern = cue_pattern(family.cues)
        if pattern is None:
            return None
        text, title_end = reading.text, reading.title_end
        in_title = hit.end <= title_end
        begin, end = max(title_end, hit.start - _CUE_WINDOW), hit.end + _CUE_WINDOW * (1 + in_title)
        before = text[: hit.start] if in_title else f"{text[:title_end]}\n{text[begin : hit.start]}"
        found = pattern.search(before) or pattern.search(text, hit.end, end)
        return found.group() if found else None

    def _take(self, reading: _Reading, hit: Hit[_Entry]) -> int:
        """Records the mention with its versions; the index of the last word that it covers."""
        family, text = hit.payload.family, reading.text
        start = self._vendor_start(reading, hit, family)
        start = hit.start if start is None else start
        rule = _rule_of(hit, reading.confirmed)
        short = introduced_after(text, hit.end)
        version = self._read_right(reading, hit)
        if version is None and short is not None:
            version = read_version(text, short[2], _style(family))
        if version is None and hit.payload.needs == "number" and (before := self._number_before(reading, hit)):
            start, version = before.start, before
        if version is None:
            self._add_unversioned(reading, family, start, hit.end, rule)
            self._read_siblings(reading, hit, hit.end)
            return self._last_word(reading, hit.last)
        if not version.base:
            version = self._with_base(reading, family, version)
        updates_before = self._updates_before(reading, start, version)
        if updates_before is not None:
            start, version = updates_before
        self._add_version(reading, family, start, version, rule)
        end = version.end
        for follower in read_coordinated(text, version, _style(family)):
            self._add_version(reading, family, follower.start, follower, rule_line(rule, listed=""))
            end = follower.end
        self._read_siblings(reading, hit, end)
        return self._last_word(reading, hit.last)

    def _read_siblings(self, reading: _Reading, hit: Hit[_Entry], end: int) -> None:
        """The "XP" of "Windows 7/XP", the "7" of "Windows Vista and 7", the "2003" of "Windows XP/2003"."""
        group = self._groups.get(hit.name) if end > hit.end else None
        if group is None and hit.payload.family.parent:
            group = self._groups.get(hit.name.rpartition(" ")[0])
            if group is not None and group.members.get(hit.name.rpartition(" ")[2]) is not hit.payload.family:
                return
        while group is not None and (start := joint_end(reading.text, end)) is not None:
            word = _NAME_WORD.match(reading.text, start)
            family = group.members.get(word.group()) if word else None
            if word is not None and family is not None:
                end = word.end()
                version = read_version(reading.text, end, _style(family))
            else:
                family, version = group.versioned(reading.text, start)
                if version is None:
                    return
            end = version.end if version else end
            if not reading.free(start, end):
                return
            rule = rule_line(_rule_of(hit, reading.confirmed), listed="")
            if version is not None:
                self._add_version(reading, family, start, version, rule)
            else:
                reading.add(start, end, self.family_ref(family), self._family_ancestors(family), rule)

    def _read_right(self, reading: _Reading, hit: Hit[_Entry]) -> Version | None:
        """The version that the name ends with ("Virtual Server 2005" with its R2), or that stands behind it."""
        text, style = reading.text, _style(hit.payload.family)
        if hit.name[-1].isdigit() and hit.last > hit.first:
            inner = read_version(text, reading.words.ends[hit.last - 1], style)
            if inner is not None and inner.base:
                return inner
        return (
            read_version(text, hit.end, style, glued=hit.glued)
            or self._read_codename(reading, hit)
            or self._read_before_count(reading, hit)
        )

    def _read_before_count(self, reading: _Reading, hit: Hit[_Entry]) -> Version | None:
        """ "CentOS 7 servers" are seven, but for a text that speaks of CentOS 7 elsewhere."""
        number = _COUNTING.match(reading.text, hit.end)
        family = hit.payload.family
        if number is None or _style(family) != "number":
            return None
        if reading.majors is None:
            reading.majors = _majors(reading)
        if number.group("number") not in reading.majors.get(family.slug, ()):
            return None
        return Version(number.start("number"), number.end(), number.group("number"))

    def _read_codename(self, reading: _Reading, hit: Hit[_Entry]) -> Version | None:
        """ "Debian Bookworm" is Debian 12."""
        codenames = hit.payload.family.codenames
        following = hit.last + 1
        if not codenames or following >= len(reading.words.words):
            return None
        start, end = reading.words.starts[following], reading.words.ends[following]
        word = reading.words.words[following]
        base = next((number for name, number in codenames.items() if name.casefold() == word), None)
        if base is None or reading.text[hit.end : start] not in {" ", ' "', " '"}:
            return None
        if reading.text[start - 1] != " ":
            end += reading.text[end : end + 1] == reading.text[start - 1]
        return Version(hit.end + 1, end, base)

    def _add_unversioned(self, reading: _Reading, family: ProductFamily, start: int, end: int, rule: str) -> None:
        before = _VERSION_OF.search(reading.text, max(0, start - 80), start)
        if before is not None and _style(family) != "none":
            version = read_version(reading.text, before.start("version"), "number", glued=True)
            if version is not None and reading.free(version.start, version.end):
                self._add_version(reading, family, version.start, version, rule_line(rule, version_before=""))
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

    def _read_introduced(self, reading: _Reading, newly: Iterable[FoundEntity]) -> None:
        learned: dict[str, FoundEntity] = {}
        for found in sorted(newly, key=lambda entity: entity.start):
            short = introduced_after(reading.text, found.end)
            if short and short[0] not in learned and abbreviates(short[0], reading.text[found.start : found.end]):
                learned[short[0]] = found
        for short_form, found in learned.items():
            family = self._families.get(found.ancestors[0].slug if found.ancestors else found.entity.slug)
            for start, end in occurrences(reading.text, short_form):
                if not reading.free(start, end):
                    continue
                rule = rule_line("product:introduced", short_form)
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
            self._add_version(reading, family, start, finish_version(reading.text, whole), "product:bare-update")

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
                    self._add_version(reading, family, match.start(), version, "product:bare-version")
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
                self._add_version(reading, family, match.start(), version, "product:version-in-clause")

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

        def count_neighbours(start: int, end: int) -> int:
            # Names of both senses do not count: lists of sponsors are full of them.
            joined = (
                reading.text[b:start] if b <= start else reading.text[end:a]
                for a, b in reading.taken.near(start, end, _LONGEST_JOINT)
                if not is_organization(reading.text[a:b])
            )
            return min(2, sum(_LIST_JOINT.fullmatch(between) is not None for between in joined))

        def is_organization(name: str) -> bool:
            return name.casefold() in self._organization_names

        discovered = discover_products(reading.text, reading.title_end, is_claimed, count_neighbours, is_organization)
        renamed: dict[str, FoundEntity] = {}
        for found in discovered:
            formerly = _FORMERLY.match(reading.text, found.end)
            if formerly is not None and formerly.end() in reading.by_start:
                renamed[found.name] = reading.by_start[formerly.end()]
        for found in discovered:
            if not reading.free(found.start, found.end) or _TEAM.match(reading.text, found.end):
                continue
            rule = rule_line("product:discovered", found.cues)
            former = renamed.get(found.name)
            if former is not None:
                reading.add(found.start, found.end, former.entity, former.ancestors, rule)
                continue
            family = unknown_family(found.name)
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
        name = _version_name(family, text)
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


def _groups(families: Mapping[str, ProductFamily]) -> dict[str, _Group]:
    """By the name that they have in common: products whose names differ in the last word, or in a version."""
    groups: dict[str, _Group] = {}
    for family in families.values():
        parent = families.get(family.parent) if family.parent else None
        for name in (family.name, *family.aliases) if parent else ():
            head, _, tail = name.rpartition(" ")
            if parent is not None and head in {parent.name, *parent.aliases}:
                groups.setdefault(head, _Group(parent)).members[tail] = family
    for family in families.values():
        head = family.name.removesuffix(" Server")
        if family.versions == "year" and head in groups:
            groups[head].by_year = family
    return groups


def _majors(reading: _Reading) -> dict[str, set[str]]:
    """The whole numbers that stand for a version behind each family's names, by slug."""
    majors: dict[str, set[str]] = {}
    for hit in chain.from_iterable(reading.hits):
        version = read_version(reading.text, hit.end, _style(hit.payload.family), glued=hit.glued)
        if version is not None:
            majors.setdefault(hit.payload.family.slug, set()).add(version.base.partition(".")[0])
    return majors


def _style(family: ProductFamily | None) -> VersionStyle:
    return family.versions if family is not None else "number"


def _entries(family: ProductFamily, vendor_names: Sequence[str]) -> Iterator[tuple[str, _Entry]]:
    """The written names of a family with what each needs."""
    plain = dict.fromkeys((family.name, *family.aliases))
    ambiguous = _ambiguous(family)
    for name in plain:
        if _names_version(family, name):
            continue  # read as the version that it names
        # "kernel" in small letters is any kernel but for "kernel 2.6.32".
        cautious = "number" if name.islower() else "cue"
        yield name, _Entry(family, cautious if name in ambiguous else "")
        vendor = next((vendor for vendor in vendor_names if name.startswith(f"{vendor} ")), None)
        if vendor is not None and (own := name.removeprefix(f"{vendor} ")) not in plain:
            yield own, _Entry(family, "owner")
        # "SQL 2008", "Windows 2003": a year to the right says which "SQL" is meant.
        short = re.sub(r" Server$", "", name)
        if family.versions == "year" and short != name and short not in plain:
            yield short, _Entry(family, "year")
    for name in family.acronyms:
        if name not in plain:
            yield name, _Entry(family, "acronym")


def _names_version(family: ProductFamily, name: str) -> bool:
    """Is it what one version was called, the year before "Server": "Windows 2000 Server"?"""
    head, _, tail = name.removesuffix(" Server").rpartition(" ")
    return name.endswith(" Server") and family.name == f"{head} Server" and _YEAR.fullmatch(tail) is not None


def _version_name(family: ProductFamily, text: str) -> str:
    """A version's name, as the family's alias has it that names this version, else the family's and its own."""
    base, _, rest = text.partition(" ")
    own = f"{family.name.removesuffix(' Server')} {base} Server"
    return f"{own} {rest}".strip() if own in family.aliases else f"{family.name} {text}"


def _rule_of(hit: Hit[_Entry], confirmed: Mapping[int, Mapping[str, str]]) -> str:
    """By which of the family's names it was found, and what spoke for one that could be something else."""
    family, needs = hit.payload.family, hit.payload.needs
    sort = "name" if hit.name == family.name else {"year": "short", "acronym": "acronym"}.get(needs, "alias")
    return rule_line(f"product:{sort}", hit.name, **(confirmed.get(hit.end, {}) if needs in {"cue", "acronym"} else {}))


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
    yield from (name for name in family.aliases if not _names_version(family, name))
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
