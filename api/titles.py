"""What a query is called: the title of its feed and of its page."""

from __future__ import annotations

from api.parameters import PostConditions, StoryParameters, TimelineParameters, TrendParameters

NOT_SHOWN = {"limit", "cursor", "sort", "facets", "interval"}

KINDS = ((TimelineParameters, "timeline"), (StoryParameters, "stories"), (TrendParameters, "trends"))


def title_of(asked: PostConditions | TimelineParameters) -> str:
    """The query in words: "Hostwire: exchange, product microsoft-exchange-server"."""
    parts = []
    for name, value in asked.model_dump(by_alias=True).items():
        if name in NOT_SHOWN or not value:
            continue
        values = value if isinstance(value, list) else [value]
        parts += [str(item) if name == "q" else f"{name.replace('_', ' ')} {item}" for item in values if item]
    what = next((name for kind, name in KINDS if isinstance(asked, kind)), "posts")
    return f"Hostwire {what}: {', '.join(parts)}" if parts else f"Hostwire {what}"
