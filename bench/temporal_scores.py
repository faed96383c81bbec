"""How well date expressions were found and read: the TempEval-3 measure (UzZaman et al. 2013, S13-2001, section 5).

Expressions found and labelled are aligned one to one in each document. *strict*: equal spans; *relaxed*: spans that
share a character; *value* and *type*: the share of relaxed pairs with the right attribute, times relaxed F1.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

_AT_END = " \t\r\n.,;:!?\"'’”)]"
_AT_START = " \t\r\n\"'‘“(["


@dataclass(frozen=True, slots=True)
class Expression:
    """A date expression at [start, end) of its document."""

    start: int
    end: int
    type: str
    value: str | None


@dataclass(frozen=True, slots=True)
class TemporalScores:
    """F1 of each kind, between 0 and 1, and how many expressions were labelled and found."""

    strict: float
    relaxed: float
    value: float
    type: float
    labelled: int
    found: int


@dataclass(slots=True)
class _Counts:
    labelled: int = 0
    found: int = 0
    paired: int = 0
    equal_spans: int = 0
    equal_values: int = 0
    equal_types: int = 0


def score(
    documents: Sequence[tuple[str, Sequence[Expression], Sequence[Expression]]], types: Collection[str] = ()
) -> TemporalScores:
    """Scores over (text, labelled, found) of all documents together.

    With `types` only labels of these count: what was found for other labels, or for none and of another type, is left
    out.
    """
    counts = _Counts()
    for text, labelled, found in documents:
        _count(counts, text, labelled, found, types)
    precision = counts.paired / counts.found if counts.found else 0.0
    recall = counts.paired / counts.labelled if counts.labelled else 0.0
    relaxed = _f1(precision, recall)
    pairs = max(1, counts.paired)
    return TemporalScores(
        strict=_f1(
            counts.equal_spans / counts.found if counts.found else 0.0,
            counts.equal_spans / counts.labelled if counts.labelled else 0.0,
        ),
        relaxed=relaxed,
        value=relaxed * counts.equal_values / pairs,
        type=relaxed * counts.equal_types / pairs,
        labelled=counts.labelled,
        found=counts.found,
    )


def _count(
    counts: _Counts,
    text: str,
    labelled: Sequence[Expression],
    found: Sequence[Expression],
    types: Collection[str],
) -> None:
    pairs = _aligned(text, labelled, found)
    partners = {found_index: label_index for label_index, found_index, _ in pairs}
    if types:
        counts.labelled += sum(label.type in types for label in labelled)
        counts.found += sum(
            (labelled[partners[index]].type if index in partners else item.type) in types
            for index, item in enumerate(found)
        )
        pairs = [pair for pair in pairs if labelled[pair[0]].type in types]
    else:
        counts.labelled += len(labelled)
        counts.found += len(found)
    counts.paired += len(pairs)
    for label_index, found_index, equal in pairs:
        counts.equal_spans += equal
        counts.equal_values += labelled[label_index].value == found[found_index].value
        counts.equal_types += labelled[label_index].type == found[found_index].type


def _aligned(text: str, labelled: Sequence[Expression], found: Sequence[Expression]) -> list[tuple[int, int, bool]]:
    """(label, found, spans equal): equal spans first, then those that share most, each used once."""
    left = [_trimmed(text, item) for item in labelled]
    right = [_trimmed(text, item) for item in found]
    candidates = sorted(
        (left_span != right_span, -shared, left_span[0], right_span[0], i, j)
        for i, left_span in enumerate(left)
        for j, right_span in enumerate(right)
        if (shared := min(left_span[1], right_span[1]) - max(left_span[0], right_span[0])) > 0
    )
    used_left: set[int] = set()
    used_right: set[int] = set()
    pairs = []
    for unequal, _, _, _, i, j in candidates:
        if i not in used_left and j not in used_right:
            used_left.add(i)
            used_right.add(j)
            pairs.append((i, j, not unequal))
    return pairs


def _trimmed(text: str, item: Expression) -> tuple[int, int]:
    start, end = item.start, item.end
    while end > start and text[end - 1] in _AT_END:
        end -= 1
    while start < end and text[start] in _AT_START:
        start += 1
    return start, end


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
