"""Queries of subscriptions: the parameters of `GET /posts` and `GET /timeline`, kept as they were given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.errors import ApiError, ParameterError
from api.parameters import PostConditions, TimelineParameters
from api.reading import from_values, names_of
from store.errors import SavedQueryError
from store.records import PostQuery, TimelineQuery, Wanted

MODELS: Mapping[Wanted, type[PostConditions | TimelineParameters]] = {
    "posts": PostConditions,
    "timeline": TimelineParameters,
}
# what is new has no pages, and comes as it is known now
NOT_SAVED = frozenset({"limit", "cursor", "as_of"})


def saved_names(what: Wanted) -> tuple[str, ...]:
    """The parameters that a saved query may have."""
    return tuple(name for name in names_of(MODELS[what]) if name not in NOT_SAVED)


def read_saved(
    what: Wanted, parameters: Mapping[str, object], today: date, event_types: tuple[str, ...]
) -> PostQuery | TimelineQuery:
    """The query that saved parameters mean; relative dates count from `today`.

    Raises:
        RequestValidationError, ParameterError, QuerySyntaxError: they mean none; says which and what it takes.
    """
    try:
        asked = from_values(MODELS[what], parameters, but=NOT_SAVED)
    except ParameterError as error:
        detail = f"query: {error.detail} in a saved query for {what}"
        takes = f"some of {', '.join(saved_names(what))}"
        raise ParameterError(f"query.{error.parameter}", detail, takes) from error
    except ValidationError as error:
        raise RequestValidationError([_below_query(item) for item in error.errors()]) from error
    return asked.to_query(event_types, today)


def saved_query_reader(
    what: Wanted, parameters: Mapping[str, object], today: date, event_types: tuple[str, ...]
) -> PostQuery | TimelineQuery:
    """As `read_saved`, for queries that were read once and may have become unreadable with a later release.

    Raises:
        SavedQueryError, QuerySyntaxError: they mean none any more.
    """
    try:
        return read_saved(what, parameters, today, event_types)
    except ApiError as error:
        raise SavedQueryError(error.detail) from error
    except RequestValidationError as error:
        raise SavedQueryError("; ".join(str(item["msg"]) for item in error.errors())) from error


def _below_query(item: Any) -> dict[str, Any]:
    return {**item, "loc": ("body", "query", *item["loc"])}
