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
    """What speaks for a statement. `own`: its sentence names whom it happens to; `about`: the post is about that;
    `object`: the trigger's object is that; `opens`: the sentence opens a paragraph; `acts`: whom it happens to stands
    right before the trigger; `crowded`: the post's other statements of this type are many.
    """

    sure: bool
    own: bool
    titled: bool
    lead: bool
    opens: bool
    dated: bool
    about: bool
    object: bool
    acts: bool
    first_choice: bool  # the subject is of the kind that such events happen to first

    @property
    def names(self) -> tuple[str, ...]:
        """The signs that are there."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name))


BIAS = -0.50
WEIGHTS: Mapping[str, float] = {
    "sure": 0.80,
    "own": -0.32,
    "titled": 0.38,
    "lead": 0.27,
    "opens": 0.85,
    "dated": 0.60,
    "about": 0.18,
    "object": 0.16,
    "acts": 0.80,
    "first_choice": 1.03,
}


LEAST = 0.72
"""Statements that are less sure are not told: more of them are wrong than right."""


def confidence_of(signs: Signs) -> float:
    """A probability, of two decimals."""
    score = BIAS + sum(WEIGHTS[name] for name in signs.names)
    return round(min(0.99, 1 / (1 + exp(-score))), 2)
