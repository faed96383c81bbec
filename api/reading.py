"""How parameters are read, whether a request has them, an address that is quoted, or a query that was saved.

A parameter that is not known is an error, and so is a second value where one is taken: a misspelt or doubled filter
must not answer as if it had not been there.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Annotated, TypeVar, get_origin
from urllib.parse import parse_qsl

from fastapi import Query, Request
from pydantic import BaseModel

from api.errors import ParameterError

M = TypeVar("M", bound=BaseModel)


def names_of(model: type[BaseModel]) -> tuple[str, ...]:
    """What the parameters are called."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


def once(model: type[M]) -> Callable[..., Awaitable[M]]:
    """The dependency that reads the model from the query, each parameter that is no list at most once."""

    async def read(request: Request, asked: M) -> M:  # asynchronous, since FastAPI would run it in a thread otherwise
        _refuse_doubled(model, request.query_params.multi_items())
        return asked

    # FastAPI reads the signature, which a type that is an argument here cannot be written into.
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    read.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # FastAPI reads what it takes from here
        [
            inspect.Parameter("request", kind, annotation=Request),
            inspect.Parameter("asked", kind, annotation=Annotated[model, Query()]),
        ]
    )
    return read


def from_address(model: type[M], query: str) -> M:
    """The parameters of an address's query, read as those of a request are.

    Raises:
        ParameterError: there is no such parameter, or one that takes one value has several.
        ValidationError: pydantic's, for all else that is wrong.
    """
    pairs = parse_qsl(query, keep_blank_values=True)
    _refuse_doubled(model, pairs)
    several = _lists_of(model)
    values = {
        name: [value for other, value in pairs if other == name] if name in several else text for name, text in pairs
    }
    return from_values(model, values)


def from_values(model: type[M], values: Mapping[str, object], *, but: Collection[str] = ()) -> M:
    """The parameters by their names, each with a value, or with a list where several may stand. `but` is not taken.

    Raises:
        ParameterError: there is no such parameter.
        ValidationError: pydantic's, for all else that is wrong.
    """
    names = set(names_of(model)).difference(but)
    for name in values:
        if name not in names:
            raise ParameterError(name, f"{name}: there is no such parameter", "nothing: leave it out")
    several = _lists_of(model)
    return model.model_validate(
        {name: [value] if name in several and not isinstance(value, list) else value for name, value in values.items()}
    )


def _refuse_doubled(model: type[BaseModel], pairs: Sequence[tuple[str, str]]) -> None:
    takes_one = set(names_of(model)) - _lists_of(model)
    for name, times in Counter(name for name, _ in pairs).items():
        if times > 1 and name in takes_one:
            raise ParameterError(name, f"{name}: it is given {times} times", "one value")


def _lists_of(model: type[BaseModel]) -> set[str]:
    """The parameters that may be given several times."""
    return {field.alias or name for name, field in model.model_fields.items() if get_origin(field.annotation) is list}
