"""Messages of subscriptions as JSON: the objects of the API's own answers, under a type and a time."""

from __future__ import annotations

from datetime import datetime

from api.schemas import EventOut, MessageData, MessageOut, MessageSubscription, PostOut
from store.records import EventRecord, SubscriptionRecord
from store.subscriptions import Items


def compose_message(subscription: SubscriptionRecord, type_: str, items: Items, now: datetime) -> str:
    """The JSON of a message, as it is signed and sent."""
    message = MessageOut(
        type=type_,
        timestamp=now,
        data=MessageData(
            subscription=MessageSubscription(id=subscription.public_id, name=subscription.name),
            items=[
                EventOut.from_record(item) if isinstance(item, EventRecord) else PostOut.from_summary(item)
                for item in items
            ],
        ),
    )
    return message.model_dump_json()
