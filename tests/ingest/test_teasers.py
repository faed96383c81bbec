"""Feeds that show only the beginnings of posts: which entries those are, and their texts from their own pages."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ingest.client import Client
from ingest.entries import Article, Entry
from ingest.run import RunSummary, ingest
from ingest.sandbox import Sandbox
from ingest.teasers import is_teaser, is_whole_of
from store.database import Database
from store.records import PostDetail, PostQuery
from store.search import search_posts
from store.views import get_post
from tests.ingest.conftest import limits_for
from tests.ingest.factories import NOW, Item, add, item, items, rss, source
from tests.servers import FEED_TYPE, Answer, LoopbackServer, redirect

CUT = {
    "an ellipsis": "The vendor shipped panel 9 today. It mends…",
    "three dots": "The vendor shipped panel 9 today. It mends ...",
    "in brackets": "The vendor shipped panel 9 today. It mends [...]",
    "WordPress": "The vendor shipped panel 9 today. It mends […]\n\nThe post Panel 9 appeared first on Rackside.",
    "read more": "The vendor shipped panel 9 today.\n\nRead more",
    "read more, with an arrow": "The vendor shipped panel 9 today. Read more »",
    "continue reading and its title": "The vendor shipped panel 9 today… Continue reading Panel 9 is released →",
    "German": "Der Hersteller hat Panel 9 ausgeliefert. Weiterlesen",
    "French": "Le panneau 9 est sorti.\n\nLire la suite",
}
WHOLE = {
    "a short post": "The vendor shipped panel 9 today.",
    "no text": "",
    "an ellipsis inside": "Well… the vendor shipped panel 9 today.",
    "dots inside": "Wait for it ... the vendor shipped panel 9 today.",
    "more as a word": "The vendor shipped panel 9 today, and much more",
    "a long post that ends so": "word " * 400 + "and so on…",
    "what WordPress appends to whole posts": "Panel 9 is out.\n\nThe post Panel 9 appeared first on Rackside.",
}


def entry(text: str) -> Entry:
    return Entry(id="1", url="http://a.example/1", title="Panel 9", text=text)


@pytest.mark.parametrize("case", CUT)
def test_a_text_that_says_it_is_not_all_is_a_teaser(case: str) -> None:
    assert is_teaser(entry(CUT[case]))


@pytest.mark.parametrize("case", WHOLE)
def test_a_text_that_does_not_say_so_is_none(case: str) -> None:
    assert not is_teaser(entry(WHOLE[case]))


def test_an_article_is_the_post_that_begins_as_the_teaser_does() -> None:
    begun = entry(CUT["WordPress"])
    text = "The vendor shipped panel 9 today. It mends four faults of the one before it, and opens in half the time."
    assert is_whole_of(Article("Panel 9", None, None, text), begun)
    assert not is_whole_of(Article("Sign in", None, None, "Please sign in to read what our members read. " * 9), begun)
    assert not is_whole_of(Article("Panel 9", None, None, "The vendor shipped."), begun)


# -- through a run -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(workers=1) as box:
        yield box


class Site:
    """A feed of teasers and its articles, visited once a day."""

    def __init__(self, server: LoopbackServer, database: Database, sandbox: Sandbox, posts: Sequence[Item]) -> None:
        self.server, self.database, self.sandbox = server, database, sandbox
        self.now = NOW
        self.url = server.url("/feed")
        self.show(posts)
        for post in posts:
            self.publish(post)
        add(database, self.url)

    def show(self, posts: Sequence[Item]) -> None:
        teasers = [post.but(text=f"{post.text[:60]} […]") for post in posts]
        self.server.on("/feed", Answer(rss(teasers), content_type=FEED_TYPE, etag=f'"{hash(tuple(teasers))}"'))

    def publish(self, post: Item, **fields: Any) -> None:
        self.server.on(f"/posts/{post.number}", Answer(article(post), **fields))

    def visit(self, clock: Callable[[], float] = time.monotonic, **options: Any) -> RunSummary:
        async def go() -> RunSummary | None:
            async with Client(limits_for(self.server), clock=clock) as client:
                return await ingest(
                    self.database, client, now=lambda: self.now, force=True, sandbox=self.sandbox, **options
                )

        self._before = len(self.server.paths)
        self.now += timedelta(days=1)
        summary = asyncio.run(go())
        assert summary is not None
        return summary

    def posts(self) -> dict[str, PostDetail]:
        with self.database.read() as session:
            found = search_posts(session, PostQuery(), limit=100, cursor=None).items
            return {post.title: get_post(session, post.id) for post in found}

    @property
    def asked(self) -> list[str]:
        """What the last visit asked for, apart from robots.txt."""
        return [path for path in self.server.paths[self._before :] if path != "/robots.txt"]

    @property
    def asked_articles(self) -> int:
        return sum(path.startswith("/posts/") for path in self.asked)


def article(post: Item) -> bytes:
    paragraphs = "".join(f"<p>{sentence}.</p>" for sentence in whole(post).split(". "))
    return (
        f"<!doctype html><html><head><title>{post.title}</title></head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>{post.title}</h1>{paragraphs}</article><footer>All of it written here.</footer></body></html>"
    ).encode()


def whole(post: Item) -> str:
    return f"{post.text} " + " ".join(
        f"Part {number} tells what administrators of panel {post.number} should know before they install it."
        for number in range(1, 12)
    )


@pytest.fixture
def site(server: LoopbackServer, database: Database, sandbox: Sandbox) -> Site:
    return Site(server, database, sandbox, items(range(3), site=server.url("")))


def test_teasers_are_stored_with_the_text_of_their_pages_and_read_once(site: Site) -> None:
    assert site.visit().to_json()["new"] == 3
    posts = site.posts()
    assert all("Part 11 tells" in post.text and "[…]" not in post.text for post in posts.values())
    assert all("Home" not in post.text for post in posts.values())
    assert site.asked_articles == 3
    site.show(items(range(4), site=site.server.url("")))
    site.publish(item(3, site=site.server.url("")))
    assert site.visit().to_json()["new"] == 1
    assert site.asked_articles == 1


def test_without_articles_the_teasers_are_stored(site: Site) -> None:
    site.visit(articles=False)
    assert site.asked_articles == 0
    assert all(post.text.endswith("[…]") for post in site.posts().values())


def test_more_than_a_visit_reads_are_read_by_the_next_ones(
    server: LoopbackServer, database: Database, sandbox: Sandbox
) -> None:
    site = Site(server, database, sandbox, items(range(45), site=server.url("")))
    read = []
    for _ in range(4):
        site.visit()
        read.append(site.asked_articles)
    assert read == [20, 20, 5, 0]
    posts = site.posts()
    assert all("Part 11 tells" in post.text for post in posts.values())
    assert {len(post.revisions) for post in posts.values()} == {0, 1}  # those whose teaser was stored before


def test_a_slow_server_is_not_asked_for_ever(site: Site) -> None:
    moments = iter(range(0, 100_000, 25))  # each time that the clock is looked at
    site.visit(clock=lambda: float(next(moments)))
    assert 0 < site.asked_articles < 3
    site.visit()
    assert all("Part 11" in post.text for post in site.posts().values())


def test_a_page_in_trouble_is_tried_again_and_one_that_is_gone_is_not(site: Site) -> None:
    first, second, third = items(range(3), site=site.server.url(""))
    site.publish(third, status=503)
    site.publish(second, status=404)
    site.visit()
    assert ["Part 11" in site.posts()[post.title].text for post in (first, second, third)] == [True, False, False]
    site.publish(third)
    site.visit()
    assert site.asked_articles == 1
    assert "Part 11" in site.posts()[third.title].text
    assert source(site.database, site.url).failures == 0
    site.visit()
    assert site.asked == ["/feed"]


@pytest.mark.parametrize("answer", [redirect("/login"), Answer(b"<html><body><h1>Welcome</h1></body></html>")])
def test_a_page_of_something_else_is_not_taken_for_the_post(site: Site, answer: Answer) -> None:
    post = items(range(3), site=site.server.url(""))[0]
    words = "<p>Sign in to read what members read.</p>" * 20
    login = f"<html><body><article><h1>Sign in</h1>{words}</article></body></html>"
    site.server.on("/login", Answer(login.encode()))
    site.server.on(f"/posts/{post.number}", answer)
    site.visit()
    assert site.posts()[post.title].text.endswith("[…]")


def test_robots_txt_is_obeyed(site: Site) -> None:
    site.server.on("/robots.txt", Answer(b"User-agent: *\nDisallow: /posts/", content_type="text/plain"))
    site.visit()
    assert site.asked_articles == 0
    assert len(site.posts()) == 3


def test_a_teaser_is_no_edit_of_the_whole_text(site: Site) -> None:
    """A corrected title in the feed while the article's page is down."""
    posts = items(range(3), site=site.server.url(""))
    site.visit()
    site.publish(posts[0], status=500)
    site.show([posts[0].but(title="Panel 2 is released (corrected)"), *posts[1:]])
    site.visit()
    assert "Part 11" in site.posts()["Panel 2 is released (corrected)"].text


def test_an_article_that_was_rewritten_with_its_teaser_is_a_revision(site: Site) -> None:
    posts = items(range(3), site=site.server.url(""))
    site.visit()
    edited = replace(
        posts[0], text="The vendor withdrew panel 2 an hour after it had shipped it to its first customers."
    )
    site.publish(edited)
    site.show([edited, *posts[1:]])
    assert site.visit().to_json()["updated"] == 1
    post = site.posts()[edited.title]
    assert post.text.startswith("The vendor withdrew")
    assert "Part 11" in post.text
    assert len(post.revisions) == 1
