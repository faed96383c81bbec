"""What both databases share: a query's tree and its filters become one full-text expression.

Words and tags alike are words of the index: so are the dates that a post talks about, and every post has one word in
common with all others, from which those that are not wanted are taken. Only days of publishing within an OR or a NOT
are no words: then the parts are joined in SQL. Elsewhere these bound the row ids, which run in time order.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, and_, literal, not_, or_, select, true
from sqlalchemy.orm import Session

from store.entities import entities_of_vendor, find_entity_ids
from store.models import SLOTS_PER_SECOND, Post, Source
from store.records import EntityKind, PostQuery
from store.search.syntax import All, Either, Field, Node, Not, Words
from store.spans import touching_tokens
from store.text import fold_name, storable
from store.tokens import EVERY_POST, author_tokens, entity_token, event_token, source_token, status_token

KIND_OF_FIELD: dict[str, EntityKind] = {"product": "product", "org": "organization", "tld": "tld"}
LONGEST_TYPE = 32  # as the column has it
NO_TOKEN = "nx0"  # noqa: S105 - the token of nothing: no post has it


@dataclass(frozen=True, slots=True)
class CompiledSearch:
    """A query, parted into what the full-text index answers and the rest; `since` and `until` bound the row ids.

    `words` is the expression of what is highlighted and ranked, `about` of posts that are about what the words name.
    `reads_posts` where the index alone cannot tell a hit, since words have to stand beside each other or in the title.
    """

    compiler: Compiler
    expression: Any | None
    beside: list[ColumnElement[bool]]
    since: int | None
    until: int | None
    words: Any | None
    about: Any | None
    reads_posts: bool

    def condition(self) -> ColumnElement[bool]:
        """All of it as a condition on `post`."""
        indexed = [] if self.expression is None else [Post.id.in_(self.compiler.match(self.expression))]
        return and_(true(), *indexed, *self.beside, *self.bounds(Post.id))

    def hits(self, expression: Any | None = None) -> tuple[Select[Any], ColumnElement[int]]:
        """The row ids that match, or those that match another expression with the same conditions, and their column, by
        which the database can walk them newest first.

        They are looked for in the index alone, and of a post that is asked about more each is looked at by itself.
        Asked for posts whose id is among the hits, SQLite would gather all hits before it shows the first.
        """
        wanted = self.expression if expression is None else expression
        if wanted is None:
            return select(Post.id).where(self.condition()), Post.id.expression
        row_id = self.compiler.row_id
        stmt = self.compiler.match(wanted).where(*self.bounds(row_id))
        if self.beside:
            post = select(literal(1)).select_from(Post).where(Post.id == row_id, *self.beside)
            stmt = stmt.where(post.correlate_except(Post).exists())
        return stmt, row_id

    def bounds(self, row_id: Any) -> list[ColumnElement[bool]]:
        """The conditions on row ids."""
        lower = [] if self.since is None else [row_id >= self.since]
        return lower if self.until is None else [*lower, row_id < self.until]


class Compiler(ABC):
    """Compiles for one database, in whose index `row_id` is the posts' row id."""

    row_id: ClassVar[ColumnElement[int]]

    def __init__(self, session: Session) -> None:
        self._session = session
        self._found: dict[Field, list[str]] = {}  # a field is compiled as often as it is tried where it may stand

    # -- what a database brings --------------------------------------------------------------------------------

    @abstractmethod
    def words(self, node: Words) -> Any:
        """The expression for words in title or text."""

    @abstractmethod
    def title(self, text: str, *, prefix: bool) -> Any:
        """The expression for words in the title."""

    @abstractmethod
    def token(self, token: str, *, prefix: bool = False) -> Any:
        """The expression for a tag token; with `prefix` for all that begin with it."""

    @abstractmethod
    def join(self, expressions: list[Any], *, either: bool) -> Any:
        """All of the expressions, or either of them."""

    @abstractmethod
    def without(self, expression: Any, unwanted: Any) -> Any:
        """What the one matches and the other does not."""

    @abstractmethod
    def match(self, expression: Any) -> Select[Any]:
        """The row ids, as `row_id`, that an expression matches."""

    # -- trees -------------------------------------------------------------------------------------------------

    def expression(self, node: Node) -> Any | None:
        """The node as one full-text expression; None when the index alone cannot answer it."""
        match node:
            case Words():
                return self.words(node)
            case Field(name="title"):
                return self.title(node.value, prefix=node.prefix)
            case Field(name="after" | "before"):
                return None
            case Field():
                return self._tagged(node)
            case Either(nodes):
                parts = [self.expression(inner) for inner in nodes]
                return None if any(part is None for part in parts) else self.join(parts, either=True)
            case All(nodes):
                return self._all(nodes)
            case Not():
                return self._all((node,))

    def _all(self, nodes: Sequence[Node]) -> Any | None:
        wanted = [self.expression(node) for node in nodes if not isinstance(node, Not)]
        unwanted = [self.expression(node.node) for node in nodes if isinstance(node, Not)]
        if any(part is None for part in (*wanted, *unwanted)):
            return None
        found = self.join(wanted or [self.token(EVERY_POST)], either=False)
        return self.without(found, self.join(unwanted, either=True)) if unwanted else found

    def condition(self, node: Node) -> ColumnElement[bool]:
        """The node as an SQL condition."""
        if (expression := self.expression(node)) is not None:
            return Post.id.in_(self.match(expression))
        match node:
            case All(nodes):
                return and_(*(self.condition(inner) for inner in nodes))
            case Either(nodes):
                return or_(*(self.condition(inner) for inner in nodes))
            case Not(inner):
                return not_(self.condition(inner))
            case Field(name="after", begin=date() as begin):
                return Post.id >= first_id(begin)
            case Field(name="before", begin=date() as begin):
                return Post.id < first_id(begin)
        raise AssertionError(node)  # all others have an expression

    def parted(self, nodes: Sequence[Node]) -> tuple[Any | None, list[ColumnElement[bool]]]:
        """All of the nodes: as one expression what the index can answer, as SQL what is beside it."""
        beside = [node for node in nodes if self.expression(node) is None]
        in_index = [node for node in nodes if node not in beside]
        return self._all(in_index) if in_index else None, [self.condition(node) for node in beside]

    def either_token(self, tokens: Sequence[str]) -> Any:
        """The expression for any of the tag tokens; of none it matches nothing."""
        return self.join([self.token(token) for token in tokens or [NO_TOKEN]], either=True)

    def _tagged(self, field: Field) -> Any:
        """The expression of a field that is about tags."""
        if field.name == "author":
            names = author_tokens(field.value) or [NO_TOKEN]
            last = self.token(names[-1], prefix=field.prefix)
            return self.join([*map(self.token, names[:-1]), last], either=False)
        if field not in self._found:
            self._found[field] = self._tokens(field)
        return self.either_token(self._found[field])

    def _tokens(self, field: Field) -> list[str]:
        """The tag tokens that a field stands for: a post needs one of them."""
        if field.name in KIND_OF_FIELD:
            kind = KIND_OF_FIELD[field.name]
            named = find_entity_ids(self._session, kind, field.value)
            return [entity_token(kind, entity_id) for entity_id in named]
        match field.name:
            case "vendor":
                made = entities_of_vendor(self._session, field.value)
                return [entity_token(kind, entity_id) for kind, entity_id in made]
            case "type":
                name = field.value.lower().replace("-", "_")
                return [event_token(name)] if len(name) <= LONGEST_TYPE else []
            case "status":
                return [status_token(field.value.lower())]
            case "source":
                return [source_token(source_id) for source_id in self.source_ids(field.value)]
            case "when":
                return touching_tokens(field.begin, field.end)
        raise AssertionError(field)  # the parser lets no other field through

    def source_ids(self, name: str) -> list[int]:
        """The sources that an id, an address or a name means."""
        folded = fold_name(name)
        rows = self._session.execute(select(Source.id, Source.public_id, Source.url, Source.name, Source.title))
        return [
            row.id
            for row in rows
            if name in {row.public_id, row.url, str(row.id)}
            or (folded and folded in {fold_name(row.name or ""), fold_name(row.title or "")})
        ]


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def first_id(moment: date | datetime) -> int:
    """The row ids of posts of that time begin here."""
    at = moment if isinstance(moment, datetime) else start_of(moment)
    return math.ceil(at.timestamp()) * SLOTS_PER_SECOND


def filters(query: PostQuery) -> list[Node]:
    """The parameters beside `q` as nodes of the same language, so that there is one compiler."""
    nodes: list[Node] = []
    for name, values in (
        ("product", query.products),
        ("org", query.organizations),
        ("tld", query.tlds),
        ("type", query.events),
        ("source", query.sources),
    ):
        nodes += [Field(name, storable(value)) for value in values]
    if query.when_begin is not None or query.when_end is not None:
        nodes.append(Field("when", "", query.when_begin, query.when_end))
    return nodes
