"""Figures in Prometheus's text format (https://prometheus.io/docs/instrumenting/exposition_formats/)."""

from __future__ import annotations

from collections.abc import Sequence

from store.health import notes
from store.records import Counts, SourceRecord

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def render_metrics(counts: Counts, sources: Sequence[SourceRecord], version: str) -> str:
    """Each figure with what it means. All are gauges: posts and sources may be removed."""
    label = version.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    figures = (
        ("hostwire_info", "The release that is running.", f'{{version="{label}"}}', 1),
        ("hostwire_posts", "Posts stored.", "", counts.posts),
        ("hostwire_posts_analyzed", "Posts whose tags are stored.", "", counts.analyzed),
        ("hostwire_events", "Events resolved from posts.", "", counts.events),
        ("hostwire_sources", "Sources, those switched off included.", "", len(sources)),
        ("hostwire_sources_enabled", "Sources that are crawled.", "", sum(source.enabled for source in sources)),
        (
            "hostwire_sources_failing",
            "Sources whose last visit failed.",
            "",
            sum(source.failures > 0 for source in sources),
        ),
        (
            "hostwire_sources_silent",
            "Sources that answer and bring less than they used to: fallen silent, or without entries.",
            "",
            sum(_is_silent(source) for source in sources),
        ),
    )
    lines = []
    for name, meaning, labels, value in figures:
        lines += [f"# HELP {name} {meaning}", f"# TYPE {name} gauge", f"{name}{labels} {value}"]
    return "\n".join(lines) + "\n"


def _is_silent(source: SourceRecord) -> bool:
    return source.enabled and any(note.about in {"silent", "empty"} for note in notes(source))
