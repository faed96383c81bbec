"""Releases held against the record: what a post announces, and what contradicts the record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bench.release_scores import announced_versions, score_releases
from nlp.annotations import Analysis, EventMention, Evidence, PostText

DAY = timedelta(days=1)
RECORDED = {"8.0": date(2020, 3, 2), "8.1": date(2020, 6, 10), "8.10": date(2021, 1, 20)}


def post(title: str, day: date) -> PostText:
    return PostText(title, "", day)


def release(*subjects: str, day: date | None = None, until: date | None = None, **fields: str) -> EventMention:
    kind, status = fields.get("type", "release"), fields.get("status", "happened")
    value = None if day is None else day.isoformat()
    end = until or (None if day is None else day + DAY)
    evidence = Evidence("text", 0, 1, "x")
    return EventMention(kind, status, value, day, end, subjects, evidence, 0.9)  # type: ignore[arg-type]  # a test's words


@pytest.mark.parametrize(
    ("title", "day", "announced"),
    [
        pytest.param("Foo 8.1 is out", date(2020, 6, 10), ["8.1"], id="on the day"),
        pytest.param("Foo 8.1 is out", date(2020, 6, 13), ["8.1"], id="three days later"),
        pytest.param("Foo 8.1 is out", date(2020, 6, 14), [], id="four days later"),
        pytest.param("Foo 8.1 is out", date(2020, 6, 8), ["8.1"], id="two days before"),
        pytest.param("Foo 8.1 beta is out", date(2020, 6, 10), [], id="a beta"),
        pytest.param("Foo 8.10 is out", date(2021, 1, 20), ["8.10"], id="not the version that it begins with"),
        pytest.param("Foo 8.1.2 is out", date(2020, 6, 10), [], id="a version of a version"),
        pytest.param("Foo 8 is out!", date(2020, 3, 2), ["8.0"], id="the first by its main number"),
        pytest.param("News of the week", date(2020, 6, 10), [], id="no version"),
    ],
)
def test_what_a_post_announces(title: str, day: date, announced: list[str]) -> None:
    assert announced_versions(post(title, day), RECORDED) == announced


@pytest.mark.parametrize(
    ("event", "found"),
    [
        pytest.param(release("foo-8-1"), True, id="without a date, on the publishing day"),
        pytest.param(release("acme", "foo-8-1", day=date(2020, 6, 9)), True, id="a day before"),
        pytest.param(release("foo-8-1", day=date(2020, 6, 8)), False, id="two days before"),
        pytest.param(
            release("foo-8-1", day=date(2020, 6, 1), until=date(2020, 7, 1)), False, id="no more than a month"
        ),
        pytest.param(release("foo-8-1", status="planned"), False, id="as a plan"),
        pytest.param(release("foo-8-1", type="preview"), False, id="as a preview"),
        pytest.param(release("foo"), False, id="without the version"),
        pytest.param(release("foo-8-10"), False, id="another version"),
        pytest.param(release("foobar-8-1"), False, id="another product"),
    ],
)
def test_an_announced_version_is_found_by_version_and_day(event: EventMention, *, found: bool) -> None:
    scores = score_releases("foo", RECORDED, [(post("Foo 8.1", date(2020, 6, 10)), Analysis(events=(event,)))])
    assert (scores.announced, scores.missed) == (("8.1",), () if found else ("8.1",))
    assert scores.recall == found


def test_only_the_announcing_post_tells_a_release() -> None:
    tagged = [
        (post("Foo 8.1", date(2020, 6, 10)), Analysis()),
        (post("A year of Foo", date(2020, 12, 31)), Analysis(events=(release("foo-8-1", day=date(2020, 6, 10)),))),
    ]
    assert score_releases("foo", RECORDED, tagged).missed == ("8.1",)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        pytest.param(release("foo-8-1", day=date(2020, 6, 11)), None, id="within a day"),
        pytest.param(release("foo-8-1", day=date(2020, 6, 1), until=date(2020, 7, 1)), None, id="in its month"),
        pytest.param(
            release("foo-8-1", day=date(2019, 6, 1), until=date(2019, 7, 1)), "8.1 was", id="in another month"
        ),
        pytest.param(release("foo-8-1"), "not on 2022-05-05", id="on the publishing day, long after"),
        pytest.param(release("foo-8-10", "foo-8-1", day=date(2020, 6, 10)), "8.10 was", id="one of two versions"),
        pytest.param(release("foo-8", day=date(2020, 3, 2)), None, id="a main version, by its first"),
        pytest.param(release("foo-8"), "8 was", id="a main version, on another day"),
        pytest.param(release("foo-8-1", day=date(2020, 9, 1), status="planned"), "8.1 was", id="a plan, told too late"),
    ],
)
def test_a_release_is_wrong_where_the_record_contradicts(event: EventMention, reason: str | None) -> None:
    scores = score_releases("foo", RECORDED, [(post("Looking back", date(2022, 5, 5)), Analysis(events=(event,)))])
    assert scores.judged == 1
    assert scores.wrong_share == (reason is not None)
    assert reason is None or reason in scores.wrong[0].reason


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(release("foo-9-3"), id="a version without a record"),
        pytest.param(release("foo"), id="no version"),
        pytest.param(release("foo-8-1", status="cancelled"), id="cancelled"),
        pytest.param(release("foo-8-1", type="update"), id="no release"),
        pytest.param(release("foo-8-10", day=date(2020, 12, 1), status="planned"), id="a plan that slipped"),
    ],
)
def test_what_the_record_cannot_judge_is_not_judged(event: EventMention) -> None:
    scores = score_releases("foo", RECORDED, [(post("News", date(2020, 5, 5)), Analysis(events=(event,)))])
    assert (scores.judged, scores.wrong_share) == (0, 0)


def test_in_an_announcement_a_version_that_never_was_is_wrong() -> None:
    events = (release("foo-8-1"), release("foo-8-13"))
    scores = score_releases("foo", RECORDED, [(post("Foo 8.1", date(2020, 6, 10)), Analysis(events=events))])
    assert (scores.judged, [wrong.reason for wrong in scores.wrong]) == (2, ["8.13 is not on record"])


def test_nothing_announced_is_nothing_missed() -> None:
    assert score_releases("foo", RECORDED, []).recall == 1
