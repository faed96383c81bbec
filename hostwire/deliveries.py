"""Puts together what deliveries need: queries as the API reads them, messages as it words them, receivers, mail."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, get_args

from hostwire.assembly import fetch_limits
from hostwire.output import now
from hostwire.settings import Settings, smtp_parts
from store.database import Database
from store.news import any_subscriptions

if TYPE_CHECKING:  # what a pass without subscriptions does without
    from ingest.client import FetchLimits
    from ingest.deliveries import DeliverySummary, MailSettings


def run_deliveries(
    settings: Settings,
    database: Database,
    *,
    max_seconds: float | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> DeliverySummary:
    """Queue what is new to subscriptions, and send what is due, for `max_seconds` at most or as long as `deliver` does.

    Raises:
        StoreError: the database cannot be used.
    """
    from ingest.deliveries import DeliverySummary

    with database.read() as session:
        if not any_subscriptions(session):
            return DeliverySummary()
    queued = queue(database, stopped=stopped)
    sending = send(settings, database, max_seconds=max_seconds, stopped=stopped)
    return replace(asyncio.run(sending), queued=queued)


def queue(database: Database, *, stopped: Callable[[], bool] = lambda: False) -> int:
    """Queue what is new to subscriptions; how many messages that made. Raises as `run_deliveries`."""
    from api.messages import compose_message
    from api.saved_queries import saved_query_reader
    from ingest.deliveries import queue_all
    from nlp.annotations import EventType

    read_query = partial(saved_query_reader, event_types=get_args(EventType))
    return queue_all(database, read_query=read_query, compose=compose_message, now=now, stopped=stopped)


async def send(
    settings: Settings, database: Database, *, max_seconds: float | None = None, stopped: Callable[[], bool]
) -> DeliverySummary:
    """Send what is due. Raises as `run_deliveries`."""
    from ingest.client import Client
    from ingest.deliveries import MAX_SECONDS, deliver

    async with Client(delivery_limits(settings)) as client:
        return await deliver(
            database,
            client,
            mail=mail_settings(settings),
            now=now,
            chance=random.random,
            max_seconds=MAX_SECONDS if max_seconds is None else max_seconds,
            stopped=stopped,
        )


def delivery_limits(settings: Settings) -> FetchLimits:
    """The crawler's limits for those who have asked to be written to: without a pause, and no answer is read."""
    from ingest.deliveries import CONCURRENCY, EXCHANGE_TIMEOUT_S

    timeout = min(EXCHANGE_TIMEOUT_S, settings.exchange_timeout)
    return replace(
        fetch_limits(settings),
        exchange_timeout_s=timeout,
        read_timeout_s=timeout,
        max_redirects=0,
        host_delay_s=0.0,
        concurrency=CONCURRENCY,
    )


def mail_settings(settings: Settings) -> MailSettings | None:
    """The operator's mail server; None until all is set that mails need."""
    from ingest.deliveries import MailSettings
    from ingest.smtp import MailServer

    if settings.smtp_url is None or settings.mail_from is None or settings.base_url is None:
        return None
    server = MailServer(*smtp_parts(settings.smtp_url.get_secret_value()))
    return MailSettings(server, settings.mail_from, settings.base_url)
