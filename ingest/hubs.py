"""Asks hubs to tell us of news, and to stop telling (WebSub, W3C Recommendation, section 5): the subscriber's requests.

What hubs answer to our callback comes in through the API. A hub that fails costs its own subscription a later try, and
its source nothing: that is polled as before.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog

from ingest.client import Client
from ingest.errors import FetchError, HttpStatusError, IngestError
from ingest.journey import origin_of, parse_url
from ingest.schedule import PROBE_EVERY, backoff, parse_retry_after
from store.database import Database
from store.hubs import begin_subscribing, due_requests, postpone_farewell, record_refusal
from store.records import HubRequest

LEASE = timedelta(days=10)  # what is asked for; the hub decides
GIVE_UP_AFTER = 3  # requests in a row that a hub did not take: in this run it is left alone
LAST_GOODBYE = 5  # requests to end a subscription; after them it ends with its lease
DORMANT_AFTER = 10  # failures in a row: from then on once a week
MAX_SECONDS = 300.0  # that all requests of a run may take: what is left over is for the next
TOKEN_BYTES = 32  # of chance, in the callback's address and in the secret

T = TypeVar("T")
log = structlog.get_logger()


def wait_after(failures: int, *, chance: float) -> timedelta:
    """How long to wait for a hub after the `failures`-th request that came to nothing: a quarter of an hour, doubled
    each time up to a day, and a week for one that never answers.
    """
    return PROBE_EVERY if failures >= DORMANT_AFTER else backoff(failures + 1, chance=chance)


def wait_after_refusal(error: FetchError, failures: int, *, now: datetime, chance: float) -> timedelta:
    """The same where the hub has answered, which may ask for a longer time itself."""
    asked = parse_retry_after(error.retry_after, now=now) if isinstance(error, HttpStatusError) else None
    return max(asked or timedelta(0), wait_after(failures, chance=chance))


def form_of(request: HubRequest, callback_url: str, secret: str | None) -> dict[str, str]:
    """The fields of a subscription request (section 5.1)."""
    form = {"hub.mode": request.mode, "hub.topic": request.topic_url, "hub.callback": callback_url}
    form["hub.verify"] = "async"  # required by hubs of PubSubHubbub 0.3, which blogs still run; others pass it over
    if request.mode == "subscribe":
        form["hub.lease_seconds"] = str(int(LEASE.total_seconds()))
        if secret is not None:
            # The Recommendation would rather have it over https alone. Over http it is as open as the callback's
            # address is, and better than none: whoever holds both can make us visit a source, and nothing else.
            form["hub.secret"] = secret
    return form


class HubErrands:
    """The requests of one run. `callbacks` is the public address below which callbacks lie, without a slash at its end.

    Everything is written through `writer`, as the rest of the run is. What is left after `max_seconds` is for the next.
    """

    def __init__(
        self,
        database: Database,
        client: Client,
        *,
        callbacks: str,
        now: Callable[[], datetime],
        chance: Callable[[], float],
        writer: Executor,
        max_seconds: float = MAX_SECONDS,
    ) -> None:
        self._database = database
        self._client = client
        self._callbacks = callbacks
        self._now = now
        self._chance = chance
        self._writer = writer
        self._max_seconds = max_seconds

    async def run(self, only: Collection[int] | None = None) -> None:
        """Ask what is due, hub by hub; of certain sources alone where `only` names them.

        Raises:
            StoreError: the database cannot be used.
        """
        groups: dict[object, list[HubRequest]] = {}
        for request in await self._write(self._due, only):
            groups.setdefault(_hub(request), []).append(request)
        if not groups:
            return
        try:
            async with asyncio.timeout(self._max_seconds), asyncio.TaskGroup() as tasks:
                for requests in groups.values():
                    tasks.create_task(self._ask_one_hub(requests))
        except TimeoutError:
            log.warning("hubs_unfinished", seconds=self._max_seconds)
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from errors  # the database's: all else is recorded

    async def _ask_one_hub(self, requests: Sequence[HubRequest]) -> None:
        refused_in_a_row = 0
        for request in requests:
            taken = await (self._subscribe(request) if request.mode == "subscribe" else self._unsubscribe(request))
            refused_in_a_row = 0 if taken else refused_in_a_row + 1
            if refused_in_a_row == GIVE_UP_AFTER:
                break

    async def _subscribe(self, request: HubRequest) -> bool:
        callback_url, secret = self._callback(request), secrets.token_urlsafe(TOKEN_BYTES)
        known = await self._write(self._begin, request, callback_url, secret)
        return known is None or await self._post(request, form_of(request, callback_url, known))

    async def _unsubscribe(self, request: HubRequest) -> bool:
        """Say goodbye, and again at a later run unless the hub asks back before."""
        is_last = request.failures >= LAST_GOODBYE
        wait = wait_after(request.failures + 1, chance=self._chance())
        await self._write(self._postpone, request, None if is_last else self._now() + wait)
        return is_last or await self._post(request, form_of(request, self._callback(request), None))

    async def _post(self, request: HubRequest, form: dict[str, str]) -> bool:
        words = None
        try:
            await self._client.post_form(request.hub_url, form)
        except FetchError as error:
            words = _without_secrets(" ".join(error.reason.split()), form)
            if request.mode == "subscribe":
                await self._write(self._refused, request, error, words)
        log.info("hub", url=request.hub_url, topic=request.topic_url, mode=request.mode, error=words)
        return words is None

    def _callback(self, request: HubRequest) -> str:
        """The callback that the hub knows; a new one, which nobody can guess, where it knows none of ours."""
        if request.callback_url is not None and request.callback_url.startswith(f"{self._callbacks}/"):
            return request.callback_url
        return f"{self._callbacks}/{secrets.token_urlsafe(TOKEN_BYTES)}"

    def _due(self, only: Collection[int] | None) -> tuple[HubRequest, ...]:
        with self._database.write() as session:
            return due_requests(session, callbacks=self._callbacks, now=self._now(), only=only)

    def _begin(self, request: HubRequest, callback_url: str, secret: str) -> str | None:
        now = self._now()
        wait = wait_after(request.failures + 1, chance=self._chance())
        with self._database.write() as session:
            return begin_subscribing(
                session, request, callback_url=callback_url, secret=secret, now=now, ask_at=now + wait
            )

    def _refused(self, request: HubRequest, error: FetchError, words: str) -> None:
        now = self._now()
        wait = wait_after_refusal(error, request.failures + 1, now=now, chance=self._chance())
        with self._database.write() as session:
            record_refusal(session, request, error=words, ask_at=now + wait)

    def _postpone(self, request: HubRequest, ask_at: datetime | None) -> None:
        with self._database.write() as session:
            postpone_farewell(session, request, ask_at=ask_at)

    async def _write(self, function: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, partial(function, *arguments))


def _without_secrets(words: str, form: Mapping[str, str]) -> str:
    """What went wrong may quote what the hub made of the form that it was sent."""
    callback_url = form["hub.callback"]
    for secret in (callback_url, callback_url.rpartition("/")[2], form.get("hub.secret")):
        words = words.replace(secret, "…") if secret else words
    return words


def _hub(request: HubRequest) -> object:
    """What requests are grouped by: those to one host wait for each other anyway."""
    try:
        return origin_of(parse_url(request.hub_url))
    except IngestError:
        return request.hub_url  # posting to it will say what is wrong
