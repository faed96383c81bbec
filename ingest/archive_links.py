"""The ways to a site's older posts that one of its pages shows: archives of months and years, and pages of archives.

`read_with_archives` reads a document where older posts are wanted: as everything is read, with these ways added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from selectolax.lexbor import LexborHTMLParser

from ingest import languages
from ingest.doctypes import without_zeros
from ingest.entries import ArchiveLink, Document
from ingest.errors import ReadError
from ingest.excess import excess_of
from ingest.readers import read_document
from ingest.tree import decode_page
from ingest.urls import canonical_url, host_of, resolve

MAX_ARCHIVES = 1_200  # of a page: a century of months
MAX_INDEXES = 3  # pages that list archives
MAX_LABEL = 40  # characters
HEAD = 20_000  # bytes of a feed in which it says what made it

_ENGLISH = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTHS = {name: number for number, names in languages.MONTHS.items() for name in names.split()}
_MONTHS |= {name[:length]: number for number, name in enumerate(_ENGLISH, 1) for length in (3, 4, len(name))}
_NAME = "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True))
_YEAR = r"((?:19|20)\d{2})"
_BEFORE = r"/(?:(?:archives?|archiv|month|monthly|news|blog)[-_]?)?"
_FILE = r"(?:/|/?(?:index|default)?\.[a-z]{2,5})?"
_MONTH_PATH = re.compile(
    rf"{_BEFORE}{_YEAR}(?:[/_.-](0?[1-9]|1[0-2])|(0[1-9]|1[0-2]))(?:_01(?:_archive)?)?{_FILE}$", re.IGNORECASE
)
_YEAR_PATH = re.compile(rf"{_BEFORE}{_YEAR}{_FILE}$", re.IGNORECASE)
_YEAR_MONTH = re.compile(rf"{_YEAR}[-/_.]?(0?[1-9]|1[0-2])")
_COUNT = r"\s*(?:[(\[]\s*\d+\s*[)\]])?"
_MONTH_LABEL = re.compile(rf"({_NAME})\.?,?\s+(?:de\s+)?{_YEAR}{_COUNT}", re.IGNORECASE)
_NUMBER_LABEL = re.compile(rf"(?:{_YEAR}\s?[-/.]\s?(0?[1-9]|1[0-2])|(0?[1-9]|1[0-2])\s?[/.]\s?{_YEAR}){_COUNT}")
_YEAR_LABEL = re.compile(rf"\D{{0,20}}{_YEAR}{_COUNT}")
_INDEX_LABEL = re.compile(
    r"(?:the\s+)?(?:(?:blog|news|post|monthly|full|complete)\s+)?(?:archives?|archiv|archivo|archivio|archief|arquivos?|"
    r"archiwum|arkiv)|all\s+(?:posts|entries|news)|alle\s+beiträge|tous\s+les\s+articles",
    re.IGNORECASE,
)
_MONTH_NAMES = {"month", "mon", "m", "monat", "mois", "mes"}
_YEAR_NAMES = {"year", "y", "yr", "jahr", "annee", "ano"}
_DAY_NAMES = {"day", "d", "tag", "jour", "dia"}


def read_with_archives(body: bytes, url: str, *, want: str | None = None, **asked: Any) -> Document:
    """As `read_document`, and with its arguments; of a page with the archives that it leads to, of a feed with what
    made it. A page that is neither posts nor an article is of kind "unknown": archives may be all that it has.

    Raises:
        ReadError: it was to be a feed or a sitemap, and is none.
    """
    try:
        document = read_document(body, url, want=want, **asked)
    except ReadError:
        if want in {"feed", "sitemap"}:
            raise
        document = Document(kind="unknown")
    if document.kind == "feed":
        return replace(document, generator=_generator(body))
    if document.kind == "sitemap" or want is None:
        return document
    html = decode_page(body)
    return document if excess_of(html) is not None else replace(document, archives=find_archives(html, url))


def find_archives(html: str, url: str) -> tuple[ArchiveLink, ...]:
    """The archives of months, and of years where no month of them is named, the latest first; each once.

    Where there are none, the pages that are called archives.
    """
    parser = LexborHTMLParser(html)
    base_element = parser.css_first("base[href]")
    base = (resolve(url, base_element.attributes.get("href")) if base_element is not None else None) or url
    found: dict[str, list[str]] = {}
    indexes: list[str] = []
    for href, label in _links(parser):
        address = resolve(base, href)
        if address is None or host_of(address) != host_of(url):
            continue
        address = address.partition("#")[0]
        if canonical_url(address) == canonical_url(url):
            continue
        period = period_of(address) or _period_named(address, label)
        if period is not None:
            found.setdefault(period, []).append(address)
        elif _INDEX_LABEL.fullmatch(label) and address not in indexes:
            indexes.append(address)
        if len(found) >= MAX_ARCHIVES:
            break
    years_of_months = {period[:4] for period in found if len(period) > 4}
    folder = url.partition("?")[0].rpartition("/")[0]
    links = [
        ArchiveLink(min(addresses, key=lambda address: (not address.startswith(folder), len(address))), period)
        for period, addresses in found.items()
        if len(period) > 4 or period not in years_of_months
    ]
    links.sort(key=lambda link: link.month, reverse=True)
    return tuple(links) or tuple(ArchiveLink(address) for address in indexes[:MAX_INDEXES])


def period_of(url: str) -> str | None:
    """The month ("2010-07") whose posts an address lists, by its form alone; None where it does not look like that."""
    parts = urlsplit(url)
    if match := _MONTH_PATH.search(parts.path):
        return None if parts.query else _month(match[1], match[2] or match[3])
    named = {name.lower(): value.strip() for name, value in parse_qsl(parts.query)}
    if named.keys() & _DAY_NAMES:
        return None
    year = next((value for name, value in named.items() if name in _YEAR_NAMES), "")
    for name, value in named.items():
        match = _YEAR_MONTH.fullmatch(value)
        if match and (name in _MONTH_NAMES | {"date", "archive", "archives", "period"}):
            return _month(match[1], match[2])
        if name in _MONTH_NAMES:
            if label := _MONTH_LABEL.fullmatch(value):
                return _month(label[2], str(_MONTHS[label[1].lower()]))
            number = str(_MONTHS.get(value.lower(), value))
            if re.fullmatch(r"0?[1-9]|1[0-2]", number) and re.fullmatch(_YEAR, year):
                return _month(year, number)
    return None


def _month(year: str, month: str) -> str:
    return f"{year}-{int(month):02}"


def _period_named(address: str, label: str) -> str | None:
    """The month or year that a link is called by; a year only where its address ends in it as well."""
    if match := _MONTH_LABEL.fullmatch(label):
        return _month(match[2], str(_MONTHS[match[1].lower()]))
    if match := _NUMBER_LABEL.fullmatch(label):
        return _month(match[1] or match[4], match[2] or match[3])
    if match := _YEAR_LABEL.fullmatch(label):
        path = _YEAR_PATH.search(urlsplit(address).path)
        if path is not None and path[1] == match[1]:
            return match[1]
    return None


def _links(parser: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    """Addresses and labels of links, and of the choices of menus that lead to other pages."""
    for element in parser.css("a[href], option[value]"):
        href = element.attributes.get("href") or element.attributes.get("value") or ""
        if element.tag == "option" and not re.match(r"https?:|/|\?|\w+\.\w+\?", href):
            continue
        label = " ".join((element.text() or "").split())
        if href and len(label) <= MAX_LABEL:
            yield href, label


def _generator(body: bytes) -> str | None:
    head = without_zeros(body[:HEAD])
    match = re.search(rb"<(?:\w+:)?generator\b[^>]{0,500}>[^<]{0,500}", head)
    return " ".join(match[0].decode("utf-8", "replace").split()) if match is not None else None
