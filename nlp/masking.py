"""Where a text spells addresses, files and paths: no names are looked for inside them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Span = tuple[int, int]

# Endings that make a dotted word a host; a closed list, because "Oracle.The" is a missing space and no host.
_HOST_ENDINGS = (
    "com|net|org|info|biz|edu|gov|mil|int|io|co|eu|uk|de|us|fr|nl|ca|au|nz|jp|cn|in|ru|it|es|ch|at|be|se|no|dk|fi"
    "|pl|cz|br|mx|za|ie|tv|me|cc|ws|ly|ai|dev|app|cloud|blog|news|tech|online|site|xyz|host|hosting|example|local"
)
_FILE_ENDINGS = (
    "exe|msi|msu|dll|zip|gz|tgz|bz2|xz|tar|iso|img|qcow2|vhdx?|vmdk|ova|ovf|xvm|rpm|deb|pkg|dmg|jar|war|ps1|psm1|bat"
    "|cmd|vbs|sh|py|php|phtml|asp|aspx|axd|jsp|html?|css|js|json|xml|ya?ml|toml|ini|conf|cfg|log|txt|md|csv|tsv|sql"
    "|pst|ost|edb|stm|docx?|xlsx?|xlsm|pptx?|pdf|rtf|png|jpe?g|gif|svg|webp|ico|mp[34]|key|crt|cer|pem|csr|pfx"
)
# What may be long begins only where its run of characters does, and its pieces are possessive: no run is read twice.
_MASKED = re.compile(
    rf"""
    (?:https?|ftps?|wss?|git|ssh|file)://?[^\s<>"“”]++   # addresses
    | mailto:[^\s<>"“”]++
    | (?<![\w.+%-])[\w.+%-]++@[\w-]++(?:\.[\w-]++)++            # mail
    | \bwww\.[^\s<>"“”()]++
    | (?<![\w.@/-])[\w-]++(?:\.[\w-]++)*\.(?:{_HOST_ENDINGS})(?![\w-]|\.[a-z])(?:/[^\s<>"“”()]*+)?   # hosts
    | (?<![\w./-])[\w-]++(?:\.[\w-]++)*\.(?:{_FILE_ENDINGS})(?![\w-])                           # files
    | (?<![\w/>)])(?:~|\.{{1,2}})?/[\w.@%+-]++(?:/[\w.@%+-]++)*+/?                               # unix paths
    | \b[A-Za-z]:\\[^\s"“”]*+                                   # windows paths
    | \\\\[\w.$-]++\\[^\s"“”]*+
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TRAILING = ".,;:!?)]}'’”\""


@dataclass(frozen=True, slots=True)
class Mask:
    """Spans of a text, in order and without overlap, that can be asked whether they touch another span."""

    spans: tuple[Span, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, spans: Sequence[Span]) -> Mask:
        ordered = tuple(sorted(spans))
        return cls(ordered, tuple(start for start, _ in ordered))

    def overlapping(self, start: int, end: int) -> Span | None:
        """A masked span that shares a character with [start, end), None when there is none."""
        place = bisect_right(self.starts, start)
        if place and self.spans[place - 1][1] > start:
            return self.spans[place - 1]
        if place < len(self.spans) and self.spans[place][0] < end:
            return self.spans[place]
        return None

    def allows(self, start: int, end: int) -> bool:
        """A name may cover an address whole ("Web.com" is a company), but not stand inside one."""
        hit = self.overlapping(start, end)
        return hit is None or (start <= hit[0] and hit[1] <= end)


class Taken:
    """Spans that names already cover; they never overlap, so that a look-up is a bisection."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self._spans: list[Span] = sorted(spans)

    def add(self, start: int, end: int) -> None:
        """Takes a span that is free."""
        insort(self._spans, (start, end))

    def is_free(self, start: int, end: int) -> bool:
        """Does no taken span share a character with [start, end)?"""
        place = bisect_left(self._spans, (start, start))
        if place and self._spans[place - 1][1] > start:
            return False
        return place == len(self._spans) or self._spans[place][0] >= end

    def overlapping(self, start: int, end: int) -> list[Span]:
        """Taken spans that share a character with [start, end)."""
        return [(a, b) for a, b in self.near(start, end, 0) if a < end and start < b]

    def near(self, start: int, end: int, distance: int) -> Iterator[Span]:
        """Taken spans that begin or end within `distance` characters of [start, end), in order."""
        place = max(0, bisect_left(self._spans, (start - distance, 0)) - 1)
        while place < len(self._spans) and self._spans[place][0] <= end + distance:
            if self._spans[place][1] >= start - distance:
                yield self._spans[place]
            place += 1


def find_masked(text: str) -> Mask:
    """Addresses, host names, mail addresses, file names and paths in `text`."""
    spans: list[Span] = []
    for match in _MASKED.finditer(text):
        end = match.end()
        while end > match.start() and text[end - 1] in _TRAILING:
            end -= 1
        if end > match.start():
            spans.append((match.start(), end))
    return Mask.of(spans)
