"""Answers with validators (RFC 9110, sections 8.8 and 13): the same bytes are sent once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from api.context import context_of
from api.spool import DIGEST_BYTES, PIECE_BYTES, Spool

MIN_GZIP_BYTES = 1_000


def conditional(
    request: Request,
    body: bytes,
    media_type: str,
    *,
    dated: bool = False,
    headers: Mapping[str, str] | None = None,
    max_age_s: int = 0,
) -> Response:
    """The body with its validators, or 304 without it where the client has it already.

    The entity tag is weak, as the same answer also travels compressed. `dated` answers have a Last-Modified as well.
    """
    etag = _entity_tag(hashlib.blake2b(body, digest_size=DIGEST_BYTES).hexdigest())
    validators, not_modified = _validated(
        request, etag, len(body), dated=dated, headers=headers or {}, max_age_s=max_age_s
    )
    return Response(None, 304, validators) if not_modified else Response(body, 200, validators, media_type)


def conditional_spool(
    request: Request, spool: Spool, media_type: str, *, headers: Mapping[str, str], max_age_s: int
) -> Response:
    """As `conditional`, dated, for an answer that was spooled. The spool is closed when it was sent."""
    etag = _entity_tag(spool.digest)
    validators, not_modified = _validated(request, etag, spool.size, dated=True, headers=headers, max_age_s=max_age_s)
    if not_modified:
        spool.close()
        return Response(None, 304, validators)
    if spool.size <= PIECE_BYTES:
        return Response(b"".join(spool.pieces()), 200, validators, media_type)
    return StreamingResponse(spool.pieces(), 200, {**validators, "Content-Length": str(spool.size)}, media_type)


def _entity_tag(digest: str) -> str:
    return f'W/"{digest}"'


def _validated(
    request: Request, etag: str, size: int, *, dated: bool, headers: Mapping[str, str], max_age_s: int
) -> tuple[dict[str, str], bool]:
    """The headers of an answer of so many bytes, and whether the client has it already."""
    shared = "private" if "authorization" in request.headers or "x-api-key" in request.headers else "public"
    validators = {
        "ETag": etag,
        "Cache-Control": f"{shared}, max-age={max_age_s}" if max_age_s else f"{shared}, no-cache",
        **headers,
    }
    since = None
    if dated:
        context = context_of(request)
        since = context.versions.since(str(request.url), etag, context.now())
        validators["Last-Modified"] = format_datetime(since.astimezone(UTC), usegmt=True)
    not_modified = is_not_modified(request.headers, etag, since)
    if not_modified and size >= MIN_GZIP_BYTES:  # as the 200 has it from the middleware that compresses
        validators["Vary"] = "Accept-Encoding"
    return validators, not_modified


def is_not_modified(headers: Mapping[str, str], etag: str, since: datetime | None) -> bool:
    """Whether the client's copy is the current one. If-None-Match, where it is sent, decides alone.

    A date only counts when it is the one that the current answer was given with: an answer can become again what it
    was, and another process may have dated it otherwise.
    """
    asked = headers.get("if-none-match")
    if asked is not None:
        tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
        return "*" in tags or etag.removeprefix("W/") in tags
    given = headers.get("if-modified-since")
    if given is None or since is None:
        return False
    try:
        known = parsedate_to_datetime(given)
        return (known if known.tzinfo else known.replace(tzinfo=UTC)) == since
    except (TypeError, ValueError, OverflowError):
        return False
