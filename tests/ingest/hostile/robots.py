"""robots.txt as a trap: each case is a site of its own, with a page of posts that may or may not be read."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

from tests.ingest.factories import items, page
from tests.ingest.hostile.farm import Case, Place
from tests.ingest.hostile.server import RESET
from tests.ingest.hostile.transport import TICK_S, each_time, endless_headers, gzip_bomb, raw
from tests.servers import HOLD, Answer, Route, redirect

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"
FORBIDS = "robots.txt forbids it"
UNREACHABLE = "robots.txt cannot be had"
POSTS = 5


def robots_cases(place: Place) -> list[Case]:
    inside = f"http://127.0.0.1:{place.canary}/robots.txt"
    table: dict[str, tuple[dict[str, Route], str | None]] = {
        "robots.txt that forbids all": ({"": text("User-agent: *\nDisallow: /")}, FORBIDS),
        "robots.txt that forbids us": (
            {"": text("User-agent: HOSTWIRE\nDisallow: /page\n\nUser-agent: *\nAllow: /")},
            FORBIDS,
        ),
        "robots.txt that forbids others": (
            {"": text("User-agent: *\nDisallow: /\n\nUser-agent: hostwire/2\nAllow: /")},
            None,
        ),
        "robots.txt that allows the page more closely": ({"": text("User-agent: *\nDisallow: /\nAllow: /page$")}, None),
        "robots.txt that forbids by wildcards": ({"": text("User-agent: *\nDisallow: /*a*e$")}, FORBIDS),
        "robots.txt that is missing": ({"": Answer(status=404)}, None),
        "robots.txt behind a login": ({"": Answer(status=403)}, None),
        "robots.txt of an error": ({"": Answer(status=500)}, f"{UNREACHABLE}.*HTTP 500"),
        "robots.txt of a busy server": ({"": Answer(status=429, headers={"Retry-After": "9" * 40})}, UNREACHABLE),
        "robots.txt without end": ({"": each_time(endless_lines)}, FORBIDS),
        "robots.txt of an endless line": ({"": each_time(endless_line)}, None),
        "robots.txt with headers without end": ({"": each_time(endless_headers)}, f"{UNREACHABLE}.*max_header_bytes"),
        "robots.txt that never comes": ({"": raw(HOLD)}, f"{UNREACHABLE}.*read_timeout_s"),
        "robots.txt byte by byte": ({"": each_time(dripping)}, f"{UNREACHABLE}.*exchange_timeout_s"),
        "robots.txt that resets": ({"": raw(RESET)}, UNREACHABLE),
        "robots.txt as a bomb": ({"": Answer(gzip_bomb(100), headers={"Content-Encoding": "gzip"})}, None),
        "robots.txt in brotli": ({"": Answer(b"x", headers={"Content-Encoding": "br"})}, UNREACHABLE),
        "robots.txt that leads to itself": ({"": redirect("robots.txt")}, None),
        "robots.txt six redirects away": (
            {"": redirect("/r1"), **{f"/r{n}": redirect(f"/r{n + 1}") for n in range(1, 9)}},
            None,
        ),
        "robots.txt one redirect away": ({"": redirect("/r1"), "/r1": text("User-agent: *\nDisallow: /")}, FORBIDS),
        "robots.txt that leads inside": ({"": redirect(inside)}, f"{UNREACHABLE}.*loopback address"),
        "robots.txt that leads to a file": ({"": redirect("file:///etc/passwd")}, UNREACHABLE),
        "robots.txt that is a page": (
            {"": Answer(b"<!doctype html><title>Not found</title>" + b"<p>x: y</p>\n" * 9000)},
            None,
        ),
        "robots.txt of noise": ({"": text(bytes(n * 73 % 256 for n in range(300_000)))}, None),
        "robots.txt of 15,000 names and rules": ({"": text(names_and_rules())}, None),
        "robots.txt of a rule with 100,000 wildcards": (
            {"": text("User-agent: *\nDisallow: /" + "*a" * 100_000 + "$")},
            None,
        ),
        "robots.txt of 20,000 wildcards rules": (
            {"": text("User-agent: *\n" + "".join(f"Disallow: /*{n}*x\n" for n in range(20_000)))},
            None,
        ),
        "robots.txt that asks for a day between": ({"": text("User-agent: *\nCrawl-delay: 86400")}, None),
        "robots.txt that asks for absurd delays": (
            {"": text("User-agent: *\nCrawl-delay: -1\nCrawl-delay: nan\nCrawl-delay: 1e999")},
            None,
        ),
        "robots.txt for a page that leads to what it forbids": (
            {"": text("User-agent: *\nDisallow: /secret"), "/page": redirect("/secret"), "/secret": posts()},
            FORBIDS,
        ),
    }
    return [
        Case(
            name,
            {"/page": posts(), **{path or "/robots.txt": route for path, route in routes.items()}},
            error=error,
            new=None if error else POSTS,
            kind="page",
            own_server=True,
        )
        for name, (routes, error) in table.items()
    ]


def text(body: str | bytes) -> Answer:
    return Answer(body.encode() if isinstance(body, str) else body, content_type="text/plain")


_numbers = itertools.count(960_000, POSTS)


def posts() -> Answer:
    first = next(_numbers)
    return Answer(page(items(range(first, first + POSTS))))


def dripping() -> Iterator[bytes]:
    yield OK
    while True:
        yield b"#"
        time.sleep(TICK_S)  # the server's slowness is the case; no test waits for it


def endless_lines() -> Iterator[bytes]:
    yield OK + b"User-agent: *\nDisallow: /page\n"
    while True:
        yield b"Disallow: /x\n" * 1000


def endless_line() -> Iterator[bytes]:
    yield OK + b"User-agent: *\nDisallow: /"
    while True:
        yield b"x" * 10_000


def names_and_rules() -> str:
    names = "".join(f"User-agent: bot{number}\n" for number in range(15_000))
    return names + "User-agent: *\n" + "".join(f"Disallow: /{number}\n" for number in range(15_000))
