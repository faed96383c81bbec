"""Older posts: by pager, months and sitemap; what ends a walk, what does not, and what is never lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from ingest.archive import READER, BackfillResult, BackfillSummary, backfill
from ingest.archive_rules import LISTED_PATIENCE, MONTHS_PATIENCE, PATIENCE, TRIES
from ingest.client import Client
from ingest.robots import RobotsMemory
from ingest.run import ingest
from ingest.sandbox import Sandbox
from store.backfill import load_backfill
from store.database import Database
from store.errors import UnknownSourceError
from store.posts import counts
from store.records import FetchState, SourceRecord
from store.sources import get_source, record_success
from tests.ingest.blogs import (
    by_month,
    feed,
    past_posts,
    serve_articles,
    serve_months,
    serve_pager,
    site_of,
    sitemap,
    with_links,
)
from tests.ingest.conftest import limits_for
from tests.ingest.factories import NOW, add, page
from tests.servers import Answer, Asked, LoopbackServer, redirect


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(workers=1, reader=READER) as box:
        yield box


@pytest.fixture
def db(sqlite_url: str) -> Iterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    opened.close()


class Past:
    """A server, a database, and backfills at times that a test sets."""

    def __init__(self, server: LoopbackServer, database: Database, sandbox: Sandbox) -> None:
        self.server, self.database, self.sandbox = server, database, sandbox
        self.site = site_of(server)
        self.now = NOW
        self.robots = RobotsMemory(clock=lambda: self.now.timestamp())

    def add(self, path: str = "/", kind: str = "page") -> SourceRecord:
        """A source as its first visit leaves it behind, though without any post."""
        source = add(self.database, self.server.url(path), kind=kind)
        with self.database.write() as session:
            record_success(session, source.id, FetchState(), now=NOW)
        return source

    def run(self, *, later: timedelta = timedelta(hours=1), **options: Any) -> BackfillSummary:
        async def go() -> BackfillSummary | None:
            async with Client(limits_for(self.server), robots=self.robots) as client:
                return await backfill(
                    self.database, client, now=lambda: self.now, sandbox=self.sandbox, chance=lambda: 0.0, **options
                )

        self.now += later
        summary = asyncio.run(go())
        assert summary is not None
        return summary

    def one(self, **options: Any) -> BackfillResult:
        (result,) = self.run(**options).results
        return result

    def visit(self) -> None:
        async def go() -> None:
            async with Client(limits_for(self.server), robots=self.robots) as client:
                await ingest(self.database, client, now=lambda: self.now, sandbox=self.sandbox, force=True)

        asyncio.run(go())

    @property
    def paths(self) -> list[str]:
        """What was asked for, apart from robots.txt and guesses at sitemaps."""
        return [path for path in self.server.paths if path != "/robots.txt" and not path.endswith(".xml")]

    def posts(self) -> int:
        with self.database.read() as session:
            return counts(session).posts

    def ask(self, statement: str) -> Any:
        with self.database.read() as session:
            return session.execute(text(statement)).scalar()


@pytest.fixture
def past(server: LoopbackServer, db: Database, sandbox: Sandbox) -> Past:
    return Past(server, db, sandbox)


def outcome(result: BackfillResult) -> tuple[str, str | None, int, int]:
    return result.status, result.state.method if result.state else None, result.found, result.new


# -- the pager of a page ---------------------------------------------------------------------------------------


def test_pages_are_followed_to_the_last_one(past: Past) -> None:
    serve_pager(past.server, past_posts(40, site=past.site))
    past.add()
    result = past.one()
    assert outcome(result) == ("done", "pager", 40, 40)
    assert past.paths == ["/", *(f"/page/{n}" for n in range(2, 9))]
    assert result.state is not None
    assert result.state.reached == past_posts(40, site=past.site)[-1].published
    assert past.posts() == 40


def test_what_is_done_is_not_asked_for_again_unless_it_is_wanted(past: Past) -> None:
    serve_pager(past.server, past_posts(20, site=past.site))
    past.add()
    past.run()
    asked = len(past.server.asked)
    assert outcome(past.one()) == ("done", "pager", 0, 0)
    assert len(past.server.asked) == asked
    assert outcome(past.one(again=True)) == ("done", "pager", 20, 0)
    assert past.paths[4:] == past.paths[:4]
    assert (past.posts(), past.ask("select count(*) from revision")) == (20, 0)


def test_each_run_goes_on_where_the_last_one_stopped(past: Past) -> None:
    serve_pager(past.server, past_posts(50, site=past.site))
    past.add()
    found = [outcome(past.one(pages=3)) for _ in range(4)]
    assert found == [("more", "pager", 15, 15)] * 3 + [("done", "pager", 5, 5)]
    assert past.paths == ["/", *(f"/page/{n}" for n in range(2, 11))]


def test_posts_that_came_meanwhile_do_not_end_the_walk(past: Past) -> None:
    """Thirty new ones move all pages on by six: the pages that come next were read already, under other numbers."""
    everything = past_posts(80, site=past.site)
    serve_pager(past.server, everything[30:])
    past.add()
    past.run(pages=4)
    serve_pager(past.server, everything)
    assert past.one().status == "done"
    past.one(again=True)
    assert past.posts() == 80


def test_a_source_that_was_never_visited_is_visited_first(past: Past) -> None:
    serve_pager(past.server, past_posts(80, site=past.site))
    add(past.database, past.server.url("/"), kind="page")
    assert outcome(past.one()) == ("done", "pager", 80, 25)  # the visit had read eleven pages by itself
    assert past.posts() == 80
    past.visit()
    assert past.ask("select count(*) from revision") == 0


def test_a_source_that_cannot_be_visited_says_why(past: Past) -> None:
    add(past.database, past.server.url("/missing"), kind="page")
    result = past.one()
    assert (result.status, result.error) == ("error", "HTTP 404 Not Found")


def test_sources_are_those_named_or_all_that_are_switched_on(past: Past) -> None:
    serve_pager(past.server, past_posts(10, site=past.site))
    source = past.add()
    add(past.database, past.server.url("/off"), enabled=False)
    assert [result.url for result in past.run().results] == [source.url]
    assert [result.url for result in past.run(only=[str(source.id)]).results] == [source.url]
    with pytest.raises(UnknownSourceError):
        past.run(only=["http://unknown.example/"])


def test_a_source_at_another_address_begins_anew(past: Past) -> None:
    serve_pager(past.server, past_posts(20, site=past.site))
    source = past.add()
    past.run(pages=2)
    with past.database.write() as session:
        session.execute(text("update source set url = :url"), {"url": past.server.url("/page/2")})
    past.run()
    assert past.paths[2:] == ["/page/2", "/page/3", "/page/4"]
    with past.database.read() as session:
        assert load_backfill(session, get_source(session, str(source.id))).start == past.server.url("/page/2")


def test_two_at_once_do_no_harm(past: Past) -> None:
    past.add()

    async def go() -> BackfillSummary | None:
        async with Client(limits_for(past.server)) as client:
            with past.database.run_lock("backfill"):
                return await backfill(past.database, client, now=lambda: NOW)

    assert asyncio.run(go()) is None


# -- what is stored stays --------------------------------------------------------------------------------------


def test_an_older_copy_does_not_overwrite_what_is_stored(past: Past) -> None:
    posts = past_posts(20, site=past.site)
    serve_pager(past.server, posts)
    past.add()
    past.run()
    before = past.ask("select text from post where url like '%/posts/8'")
    older = [replace(post, text=f"An older state of this. {post.text}") for post in posts]
    serve_pager(past.server, older)
    assert outcome(past.one(again=True)) == ("done", "pager", 20, 0)
    assert past.ask("select text from post where url like '%/posts/8'") == before
    assert past.ask("select count(*) from revision") == 0


def test_a_feed_s_posts_keep_their_text_where_the_site_shows_another(past: Past) -> None:
    posts = past_posts(30, site=past.site)
    past.server.on("/feed", feed(posts[:10], site=past.site))
    serve_pager(past.server, [replace(post, text="A word only.") for post in posts])
    past.add("/feed", "feed")
    past.visit()
    assert outcome(past.one(articles=False))[::3] == ("done", 20)
    assert past.posts() == 30
    assert past.ask("select count(*) from post where text like 'Panel%'") == 10
    assert past.ask("select count(*) from revision") == 0


def test_posts_of_which_a_page_shows_only_the_beginning_are_read_whole_if_that_is_wanted(past: Past) -> None:
    posts = past_posts(20, site=past.site)
    serve_articles(past.server, posts)
    serve_pager(past.server, [replace(post, text=f"{' '.join(post.text.split()[:14])} …") for post in posts])
    past.add()
    assert past.one(articles=False).new == 20
    assert past.ask("select count(*) from post where length(text) > 500") == 0
    assert not any(path.startswith("/posts/") for path in past.paths)
    with past.database.write() as session:
        for table in ("sighting", "post_key", "post"):
            session.execute(text(f"delete from {table}"))  # noqa: S608 - names of tables of ours
    assert past.one(again=True).new == 20
    assert past.ask("select count(*) from post where length(text) > 500") == 15  # the first page is for visits
    past.visit()
    assert past.ask("select count(*) from revision") == 0


# -- feeds -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rel", ["next", "prev-archive"])
def test_a_feed_that_names_its_older_pages_is_followed(past: Past, rel: str) -> None:
    posts = past_posts(30, site=past.site)
    for number in range(3):
        older = f"/feed/{number + 1}" if number < 2 else None
        some = posts[number * 10 : number * 10 + 10]
        past.server.on(f"/feed/{number}", feed(some, site=past.site, next_page=older, rel=rel))
    past.add("/feed/0", "feed")
    assert outcome(past.one()) == ("done", "feed", 30, 30)
    assert past.paths == ["/feed/0", "/feed/1", "/feed/2"]


def test_a_feed_of_wordpress_is_paged_though_it_does_not_say_so(past: Past) -> None:
    posts = past_posts(30, site=past.site)
    for number in range(3):
        some = posts[number * 10 : number * 10 + 10]
        path = "/feed/?x=1" if number == 0 else f"/feed/?x=1&paged={number + 1}"
        past.server.on(path, feed(some, site=past.site, generator="https://wordpress.org/?v=6.4.3"))
    past.add("/feed/?x=1", "feed")
    assert outcome(past.one()) == ("done", "feed", 30, 30)
    assert past.paths[-1] == "/feed/?x=1&paged=4"


def test_a_feed_that_answers_every_page_with_the_first_leads_to_the_site_s_pages(past: Past) -> None:
    posts = past_posts(40, site=past.site)
    same = feed(posts[:10], site=past.site, generator="https://wordpress.org/?v=6.4.3")
    past.server.on("/feed/", same)
    past.server.on("/feed/?paged=2", same)
    serve_pager(past.server, posts)
    past.add("/feed/", "feed")
    result = past.one()
    assert (result.status, result.new, past.posts()) == ("done", 40, 40)
    assert result.state is not None
    assert result.state.method == "pager"
    assert past.paths.count("/feed/?paged=2") == 1


# -- months ----------------------------------------------------------------------------------------------------

FORMS = ["/{year}/{month}/", "/{year}/{month}.aspx", "/archive.aspx?year={year}&month={month}", "/?m={year}{month}"]


@pytest.mark.parametrize("form", FORMS)
def test_archives_of_months_are_read_where_there_is_no_pager(past: Past, form: str) -> None:
    posts = past_posts(60, site=past.site)
    months = serve_months(past.server, posts, form=form)
    past.add()
    result = past.one()
    assert outcome(result) == ("done", "months", 60, 60)
    assert past.paths == ["/", *(form.format(year=month[:4], month=month[5:]) for month in months)]


def test_a_month_s_own_pages_are_read_before_the_next_month(past: Past) -> None:
    posts = past_posts(60, site=past.site)
    months = serve_months(past.server, posts)
    month = months[3]
    some = by_month(posts)[month]
    path = f"/{month[:4]}/{month[5:]}/"
    past.server.on(path, Answer(page(some[:2], older=f"{path}page/2/")))
    past.server.on(f"{path}page/2/", Answer(page(some[2:], older=f"{path}page/3/")))
    past.add()
    assert past.one().new == 60
    assert past.paths[past.paths.index(path) + 1 :][:3] == [
        f"{path}page/2/",
        f"{path}page/3/",
        f"/{months[4][:4]}/{months[4][5:]}/",
    ]


def test_a_page_called_archives_is_looked_into(past: Past) -> None:
    posts = past_posts(30, site=past.site)
    serve_months(past.server, posts)
    links = [(f"/{month[:4]}/{month[5:]}/", month) for month in by_month(posts)]
    past.server.on("/", Answer(with_links(page(posts[:5]), [("/archives", "Archives")])))
    past.server.on("/archives", Answer(with_links(b"<html><body><h1>Archives</h1><footer></footer></body>", links)))
    past.add()
    assert outcome(past.one()) == ("done", "months", 30, 30)


def test_months_before_the_last_page_of_a_pager_are_read_after_it(past: Past) -> None:
    """Many a pager shows only so many pages."""
    posts = past_posts(60, site=past.site)
    months = serve_months(past.server, posts)
    links = [(f"/{month[:4]}/{month[5:]}/", month) for month in months]
    serve_pager(past.server, posts[:20])
    past.server.on("/", Answer(with_links(page(posts[:5], older="/page/2"), links)))
    past.add()
    result = past.one()
    assert outcome(result)[:2] == ("done", "months")
    assert past.posts() == 60
    reached = f"{posts[19].published:%Y-%m}"
    assert [path for path in past.paths if path.startswith("/20")] == [
        f"/{month[:4]}/{month[5:]}/" for month in months if month <= reached
    ]


# -- sitemaps --------------------------------------------------------------------------------------------------


def test_a_sitemap_that_robots_txt_names_is_read_where_nothing_else_leads_back(past: Past) -> None:
    posts = past_posts(12, site=past.site)
    serve_articles(past.server, posts)
    past.server.on("/", Answer(page(posts[:5])))
    past.server.on("/about", Answer(b"<html><body><h1>About us</h1>" + b"<p>We host things for people.</p>" * 40))
    past.server.on("/robots.txt", Answer(b"User-agent: *\nAllow: /\n\nSitemap: /maps/all.xml\n"))
    past.server.on("/maps/all.xml", sitemap([f"{past.site}/maps/posts.xml", f"{past.site}/maps/tag-1.xml"], index=True))
    listed = [f"{past.site}/posts/{n}" for n in range(12, 0, -1)]
    past.server.on("/maps/posts.xml", sitemap([*listed, f"{past.site}/about", "http://elsewhere.example/posts/1"]))
    past.add()
    result = past.one()
    assert outcome(result) == ("done", "sitemap", 12, 12)
    assert "/maps/tag-1.xml" not in past.server.paths
    assert past.ask("select count(*) from post where title like 'About%'") == 0


def test_the_sitemap_of_a_source_that_is_one_is_read_to_its_end_over_several_runs(past: Past) -> None:
    posts = past_posts(30, site=past.site)
    serve_articles(past.server, posts)
    past.server.on("/sitemap.xml", sitemap(f"{past.site}/posts/{n}" for n in range(1, 31)))
    add(past.database, past.server.url("/sitemap.xml"), kind="sitemap")
    past.visit()
    assert past.posts() == 20
    assert [outcome(past.one(pages=4)) for _ in range(3)] == [
        ("more", "sitemap", 4, 4),
        ("more", "sitemap", 4, 4),
        ("done", "sitemap", 2, 2),
    ]
    assert past.posts() == 30
    assert len([path for path in past.paths if path.startswith("/posts/")]) == 30


def test_a_sitemap_of_other_things_is_given_up(past: Past) -> None:
    past.server.on("/shop.xml", sitemap(f"{past.site}/buy/{n}" for n in range(1000)))
    past.server.on("/robots.txt", Answer(b"Sitemap: /shop.xml"))
    past.server.on("/", Answer(page(past_posts(5, site=past.site))))
    past.add()
    result = past.one(pages=500)
    assert result.status == "done"
    assert len([path for path in past.paths if path.startswith("/buy/")]) == LISTED_PATIENCE


def test_a_sitemap_that_lists_itself_comes_to_an_end(past: Past) -> None:
    past.server.on("/sitemap.xml", sitemap([f"{past.site}/sitemap.xml", f"{past.site}/b.xml"], index=True))
    past.server.on("/b.xml", sitemap([f"{past.site}/sitemap.xml"], index=True))
    past.add("/sitemap.xml", "sitemap")
    assert past.one().status == "done"
    assert past.server.paths.count("/sitemap.xml") == 1


# -- traps -----------------------------------------------------------------------------------------------------


def serve_circle(past: Past) -> None:
    """Page 4 leads to page 2."""
    posts = past_posts(20, site=past.site)
    serve_pager(past.server, posts)
    past.server.on("/page/4", Answer(page(posts[15:], older="/page/2")))


def serve_the_same_for_ever(past: Past) -> None:
    """Every page after the third is the third, under an address of its own."""
    posts = past_posts(15, site=past.site)
    serve_pager(past.server, posts)
    for number in range(3, 60):
        past.server.on(f"/page/{number}", Answer(page(posts[10:], older=f"/page/{number + 1}")))


def serve_ever_new_parameters(past: Past) -> None:
    posts = past_posts(15, site=past.site)
    serve_pager(past.server, posts)
    past.server.on("/page/3", Answer(page(posts[10:], older="/page/4?at=1")))
    for number in range(1, 60):
        past.server.on(f"/page/4?at={number}", Answer(page(posts[10:], older=f"/page/4?at={number + 1}")))


def serve_sessions(past: Past) -> None:
    """Each answer has links with a number of its own."""
    posts = past_posts(15, site=past.site)
    parts = [posts[:5], posts[5:10], posts[10:]]

    def answer(number: int) -> Callable[[Asked], Answer]:
        def respond(asked: Asked) -> Answer:
            session = f"{len(past.server.asked):032x}"
            some = [post.but(link=f"{post.link}?PHPSESSID={session}") for post in parts[number]]
            return Answer(page(some, older=f"/list?page={(number + 1) % 3 + 1}&PHPSESSID={session}"))

        return respond

    past.server.on("/", answer(0))
    for number in range(3):
        past.server.on(f"/list?page={number + 1}", answer(number))


def serve_way_out(past: Past) -> None:
    posts = past_posts(15, site=past.site)
    serve_pager(past.server, posts)
    past.server.on("/page/3", Answer(page(posts[10:], older="http://elsewhere.example/page/4")))


def serve_redirect_out(past: Past) -> None:
    posts = past_posts(15, site=past.site)
    serve_pager(past.server, posts)
    past.server.on("/page/3", Answer(page(posts[10:], older="/page/4")))
    past.server.on("/page/4", redirect(f"http://localhost:{past.server.port}/other"))
    past.server.on("/other", Answer(page(past_posts(40, site=past.site)[:20])))


def serve_redirect_home(past: Past) -> None:
    """What is not there leads to the first page."""
    posts = past_posts(15, site=past.site)
    serve_pager(past.server, posts)
    past.server.on("/page/3", Answer(page(posts[10:], older="/page/4")))
    past.server.on("/page/4", redirect("/"))


TRAPS = [
    serve_circle,
    serve_the_same_for_ever,
    serve_ever_new_parameters,
    serve_sessions,
    serve_way_out,
    serve_redirect_out,
    serve_redirect_home,
]


@pytest.mark.parametrize("trap", TRAPS)
def test_a_walk_ends_that_leads_nowhere(past: Past, trap: Callable[[Past], None]) -> None:
    trap(past)
    past.add()
    result = past.one(articles=False)
    expected = 20 if trap is serve_circle else 15
    assert outcome(result) == ("done", "pager", expected, expected)
    assert past.posts() == expected
    assert len(past.paths) <= 4 + PATIENCE
    assert past.ask("select count(*) from backfill_met") == 0


def test_a_pager_that_leads_to_newer_posts_is_no_way_back(past: Past) -> None:
    posts = past_posts(60, site=past.site)
    months = serve_months(past.server, posts[20:])
    links = [(f"/{month[:4]}/{month[5:]}/", month) for month in months]
    past.server.on("/", Answer(with_links(page(posts[40:45], older="/list/a"), links)))
    for number, name in enumerate("abcdefgh"):
        following = chr(ord(name) + 1)
        some = posts[35 - 5 * number : 40 - 5 * number]
        past.server.on(f"/list/{name}", Answer(page(some, older=f"/list/{following}")))
    past.add()
    result = past.one()
    assert [path for path in past.paths if path.startswith("/list/")] == ["/list/a", "/list/b", "/list/c"]
    assert outcome(result)[:2] == ("done", "months")
    assert past.ask("select min(published_at) from post") is not None
    assert past.posts() >= 40


def test_a_calendar_without_end_is_left_after_a_year_without_posts(past: Past) -> None:
    posts = past_posts(10, site=past.site)
    asked_months = []

    def month(year: int, number: int) -> Callable[[Asked], Answer]:
        def respond(asked: Asked) -> Answer:
            asked_months.append(asked.path)
            some = by_month(posts).get(f"{year}-{number:02}", [])
            return Answer(with_links(page(some), around(year, number)))

        return respond

    def around(year: int, number: int) -> list[tuple[str, str]]:
        before = (year - 1, 12) if number == 1 else (year, number - 1)
        after = (year + 1, 1) if number == 12 else (year, number + 1)
        return [(f"/{y}/{n:02}/", label) for (y, n), label in ((before, "« before"), (after, "after »"))]

    for year in range(1985, 2101):
        for number in range(1, 13):
            past.server.on(f"/{year}/{number:02}/", month(year, number))
    past.server.on("/", Answer(with_links(page(posts[:2]), around(NOW.year, NOW.month))))
    past.add()
    assert past.one(pages=1000).status == "done"
    assert past.posts() == 10
    assert len(asked_months) <= len(by_month(posts)) + MONTHS_PATIENCE + 1
    assert not any(path.startswith(("/2027", "/21")) for path in asked_months)


def test_a_site_that_makes_up_posts_for_ever_is_left_at_some_time(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    posts = past_posts(100, site=past.site)
    serve_pager(past.server, posts)
    monkeypatch.setattr("ingest.archive_walk.MAX_WALK", 12)
    past.add()
    assert [past.one(pages=5).status for _ in range(3)] == ["more", "more", "done"]
    assert past.ask("select ended from backfill") == "12 pages were read"
    assert len(past.paths) == 12


# -- manners ---------------------------------------------------------------------------------------------------


def test_what_robots_txt_forbids_is_not_read(past: Past) -> None:
    serve_pager(past.server, past_posts(20, site=past.site))
    past.server.on("/robots.txt", Answer(b"User-agent: *\nDisallow: /page/"))
    past.add()
    result = past.one()
    assert (result.status, result.new) == ("done", 5)
    assert past.paths == ["/"]
    assert result.state is not None
    assert "the site's robots.txt forbids it" in (result.state.ended or "")


def test_a_robots_txt_that_cannot_be_had_is_waited_for(past: Past) -> None:
    serve_pager(past.server, past_posts(20, site=past.site))
    past.server.on("/robots.txt", Answer(status=500))
    past.add()
    assert past.one().status == "error"
    past.server.on("/robots.txt", Answer(b""))
    assert outcome(past.one(later=timedelta(hours=2))) == ("done", "pager", 20, 20)


def test_a_server_that_asks_for_time_gets_it(past: Past) -> None:
    serve_pager(past.server, past_posts(20, site=past.site))
    past.server.on("/page/3", Answer(status=503, headers={"Retry-After": "7200"}))
    past.add()
    first = past.one()
    assert (first.status, first.new) == ("error", 10)
    assert "HTTP 503" in (first.error or "")
    asked = len(past.server.asked)
    waiting = past.one()
    assert (waiting.status, len(past.server.asked)) == ("waiting", asked)
    serve_pager(past.server, past_posts(20, site=past.site))
    assert outcome(past.one(later=timedelta(hours=2))) == ("done", "pager", 10, 10)


def test_a_page_that_fails_for_good_is_given_up_and_the_months_are_read(past: Past) -> None:
    posts = past_posts(40, site=past.site)
    months = serve_months(past.server, posts)
    serve_pager(past.server, posts)
    links = [(f"/{month[:4]}/{month[5:]}/", month) for month in months]
    past.server.on("/", Answer(with_links(page(posts[:5], older="/page/2"), links)))
    past.server.on("/page/3", Answer(status=500))
    past.add()
    statuses = [past.one(later=timedelta(days=2)).status for _ in range(TRIES)]
    assert statuses == ["error"] * (TRIES - 1) + ["done"]
    assert past.paths.count("/page/3") == TRIES
    assert past.posts() >= 38  # those of the month that the second page ends in are lost with the third


def test_a_host_is_asked_at_its_pace(past: Past) -> None:
    posts = past_posts(20, site=past.site)
    serve_pager(past.server, posts)
    past.add()
    moments: list[float] = []
    clock = [0.0]

    async def sleep(seconds: float) -> None:
        clock[0] += seconds
        moments.append(clock[0])
        await asyncio.sleep(0)

    async def go() -> None:
        limits = limits_for(past.server, host_delay_s=2.0)
        async with Client(limits, sleep=sleep, clock=lambda: clock[0], robots=past.robots) as client:
            await backfill(past.database, client, now=lambda: NOW, sandbox=past.sandbox)

    asyncio.run(go())
    asked = len(past.server.asked)
    assert past.posts() == 20
    assert clock[0] >= 2.0 * (asked - 1)
    assert past.server.most_at_once == 1


def test_a_reader_that_fails_costs_its_page_and_is_told(server: LoopbackServer, db: Database) -> None:
    with Sandbox(workers=1, reader="tests.ingest.unruly:read") as unruly:
        past = Past(server, db, unruly)
        server.on("/", Answer(b"crash"))
        past.add()
        summary = past.run()
    assert summary.results[0].unforeseen
    assert summary.exit_code == 1


EXIT_CODES = {
    "all done": (["done", "more", "waiting"], False, 0),
    "nothing to do": ([], False, 0),
    "one of several failed": (["done", "error"], False, 0),
    "one that was named failed": (["done", "error"], True, 1),
    "all failed": (["error", "error"], False, 1),
}


@pytest.mark.parametrize("case", EXIT_CODES)
def test_the_exit_code_is_one_that_cron_can_trust(case: str) -> None:
    statuses, named, code = EXIT_CODES[case]
    results = tuple(BackfillResult("u", status) for status in statuses)  # type: ignore[arg-type]  # a literal's values
    assert BackfillSummary(results, 0.0, named=named).exit_code == code
