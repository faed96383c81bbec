"""The pages: each answers, escapes what posts bring along, and points to its feeds."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup

from store.records import EntityInput
from tests.api.conftest import Service
from tests.store.factories import instant, make_analysis, make_entry, make_source, store_post


def page(service: Service, path: str) -> BeautifulSoup:
    answer = service.client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return BeautifulSoup(answer.text, "lxml")


def headings(soup: BeautifulSoup) -> list[str]:
    return [heading.get_text(strip=True) for heading in soup.select("h3")]


def test_the_first_page_shows_what_is_new(service: Service) -> None:
    soup = page(service, "/")
    assert headings(soup) == ["Untitled", ".xxx approved", "A look at SP1", "Exchange notes"]
    assert soup.h1 is not None
    assert soup.h1.get_text() == "Newest posts"


def test_a_search_marks_its_hits_and_offers_its_feed(service: Service) -> None:
    soup = page(service, '/?q="bare metal"')
    assert headings(soup) == ["Exchange notes"]
    assert [mark.get_text() for mark in soup.select("mark")] == ["bare", "metal"] or soup.mark is not None
    atom = soup.select_one('link[rel="alternate"][type="application/atom+xml"]')
    assert atom is not None
    assert service.client.get(str(atom["href"])).headers["content-type"].startswith("application/atom+xml")
    field = soup.select_one("input[name=q]")
    assert field is not None
    assert field["value"] == '"bare metal"'


def test_a_post_shows_what_was_understood(service: Service) -> None:
    (item,) = service.json("/api/v1/posts", organization="microsoft")["items"]
    soup = page(service, f"/posts/{item['id']}")
    assert soup.h1 is not None
    assert soup.h1.get_text() == "A look at SP1"
    text = soup.select_one(".text")
    assert text is not None
    assert text.get_text() == "A beta of SP1 will be offered at this June's TechEd."
    assert [span.get_text() for span in soup.select("span.timex")] == ["this June"]
    assert soup.select_one("blockquote") is not None


def test_an_entity_shows_its_timeline_and_posts(service: Service) -> None:
    soup = page(service, "/products/exchange")
    assert "preview of Exchange Server 2010 SP1" in headings(soup)
    quotes = [quote.get_text() for quote in soup.select("blockquote")]
    assert any("A beta of SP1" in quote for quote in quotes)
    assert page(service, "/tlds/.xxx").h1 is not None
    assert page(service, "/organizations/microsoft").h1 is not None


def test_what_is_named_is_shown_by_its_name_and_linked_where_it_is_known(service: Service) -> None:
    soup = page(service, "/products/exchange")
    assert [(link.get_text(), link["href"]) for link in soup.select("main > .meta a[href^='/organizations/']")] == [
        ("Microsoft", "/organizations/microsoft")
    ]
    assert [link.get_text() for link in soup.select("main > .tags a")] == ["Exchange Server 2010"]
    with service.database.write() as session:
        source = make_source(session, "http://vendor.example/feed")
        orphan = EntityInput("product", "orphan", "Orphan", vendor="nobody-inc")
        store_post(session, source, make_entry("orphan", text="Orphan is out."), make_analysis(orphan))
    soup = page(service, "/products/orphan")
    assert "by nobody-inc" in soup.get_text()
    assert soup.select("a[href='/organizations/nobody-inc']") == []


def test_a_post_s_events_name_their_subjects(service: Service) -> None:
    (item,) = service.json("/api/v1/posts", organization="microsoft")["items"]
    link = page(service, f"/posts/{item['id']}").select_one(".events .meta a")
    assert link is not None
    assert (link.get_text(), link["href"]) == ("Exchange Server 2010 SP1", "/products/exchange-2010-sp1")


def test_the_documentation_shows_every_route_without_help_from_elsewhere(on_sqlite: Service) -> None:
    soup = page(on_sqlite, "/docs")
    shown = {heading.get_text() for heading in soup.select("h2 code")}
    described = on_sqlite.json("/openapi.json")["paths"]
    assert shown == {f"{method.upper()} {path}" for path, methods in described.items() for method in methods}
    for path, methods in described.items():
        for method, operation in methods.items():
            anchor = next(
                link["href"] for link in soup.select(".routes a") if link.get_text() == f"{method.upper()} {path}"
            )
            names = {cell.get_text() for cell in soup.select(f"section[id='{str(anchor)[1:]}'] td:first-child code")}
            assert names >= {parameter["name"] for parameter in operation.get("parameters", ())}
    assert soup.select("script") == []
    outside = [
        found for found in soup.select("[src], link[href]") if "//" in str(found.get("src") or found.get("href"))
    ]
    assert outside == []


def test_the_timeline_takes_its_filters(service: Service) -> None:
    assert headings(page(service, "/timeline?type=approval")) == ["approval of .xxx"]
    assert headings(page(service, "/timeline?type=&product=&from=")) == headings(page(service, "/timeline"))


@pytest.mark.parametrize("path", ["/products", "/organizations?sort=recent", "/tlds?q=.x"])
def test_lists_of_entities(service: Service, path: str) -> None:
    assert page(service, path).select("tbody tr a")


def test_every_link_of_ours_leads_somewhere(on_sqlite: Service) -> None:
    """From the first page on, all that we link to answers; nothing else is followed."""
    root = str(on_sqlite.client.base_url)
    waiting, seen = ["/"], {"/"}
    while waiting:
        path = waiting.pop()
        answer = on_sqlite.client.get(path)
        assert answer.status_code == 200, path
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        soup = BeautifulSoup(answer.text, "lxml")
        for link in soup.select("[href]"):
            target = urljoin(root + path, str(link["href"]))
            if target.startswith(root) and (found := target[len(root) :].split("#")[0]) not in seen:
                seen.add(found)
                waiting.append(found)
    assert len(seen) > 15


def test_what_a_post_brings_along_is_shown_as_text(on_sqlite: Service) -> None:
    evil = '<script>alert("1")</script>'
    with on_sqlite.database.write() as session:
        source = make_source(session, "http://evil.example/feed", name=evil)
        entry = make_entry(
            "evil", title=evil, text=f"evil {evil}", author=evil, summary=evil, published=instant("2010-09-01")
        )
        store_post(session, source, entry)
    item = on_sqlite.json("/api/v1/posts", q="evil")["items"][0]
    for path in ("/", "/?q=evil", f"/posts/{item['id']}", f"/?q={evil}"):
        answer = on_sqlite.client.get(path, headers={"Accept": "text/html"})
        assert "<script" not in answer.text, path
        assert "default-src 'none'" in answer.headers["content-security-policy"]
