"""/subscriptions: saved queries and where they push what is new. All of it takes the operator's key."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from api.access import require_key_to_write
from api.answers import NOT_FOUND, NOT_MODIFIED, PROBLEMS, WITH_BODY, WRITES, Responses, answer
from api.context import Hostwire
from api.errors import ConflictError, NotFoundError, ParameterError
from api.links import base_url, subscription_path
from api.messages import compose_message
from api.parameters import Nothing, PathId
from api.saved_queries import read_saved
from api.schemas import (
    DeliveryList,
    DeliveryOut,
    NewSubscriptionOut,
    Problem,
    SubscriptionChangesIn,
    SubscriptionIn,
    SubscriptionList,
    SubscriptionOut,
)
from api.targets import checked_target
from store.errors import SubscriptionOffError, TooManySubscriptionsError, UnknownSubscriptionError
from store.records import PostQuery, SubscriptionInput, TimelineQuery
from store.search import search_posts
from store.subscriptions import (
    ReadQuery,
    SubscriptionChanges,
    add_subscription,
    get_subscription,
    list_deliveries,
    list_subscriptions,
    queue_backlog,
    queue_test,
    remove_subscription,
    rotate_secret,
    update_subscription,
)

DELIVERIES_SHOWN = 50
NOT_NOW: Responses = {
    409: {"model": Problem, "description": "The subscription is switched off, or there are too many."}
}

router = APIRouter(
    prefix="/subscriptions",
    tags=["subscriptions"],
    responses={**PROBLEMS, **WRITES},
    dependencies=[Depends(require_key_to_write)],
)


@router.get("", response_model=SubscriptionList, responses=NOT_MODIFIED, operation_id="list_subscriptions")
def show_all(request: Request, hostwire: Hostwire, _: Nothing) -> Response:
    """All subscriptions, and how it stands with them."""
    with hostwire.database.read() as session:
        found = list_subscriptions(session)
    return answer(request, SubscriptionList(items=[SubscriptionOut.from_record(record) for record in found]))


@router.post(
    "",
    status_code=201,
    response_model=NewSubscriptionOut,
    responses={**NOT_NOW, **WITH_BODY},
    operation_id="add_subscription",
)
def add(
    request: Request,
    hostwire: Hostwire,
    _: Nothing,
    asked: SubscriptionIn,
) -> Response:
    """Save a query and have what is new to it sent from now on. `secret` is shown here and never again."""
    now = hostwire.now()
    query = read_saved(asked.what, asked.query, now.date(), hostwire.config.event_types)
    if asked.backlog and not isinstance(query, PostQuery):
        raise ParameterError("backlog", "backlog: a timeline has none", "0, or a subscription to posts")
    if asked.format is not None and asked.kind != "chat":
        raise ParameterError("format", f"format: a {asked.kind} has none", "nothing, but for a chat")
    wanted = SubscriptionInput(
        what=asked.what,
        query=asked.query,
        kind=asked.kind,
        address=checked_target(asked.kind, asked.address, sends_mail=hostwire.config.sends_mail),
        format=(asked.format or "slack") if asked.kind == "chat" else None,
        name=asked.name,
    )
    if asked.backlog and isinstance(query, PostQuery):
        with hostwire.database.read() as session:  # cut off where it takes too long, before anybody has to wait for it
            search_posts(session, query, limit=asked.backlog)
    try:
        with hostwire.database.write() as session:
            record, secret = add_subscription(session, wanted, now=now)
            queue_backlog(
                session,
                record.public_id,
                asked.backlog,
                read_query=_reader(query),
                compose=compose_message,
                now=now,
            )
            record = get_subscription(session, record.public_id)
    except TooManySubscriptionsError as error:
        raise ConflictError(f"{error}; /api/v1/subscriptions lists them") from error
    shown = NewSubscriptionOut(
        **dict(SubscriptionOut.from_record(record)), secret=secret if asked.kind == "webhook" else None
    )
    return _shown(shown, 201, Location=f"{base_url(request)}{subscription_path(record.public_id)}")


@router.get(
    "/{subscription_id}",
    response_model=SubscriptionOut,
    responses={**NOT_FOUND, **NOT_MODIFIED},
    operation_id="show_subscription",
)
def show_one(request: Request, hostwire: Hostwire, subscription_id: PathId, _: Nothing) -> Response:
    """One subscription."""
    try:
        with hostwire.database.read() as session:
            record = get_subscription(session, subscription_id)
    except UnknownSubscriptionError as error:
        raise _not_found(error) from error
    return answer(request, SubscriptionOut.from_record(record))


@router.patch(
    "/{subscription_id}",
    response_model=NewSubscriptionOut,
    responses={**NOT_FOUND, **WITH_BODY},
    operation_id="change_subscription",
)
def change(hostwire: Hostwire, subscription_id: PathId, _: Nothing, asked: SubscriptionChangesIn) -> Response:
    """Change what is given; what is left out stays. One that is switched on again goes on where it stopped.

    With `rotate_secret` the answer has a new `secret`; for 24 hours messages are signed with the former one as well.
    """
    now = hostwire.now()
    try:
        with hostwire.database.write() as session:
            before = get_subscription(session, subscription_id)
            if asked.rotate_secret and before.kind != "webhook":
                raise ParameterError("rotate_secret", "rotate_secret: only a webhook has a secret", "false")
            changes: SubscriptionChanges = asked.model_dump(exclude_unset=True, exclude={"rotate_secret"})  # type: ignore[assignment]  # pydantic checked the names
            if "query" in changes:
                read_saved(before.what, changes["query"], now.date(), hostwire.config.event_types)
            if "address" in changes:
                changes["address"] = checked_target(
                    before.kind, changes["address"], sends_mail=hostwire.config.sends_mail
                )
            record = update_subscription(session, subscription_id, now=now, **changes)
            secret = rotate_secret(session, subscription_id, now=now) if asked.rotate_secret else None
    except UnknownSubscriptionError as error:
        raise _not_found(error) from error
    return _shown(NewSubscriptionOut(**dict(SubscriptionOut.from_record(record)), secret=secret), 200)


@router.delete(
    "/{subscription_id}",
    status_code=204,
    response_class=Response,
    responses=NOT_FOUND,
    operation_id="remove_subscription",
)
def remove(hostwire: Hostwire, subscription_id: PathId, _: Nothing) -> Response:
    """Send nothing any more, not even what is waiting."""
    try:
        with hostwire.database.write() as session:
            remove_subscription(session, subscription_id)
    except UnknownSubscriptionError as error:
        raise _not_found(error) from error
    return Response(status_code=204)


@router.post(
    "/{subscription_id}/test",
    status_code=202,
    response_model=DeliveryOut,
    responses={**NOT_FOUND, **NOT_NOW},
    operation_id="test_subscription",
)
def test(hostwire: Hostwire, subscription_id: PathId, _: Nothing) -> Response:
    """Queue a message that tells of nothing. It is sent after what is waiting, by the next run of deliveries."""
    try:
        with hostwire.database.write() as session:
            record = queue_test(session, subscription_id, compose=compose_message, now=hostwire.now())
    except UnknownSubscriptionError as error:
        raise _not_found(error) from error
    except SubscriptionOffError as error:
        raise ConflictError(str(error)) from error
    return _shown(DeliveryOut.from_record(record), 202)


@router.get("/{subscription_id}/deliveries", response_model=DeliveryList, responses={**NOT_FOUND, **NOT_MODIFIED})
def show_deliveries(request: Request, hostwire: Hostwire, subscription_id: PathId, _: Nothing) -> Response:
    """The last 50 messages, the newest first, and what became of them."""
    try:
        with hostwire.database.read() as session:
            found = list_deliveries(session, subscription_id, limit=DELIVERIES_SHOWN)
    except UnknownSubscriptionError as error:
        raise _not_found(error) from error
    return answer(request, DeliveryList(items=[DeliveryOut.from_record(record) for record in found]))


def _reader(query: PostQuery | TimelineQuery) -> ReadQuery:
    return lambda _what, _parameters, _today: query


def _not_found(error: UnknownSubscriptionError) -> NotFoundError:
    return NotFoundError(f"{error}; /api/v1/subscriptions lists them")


def _shown(model: SubscriptionOut | DeliveryOut, status: int, **headers: str) -> Response:
    return Response(model.model_dump_json(), status, {**headers, "Cache-Control": "no-store"}, "application/json")
