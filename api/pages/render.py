"""Templates to HTML. Everything is escaped unless it was cleaned when it was stored."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from api.links import chosen_url, entity_path, feed_url, page_url, post_path


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(entity_path=entity_path, post_path=post_path)
    environment.filters.update(day=_day, moved=moved_by, spoken=_spoken, cleaned=Markup)
    return environment


def render_page(request: Request, template: str, **values: Any) -> bytes:
    """The page as HTML. `values` are the template's; the request adds what every page shows."""
    shared = {
        "path": request.url.path,
        "q": request.query_params.get("q", ""),
        "offered": (),
        "feed": lambda path: feed_url(request, path),
        "listed": lambda path: page_url(request, path),
        "chosen": lambda feeds: chosen_url(request, feeds),
        "version": request.app.state.context.config.version,
    }
    return _environment().get_template(template).render(shared | values).encode()


def _day(value: datetime | None) -> str:
    return f"{value:%Y-%m-%d}" if value else "undated"


def moved_by(days: int) -> str:
    """By how much a date moved, in words."""
    return f"{abs(days)} day{'' if abs(days) == 1 else 's'} {'later' if days > 0 else 'earlier'}"


def _spoken(type_: str) -> str:
    """An event type as words: end_of_support → end of support."""
    return type_.replace("_", " ")
