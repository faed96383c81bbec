"""What a run over older posts reports: a result for each source, and the totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from store.backfill import BackfillRecord

Status = Literal["done", "more", "waiting", "error"]


@dataclass(frozen=True, slots=True)
class BackfillResult:
    """What a run did for one source, and where that leaves it.

    `status` is "done" when there is no more to read, "more" when the next run goes on, "waiting" while the site wants
    to be left alone, "error" when a page could not be had: the next run tries it again. `pages` (of lists; articles of
    a sitemap), `found` and `new` are this run's; `state` is as stored.
    """

    url: str
    status: Status
    pages: int = 0
    found: int = 0
    new: int = 0
    error: str | None = None
    unforeseen: bool = False
    state: BackfillRecord | None = None

    def to_json(self) -> dict[str, Any]:
        state = self.state
        return {
            "url": self.url,
            "status": self.status,
            "method": state.method if state else None,
            "pages": self.pages,
            "found": self.found,
            "new": self.new,
            "reached": state.reached if state else None,
            "ended": state.ended if state else None,
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class BackfillSummary:
    """A run over sources. `named`: it was for certain ones, so that each of them must answer."""

    results: tuple[BackfillResult, ...]
    seconds: float
    named: bool = False

    @property
    def failed(self) -> int:
        return sum(result.status == "error" for result in self.results)

    @property
    def exit_code(self) -> int:
        """0 when something was read or there was nothing to do; 1 when all failed, a source that was named failed, or
        something happened that nobody foresaw.
        """
        unforeseen = any(result.unforeseen for result in self.results)
        return int(unforeseen or (self.failed > 0 and (self.named or self.failed == len(self.results))))

    def to_json(self) -> dict[str, Any]:
        return {
            "sources": len(self.results),
            "done": sum(result.status == "done" for result in self.results),
            "failed": self.failed,
            "pages": sum(result.pages for result in self.results),
            "found": sum(result.found for result in self.results),
            "new": sum(result.new for result in self.results),
            "seconds": round(self.seconds, 3),
        }
