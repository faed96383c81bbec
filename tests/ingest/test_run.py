"""A pass over the sources: what is visited, what is stored, and what a failure costs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from ingest.client import Client
from ingest.errors import IngestError
from ingest.robots import RobotsMemory
from ingest.run import RunSummary, SourceResult, ingest
from ingest.sandbox import Sandbox
from nlp.annotations import Analysis, Mention, PostText, TaggedEntity
from nlp.errors import CatalogueError
from store.database import Database
from store.errors import DatabaseUrlError, UnknownSourceError
from store.posts import counts
from store.records import PostQuery
from store.search import search_posts
from store.sources import remove_source
from store.views import get_post
from tests.ingest.conftest import limits_for
from tests.ingest.factories import NOW, add, item, items, page, rss, source
from tests.ingest.newsdesk import Newsdesk, told
from tests.servers import FEED_TYPE, HOLD, Answer, Asked, LoopbackServer, Raw, redirect


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(workers=1) as box:
        yield box


@pytest.fixture
def db(sqlite_url: str) -> Iterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    opened.close()


class Wire:
    """A server, a database and runs over them at times that a test sets."""

    def __init__(self, server: LoopbackServer, database: Database, sandbox: Sandbox) -> None:
        self.server, self.database, self.sandbox = server, database, sandbox
        self.now = NOW
        self.limits: dict[str, Any] = {}
        self.robots = RobotsMemory(clock=lambda: self.now.timestamp())

    @property
    def paths(self) -> list[str]:
        """What was asked for, apart from robots.txt."""
        return [path for path in self.server.paths if path != "/robots.txt"]

    def feed(self, path: str, numbers: Sequence[int], **fields: Any) -> str:
        return self.server.on(path, Answer(rss(items(numbers)), content_type=FEED_TYPE, **fields))

    def run(self, *, later: timedelta = timedelta(hours=1), **options: Any) -> RunSummary:
        async def go() -> RunSummary | None:
            async with Client(limits_for(self.server, **self.limits), robots=self.robots) as client:
                return await ingest(
                    self.database, client, now=lambda: self.now, sandbox=self.sandbox, chance=lambda: 0.0, **options
                )

        self.now += later
        summary = asyncio.run(go())
        assert summary is not None
        return summary

    def titles(self) -> list[str]:
        with self.database.read() as session:
            return [post.title for post in search_posts(session, PostQuery(), limit=100, cursor=None).items]


@pytest.fixture
def wire(server: LoopbackServer, db: Database, sandbox: Sandbox) -> Wire:
    return Wire(server, db, sandbox)


def outcome(result: SourceResult) -> tuple[str, int, int]:
    return result.status, result.new, result.updated


# -- what is stored --------------------------------------------------------------------------------------------


def test_a_feed_is_stored_once_and_not_downloaded_again(wire: Wire) -> None:
    url = wire.feed("/feed", range(12), etag='W/"v1"', last_modified="Mon, 02 Mar 2026 10:00:00 GMT")
    add(wire.database, url)
    assert outcome(wire.run().results[0]) == ("ok", 12, 0)
    assert outcome(wire.run().results[0]) == ("unchanged", 0, 0)
    asked = wire.server.asked[1].headers
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('W/"v1"', "Mon, 02 Mar 2026 10:00:00 GMT")
    assert len(wire.titles()) == 12


def test_equal_bytes_are_not_read_again_but_their_new_validators_are_kept(wire: Wire) -> None:
    url = wire.feed("/feed", range(3), etag='"1"')
    add(wire.database, url)
    wire.run()
    wire.feed("/feed", range(3), etag='"2"')
    with Sandbox(reader="no.such:reader") as never:
        wire.sandbox = never
        assert outcome(wire.run().results[0]) == ("unchanged", 0, 0)
    assert source(wire.database, url).etag == '"2"'


def test_a_feed_that_moves_on_brings_only_what_is_new(wire: Wire) -> None:
    add(wire.database, wire.feed("/feed", range(10)))
    wire.run()
    wire.feed("/feed", range(4, 14))
    assert outcome(wire.run().results[0]) == ("ok", 4, 0)
    assert len(wire.titles()) == 14


def test_an_edited_entry_updates_its_post_and_keeps_the_earlier_text(wire: Wire) -> None:
    url = wire.feed("/feed", [1, 2])
    add(wire.database, url)
    wire.run()
    edited = [item(2), item(1).but(title="Panel 1 is withdrawn")]
    wire.server.on("/feed", Answer(rss(edited), content_type=FEED_TYPE))
    assert outcome(wire.run().results[0]) == ("ok", 0, 1)
    with wire.database.read() as session:
        found = search_posts(session, PostQuery(q="withdrawn"), limit=5, cursor=None).items
        detail = get_post(session, found[0].id)
    assert detail is not None
    assert [revision.title for revision in detail.revisions] == ["Panel 1 is released"]


def test_source_title_and_site_are_remembered(wire: Wire) -> None:
    url = wire.feed("/feed", [1])
    add(wire.database, url)
    wire.run()
    stored = source(wire.database, url)
    assert (stored.title, stored.site_url) == ("The wire", "http://wire.example/")


def test_a_run_with_nothing_to_do_is_a_good_run(wire: Wire) -> None:
    summary = wire.run()
    assert (summary.results, summary.exit_code) == ((), 0)
    totals = summary.to_json()
    assert totals.pop("seconds") >= 0
    assert totals == {"sources": 0, "ok": 0, "failed": 0, "new": 0, "updated": 0, "analyzed": 0}


# -- failures --------------------------------------------------------------------------------------------------

FAILURES: dict[str, tuple[Answer, dict[str, str], str]] = {
    "missing": (Answer(status=404), {}, "HTTP 404 Not Found"),
    "broken": (Answer(status=500), {}, "HTTP 500 Internal Server Error"),
    "garbage": (Answer(b"\x00\xff\xfe garbage \x80" * 50, content_type=FEED_TYPE), {}, ""),
    "empty": (Answer(b"", content_type=FEED_TYPE), {}, ""),
    "a page instead of a feed": (Answer(b"<!doctype html><html><p>Welcome.</p></html>"), {}, "feed"),
    "a page without posts": (
        Answer(b"<!doctype html><html><title>Hi</title><p>Under construction.</p></html>"),
        {"kind": "page"},
        "post",
    ),
    "a circle": (redirect("/bad"), {}, "circle"),
    "inside": (redirect("http://10.0.0.1/feed"), {}, "10.0.0.1 is a private address"),
}


@pytest.mark.parametrize("case", FAILURES)
def test_a_failing_source_gets_one_line_and_costs_the_others_nothing(wire: Wire, case: str) -> None:
    answer, fields, words = FAILURES[case]
    bad = wire.server.on("/bad", answer)
    good = wire.feed("/good", range(5))
    add(wire.database, bad, **fields)
    add(wire.database, good)
    summary = wire.run()
    failed, fine = summary.results
    assert (failed.url, failed.status, failed.new, failed.unforeseen) == (bad, "error", 0, False)
    assert failed.error
    assert words in failed.error
    assert "\n" not in failed.error
    assert outcome(fine) == ("ok", 5, 0)
    assert summary.exit_code == 0
    assert source(wire.database, bad).last_error == failed.error


def test_a_failure_leaves_posts_and_validators_as_they_were(wire: Wire) -> None:
    url = wire.feed("/feed", range(3), etag='"1"')
    add(wire.database, url)
    wire.run()
    wire.server.on("/feed", Answer(b"not a feed any more"))
    assert wire.run().results[0].status == "error"
    stored = source(wire.database, url)
    assert (stored.etag, stored.failures, stored.posts) == ('"1"', 1, 3)
    wire.feed("/feed", range(3), etag='"1"')
    assert wire.run().results[0].status == "unchanged"
    assert source(wire.database, url).failures == 0


def test_a_fault_of_ours_is_logged_with_its_trace_and_shows_in_the_exit_code(wire: Wire) -> None:
    bad = wire.server.on("/bad", Answer(b"crash"))
    add(wire.database, bad)
    add(wire.database, wire.server.on("/good", Answer(b"mess")))
    with Sandbox(reader="tests.ingest.unruly:read") as unruly, capture_logs() as logs:
        wire.sandbox = unruly
        summary = wire.run()
    assert [result.status for result in summary.results] == ["error", "ok"]
    assert (summary.results[0].unforeseen, summary.exit_code) == (True, 1)
    (event,) = [event for event in logs if event["event"] == "reader_failed"]
    assert "nobody foresaw this" in event["trace"]


def test_a_reader_that_hangs_costs_its_own_source(wire: Wire) -> None:
    add(wire.database, wire.server.on("/bad", Answer(b"hang")))
    add(wire.database, wire.server.on("/good", Answer(b"mess")))
    with Sandbox(reader="tests.ingest.unruly:read", deadline_s=0.5, workers=1) as unruly:
        wire.sandbox = unruly
        summary = wire.run()
    assert [result.status for result in summary.results] == ["error", "ok"]
    assert "deadline_s" in (summary.results[0].error or "")
    assert summary.exit_code == 0


def test_a_database_that_breaks_ends_the_run_with_its_own_error(wire: Wire) -> None:
    add(wire.database, wire.feed("/feed", [1]))

    def clock() -> datetime:
        if wire.server.asked:
            raise DatabaseUrlError("the disk is full")
        return NOW

    async def go() -> None:
        async with Client(limits_for(wire.server)) as client:
            await ingest(wire.database, client, now=clock, sandbox=wire.sandbox)

    with pytest.raises(DatabaseUrlError, match="disk is full"):
        asyncio.run(go())


# -- when a source is visited ----------------------------------------------------------------------------------


def test_a_source_that_keeps_failing_is_left_alone_for_a_while(wire: Wire) -> None:
    url = wire.server.url("/missing")
    add(wire.database, url)
    statuses = [wire.run(later=timedelta(minutes=10)).results[0].status for _ in range(4)]
    assert statuses == ["error", "error", "skipped", "error"]
    assert wire.server.paths == ["/missing"] * 3
    assert source(wire.database, url).next_fetch_at == wire.now + timedelta(minutes=30)


def test_force_visits_all_and_a_name_visits_one(wire: Wire) -> None:
    waiting = wire.server.on("/busy", Answer(status=429, headers={"Retry-After": "7200"}))
    add(wire.database, waiting)
    add(wire.database, wire.feed("/feed", [1]))
    wire.run()
    assert source(wire.database, waiting).next_fetch_at == wire.now + timedelta(hours=2)
    assert [r.status for r in wire.run(only=[waiting]).results] == ["skipped"]
    assert [r.status for r in wire.run(only=[waiting], force=True).results] == ["error"]
    assert [r.status for r in wire.run(force=True).results] == ["error", "unchanged"]
    assert [r.status for r in wire.run().results] == ["skipped", "unchanged"]


def test_a_name_that_is_no_source_is_an_error(wire: Wire) -> None:
    with pytest.raises(UnknownSourceError, match="no source 'nonsense'"):
        wire.run(only=["nonsense"])


def test_a_source_that_is_gone_is_switched_off(wire: Wire) -> None:
    url = wire.server.on("/feed", Answer(status=410))
    add(wire.database, url)
    assert "switched off" in (wire.run().results[0].error or "")
    assert wire.run(force=True).results == ()
    assert not source(wire.database, url).enabled


def test_a_fallback_is_tried_when_the_address_fails(wire: Wire) -> None:
    fallback = wire.feed("/second", range(4), etag='"f"')
    url = wire.server.on("/first", Answer(status=404))
    add(wire.database, url, fallback_urls=(wire.server.url("/neither"), fallback))
    assert outcome(wire.run().results[0]) == ("ok", 4, 0)
    assert outcome(wire.run().results[0]) == ("unchanged", 0, 0)
    sent = {asked.path: asked.headers.get("if-none-match") for asked in wire.server.asked[3:]}
    assert sent == {"/first": None, "/neither": None, "/second": '"f"'}


def test_a_run_beside_another_leaves_at_once(wire: Wire) -> None:
    add(wire.database, wire.feed("/feed", [1]))

    async def go() -> RunSummary | None:
        async with Client(limits_for(wire.server)) as client:
            return await ingest(wire.database, client, now=lambda: NOW, sandbox=wire.sandbox)

    other = Database(f"sqlite:///{wire.database.engine.url.database}")
    with other.run_lock("ingest") as held:
        assert held
        assert asyncio.run(go()) is None
    other.close()
    assert wire.server.asked == []
    assert asyncio.run(go()) is not None


def test_progress_is_told_of_every_source(wire: Wire) -> None:
    for name in "abc":
        add(wire.database, wire.feed(f"/{name}", [1]))
    told: list[tuple[str, int, int]] = []
    wire.run(progress=lambda *step: told.append(step))
    assert told == [("sources", 1, 3), ("sources", 2, 3), ("sources", 3, 3)]


EXIT_CODES = {
    "nothing to do": ([], {}, 0),
    "all well": (["ok", "unchanged"], {}, 0),
    "one of two failed": (["ok", "error"], {}, 0),
    "all failed": (["error", "error"], {}, 1),
    "all tried failed, others were not due": (["error", "skipped"], {}, 1),
    "none was due": (["skipped"], {}, 0),
    "a named one failed": (["ok", "error"], {"named": True}, 1),
    "posts that could not be tagged": (["ok"], {"analysis_failed": 1}, 1),
}


@pytest.mark.parametrize("case", EXIT_CODES)
def test_the_exit_code_is_one_that_cron_can_trust(case: str) -> None:
    statuses, fields, code = EXIT_CODES[case]
    results = tuple(SourceResult("u", status, error="e" if status == "error" else None) for status in statuses)  # type: ignore[arg-type]
    summary = RunSummary(**{"results": results, "analyzed": 0, "analysis_failed": 0, "seconds": 0.0, **fields})
    assert summary.exit_code == code


# -- pages without a feed --------------------------------------------------------------------------------------


def serve_pages(wire: Wire, count: int, *, elsewhere: str = "") -> str:
    site = wire.server.url("").rstrip("/")
    for number in range(1, count + 1):
        newest = (count - number + 1) * 5
        older = f"{elsewhere}/page/{number + 1}" if number < count else None
        entries = items(range(newest - 5, newest), site=site)
        wire.server.on(f"/page/{number}", Answer(page(entries, older=older), last_modified=f"v{number}"))
    return wire.server.url("/page/1")


def test_a_first_visit_to_a_page_follows_older_pages_and_the_next_does_not(wire: Wire) -> None:
    add(wire.database, serve_pages(wire, 3), kind="page")
    assert outcome(wire.run().results[0]) == ("ok", 15, 0)
    assert wire.paths == ["/page/1", "/page/2", "/page/3"]
    assert outcome(wire.run().results[0]) == ("unchanged", 0, 0)
    assert wire.paths[3:] == ["/page/1"]
    assert wire.server.asked[-1].headers["if-modified-since"] == "v1"


def test_older_pages_are_followed_only_so_far(wire: Wire) -> None:
    add(wire.database, serve_pages(wire, 30), kind="page")
    assert outcome(wire.run().results[0]) == ("ok", 55, 0)


def test_older_pages_of_another_site_are_not_this_source(wire: Wire) -> None:
    add(wire.database, serve_pages(wire, 3, elsewhere="http://elsewhere.example"), kind="page")
    assert outcome(wire.run().results[0]) == ("ok", 5, 0)
    assert wire.paths == ["/page/1"]


def test_an_older_page_that_fails_ends_the_walk_and_not_the_visit(wire: Wire) -> None:
    url = serve_pages(wire, 3)
    wire.server.on("/page/3", Answer(status=500))
    add(wire.database, url, kind="page")
    assert outcome(wire.run().results[0]) == ("ok", 10, 0)


def test_a_pager_that_leads_in_a_circle_ends(wire: Wire) -> None:
    url = serve_pages(wire, 2)
    site = wire.server.url("").rstrip("/")
    wire.server.on("/page/2", Answer(page(items(range(5), site=site), older="/page/1")))
    add(wire.database, url, kind="page")
    assert outcome(wire.run().results[0]) == ("ok", 10, 0)
    assert wire.paths == ["/page/1", "/page/2"]


def test_page_and_feed_of_one_blog_store_each_post_once(wire: Wire) -> None:
    site = wire.server.url("").rstrip("/")
    wire.server.on("/feed", Answer(rss(items(range(8), site=site), site=site), content_type=FEED_TYPE))
    wire.server.on("/", Answer(page(items(range(8), site=site))))
    add(wire.database, wire.server.url("/"), kind="page")
    add(wire.database, wire.server.url("/feed"))
    assert wire.run().to_json()["new"] == 8
    assert len(wire.titles()) == 8


# -- analysis --------------------------------------------------------------------------------------------------


class PanelTagger:
    """Finds the word "panel"; fails on posts that hold a word it is told to."""

    version = "test/1"

    def __init__(self, fails_on: str = "\0") -> None:
        self.fails_on = fails_on

    def tag(self, post: PostText) -> Analysis:
        if self.fails_on in post.title:
            raise ZeroDivisionError(post.title)
        start = post.title.index("Panel")
        mention = Mention("title", start, start + 5, "Panel")
        return Analysis(products=(TaggedEntity("product", "panel", "Panel", True, True, (mention,)),))

    def tag_many(self, posts: Sequence[PostText]) -> Iterator[Analysis]:
        return map(self.tag, posts)


def test_new_posts_are_tagged_and_counted(wire: Wire) -> None:
    add(wire.database, wire.feed("/feed", range(7)))
    told: list[tuple[str, int, int]] = []
    assert wire.run(tagger=PanelTagger, progress=lambda *step: told.append(step)).analyzed == 7
    assert told[-1] == ("posts", 7, 7)
    assert wire.run(tagger=PanelTagger).analyzed == 0
    with wire.database.read() as session:
        assert counts(session).entities["product"] == 1
        assert len(search_posts(session, PostQuery(products=("panel",)), limit=50, cursor=None).items) == 7


def test_a_post_that_the_tagger_fails_on_stays_for_the_next_run(wire: Wire) -> None:
    add(wire.database, wire.feed("/feed", range(7)))
    with capture_logs() as logs:
        summary = wire.run(tagger=lambda: PanelTagger(fails_on="Panel 3"))
    assert (summary.analyzed, summary.analysis_failed, summary.exit_code) == (6, 1, 1)
    assert [event["event"] for event in logs if event["log_level"] == "error"] == ["tagging_failed"]
    assert wire.run(tagger=PanelTagger).analyzed == 1


def test_a_tagger_that_cannot_be_made_keeps_no_post_from_being_stored(wire: Wire) -> None:
    def make() -> PanelTagger:
        raise CatalogueError("own.toml: no such vendor")

    add(wire.database, wire.feed("/feed", range(2)))
    summary = wire.run(tagger=make)
    assert (summary.analysis_error, summary.exit_code) == ("own.toml: no such vendor", 1)
    assert len(wire.titles()) == 2


def test_a_tagger_is_made_only_where_there_is_something_to_tag(wire: Wire) -> None:
    def make() -> PanelTagger:
        raise AssertionError("nothing is to be tagged")

    add(wire.database, wire.feed("/feed", range(1)))
    assert wire.run(tagger=PanelTagger).analyzed == 1
    assert wire.run(tagger=make).analyzed == 0


def test_events_of_removed_posts_are_resolved_where_nothing_is_to_be_tagged(wire: Wire) -> None:
    def make() -> PanelTagger:
        raise AssertionError("nothing is to be tagged")

    desk = Newsdesk(wire.database)
    desk.arrive(
        told("plan", "2010-05-01", "release sp1 planned 2010-07"),
        told("fact", "2010-06-01", "release sp1 happened 2010-06-01"),
    )
    with wire.database.write() as session:
        remove_source(session, "http://plan.example/feed", keep_posts=True)
        remove_source(session, "http://fact.example/feed", keep_posts=False)
    assert wire.run(tagger=make).analyzed == 0
    assert [(event.status, event.date.value, event.reports) for event in desk.timeline()] == [("planned", "2010-07", 1)]


def test_without_a_tagger_posts_wait(wire: Wire) -> None:
    add(wire.database, wire.feed("/feed", range(2)))
    assert wire.run().analyzed == 0
    assert wire.run(tagger=PanelTagger).analyzed == 2


# -- one test for both databases, through the whole --------------------------------------------------------------


def test_both_databases_take_a_run(server: LoopbackServer, database: Database, sandbox: Sandbox) -> None:
    wire = Wire(server, database, sandbox)
    add(database, wire.feed("/feed", range(30)))
    add(database, wire.feed("/same", range(30)))
    add(database, server.url("/missing"))
    assert wire.run(tagger=PanelTagger).to_json()["new"] == 30
    assert wire.run(tagger=PanelTagger).to_json()["new"] == 0
    assert len(wire.titles()) == 30


def test_errors_of_ingest_are_one_tree() -> None:
    from ingest import errors

    kinds = [
        value for value in vars(errors).values() if isinstance(value, type) and value.__module__ == errors.__name__
    ]
    assert all(issubclass(kind, IngestError) for kind in kinds)


def test_conditions_hold_through_a_moved_feed(wire: Wire) -> None:
    """The address that gave the validators is the one that gets to see them, also behind a redirect."""

    def moved(asked: Asked) -> Answer:
        return redirect("/new", 301)

    url = wire.server.on("/old", moved)
    wire.feed("/new", range(3), etag='"n"')
    add(wire.database, url)
    assert outcome(wire.run().results[0]) == ("ok", 3, 0)
    assert outcome(wire.run().results[0]) == ("unchanged", 0, 0)
    assert [asked.headers.get("if-none-match") for asked in wire.server.asked] == [None, None, None, '"n"']


# -- sitemaps --------------------------------------------------------------------------------------------------


def serve_sitemap(wire: Wire, numbers: Sequence[int]) -> str:
    for number in numbers:
        entry = item(number)
        paragraphs = "".join(f"<p>{entry.text} Part {part} of what there is to say.</p>" for part in range(6))
        html = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{entry.title}</title>'
            f'<meta property="og:type" content="article">'
            f'<meta property="article:published_time" content="{entry.published.isoformat()}"></head>'
            f"<body><article><h1>{entry.title}</h1>{paragraphs}</article></body></html>"
        )
        wire.server.on(f"/posts/{number}", Answer(html.encode()))
    listed = "".join(
        f"<url><loc>{wire.server.url(f'/posts/{number}')}</loc><lastmod>{item(number).published.isoformat()}</lastmod></url>"
        for number in numbers
    )
    xml = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'
    return wire.server.on("/sitemap.xml", Answer(xml.encode(), content_type="application/xml"))


def test_the_pages_of_a_sitemap_are_read_as_articles_and_each_once(wire: Wire) -> None:
    add(wire.database, serve_sitemap(wire, range(1, 6)), kind="sitemap")
    assert outcome(wire.run().results[0]) == ("ok", 5, 0)
    assert outcome(wire.run().results[0]) == ("unchanged", 0, 0)
    assert sorted(wire.titles()) == [f"Panel {number} is released" for number in range(1, 6)]
    assert len(wire.paths) == 7


def test_only_the_newest_pages_of_a_sitemap_are_read_at_a_visit(wire: Wire) -> None:
    add(wire.database, serve_sitemap(wire, range(1, 40)), kind="sitemap")
    assert outcome(wire.run().results[0]) == ("ok", 20, 0)
    assert "/posts/39" in wire.paths
    assert "/posts/19" not in wire.paths


def test_an_index_leads_to_its_sitemaps(wire: Wire) -> None:
    child = serve_sitemap(wire, range(1, 4))
    index = (
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<sitemap><loc>{child}</loc></sitemap><sitemap><loc>{wire.server.url('/none.xml')}</loc></sitemap></sitemapindex>"
    )
    url = wire.server.on("/index.xml", Answer(index.encode(), content_type="application/xml", etag='"i"'))
    add(wire.database, url, kind="sitemap")
    assert outcome(wire.run().results[0]) == ("ok", 3, 0)
    assert outcome(wire.run().results[0]) == ("ok", 0, 0)


# -- being told to stop ----------------------------------------------------------------------------------------


def test_a_run_that_is_told_to_stop_ends_what_it_has_begun_and_begins_nothing_more(wire: Wire) -> None:
    """Sources of one host are visited in turn: the first of them tells the run to stop."""
    told = threading.Event()

    def tells(_: Asked) -> Answer:
        told.set()
        return Answer(rss(items([1])), content_type=FEED_TYPE)

    add(wire.database, wire.server.on("/first", tells))
    add(wire.database, wire.feed("/second", [2]))
    wire.limits = {"host_delay_s": 0.001}
    summary = wire.run(stopped=told.is_set)
    assert [outcome(result) for result in summary.results] == [("ok", 1, 0), ("skipped", 0, 0)]
    assert [result.status for result in wire.run().results] == ["unchanged", "ok"]
    assert len(wire.titles()) == 2


def test_a_visit_that_takes_longer_than_its_grace_is_left_off_and_its_source_stays_due(wire: Wire) -> None:
    told = threading.Event()

    def hangs(_: Asked) -> Raw:
        told.set()
        return Raw([b"HTTP/1.1 200 OK\r\n", HOLD])

    url = add(wire.database, wire.server.on("/hangs", hangs)).url
    assert wire.run(stopped=told.is_set, grace_s=0.1).results[0].status == "skipped"
    assert (source(wire.database, url).failures, source(wire.database, url).last_fetched_at) == (0, None)
    wire.feed("/hangs", [3])
    assert outcome(wire.run().results[0]) == ("ok", 1, 0)


def test_a_run_that_is_told_to_stop_before_it_begins_asks_nobody(wire: Wire) -> None:
    add(wire.database, wire.feed("/feed", [1]))
    assert wire.run(stopped=lambda: True).results[0].status == "skipped"
    assert wire.server.paths == []


def test_a_reader_that_goes_on_is_not_waited_for(wire: Wire, tmp_path: Path) -> None:
    """It would have twenty seconds for its document."""
    begun = tmp_path / "begun"
    add(wire.database, wire.server.on("/feed", Answer(str(begun).encode(), content_type=FEED_TYPE)))
    with Sandbox(workers=1, reader="tests.ingest.greedy:never_end", deadline_s=600.0) as wire.sandbox:
        assert wire.run(stopped=begun.exists, grace_s=0.1).results[0].status == "skipped"
