"""The TempEval-3 measure, by hand-made documents whose scores can be counted."""

from __future__ import annotations

import pytest

from bench.temporal_scores import Expression, score

TEXT = "It came on Monday, was pulled on May 3 and is due later this year."


def at(words: str, type_: str = "DATE", value: str | None = "v") -> Expression:
    start = TEXT.index(words)
    return Expression(start, start + len(words), type_, value)


def test_all_right_is_one() -> None:
    labels = [at("Monday"), at("May 3"), at("later this year")]
    scores = score([(TEXT, labels, labels)])
    assert (scores.strict, scores.relaxed, scores.value, scores.type) == (1, 1, 1, 1)


def test_nothing_found_is_nothing() -> None:
    scores = score([(TEXT, [at("Monday")], [])])
    assert (scores.strict, scores.relaxed, scores.value) == (0, 0, 0)


def test_a_part_of_the_expression_is_relaxed_and_not_strict() -> None:
    scores = score([(TEXT, [at("later this year")], [at("this year")])])
    assert (scores.strict, scores.relaxed) == (0, 1)


def test_closing_punctuation_does_not_count() -> None:
    assert score([(TEXT, [at("Monday,")], [at("Monday")])]).strict == 1


def test_a_wrong_value_costs_its_share_of_the_pairs() -> None:
    labels = [at("Monday", value="a"), at("May 3", value="b")]
    found = [at("Monday", value="a"), at("May 3", value="c")]
    scores = score([(TEXT, labels, found)])
    assert (scores.relaxed, scores.value) == (1, 0.5)


def test_precision_and_recall_are_both_counted() -> None:
    scores = score([(TEXT, [at("Monday"), at("May 3")], [at("Monday"), at("came"), at("pulled")])])
    assert scores.relaxed == pytest.approx(2 * (1 / 3) * (1 / 2) / (1 / 3 + 1 / 2))


def test_types_leave_out_what_is_aligned_to_other_labels() -> None:
    labels = [at("Monday"), at("later this year", "DURATION")]
    scores = score([(TEXT, labels, [at("Monday"), at("later this year")])], ("DATE",))
    assert (scores.labelled, scores.found, scores.value) == (1, 1, 1)
