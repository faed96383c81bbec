"""What a search box offers while somebody types: entities, sources, event types and fields of the query language.

The names of a database are held in memory, loaded anew as entities are found; corrections of typing slips are in
store/corrections.py.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from threading import Lock
from typing import Any, Literal, get_args

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from store.models import Entity, EntityAlias, Post, PostEntity, Sighting, Source
from store.search.syntax import FIELD_ALIASES, FIELDS, Field, to_text
from store.slips import Slips
from store.text import fold_name, storable

SuggestionKind = Literal["product", "organization", "tld", "source", "event", "field"]
KINDS: tuple[SuggestionKind, ...] = get_args(SuggestionKind)
FIELD_OF_KIND = {"product": "product", "organization": "org", "tld": "tld", "source": "source"}
# field of the query language → the kind that its values are of
KIND_OF_VALUES: dict[str, SuggestionKind] = {
    "product": "product", "org": "organization", "vendor": "organization", "tld": "tld", "source": "source",
    "type": "event",
}  # fmt: skip

LAST_CHARACTER = "\U0010ffff"  # no name goes on with it
MOST_COUNTED = 10_000  # posts
WEIGHED = 5_000  # so many of the newest posts decide which of two names stands first
SETTLED = timedelta(seconds=30)  # names are not looked for again within this time
FRESH = timedelta(minutes=10)  # after this the weights are taken anew
NAMES_EACH = 4  # so many names with one beginning may an entity have
SPARE = 2  # so many times as many are looked at as are asked for: some may have lost their posts


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to search for. `matched` is what of its names fits what was typed, `query` what finds its posts.

    `posts` is exact up to 10,000, None above, and for what is not counted.
    """

    kind: SuggestionKind
    slug: str
    name: str
    posts: int | None
    matched: str
    query: str


@dataclass(frozen=True, slots=True)
class Named:
    """An entity or source that has names; `weight` is how many of the newest posts are about it."""

    row_id: int
    kind: SuggestionKind
    slug: str
    name: str
    known: bool
    weight: int


@dataclass(frozen=True, slots=True)
class Alias:
    """One of the names of something, and as it is compared with others."""

    folded: str
    name: str
    of: Named


class _Beginnings:
    """Strings in order, each with the place of its name: those that begin so are a range."""

    def __init__(self, pairs: Iterable[tuple[str, int]]) -> None:
        ordered = sorted(pairs)
        self._texts = [text for text, _ in ordered]
        self._places = [place for _, place in ordered]

    def places(self, beginning: str) -> list[int]:
        first = bisect_left(self._texts, beginning)
        return self._places[first : bisect_left(self._texts, beginning + LAST_CHARACTER, first)]


class NameIndex:
    """All names of a database at a moment, the weightiest first, so that a smaller place is a better one."""

    def __init__(self, aliases: Iterable[Alias]) -> None:
        self.aliases = sorted(aliases, key=_order)
        self._exact: dict[str, list[int]] = defaultdict(list)
        for place, alias in enumerate(self.aliases):
            self._exact[alias.folded].append(place)
        placed: dict[str, list[tuple[int, Alias]]] = defaultdict(list)
        for place, alias in enumerate(self.aliases):
            placed[alias.of.kind].append((place, alias))
        self._whole = {kind: _Beginnings((a.folded, place) for place, a in some) for kind, some in placed.items()}
        self._later = {
            kind: _Beginnings((rest, place) for place, a in some for rest in _from_later_words(a.folded))
            for kind, some in placed.items()
        }

    def exactly(self, folded: str, kinds: Collection[str]) -> list[Alias]:
        """What has this very name, the weightiest first."""
        return [self.aliases[place] for place in self._exact.get(folded, ()) if self.aliases[place].of.kind in kinds]

    def beginning(self, folded: str, kinds: Collection[str], limit: int) -> Iterator[Alias]:
        """Names that are the text, then those that begin with it, then those of which a later word does."""
        yield from self.exactly(folded, kinds)
        for beginnings in (self._whole, self._later):
            places = {place for kind in kinds if kind in beginnings for place in beginnings[kind].places(folded)}
            yield from (self.aliases[place] for place in heapq.nsmallest(limit * NAMES_EACH, places))

    def weightiest(self, kinds: Collection[str], limit: int) -> list[Named]:
        """What the newest posts are about, most first."""
        found: dict[Named, None] = {}
        for alias in self.aliases:
            if not alias.of.weight or len(found) == limit:
                break
            if alias.of.kind in kinds:
                found[alias.of] = None
        return list(found)

    @cached_property
    def slips(self) -> Slips:
        """The names as typing slips are looked up in them; made when the first is."""
        return Slips([(alias.of.kind, alias.folded) for alias in self.aliases])


def _order(alias: Alias) -> tuple[int, bool, int, str, bool]:
    """The weightiest first, and of one entity the name that it is shown by."""
    of = alias.of
    return -of.weight, not of.known, len(of.name), of.slug, alias.name != of.name


def _from_later_words(folded: str) -> Iterator[str]:
    """What is left of a name from each of its words but the first on; a TLD's label without its dot."""
    words = folded.split(" ")
    for first in range(1, len(words)):
        yield " ".join(words[first:])
    if folded.startswith("."):
        yield folded.lstrip(".")


# -- the names of a database ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Held:
    index: NameIndex
    version: tuple[int, ...]
    loaded_at: datetime
    checked_at: datetime


class Names:
    """Holds the index of one database's names, for all threads. Names that came since are known half a minute later."""

    def __init__(self) -> None:
        self._held: _Held | None = None
        self._lock = Lock()

    def index(self, session: Session, now: datetime) -> NameIndex:
        """The index, which is loaded where there is none yet or names have come."""
        held = self._held
        if held is not None and abs(now - held.checked_at) < SETTLED:
            return held.index
        if held is None:
            with self._lock:
                return (self._held or self._loaded(session, now)).index
        if not self._lock.acquire(blocking=False):
            return held.index  # another thread is loading it
        try:
            if held.version == _version(session) and abs(now - held.loaded_at) < FRESH:
                self._held = replace(held, checked_at=now)
                return held.index
            return self._loaded(session, now).index
        finally:
            self._lock.release()

    def _loaded(self, session: Session, now: datetime) -> _Held:
        version = _version(session)
        self._held = _Held(load_names(session), version, now, now)
        return self._held


def _version(session: Session) -> tuple[int, ...]:
    """Changes when a name or a source comes."""
    row = session.execute(
        select(
            select(func.max(EntityAlias.id)).scalar_subquery(),
            select(func.max(Source.id)).scalar_subquery(),
        )
    ).one()
    return tuple(value or 0 for value in row)


def load_names(session: Session) -> NameIndex:
    """The names of all entities and sources, weighed by the newest posts."""
    newest = session.scalar(select(Post.id).order_by(Post.id.desc()).offset(WEIGHED).limit(1)) or 0
    entity_weights = _counted(session, PostEntity.entity_id, PostEntity.post_id, newest)
    source_weights = _counted(session, Post.source_id, Post.id, newest)
    named: dict[int, Named] = {}
    for row in session.execute(select(Entity.id, Entity.kind, Entity.slug, Entity.name, Entity.known)):
        named[row.id] = Named(row.id, row.kind, row.slug, row.name, row.known, entity_weights.get(row.id, 0))
    stored = session.execute(select(EntityAlias.entity_id, EntityAlias.folded, EntityAlias.name))
    aliases = [Alias(folded, name, named[entity_id]) for entity_id, folded, name in stored]
    sources = session.execute(select(Source.id, Source.public_id, Source.url, Source.name, Source.title))
    for row_id, public_id, url, name, title in sources:
        shown = name or title or url
        source = Named(row_id, "source", public_id, shown, True, source_weights.get(row_id, 0))
        aliases += [Alias(fold_name(known_as), known_as, source) for known_as in {name, title, shown} if known_as]
    return NameIndex(aliases)


def _counted(
    session: Session, what: InstrumentedAttribute[Any], post_id: InstrumentedAttribute[int], newest: int
) -> dict[int, int]:
    rows = session.execute(select(what, func.count()).where(post_id > newest, what.is_not(None)).group_by(what))
    return {row[0]: row[1] for row in rows}


# -- suggestions ------------------------------------------------------------------------------------------------


def suggest(
    session: Session,
    index: NameIndex,
    typed: str,
    *,
    kinds: Collection[SuggestionKind] = KINDS,
    event_types: Sequence[str] = (),
    limit: int = 10,
) -> list[Suggestion]:
    """What may be meant by what was typed so far, best first; where nothing is, what the newest posts are about.

    Names that are the text come first, then those that begin with it, then those of which a later word does; where
    there are none, names that it may be a slip of. Of equal ones that which more of the newest posts name. Behind
    `field:` only what that field takes is offered. Entities that no post names any more are left out.
    """
    field, typed = _asked_field(typed)
    if field is not None:
        kinds = {KIND_OF_VALUES[field]} & set(kinds)
    folded = fold_name(typed)
    language = _of_the_language(typed, kinds, event_types) if typed.strip() or field else []
    spare = limit * SPARE
    if folded:
        aliases = _one_each(index.beginning(folded, kinds, spare))
        if not aliases and not language:
            places = index.slips.of_name(folded, kinds) or index.slips.of_word(folded, kinds)
            aliases = _one_each(index.aliases[place] for place in places)
    elif not typed.strip():
        aliases = [Alias("", named.name, named) for named in index.weightiest(kinds, spare)]
    else:
        aliases = []  # no name begins with what is no letter
    chosen = aliases[:spare]
    posts = _posts(session, [alias.of for alias in chosen])
    shown = [
        Suggestion(of.kind, of.slug, of.name, _capped(posts[of]), alias.name, _query_of(index, of, field))
        for alias in chosen
        if posts[of := alias.of]
    ]
    return [*language, *shown][:limit]


def _one_each(aliases: Iterable[Alias]) -> list[Alias]:
    """Of each entity the first of its names."""
    found: dict[Named, Alias] = {}
    for alias in aliases:
        found.setdefault(alias.of, alias)
    return list(found.values())


def _asked_field(typed: str) -> tuple[str | None, str]:
    """The field whose value is being typed, and what there is of it; None where it is none of names or types."""
    given, colon, value = typed.lstrip().partition(":")
    name = FIELD_ALIASES.get(given.lower(), given.lower())
    if colon and name in KIND_OF_VALUES:
        return name, value.lstrip('"\u201c\u201e')
    return None, typed


def _of_the_language(typed: str, kinds: Collection[str], event_types: Sequence[str]) -> list[Suggestion]:
    """Event types and fields that begin so."""
    begun = typed.strip().lower().replace("-", "_")
    found = []
    for type_ in event_types if "event" in kinds else ():
        spoken = type_.replace("_", " ")
        if type_.startswith(begun) or spoken.startswith(begun):
            found.append(Suggestion("event", type_, spoken, None, spoken, to_text(Field("type", type_))))
    for name in (*FIELDS, *FIELD_ALIASES) if "field" in kinds and begun else ():
        if name.startswith(begun.rstrip(":")):
            meant = FIELD_ALIASES.get(name, name)
            found.append(Suggestion("field", meant, FIELDS[meant], None, f"{name}:", f"{meant}:"))
    return found


def _query_of(index: NameIndex, named: Named, field: str | None) -> str:
    if named.kind == "source":
        namesakes = {alias.of for alias in index.exactly(fold_name(named.name), {"source"})}
        return to_text(Field("source", named.slug if len(namesakes) > 1 else storable(named.name)))
    return to_text(Field(field or FIELD_OF_KIND[named.kind], named.slug))


def _capped(posts: int) -> int | None:
    return posts if posts <= MOST_COUNTED else None


def _posts(session: Session, named: Collection[Named]) -> dict[Named, int]:
    """The posts of each, counted up to one more than 10,000."""
    by_id = {(one.kind == "source", one.row_id): one for one in named}
    counts: dict[Named, int] = defaultdict(int)
    for is_source, table, key in ((True, Source, Sighting.source_id), (False, Entity, PostEntity.entity_id)):
        ids = [row_id for source, row_id in by_id if source == is_source]
        if ids:
            for row_id, count in session.execute(_counts(table, key, ids)):
                counts[by_id[is_source, row_id]] = count
    return counts


def _counts(table: type[Source | Entity], key: InstrumentedAttribute[int], ids: list[int]) -> Select[Any]:
    some = select(key).where(key == table.id).limit(MOST_COUNTED + 1).correlate(table).subquery()
    return select(table.id, select(func.count()).select_from(some).scalar_subquery()).where(table.id.in_(ids))
