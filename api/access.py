"""The operator's key: asked for on all that shows posts, once it is set, and always where something is changed."""

from __future__ import annotations

import base64
import secrets

from fastapi import Request

from api.context import context_of
from api.errors import ForbiddenError, UnauthorizedError

# Basic as well, since that is what feed readers and browsers can be given; the user's name is not looked at.
CHALLENGES = 'Bearer realm="Hostwire", Basic realm="Hostwire", charset="UTF-8"'


async def require_key(request: Request) -> None:
    """Asked of every request, so it takes no thread.

    Raises:
        UnauthorizedError: the operator has set a key and the request does not carry it.
    """
    check_key(request)


def check_key(request: Request) -> None:
    """
    Raises:
        UnauthorizedError: the operator has set a key and the request does not carry it.
    """
    wanted = context_of(request).config.api_key
    if wanted is not None:
        _check(_given_key(request) or _password(request), wanted, "as X-API-Key, as a Bearer token or as a password")


async def require_key_to_write(request: Request) -> None:
    """The key in a header of its own: a password is what a browser adds by itself to what another site asks of it.

    Raises:
        ForbiddenError: the operator has set no key.
        UnauthorizedError: the request does not carry the key.
    """
    wanted = context_of(request).config.api_key
    if wanted is None:
        raise ForbiddenError("nothing can be changed over HTTP until the operator has set HOSTWIRE_API_KEY")
    _check(_given_key(request), wanted, "as X-API-Key or as a Bearer token")


def _check(given: str | None, wanted: str, how: str) -> None:
    if given is None:
        raise UnauthorizedError(f"a key is needed here: send it {how}")
    # A header's bytes arrive as Latin-1, whatever they were; a password was decoded already.
    forms = {given.encode(), given.encode("latin-1", "replace")}
    if not any(secrets.compare_digest(form, wanted.encode()) for form in forms):
        raise UnauthorizedError("this is not the key")


def _given_key(request: Request) -> str | None:
    if key := request.headers.get("x-api-key"):
        return key
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


def _password(request: Request) -> str | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except ValueError:  # neither base64 nor UTF-8
        return None
