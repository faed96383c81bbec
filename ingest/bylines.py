"""The lines round a post's body: bylines before it, which say when and by whom, and footers after it.

Where in a record they stand is for `bodies.py`; what they say, for `authors.py` and `pubdates.py`.
"""

from __future__ import annotations

import re

from ingest import languages
from ingest.articles import BY
from ingest.authors import find_signature, is_portrait
from ingest.datelines import (
    LINE,
    META_WORDS,
    MONTH_AND_DAY,
    STAMP_REST,
    characters_beside,
    is_date_header,
    is_stamp,
    stamp_in,
    stated_stamp,
)
from ingest.groups import UNTITLED, is_category
from ingest.stamps import find_stamp
from ingest.tree import Element, hint_pattern

META_HINT = hint_pattern(
    r"meta|date|time|posted|published|byline|author|info|details|entry-?meta|post-?meta|descr|stamp|sub-?title|"
    r"dateline|cal(?:endar)?|when|submitted"
)
FOOTER_HINT = hint_pattern(
    r"foot(?:er)?|post-?foot\w*|tags?|tag-?links|cat(?:egories|-?links)?|meta-?bottom|share\w*|social|actions?|"
    r"comments?(?:-link)?|rating\w*|related|pager|pagination|nav(?:igation)?|read-?more|more-link|edit-link|author-box"
)
FOOTER_TEXT = re.compile(
    r"(?:tags?|tagged|categor(?:y|ies)|filed\s+(?:in|under)|posted\s+(?:in|under|by|on|at)|labels?|share|actions?|permalink|topics?(?=\s*:)|"
    r"\d[\d,.]*\s+(?:views?|reads?|hits?|likes?|notes?|shares?|claps?)|"
    r"(?:\d+|no|leave\s+a|add|post)\s+(?:comments?|replies|reply)|comments?\s*\(|read\s+more|continue\s+reading|e-mail\s*\|"
    rf"|{languages.FOOTERS}|{languages.REPLIES})\b",
    re.IGNORECASE,
)
_SAYS_WHEN = re.compile(
    rf"^\W*(?:last\s+)?(?:posted|published|written|submitted|created|updated|by|date|{languages.BY}|publié|veröffentlicht|"
    r"erstellt|publicado|pubblicato|geplaatst|opublikowano|publicerad)\b",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"hidden|display:none")
_BODY_TAGS = {"ul", "ol", "pre", "blockquote", "table"}
_BYLINE_PROPERTIES = {"author", "creator", "datePublished", "dateModified"}
_FOOTER_TAGS = {"footer", "form", "nav", "aside"}


def is_byline(block: Element) -> bool:
    """Whether a block before the body says when and by whom, and is not the body itself."""
    if block.words > META_WORDS:
        return False
    if block.tag in _BODY_TAGS and not META_HINT.search(block.hints) and not is_date_header(block):
        return False
    if block.words == 0:
        return block.tag in {"hr", "br", "img"} or not any(block.find_all("img"))
    if block.tag == "time" or block.attributes.get("itemprop") in _BYLINE_PROPERTIES:
        return True
    if any(map(stated_stamp, block.find_all("time"))) and not any(e.tag in {"p", "pre"} for e in block.elements()):
        return True
    text = block.text()
    stamp = find_stamp(text)
    said = BY.match(text) is not None
    if META_HINT.search(block.hints) and (
        stamp is not None or said or block.words <= 12 or _link_words(block) * 2 > block.words
    ):
        return True
    if stamp is not None:
        rest = characters_beside(text, stamp)
        if text.endswith((".", "!", "?", ":")) and not _SAYS_WHEN.search(text):
            return False  # a sentence of the body with a date in it
        return rest <= STAMP_REST or (rest <= LINE and BY.search(text) is not None)
    if MONTH_AND_DAY.fullmatch(text):
        return True
    return (said and block.words <= 12) or bool(FOOTER_TEXT.match(text) and block.words <= 20)


def is_tag_list(block: Element) -> bool:
    """Whether a block is nothing but links to tags and categories."""
    links = list(block.find_all("a"))
    return 0 < block.words <= 40 and _link_words(block) == block.words and all(map(is_category, links))


def is_footer(block: Element) -> bool:
    """Whether a block after the body is none of it: tags, links to comments, a second byline, a signature."""
    return _closes(block) or is_tag_list(block)


def _closes(block: Element) -> bool:
    if _HIDDEN.search(block.attributes.get("style", "").replace(" ", "")) or block.tag in _FOOTER_TAGS:
        return True
    if FOOTER_HINT.search(block.hints) and block.words <= 120:
        return True
    text = block.text()
    if not text:
        return block.tag == "td"
    if find_signature(text) or is_portrait(block) or is_stamp(text):
        return True
    if block.tag == "td" and text.replace(",", "").isdecimal():
        return True  # a count of replies or of readers in a row of a table
    if (
        FOOTER_TEXT.match(text)
        and block.words <= 60
        and not any(p.words > 12 for p in block.find_all("p") if p is not block)
    ):
        return True
    links = _link_words(block)
    stamp = stamp_in(text)
    if stamp is not None and characters_beside(text, stamp) <= STAMP_REST and block.words <= 20:
        return BY.search(text) is not None or links > 0 or "posted" in text.lower()
    return (UNTITLED.fullmatch(text) is not None and links > 0) or _leads_on(block)


def _leads_on(block: Element) -> bool:
    """Whether a line is links to the rest of a post or to its comments, with a few words between them."""
    anchors = list(block.find_all("a"))
    if not anchors or block.words > 20 or block.words - _link_words(block) > 8:
        return False
    return all(UNTITLED.fullmatch(anchor.text()) for anchor in anchors)


def _link_words(block: Element) -> int:
    return sum(link.words for link in block.find_all("a"))
