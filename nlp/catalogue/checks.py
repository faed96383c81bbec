"""What a catalogue must not hold: the same name twice, loops, names that are ordinary words. One function a check."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from nlp.catalogue.model import Catalogue, Organization, ProductFamily

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
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


def check_catalogue(catalogue: Catalogue) -> tuple[str, ...]:
    """What is wrong, a line each; nothing when all is well."""
    return tuple(problem for check in CHECKS for problem in check(catalogue))


def names_of(entry: ProductFamily | Organization) -> tuple[str, ...]:
    """All names of an entry."""
    return (entry.name, *entry.aliases, *entry.acronyms)


def _slugs(catalogue: Catalogue) -> Iterator[str]:
    for slug in (*catalogue.products, *catalogue.organizations):
        if not SLUG.fullmatch(slug):
            yield f"{slug}: a slug is lower-case letters and digits with single hyphens between"


def _empty(catalogue: Catalogue) -> Iterator[str]:
    for entry in _entries(catalogue):
        if not all(name.strip() for name in names_of(entry)):
            yield f"{entry.slug}: one of its names is empty"


def _duplicates(catalogue: Catalogue) -> Iterator[str]:
    """A name of two products is only fair when it is ambiguous in both, so that cues decide."""
    for entries in (catalogue.products.values(), catalogue.organizations.values()):
        owners: dict[str, list[ProductFamily | Organization]] = defaultdict(list)
        for entry in entries:
            for name in {name.casefold() for name in names_of(entry)}:
                owners[name].append(entry)
        for name, sharing in owners.items():
            sure = [entry.slug for entry in sharing if name not in {item.casefold() for item in entry.ambiguous}]
            if len(sharing) > 1 and sure:
                slugs = ", ".join(sorted(entry.slug for entry in sharing))
                yield f"{slugs}: all are called {name!r}; mark it ambiguous in each, or leave it to one"


def _entries(catalogue: Catalogue) -> Iterator[ProductFamily | Organization]:
    yield from catalogue.products.values()
    yield from catalogue.organizations.values()


def _ambiguous(catalogue: Catalogue) -> Iterator[str]:
    for entry in _entries(catalogue):
        strangers = set(entry.ambiguous) - set(names_of(entry))
        if strangers:
            yield f"{entry.slug}: {min(strangers)!r} is ambiguous, but none of its names"
        if entry.ambiguous and not entry.cues:
            yield f"{entry.slug}: {entry.ambiguous[0]!r} needs a cue, and it has none"


def _common_words(catalogue: Catalogue) -> Iterator[str]:
    for entry in _entries(catalogue):
        for name in names_of(entry):
            if name.casefold() in COMMON_WORDS and name not in entry.ambiguous and name not in entry.acronyms:
                yield f"{entry.slug}: {name!r} is an ordinary word; mark it ambiguous and give cues"


def _references(catalogue: Catalogue) -> Iterator[str]:
    for family in catalogue.products.values():
        if family.vendor is not None and family.vendor not in catalogue.organizations:
            yield f"{family.slug}: its vendor {family.vendor!r} is no organization of the catalogue"
        if family.parent is not None and family.parent not in catalogue.products:
            yield f"{family.slug}: its parent {family.parent!r} is no product of the catalogue"
    for organization in catalogue.organizations.values():
        if organization.products_as is not None and organization.products_as not in catalogue.products:
            yield f"{organization.slug}: products_as {organization.products_as!r} is no product of the catalogue"
    for tld in catalogue.tlds.values():
        if tld.registry is not None and tld.registry not in catalogue.organizations:
            yield f"{tld.name}: its registry {tld.registry!r} is no organization of the catalogue"


def _cycles(catalogue: Catalogue) -> Iterator[str]:
    for slug in catalogue.products:
        seen = {slug}
        parent = catalogue.products[slug].parent
        while parent is not None and parent in catalogue.products:
            if parent in seen:
                yield f"{slug}: it is its own ancestor through {parent}"
                break
            seen.add(parent)
            parent = catalogue.products[parent].parent


CHECKS = (_slugs, _empty, _duplicates, _ambiguous, _common_words, _references, _cycles)
