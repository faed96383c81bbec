"""Reading versions: "2010 SP1 Update Rollup 3", "11.102", "8.0 U3b", "v3 RC2", and their places in a tree.

Plain reading of characters; whose version it is, is decided in products.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

VersionStyle = Literal["year", "number", "name", "none"]


@dataclass(frozen=True, slots=True)
class Version:
    """A version at [start, end) of a text.

    `base` is the version proper ("2010", "2008 R2", "8.0"), empty where only updates stand ("SP1");
    `updates` are its service packs and updates, outer first, each in its canonical form ("SP1",
    "Update Rollup 3", "Update 3b"). A stage ("beta", "RC2", "RTM") belongs to the version it precedes.
    """

    start: int
    end: int
    base: str
    updates: tuple[str, ...] = ()
    stage: str = ""
    marked: bool = False  # "version 6", "v6": said to be a version
    flat: bool = False  # a number of a family counted in years: 5.5 stands in no 5

    @property
    def text(self) -> str:
        """The canonical text: "2010 SP1 Update Rollup 3"."""
        return " ".join(part for part in (self.base, *self.updates) if part)

    @property
    def levels(self) -> tuple[str, ...]:
        """Canonical texts from the outermost version to this one: "2010", "2010 SP1", …"""
        levels = [self.base] if self.flat and self.base else list(_base_levels(self.base))
        for count, update in enumerate(self.updates, 1):
            lettered = re.fullmatch(r"(Update \d+)[a-z]\d?", update)
            head = [self.base, *self.updates[: count - 1]]
            if lettered:
                levels.append(" ".join([*head, lettered.group(1)]).strip())
            levels.append(" ".join([*head, update]).strip())
        return tuple(levels)


_MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec"
_MONTHS_LONG = "January|February|March|April|May|June|July|August|September|October|November|December"
_YEAR = r"(?:19[89]\d|20[0-4]\d)"
_YEAR_BASE = re.compile(rf"(?P<base>{_YEAR})(?:[ -]?(?P<r>R[2-4]))?(?![\w]|[.,]\d|-\d)")
# "Windows Server, version 1709", "version 20H2"
_HALF_YEAR = re.compile(r"(?P<base>1[5-9]0\d|\d\dH[12])(?P<r>)(?!\w|[.,]\d)")
_NUMBER_BASE = re.compile(
    r"""(?P<base>
        \d{1,4}(?:\.\d{1,7}){1,5}(?:\.[xX])?        # 11.102, 15.2.1748.49
        | \d{1,3}\.[xX]                              # 8.x
        | \d{1,3}(?=[a-z]\d?\b|\b|R\d|u\d|alpha|beta|rc|RC)  # 12, 11g, 17beta1
    )
    (?P<suffix>
        (?:alpha|Alpha|beta|Beta|rc|RC|preview|dev|pre)\d{0,3}  # 8.3.0RC4
        | r\d{3,7}                                    # 3.2.8r64453
        | (?:[a-z]{1,2}\d{1,3}(?:[a-z]\d?)?|[a-z])?  # 1.0.1g, 9.8p1, 11g, 8u401
    )
    (?:[ -]?(?P<r>R[2-4]))?
    (?![\w%]|[.]\d|,\d{3})""",
    re.VERBOSE,
)
_STAGE_SUFFIX = re.compile(r"(?P<head>\d)(?P<stage>rc|alpha|beta|a|b|preview|dev|pre)(?P<n>\d*)$", re.IGNORECASE)
# What a vendor or packager puts behind a dotted number: "14.0-RELEASE-p4", "9.18.24-S1", "8.2-1".
_BUILD = re.compile(
    r"(?:-(?:RELEASE|STABLE|CURRENT))?(?:-(?P<patch>p\d{1,3}|S\d|R\d{3,6})|-(?P<revision>\d{1,3}))?(?![\w-]|\.\w)"
)
_ADDRESS = re.compile(r"(?:(?:1\d\d|2[0-4]\d|25[0-5])(?:\.\d{1,3}){3}|(?:10\.0\.0|127\.0\.\d)\.\d{1,3})$")
_DAY = re.compile(r"(?:1[3-9]|2\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:19|20)\d\d$")  # 31.12.2010
# "2-factor" counts, "9-based" and "12-beta" do not.
_COMPOUND = re.compile(
    r"-(?!(?:based|compatible|era|like|only|style|powered|ready|series|related|specific|derived|capable|certified|native"
    r"|alpha|beta|rc|preview|dev|pre|stable|release|to|and|or)\b)[a-z]{2,}"
)
_SLASHED = re.compile(r"/(?P<next>\d+)(?P<more>[./]\d)?")
_GAP = re.compile(r"[®™]?(?: {1,2}|-|\n(?!\n))?")
_MARK = re.compile(r"(?:,[ ])?(?:[Vv]ersions?|[Vv]er\.?|[Rr]eleases?|[Rr]el\.?)[ ]{1,2}[Vv]?|[Vv]\.?[ ]?(?=\d)")
_ARTICLED = re.compile(r"(?:Server|Servers|Edition|server)[ ]{1,2}(?=(?:[Vv]ersion[ ])?\d)")

# What follows a number that is a share, a price, a size or a time, not a version.
_MEASURE = r"""[ -]?(?:
        %|°|percent|per[ ]cent|[x×]\b|am\b|pm\b|a\.m|p\.m
        |(?:[KMGTP]i?B\b|[KMG]bps|[KMG]Hz|[km]?bits?\b|bytes?\b|dollars?|euros?|cents|USD|EUR|GBP)\b
        |(?:hundred|thousand|million|billion|trillion|dozen|k|times|fold|percentage
        |(?:milli)?seconds?|minutes?|hours?|days?|weeks?|months?|quarters?|years?
        |(?:a|per|each)[ ](?:month|year|day|hour|user|seat|server))\b
    )"""
# What follows a bare whole number that counts something, or is a place in a list.
_COUNTED = r"""[ -]?(?:
        st\b|nd\b|rd\b|th\b|:\d|/(?:tcp|udp|mo|month|year|user|day)\b
        |(?:cores?|v?cpus?|more|other|others|new|old|different|various
        |users?|customers?|clients?|people|members?|companies|countries|servers?|sites?|websites?|domains?|machines?|nodes?
        |accounts?|installs?|installations|downloads?|instances?|licen[cs]es?|seats?|boxes|plugins?|themes?|languages?
        |containers?|VMs|hosts|mailboxes|messages|e?-?mails|requests|connections|queries|databases|tables|extensions
        |features?|bugs?|fixes|issues?|vulnerabilit\w+|reasons?|ways?|steps?|tips?|things?|options?|types?|kinds?
        |locations?|regions?|data[ ]?cent(?:er|re)s?|offices?|employees|developers|engineers|admins|administrators
        |partners|vendors|providers|hosters|resellers|products|modules|commands|examples|tutorials|projects|points?
        |or[ ]more|out[ ]of|of[ ](?:the|its|their|our|\d)|to[ ]\d+[ ](?:people|users|days|hours))\b
    )"""
_CALENDAR = rf"[ -]?(?:{_MONTHS_LONG}|{_MONTH})\b"
_MEASURED = re.compile(_MEASURE, re.VERBOSE)
_NO_VERSION_AFTER = re.compile(
    rf"(?:[ ]?(?:to|or|-|–)[ ]?\d+)?(?:{_MEASURE}|{_COUNTED}|{_CALENDAR})",
    re.VERBOSE,
)
_NO_VERSION_EVEN_IF_MARKED = re.compile(rf"{_MEASURE}|{_CALENDAR}", re.VERBOSE)  # "version 2 years ago"

_JOIN = re.compile(r"(?:[ ]?\(|[ ](?:with|plus|at|on)[ ]|[ ]?\+[ ]?|[ ]{1,2}|\n(?!\n)|,[ ]|-)?(?:the[ ])?")
_UPDATE = re.compile(
    rf"""(?:
      (?P<sp>(?:post[- ]?|pre[- ]?)?(?:SP|Sp|sp|[Ss]ervice[ -]?[Pp]ack)[ -]?)(?P<sp_n>\d{{1,2}}[a-z]?)
    | (?P<ru>(?:[Uu]pdate[ ][Rr]ollup|[Rr]ollup[ ][Uu]pdate|[Hh]otfix[ ][Rr]ollup|[Rr]oll-?up|RU|UR)[ -]?\#?)
      (?P<ru_n>\d{{1,2}})(?:[ -]?(?P<ru_v>v\d))?
    | (?P<cu>(?:[Cc]umulative[ ][Uu]pdate|CU)[ -]?\#?)(?P<cu_n>\d{{1,2}})
    | (?P<su>(?:{_MONTH})\d\dSU(?:v\d)?)
    | (?P<hu>(?:{_MONTH})\d\dHU(?:v\d)?)
    | (?:[Ss]ecurity[ ][Uu]pdate|SU)[ -]?(?P<sun>\d{{1,2}})
    | (?P<fp>(?:[Ff]eature[ ][Pp]ack|FP)[ -]?)(?P<fp_n>\d{{1,2}})
    | (?P<mr>(?:[Mm]aintenance[ ][Rr]elease|[Mm]aintenance[ ][Uu]pdate|MR)[ -]?)(?P<mr_n>\d{{1,2}})
    | (?P<up>(?:[Mm]icro-?[ ]?)?[Uu]pdate[ ]\#?|MU[ -]?\#?|U)(?P<up_n>\d{{1,3}}(?:[a-z]\d?)?)
    | (?:[Vv]ersion[ ])?(?P<half>\d\dH[12])
    | (?P<pa>(?:[Pp]atch|[Pp]atch[ ][Ll]evel|[Hh]otfix)[ ]\#?)(?P<pa_n>\d{{1,3}})
    )(?!\w|\.\d)""",
    re.VERBOSE,
)
# A service pack or update that stands alone; "Update 3" alone is too common a word.
BARE_UPDATE = re.compile(
    rf"""(?<![\w.-])(?:
      (?:SP|Service[ ]Pack|Service[ ]pack|service[ ]pack)[ -]?\d{{1,2}}[a-z]?
    | (?:Update[ ]Rollup|Rollup[ ]Update|update[ ]rollup|Rollup|RU|UR)[ -]?\d{{1,2}}(?:[ -]?v\d)?
    | (?:Cumulative[ ]Update|CU)[ -]?\d{{1,2}}
    | (?:{_MONTH})\d\d[SH]U
    )(?!\w|\.\d)""",
    re.VERBOSE,
)
_STAGE = re.compile(
    r"""(?:[ ]{1,2}|-|[ ]?\()(?:[Pp]ublic[ ]|[Oo]pen[ ]|[Cc]losed[ ])?
    (?P<stage>RTM|GA|CTP|RC|EAP|[Aa]lpha|ALPHA|[Bb]eta|BETA|[Rr]elease[ ][Cc]andidate|[Rr]elease-candidate
    |[Cc]ommunity[ ]Technology[ ]Preview|[Tt]ech(?:nical|nology)?[ ][Pp]review
    |Customer[ ]Preview|Preview|[Mm]ilestone|rc|(?<=-)(?:dev|pre|nightly|SNAPSHOT|RELEASE|STABLE|CURRENT))
    (?:[ .-]?(?P<n>\d{1,2}))?(?![\w]|\.\d)""",
    re.VERBOSE,
)
_SUPPORT_CLASS = re.compile(r"[ ](?:LTSC?|ELS|ESR|Long[- ]Term Support)(?!\w)")
_EDITION = re.compile(
    r"""[ ](?:(?:Datacenter|Standard|Enterprise|Professional|Ultimate|Essentials|Foundation|Web|Express|Community|Core
    |Business|Premium|Advanced|Home|Starter|Workgroup|Developer|Bare[ ]Metal|Small[ ]Business|Hosting|Unlimited)
    (?::?[ ][A-Z]\w+)?[ ][Ee]dition|Datacenter|Enterprise|Standard|Express|Essentials)(?!\w)""",
    re.VERBOSE,
)
_AND = re.compile(
    r"(?:\s?/\s?|,[ ](?:and|or)[ ]|,[ ]|[ ](?:and|or|to|through|until|&|–|-|vs\.?|versus)[ ]|\s?[–—-]\s?)(?:also[ ])?"
)


def read_version(text: str, at: int, style: VersionStyle, *, glued: bool = False) -> Version | None:
    """The version that begins right of `at`, the end of a product's name; None when there is none.

    `style` "year" takes years and dotted numbers, "number" takes numbers, "name" and "none" take updates
    and numbers that are called versions only. `glued`: digits stand at `at` ("Exchange2010").
    """
    position = at
    if not glued:
        gap = _GAP.match(text, position)
        position = gap.end() if gap else position
        hyphen = text[at:position].endswith("-")
        called = text.startswith(", ", at) and _MARK.match(text, at)
        if position == at and not called and not (style == "number" and re.match(r"v?\d+\.\d", text[at : at + 8])):
            return None
    else:
        hyphen = False
    start = position
    server = _ARTICLED.match(text, position)
    if server and not hyphen:
        position = server.end()
    mark = _MARK.match(text, position)
    marked = mark is not None
    if mark is not None:
        position = mark.end()
    version = _read_base(text, position, style, marked=marked)
    if version is None:
        if server or marked:
            return None
        first = _read_updates(text, position, "")
        if first is None or hyphen:
            return None
        return _with_stage(text, first)
    version = replace(version, start=start, marked=marked)
    if style == "none" and not marked:
        return None
    return finish_version(text, version)


def finish_version(text: str, version: Version) -> Version:
    """`version` with the updates, stage and edition that stand right of it."""
    end = version.end
    trailing = re.match(r"[ ]Server(?!\w)(?![ ]\d)", text[end : end + 9])
    if trailing and re.fullmatch(rf"{_YEAR}", version.base):  # "Exchange 2000 Server"
        version = replace(version, end=end + trailing.end())
    edition = _SUPPORT_CLASS.match(text, version.end)
    if edition:
        version = replace(version, end=edition.end())
    version = _with_stage(text, version)
    updates = _read_updates(text, version.end, version.base)
    if updates is not None:
        version = replace(version, end=updates.end, updates=updates.updates)
    version = _with_stage(text, version)
    edition = _EDITION.match(text, version.end)
    if edition:
        version = replace(version, end=edition.end())
        updates = _read_updates(text, version.end, version.base)
        if updates is not None and not version.updates:
            version = replace(version, end=updates.end, updates=updates.updates)
    return version


def read_coordinated(text: str, version: Version, style: VersionStyle) -> tuple[Version, ...]:
    """The versions that continue a list: the "2010" of "2007/2010", the "SP2" of "2010 SP1 and SP2"."""
    found: list[Version] = []
    current = version
    while True:
        joint = _AND.match(text, current.end)
        if joint is None:
            return tuple(found)
        position = joint.end()
        mark = _MARK.match(text, position)
        if mark is not None:
            position = mark.end()
        tight = text[current.end : joint.end()].strip()
        follower = _read_base(text, position, style, marked=mark is not None or current.marked or tight == "/")
        if follower is not None and _alike(current.base, follower.base, tight):
            follower = finish_version(text, replace(follower, marked=mark is not None))
        elif current.updates:
            bare = _read_updates(text, joint.end(), current.base)
            if bare is None or not joint.end():
                return tuple(found)
            kept = current.updates[: _rank_index(current.updates, bare.updates[0])]
            follower = replace(bare, start=joint.end(), base=current.base, updates=(*kept, *bare.updates))
        else:
            return tuple(found)
        found.append(follower)
        current = follower


def joint_end(text: str, at: int) -> int | None:
    """Where the joint of a list ends that begins at `at` ("/", ", ", " and "), None without one."""
    joint = _AND.match(text, at)
    return joint.end() if joint else None


def read_member(text: str, at: int, style: VersionStyle) -> Version | None:
    """The version that begins at `at`, behind the joint of a list."""
    version = _read_base(text, at, style, marked=text[at - 1 : at] == "/")
    return finish_version(text, version) if version else None


def read_updates(text: str, at: int) -> Version | None:
    """Service packs and updates that begin at `at`, as a version without a base."""
    return _read_updates(text, at, "", required_gap=False)


def _read_base(text: str, at: int, style: VersionStyle, *, marked: bool) -> Version | None:
    if style == "year":
        year = _YEAR_BASE.match(text, at) or (_HALF_YEAR.match(text, at) if marked else None)
        if year:
            base = " ".join(part for part in year.group("base", "r") if part)
            return Version(at, year.end(), base)
    number = _NUMBER_BASE.match(text, at)
    if number is None:
        return None
    base, suffix = number.group("base"), number.group("suffix") or ""
    whole = "." not in base
    if whole and len(base) == 4:
        return None
    if whole and style in {"year", "name", "none"} and not marked:
        return None
    unlike = _NO_VERSION_EVEN_IF_MARKED if marked else _NO_VERSION_AFTER
    if whole and not suffix and not number.group("r") and unlike.match(text, number.end()):
        return None
    if whole and not marked and _COMPOUND.match(text, number.end()):
        return None
    if whole and suffix in {"th", "st", "nd", "rd", "x", "k", "am", "pm", "m", "s", "h"}:
        return None
    if not whole and (_MEASURED.match(text, number.end()) or _ADDRESS.match(base) or _DAY.match(base)):
        return None
    if suffix == "x" and not whole:
        return None
    if _is_fraction(base, _SLASHED.match(text, number.end())):
        return None
    stage = ""
    pre = _STAGE_SUFFIX.search(base + suffix)
    if pre and len(pre.group("stage")) > 1:
        stage = f"{pre.group('stage')}{pre.group('n')}"
        suffix = ""
    end = number.end()
    build = None if whole or suffix else _BUILD.match(text, end)
    if build is not None and _is_build(base, build):
        end, suffix = build.end(), f"-{build.group('patch') or build.group('revision') or ''}".rstrip("-")
    base = re.sub(r"\.[xX]$", "", base)
    updates: tuple[str, ...] = ()
    java = re.fullmatch(r"u(\d{1,3}[a-z]?)", suffix)
    if java:
        suffix, updates = "", (f"Update {java.group(1)}",)
    full = base + suffix + (f" {number.group('r')}" if number.group("r") else "")
    return Version(at, end, full, updates=updates, stage=stage, flat=style == "year")


def _is_fraction(base: str, slash: re.Match[str] | None) -> bool:
    """ "24/7", "3/4" and "9/11/2001" are no versions; "5.5/5.6" and "11/12" are two."""
    if slash is None:
        return False
    if "." in base:
        return (slash.group("more") or "").startswith("/")
    first, second = int(base.partition(".")[0]), int(slash.group("next"))
    return bool(slash.group("more")) or not 4 <= first < second or (first, second) == (9, 11)


def _is_build(base: str, build: re.Match[str]) -> bool:
    """The "-1" of "8.2-1", not the end of a range: "8.2-9" may be one, "8.2.4-9" hardly."""
    revision = build.group("revision")
    return revision is None or base.count(".") > 1 or int(revision) < int(base.split(".")[0])


def _read_updates(text: str, at: int, base: str, *, required_gap: bool = True) -> Version | None:
    updates: list[str] = []
    end = position = at
    while len(updates) < 4:
        joint = _JOIN.match(text, position)
        begin = joint.end() if joint else position
        if (
            begin == position
            and required_gap
            and not updates
            and position > 0
            and text[position - 1 : position].isalnum()
        ):
            glued_u = re.match(r"U\d", text[begin : begin + 2])
            if not glued_u:
                break
        match = _UPDATE.match(text, begin)
        if match is None:
            break
        name = _update_name(match)
        if match.group("up") and not (base or updates):
            break
        if match.group("up") and re.fullmatch(rf"{_YEAR}.*", base) and match.group("up") == "U":
            break
        if match.group("up_n") and len(match.group("up_n")) > 2 and base[:1] in {"", "2"} and len(base) == 4:
            break
        updates.append(name)
        end = position = match.end()
        if joint is not None and "(" in joint.group():
            # "Service Pack 1 (SP1)" says the same twice; other brackets must close to count.
            if not text.startswith(")", end):
                updates.pop()
                end = position = at if not updates else joint.start()
                break
            if len(updates) > 1 and updates[-1] == updates[-2]:
                updates.pop()
            end = position = end + 1
    if not updates or end == at:
        return None
    return Version(at, end, "", tuple(updates))


def _update_name(match: re.Match[str]) -> str:
    if match.group("sp_n"):
        lead = re.match(r"(post|pre)", match.group("sp"), re.IGNORECASE)
        return (f"{lead.group(1).lower()}-" if lead else "") + f"SP{match.group('sp_n')}"
    if match.group("ru_n"):
        return f"Update Rollup {match.group('ru_n')}" + (f" {match.group('ru_v')}" if match.group("ru_v") else "")
    if match.group("cu_n"):
        return f"CU{match.group('cu_n')}"
    if match.group("su") or match.group("hu"):
        return str(match.group("su") or match.group("hu"))
    if match.group("sun"):
        return f"SU{match.group('sun')}"
    if match.group("fp_n"):
        return f"Feature Pack {match.group('fp_n')}"
    if match.group("mr_n"):
        return f"Maintenance Release {match.group('mr_n')}"
    if match.group("half"):
        return match.group("half")
    if match.group("up_n"):
        return f"Update {match.group('up_n')}"
    return f"Patch {match.group('pa_n')}"


def _with_stage(text: str, version: Version) -> Version:
    match = _STAGE.match(text, version.end)
    if match is None:
        return version
    opened = "(" in text[match.start() : match.start("stage")]
    end = match.end()
    if opened:
        if not text.startswith(")", end):
            return version
        end += 1
    words = match.group("stage")
    # "the 9.4 beta" names the version; "8.0 preview of" in small letters may be a verb's object: leave it out.
    if words == "preview":
        return version
    return replace(version, end=end, stage=f"{words} {match.group('n') or ''}".strip())


def _alike(base: str, other: str, joint: str) -> bool:
    """May `other` continue a list that `base` began? Years with years, dotted with dotted, whole with whole."""
    shape, shape_other = _shape(base), _shape(other)
    if shape == shape_other:
        return True
    return {shape, shape_other} <= {"dotted", "whole"} and joint in {"/", "and", ",", "or", "to"} and shape == "dotted"


def _shape(base: str) -> str:
    if re.match(rf"{_YEAR}(?!\.)", base):
        return "year"
    return "dotted" if "." in base else "whole"


def _base_levels(base: str) -> tuple[str, ...]:
    """Outer versions of a dotted number: 8.0.36 is in 8.0, which is in 8. A leading 0 or 1 alone says nothing."""
    dotted = re.fullmatch(r"(\d+(?:\.\d+)+)([a-z]+\d*|-[a-zA-Z]?\d+)?", base)
    if dotted is None:
        return (base,) if base else ()
    parts = dotted.group(1).split(".")
    levels = [".".join(parts[:count]) for count in range(1, len(parts) + bool(dotted.group(2)))][:3]
    levels = [level for level in levels if level not in {"0", "1"} and not re.fullmatch(_YEAR, level)]
    return (*levels, base)


_RANKS = ("SP", "Feature", "Update Rollup", "CU", "Update", "Maintenance", "Patch")


def _rank_index(updates: tuple[str, ...], newcomer: str) -> int:
    """Where in a chain of updates one of this sort stands: "SP2" replaces "SP1", "Update Rollup 2" follows it."""
    sort = newcomer.rstrip("0123456789abcdef ")
    for index, update in enumerate(updates):
        if update.rstrip("0123456789abcdef ") == sort:
            return index
    return len(updates)


def slug_part(text: str) -> str:
    """The piece of a slug that a version adds: "2010 SP1" → "2010-sp1"."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
