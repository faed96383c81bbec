"""Entries that a source has stated before are not read again: which those are, and what tells them apart."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from ingest.client import Client
from ingest.entries import Document, Entry
from ingest.feeds import read_xml_feed
from ingest.identity import are_told_apart, to_post_inputs
from ingest.run import RunSummary, ingest
from ingest.sandbox import Sandbox
from store.database import Database
from store.posts import MAX_REPEATED, save_entries, stated_before
from tests.ingest.conftest import limits_for
from tests.ingest.factories import NOW, Item, add, items, rss
from tests.servers import FEED_TYPE, Answer, LoopbackServer
from tests.store.factories import make_entry, make_source

URL = "http://wire.example/feed"
HEADERS = {"content-type": FEED_TYPE}


def digests(document: Document) -> list[str]:
    found = [entry.digest or "" for entry in document.entries]
    assert all(len(digest) == 64 for digest in found)
    return found


def read(body: bytes, url: str = URL, known: frozenset[str] = frozenset()) -> Document:
    return read_xml_feed(body, url, HEADERS, known=known)


def test_of_known_entries_only_the_names_are_read() -> None:
    before = read(rss(items(range(3))))
    after = read(rss(items(range(4))), known=frozenset(digests(before)))
    assert [entry.is_known for entry in after.entries] == [False, True, True, True]
    fresh, *others = after.entries
    assert "shipped panel 3" in fresh.text
    assert [(entry.id, entry.url, entry.digest) for entry in others] == [
        (entry.id, entry.url, entry.digest) for entry in before.entries
    ]
    assert {(entry.text, entry.html, entry.title) for entry in others} == {("", None, None)}
    assert [post.title for post in to_post_inputs(after.entries)] == ["Panel 3 is released"]


CHANGES = {
    "its title": lambda post: replace(post, title="Panel 0 is released again"),
    "its text": lambda post: replace(post, text=f"{post.text} It is free."),
    "its date": lambda post: replace(post, published=post.published + timedelta(minutes=1)),
    "its id": lambda post: replace(post, guid="tag:wire.example,2026:other"),
    "its link": lambda post: replace(post, link=None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_entry_that_is_stated_otherwise_is_read(change: str) -> None:
    (post,) = items(range(1))
    known = frozenset(digests(read(rss([post]))))
    changed = CHANGES[change](post)
    assert not read(rss([changed]), known=known).entries[0].is_known


def test_what_an_entry_takes_from_its_feed_counts_too() -> None:
    body = rss(items(range(1)))
    assert digests(read(body)) == digests(read(body.replace(b"<description>d</description>", b"")))
    assert digests(read(body)) != digests(read(body, url="http://elsewhere.example/feed"))


def test_a_name_that_is_shared_with_a_known_entry_wants_all_read() -> None:
    known = Entry(id="1", url="http://a.example/1", title=None, digest="d", is_known=True)
    fresh = Entry(id="2", url="http://a.example/2", title="Two")
    assert are_told_apart([known, fresh])
    assert not are_told_apart([known, replace(fresh, id="1")])
    assert not are_told_apart([known, replace(fresh, url="http://a.example/1")])
    assert not are_told_apart(
        [replace(known, url="http://a.example/log#v1"), replace(fresh, url="http://a.example/log#v2")]
    )
    assert not are_told_apart([known, replace(fresh, url="http://a.example/1?utm_source=feed")])
    assert are_told_apart([replace(known, id=None, url=None), replace(fresh, id=None, url=None)])


def test_the_store_knows_what_a_source_stated_last(database: Database) -> None:
    with database.write() as session:
        source, other = make_source(session), make_source(session, url="http://other.example/feed")
        entries = [replace(make_entry(str(n), text=f"No {n}."), digest=f"{n:064}") for n in range(MAX_REPEATED + 5)]
        save_entries(session, source, entries[::-1], now=NOW)
        save_entries(session, other, [replace(make_entry("x"), digest="x" * 64)], now=NOW)
    with database.read() as session:
        assert stated_before(session, source.id) == {f"{n:064}" for n in range(5, MAX_REPEATED + 5)}
        assert stated_before(session, other.id) == {"x" * 64}


# -- through a run -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(workers=1) as box:
        yield box


class Feed:
    def __init__(self, server: LoopbackServer, database: Database, sandbox: Sandbox) -> None:
        self.server, self.database, self.sandbox = server, database, sandbox
        add(database, server.url("/feed"))

    def state(self, *posts: Item) -> RunSummary:
        self.server.on("/feed", Answer(rss(posts), content_type=FEED_TYPE))

        async def go() -> RunSummary | None:
            async with Client(limits_for(self.server)) as client:
                return await ingest(self.database, client, now=lambda: NOW, force=True, sandbox=self.sandbox)

        summary = asyncio.run(go())
        assert summary is not None
        return summary


@pytest.fixture
def feed(server: LoopbackServer, database: Database, sandbox: Sandbox) -> Feed:
    return Feed(server, database, sandbox)


def test_an_edit_among_known_entries_is_a_revision(feed: Feed) -> None:
    first, second = items(range(2))
    assert feed.state(first, second).to_json()["new"] == 2
    edited = second.but(text="The vendor withdrew panel 0.")
    totals = feed.state(first, edited).to_json()
    assert (totals["new"], totals["updated"]) == (0, 1)
    assert feed.state(first, edited).to_json()["updated"] == 0


def test_an_id_that_a_new_entry_takes_over_tells_nothing_any_more(feed: Feed) -> None:
    """A feed whose engine gives every entry the same id from one day on."""
    first, second, third = items(range(3))
    feed.state(second.but(guid="same"))
    assert feed.state(first.but(guid="same"), second.but(guid="same")).to_json()["new"] == 1
    assert feed.state(third.but(guid="same"), first.but(guid="same"), second.but(guid="same")).to_json()["new"] == 1
    with feed.database.read() as session:
        assert session.scalar(text("select count(*) from post")) == 3


def test_entries_of_one_page_never_overwrite_each_other(feed: Feed) -> None:
    """A log of changes: each entry has an id of its own, and all lead to one address."""
    log = [post.but(link=f"http://wire.example/log#{post.number}") for post in items(range(5))][::-1]
    for shown in range(2, 6):
        assert feed.state(*log[:shown][::-1]).to_json()["updated"] == 0
    with feed.database.read() as session:
        assert session.scalar(text("select count(*) from post")) == 5
        assert session.scalar(text("select count(*) from revision")) == 0


def test_a_broken_feed_of_known_entries_is_no_failure() -> None:
    body = rss([item.but(guid=None, link=None) for item in items(range(2))]).replace(b"</channel>", b"<b></channel>")
    before = read(body)
    assert before.warnings
    assert [entry.is_known for entry in read(body, known=frozenset(digests(before))).entries] == [True, True]


def test_a_post_that_was_removed_is_stored_again(feed: Feed) -> None:
    posts = items(range(2))
    feed.state(*posts)
    with feed.database.write() as session:
        session.execute(text("delete from post where title = :title"), {"title": posts[0].title})
    assert feed.state(*posts, items(range(9, 10))[0]).to_json()["new"] == 2
