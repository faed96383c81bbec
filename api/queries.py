"""What a query string may hold beyond its grammar: a word to search for, and event types that there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from api.errors import ParameterError
from store.errors import QuerySyntaxError
from store.search import parse_query
from store.search.syntax import Field, fields_of

QUERY = 'words, "phrases", OR, -not, parentheses, prefix* and fields such as product: or when:'


def checked_query(q: str | None, event_types: Sequence[str], today: date) -> str | None:
    """The query as it is given, None where nothing is asked: a form sends a field left empty as an empty string.

    Raises:
        QuerySyntaxError: it cannot be read, or names an event type that there is not; says where.
        ParameterError: it holds no word.
    """
    if q is None or not q.strip():
        return None
    tree = parse_query(q, today=today)
    if tree is None:
        raise ParameterError("q", f"q: {q!r} holds no word to search for", QUERY)
    for field in fields_of(tree):
        if field.name == "type":
            _check_type(field, event_types)
    return q


def _check_type(field: Field, event_types: Sequence[str]) -> None:
    try:
        known_type("q", field.value, event_types)
    except ParameterError as error:
        raise QuerySyntaxError(f"{field.value!r} is no event type", field.position, error.takes) from error


def known_type(parameter: str, value: str, event_types: Sequence[str]) -> str:
    """The event type that is meant, however it is spelt (End-Of-Support).

    Raises:
        ParameterError: there is no such type.
    """
    folded = value.strip().lower().replace("-", "_")
    if folded not in event_types:
        raise ParameterError(parameter, f"{parameter}: {value!r} is no event type", f"one of {', '.join(event_types)}")
    return folded
