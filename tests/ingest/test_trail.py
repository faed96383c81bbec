"""What a walk to older pages has met, and where it may go."""

from __future__ import annotations

import pytest

from ingest.entries import Entry
from ingest.trail import Trail, is_same_site

NUMBER = "0123456789abcdef0123456789abcdef"


def entry(url: str | None, title: str = "A post", id_: str | None = None) -> Entry:
    return Entry(id=id_, url=url, title=title)


@pytest.mark.parametrize(
    "again",
    [
        "http://b.example/list?page=2",
        "HTTP://B.EXAMPLE:80/list?page=2#top",
        f"http://b.example/list?PHPSESSID={NUMBER}&page=2",
        f"http://b.example/list?page=2&sid={NUMBER}",
        f"http://b.example/list;jsessionid={NUMBER}?page=2",
        f"http://b.example/(S({NUMBER}))/list?page=2",
        "http://b.example/list?page=2&utm_source=x",
    ],
)
def test_a_page_is_known_again_by_whatever_address(again: str) -> None:
    trail = Trail()
    trail.enter("http://b.example/list?page=2")
    assert trail.has_read(again)
    assert not trail.has_read(again.replace("page=2", "page=3"))


def test_posts_are_taken_once_on_each_way() -> None:
    trail = Trail()
    posts = [entry(f"http://b.example/{n}") for n in range(3)]
    assert trail.take(posts[:2]) == posts[:2]
    assert trail.take(posts) == posts[2:]
    assert trail.take([entry(f"http://b.example/1?PHPSESSID={NUMBER}")]) == []
    trail.way = "feed"
    assert trail.take(posts) == posts


def test_posts_without_a_name_are_told_by_their_title() -> None:
    trail = Trail()
    assert len(trail.take([entry(None, "A"), entry(None, "B"), entry("http://b.example/", "A")])) == 3
    assert trail.take([entry(None, "B")]) == []


def test_what_was_met_goes_on_in_another_trail() -> None:
    trail = Trail()
    trail.enter("http://b.example/2")
    trail.note_month("2010-07")
    trail.take([entry("http://b.example/post")])
    later = Trail(trail.fresh)
    assert later.has_read("http://b.example/2")
    assert later.has_month("2010-07")
    assert later.take([entry("http://b.example/post")]) == []
    assert later.fresh == set()


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("http://www.b.example/2", True),
        ("https://b.example/2", True),
        ("http://b.example:8080/2", False),
        ("http://c.example/2", False),
        ("http://b.example.evil.example/2", False),
        ("ftp://b.example/2", False),
        ("http://user@b.example/2", False),
        ("nonsense", False),
    ],
)
def test_a_site_is_a_host_with_or_without_tls(other: str, same: bool) -> None:
    assert is_same_site("http://b.example/", other) is same
