"""Did you mean: a query that found little or nothing, with the names that it may have meant."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.entities import entities_of_vendor, find_entity_ids
from store.records import EntityKind, PostQuery
from store.search.compiler import KIND_OF_FIELD, filters
from store.search.engine import compile_search
from store.search.syntax import (
    MAX_LENGTH,
    MAX_TERMS,
    All,
    Either,
    Field,
    Node,
    Not,
    Words,
    fields_of,
    parse_query,
    to_text,
)
from store.suggestions import FIELD_OF_KIND, KIND_OF_VALUES, Alias, Named, NameIndex, Names, SuggestionKind
from store.text import fold_name, storable

FEW = 3  # a query that found more is not doubted, nor is a word that more posts hold
MAX_DOUBTED = 8  # words and names of a query
ENTITY_FIELDS = frozenset({"product", "org", "tld", "vendor"})
ENTITY_KINDS: tuple[SuggestionKind, ...] = ("product", "organization", "tld")


@dataclass(frozen=True, slots=True)
class MeantName:
    """An entity that may be meant, and by which words of the query."""

    kind: EntityKind
    slug: str
    name: str
    instead_of: str


@dataclass(frozen=True, slots=True)
class DidYouMean:
    """The query with other names, and these. `q` is None where all that changes stands beside it, in parameters."""

    q: str | None
    names: tuple[MeantName, ...]


def did_you_mean(
    session: Session, names: Names, query: PostQuery, *, total: int | None, now: datetime
) -> DidYouMean | None:
    """What a query may have meant that found `total` posts; None where nothing would be found by it, either.

    Doubted are names that no entity has, and, where few posts were found, words that hardly any post holds.

    Raises:
        QuerySyntaxError: `q` cannot be read.
    """
    few = total is not None and total <= FEW
    if not few and ":" not in (query.q or "") and not (query.products or query.organizations or query.tlds):
        return None
    tree = parse_query(storable(query.q), today=query.today) if query.q else None
    beside = filters(query)
    unknown = _unknown_names(session, [tree, *beside])
    if not few and not unknown:
        return None
    doubt = _Doubt(session, names.index(session, now), unknown, words_too=few)
    meant = doubt.corrected(tree) if tree is not None else None
    others = [doubt.corrected(node) for node in beside]
    if not doubt.names:
        return None
    parts = [node for node in (meant, *others) if node is not None]
    whole = to_text(parts[0] if len(parts) == 1 else All(tuple(parts)))
    if len(whole) > MAX_LENGTH or _terms(parts) > MAX_TERMS:
        return None
    asked = replace(query, q=whole, products=(), organizations=(), tlds=(), events=(), sources=())
    # Where only words were put right, which may have been right before, more must be found; else anything.
    least = (total or 0) + 1 if doubt.words_alone else 1
    if _found(session, asked, up_to=least) < least:
        return None
    return DidYouMean(None if meant is None or meant == tree else to_text(meant), tuple(dict.fromkeys(doubt.names)))


def _terms(nodes: list[Node]) -> int:
    count = 0
    for node in nodes:
        match node:
            case All(inner) | Either(inner):
                count += _terms(list(inner))
            case Not(inner_node):
                count += _terms([inner_node])
            case _:
                count += 1
    return count


def _unknown_names(session: Session, nodes: list[Node | None]) -> frozenset[Field]:
    fields = [field for node in nodes for field in fields_of(node) if field.name in ENTITY_FIELDS]
    return frozenset(field for field in fields[:MAX_DOUBTED] if not _is_known(session, field))


def _is_known(session: Session, field: Field) -> bool:
    if field.name == "vendor":
        return bool(entities_of_vendor(session, field.value))
    return bool(find_entity_ids(session, KIND_OF_FIELD[field.name], field.value))


def _found(session: Session, query: PostQuery, *, up_to: int) -> int:
    matching, _ = compile_search(session, query).hits()
    return session.scalar(select(func.count()).select_from(matching.limit(up_to).subquery())) or 0


def nearest_name(index: NameIndex, name: str, kinds: Collection[SuggestionKind]) -> Alias | None:
    """The name that a whole one may be a slip of, or is once each of its words is put right."""
    folded = fold_name(name)
    places = index.slips.of_name(folded, kinds)
    if not places:
        words = [next((near for _, near in index.slips.words_near(word, kinds)), word) for word in folded.split()]
        places = index.slips.of_name(" ".join(words), kinds) if words != folded.split() else []
    return index.aliases[places[0]] if places else None


class _Doubt:
    """Rewrites a tree; notes the names that it puts in."""

    def __init__(self, session: Session, index: NameIndex, unknown: frozenset[Field], *, words_too: bool) -> None:
        self._session = session
        self._index = index
        self._unknown = unknown
        self._words_too = words_too
        self._doubted = 0
        self.names: list[MeantName] = []
        self.words_alone = True  # no name of a field was put right

    def corrected(self, node: Node) -> Node:
        match node:
            case Words(text, prefix) if self._words_too and not prefix:
                return Words(self._words(text))
            case Field() if node in self._unknown:
                return self._field(node)
            case Not(Field() as inner):
                return Not(self.corrected(inner))
            case All(nodes):
                parted = self._run_together(nodes) if self._words_too else nodes
                return _same_or(All, node, tuple(self.corrected(inner) for inner in parted))
            case Either(nodes):
                return _same_or(Either, node, tuple(self.corrected(inner) for inner in nodes))
        return node

    def _field(self, field: Field) -> Node:
        """A name of the field's kind that is near, else the very name where it is of another kind."""
        own = KIND_OF_VALUES[field.name]
        folded = fold_name(field.value)
        elsewhere = self._index.exactly(folded, ENTITY_KINDS)
        if elsewhere and elsewhere[0].of.kind != own:
            return self._put(FIELD_OF_KIND[elsewhere[0].of.kind], elsewhere[0].of, field.value)
        near = nearest_name(self._index, field.value, (own,))
        return field if near is None else self._put(field.name, near.of, field.value)

    def _put(self, field: str, named: Named, instead_of: str) -> Field:
        self.names.append(_meant(named, instead_of))
        self.words_alone = False
        return Field(field, named.slug)

    def _words(self, text: str) -> str:
        """The words of a term, those put right that hardly any post holds and that a name's word is near to."""
        return " ".join(self._word(word) for word in text.split(" "))

    def _word(self, word: str) -> str:
        folded, slips = fold_name(word), self._index.slips
        if not folded or " " in folded or slips.is_word(folded):
            return word
        together = slips.run_together(folded, ENTITY_KINDS)
        near = () if together is not None else slips.words_near(folded, ENTITY_KINDS)
        if together is None and not near:
            return word
        if not self._is_rare(Words(word)):
            return word
        if together is not None:
            alias = self._index.aliases[together]
            self.names.append(_meant(alias.of, word))
            return alias.name
        place, right = near[0]
        self.names.append(_meant(self._index.aliases[place].of, word))
        return right

    def _run_together(self, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        """Two words that are a name without the space between them ("word press") are put together."""
        found: list[Node] = []
        for node in nodes:
            alias = self._as_one(found[-1], node) if found else None
            if alias is None:
                found.append(node)
            else:
                found[-1] = Words(alias.name)
        return tuple(found)

    def _as_one(self, first: Node, second: Node) -> Alias | None:
        match first, second:
            case Words(one, prefix=False), Words(other, prefix=False):
                folded = fold_name(one) + fold_name(other)
                for alias in self._index.exactly(folded, ENTITY_KINDS) if folded else ():
                    if self._is_rare(All((first, second))):
                        self.names.append(_meant(alias.of, f"{one} {other}"))
                        return alias
        return None

    def _is_rare(self, node: Node) -> bool:
        self._doubted += 1
        if self._doubted > MAX_DOUBTED:
            return False
        return _found(self._session, PostQuery(q=to_text(node)), up_to=FEW + 1) <= FEW


def _same_or(join: Callable[[tuple[Node, ...]], Node], node: All | Either, nodes: tuple[Node, ...]) -> Node:
    return node if nodes == node.nodes else nodes[0] if len(nodes) == 1 else join(nodes)


def _meant(named: Named, instead_of: str) -> MeantName:
    return MeantName(cast("EntityKind", named.kind), named.slug, named.name, instead_of)
