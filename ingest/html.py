"""HTML on its way in: cleaned by an allow-list, and as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

import nh3
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

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
LINES = {"li", "tr", "dt", "dd", "caption", "br"}
SILENT = {"script", "style", "svg", "math", "noscript", "template", "iframe", "object", "head", "select", "textarea"}
MAX_DEPTH = 200  # of nested elements; what lies deeper is read as flat text

_SPACE = re.compile(r"[ \t\r\n\f\v\u00a0\u200b\ufeff]+")


def clean_html(html: str, base_url: str) -> str:
    """HTML that may be shown: allowed tags and attributes only, links absolute and http(s) or mailto.

    No script, style, SVG, MathML, forms or frames survive. An image or link whose address is not allowed loses it.
    """

    def filtered(tag: str, attribute: str, value: str) -> str | None:
        if (tag, attribute) not in URL_ATTRIBUTES:
            return value
        if attribute == "href" and value.strip().lower().startswith("mailto:"):
            return value
        return resolve(base_url, value)

    return nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        clean_content_tags=DROPPED_WITH_CONTENT,
        attributes=ALLOWED_ATTRIBUTES,
        attribute_filter=filtered,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
        strip_comments=True,
    )


def html_to_text(html: str) -> str:
    """Plain text: a blank line between paragraphs, a line for each list item or table row, entities decoded."""
    if "<" not in html:
        return fold_lines(unescape(html))
    return soup_to_text(BeautifulSoup(html, "lxml"))


def soup_to_text(node: Tag) -> str:
    """Plain text of a parsed element."""
    pieces: list[str] = []
    _collect(node, pieces, depth=0)
    return fold_lines("".join(pieces), folded=True)


def _collect(node: Tag, pieces: list[str], *, depth: int) -> None:
    for child in node.children:
        if isinstance(child, Tag):
            name = child.name.lower()
            if name in SILENT:
                continue
            if name == "br":
                pieces.append("\n")
            elif name == "pre":
                pieces.append(f"\n\n{child.get_text()}\n\n")
            elif depth >= MAX_DEPTH:
                pieces.append(_SPACE.sub(" ", child.get_text()))
            else:
                mark = "\n" if name in LINES else "\n\n" if name in BLOCKS else "\t" if name in {"td", "th"} else ""
                pieces.append(mark)
                _collect(child, pieces, depth=depth + 1)
                pieces.append(mark)
        elif type(child) is NavigableString:
            pieces.append(_SPACE.sub(" ", child))


_BLANK_LINES = re.compile(r"\n{3,}")
_AROUND_LINE = re.compile(r"[ \t]*\n[ \t]*")
_CELLS = re.compile(r" *\t[ \t]*")


def fold_lines(text: str, *, folded: bool = False) -> str:
    """White space as plain text wants it: no more than one blank line, none at line ends."""
    if not folded:
        text = "\n".join(_SPACE.sub(" ", line) for line in text.splitlines())
    text = _AROUND_LINE.sub("\n", _CELLS.sub("\t", text))
    text = re.sub(r" {2,}", " ", text)
    return _BLANK_LINES.sub("\n\n", text).strip()


def plain_title(text: str | None, *, markup: bool = True) -> str | None:
    """A title as plain text on one line: tags off, entities decoded; None when nothing is left.

    `markup` says whether the source gave HTML. Sources that escape twice are common, so that what still looks like a
    tag after decoding is taken off, too; a lone `<` stays what it is.
    """
    if text is None:
        return None
    for _ in range(2 if markup else 0):
        if "<" in text or "&" in text:
            text = _untagged(text)
    return _SPACE.sub(" ", text).strip() or None


_TAG = re.compile(r"<(?:/?[a-zA-Z][^<>]*|!--.*?--)/?>", re.DOTALL)


def _untagged(text: str) -> str:
    return unescape(_TAG.sub("", text))


def excerpt(text: str, limit: int = 300) -> str:
    """The beginning of a text on one line, cut at a word, with … where something follows."""
    line = _SPACE.sub(" ", text).strip()
    if len(line) <= limit:
        return line
    cut = line[:limit].rpartition(" ")[0] or line[:limit]
    return cut.rstrip(" ,;:-") + "…"


def first_text(values: Iterable[str | None]) -> str | None:
    """The first that says anything."""
    return next((value.strip() for value in values if value and value.strip()), None)
