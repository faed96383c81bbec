"""Queues what is new to subscriptions and sends what is queued: the shell round what decides.

A message is leased to whoever sends it and stays queued until it was taken, so that a kill costs a receiver a message
with an id that it has had already, and nobody a message. Subscriptions do not wait for each other, messages of one do.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.errors import MessageError
from functools import partial
from urllib.parse import urlsplit

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
from store.database import Database
from store.deliveries import (
    Candidate,
    Refused,
    Taken,
    claim_deliveries,
    count_waiting,
    forget_old,
    record_deliveries,
)
from store.news import (
    Behind,
    any_subscriptions,
    find_news,
    look_for_event_news,
    queue_news,
    subscriptions_behind,
)
from store.records import DueDelivery
from store.subscriptions import Compose, ReadQuery

# Standard Webhooks' schedule: what passes after each attempt that came to nothing; ten attempts in 75 hours
RETRY_AFTER = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
JITTER = 0.1  # of it, so that what failed together does not come back together
EXCHANGE_TIMEOUT_S = 20.0  # Standard Webhooks: 15 to 30 s
LEASE = timedelta(minutes=5)  # far more than any sending takes
CONCURRENCY = 64  # messages under way at once,
AT_ONE_HOST = 4  # of them to one host or mail server,
# and of either half to subscriptions whose last attempt failed: however many hang, half of the places is for the others
FAILING_SHARE = 2
LINGER_S = 0.01  # so long what became of a message waits for company: a transaction each takes longer than the sending
MAX_SECONDS = 900.0  # of a run: what is left is for the next
GONE = 410
MAIL_NEEDS = "HOSTWIRE_SMTP_URL, HOSTWIRE_MAIL_FROM and HOSTWIRE_BASE_URL"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class DeliverySummary:
    """What a run has done: messages queued, delivered, not taken (each attempt counts), and waiting after it;
    subscriptions that it switched off; `faults` of ours among what was not taken.
    """

    queued: int = 0
    delivered: int = 0
    failed: int = 0
    switched_off: int = 0
    waiting: int = 0
    faults: int = 0
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        """1 when all that was tried came to nothing, or something unforeseen happened."""
        return 1 if self.faults or (self.failed and not self.delivered) else 0

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


def queue_all(
    database: Database,
    *,
    read_query: ReadQuery,
    compose: Compose,
    now: Callable[[], datetime],
    stopped: Callable[[], bool] = lambda: False,
) -> int:
    """Queue what is new to every subscription; how many messages. May be stopped, or killed, at any moment.

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
        groups = subscriptions_behind(session)
    messages = 0
    for group in groups:
        behind: Behind | None = group
        while behind is not None and not stopped():
            with database.read() as session:
                news = find_news(session, behind, read_query=read_query, now=now())
            for some in chunks(behind.row_ids, size=TOGETHER):
                with database.write() as session:
                    messages += queue_news(session, some, news, compose=compose, now=now())
            behind = None if news.is_all else replace(behind, since=news.until)
    return messages


# -- sending -------------------------------------------------------------------------------------------------------


class Places:
    """Who may be written to beside those to whom messages are under way.

    A place is free where neither all places nor those of its host are taken; whoever failed the last time gets half of
    either at most, so that no number of receivers that hang holds up those that do not.
    """

    def __init__(self, concurrency: int) -> None:
        self._all = concurrency
        self._at_host = min(AT_ONE_HOST, concurrency)
        self._taken: dict[int, tuple[str, bool]] = {}

    @property
    def free(self) -> int:
        return self._all - len(self._taken)

    def choose(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Those that may be sent now, the first ones first; their places are taken."""
        chosen = []
        for candidate in candidates:
            if self.free == 0:
                break
            place = (host_of(candidate), candidate.is_failing)
            if self._has_room(*place):
                self._taken[candidate.row_id] = place
                chosen.append(candidate)
        return chosen

    def keep_only(self, row_ids: Collection[int]) -> None:
        """Free the places of all other messages."""
        self._taken = {row_id: place for row_id, place in self._taken.items() if row_id in row_ids}

    def _has_room(self, host: str, is_failing: bool) -> bool:
        there = [failing for at, failing in self._taken.values() if at == host]
        if len(there) >= self._at_host:
            return False
        if not is_failing:
            return True
        failing = sum(failing for _, failing in self._taken.values())
        return failing < _half(self._all) and sum(there) < _half(self._at_host)


def _half(places: int) -> int:
    return max(1, places // FAILING_SHARE)


def host_of(candidate: Candidate) -> str:
    """What a message is handed to: the host of its address with its port, or the operator's mail server."""
    return "" if candidate.kind == "email" else urlsplit(candidate.address).netloc.rpartition("@")[2].lower()


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

    `client` should not pace: receivers ask for what they are sent. `mail` None: mails wait, and make no attempts.

    Raises:
        StoreError: the database cannot be used.
    """
    begun = time.monotonic()
    mails_at_once = min(AT_ONE_HOST, concurrency)
    with ThreadPoolExecutor(1, "store") as store, ThreadPoolExecutor(mails_at_once, "mail") as mailers:
        run = _Run(database, client, mail, now, chance, Places(concurrency), mailers)

        def is_over() -> bool:
            return stopped() or time.monotonic() - begun > max_seconds

        await run.send_all(store, is_over)
        waiting = await asyncio.get_running_loop().run_in_executor(store, run.count_waiting)
    return replace(run.summary, waiting=waiting, seconds=time.monotonic() - begun)


class _Run:
    """Messages under way, and what became of them until that is written down."""

    def __init__(
        self,
        database: Database,
        client: Client,
        mail: MailSettings | None,
        now: Callable[[], datetime],
        chance: Callable[[], float],
        places: Places,
        mailers: Executor,
    ) -> None:
        self._database = database
        self._client = client
        self._mail = mail
        self._now = now
        self._chance = chance
        self._places = places
        self._mailers = mailers
        self._outcomes: list[tuple[DueDelivery, Taken | Refused]] = []
        self._some = asyncio.Event()  # there are outcomes
        self._told_that_mails_wait = False
        self.summary = DeliverySummary()

    async def send_all(self, store: Executor, is_over: Callable[[], bool]) -> None:
        """Claim and send until there is nothing to claim and nothing under way.

        Raises:
            StoreError: the database cannot be used.
        """
        try:
            async with asyncio.TaskGroup() as senders:
                await self._keep_sending(senders, store, is_over)
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from errors  # the database's: all else is recorded

    async def _keep_sending(self, senders: asyncio.TaskGroup, store: Executor, is_over: Callable[[], bool]) -> None:
        under_way: set[int] = set()
        while True:
            done, self._outcomes = self._outcomes, []
            self._some.clear()
            under_way.difference_update(message.row_id for message, _ in done)
            self._places.keep_only(under_way)
            step = partial(self._write_and_claim, done, claim=not is_over())
            for message in await asyncio.get_running_loop().run_in_executor(store, step):
                under_way.add(message.row_id)
                senders.create_task(self._send(message))
            self._places.keep_only(under_way)
            if not under_way:
                return
            await self._some.wait()
            await asyncio.sleep(LINGER_S)

    def count_waiting(self) -> int:
        with self._database.read() as session:
            return count_waiting(session)

    def _write_and_claim(
        self, done: Sequence[tuple[DueDelivery, Taken | Refused]], *, claim: bool
    ) -> tuple[DueDelivery, ...]:
        """What became of some messages, and what is to be sent now, in one transaction."""
        now = self._now()
        with self._database.write() as session:
            noted = record_deliveries(session, done)
            claimed: tuple[DueDelivery, ...] = ()
            if claim and self._places.free:
                lease = secrets.token_hex(16)
                claimed = claim_deliveries(session, self._choose, lease=lease, now=now, lease_until=now + LEASE)
        self._count([outcome for message, outcome in done if message.row_id in noted])
        return claimed

    def _choose(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        if self._mail is None:
            all_due, candidates = candidates, [candidate for candidate in candidates if candidate.kind != "email"]
            if len(candidates) < len(all_due) and not self._told_that_mails_wait:
                self._told_that_mails_wait = True
                log.warning("mails_wait", subscriptions=len(all_due) - len(candidates), needed=MAIL_NEEDS)
        return self._places.choose(candidates)

    def _count(self, outcomes: Sequence[Taken | Refused]) -> None:
        refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
        self.summary = replace(
            self.summary,
            delivered=self.summary.delivered + len(outcomes) - len(refused),
            failed=self.summary.failed + len(refused),
            switched_off=self.summary.switched_off + sum(outcome.switch_off is not None for outcome in refused),
        )

    async def _send(self, message: DueDelivery) -> None:
        outcome = self._judge(message, await self._attempt(message))
        self._outcomes.append((message, outcome))
        self._some.set()
        error = outcome.error if isinstance(outcome, Refused) else None
        log.info("delivery", subscription=message.subscription, id=message.id, type=message.type, error=error)

    def _judge(self, message: DueDelivery, answer: int | Setback | None) -> Taken | Refused:
        now = self._now()
        if not isinstance(answer, Setback):
            return Taken(answer, now)
        verdict = after_setback(answer, message.attempts + 1, now=now, chance=self._chance())
        return Refused(answer.error, answer.status, verdict.next_at, verdict.switch_off)

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
        except Exception as error:  # one message's surprise is logged with its trace, and the others are sent
            log.exception("delivery_failed", subscription=message.subscription, id=message.id)
            self.summary = replace(self.summary, faults=self.summary.faults + 1)
            return Setback(f"a fault in handling it: {type(error).__name__}")
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
        assert self._mail is not None  # noqa: S101 - else no mail is chosen
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


def _without(message: DueDelivery, words: str) -> str:
    """What went wrong, in one line, without the address, which may be a secret."""
    return " ".join(words.split()).replace(message.address, "…")
