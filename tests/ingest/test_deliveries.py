"""Messages on their way: real receivers and a real mail server on loopback, schedules by a clock that is passed in."""

from __future__ import annotations

import asyncio
import json
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from email.message import EmailMessage
from functools import partial
from select import select as select_files
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from structlog.testing import capture_logs

from api.messages import compose_message
from api.saved_queries import saved_query_reader
from ingest.chats import CHATS, chat_body
from ingest.client import Client
from ingest.deliveries import (
    AT_ONE_HOST,
    RETRY_AFTER,
    DeliverySummary,
    MailSettings,
    Places,
    Setback,
    Verdict,
    after_setback,
    deliver,
    queue_all,
)
from ingest.errors import MailError
from ingest.headlines import Bulletin, Headline, bulletin_of
from ingest.mail import Letter, mail_of
from ingest.smtp import MailServer, send_mail
from store.database import Database
from store.deliveries import Candidate
from store.models import Delivery
from store.records import DeliveryRecord, SubscriptionInput, SubscriptionRecord
from store.subscriptions import (
    add_subscription,
    get_subscription,
    list_deliveries,
    queue_test,
    rotate_secret,
    update_subscription,
)
from tests.ingest.conftest import limits_for
from tests.mailboxes import Mailbox, mail_server
from tests.servers import HOLD, Answer, Asked, LoopbackServer, Raw, Reply, redirect
from tests.store.factories import EXCHANGE, make_analysis, make_entry, make_source, store_post

NOW = datetime(2026, 11, 24, 3, 17, tzinfo=UTC)
TAKEN = Answer(status=204, content_type=None)


class ThatDay(datetime):
    """The clock of the reference library, which refuses what is older than five minutes."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # the library asks for no more
        return NOW.astimezone(tz)


@pytest.fixture(autouse=True)
def _receivers_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standardwebhooks.webhooks.datetime", ThatDay)


@dataclass
class Desk:
    """Subscriptions over a database, and runs of deliveries at a time that a test moves on."""

    database: Database
    server: LoopbackServer
    now: datetime = NOW
    mail: MailSettings | None = None
    limits: dict[str, Any] = field(default_factory=dict)
    posts: int = 0

    def subscribe(self, address: str, kind: str = "webhook", **fields: Any) -> tuple[str, str]:
        wanted = SubscriptionInput("posts", fields.pop("query", {}), cast("Any", kind), address, **fields)
        with self.database.write() as session:
            record, secret = add_subscription(session, wanted, now=self.now)
        return record.public_id, secret

    def post(self, title: str, **fields: Any) -> None:
        self.posts += 1
        with self.database.write() as session:
            source = make_source(session, f"http://wire.example/{self.posts}")
            store_post(session, source, make_entry(f"{self.posts}", title=title, **fields), make_analysis(EXCHANGE))

    def queue(self) -> int:
        read_query = partial(saved_query_reader, event_types=())
        return queue_all(self.database, read_query=read_query, compose=compose_message, now=lambda: self.now)

    def send(self, **options: Any) -> DeliverySummary:
        async def run() -> DeliverySummary:
            async with Client(limits_for(self.server, max_redirects=0, **self.limits)) as client:
                return await deliver(
                    self.database, client, mail=self.mail, now=lambda: self.now, chance=lambda: 0.0, **options
                )

        return asyncio.run(run())

    def tell(self, title: str, **options: Any) -> DeliverySummary:
        """A new post, told."""
        self.post(title)
        self.queue()
        return self.send(**options)

    def state(self, public_id: str) -> SubscriptionRecord:
        with self.database.read() as session:
            return get_subscription(session, public_id)

    def messages(self, public_id: str) -> tuple[DeliveryRecord, ...]:
        with self.database.read() as session:
            return list_deliveries(session, public_id, limit=50)


@pytest.fixture
def desk(database: Database, server: LoopbackServer) -> Desk:
    return Desk(database, server)


@pytest.fixture
def on_sqlite(sqlite_url: str, server: LoopbackServer) -> Iterator[Desk]:
    database = Database(sqlite_url)
    yield Desk(database, server)
    database.close()


def in_turn(*replies: Reply) -> Callable[[Asked], Reply]:
    """One reply after the other, the last for good."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


# -- webhooks ------------------------------------------------------------------------------------------------------


def test_a_webhook_is_what_the_reference_library_takes(desk: Desk) -> None:
    public_id, secret = desk.subscribe(desk.server.on("/hook", TAKEN), name="Mail")
    assert desk.tell("Exchange news").delivered == 1
    (asked,) = desk.server.asked
    message = Webhook(secret).verify(asked.body, dict(asked.headers))
    assert asked.method == "POST"
    assert asked.headers["content-type"] == "application/json"
    assert message["type"] == "posts.new"
    assert message["timestamp"] == desk.now.isoformat().replace("+00:00", "Z")
    assert message["data"]["subscription"] == {"id": public_id, "name": "Mail"}
    (item,) = message["data"]["items"]
    assert (item["title"], item["products"][0]["slug"], item["url"]) == (
        "Exchange news", "exchange", "http://wire.example/1",
    )  # fmt: skip
    (told,) = desk.messages(public_id)
    assert (told.id, told.state, told.attempts, told.last_status) == (asked.headers["webhook-id"], "delivered", 1, 204)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(asked.body + b" ", dict(asked.headers))


def test_while_a_secret_is_changed_over_both_verify(on_sqlite: Desk) -> None:
    public_id, former = on_sqlite.subscribe(on_sqlite.server.on("/hook", TAKEN))
    with on_sqlite.database.write() as session:
        secret = rotate_secret(session, public_id, now=on_sqlite.now)
        queue_test(session, public_id, compose=compose_message, now=on_sqlite.now)
    on_sqlite.send()
    (asked,) = on_sqlite.server.asked
    for valid in (secret, former):
        assert Webhook(valid).verify(asked.body, dict(asked.headers))["type"] == "test"
    assert len(asked.headers["webhook-signature"].split()) == 2


def test_what_was_not_taken_is_sent_again_with_its_id_by_the_schedule(desk: Desk) -> None:
    failing = Answer(b"down", status=500)
    public_id, _ = desk.subscribe(desk.server.on("/hook", in_turn(failing, failing, TAKEN)))
    assert desk.tell("one").exit_code == 1
    assert desk.send().failed == 0  # it is not due
    desk.now += timedelta(seconds=5)
    assert desk.send().failed == 1
    assert desk.state(public_id).failures == 2
    desk.now += timedelta(minutes=5)
    assert desk.send().delivered == 1
    first, second, third = desk.server.asked
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == third.headers["webhook-id"]
    assert first.body == third.body
    assert int(third.headers["webhook-timestamp"]) == int(desk.now.timestamp())
    assert desk.state(public_id).failures == 0


def test_after_ten_attempts_in_75_hours_the_subscription_is_switched_off_with_its_reason(on_sqlite: Desk) -> None:
    public_id, _ = on_sqlite.subscribe(on_sqlite.server.on("/hook", Answer(status=503)))
    begun = on_sqlite.now
    on_sqlite.tell("one")
    for wait in RETRY_AFTER:
        assert on_sqlite.state(public_id).enabled
        on_sqlite.now += wait
        summary = on_sqlite.send()
    assert summary.switched_off == 1
    assert on_sqlite.now - begun == timedelta(hours=75, minutes=35, seconds=5)
    assert len(on_sqlite.server.asked) == 10
    off = on_sqlite.state(public_id)
    assert off.disabled_reason == "10 attempts at a message came to nothing, the last: HTTP 503 Service Unavailable"
    assert [message.state for message in on_sqlite.messages(public_id)] == ["failed"]
    on_sqlite.server.on("/hook", TAKEN)
    with on_sqlite.database.write() as session:
        update_subscription(session, public_id, now=on_sqlite.now, enabled=True)
    assert on_sqlite.send().delivered == 1


def test_410_switches_off_at_once(desk: Desk) -> None:
    public_id, _ = desk.subscribe(desk.server.on("/hook", Answer(status=410)))
    assert desk.tell("one").switched_off == 1
    off = desk.state(public_id)
    assert (off.enabled, off.disabled_reason) == (False, "its receiver wants no more: HTTP 410 Gone")
    desk.now += timedelta(days=1)
    desk.tell("two")
    assert len(desk.server.asked) == 1


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        pytest.param(redirect("/elsewhere", 302), "302", id="302"),
        pytest.param(redirect("/elsewhere", 307), "307", id="307"),
        pytest.param(redirect("/elsewhere", 308), "308", id="308"),
        pytest.param(Answer(status=304, content_type=None), "304", id="304"),
        pytest.param(Answer(status=404), "404", id="404"),
        pytest.param(Raw([b"HTTP/1.1 200 OK\r\n", HOLD]), "read_timeout_s", id="an answer that never ends its header"),
        pytest.param(Raw([b"SSH-2.0-x\r\n"]), "", id="no HTTP"),
        pytest.param(Raw([]), "", id="hangs up"),
        pytest.param(Raw([b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000]), "header", id="endless header"),
    ],
)
def test_what_is_no_2xx_is_no_delivery_and_nothing_is_followed(on_sqlite: Desk, reply: Reply, said: str) -> None:
    on_sqlite.server.on("/elsewhere", TAKEN)
    if said == "read_timeout_s":
        on_sqlite.limits = {"read_timeout_s": 0.5}
    public_id, _ = on_sqlite.subscribe(on_sqlite.server.on("/hook", reply))
    assert on_sqlite.tell("one").failed == 1
    (told,) = on_sqlite.messages(public_id)
    assert (told.state, told.delivered_at) == ("pending", None)
    assert said in (told.last_error or "")
    assert on_sqlite.server.paths == ["/hook"]


@pytest.mark.parametrize("location", ["/hook/secret/", "https://127.0.0.1/hook/secret", "?token=secret"])
def test_a_redirect_tells_nobody_the_address_of_a_chat(on_sqlite: Desk, location: str) -> None:
    address = on_sqlite.server.on("/hook/secret?token=secret", redirect(location, 308))
    public_id, _ = on_sqlite.subscribe(address, "chat", format="slack")
    assert on_sqlite.tell("one").failed == 1
    (told,) = on_sqlite.messages(public_id)
    assert told.last_error == "HTTP 308: it redirects, and a message is not sent on"


def test_an_endless_answer_is_not_read(on_sqlite: Desk) -> None:
    begun = b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n" + b"x" * 10_000
    on_sqlite.subscribe(on_sqlite.server.on("/hook", Raw([begun, HOLD])))
    assert on_sqlite.tell("one").delivered == 1


def test_addresses_inside_are_refused_at_the_dial(on_sqlite: Desk) -> None:
    with LoopbackServer() as inside:
        public_id, _ = on_sqlite.subscribe(inside.on("/hook?token=secret", TAKEN))
        assert on_sqlite.tell("one").failed == 1
        assert inside.asked == []
    (told,) = on_sqlite.messages(public_id)
    assert "secret" not in (told.last_error or "")
    assert told.last_error


def test_a_slow_receiver_holds_up_no_other(on_sqlite: Desk) -> None:
    others_told = threading.Event()
    taken = []

    def slow(_: Asked) -> Reply:
        return TAKEN if others_told.wait(10) else Answer(status=500)

    def quick(asked: Asked) -> Reply:
        taken.append(asked.path)
        if len(taken) == 6:
            others_told.set()
        return TAKEN

    on_sqlite.subscribe(on_sqlite.server.on("/slow", slow))
    for number in range(3):
        on_sqlite.subscribe(on_sqlite.server.on(f"/{number}", quick))
    on_sqlite.post("one")
    on_sqlite.queue()
    on_sqlite.post("two")
    on_sqlite.queue()
    summary = on_sqlite.send(concurrency=2)
    assert (summary.delivered, summary.failed, summary.waiting) == (8, 0, 0)


def test_one_host_that_hangs_holds_up_no_other_however_many_push_to_it(on_sqlite: Desk) -> None:
    others_told = threading.Event()
    taken = []

    def hangs(_: Asked) -> Reply:
        return TAKEN if others_told.wait(20) else Answer(status=500)

    def quick(asked: Asked) -> Reply:
        taken.append(asked.path)
        if len(taken) == 6:
            others_told.set()
        return TAKEN

    with LoopbackServer() as hanging:
        on_sqlite.limits = {"allow": frozenset({on_sqlite.server.place, hanging.place})}
        for number in range(12):
            on_sqlite.subscribe(hanging.on(f"/{number}", hangs))
        for number in range(6):
            on_sqlite.subscribe(on_sqlite.server.on(f"/{number}", quick))
        summary = on_sqlite.tell("one", concurrency=AT_ONE_HOST + 1)
        assert (summary.delivered, summary.failed) == (18, 0)
        assert hanging.most_at_once == AT_ONE_HOST


def test_those_that_failed_the_last_time_leave_room_for_others_of_their_host(on_sqlite: Desk) -> None:
    for number in range(4):
        on_sqlite.subscribe(on_sqlite.server.on(f"/{number}", Answer(status=500)))
    assert on_sqlite.tell("one").failed == 4
    told = threading.Event()

    def hangs(_: Asked) -> Reply:
        return TAKEN if told.wait(20) else Answer(status=500)

    def quick(_: Asked) -> Reply:
        told.set()
        return TAKEN

    for number in range(4):
        on_sqlite.server.on(f"/{number}", hangs)
    on_sqlite.now += RETRY_AFTER[0]
    on_sqlite.subscribe(on_sqlite.server.on("/quick", quick))
    on_sqlite.post("two")
    on_sqlite.queue()
    summary = on_sqlite.send()
    assert (summary.failed, summary.waiting) == (0, 0)
    assert summary.delivered == 4 + 4 + 1


def test_a_receiver_that_is_down_for_days_is_tried_by_the_schedule_whatever_piles_up(on_sqlite: Desk) -> None:
    """Runs just before an attempt is due make none, and what comes meanwhile is no attempt of its own."""
    nobody_listens = f"http://127.0.0.1:{unused_port()}/hook?token=secret"
    on_sqlite.limits = {"allow": frozenset({on_sqlite.server.place, ("127.0.0.1", urlsplit(nobody_listens).port or 0)})}
    public_id, _ = on_sqlite.subscribe(nobody_listens)
    well, _ = on_sqlite.subscribe(on_sqlite.server.on("/well", TAKEN))
    assert on_sqlite.tell("0").failed == 1
    for number, wait in enumerate(RETRY_AFTER, 1):
        assert on_sqlite.state(public_id).enabled
        assert on_sqlite.state(public_id).failures == number
        on_sqlite.now += wait - timedelta(seconds=1)
        on_sqlite.post(str(number))
        on_sqlite.queue()
        assert on_sqlite.send().failed == 0
        on_sqlite.now += timedelta(seconds=1)
        assert on_sqlite.send().failed == 1
    off = on_sqlite.state(public_id)
    assert (off.enabled, off.failures, off.waiting) == (False, 10, 9)
    assert (off.disabled_reason or "").startswith("10 attempts at a message came to nothing, the last: ")
    assert "secret" not in (off.disabled_reason or "")
    assert on_sqlite.state(well).waiting == 0
    assert len(on_sqlite.server.asked) == 10
    on_sqlite.now += timedelta(days=30)
    assert on_sqlite.tell("more").failed == 0


def unused_port() -> int:
    """One at which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def test_a_fault_of_ours_in_one_message_keeps_no_other_from_being_sent(desk: Desk) -> None:
    broken, _ = desk.subscribe(desk.server.on("/chat", TAKEN), "chat", format="slack")
    desk.subscribe(desk.server.on("/hook", TAKEN))
    desk.post("one")
    desk.queue()
    with desk.database.write() as session:
        message = session.scalars(select(Delivery).order_by(Delivery.id)).first()
        assert message is not None
        message.payload = "no JSON"
    summary = desk.send()
    assert (summary.delivered, summary.failed, summary.faults, summary.exit_code) == (1, 1, 1, 1)
    assert desk.messages(broken)[0].last_error == "a fault in handling it: JSONDecodeError"


def test_no_more_than_so_many_are_under_way_and_each_subscription_in_its_order(desk: Desk) -> None:
    for number in range(6):
        desk.subscribe(desk.server.on(f"/{number}", TAKEN))
    for title in ("one", "two"):
        desk.post(title)
        desk.queue()
    assert desk.send(concurrency=3).delivered == 12
    assert desk.server.most_at_once <= 3
    for number in range(6):
        bodies = [json.loads(asked.body) for asked in desk.server.asked if asked.path == f"/{number}"]
        assert [body["data"]["items"][0]["title"] for body in bodies] == ["one", "two"]


def test_two_deliverers_at_once_send_no_message_twice(desk: Desk) -> None:
    for number in range(10):
        desk.subscribe(desk.server.on(f"/{number}", TAKEN))
    for title in ("one", "two"):
        desk.post(title)
        desk.queue()
    other = replace(desk, database=Database(desk.database.engine.url.render_as_string(hide_password=False)))
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(each.send, concurrency=4) for each in (desk, other)]
        summaries = [run.result() for run in runs]
    other.database.close()
    assert sum(summary.delivered for summary in summaries) == 20
    ids = [asked.headers["webhook-id"] for asked in desk.server.asked]
    assert len(ids) == len(set(ids)) == 20


def test_two_that_queue_at_once_make_each_message_once(desk: Desk) -> None:
    ids = [desk.subscribe("http://receiver.example/")[0] for _ in range(8)]
    for title in ("one", "two", "three"):
        desk.post(title)
    other = replace(desk, database=Database(desk.database.engine.url.render_as_string(hide_password=False)))
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(each.queue) for each in (desk, other)]
        assert sum(run.result() for run in runs) == 8
    other.database.close()
    assert [desk.state(public_id).waiting for public_id in ids] == [1] * 8


def test_a_run_ends_when_it_is_told_to(on_sqlite: Desk) -> None:
    on_sqlite.subscribe(on_sqlite.server.on("/hook", TAKEN))
    assert on_sqlite.tell("one", stopped=lambda: True).waiting == 1
    assert on_sqlite.send(max_seconds=-1.0).waiting == 1
    assert on_sqlite.server.asked == []


def candidates(*hosts: str, is_failing: bool = False, first: int = 0) -> list[Candidate]:
    return [
        Candidate(number, "webhook", f"http://{host}/{number}", is_failing) for number, host in enumerate(hosts, first)
    ]


def test_places_are_given_in_order_within_the_bounds_of_all_and_of_each_host() -> None:
    places = Places(6)
    due = candidates(*["a.example"] * 5, "b.example", "A.example", "c.example", "d.example")
    assert [candidate.row_id for candidate in places.choose(due)] == [0, 1, 2, 3, 5, 7]
    assert places.free == 0
    places.keep_only({1, 2, 3})
    assert [candidate.row_id for candidate in places.choose(due[4:])] == [4, 5, 7]


def test_who_failed_the_last_time_gets_half_of_the_places_at_most() -> None:
    places = Places(8)
    failing = candidates(*["a.example"] * 3, *[f"{number}.example" for number in range(5)], is_failing=True)
    assert [candidate.row_id for candidate in places.choose(failing)] == [0, 1, 3, 4]
    well = candidates(*["a.example"] * 3, "b.example", "c.example", first=100)
    assert [candidate.row_id for candidate in places.choose(well)] == [100, 101, 103, 104]


def test_with_one_place_who_failed_has_it_when_nobody_else_does() -> None:
    assert len(Places(1).choose(candidates("a.example", "b.example", is_failing=True))) == 1


# -- rules ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setback", "attempts", "chance", "wait"),
    [
        pytest.param(Setback("x"), 1, 0.0, timedelta(seconds=5), id="first"),
        pytest.param(Setback("x", 500), 9, 0.0, timedelta(hours=24), id="ninth"),
        pytest.param(Setback("x"), 2, 0.5, timedelta(minutes=5.25), id="jitter"),
        pytest.param(Setback("x", 429, "3600"), 1, 0.0, timedelta(hours=1), id="the receiver asks for more"),
        pytest.param(Setback("x", 429, "1"), 3, 0.0, timedelta(minutes=30), id="the receiver asks for less"),
        pytest.param(Setback("x", 503, "99999999999"), 1, 0.0, timedelta(days=1), id="the receiver asks for too much"),
    ],
)
def test_the_wait_after_an_attempt(setback: Setback, attempts: int, chance: float, wait: timedelta) -> None:
    assert after_setback(setback, attempts, now=NOW, chance=chance) == Verdict(NOW + wait)


# -- chats ---------------------------------------------------------------------------------------------------------

AS_MARKDOWN = (
    "S \\<\\!here\\>\n- [\\<\\!channel\\> @\u200ball \\*b\\* \\[x\\]\\(http://\u200bevil\\.example\\) "
    "\\| a & b](http://a.example/?a=1&b=%3C|%29) Wire, @\u200bhere"
)
HOSTILE = Headline("<!channel> @all *b* [x](http://evil.example) | a & b", "http://a.example/?a=1&b=<|)", "Wire, @here")


@pytest.mark.parametrize(
    ("format_", "expected"),
    [
        pytest.param(
            "slack",
            {
                "text": "S &lt;!here&gt;\n• <http://a.example/?a=1&amp;b=&lt;%7C)|&lt;!channel&gt; @all *b* "
                "[x](http://evil.example) ¦ a &amp; b> Wire, @here",
                "unfurl_links": False,
            },
            id="slack",
        ),
        pytest.param("mattermost", {"text": AS_MARKDOWN}, id="mattermost"),
        pytest.param("discord", {"content": AS_MARKDOWN, "allowed_mentions": {"parse": []}}, id="discord"),
    ],
)
def test_a_chat_gets_text_and_nobody_is_called_by_it(format_: str, expected: dict[str, Any]) -> None:
    assert chat_body(CHATS[format_], Bulletin("S <!here>", (HOSTILE,))) == expected


@pytest.mark.parametrize("format_", CHATS)
def test_a_long_message_is_cut_to_what_the_chat_takes(format_: str) -> None:
    chat = CHATS[format_]
    headlines = tuple(Headline("<" * 300, f"http://a.example/{number}", "about") for number in range(50))
    body = chat_body(chat, Bulletin("S", headlines))
    text = str(body.get("text") or body.get("content"))
    assert len(text) <= chat.max_chars
    assert text.rsplit("\n", 1)[1].startswith("… ")
    assert chat_body(chat, Bulletin("S", headlines[:1]))


def test_a_chat_is_told(desk: Desk) -> None:
    public_id, _ = desk.subscribe(desk.server.on("/chat", TAKEN), "chat", format="slack", name="Ops")
    assert desk.tell("One & two").delivered == 1
    (asked,) = desk.server.asked
    text = json.loads(asked.body)["text"]
    assert text.startswith("Ops: 1 new post: One &amp; two\n• <http://wire.example/1|One &amp; two>")
    assert "webhook-signature" not in asked.headers
    assert desk.messages(public_id)[0].state == "delivered"


# -- mail ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, MailServer]]:
    with mail_server() as running:
        yield running


def test_news_are_one_mail_with_a_way_out(desk: Desk, mailbox: tuple[Mailbox, MailServer]) -> None:
    box, server = mailbox
    desk.mail = MailSettings(server, "news@wire.example", "https://wire.example")
    public_id, _ = desk.subscribe("ana@example.org", "email", name="Mail\r\nBcc: all@example.org")
    desk.post("Ärger mit\nBcc: x@example.org", summary="<b>Kurz & gut</b>", url="javascript:alert(1)")
    desk.post("Second <i>title</i>")
    desk.queue()
    assert desk.send().delivered == 1
    ((sender, recipients, mail),) = box.mails
    assert (sender, recipients) == ("news@wire.example", ["ana@example.org"])
    assert mail["Subject"] == "Mail Bcc: all@example.org: 2 new posts: Ärger mit Bcc: x@example.org"
    assert (mail["From"], mail["To"], mail["Bcc"]) == ("Hostwire <news@wire.example>", "ana@example.org", None)
    assert mail["Message-ID"] == f"<{desk.messages(public_id)[0].id}@wire.example>"
    way_out = mail["List-Unsubscribe"].strip("<>")
    assert way_out.startswith(f"https://wire.example/unsubscribe/{public_id}/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text, html = (cast("EmailMessage", mail.get_body((kind,))).get_content() for kind in ("plain", "html"))
    assert "Ärger mit Bcc: x@example.org" in text
    assert "http://wire.example/2" in text
    assert way_out in text
    assert "Second &lt;i&gt;title&lt;/i&gt;</a>" in html
    assert "&lt;b&gt;Kurz &amp; gut&lt;/b&gt;" in html
    assert "javascript" not in text + html


def test_the_way_out_stands_in_the_mail_as_it_is() -> None:
    """An encoded word, as the library makes of what is longer than a line, is no address to a mail program."""
    way_out = f"https://wire.example/unsubscribe/{'5' * 36}/{'a' * 32}"
    letter = Letter("msg_1", "news@wire.example", "ana@example.org", way_out, Bulletin("News", ()))
    mail = mail_of(letter, now=NOW)
    assert f"\r\nList-Unsubscribe: <{way_out}>\r\n".encode() in mail.as_bytes()
    assert f"\r\nList-Unsubscribe: <{way_out}>\r\n" in mail.as_string()


def test_a_mail_that_cannot_be_made_keeps_no_other_from_being_sent(
    on_sqlite: Desk, mailbox: tuple[Mailbox, MailServer]
) -> None:
    box, server = mailbox
    on_sqlite.mail = MailSettings(server, "news@wire.example", "https://wire.example")
    public_id, _ = on_sqlite.subscribe("ana@example..org", "email")
    on_sqlite.subscribe("ben@example.org", "email")
    done = on_sqlite.tell("one")
    assert (done.delivered, done.failed) == (1, 1)
    assert [recipients for _, recipients, _ in box.mails] == [["ben@example.org"]]
    (told,) = on_sqlite.messages(public_id)
    assert (told.last_error or "").startswith("no mail can be made of it")


def test_a_mail_that_was_refused_is_tried_again(on_sqlite: Desk, mailbox: tuple[Mailbox, MailServer]) -> None:
    box, server = mailbox
    box.refuse = "450 try later"
    on_sqlite.mail = MailSettings(server, "news@wire.example", "http://wire.example")
    public_id, _ = on_sqlite.subscribe("ana@example.org", "email")
    assert on_sqlite.tell("one").failed == 1
    (told,) = on_sqlite.messages(public_id)
    assert (told.last_status, told.last_error) == (450, "the mail server refused the recipient: try later")
    box.refuse = None
    on_sqlite.now += timedelta(seconds=5)
    assert on_sqlite.send().delivered == 1
    assert box.mails[0][2]["List-Unsubscribe-Post"] is None  # RFC 8058 takes https alone


@pytest.mark.parametrize("is_tls", [pytest.param(False, id="plain"), pytest.param(True, id="TLS")])
def test_where_nobody_listens_mails_are_tried_again(on_sqlite: Desk, is_tls: bool) -> None:
    server = MailServer("127.0.0.1", 1, is_tls=is_tls)
    on_sqlite.mail = MailSettings(server, "news@wire.example", "http://wire.example")
    public_id, _ = on_sqlite.subscribe("ana@example.org", "email")
    assert on_sqlite.tell("one").failed == 1
    assert "cannot be used" in (on_sqlite.messages(public_id)[0].last_error or "")


def test_mails_wait_for_the_settings_of_a_mail_server_and_hold_up_nothing(
    desk: Desk, mailbox: tuple[Mailbox, MailServer]
) -> None:
    """However long that takes: no attempt is made, and no subscription switched off."""
    box, server = mailbox
    public_id, _ = desk.subscribe("ana@example.org", "email")
    desk.subscribe(desk.server.on("/hook", TAKEN))
    with capture_logs() as logs:
        done = desk.tell("one", concurrency=1)
    assert (done.delivered, done.failed, done.waiting) == (1, 0, 1)
    (warning,) = (line for line in logs if line["event"] == "mails_wait")
    assert warning["subscriptions"] == 1
    assert "HOSTWIRE_SMTP_URL" in warning["needed"]
    for _ in range(len(RETRY_AFTER) + 2):
        desk.now += timedelta(days=2)
        assert (desk.send().failed, desk.send().waiting) == (0, 1)
    (told,) = desk.messages(public_id)
    assert (told.state, told.attempts, told.last_error) == ("pending", 0, None)
    assert desk.state(public_id).enabled
    desk.mail = MailSettings(server, "news@wire.example", "http://wire.example")
    assert desk.send().delivered == 1
    assert [recipients for _, recipients, _ in box.mails] == [["ana@example.org"]]


class _Curt(socketserver.ThreadingTCPServer):
    """A mail server that answers as it is told to: `refusal` to a recipient, `farewell` to QUIT."""

    def __init__(self, farewell: bytes, refusal: bytes | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _CurtAnswers)
        self.farewell, self.refusal = farewell, refusal
        self.taken: list[bytes] = []


class _CurtAnswers(socketserver.StreamRequestHandler):
    server: _Curt

    def handle(self) -> None:
        self.wfile.write(b"220 mail.example\r\n")
        for line in self.rfile:
            command = line[:4].upper()
            if command == b"QUIT":
                self.wfile.write(self.server.farewell)
                return
            if command == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.server.taken.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            refusal = self.server.refusal if command == b"RCPT" else None
            self.wfile.write(refusal or b"250 OK\r\n")


@contextmanager
def _answering(server: _Curt) -> Iterator[MailServer]:
    with server:
        threading.Thread(target=server.serve_forever, args=(0.05,)).start()
        try:
            yield MailServer("127.0.0.1", server.server_address[1])
        finally:
            server.shutdown()


FAREWELLS = [
    pytest.param(b"221 bye\r\n", id="as it should"),
    pytest.param(b"421 too many connections\r\n", id="with an error"),
    pytest.param(b"250 bye\r\n", id="with another yes"),
    pytest.param(b"221-and\r\n" * 3, id="not to its end"),
    pytest.param(b"x" * 10_000 + b"\r\n", id="without an end"),
    pytest.param(b"", id="not at all"),
]


@pytest.mark.parametrize("farewell", FAREWELLS)
def test_a_mail_that_was_taken_is_not_sent_again_however_the_server_says_farewell(
    on_sqlite: Desk, farewell: bytes
) -> None:
    public_id, _ = on_sqlite.subscribe("ana@example.org", "email")
    curt = _Curt(farewell)
    with _answering(curt) as server:
        on_sqlite.mail = MailSettings(server, "news@wire.example", "https://wire.example")
        assert on_sqlite.tell("one").delivered == 1
        on_sqlite.now += timedelta(days=2)
        assert on_sqlite.send().delivered == 0
    assert len(curt.taken) == 1
    assert on_sqlite.messages(public_id)[0].state == "delivered"


@pytest.mark.parametrize("farewell", FAREWELLS)
def test_of_a_mail_that_was_refused_its_refusal_is_told_and_not_the_farewell(on_sqlite: Desk, farewell: bytes) -> None:
    public_id, _ = on_sqlite.subscribe("ana@example.org", "email")
    with _answering(_Curt(farewell, b"550 no such mailbox\r\n")) as server:
        on_sqlite.mail = MailSettings(server, "news@wire.example", "https://wire.example")
        assert on_sqlite.tell("one").failed == 1
    (told,) = on_sqlite.messages(public_id)
    assert (told.last_status, told.last_error) == (550, "the mail server refused the recipient: no such mailbox")


class _NeverEnds(socketserver.BaseRequestHandler):
    """A mail server whose greeting goes on, line by line."""

    def handle(self) -> None:
        with suppress(OSError):
            while True:
                self.request.sendall(b"220-and more\r\n" * 100)


def test_a_mail_server_that_answers_without_end_is_given_up_on() -> None:
    mail = mail_of(Letter("msg_1", "news@wire.example", "ana@example.org", "x", Bulletin("News", ())), now=NOW)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _NeverEnds) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,)).start()
        try:
            with pytest.raises(MailError, match=r"has not taken it within 0\.3 s"):
                send_mail(MailServer("127.0.0.1", server.server_address[1]), mail, timeout_s=0.3)
        finally:
            server.shutdown()


class _Drips(socketserver.BaseRequestHandler):
    """A mail server that sends the beginning of something, byte by byte, for five seconds at most."""

    beginning = b"220-" + b"x" * 96

    def handle(self) -> None:
        with suppress(OSError):
            for byte in self.beginning:
                self.request.sendall(bytes([byte]))
                if select_files([self.request], [], [], 0.05)[0] and not self.request.recv(4096):
                    return  # it was hung up on


class _DripsTls(_Drips):
    """A record of a TLS handshake that says that 16,000 bytes come."""

    beginning = b"\x16\x03\x03\x3e\x80\x02" + b"\0" * 94


@contextmanager
def _silent_address() -> Iterator[tuple[str, int]]:
    """An address at which a connection is neither taken nor refused: its queue is full."""
    with ExitStack() as sockets:
        listening = sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        address = listening.getsockname()
        for _ in range(4):
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        yield address


HURRY_S = 0.4


def _given_up_after_s(monkeypatch: pytest.MonkeyPatch, addresses: list[tuple[str, int]], *, is_tls: bool) -> float:
    """With a mail server of which the resolver knows these addresses."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in addresses]
    resolve = socket.getaddrinfo

    def resolved(host: str, *asked: Any, **options: Any) -> list[Any]:
        return found if host == "mail.example" else resolve(host, *asked, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    mail = mail_of(Letter("msg_1", "news@wire.example", "ana@example.org", "x", Bulletin("News", ())), now=NOW)
    begun = time.monotonic()
    with pytest.raises(MailError, match=r"has not taken it within 0\.4 s"):
        send_mail(MailServer("mail.example", addresses[0][1], is_tls=is_tls), mail, timeout_s=HURRY_S)
    return time.monotonic() - begun


@pytest.mark.parametrize("is_tls", [pytest.param(False, id="plain"), pytest.param(True, id="TLS")])
def test_all_addresses_of_a_mail_server_have_the_same_seconds(monkeypatch: pytest.MonkeyPatch, is_tls: bool) -> None:
    with _silent_address() as silent:
        assert _given_up_after_s(monkeypatch, [silent] * 8, is_tls=is_tls) < 4 * HURRY_S


@pytest.mark.parametrize(
    ("drips", "is_tls"),
    [pytest.param(_Drips, False, id="its greeting"), pytest.param(_DripsTls, True, id="the shake of hands")],
)
@pytest.mark.parametrize("silent_ones", [0, 2])
def test_a_mail_server_that_drips_is_given_up_on(
    monkeypatch: pytest.MonkeyPatch, drips: type[_Drips], is_tls: bool, silent_ones: int
) -> None:
    """Whether it is reached at once or after others that have taken all the time."""
    with _silent_address() as silent, socketserver.ThreadingTCPServer(("127.0.0.1", 0), drips) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,)).start()
        try:
            there = ("127.0.0.1", server.server_address[1])
            taken_s = _given_up_after_s(monkeypatch, [silent] * silent_ones + [there], is_tls=is_tls)
        finally:
            server.shutdown()
    assert taken_s < 4 * HURRY_S


def test_a_password_is_not_sent_in_the_clear(on_sqlite: Desk) -> None:
    with mail_server("127.0.0.2") as (box, server):  # which is not the name of our own machine
        with_password = replace(server, user="u", password="p")  # noqa: S106 - of nobody
        on_sqlite.mail = MailSettings(with_password, "news@wire.example", "http://wire.example")
        public_id, _ = on_sqlite.subscribe("ana@example.org", "email")
        on_sqlite.tell("one")
    assert "in the clear" in (on_sqlite.messages(public_id)[0].last_error or "")
    assert box.mails == []


def test_events_and_tests_in_words() -> None:
    event = {
        "title": "Exchange\x00released", "type": "end_of_support", "status": "planned", "date": {"value": "2026-10"},
        "evidence": [{"url": "http://a.example/", "quote": "It ends."}],
    }  # fmt: skip
    data = {"subscription": {"id": "s", "name": None}, "items": [event, {**event, "evidence": []}]}
    moved = bulletin_of({"type": "events.moved", "data": data})
    assert moved.subject == "Hostwire: 2 events with new dates: Exchange released"
    about = "end of support, planned, 2026-10"
    assert moved.headlines == (
        Headline("Exchange released", "http://a.example/", about, "It ends."),
        Headline("Exchange released", None, about),
    )
    test = bulletin_of({"type": "test", "data": {**data, "items": []}})
    assert test.subject == "Hostwire: a test"
