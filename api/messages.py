"""Messages of subscriptions as JSON: the objects of the API's own answers, under a type and a time."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from api.schemas import EventOut, MessageData, MessageOut, MessageSubscription, PostOut
from store.records import EventRecord, PostSummary, SubscriptionRecord
from store.subscriptions import Items


def compose_message(subscription: SubscriptionRecord, type_: str, items: Items, now: datetime) -> str:
    """The JSON of a message, as it is signed and sent."""
    about = MessageSubscription(id=subscription.public_id, name=subscription.name)
    empty = MessageOut(type=type_, timestamp=now, data=MessageData(subscription=about, items=[]))
    if not items:
        return empty.model_dump_json()
    before = empty.model_dump_json().removesuffix(NO_ITEMS)
    return f"{before}{','.join(map(_as_json, items))}]}}}}"


NO_ITEMS = "]}}"  # how a message without items ends: what stands between is the same for all who are told of it


@lru_cache(maxsize=2_000)  # a pass tells many subscriptions of the same posts
def _as_json(item: PostSummary | EventRecord) -> str:
    shown = EventOut.from_record(item) if isinstance(item, EventRecord) else PostOut.from_summary(item)
    return shown.model_dump_json()
