"""Top-level domains that a text talks about: ".xxx", ".COM", ".рф"; never host names, file names or ".NET"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain

from nlp.annotations import EntityRef, FoundEntity
from nlp.catalogue import Tld
from nlp.masking import Mask
from nlp.rules import rule_line

# Letters with the marks that Indic and Thai ones are written with, which are no word characters for `re`.
_LETTER = r"[\w\u0300-\u036f\u0900-\u0dff\u0e00-\u0e7f]"
# A dot that begins a word. A slash before it is a list (".com/.net") when a TLD-like word stands before the slash.
_DOTTED = re.compile(
    rf"(?<![\w@\\-])(?<!\.)\.(?P<label>xn--[a-z0-9-]{{2,59}}|[^\W\d_](?:{_LETTER}|-){{0,61}}{_LETTER})(?!{_LETTER}|[@\\]|\.\w)"
)
_PATH_BEFORE = re.compile(r"[\w~.]/$")
_LIST_BEFORE = re.compile(r"(?:^|[\s(,])\.[^\W\d_]{2,}/$")
_SPELLED = re.compile(r"\bdot[ -](?P<label>com|net|org|info|biz|xxx|eu|uk|us|tv|mobi|asia)\b", re.IGNORECASE)
_CUE = re.compile(
    r"""\b(?:c?cTLDs?|[gs]?TLDs?|IDNs?|top[- ]level|domains?|regist(?:ry|ries|rars?|rations?|rants?)
    |sunrise|landrush|delegat\w+|root\szone|ICANN|IANA|nic|strings?|extensions?|namespaces?|suffix(?:es)?
    |(?:second|third)[- ]level|applicants?|names?\b|EAP|zone\sfile)""",
    re.IGNORECASE | re.VERBOSE,
)
_STRONG_CUE = re.compile(
    r"\b(?:c?cTLDs?|[gs]?TLDs?|IDNs?|top[- ]level|domains?|registr(?:y|ies|ars?)|sunrise|landrush"
    r"|ICANN|IANA|root zone)",
    re.IGNORECASE,
)
# Dotted words that are something else although a TLD is spelled the same.
_NOT_TLDS = frozenset({"net", "zip", "mov", "py", "sh", "ps", "pl", "md", "rs", "cs", "cab", "app", "so", "vi", "st"})
_NEAR = 200
_SHORTEST = 3  # letters of a label in the plural: ".coms" is several names under .com, ".css" no .cs
_FILE_CONTEXT = re.compile(
    r"\s*(?:files?|extension|format|archives?|scripts?|folder|director(?:y|ies)|install)\b", re.IGNORECASE
)
_NET_CONTEXT = re.compile(
    r"(?:\s*(?:framework|core|runtime|sdk|standard|remoting|assembl\w+|applications?|apps?|developers?|code|based|\d)"
    r"|-based)",
    re.IGNORECASE,
)
_NOT_SPELLED = re.compile(r"[ -](?:bubble|boom|bust|era|crash|millionaire|compan|startup|start-up)", re.IGNORECASE)
_FORMER = re.compile(r"\b(?:ASP|ADO|VB|Microsoft|C#)\s?$")


class TldFinder:
    """Finds top-level domains; built once for a catalogue."""

    def __init__(self, tlds: Mapping[str, Tld]) -> None:
        self._by_label = {slug.casefold(): tld for slug, tld in tlds.items()}
        for tld in tlds.values():
            self._by_label.setdefault(tld.name.lstrip(".").casefold(), tld)
            if tld.unicode:
                self._by_label.setdefault(tld.unicode.lstrip(".").casefold(), tld)
        self._ref = lru_cache(maxsize=None)(_ref)

    def find(self, text: str, masked: Mask) -> tuple[FoundEntity, ...]:
        """TLDs in order of their places.

        One that the catalogue does not have is taken (known: False) only with words of the trade beside it.
        """
        return tuple(sorted(chain(self._dotted(text, masked), self._spelled(text)), key=lambda tld: tld.start))

    def _dotted(self, text: str, masked: Mask) -> Iterator[FoundEntity]:
        trade = _CUE.search(text)
        of_the_trade = trade.group() if trade else None
        for match in _DOTTED.finditer(text):
            start, end = match.span()
            label = match.group("label").casefold()
            before = text[max(0, start - 40) : start]
            if _PATH_BEFORE.search(before) and not _LIST_BEFORE.search(before):
                continue
            hit = masked.overlapping(start, end)
            if hit is not None and hit[0] < start and not _LIST_BEFORE.search(before):
                continue
            tld = self._by_label.get(label)
            if tld is None and len(label) > _SHORTEST and label.endswith("s") and label[:-1] in self._by_label:
                label, tld, end = label[:-1], self._by_label[label[:-1]], end - 1  # ".coms"
            meant = _meant_by(text, start, end, label, tld, of_the_trade=of_the_trade)
            if meant is None:
                continue
            if tld is not None:
                yield FoundEntity(start, end, self._ref(tld), rule=rule_line("tld:catalogue", label, **meant))
            else:
                yield FoundEntity(start, end, _unknown(label), rule=rule_line("tld:discovered", label, **meant))

    def _spelled(self, text: str) -> Iterator[FoundEntity]:
        """ "dot com": the TLD only with the trade's words at hand; the "dot com bubble" is another thing."""
        for match in _SPELLED.finditer(text):
            tld = self._by_label.get(match.group("label").casefold())
            near = text[max(0, match.start() - _NEAR) : match.end() + _NEAR]
            cue = _STRONG_CUE.search(near)
            if tld is not None and cue is not None and not _NOT_SPELLED.match(text, match.end()):
                rule = rule_line("tld:spelled", match.group(), cue=cue.group())
                yield FoundEntity(match.start(), match.end(), self._ref(tld), rule=rule)


def _meant_by(
    text: str, start: int, end: int, label: str, tld: Tld | None, *, of_the_trade: str | None
) -> Mapping[str, str] | None:
    """What says that the dotted word is the TLD: a fact for its rule, or None where it is something else."""
    after = text[end : end + 40]
    strong = _STRONG_CUE.search(text[max(0, start - _NEAR) : end + _NEAR])
    near = {"cue": strong.group()} if strong else None
    if _FILE_CONTEXT.match(after) and near is None:
        return None
    if label == "net":
        if _NET_CONTEXT.match(after) or _FORMER.search(text[max(0, start - 12) : start]):
            return None
        return {"lower_case": ""} if text[start:end] == ".net" else near
    if tld is None:
        # An unknown label must be named as a string of the trade, and not be an ordinary sentence's missing space.
        return _tight_cue(text, start, end) if len(label) >= 2 and label.isascii() else None
    if label in _NOT_TLDS or text[start + 1 : end].isupper():
        return near
    if of_the_trade is not None:
        return near or {"trade": of_the_trade}
    return {"listed": ""} if _stands_in_list(text, start, end) else None


def _tight_cue(text: str, start: int, end: int) -> Mapping[str, str] | None:
    after = re.match(
        r"\s*(?:[gc]c?TLDs?|TLD|top[- ]level|registry|domains?|string|name\s?space|sunrise|landrush|extension|applica)",
        text[end : end + 30],
        re.IGNORECASE,
    )
    before = re.search(
        r"\b(?:[gc]c?TLDs?|TLD|top[- ]level domains?|registry|strings?|domains?|applied for|application for)\W{1,4}"
        r"(?:like |such as |called |named |of |for |the |and |or )?[\"'“‘]?$",
        text[max(0, start - 50) : start],
        re.IGNORECASE,
    )
    if beside := after or before:
        return {"cue": beside.group().strip(" \"'“‘")}
    return {"listed": ""} if _stands_in_list(text, start, end) else None


def _stands_in_list(text: str, start: int, end: int) -> bool:
    """Is another dotted label its neighbour in a list, with the trade's words near?"""
    beside = re.match(r"(?:,|/| and| or|, and|, or)\s?\.[^\W\d_]{2,}", text[end : end + 30]) or re.search(
        r"\.[^\W\d_]{2,}(?:,|/| and| or|, and|, or)\s?$", text[max(0, start - 30) : start]
    )
    return bool(beside) and bool(_STRONG_CUE.search(text[max(0, start - 2 * _NEAR) : end + 2 * _NEAR]))


def _ref(tld: Tld) -> EntityRef:
    name = tld.name if tld.name.startswith(".") else f".{tld.name}"
    shown = tld.unicode.lstrip(".") if tld.unicode else None
    aliases = (f".{shown}",) if shown and f".{shown}" != name else ()
    return EntityRef("tld", tld.slug, name, aliases=aliases, vendor=tld.registry)


def _unknown(label: str) -> EntityRef:
    return EntityRef("tld", label, f".{label}", known=False)
