"""Answers with validators (RFC 9110, sections 8.8 and 13): the same bytes are sent once."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cached_property

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from api.context import context_of
from api.spool import DIGEST_BYTES, PIECE_BYTES, Spool

MIN_GZIP_BYTES = 1_000
GZIP_LEVEL = 5  # beyond it JSON and feeds get hardly smaller, and take twice the time
ANSWERED = "hostwire.answered"  # where a request's scope has room for its answer, so that it can be remembered


class Answer:
    """Bytes with their validators; `since`, where it is there, is Last-Modified. Safe to use from several threads.

    The entity tag is weak, as the same answer also travels compressed.
    """

    def __init__(
        self, body: bytes, media_type: str, headers: Mapping[str, str], *, etag: str, since: datetime | None
    ) -> None:
        self._body = body
        self._etag = etag
        self._since = since
        self._headers = {"ETag": etag, **headers}
        self._media_type = media_type
        self._is_long = len(body) >= MIN_GZIP_BYTES
        if since is not None:
            self._headers["Last-Modified"] = format_datetime(since.astimezone(UTC), usegmt=True)

    @cached_property
    def _packed(self) -> bytes:
        return gzip.compress(self._body, GZIP_LEVEL, mtime=0)

    @property
    def size(self) -> int:
        """Bytes that it holds, roughly."""
        return len(self._body) + len(self.__dict__.get("_packed", b"")) + 1_000

    def response(self, headers: Mapping[str, str]) -> Response:
        """The body, compressed for who takes that, or 304 where the client has it already."""
        if is_not_modified(headers, self._etag, self._since):
            return Response(None, 304, self._headers)
        if self._is_long and headers.get("accept-encoding") == "gzip":  # as the middleware has found out
            return Response(self._packed, 200, {**self._headers, "Content-Encoding": "gzip"}, self._media_type)
        return Response(self._body, 200, self._headers, self._media_type)


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

    `dated` answers have a Last-Modified as well. The body must follow from the request's address, the data and the day:
    it is sent again to whoever asks the same of the same data on the same day (api/remembering.py).
    """
    etag = _entity_tag(hashlib.blake2b(body, digest_size=DIGEST_BYTES).hexdigest())
    since = _since(request, etag) if dated else None
    stated = {"Cache-Control": _cache_control(request, max_age_s), **(headers or {})}
    answer = Answer(body, media_type, stated, etag=etag, since=since)
    if ANSWERED in request.scope:
        request.scope[ANSWERED].append(answer)
    return answer.response(request.headers)


def conditional_spool(
    request: Request, spool: Spool, media_type: str, *, headers: Mapping[str, str], max_age_s: int
) -> Response:
    """As `conditional`, dated, for an answer that was spooled; a long one is not remembered. The spool is closed once
    that was sent.
    """
    if spool.size <= PIECE_BYTES:
        body = b"".join(spool.pieces())
        return conditional(request, body, media_type, dated=True, headers=headers, max_age_s=max_age_s)
    etag = _entity_tag(spool.digest)
    since = _since(request, etag)
    validators = {
        "ETag": etag,
        "Last-Modified": format_datetime(since.astimezone(UTC), usegmt=True),
        "Cache-Control": _cache_control(request, max_age_s),
        **headers,
    }
    if is_not_modified(request.headers, etag, since):
        spool.close()
        return Response(None, 304, validators)
    return StreamingResponse(spool.pieces(), 200, {**validators, "Content-Length": str(spool.size)}, media_type)


def _entity_tag(digest: str) -> str:
    return f'W/"{digest}"'


def _cache_control(request: Request, max_age_s: int) -> str:
    shared = "private" if carries_key(request.headers) else "public"
    return f"{shared}, max-age={max_age_s}" if max_age_s else f"{shared}, no-cache"


def _since(request: Request, etag: str) -> datetime:
    """Since when the answer at the request's address has had this entity tag."""
    context = context_of(request)
    return context.versions.since(str(request.url), etag, context.now())


def carries_key(headers: Mapping[str, str]) -> bool:
    """Whether the request says who asks, so that its answer is for nobody else."""
    return "authorization" in headers or "x-api-key" in headers


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
