"""Where of a site its posts are: the feeds that a page or its headers advertise, the pages that a page without any
leads on to, and the paths where sites commonly keep feeds and sitemaps.

Asking for what is found is for `finding.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import orjson
from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.entries import FeedLink
from ingest.excess import excess_of, without_options
from ingest.link_headers import links_in_headers
from ingest.urls import canonical_url, host_of, is_http_url, resolve

# media type → how gladly it is taken, the lowest first: by the HTML standard the first feed in a page is its main one,
# whatever its format; what is XML or JSON and no more is a feed only when its address says so
FEED_TYPES = {
    "application/atom+xml": 0,
    "application/rss+xml": 0,
    "application/feed+json": 0,
    "application/rdf+xml": 2,
    "application/x.atom+xml": 2,
    "application/rss": 2,
    "application/atom": 2,
    "text/rss+xml": 2,
    "text/rss": 2,
    "application/xml": 3,
    "text/xml": 3,
    "application/json": 3,
}
_GENERIC_TYPES = {"application/xml", "text/xml", "application/json"}
COMMON_PATHS = (
    "feed/", "feed", "rss.xml", "atom.xml", "index.xml", "feed.xml", "rss", "feed.json", "feeds/posts/default",
    "blog/feed/", "news/feed/", "syndication.axd",
)  # fmt: skip
COMMON_SITEMAPS = ("sitemap.xml", "sitemap_index.xml", "wp-sitemap.xml", "sitemap-index.xml")
# Feeds of something else than the posts, by address or title, in the languages that engines are translated to.
_OTHER = re.compile(
    r"\bcomments?\b|/replies|/podcast|komment(?:ar|áře)|comentario|coment[áa]rio|commentaire|commenti\b|reacties|komentarz|"
    r"[?&]feed=comments|comments?-(?:rss|feed|atom)",
    re.IGNORECASE,
)
_NOT_A_FEED = re.compile(
    r"oembed|opensearch|manifest|wp-json|sioc|apml|foaf|\brsd\b|\.css(?:$|\?)|sitemap", re.IGNORECASE
)
_SAYS_FEED = re.compile(r"feed|rss|atom", re.IGNORECASE)
_MAY_BE_FEED = re.compile(r"feed|rss|atom|rdf|syndication", re.IGNORECASE)  # what all of `_FEED_PATH` hold
# A part of a site: its feed is the one to take only for whoever asks for that part.
_PART = re.compile(
    r"/(?:tags?|topics?|labels?|categor(?:y|ies)|schlagwor(?:t|te)|kategorien?|etiquetas?|sujets?|authors?|autor(?:en)?|people|"
    r"users?|search)/[^/?]+|[?&](?:tag|cat|author|s)=",
    re.IGNORECASE,
)
_FEED_PATH = re.compile(
    r"(?:^|/)(?:(?:feeds?|rss|rss2|atom|rdf)(?:\.(?:xml|rss|atom|rdf|json|php|aspx?|ashx|cgi))?|(?:index|news|blog|posts|all|default)"
    r"\.(?:rdf|rss|atom)|[\w-]*(?:rss|atom|feed)[\w-]*\.(?:xml|rss|json)|[\w-]+\.(?:rss|atom)|syndication\.axd|feeds/posts/default)"
    r"/?$|[?&](?:feed|format|type|alt)=(?:rss2?|atom|feed)\b",
    re.IGNORECASE,
)
_FEED_HOST = re.compile(r"^(?:feeds?\d?|rss)\.|\bfeedburner\.com$|\bfeedproxy\.google\.com$", re.IGNORECASE)
_SAYS_BLOG = re.compile(
    r"(?:(?:our|the|company|official|unser|notre|nuestro)\s+)?(?:blog|news(?:room)?|weblog|journal|announcements?|press(?:\s+releases?|room)?|"
    r"what'?s\s+new|latest\s+news|changelog|release\s+notes|neuigkeiten|nachrichten|aktuelles|actualit[ée]s|noticias|notizie|"
    r"nieuws|aktualno[śs]ci|nyheter|not[íi]cias)(?:\s*[»›→>&]\s*(?:news|updates|press)?)?",
    re.IGNORECASE,
)
MAX_HEAD = 500_000  # characters of a page that are looked at
MAX_ONWARD = 4  # pages that a page is followed to
MAX_SCRIPTS = 50  # of JSON-LD
MAX_OBJECTS = 5_000  # of JSON-LD, over all scripts
_REFRESH = re.compile(r"\s*\d*(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?(?P<url>[^\"'\s>]+)", re.IGNORECASE)
_BODY = re.compile(r"<body[\s>]", re.IGNORECASE)


def find_feeds(html: str, url: str) -> tuple[FeedLink, ...]:
    """The feeds that a page links to, the likeliest first.

    Its link elements with rel=alternate (or feed) and a feed's type come first, in the order in which they stand; then
    those that its JSON-LD names, then links of its text whose address or type says feed. Feeds of comments, of one
    tag or author that the page is not about, in another language than the page's, and at the page's own address come
    last. Addresses are resolved against the page's base.
    """
    parser = _parse(html)
    return _Found(parser, url).ranked()


def find_feeds_in_header(headers: Mapping[str, str], url: str) -> tuple[FeedLink, ...]:
    """The feeds that a response advertises in its Link header (RFC 8288)."""
    found = []
    for address, parameters in links_in_headers(headers, url):
        media_type = _media_type(parameters.get("type", ""))
        is_feed = "alternate" in parameters.get("rel", "").lower().split() and media_type in FEED_TYPES
        if is_feed and (media_type not in _GENERIC_TYPES or _SAYS_FEED.search(address)):
            found.append(FeedLink(address, media_type, parameters.get("title") or None))
    return tuple(found)


def find_onward(html: str, url: str) -> tuple[str, ...]:
    """The pages that a page leads on to when it holds no posts itself: where it refreshes to, what its frames hold,
    and what it links to as its blog or its news; at most `MAX_ONWARD`, on the same site but for the refresh.
    """
    parser = _parse(html)
    base = _base_of(parser, url)
    found = [resolve(base, target) for target in (*_refreshed(parser), *_framed(parser))]
    for anchor in parser.css("a[href]"):
        words = " ".join((anchor.text() or anchor.attributes.get("title") or "")[:100].split())
        address = resolve(base, anchor.attributes.get("href"))
        if address is not None and _SAYS_BLOG.fullmatch(words) and _is_near(host_of(url), host_of(address)):
            found.append(address)
    here = canonical_url(url)
    fresh = {
        canonical_url(address): address for address in reversed(found) if address and canonical_url(address) != here
    }
    return tuple(reversed(fresh.values()))[:MAX_ONWARD]


def likely_feed_urls(url: str) -> tuple[str, ...]:
    """Addresses where a site without autodiscovery may keep its feed: below the page first, then at the root."""
    below = url if url.endswith("/") else url.rpartition("/")[0] + "/"
    found = [urljoin(root, path) for root in dict.fromkeys((below, urljoin(url, "/"))) for path in COMMON_PATHS]
    return tuple(dict.fromkeys(found))


def likely_sitemap_urls(url: str) -> tuple[str, ...]:
    """Addresses where a site may keep its sitemap, all at its root."""
    return tuple(urljoin(url, f"/{path}") for path in COMMON_SITEMAPS)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A link that may lead to a feed, and how surely: `kind` is 0 for link elements, 1 for JSON-LD, 2 for anchors."""

    href: str
    media_type: str
    title: str | None
    kind: int
    language: str = ""
    in_noscript: bool = False


class _Found:
    """The feeds of a page, each address once, in the order of their likelihood."""

    def __init__(self, parser: LexborHTMLParser, url: str) -> None:
        self._url = url
        self._base = _base_of(parser, url)
        root = parser.css_first("html")
        self._language = _primary((root.attributes.get("lang") if root is not None else None) or "")
        self._candidates = [*_linked(parser), *_in_json_ld(parser), *_anchored(parser)]

    def ranked(self) -> tuple[FeedLink, ...]:
        ranked: dict[str, tuple[tuple[int, ...], FeedLink]] = {}
        for order, candidate in enumerate(self._candidates):
            address = resolve(self._base, _unwrapped(candidate.href))
            if address is None or _NOT_A_FEED.search(address):
                continue
            if candidate.kind == 2 and not candidate.media_type and not self._is_feed_path(address):
                continue
            if candidate.media_type in _GENERIC_TYPES and not _SAYS_FEED.search(address):
                continue
            link = FeedLink(address, candidate.media_type, candidate.title)
            ranked.setdefault(canonical_url(address).rstrip("/"), ((*self._rank(candidate, address), order), link))
        return tuple(link for _, link in sorted(ranked.values(), key=lambda item: item[0]))

    def _rank(self, candidate: _Candidate, address: str) -> tuple[int, ...]:
        itself = canonical_url(address) == canonical_url(self._url)
        other = bool(_OTHER.search(address) or (candidate.title and _OTHER.search(candidate.title)))
        language = _primary(candidate.language)
        foreign = bool(language and self._language and language != self._language)
        return (
            int(itself),
            int(other),
            int(candidate.in_noscript) + candidate.kind,
            self._part_rank(address),
            int(foreign),
            FEED_TYPES.get(candidate.media_type, 1),
        )

    def _part_rank(self, address: str) -> int:
        """Whether a feed is of the part of the site that the page is (0), of all of it (1) or of another part (2)."""
        own = urlsplit(self._url).path.rstrip("/") if is_http_url(self._url) else ""
        part = _PART.search(address) is not None
        if part and _PART.search(self._url) and urlsplit(address).path.startswith(f"{own}/"):
            return 0
        return 2 if part else 1

    def _is_feed_path(self, address: str) -> bool:
        parts = urlsplit(address)
        host = host_of(address) or ""
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if _FEED_HOST.search(host):
            return len(parts.path) > 1
        return _is_near(host_of(self._url), host) and _FEED_PATH.search(target) is not None


def _parse(html: str) -> LexborHTMLParser:
    """A page by the HTML standard: what is in comments, scripts, templates and text areas is no element of it."""
    html = html[:MAX_HEAD]
    if (
        excess_of(html) is not None
    ):  # the head says what there is; nothing is parsed of a body that only a machine can have made
        body = _BODY.search(html)
        html = html[: body.start()] if body else ""
    return LexborHTMLParser(without_options(html))


def _base_of(parser: LexborHTMLParser, url: str) -> str:
    first = parser.css_first("base[href]")
    return (resolve(url, first.attributes.get("href")) if first is not None else None) or url


def _linked(parser: LexborHTMLParser) -> Iterator[_Candidate]:
    for element in parser.css("link[rel][href]"):
        rel = (element.attributes.get("rel") or "").lower().split()
        media_type = _media_type(element.attributes.get("type") or "")
        if "stylesheet" in rel or not {"alternate", "feed"} & set(rel):
            continue
        if (
            media_type in FEED_TYPES
            or ("feed" in rel and not _is_page_type(media_type))
            or _says_so(element, media_type)
        ):
            yield _candidate(element, media_type, 0)


def _says_so(link: LexborNode, media_type: str) -> bool:
    """Whether an alternate without a type is a feed by its address: translations have no type either."""
    if media_type or link.attributes.get("media") or link.attributes.get("hreflang"):
        return False
    return _FEED_PATH.search((link.attributes.get("href") or "").partition("#")[0]) is not None


def _anchored(parser: LexborHTMLParser) -> Iterator[_Candidate]:
    for element in parser.css("a[href], area[href]"):
        rel = (element.attributes.get("rel") or "").lower().split()
        media_type = _media_type(element.attributes.get("type") or "")
        marked = media_type in FEED_TYPES or ("feed" in rel and not media_type)
        if marked and ("alternate" in rel or "feed" in rel):
            yield _candidate(element, media_type or "application/rss+xml", 1)
        elif media_type in FEED_TYPES or _MAY_BE_FEED.search(element.attributes.get("href") or ""):
            yield _candidate(element, media_type if media_type in FEED_TYPES else "", 2)


def _candidate(element: LexborNode, media_type: str, kind: int) -> _Candidate:
    return _Candidate(
        href=element.attributes.get("href") or "",
        media_type=media_type,
        title=" ".join((element.attributes.get("title") or "").split()) or None,
        kind=kind,
        language=element.attributes.get("hreflang") or "",
        in_noscript=kind == 0 and _is_in_noscript(element),
    )


def _is_in_noscript(element: LexborNode) -> bool:
    parent = element.parent
    return parent is not None and parent.tag == "noscript"


def _in_json_ld(parser: LexborHTMLParser) -> Iterator[_Candidate]:
    """Feeds that JSON-LD names: a schema.org DataFeed, or anything with a feed's encodingFormat."""
    seen = 0
    for script in parser.css('script[type*="ld+json" i]')[:MAX_SCRIPTS]:
        try:
            stack: list[Any] = [orjson.loads((script.text() or "").strip().encode("utf-8", "replace"))]
        except orjson.JSONDecodeError:
            continue
        while stack and seen < MAX_OBJECTS:
            item = stack.pop()
            if isinstance(item, list):
                stack.extend(reversed(item))
            elif isinstance(item, dict):
                seen += 1
                stack.extend(reversed([value for value in item.values() if isinstance(value, dict | list)]))
                media_type = _media_type(str(item.get("encodingFormat") or item.get("fileFormat") or ""))
                address = item.get("contentUrl") or item.get("url") or item.get("@id")
                is_feed = media_type in FEED_TYPES or (item.get("@type") == "DataFeed" and not media_type)
                if is_feed and isinstance(address, str):
                    name = item.get("name")
                    yield _Candidate(address, media_type, name if isinstance(name, str) else None, 1)


def _refreshed(parser: LexborHTMLParser) -> Iterator[str]:
    for element in parser.css('meta[http-equiv="refresh" i][content]'):
        if match := _REFRESH.fullmatch((element.attributes.get("content") or "").strip().rstrip("\"'")[:4_096]):
            yield match["url"]


def _framed(parser: LexborHTMLParser) -> Iterator[str]:
    """What the frames of a frameset hold, the largest page first as far as their names say it."""
    frames = parser.css("frame[src]")
    names = re.compile(r"main|content|body|blog|news|inhalt", re.IGNORECASE)
    frames.sort(key=lambda frame: names.search(frame.attributes.get("name") or "") is None)
    yield from (frame.attributes.get("src") or "" for frame in frames)


def _media_type(text: str) -> str:
    return text.partition(";")[0].strip().lower()


def _is_page_type(media_type: str) -> bool:
    return media_type in {"text/html", "application/xhtml+xml"}


def _unwrapped(href: str) -> str:
    """An address without the feed: scheme that some put before it (`feed://host/x`, `feed:https://host/x`)."""
    href = href.strip()
    if re.match(r"feed:(?=https?://)", href, re.IGNORECASE):
        return href[5:]
    return re.sub(r"^feed:(?=//)", "http:", href, flags=re.IGNORECASE)


def _primary(language: str) -> str:
    return re.split(r"[-_]", language.strip().lower())[0]


def _is_near(site: str | None, host: str | None) -> bool:
    """Whether two hosts belong to one site: equal, or with only one more label in front of one of them."""
    if site is None or host is None:
        return site == host
    site, host = site.removeprefix("www."), host.removeprefix("www.")
    return site == host or site.endswith(f".{host}") or host.endswith(f".{site}")
