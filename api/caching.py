"""Answers with validators (RFC 9110, sections 8.8 and 13): the same bytes are sent once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from fastapi import Request, Response


def conditional(
    request: Request,
    body: bytes,
    media_type: str,
    *,
    changed: datetime | None = None,
    headers: Mapping[str, str] | None = None,
    max_age_s: int = 0,
) -> Response:
    """The body with its validators, or 304 without it where the client has it already.

    The entity tag is weak, as the same answer also travels compressed. `changed` becomes Last-Modified.
    """
    etag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    shared = "private" if "authorization" in request.headers or "x-api-key" in request.headers else "public"
    validators = {
        "ETag": etag,
        "Cache-Control": f"{shared}, max-age={max_age_s}" if max_age_s else f"{shared}, no-cache",
        **(headers or {}),
    }
    if changed is not None:
        validators["Last-Modified"] = format_datetime(changed.astimezone(UTC), usegmt=True)
    if is_not_modified(request.headers, etag, changed):
        return Response(None, 304, validators)
    return Response(body, 200, validators, media_type)


def is_not_modified(headers: Mapping[str, str], etag: str, changed: datetime | None) -> bool:
    """Whether the client's copy is the current one. If-None-Match, where it is sent, decides alone."""
    asked = headers.get("if-none-match")
    if asked is not None:
        tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
        return "*" in tags or etag.removeprefix("W/") in tags
    since = headers.get("if-modified-since")
    if since is None or changed is None:
        return False
    try:
        known = parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False
    if known.tzinfo is None:
        known = known.replace(tzinfo=UTC)
    return changed.replace(microsecond=0) <= known
