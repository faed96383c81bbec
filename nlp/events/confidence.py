"""How sure an event mention is: what speaks for it in its sentence, weighed so that the number is a probability.

The weights are those of a logistic regression (ridge, 1.0) over the statements of labelled posts: a statement is right
when the labels have an event of its type with one of its subjects. `bench/calibration.py` fits them, and prints how
often statements of each confidence are right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import exp


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a statement."""

    lead: bool
    opens: bool  # the sentence opens a paragraph
    dated: bool
    acts: bool  # whom it happens to stands right before the trigger
    first_choice: bool  # and is of the kind that such events happen to first

    @property
    def names(self) -> tuple[str, ...]:
        """The signs that are there."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name))


BIAS = 0.08
WEIGHTS: Mapping[str, float] = {
    "lead": 0.71,
    "opens": 0.68,
    "dated": 0.43,
    "acts": 0.70,
    "first_choice": 1.20,
}


LEAST = 0.6
"""Statements that are less sure are not told: more of them are wrong than right."""


def confidence_of(signs: Signs) -> float:
    """A probability, of two decimals."""
    score = BIAS + sum(WEIGHTS[name] for name in signs.names)
    return round(min(0.99, 1 / (1 + exp(-score))), 2)
