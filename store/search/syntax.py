"""The query language: words, "phrases", OR, -not, parentheses, prefix*, and fields. Text in, a tree out; no SQL.

query   = either
either  = all ("OR" all)*
all     = term+
term    = "-" term | "(" either ")" | field ":" value | phrase | word ["*"]
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from store.errors import QuerySyntaxError

MAX_LENGTH = 2_000
MAX_TERMS = 64
MAX_DEPTH = 16

# field → what it takes, for error messages and the documentation
FIELDS = {
    "product": "a product's name or slug",
    "org": "an organization's name or slug",
    "tld": "a top-level domain",
    "type": "an event type",
    "status": "happened, planned or cancelled",
    "source": "a source's id, address or name",
    "title": "a word or phrase of the title",
    "author": "an author's name",
    "after": "a day, month or year",
    "before": "a day, month or year",
    "when": "a day, month, quarter, year or a range begin..end",
}
STATUSES = ("happened", "planned", "cancelled")


@dataclass(frozen=True, slots=True)
class Words:
    """Words that follow each other; with `prefix` the last one is only begun."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """`name:value`; `begin` and `end` hold the half-open days of after, before and when."""

    name: str
    value: str
    begin: date | None = None
    end: date | None = None
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    node: Node


@dataclass(frozen=True, slots=True)
class All:
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    nodes: tuple[Node, ...]


Node: TypeAlias = Words | Field | Not | All | Either


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # word, phrase, field, open, close, minus, or, end
    text: str
    position: int
    prefix: bool = False


_LEXER = re.compile(
    r"""(?P<space>\s+)
      | (?P<open>\() | (?P<close>\))
      | (?P<minus>-(?=[^\s)]))
      | (?P<field>[A-Za-z_]+:(?!//))
      | (?P<phrase>"(?P<quoted>[^"]*)")
      | (?P<unended>")
      | (?P<word>[^\s()"]+)""",
    re.VERBOSE,
)


def parse_query(text: str) -> Node | None:
    """The tree of a query; None when it asks for nothing in particular.

    Raises:
        QuerySyntaxError: it cannot be read; says where and what was expected.
    """
    if len(text) > MAX_LENGTH:
        raise QuerySyntaxError("the query is too long", MAX_LENGTH, f"at most {MAX_LENGTH} characters")
    parser = _Parser(_tokens(text))
    node = parser.either(0) if parser.current.kind != "end" else None
    if parser.current.kind != "end":
        raise QuerySyntaxError(f"{parser.current.text!r} closes nothing", parser.current.position, "a word or the end")
    return node


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    for match in _LEXER.finditer(text):
        kind, position = match.lastgroup or "", match.start()
        if kind == "quoted":
            kind = "phrase"
        if kind == "space":
            continue
        if kind == "unended":
            raise QuerySyntaxError("the phrase is not ended", position, 'a second "')
        if kind == "phrase":
            tokens.append(_Token("phrase", match["quoted"], position))
        elif kind == "word":
            word = match["word"]
            if word == "OR":
                tokens.append(_Token("or", word, position))
            elif word != "AND":  # which is what stands between words anyway
                tokens.append(_Token("word", word.rstrip("*"), position, prefix=word.endswith("*")))
        else:
            tokens.append(_Token(kind, match.group(), position))
        if len(tokens) > MAX_TERMS * 2:
            raise QuerySyntaxError("the query has too many terms", position, f"at most {MAX_TERMS} terms")
    tokens.append(_Token("end", "", len(text)))
    return tokens


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def current(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self.current
        self._at += 1
        return token

    def either(self, depth: int) -> Node | None:
        if depth > MAX_DEPTH:
            raise QuerySyntaxError(
                "parentheses are nested too deeply", self.current.position, f"at most {MAX_DEPTH} levels"
            )
        branches = [self._all(depth)]
        while self.current.kind == "or":
            self._take()
            branches.append(self._all(depth))
        nodes = tuple(node for node in branches if node is not None)
        return nodes[0] if len(nodes) == 1 else Either(nodes) if nodes else None

    def _all(self, depth: int) -> Node | None:
        if self.current.kind in {"or", "close", "end"}:
            raise QuerySyntaxError("a term is missing", self.current.position, 'a word, a "phrase" or a field')
        nodes: list[Node] = []
        while self.current.kind not in {"or", "close", "end"}:
            node = self._term(depth)
            if node is not None:
                nodes.append(node)
        return nodes[0] if len(nodes) == 1 else All(tuple(nodes)) if nodes else None

    def _term(self, depth: int) -> Node | None:
        token = self._take()
        if token.kind == "minus":
            if depth > MAX_DEPTH:
                raise QuerySyntaxError("the query is nested too deeply", token.position, f"at most {MAX_DEPTH} levels")
            inner = self._term(depth + 1)
            return None if inner is None else Not(inner)
        if token.kind == "open":
            node = self.either(depth + 1)
            if self.current.kind != "close":
                raise QuerySyntaxError("the parenthesis is not closed", token.position, "a )")
            self._take()
            return node
        if token.kind == "field":
            return self._field(token)
        # A word without a letter or digit ("&") is in no index: it asks for nothing.
        return Words(token.text, token.prefix) if has_word(token.text) else None

    def _field(self, token: _Token) -> Node:
        name = token.text[:-1].lower()
        if name not in FIELDS:
            raise QuerySyntaxError(f"there is no field {name!r}", token.position, f"one of {', '.join(FIELDS)}")
        value = self.current
        there = value.kind in {"word", "phrase"} and value.position == token.position + len(token.text)
        if not there or not value.text or (name == "title" and not has_word(value.text)):
            raise QuerySyntaxError(f"{token.text} has no value", token.position + len(token.text), FIELDS[name])
        self._take()
        if name in {"after", "before", "when"}:
            span = parse_days(value.text, ranges=name == "when")
            if span is None:
                raise QuerySyntaxError(f"{value.text!r} is no date", value.position, FIELDS[name])
            return Field(name, value.text, *span)
        if name == "status" and value.text.lower() not in STATUSES:
            raise QuerySyntaxError(f"{value.text!r} is no status", value.position, FIELDS[name])
        return Field(name, value.text, prefix=value.prefix)


def has_word(text: str) -> bool:
    """Whether an index could hold any of it."""
    return any(character.isalnum() for character in text)


# -- days ------------------------------------------------------------------------------------------------------

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?|-?[Qq]([1-4]))?")


def parse_days(text: str, *, ranges: bool = False) -> tuple[date, date] | None:
    """The half-open days that "2010", "2010-06", "2010-Q3", "2010-06-25" or, with `ranges`, "a..b" mean."""
    first, dots, last = text.partition("..")
    if dots:
        begin, end = parse_days(first), parse_days(last)
        if not ranges or begin is None or end is None or begin[0] >= end[1]:
            return None
        return begin[0], end[1]
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    year, month, day, quarter = (int(group) if group else None for group in match.groups())
    if year is None:  # the pattern begins with it
        return None
    try:
        if quarter:
            return date(year, quarter * 3 - 2, 1), _next_month(year, quarter * 3)
        if month is None:
            return date(year, 1, 1), _next_month(year, 12)
        if day is None:
            return date(year, month, 1), _next_month(year, month)
        return date(year, month, day), date(year, month, day) + timedelta(days=1)
    except (ValueError, OverflowError):
        return None


def _next_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1]) + timedelta(days=1)
