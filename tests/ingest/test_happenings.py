"""The truth table of events across posts: what posts say, and the events that they come to, in whatever order they
arrive. Each scenario goes the whole way: stored, tagged, resolved, shown on the timeline.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import permutations

import pytest

from ingest import analysis
from ingest.stories import Desk, retell
from store.database import Database, Transaction
from store.records import EventRecord
from tests.ingest.newsdesk import Newsdesk, Told, in_words, told


@dataclass(frozen=True)
class Scenario:
    """`posts` in the order of their publishing; `events` in that of the timeline (of one day by their ids);
    `then` is done when all are there."""

    name: str
    posts: tuple[Told, ...]
    events: tuple[str, ...]
    then: Callable[[Newsdesk, tuple[Told, ...]], None] = lambda _desk, _posts: None


def scenario(
    name: str, posts: list[Told], *events: str, then: Callable[[Newsdesk, tuple[Told, ...]], None] | None = None
) -> Scenario:
    return Scenario(name, tuple(posts), events, then or (lambda _desk, _posts: None))


def _retag(desk: Newsdesk, _posts: tuple[Told, ...]) -> None:
    desk.retag()


def _remove_last(desk: Newsdesk, posts: tuple[Told, ...]) -> None:
    desk.remove(posts[-1])


def _remove_first(desk: Newsdesk, posts: tuple[Told, ...]) -> None:
    desk.remove(posts[0])


def _edit_last(*says: str) -> Callable[[Newsdesk, tuple[Told, ...]], None]:
    def edit(desk: Newsdesk, posts: tuple[Told, ...]) -> None:
        desk.arrive(replace(posts[-1], says=says))

    return edit


PLAN = told("plan", "2010-05-01", "release sp1 planned 2010-07-01")

TABLE = [
    # -- who says it
    scenario("one report", [told("a", "2010-08-24", "release sp1 happened 2010-08-23")],
             "release sp1 happened 2010-08-23 | a | 1 source"),
    scenario("independent reports",
             [told("a", "2010-08-24", "release sp1 happened 2010-08-23"),
              told("b", "2010-08-25", "release sp1 happened 2010-08-23")],
             "release sp1 happened 2010-08-23 | a b | 2 sources"),
    scenario("copies of one press release",
             [told("a", "2010-08-24", "release sp1 happened 2010-08-23"),
              told("b", "2010-08-25", "release sp1 happened 2010-08-23", words="a"),
              told("c", "2010-08-26", "release sp1 happened 2010-08-23", words="a")],
             "release sp1 happened 2010-08-23 | a b c | 1 source"),
    scenario("a copy with some words changed",
             [told("a", "2010-08-24", "release sp1 happened 2010-08-23"),
              told("b", "2010-08-25", "release sp1 happened 2010-08-23", words="a~")],
             "release sp1 happened 2010-08-23 | a b | 1 source"),
    scenario("a rewrite is a report of its own",
             [told("a", "2010-08-24", "release sp1 happened 2010-08-23"),
              told("b", "2010-08-25", "release sp1 happened 2010-08-23", words="a/")],
             "release sp1 happened 2010-08-23 | a b | 2 sources"),
    scenario("a source that repeats itself",
             [told("a", "2010-08-24", "release sp1 happened 2010-08-23", by="wire"),
              told("b", "2010-08-25", "release sp1 happened 2010-08-23", by="wire")],
             "release sp1 happened 2010-08-23 | a b | 1 source"),
    scenario("copies and a report",
             [told("a", "2010-08-24", "release sp1 happened 2010-08-23"),
              told("b", "2010-08-25", "release sp1 happened 2010-08-23", words="a"),
              told("c", "2010-08-26", "release sp1 happened 2010-08-23")],
             "release sp1 happened 2010-08-23 | a b c | 2 sources"),
    scenario("a copied \"today\" is the first one's",
             [told("a", "2010-08-23", "release sp1 happened today"),
              told("b", "2010-08-26", "release sp1 happened today", words="a")],
             "release sp1 happened 2010-08-23 | a b | 1 source"),
    # -- how exactly it is said
    scenario("two precisions",
             [told("a", "2010-08-20", "release sp1 happened 2010-08"),
              told("b", "2010-08-25", "release sp1 happened 2010-08-23")],
             "release sp1 happened 2010-08-23 | a b | 2 sources | said 2010-08, 2010-08-23"),
    scenario("three precisions",
             [told("a", "2010-01-20", "release sp1 planned 2010"),
              told("b", "2010-06-25", "release sp1 planned 2010-08"),
              told("c", "2010-08-25", "release sp1 happened 2010-08-23")],
             "release sp1 happened 2010-08-23 | a b c | 3 sources | said 2010, 2010-08, 2010-08-23 | slipped 0"),
    scenario("the coarse word last",
             [told("a", "2010-08-24", "release sp1 happened 2010-08-23"),
              told("b", "2010-12-20", "release sp1 happened 2010")],
             "release sp1 happened 2010-08-23 | a b | 2 sources"),
    scenario("a quarter and a month in it",
             [told("a", "2010-03-01", "release sp1 planned 2010-Q3"),
              told("b", "2010-05-01", "release sp1 planned 2010-08")],
             "release sp1 planned 2010-08 | a b | 2 sources | said 2010-Q3, 2010-08 | slipped 0"),
    scenario("a year takes the nearest of two outages",
             [told("a", "2010-02-02", "outage cpanel happened 2010-02-01"),
              told("b", "2010-11-02", "outage cpanel happened 2010-11-01"),
              told("c", "2010-12-20", "outage cpanel happened 2010")],
             "outage cpanel happened 2010-02-01 | a | 1 source",
             "outage cpanel happened 2010-11-01 | b c | 2 sources"),
    # -- plans
    scenario("planned, then happened",
             [told("a", "2010-05-01", "release sp1 planned 2010-08-23"),
              told("b", "2010-08-24", "release sp1 happened 2010-08-23")],
             "release sp1 happened 2010-08-23 | a b | 2 sources | slipped 0"),
    scenario("planned, then happened as planned, undated",
             [told("a", "2010-05-01", "release sp1 planned 2010-08-23"),
              told("b", "2010-08-24", "release sp1 happened -")],
             "release sp1 happened 2010-08-23 | a b | 2 sources | slipped 0"),
    scenario("planned, then happened before its day",
             [told("a", "2010-05-01", "release sp1 planned 2010-08-23"),
              told("b", "2010-08-20", "release sp1 happened -")],
             "release sp1 happened 2010-08-20 (published) | a b | 2 sources | slipped -3"),
    scenario("a slip",
             [PLAN, told("slip", "2010-06-10", "release sp1 planned 2010-09-01")],
             "release sp1 planned 2010-09-01 | plan slip | 2 sources | said 2010-07-01, 2010-09-01 (+62) | slipped 62"),
    scenario("a slip that repeats the former day",
             [PLAN, told("slip", "2010-06-10", "release sp1 planned 2010-07-01", "release sp1 planned 2010-09-01")],
             "release sp1 planned 2010-09-01 | plan slip | 2 sources | said 2010-07-01, 2010-09-01 (+62) | slipped 62"),
    scenario("slipped twice, then happened",
             [PLAN,
              told("b", "2010-06-10", "release sp1 planned 2010-09-01"),
              told("c", "2010-08-10", "release sp1 planned 2010-10-01"),
              told("d", "2010-10-06", "release sp1 happened 2010-10-05")],
             "release sp1 happened 2010-10-05 | plan b c d | 4 sources | "
             "said 2010-07-01, 2010-09-01 (+62), 2010-10-01 (+30), 2010-10-05 (+4) | slipped 96"),
    scenario("brought forward",
             [PLAN, told("b", "2010-05-20", "release sp1 planned 2010-06-01")],
             "release sp1 planned 2010-06-01 | plan b | 2 sources | said 2010-07-01, 2010-06-01 (-30) | slipped -30"),
    scenario("moved there and back",
             [PLAN,
              told("b", "2010-05-20", "release sp1 planned 2010-08-01"),
              told("c", "2010-06-20", "release sp1 planned 2010-07-01")],
             "release sp1 planned 2010-07-01 | plan b c | 3 sources | "
             "said 2010-07-01, 2010-08-01 (+31), 2010-07-01 (-31) | slipped 0"),
    scenario("a month slips into another",
             [told("a", "2010-05-01", "release sp1 planned 2010-06"),
              told("b", "2010-06-20", "release sp1 planned 2010-09")],
             "release sp1 planned 2010-09 | a b | 2 sources | said 2010-06, 2010-09 (+92) | slipped 92"),
    scenario("a month that was missed by a day",
             [told("a", "2010-05-01", "release sp1 planned 2010-06"),
              told("b", "2010-07-02", "release sp1 happened 2010-07-01")],
             "release sp1 happened 2010-07-01 | a b | 2 sources | said 2010-06, 2010-07-01 (+1) | slipped 1"),
    scenario("an old plan repeated after it happened",
             [PLAN,
              told("b", "2010-07-20", "release sp1 happened 2010-07-15"),
              told("c", "2010-07-25", "release sp1 planned 2010-07-01")],
             "release sp1 happened 2010-07-15 | plan b c | 3 sources | "
             "said 2010-07-01, 2010-07-15 (+14), 2010-07-01 (-14) | slipped 14"),
    scenario("an undated plan gets its day",
             [told("a", "2010-05-01", "release sp1 planned -"),
              told("b", "2010-06-10", "release sp1 planned 2010-09-01")],
             "release sp1 planned 2010-09-01 | a b | 2 sources | slipped 0"),
    scenario("an undated plan has no day",
             [told("a", "2010-05-01", "release sp1 planned -")],
             "release sp1 planned undated | a | 1 source"),
    # -- called off
    scenario("called off", [PLAN, told("b", "2010-06-01", "release sp1 cancelled -")],
             "release sp1 cancelled 2010-07-01 | plan b | 2 sources | slipped 0"),
    scenario("called off, then taken up again",
             [PLAN,
              told("b", "2010-06-01", "release sp1 cancelled 2010-07-01"),
              told("c", "2010-08-01", "release sp1 planned 2010-10-01")],
             "release sp1 planned 2010-10-01 | plan b c | 3 sources | said 2010-07-01, 2010-10-01 (+92) | slipped 92"),
    scenario("called off, taken up again, happened",
             [PLAN,
              told("b", "2010-06-01", "release sp1 cancelled -"),
              told("c", "2010-08-01", "release sp1 planned 2010-10-01"),
              told("d", "2010-10-02", "release sp1 happened 2010-10-01")],
             "release sp1 happened 2010-10-01 | plan b c d | 4 sources | "
             "said 2010-07-01, 2010-10-01 (+92) | slipped 92"),
    scenario("happened or called off",
             [told("a", "2010-06-20", "meeting oracle happened 2010-06-20"),
              told("b", "2010-06-22", "meeting oracle cancelled 2010-06-20")],
             "meeting oracle happened 2010-06-20 | a b | 2 sources | "
             "conflict: happened 2010-06-20 (a) / cancelled 2010-06-20 (b)"),
    scenario("called off says one when another says it is out",
             [told("a", "2010-07-02", "release sp1 happened 2010-07-01"),
              told("b", "2010-07-03", "release sp1 cancelled -")],
             "release sp1 happened 2010-07-01 | a b | 2 sources | "
             "conflict: happened 2010-07-01 (a) / cancelled undated (b)"),
    # -- contradictions
    scenario("two days for one version",
             [told("a", "2010-08-24", "release sp1 happened 2010-08-23"),
              told("b", "2010-08-26", "release sp1 happened 2010-08-25")],
             "release sp1 happened 2010-08-23 | a b | 2 sources | said 2010-08-23, 2010-08-25 (+2) | "
             "conflict: happened 2010-08-23 (a) / happened 2010-08-25 (b)"),
    scenario("the more independent reports are shown",
             [told("a", "2010-08-24", "release sp1 happened 2010-08-23"),
              told("b", "2010-08-26", "release sp1 happened 2010-08-25"),
              told("c", "2010-08-27", "release sp1 happened 2010-08-25")],
             "release sp1 happened 2010-08-25 | a b c | 3 sources | said 2010-08-23, 2010-08-25 (+2) | "
             "conflict: happened 2010-08-25 (b c) / happened 2010-08-23 (a)"),
    scenario("copies do not outvote",
             [told("a", "2010-08-24", "release sp1 happened 2010-08-23"),
              told("b", "2010-08-26", "release sp1 happened 2010-08-25"),
              told("c", "2010-08-27", "release sp1 happened 2010-08-25", words="b")],
             "release sp1 happened 2010-08-23 | a b c | 2 sources | said 2010-08-23, 2010-08-25 (+2) | "
             "conflict: happened 2010-08-23 (a) / happened 2010-08-25 (b c)"),
    scenario("a source that corrects itself",
             [told("a", "2010-08-24", "release sp1 happened 2010-08-23", by="wire"),
              told("b", "2010-08-26", "release sp1 happened 2010-08-25", by="wire")],
             "release sp1 happened 2010-08-25 | a b | 1 source | said 2010-08-23, 2010-08-25 (+2)"),
    scenario("two days for the approval of a TLD",
             [told("a", "2010-06-26", "approval xxx happened 2010-06-25"),
              told("b", "2010-06-28", "approval xxx happened 2010-06-26")],
             "approval xxx happened 2010-06-25 | a b | 2 sources | said 2010-06-25, 2010-06-26 (+1) | "
             "conflict: happened 2010-06-25 (a) / happened 2010-06-26 (b)"),
    scenario("two days for one deal",
             [told("a", "2010-01-28", "acquisition oracle+sun happened 2010-01-27"),
              told("b", "2010-02-15", "acquisition sun+oracle happened 2010-02-12")],
             "acquisition oracle+sun happened 2010-01-27 | a b | 2 sources | said 2010-01-27, 2010-02-12 (+16) | "
             "conflict: happened 2010-01-27 (a) / happened 2010-02-12 (b)"),
    scenario("still planned says one when another says it is out",
             [told("a", "2010-08-24", "release sp1 happened 2010-08-23"),
              told("b", "2010-09-01", "release sp1 planned 2010-10-01")],
             "release sp1 happened 2010-08-23 | a b | 2 sources | said 2010-08-23, 2010-10-01 (+39) | slipped -39 | "
             "conflict: happened 2010-08-23 (a) / planned 2010-10-01 (b)"),
    scenario("a contradiction on a plan that came about",
             [PLAN,
              told("b", "2010-07-05", "release sp1 happened 2010-07-01"),
              told("c", "2010-07-06", "release sp1 happened 2010-07-03")],
             "release sp1 happened 2010-07-01 | plan b c | 3 sources | said 2010-07-01, 2010-07-03 (+2) | slipped 0 | "
             "conflict: happened 2010-07-01 (b) / happened 2010-07-03 (c)"),
    # -- different happenings
    scenario("a product without a version is released time and again",
             [told("a", "2010-08-24", "release cpanel happened 2010-08-23"),
              told("b", "2010-09-24", "release cpanel happened 2010-09-23")],
             "release cpanel happened 2010-08-23 | a | 1 source",
             "release cpanel happened 2010-09-23 | b | 1 source"),
    scenario("years apart are two things",
             [told("a", "2010-08-24", "release sp1 happened 2010-08-23"),
              told("b", "2014-08-24", "release sp1 happened 2014-08-23")],
             "release sp1 happened 2010-08-23 | a | 1 source",
             "release sp1 happened 2014-08-23 | b | 1 source"),
    scenario("two products in one post",
             [told("a", "2010-08-24", "release sp1 happened 2010-08-23", "release php56 happened 2010-08-23"),
              told("b", "2010-08-25", "release php56 happened 2010-08-23")],
             "release php56 happened 2010-08-23 | a b | 2 sources",
             "release sp1 happened 2010-08-23 | a | 1 source"),
    scenario("two days in one post",
             [told("a", "2010-05-01", "release sp1 planned 2010-07-01", "release sp1 planned 2010-09-01")],
             "release sp1 planned 2010-07-01 | a | 1 source | slipped 0",
             "release sp1 planned 2010-09-01 | a | 1 source | slipped 0"),
    scenario("two outages",
             [told("a", "2010-08-23", "outage cpanel happened today"),
              told("b", "2010-08-25", "outage cpanel happened today")],
             "outage cpanel happened 2010-08-23 | a | 1 source",
             "outage cpanel happened 2010-08-25 | b | 1 source"),
    scenario("two types",
             [told("a", "2010-08-23", "release sp1 happened today", "security sp1 happened today")],
             "security sp1 happened 2010-08-23 | a | 1 source",
             "release sp1 happened 2010-08-23 | a | 1 source"),
    # -- who it is about
    scenario("a deal named from either side",
             [told("a", "2010-01-28", "acquisition oracle+sun happened 2010-01-27"),
              told("b", "2010-01-29", "acquisition sun+oracle happened 2010-01-27")],
             "acquisition oracle+sun happened 2010-01-27 | a b | 2 sources"),
    scenario("two deals of one buyer",
             [told("a", "2010-01-28", "acquisition oracle+sun happened 2010-01-27"),
              told("b", "2010-01-29", "acquisition oracle+tucows happened 2010-01-27")],
             "acquisition oracle+tucows happened 2010-01-27 | b | 1 source",
             "acquisition oracle+sun happened 2010-01-27 | a | 1 source"),
    scenario("two products together, either of them first",
             [told("a", "2025-05-01", "end_of_support s2016+s2019 planned 2027-01-12"),
              told("b", "2025-06-01", "end_of_support s2019+s2016 planned 2027-01-12"),
              told("c", "2025-07-01", "end_of_support s2019 planned 2027-02-09")],
             "end_of_support s2016+s2019 planned 2027-02-09 | a b c | 3 sources | "
             "said 2027-01-12, 2027-02-09 (+28) | slipped 28"),
    # -- without a date
    scenario("undated echoes of a day",
             [told("a", "2010-08-24", "release sp1 happened 2010-08-23"),
              told("b", "2010-08-28", "release sp1 happened -"),
              told("c", "2010-09-28", "release sp1 happened -")],
             "release sp1 happened 2010-08-23 | a b c | 3 sources"),
    scenario("undated echoes of each other",
             [told("a", "2010-08-24", "pricing oracle happened -"),
              told("b", "2010-09-10", "pricing oracle happened -"),
              told("c", "2010-12-10", "pricing oracle happened -")],
             "pricing oracle happened 2010-08-24 (published) | a b | 2 sources",
             "pricing oracle happened 2010-12-10 (published) | c | 1 source"),
    # -- what becomes of posts
    scenario("retagged", [PLAN, told("b", "2010-06-10", "release sp1 planned 2010-09-01")],
             "release sp1 planned 2010-09-01 | plan b | 2 sources | said 2010-07-01, 2010-09-01 (+62) | slipped 62",
             then=_retag),
    scenario("a post removed", [PLAN, told("b", "2010-06-10", "release sp1 planned 2010-09-01")],
             "release sp1 planned 2010-07-01 | plan | 1 source | slipped 0", then=_remove_last),
    scenario("the first post removed", [PLAN, told("b", "2010-06-10", "release sp1 planned 2010-09-01")],
             "release sp1 planned 2010-09-01 | b | 1 source | slipped 0", then=_remove_first),
    scenario("a post edited", [PLAN, told("b", "2010-06-10", "release sp1 planned 2010-09-01")],
             "release sp1 planned 2010-10-01 | plan b | 2 sources | said 2010-07-01, 2010-10-01 (+92) | slipped 92",
             then=_edit_last("release sp1 planned 2010-10-01")),
    scenario("a post that says so no longer", [PLAN, told("b", "2010-06-10", "release sp1 planned 2010-09-01")],
             "release sp1 planned 2010-07-01 | plan | 1 source | slipped 0", then=_edit_last("nothing of the kind")),
    scenario("a post edited to be about another product",
             [PLAN, told("b", "2010-06-10", "release sp1 planned 2010-07-01")],
             "release sp2 planned 2010-07-01 | b | 1 source | slipped 0",
             "release sp1 planned 2010-07-01 | plan | 1 source | slipped 0",
             then=_edit_last("release sp2 planned 2010-07-01")),
]  # fmt: skip


def told_alike(events: list[EventRecord]) -> list[EventRecord]:
    """Without what counts the changes on the way, which arrival does change."""
    return [replace(event, revision=0) for event in events]


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Newsdesk]:
    database = Database(sqlite_url)
    yield Newsdesk(database)
    database.close()


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.name)
def test_in_whatever_order_they_arrive(desk: Newsdesk, case: Scenario) -> None:
    outcomes = []
    for order in permutations(case.posts):
        desk.clear()
        for post in order:
            desk.arrive(post)
        case.then(desk, case.posts)
        outcomes.append(told_alike(desk.timeline()))
    assert tuple(map(in_words, outcomes[0])) == case.events
    assert all(outcome == outcomes[0] for outcome in outcomes)


SOME = [case for case in TABLE if case.name in {"slipped twice, then happened", "copies do not outvote", "retagged"}]


@pytest.mark.parametrize("case", SOME, ids=lambda case: case.name)
def test_on_both_databases(database: Database, case: Scenario) -> None:
    outcomes = []
    desk = Newsdesk(database)
    for order in (case.posts, tuple(reversed(case.posts))):
        desk.clear()
        for post in order:
            desk.arrive(post)
        case.then(desk, case.posts)
        outcomes.append(tuple(map(in_words, desk.timeline())))
    assert outcomes == [case.events] * 2


def test_the_table_is_long_enough() -> None:
    assert len({case.name for case in TABLE}) == len(TABLE) >= 40


def test_what_a_post_does_not_touch_is_not_told_anew(desk: Newsdesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a product that something happens to every day, the stories of that day alone are looked at again."""
    around: list[int] = []

    def watched(transaction: Transaction, stories: Desk, posts: Collection[int], *, now: datetime) -> None:
        around.append(len(posts))
        retell(transaction, stories, posts, now=now)

    monkeypatch.setattr(analysis, "retell", watched)
    desk.arrive(*(told(f"p{n}", f"2010-0{n}-01", "outage cpanel happened today") for n in range(1, 7)))
    desk.arrive(told("new", "2010-03-02", "outage cpanel happened 2010-03-01"))
    desk.retag()
    assert around == [6, 2, 7]
