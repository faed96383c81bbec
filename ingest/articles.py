"""A page that holds one article: what the page states of it, and its main text through trafilatura."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson
import trafilatura
from bs4 import BeautifulSoup, Tag
from trafilatura.settings import use_config

from ingest.discover import find_feeds
from ingest.entries import Article, Document
from ingest.html import first_text, fold_lines, plain_title
from ingest.stamps import Stamp, parse_stated
from ingest.urls import is_http_url, resolve

MIN_WORDS = 40  # of an article: less is a stub or a notice
ARTICLE_TYPES = {
    "article",
    "blogposting",
    "newsarticle",
    "techarticle",
    "report",
    "liveblogposting",
    "socialmediaposting",
}
_OG_ARTICLE = re.compile(
    r"""<meta[^>]{0,80}(?:og:type["'][^>]{0,80}content=["']article\b|content=["']article["'][^>]{0,80}og:type)""",
    re.IGNORECASE,
)
_AUTHOR_META = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "byl", "sailthru.author")
_DATE_META = (
    "article:published_time", "og:published_time", "datepublished", "dc.date.issued", "dcterms.created", "dc.date",
    "dcterms.date", "date", "pubdate", "publishdate", "parsely-pub-date", "sailthru.date", "publish-date",
)  # fmt: skip


def read_article(html: str, url: str) -> Document | None:
    """The article of a page; None when there is no main text to speak of."""
    extracted: Any = trafilatura.bare_extraction(
        html, url=url if is_http_url(url) else None, favor_precision=True, with_metadata=True, include_comments=False,
        config=_config(),
    )  # fmt: skip
    if extracted is None:
        return None
    text = fold_lines((extracted.text or "").replace("\n", "\n\n"))
    if len(text.split()) < MIN_WORDS:
        return None
    soup = BeautifulSoup(html, "lxml")
    stated = _Stated(soup)
    published = stated.published()
    canonical = resolve(url, stated.canonical())
    return Document(
        kind="article",
        title=plain_title(stated.site_name() or extracted.sitename, markup=False),
        site_url=None,
        article=Article(
            title=plain_title(stated.title() or extracted.title, markup=False),
            author=stated.author() or plain_title(extracted.author, markup=False),
            published=_iso(published) if published else extracted.date,
            text=text,
            url=canonical or (url if is_http_url(url) else None),
        ),
        feeds=find_feeds(html, url),
    )


def states_an_article(html: str) -> bool:
    """Whether the page says of itself that it is one article."""
    return _OG_ARTICLE.search(html[:200_000]) is not None


def _config() -> Any:
    config = use_config()
    config.set("DEFAULT", "EXTRACTION_TIMEOUT", "0")  # the sandbox's deadline is the one that counts
    return config


def _iso(stamp: Stamp) -> str:
    if stamp.precision == "day":
        return stamp.instant.date().isoformat()
    return stamp.instant.isoformat().replace("+00:00", "Z")


class _Stated:
    """What the page states in JSON-LD, meta elements and markup, in this order of trust."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self._soup = soup
        self._linked = next(_linked_articles(soup), {})
        self._meta: dict[str, str] = {}
        for element in soup.find_all("meta"):
            name = str(element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
            content = str(element.get("content") or "").strip()
            if name and content:
                self._meta.setdefault(name, content)

    def title(self) -> str | None:
        """The headline; a heading of the article before the document's title, which carries the site's name."""
        heading = self._soup.find("h1")
        own = heading.get_text(" ", strip=True) if isinstance(heading, Tag) else None
        stated = first_text((_text(self._linked.get("headline")), self._meta.get("og:title")))
        if own and stated and own.casefold() in stated.casefold():
            return own
        return stated or own

    def author(self) -> str | None:
        linked = self._linked.get("author")
        people = linked if isinstance(linked, list) else [linked]
        name = first_text(_text(person.get("name")) if isinstance(person, dict) else _text(person) for person in people)
        name = name or first_text(self._meta.get(key) for key in _AUTHOR_META)
        if name is None:
            found = self._soup.select_one('[rel~="author"], [itemprop="author"]')
            name = found.get_text(" ", strip=True) if isinstance(found, Tag) else None
        if name is None or name.startswith("http") or len(name) > 100:
            return None
        return plain_title(name)

    def published(self) -> Stamp | None:
        stated = (
            _text(self._linked.get("datePublished")),
            *(self._meta.get(key) for key in _DATE_META),
            *(
                str(element.get("datetime") or element.get("content") or "")
                for element in self._soup.find_all(["time", "meta"], limit=50)
                if element.get("itemprop") == "datePublished" or element.get("pubdate") is not None
            ),
        )
        for text in stated:
            if (stamp := parse_stated(text)) is not None:
                return stamp
        times = {
            str(element["datetime"]) for element in self._soup.select("article time[datetime], header time[datetime]")
        }
        return parse_stated(times.pop()) if len(times) == 1 else None

    def canonical(self) -> str | None:
        link = self._soup.find("link", rel="canonical", href=True)
        return str(link["href"]) if isinstance(link, Tag) else self._meta.get("og:url")

    def site_name(self) -> str | None:
        return self._meta.get("og:site_name")


def _linked_articles(soup: BeautifulSoup) -> Iterator[dict[str, Any]]:
    """JSON-LD objects that are articles, wherever a page nests them."""
    for script in soup.find_all("script", type=re.compile(r"ld\+json", re.IGNORECASE)):
        try:
            data = orjson.loads(script.get_text().strip().rstrip(";"))
        except orjson.JSONDecodeError:
            continue
        stack = [data]
        for _ in range(10_000):
            if not stack:
                break
            item = stack.pop()
            if isinstance(item, list):
                stack.extend(item)
            elif isinstance(item, dict):
                kinds = item.get("@type")
                names = kinds if isinstance(kinds, list) else [kinds]
                if any(str(name).lower() in ARTICLE_TYPES for name in names):
                    yield item
                stack.extend(
                    value for key, value in item.items() if key in {"@graph", "mainEntity", "mainEntityOfPage"}
                )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
