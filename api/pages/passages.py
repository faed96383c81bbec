"""A post's text cut into passages: plain words, names, dates and sentences that tell of events."""

from __future__ import annotations

from dataclasses import dataclass

from api.links import entity_path
from store.records import PostDetail


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the text. `kind` is None for plain words; `href` leads to what is named, `note` explains."""

    text: str
    kind: str | None = None
    href: str | None = None
    note: str = ""


def passages(post: PostDetail) -> list[Passage]:
    """The post's text in order, nothing left out; of spans that overlap the earlier, then the longer one counts."""
    spans: list[tuple[int, int, str, str | None, str]] = [
        (found.start, found.end, found.kind, entity_path(found.kind, found.slug), found.name)
        for found in post.mentions
        if found.field == "text"
    ]
    spans += [
        (timex.start, timex.end, "timex", None, f"{timex.type} {timex.value or 'without value'}")
        for timex in post.timexes
        if timex.field == "text"
    ]
    spans.sort(key=lambda span: (span[0], -span[1]))
    found, at = [], 0
    for start, end, kind, href, note in spans:
        if start < at:
            continue
        if start > at:
            found.append(Passage(post.text[at:start]))
        found.append(Passage(post.text[start:end], kind, href, note))
        at = end
    if at < len(post.text):
        found.append(Passage(post.text[at:]))
    return found
