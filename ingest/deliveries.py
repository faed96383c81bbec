"""Queues what is new to subscriptions and sends what is queued: the shell round what decides.

A message is leased to whoever sends it and stays queued until it was taken, so that a kill costs a receiver one message
with an id that it has had already, and nobody a message. Subscriptions do not wait for each other, messages of one do.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import MessageError
from functools import partial
from typing import TypeVar

import structlog

from ingest.chats import CHATS, chat_body
from ingest.client import Client
from ingest.errors import FetchError, HttpStatusError, MailError
from ingest.headlines import bulletin_of
from ingest.mail import Letter, mail_of
from ingest.schedule import parse_retry_after
from ingest.signing import signed_headers
from ingest.smtp import MailServer, send_mail
from store.chunks import chunks
from store.database import Database, Transaction
from store.records import DueDelivery
from store.subscriptions import (
    Compose,
    ReadQuery,
    any_subscriptions,
    claim_delivery,
    count_waiting,
    forget_old,
    look_for_event_news,
    queue_news,
    record_delivered,
    record_undelivered,
    subscriptions_behind,
)

# Standard Webhooks' schedule: what passes after each attempt that came to nothing; ten attempts in 75 hours
RETRY_AFTER = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
JITTER = 0.1  # of it, so that what failed together does not come back together
EXCHANGE_TIMEOUT_S = 20.0  # Standard Webhooks: 15 to 30 s
LEASE = timedelta(minutes=5)  # far more than any sending takes
CONCURRENCY = 16  # messages under way at once
MAX_SECONDS = 900.0  # of a run: what is left is for the next
GONE = 410

T = TypeVar("T")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class DeliverySummary:
    """What a run has done: messages queued, delivered, not taken (each attempt counts), and waiting after it;
    subscriptions that it switched off.
    """

    queued: int = 0
    delivered: int = 0
    failed: int = 0
    switched_off: int = 0
    waiting: int = 0
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        """1 when all that was tried came to nothing."""
        return 1 if self.failed and not self.delivered else 0

    def to_json(self) -> dict[str, int | float]:
        return {
            "queued": self.queued,
            "delivered": self.delivered,
            "failed": self.failed,
            "switched_off": self.switched_off,
            "waiting": self.waiting,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The operator's mail server, the address that mails come from, and that of the service, for unsubscribing."""

    server: MailServer
    sender: str
    base_url: str


# -- what to do after an attempt: rules only -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setback:
    """An attempt that came to nothing, in words; `status` of HTTP or SMTP, where there was an answer."""

    error: str
    status: int | None = None
    retry_after: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """When to try again, None for never; why to switch the subscription off, None to leave it on."""

    next_at: datetime | None
    switch_off: str | None = None


def after_setback(setback: Setback, attempts: int, *, now: datetime, chance: float) -> Verdict:
    """What follows from the `attempts`-th attempt; `chance` in [0, 1) spreads out the next."""
    if setback.status == GONE:
        return Verdict(None, f"its receiver wants no more: {setback.error}")
    if attempts > len(RETRY_AFTER):
        return Verdict(None, f"{attempts} attempts at a message came to nothing, the last: {setback.error}")
    wait = RETRY_AFTER[attempts - 1] * (1 + JITTER * chance)
    asked = parse_retry_after(setback.retry_after, now=now)
    return Verdict(now + max(wait, asked or timedelta(0)))


# -- queueing ------------------------------------------------------------------------------------------------------

TOGETHER = 50  # subscriptions in a transaction: a writer never waits long for it


def queue_all(database: Database, *, read_query: ReadQuery, compose: Compose, now: Callable[[], datetime]) -> int:
    """Queue what is new to every subscription; how many messages. May be stopped at any moment.

    Raises:
        StoreError: the database cannot be used.
    """
    with database.read() as session:
        if not any_subscriptions(session):
            return 0
    with database.write() as session:
        moment = now()
        look_for_event_news(session, now=moment)
        forget_old(session, now=moment)
    with database.read() as session:
        behind = subscriptions_behind(session)
    messages = 0
    for some in chunks(behind, size=TOGETHER):
        is_all = False
        while not is_all:
            with database.write() as session:
                queued = queue_news(session, some, read_query=read_query, compose=compose, now=now())
            messages, is_all = messages + queued.messages, queued.is_all
    return messages


# -- sending -------------------------------------------------------------------------------------------------------


async def deliver(
    database: Database,
    client: Client,
    *,
    mail: MailSettings | None,
    now: Callable[[], datetime],
    chance: Callable[[], float],
    concurrency: int = CONCURRENCY,
    max_seconds: float = MAX_SECONDS,
    stopped: Callable[[], bool] = lambda: False,
) -> DeliverySummary:
    """Send what is due, and what becomes due meanwhile, until nothing is, `max_seconds` have passed, or `stopped`.

    `client` should not pace: receivers ask for what they are sent. `mail` None: mails wait.

    Raises:
        StoreError: the database cannot be used.
    """
    begun = time.monotonic()
    with ThreadPoolExecutor(1, "store") as store, ThreadPoolExecutor(concurrency, "mail") as mailers:
        run = _Run(database, client, mail, now, chance, store, mailers)

        def is_over() -> bool:
            return stopped() or time.monotonic() - begun > max_seconds

        try:
            async with asyncio.TaskGroup() as senders:
                for _ in range(concurrency):
                    senders.create_task(run.send_while_due(is_over))
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from errors  # the database's: all else is recorded
        waiting = await run.in_store(run.count_waiting)
    return DeliverySummary(
        delivered=run.delivered,
        failed=run.failed,
        switched_off=run.switched_off,
        waiting=waiting,
        seconds=time.monotonic() - begun,
    )


class _Run:
    """What the senders of a run share."""

    def __init__(
        self,
        database: Database,
        client: Client,
        mail: MailSettings | None,
        now: Callable[[], datetime],
        chance: Callable[[], float],
        store: Executor,
        mailers: Executor,
    ) -> None:
        self._database = database
        self._client = client
        self._mail = mail
        self._now = now
        self._chance = chance
        self._store = store
        self._mailers = mailers
        self.delivered = self.failed = self.switched_off = 0

    async def send_while_due(self, is_over: Callable[[], bool]) -> None:
        while not is_over():
            message = await self.in_store(self._claim)
            if message is None:
                return
            await self._send(message)

    async def in_store(self, function: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._store, partial(function, *arguments))

    def count_waiting(self) -> int:
        with self._database.read() as session:
            return count_waiting(session)

    def _claim(self) -> DueDelivery | None:
        now = self._now()
        with self._database.write() as session:
            return claim_delivery(session, lease=secrets.token_hex(16), now=now, lease_until=now + LEASE)

    async def _send(self, message: DueDelivery) -> None:
        outcome = await self._attempt(message)
        if isinstance(outcome, Setback):
            verdict = after_setback(outcome, message.attempts + 1, now=self._now(), chance=self._chance())
            is_ours = await self.in_store(self._write, partial(self._undelivered, message, outcome, verdict))
            self.failed += is_ours
            self.switched_off += is_ours and verdict.switch_off is not None
        else:
            is_ours = await self.in_store(self._write, partial(self._delivered, message, outcome))
            self.delivered += is_ours
        error = outcome.error if isinstance(outcome, Setback) else None
        log.info("delivery", subscription=message.subscription, id=message.id, type=message.type, error=error)

    async def _attempt(self, message: DueDelivery) -> int | Setback | None:
        """The status with which it was taken, or how it was not."""
        try:
            if message.kind != "email":
                return await self._post(message)
            await self._mail_out(message)
        except HttpStatusError as error:
            return Setback(_without(message, error.reason), error.status, error.retry_after)
        except FetchError as error:
            return Setback(_without(message, error.reason))
        except MailError as error:
            return Setback(_without(message, str(error)), error.status)
        return None

    async def _post(self, message: DueDelivery) -> int:
        if message.kind == "chat":
            chat = CHATS[message.format or "slack"]
            body = json.dumps(chat_body(chat, bulletin_of(json.loads(message.payload)))).encode()
            headers: Mapping[str, str] = {}
        else:
            body = message.payload.encode()
            headers = signed_headers(message.id, body, message.secrets, now=self._now())
        return (await self._client.post_json(message.address, body, headers)).status

    async def _mail_out(self, message: DueDelivery) -> None:
        if self._mail is None:
            raise MailError("this service sends no mail: HOSTWIRE_SMTP_URL, HOSTWIRE_MAIL_FROM and HOSTWIRE_BASE_URL")
        letter = Letter(
            message_id=message.id,
            sender=self._mail.sender,
            recipient=message.address,
            unsubscribe_url=f"{self._mail.base_url}/unsubscribe/{message.subscription}/{message.unsubscribe_token}",
            bulletin=bulletin_of(json.loads(message.payload)),
        )
        try:
            mail = mail_of(letter, now=self._now())
        except (MessageError, ValueError) as error:  # an address that the library takes for none
            raise MailError(f"no mail can be made of it: {error}") from error
        sending = partial(send_mail, self._mail.server, mail)
        await asyncio.get_running_loop().run_in_executor(self._mailers, sending)

    def _write(self, change: Callable[[Transaction], bool]) -> bool:
        with self._database.write() as session:
            return change(session)

    def _delivered(self, message: DueDelivery, status: int | None, session: Transaction) -> bool:
        return record_delivered(session, message, status=status, now=self._now())

    @staticmethod
    def _undelivered(message: DueDelivery, setback: Setback, verdict: Verdict, session: Transaction) -> bool:
        return record_undelivered(
            session,
            message,
            error=setback.error,
            status=setback.status,
            next_at=verdict.next_at,
            switch_off=verdict.switch_off,
        )


def _without(message: DueDelivery, words: str) -> str:
    """What went wrong, in one line, without the address, which may be a secret."""
    return " ".join(words.split()).replace(message.address, "…")
