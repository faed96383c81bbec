"""Feeds that a user chose, each named by its address: checked as the feeds themselves check what they are asked."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from pydantic import ValidationError

from api.errors import ParameterError
from api.parameters import CalendarParameters, PostParameters
from api.problems import described
from api.reading import from_address
from api.syndication import Outline
from api.syndication.formats import Contents, feed_suffixes, format_of
from api.titles import title_of
from store.errors import QuerySyntaxError

# What reads them, the parameters of each, and the page that shows the same.
FEEDS: dict[str, tuple[Contents, type[PostParameters | CalendarParameters], str]] = {
    "posts": ("posts", PostParameters, "/"),
    "timeline": ("timeline", CalendarParameters, "/timeline"),
}
TYPES = {"ics": "ics"}  # of an outline: feed readers are told "rss" of all that they can read


def chosen_outline(given: str, base_url: str, event_types: tuple[str, ...], today: date) -> Outline:
    """The feed at an address such as `posts.atom?q=exchange`, with or without what stands before it in a whole one.

    Raises:
        ParameterError: there is no such feed, or it does not take what it is asked; says which and what it takes.
    """
    path, _, query = given.strip().removeprefix(f"{base_url}/").removeprefix("/").partition("?")
    path = path.removeprefix("feeds/")
    name, _, suffix = path.partition(".")
    if name not in FEEDS or suffix not in _subscribed(FEEDS[name][0]):
        raise ParameterError("feed", f"feed: {given!r} is no feed of this service", _takes())
    _, model, page = FEEDS[name]
    try:
        asked = from_address(model, query)
        asked.to_query(event_types, today)
    except (ParameterError, QuerySyntaxError) as error:
        raise ParameterError("feed", f"feed: {given!r} cannot be used: {_words(error)}", _expected(error)) from error
    except ValidationError as error:
        wrong = described(error.errors()[0], of="query")
        detail = f"feed: {given!r} cannot be used: {wrong['parameter']}: {wrong['detail']}"
        raise ParameterError("feed", detail, wrong["takes"]) from error
    if asked.cursor is not None:
        detail = f"feed: {given!r} has a cursor, and who subscribes begins with what is new"
        raise ParameterError("feed", detail, "the feed's address without its cursor")
    dumped = asked.model_dump(by_alias=True, exclude_unset=True)
    pairs = [(key, value) for key, values in dumped.items() for value in _each(values) if value]
    shown = [(key, value) for key, value in pairs if key != "limit"]
    form = format_of(FEEDS[name][0], suffix)
    title = f"{title_of(asked)} ({form.name})" if form else title_of(asked)
    return Outline(
        TYPES.get(suffix, "rss"), title, _address(f"{base_url}/feeds/{path}", pairs), _address(base_url + page, shown)
    )


def _subscribed(contents: Contents) -> list[str]:
    """The formats that can be subscribed to: not the lists of feeds themselves."""
    return [suffix for suffix in feed_suffixes(contents) if suffix != "opml"]


def _takes() -> str:
    feeds = [f"{name}.{suffix}" for name, (contents, _, _) in FEEDS.items() for suffix in _subscribed(contents)]
    return f"one of {', '.join(feeds)}, then ? and its parameters, all of it escaped"


def _words(error: ParameterError | QuerySyntaxError) -> str:
    return error.detail if isinstance(error, ParameterError) else f"q: {error}"


def _expected(error: ParameterError | QuerySyntaxError) -> str:
    return error.takes if isinstance(error, ParameterError) else error.expected


def _each(values: object) -> list[str]:
    return [str(value) for value in values] if isinstance(values, list) else [str(values)]


def _address(address: str, pairs: list[tuple[str, str]]) -> str:
    return f"{address}?{urlencode(pairs)}" if pairs else address
