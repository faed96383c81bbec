"""Sitemaps as bombs, as mazes, and as lists of what is none of a crawler's business."""

from __future__ import annotations

import gzip

from tests.ingest.hostile.farm import Case, Place
from tests.ingest.hostile.transport import gzip_bomb
from tests.servers import Answer, redirect

NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
XML = "application/xml"
ARTICLE = (
    b"<!doctype html><html lang=en><head><title>A good page</title><meta property='og:type' content='article'></head>"
    b"<body>"
    b"<article><h1>A good page</h1>"
    + b"<p>The vendor shipped a panel today, and it mends the faults of the one before.</p>" * 6
    + b"</article></body></html>"
)


def sitemap_cases(place: Place) -> list[Case]:
    inside = f"http://127.0.0.1:{place.canary}/"

    def sitemap(name: str, routes: dict[str, Answer], error: str | None = None, new: int | None = None) -> Case:
        return Case(name, routes, error=error, new=new, kind="sitemap", either=error is None and new is None)

    bomb = gzip.compress(urlset("".join(f"<url><loc>http://x.example/{n}</loc></url>" for n in range(60_000))))
    return [
        sitemap(
            "sitemap of 60,000 addresses nobody has", {"/map.xml": xml(urlset(locs("http://127.0.0.1:1/a") * 60_000))}
        ),
        sitemap("sitemap packed of 60,000", {"/map.xml.gz": Answer(bomb, content_type="application/gzip")}),
        sitemap("sitemap bomb", {"/map.xml.gz": Answer(gzip_bomb(400), content_type="application/gzip")}, "."),
        sitemap(
            "sitemap bomb behind a good head",
            {"/map.xml.gz": Answer(gzip.compress(urlset("") + bytes(60_000_000)), content_type="application/gzip")},
        ),
        sitemap("sitemap index that lists itself", {"/map.xml": xml(index("map.xml"))}),
        sitemap("sitemap index of indexes", {"/map.xml": xml(index("a.xml")), "/a.xml": xml(index("map.xml"))}),
        sitemap(
            "sitemap index of 20,000 sitemaps",
            {"/map.xml": xml(index(*(f"{n}.xml" for n in range(20_000))))},
            "HTTP 404",
        ),
        sitemap("sitemap index to the inside", {"/map.xml": xml(index(inside))}, "loopback address"),
        sitemap("sitemap index to a file", {"/map.xml": xml(index("file:///etc/passwd"))}),
        sitemap(
            "sitemap of inside pages",
            {"/map.xml": xml(urlset(locs(inside, "http://10.0.0.1/", "file:///etc/passwd")))},
            None,
            0,
        ),
        sitemap(
            "sitemap of pages that lead inside",
            {"/map.xml": xml(urlset(locs("a", "b"))), "/a": redirect(inside), "/b": Answer(ARTICLE)},
        ),
        sitemap(
            "sitemap with entities",
            {
                "/map.xml": xml(
                    b'<!DOCTYPE urlset [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + urlset("<url><loc>&a;</loc></url>")
                )
            },
            "declares entities",
        ),
        sitemap(
            "sitemap with absurd dates",
            {
                "/map.xml": xml(
                    urlset(
                        "".join(
                            f"<url><loc>http://127.0.0.1:1/{n}</loc><lastmod>{date}</lastmod></url>"
                            for n, date in enumerate(
                                ("9999-12-31T23:59:59-23:59", "0001-01-01", "9" * 400, "", "now", "-1")
                            )
                        )
                    )
                )
            },
            None,
            0,
        ),
        sitemap("sitemap cut off", {"/map.xml": xml(urlset(locs("a"))[:-30])}),
        sitemap("sitemap nested 50,000 deep", {"/map.xml": xml(urlset("<url>" * 50_000))}),
        sitemap("sitemap of nothing", {"/map.xml": xml(urlset(""))}, None, 0),
        sitemap("sitemap that is a page", {"/map.xml": Answer(ARTICLE)}, "no sitemap|neither"),
        sitemap(
            "sitemap that is a text",
            {"/map.xml": Answer(b"http://127.0.0.1:1/\n" * 1000, content_type="text/plain")},
            ".",
        ),
    ]


def xml(body: bytes) -> Answer:
    return Answer(body, content_type=XML)


def locs(*addresses: str) -> str:
    return "".join(f"<url><loc>{address}</loc></url>" for address in addresses)


def urlset(items: str) -> bytes:
    return f"<urlset {NS}>{items}</urlset>".encode()


def index(*addresses: str) -> bytes:
    return (
        f"<sitemapindex {NS}>{''.join(f'<sitemap><loc>{a}</loc></sitemap>' for a in addresses)}</sitemapindex>".encode()
    )
