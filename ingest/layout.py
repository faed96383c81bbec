"""Whether a page without a feed has been rebuilt, so that its posts may be found wrongly from now on."""

from __future__ import annotations

from difflib import SequenceMatcher

ALIKE = 0.6  # of two paths: one more element round the posts leaves them more alike than that
FEW = 3  # times as many posts as now: some pages show the posts of the month alone
MANY = 6  # posts, of which the loss is told


def layout_change(before: str | None, posts_before: int | None, now: str | None, posts: int) -> str | None:
    """How a page's posts stand elsewhere, or are far fewer, than at the visit before, in a line; else None.

    Paths are those of `Document.record_path`.
    """
    if before is None or now is None:
        return None
    if SequenceMatcher(None, before.split("/"), now.split("/"), autojunk=False).ratio() < ALIKE:
        return f"layout changed: posts were found at {before}, and are now at {now}"
    if posts_before is not None and posts_before >= MANY and posts * FEW <= posts_before:
        return f"layout changed: {posts} posts where there were {posts_before}"
    return None


def layout_lost(before: str | None, posts_before: int | None) -> str:
    """What to add to the word that a page holds no posts, where it once did; else nothing."""
    return f"; its layout has changed: there were {posts_before} posts at {before}" if before is not None else ""
