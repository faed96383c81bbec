"""The usual RSS 2.0 and Atom 1.0 feed, read some ten times faster than feedparser does and with the same answer.

It stands on the XML parser that feedparser stands on (expat), and declines whatever feedparser might read otherwise:
other encodings, DOCTYPEs, xml:base, markup where text should be, elements stated twice, names that it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from ingest.stamps import parse_stated

# as ElementTree begins the names of a namespace
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
FEEDBURNER = "{http://rssnamespace.org/feedburner/ext/1.0}"
MEDIA = "{http://search.yahoo.com/mrss/}"
SLASH = "{http://purl.org/rss/1.0/modules/slash/}"
SYNDICATION = "{http://purl.org/rss/1.0/modules/syndication/}"
WFW = "{http://wellformedweb.org/commentAPI/}"
# The prefixes that feedparser gives to these, whichever the feed uses; one that a feed gives to another is a riddle.
PREFIXES = {
    prefix: name.strip("{}")
    for prefix, name in {
        "content": CONTENT, "dc": DC, "feedburner": FEEDBURNER, "media": MEDIA, "slash": SLASH, "sy": SYNDICATION,
        "wfw": WFW,
    }.items()
}  # fmt: skip
# Namespaces that say nothing which an entry carries, and that feedparser does not know, with their usual prefix.
FOREIGN = {
    "http://purl.org/syndication/thread/1.0": "thr",
    "http://schemas.google.com/g/2005": "gd",
    "http://schemas.google.com/blogger/2008": "blogger",
    "http://a9.com/-/spec/opensearchrss/1.0/": "openSearch",
    "http://a9.com/-/spec/opensearch/1.1/": "opensearch",
    "http://webfeeds.org/rss/1.0": "webfeeds",
}
WORDPRESS = "com-wordpress:feed-additions:1"  # a default namespace, set on the elements themselves

MAX_TAGS = 500_000  # a tree of more takes too much memory
_DECLARATION = re.compile(
    rb"""<\?xml\s+version=(["'])1\.0\1(?:\s+encoding=(["'])([\w.:-]+)\2)?(?:\s+standalone=(["'])\w+\4)?\s*\?>"""
)
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_TEXT_TYPES = {"text": "text/plain", "plain": "text/plain", "text/plain": "text/plain",
               "html": "text/html", "text/html": "text/html"}  # fmt: skip

Fields = dict[str, Any]
read_date = lru_cache(maxsize=512)(parse_stated)  # asked whether it can be read, and soon after for what it says


@dataclass(frozen=True, slots=True)
class FastFeed:
    """What a feed states, in feedparser's names: of the feed itself, and of each entry. Nothing is cleaned."""

    is_atom: bool
    channel: Fields
    items: list[Fields]


def parse_fast(body: bytes, headers: Mapping[str, str]) -> FastFeed | None:
    """What a feed states; None where feedparser has to be asked. `body` has no white space before it."""
    body = body.removeprefix(b"\xef\xbb\xbf")
    if "content-location" in headers or not _is_surely_utf8(body, headers) or _DOCTYPE.search(body) is not None:
        return None
    if body.count(b"<") > MAX_TAGS:
        return None
    prefixes = _Prefixes()
    # no DOCTYPE comes this far, and with it none of the attacks that need one
    parser = XMLParser(target=prefixes, encoding="utf-8")  # noqa: S314 - see above
    try:
        parser.feed(body)
        return _read_feed(parser.close(), prefixes.of)
    except (_DeclinedError, ParseError):
        return None


class _DeclinedError(Exception):
    """feedparser may read this otherwise."""


def _is_surely_utf8(body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether feedparser takes it for UTF-8 without a doubt; it believes the media type before the document."""
    declared = None
    if body.startswith(b"<?"):
        match = _DECLARATION.match(body)
        if match is None:
            return False
        declared = match[3].decode("ascii").lower() if match[3] else None
    stated = headers.get("content-type") or ""
    media_type, *parameters = (part.strip() for part in stated.split(";"))
    charsets = [value for name, _, value in (p.partition("=") for p in parameters) if name.strip().lower() == "charset"]
    charset = charsets[-1].strip().strip("\"'").lower() if charsets else None
    if media_type.startswith("text/"):
        encoding = charset or "us-ascii"
    elif media_type.startswith("application/") and media_type.endswith(("/xml", "+xml")):
        encoding = charset or declared or "utf-8"
    elif headers and "content-type" not in headers:
        encoding = declared or "iso-8859-1"
    else:
        encoding = declared or "utf-8"
    if encoding in {"us-ascii", "iso-8859-1"}:
        return body.isascii()
    if encoding not in {"utf-8", "utf8"}:
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class _Prefixes(TreeBuilder):
    """Builds a document's tree, and knows which prefixes its namespaces have.

    One that changes its meaning, or has another than the usual one, misleads feedparser.
    """

    def __init__(self) -> None:
        super().__init__()
        self.of: dict[str, set[str]] = {}
        self._meaning: dict[str, str] = {}

    def start_ns(self, prefix: str, uri: str) -> None:
        if not uri:
            return
        lowered = uri.lower()
        if lowered in {"http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"} or "xlink" in lowered:
            raise _DeclinedError
        if " " in uri:  # which feedparser's parser takes for the end of it
            raise _DeclinedError
        self.of.setdefault(uri, set()).add(prefix)
        if not prefix:
            return
        if self._meaning.setdefault(prefix, uri) != uri or PREFIXES.get(prefix.lower(), uri) not in {
            uri,
            uri + "/",  # Media RSS is written either way
        }:
            raise _DeclinedError


def _read_feed(root: Element, prefixes: dict[str, set[str]]) -> FastFeed:
    _refuse_bases(root)
    if root.tag == "rss" and root.get("version", "").startswith("2."):
        if [child.tag for child in root] != ["channel"]:
            raise _DeclinedError
        channel = root[0]
        if channel.attrib:
            raise _DeclinedError
        items = _taken_out(channel, "item")
        return FastFeed(False, _read(channel, _CHANNEL, prefixes), [_read(item, _ITEM, prefixes) for item in items])
    if root.tag == f"{ATOM}feed":
        entries = _taken_out(root, f"{ATOM}entry")
        return FastFeed(True, _read(root, _FEED, prefixes), [_read(entry, _ENTRY, prefixes) for entry in entries])
    raise _DeclinedError


def _taken_out(parent: Element, name: str) -> list[Element]:
    found = parent.findall(name)
    for element in found:
        if not {_local(attribute) for attribute in element.attrib} <= {"lang", "etag"}:
            raise _DeclinedError
    parent[:] = [child for child in parent if child.tag != name]
    return found


def _refuse_bases(node: Element) -> None:
    if any(_local(name).lower() == "base" for name in node.attrib):
        raise _DeclinedError


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _text(node: Element) -> str:
    if len(node):
        return "".join([node.text or "", *(child.tail or "" for child in node)]).strip()
    return (node.text or "").strip()


# -- what elements say -------------------------------------------------------------------------------------------


class _Reading:
    """The fields of one feed or entry, filled in the order of its elements as feedparser fills its own."""

    def __init__(self, prefixes: dict[str, set[str]]) -> None:
        self.prefixes = prefixes
        self.fields: Fields = {}
        self.links: list[dict[str, str]] = []
        self.tags: list[dict[str, str | None]] = []

    def done(self) -> Fields:
        if self.links:
            self.fields["links"] = self.links
            self.fields["enclosures"] = [link for link in self.links if link["rel"] == "enclosure"]
        if self.tags:
            self.fields["tags"] = self.tags
        return self.fields


Handler = Callable[[_Reading, Element], None]


def _read(node: Element, handlers: Mapping[str, Handler], prefixes: dict[str, set[str]]) -> Fields:
    reading = _Reading(prefixes)
    met = set()
    for child in node:
        handler = handlers.get(child.tag)
        if handler is None:
            _check_foreign(child, prefixes)
            continue
        if child.tag in met and handler not in _REPEATED:
            raise _DeclinedError
        met.add(child.tag)
        if child.attrib:
            _refuse_bases(child)
        if len(child) and handler not in _NESTED:
            raise _DeclinedError
        handler(reading, child)
    return reading.done()


def _check_foreign(node: Element, prefixes: dict[str, set[str]]) -> None:
    """Passes what surely says nothing to feedparser."""
    uri, _, local = node.tag.removeprefix("{").rpartition("}")
    usual = "" if uri == WORDPRESS and local in {"post-id", "site"} else FOREIGN.get(uri)
    if usual is None or prefixes.get(uri) != {usual} or len(node):
        raise _DeclinedError
    _refuse_bases(node)


def _attributes(node: Element) -> dict[str, str]:
    """Attributes in lower case, as feedparser has them; those of other namespaces could be taken for plain ones."""
    found = {}
    for name, value in node.attrib.items():
        if name == "{http://www.w3.org/XML/1998/namespace}lang":
            continue
        lowered = name.lower()
        if "}" in name or lowered in found:
            raise _DeclinedError
        found[lowered] = value.lower() if lowered in {"rel", "type"} else value
    return found


_NOT_LATIN = re.compile("[^\x00-\xff]")
_C1 = re.compile("[\x80-\x9f]")
_WINDOWS = {code: bytes([code]).decode("cp1252") for code in range(128, 160) if code not in {129, 141, 143, 144, 157}}


def _mended(text: str) -> str:
    """feedparser's mending: UTF-8 that was taken for Latin-1 and encoded again, and Windows' C1 characters."""
    if text.isascii():
        return text
    if _NOT_LATIN.search(text) is None:
        with suppress(UnicodeDecodeError):
            text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(_WINDOWS) if _C1.search(text) is not None else text


def _address(text: str) -> str:
    if "///" in text:  # which feedparser makes fewer
        raise _DeclinedError
    return text


def _ignore(reading: _Reading, node: Element) -> None:
    """Says nothing that an entry carries."""


def _ignore_image(reading: _Reading, node: Element) -> None:  # noqa: ARG001 - a handler's signature
    """An RSS channel's picture: its title and link are its own."""
    if {child.tag for child in node} - {"url", "title", "link", "width", "height", "description"} or any(
        len(child) or child.attrib for child in node
    ):
        raise _DeclinedError


def _title(reading: _Reading, node: Element) -> None:
    _text_type(_attributes(node), "text/plain")
    reading.fields["title"] = _mended(_text(node))


def _text_type(attributes: Mapping[str, str], default: str) -> str:
    if "mode" in attributes or "src" in attributes:
        raise _DeclinedError
    stated = _TEXT_TYPES.get(attributes.get("type", default))
    if stated is None:
        raise _DeclinedError
    return stated


_REFERENCE_TO_NOTHING = re.compile(r"&([A-Za-z0-9_]+);")


def _rss_link(reading: _Reading, node: Element) -> None:
    if node.attrib:
        raise _DeclinedError
    text = _mended(_address(_text(node)))
    # what feedparser does against addresses that were escaped half
    text = _REFERENCE_TO_NOTHING.sub(r"&\g<1>", text.replace("&amp;", "&"))
    reading.fields["link"] = text
    reading.links.append({"rel": "alternate", "type": "text/html", **({"href": text} if text else {})})


def _channel_link(reading: _Reading, node: Element) -> None:
    if "&" in _text(node):
        raise _DeclinedError
    _rss_link(reading, node)


def _atom_link(reading: _Reading, node: Element) -> None:
    attributes = _attributes(node)
    attributes.setdefault("rel", "alternate")
    attributes.setdefault("type", "application/atom+xml" if attributes["rel"] == "self" else "text/html")
    if "url" in attributes or "uri" in attributes or not attributes.get("href"):
        raise _DeclinedError
    _address(attributes["href"])
    reading.links.append(attributes)
    if attributes["rel"] == "alternate" and attributes["type"] in {
        "text/html",
        "html",
        "application/xhtml+xml",
        "xhtml",
    }:
        reading.fields["link"] = attributes["href"]


def _id(reading: _Reading, node: Element) -> None:
    """A guid is the link where none is stated, unless it says that it is none."""
    is_link = _attributes(node).get("ispermalink", "true") == "true"
    text = _mended(_address(_text(node)) if is_link else _text(node))
    reading.fields["id"] = text
    reading.fields["guidislink"] = is_link and "link" not in reading.fields
    if is_link:
        reading.fields.setdefault("link", text)


def _author(reading: _Reading, node: Element) -> None:
    """Of RSS: a text, whatever is in it."""
    if "author" in reading.fields:
        raise _DeclinedError
    reading.fields["author"] = _mended(_text(node))


def _atom_author(reading: _Reading, node: Element) -> None:
    names = [child.tag for child in node]
    allowed = {f"{ATOM}name", f"{ATOM}email", f"{ATOM}uri"}
    picture = "{http://schemas.google.com/g/2005}image"
    if set(names) - allowed - {picture} or len(set(names)) < len(names) or _text(node):
        raise _DeclinedError
    parts = {}
    for child in node:
        if child.tag in allowed:
            if len(child) or child.attrib:
                raise _DeclinedError
            parts[_local(child.tag)] = _text(child)
        else:
            _check_foreign(child, reading.prefixes)
    name, email = parts.get("name"), parts.get("email")
    reading.fields["author"] = f"{name} ({email})" if name and email else name or email or ""


def _published(reading: _Reading, node: Element) -> None:
    reading.fields["published"] = _date(node)


def _updated(reading: _Reading, node: Element) -> None:
    reading.fields["updated"] = _date(node)


def _date(node: Element) -> str:
    """A date that we can read: where we cannot, feedparser's own reading counts."""
    text = _mended(_text(node))
    if text and read_date(text) is None:
        raise _DeclinedError
    return text


def _category(reading: _Reading, node: Element) -> None:
    attributes = _attributes(node)
    text = _mended(_text(node))
    _add_tag(
        reading, attributes.get("term"), attributes.get("scheme", attributes.get("domain")), attributes.get("label")
    )
    if not text:
        return
    if reading.tags and not reading.tags[-1]["term"]:
        reading.tags[-1]["term"] = text
    else:
        _add_tag(reading, text, None, None)


def _add_tag(reading: _Reading, term: str | None, scheme: str | None, label: str | None) -> None:
    tag = {"term": term, "scheme": scheme, "label": label}
    if (term or scheme or label) and tag not in reading.tags:
        reading.tags.append(tag)


def _enclosure(reading: _Reading, node: Element) -> None:
    attributes = _attributes(node)
    if "uri" in attributes or "href" in attributes:
        raise _DeclinedError
    if address := attributes.pop("url", None):
        attributes["href"] = address
    reading.links.append({**attributes, "rel": "enclosure"})


def _original_link(reading: _Reading, node: Element) -> None:
    if node.attrib:
        raise _DeclinedError
    reading.fields["feedburner_origlink"] = _mended(_text(node))


def _description(reading: _Reading, node: Element) -> None:
    if node.attrib:  # a type that RSS does not have makes feedparser guess
        raise _DeclinedError
    _summarize(reading, node, "text/html")


def _summary(reading: _Reading, node: Element) -> None:
    _summarize(reading, node, "text/plain")


def _summarize(reading: _Reading, node: Element, default: str) -> None:
    reading.fields["summary_detail"] = {"type": _text_type(_attributes(node), default)}
    reading.fields["summary"] = _mended(_text(node))


def _encoded(reading: _Reading, node: Element) -> None:
    if node.attrib:
        raise _DeclinedError
    _content(reading, node, "text/html")


def _atom_content(reading: _Reading, node: Element) -> None:
    _content(reading, node, "text/plain")


def _content(reading: _Reading, node: Element, default: str) -> None:
    value = _mended(_text(node))
    reading.fields["content"] = [{"type": _text_type(_attributes(node), default), "value": value}]
    reading.fields.setdefault("summary", value)


_REPEATED: set[Handler] = {_category, _atom_link, _ignore, _enclosure}
_NESTED: set[Handler] = {_atom_author, _ignore_image}

_ITEM: dict[str, Handler] = {
    "title": _title,
    "link": _rss_link,
    f"{ATOM}link": _atom_link,
    "guid": _id,
    "author": _author,
    f"{DC}creator": _author,
    "pubDate": _published,
    f"{DC}date": _updated,
    "category": _category,
    "enclosure": _enclosure,
    "description": _description,
    f"{CONTENT}encoded": _encoded,
    f"{FEEDBURNER}origLink": _original_link,
    "comments": _ignore,
    f"{SLASH}comments": _ignore,
    f"{SLASH}section": _ignore,
    f"{SLASH}department": _ignore,
    f"{WFW}comment": _ignore,
    f"{WFW}commentRss": _ignore,
    f"{MEDIA}thumbnail": _ignore,
    f"{MEDIA}content": _ignore,
}
_CHANNEL: dict[str, Handler] = {
    "title": _title,
    "link": _channel_link,
    f"{ATOM}link": _atom_link,
    "image": _ignore_image,
    **dict.fromkeys(
        ("description", "language", "generator", "lastBuildDate", "pubDate", "docs", "ttl", "copyright", "cloud",
         "managingEditor", "webMaster", "category", f"{SYNDICATION}updatePeriod", f"{SYNDICATION}updateFrequency",
         f"{SYNDICATION}updateBase", f"{FEEDBURNER}info"),
        _ignore,
    ),
}  # fmt: skip
_ENTRY: dict[str, Handler] = {
    f"{ATOM}id": _id,
    f"{ATOM}title": _title,
    f"{ATOM}link": _atom_link,
    f"{ATOM}published": _published,
    f"{ATOM}updated": _updated,
    f"{ATOM}author": _atom_author,
    f"{ATOM}category": _category,
    f"{ATOM}summary": _summary,
    f"{ATOM}content": _atom_content,
    f"{FEEDBURNER}origLink": _original_link,
    f"{MEDIA}thumbnail": _ignore,
    f"{MEDIA}content": _ignore,
    f"{ATOM}rights": _ignore,
}
_FEED: dict[str, Handler] = {
    f"{ATOM}id": _id,
    f"{ATOM}title": _title,
    f"{ATOM}link": _atom_link,
    f"{ATOM}author": _atom_author,
    **{f"{ATOM}{name}": _ignore for name in ("subtitle", "updated", "generator", "icon", "logo", "rights", "category")},
    f"{FEEDBURNER}info": _ignore,
}
