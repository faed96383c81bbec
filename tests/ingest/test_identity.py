"""What an entry is known by when it becomes a post."""

from __future__ import annotations

import pytest

from ingest.entries import Enclosure, Entry
from ingest.identity import to_post_inputs
from store.records import PostInput

FEED = "http://wire.example/feed"


def entry(id_: str | None, url: str | None, title: str | None = "A title", text: str = "And a text.") -> Entry:
    return Entry(id=id_, url=url, title=title, text=text)


def posts(*entries: Entry) -> tuple[PostInput, ...]:
    return to_post_inputs(entries, source_urls=(FEED, "http://wire.example/", None))


KNOWN_BY = {
    "guid": (entry("post-7", "http://wire.example/7"), "post-7", None),
    "guid that is unique in the world": (
        entry("tag:wire.example,2026:7", "http://wire.example/7"),
        "tag:wire.example,2026:7",
        "tag:wire.example,2026:7",
    ),
    "guid that is an address": (
        entry("http://wire.example/?p=7", None),
        "http://wire.example/?p=7",
        "http://wire.example/?p=7",
    ),
    "canonical address": (entry(None, "HTTP://Wire.example:80/7?utm_source=feed#top"), "http://wire.example/7", None),
    "guid that is the site's": (entry("http://wire.example/", "http://wire.example/7"), "http://wire.example/7", None),
}


@pytest.mark.parametrize("case", KNOWN_BY)
def test_an_entry_is_known_by_its_guid_else_its_address(case: str) -> None:
    stated, entry_id, guid = KNOWN_BY[case]
    (post,) = posts(stated)
    assert (post.entry_id, post.guid) == (entry_id, guid)


@pytest.mark.parametrize("url", [None, FEED, "http://wire.example/", "http://wire.example/#latest"])
def test_without_guid_and_address_of_its_own_an_entry_is_known_by_its_content(url: str | None) -> None:
    (post,) = posts(entry(None, url))
    assert post.entry_id == f"content:{post.content_hash}"
    assert post.url is None


@pytest.mark.parametrize(("title", "text"), [(None, ""), ("  ", "\n"), ("", " ")])
def test_an_entry_that_says_nothing_is_no_post(title: str | None, text: str) -> None:
    assert posts(entry("1", "http://wire.example/1", title, text)) == ()


@pytest.mark.parametrize(("title", "text"), [("Only a title", ""), (None, "Only a text.")])
def test_title_or_text_is_enough(title: str | None, text: str) -> None:
    (post,) = posts(entry("1", "http://wire.example/1", title, text))
    assert (post.title, post.text) == (title or "", text)


def test_one_guid_on_all_entries_tells_nothing() -> None:
    found = posts(*(entry("same", f"http://wire.example/{n}", f"Title {n}") for n in range(3)))
    assert [post.entry_id for post in found] == [f"http://wire.example/{n}" for n in range(3)]


def test_one_address_on_all_entries_tells_nothing() -> None:
    found = posts(*(entry(f"id-{n}", "http://wire.example/news", f"Title {n}") for n in range(3)))
    assert [(post.entry_id, post.url, post.urls) for post in found] == [(f"id-{n}", None, ()) for n in range(3)]


def test_entries_that_share_all_but_their_words_stay_apart() -> None:
    found = posts(*(entry("same", "http://wire.example/news", f"Title {n}") for n in range(3)))
    assert len({post.entry_id for post in found}) == 3


def test_the_same_entry_twice_is_one_post_in_its_first_form() -> None:
    found = posts(
        entry("7", "http://wire.example/7", text="As corrected."),
        entry("7", "http://wire.example/7", text="As first written."),
    )
    assert [(post.entry_id, post.text) for post in found] == [("7", "As corrected.")]


def test_what_travels_with_an_entry_travels_with_the_post() -> None:
    stated = Entry(
        id="1", url=None, title=" T ", author="Ann", summary="S", html="<p>x</p>", text="x", categories=("a",),
        enclosures=(Enclosure("http://x.example/f.mp3", "audio/mpeg", 9),),
    )  # fmt: skip
    (post,) = posts(stated)
    assert (post.title, post.author, post.summary, post.html, post.categories) == ("T", "Ann", "S", "<p>x</p>", ("a",))
    assert (post.enclosures[0].url, post.enclosures[0].length) == ("http://x.example/f.mp3", 9)
