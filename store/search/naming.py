"""Which entities a query's words name, so that posts about these come first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from store.models import Entity, EntityAlias
from store.records import EntityKind
from store.search.syntax import Node, Words
from store.text import fold_name
from store.tokens import about_token

LONGEST_NAME = 6  # words
MOST = 8  # entities


_alias, _entity = EntityAlias.__table__.c, Entity.__table__.c
# Built once: it is asked at every search.
_NAMED: Select[str, EntityKind, int] = (
    select(_alias.folded, _entity.kind, _entity.id)
    .join_from(EntityAlias.__table__, Entity.__table__, _entity.id == _alias.entity_id)
    .where(_alias.folded.in_(bindparam("names", expanding=True)))
)


def about_tokens(session: Session, nodes: Sequence[Node]) -> list[str]:
    """The tokens of posts about what the words name; of nodes of which all hold. Longer names first."""
    names = list(dict.fromkeys(name for name in _names(nodes) if name))
    if not names:
        return []
    rows = session.execute(_NAMED, {"names": names}).all()
    found = sorted(rows, key=lambda row: (-len(row.folded), row.folded, row.id))
    return list(dict.fromkeys(about_token(row.kind, row.id) for row in found))[:MOST]


def _names(nodes: Sequence[Node]) -> Iterator[str]:
    """The runs of words that follow each other, folded as names are."""
    run: list[str] = []
    for node in (*nodes, None):
        if isinstance(node, Words) and not node.prefix:
            run.append(node.text)
            continue
        for start in range(len(run)):
            for end in range(start + 1, min(len(run), start + LONGEST_NAME) + 1):
                yield fold_name(" ".join(run[start:end]))
        run = []
