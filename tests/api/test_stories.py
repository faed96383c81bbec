"""/stories: news with all posts that report it, and who else reports a post."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import store.stories
from ingest.stories import compare, retell
from store.database import Database
from store.posts import posts_to_analyze, save_analysis
from store.records import AnalysisInput, PostInput, SourceRecord
from tests.api.conftest import Service, running
from tests.api.test_pages import page
from tests.api.test_problems import problem
from tests.nlp.test_stories import SALE, TITLE, edited, first, release
from tests.store.factories import EXCHANGE, MICROSOFT, NOW, instant, make_analysis, make_entry, make_source, store_post

PATH = "/api/v1/stories"


def tell(database: Database, *posts: tuple[SourceRecord, PostInput, AnalysisInput]) -> None:
    """Store and analyse the posts as an ingest would."""
    with database.write() as session:
        for source, entry, _ in posts:
            store_post(session, source, entry)
        waiting = posts_to_analyze(session, version="1", stale=False)
        by_title = {entry.content_hash: analysis for _, entry, analysis in posts}
        for post in waiting:
            analysis = by_title[post.content_hash]
            save_analysis(session, post.id, analysis, version="1", content_hash=post.content_hash)
        retell(session, compare(session, waiting), (), now=NOW)


def entry(key: str, title: str, text: str, day: str) -> PostInput:
    return make_entry(key, title=title, text=text, url=f"http://{key}.example/", published=instant(day))


@pytest.fixture
def told(database: Database) -> Iterator[Service]:
    """Three stories and two posts that stand alone, from two sources."""
    with database.write() as session:
        wire = make_source(session, "http://wire.example/feed", name="The Wire")
        mail = make_source(session, "http://mail.example/feed", name="Mail & Co")
    exchange, nothing = make_analysis(EXCHANGE, MICROSOFT), make_analysis()
    php = release("8.2.1")
    tell(
        database,
        (wire, entry("sale", TITLE, SALE, "2010-08-24T06:00"), exchange),
        (mail, entry("sale-teaser", TITLE, first(SALE, 0.4), "2010-08-24T09:00"), nothing),
        (mail, entry("sale-edited", f"{TITLE} & more", edited(SALE, 0.05), "2010-08-26"), nothing),
        (wire, entry("php", php.title, php.text, "2010-08-25"), nothing),
        (mail, entry("php-copy", php.title, f"{php.text} Via The Wire.", "2010-08-25T12:00"), nothing),
        (mail, entry("php-next", release("8.2.2").title, release("8.2.2").text, "2010-08-25T13:00"), nothing),
        (wire, entry("old", "Something of old", edited(SALE, 1), "2009-01-02"), nothing),
        (wire, entry("old-copy", "Something old", edited(SALE, 1), "2009-01-03"), nothing),
        (wire, entry("alone", "Alone", "Nobody else says this at all, and nobody will.", "2010-08-27"), exchange),
    )
    with running(database) as client:
        yield Service(client, database)


def urls(story: dict[str, list[dict[str, str]]]) -> list[str]:
    return [post["url"].removeprefix("http://").removesuffix(".example/") for post in story["posts"]]


def firsts(service: Service, **parameters: object) -> list[str]:
    return [urls(story)[0] for story in service.json(PATH, **parameters)["items"]]


def test_stories_newest_first_each_with_its_posts_in_their_order(told: Service) -> None:
    answer = told.json(PATH)
    assert [urls(story) for story in answer["items"]] == [
        ["php", "php-copy"],
        ["sale", "sale-teaser", "sale-edited"],
        ["old", "old-copy"],
    ]
    assert answer["next"] is None
    sale = answer["items"][1]
    assert {name: sale[name] for name in ("title", "first_reported", "sources", "total", "changed")} == {
        "title": TITLE, "first_reported": "2010-08-24T06:00:00Z", "sources": 2, "total": 3,
        "changed": "2026-11-24T03:17:00Z",
    }  # fmt: skip
    assert sale["earliest"] == sale["posts"][0]["id"]
    assert [post["source"] for post in sale["posts"]] == ["The Wire", "Mail & Co", "Mail & Co"]
    assert sale["posts"][0]["products"] == [{"slug": "exchange", "name": "Exchange Server", "salient": False}]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"q": "kystnavn"}, ["sale"]),
        ({"q": "kystnavn OR php"}, ["php", "sale"]),
        ({"q": "nobody"}, ["sale"]),
        ({"product": "exchange"}, ["sale"]),
        ({"organization": "Microsoft"}, ["sale"]),
        ({"tld": ".xxx"}, []),
        ({"source": "Mail & Co"}, ["php", "sale"]),
        ({"source": "The Wire", "before": "2010"}, ["old"]),
        ({"after": "2010-08-25"}, ["php", "sale"]),
        ({"after": "2010-08-27"}, []),
        ({"event": "release"}, []),
        ({"q": "", "product": "", "before": ""}, ["php", "sale", "old"]),
    ],
)
def test_a_story_is_found_by_any_of_its_posts(
    told: Service, parameters: dict[str, object], expected: list[str]
) -> None:
    assert firsts(told, **parameters) == expected


def test_pages_hold_every_story_once_while_posts_arrive(told: Service) -> None:
    answer = told.get(PATH, limit=1)
    assert answer.links["next"]["url"] == answer.json()["next"]
    seen = [urls(story)[0] for story in answer.json()["items"]]
    with told.database.write() as session:
        wire = make_source(session, "http://third.example/feed")
    news = release("9.0.0")
    tell(
        told.database,
        (wire, entry("news", news.title, news.text, "2010-08-28"), make_analysis()),
        (wire, entry("news-copy", f"{news.title}!", news.text, "2010-08-29"), make_analysis()),
        (
            wire,
            entry("php-late", release("8.2.1").title, f"{release('8.2.1').text} Late.", "2010-08-30"),
            make_analysis(),
        ),
    )
    while following := answer.json()["next"]:
        answer = told.client.get(following)
        seen += [urls(story)[0] for story in answer.json()["items"]]
    assert seen == ["php", "sale", "old"]
    assert "next" not in answer.links
    assert firsts(told) == ["news", "php", "sale", "old"]


def test_an_unchanged_list_is_not_sent_again(told: Service) -> None:
    etag = told.get(PATH).headers["etag"]
    assert told.client.get(PATH, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("sort=published", "sort"),
        ("facets=months", "facets"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("q=()", "q"),
        ("event=party", "event"),
        ("after=soon", "after"),
        ("cursor=garbage", "cursor"),
        ("before=2010&before=2011", "before"),
        ("q=%00", "q"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(on_sqlite: Service, query: str, parameter: str) -> None:
    (error,) = problem(on_sqlite.client.get(f"{PATH}?{query}"), 422)["errors"]
    assert error["parameter"] == parameter
    assert error["takes"]


def test_a_cursor_of_another_list_or_query_is_refused(told: Service) -> None:
    cursor = told.get(PATH, limit=1).json()["next"].rpartition("cursor=")[2]
    problem(told.client.get(f"{PATH}?cursor={cursor}&q=php"), 422)
    problem(told.client.get(f"/api/v1/posts?cursor={cursor}"), 422)


def test_a_post_says_who_else_reports_it(told: Service) -> None:
    story = told.json(PATH, q="kystnavn")["items"][0]
    ids = [post["id"] for post in story["posts"]]
    own = told.json(f"/api/v1/posts/{ids[1]}")["story"]
    assert own["id"] == story["id"]
    assert [post["id"] for post in own["posts"]] == [ids[0], ids[2]]
    assert own["posts"][0] == {
        name: story["posts"][0][name] for name in ("id", "url", "title", "source", "source_id", "published")
    }
    (alone,) = told.json("/api/v1/posts", q="title:alone")["items"]
    assert told.json(f"/api/v1/posts/{alone['id']}")["story"] is None
    assert told.json(f"/api/v1/posts/{ids[1]}", explain="1")["story"] == own


def test_the_page_of_a_post_names_the_others(told: Service) -> None:
    ids = [post["id"] for post in told.json(PATH, q="kystnavn")["items"][0]["posts"]]
    soup = page(told, f"/posts/{ids[0]}")
    links = [str(link["href"]) for link in soup.select("section li a")]
    assert [link for link in links if link.startswith("/posts/")] == [f"/posts/{ids[1]}", f"/posts/{ids[2]}"]
    assert "Also reported by" in soup.get_text()
    assert f"{TITLE} & more" in soup.get_text()


def test_the_page_of_stories(told: Service) -> None:
    soup = page(told, "/stories")
    assert [heading.get_text() for heading in soup.select("h3")][1:] == [TITLE, "Something of old"]
    told_by = soup.select(".posts > li > .meta")[1].get_text()
    assert " ".join(told_by.split()) == "first told 2010-08-24 by The Wire · 3 posts from 2 sources"
    assert [link.get_text() for link in soup.select(".others")[1].select("a")] == [TITLE, f"{TITLE} & more"]
    assert soup.select("script, [style]") == []
    assert [link.get_text() for link in soup.select("nav a[aria-current]")] == ["Stories"]
    found = page(told, "/stories?q=kystnavn&limit=1")
    assert [heading.get_text() for heading in found.select("h3")] == [TITLE]
    (further,) = page(told, "/stories?limit=1").select("a[rel=next]")
    assert told.client.get(str(further["href"])).status_code == 200
    assert "None so far" in page(told, "/stories?q=nowhere").get_text()


@pytest.mark.parametrize("gathered", [0, 1_000])
def test_pages_are_the_same_whether_stories_are_gathered_or_walked(
    told: Service, monkeypatch: pytest.MonkeyPatch, gathered: int
) -> None:
    monkeypatch.setattr(store.stories, "GATHERED", gathered)
    monkeypatch.setattr(store.stories, "FEWEST_WALKED", 1)
    asked: dict[str, list[str]] = {
        "kystnavn": ["sale"],
        "kystnavn OR php": ["php", "sale"],
        'source:"The Wire" OR -nobody': ["php", "sale", "old"],
        "before:2010": ["old"],
        "-kystnavn": ["php", "old"],
        "alone": [],
    }
    for q, expected in asked.items():
        answer = told.get(PATH, q=q, limit=1)
        seen = [urls(story)[0] for story in answer.json()["items"]]
        while following := answer.json()["next"]:
            answer = told.client.get(following)
            seen += [urls(story)[0] for story in answer.json()["items"]]
        assert seen == expected, q
