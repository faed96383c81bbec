"""What both databases share: a query's tree and its filters become one SQL condition on `post`.

As much as possible goes into one full-text expression (words and tag tokens alike, so that a filter is a word of the
index); what the index does not hold (author, publishing time, dates talked about) is SQL beside it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from store.entities import find_entity_id
from store.models import EventMention, Post, Source, Timex
from store.records import EntityKind, PostQuery
from store.search.syntax import All, Either, Field, Node, Not, Words
from store.text import fold_name, storable
from store.tokens import entity_token, event_token, source_token

KIND_OF_FIELD: dict[str, EntityKind] = {"product": "product", "org": "organization", "tld": "tld"}
LONGEST_TYPE = 32  # as the column has it
NO_TOKEN = "nx0"  # noqa: S105 - the token of nothing: no post has it


class Compiler(ABC):
    """Compiles for one database; `Expression` is its full-text expression."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # -- what a database brings --------------------------------------------------------------------------------

    @abstractmethod
    def words(self, node: Words) -> Any:
        """The expression for words in title or text."""

    @abstractmethod
    def title(self, text: str, *, prefix: bool) -> Any:
        """The expression for words in the title."""

    @abstractmethod
    def token(self, token: str) -> Any:
        """The expression for a tag token."""

    @abstractmethod
    def join(self, expressions: list[Any], *, either: bool) -> Any:
        """All of the expressions, or either of them."""

    @abstractmethod
    def matches(self, expression: Any) -> ColumnElement[bool]:
        """The condition on `post` that the expression matches it."""

    # -- trees -------------------------------------------------------------------------------------------------

    def expression(self, node: Node) -> Any | None:
        """The node as one full-text expression; None when the index alone cannot answer it."""
        match node:
            case Words():
                return self.words(node)
            case Field(name="title"):
                return self.title(node.value, prefix=node.prefix)
            case Field():
                tokens = self._tokens(node)
                return None if tokens is None else self.join([self.token(t) for t in tokens], either=True)
            case All(nodes) | Either(nodes):
                parts = [self.expression(inner) for inner in nodes]
                if any(part is None for part in parts):
                    return None
                return self.join(parts, either=isinstance(node, Either))
            case Not():
                return None

    def condition(self, node: Node) -> ColumnElement[bool]:
        """The node as an SQL condition."""
        if (expression := self.expression(node)) is not None:
            return self.matches(expression)
        match node:
            case All(nodes):
                in_index, beside = self.parted(nodes)
                indexed = [] if in_index is None else [self.matches(in_index)]
                return and_(*indexed, *beside)
            case Either(nodes):
                return or_(*(self.condition(inner) for inner in nodes))
            case Not(inner):
                return not_(self.condition(inner))
            case Field():
                return self._plain(node)
            case Words():  # always has an expression
                raise AssertionError(node)

    def parted(self, nodes: Sequence[Node]) -> tuple[Any | None, list[ColumnElement[bool]]]:
        """All of the nodes: as one expression what the index can answer, as SQL what is beside it."""
        parts = [(node, self.expression(node)) for node in nodes]
        in_index = [part for _, part in parts if part is not None]
        beside = [self.condition(node) for node, part in parts if part is None]
        return self.join(in_index, either=False) if in_index else None, beside

    def _tokens(self, field: Field) -> list[str] | None:
        """The tag tokens that a field stands for; None when it is not about tags."""
        if field.name in KIND_OF_FIELD:
            kind = KIND_OF_FIELD[field.name]
            entity_id = find_entity_id(self._session, kind, field.value)
            return [NO_TOKEN if entity_id is None else entity_token(kind, entity_id)]
        if field.name == "type":
            name = field.value.lower().replace("-", "_")
            return [event_token(name) if len(name) <= LONGEST_TYPE else NO_TOKEN]
        if field.name == "source":
            return [source_token(source_id) for source_id in self.source_ids(field.value)] or [NO_TOKEN]
        return None

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

    def _plain(self, field: Field) -> ColumnElement[bool]:
        match field.name:
            case "author":
                return func.lower(Post.author).contains(storable(field.value).lower(), autoescape=True)
            case "after":
                return Post.published_at >= start_of(cast("date", field.begin))
            case "before":
                return Post.published_at < start_of(cast("date", field.begin))
            case "when":
                return talks_about(cast("date", field.begin), cast("date", field.end))
            case "status":
                return has_status(field.value.lower())
        raise AssertionError(field)  # the parser lets no other field through


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def talks_about(begin: date | None, end: date | None) -> ColumnElement[bool]:
    """That a post names a date whose interval touches [begin, end); None leaves that side open."""
    stmt = select(Timex.post_id).where(Timex.begin.is_not(None))
    if begin is not None:
        stmt = stmt.where(Timex.end_date > begin)
    if end is not None:
        stmt = stmt.where(Timex.begin < end)
    return Post.id.in_(stmt)


def has_status(status: str) -> ColumnElement[bool]:
    return Post.id.in_(select(EventMention.post_id).where(EventMention.status == status))


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
    return nodes
