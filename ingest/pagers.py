"""The page with the next older posts, judged by where a link leads more than by what it says."""

from __future__ import annotations

import re
from itertools import islice

from ingest import languages
from ingest.tree import Element, hint_pattern
from ingest.urls import canonical_url, host_of, resolve

OLDER = re.compile(
    r"\b(?:older|previous|prev|earlier|next|more\s+(?:posts|entries|news|articles|stories)|load\s+more|"
    rf"{languages.OLDER}|{languages.SURELY_OLDER})\b|^[»›→>]{{1,3}}$",
    re.IGNORECASE,
)
SURELY_OLDER = re.compile(rf"\b(?:older|earlier|{languages.SURELY_OLDER})\b", re.IGNORECASE)
NEWER = re.compile(rf"\b(?:newer|later|newest|latest|{languages.NEWER})\b", re.IGNORECASE)
PAGER_HINT = hint_pattern(r"pag(?:er|ination|ing|e-?nav\w*)|older|next|nav-?(?:previous|next|links?|below)")
# What counts pages, and what counts the posts before a page.
PAGE_NUMBER = re.compile(
    r"(?:[?&/](?:page|paged|pg|p|seite|pageno|pagenum|page_?number|currentpage)[=/-]?|/page-?|page-?_?)(\d{1,5})(?=$|[/?&#.])",
    re.IGNORECASE,
)
OFFSET = re.compile(r"(?:[?&](?:start|offset|skip|limitstart|from|begin|st)=|/P)(\d{1,6})(?=$|[/?&#.])")
_MONTH_PATH = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2})(?:/|\.\w+|$)")
LEVELS = 4  # of elements round a link that may say that it is in a pager
MAX_LABEL = 40  # characters: the words of a link to another page are no more


def find_next_page(root: Element, url: str) -> str | None:
    """The page with the next older posts: by rel=next, else by words, judged by where their link leads.

    "Previous" is older on one blog and newer on the next, and rel=prev as well: only a number in the address tells.
    """
    found: list[tuple[int, int, str]] = []
    zero_based = _counts_from_zero(root, url)
    for element in root.find_all("link", "a"):
        target = resolve(url, element.attributes.get("href"))
        if target is None or host_of(target) != host_of(url) or canonical_url(target) == canonical_url(url):
            continue
        step = _step(url, target, zero_based=zero_based)
        rel = element.attributes.get("rel", "").lower().split()
        if step is not None and step != 1:
            continue
        if "next" in rel or (step == 1 and "prev" in rel):
            found.append((0, element.order, target))
        elif element.tag == "a" and (rank := _rank(element, step)) is not None:
            found.append((rank, element.order, target))
    return min(found, default=(0, 0, None))[2]


def _rank(anchor: Element, step: int | None) -> int | None:
    """How surely a link's words lead to older posts, 1 the most; None when they do not."""
    text = anchor.text() or anchor.attributes.get("title", "") or anchor.attributes.get("aria-label", "")
    if len(text) > MAX_LABEL:
        return None
    if OLDER.search(text) and not NEWER.search(text):
        if step == 1 or SURELY_OLDER.search(text) or SURELY_OLDER.search(anchor.hints.replace("-", " ")):
            return 1
        if re.match(r"\W*next\b", text, re.IGNORECASE) and _is_in_pager(anchor):
            return 3
    return 2 if step == 1 and text.strip().isdecimal() and _is_in_pager(anchor, numbers=True) else None


def _is_in_pager(anchor: Element, *, numbers: bool = False) -> bool:
    """Whether a link stands in what is called a pager, or among page numbers."""
    near = list(islice(anchor.ancestors(), LEVELS))
    for element in near:
        if PAGER_HINT.search(element.hints):
            return True
        if numbers and sum(link.text().strip().isdecimal() for link in element.find_all("a")) > 1:
            return True
        if element.words > 60:
            return False
    return numbers and len(near) == LEVELS  # a number by itself, but not in the bare body


def _step(here: str, there: str, *, zero_based: bool) -> int | None:
    """How many pages older an address is; None where the addresses count nothing."""
    page = PAGE_NUMBER.search(there)
    if page is not None:
        own = PAGE_NUMBER.search(here)
        return int(page[1]) - (int(own[1]) if own else 0 if zero_based else 1)
    offset = OFFSET.search(there)
    if offset is not None:
        own = OFFSET.search(here)
        return 1 if int(offset[1]) > (int(own[1]) if own else 0) else -1
    month, own_month = _MONTH_PATH.search(there), _MONTH_PATH.search(here)
    if month is not None and own_month is not None:
        return 1 if (int(month[1]), int(month[2])) < (int(own_month[1]), int(own_month[2])) else -1
    return None


def _counts_from_zero(root: Element, url: str) -> bool:
    """Whether the second page is called 1: its link is labelled 2, or "next" on a page without a number leads to 1."""
    if PAGE_NUMBER.search(url):
        return False
    for anchor in root.find_all("a"):
        match = PAGE_NUMBER.search(anchor.attributes.get("href", ""))
        if match is not None and match[1] == "1":
            text = anchor.text().strip()
            if text == "2" or (
                len(text) <= MAX_LABEL and (SURELY_OLDER.search(text) or re.match(r"next\b", text, re.IGNORECASE))
            ):
                return True
    return False
