"""/subscriptions: with the operator's key and not without; all is checked, and what is secret is not shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, func, select

from api.messages import compose_message
from api.routes.subscriptions import DELIVERIES_SHOWN
from api.saved_queries import saved_names, saved_query_reader
from ingest.deliveries import queue_all
from store.database import Database
from store.deliveries import Refused, Taken, claim_deliveries, record_deliveries
from store.errors import SavedQueryError
from store.models import Event, EventNews, EventTold
from store.records import DueDelivery, PostQuery
from store.sources import remove_source
from store.subscriptions import rotate_secret
from store.timelines import replace_events
from tests.api.conftest import TODAY, TYPES, Service, running
from tests.api.test_problems import problem
from tests.store.factories import (
    EXCHANGE,
    make_analysis,
    make_entry,
    make_event,
    make_resolved,
    make_source,
    mention_ids_of,
    store_post,
)

HOOK = "https://receiver.example/hook?token=t0ken"
PATH = "/api/v1/subscriptions"


@pytest.fixture
def keyed_on_sqlite(sqlite_url: str) -> Iterator[Service]:
    database = Database(sqlite_url)
    with running(database, api_key="k", sends_mail=True) as client:
        client.headers.update({"X-API-Key": "k"})
        yield Service(client, database)
    database.close()


def add(service: Service, **body: Any) -> httpx.Response:
    return service.client.post(PATH, json={"kind": "webhook", "address": HOOK, **body})


def added(service: Service, **body: Any) -> Any:
    answer = add(service, **body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def queue(service: Service, now: datetime = TODAY) -> int:
    read_query = partial(saved_query_reader, event_types=TYPES)
    return queue_all(service.database, read_query=read_query, compose=compose_message, now=lambda: now)


def payloads(service: Service, now: datetime = TODAY) -> list[Any]:
    """What is due to be sent, each leased."""
    found = []
    while messages := claimed(service, now):
        found += [json.loads(message.payload) for message in messages]
    return found


def claimed(service: Service, now: datetime = TODAY) -> tuple[DueDelivery, ...]:
    until = TODAY.replace(year=2011)
    with service.database.write() as session:
        return claim_deliveries(session, lambda due: due, lease="x", now=now, lease_until=until)


def test_a_query_is_saved_and_its_secret_shown_once(keyed: Service) -> None:
    answer = add(keyed, name="Mail", query={"q": "sp1", "product": ["exchange"]})
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    made = answer.json()
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", made.pop("secret"))
    assert made == {
        "id": made["id"], "name": "Mail", "what": "posts", "query": {"q": "sp1", "product": ["exchange"]},
        "kind": "webhook", "address": "https://receiver.example/hook?…", "format": None, "enabled": True,
        "disabled_reason": None, "created": "2010-07-01T12:00:00Z", "last_delivered": None, "failures": 0, "waiting": 0,
    }  # fmt: skip
    assert answer.headers["location"].endswith(f"{PATH}/{made['id']}")
    assert keyed.client.get(answer.headers["location"]).json() == made
    assert keyed.json(PATH) == {"items": [made]}


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", ""), ("GET", "/x"), ("PATCH", "/x"), ("DELETE", "/x"), ("POST", "/x/test"),
     ("GET", "/x/deliveries")],
)  # fmt: skip
def test_nothing_is_shown_or_done_without_the_key(keyed_on_sqlite: Service, method: str, path: str) -> None:
    wrong = {"X-API-Key": "wrong"}
    problem(keyed_on_sqlite.client.request(method, PATH + path, headers=wrong, json={}), 401)
    described = keyed_on_sqlite.json("/openapi.json")["paths"]
    template = PATH + path.replace("/x", "/{subscription_id}")
    assert {} not in described[template][method.lower()]["security"]


def test_where_no_key_is_set_there_are_no_subscriptions(on_sqlite: Service) -> None:
    problem(on_sqlite.get(PATH), 403)


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({"query": {"q": '"open'}}, "q"),
        ({"query": {"q": "type:nonsense"}}, "q"),
        ({"query": {"after": "someday"}}, "after"),
        ({"query": {"event": ["nonsense"]}}, "event"),
        ({"query": {"colour": "red"}}, "query.colour"),
        ({"query": {"limit": "5"}}, "query.limit"),
        ({"query": {"cursor": "x"}}, "query.cursor"),
        ({"query": {"status": "planned"}}, "query.status"),
        ({"query": {"q": ["a", "b"]}}, "query.q"),
        ({"what": "timeline", "query": {"as_of": "2010-01-01"}}, "query.as_of"),
        ({"what": "timeline", "query": {"status": ["perhaps"]}}, "query.status.0"),
        ({"what": "timeline", "query": {"from": "soon"}}, "from"),
        ({"what": "stories"}, "what"),
        ({"kind": "pager"}, "kind"),
        ({"address": "ftp://a.example/"}, "address"),
        ({"address": "https://user:secret@a.example/"}, "address"),
        ({"address": "https://a.example:0/"}, "address"),
        ({"address": "https://ä.example/"}, "address"),
        ({"address": ""}, "address"),
        ({"kind": "email", "address": "ana"}, "address"),
        ({"kind": "email", "address": "a@b.example,c@d.example"}, "address"),
        ({"kind": "email", "address": "a@b.example\r\nBcc: c@d.example"}, "address"),
        ({"kind": "email", "address": "Ana <a@b.example>"}, "address"),
        ({"kind": "email", "address": "ana@b..example"}, "address"),
        ({"kind": "email", "address": "ana@.example"}, "address"),
        ({"format": "slack"}, "format"),
        ({"kind": "chat", "format": "irc"}, "format"),
        ({"backlog": 101}, "backlog"),
        ({"backlog": -1}, "backlog"),
        ({"backlog": "5"}, "backlog"),
        ({"what": "timeline", "backlog": 5}, "backlog"),
        ({"name": "a\0b"}, "name"),
        ({"secret": "mine"}, "secret"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_name(
    keyed_on_sqlite: Service, body: dict[str, Any], parameter: str
) -> None:
    errors = problem(add(keyed_on_sqlite, **body), 422)["errors"]
    assert errors[0]["parameter"] == parameter, errors
    assert keyed_on_sqlite.json(PATH)["items"] == []


@pytest.mark.parametrize("given", ["45.0", "4.5e1", "45.5", "101", "-1", "1e400", "NaN", '"5"', "true", "null", "[5]"])
def test_a_backlog_that_is_no_number_of_posts_says_what_it_takes(keyed_on_sqlite: Service, given: str) -> None:
    body = f'{{"kind": "webhook", "address": "{HOOK}", "backlog": {given}}}'
    answer = keyed_on_sqlite.client.post(PATH, content=body, headers={"Content-Type": "application/json"})
    (error,) = problem(answer, 422)["errors"]
    assert (error["parameter"], error["takes"]) == ("backlog", "a whole number from 0 to 100")
    assert error["detail"] == f"{json.dumps(json.loads(given))} is not a whole number from 0 to 100"
    assert keyed_on_sqlite.json(PATH)["items"] == []


def test_without_a_mail_server_there_is_no_mail(keyed_on_sqlite: Service) -> None:
    with running(keyed_on_sqlite.database, api_key="k") as client:
        asked = {"kind": "email", "address": "a@b.example"}
        found = problem(client.post(PATH, json=asked, headers={"X-API-Key": "k"}), 422)
    assert "HOSTWIRE_SMTP_URL" in found["detail"]


def test_of_a_chat_only_its_host_is_shown(keyed: Service) -> None:
    made = added(keyed, kind="chat", address="https://hooks.example/services/T0/s3cret")
    assert (made["address"], made["format"], made["secret"]) == ("https://hooks.example/…", "slack", None)
    assert "s3cret" not in keyed.get(PATH).text
    assert added(keyed, kind="chat", format="discord", address="https://d.example/x")["format"] == "discord"


def test_what_is_new_is_what_the_api_answers(keyed: Service) -> None:
    added(keyed, query={"product": "exchange", "q": "-first"}, name="n")
    added(keyed, what="timeline", query={"type": "release"})
    with keyed.database.write() as session:
        source = make_source(session, "http://new.example/feed")
        for title in ("Second", "First"):
            store_post(session, source, make_entry(title, title=title), make_analysis(EXCHANGE))
    assert queue(keyed) == 1
    (message,) = payloads(keyed)
    listed = keyed.json("/api/v1/posts", source="http://new.example/feed", q="second")["items"]
    assert message["type"] == "posts.new"
    assert message["data"]["items"] == [{**listed[0], "highlight": None}]


def test_a_backlog_is_sent_at_the_beginning(keyed: Service) -> None:
    assert added(keyed, query={"product": "exchange"}, backlog=2)["waiting"] == 1
    (message,) = payloads(keyed)
    newest = keyed.json("/api/v1/posts", product="exchange", limit=2)["items"]
    assert [item["id"] for item in message["data"]["items"]] == [item["id"] for item in reversed(newest)]
    assert queue(keyed) == 0


def test_changes_are_made_and_checked(keyed: Service) -> None:
    made = added(keyed, query={"q": "a"})
    where = f"{PATH}/{made['id']}"
    changed = keyed.client.patch(
        where, json={"name": "New", "query": {"q": "b"}, "address": "http://b.example/"}
    ).json()
    assert (changed["name"], changed["query"], changed["address"], changed["secret"]) == (
        "New", {"q": "b"}, "http://b.example/", None,
    )  # fmt: skip
    for body, parameter in (
        ({"query": {"q": "("}}, "q"),
        ({"address": "nowhere"}, "address"),
        ({"what": "timeline"}, "what"),
        ({"query": None}, "query"),
        ({"enabled": "no"}, "enabled"),
    ):
        assert problem(keyed.client.patch(where, json=body), 422)["errors"][0]["parameter"] == parameter
    assert keyed.json(where)["query"] == {"q": "b"}


def test_a_secret_is_rotated_where_there_is_one(keyed: Service) -> None:
    made = added(keyed)
    secret = keyed.client.patch(f"{PATH}/{made['id']}", json={"rotate_secret": True}).json()["secret"]
    assert secret.startswith("whsec_")
    assert secret != made["secret"]
    chat = added(keyed, kind="chat")
    refused = problem(keyed.client.patch(f"{PATH}/{chat['id']}", json={"rotate_secret": True}), 422)
    assert refused["errors"][0]["parameter"] == "rotate_secret"


def test_a_test_is_queued_and_what_becomes_of_messages_is_shown(keyed: Service) -> None:
    made = added(keyed)
    where = f"{PATH}/{made['id']}"
    queued = keyed.client.post(f"{where}/test")
    assert queued.status_code == 202
    assert keyed.json(f"{where}/deliveries") == {"items": [queued.json()]}
    assert queued.json() | {"id": ""} == {
        "id": "", "type": "test", "items": 0, "state": "pending", "attempts": 0, "created": "2010-07-01T12:00:00Z",
        "next_attempt": "2010-07-01T12:00:00Z", "last_status": None, "last_error": None, "delivered": None,
    }  # fmt: skip
    (message,) = claimed(keyed)
    with keyed.database.write() as session:
        assert record_deliveries(session, [(message, Refused("HTTP 410", 410, None, "gone"))])
    (told,) = keyed.json(f"{where}/deliveries")["items"]
    assert (told["state"], told["attempts"], told["last_status"], told["last_error"]) == ("failed", 1, 410, "HTTP 410")
    assert told["next_attempt"] is None
    assert keyed.json(where)["disabled_reason"] == "gone"
    problem(keyed.client.post(f"{where}/test"), 409)
    on = keyed.client.patch(where, json={"enabled": True}).json()
    assert (on["enabled"], on["waiting"]) == (True, 1)
    for _ in range(DELIVERIES_SHOWN + 1):
        keyed.client.post(f"{where}/test")
    assert len(keyed.json(f"{where}/deliveries")["items"]) == DELIVERIES_SHOWN


def test_what_is_removed_is_gone(keyed: Service) -> None:
    where = f"{PATH}/{added(keyed)['id']}"
    assert keyed.client.delete(where).status_code == 204
    for method, path in (
        ("GET", where), ("PATCH", where), ("DELETE", where), ("POST", f"{where}/test"), ("GET", f"{where}/deliveries"),
    ):  # fmt: skip
        problem(keyed.client.request(method, path, json={}), 404)


def test_there_are_no_more_than_so_many(keyed_on_sqlite: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.subscriptions.MAX_SUBSCRIPTIONS", 1)
    added(keyed_on_sqlite)
    assert "as many as there may be" in problem(add(keyed_on_sqlite), 409)["detail"]


def test_a_mail_can_be_unsubscribed_from_without_the_key(keyed: Service) -> None:
    made = added(keyed, kind="email", address="ana@example.org")
    assert made["secret"] is None
    keyed.client.post(f"{PATH}/{made['id']}/test")
    (message,) = claimed(keyed)
    way_out = f"/unsubscribe/{made['id']}/{message.unsubscribe_token}"
    del keyed.client.headers["x-api-key"]
    asked = keyed.get(way_out)
    assert asked.status_code == 200
    assert '<form method="post">' in asked.text
    headers = {"X-API-Key": "k"}
    assert keyed.client.get(f"{PATH}/{made['id']}", headers=headers).json()["enabled"]  # a GET changes nothing
    done = keyed.client.post(way_out, data={"List-Unsubscribe": "One-Click"})
    assert "Unsubscribed" in done.text
    off = keyed.client.get(f"{PATH}/{made['id']}", headers=headers).json()
    assert (off["enabled"], off["disabled_reason"]) == (False, "its recipient has unsubscribed")
    for wrong in (f"{way_out[:-1]}", f"{way_out}0", f"/unsubscribe/{made['id']}/%C3%A9"):
        problem(keyed.get(wrong), 404)
        problem(keyed.client.post(wrong), 404)


def test_the_way_out_of_a_mail_stays_when_the_secret_is_a_new_one(keyed: Service) -> None:
    """RFC 8058's one click, of a mail that was sent before and of one that was sent after."""
    made = added(keyed, kind="email", address="ana@example.org")
    ways_out, secrets = [], []
    for _ in range(2):
        keyed.client.post(f"{PATH}/{made['id']}/test")
        (message,) = claimed(keyed)
        with keyed.database.write() as session:
            assert record_deliveries(session, [(message, Taken(250, TODAY))])
            rotate_secret(session, made["id"], now=TODAY)
        ways_out.append(f"/unsubscribe/{made['id']}/{message.unsubscribe_token}")
        secrets.append(message.secrets[0])
    assert secrets[0] != secrets[1]
    for way_out in ways_out:
        keyed.client.patch(f"{PATH}/{made['id']}", json={"enabled": True})
        answer = httpx.post(
            keyed.client.base_url.join(way_out), data={"List-Unsubscribe": "One-Click"}, trust_env=False
        )
        assert answer.status_code == 200
        assert not keyed.json(f"{PATH}/{made['id']}")["enabled"]
    for secret in secrets:  # it signs, and ends nothing
        problem(keyed.client.post(f"/unsubscribe/{made['id']}/{secret}"), 404)


def test_no_two_subscriptions_have_one_way_out(keyed: Service) -> None:
    made = [added(keyed, kind="email", address=f"{name}@example.org")["id"] for name in ("ana", "ben")]
    for subscription in made:
        keyed.client.post(f"{PATH}/{subscription}/test")
    first, _ = claimed(keyed)
    (other,) = set(made) - {first.subscription}
    problem(keyed.client.post(f"/unsubscribe/{other}/{first.unsubscribe_token}"), 404)
    assert keyed.json(f"{PATH}/{other}")["enabled"]


def test_whoever_had_the_mails_before_cannot_end_those_of_a_new_address(keyed: Service) -> None:
    made = added(keyed, kind="email", address="ana@example.org")
    where = f"{PATH}/{made['id']}"
    keyed.client.post(f"{where}/test")
    (to_ana,) = claimed(keyed)
    with keyed.database.write() as session:
        record_deliveries(session, [(to_ana, Taken(250, TODAY))])
    anas_way_out = f"/unsubscribe/{made['id']}/{to_ana.unsubscribe_token}"
    keyed.client.patch(where, json={"address": "ana@example.org", "name": "the same"})
    assert keyed.get(anas_way_out).status_code == 200
    assert keyed.client.patch(where, json={"address": "ben@example.org"}).status_code == 200
    problem(keyed.get(anas_way_out), 404)
    problem(keyed.client.post(anas_way_out), 404)
    assert keyed.json(where)["enabled"]
    keyed.client.post(f"{where}/test")
    (to_ben,) = claimed(keyed)
    assert to_ben.address == "ben@example.org"
    assert "Unsubscribed" in keyed.client.post(f"/unsubscribe/{made['id']}/{to_ben.unsubscribe_token}").text
    assert not keyed.json(where)["enabled"]


# -- what is kept of events --------------------------------------------------------------------------------------------


def tell(service: Service, name: str, *, now: datetime) -> int:
    """A new event, and whoever is subscribed to it told: in how many messages."""
    with service.database.write() as session:
        source = make_source(session, f"http://{name}.example/feed")
        mention = make_event(name, ("product", "exchange"))
        post = store_post(session, source, make_entry(name, title=name), make_analysis(EXCHANGE, events=(mention,)))
        ids = mention_ids_of(session, post)
        replace_events(session, ids, [make_resolved(ids, public_id=name, title=name)], now=now)
    return queue(service, now)


def kept(service: Service) -> tuple[int, int]:
    """Rows of what was told of events, and of their changes."""
    with service.database.read() as session:
        told, news = (session.scalar(select(func.count()).select_from(table)) for table in (EventTold, EventNews))
    return told or 0, news or 0


def titles(service: Service, now: datetime = TODAY) -> list[str]:
    return [item["title"] for payload in payloads(service, now) for item in payload["data"]["items"]]


def test_changes_of_events_do_not_wait_for_good_for_a_subscription_that_is_off(keyed: Service) -> None:
    """For thirty days they do: switched on again, it goes on where it stopped or with these."""
    added(keyed, what="timeline")
    off = added(keyed, what="timeline", address="https://other.example/")["id"]
    keyed.client.patch(f"{PATH}/{off}", json={"enabled": False})
    for day in range(0, 60, 5):
        tell(keyed, f"day{day}", now=TODAY + timedelta(days=day))
    assert kept(keyed)[1] == 7
    payloads(keyed)
    keyed.client.patch(f"{PATH}/{off}", json={"enabled": True})
    later = TODAY + timedelta(days=60)
    queue(keyed, later)
    assert titles(keyed, later) == [f"day{day}" for day in range(25, 60, 5)]
    queue(keyed, later)
    assert kept(keyed)[1] == 1  # the last, by which the next gets its number


def test_of_events_that_are_gone_nothing_is_kept_for_good(keyed: Service) -> None:
    added(keyed, what="timeline")
    before, _ = kept(keyed)
    assert tell(keyed, "brief", now=TODAY) == 1
    with keyed.database.write() as session:
        remove_source(session, "http://brief.example/feed", keep_posts=False)
        session.execute(delete(Event).where(Event.public_id == "brief"))
    queue(keyed, TODAY)
    queue(keyed, TODAY + timedelta(days=29))
    assert kept(keyed)[0] == before + 1
    assert tell(keyed, "brief", now=TODAY + timedelta(days=29)) == 0  # it was made anew, and is no news
    with keyed.database.write() as session:
        session.execute(delete(Event).where(Event.public_id == "brief"))
    queue(keyed, TODAY + timedelta(days=31))  # from here on it counts anew
    assert kept(keyed)[0] == before + 1
    queue(keyed, TODAY + timedelta(days=62))
    assert kept(keyed)[0] == before


def test_without_a_subscription_to_timelines_nothing_is_kept_of_events(keyed: Service) -> None:
    made = [added(keyed, what="timeline")["id"] for _ in range(2)]
    added(keyed)
    tell(keyed, "one", now=TODAY)
    for count, subscription in enumerate(made, 1):
        assert keyed.client.delete(f"{PATH}/{subscription}").status_code == 204
        assert (kept(keyed) == (0, 0)) == (count == len(made))
    payloads(keyed)
    added(keyed, what="timeline")
    tell(keyed, "two", now=TODAY)
    told = [payload for payload in payloads(keyed) if payload["type"] == "events.new"]
    assert [item["title"] for payload in told for item in payload["data"]["items"]] == ["two"]


def test_changes_that_an_earlier_release_noted_are_forgotten_as_well(keyed: Service) -> None:
    added(keyed, what="timeline")
    off = added(keyed, what="timeline")["id"]
    keyed.client.patch(f"{PATH}/{off}", json={"enabled": False})
    tell(keyed, "before", now=TODAY)
    tell(keyed, "too", now=TODAY)
    keyed.database.downgrade("0013")
    keyed.database.upgrade()
    rows = kept(keyed)[1]
    queue(keyed, TODAY + timedelta(days=1))
    assert kept(keyed)[1] == rows
    queue(keyed, TODAY + timedelta(days=32))
    assert kept(keyed)[1] == 1


def test_a_saved_query_that_a_later_release_does_not_know_says_so() -> None:
    assert isinstance(saved_query_reader("posts", {"q": "a", "product": "exchange"}, TODAY.date(), TYPES), PostQuery)
    for saved in ({"gone": "x"}, {"after": "x"}, {"q": ["a", "b"]}):
        with pytest.raises(SavedQueryError):
            saved_query_reader("posts", saved, TODAY.date(), TYPES)
    assert "from" in saved_names("timeline")
    assert "limit" not in saved_names("posts")
