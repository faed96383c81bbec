"""The rules of the W3C's feed validator that can be checked without it: what is wrong with a feed, in words.

RSS 2.0 by its specification (https://www.rssboard.org/rss-specification) and the RSS Advisory Board's profile; Atom by
RFC 4287, its grammar (Appendix B) as RELAX NG and the rest, which no grammar can say, in Python; JSON Feed by
https://www.jsonfeed.org/version/1.1/ as a JSON schema.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
from bs4 import BeautifulSoup
from lxml import etree

HERE = Path(__file__).parent
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
RFC_822 = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"\d\d:\d\d:\d\d (?:\+0000|GMT)"
)
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+", re.ASCII)
# RFC 3987 without the corners that no address of the web has.
_UCS = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd\U00020000-\U0002fffd"
_CHAR = rf"(?:[A-Za-z0-9._~!$&'()*+,;=:@/{_UCS}-]|%[0-9A-Fa-f]{{2}})"
IRI = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.-]*:(?://(?:{_CHAR}|\[[0-9A-Fa-f:.]+\])*)?{_CHAR}*(?:\?(?:{_CHAR}|\?)*)?(?:#(?:{_CHAR}|\?)*)?"
)
CHANNEL = {"title", "link", "description", "generator", "lastBuildDate", f"{ATOM}link", "item"}
ITEM = {
    "title", "link", "description", "guid", "pubDate", "category", "enclosure", f"{DUBLIN_CORE}creator",
    f"{CONTENT}encoded",
}  # fmt: skip
RELAX_NG = etree.RelaxNG(etree.parse(str(HERE / "atom.rng")))
JSON_FEED = jsonschema.Draft202012Validator(
    json.loads((HERE / "json_feed.schema.json").read_text(encoding="utf-8")),
    format_checker=jsonschema.FormatChecker(),
)


def parse_xml(body: bytes) -> Any:
    """The root; raises where the document is not well-formed."""
    return etree.fromstring(body, etree.XMLParser(recover=False, resolve_entities=False, no_network=True))


# -- RSS ---------------------------------------------------------------------------------------------------------------


def rss_faults(body: bytes) -> list[str]:
    """What is wrong with an RSS feed, nothing where all is well."""
    root = parse_xml(body)
    channels = root.findall("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or len(channels) != 1:
        return ["it is no <rss version='2.0'> with one <channel>"]
    return [
        *_channel_faults(channels[0]),
        *(fault for item in channels[0].iter("item") for fault in _item_faults(item)),
    ]


def _channel_faults(channel: Any) -> Iterator[str]:
    for name in ("title", "link", "description"):
        if [bool((found.text or "").strip()) for found in channel.findall(name)] != [True]:
            yield f"channel: one <{name}> that is not empty"
    yield from (f"channel: what is <{child.tag}>" for child in channel if child.tag not in CHANNEL)
    yield from _no_iri("channel link", channel.findtext("link"))
    links = channel.findall(f"{ATOM}link")
    if len([link for link in links if link.get("rel") == "self"]) != 1:
        yield "channel: one atom:link rel='self'"
    for link in links:
        yield from _no_iri("atom:link", link.get("href"))
        if link.get("type") != "application/rss+xml":
            yield "atom:link: its type is application/rss+xml"
    built = channel.findtext("lastBuildDate")
    if built is not None:
        yield from _no_rfc_822("lastBuildDate", built)
    guids = [found.text for found in channel.iter("guid")]
    if len(set(guids)) < len(guids):
        yield "guids are given twice"


def _item_faults(item: Any) -> Iterator[str]:
    counted: dict[str, int] = {}
    for child in item:
        counted[child.tag] = counted.get(child.tag, 0) + 1
        if child.tag not in ITEM:
            yield f"item: what is <{child.tag}>"
    yield from (f"item: {times} <{tag}>" for tag, times in counted.items() if times > 1 and tag != "category")
    for name in ("title", "link", "description", "guid"):
        if not (item.findtext(name) or "").strip():
            yield f"item: <{name}> is missing or empty"
    yield from _no_iri("item link", item.findtext("link"))
    guid = item.find("guid")
    if guid is not None:
        if guid.get("isPermaLink") not in {"true", "false"}:
            yield "guid: isPermaLink says true or false"
        yield from _no_iri("guid", guid.text)
    if (published := item.findtext("pubDate")) is not None:
        yield from _no_rfc_822("pubDate", published)
    for enclosure in item.findall("enclosure"):
        if set(enclosure.attrib) != {"url", "length", "type"}:
            yield "enclosure: it has url, length and type"
            continue
        if not enclosure.get("url").startswith(("http://", "https://")):
            yield "enclosure: its url is one of http"
        yield from _no_iri("enclosure", enclosure.get("url"))
        if not re.fullmatch(r"\d+", enclosure.get("length")):
            yield "enclosure: its length is a whole number"
        if not MEDIA_TYPE.fullmatch(enclosure.get("type")):
            yield "enclosure: its type is a media type"
    for category in item.findall("category"):
        if not (category.text or "").strip():
            yield "category: it is empty"
    if (creator := item.find(f"{DUBLIN_CORE}creator")) is not None and not (creator.text or "").strip():
        yield "dc:creator: it is empty"
    yield from _html_faults(item.findtext(f"{CONTENT}encoded") or "")


# -- Atom --------------------------------------------------------------------------------------------------------------


def atom_faults(body: bytes) -> list[str]:
    """What is wrong with an Atom feed, nothing where all is well."""
    root = parse_xml(body)
    if not RELAX_NG.validate(root):
        return [str(error) for error in RELAX_NG.error_log]
    return list(_atom_faults(root))


def _atom_faults(feed: Any) -> Iterator[str]:
    entries = feed.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    if len(set(ids)) < len(ids):  # 4.1.1: of one id only with different updates, which we never have
        yield "ids are given twice"
    if not [link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]:
        yield "feed: a link rel='self'"  # 4.1.1, SHOULD
    has_author = feed.find(f"{ATOM}author") is not None
    for place in [feed, *entries]:
        yield from _no_iri("id", place.findtext(f"{ATOM}id"))
        alternates = [
            (link.get("type"), link.get("hreflang"))
            for link in place.findall(f"{ATOM}link")
            if link.get("rel", "alternate") == "alternate"
        ]
        if len(set(alternates)) < len(alternates):
            yield "two alternates of one type and language"
        if not (place.findtext(f"{ATOM}title") or "").strip():
            yield "title: it is empty"
    for entry in entries:
        if not has_author and entry.find(f"{ATOM}author") is None:
            yield "entry: neither it nor the feed has an author"
        content = entry.find(f"{ATOM}content")
        if content is None and not [
            x for x in entry.findall(f"{ATOM}link") if x.get("rel", "alternate") == "alternate"
        ]:
            yield "entry: neither content nor an alternate"
        if content is not None and content.get("type") == "html":
            yield from _html_faults(content.text or "")
    for link in feed.iter(f"{ATOM}link"):
        yield from _no_iri("link", link.get("href"))
    for category in feed.iter(f"{ATOM}category"):
        if category.get("scheme") is not None:
            yield from _no_iri("category scheme", category.get("scheme"))
        if not category.get("term").strip():
            yield "category: its term is empty"
    for name in feed.iter(f"{ATOM}name"):
        if not (name.text or "").strip():
            yield "name: it is empty"


# -- both --------------------------------------------------------------------------------------------------------------


def _no_iri(what: str, value: str | None) -> Iterator[str]:
    """Also where it is relative."""
    if value is None or not IRI.fullmatch(value):
        yield f"{what}: {value!r} is no absolute IRI"
        return
    parts = urlsplit(value)
    if parts.scheme in {"http", "https"} and not parts.hostname:
        yield f"{what}: {value!r} has no host"


def _no_rfc_822(what: str, value: str) -> Iterator[str]:
    if not RFC_822.fullmatch(value):
        yield f"{what}: {value!r} is no date of RFC 822"
    elif not value.startswith(f"{parsedate_to_datetime(value):%a}"):
        yield f"{what}: {value!r} is no such day of the week"


def _html_faults(html: str) -> Iterator[str]:
    """Markup that feeds must not carry, and addresses that would be nowhere."""
    soup = BeautifulSoup(html, "lxml")
    yield from (f"html: <{found.name}>" for found in soup(["script", "style", "iframe", "object", "embed", "form"]))
    for found in soup(True):
        for name, value in found.attrs.items():
            if name.startswith("on"):
                yield f"html: {name}="
            if name in {"href", "src"} and not urlsplit(str(value)).scheme:
                yield f"html: {value!r} is relative"


def json_feed_faults(feed: Any) -> list[str]:
    """What is wrong with a JSON feed, nothing where all is well."""
    found = [f"{error.json_path}: {error.message}" for error in JSON_FEED.iter_errors(feed)]
    ids = [item.get("id") for item in feed.get("items", ())]
    if len(set(ids)) < len(ids):
        found.append("ids are given twice")
    for item in feed.get("items", ()):
        for name in ("url", "external_url", "image", "banner_image"):
            if name in item:
                found += _no_iri(name, item[name])
        for name in ("date_published", "date_modified"):
            if name in item and not RFC_3339.fullmatch(item[name]):
                found.append(f"{name}: {item[name]!r} is no date of RFC 3339")
        for attachment in item.get("attachments", ()):
            found += _no_iri("attachment", attachment["url"])
    for name in ("home_page_url", "feed_url", "next_url"):
        if name in feed:
            found += _no_iri(name, feed[name])
    if feed.get("next_url") == feed.get("feed_url"):
        found.append("next_url: it is the feed itself")
    return found


FAULTS: dict[str, Callable[[bytes], list[str]]] = {
    "atom": atom_faults,
    "rss": rss_faults,
    "json": lambda body: json_feed_faults(json.loads(body)),
}
