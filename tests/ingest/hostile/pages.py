"""Blog pages that attack whoever looks for posts on them."""

from __future__ import annotations

from tests.ingest.factories import items, page
from tests.ingest.hostile.farm import Case
from tests.servers import HTML_TYPE, Answer, Asked, Route

POSTS = items(range(940_000, 940_005))
BROKEN = "."


def page_cases() -> list[Case]:
    return [
        *(
            Case(name, {"/page": Answer(body, content_type=HTML_TYPE)}, either=True, kind="page")
            for name, body in BODIES.items()
        ),
        Case(
            "a pager without end", {"/page": _page(1), **{f"/page?p={n}": _page(n) for n in range(2, 60)}}, kind="page"
        ),
        Case(
            "a pager to the inside",
            {"/page": Answer(page(items(range(940_010, 940_015)), older="http://127.0.0.1:1/page?p=2"))},
            new=5,
            kind="page",
        ),
        Case(
            "a pager that drips",
            {"/page": Answer(page(POSTS, older="older")), "/older": Answer(status=503)},
            kind="page",
        ),
        Case("a page that is empty", {"/page": Answer(b"")}, error="empty", kind="page"),
        Case(
            "a page that is a feed of nothing",
            {"/page": Answer(b"<rss><channel/></rss>")},
            error="no posts",
            kind="page",
        ),
        Case(
            "a page that refreshes to the inside",
            {"/page": Answer(b"<!doctype html><meta http-equiv=refresh content='0;url=http://127.0.0.1:1/'><p>Moved.")},
            error=BROKEN,
            kind="page",
        ),
    ]


def _page(number: int) -> Route:
    def show(asked: Asked) -> Answer:
        numbers = range(950_000 + number * 5, 950_005 + number * 5)
        return Answer(page(items(numbers), older=f"page?p={number + 1}"))

    return show


def html(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head><title>Bad</title>{head}</head><body>{body}</body></html>".encode()


LINKS = "".join(f"<div><a href='/p/{n}'>Post number {n}</a></div>" for n in range(20_000))
BODIES = {
    "page nested 50,000 deep": html("<div>" * 50_000 + "<a href=/x>A post of some length</a>"),
    "page of 100,000 formatting tags": html("<b><i><u>" * 33_000),
    "page of 20,000 links": html(LINKS),
    "page of 20,000 headings": html("".join(f"<h2>Heading {n} of very many</h2>" for n in range(20_000))),
    "page of 20,000 unclosed tables": html("<table><tr><td>" * 20_000),
    "page of 50,000 unclosed links": html("<a href='/p'>A post " * 50_000),
    "page of 200,000 brackets": html("<" * 200_000),
    "page of a comment without end": html("<!--" * 50_000),
    "page of a script without end": html("<script>" + "x<!--<script>" * 30_000),
    "page with 20,000 attributes": html("<div " + " ".join(f"a{n}=1" for n in range(20_000)) + ">x</div>"),
    "page of dates": html("March 2, 2026 10:00 " * 20_000),
    "page of digits": html("1" * 500_000),
    "page of blanks": html(" " * 1_000_000 + "x"),
    "page of JSON-LD nested": html("x", head="<script type='application/ld+json'>" + '{"a":[' * 50_000 + "</script>"),
    "page of JSON-LD that is huge": html(
        "x", head="<script type='application/ld+json'>[" + '{"@type":"BlogPosting"},' * 30_000 + "{}]</script>"
    ),
    "page of 5,000 feeds": html("x", head="<link rel=alternate type=application/rss+xml href=/f>" * 5_000),
    "page with a base inside": html(
        "".join(f"<h2><a href='p{n}'>Post number {n}</a></h2>March {n}, 2026<p>Text." for n in range(1, 9)),
        head="<base href='http://127.0.0.1:1/'>",
    ),
    "page with a base of javascript": html(LINKS[:5000], head="<base href='javascript:alert(1)'>"),
    "page in UTF-16 that says UTF-8": page(POSTS).decode().encode("utf-16"),
    "page of NULs": page(POSTS).replace(b" ", b"\0"),
    "page of entities": html("&" * 100_000 + "&#xD800;&#0;&#99999999999;"),
    "page of select options": html("<select>" + "<option>x" * 30_000),
    "page of frames and templates": html("<template>" * 5_000 + "<svg><math>" * 5_000),
    "page of scripts in posts": page(
        [
            entry.but(title="<script>alert(1)</script> is a title", text="<img src=x onerror=alert(1)>" * 5)
            for entry in POSTS
        ]
    ),
}
