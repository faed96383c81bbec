"""The demonstration is the first thing a newcomer sees, so it is tested as one: run it and read what it says."""

from __future__ import annotations

import sqlite3
import subprocess
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from hostwire.demo.content import load_content
from hostwire.demo.site import FORMATS, crawl_path, serve_site
from tests.hostwire.conftest import Run


def test_the_content_is_a_newswire() -> None:
    sources = load_content()
    posts = [post for source in sources for post in source.posts]
    assert {source.kind for source in sources} >= {"rss", "atom", "json", "blog"}
    assert len(sources) >= 6
    assert len(posts) >= 60
    assert len({post.title for post in posts}) == len(posts)


def test_every_format_is_used() -> None:
    assert {source.kind for source in load_content()} == set(FORMATS)


def test_the_site_answers_its_own_validators_with_304() -> None:
    sources = load_content()
    with serve_site(sources) as site:
        address = site.addresses[sources[0].slug]
        with urllib.request.urlopen(address) as first:
            etag = first.headers["ETag"]
        with pytest.raises(urllib.error.HTTPError) as again:
            urllib.request.urlopen(urllib.request.Request(address, headers={"If-None-Match": etag}))
        again.value.close()
        assert again.value.code == 304


def test_the_blog_without_a_feed_has_two_pages() -> None:
    blog = next(source for source in load_content() if source.kind == "blog")
    with serve_site((blog,)) as site:
        first = urllib.request.urlopen(site.root + crawl_path(blog)).read().decode()
        second = urllib.request.urlopen(f"{site.root}/{blog.slug}/page2.html").read().decode()
    assert first.count('class="entry"') + second.count('class="entry"') == len(blog.posts)


def test_once_reads_tags_and_finds(hostwire: Run, tmp_path: Path) -> None:
    done = hostwire("demo", "--once")
    assert done.returncode == 0, done.stderr
    expected = sum(len(source.posts) for source in load_content())
    assert f"{expected} posts in" in done.stdout
    for source in load_content():
        assert source.name in done.stdout
    with closing(sqlite3.connect(tmp_path / "data" / "demo" / "demo.db")) as database:
        stored, analyzed = database.execute("select count(*), count(analysis_version) from post").fetchone()
    assert stored == analyzed == expected


def test_the_commands_to_try_work_as_they_are_shown(hostwire: Run) -> None:
    shown = hostwire("demo", "--once").stdout.partition("Try next:")[2].strip().splitlines()
    assert len(shown) == 3
    for line in shown:
        done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), line
        assert done.stdout.strip(), line


def test_a_second_demonstration_starts_afresh(hostwire: Run) -> None:
    assert hostwire("demo", "--once").returncode == 0
    again = hostwire("demo", "--once")
    assert again.returncode == 0, again.stderr
    assert "62 posts in" in again.stdout
