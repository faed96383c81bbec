"""HTML as Beautiful Soup has it: what the quick reading in `html.py` is measured by, and does not take upon itself."""

from __future__ import annotations

import warnings

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, Tag, XMLParsedAsHTMLWarning
from bs4.element import NavigableString

from ingest.html import MAX_DEPTH, SILENT, SPACE, append_mark, fold_lines, mark_of


def parse_html(html: str) -> BeautifulSoup:
    """HTML parsed by lxml, without the parser's remarks on what it looks like."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        return BeautifulSoup(html, "lxml")


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
                pieces.append(SPACE.sub(" ", child.get_text()))
            else:
                mark = mark_of(name, inside=node.name.lower())
                append_mark(pieces, mark)
                _collect(child, pieces, depth=depth + 1)
                append_mark(pieces, mark)
        elif type(child) is NavigableString:
            pieces.append(SPACE.sub(" ", child))
