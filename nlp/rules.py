"""How a tag says what found it: a rule's name, what it matched, and what else it went by, in one line of text.

`product:alias Exchange | cue mailbox` is the rule `product:alias`, which matched "Exchange" and went by a cue,
"mailbox". Tags carry the line, which is cheap to write and to store; explanations.py makes sentences of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_JOINT = " | "


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's name, what it matched ("" where the mention says it all), and what it went by."""

    name: str
    matched: str
    facts: Mapping[str, str]


def rule_line(name: str, matched: str = "", **facts: str | None) -> str:
    """The line of a rule, or a line with further facts; facts that are None are left out."""
    line = f"{name} {_plain(matched)}" if matched else name
    for fact, value in facts.items():
        if value is not None:
            line += f"{_JOINT}{fact} {_plain(value)}" if value else f"{_JOINT}{fact}"
    return line


def read_rule(line: str) -> Rule:
    """The rule that a line names."""
    first, *others = line.split(_JOINT)
    name, _, matched = first.partition(" ")
    facts = dict(_pair(other) for other in others)
    return Rule(name, matched, facts)


def _pair(text: str) -> tuple[str, str]:
    fact, _, value = text.partition(" ")
    return fact, value


def _plain(value: str) -> str:
    """Without what would be read as a joint."""
    return value.replace("|", "/") if "|" in value else value
