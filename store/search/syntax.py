"""The query language: words, "phrases", OR, -not, parentheses, prefix*, and fields. Text in, a tree out; no SQL.

query   = either
either  = all ("OR" all)*
all     = term (["AND"] term)*
term    = ("-" | "NOT") term | "(" either ")" | field ":" values | phrase ["*"] | word ["*"]
values  = phrase ["*"] | word ["*"]        several with commas between, where the field's values hold none
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TypeAlias

from store.errors import QuerySyntaxError
from store.search.days import DAY, DAYS, NoDayError, OpenSpan, parse_days, parse_range

MAX_LENGTH = 2_000
MAX_TERMS = 64
MAX_DEPTH = 16
SHORTEST_PREFIX = 2  # letters: what begins with one is a large part of all words

# field → what it takes, for error messages and the documentation
FIELDS = {
    "product": "a product's name or slug",
    "org": "an organization's name or slug",
    "tld": "a top-level domain",
    "vendor": "the name or slug of the organization that makes the products or runs the TLDs",
    "type": "an event type",
    "status": "happened, planned or cancelled",
    "source": "a source's id, address or name",
    "title": "a word or phrase of the title",
    "author": "words of an author's name",
    "after": DAY,
    "before": DAY,
    "when": DAYS,
}
# what else a field may be called → its name
FIELD_ALIASES = {
    "organization": "org",
    "organisation": "org",
    "registry": "vendor",
    "event": "type",
    "since": "after",
}
STATUSES = ("happened", "planned", "cancelled")
LISTED = frozenset({"tld", "type", "status"})  # take several values with commas: any of them
BEGUN = frozenset({"title", "author"})  # take a prefix*
DATED = frozenset({"after", "before", "when"})


@dataclass(frozen=True, slots=True)
class Words:
    """Words that follow each other; with `prefix` the last one is only begun."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """`name:value`. `begin` and `end` hold the half-open days of after, before and when; an open side is None.
    `position` is where the value stands in the query, and makes no other field of it.
    """

    name: str
    value: str
    begin: date | None = None
    end: date | None = None
    prefix: bool = False
    position: int = field(default=0, compare=False)


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
    kind: str  # word, phrase, field, open, close, not, and, or, end
    text: str
    position: int
    prefix: bool = False


_QUOTES = '"\u201c\u201d\u201e\u201f'  # straight, and the curled ones that word processors put in their place
_LEXER = re.compile(
    rf"""(?P<space>\s+)
      | (?P<open>\() | (?P<close>\))
      | (?P<not>-(?=[^\s)])|NOT(?=[\s(]))
      | (?P<field>[A-Za-z_]+:(?!//))
      | (?P<phrase>[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)[{_QUOTES}](?P<begun>\*?))
      | (?P<unended>[{_QUOTES}])
      | (?P<word>[^\s(){_QUOTES}]+)""",
    re.VERBOSE,
)
_OPERATORS = {"OR": "or", "AND": "and"}
TERM = 'a word, a "phrase" or a field'


@lru_cache(maxsize=256)  # a query is read where it comes in, and again where it is compiled
def parse_query(text: str, *, today: date | None = None) -> Node | None:
    """The tree of a query; None when it asks for nothing in particular.

    `today` is the day that relative dates (`when:next-quarter`) count from; without one they are refused.

    Raises:
        QuerySyntaxError: it cannot be read; says where and what was expected.
    """
    if len(text) > MAX_LENGTH:
        raise QuerySyntaxError("the query is too long", MAX_LENGTH, f"at most {MAX_LENGTH} characters")
    parser = _Parser(_tokens(text), today)
    node = parser.either(0) if parser.current.kind != "end" else None
    if parser.current.kind != "end":
        raise QuerySyntaxError(f"{parser.current.text!r} closes nothing", parser.current.position, "a word or the end")
    return node


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    for match in _LEXER.finditer(text):
        kind, position = match.lastgroup or "", match.start()
        if kind == "space":
            continue
        if kind == "unended":
            raise QuerySyntaxError("the phrase is not ended", position, 'a second "')
        if match["quoted"] is not None:
            tokens.append(_Token("phrase", " ".join(match["quoted"].split()), position, prefix=bool(match["begun"])))
        elif kind == "word":
            word = match["word"]
            operator = _OPERATORS.get(word)
            tokens.append(
                _Token(operator, word, position)
                if operator
                else _Token("word", word.rstrip("*"), position, prefix=word.endswith("*"))
            )
        else:
            tokens.append(_Token(kind, match.group(), position))
    tokens.append(_Token("end", "", len(text)))
    return tokens


class _Parser:
    def __init__(self, tokens: list[_Token], today: date | None) -> None:
        self._tokens = tokens
        self._today = today
        self._at = 0
        self._terms = 0

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
        return _joined([node for node in branches if node is not None], Either)

    def _all(self, depth: int) -> Node | None:
        nodes = [self._term(depth)]
        while self.current.kind not in {"or", "close", "end"}:
            if self.current.kind == "and":
                self._take()
            nodes.append(self._term(depth))
        return _joined([node for node in nodes if node is not None], All)

    def _term(self, depth: int) -> Node | None:
        token = self.current
        if token.kind in {"or", "and", "close", "end"}:
            searched = f'; "{token.text}" in quotes is the word' if token.kind in {"or", "and"} else ""
            raise QuerySyntaxError("a term is missing", token.position, f"{TERM}{searched}")
        self._take()
        if token.kind == "not":
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
        self._count(token)
        # A word without a letter or digit ("&") is in no index: it asks for nothing.
        return Words(token.text, _checked_prefix(token)) if has_word(token.text) else None

    def _count(self, token: _Token) -> None:
        self._terms += 1
        if self._terms > MAX_TERMS:
            raise QuerySyntaxError("the query has too many terms", token.position, f"at most {MAX_TERMS} terms")

    def _field(self, token: _Token) -> Node:
        given = token.text[:-1].lower()
        name = FIELD_ALIASES.get(given, given)
        if name not in FIELDS:
            near = difflib.get_close_matches(given, [*FIELDS, *FIELD_ALIASES], n=1)
            hint = f" (did you mean {near[0]}:?)" if near else ""
            raise QuerySyntaxError(f"there is no field {given!r}{hint}", token.position, f"one of {', '.join(FIELDS)}")
        value, behind = self.current, token.position + len(token.text)
        if value.position != behind or value.kind not in {"word", "phrase"} or not _says_something(name, value):
            apart = value.kind in {"word", "phrase"} and value.position > behind
            where = f"{FIELDS[name]}, with no space before it" if apart else FIELDS[name]
            raise QuerySyntaxError(f"{token.text} has no value", behind, where)
        self._take()
        if value.prefix and name not in BEGUN:
            raise QuerySyntaxError(f"{given}: takes no prefix*", value.position + len(value.text), FIELDS[name])
        if name not in LISTED or value.kind == "phrase":
            self._count(value)
            return self._one(name, value)
        nodes: list[Node] = []
        position = value.position
        for part in value.text.split(","):
            if not part:
                raise QuerySyntaxError("a value is missing beside the comma", position, FIELDS[name])
            item = _Token("word", part, position)
            self._count(item)
            nodes.append(self._one(name, item))
            position += len(part) + 1
        return nodes[0] if len(nodes) == 1 else Either(tuple(nodes))

    def _one(self, name: str, value: _Token) -> Field:
        if name in DATED:
            return Field(name, value.text, *self._days(name, value), position=value.position)
        if name == "status" and value.text.lower() not in STATUSES:
            raise QuerySyntaxError(f"{value.text!r} is no status", value.position, FIELDS[name])
        return Field(name, value.text, prefix=_checked_prefix(value), position=value.position)

    def _days(self, name: str, value: _Token) -> OpenSpan:
        read = parse_range if name == "when" else parse_days
        try:
            return read(value.text, today=self._today)
        except NoDayError as error:
            raise QuerySyntaxError(str(error), value.position, FIELDS[name]) from error


def _joined(nodes: list[Node], join: type[All | Either]) -> Node | None:
    return nodes[0] if len(nodes) == 1 else join(tuple(nodes)) if nodes else None


def _says_something(name: str, value: _Token) -> bool:
    return has_word(value.text) if name in BEGUN else bool(value.text)


def _checked_prefix(token: _Token) -> bool:
    """Whether the term is a prefix. One of a single letter is refused: a tenth of all words begin so."""
    if not token.prefix or not has_word(token.text):
        return False
    last = re.findall(r"[^\W_]+", token.text)[-1]
    # A single sign of Chinese or Japanese says as much as several letters.
    if len(last) < SHORTEST_PREFIX and unicodedata.east_asian_width(last) not in {"W", "F"}:
        raise QuerySyntaxError(f"{last}* is too short", token.position, f"at least {SHORTEST_PREFIX} letters before *")
    return True


def has_word(text: str) -> bool:
    """Whether an index could hold any of it."""
    return any(character.isalnum() for character in text)


# -- back to text ----------------------------------------------------------------------------------------------


def to_text(node: Node | None) -> str:
    """The tree as a query in its shortest usual form: `parse_query` makes the same tree of it again."""
    match node:
        case None:
            return ""
        case Words(text, prefix):
            return _value(text, prefix=prefix)
        case Field():
            return f"{node.name}:{_value(node.value, prefix=node.prefix, behind_field=node.name)}"
        case Not(inner):
            return f"-{_within(inner, All, Either)}"
        case All(nodes):
            return " ".join(_within(inner, All, Either) for inner in nodes)
        case Either(nodes):
            return _listed(nodes) or " OR ".join(_within(inner, Either) for inner in nodes)


def _within(node: Node, *joins: type[All | Either]) -> str:
    """The node as a part of another, in parentheses where it would else fall apart."""
    whole = isinstance(node, Either) and _listed(node.nodes) is not None
    return f"({to_text(node)})" if isinstance(node, joins) and not whole else to_text(node)


def _listed(nodes: tuple[Node, ...]) -> str | None:
    """Values of one field with commas between, where they can stand so."""
    fields = [node for node in nodes if isinstance(node, Field)]
    names = {field.name for field in fields}
    if len(fields) < len(nodes) or len(names) != 1 or not names <= LISTED:
        return None
    if any("," in field.value or _value(field.value, behind_field=field.name) != field.value for field in fields):
        return None
    return f"{fields[0].name}:{','.join(field.value for field in fields)}"


def _value(text: str, *, prefix: bool = False, behind_field: str | None = None) -> str:
    """The words bare where they are read again as they are, else in quotes."""
    text = re.sub(f"[{_QUOTES}]", " ", text)  # which no query can hold: a name from elsewhere may
    star = "*" if prefix else ""
    first, *others = _tokens(f"{text}{star}")
    bare = len(others) == 1 and first.kind == "word" and first.text == text and first.prefix == prefix
    if bare and not (behind_field in LISTED and "," in text):
        return f"{text}{star}"
    return f'"{text}"{star}'


def fields_of(node: Node | None) -> Iterator[Field]:
    """Every field of a tree, from left to right, also those that are excluded."""
    match node:
        case Field():
            yield node
        case Not(inner):
            yield from fields_of(inner)
        case All(nodes) | Either(nodes):
            for inner in nodes:
                yield from fields_of(inner)
