"""Opaque cursors: where a list goes on, and for which list that is meant."""

from __future__ import annotations

import base64
import binascii
import json
import math
from types import UnionType
from typing import Any

from store.errors import CursorError


def encode_cursor(kind: str, *values: Any) -> str:
    packed = json.dumps([kind, *values], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decode_cursor(cursor: str, kind: str, *types: type | UnionType) -> list[Any]:
    """The values of a cursor made by `encode_cursor(kind, …)`, each of its type; `str | None` allows None.

    Raises:
        CursorError: it was not made here, or for another list.
    """
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, UnicodeError, RecursionError) as error:
        raise CursorError("the cursor was not made here: take it from `next` as it is") from error
    fits = (
        isinstance(values, list)
        and len(values) == len(types) + 1
        and values[0] == kind
        and all(_fits(value, wanted) for value, wanted in zip(values[1:], types, strict=True))
    )
    if not fits:
        raise CursorError("the cursor belongs to another list: take it from `next` of this one")
    return values[1:]  # type: ignore[no-any-return]


def _fits(value: object, wanted: type | UnionType) -> bool:
    """Whether a database takes the value where one of the type stands."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return wanted in {int, float} and abs(value) < 2**63
    if isinstance(value, float):
        return wanted is float and math.isfinite(value)
    return isinstance(value, wanted)
