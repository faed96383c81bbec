"""Cue words: what must stand near a name that could also be something else."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=8192)
def cue_pattern(cues: tuple[str, ...]) -> re.Pattern[str] | None:
    """Matches any of `cues` at the beginning of a word, whatever the case; None without cues."""
    if not cues:
        return None
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(cue) for cue in cues) + r")", re.IGNORECASE)
