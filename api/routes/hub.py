"""/hub/{token}: where hubs ask whether we mean it, refuse, and tell of news (WebSub, W3C Recommendation, 5.2, 5.3, 7).

The token in the path is all that a hub has to show, so whatever does not fit is answered as if there were nothing. What
a ping carries is a hint and no news: the source is asked itself, and nobody can put words into its mouth.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Request, Response
from starlette.requests import ClientDisconnect

from api.context import Hostwire
from api.errors import NotFoundError
from store.hubs import callback_of, confirm, deny, record_ping
from store.records import HubCallback

LEASE = timedelta(days=10)  # taken for granted where an older hub states none
SHORTEST_LEASE = timedelta(minutes=1)
LONGEST_LEASE = timedelta(days=90)  # what states more is asked again after so long all the same
AFTER_DENIAL = timedelta(days=7)  # before a hub that refused is asked once more
MAX_CHALLENGE = 2_000  # characters
HASHES: dict[str, Callable[..., Any]] = {
    "sha1": hashlib.sha1,
    "sha256": hashlib.sha256,
    "sha384": hashlib.sha384,
    "sha512": hashlib.sha512,
}

log = structlog.get_logger()
# not in the API's description: hubs are given the address, and nobody else has a use for it
router = APIRouter(prefix="/hub", include_in_schema=False)


def known_callback(hostwire: Hostwire, token: str) -> HubCallback:
    """
    Raises:
        NotFoundError: no subscription of ours has this token.
    """
    with hostwire.database.read() as session:
        callback = callback_of(session, token)
    if callback is None:
        raise _nothing()
    return callback


Known = Annotated[HubCallback, Depends(known_callback)]


async def is_signed(request: Request, callback: Known) -> bool:
    """Whether the body is signed with the subscription's secret. It is read to its end, and none of it kept."""
    method, _, stated = request.headers.get("x-hub-signature", "").strip().partition("=")
    hash_ = HASHES.get(method.lower())
    code = hmac.new((callback.secret or "").encode(), digestmod=hash_ or hashlib.sha256)
    try:
        async for chunk in request.stream():
            code.update(chunk)
    except ClientDisconnect:
        return False
    is_equal = hmac.compare_digest(code.hexdigest().encode(), stated.strip().lower().encode())
    return is_equal and hash_ is not None and callback.secret is not None


@router.get("/{token}")
def answer_hub(request: Request, hostwire: Hostwire, callback: Known) -> Response:
    """Confirm what we have asked for, or take note of a refusal."""
    asked = request.query_params
    if not hmac.compare_digest(asked.get("hub.topic", "").encode(), callback.topic_url.encode()):
        raise _nothing()
    mode, now = asked.get("hub.mode"), hostwire.now()
    if mode == "denied":
        with hostwire.database.write() as session:
            deny(session, callback, reason=asked.get("hub.reason", ""), ask_at=now + AFTER_DENIAL)
        return Response(status_code=200)
    challenge = asked.get("hub.challenge", "")
    if mode != callback.mode or not 0 < len(challenge) <= MAX_CHALLENGE:
        raise _nothing()
    with hostwire.database.write() as session:
        confirm(session, callback, lease=lease_of(asked.get("hub.lease_seconds")), now=now)
    return Response(challenge.encode("utf-8", "replace"), media_type="text/plain")


@router.post("/{token}")
def take_ping(hostwire: Hostwire, callback: Known, *, signed: Annotated[bool, Depends(is_signed)]) -> Response:
    """Let the source be visited. A ping that is not signed as it should be is ignored, and its sender not told."""
    if callback.mode == "unsubscribe":
        return Response(status_code=410)  # by which a hub may end it even without asking back
    if not signed:
        log.warning("hub_ping_ignored", topic=callback.topic_url, reason="its signature is missing or wrong")
        return Response(status_code=202)
    with hostwire.database.write() as session:
        is_due = record_ping(session, callback.id, now=hostwire.now())
    if is_due and hostwire.on_ping is not None:
        hostwire.on_ping()
    return Response(status_code=202)


def lease_of(stated: str | None) -> timedelta:
    """How long a subscription lasts by the hub's word, within bounds."""
    text = (stated or "").strip()
    if not (text.isascii() and text.isdecimal()):
        return LEASE
    seconds = int(text) if len(text) < 10 else LONGEST_LEASE.total_seconds()
    return max(SHORTEST_LEASE, min(timedelta(seconds=seconds), LONGEST_LEASE))


def _nothing() -> NotFoundError:
    return NotFoundError("there is no such subscription")
