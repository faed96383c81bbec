"""Dataclasses ↔ JSON, checked on the way back: what may cross from a process that read hostile bytes.

Not pickle: unpickling runs code, and the process at the other end is the one that may have been taken over.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, TypeVar, Union

import orjson

T = TypeVar("T")


def to_json(value: object) -> bytes:
    """A dataclass (nested, with tuples, days and aware datetimes) as JSON.

    Raises:
        ValueError: a text in it is no Unicode (lone surrogates), or a value has no JSON form.
    """
    try:
        return orjson.dumps(value)
    except TypeError as error:  # orjson.JSONEncodeError is a TypeError
        raise ValueError(str(error)) from error


def from_json(wanted: type[T], data: bytes) -> T:
    """The dataclass `wanted` from JSON; every value has the type that its field states.

    Raises:
        ValueError: it is not.
    """
    return typing.cast("T", from_plain(wanted, orjson.loads(data)))


def from_plain(wanted: Any, value: Any) -> Any:
    """A value of the type `wanted` from what a JSON parser gives. Raises ValueError when it is none."""
    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if dataclasses.is_dataclass(wanted) and isinstance(wanted, type) and isinstance(value, dict):
        hints = _hints(wanted)
        return wanted(**{name: from_plain(hints[name], value[name]) for name in hints if name in value})
    if origin in {Union, types.UnionType}:
        if value is None and type(None) in arguments:
            return None
        return from_plain(next(a for a in arguments if a is not type(None)), value)
    if origin is tuple and isinstance(value, list):
        return tuple(from_plain(arguments[0], item) for item in value)
    if origin is Literal and value in arguments:
        return value
    if wanted in {date, datetime} and isinstance(value, str):
        return wanted.fromisoformat(value)
    if isinstance(wanted, type) and type(value) is wanted:
        return value
    raise ValueError(f"{type(value).__name__} where {wanted} belongs")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
