"""Hubs end to end, on both databases: a real one on loopback, the crawler that asks it, the API that it talks to."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text
from structlog.testing import capture_logs

from api.app import ApiConfig, create_app
from hostwire.commands.source import source_json
from ingest.client import Client
from ingest.events import resolve_rows
from ingest.hubs import DORMANT_AFTER, GIVE_UP_AFTER, LAST_GOODBYE, HubErrands
from ingest.robots import RobotsMemory
from ingest.run import RunSummary, ingest
from ingest.sandbox import Sandbox
from store.database import Database
from store.hubs import PING_GAP, POLL_AFTER_PING, POLL_EVERY, UNCONFIRMED, next_pinged_at, pinged_sources
from store.models import HubFarewell, HubSubscription
from store.posts import counts
from store.records import HubStanding
from store.sources import remove_source, update_source
from tests.api.conftest import TYPES, echo_tag, explain_nothing, find_feed, serving
from tests.hubs import CHALLENGE, Hub
from tests.ingest.conftest import limits_for
from tests.ingest.factories import NOW, add, items, rss, source
from tests.servers import FEED_TYPE, HOLD, Answer, Asked, LoopbackServer, Raw, redirect

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEY = {"X-API-Key": "k"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(workers=1) as box:
        yield box


class Wire:
    """A feed with a hub, a crawler and a service over one database, at times that a test sets."""

    def __init__(self, server: LoopbackServer, database: Database, sandbox: Sandbox) -> None:
        self.server, self.database, self.sandbox = server, database, sandbox
        self.hub = Hub(server)
        self.now = NOW
        self.pings = 0
        self.feed = self.serve("/feed", 3)
        self.api: httpx.Client
        self.callbacks: str | None = None

    def feed_of(self, count: int, *, hub: str | None = "", topic: str = "http://wire.example/all") -> Answer:
        """A feed of `count` entries that names this hub, another, or none."""
        links = f'<atom:link rel="self" href="{topic}"/>'
        links += "" if hub is None else f'<atom:link rel="hub" href="{hub or self.hub.url}"/>'
        head = b'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>' + links.encode()
        body = rss(items(range(count))).replace(b'<rss version="2.0"><channel>', head)
        return Answer(body, content_type=FEED_TYPE, etag=f'"{hash(body)}"')

    def serve(self, path: str, count: int, **links: Any) -> str:
        return self.server.on(path, self.feed_of(count, **links))

    def app(self) -> Any:
        return create_app(
            ApiConfig(version="1", event_types=TYPES, api_key="k"),
            self.database,
            tag=echo_tag,
            explain=explain_nothing,
            discover=find_feed,
            now=lambda: self.now,
            resolve=resolve_rows,
            on_ping=self._count,
        )

    def _count(self) -> None:
        self.pings += 1

    def run(self, later: timedelta = HOUR, **options: Any) -> RunSummary:
        self.now += later
        return self.run_now(**options)

    def run_now(self, limits: dict[str, Any] | None = None, **options: Any) -> RunSummary:
        async def go() -> RunSummary | None:
            robots = RobotsMemory(clock=lambda: self.now.timestamp())
            async with Client(limits_for(self.server, **(limits or {})), robots=robots) as client:
                return await ingest(
                    self.database,
                    client,
                    now=lambda: self.now,
                    sandbox=self.sandbox,
                    chance=lambda: 0.0,
                    hub_callbacks=self.callbacks,
                    spacing=None,
                    **options,
                )

        summary = asyncio.run(go())
        assert summary is not None
        return summary

    def statuses(self, later: timedelta = HOUR, **options: Any) -> list[str]:
        return [result.status for result in self.run(later, **options).results]

    def ping(self, *args: Any, **options: Any) -> list[int]:
        """Let the hub distribute something, a while after the last visit."""
        self.now += PING_GAP
        return self.hub.distribute(*args, **options)

    @property
    def standing(self) -> HubStanding | None:
        return source(self.database, self.feed).hub

    @property
    def state(self) -> str | None:
        return None if self.standing is None else self.standing.state

    @property
    def next_fetch(self) -> datetime | None:
        return source(self.database, self.feed).next_fetch_at

    @property
    def pinged(self) -> tuple[str, ...]:
        with self.database.read() as session:
            return pinged_sources(session, now=self.now)

    @property
    def posts(self) -> int:
        with self.database.read() as session:
            return counts(session).posts

    @property
    def goodbyes(self) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(HubFarewell)) or 0

    def switch(self, *, enabled: bool) -> None:
        with self.database.write() as session:
            update_source(session, self.feed, enabled=enabled)

    def subscribed(self) -> dict[str, str]:
        """Add the feed and have its hub confirm; the form that it was sent."""
        add(self.database, self.feed)
        self.run()
        assert self.state == "live"
        return self.hub.requests[-1]


@contextmanager
def running(server: LoopbackServer, database: Database, sandbox: Sandbox) -> Iterator[Wire]:
    made = Wire(server, database, sandbox)
    with serving(made.app()) as client:
        made.api = client
        made.callbacks = f"{str(client.base_url).rstrip('/')}/hub"
        yield made
    made.hub.close()


@pytest.fixture
def wire(server: LoopbackServer, database: Database, sandbox: Sandbox) -> Iterator[Wire]:
    """On both databases."""
    with running(server, database, sandbox) as made:
        yield made


@pytest.fixture
def on_sqlite(server: LoopbackServer, sqlite_url: str, sandbox: Sandbox) -> Iterator[Wire]:
    """On SQLite alone, for the many cases of what has nothing to do with the database."""
    database = Database(sqlite_url)
    with running(server, database, sandbox) as made:
        yield made
    database.close()


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as loopback:
        yield loopback


# -- subscribing, and what it is good for ------------------------------------------------------------------------


def test_what_a_hub_tells_of_is_stored_at_the_next_visit_to_its_source(wire: Wire) -> None:
    form = wire.subscribed()
    assert form.keys() == {"hub.mode", "hub.topic", "hub.callback", "hub.verify", "hub.lease_seconds", "hub.secret"}
    assert (form["hub.mode"], form["hub.topic"]) == ("subscribe", "http://wire.example/all")
    assert form["hub.lease_seconds"] == "864000"
    assert wire.standing == HubStanding(wire.hub.url, "live", wire.now + timedelta(days=10))
    assert wire.statuses() == ["unchanged"]
    assert wire.next_fetch == wire.now + POLL_EVERY
    assert wire.statuses() == ["skipped"]
    wire.serve("/feed", 4)
    assert wire.ping(b"<rss>not a word of this is believed</rss>") == [202]
    assert (wire.pings, len(wire.pinged), wire.next_fetch) == (1, 1, None)
    assert [(r.status, r.new) for r in wire.run(only=wire.pinged).results] == [("ok", 1)]
    assert (wire.pinged, wire.posts) == ((), 4)
    assert wire.statuses() == ["skipped"]
    assert len(wire.hub.requests) == 1


def test_callbacks_and_secrets_are_of_chance_and_one_of_each_a_source(wire: Wire) -> None:
    for name in "ab":
        add(wire.database, wire.serve(f"/{name}", 2, topic=f"http://wire.example/{name}"))
    wire.run()
    forms = wire.hub.requests
    assert len({form["hub.callback"] for form in forms}) == len({form["hub.secret"] for form in forms}) == 2
    for form in forms:
        assert form["hub.callback"].startswith(f"{wire.callbacks}/")
        assert len(form["hub.callback"].rpartition("/")[2]) >= 43
        assert 43 <= len(form["hub.secret"]) < 200


def test_neither_callback_nor_secret_is_shown_anywhere(wire: Wire) -> None:
    with capture_logs() as logs:
        form = wire.subscribed()
        wire.hub.distribute(signature="sha256=00")
        wire.hub.deny(form, f"no {form['hub.callback']} with {form['hub.secret']}")
    token = form["hub.callback"].rpartition("/")[2]
    record = source(wire.database, wire.feed)
    shown = wire.api.get("/api/v1/sources", headers=KEY).json()["items"][0]["hub"]
    assert shown == {
        "url": wire.hub.url,
        "state": "denied",
        "lease_until": None,
        "error": "the hub denied it: no … with …",
    }
    listed = source_json(record)["hub"]
    assert listed == shown
    pages = [wire.api.get(path, headers=KEY).text for path in ("/api/v1/sources", "/metrics", "/", "/openapi.json")]
    for told in (repr(record), json.dumps(source_json(record), default=str), repr(logs), *pages):
        assert token not in told
        assert form["hub.secret"] not in told
    assert any(event["event"] == "hub_ping_ignored" for event in logs)


def test_a_source_without_a_hub_says_so(wire: Wire) -> None:
    wire.serve("/feed", 3, hub=None)
    add(wire.database, wire.feed)
    wire.run()
    assert wire.standing is None
    assert wire.api.get("/api/v1/sources", headers=KEY).json()["items"][0]["hub"] is None
    assert wire.hub.requests == []


def test_a_hub_is_noted_and_not_asked_where_nobody_can_reach_us(wire: Wire) -> None:
    there, wire.callbacks = wire.callbacks, None
    add(wire.database, wire.feed)
    wire.run()
    assert (wire.state, wire.hub.requests) == ("offered", [])
    wire.callbacks = there
    wire.run()
    assert wire.state == "live"


def test_a_run_for_certain_sources_asks_their_hubs_alone(wire: Wire) -> None:
    other = add(wire.database, wire.serve("/other", 2, topic="http://wire.example/other"))
    there, wire.callbacks = wire.callbacks, None
    add(wire.database, wire.feed)
    wire.run()
    wire.callbacks = there
    wire.run(only=[other.url])
    assert [form["hub.topic"] for form in wire.hub.requests] == ["http://wire.example/other"]


def test_a_hub_that_keeps_news_from_us_is_not_relied_on_until_it_pings(wire: Wire) -> None:
    wire.subscribed()
    wire.run()
    wire.serve("/feed", 5)
    assert wire.statuses(DAY) == ["ok"]
    assert wire.next_fetch is None
    assert wire.statuses() == ["unchanged"]
    assert wire.next_fetch is None
    wire.ping()
    wire.run()
    assert wire.next_fetch == wire.now + POLL_AFTER_PING
    wire.run(POLL_AFTER_PING)
    assert wire.next_fetch == wire.now + POLL_EVERY


def test_news_of_before_the_subscription_are_no_fault_of_the_hub(wire: Wire) -> None:
    wire.subscribed()
    wire.serve("/feed", 5)
    assert wire.statuses() == ["ok"]
    assert wire.next_fetch == wire.now + POLL_EVERY


# -- what may come to a callback ---------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["wrong", "x" * 43, "%00", "%ff", "a" * 5000, "'; drop table source; --"])
def test_a_token_that_is_not_ours_is_nothing(on_sqlite: Wire, token: str) -> None:
    on_sqlite.subscribed()
    query = {"hub.mode": "subscribe", "hub.topic": "http://wire.example/all", "hub.challenge": "x"}
    for answer in (
        on_sqlite.api.get(f"/hub/{token}", params=query),
        on_sqlite.api.post(f"/hub/{token}", content=b"<rss/>"),
    ):
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
    assert on_sqlite.pinged == ()


MISFITS: dict[str, dict[str, str | None]] = {
    "a spoofed topic": {"hub.topic": "http://wire.example/other"},
    "no topic": {"hub.topic": None},
    "no challenge": {"hub.challenge": None},
    "a monstrous challenge": {"hub.challenge": "x" * 3000},
    "no mode": {"hub.mode": None},
    "an unknown mode": {"hub.mode": "publish"},
    "an end that nobody wants": {"hub.mode": "unsubscribe"},
    "a refusal of another topic": {"hub.mode": "denied", "hub.topic": "http://wire.example/other"},
}


@pytest.mark.parametrize("case", MISFITS)
def test_what_we_have_not_asked_for_is_not_confirmed(on_sqlite: Wire, case: str) -> None:
    form = on_sqlite.subscribed()
    before = on_sqlite.standing
    answer = on_sqlite.hub.ask_back(form, **MISFITS[case])
    assert (answer.status_code, on_sqlite.standing) == (404, before)


def test_a_challenge_comes_back_as_plain_text_and_nothing_else(wire: Wire) -> None:
    form = wire.subscribed()
    for challenge in (CHALLENGE, "<script>alert(1)</script>", "ü" * 1000, " "):
        answer = wire.hub.ask_back(form, **{"hub.challenge": challenge})
        assert (answer.status_code, answer.text) == (200, challenge)
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["x-content-type-options"] == "nosniff"


LEASES = {
    "as asked": (None, timedelta(days=10)),
    "shorter": ("86400", DAY),
    "very short": ("1", timedelta(minutes=1)),
    "absurd": ("9" * 30, timedelta(days=90)),
    "no number": ("soon", timedelta(days=10)),
    "negative": ("-5", timedelta(days=10)),
    "other digits": ("\u0661\u0662", timedelta(days=10)),
}


@pytest.mark.parametrize("case", LEASES)
def test_the_lease_is_the_hubs_within_bounds(on_sqlite: Wire, case: str) -> None:
    on_sqlite.hub.lease_seconds, lease = LEASES[case]
    add(on_sqlite.database, on_sqlite.feed)
    on_sqlite.run()
    assert on_sqlite.standing is not None
    assert on_sqlite.standing.lease_until == on_sqlite.now + lease


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signed_ping_makes_its_source_due(on_sqlite: Wire, method: str) -> None:
    on_sqlite.subscribed()
    assert on_sqlite.ping(b"\x00\xff news", method=method) == [202]
    assert (on_sqlite.pings, len(on_sqlite.pinged)) == (1, 1)


FORGERIES: dict[str, dict[str, Any]] = {
    "another secret": {"secret": "guessed"},
    "no signature": {"signature": None},
    "an unknown method": {"method": "md5"},
    "a method without a code": {"signature": "sha256="},
    "a code without a method": {"signature": "0" * 64},
    "no code at all": {"signature": "="},
}


@pytest.mark.parametrize("case", FORGERIES)
def test_a_ping_that_is_not_signed_by_the_hub_is_ignored_without_a_word(on_sqlite: Wire, case: str) -> None:
    on_sqlite.subscribed()
    with capture_logs() as logs:
        assert on_sqlite.ping(**FORGERIES[case]) == [202]
    assert (on_sqlite.pings, on_sqlite.pinged) == (0, ())
    assert [event["log_level"] for event in logs if event["event"] == "hub_ping_ignored"] == ["warning"]


def test_a_giant_ping_is_refused(wire: Wire) -> None:
    form = wire.subscribed()
    assert wire.ping(b"x" * 5_000_000) == [413]

    def chunks() -> Iterator[bytes]:
        for _ in range(500):
            yield b"x" * 10_000

    answer = wire.api.post(httpx.URL(form["hub.callback"]).path, content=chunks())
    assert answer.status_code == 413
    assert wire.pinged == ()


def test_a_ping_during_a_visit_is_followed_by_another(wire: Wire) -> None:
    wire.subscribed()
    answer = wire.feed_of(3)

    def is_pinged_meanwhile(_: Asked) -> Answer:
        wire.now += timedelta(seconds=1)
        wire.hub.distribute()
        wire.now += timedelta(seconds=1)
        return answer

    wire.server.on("/feed", is_pinged_meanwhile)
    wire.ping()
    assert wire.run(only=wire.pinged).ok == 1
    assert (wire.pinged, wire.next_fetch) == ((), wire.now + PING_GAP)
    wire.now += PING_GAP
    wire.server.on("/feed", answer)
    assert wire.run(only=wire.pinged).ok == 1
    assert (wire.pinged, wire.next_fetch) == ((), wire.now + POLL_AFTER_PING)


def test_no_ping_makes_us_ask_a_source_more_often_than_every_few_minutes(wire: Wire) -> None:
    wire.subscribed()
    visited = wire.now
    for _ in range(3):
        wire.now += timedelta(minutes=1)
        assert wire.hub.distribute() == [202]
        assert (wire.pinged, wire.next_fetch) == ((), visited + PING_GAP)
        with wire.database.read() as session:
            assert next_pinged_at(session) == visited + PING_GAP
    assert wire.pings == 3
    wire.now = visited + PING_GAP
    assert len(wire.pinged) == 1
    assert wire.run_now().ok == 1
    with wire.database.read() as session:
        assert next_pinged_at(session) is None


def test_a_ping_does_not_shorten_the_time_that_a_failing_source_has(wire: Wire) -> None:
    wire.subscribed()
    wire.server.on("/feed", Answer(status=429, headers={"Retry-After": "7200"}))
    wire.run()
    due = wire.next_fetch
    assert due == wire.now + 2 * HOUR
    assert wire.hub.distribute() == [202]
    assert (wire.pings, wire.pinged, wire.next_fetch) == (0, (), due)


# -- what hubs do ------------------------------------------------------------------------------------------------


def test_a_refusal_is_noted_with_its_reason_and_tried_again_after_a_week(wire: Wire) -> None:
    form = wire.subscribed()
    wire.run()
    assert wire.hub.deny(form, "not  for\nyou").status_code == 200
    assert wire.standing == HubStanding(wire.hub.url, "denied", None, "the hub denied it: not for you")
    assert wire.next_fetch is None
    assert wire.statuses(timedelta(days=6)) == ["unchanged"]
    assert len(wire.hub.requests) == 1
    wire.run(DAY)
    assert (wire.state, len(wire.hub.requests)) == ("live", 2)


def test_a_subscription_is_renewed_before_it_ends(wire: Wire) -> None:
    first = wire.subscribed()
    wire.run(timedelta(days=6, hours=22))
    assert len(wire.hub.requests) == 1
    wire.run(2 * HOUR)
    assert len(wire.hub.requests) == 2
    assert wire.hub.requests[1] == first
    assert wire.standing == HubStanding(wire.hub.url, "live", wire.now + timedelta(days=10))


def test_a_renewal_that_fails_leaves_the_subscription_alive_as_long_as_its_lease(wire: Wire) -> None:
    wire.subscribed()
    wire.hub.answer, wire.hub.asks_back = Answer(status=500), False
    wire.run(timedelta(days=7))
    assert (wire.state, wire.standing and wire.standing.error) == ("live", "HTTP 500 Internal Server Error")
    assert wire.next_fetch == wire.now + POLL_EVERY
    assert wire.ping() == [202]
    assert len(wire.pinged) == 1
    wire.run(timedelta(days=4))
    assert wire.state == "failed"
    assert wire.next_fetch is None
    wire.hub.answer, wire.hub.asks_back = Answer(status=202), True
    wire.run(DAY)
    assert (wire.state, wire.standing and wire.standing.error) == ("live", None)


AWKWARD: dict[str, tuple[Answer | Raw, str]] = {
    "broken": (Answer(status=500), "HTTP 500 Internal Server Error"),
    "refuses": (Answer(status=403), "HTTP 403 Forbidden"),
    "redirects": (redirect("/elsewhere", 308), "HTTP 308: it redirects to '/elsewhere', and a form is not sent on"),
    "redirects inside": (redirect("http://10.0.0.1/", 307), "a form is not sent on"),
    "hangs": (Raw([HOLD]), "read_timeout_s"),
    "drips": (Raw([b"HTTP/1.1 202 Accepted\r\nX: ", HOLD]), "read_timeout_s"),
    "hangs up": (Raw([]), "closed the connection"),
    "no HTTP": (Raw([b"no\r\n\r\n"]), "no proper HTTP"),
}


@pytest.mark.parametrize("case", AWKWARD)
def test_a_hub_that_fails_is_said_in_words_tried_later_and_costs_its_source_nothing(on_sqlite: Wire, case: str) -> None:
    answer, words = AWKWARD[case]
    on_sqlite.server.on("/hub", answer)
    add(on_sqlite.database, on_sqlite.feed)
    limits = {"read_timeout_s": 0.3}
    summary = on_sqlite.run(limits=limits)
    assert (summary.exit_code, [(r.status, r.new) for r in summary.results]) == (0, [("ok", 3)])
    assert on_sqlite.standing is not None
    assert (on_sqlite.standing.state, on_sqlite.standing.lease_until) == ("failed", None)
    assert words in (on_sqlite.standing.error or "")
    assert on_sqlite.statuses(timedelta(minutes=10), limits=limits) == ["unchanged"]
    assert on_sqlite.server.paths.count("/hub") == 1
    on_sqlite.run(timedelta(minutes=6), limits=limits)
    on_sqlite.run(timedelta(minutes=20), limits=limits)
    assert on_sqlite.server.paths.count("/hub") == 2
    assert on_sqlite.next_fetch is None
    on_sqlite.server.on("/hub", on_sqlite.hub)
    on_sqlite.run()
    assert on_sqlite.standing == HubStanding(on_sqlite.hub.url, "live", on_sqlite.now + timedelta(days=10))
    assert "/elsewhere" not in on_sqlite.server.paths


def test_a_hub_on_the_inside_is_not_asked(wire: Wire) -> None:
    with LoopbackServer() as inside:
        wire.serve("/feed", 3, hub=inside.url("/hub"))
        add(wire.database, wire.feed)
        assert wire.run().ok == 1
        assert inside.asked == []
    assert wire.standing is not None
    assert "127.0.0.1 is a loopback address" in (wire.standing.error or "")


def test_a_hub_that_asks_for_time_gets_it(wire: Wire) -> None:
    wire.hub.answer, wire.hub.asks_back = Answer(status=503, headers={"Retry-After": "36000"}), False
    add(wire.database, wire.feed)
    wire.run()
    wire.run(9 * HOUR)
    assert len(wire.hub.requests) == 1
    wire.run(HOUR)
    assert len(wire.hub.requests) == 2


def test_a_hub_that_never_asks_back_is_waited_for_longer_and_longer(wire: Wire) -> None:
    wire.hub.asks_back = False
    add(wire.database, wire.feed)
    wire.run()
    assert wire.standing == HubStanding(wire.hub.url, "pending")
    for _ in range(DORMANT_AFTER):
        wire.run(DAY)
    assert (wire.state, wire.standing and wire.standing.error) == ("pending", UNCONFIRMED)
    assert len(wire.hub.requests) == DORMANT_AFTER + 1
    wire.run(6 * DAY)
    assert len(wire.hub.requests) == DORMANT_AFTER + 1
    wire.run(DAY)
    assert len(wire.hub.requests) == DORMANT_AFTER + 2
    assert wire.next_fetch is None


def test_a_hub_that_asks_back_late_is_answered(wire: Wire) -> None:
    wire.hub.asks_back = False
    add(wire.database, wire.feed)
    wire.run()
    wire.now += HOUR
    assert wire.hub.ask_back(wire.hub.requests[0]).text == CHALLENGE
    assert wire.standing == HubStanding(wire.hub.url, "live", wire.now + timedelta(days=10))
    wire.run()
    assert len(wire.hub.requests) == 1


def test_a_hub_that_confirms_and_then_fails_has_confirmed(wire: Wire) -> None:
    wire.hub.answer = Answer(status=500)
    wire.subscribed()
    assert wire.standing == HubStanding(wire.hub.url, "live", wire.now + timedelta(days=10))


def test_a_dead_hub_of_many_sources_is_left_alone_after_a_few_requests(wire: Wire) -> None:
    wire.server.on("/hub", Answer(status=500))
    for number in range(GIVE_UP_AFTER + 4):
        add(wire.database, wire.serve(f"/{number}", 1, topic=f"http://wire.example/{number}"))
    assert wire.run().failed == 0
    assert wire.server.paths.count("/hub") == GIVE_UP_AFTER
    wire.run(timedelta(minutes=1))
    assert wire.server.paths.count("/hub") == 2 * GIVE_UP_AFTER


def test_requests_end_in_time_and_what_is_left_is_for_the_next_run(wire: Wire) -> None:
    wire.server.on("/hub", Raw([HOLD]))
    there, wire.callbacks = wire.callbacks, None
    add(wire.database, wire.feed)
    wire.run()
    assert there is not None

    async def ask() -> None:
        async with Client(limits_for(wire.server)) as client:
            errands = HubErrands(
                wire.database,
                client,
                callbacks=there,
                now=lambda: wire.now,
                chance=lambda: 0.0,
                writer=writer,
                max_seconds=0.3,
            )
            await errands.run()

    with ThreadPoolExecutor(1) as writer, capture_logs() as logs:
        asyncio.run(ask())
    assert [event["event"] for event in logs] == ["hubs_unfinished"]
    assert wire.state == "pending"
    wire.server.on("/hub", wire.hub)
    wire.callbacks = there
    wire.run()
    assert wire.state == "live"


# -- the end of a subscription -----------------------------------------------------------------------------------


def test_the_hub_of_a_removed_source_is_told(wire: Wire) -> None:
    form = wire.subscribed()
    source_id = source(wire.database, wire.feed).public_id
    assert wire.api.delete(f"/api/v1/sources/{source_id}", headers=KEY).status_code == 204
    assert wire.hub.distribute() == [410]
    assert wire.hub.ask_back(form).status_code == 404
    wire.run()
    assert wire.hub.requests[1:] == [
        {name: form[name] for name in ("hub.topic", "hub.callback", "hub.verify")} | {"hub.mode": "unsubscribe"}
    ]
    assert (wire.hub.subscribers, wire.goodbyes) == ({}, 0)
    assert wire.hub.ask_back(wire.hub.requests[1]).status_code == 404
    wire.run()
    assert len(wire.hub.requests) == 2


def test_a_source_that_leaves_and_comes_back_subscribes_anew(wire: Wire) -> None:
    form = wire.subscribed()
    with wire.database.write() as session:
        remove_source(session, wire.feed)
    again = wire.subscribed()
    modes = [request["hub.mode"] for request in wire.hub.requests]
    assert sorted(modes) == ["subscribe", "subscribe", "unsubscribe"]
    assert wire.hub.subscribers.keys() != {(form["hub.topic"], form["hub.callback"])}
    assert len(wire.hub.subscribers) == 1
    assert again["hub.topic"] == form["hub.topic"]


def test_a_source_that_is_switched_off_is_unsubscribed_and_subscribed_again_when_it_is_on(wire: Wire) -> None:
    form = wire.subscribed()
    wire.switch(enabled=False)
    assert wire.hub.distribute() == [404]
    assert wire.hub.ask_back(form).status_code == 404
    wire.run()
    assert (wire.hub.requests[-1]["hub.mode"], wire.hub.subscribers) == ("unsubscribe", {})
    assert wire.state == "offered"
    wire.run()
    assert len(wire.hub.requests) == 2
    wire.switch(enabled=True)
    wire.run()
    assert wire.state == "live"
    assert wire.hub.requests[-1]["hub.callback"] != form["hub.callback"]
    assert wire.hub.requests[-1]["hub.secret"] != form["hub.secret"]


def test_a_goodbye_that_is_not_heard_is_said_again_and_then_no_more(wire: Wire) -> None:
    wire.subscribed()
    wire.hub.answer, wire.hub.asks_back = Answer(status=500), False
    with wire.database.write() as session:
        remove_source(session, wire.feed)
    for _ in range(LAST_GOODBYE + 3):
        wire.run(DAY)
    assert [form["hub.mode"] for form in wire.hub.requests[1:]] == ["unsubscribe"] * LAST_GOODBYE
    assert wire.goodbyes == 0


def test_another_hub_or_topic_is_another_subscription(wire: Wire) -> None:
    form = wire.subscribed()
    other = Hub(wire.server, "/hub2")
    wire.serve("/feed", 4, hub=other.url, topic="http://wire.example/new")
    wire.run()
    assert wire.standing == HubStanding(other.url, "live", wire.now + timedelta(days=10))
    assert [request["hub.topic"] for request in other.requests] == ["http://wire.example/new"]
    assert wire.hub.subscribers == {}
    assert wire.hub.distribute() == []
    assert other.requests[0]["hub.callback"] != form["hub.callback"]
    other.close()


def test_a_source_that_names_no_hub_any_more_is_polled_as_before(wire: Wire) -> None:
    wire.subscribed()
    wire.serve("/feed", 4, hub=None)
    wire.run()
    assert (wire.standing, wire.hub.subscribers, wire.next_fetch) == (None, {}, None)


def test_another_address_of_ours_is_told_to_the_hub(wire: Wire) -> None:
    form = wire.subscribed()
    assert wire.callbacks is not None
    wire.callbacks = wire.callbacks.replace("127.0.0.1", "localhost")
    wire.run()
    assert wire.state == "live"
    assert wire.hub.requests[1]["hub.callback"].startswith(wire.callbacks)
    assert wire.hub.requests[1]["hub.secret"] != form["hub.secret"]
    wire.run()
    assert len(wire.hub.requests) == 2


def test_a_source_that_goes_takes_its_subscription_along(wire: Wire) -> None:
    wire.subscribed()
    with wire.database.engine.begin() as connection:
        connection.execute(text("delete from source"))
        assert connection.scalar(select(func.count()).select_from(HubSubscription)) == 0


# -- pings at once -----------------------------------------------------------------------------------------------


def test_many_pings_at_once_are_all_taken(wire: Wire) -> None:
    wire.subscribed()
    wire.now += PING_GAP
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.extend(wire.hub.distribute())) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (statuses, len(wire.pinged)) == ([202] * 20, 1)
    wire.run(only=wire.pinged)
    assert wire.pinged == ()
