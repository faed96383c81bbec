"""The measurement of deliveries stands on messages that were matched, sent and taken."""

from __future__ import annotations

from bench.deliveries import Size, run


def test_all_that_matches_is_taken_once_but_by_those_that_hang(sqlite_url: str) -> None:
    size = Size(subscriptions=24, posts=150, queries=12, hosts=3, hanging=1, timeout_s=0.5, archive=50)
    result = run(sqlite_url, size)
    assert 0 < result.taken < result.messages <= result.pairs
    assert result.repeated == 0
    assert all(result.costs[phase].cpu_s > 0 and result.statements[phase] > 0 for phase in ("queue", "send"))
    assert f"{result.pairs:,} pairs" in str(result)
