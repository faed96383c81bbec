"""DOCTYPEs that declare entities: no feed, sitemap or subscription list needs them, and attacks do."""

from __future__ import annotations

import re

from ingest.errors import ReadError

MAX_DOCTYPES = 20  # before the root element; one is allowed, the others may be in comments
_DOCTYPE = re.compile(rb"<!DOCTYPE\b", re.IGNORECASE)
# One with an internal subset, which is where entities are declared; what is quoted may hold brackets.
_SUBSET = re.compile(rb"""<!DOCTYPE(?:[^>\["']|"[^"]*"|'[^']*')*\[""", re.IGNORECASE)


def refuse_entities(body: bytes, root: re.Pattern[bytes], name: str) -> None:
    """Nothing where an XML document declares no entities; `root` finds its root element.

    Raises:
        ReadError: a DOCTYPE before the root element has an internal subset; the text calls the document `name`.
    """
    head = without_zeros(body)
    begin = root.search(head)
    starts = [match.start() for match in _DOCTYPE.finditer(head, 0, begin.start() if begin else len(head))]
    if len(starts) > MAX_DOCTYPES or any(_SUBSET.match(head, start) for start in starts):
        raise ReadError(
            f"the {name} declares entities of its own (a DOCTYPE with an internal subset), which it never needs"
        )


def without_zeros(body: bytes) -> bytes:
    """UTF-16 and UTF-32 as ASCII, well enough to see the tags."""
    return body.replace(b"\x00", b"")
