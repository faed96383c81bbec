"""The words that stand for tags in the full-text index: letters and digits only, so that every tokenizer keeps them."""

from __future__ import annotations

from collections.abc import Iterable

KIND_LETTERS = {"product": "p", "organization": "o", "tld": "t"}


def entity_token(kind: str, entity_id: int) -> str:
    return f"{KIND_LETTERS[kind]}x{entity_id}"


def event_token(event_type: str, status: str | None = None) -> str:
    """Of an event type, or of a type with its status."""
    return "e" + "".join(part for part in (event_type + (status or "")) if part.isalnum())


def source_token(source_id: int) -> str:
    return f"sx{source_id}"


def join_tokens(tokens: Iterable[str]) -> str:
    return " ".join(sorted(set(tokens)))
