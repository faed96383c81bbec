"""/products, /organizations, /tlds, /sources."""

from __future__ import annotations

import pytest

from tests.api.conftest import Service


def test_products_with_counts_of_their_versions(service: Service) -> None:
    items = service.json("/api/v1/products")["items"]
    assert [(item["slug"], item["posts"]) for item in items] == [
        ("exchange", 3), ("exchange-2010", 1), ("exchange-2010-sp1", 1),
    ]  # fmt: skip
    assert items[0]["children"] == ["exchange-2010"]
    assert items[0]["vendor"] == "microsoft"
    assert items[1]["parent"] == "exchange"
    assert items[2]["first_seen"] == items[2]["last_seen"] == "2010-04-16T08:21:00Z"


@pytest.mark.parametrize("name", ["exchange-2010-sp1", "Exchange 2010 SP1", "EXCHANGE SERVER 2010 sp1"])
def test_a_product_by_its_slug_or_any_name(service: Service, name: str) -> None:
    entity = service.json(f"/api/v1/products/{name}")
    assert (entity["slug"], entity["kind"], entity["known"]) == ("exchange-2010-sp1", "product", True)
    assert entity["aliases"] == ["Exchange 2010 SP1"]


@pytest.mark.parametrize("name", ["xxx", ".xxx", ".XXX"])
def test_a_tld_with_or_without_its_dot(service: Service, name: str) -> None:
    assert service.json(f"/api/v1/tlds/{name}")["name"] == ".xxx"


def test_names_by_their_beginning(service: Service) -> None:
    assert [item["slug"] for item in service.json("/api/v1/organizations", q="micro")["items"]] == ["microsoft"]
    assert [item["slug"] for item in service.json("/api/v1/tlds", q=".x")["items"]] == ["xxx"]
    assert service.json("/api/v1/organizations", q="%")["items"] == []


def test_the_most_recent_first(service: Service) -> None:
    assert service.json("/api/v1/products", sort="recent")["items"][0]["slug"] == "exchange"


def test_pages_of_entities(service: Service) -> None:
    first = service.json("/api/v1/products", limit=2)
    second = service.client.get(first["next"]).json()
    assert [item["slug"] for item in (*first["items"], *second["items"])] == [
        "exchange", "exchange-2010", "exchange-2010-sp1",
    ]  # fmt: skip
    assert second["next"] is None


@pytest.mark.parametrize("path", ["products", "organizations", "tlds"])
def test_an_entity_that_no_post_names_is_a_problem(service: Service, path: str) -> None:
    answer = service.get(f"/api/v1/{path}/unheard-of")
    assert answer.status_code == 404
    assert f"/api/v1/{path}" in answer.json()["detail"]


def test_sources_with_their_health(service: Service) -> None:
    items = service.json("/api/v1/sources")["items"]
    assert [(item["name"], item["posts"], item["health"]["failures"]) for item in items] == [
        ("Mail & Co", 2, 0), ("Names", 2, 0),
    ]  # fmt: skip
    assert service.json(f"/api/v1/sources/{items[0]['id']}") == items[0]
    assert service.get("/api/v1/sources/none").status_code == 404
