"""An archive that grows batch by batch holds the very events that all of its mentions come to when they are resolved
together, however old or new what comes is, and whatever goes.
"""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update

from ingest.analysis import to_analysis_input
from ingest.events import resolve_rows, settle_events
from nlp.annotations import PostText
from store.database import Database, one_writer
from store.models import Event, EventMention, EventMentionSubject
from store.posts import posts_to_analyze, save_analysis
from store.resolution import mention_rows
from store.sources import remove_source
from tests.databases import wait_for_a_writer
from tests.ingest.newsdesk import LineTagger, Newsdesk, Told, told
from tests.store.factories import NOW

FIRST = date(2008, 1, 1)
ABOUT = {
    "release": ["cpanel", "cpanel", "cpanel", "sp1"],
    "outage": ["cpanel"],
    "update": ["cpanel"],
    "end_of_support": ["s2016+s2019", "s2019+s2016", "s2019"],
    "acquisition": ["oracle+sun", "sun+oracle", "oracle+tucows"],
}


def archive(chance: random.Random, posts: int, years: int) -> list[Told]:
    """Posts of some years on plans that slip, facts, and both without a date; some are copied later."""
    found: list[Told] = []
    for number in range(posts):
        day = FIRST + timedelta(days=chance.randrange(365 * years))
        other = day + timedelta(days=chance.choice([-200, -30, -1, 0, 1, 20, 59, 90, 183, 400]))
        value = chance.choice(["-", "-", "today", str(day), str(other), f"{other:%Y-%m}", f"{other:%Y}"])
        kind = chance.choice(list(ABOUT))
        status = chance.choice(["happened", "happened", "planned", "cancelled"])
        says = [f"{kind} {chance.choice(ABOUT[kind])} {status} {value}"]
        if chance.random() < 0.2:
            says.append(f"release cpanel planned {other}")
        words = f"post{chance.randrange(number)}{chance.choice(['', '~'])}" if number and chance.random() < 0.2 else ""
        found.append(told(f"post{number}", str(day), *says, by=chance.choice("abcd"), words=words))
    return found


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("posts", "years"), [(40, 1), (60, 9)])
def test_what_is_settled_bit_by_bit_is_what_all_comes_to(database: Database, posts: int, years: int, seed: int) -> None:
    chance, desk = random.Random(seed), Newsdesk(database)  # noqa: S311 - the same every time
    left = archive(chance, posts, years)
    chance.shuffle(left)
    kept = list(left)
    while left:
        size = chance.randint(1, 9)
        desk.arrive(*left[:size])
        left = left[size:]
        assert _stored(database) == _resolved_together(database)
    desk.remove(chance.choice(kept))
    assert _stored(database) == _resolved_together(database)
    desk.retag()
    assert _stored(database) == _resolved_together(database)


def test_a_post_with_another_date_unsettles_its_events_before_it_is_tagged_again(database: Database) -> None:
    desk = Newsdesk(database)
    later = told("later", "2010-10-20", "update cpanel+tucows cancelled 2011")
    desk.arrive(told("year", "2012-03-28", "update cpanel cancelled 2012"))
    desk.arrive(told("undated", "2011-11-13", "update cpanel+tucows happened -"), later)
    april = told("april", "2011-04-10", "update cpanel cancelled 2011-04")
    desk.arrive(replace(later, on="2013-10-11"), april, batch=1)
    assert _stored(database) == _resolved_together(database)


@pytest.mark.parametrize("seed", range(2))
def test_posts_that_change_leave_the_events_that_all_comes_to(database: Database, seed: int) -> None:
    """Some get another date, some other words, and others are resolved before they are tagged again."""
    chance, desk = random.Random(seed), Newsdesk(database)  # noqa: S311 - the same every time
    posts = {post.name: post for post in archive(chance, 30, 3)}
    coming = [posts.pop(name) for name in chance.sample(list(posts), 8)]
    desk.arrive(*posts.values())
    while coming:
        changed = [_changed(chance, post) for post in chance.sample(list(posts.values()), 3)]
        posts |= {post.name: post for post in (*changed, coming.pop(), coming.pop())}
        desk.arrive(*list(posts.values())[-2:], *changed, batch=1)
        assert _stored(database) == _resolved_together(database)


def _changed(chance: random.Random, post: Told) -> Told:
    if chance.random() < 0.6:
        return replace(post, on=str(FIRST + timedelta(days=chance.randrange(365 * 3))))
    return replace(post, says=(*post.says, "update cpanel happened -"), words="")


def test_events_of_posts_whose_source_goes_count_their_sources_anew(database: Database) -> None:
    desk = _two_sources(database)
    with database.write() as session:
        for name in "ab":
            remove_source(session, f"http://{name}.example/feed", keep_posts=True)
    desk.analyze()
    assert _stored(database) == _resolved_together(database)
    assert [event.sources for event in desk.timeline()] == [1]


def test_events_of_posts_that_another_source_takes_over_count_their_sources_anew(database: Database) -> None:
    desk = _two_sources(database)
    first, second = _TWO
    for post in (first, second):
        desk.arrive(replace(post, by="wire"))  # which is where both of them have their address
    assert _stored(database) == _resolved_together(database)
    assert [event.sources for event in desk.timeline()] == [1]


_TWO = (
    told("first", "2010-05-01", "release cpanel happened 2010-05-01", by="a"),
    told("second", "2010-05-02", "release cpanel happened 2010-05-01", by="b"),
)


def _two_sources(database: Database) -> Newsdesk:
    """An event that two sources tell of."""
    desk = Newsdesk(database)
    desk.arrive(*_TWO)
    assert [event.sources for event in desk.timeline()] == [2]
    return desk


def test_a_mention_without_subjects_keeps_nobody_from_being_resolved(database: Database) -> None:
    """It is of no event, also where it was of one before its subjects went."""
    desk = Newsdesk(database)
    desk.arrive(told("former", "2010-05-01", "release sp1 happened 2010-05-01"))
    with database.write() as session:
        session.execute(delete(EventMentionSubject))
        session.execute(update(Event).values(stale=True))
    desk.arrive(told("next", "2010-05-01", "release sp1 happened 2010-05-01"))
    assert [event.reports for event in desk.timeline()] == [1]
    with database.read() as session:
        events = session.scalars(select(EventMention.event_id).order_by(EventMention.id)).all()
    assert [event is None for event in events] == [True, False]


def test_what_is_resolved_at_once_sees_what_another_process_resolves(postgresql_url: str) -> None:
    """Where it would read before it has the writer's lock, what the other has just written would be lost."""
    with closing(Database(postgresql_url)) as database, ThreadPoolExecutor(1) as threads:
        desk = Newsdesk(database)
        desk.arrive(
            told("plan", "2010-05-01", "release sp1 planned 2010-07"),
            told("gone", "2010-05-10", "release sp1 planned 2010-07"),
        )
        desk.store(told("fact", "2010-06-20", "release sp1 happened 2010-06-20"))
        with database.write() as session:
            remove_source(session, "http://gone.example/feed", keep_posts=False)
        with database.write() as session:
            one_writer(session)
            other = threads.submit(_settle, database)
            wait_for_a_writer(session)
            (post,) = posts_to_analyze(session, version="1", stale=False, after_id=None, limit=9)
            analysis = to_analysis_input(LineTagger().tag(PostText(post.title, post.text, post.published)))
            assert save_analysis(session, post.id, analysis, version="1", content_hash=post.content_hash)
            settle_events(session, [post.id], now=NOW)
        other.result()
        assert _stored(database) == _resolved_together(database)


def _settle(database: Database) -> None:
    with database.write() as session:
        settle_events(session, (), now=NOW)


def _stored(database: Database) -> dict[str, tuple[object, ...]]:
    with database.read() as session:
        mentions: dict[int | None, list[int]] = {}
        for number, event in session.execute(select(EventMention.id, EventMention.event_id).order_by(EventMention.id)):
            mentions.setdefault(event, []).append(number)
        return {
            event.public_id: (
                tuple(mentions[event.id]), event.type, event.status, event.title, event.value, event.begin, event.end,
                event.confidence, event.sources, event.first_reported_at, event.slipped_days,
            )
            for event in session.scalars(select(Event))
        }  # fmt: skip


def _resolved_together(database: Database) -> dict[str, tuple[object, ...]]:
    with database.read() as session:
        rows = mention_rows(session, session.scalars(select(EventMention.id)))
    return {
        event.public_id: (
            event.mention_ids, event.type, event.status, event.title, event.date.value, event.date.begin,
            event.date.end, event.confidence, event.sources, event.first_reported, event.slipped_days,
        )
        for event in resolve_rows(rows)
    }  # fmt: skip
