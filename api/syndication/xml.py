"""XML text that every reader accepts: elements built by name, characters that XML 1.0 forbids left out."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"

# Everything outside XML 1.0's `Char` production, lone surrogates included.
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(parent: ET.Element, name: str, text: str | None = None, **attributes: str | None) -> ET.Element:
    """A new child with its text and those attributes that have a value."""
    child = ET.SubElement(parent, name, {key: clean(value) for key, value in attributes.items() if value is not None})
    if text is not None:
        child.text = clean(text)
    return child


def clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)


def to_bytes(root: ET.Element) -> bytes:
    """The document in UTF-8 with its declaration."""
    ET.indent(root, " ")
    written: bytes = ET.tostring(root, encoding="utf-8")
    return b"<?xml version='1.0' encoding='utf-8'?>\n" + written + b"\n"
