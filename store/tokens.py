"""The words that stand for tags in the full-text index: letters and digits only, so that every tokenizer keeps them.

SQLite's tokenizer takes them for English and cuts endings off, which is why none tells two things apart by a last
letter.
"""

from __future__ import annotations

from collections.abc import Iterable

from store.text import words_of

KIND_LETTERS = {"product": "p", "organization": "o", "tld": "t"}
EVERY_POST = "everypost"  # a word of each post, to take others from
SOURCE, AUTHOR = "sx", "ux"
OF_SIGHTINGS = (SOURCE, AUTHOR)  # how those begin that sources state, where all others come from analysis
LONGEST = 64  # characters of a word of an author's name


def entity_token(kind: str, entity_id: int) -> str:
    return f"{KIND_LETTERS[kind]}x{entity_id}"


def about_token(kind: str, entity_id: int) -> str:
    """Of an entity that the post is about."""
    return f"a{entity_token(kind, entity_id)}"


def event_token(event_type: str, status: str | None = None) -> str:
    """Of an event type, or of a type with its status."""
    return "e" + "".join(part for part in (event_type + (status or "")) if part.isalnum())


def status_token(status: str) -> str:
    """Of an event of whatever type that has this status."""
    return f"status{status}"


def source_token(source_id: int) -> str:
    return f"{SOURCE}{source_id}"


def author_tokens(author: str | None) -> list[str]:
    """Of the words of an author's name, in their order."""
    return [f"{AUTHOR}{word.casefold()[:LONGEST]}" for word in words_of(author or "")]


def join_tokens(tokens: Iterable[str]) -> str:
    return " ".join(sorted({EVERY_POST, *tokens}))
