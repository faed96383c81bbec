"""What is kept of hubs, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from store.database import Database
from store.hubs import (
    begin_subscribing,
    callback_of,
    confirm,
    deny,
    due_requests,
    hub_source_ids,
    note_hub,
    part_from_hub,
    postpone_farewell,
    record_ping,
    record_refusal,
    settle_visit,
)
from store.models import HubSubscription, Source
from store.records import FetchState, HubCallback, HubRequest, HubStanding, SourceRecord
from store.sources import get_source, list_sources, record_success, remove_source, update_source
from tests.store.factories import NOW, make_source
from tests.store.statements import count_statements

CALLBACKS = "https://news.example/hub"
HUB, TOPIC = "http://hub.example/", "http://wire.example/all"
SECRET = "a key that nobody guesses"
DAY = timedelta(days=1)


@pytest.fixture
def wire(database: Database) -> SourceRecord:
    """A source whose hub has confirmed under the token "t"."""
    with database.write() as session:
        source = make_source(session)
        note_hub(session, source.id, (HUB, TOPIC), now=NOW)
        (request,) = due_requests(session, callbacks=CALLBACKS, now=NOW)
        secret = begin_subscribing(
            session, request, callback_url=f"{CALLBACKS}/t", secret=SECRET, now=NOW, ask_at=NOW + DAY
        )
        assert secret == SECRET
        found = callback_of(session, "t")
        assert found is not None
        confirm(session, found, lease=10 * DAY, now=NOW)
    return source


def due(database: Database, *, callbacks: str = CALLBACKS, later: timedelta = timedelta(0)) -> tuple[HubRequest, ...]:
    with database.write() as session:
        return due_requests(session, callbacks=callbacks, now=NOW + later)


def standing(database: Database, source: SourceRecord) -> HubStanding | None:
    with database.read() as session:
        return get_source(session, source.url).hub


def test_what_is_offered_is_to_be_asked_for_at_once(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)
        note_hub(session, source.id, (HUB, TOPIC), now=NOW)
        note_hub(session, source.id, (HUB, TOPIC), now=NOW + DAY)
        assert hub_source_ids(session) == {source.id}
    assert due(database) == (HubRequest("subscribe", source.id, HUB, TOPIC, None),)
    assert standing(database, source) == HubStanding(HUB, "offered")


def test_a_token_is_kept_as_its_digest_alone(database: Database, wire: SourceRecord) -> None:
    with database.read() as session:
        row = session.scalars(select(HubSubscription)).one()
        assert (len(row.token or ""), row.callback_url) == (64, f"{CALLBACKS}/t")
        assert callback_of(session, "t") == HubCallback("subscribe", wire.id, TOPIC, SECRET)
        for token in (row.token or "", "T", "", "\udcff", "t\0"):
            assert callback_of(session, token) is None


def test_secrets_are_not_in_what_is_printed(database: Database, wire: SourceRecord) -> None:
    with database.read() as session:
        found = callback_of(session, "t")
    request = HubRequest("subscribe", wire.id, HUB, TOPIC, f"{CALLBACKS}/t")
    assert SECRET not in repr(found)
    assert CALLBACKS not in repr(request)


def test_a_renewal_is_due_before_the_lease_ends(database: Database, wire: SourceRecord) -> None:
    assert due(database, later=7 * DAY - timedelta(seconds=1)) == ()
    (request,) = due(database, later=7 * DAY)
    assert request.callback_url == f"{CALLBACKS}/t"


def test_a_source_at_another_address_leaves_the_hub_of_the_old_one(database: Database, wire: SourceRecord) -> None:
    with database.write() as session:
        update_source(session, wire.url, url="http://wire.example/other")
    assert standing(database, SourceRecord(**{**_fields(wire), "url": "http://wire.example/other"})) is None
    (request,) = due(database)
    assert (request.mode, request.topic_url, request.callback_url) == ("unsubscribe", TOPIC, f"{CALLBACKS}/t")
    with database.read() as session:
        assert callback_of(session, "t") == HubCallback("unsubscribe", request.id, TOPIC)


def _fields(source: SourceRecord) -> dict[str, object]:
    return {name: getattr(source, name) for name in SourceRecord.__dataclass_fields__}


def test_a_change_of_name_leaves_the_hub_alone(database: Database, wire: SourceRecord) -> None:
    with database.write() as session:
        assert update_source(session, wire.url, name="Wire").hub == HubStanding(HUB, "live", NOW + 10 * DAY)
    assert due(database) == ()


def test_a_hub_that_cannot_ask_us_back_is_not_said_goodbye_to(database: Database, wire: SourceRecord) -> None:
    with database.write() as session:
        remove_source(session, wire.url)
    assert due(database, callbacks="https://other.example/hub") == ()
    assert due(database) == ()


def test_a_visit_writes_what_it_found_and_when_to_come_again(database: Database, wire: SourceRecord) -> None:
    with database.write() as session:
        record_success(session, wire.id, FetchState(etag='"2"'), now=NOW)
        settle_visit(session, wire, begun=NOW, brought_news=True, now=NOW)
    with database.read() as session:
        stored = get_source(session, wire.url)
    assert (stored.etag, stored.next_fetch_at) == ('"2"', NOW + timedelta(hours=20))


def test_a_visit_that_is_to_wait_longer_anyway_does(database: Database, wire: SourceRecord) -> None:
    with database.write() as session:
        record_success(session, wire.id, FetchState(next_fetch_at=NOW + 3 * DAY), now=NOW)
        settle_visit(session, wire, begun=NOW, brought_news=False, now=NOW)
        assert session.get_one(Source, wire.id).next_fetch_at == NOW + 3 * DAY


def test_a_visit_does_not_wait_for_longer_than_the_lease(database: Database, wire: SourceRecord) -> None:
    later = NOW + 10 * DAY - timedelta(hours=2)
    with database.write() as session:
        settle_visit(session, wire, begun=later, brought_news=False, now=later)
        assert session.get_one(Source, wire.id).next_fetch_at == NOW + 10 * DAY


def test_what_comes_for_a_source_that_is_gone_is_nothing(database: Database, wire: SourceRecord) -> None:
    """Requests and callbacks last a while, and the source may be removed meanwhile."""
    request = HubRequest("subscribe", wire.id, HUB, TOPIC, f"{CALLBACKS}/t")
    with database.read() as session:
        callback = callback_of(session, "t")
    assert callback is not None
    with database.write() as session:
        remove_source(session, wire.url)
        part_from_hub(session, wire.id)
        confirm(session, callback, lease=DAY, now=NOW)
        deny(session, callback, reason="x", ask_at=NOW)
        record_refusal(session, request, error="x", ask_at=NOW)
        settle_visit(session, wire, begun=NOW, brought_news=True, now=NOW)
        assert record_ping(session, wire.id, now=NOW) is False
        args = {"callback_url": f"{CALLBACKS}/u", "secret": SECRET, "now": NOW, "ask_at": NOW}
        assert begin_subscribing(session, request, **args) is None  # type: ignore[arg-type]  # values of a table
        assert hub_source_ids(session) == frozenset()
    (goodbye,) = due(database)
    with database.write() as session:
        farewell = callback_of(session, "t")
        assert farewell is not None
        deny(session, farewell, reason="x", ask_at=NOW)
        confirm(session, farewell, lease=DAY, now=NOW)
        confirm(session, farewell, lease=DAY, now=NOW)
        postpone_farewell(session, goodbye, ask_at=NOW)
    assert due(database) == ()


def test_a_list_of_sources_asks_for_all_hubs_at_once(database: Database, wire: SourceRecord) -> None:
    of_one = count_statements(database, list_sources)
    with database.write() as session:
        for number in range(5):
            source = make_source(session, f"http://wire.example/{number}")
            note_hub(session, source.id, (HUB, f"{TOPIC}/{number}"), now=NOW)
    assert count_statements(database, list_sources) == of_one
    with database.read() as session:
        assert [record.hub.state for record in list_sources(session) if record.hub] == ["live"] + ["offered"] * 5
