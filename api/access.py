"""The operator's key: asked for on everything that shows posts, once it is set."""

from __future__ import annotations

import base64
import binascii
import secrets

from fastapi import Request

from api.context import context_of
from api.errors import UnauthorizedError

# Basic as well, since that is what feed readers and browsers can be given; the user's name is not looked at.
CHALLENGES = 'Bearer realm="Hostwire", Basic realm="Hostwire", charset="UTF-8"'


def require_key(request: Request) -> None:
    """
    Raises:
        UnauthorizedError: the operator has set a key and the request does not carry it.
    """
    wanted = context_of(request).config.api_key
    if wanted is None:
        return
    given = _given_key(request)
    if given is None:
        raise UnauthorizedError("a key is needed here: send it as X-API-Key, as a Bearer token or as a password")
    if not secrets.compare_digest(given.encode(), wanted.encode()):
        raise UnauthorizedError("this is not the key")


def _given_key(request: Request) -> str | None:
    if key := request.headers.get("x-api-key"):
        return key
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return None
    return None
