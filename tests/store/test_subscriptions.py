"""Subscriptions: what is new to them, once and in order; who sends it, and what becomes of it. On both databases."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from store.arrivals import last_arrival
from store.database import Database
from store.deliveries import Candidate, Refused, Taken, claim_deliveries, forget_old, record_deliveries
from store.errors import SavedQueryError, SubscriptionOffError, UnknownSubscriptionError
from store.models import Post, Subscription
from store.news import LOOK_AT, Behind, find_news, look_for_event_news, queue_news, subscriptions_behind
from store.posts import save_analysis, save_entries
from store.records import (
    DueDelivery,
    EventDate,
    PostQuery,
    SubscriptionInput,
    SubscriptionRecord,
    TimelineQuery,
    Wanted,
)
from store.sources import remove_source
from store.subscriptions import (
    MAX_ITEMS,
    Items,
    add_subscription,
    get_subscription,
    list_deliveries,
    may_unsubscribe,
    queue_backlog,
    queue_test,
    remove_subscription,
    rotate_secret,
    unsubscribe,
    update_subscription,
)
from store.timelines import replace_events
from tests.databases import wait_for_a_writer
from tests.store.factories import (
    EXCHANGE,
    NOW,
    make_analysis,
    make_entry,
    make_event,
    make_resolved,
    make_source,
    mention_ids_of,
    store_post,
)
from tests.store.statements import statements

HOOK = "http://receiver.example/hook"


def read_query(what: Wanted, parameters: object, today: date) -> PostQuery | TimelineQuery:
    """Parameters are the queries' own fields here; the API's are its own matter."""
    assert isinstance(parameters, dict)
    if "broken" in parameters:
        raise SavedQueryError("there is no such parameter")
    return PostQuery(**parameters) if what == "posts" else TimelineQuery(**parameters)


def compose(subscription: SubscriptionRecord, type_: str, items: Items, now: datetime) -> str:
    return json.dumps([item.title for item in items])


def subscribe(database: Database, what: Wanted = "posts", **query: object) -> str:
    with database.write() as session:
        return add_subscription(session, SubscriptionInput(what, query, "webhook", HOOK), now=NOW)[0].public_id


def add_posts(database: Database, *titles: str, source: str = "http://wire.example/feed") -> None:
    with database.write() as session:
        feed = make_source(session, source)
        for title in titles:
            store_post(session, feed, make_entry(title, title=title), make_analysis(EXCHANGE))


def queue(database: Database, now: datetime = NOW) -> int:
    """All that is new, to everybody."""
    with database.write() as session:
        look_for_event_news(session, now=now)
    with database.read() as session:
        groups = subscriptions_behind(session)
    return sum(queue_group(database, group, now) for group in groups)


def queue_group(database: Database, behind: Behind, now: datetime = NOW) -> int:
    messages, is_all = 0, False
    while not is_all:
        with database.read() as session:
            news = find_news(session, behind, read_query=read_query, now=now)
        with database.write() as session:
            messages += queue_news(session, behind.row_ids, news, compose=compose, now=now)
        behind, is_all = replace(behind, since=news.until), news.is_all
    return messages


def claim(database: Database, now: datetime = NOW, lease: str = "mine") -> DueDelivery | None:
    until = now + timedelta(minutes=5)
    with database.write() as session:
        claimed = claim_deliveries(session, lambda due: due[:1], lease=lease, now=now, lease_until=until)
    return claimed[0] if claimed else None


def take(database: Database, message: DueDelivery, now: datetime = NOW) -> bool:
    with database.write() as session:
        return message.row_id in record_deliveries(session, [(message, Taken(204, now))])


def sent(database: Database, now: datetime = NOW) -> list[tuple[str, list[str]]]:
    """Type and titles of all that is due, delivered."""
    found = []
    while (message := claim(database, now)) is not None:
        found.append((message.type, json.loads(message.payload)))
        assert take(database, message, now)
    return found


def fail(database: Database, message: DueDelivery, *, next_at: datetime | None, off: str | None = None) -> bool:
    with database.write() as session:
        return message.row_id in record_deliveries(session, [(message, Refused("no", 500, next_at, off))])


def state(database: Database, public_id: str) -> SubscriptionRecord:
    with database.read() as session:
        return get_subscription(session, public_id)


def test_what_was_there_before_is_no_news(database: Database) -> None:
    add_posts(database, "Old")
    subscribe(database)
    assert queue(database) == 0
    add_posts(database, "New one", "New two", source="http://other.example/feed")
    assert queue(database) == 1
    assert sent(database) == [("posts.new", ["New one", "New two"])]
    assert queue(database) == 0


def test_only_what_the_query_matches_is_sent(database: Database) -> None:
    subscribe(database, q="exim")
    subscribe(database, q="product:exchange -exim")
    subscribe(database, q="nothing")
    add_posts(database, "Exim news", "Postfix news")
    assert queue(database) == 2
    assert sorted(titles for _, titles in sent(database)) == [["Exim news"], ["Postfix news"]]


def test_a_post_is_news_when_its_tags_are_there_and_never_again(database: Database) -> None:
    subscribe(database, q="product:exchange")
    with database.write() as session:
        source = make_source(session)
        post_id = store_post(session, source, make_entry("1", title="A post", published=None))
    assert queue(database) == 0
    for version in ("1", "2"):
        with database.write() as session:
            hash_ = session.get_one(Post, post_id).content_hash
            assert save_analysis(session, post_id, make_analysis(EXCHANGE), version=version, content_hash=hash_)
    assert queue(database) == 1
    assert sent(database) == [("posts.new", ["A post"])]
    edited = make_entry("1", title="A post, edited", published=None)
    with database.write() as session:
        (changed,) = save_entries(session, source, [edited], now=NOW).post_ids
        assert save_analysis(session, changed, make_analysis(EXCHANGE), version="2", content_hash=edited.content_hash)
    assert queue(database) == 0


def test_what_was_published_long_ago_is_news_when_it_comes(database: Database) -> None:
    subscribe(database)
    add_posts(database, "Today")
    queue(database)
    with database.write() as session:
        source = make_source(session, "http://archive.example/feed")
        old = make_entry("old", title="Of 2003", published=datetime.fromisoformat("2003-01-01T00:00:00+00:00"))
        store_post(session, source, old, make_analysis())
    queue(database)
    assert sent(database) == [("posts.new", ["Today"]), ("posts.new", ["Of 2003"])]


def test_many_posts_are_several_messages(database: Database) -> None:
    subscribe(database)
    titles = [f"Post {number:03}" for number in range(MAX_ITEMS + 3)]
    add_posts(database, *titles)
    assert queue(database) == 2
    assert sent(database) == [("posts.new", titles[:MAX_ITEMS]), ("posts.new", titles[MAX_ITEMS:])]


def test_more_than_one_look_is_taken_where_there_is_more(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert LOOK_AT >= 2
    monkeypatch.setattr("store.news.LOOK_AT", 2)
    subscribe(database)
    add_posts(database, "a", "b", "c", "d", "e")
    assert queue(database) == 3
    assert [titles for _, titles in sent(database)] == [["a", "b"], ["c", "d"], ["e"]]


def test_a_transaction_that_is_rolled_back_queues_nothing_and_moves_nothing(database: Database) -> None:
    public_id = subscribe(database)
    add_posts(database, "New")
    with database.read() as session:
        (behind,) = subscriptions_behind(session)
    with pytest.raises(RuntimeError, match="killed"):
        _queue_and_die(database, behind)
    assert state(database, public_id).waiting == 0
    assert queue(database) == 1
    assert sent(database) == [("posts.new", ["New"])]


def _queue_and_die(database: Database, behind: Behind) -> None:
    with database.write() as session:
        news = find_news(session, behind, read_query=read_query, now=NOW)
        assert queue_news(session, behind.row_ids, news, compose=compose, now=NOW) == 1
        raise RuntimeError("killed")


def test_messages_of_one_subscription_keep_their_order_and_hold_up_no_other(database: Database) -> None:
    slow, quick = subscribe(database, q="one OR two"), subscribe(database, q="three")
    add_posts(database, "one")
    queue(database)
    add_posts(database, "two", "three", source="http://other.example/feed")
    queue(database)
    first, other = claim(database), claim(database)
    assert first is not None
    assert other is not None
    assert (first.subscription, json.loads(first.payload)) == (slow, ["one"])
    assert (other.subscription, json.loads(other.payload)) == (quick, ["three"])
    assert claim(database) is None  # "two" waits for "one", which is being sent
    assert take(database, other)
    later = NOW + timedelta(hours=1)
    assert fail(database, first, next_at=later)
    assert claim(database) is None  # and while it is to be sent again
    assert sent(database, later) == [("posts.new", ["one"]), ("posts.new", ["two"])]


def test_a_lease_that_ran_out_goes_to_another_and_its_holder_says_no_more(database: Database) -> None:
    public_id = subscribe(database)
    add_posts(database, "New")
    queue(database)
    killed = claim(database, lease="killed")
    assert killed is not None
    assert claim(database, lease="other") is None
    later = NOW + timedelta(minutes=6)
    other = claim(database, later, lease="other")
    assert other is not None
    assert other.id == killed.id
    assert not fail(database, killed, next_at=None)
    assert not take(database, killed, later)
    assert take(database, other, later)
    assert state(database, public_id).last_delivered_at == later


def test_what_was_given_up_is_sent_when_it_is_switched_on_again(database: Database) -> None:
    public_id = subscribe(database)
    add_posts(database, "one")
    queue(database)
    message = claim(database)
    assert message is not None
    assert fail(database, message, next_at=None, off="ten attempts")
    off = state(database, public_id)
    assert (off.enabled, off.disabled_reason, off.failures, off.waiting) == (False, "ten attempts", 1, 0)
    add_posts(database, "two", source="http://other.example/feed")
    assert queue(database) == 0
    assert claim(database) is None
    with database.write() as session:
        on = update_subscription(session, public_id, now=NOW, enabled=True)
    assert (on.enabled, on.disabled_reason, on.failures, on.waiting) == (True, None, 0, 1)
    queue(database)
    again = claim(database)
    assert again is not None
    assert (again.id, again.attempts) == (message.id, 0)
    assert take(database, again)
    assert sent(database) == [("posts.new", ["two"])]


def test_a_query_that_cannot_be_read_any_more_switches_its_subscription_off(database: Database) -> None:
    broken, unreadable, well = (
        subscribe(database, broken=True), subscribe(database, q='"open'), subscribe(database),
    )  # fmt: skip
    add_posts(database, "New")
    assert queue(database) == 1
    assert "no such parameter" in (state(database, broken).disabled_reason or "")
    assert "cannot be read" in (state(database, unreadable).disabled_reason or "")
    assert state(database, well).enabled


def test_a_backlog_is_the_newest_posts_in_their_order(database: Database) -> None:
    add_posts(database, "a", "b", "c")
    with database.write() as session:
        record, _ = add_subscription(session, SubscriptionInput("posts", {}, "webhook", HOOK), now=NOW)
        asked = {"read_query": read_query, "compose": compose, "now": NOW}
        assert queue_backlog(session, record.public_id, 2, **asked) == 2  # type: ignore[arg-type]  # named one by one
    assert [len(titles) for _, titles in sent(database)] == [2]
    assert queue(database) == 0


def test_a_removed_subscription_and_a_removed_post_leave_nothing_to_send(database: Database) -> None:
    gone, stays = subscribe(database), subscribe(database)
    add_posts(database, "New")
    queue(database)
    with database.write() as session:
        remove_subscription(session, gone)
    assert len(sent(database)) == 1
    add_posts(database, "Removed", source="http://other.example/feed")
    with database.write() as session:
        remove_source(session, "http://other.example/feed", keep_posts=False)
    assert queue(database) == 0
    with database.read() as session, pytest.raises(UnknownSubscriptionError):
        get_subscription(session, gone)
    assert state(database, stays).waiting == 0


def event(database: Database, mention_ids: tuple[int, ...], **fields: object) -> None:
    with database.write() as session:
        replace_events(session, mention_ids, [make_resolved(mention_ids, **fields)], now=NOW)


def test_events_are_told_when_they_are_new_move_or_change_their_status(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)
        mention = make_event("Exchange", ("product", "exchange"), status="planned")
        post_id = store_post(session, source, make_entry("1"), make_analysis(EXCHANGE, events=(mention,)))
        ids = mention_ids_of(session, post_id)
    event(database, ids, status="planned", title="Before")
    subscribe(database, "timeline", product="exchange")
    subscribe(database, "timeline", types=("outage",))
    assert queue(database) == 0  # what was known before is no news
    april = EventDate("2026-04-01", date(2026, 4, 1), date(2026, 4, 2), "day", "text")
    event(database, ids, status="planned", date=april, title="Moved")
    event(database, ids, status="planned", date=april, title="Moved")
    assert queue(database) == 1
    assert sent(database) == [("events.moved", ["Moved"])]
    event(database, ids, status="happened", date=april, title="Happened")
    assert queue(database) == 1
    assert sent(database) == [("events.status", ["Happened"])]
    with database.write() as session:
        post_id = store_post(
            session,
            source,
            make_entry("2"),
            make_analysis(EXCHANGE, events=(make_event("Exchange", ("product", "exchange")),)),
        )
        more = mention_ids_of(session, post_id)
        both = [make_resolved(ids, date=april), make_resolved(more, public_id="event-2", title="Another")]
        replace_events(session, [*ids, *more], both, now=NOW)
    assert queue(database) == 1
    assert sent(database) == [("events.new", ["Another"])]
    assert queue(database) == 0


def test_a_status_that_was_changed_and_changed_back_is_no_news(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)
        mention = make_event("Exchange", ("product", "exchange"))
        post_id = store_post(session, source, make_entry("1"), make_analysis(EXCHANGE, events=(mention,)))
        ids = mention_ids_of(session, post_id)
    event(database, ids)
    subscribe(database, "timeline")
    event(database, ids, status="cancelled")
    event(database, ids)
    assert queue(database) == 0


def test_secrets_sign_for_a_day_after_their_rotation(database: Database) -> None:
    public_id = subscribe(database)
    with database.write() as session:
        queue_test(session, public_id, compose=compose, now=NOW)
    before = claim(database)
    assert before is not None
    assert fail(database, before, next_at=NOW)
    with database.write() as session:
        secret = rotate_secret(session, public_id, now=NOW)
    both = claim(database, NOW + timedelta(hours=23))
    assert both is not None
    assert both.secrets == (secret, before.secrets[0])
    assert fail(database, both, next_at=NOW)
    later = claim(database, NOW + timedelta(hours=25))
    assert later is not None
    assert later.secrets == (secret,)
    assert secret not in repr(later)


def test_a_test_is_queued_for_what_is_switched_on(database: Database) -> None:
    public_id = subscribe(database)
    with database.write() as session:
        assert queue_test(session, public_id, compose=compose, now=NOW).state == "pending"
    assert sent(database) == [("test", [])]
    with database.write() as session:
        update_subscription(session, public_id, now=NOW, enabled=False, name="Off", address="http://b.example/")
    with database.write() as session, pytest.raises(SubscriptionOffError):
        queue_test(session, public_id, compose=compose, now=NOW)
    assert state(database, public_id).name == "Off"


def token_of(database: Database, public_id: str) -> str:
    with database.read() as session:
        token = session.scalar(select(Subscription.unsubscribe_token).where(Subscription.public_id == public_id))
    assert token
    return token


def test_only_who_has_the_token_unsubscribes(database: Database) -> None:
    public_id = subscribe(database)
    token = token_of(database, public_id)
    with database.write() as session:
        rotate_secret(session, public_id, now=NOW)
        assert not unsubscribe(session, public_id, "é", reason="r")
        assert not unsubscribe(session, public_id, "", reason="r")
        assert not unsubscribe(session, "nobody", token, reason="r")
        assert may_unsubscribe(session, public_id, token)
        assert unsubscribe(session, public_id, token, reason="r")
        assert unsubscribe(session, public_id, token, reason="again")
    assert state(database, public_id).disabled_reason == "r"


def test_mails_that_were_sent_before_the_upgrade_keep_their_way_out(database: Database) -> None:
    """It was made of the secret, which changes from now on without it; and so it is again after a way back."""
    public_id = subscribe(database)
    with database.read() as session:
        secret = session.scalar(select(Subscription.secret).where(Subscription.public_id == public_id))
    assert secret is not None
    sent_before = hmac.new(secret.encode(), f"unsubscribe {public_id}".encode(), hashlib.sha256).hexdigest()[:32]
    database.downgrade("0011")
    database.upgrade()
    with database.write() as session:
        assert rotate_secret(session, public_id, now=NOW) != secret
        assert unsubscribe(session, public_id, sent_before, reason="r")
    assert token_of(database, public_id) == sent_before


def test_a_secret_that_signs_no_more_is_forgotten(database: Database) -> None:
    public_id = subscribe(database)
    with database.write() as session:
        rotate_secret(session, public_id, now=NOW)
        former = select(Subscription.former_secret).where(Subscription.public_id == public_id)
        forget_old(session, now=NOW + timedelta(hours=23))
        assert session.scalar(former) is not None
        forget_old(session, now=NOW + timedelta(hours=24))
        assert session.scalar(former) is None


def test_a_message_is_forgotten_thirty_days_after_it_was_taken(database: Database) -> None:
    public_id = subscribe(database)
    add_posts(database, "one")
    queue(database)
    taken = NOW + timedelta(days=40)  # long after it was queued
    sent(database, taken)
    with database.write() as session:
        forget_old(session, now=taken + timedelta(days=29))
        assert [message.state for message in list_deliveries(session, public_id, limit=9)] == ["delivered"]
        forget_old(session, now=taken + timedelta(days=31))
        assert list_deliveries(session, public_id, limit=9) == ()


@pytest.fixture
def telling(postgresql_url: str) -> Iterator[tuple[Database, str]]:
    """PostgreSQL, where several may write, with an event and a subscription to the timeline."""
    with closing(Database(postgresql_url)) as database:
        with database.write() as session:
            mention = make_event("Exchange", ("product", "exchange"))
            analysis = make_analysis(EXCHANGE, events=(mention,))
            ids = mention_ids_of(session, store_post(session, make_source(session), make_entry("1"), analysis))
        event(database, ids)
        yield database, subscribe(database, "timeline")


def _remove(database: Database, public_id: str) -> None:
    with database.write() as session:
        remove_subscription(session, public_id)


def test_who_removes_a_subscription_waits_for_who_tells_of_events(telling: tuple[Database, str]) -> None:
    """The other way round the two would wait for each other: telling goes on to forget old secrets of the rows."""
    database, public_id = telling
    with database.write() as session:
        rotate_secret(session, public_id, now=NOW)
    later = NOW + timedelta(days=2)
    with ThreadPoolExecutor(1) as threads:
        with database.write() as session:
            look_for_event_news(session, now=later)
            removal = threads.submit(_remove, database, public_id)
            wait_for_a_writer(session)
            forget_old(session, now=later)
        removal.result()
    with database.read() as session, pytest.raises(UnknownSubscriptionError):
        get_subscription(session, public_id)


def test_a_subscription_that_is_being_added_keeps_what_was_told_of_events(telling: tuple[Database, str]) -> None:
    """While the only other one to a timeline is removed: else all events would be news to it."""
    database, former = telling
    with ThreadPoolExecutor(1) as threads:
        with database.write() as session:
            add_subscription(session, SubscriptionInput("timeline", {}, "webhook", HOOK), now=NOW)
            removal = threads.submit(_remove, database, former)
            wait_for_a_writer(session)
        removal.result()
    assert queue(database) == 0


def test_who_adds_a_subscription_to_a_timeline_waits_for_who_removes_one(telling: tuple[Database, str]) -> None:
    database, former = telling
    with ThreadPoolExecutor(1) as threads:
        with database.write() as session:
            remove_subscription(session, former)
            addition = threads.submit(subscribe, database, "timeline")
            wait_for_a_writer(session)
        assert state(database, addition.result()).enabled
    assert queue(database) == 0


def test_posts_that_were_tagged_before_the_upgrade_are_no_news(database: Database) -> None:
    add_posts(database, "Before")
    database.downgrade("0008")
    database.upgrade()
    public_id = subscribe(database)
    with database.write() as session:
        assert last_arrival(session) == 1
        session.execute(update(Post).values(analysis_version=None))
    with database.write() as session:
        post = session.query(Post).one()
        assert save_analysis(session, post.id, make_analysis(), version="2", content_hash=post.content_hash)
    assert queue(database) == 0
    assert replace(state(database, public_id), waiting=0) == state(database, public_id)


# -- what many share -----------------------------------------------------------------------------------------------


def test_a_query_that_many_ask_is_searched_for_once(database: Database) -> None:
    for _ in range(5):
        subscribe(database, q="exim")
    subscribe(database, q="postfix")
    add_posts(database, "Exim news", "Postfix news")
    with database.read() as session:
        (behind,) = subscriptions_behind(session)
    asked: list[object] = []

    def counted(what: Wanted, parameters: Mapping[str, object], today: date) -> PostQuery | TimelineQuery:
        asked.append(parameters)
        return read_query(what, parameters, today)

    with database.read() as session:
        news = find_news(session, behind, read_query=counted, now=NOW)
    assert asked == [{"q": "exim"}, {"q": "postfix"}]
    with database.write() as session:
        assert queue_news(session, behind.row_ids, news, compose=compose, now=NOW) == 6
    assert sorted(titles for _, titles in sent(database)) == [["Exim news"]] * 5 + [["Postfix news"]]


def test_statements_grow_with_what_is_asked_and_not_with_who_asks(database: Database) -> None:
    """Nor with how many posts there are: forty subscriptions of two queries over forty posts."""
    for number in range(40):
        subscribe(database, q=("news", "exim")[number % 2])
    add_posts(database, *(f"Exim news {number}" for number in range(40)))
    with database.read() as session:
        (behind,) = subscriptions_behind(session)
    with statements(database) as looking, database.read() as session:
        news = find_news(session, behind, read_query=read_query, now=NOW)
    with statements(database) as queueing, database.write() as session:
        assert queue_news(session, behind.row_ids, news, compose=compose, now=NOW) == 40
    assert len(looking) <= 20
    assert len(queueing) <= 5


def test_what_was_moved_or_changed_since_it_was_looked_for_is_left_to_the_next_look(database: Database) -> None:
    moved, changed = subscribe(database, q="one"), subscribe(database, q="one OR two")
    add_posts(database, "one")
    with database.read() as session:
        (behind,) = subscriptions_behind(session)
        news = find_news(session, behind, read_query=read_query, now=NOW)
    with database.write() as session:
        update_subscription(session, changed, now=NOW, query={"q": "two"})
    assert queue(database) == 1  # by somebody else
    assert state(database, moved).waiting == 1
    with database.write() as session:
        assert queue_news(session, behind.row_ids, news, compose=compose, now=NOW) == 0
    add_posts(database, "two", source="http://other.example/feed")
    assert queue(database) == 1
    assert state(database, changed).waiting == 1


def test_what_piled_up_behind_a_message_is_no_candidate(database: Database) -> None:
    """A receiver that has been down for days costs those that send a look into an index."""
    subscribe(database)
    for number in range(3):
        add_posts(database, f"post {number}", source=f"http://wire.example/{number}")
        queue(database)
    seen: list[Sequence[Candidate]] = []

    def choose(due: Sequence[Candidate]) -> Sequence[Candidate]:
        seen.append(due)
        return ()

    with database.write() as session:
        assert claim_deliveries(session, choose, lease="l", now=NOW, lease_until=NOW) == ()
    assert [len(due) for due in seen] == [1]
