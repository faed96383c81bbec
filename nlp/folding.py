"""Typographic variants of one character made plain, character for character, so that offsets stay."""

from __future__ import annotations

_PLAIN = str.maketrans(
    {
        "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u202f": " ", "\t": " ",
        "‐": "-", "‑": "-",
    }
)  # fmt: skip


def fold(text: str) -> str:
    """`text` with straight quotes, plain blanks and hyphens; as long as before."""
    return text.translate(_PLAIN)
