"""The messages of subscriptions as a person reads them: lines of a chat and of a mail, out of a message's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAX_TITLE = 300  # characters; a longer one is cut where it is shown to a person
MAX_NAME = 100
MAX_QUOTE = 500
NO_TITLE = "(without a title)"


@dataclass(frozen=True, slots=True)
class Headline:
    """A post or an event: what it says, where, who says so and when; `url` is http or https."""

    title: str
    url: str | None
    about: str
    summary: str | None = None


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A message for people: its subject and its lines."""

    subject: str
    headlines: tuple[Headline, ...]


# type of a message → what it tells of, one and many
KINDS: Mapping[str, tuple[str, str]] = {
    "posts.new": ("new post", "new posts"),
    "events.new": ("new event", "new events"),
    "events.status": ("event with a new status", "events with a new status"),
    "events.moved": ("event with a new date", "events with new dates"),
}


def bulletin_of(message: Mapping[str, Any]) -> Bulletin:
    """What a message tells, in its order."""
    data = message["data"]
    name = _cut(one_line(data["subscription"]["name"] or "") or "Hostwire", MAX_NAME)
    if message["type"] not in KINDS:
        return Bulletin(f"{name}: a test", (Headline("This is a test: what is new will come here.", None, ""),))
    read = _post if message["type"] == "posts.new" else _event
    headlines = tuple(read(item) for item in data["items"])
    one, many = KINDS[message["type"]]
    count = f"1 {one}" if len(headlines) == 1 else f"{len(headlines)} {many}"
    first = f": {headlines[0].title}" if headlines else ""
    return Bulletin(f"{name}: {count}{first}", headlines)


def one_line(text: str) -> str:
    """Without line ends and other control characters, which have no place in a header or a line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _post(item: Mapping[str, Any]) -> Headline:
    about = ", ".join(filter(None, (item["source"], (item["published"] or "")[:10])))
    summary = _cut(one_line(item["summary"]), MAX_QUOTE) if item["summary"] else None
    return Headline(_title(item["title"]), _address(item["url"]), one_line(about), summary)


def _event(item: Mapping[str, Any]) -> Headline:
    evidence = item["evidence"][-1] if item["evidence"] else None
    told = f"{item['type'].replace('_', ' ')}, {item['status']}"
    date = item["date"]["value"]
    about = one_line(f"{told}, {date}" if date else told)
    if evidence is None:
        return Headline(_title(item["title"]), None, about)
    return Headline(
        _title(item["title"]), _address(evidence["url"]), about, _cut(one_line(evidence["quote"]), MAX_QUOTE) or None
    )


def _title(title: str) -> str:
    return _cut(one_line(title) or NO_TITLE, MAX_TITLE)


def _cut(text: str, chars: int) -> str:
    return text if len(text) <= chars else f"{text[: chars - 1]}…"


def _address(url: str | None) -> str | None:
    """Of the web alone: what a post calls its address is what its source put there."""
    if not url or not url.startswith(("http://", "https://")) or url != one_line(url) or " " in url:
        return None
    return url
