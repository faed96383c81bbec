"""The sources that come with Hostwire."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from ingest.defaults import load_default_sources, parse_sources
from ingest.journey import parse_url
from tests.conftest import SHARED


def test_every_default_source_can_be_added() -> None:
    sources = load_default_sources()
    assert len(sources) >= 35
    for source in sources:
        assert source.kind in {"feed", "page", "sitemap"}
        assert source.name
        assert source.tags
        for url in (source.url, *source.fallback_urls):
            assert parse_url(url).scheme == "https"


@pytest.mark.parametrize("what", ["url", "name"])
def test_no_default_source_is_there_twice(what: str) -> None:
    counts = Counter(getattr(source, what) for source in load_default_sources())
    assert [value for value, count in counts.items() if count > 1] == []


def test_tags_are_a_small_vocabulary_of_plain_words() -> None:
    tags = Counter(tag for source in load_default_sources() for tag in source.tags)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", tag) for tag in tags)
    assert len(tags) < 40


@pytest.mark.shared
def test_all_agreed_feeds_are_among_them(shared: Path) -> None:
    agreed = set(re.findall(r"https://[^\s|`<>,]+", (SHARED / "sources.md").read_text(encoding="utf-8")))
    agreed = {url.rstrip(".,;)") for url in agreed if "<" not in url and not url.endswith((".json", "date/"))}
    ours = {url for source in load_default_sources() for url in (source.url, *source.fallback_urls)}
    assert agreed - ours == set()


def test_fallbacks_and_switched_off_sources_are_read() -> None:
    (source,) = parse_sources(
        '[[source]]\nname = "N"\nurl = "https://a.example/"\nfallbacks = ["https://b.example/"]\n'
        'enabled = false\nreason = "why"\n'
    )
    assert (source.fallback_urls, source.enabled, source.kind) == (("https://b.example/",), False, "feed")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[[source]]\nname = "N"', "name and url are needed"),
        ('[[source]]\nname = "N"\nurl = "u"\nurls = []', "no key is called 'urls'"),
        ('[[source]]\nname = "N"\nurl = "u"\nenabled = false', "switched off without a reason"),
    ],
)
def test_a_mistake_in_the_file_is_named(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        parse_sources(text)
