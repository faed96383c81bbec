"""What a name stands for as an edition: a beta, a port to another machine, a release that only fixes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from nlp.annotations import FoundEntity
from nlp.events.reading import Sentence


def is_staged(entity: FoundEntity, sentence: Sentence) -> bool:
    """Does it stand here as a beta or a candidate: "Plesk 18 beta", "the public beta of Plesk 18"?"""
    left, right = entity.start - sentence.start, entity.end - sentence.start
    return bool(
        _STAGE_IN.search(sentence.text[left:right])
        or _STAGE_AFTER.match(sentence.text, right)
        or _STAGE_BEFORE.search(sentence.text, max(0, left - 60), left)
    )


_MACHINE = (
    r"(?:PowerPC|POWER\d*|ppc64(?:le)?|Arm|ARM(?:64)?|AArch64|aarch64|s390x?|IBM Z|RISC-V|riscv64|x86_64|x64|i[36]86|Itanium|SPARC|Raspberry Pi"
    r"|WSL|AWS|Azure|Docker|Vagrant)"
)
_STAGE = r"(?:[Aa]lpha|ALPHA|[Bb]eta|BETA|RC|CTP|[Pp]review|[Tt]echnical [Pp]review|[Tt]ech [Pp]review|[Rr]elease [Cc]andidate)"
_STAGE_IN = re.compile(rf"\b{_STAGE}(?: ?\d{{1,2}})?$")
_STAGE_AFTER = re.compile(
    rf"(?: (?:OS|Server|Linux))?(?:,? [\"“'][^\"”']{{2,40}}[\"”'],?)?[ -]{{1,3}}(?:{_MACHINE} )?(?:[Pp]ublic |[Dd]eveloper |[Pp]rivate |[Oo]pen )?{_STAGE}s?\b"
)
_STAGE_BEFORE = re.compile(
    rf"\b{_STAGE}s? (?:\d )?(?:version |release |build )?(?:of|for) (?:the |its |our )?(?:\w+ )?$"
)
FINAL = re.compile(r"\b(?:stable|GA|general(?:ly)? availab\w+|final|production)\b", re.IGNORECASE)
"""What tells a release from the beta that a post is about."""


def is_port(entity: FoundEntity, sentence: Sentence) -> bool:
    """Is it a version's edition for another machine, or an image of what is out: "8.4 for Arm", "8.3 AMI"?"""
    left, right = entity.start - sentence.start, entity.end - sentence.start
    if not entity.ancestors and not _MACHINE_AND_VERSION.match(sentence.text, right):
        return False
    return bool(_PORT_AFTER.match(sentence.text, right) or _PORT_BEFORE.search(sentence.text, left, right))


_IMAGE = r"(?:AMIs?|(?:[Mm]achine|[Cc]loud|[Cc]ontainer|[Dd]ocker|[Ll]ive) [Ii]mages?|[Ll]ive [Mm]edia|[Ii]mages?|[Cc]ontainers?|[Tt]emplates?|VHDs?|OVAs?)"
_PORT_AFTER = re.compile(
    rf"(?:[ -][Ss]table)?(?: (?:is )?(?:now )?(?:available )?for (?:the )?{_MACHINE}\b|[ -](?:\w+ ){{0,2}}{_IMAGE}\b|(?: for \w+)? as {_IMAGE}\b)"
)
_MACHINE_AND_VERSION = re.compile(rf" for {_MACHINE} (?:version )?v?\d")
_PORT_BEFORE = re.compile(rf"\bfor {_MACHINE}\b")


def titled_as(split: Sequence[Sentence], stands: Callable[[FoundEntity, Sentence], bool]) -> frozenset[str]:
    """What the title names only so ("8.4 beta", "8.4 for Arm"): the text means that, unless it says otherwise."""
    named = [(entity, sentence) for sentence in split if sentence.in_title for entity in sentence.entities]
    so = {entity.entity.slug for entity, sentence in named if stands(entity, sentence)}
    return frozenset(so - {entity.entity.slug for entity, sentence in named if not stands(entity, sentence)})


PATCH_LEVEL = re.compile(
    r" v?\d+\.\d+\.(?!0\b)\d+\w*$| \d+\.\d+[a-z]$|\b(?:Update|Rollup|Hotfix|Patch|CU|SU|U|p)-? ?\d+\w*$"
)
FIXES = re.compile(
    r"\b(?:fix(?:es|ed)?|patch(?:es|ed)?|correct(?:s|ed)|hot ?fix(?:es)?|bug ?fix(?:es)?|vulnerabilit\w+|security (?:hole|flaw|issue|update|fix)s?"
    r"|clos(?:es|ed) (?:a|the|two|several|some) (?:\w+ )?(?:hole|flaw|bug)s?)\b",
    re.IGNORECASE,
)


def with_neighbours(sentence: Sentence, split: Sequence[Sentence]) -> str:
    """The sentence with its neighbours in the text."""
    return " ".join(s.text for s in split[max(0, sentence.index - 1) : sentence.index + 2] if not s.in_title)
