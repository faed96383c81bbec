"""The sources that come with Hostwire, read from `sources.toml` beside this file."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from store.records import SourceInput

_KEYS = {"name", "url", "kind", "tags", "fallbacks", "enabled", "reason"}


def load_default_sources() -> tuple[SourceInput, ...]:
    """All of them, in the file's order; those that ship switched off have `enabled` False."""
    text = files("ingest").joinpath("sources.toml").read_text(encoding="utf-8")
    return parse_sources(text)


def parse_sources(text: str) -> tuple[SourceInput, ...]:
    """The sources of a file in the form of `sources.toml`.

    Raises:
        ValueError: a source lacks name or url, has a key that means nothing, or is off without a reason.
    """
    sources = []
    for number, entry in enumerate(tomllib.loads(text).get("source", []), start=1):
        unknown = entry.keys() - _KEYS
        if unknown or not entry.get("name") or not entry.get("url"):
            problem = f"no key is called {min(unknown)!r}" if unknown else "name and url are needed"
            raise ValueError(f"source {number}: {problem}")
        if not entry.get("enabled", True) and not entry.get("reason"):
            raise ValueError(f"{entry['name']}: switched off without a reason")
        sources.append(
            SourceInput(
                url=entry["url"],
                kind=entry.get("kind", "feed"),
                name=entry["name"],
                tags=tuple(entry.get("tags", ())),
                fallback_urls=tuple(entry.get("fallbacks", ())),
                enabled=entry.get("enabled", True),
            )
        )
    return tuple(sources)
