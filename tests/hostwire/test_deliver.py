"""`hostwire subscription`, `deliver` and the end of `ingest`, as processes; killed at any moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from standardwebhooks.webhooks import Webhook

from store.database import Database
from store.records import SubscriptionInput
from store.sources import remove_source
from store.subscriptions import add_subscription, get_subscription, list_deliveries, list_subscriptions
from tests.hostwire.conftest import Run, one_line
from tests.ingest.factories import items, rss
from tests.servers import FEED_TYPE, Answer, Asked, LoopbackServer, Raw, Reply
from tests.store.factories import EXCHANGE, NOW, make_analysis, make_entry, make_source, store_post

TAKEN = Answer(status=204, content_type=None)
SUBSCRIPTIONS, POSTS = 12, 30
KILLED_WHILE_QUEUEING = """
import os, signal, sys
from api import messages
left = int(sys.argv.pop(1))
compose = messages.compose_message
def compose_until_killed(*given):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return compose(*given)
messages.compose_message = compose_until_killed
from hostwire.cli import main
main(["deliver", "--json"])
"""


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        yield running


@pytest.fixture
def variables(server: LoopbackServer, database_url: str) -> dict[str, str]:
    return {"HOSTWIRE_DATABASE_URL": database_url, "HOSTWIRE_FETCH_ALLOW": f"{server.host}:{server.port}"}


def fill(database: Database, *addresses: str) -> list[str]:
    """Subscriptions to all posts, and posts that are new to them."""
    with database.write() as session:
        ids = [
            add_subscription(session, SubscriptionInput("posts", {}, "webhook", address), now=NOW)[0].public_id
            for address in addresses
        ]
        source = make_source(session)
        for number in range(POSTS):
            store_post(session, source, make_entry(str(number)), make_analysis(EXCHANGE))
    return ids


def message_ids(database: Database, public_id: str) -> list[str]:
    with database.read() as session:
        return [message.id for message in list_deliveries(session, public_id, limit=99)]


def test_a_subscription_is_added_told_listed_and_removed(
    hostwire: Run, server: LoopbackServer, variables: dict[str, str]
) -> None:
    hook = server.on("/hook", TAKEN)
    words = ("--q", "panel OR rack", "--filter", "source=Wire", "--name", "N", "--json")
    done = hostwire("subscription", "add", hook, *words, **variables)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    server.on("/feed", Answer(rss(items(range(3))), content_type=FEED_TYPE))
    assert (
        hostwire("source", "add", server.url("/feed"), "--kind", "feed", "--name", "Wire", **variables).returncode == 0
    )
    assert hostwire("subscription", "add", hook, "--format", "slack", "--kind", "chat", **variables).returncode == 0
    ingested = hostwire("ingest", "--json", **variables)
    assert ingested.returncode == 0, ingested.stderr
    assert json.loads(ingested.stdout.splitlines()[-1]).keys() == {
        "sources", "ok", "failed", "new", "updated", "analyzed", "seconds",
    }  # fmt: skip
    hooked = [asked for asked in server.asked if "webhook-id" in asked.headers]
    for asked in hooked:
        assert Webhook(made["secret"]).verify(asked.body, dict(asked.headers))["type"] == "posts.new"
    chats = [asked for asked in server.asked if asked.path == "/hook" and "webhook-id" not in asked.headers]
    assert len(chats) == 1
    listed = [json.loads(line) for line in hostwire("subscription", "list", "--json", **variables).stdout.splitlines()]
    assert [item["kind"] for item in listed] == ["webhook", "chat"]
    assert listed[0]["query"] == {"q": "panel OR rack", "source": "Wire"}
    assert "N" in hostwire("subscription", "list", **variables).stdout
    assert hostwire("subscription", "remove", made["id"], **variables).returncode == 0
    gone = hostwire("subscription", "remove", made["id"], **variables)
    assert gone.returncode == 1
    assert "no subscription" in one_line(gone.stderr)


@pytest.mark.parametrize(
    "words",
    [
        ("ftp://a.example/",), ("http://a.example/", "--q", '"open'), ("http://a.example/", "--filter", "x"),
        ("http://a.example/", "--filter", "colour=red"), ("http://a.example/", "--format", "slack"),
        ("http://a.example/", "--what", "timeline", "--filter", "status=perhaps"),
        ("http://a.example/", "--name", "n" * 2_001), ("http://a.example/", "--name", "\udcff"),
        ("a@b.example", "--kind", "email"), ("http://a.example/", "--filter", "q=a", "--filter", "q=b"),
    ],
)  # fmt: skip
def test_wrong_words_are_one_line_and_exit_2(hostwire: Run, words: tuple[str, ...]) -> None:
    done = hostwire("subscription", "add", *words)
    assert done.returncode == 2, done.stderr
    assert one_line(done.stderr).startswith("hostwire: ")


def test_deliver_says_what_it_did(hostwire: Run, server: LoopbackServer, sqlite_url: str) -> None:
    database = Database(sqlite_url)
    variables = {"HOSTWIRE_DATABASE_URL": sqlite_url, "HOSTWIRE_FETCH_ALLOW": f"{server.host}:{server.port}"}
    nothing = hostwire("deliver", "--json", **variables)
    assert (nothing.returncode, json.loads(nothing.stdout)["queued"]) == (0, 0)
    fill(database, server.on("/down", Answer(status=500)))
    failed = hostwire("deliver", "--json", **variables)
    assert failed.returncode == 1
    told = json.loads(failed.stdout)
    assert told | {"seconds": 0} == {
        "queued": 1, "delivered": 0, "failed": 1, "switched_off": 0, "waiting": 1, "seconds": 0,
    }  # fmt: skip
    fill_again = hostwire("deliver", **variables)
    assert "1 waiting" in fill_again.stdout
    database.close()


def test_the_reason_of_a_subscription_that_was_switched_off_is_listed(
    hostwire: Run, server: LoopbackServer, sqlite_url: str
) -> None:
    variables = {"HOSTWIRE_DATABASE_URL": sqlite_url, "HOSTWIRE_FETCH_ALLOW": f"{server.host}:{server.port}"}
    database = Database(sqlite_url)
    fill(database, server.on("/gone", Answer(status=410)))
    database.close()
    told = json.loads(hostwire("deliver", "--json", **variables).stdout)
    assert (told["failed"], told["switched_off"], told["waiting"]) == (1, 1, 0)
    listed = json.loads(hostwire("subscription", "list", "--json", **variables).stdout)
    assert (listed["enabled"], listed["disabled_reason"]) == (False, "its receiver wants no more: HTTP 410 Gone")
    table = hostwire("subscription", "list", **variables).stdout
    assert "off: its receiver" in table
    assert "HTTP 410 Gone" in table


def test_killed_while_it_queues_nothing_is_lost_and_nothing_doubled(
    server: LoopbackServer, database: Database, variables: dict[str, str], tmp_path: Path
) -> None:
    ids = fill(database, *(server.on(f"/{number}", TAKEN) for number in range(SUBSCRIPTIONS)))
    environment = os.environ | variables | {"HOSTWIRE_DATA_DIR": str(tmp_path)}
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_QUEUEING, str(SUBSCRIPTIONS // 2)],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert server.asked == []
    done = subprocess.run(
        [sys.executable, "-m", "hostwire", "deliver"], env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for number, public_id in enumerate(ids):
        told = [json.loads(asked.body) for asked in server.asked if asked.path == f"/{number}"]
        assert [len(message["data"]["items"]) for message in told] == [POSTS]
        assert len(message_ids(database, public_id)) == 1


class Guillotine:
    """Takes messages, and kills who sends them at one of them: after it was taken, before that was said."""

    def __init__(self) -> None:
        self.pid, self.left = 0, 0
        self.taken: list[tuple[str, str]] = []
        self._lock = threading.Lock()

    def __call__(self, asked: Asked) -> Reply:
        with self._lock:
            self.taken.append((asked.path, asked.headers["webhook-id"]))
            self.left -= 1
            return Raw(self._fall()) if self.left == 0 else TAKEN

    def _fall(self) -> Iterator[bytes]:
        os.kill(self.pid, signal.SIGKILL)
        yield b"HTTP/1.1 204 No Content\r\n\r\n"


def test_killed_while_it_delivers_nothing_is_lost_and_ids_stay(
    server: LoopbackServer, database: Database, variables: dict[str, str], tmp_path: Path
) -> None:
    blade = Guillotine()
    ids = fill(database, *(server.on(f"/{number}", blade) for number in range(SUBSCRIPTIONS)))
    environment = os.environ | variables | {"HOSTWIRE_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "hostwire", "deliver", "--json"]
    blade.left = 5
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        blade.pid = process.pid
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    _end_leases(database)
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["waiting"] == 0
    known = {f"/{number}": message_ids(database, public_id) for number, public_id in enumerate(ids)}
    assert all(len(messages) == 1 for messages in known.values())
    assert set(blade.taken) == {(path, messages[0]) for path, messages in known.items()}
    # what was under way at the kill came twice, with its id, by which a receiver knows it
    assert max(Counter(blade.taken).values()) <= 2
    with database.read() as session:
        assert all(get_subscription(session, public_id).last_delivered_at for public_id in ids)


def _end_leases(database: Database) -> None:
    """As five minutes do."""
    with database.write() as session:
        session.execute(text("update delivery set lease_until = null"))


def test_ingest_tells_nobody_when_it_is_not_to(hostwire: Run, server: LoopbackServer, sqlite_url: str) -> None:
    variables: dict[str, Any] = {
        "HOSTWIRE_DATABASE_URL": sqlite_url, "HOSTWIRE_FETCH_ALLOW": f"{server.host}:{server.port}",
    }  # fmt: skip
    database = Database(sqlite_url)
    fill(database, server.on("/hook", Answer(status=500)))
    with database.write() as session:
        remove_source(session, "http://wire.example/feed", keep_posts=True)
    assert hostwire("ingest", "--no-deliver", "--no-analyze", **variables).returncode == 0
    assert server.asked == []
    told = hostwire("ingest", "--no-analyze", **variables)
    assert told.returncode == 0  # what a receiver does is no fault of the pass
    assert "1 messages to subscriptions were not taken" in told.stderr
    with database.read() as session:
        assert list_subscriptions(session)[0].failures == 1
    database.close()
