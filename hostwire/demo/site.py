"""Serves the demonstration's sources on loopback as the kinds of server a crawler meets.

Feeds answer conditional requests with 304; the blog without a feed lists its posts on two pages.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson

from hostwire.demo.content import DemoPost, DemoSource


@dataclass(frozen=True, slots=True)
class Resource:
    """One address of the site."""

    content_type: str
    body: bytes
    last_modified: datetime

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


@dataclass(frozen=True, slots=True)
class DemoSite:
    """The site while it runs: its root address and, for each source, the address to crawl."""

    root: str
    port: int
    addresses: Mapping[str, str]


@contextmanager
def serve_site(sources: tuple[DemoSource, ...]) -> Iterator[DemoSite]:
    """The sources on a free port of 127.0.0.1, until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    port = int(server.server_address[1])
    root = f"http://127.0.0.1:{port}"
    server.resources = render_site(sources, root)  # type: ignore[attr-defined]  # the handler finds them on its server
    thread = threading.Thread(target=server.serve_forever, name="demo-site", daemon=True)
    thread.start()
    try:
        yield DemoSite(root, port, {source.slug: root + crawl_path(source) for source in sources})
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def crawl_path(source: DemoSource) -> str:
    """The path that a crawler is given for a source."""
    return f"/{source.slug}/{FORMATS[source.kind].crawl_name}"


def render_site(sources: tuple[DemoSource, ...], root: str) -> dict[str, Resource]:
    """Every path of the site with what it answers."""
    pages: dict[str, Resource] = {}
    for source in sources:
        newest = source.posts[0].published
        for name, (content_type, body) in FORMATS[source.kind].render(source, root).items():
            pages[f"/{source.slug}/{name}"] = Resource(content_type, body, newest)
        for post in source.posts:
            pages[_path(source, post)] = Resource("text/html; charset=utf-8", _article(source, post), post.published)
    return pages


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        resource: Resource | None = self.server.resources.get(self.path)  # type: ignore[attr-defined]
        if resource is None:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", b"There is no such page here.\n", {})
            return
        validators = {
            "ETag": resource.etag,
            "Last-Modified": format_datetime(resource.last_modified, usegmt=True),
        }
        if self.headers.get("If-None-Match") == resource.etag:
            self._answer(HTTPStatus.NOT_MODIFIED, None, b"", validators)
        else:
            self._answer(HTTPStatus.OK, resource.content_type, resource.body, validators)

    def _answer(self, status: HTTPStatus, content_type: str | None, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if content_type:
            self.send_header("Content-Type", content_type)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the signature is http.server's
        """Requests are the crawler's business and are reported by it."""


# -- formats: one entry a kind of source -------------------------------------------------------------------------


def _path(source: DemoSource, post: DemoPost) -> str:
    return f"/{source.slug}/{post.published:%Y/%m}/{post.slug}"


def _html(post: DemoPost) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in post.paragraphs)


def _rss(source: DemoSource, root: str) -> dict[str, tuple[str, bytes]]:
    items = "".join(
        f"<item><title>{escape(post.title)}</title><link>{root}{_path(source, post)}</link>"
        f'<guid isPermaLink="false">{source.slug}-{post.slug}</guid>'
        f"<dc:creator>{escape(post.author)}</dc:creator>"
        f"<pubDate>{format_datetime(post.published)}</pubDate>"
        + "".join(f"<category>{escape(name)}</category>" for name in post.categories)
        + f"<description>{escape(post.paragraphs[0])}</description>"
        f"<content:encoded><![CDATA[{_html(post)}]]></content:encoded></item>\n"
        for post in source.posts
    )
    body = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{escape(source.name)}</title><link>{root}/{source.slug}/</link>"
        f"<description>{escape(source.description)}</description>\n{items}</channel></rss>\n"
    )
    return {"rss.xml": ("application/rss+xml; charset=utf-8", body.encode())}


def _rdf(source: DemoSource, root: str) -> dict[str, tuple[str, bytes]]:
    listed = "".join(f'<rdf:li rdf:resource="{root}{_path(source, post)}"/>' for post in source.posts)
    items = "".join(
        f'<item rdf:about="{root}{_path(source, post)}"><title>{escape(post.title)}</title>'
        f"<link>{root}{_path(source, post)}</link><dc:creator>{escape(post.author)}</dc:creator>"
        f"<dc:date>{post.published.isoformat()}</dc:date><description>{escape(_html(post))}</description></item>\n"
        for post in source.posts
    )
    body = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{root}/{source.slug}/"><title>{escape(source.name)}</title>'
        f"<link>{root}/{source.slug}/</link><description>{escape(source.description)}</description>"
        f"<items><rdf:Seq>{listed}</rdf:Seq></items></channel>\n{items}</rdf:RDF>\n"
    )
    return {"index.rdf": ("application/rdf+xml; charset=utf-8", body.encode())}


def _atom(source: DemoSource, root: str) -> dict[str, tuple[str, bytes]]:
    entries = "".join(
        f"<entry><title>{escape(post.title)}</title>"
        f'<link rel="alternate" type="text/html" href="{root}{_path(source, post)}"/>'
        f"<id>tag:{source.slug}.example,2026:{post.slug}</id>"
        f"<published>{post.published.isoformat()}</published><updated>{post.published.isoformat()}</updated>"
        f"<author><name>{escape(post.author)}</name></author>"
        + "".join(f'<category term="{escape(name)}"/>' for name in post.categories)
        + f"<summary>{escape(post.paragraphs[0])}</summary>"
        f'<content type="html">{escape(_html(post))}</content></entry>\n'
        for post in source.posts
    )
    body = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{escape(source.name)}</title><subtitle>{escape(source.description)}</subtitle>"
        f'<id>tag:{source.slug}.example,2026:feed</id><link href="{root}/{source.slug}/"/>'
        f"<updated>{source.posts[0].published.isoformat()}</updated>\n{entries}</feed>\n"
    )
    return {"atom.xml": ("application/atom+xml; charset=utf-8", body.encode())}


def _json(source: DemoSource, root: str) -> dict[str, tuple[str, bytes]]:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": source.name,
        "description": source.description,
        "home_page_url": f"{root}/{source.slug}/",
        "feed_url": f"{root}{crawl_path(source)}",
        "items": [
            {
                "id": f"{source.slug}/{post.slug}",
                "url": f"{root}{_path(source, post)}",
                "title": post.title,
                "authors": [{"name": post.author}],
                "date_published": post.published.isoformat(),
                "summary": post.paragraphs[0],
                "content_html": _html(post),
                "tags": list(post.categories),
            }
            for post in source.posts
        ],
    }
    return {"feed.json": ("application/feed+json; charset=utf-8", orjson.dumps(feed))}


def _blog(source: DemoSource, _root: str) -> dict[str, tuple[str, bytes]]:
    """Two pages, newest first, each linking to the other; the address of a post is its heading's link."""
    half = (len(source.posts) + 1) // 2
    pager = '<p class="pager"><a href="page2.html">Older posts</a></p>'
    back = '<p class="pager"><a href="index.html">Newer posts</a></p>'
    content_type = "text/html; charset=utf-8"
    return {
        "index.html": (content_type, _blog_page(source, source.posts[:half], pager)),
        "page2.html": (content_type, _blog_page(source, source.posts[half:], back)),
    }


def _blog_page(source: DemoSource, posts: tuple[DemoPost, ...], pager: str) -> bytes:
    articles = "".join(
        f'<div class="entry"><h2><a href="{_path(source, post)}">{escape(post.title)}</a></h2>\n'
        f'<p class="meta">Posted on {post.published:%B} {post.published.day}, {post.published:%Y %H:%M}'
        f" by {escape(post.author)}</p>\n{_html(post)}</div>\n"
        for post in posts
    )
    recent = "".join(f'<li><a href="{_path(source, post)}">{escape(post.title)}</a></li>' for post in source.posts[:5])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(source.name)}</title></head><body>'
        f"<h1>{escape(source.name)}</h1><p>{escape(source.description)}</p>\n<main>{articles}{pager}</main>"
        f"<aside><h3>Recent posts</h3><ul>{recent}</ul></aside></body></html>\n"
    ).encode()


def _article(source: DemoSource, post: DemoPost) -> bytes:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(post.title)} - {escape(source.name)}</title></head><body><article>"
        f"<h1>{escape(post.title)}</h1><p>By {escape(post.author)}, "
        f'<time datetime="{post.published.isoformat()}">{post.published:%d %B %Y}</time></p>\n'
        f"{_html(post)}</article></body></html>\n"
    ).encode()


@dataclass(frozen=True, slots=True)
class _Format:
    """How a kind of source is served: the file a crawler is given, and all its files with their types."""

    crawl_name: str
    render: Callable[[DemoSource, str], dict[str, tuple[str, bytes]]]


FORMATS: dict[str, _Format] = {
    "rss": _Format("rss.xml", _rss),
    "rdf": _Format("index.rdf", _rdf),
    "atom": _Format("atom.xml", _atom),
    "json": _Format("feed.json", _json),
    "blog": _Format("index.html", _blog),
}
