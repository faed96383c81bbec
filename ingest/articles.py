"""A page that holds one article: what the page states of it, and its main text through trafilatura."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
import trafilatura
from bs4 import BeautifulSoup, Tag
from trafilatura.settings import use_config

from ingest import languages
from ingest.discover import find_feeds
from ingest.entries import Article, Document
from ingest.html import first_text, fold_lines, plain_title
from ingest.soup import parse_html
from ingest.stamps import MONTHS, Stamp, find_stamp, parse_stated
from ingest.urls import is_http_url, resolve

MAX_TAGS = 60_000  # of a page; no article has so many, and the extractors take their time over each
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
    if html.count("<") > MAX_TAGS:
        return None
    extracted = _extract(html, url)
    if extracted is None:
        return None
    text = fold_lines((extracted.text or "").replace("\n", "\n\n"))
    if len(text.split()) < MIN_WORDS:
        return None
    soup = parse_html(html)
    stated = _Stated(soup, html)
    byline = _byline(soup)
    published = _finest(stated.published(), byline, extracted.date)
    canonical = resolve(url, stated.canonical())
    title = plain_title(stated.title() or extracted.title, markup=False)
    author = stated.author() or said_author(byline) or plain_title(extracted.author, markup=False)
    return Document(
        kind="article",
        title=plain_title(stated.site_name() or extracted.sitename, markup=False),
        site_url=None,
        article=Article(
            title=title,
            author=author,
            published=_iso(published) if published else extracted.date,
            text=_body_alone(text, title, author),
            url=canonical or (url if is_http_url(url) else None),
        ),
        feeds=find_feeds(html, url),
    )


def _extract(html: str, url: str) -> Any:
    """What trafilatura makes of a page; None where it finds nothing, or stumbles.

    On damaged pages lxml's own assertions and decoders fail in its search for metadata; the text is there all the same.
    """
    for with_metadata in (True, False):
        try:
            return trafilatura.bare_extraction(
                html, url=url if is_http_url(url) else None, favor_precision=True, with_metadata=with_metadata,
                include_comments=False, config=_config(),
            )  # fmt: skip
        except (AssertionError, ValueError):
            continue
    return None


# What is written after "by" in a line beside a title, up to the date, the category or whatever follows.
BY = re.compile(
    r"(?:(?:^|[\s|,•·—–-])(?:posted|written|published|submitted|created)?\s*(?:by|author)|"
    rf"(?:^|[|,•·—–-]\s*|\d\s+)(?:{languages.BY}))\s*:?\s+(?!(?:on|at|in)\b)"
    r"(?P<name>[^|•·/»\n]{2,60}?)\s*(?=$|[|•·/»]|,|\s[—–-]\s|\s(?:on|at|in|under)\s|"
    rf"\s(?:{'|'.join(languages.ARTICLES)})\s+(?:[^\W\d_]+,?\s+)?\d|\s(?:{'|'.join(languages.DAYS)})\.?,?\s+\d|"
    r"\s(?:\d|(?:mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?\b,?\s|"
    rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?\s+\d)|"
    r"\s(?:tags?|categor\w+|comments?)\b)",
    re.IGNORECASE,
)
BYLINE = 160  # characters: no byline is longer
_LINES_BELOW_TITLE = 6
_LINES_OF_THEIR_OWN = {"p", "div", "header", "section", "li", "td", "dd", "dt", "address"}


def said_author(line: str) -> str | None:
    """The name after "by" in a byline."""
    match = BY.search(line) if len(line) <= 2 * BYLINE else None
    name = match["name"].strip(" ,;:-–—") if match else ""
    return name if name and find_stamp(name) is None and len(name.split()) <= 6 else None


def _byline(soup: BeautifulSoup) -> str:
    """The first of the few lines under the article's heading that says by whom or when."""
    heading = soup.find("h1")
    lines = heading.find_all_next(string=True, limit=60) if isinstance(heading, Tag) else []
    inside = set(map(id, heading.find_all(string=True))) if isinstance(heading, Tag) else set()
    holders: list[str] = []
    for text in lines:
        if id(text) in inside or not text.strip() or text.parent is None:
            continue
        holder = next((parent for parent in text.parents if parent.name in _LINES_OF_THEIR_OWN), None)
        line = " ".join(holder.get_text(" ").split()) if holder is not None else " ".join(text.split())
        if len(line) > BYLINE:  # a container of much more: what stands in the innermost element is the line
            line = " ".join(text.parent.get_text(" ").split())
        if line not in holders:
            holders.append(line)
        if len(line) <= BYLINE and (BY.match(line) or find_stamp(line)):
            return line
        if len(holders) >= _LINES_BELOW_TITLE:
            break
    return ""


MAX_TOP_LINES = 4
_BESIDE_STAMP = 60  # characters of a line that says when


def _body_alone(text: str, title: str | None, author: str | None) -> str:
    """The text without its title and the lines that say by whom and when, where the extractor began with them."""
    for _ in range(MAX_TOP_LINES):
        first, _, rest = text.partition("\n\n")
        line = " ".join(first.split())
        if not rest or not (_is_byline(line, author) or (title and line.casefold() == title.casefold())):
            break
        text = rest
    return text


def _is_byline(line: str, author: str | None) -> bool:
    if len(line) > BYLINE or line.endswith((".", "!", "?", ":")):
        return False
    if author and line.casefold() in {author.casefold(), f"by {author}".casefold()}:
        return True
    stamp = find_stamp(line)
    return stamp is not None and len(line) - (stamp.end - stamp.start) <= _BESIDE_STAMP


def _finest(stated: Stamp | None, byline: str, extracted: str | None) -> Stamp | None:
    """What the page states; the hour that its byline prints for that day, which extractors do not give."""
    printed = find_stamp(byline)
    day = stated or parse_stated(extracted)
    if printed is None or (stated is not None and stated.precision != "day"):
        return stated
    if day is None or abs(printed.instant - day.instant) < timedelta(days=2):
        return printed
    return stated


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

    def __init__(self, soup: BeautifulSoup, html: str) -> None:
        self._soup = soup
        self._linked: dict[str, Any] = next(_linked_objects(html), {})
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
        stated = first_text((plain_title(_text(self._linked.get("headline"))), self._meta.get("og:title")))
        if own and stated and own.casefold() in stated.casefold():
            return own
        return stated or own

    def author(self) -> str | None:
        name = _linked_author(self._linked) or first_text(self._meta.get(key) for key in _AUTHOR_META)
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


@dataclass(frozen=True, slots=True)
class Linked:
    """What JSON-LD says of an article."""

    url: str | None
    title: str | None
    author: str | None
    published: Stamp | None


def linked_articles(html: str) -> list[Linked]:
    """The articles of a page's JSON-LD, in its order."""
    return [
        Linked(
            url=_address(item),
            title=plain_title(_text(item.get("headline")) or _text(item.get("name"))),
            author=_linked_author(item),
            published=parse_stated(_text(item.get("datePublished"))),
        )
        for item in _linked_objects(html)
    ]


def _address(item: dict[str, Any]) -> str | None:
    page = item.get("mainEntityOfPage")
    return (
        _text(item.get("url")) or _text(page.get("@id") if isinstance(page, dict) else page) or _text(item.get("@id"))
    )


def _linked_author(item: dict[str, Any]) -> str | None:
    linked = item.get("author") or item.get("creator")
    people = linked if isinstance(linked, list) else [linked]
    name = first_text(_text(person.get("name")) if isinstance(person, dict) else _text(person) for person in people)
    return None if name is None or name.startswith("http") or len(name) > 100 else plain_title(name)


_LD_SCRIPT = re.compile(r"<script\b[^<>]{0,300}\bld\+json\b[^<>]{0,300}>", re.IGNORECASE)
MAX_SCRIPTS = 100
# Where a page nests its articles.
_NESTING = ("@graph", "mainEntity", "mainEntityOfPage", "blogPost", "blogPosts", "itemListElement", "item", "hasPart")


def _linked_objects(html: str) -> Iterator[dict[str, Any]]:
    """JSON-LD objects that are articles, wherever a page nests them."""
    for _, match in zip(range(MAX_SCRIPTS), _LD_SCRIPT.finditer(html), strict=False):
        end = html.find("</script", match.end())
        if end < 0:
            return
        text = html[match.end() : end].strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
        try:
            data = orjson.loads(text.encode("utf-8", "replace"))
        except orjson.JSONDecodeError:
            continue
        stack = [data]
        for _ in range(10_000):
            if not stack:
                break
            item = stack.pop()
            if isinstance(item, list):
                stack.extend(reversed(item))
            elif isinstance(item, dict):
                kinds = item.get("@type")
                names = kinds if isinstance(kinds, list) else [kinds]
                if any(str(name).lower() in ARTICLE_TYPES for name in names):
                    yield item
                stack.extend(value for key, value in item.items() if key in _NESTING)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
