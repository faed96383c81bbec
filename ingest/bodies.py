"""What of a record is its body: the rest after title, bylines and footers are taken off its beginning and end.

What makes a byline or a footer is for `bylines.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from ingest.boundaries import Record
from ingest.bylines import is_byline, is_footer, is_tag_list
from ingest.titles import title_element
from ingest.tree import BREAKING, HEADINGS, MAX_DEPTH, Element, count_words

_INLINE = {
    "a", "abbr", "acronym", "b", "big", "cite", "code", "em", "font", "i", "img", "label", "mark", "q", "s", "small",
    "span", "strong", "sub", "sup", "time", "tt", "u", "var",
}  # fmt: skip
# What may wrap a body, or a part of it, with its meta lines and footers inside.
_WRAPPERS = {
    "article", "center", "dd", "div", "font", "header", "main", "section", "span", "table", "tbody", "td", "tr",
}  # fmt: skip
MAX_LINE = 100  # nodes that are looked at as one line; no byline has so many
_END_WRAPPERS = {*_WRAPPERS, "blockquote", "p"}  # "… before the end of summer. Read more"
_EMPTY_ENDS = {"br", "hr", "div", "a", "span", "tr", "td"}


@dataclass(slots=True)
class Parts:
    """The blocks of a record by what they are for."""

    meta: list[Element] = field(default_factory=list)
    body: list[Element | str] = field(default_factory=list)
    footer: list[Element] = field(default_factory=list)

    @property
    def around(self) -> list[Element]:
        """The blocks round the body, in which the page says when, by whom and under what."""
        return [*self.meta, *self.footer]


def take_apart(record: Record) -> Parts:
    """Take a record apart: what stands before and after the title, down to where the body begins and ends.

    Bylines and footers are taken out of the page's own tree, so that a record is taken apart once.
    """
    blocks, title_at = _flatten(record)
    parts = Parts()
    before, after = blocks[:title_at], blocks[title_at + 1 :]
    parts.meta += [line for line in _lines(before) if line.words]
    title = blocks[title_at] if blocks else None
    if isinstance(title, Element) and title is not record.anchor:
        parts.meta.append(title)  # a heading may hold the date beside the link
    at = 0
    while at < len(after):  # bylines, before the body begins
        line = _line_at(after, at)
        whole = _joined(line)
        is_blank = not whole.words and not any(whole.find_all("img"))  # it may state what it does not show
        if is_blank or is_byline(whole) or is_tag_list(whole):
            parts.meta.append(whole)
        elif isinstance(line[0], Element) and is_byline(line[0]):
            parts.meta.append(line[0])
            at += 1
            continue
        elif is_footer(whole):
            parts.footer.append(whole)
        else:
            break
        at += len(line)
    for block in after[at:]:
        if isinstance(block, Element) and is_footer(block):
            parts.footer.append(block)
        else:
            parts.body.append(block)
    _trim(parts)
    return parts


def _flatten(record: Record) -> tuple[list[Element | str], int]:
    """The blocks of a record side by side, wrappers round the title opened, and where the title is among them."""
    blocks: list[Element | str] = list(record.blocks)
    target = title_element(record)
    for _ in range(MAX_DEPTH):
        at = next((i for i, b in enumerate(blocks) if isinstance(b, Element) and b.contains(target)), None)
        if at is None:
            return blocks, 0
        holder = blocks[at]
        if not isinstance(holder, Element):
            return blocks, at
        if holder is target or holder.tag in HEADINGS or holder.tag in {"dt", "th"}:
            return blocks, at
        blocks[at : at + 1] = holder.children
    return blocks, 0


def _lines(nodes: list[Element | str]) -> Iterator[Element]:
    at = 0
    while at < len(nodes):
        line = _line_at(nodes, at)
        at += len(line)
        yield _joined(line)


def _line_at(nodes: list[Element | str], at: int) -> list[Element | str]:
    """The nodes from one on that stand on one line: inline ones up to a break or a block, `MAX_LINE` at most;
    else the block alone."""
    line = []
    for node in nodes[at : at + MAX_LINE]:
        if isinstance(node, Element) and (node.tag not in _INLINE or any(e.tag in BREAKING for e in node.elements())):
            break
        line.append(node)
    return line or nodes[at : at + 1]


def _joined(nodes: list[Element | str]) -> Element:
    """Nodes of one line as an element; one that stands alone is its own."""
    elements = [node for node in nodes if isinstance(node, Element)]
    if len(elements) == len(nodes) == 1:
        return elements[0]
    return Element(
        "span",
        {},
        children=list(nodes),
        order=elements[0].order if elements else -1,
        last=elements[-1].last if elements else -1,
        words=sum(count_words(node) if isinstance(node, str) else node.words for node in nodes),
    )


def _trim(parts: Parts) -> None:
    """Bylines at the beginning of the body's own wrappers and footers at their end are taken out of them."""
    first = next(filter(_is_filled, parts.body), None)
    if isinstance(first, str):  # what parts a title from its text: "Title: text"
        parts.body[parts.body.index(first)] = first.lstrip(" \t\r\n:–—|·•-")
    _open(first, parts, _trim_start, _WRAPPERS)
    _open(next(filter(_is_filled, reversed(parts.body)), None), parts, _trim_end, _END_WRAPPERS)


def _open(
    node: Element | str | None,
    parts: Parts,
    trim: Callable[[Element, Parts], Element | str | None],
    wrappers: Collection[str],
) -> None:
    """Trim wrapper after wrapper, as far in as they go."""
    for _ in range(MAX_DEPTH):
        if not isinstance(node, Element) or node.tag not in wrappers:
            break
        node = trim(node, parts)


def _is_filled(node: Element | str) -> bool:
    return isinstance(node, Element) or bool(node.strip())


def _trim_start(holder: Element, parts: Parts) -> Element | str | None:
    """Take bylines from the beginning of a wrapper; answers what then comes first in it."""
    for child in list(holder.children):
        if isinstance(child, str):
            if child.strip():
                return child
        elif child.words and child.words < holder.words and (is_byline(child) or is_tag_list(child)):
            parts.meta.append(child)
            holder.take_out(child)
        elif child.words:
            return child
    return None


def _trim_end(holder: Element, parts: Parts) -> Element | str | None:
    """Take footers from the end of a wrapper; answers what then comes last in it."""
    while holder.children:
        end = holder.children[-1]
        if isinstance(end, str):
            if end.strip():
                return end
            holder.children.pop()
        elif end.words == 0 and end.tag in _EMPTY_ENDS and not any(end.find_all("img")):
            holder.take_out(end)
        elif end.words < holder.words and is_footer(end):
            parts.footer.append(end)
            holder.take_out(end)
        else:
            return end
    return None
