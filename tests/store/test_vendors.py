"""What an organization makes or runs, and the entities that a query's name means."""

from __future__ import annotations

from store.database import Database
from store.entities import MAX_NAMESAKES, entities_of_vendor, find_entity_ids, save_entities
from store.records import EntityInput, PostQuery
from store.search import search_posts
from tests.store.factories import EXCHANGE, MICROSOFT, make_analysis, make_entry, make_source, store_post

TLDS = [EntityInput("tld", f"name{number}", f".name{number}", vendor="donuts") for number in range(600)]


def test_a_registry_of_six_hundred_tlds_is_one_query(database: Database) -> None:
    with database.write() as session:
        save_entities(session, TLDS)
        source = make_source(session)
        for number in (0, 599):
            store_post(session, source, make_entry(str(number)), make_analysis(TLDS[number]))
        store_post(session, source, make_entry("other"), make_analysis(EXCHANGE))
    with database.read() as session:
        found = search_posts(session, PostQuery(q="vendor:donuts -title:nothing"), limit=5)
    assert {item.title for item in found.items} == {"Title 0", "Title 599"}


def test_of_a_vendors_products_the_families_stand_for_their_versions(database: Database) -> None:
    version = EntityInput("product", "exchange-2010", "Exchange Server 2010", parent="exchange", vendor="microsoft")
    with database.write() as session:
        rows = save_entities(session, [EXCHANGE, version, MICROSOFT])
        assert entities_of_vendor(session, "Microsoft") == (("product", rows["product", "exchange"]),)
        assert entities_of_vendor(session, "microsoft") == entities_of_vendor(session, "MICROSOFT")
        assert entities_of_vendor(session, "nobody") == ()
        assert entities_of_vendor(session, "") == ()


def test_a_slug_means_its_own_entity_and_a_name_all_that_share_it(database: Database) -> None:
    shared = [
        EntityInput("product", f"panel-{n}", f"Panel {n}", known=n > 1, aliases=("The Panel",)) for n in range(30)
    ]
    with database.write() as session:
        rows = save_entities(session, [EntityInput("product", "panel", "Panel", aliases=("Panel 3",)), *shared])
        named = find_entity_ids(session, "product", "the PANEL")
        assert len(named) == MAX_NAMESAKES
        assert rows["product", "panel-0"] not in named  # known ones come first
        assert find_entity_ids(session, "product", "panel-3") == (rows["product", "panel-3"],)
        assert set(find_entity_ids(session, "product", "panel 3")) == {
            rows["product", "panel"],
            rows["product", "panel-3"],
        }
        assert find_entity_ids(session, "organization", "panel") == ()


def test_a_tld_is_meant_with_and_without_its_dot(database: Database) -> None:
    with database.write() as session:
        rows = save_entities(session, TLDS[:1])
        assert (
            find_entity_ids(session, "tld", ".NAME0")
            == find_entity_ids(session, "tld", "name0")
            == (rows["tld", "name0"],)
        )
