"""What titles a record: the link that leads to its post, or the heading beside one that says only "Permalink"."""

from __future__ import annotations

import re
from itertools import islice, takewhile

from ingest.boundaries import Record
from ingest.datelines import is_stamp
from ingest.groups import UNTITLED, is_untitled
from ingest.tree import BREAKING, HEADINGS, Element

_DAY_ALONE = re.compile(
    r"\W*(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}(?:st|nd|rd|th)?|"
    r"\d{1,2}(?:st|nd|rd|th)?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\W*",
    re.IGNORECASE,
)


def title_element(record: Record) -> Element:
    """What holds the title: the link, or the heading in it; where the link says only "Permalink", the heading."""
    inside = next(record.anchor.find_all(*HEADINGS), None)
    if inside is not None:
        return inside
    if not is_untitled(record.anchor.text()):
        return record.anchor
    for alone in (True, False):
        for block in record.elements():
            for element in block.walk():
                heads = element.tag in HEADINGS or (
                    element.tag in {"b", "strong"} and (not alone or _is_alone(element))
                )
                if heads and 0 < element.words <= 40 and not is_stamp(element.text()):
                    return element
    return record.anchor


def title_of(record: Record) -> str:
    """The title; empty when the record has none."""
    element = title_element(record)
    name = element.text(without=_stamps_in(element)) if element.tag in HEADINGS else element.text()
    return "" if element is record.anchor and is_untitled(name) else name


def _stamps_in(heading: Element) -> set[int]:
    """Where in a heading elements stand that say when and nothing else: "Version 9 <small>(2019-05-14)</small>"."""
    return {
        child.order
        for child in heading.walk()
        if child is not heading
        and child.tag != "a"
        and 0 < child.words < heading.words
        and (is_stamp(text := child.text()) or _DAY_ALONE.fullmatch(text))
    }


def is_in_heading(anchor: Element) -> bool:
    """Whether a link stands in a heading, or holds one."""
    return any(node.tag in HEADINGS for node in islice(anchor.ancestors(), 6)) or any(anchor.find_all(*HEADINGS))


def is_headed(record: Record) -> bool:
    """Whether a record has a heading, or its title stands in what is called one."""
    return _titles_as_heading(record) or any(True for block in record.elements() for _ in block.find_all(*HEADINGS))


def is_led(record: Record) -> bool:
    """Whether another heading stands before the link, so that this is a link in a post's text and not its title."""
    if _titles_as_heading(record) or UNTITLED.fullmatch(record.anchor.text()):
        return False
    for heading in record.root.find_all(*HEADINGS):
        if heading.order > record.anchor.order:
            return False
        text = heading.text()
        if text != record.anchor.text() and not is_stamp(text):  # some say the title twice, once for those who listen
            return title_element(record) is record.anchor
    return False


def _titles_as_heading(record: Record) -> bool:
    """Whether the link stands in a heading of the record, in what is called one, or holds one."""
    inside = takewhile(lambda node: node is not record.root.parent, record.anchor.ancestors())
    return any(
        node.tag in HEADINGS or node.tag in {"dt", "th"} or re.search(r"title|heading|headline", node.hints)
        for node in inside
    ) or any(record.anchor.find_all(*HEADINGS))


def _is_alone(element: Element) -> bool:
    """Whether it is all that a paragraph, a cell or another block says."""
    above = islice(element.ancestors(), 1, None)
    return any(node.tag in BREAKING for node in takewhile(lambda node: node.words == element.words, above))
