"""Links and headings at the same place in a page's structure: the groups of which one may be its posts.

Which one it is, is for `records.py`. Nothing here knows a blog engine.
"""

from __future__ import annotations

import re
from collections import defaultdict

from ingest import languages
from ingest.datelines import is_stamp
from ingest.tree import HEADINGS, Element
from ingest.urls import canonical_url, host_of, resolve

MIN_TITLE = 4  # characters
MAX_GROUPS = 150
# Links that lead to a post and do not name it.
UNTITLED = re.compile(
    r"(?:#|¶|∞|link|perma-?\s?link|(?:read|view|see|learn)\s+(?:the\s+)?(?:more|full|on|post|article|rest|entry).*|"
    r"continue(?:\s+reading)?.*|more|more\s+info\w*|\d+\s*min(?:ute)?s?\s+read|full\s+(?:story|post|article)|details|keep\s+reading.*|\[?…\]?|»|→|>|"
    r"(?:\d+|no|one|add|leave|post)?\s*(?:a\s+)?(?:comments?|replies|responses?|reactions?)\b.*|reply|share|tweet|e-?mail|"
    rf"print|edit|trackbacks?.*|{languages.READ_MORE}|{languages.REPLIES})[\s.…»→>:]*",
    re.IGNORECASE,
)
_PERMALINK = re.compile(
    rf"#|¶|∞|link|perma-?\s?link|(?:read|view|continue)\b.*|more\b.*|full\b.*|{languages.READ_MORE}", re.IGNORECASE
)
_COMMENT_FRAGMENT = re.compile(r"comment|respon|reply|disqus|trackback", re.IGNORECASE)
_CATEGORY_PATH = re.compile(r"categor(?:y|ies)|/(?:topics?|tags?|labels?)/|[?&](?:tag|cat)=")
# Tags that one title has and the next does not; parsers put in the last.
_PASSING_TAGS = {"b", "strong", "em", "i", "span", "font", "tbody"}

Link = tuple[Element, str | None]  # what titles a record, and its address


def link_groups(page: Element, url: str, site: str | None) -> list[list[Link]]:
    """Links to the site's own pages by their path of tags, each address once in a group, the largest groups first.

    Links that name what they lead to and links that do not are groups apart. `site` is the site's host, None where it
    is not known.
    """
    own = canonical_url(url)
    titled: dict[str, dict[str, Link]] = defaultdict(dict)
    untitled: dict[str, dict[str, Link]] = defaultdict(dict)
    for anchor in page.find_all("a"):
        target = resolve(url, anchor.attributes.get("href"))
        if target is None or not _is_same_site(site, host_of(target)):
            continue
        address, fragment = canonical_url(target), target.partition("#")[2]
        if _COMMENT_FRAGMENT.search(fragment):
            fragment = ""
        if address == own and not fragment:
            continue
        name = anchor.text()
        if is_category(anchor) and len(name.split()) <= 3:
            continue
        if not is_untitled(name) and len(name) >= MIN_TITLE:
            kept = titled
        elif is_stamp(name) or _PERMALINK.fullmatch(name) or (not name and anchor.attributes.get("aria-label")):
            kept = untitled
        else:
            continue
        kept[_path(anchor)].setdefault(f"{address}#{fragment}", (anchor, target))
    return _largest([list(links.values()) for chosen in (titled, untitled) for links in chosen.values()])


def heading_groups(page: Element, url: str) -> list[list[Link]]:
    """Headings by their path of tags, with the address that a heading links to, wherever that is."""
    groups: dict[str, list[Link]] = defaultdict(list)
    for heading in page.find_all(*HEADINGS):
        text = heading.text()
        if len(text) >= MIN_TITLE and not is_stamp(text):
            anchor = next(heading.find_all("a"), None)
            target = resolve(url, anchor.attributes.get("href")) if anchor is not None else None
            groups[_path(heading)].append((heading, target))
    return _largest(list(groups.values()))


def is_untitled(name: str) -> bool:
    """Whether a link's text leads to a post without naming it: "Read more", the post's date, or nothing."""
    return not name or UNTITLED.fullmatch(name) is not None or is_stamp(name)


def is_category(anchor: Element) -> bool:
    """Whether a link leads to a tag's or a category's posts."""
    rel = anchor.attributes.get("rel", "").split()
    href = anchor.attributes.get("href", "").lower()
    return "tag" in rel or "category" in rel or _CATEGORY_PATH.search(href) is not None


def _is_same_site(site: str | None, host: str | None) -> bool:
    """Whether two hosts are one site's: equal, or one below the other."""
    if site is None or host is None:
        return True
    return site == host or site.endswith(f".{host}") or host.endswith(f".{site}")


def path_of(element: Element) -> str:
    """Where an element stands in its page: the tags from the page's body down to it ("main/div/h2/a")."""
    return "/".join(tag for tag in reversed(_path(element).split("/")) if tag not in {"html", "body"})


def _path(element: Element) -> str:
    """The tags above an element. Classes differ from post to post (`post-41`, `category-mail`), tags seldom do."""
    return "/".join(node.tag for node in element.ancestors() if node.tag not in _PASSING_TAGS)


def _largest(groups: list[list[Link]]) -> list[list[Link]]:
    return sorted(groups, key=len, reverse=True)[:MAX_GROUPS]
