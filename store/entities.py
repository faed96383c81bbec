"""Entities: products, organizations and TLDs, their tree, and the names they go by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from store.cursors import decode_cursor, encode_cursor
from store.models import SLOTS_PER_SECOND, Entity, EntityAlias, PostEntity
from store.places import events_below, replace_places
from store.records import EntityInput, EntityKind, EntityRecord, Page
from store.text import fold_name, storable

LAST_CHARACTER = "\U0010ffff"  # no name goes on with it
MAX_NAMESAKES = 20
MAX_OF_VENDOR = 1_000  # the largest registry runs some five hundred TLDs


def save_entities(session: Session, entities: Sequence[EntityInput]) -> dict[tuple[EntityKind, str], int]:
    """Make the entities be there with what is stated of them, and give their row ids. Parents come first."""
    rows = _rows(session, entities)
    moved: set[int] = set()
    for item in entities:
        key = (item.kind, item.slug)
        parent = rows.get((item.kind, item.parent)) if item.parent else None
        row = rows.get(key)
        is_new = row is None
        if row is None:
            row = Entity(kind=item.kind, slug=item.slug, name=storable(item.name), known=item.known)
            session.add(row)
            rows[key] = row
        if item.known or not row.known:
            row.name, row.known = storable(item.name), item.known
            row.vendor = item.vendor or row.vendor
        session.flush()
        if parent is not None and row.parent_id != parent.id and row.id not in _chain(session, parent.id):
            row.parent_id = parent.id
            if not is_new:
                moved.add(row.id)
    session.flush()
    if moved:  # their events stand on the timelines of others now
        replace_places(session, {event_id for entity_id in moved for event_id in events_below(session, entity_id)})
    _save_aliases(session, entities, rows)
    return {key: row.id for key, row in rows.items()}


def _rows(session: Session, entities: Sequence[EntityInput]) -> dict[tuple[EntityKind, str], Entity]:
    slugs = {slug for item in entities for slug in (item.slug, item.parent) if slug}
    found = session.scalars(select(Entity).where(Entity.slug.in_(slugs))) if slugs else ()
    return {(row.kind, row.slug): row for row in found}


def _save_aliases(
    session: Session, entities: Sequence[EntityInput], rows: dict[tuple[EntityKind, str], Entity]
) -> None:
    wanted: dict[tuple[int, str], str] = {}
    for item in entities:
        row = rows[item.kind, item.slug]
        for name in (item.name, *item.aliases, item.slug):
            if folded := fold_name(name):
                wanted.setdefault((row.id, folded), storable(name))
    if not wanted:
        return
    ids = {entity_id for entity_id, _ in wanted}
    there = {
        (entity_id, folded)
        for entity_id, folded in session.execute(
            select(EntityAlias.entity_id, EntityAlias.folded).where(EntityAlias.entity_id.in_(ids))
        )
    }
    session.add_all(
        EntityAlias(entity_id=entity_id, folded=folded, name=name)
        for (entity_id, folded), name in wanted.items()
        if (entity_id, folded) not in there
    )
    session.flush()


def ancestors(session: Session, entity_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """For each entity the ids above it, nearest first."""
    ids = list(set(entity_ids))
    if not ids:
        return {}
    tree = select(Entity.id.label("start"), Entity.parent_id.label("above")).where(Entity.id.in_(ids))
    walk = tree.cte("walk", recursive=True)
    upper = aliased(Entity)
    walk = walk.union(select(walk.c.start, upper.parent_id).join(upper, upper.id == walk.c.above))
    found: dict[int, list[int]] = {entity_id: [] for entity_id in ids}
    for start, above in session.execute(select(walk.c.start, walk.c.above)):
        if above is not None:
            found[start].append(above)
    return {start: tuple(above) for start, above in found.items()}


def _chain(session: Session, entity_id: int) -> set[int]:
    return {entity_id, *ancestors(session, [entity_id])[entity_id]}


def descendants(session: Session, entity_id: int) -> tuple[int, ...]:
    """The entity and all below it."""
    walk = select(Entity.id).where(Entity.id == entity_id).cte("below", recursive=True)
    lower = aliased(Entity)
    walk = walk.union(select(lower.id).join(walk, lower.parent_id == walk.c.id))
    return tuple(session.scalars(select(walk.c.id)))


def _without_dot(kind: EntityKind, name_or_slug: str) -> str:
    wanted = storable(name_or_slug).strip()
    return wanted.lstrip(".") if kind == "tld" else wanted


_entity = Entity.__table__.c
# Built once: it is asked for every name of every search.
_WITH_SLUG = select(_entity.id).where(_entity.kind == bindparam("kind"), _entity.slug == bindparam("slug"))


def _with_slug(session: Session, kind: EntityKind, wanted: str) -> int | None:
    return session.scalar(_WITH_SLUG, {"kind": kind, "slug": wanted.lower()})


def _folded(kind: EntityKind, wanted: str) -> set[str]:
    """The forms of a name under which it may be stored."""
    return {fold_name(wanted), fold_name(f".{wanted}")} if kind == "tld" else {fold_name(wanted)}


def find_entity_id(session: Session, kind: EntityKind, name_or_slug: str) -> int | None:
    """The one entity that a slug, name or alias means best, for what is about one: of several that share a name a known
    one, then the most named. Queries take all of them (`find_entity_ids`).
    """
    wanted = _without_dot(kind, name_or_slug)
    if (exact := _with_slug(session, kind, wanted)) is not None:
        return exact
    stmt = (
        select(Entity.id, Entity.known, func.count(PostEntity.post_id))
        .join(EntityAlias, EntityAlias.entity_id == Entity.id)
        .outerjoin(PostEntity, PostEntity.entity_id == Entity.id)
        .where(Entity.kind == kind, EntityAlias.folded.in_(_folded(kind, wanted)))
        .group_by(Entity.id, Entity.known)
    )
    best = max(session.execute(stmt).all(), key=lambda row: (row[1], row[2], -row[0]), default=None)
    return None if best is None else best[0]


def find_entity_ids(session: Session, kind: EntityKind, name_or_slug: str) -> tuple[int, ...]:
    """The entities that a query means by a slug or a name: the one with the slug, else all that share the very name.

    A query that took one of several would hide the others' posts. No more than `MAX_NAMESAKES`, known ones first.
    """
    wanted = _without_dot(kind, name_or_slug)
    if (exact := _with_slug(session, kind, wanted)) is not None:
        return (exact,)
    stmt = (
        select(Entity.id)
        .join(EntityAlias, EntityAlias.entity_id == Entity.id)
        .where(Entity.kind == kind, EntityAlias.folded.in_(_folded(kind, wanted)))
        .group_by(Entity.id, Entity.known)
        .order_by(Entity.known.desc(), Entity.id)
        .limit(MAX_NAMESAKES)
    )
    return tuple(session.scalars(stmt))


def entities_of_vendor(session: Session, name_or_slug: str) -> tuple[tuple[EntityKind, int], ...]:
    """Kind and row id of what an organization makes or runs, of its products the families alone.

    Posts that name a version name its family, too. No more than `MAX_OF_VENDOR`, the first that were met.
    """
    organizations = find_entity_ids(session, "organization", name_or_slug)
    slugs = set(session.scalars(select(Entity.slug).where(Entity.id.in_(organizations)))) if organizations else set()
    slugs.add(storable(name_or_slug).strip().lower())  # no post need have named the organization itself
    upper = aliased(Entity)
    stmt = (
        select(Entity.kind, Entity.id)
        .outerjoin(upper, upper.id == Entity.parent_id)
        .where(Entity.vendor.in_(slugs), func.coalesce(upper.vendor, "").not_in(slugs))
        .order_by(Entity.id)
        .limit(MAX_OF_VENDOR)
    )
    return tuple((kind, entity_id) for kind, entity_id in session.execute(stmt))


def find_entity(session: Session, kind: EntityKind, name_or_slug: str) -> EntityRecord | None:
    """The entity that a slug, name or alias means."""
    entity_id = find_entity_id(session, kind, name_or_slug)
    return None if entity_id is None else _records(session, [session.get_one(Entity, entity_id)])[0]


def find_entities(session: Session, kind: EntityKind, name_or_slug: str) -> tuple[EntityRecord, ...]:
    """The entities that a query means by a slug or a name, the most named first."""
    ids = find_entity_ids(session, kind, name_or_slug)
    rows = session.scalars(select(Entity).where(Entity.id.in_(ids)).order_by(Entity.id)).all() if ids else ()
    return tuple(sorted(_records(session, rows), key=lambda record: -record.posts))


def get_entity(session: Session, kind: EntityKind, slug: str) -> EntityRecord | None:
    """The entity with this slug."""
    row = session.scalar(select(Entity).where(Entity.kind == kind, Entity.slug == storable(slug)))
    return None if row is None else _records(session, [row])[0]


def list_entities(
    session: Session,
    kind: EntityKind,
    *,
    q: str | None = None,
    sort: str = "count",
    limit: int = 20,
    cursor: str | None = None,
) -> Page[EntityRecord]:
    """Entities that posts name, the most named or the most recently named first; `q` begins a name of them.

    Raises:
        CursorError: the cursor is not one of this list.
    """
    number = func.count(PostEntity.post_id)
    newest = func.max(PostEntity.post_id)
    measure = newest if sort == "recent" else number
    stmt = (
        select(Entity, measure.label("measure"))
        .join(PostEntity, PostEntity.entity_id == Entity.id)
        .where(Entity.kind == kind)
        .group_by(*Entity.__table__.columns)
        .order_by(measure.desc(), Entity.id)
        .limit(limit + 1)
    )
    if q and q.strip():
        folded = fold_name(q.strip().lstrip("."))
        if not folded:
            return Page(())  # no name begins with what is no letter
        begun = select(EntityAlias.entity_id).where(_begins(folded) | _begins(f".{folded}"))
        stmt = stmt.where(Entity.id.in_(begun))
    if cursor is not None:
        last, last_id = decode_cursor(cursor, f"{kind} {sort}", int, int)
        stmt = stmt.having((measure < last) | ((measure == last) & (Entity.id > last_id)))
    rows = session.execute(stmt).all()
    shown = rows[:limit]
    following = encode_cursor(f"{kind} {sort}", shown[-1][1], shown[-1][0].id) if len(rows) > limit else None
    return Page(tuple(_records(session, [row for row, _ in shown])), following)


def _begins(folded: str) -> ColumnElement[bool]:
    """That a folded name begins so: a range of the index, which LIKE is not."""
    return (EntityAlias.folded >= folded) & (EntityAlias.folded < folded + LAST_CHARACTER)


def _records(session: Session, rows: Sequence[Entity]) -> list[EntityRecord]:
    ids = [row.id for row in rows]
    counts = {
        entity_id: (posts, first, last)
        for entity_id, posts, first, last in session.execute(
            select(
                PostEntity.entity_id,
                func.count(PostEntity.post_id),
                func.min(PostEntity.post_id),
                func.max(PostEntity.post_id),
            )
            .where(PostEntity.entity_id.in_(ids))
            .group_by(PostEntity.entity_id)
        )
    }
    parent_ids = {row.parent_id for row in rows if row.parent_id is not None}
    above = select(Entity.id, Entity.slug).where(Entity.id.in_(parent_ids))
    parents = {row[0]: row[1] for row in session.execute(above)}
    aliases: dict[int, list[str]] = {}
    children: dict[int, list[str]] = {}
    names = select(EntityAlias.entity_id, EntityAlias.name).where(EntityAlias.entity_id.in_(ids))
    for entity_id, name in session.execute(names.order_by(EntityAlias.name)):
        aliases.setdefault(entity_id, []).append(name)
    below = select(Entity.parent_id, Entity.slug).where(Entity.parent_id.in_(ids)).order_by(Entity.slug)
    for parent_id, slug in session.execute(below):
        children.setdefault(parent_id or 0, []).append(slug)
    records = []
    for row in rows:
        posts, first, last = counts.get(row.id, (0, None, None))
        own = {row.name, row.slug}
        records.append(
            EntityRecord(
                kind=row.kind,
                slug=row.slug,
                name=row.name,
                known=row.known,
                parent=parents.get(row.parent_id) if row.parent_id is not None else None,
                vendor=row.vendor,
                posts=posts,
                first_seen=_instant(first),
                last_seen=_instant(last),
                aliases=tuple(name for name in aliases.get(row.id, ()) if name not in own),
                children=tuple(children.get(row.id, ())),
            )
        )
    return records


def _instant(post_id: int | None) -> datetime | None:
    return None if post_id is None else datetime.fromtimestamp(post_id // SLOTS_PER_SECOND, UTC)
