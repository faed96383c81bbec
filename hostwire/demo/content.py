"""The demonstration's sources and posts, read from the TOML files in `content/` beside this file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from typing import Any, Literal

DemoKind = Literal["rss", "atom", "rdf", "json", "blog"]


@dataclass(frozen=True, slots=True)
class DemoPost:
    """A post of the demonstration; `paragraphs` are plain text."""

    slug: str
    title: str
    author: str
    published: datetime
    paragraphs: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoSource:
    """A publication of the demonstration and how it publishes; posts newest first."""

    slug: str
    name: str
    kind: DemoKind
    description: str
    tags: tuple[str, ...]
    posts: tuple[DemoPost, ...]


def load_content() -> tuple[DemoSource, ...]:
    """All sources, in the order of their file names."""
    folder = resources.files("hostwire.demo") / "content"
    files = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    return tuple(_source(tomllib.loads(item.read_text(encoding="utf-8"))) for item in files)


def _source(data: dict[str, Any]) -> DemoSource:
    posts = [
        DemoPost(
            slug=post["slug"],
            title=post["title"],
            author=post.get("author", data.get("author", data["name"])),
            published=_instant(post["published"]),
            paragraphs=tuple(" ".join(part.split()) for part in post["body"].strip().split("\n\n")),
            categories=tuple(post.get("categories", ())),
        )
        for post in data["posts"]
    ]
    posts.sort(key=lambda post: post.published, reverse=True)
    return DemoSource(
        slug=data["slug"],
        name=data["name"],
        kind=data["kind"],
        description=data["description"],
        tags=tuple(data.get("tags", ())),
        posts=tuple(posts),
    )


def _instant(value: datetime) -> datetime:
    """TOML instants without a zone are meant in UTC."""
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
