"""What a search box offers, and what a query may have meant, over HTTP on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from store.database import Database
from store.records import EntityInput
from tests.api.conftest import Service, running
from tests.api.test_pages import page
from tests.store.factories import (
    DOT_XXX,
    EXCHANGE,
    EXCHANGE_2010,
    EXCHANGE_2010_SP1,
    MICROSOFT,
    instant,
    make_analysis,
    make_entry,
    make_event,
    make_source,
    store_post,
)

VERISIGN = EntityInput("organization", "verisign", "Verisign")
DOT_COM = EntityInput("tld", "com", ".com", vendor="verisign")
DOT_NET = EntityInput("tld", "net", ".net", vendor="verisign")
ROLLUP = EntityInput(
    "product", "exchange-2010-sp1-ur-1", "Exchange Server 2010 SP1 Update Rollup 1", parent="exchange-2010-sp1",
    vendor="microsoft",
)  # fmt: skip
PANEL = EntityInput("product", "blue-panel", "Blue Panel", aliases=("The Panel",), vendor="blue")
OTHER_PANEL = EntityInput("product", "red-panel", "Red Panel", aliases=("The Panel",))
TREE = (EXCHANGE, EXCHANGE_2010, EXCHANGE_2010_SP1)


def named(*entities: EntityInput) -> tuple[tuple[str, str], ...]:
    return tuple((entity.kind, entity.slug) for entity in entities)


@pytest.fixture(scope="module")
def service(module_database: Database) -> Iterator[Service]:
    """Posts, one a day, each of which names something else; what it names is its title."""
    tagged = [
        ("Exchange", make_analysis(EXCHANGE)),
        ("SP1", make_analysis(*TREE, named=named(EXCHANGE_2010_SP1))),
        ("Rollup 1", make_analysis(*TREE, ROLLUP, named=named(ROLLUP))),
        ("Microsoft", make_analysis(MICROSOFT)),
        (".xxx", make_analysis(DOT_XXX)),
        (".com", make_analysis(DOT_COM)),
        (".net and Verisign", make_analysis(DOT_NET, VERISIGN)),
        ("Blue", make_analysis(PANEL, events=(make_event("Blue", ("product", "blue-panel"), type="outage"),))),
        ("Red", make_analysis(OTHER_PANEL)),
        ("Words", None),
    ]  # fmt: skip
    with module_database.write() as session:
        source = make_source(session, "http://mail.example/feed", name="Mail & Co")
        for day, (title, analysis) in enumerate(tagged, 1):
            entry = make_entry(str(day), title=title, text="A text.", published=instant(f"2010-06-{day:02}"))
            store_post(session, source, entry, analysis)
    with running(module_database) as client:
        yield Service(client, module_database)


def titles(service: Service, **parameters: object) -> list[str]:
    return [item["title"] for item in service.json("/api/v1/posts", **parameters)["items"]]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("product:exchange", ["Rollup 1", "SP1", "Exchange"]),
        ("product:exchange-2010", ["Rollup 1", "SP1"]),
        ('product:"exchange 2010 sp1"', ["Rollup 1", "SP1"]),
        ("product:exchange-2010-sp1-ur-1", ["Rollup 1"]),
        ('product:"the panel"', ["Red", "Blue"]),
        ("product:blue-panel", ["Blue"]),
        ("vendor:verisign", [".net and Verisign", ".com"]),
        ("registry:Verisign", [".net and Verisign", ".com"]),
        ("vendor:microsoft", ["Rollup 1", "SP1", "Exchange"]),
        ("vendor:microsoft -product:exchange-2010", ["Exchange"]),
        ("vendor:blue", ["Blue"]),
        ("vendor:nobody", []),
        ("tld:com,.net", [".net and Verisign", ".com"]),
        ("since:2010-06-09", ["Words", "Red"]),
        ("after:last-22-days", ["Words"]),
        ("after:yesterday", []),
        ("event:outage,release", ["Blue"]),
        ("“a text” words", ["Words"]),
    ],
)
def test_a_query_over_http_finds_what_it_names(service: Service, q: str, found: list[str]) -> None:
    assert titles(service, q=q) == found


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"after": "last-22-days"}, ["Words"]),
        ({"before": "2010-W23"}, [".com", ".xxx", "Microsoft", "Rollup 1", "SP1", "Exchange"]),
        ({"when": "next-year"}, []),
        ({"when": "..2011"}, []),
        ({"product": "The Panel"}, ["Red", "Blue"]),
    ],
)
def test_parameters_take_the_same_dates_and_names(
    service: Service, parameters: dict[str, str], found: list[str]
) -> None:
    assert titles(service, **parameters) == found


@pytest.mark.parametrize(
    ("q", "items"),
    [
        ("exch", [("product", "product:exchange"), ("product", "product:exchange-2010")]),
        ("sp1", [("product", "product:exchange-2010-sp1"), ("product", "product:exchange-2010-sp1-ur-1")]),
        ("server 2010 sp1", [("product", "product:exchange-2010-sp1"), ("product", "product:exchange-2010-sp1-ur-1")]),
        ("pan", [("product", "product:red-panel"), ("product", "product:blue-panel")]),
        ("xx", [("tld", "tld:xxx")]),
        (".x", [("tld", "tld:xxx")]),
        ("org:mic", [("organization", "org:microsoft")]),
        ("vendor:ver", [("organization", "vendor:verisign")]),
        ("ver", [("organization", "org:verisign")]),
        ("mail", [("source", 'source:"Mail & Co"')]),
        ("type:out", [("event", "type:outage")]),
        ("end of", [("event", "type:end_of_support")]),
        ("prod", [("field", "product:")]),
        ("regis", [("field", "vendor:")]),
        ("exhcange", [("product", "product:exchange")]),
        ("verisgn", [("organization", "org:verisign")]),
        ("zzzz", []),
        ("!!", []),
    ],
)
def test_what_was_typed_begins_a_word_of_a_name(service: Service, q: str, items: list[tuple[str, str]]) -> None:
    offered = service.json("/api/v1/suggest", q=q)["items"]
    assert [(item["kind"], item["query"]) for item in offered][: len(items)] == items
    assert bool(offered) == bool(items)


def test_a_suggestion_says_what_matched_and_how_many_posts_there_are_and_its_query_finds_them(service: Service) -> None:
    (item,) = service.json("/api/v1/suggest", q="exchange", limit=1)["items"]
    assert item == {
        "kind": "product", "slug": "exchange", "name": "Exchange Server", "posts": 3, "matched": "Exchange",
        "query": "product:exchange",
    }  # fmt: skip
    for item in service.json("/api/v1/suggest", q="", limit=50)["items"]:
        assert len(titles(service, q=item["query"])) == item["posts"]


def test_kinds_and_the_limit_bound_what_is_offered(service: Service) -> None:
    offered = service.json("/api/v1/suggest", q="", kind=["tld", "organization"])["items"]
    assert {item["kind"] for item in offered} == {"tld", "organization"}
    assert len(service.json("/api/v1/suggest", q="", limit=2)["items"]) == 2
    assert service.json("/api/v1/suggest", q="org:exch", kind="product")["items"] == []
    for wrong in ({"kind": "colour"}, {"limit": 51}, {"limit": 0}, {"colour": "red"}, {"q": "a" * 2001}):
        assert service.get("/api/v1/suggest", **wrong).status_code == 422


def test_suggestions_have_validators(service: Service) -> None:
    first = service.get("/api/v1/suggest", q="ex")
    again = service.client.get("/api/v1/suggest?q=ex", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("parameters", "q", "names"),
    [
        ({"q": "product:exhcange"}, "product:exchange", [("exchange", "exhcange")]),
        (
            {"q": 'product:"exhcange 2010 sp1"'},
            "product:exchange-2010-sp1",
            [("exchange-2010-sp1", "exhcange 2010 sp1")],
        ),
        ({"q": "product:verisign"}, "org:verisign", [("verisign", "verisign")]),
        ({"q": "verisgn"}, "verisign", [("verisign", "verisgn")]),
        ({"q": "blue outage product:blu-panel"}, None, None),
        ({"q": "blue product:blu-panel"}, "blue product:blue-panel", [("blue-panel", "blu-panel")]),
        ({"q": "product:exhcange OR words"}, "product:exchange OR words", [("exchange", "exhcange")]),
        ({"product": "exhcange"}, None, [("exchange", "exhcange")]),
        ({"q": "rollup", "product": "exhcange"}, None, [("exchange", "exhcange")]),
        ({"q": "vendor:verisgn"}, "vendor:verisign", [("verisign", "verisgn")]),
    ],
)
def test_a_query_that_finds_little_is_told_what_it_may_have_meant(
    service: Service, parameters: dict[str, str], q: str | None, names: list[tuple[str, str]] | None
) -> None:
    meant = service.json("/api/v1/posts", **parameters)["did_you_mean"]
    if names is None:
        assert meant is None
        return
    assert meant["q"] == q
    assert [(name["slug"], name["instead_of"]) for name in meant["names"]] == names
    if q is not None:
        assert titles(service, **(parameters | {"q": q}))


@pytest.mark.parametrize(
    "q",
    ["exchange", "product:exchange", "text", "zzzz", "product:zzzz", "product:exchange-2013", 'product:"exchange 2013"',
     "exchange 2013", "-product:blue-panel", "words"],
)  # fmt: skip
def test_a_query_that_found_what_it_asked_for_or_is_near_nothing_is_not_doubted(service: Service, q: str) -> None:
    assert service.json("/api/v1/posts", q=q)["did_you_mean"] is None


def test_a_next_page_is_not_doubted_again(service: Service) -> None:
    answer = service.json("/api/v1/posts", q="product:exhcange OR text", limit=5)
    assert answer["did_you_mean"]["q"] == "product:exchange OR text"
    following = service.client.get(answer["next"]).json()
    assert following["did_you_mean"] is None


def test_the_page_links_to_what_may_have_been_meant(service: Service) -> None:
    soup = page(service, "/?q=product:exhcange")
    link = soup.select_one("p.meant a")
    assert link is not None
    assert link.get_text() == "product:exchange"
    assert [heading.get_text() for heading in page(service, str(link["href"])).select("h3")] == [
        "Rollup 1", "SP1", "Exchange",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["/", "/timeline"])
def test_the_search_box_offers_names_without_a_script(service: Service, path: str) -> None:
    soup = page(service, path)
    box = soup.select_one("input[name=q]")
    assert box is not None
    offered = soup.select(f"datalist#{box['list']} option")
    assert "product:exchange" in [option["value"] for option in offered]
    assert soup.select("script") == []


def test_an_error_says_where_it_is_and_what_was_expected(service: Service) -> None:
    answer = service.get("/api/v1/posts", q="exchange prodcut:x")
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["parameter"] == "q"
    assert "position 10" in error["detail"]
    assert "did you mean product:?" in error["detail"]
