"""What holds of every timeline: in whatever order and batches posts arrive it is the same, and on any later day it can
be shown as it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.database import Database
from store.places import place_of
from tests.ingest.newsdesk import Newsdesk, Told, told

FIRST = date(2010, 1, 4)
DAYS = [(FIRST + timedelta(days=9 * n)).isoformat() for n in range(12)]
VALUES = [*DAYS[::2], "2010-02", "2010-04", "2010", "-"]
SAYS = st.builds(
    "{} {} {}".format,
    st.sampled_from([
        "release sp1", "release cpanel", "outage cpanel", "acquisition oracle+sun", "acquisition sun+oracle",
        "end_of_support s2016+s2019", "end_of_support s2019+s2016", "end_of_support s2019",
    ]),
    st.sampled_from(["happened", "planned", "cancelled"]),
    st.sampled_from(VALUES),
)  # fmt: skip


@st.composite
def posts(draw: st.DrawFn, most: int = 6) -> list[Told]:
    """Some posts of three sources; some of them copy the first."""
    return [
        told(
            f"post{number}",
            draw(st.sampled_from(DAYS)),
            *draw(st.lists(SAYS, min_size=1, max_size=2)),
            by=draw(st.sampled_from(["wire", "blog", "paper"])),
            words=draw(st.sampled_from(["", "", "", "post0", "post0~"])) if number else "",
        )
        for number in range(draw(st.integers(2, most)))
    ]


@st.composite
def batches(draw: st.DrawFn, most: int = 6) -> tuple[list[Told], list[list[Told]]]:
    """Posts, and the same in another order, parted into batches."""
    first = draw(posts(most))
    left = draw(st.permutations(first))
    parts: list[list[Told]] = []
    while left:
        size = draw(st.integers(1, len(left)))
        parts.append(list(left[:size]))
        left = left[size:]
    return first, parts


@pytest.fixture(scope="module")
def desk(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsdesk]:
    path = tmp_path_factory.mktemp("properties") / "hostwire.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield Newsdesk(database)
    database.close()


FEW = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FEW
@given(batches())
def test_any_order_of_arrival_and_any_batches_give_the_same_timeline(
    desk: Newsdesk, arrivals: tuple[list[Told], list[list[Told]]]
) -> None:
    together, parts = arrivals
    desk.clear()
    desk.arrive(*together)
    at_once = [replace(event, revision=0) for event in desk.timeline()]
    desk.clear()
    for part in parts:
        desk.arrive(*part)
    assert [replace(event, revision=0) for event in desk.timeline()] == at_once
    desk.retag()
    assert [replace(event, revision=0) for event in desk.timeline()] == at_once
    places = [place_of(event.date.begin, event.id) for event in at_once]
    assert places == sorted(places)


@FEW
@given(posts())
def test_every_day_can_be_shown_again_as_it_was(desk: Newsdesk, told_of: list[Told]) -> None:
    """Posts arrive in the order of their publishing, and each evening the timeline is kept."""
    desk.clear()
    kept: dict[str, list[object]] = {}
    queries: list[dict[str, object]] = [
        {}, {"product": "exchange"}, {"show": "coming"}, {"show": "slipped"}, {"show": "conflict"},
        {"statuses": ("planned",)}, {"begin": date(2010, 2, 1), "end": date(2010, 4, 1)},
    ]  # fmt: skip
    for evening in DAYS:
        for post in told_of:
            if post.on == evening:
                desk.arrive(post)
        today = date.fromisoformat(evening)
        kept[evening] = [_as_served(desk, today=today, **query) for query in queries]
    for evening, served in kept.items():
        assert [_as_served(desk, as_of=date.fromisoformat(evening), **query) for query in queries] == served


def _as_served(desk: Newsdesk, **query: object) -> list[object]:
    """What the API shows of events: not when they were last changed, nor how often."""
    events = desk.timeline(**query)
    return [replace(event, revision=0, changed=event.first_reported) for event in events]
