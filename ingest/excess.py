"""What no author writes so many of, and parsers take the square of its number in time for: told from the text alone."""

from __future__ import annotations

import re

MAX_OPEN = 3_000  # blocks open at one place of HTML
# Of elements open at each tag, over all tags: for most of them a parser looks through what is open. A book of a page
# with 100,000 tags, 50 of them open at each, has a sixtieth of it.
MAX_SEARCHED = 300_000_000
MAX_PIECES = 5_000  # references and no-break spaces between two tags
MAX_TAGS_WITH_TABLES = 80_000
MAX_TAGS = 150_000  # of a page, opening and closing: twice what is looked at of its tree
MAX_OPTIONS = 2_000  # lexbor counts a menu's options at each of them
MAX_ATTRIBUTES = (
    256  # of an element, each compared with those before it; templates that bind data to it have some dozens
)

_TAG = re.compile(r"<(/?)([a-z][a-z0-9:-]*)", re.IGNORECASE)
# Those that stay open until they are closed; paragraphs, list items, rows and cells end by themselves.
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "center", "details", "dir", "div", "dl", "fieldset", "figure",
        "footer", "form", "header", "main", "menu", "nav", "object", "ol", "pre", "section", "table", "ul",
    }
)  # fmt: skip
NEVER_OPEN = frozenset(
    {
        "area", "base", "body", "br", "caption", "col", "colgroup", "dd", "dt", "embed", "frame", "head", "hr", "html",
        "img", "input", "li", "link", "meta", "option", "p", "param", "source", "tbody", "td", "tfoot", "th", "thead",
        "title", "tr", "track", "wbr",
    }
)  # fmt: skip
# Closed in the wrong order, they close nothing else: what was opened in them stays open (the standard, 13.2.6.4.7).
_FORMATTING = frozenset(
    {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
)
_TABLE = re.compile("<table", re.IGNORECASE)
_OPTION = re.compile(r"</?opt(?:ion|group)\b[^<>]*>?", re.IGNORECASE)
_SPACE = r"[ \t\n\f\r]"
# As the HTML standard's tokenizer reads one (13.2.5.32 to 13.2.5.39); possessive, so that no text is read twice.
_ATTRIBUTE = (
    r"[ \t\n\f\r/]*+[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+"
    rf"(?:{_SPACE}*+={_SPACE}*+(?:\"[^\"]*+\"|'[^']*+'|[^ \t\n\f\r>\"'][^ \t\n\f\r>]*+)?+)?+"
)
# Each tag as a whole, so that what begins inside one is not looked at again; with a group where it is crowded.
_ELEMENT = re.compile(
    rf"<[a-z][^ \t\n\f\r/>]*+(?:(?:{_ATTRIBUTE}){{{MAX_ATTRIBUTES + 1}}}+()|(?:{_ATTRIBUTE})*+)", re.IGNORECASE
)
# What looks like a tag in these is none.
_NO_TAGS = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))|(<(script|style)\b[^<>]*+>).*?(?:</\2|\Z)", re.IGNORECASE | re.DOTALL
)


def _is_crowded(html: str) -> bool:
    """Whether a tag has more than `MAX_ATTRIBUTES` attributes."""
    return _has_crowd(html) and _has_crowd(_NO_TAGS.sub(r"\1", html))


def _has_crowd(html: str) -> bool:
    return any(match[1] is not None for match in _ELEMENT.finditer(html))


def excess_of(html: str) -> str | None:
    """What of some HTML is more than any author writes, in words."""
    if _is_deep(html):
        return "more elements nested in each other than any author writes"
    if _is_crowded(html):
        return f"an element with more than {MAX_ATTRIBUTES} attributes"
    return None


def is_long_to_clean(html: str) -> bool:
    """Whether html5ever, which cleans, would take long, and lexbor and libxml2 would not.

    For each reference or no-break space of a text it looks at all those before; for each thing out of place in a table
    at all that stands before the table.
    """
    if html.count("<") > MAX_TAGS_WITH_TABLES and _TABLE.search(html) is not None:
        return True
    if html.count("&") + html.count("\u00a0") <= MAX_PIECES:
        return False
    return any(text.count("&") + text.count("\u00a0") > MAX_PIECES for text in html.split("<"))


def beginning_of(html: str) -> str:
    """A page up to its `MAX_TAGS`-th tag."""
    return html if html.count("<") <= MAX_TAGS else "<".join(html.split("<", MAX_TAGS)[:MAX_TAGS])


def without_options(html: str) -> str:
    """HTML whose menus have lost the tags of their options where there are more than `MAX_OPTIONS`."""
    return html if len(_OPTION.findall(html)) <= MAX_OPTIONS else _OPTION.sub(" ", html)


def _is_deep(html: str) -> bool:
    """Whether more than `MAX_OPEN` blocks are open somewhere, or more than `MAX_SEARCHED` elements over all tags."""
    if html.count("<") <= MAX_OPEN:
        return False
    is_open: list[str] = []
    number: dict[str, int] = {}
    blocks = searched = 0
    for match in _TAG.finditer(html):
        name = match[2].lower()
        searched += len(is_open)
        if name in NEVER_OPEN:
            continue
        if not match[1]:
            is_open.append(name)
            number[name] = number.get(name, 0) + 1
            blocks += name in _BLOCKS
            if blocks > MAX_OPEN or searched > MAX_SEARCHED:
                return True
        elif number.get(name) and (name not in _FORMATTING or is_open[-1] == name):
            ended = ""
            while ended != name:
                ended = is_open.pop()
                number[ended] -= 1
                blocks -= ended in _BLOCKS
    return searched > MAX_SEARCHED
