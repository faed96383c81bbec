"""Blogs with a past, served in the ways in which engines show it: pagers, archives of months, sitemaps, paged feeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from html import escape
from itertools import groupby

from tests.ingest.factories import NOW, Item, item, page, rss
from tests.servers import FEED_TYPE, Answer, LoopbackServer

APART = timedelta(days=9)
SENTENCE = "Panel {n} mends the mail queue of release {n}, and its backups run at night on every node that it manages. "


def past_posts(count: int, *, site: str) -> list[Item]:
    """Posts of one blog, the latest first, nine days apart, each of some sixty words."""
    return [
        replace(item(n, site=site), published=NOW - APART * (count - n), text=(SENTENCE * 3).format(n=n).strip())
        for n in range(count, 0, -1)
    ]


def site_of(server: LoopbackServer) -> str:
    return server.url("").rstrip("/")


def with_links(body: bytes, links: Iterable[tuple[str, str]]) -> bytes:
    """The page with a list of links beside its posts."""
    listed = "".join(f'<li><a href="{escape(href)}">{escape(label)}</a></li>' for href, label in links)
    return body.replace(b"<footer>", f'<div class="sidebar"><ul>{listed}</ul></div><footer>'.encode())


def serve_pager(server: LoopbackServer, posts: Sequence[Item], *, size: int = 5, path: str = "/page/{n}") -> list[str]:
    """Pages of posts, each with a link to the one before it; the first is "/". Their addresses."""
    parts = [posts[start : start + size] for start in range(0, len(posts), size)]
    paths = ["/", *(path.format(n=n) for n in range(2, len(parts) + 1))]
    for number, part in enumerate(parts):
        older = paths[number + 1] if number + 1 < len(parts) else None
        server.on(paths[number], Answer(page(part, older=older)))
    return [server.url(path) for path in paths]


def by_month(posts: Iterable[Item]) -> dict[str, list[Item]]:
    """The posts of each month ("2026-02"), the latest first."""
    return {month: list(some) for month, some in groupby(posts, key=lambda post: f"{post.published:%Y-%m}")}


def serve_months(server: LoopbackServer, posts: Sequence[Item], *, form: str = "/{year}/{month}/") -> list[str]:
    """A front page with five posts and a list of months, and the months' pages. The months."""
    months = by_month(posts)
    places = {month: form.format(year=month[:4], month=month[5:]) for month in months}
    links = [(places[month], f"{some[0].published:%B %Y} ({len(some)})") for month, some in months.items()]
    server.on("/", Answer(with_links(page(posts[:5]), links)))
    for month, some in months.items():
        server.on(places[month], Answer(with_links(page(some), links)))
    return list(months)


def article(post: Item) -> Answer:
    """The post's own page, as an article with structured data."""
    stamp = f"{post.published:%Y-%m-%dT%H:%M:%SZ}"
    paragraphs = "".join(f"<p>{escape(post.text)} That is the {n} point.</p>" for n in ("first", "second", "last"))
    return Answer(
        f'<!doctype html><html><head><title>{escape(post.title)}</title><script type="application/ld+json">'
        f'{{"@type": "BlogPosting", "headline": "{post.title}", "datePublished": "{stamp}"}}</script></head><body>'
        f'<article><h1>{escape(post.title)}</h1><time datetime="{stamp}">{stamp}</time>{paragraphs}</article>'
        "</body></html>".encode()
    )


def serve_articles(server: LoopbackServer, posts: Iterable[Item]) -> None:
    for post in posts:
        server.on(f"/posts/{post.number}", article(post))


def sitemap(urls: Iterable[str], *, index: bool = False) -> Answer:
    kind, element = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    listed = "".join(f"<{element}><loc>{escape(url)}</loc></{element}>" for url in urls)
    body = f'<?xml version="1.0"?><{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</{kind}>'
    return Answer(body.encode(), content_type="application/xml")


def feed(
    posts: Sequence[Item], *, site: str, next_page: str | None = None, rel: str = "next", generator: str = ""
) -> Answer:
    """An RSS feed that may name the one with older entries (RFC 5005), and what made it."""
    body = rss(posts, site=site).replace(b"<rss ", b'<rss xmlns:atom="http://www.w3.org/2005/Atom" ')
    said = f'<atom:link rel="{rel}" href="{next_page}"/>' if next_page else ""
    said += f"<generator>{generator}</generator>" if generator else ""
    return Answer(body.replace(b"<description>d", said.encode() + b"<description>d", 1), content_type=FEED_TYPE)
