"""Answers that were given before are given again while the data are the same, without asking for them.

What makes an answer is its address (host and scheme included, for its links), the data, and the day. The data are the
same while the database's version is (store/version.py), which is asked for at every request: nothing is answered that
is older than a commit that was done before the request came in. Only names are held for a while, commits or not
(store/suggestions.py); so what was answered until that while had passed since a commit is answered anew after it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Lock

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access import check_key
from api.caching import ANSWERED, Answer, carries_key
from api.errors import UnauthorizedError
from store.database import Database, Dialect
from store.suggestions import SETTLED

# What waits for no database, and what takes the key in its own way and is told to nobody else.
NOT_REMEMBERED = (
    "/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/static/", "/hub/", "/unsubscribe/",
    "/api/v1/subscriptions",
)  # fmt: skip
# So many answers are made at a time: more would be done no sooner, since threads of one interpreter keep each other
# waiting, and those that are remembered ten times as late. PostgreSQL computes on its own.
TURNS: dict[Dialect, int] = {"sqlite": 2, "postgresql": 4}
LONGEST_TURN_S = 0.1  # what takes longer lets others begin
LARGEST_SHARE = 8  # an answer may take this part of what is remembered at most


class AnswerMemory:
    """The answers of one version of the data, the least recently used forgotten first.

    `max_bytes` bounds what all of them take together. Safe to use from several threads.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._version: Hashable | None = None
        self._answers: OrderedDict[Hashable, tuple[Answer, int]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def find(self, version: Hashable, key: Hashable) -> Answer | None:
        """The answer to `key` that was kept for this very version."""
        with self._lock:
            if version != self._version or key not in self._answers:
                return None
            self._answers.move_to_end(key)
            answer, _ = self._answers[key]
            self._put(key, answer)  # it may have been compressed since
            return answer

    def keep(self, version: Hashable, key: Hashable, answer: Answer) -> None:
        """Remember the answer, which was made from data of this version or later. Those of another are forgotten."""
        with self._lock:
            if version != self._version:
                self._version, self._bytes = version, 0
                self._answers.clear()
            self._put(key, answer)

    def _put(self, key: Hashable, answer: Answer) -> None:
        size = answer.size
        if size * LARGEST_SHARE > self._max_bytes:
            return
        _, before = self._answers.get(key, (answer, 0))
        self._answers[key] = (answer, size)
        self._bytes += size - before
        while self._bytes > self._max_bytes:
            _, (_, forgotten) = self._answers.popitem(last=False)
            self._bytes -= forgotten


class CurrentVersion:
    """The version of the data at the time of asking, asked for without keeping the event loop waiting.

    Where asking takes a while, all who came while it was asked for share the next one.
    """

    def __init__(self, database: Database) -> None:
        self._version = database.version
        self._thread = ThreadPoolExecutor(1, "data-version")
        self._one_at_a_time = asyncio.Lock()
        self._next: asyncio.Task[Hashable | None] | None = None

    async def __call__(self) -> Hashable | None:
        if self._version.is_local:
            return self._version.current()
        if self._next is None:
            self._next = asyncio.create_task(self._ask())
        return await asyncio.shield(self._next)  # whoever goes away does not take it from the others

    async def _ask(self) -> Hashable | None:
        async with self._one_at_a_time:
            self._next = None  # whoever comes from now on may have seen a commit that this does not
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._version.current)


class Turns:
    """An application that answers a few requests at a time: threads that compute keep each other, and the event loop,
    waiting for the interpreter. A turn ends when the answer begins, or after `longest_s`, so that nobody waits for long
    for what reads a lot, or for who reads slowly.
    """

    def __init__(self, app: ASGIApp, *, at_once: int, longest_s: float) -> None:
        self._app = app
        self._free = asyncio.Semaphore(at_once)
        self._longest_s = longest_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._free.acquire()
        is_over = False

        def end() -> None:
            nonlocal is_over
            if not is_over:
                is_over = True
                too_long.cancel()
                self._free.release()

        async def ending(message: Message) -> None:
            end()
            await send(message)

        too_long = asyncio.get_running_loop().call_later(self._longest_s, end)
        try:
            await self._app(scope, receive, ending)
        finally:
            end()


class RememberedAnswers:
    """Gives the remembered answer where there is one; remembers the others on their way.

    What is asked several times at once is made once.
    """

    def __init__(
        self, app: ASGIApp, *, database: Database, now: Callable[[], datetime], max_bytes: int, at_once: int
    ) -> None:
        self._app = app
        self._made = Turns(app, at_once=at_once, longest_s=LONGEST_TURN_S)
        self._current_version = CurrentVersion(database)
        self._now = now
        self._memory = AnswerMemory(max_bytes)
        self._seen: tuple[Hashable, datetime] = (None, now())  # the version that was current last, and since when
        self._being_made: dict[Hashable, asyncio.Event] = {}  # by version and key; set once there is an answer or none

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_of_data(scope) or not _may_read(scope):
            await self._app(scope, receive, send)
            return
        version = await self._current_version()
        if version is None:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        key = (*self._key(scope, headers), self._has_settled(version))
        if made := self._being_made.get((version, key)):
            await made.wait()
        answer = self._memory.find(version, key)
        if answer is not None:
            await answer.response(headers)(scope, receive, send)
        elif made:  # there was no answer that can be given again: an error, say, or too long a one
            await self._made(scope, receive, send)
        else:
            await self._make(version, key, scope, receive, send)

    async def _make(self, version: Hashable, key: Hashable, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the request answered, and the answer remembered before it is sent: whoever asks the same meanwhile waits
        for it to be made, and not for the one who reads it.
        """
        made = self._being_made[version, key] = asyncio.Event()
        answered: list[Answer] = []

        def settle() -> None:
            if not made.is_set():
                for found in answered:
                    self._memory.keep(version, key, found)
                del self._being_made[version, key]
                made.set()

        async def keeping(message: Message) -> None:
            settle()
            await send(message)

        try:
            await self._made({**scope, ANSWERED: answered}, receive, keeping)
        finally:
            settle()

    def _has_settled(self, version: Hashable) -> bool:
        """Whether names that came with this version are known by now."""
        now = self._now()
        if version != self._seen[0]:
            self._seen = version, now
        return abs(now - self._seen[1]) >= SETTLED

    def _key(self, scope: Scope, headers: Headers) -> tuple[Hashable, ...]:
        """All of a request that its answer may depend on, and the day."""
        return (
            scope["scheme"],
            headers.get("host") or scope.get("server"),
            scope.get("root_path", ""),
            scope["path"],
            scope["query_string"],
            carries_key(headers),
            self._now().date(),
        )


def _is_of_data(scope: Scope) -> bool:
    """Whether the answer may be one that is made of the data; a health check does not wait for the database."""
    return scope["type"] == "http" and scope["method"] == "GET" and not scope["path"].startswith(NOT_REMEMBERED)


def _may_read(scope: Scope) -> bool:
    """Whether the request shows the key where there is one; whoever does not is told so by the route."""
    try:
        check_key(Request(scope))
    except UnauthorizedError:
        return False
    return True
