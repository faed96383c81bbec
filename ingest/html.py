"""HTML on its way in: cleaned by an allow-list, and as plain text."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from functools import cache
from html import escape, unescape
from typing import Any

import nh3
from lxml import etree

from ingest.excess import excess_of, is_long_to_clean
from ingest.urls import resolve

ALLOWED_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn",
    "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd",
    "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table",
    "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var",
}  # fmt: skip
ALLOWED_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "time": {"datetime"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "abbr": {"title"},
    "ol": {"start"},
    "blockquote": {"cite"},
    "q": {"cite"},
}
# Their content is no text of the post; of all other unknown tags the content stays.
DROPPED_WITH_CONTENT = {
    "script",
    "style",
    "svg",
    "math",
    "noscript",
    "template",
    "iframe",
    "object",
    "textarea",
    "select",
}
URL_ATTRIBUTES = {("a", "href"), ("img", "src"), ("blockquote", "cite"), ("q", "cite")}

BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
    "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
}  # fmt: skip
# Between these a line's end is enough; other blocks are paragraphs and stand apart.
LINES = {"li", "tr", "dt", "dd", "caption", "br", "thead", "tbody", "tfoot"}
LISTS = {"ul", "ol", "dl", "menu", "dir"}  # in a list item they go on with its list
SILENT = {"script", "style", "svg", "math", "noscript", "template", "iframe", "object", "head", "select", "textarea"}
MAX_TITLE = 10_000  # characters of a title that are looked at
MAX_DEPTH = 200  # of nested elements; what lies deeper is read as flat text

_BLANKS = r"\t\r\n\f\v\u00a0\u200b\ufeff"
SPACE = re.compile(rf" [ {_BLANKS}]+|[{_BLANKS}][ {_BLANKS}]*")  # what is not one blank already: most are


def _spaced(text: str) -> str:
    """White space as one blank each."""
    if text == "\n":  # between two elements, mostly
        return " "
    if text.isprintable() and "  " not in text:  # which takes a tenth of the time that the pattern does
        return text
    return SPACE.sub(" ", text)


def clean_html(html: str, base_url: str) -> str:
    """HTML that may be shown: allowed tags and attributes only, links absolute and http(s) or mailto.

    No script, style, SVG, MathML, forms or frames survive. An image or link whose address is not allowed loses it.
    Of HTML that has more of something than any author writes, the text is left.
    """

    html = plain_text(html)
    if excess_of(html) is not None or is_long_to_clean(html):
        return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in html_to_text(html).split("\n\n") if paragraph)
    cleaner = _Cleaner.of_this_thread()
    cleaner.base_url = base_url
    return cleaner.clean(html)


class _Cleaner(threading.local):
    """nh3's cleaner, whose lists are made once, with the address that links are relative to."""

    def __init__(self) -> None:
        self.base_url = ""
        self.clean = nh3.Cleaner(
            tags=ALLOWED_TAGS,
            clean_content_tags=DROPPED_WITH_CONTENT,
            attributes=ALLOWED_ATTRIBUTES,
            attribute_filter=self._filtered,
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener nofollow",
            strip_comments=True,
        ).clean

    def _filtered(self, tag: str, attribute: str, value: str) -> str | None:
        if (tag, attribute) not in URL_ATTRIBUTES:
            return value
        if attribute == "href" and value.strip().lower().startswith("mailto:"):
            return value
        return resolve(self.base_url, value)

    @staticmethod
    @cache
    def of_this_thread() -> _Cleaner:
        """One object, whose attributes each thread has for itself."""
        return _Cleaner()


def html_to_text(html: str) -> str:
    """Plain text: a blank line between paragraphs, a line for each list item or table row, entities decoded."""
    html = plain_text(html)
    if "<" not in html:
        return fold_lines(unescape(html))
    if len(html) > SURELY_SOUND and excess_of(html) is not None:
        return _flat_text(html)
    text = _tree_to_text(html)
    if text is not None:
        return text
    if html.count("<") > MAX_SOUP_TAGS:
        return _flat_text(html)
    from ingest.soup import parse_html, soup_to_text  # which takes longer to import than most feeds to read

    return soup_to_text(parse_html(html))


def _flat_text(html: str) -> str:
    """Plain text from the tags alone, for what would be no tree that is worth its time."""
    text = _BLOCK_TAG.sub("\n\n", _NO_TEXT.sub(" ", html))
    return fold_lines(unescape(_ANY_TAG.sub(" ", text)))


SURELY_SHALLOW = 50  # elements in each other: far from where libxml2 begins to give up
MAX_TREE_CHARS = 1_000_000
SURELY_SOUND = 10_000  # characters, in which nothing is often enough to cost much
MAX_SOUP_TAGS = 60_000
_NO_TEXT = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b[^<>]*>.*?(?:</\1[^<>]*>?|\Z)", re.IGNORECASE | re.DOTALL)
_BLOCK_TAG = re.compile(rf"</?(?:{'|'.join(sorted(BLOCKS))})\b[^<>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
# What Beautiful Soup and a bare tree have different views of: annotations, and declarations of an encoding.
_PECULIAR = re.compile(r"<(?:rt|rp|\?xml|!)", re.IGNORECASE)


def _tree_to_text(html: str) -> str | None:
    """What `soup_to_text` says of the usual HTML, ten times faster; None where it has to be asked."""
    if len(html) > MAX_TREE_CHARS or _PECULIAR.search(html) is not None:
        return None
    try:
        root = etree.fromstring(html, _tree_parser())
    except (etree.LxmlError, ValueError):
        return None
    if root is None:
        return None
    pieces: list[str] = []
    if not _gather(root, pieces, depth=0):
        return None
    return fold_lines("".join(pieces), folded=True)


@cache
def _tree_parser() -> etree.HTMLParser:
    return etree.HTMLParser(remove_comments=True, remove_pis=True)


def _gather(node: Any, pieces: list[str], *, depth: int) -> bool:
    """Whether the text of an element could be taken as `_collect` takes it."""
    if depth > SURELY_SHALLOW:
        return False
    inside = node.tag
    if text := node.text:
        pieces.append(_spaced(text))
    for child in node:
        name = child.tag
        if name == "br":
            pieces.append("\n")
        elif name == "pre":
            if any(descendant.tag in SILENT for descendant in child.iter()):
                return False
            pieces.append(f"\n\n{''.join(child.itertext())}\n\n")
        elif name not in SILENT:
            mark = mark_of(name, inside=inside)
            if mark:
                append_mark(pieces, mark)
            if len(child):
                if not _gather(child, pieces, depth=depth + 1):
                    return False
            elif text := child.text:
                pieces.append(_spaced(text))
            if mark:
                append_mark(pieces, mark)
        # white space that begins a line would be taken off again
        if (text := child.tail) and not (pieces and pieces[-1].endswith("\n") and text.isspace()):
            pieces.append(_spaced(text))
    return True


_MARKS = dict.fromkeys(BLOCKS, "\n\n") | dict.fromkeys(LINES, "\n") | {"td": "\t", "th": "\t"}


def mark_of(name: str, *, inside: str) -> str:
    """What stands before and after an element's text."""
    if inside in {"li", "dd"} and name in LISTS:
        return "\n"
    return _MARKS.get(name, "")


def append_mark(pieces: list[str], mark: str) -> None:
    """Begin a line only where none has begun: the end of one list item and the start of the next are one line's end."""
    if mark == "\n":
        for piece in reversed(pieces):
            if piece.strip(" \t"):
                if piece.endswith("\n"):
                    return
                break
        else:
            return
    if mark and not (mark == "\n\n" and pieces and pieces[-1].endswith(mark)):
        pieces.append(mark)


_CELLS = re.compile(r" *\t[ \t]*")


def fold_lines(text: str, *, folded: bool = False) -> str:
    """White space as plain text wants it: no more than one blank line, none at line ends."""
    if not folded:
        text = plain_text(text)
        text = "\n".join([_spaced(line) for line in text.splitlines()])
    if "\t" in text:
        text = _CELLS.sub("\t", text)
    text = "\n".join([line.strip(" \t") for line in text.split("\n")])
    while "  " in text:  # a pattern takes ten times as long
        text = text.replace("  ", " ")
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip()


def plain_title(text: str | None, *, markup: bool = True) -> str | None:
    """A title as plain text on one line: tags off, entities decoded; None when nothing is left.

    `markup` says whether the source gave HTML. Sources that escape twice are common, so that what still looks like a
    tag after decoding is taken off, too; a lone `<` stays what it is.
    """
    if text is None:
        return None
    text = text[:MAX_TITLE]
    for _ in range(2 if markup else 0):
        if "<" in text or "&" in text:
            text = _untagged(text)
    if markup and "<" in text:
        text = _TAG.sub("", text)
    return _spaced(plain_text(text)).strip() or None


# Characters that no text is made of, and that databases refuse: controls, halves of pairs, what Unicode leaves out.
_NO_CHARACTER = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def plain_text(text: str) -> str:
    """A text without what is no character of one; split surrogate pairs are joined first."""
    if text.isprintable() or _NO_CHARACTER.search(text) is None:
        return text
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _NO_CHARACTER.sub("", joined)


_SILENT_TAG = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
# Elements of HTML, and whatever has attributes: List<String> and <stdio.h> are words of a title.
_NAMES = "|".join(
    sorted(
        {
            *ALLOWED_TAGS, *BLOCKS, *SILENT, "acronym", "applet", "audio", "base", "big", "blink", "button", "embed",
            "font", "frame", "g", "image", "input", "label", "link", "marquee", "meta", "nobr", "param", "path",
            "picture", "source", "strike", "td", "th", "title", "tt", "use", "video", "wbr",
        }
    )
)  # fmt: skip
_TAG = re.compile(
    rf"<(?:/?(?:(?:{_NAMES})(?![\w.-])[^<>]*|[a-z][\w:-]*\s[^<>]*=[^<>]*)|!--.*?--)>", re.DOTALL | re.IGNORECASE
)


def _untagged(text: str) -> str:
    return unescape(_TAG.sub("", _SILENT_TAG.sub("", text)))


def excerpt(text: str, limit: int = 300) -> str:
    """The beginning of a text on one line, cut at a word, with … where something follows."""
    line = _spaced(" ".join(filter(None, text[: limit * 4].split("\n")))).strip()
    if len(line) <= limit < len(text):  # it begins with much white space
        line = SPACE.sub(" ", text).strip()
    if len(line) <= limit:
        return line
    cut = line[:limit].rpartition(" ")[0] or line[:limit]
    return cut.rstrip(" ,;:-") + "…"


def first_text(values: Iterable[str | None]) -> str | None:
    """The first that says anything."""
    return next((value.strip() for value in values if value and value.strip()), None)
