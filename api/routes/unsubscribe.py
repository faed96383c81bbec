"""/unsubscribe/…: where a mail's way out leads. A GET asks, since mail servers follow links to look at them; a POST
does it, whether it comes from the page's button or from a mail program (RFC 8058).
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.context import Hostwire
from api.errors import NotFoundError
from api.pages.render import render_page
from store.subscriptions import may_unsubscribe, unsubscribe

REASON = "its recipient has unsubscribed"
# not in the API's description: only mails know the addresses
router = APIRouter(prefix="/unsubscribe", include_in_schema=False)


@router.get("/{subscription_id}/{token}")
def ask(request: Request, hostwire: Hostwire, subscription_id: str, token: str) -> Response:
    """A page with a button."""
    with hostwire.database.read() as session:
        is_known = may_unsubscribe(session, subscription_id, token)
    if not is_known:
        raise _nothing()
    return _page(request, is_done=False)


@router.post("/{subscription_id}/{token}")
def leave(request: Request, hostwire: Hostwire, subscription_id: str, token: str) -> Response:
    """Send no more mails. Doing it twice changes nothing."""
    with hostwire.database.write() as session:
        is_known = unsubscribe(session, subscription_id, token, reason=REASON)
    if not is_known:
        raise _nothing()
    return _page(request, is_done=True)


def _nothing() -> NotFoundError:
    return NotFoundError("there is no such address to unsubscribe at: take it from the mail as it is")


def _page(request: Request, *, is_done: bool) -> Response:
    page = render_page(request, "unsubscribe.html", title="Unsubscribe", is_done=is_done)
    return Response(page, media_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"})
