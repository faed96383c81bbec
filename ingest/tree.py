"""A parsed page as a light tree of our own: HTML5 parsing by lexbor, then plain objects that are cheap to walk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from ingest.errors import ReadError
from ingest.excess import beginning_of, excess_of, without_options

MAX_NODES = 70_000  # elements and texts of a page that are looked at
MAX_DEPTH = 250  # of nested elements; what lies deeper counts as being there
MAX_HINTS = 2_000  # characters of a class list or an id
SKIPPED = {
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "math",
    "iframe",
    "object",
    "select",
    "textarea",
    "-comment",
}
VOID = {"br", "hr", "img", "input", "meta", "link", "source", "wbr", "area", "base", "col", "embed", "track"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_WORD = re.compile(r"\w+")


@dataclass(eq=False, slots=True)
class Element:
    """An element with its children, elements and texts, in document order."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    children: list[Element | str] = field(default_factory=list)
    order: int = 0  # position in the document
    last: int = 0  # position of its last descendant: `a.order <= b.order <= a.last` says that b is inside a
    words: int = 0  # of all text below
    place: int = 0  # among the children of its parent

    def contains(self, other: Element) -> bool:
        return self.order <= other.order <= self.last

    def ancestors(self) -> Iterator[Element]:
        """The element and all above it, the root last."""
        element: Element | None = self
        while element is not None:
            yield element
            element = element.parent

    def walk(self) -> Iterator[Element]:
        """The element and all below it, in document order."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack.extend(reversed(element.elements()))

    def elements(self) -> list[Element]:
        return [child for child in self.children if isinstance(child, Element)]

    def find_all(self, *tags: str) -> Iterator[Element]:
        return (element for element in self.walk() if element.tag in tags)

    def text(self, *, without: set[int] = frozenset()) -> str:  # type: ignore[assignment]
        """All text below on one line; `without` holds the orders of elements to leave out."""
        parts: list[str] = []
        stack: list[Element | str] = [self]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                parts.append(item)
            elif item.order not in without:
                if item.tag in BREAKING:
                    parts.append(" ")
                    stack.append(" ")
                stack.extend(reversed(item.children))
        return " ".join("".join(parts).split())

    def own_text(self) -> str:
        """The text directly in it, and in inline elements that are no links."""
        parts: list[str] = []
        for child in self.children:
            if isinstance(child, str):
                parts.append(child)
            elif child.tag in {"b", "i", "em", "strong", "span", "small", "abbr", "font", "u"} and not child.elements():
                parts.append(f" {child.text()} ")
        return " ".join("".join(parts).split())

    def take_out(self, child: Element) -> None:
        """Remove a child, and its words from all that count them."""
        self.children = [other for other in self.children if other is not child]
        for element in self.ancestors():
            element.words -= child.words

    def html(self) -> str:
        """The element as HTML again."""
        pieces: list[str] = []
        stack: list[Element | str | tuple[str]] = [self]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                pieces.append(escape(item, quote=False))
            elif isinstance(item, tuple):
                pieces.append(item[0])
            else:
                attributes = "".join(f' {name}="{escape(value)}"' for name, value in item.attributes.items())
                pieces.append(f"<{item.tag}{attributes}>")
                if item.tag not in VOID:
                    stack.append((f"</{item.tag}>",))
                    stack.extend(reversed(item.children))
        return "".join(pieces)

    @property
    def hints(self) -> str:
        """Class and id, in lower case: what the page's author called it."""
        names = f"{self.attributes.get('class', '')[:MAX_HINTS]} {self.attributes.get('id', '')[:MAX_HINTS]}"
        return names.lower()


BREAKING = {
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figure", "footer", "form", "header",
    "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul", *HEADINGS,
}  # fmt: skip


def hint_pattern(words: str) -> re.Pattern[str]:
    """What finds one of `words`, a pattern of alternatives, as a word of its own in an element's hints."""
    return re.compile(rf"(?:^|[\s_-])(?:{words})(?:$|[\s_-])")


def parse_page(body: bytes, charset: str | None = None) -> tuple[Element, str]:
    """The root of the page and its HTML as text, both without what is beyond the bounds.

    Raises:
        ReadError: it has more of something than any author writes.
    """
    text = beginning_of(decode_page(body, charset))
    if (excess := excess_of(text)) is not None:
        raise ReadError(f"the page has {excess}")
    try:
        parser = LexborHTMLParser(without_options(text))
    except SelectolaxError as error:  # the one thing that HTML cannot be parsed for
        raise ReadError("the page takes more memory than there is") from error
    root = Element("html", {})
    if parser.root is None:
        return root, text
    root.attributes.update({name.lower(): value or "" for name, value in parser.root.attributes.items()})
    # in document order, so that what is beyond the bound is the end of the page
    stack = [(_inside(parser.root), root)]
    count = 0
    while stack and count < MAX_NODES:
        nodes, element = stack[-1]
        child = next(nodes, None)
        if child is None:
            stack.pop()
            continue
        count += 1
        tag = (child.tag or "").lower()
        if tag == "-text":
            text_here = child.text_content or ""
            if text_here:
                element.children.append(text_here)
        elif tag not in SKIPPED and not tag.startswith(("-", "!", "_")):
            attributes = {name.lower(): value or "" for name, value in child.attributes.items()}
            made = Element(tag, attributes, element)
            element.children.append(made)
            if len(stack) <= MAX_DEPTH:
                stack.append((_inside(child), made))
            elif text_here := child.text(deep=True):
                made.children.append(text_here)
    _number(root)
    return root, text


def _inside(node: Any) -> Iterator[Any]:
    """The elements and texts directly in a node of the parser's."""
    return iter(node.iter(include_text=True))


def count_words(text: str) -> int:
    return len(_WORD.findall(text))


def _number(root: Element) -> None:
    """Give each element its place, the place of its last descendant, and its words."""
    position = 0
    stack: list[tuple[Element, bool]] = [(root, False)]
    while stack:
        element, done = stack.pop()
        if done:
            element.last = position - 1
            element.words = sum(
                count_words(child) if isinstance(child, str) else child.words for child in element.children
            )
            continue
        element.order = position
        position += 1
        for place, child in enumerate(element.children):
            if isinstance(child, Element):
                child.place = place
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(element.children) if isinstance(child, Element))


_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{2,40})""", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"""<\?xml[^>]{0,100}encoding\s*=\s*["']([\w-]{2,40})""", re.IGNORECASE)


def decode_page(body: bytes, charset: str | None = None) -> str:
    """A page's text: by its byte order mark, the header's charset, its own declaration, UTF-8, then Windows-1252."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if body.startswith(mark):
            return body.decode(name, errors="replace").lstrip("\ufeff")
    for start, name in ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be")):
        if body.startswith(start):
            return body.decode(name, errors="replace")
    declared = _META_CHARSET.search(body[:4096]) or _XML_CHARSET.search(body[:200])
    stated = declared[1].decode("ascii") if declared else None
    for coding in (charset, stated, "utf-8"):
        if coding and coding.lower() not in {"iso-8859-1", "latin-1", "us-ascii", "ascii"}:
            try:
                return body.decode(coding)
            except (LookupError, UnicodeDecodeError, ValueError):
                continue
    return body.decode("windows-1252", errors="replace")
