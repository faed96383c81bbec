"""What entities are called, for those who hold their slugs."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.chunks import in_chunks
from store.models import Entity
from store.records import EntityKind
from store.text import storable


def names_of(session: Session, entities: Iterable[tuple[EntityKind, str]]) -> dict[tuple[EntityKind, str], str]:
    """The name of each (kind, slug) that there is; one that is not there is left out."""
    wanted = {(kind, storable(slug)) for kind, slug in entities}
    stmt = select(Entity.kind, Entity.slug, Entity.name)
    rows = in_chunks(session, stmt, Entity.slug, {slug for _, slug in wanted})
    return {(kind, slug): name for kind, slug, name in rows if (kind, slug) in wanted}
