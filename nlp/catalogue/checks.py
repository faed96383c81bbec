"""What a catalogue must not hold: the same name twice, loops, names that are ordinary words. One function a check."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from nlp.catalogue.model import Catalogue, Organization, ProductFamily
from nlp.versions import slug_part

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LABEL = re.compile(r"[a-z0-9]+(?:-+[a-z0-9]+)*")
# Words that stand in posts for what they mean: a name equal to one needs a cue.
COMMON_WORDS = frozenset(
    [
        "access",
        "action",
        "active",
        "agent",
        "apache",
        "apple",
        "archive",
        "backup",
        "base",
        "bind",
        "block",
        "box",
        "bridge",
        "builder",
        "caddy",
        "cascade",
        "center",
        "central",
        "chef",
        "cloud",
        "cluster",
        "command",
        "compass",
        "connect",
        "core",
        "course",
        "crane",
        "dash",
        "data",
        "desktop",
        "dime",
        "discover",
        "dock",
        "dome",
        "domain",
        "drive",
        "drone",
        "edge",
        "element",
        "elastic",
        "engine",
        "envoy",
        "essentials",
        "exchange",
        "express",
        "fabric",
        "falcon",
        "fast",
        "fire",
        "flow",
        "force",
        "forge",
        "foundation",
        "frame",
        "free",
        "gate",
        "ghost",
        "glacier",
        "go",
        "grid",
        "guard",
        "hammer",
        "harbor",
        "helm",
        "home",
        "host",
        "hover",
        "hub",
        "hyper",
        "insight",
        "iron",
        "jet",
        "joint",
        "junction",
        "key",
        "lab",
        "lambda",
        "launch",
        "light",
        "line",
        "link",
        "live",
        "log",
        "magic",
        "mail",
        "manager",
        "mark",
        "matrix",
        "maven",
        "media",
        "mercury",
        "meta",
        "micro",
        "mirror",
        "mission",
        "monitor",
        "mono",
        "name",
        "nano",
        "network",
        "node",
        "nomad",
        "note",
        "object",
        "office",
        "one",
        "open",
        "orbit",
        "orchestra",
        "outlook",
        "pack",
        "page",
        "parallels",
        "path",
        "peer",
        "pilot",
        "pivot",
        "place",
        "plan",
        "plane",
        "plus",
        "point",
        "port",
        "power",
        "prime",
        "pulse",
        "puppet",
        "push",
        "quick",
        "rabbit",
        "radar",
        "reach",
        "ready",
        "relay",
        "render",
        "rocket",
        "root",
        "router",
        "safe",
        "sail",
        "salt",
        "scale",
        "scout",
        "search",
        "secure",
        "sentinel",
        "serve",
        "server",
        "shield",
        "sign",
        "signal",
        "silver",
        "simple",
        "site",
        "sky",
        "slack",
        "smart",
        "snap",
        "solar",
        "spark",
        "sphere",
        "spring",
        "square",
        "squid",
        "stack",
        "star",
        "storage",
        "storm",
        "stream",
        "studio",
        "suite",
        "summit",
        "sun",
        "surge",
        "swift",
        "switch",
        "sync",
        "tag",
        "target",
        "task",
        "team",
        "teams",
        "terminal",
        "thunder",
        "titan",
        "total",
        "tower",
        "trace",
        "traffic",
        "trust",
        "tube",
        "turbo",
        "union",
        "unity",
        "universal",
        "vault",
        "vector",
        "verge",
        "view",
        "vision",
        "vista",
        "wave",
        "web",
        "wing",
        "windows",
        "wire",
        "word",
        "works",
        "world",
        "zone",
        "zoom",
    ]
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with some entries, by their slugs, and what to do about it."""

    entries: tuple[str, ...]
    found: str
    advice: str

    def __str__(self) -> str:
        return f"{', '.join(self.entries)}: {self.found}; {self.advice}"


def find_problems(catalogue: Catalogue) -> tuple[Problem, ...]:
    """What is wrong; nothing when all is well."""
    return tuple(problem for check in CHECKS for problem in check(catalogue))


def check_catalogue(catalogue: Catalogue) -> tuple[str, ...]:
    """The same, a line each."""
    return tuple(map(str, find_problems(catalogue)))


def names_of(entry: ProductFamily | Organization) -> tuple[str, ...]:
    """All names of an entry."""
    return (entry.name, *entry.aliases, *entry.acronyms)


def _slugs(catalogue: Catalogue) -> Iterator[Problem]:
    for slug in (*catalogue.products, *catalogue.organizations):
        if not SLUG.fullmatch(slug):
            advice = f"call it {slug_part(slug)}" if slug_part(slug) else "give it one"
            yield Problem((slug,), "a slug is lower-case letters and digits with single hyphens between", advice)


def _labels(catalogue: Catalogue) -> Iterator[Problem]:
    for label in catalogue.tlds:
        if not LABEL.fullmatch(label):
            found = "a TLD stands under its label: lower-case ASCII letters, digits and hyphens, without the dot"
            yield Problem(
                (label,), found, "write it so; an internationalised one is xn--… with its own script as unicode"
            )


def _empty(catalogue: Catalogue) -> Iterator[Problem]:
    for entry in _entries(catalogue):
        if not all(name.strip() for name in names_of(entry)):
            yield Problem((entry.slug,), "one of its names is empty", "write it or take it out")


def _duplicates(catalogue: Catalogue) -> Iterator[Problem]:
    """A name of two products is only fair when it is ambiguous in both, so that cues decide."""
    for entries in (catalogue.products.values(), catalogue.organizations.values()):
        owners: dict[str, list[ProductFamily | Organization]] = defaultdict(list)
        for entry in entries:
            for name in {name.casefold() for name in names_of(entry)}:
                owners[name].append(entry)
        for name, sharing in owners.items():
            sure = [entry.slug for entry in sharing if name not in {item.casefold() for item in entry.ambiguous}]
            if len(sharing) > 1 and sure:
                slugs = tuple(sorted(entry.slug for entry in sharing))
                advice = "mark it ambiguous in each and give cues, or leave it to one"
                yield Problem(slugs, f"all are called {name!r}", advice)


def _entries(catalogue: Catalogue) -> Iterator[ProductFamily | Organization]:
    yield from catalogue.products.values()
    yield from catalogue.organizations.values()


def _ambiguous(catalogue: Catalogue) -> Iterator[Problem]:
    for entry in _entries(catalogue):
        strangers = set(entry.ambiguous) - set(names_of(entry))
        if strangers:
            found = f"{min(strangers)!r} is ambiguous, but none of its names"
            yield Problem((entry.slug,), found, "make it an alias or an acronym as well, or take it out of ambiguous")
        if entry.ambiguous and not entry.cues:
            found = f"{entry.ambiguous[0]!r} needs a cue, and it has none"
            yield Problem((entry.slug,), found, "give it cues: words that stand near when it is meant")


def _common_words(catalogue: Catalogue) -> Iterator[Problem]:
    for entry in _entries(catalogue):
        for name in names_of(entry):
            if name.casefold() in COMMON_WORDS and name not in entry.ambiguous and name not in entry.acronyms:
                yield Problem((entry.slug,), f"{name!r} is an ordinary word", "mark it ambiguous and give cues")


def _references(catalogue: Catalogue) -> Iterator[Problem]:
    for family in catalogue.products.values():
        if family.vendor is not None and family.vendor not in catalogue.organizations:
            yield _unknown(family.slug, f"its vendor {family.vendor!r} is no organization of the catalogue")
        if family.parent is not None and family.parent not in catalogue.products:
            yield _unknown(family.slug, f"its parent {family.parent!r} is no product of the catalogue")
    for organization in catalogue.organizations.values():
        if organization.products_as is not None and organization.products_as not in catalogue.products:
            found = f"products_as {organization.products_as!r} is no product of the catalogue"
            yield _unknown(organization.slug, found)
    for tld in catalogue.tlds.values():
        if tld.registry is not None and tld.registry not in catalogue.organizations:
            yield _unknown(tld.name, f"its registry {tld.registry!r} is no organization of the catalogue")


def _unknown(slug: str, found: str) -> Problem:
    return Problem((slug,), found, "add that one first, or correct the slug")


def _cycles(catalogue: Catalogue) -> Iterator[Problem]:
    for slug in catalogue.products:
        seen = {slug}
        parent = catalogue.products[slug].parent
        while parent is not None and parent in catalogue.products:
            if parent in seen:
                found = f"it is its own ancestor through {parent}"
                yield Problem((slug,), found, "take the parent from one of the ring")
                break
            seen.add(parent)
            parent = catalogue.products[parent].parent


def _scripts(catalogue: Catalogue) -> Iterator[Problem]:
    """Both forms of an internationalised label are one name, so that a text finds it by either."""
    for tld in catalogue.tlds.values():
        if tld.unicode is None:
            continue
        label = tld.unicode.lstrip(".")
        if f"xn--{label.encode('punycode').decode('ascii')}" != tld.slug:
            yield Problem((tld.slug,), f"its own script {label!r} is another name", "write what the label decodes to")


def _delegations(catalogue: Catalogue) -> Iterator[Problem]:
    for tld in catalogue.tlds.values():
        if tld.delegated is not None and tld.status in {"applied", "reserved"}:
            found = f"it is {tld.status}, but has a day of its delegation"
            yield Problem((tld.slug,), found, "take the day out, or correct the status")


CHECKS = (
    _slugs,
    _labels,
    _empty,
    _duplicates,
    _ambiguous,
    _common_words,
    _references,
    _cycles,
    _scripts,
    _delegations,
)
