"""Entities: found by any of their names, listed by how often or how lately posts name them, with their tree."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from store.database import Database
from store.entities import ancestors, descendants, find_entity, find_entity_id, get_entity, list_entities, save_entities
from store.models import Entity, EntityAlias
from store.posts import save_entries
from store.records import EntityInput, EntityKind, EntityRecord
from tests.store.factories import (
    DOT_XXX,
    EXCHANGE,
    EXCHANGE_2010,
    EXCHANGE_2010_SP1,
    MICROSOFT,
    NOW,
    instant,
    make_analysis,
    make_entry,
    make_source,
    store_post,
)
from tests.store.statements import count_statements, plans

FAMILY = (EXCHANGE, EXCHANGE_2010, EXCHANGE_2010_SP1)
CPANEL = EntityInput("product", "cpanel", "cPanel", aliases=("cPanel & WHM", "100% cPanel"))
PLESK = EntityInput("product", "plesk", "Plesk", known=False)


@pytest.fixture
def named(database: Database) -> Database:
    """Posts of four days: the family three times by its members, cPanel twice, Plesk and a TLD once."""
    posts = [
        ("2026-01-01", (EXCHANGE,)),
        ("2026-01-02", (EXCHANGE_2010,)),
        ("2026-01-03", (EXCHANGE_2010_SP1, CPANEL, MICROSOFT)),
        ("2026-01-04", (CPANEL, PLESK, DOT_XXX)),
    ]
    with database.write() as session:
        source = make_source(session)
        for n, (day, entities) in enumerate(posts):
            analysis = make_analysis(*FAMILY, CPANEL, PLESK, MICROSOFT, DOT_XXX,
                                     named=tuple((entity.kind, entity.slug) for entity in entities))  # fmt: skip
            store_post(session, source, make_entry(str(n), published=instant(day)), analysis)
    return database


def find(database: Database, kind: EntityKind, name: str) -> EntityRecord | None:
    with database.read() as session:
        return find_entity(session, kind, name)


def listed(database: Database, kind: EntityKind = "product", **fields: object) -> list[str]:
    with database.read() as session:
        return [item.slug for item in list_entities(session, kind, **fields).items]  # type: ignore[arg-type]


# -- one -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name", "slug"),
    [
        ("product", "exchange-2010-sp1", "exchange-2010-sp1"),
        ("product", "EXCHANGE-2010-SP1", "exchange-2010-sp1"),
        ("product", "Exchange Server 2010 SP1", "exchange-2010-sp1"),
        ("product", "exchange 2010 sp1", "exchange-2010-sp1"),
        ("product", "  Exchange \t Server  ", "exchange"),
        ("product", "cpanel & whm", "cpanel"),
        ("organization", "MICROSOFT", "microsoft"),
        ("tld", "xxx", "xxx"),
        ("tld", ".xxx", "xxx"),
        ("tld", ".XXX", "xxx"),
        ("tld", "microsoft", None),
        ("product", "microsoft", None),
        ("product", "exchange-20", None),
        ("product", "", None),
        ("product", "%", None),
        ("product", "\x00", None),
        ("product", "\ud800", None),
        ("product", "x" * 10_000, None),
    ],
)
def test_an_entity_is_found_by_any_of_its_names(named: Database, kind: EntityKind, name: str, slug: str | None) -> None:
    found = find(named, kind, name)
    assert (found.slug if found else None) == slug


@pytest.mark.parametrize(
    ("slug", "there"), [("exchange", True), ("Exchange", False), ("nobody", False), ("\x00", False)]
)
def test_by_its_slug_alone_only_as_it_is_written(named: Database, slug: str, there: bool) -> None:
    with named.read() as session:
        assert (get_entity(session, "product", slug) is not None) == there


def test_what_is_known_of_an_entity(named: Database) -> None:
    found = find(named, "product", "exchange")
    assert found == EntityRecord(
        kind="product",
        slug="exchange",
        name="Exchange Server",
        known=True,
        parent=None,
        vendor="microsoft",
        posts=3,
        first_seen=instant("2026-01-01"),
        last_seen=instant("2026-01-03"),
        aliases=("Exchange",),
        children=("exchange-2010",),
    )


@pytest.mark.parametrize(
    ("slug", "posts", "first", "last", "parent", "children"),
    [
        ("exchange-2010", 2, "2026-01-02", "2026-01-03", "exchange", ("exchange-2010-sp1",)),
        ("exchange-2010-sp1", 1, "2026-01-03", "2026-01-03", "exchange-2010", ()),
        ("cpanel", 2, "2026-01-03", "2026-01-04", None, ()),
    ],
)
def test_counts_take_in_the_descendants(
    named: Database, slug: str, posts: int, first: str, last: str, parent: str | None, children: tuple[str, ...]
) -> None:
    found = find(named, "product", slug)
    assert found is not None
    assert (found.posts, found.first_seen, found.last_seen) == (posts, instant(first), instant(last))
    assert (found.parent, found.children) == (parent, children)


def test_an_entity_that_no_post_names_has_been_seen_never(database: Database) -> None:
    with database.write() as session:
        save_entities(session, [EXCHANGE])
        found = get_entity(session, "product", "exchange")
        assert list_entities(session, "product").items == ()
    assert found is not None
    assert (found.posts, found.first_seen, found.last_seen) == (0, None, None)


def test_of_several_with_one_name_the_known_one_is_meant_then_the_most_named(database: Database) -> None:
    rows = [
        EntityInput("product", "panel-a", "Panel", known=False),
        EntityInput("product", "panel-b", "The Panel", aliases=("Panel",)),
        EntityInput("product", "panel-c", "Other Panel", aliases=("Panel",)),
    ]
    with database.write() as session:
        source = make_source(session)
        for n, named in enumerate(("panel-a", "panel-a", "panel-c")):
            store_post(session, source, make_entry(str(n)), make_analysis(*rows, named=(("product", named),)))
    found = find(database, "product", "panel")
    assert found is not None
    assert found.slug == "panel-c"


def test_a_post_that_is_dated_later_moves_the_first_sight(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)
        store_post(session, source, make_entry(published=instant("2026-01-05")), make_analysis(EXCHANGE))
        save_entries(session, source, [make_entry(published=instant("2026-01-02"))], now=NOW)
    found = find(database, "product", "exchange")
    assert found is not None
    assert (found.first_seen, found.last_seen) == (instant("2026-01-02"), instant("2026-01-02"))


# -- many ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "slugs"),
    [
        pytest.param({}, ["exchange", "exchange-2010", "cpanel", "exchange-2010-sp1", "plesk"], id="the most named"),
        pytest.param({"sort": "recent"}, ["cpanel", "plesk", "exchange", "exchange-2010", "exchange-2010-sp1"],
                     id="the last named"),
        pytest.param({"q": "exch"}, ["exchange", "exchange-2010", "exchange-2010-sp1"], id="a beginning"),
        pytest.param({"q": "EXCHANGE server 2010"}, ["exchange-2010", "exchange-2010-sp1"], id="two words and more"),
        pytest.param({"q": "whm"}, [], id="not from the middle"),
        pytest.param({"q": "100%"}, ["cpanel"], id="an alias"),
        pytest.param({"q": "%"}, [], id="no pattern"),
        pytest.param({"q": "_"}, [], id="no placeholder"),
        pytest.param({"q": " "}, ["exchange", "exchange-2010", "cpanel", "exchange-2010-sp1", "plesk"], id="blank"),
        pytest.param({"q": "!"}, [], id="no letter"),
        pytest.param({"q": "\x00"}, [], id="NUL"),
        pytest.param({"q": "nobody"}, [], id="unknown"),
        pytest.param({"limit": 2}, ["exchange", "exchange-2010"], id="no more than asked for"),
    ],
)  # fmt: skip
def test_products_are_listed(named: Database, fields: dict[str, object], slugs: list[str]) -> None:
    assert listed(named, **fields) == slugs


@pytest.mark.parametrize("q", ["x", ".x", "XX", None])
def test_top_level_domains_are_listed_with_or_without_their_dot(named: Database, q: str | None) -> None:
    assert listed(named, "tld", q=q) == ["xxx"]


@pytest.mark.parametrize("sort", ["count", "recent"])
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_follow_each_other(named: Database, sort: str, limit: int) -> None:
    seen: list[str] = []
    cursor = None
    with named.read() as session:
        for _ in range(10):
            page = list_entities(session, "product", sort=sort, limit=limit, cursor=cursor)
            seen += [item.slug for item in page.items]
            cursor = page.next
            if cursor is None:
                break
    assert seen == listed(named, sort=sort)


def test_a_page_takes_a_constant_number_of_statements(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)
        many = [EntityInput("product", f"p{n}", f"Product {n}", parent="p0" if n else None) for n in range(60)]
        for n in range(3):
            store_post(session, source, make_entry(str(n)), make_analysis(*many))
    numbers = [
        count_statements(database, lambda session, n=n: list_entities(session, "product", limit=n))  # type: ignore[misc]
        for n in (2, 20, 50)
    ]
    assert numbers[0] == numbers[1] == numbers[2]


def test_a_beginning_is_a_range_of_the_index(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    ((_, plan), *_) = plans(database, lambda session: list_entities(session, "product", q="exch"))
    database.close()
    assert "ix_entity_alias_folded (folded>? AND folded<?)" in plan


# -- the tree --------------------------------------------------------------------------------------------------


def test_saving_twice_changes_nothing(database: Database) -> None:
    with database.write() as session:
        first = save_entities(session, [*FAMILY, MICROSOFT])
        names = session.scalars(select(EntityAlias.id).order_by(EntityAlias.id)).all()
        second = save_entities(session, [*FAMILY, MICROSOFT])
        assert first == second
        assert session.scalars(select(EntityAlias.id).order_by(EntityAlias.id)).all() == names


def test_up_and_down_the_tree(database: Database) -> None:
    with database.write() as session:
        rows = save_entities(session, [*FAMILY, MICROSOFT])
        family, version, pack = (rows["product", entity.slug] for entity in FAMILY)
        assert ancestors(session, [pack, family]) == {pack: (version, family), family: ()}
        assert sorted(descendants(session, family)) == sorted([family, version, pack])
        assert descendants(session, pack) == (pack,)
        assert ancestors(session, []) == {}


def test_a_tree_never_becomes_a_ring(database: Database) -> None:
    with database.write() as session:
        rows = save_entities(session, FAMILY)
        save_entities(
            session, [EXCHANGE_2010_SP1, EntityInput("product", "exchange", "Exchange", parent="exchange-2010-sp1")]
        )
        family = rows["product", "exchange"]
        assert len(descendants(session, family)) == 3
        assert ancestors(session, [family]) == {family: ()}


@pytest.mark.parametrize(
    ("first", "then", "name", "known"),
    [
        (False, True, "Then", True),
        (True, False, "First", True),
        (False, False, "Then", False),
    ],
)
def test_the_catalogues_word_counts_more_than_a_posts(
    database: Database, first: bool, then: bool, name: str, known: bool
) -> None:
    with database.write() as session:
        save_entities(session, [EntityInput("product", "p", "First", known=first)])
        save_entities(session, [EntityInput("product", "p", "Then", known=then)])
        row = session.scalars(select(Entity)).one()
        assert (row.name, row.known) == (name, known)
        assert find_entity_id(session, "product", "first") == find_entity_id(session, "product", "then") == row.id


def test_one_slug_in_two_kinds_is_two_entities(database: Database) -> None:
    with database.write() as session:
        rows = save_entities(session, [EntityInput("product", "info", "Info"), EntityInput("tld", "info", ".info")])
        assert len(set(rows.values())) == 2
        assert find_entity_id(session, "tld", "info") == rows["tld", "info"]


def test_first_and_last_sight_are_to_the_second(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)
        for n in range(2):
            entry = make_entry(str(n), published=instant("2026-01-02T03:04") + timedelta(hours=n, seconds=7))
            store_post(session, source, entry, make_analysis(EXCHANGE))
    found = find(database, "product", "exchange")
    assert found is not None
    assert found.first_seen == instant("2026-01-02T03:04") + timedelta(seconds=7)
    assert found.last_seen == instant("2026-01-02T04:04") + timedelta(seconds=7)
