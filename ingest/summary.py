"""What a run reports: a result for each source, and the totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Status = Literal["ok", "unchanged", "skipped", "error"]


@dataclass(frozen=True, slots=True)
class SourceResult:
    """What came of one source. `error` is one line; `unforeseen` marks a fault of ours among the errors."""

    url: str
    status: Status
    new: int = 0
    updated: int = 0
    error: str | None = None
    unforeseen: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "url": self.url,
            "status": self.status,
            "new": self.new,
            "updated": self.updated,
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A pass over the sources. `named`: the run was for certain sources, so that each of them must answer;
    `analysis_error` says in a line why nothing could be tagged.
    """

    results: tuple[SourceResult, ...]
    analyzed: int = 0
    analysis_failed: int = 0
    seconds: float = 0.0
    analysis_error: str | None = None
    named: bool = False

    @property
    def ok(self) -> int:
        return sum(result.status in {"ok", "unchanged"} for result in self.results)

    @property
    def failed(self) -> int:
        return sum(result.status == "error" for result in self.results)

    @property
    def exit_code(self) -> int:
        """0 when something answered or nothing was to be done; 1 when all that was tried failed, a source that
        was named failed, or something happened that nobody foresaw.
        """
        unforeseen = self.analysis_failed > 0 or any(result.unforeseen for result in self.results)
        unforeseen = unforeseen or self.analysis_error is not None
        return int(unforeseen or (self.failed > 0 and (self.named or self.ok == 0)))

    def to_json(self) -> dict[str, Any]:
        return {
            "sources": len(self.results),
            "ok": self.ok,
            "failed": self.failed,
            "new": sum(result.new for result in self.results),
            "updated": sum(result.updated for result in self.results),
            "analyzed": self.analyzed,
            "seconds": round(self.seconds, 3),
        }
