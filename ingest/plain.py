"""Dataclasses ↔ JSON, checked on the way back: what may cross from a process that read hostile bytes.

Not pickle: unpickling runs code, and the process at the other end is the one that may have been taken over.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
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
    return _converter(wanted)(value)


Converter = Callable[[Any], Any]


@cache
def _converter(wanted: Any) -> Converter:
    """What `from_plain` does for one type: looked at once, since a document has thousands of values of few types."""
    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if dataclasses.is_dataclass(wanted) and isinstance(wanted, type):
        return _dataclass_converter(wanted)
    if origin in {Union, types.UnionType}:
        inner = _converter(next(a for a in arguments if a is not type(None)))
        if type(None) not in arguments:
            return inner
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        item = _converter(arguments[0])
        return lambda value: tuple([item(one) for one in _checked(wanted, list, value)])
    if origin is Literal:
        return lambda value: value if value in arguments else _refuse(wanted, value)
    if wanted in {date, datetime}:
        return lambda value: wanted.fromisoformat(_checked(wanted, str, value))
    if isinstance(wanted, type):
        return lambda value: _checked(wanted, wanted, value)
    raise ValueError(f"{wanted} has no form in JSON")


def _dataclass_converter(wanted: type) -> Converter:
    fields = [(name, _converter(hint)) for name, hint in _hints(wanted).items()]

    def convert(value: Any) -> Any:
        given = _checked(wanted, dict, value)
        return wanted(**{name: field(given[name]) for name, field in fields if name in given})

    return convert


def _checked(wanted: Any, kind: type, value: Any) -> Any:
    return value if type(value) is kind else _refuse(wanted, value)


def _refuse(wanted: Any, value: Any) -> Any:
    raise ValueError(f"{type(value).__name__} where {wanted} belongs")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
