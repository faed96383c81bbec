"""Facts that tell one piece of news from another of the same words: versions, rollups, bulletin numbers, TLDs, days.

"Update Rollup 3" and "Update Rollup 4" are told in nearly the same sentences. What is read here says that they differ;
that two texts are the same is decided in stories.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

Facts = Mapping[str, frozenset[str]]  # kind of fact → its values


@dataclass(frozen=True, slots=True)
class IdentifyingFacts:
    """What a title states, what title and text state together, and what they state first, by kind of fact."""

    title: Facts
    whole: Facts
    first: Mapping[str, str]

    def contradict(self, other: IdentifyingFacts) -> bool:
        """Whether no report of the one news is one of the other.

        A kind that one of the two does not mention says nothing: a teaser leaves out what its article states.
        """
        return any(_contradict(kind, self, other) for kind in self.whole.keys() & other.whole.keys())


def identifying_facts(title: str, text: str) -> IdentifyingFacts:
    """The facts of a post. Days of datelines and imprints count as none: each agency has its own."""
    title, text = _plain(title), _plain(text)
    in_title = [*_facts(title), *_title_numbers(title)]
    stated = [*in_title, *_facts_of_text(text)]
    return IdentifyingFacts(title=_gathered(in_title), whole=_gathered(stated), first=dict(reversed(stated)))


# What a pattern that ignores case takes for an i or an s, and no table of words has.
_LIKE_ASCII = {ord("ı"): "i", ord("İ"): "I", ord("ſ"): "s"}


def _plain(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_LIKE_ASCII)


def _contradict(kind: str, a: IdentifyingFacts, b: IdentifyingFacts) -> bool:
    in_a, in_b = a.title.get(kind, NOTHING), b.title.get(kind, NOTHING)
    all_a, all_b = a.whole[kind], b.whole[kind]
    if in_a and in_b:
        if _each_has_its_own(in_a, in_b):
            return True
        stated = in_a | in_b  # beyond it the texts may agree on more, or on nothing
        rest_a, rest_b = all_a - stated, all_b - stated
        return bool(rest_a) and bool(rest_b) and rest_a.isdisjoint(rest_b)
    if (in_a and in_a.isdisjoint(all_b)) or (in_b and in_b.isdisjoint(all_a)):
        return True
    if kind in DAYS:  # of one happening each report may name another day besides: when a speaker said it
        return all_a.isdisjoint(all_b)
    # "Update Rollup 4 is out. It replaces Update Rollup 3": what it is about stands first, and in no post on the other.
    return _each_has_its_own(all_a, all_b) or a.first[kind] not in all_b or b.first[kind] not in all_a


def _each_has_its_own(a: frozenset[str], b: frozenset[str]) -> bool:
    return bool(a - b) and bool(b - a)


NOTHING: frozenset[str] = frozenset()
DAYS = frozenset({"day", "date", "slashed date"})

# -- versions, updates, numbers -----------------------------------------------------------------------------------

# word before a number → the kind that it counts
COUNTED = {
    "update rollup": "rollup", "rollup update": "rollup", "hotfix rollup": "rollup", "rollup": "rollup",
    "roll up": "rollup", "ru": "rollup", "ur": "rollup",
    "service pack": "service pack", "sp": "service pack",
    "cumulative update": "cumulative update", "cu": "cumulative update",
    "security update": "security update", "su": "security update",
    "feature pack": "feature pack", "fp": "feature pack",
    "maintenance release": "maintenance release", "mr": "maintenance release",
    "update": "update", "patch": "patch", "patch level": "patch", "hotfix": "hotfix", "build": "build",
    "release candidate": "rc", "rc": "rc", "beta": "beta", "alpha": "alpha", "preview": "preview",
    "milestone": "milestone", "version": "numbered version", "v": "numbered version",
}  # fmt: skip
_COUNTED = re.compile(
    r"(?<![^\W_])(?P<word>"
    + "|".join(re.escape(word).replace(r"\ ", "[ -]") for word in sorted(COUNTED, key=len, reverse=True))
    + r")[ -]?#?(?P<number>\d{1,6}(?:[a-z]\d?)?)(?!\w|\.\d)",
    re.IGNORECASE,
)
_DOTTED = re.compile(
    r"(?<![\w.,$€£-])v?(?P<version>\d{1,4}(?:\.\d{1,7}){1,5}(?:-?(?:rc|beta|alpha)\.?\d{0,3}|-?[a-z]\d{0,3})?)"
    r"(?![.,]?\d|\w)",
    re.IGNORECASE,
)
# A number of two parts before one of these is an amount or a time of day.
_AMOUNT = re.compile(
    r"[ -]?(?:%|‰|€|\$|£|percent|per cent|prozent|por ciento|pour cent|million|billion|trillion|mio|mrd|milli|mill[oó]n"
    r"|thousand|usd|eur|gbp|dollar|euro|cent|[kmgtp]i?b\b|[kmg]bps|[kmg]hz|[kmg]?bits?\b|mw\b|kw\b|x\b|am\b|pm\b|uhr\b"
    r"|h\b|hours?\b|minutes?\b|seconds?\b|years?\b|days?\b)",
    re.IGNORECASE,
)
_KNOWLEDGE_BASE = re.compile(r"(?<![^\W_])KB[ -]?(?P<number>\d{5,8})(?!\w)", re.IGNORECASE)
# CVE-2024-1234, DSA-5601-1, RHSA-2024:0012, MS10-070
_BULLETIN = re.compile(r"(?<!\w)(?P<series>[A-Z]{2,8})-?(?P<number>\d{2,8}(?:[-:]\d{1,8}){1,2}|(?<=-)\d{2,8})(?!\w)")
_TITLE_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
# ".xxx", not "example.xxx", "/etc/.xxx/" or "...xxx"
_TLD = re.compile(r"\.(?:(?<=^\.)|(?<=[\s(\[,\"'“‘«/]\.))(?P<label>[^\W\d_][\w-]{1,62})(?![\w@\\]|\.\w|/(?!\.))")


def _facts(text: str) -> Iterator[tuple[str, str]]:
    """All but days of a text and the plain numbers of a title."""
    for match in _TLD.finditer(text):
        yield "tld", match.group("label").casefold()
    for begin, end in _near_digits(text):
        yield from _numbered(text, begin, end)


def _numbered(text: str, begin: int, end: int) -> Iterator[tuple[str, str]]:
    for match in _COUNTED.finditer(text, begin, end):
        word = match.group("word").lower().replace("-", " ")
        yield COUNTED[word], match.group("number").lower().lstrip("0")
    for match in _DOTTED.finditer(text, begin, end):
        version = match.group("version").lower()
        is_amount = version.count(".") == 1 and _AMOUNT.match(text, match.end())
        if not is_amount and not _NUMERIC_DAY.fullmatch(version):
            yield "version", version
    for match in _KNOWLEDGE_BASE.finditer(text, begin, end):
        yield "kb", match.group("number")
    for match in _BULLETIN.finditer(text, begin, end):
        yield f"bulletin {match.group('series')}", match.group("number")


_DIGITS = re.compile(r"\d+")
_AROUND = 40  # characters: no pattern reaches further from a digit


def _near_digits(text: str, begin: int = 0) -> Iterator[tuple[int, int]]:
    """The stretches of a text in which numbers stand: to look for them elsewhere is most of what reading would cost."""
    start = end = begin
    for match in _DIGITS.finditer(text, begin):
        if match.start() - _AROUND > end:
            if end > start:
                yield start, end
            start = max(begin, match.start() - _AROUND)
        end = match.end() + _AROUND
    if end > start:
        yield start, end


def _title_numbers(title: str) -> Iterator[tuple[str, str]]:
    """Whatever a title counts: "Issue 231", "Exchange 2010", "7 tips"; its days and months."""
    for match in _TITLE_NUMBER.finditer(title):
        number = match.group()
        yield "number", re.sub("[.,]", "", number) if _THOUSANDS.fullmatch(number) else number.lstrip("0")
    for match in _MONTH_NAME.finditer(title):
        yield "month", str(MONTHS[match.group().casefold()])
    yield from _days(title)


# -- days ---------------------------------------------------------------------------------------------------------

# Names of the months in eight languages, in full; short forms of other languages are words of English ("out", "set").
_FULL_MONTHS = (
    "january januar jänner janvier enero gennaio januari janeiro",
    "february februar februari février febrero febbraio fevereiro",
    "march märz mars marzo maart março",
    "april avril abril aprile",
    "may mai mayo maggio mei maio maj",
    "june juni juin junio giugno junho",
    "july juli juillet julio luglio julho",
    "august août agosto augustus augusti",
    "september septembre septiembre settembre setembro",
    "october oktober octobre octubre ottobre outubro",
    "november novembre noviembre novembro",
    "december dezember décembre diciembre dicembre dezembro",
)
_SHORT_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: month for month, names in enumerate(_FULL_MONTHS, 1) for name in names.split()}
ANY_MONTHS = {**MONTHS, **{name: month for month, name in enumerate(_SHORT_MONTHS, 1)}, "sept": 9}


def _any_of(names: Iterable[str]) -> str:
    return rf"(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))})"


_NAME = _any_of(ANY_MONTHS)
_ENGLISH = _any_of((*(names.split()[0] for names in _FULL_MONTHS), *_SHORT_MONTHS, "sept"))
_MONTH_NAME = re.compile(rf"(?<!\w){_any_of(MONTHS)}(?!\w)", re.IGNORECASE)
_YEAR = r"(?:,?[ ](?:de[ ])?(?P<{0}>(?:19|20)\d\d)(?!\d))?"
_DAY = re.compile(
    rf"""(?<![\w.,:])(?:
      (?P<d1>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?[ ](?:of[ ]|de[ ])?(?P<m1>{_NAME})(?!\w)\.?{_YEAR.format("y1")}
    | (?P<m2>{_ENGLISH})\.?[ ](?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?![\w:]|[.,]\d){_YEAR.format("y2")}
    | (?P<y3>(?:19|20)\d\d)[-/](?P<m3>\d\d)[-/](?P<d3>\d\d)(?!\d|-\d)
    | (?P<y4>(?:19|20)\d\d)年(?P<m4>\d{{1,2}})月(?P<d4>\d{{1,2}})日
    | (?P<d5>\d{{1,2}})\.[ ]?(?P<m5>\d{{1,2}})\.[ ]?(?P<y5>(?:19|20)\d\d)(?!\d|\.\d)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMERIC_DAY = re.compile(r"\d{1,2}\.\d{1,2}\.(?:19|20)\d\d")
_SLASHED = re.compile(r"(?<![\w/.-])(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)(?![\w/])")  # 3 April or 4 March: who knows


def _days(text: str, begin: int = 0) -> Iterator[tuple[str, str]]:
    for start, end in _near_digits(text, begin):
        for match in _DAY.finditer(text, start, end):
            yield from _read_day(match)
        for match in _SLASHED.finditer(text, start, end):
            yield "slashed date", "/".join(match.groups())


def _read_day(match: re.Match[str]) -> list[tuple[str, str]]:
    """The day in its year, and where the year is stated the whole date as well."""
    found = {name[0]: value for name, value in match.groupdict().items() if value is not None}
    month = ANY_MONTHS.get(found["m"].casefold()) or int(found["m"])
    day = int(found["d"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return []
    facts = [("day", f"{month:02}-{day:02}")]
    return [*facts, ("date", f"{found['y']}-{month:02}-{day:02}")] if "y" in found else facts


_HEAD = 120  # characters in which a dateline stands
# "BERLIN, 12 March 2024 –", "(dpa) 12.03.2024:", "Posted on March 12, 2024": nothing else before it
_BEFORE_DATELINE = re.compile(
    r"""\s*(?:
      [^.!?\n]{0,70}[,/|()–—-]\s*
    | (?:(?![a-zäöüß])[^\W\d_]\S*\s+){1,3}
    | (?i:(?:first[ ])?(?:posted|published|updated|written|created|date|veröffentlicht|erstellt|stand|publié|publicado
      |pubblicato|geplaatst|gepubliceerd)(?:[ ](?:on|at|am|le|el|il|op|em))?\s*:?\s*)
    )""",
    re.VERBOSE,
)
_AFTER_DATELINE = re.compile(
    r"""(?:,?\s*(?:at[ ])?\d{1,2}[:.]\d\d(?:[ ]?(?:[ap]\.?m\.?|uhr|utc|gmt|[a-z]{1,3}t\b))*)?
    (?:\s*[(/\[][^)/\]\n]{0,40}[)/\]])?\s*(?:--|[-–—|:\n.]|by\b|$)""",
    re.VERBOSE | re.IGNORECASE,
)
_IMPRINT = re.compile(
    r"(?im)^[ \t]*(?:©|\(c\)|copyright|(?:first )?(?:posted|published|updated)\b|last (?:updated|modified|reviewed)"
    r"|source:|quelle:|stand:|this (?:article|post|entry)\b).*$"
)


def _facts_of_text(text: str) -> Iterator[tuple[str, str]]:
    yield from _facts(text)
    report = _IMPRINT.sub("", text)
    yield from _days(report, _end_of_dateline(report))


def _end_of_dateline(text: str) -> int:
    """Where the report begins: behind the place and the day that an agency puts before it, else at 0."""
    for pattern in (_DAY, _SLASHED):
        match = pattern.search(text, 0, _HEAD)
        if match is None or not _AFTER_DATELINE.match(text, match.end()):
            continue
        before = text[: match.start()]
        if not before.strip() or _BEFORE_DATELINE.fullmatch(before):
            return match.end()
    return 0


def _gathered(facts: Iterable[tuple[str, str]]) -> Facts:
    found: dict[str, set[str]] = {}
    for kind, value in facts:
        found.setdefault(kind, set()).add(value)
    return {kind: frozenset(values) for kind, values in found.items()}
