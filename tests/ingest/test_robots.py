"""What a robots.txt allows, how long it is remembered, and what its absence means."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from ingest.client import Client
from ingest.errors import RobotsError
from ingest.robots import FRESH_S, MAX_CRAWL_DELAY_S, MAX_SITEMAPS, RobotsMemory, Rules, rules_of
from tests.ingest.conftest import limits_for
from tests.servers import Answer, LoopbackServer, redirect

SITE = "http://x.example"

# robots.txt, path → allowed
RULES: dict[str, tuple[str, str, bool]] = {
    "nothing said": ("", "/a", True),
    "all forbidden": ("User-agent: *\nDisallow: /", "/a", False),
    "empty rule allows": ("User-agent: *\nDisallow:", "/a", True),
    "another's rules": ("User-agent: other\nDisallow: /", "/a", True),
    "our rules before everybody's": ("User-agent: *\nAllow: /\n\nUser-agent: Hostwire\nDisallow: /a", "/a", False),
    "our rules instead of everybody's": (
        "User-agent: *\nDisallow: /\n\nUser-agent: Hostwire\nDisallow: /b",
        "/a",
        True,
    ),
    "our name with a version": ("User-agent: hostWIRE/9.1\nDisallow: /a", "/a", False),
    "a longer name is another's": ("User-agent: hostwirebot\nDisallow: /", "/a", True),
    "several names of one group": ("User-agent: x\nUser-agent: hostwire\nUser-agent: y\nDisallow: /a", "/a", False),
    "groups of one name add up": ("User-agent: *\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", "/a", False),
    "a group ends at the next name": ("User-agent: *\nDisallow: /b\nUser-agent: x\nDisallow: /a", "/a", True),
    "a sitemap does not end a group": ("User-agent: *\nSitemap: http://x/s\nDisallow: /a", "/a", False),
    "rules before any name": ("Disallow: /\nUser-agent: *\nDisallow: /b", "/a", True),
    "the longest rule wins": ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
    "of equal rules the kinder": ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
    "wildcards": ("User-agent: *\nDisallow: /*.php", "/x/y.php?z", False),
    "an end": ("User-agent: *\nDisallow: /a$", "/ab", True),
    "comments": ("User-agent: * # all\nDisallow: /a # this", "/a", False),
    "a mark of byte order": ("\ufeffUser-agent: *\nDisallow: /a", "/a", False),
    "line ends of all kinds": ("User-agent: *\r\nDisallow: /b\rDisallow: /a", "/a", False),
    "case of fields": ("USER-AGENT: *\nDISALLOW: /a", "/a", False),
    "case of paths": ("User-agent: *\nDisallow: /A", "/a", True),
    "percent-encoding": ("User-agent: *\nDisallow: /ü", "/%C3%BC", False),
    "robots.txt itself": ("User-agent: *\nDisallow: /", "/robots.txt", True),
}


@pytest.mark.parametrize("case", RULES)
def test_rules_are_read_as_rfc_9309_says(case: str) -> None:
    text, path, allowed = RULES[case]
    refusal = rules_of(text.encode(), agent="Hostwire", now=0).refusal(SITE + path)
    assert (refusal is None) is allowed


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("5", 5.0), ("0.5", 0.5), ("86400", MAX_CRAWL_DELAY_S), ("-1", 0.0), ("nan", 0.0), ("1e999", 0.0), ("soon", 0.0)],
)
def test_a_crawl_delay_is_taken_up_to_a_minute(value: str, seconds: float) -> None:
    assert rules_of(f"User-agent: *\nCrawl-delay: {value}".encode(), agent="x", now=0).crawl_delay_s == seconds


def test_many_names_times_many_rules_cost_no_more_than_their_sum() -> None:
    names = "".join(f"User-agent: bot{n}\n" for n in range(15_000))
    text = names + "User-agent: *\n" + "".join(f"Disallow: /{n}x\n" for n in range(15_000))
    begun = time.process_time()
    assert rules_of(text.encode(), agent="Hostwire", now=0).refusal(f"{SITE}/7x") is not None
    assert time.process_time() - begun < 20  # a hundred million rules take minutes


@pytest.mark.parametrize(("age", "fresh"), [(0.0, True), (FRESH_S - 1, True), (FRESH_S, False), (-1.0, False)])
def test_rules_last_a_day_and_not_into_the_past(age: float, fresh: bool) -> None:
    assert Rules("missing", 1e9).is_fresh(1e9 + age) is fresh


def test_a_server_that_was_down_is_asked_again_within_hours() -> None:
    assert not Rules("unreachable", 1e9, reason="r").is_fresh(1e9 + FRESH_S / 4)


def test_a_folder_keeps_rules_for_the_next_run(tmp_path: Path) -> None:
    rules = rules_of(b"User-agent: *\nDisallow: /a\nSitemap: /s.xml", agent="x", now=1e9)
    RobotsMemory(folder=tmp_path / "robots", clock=lambda: 1e9).put(SITE, rules)
    later = RobotsMemory(folder=tmp_path / "robots", clock=lambda: 1e9 + 60)
    assert later.get(SITE) == rules
    assert later.get("http://other.example") is None


@pytest.mark.parametrize("spoilt", [b"", b"{", b"[]", b'{"outcome": 5, "more": 1}'])
def test_a_spoilt_file_is_as_none(tmp_path: Path, spoilt: bytes) -> None:
    memory = RobotsMemory(folder=tmp_path, clock=lambda: 1e9)
    memory.put(SITE, Rules("missing", 1e9))
    (stored,) = tmp_path.iterdir()
    stored.write_bytes(spoilt)
    assert RobotsMemory(folder=tmp_path, clock=lambda: 1e9).get(SITE) is None


SITEMAPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "none": ("User-agent: *\nDisallow: /a", ()),
    "in a group": ("User-agent: *\nSitemap: http://x/s.xml\nDisallow: /a", ("http://x/s.xml",)),
    "of another's group": ("User-agent: other\nsitemap:/s.xml", ("/s.xml",)),
    "several": ("Sitemap: /a.xml\nSITEMAP : /b.xml\nSitemap: /a.xml", ("/a.xml", "/b.xml")),
    "with a comment": ("Sitemap: /a.xml # all of it", ("/a.xml",)),
    "with a mark in its address": ("Sitemap: /a.xml#part", ("/a.xml#part",)),
    "empty": ("Sitemap:\nSitemap:   \n", ()),
    "longer than any address": (f"Sitemap: /{'a' * 10_000}.xml\nSitemap: /b.xml", ("/b.xml",)),
}


@pytest.mark.parametrize("case", SITEMAPS)
def test_sitemaps_are_known_to_whomever_they_are_stated(case: str) -> None:
    text, sitemaps = SITEMAPS[case]
    assert rules_of(text.encode(), agent="Hostwire", now=0).sitemaps == sitemaps


def test_only_so_many_sitemaps_are_kept() -> None:
    text = "".join(f"Sitemap: /{n}.xml\n" for n in range(10_000))
    assert rules_of(text.encode(), agent="Hostwire", now=0).sitemaps[-1] == f"/{MAX_SITEMAPS - 1}.xml"


# -- through the client ----------------------------------------------------------------------------------------


def ask(server: LoopbackServer, *paths: str, memory: RobotsMemory | None = None) -> list[str | None]:
    """Why each path was not read, or None."""

    async def run() -> list[str | None]:
        reasons: list[str | None] = []
        async with Client(limits_for(server), robots=memory) as client:
            for path in paths:
                try:
                    await client.get(server.url(path), obey_robots=True)
                    reasons.append(None)
                except RobotsError as error:
                    reasons.append(error.reason)
        return reasons

    return asyncio.run(run())


def test_a_folder_that_cannot_be_written_to_costs_only_the_next_run_a_request(tmp_path: Path) -> None:
    (tmp_path / "robots").write_text("a file where the folder should be")
    memory = RobotsMemory(folder=tmp_path / "robots", clock=lambda: 1e9)
    memory.put(SITE, Rules("missing", 1e9))
    assert memory.get(SITE) == Rules("missing", 1e9)
    assert RobotsMemory(folder=tmp_path / "robots", clock=lambda: 1e9).get(SITE) is None


def test_what_is_forbidden_is_not_asked(server: LoopbackServer) -> None:
    server.on("/robots.txt", Answer(b"User-agent: *\nDisallow: /no"))
    server.on("/yes", Answer(b"x"))
    assert ask(server, "/no", "/yes", "/no/more") == [
        "the site's robots.txt forbids it",
        None,
        "the site's robots.txt forbids it",
    ]
    assert server.paths == ["/robots.txt", "/yes"]


def test_a_redirect_to_what_is_forbidden_is_not_followed(server: LoopbackServer) -> None:
    server.on("/robots.txt", Answer(b"User-agent: *\nDisallow: /no"))
    server.on("/yes", redirect("/no"))
    (reason,) = ask(server, "/yes")
    assert reason == f"redirected to {server.url('/no')}: the site's robots.txt forbids it"
    assert "/no" not in server.paths


STATUSES = {404: True, 401: True, 403: True, 410: True, 429: False, 500: False, 503: False}


@pytest.mark.parametrize(("status", "allowed"), STATUSES.items())
def test_a_status_in_place_of_a_file_means_all_or_nothing(server: LoopbackServer, status: int, allowed: bool) -> None:
    server.on("/robots.txt", Answer(status=status))
    server.on("/a", Answer(b"x"))
    (reason,) = ask(server, "/a")
    assert (reason is None) is allowed
    if reason is not None:
        assert f"HTTP {status}" in reason
        assert server.paths == ["/robots.txt"]


def test_a_large_file_is_read_up_to_its_bound(server: LoopbackServer) -> None:
    server.on("/robots.txt", Answer(b"User-agent: *\nDisallow: /no\n" + b"# filler\n" * 100_000 + b"Disallow: /late\n"))
    server.on("/late", Answer(b"x"))
    assert [reason is None for reason in ask(server, "/no", "/late")] == [False, True]


def test_many_at_once_ask_for_it_once_and_for_a_day(server: LoopbackServer) -> None:
    now = [1e9]
    memory = RobotsMemory(clock=lambda: now[0])
    server.on("/robots.txt", Answer(b"User-agent: *\nDisallow:"))

    async def run() -> None:
        async with Client(limits_for(server), robots=memory) as client:
            pages = (client.get(server.on(f"/{n}", Answer(b"x")), obey_robots=True) for n in range(10))
            await asyncio.gather(*pages)

    for later, times in ((0.0, 1), (FRESH_S - 1, 1), (1.0, 2)):
        now[0] += later
        asyncio.run(run())
        assert server.paths.count("/robots.txt") == times


def test_stated_sitemaps_are_addresses_and_cost_no_further_request(server: LoopbackServer) -> None:
    server.on("/robots.txt", Answer(b"Sitemap: /a.xml\nSitemap: https://x.example/b.xml\nSitemap: ftp://x.example/c"))
    server.on("/page", Answer(b"x"))

    async def run() -> tuple[str, ...]:
        async with Client(limits_for(server)) as client:
            await client.get(server.url("/page"), obey_robots=True)
            return await client.stated_sitemaps(server.url("/page"))

    assert asyncio.run(run()) == (server.url("/a.xml"), "https://x.example/b.xml")
    assert server.paths == ["/robots.txt", "/page"]
