"""Event mentions of many posts become events: what belongs together, which date counts, and what never changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.annotations import EventStatus, EventType
from nlp.event_facts import voices
from nlp.resolve import Cluster, ReportedDate, ResolvedEvent, ResolverMention, Subject, resolve_events

PHP: Subject = ("product", "php-5-6")
ROLLUP_3: Subject = ("product", "exchange-2010-update-rollup-3")
ROLLUP_4: Subject = ("product", "exchange-2010-update-rollup-4")
TUCOWS: Subject = ("organization", "tucows")
ORACLE: Subject = ("organization", "oracle")
IDS = count(1)


def interval(value: str | None) -> tuple[date | None, date | None]:
    """The interval of a day, a month or a year."""
    if value is None:
        return None, None
    parts = [int(part) for part in value.split("-")]
    begin = date(*[*parts, 1, 1][:3])
    if len(parts) == 3:
        return begin, begin + timedelta(days=1)
    if len(parts) == 2:
        return begin, (begin + timedelta(days=31)).replace(day=1)
    return begin, date(parts[0] + 1, 1, 1)


def mention(
    when: str | None,
    reported: str,
    *,
    kind: EventType = "release",
    status: EventStatus = "happened",
    subjects: tuple[Subject, ...] = (PHP,),
    post: str | None = None,
    source: int | None = None,
    content: str | None = None,
    confidence: float = 0.8,
    version: bool = False,
    copies: frozenset[str] = frozenset(),
) -> ResolverMention:
    """A mention in a post, source and words of its own unless they are given."""
    number = next(IDS)
    begin, end = interval(when)
    return ResolverMention(
        id=number,
        post=post or f"post-{reported}-{when}",
        source=source or number,
        content_hash=content or f"words-{number}",
        reported=datetime.fromisoformat(reported).replace(tzinfo=UTC),
        type=kind,
        status=status,
        date=when,
        begin=begin,
        end=end,
        subjects=subjects,
        names=tuple(slug.title() for _, slug in subjects),
        confidence=confidence,
        version=version,
        copies=copies,
    )


def the_event(*mentions: ResolverMention) -> ResolvedEvent:
    (event,) = resolve_events(mentions)
    return event


# -- what belongs together -------------------------------------------------------------------------

TOGETHER: dict[str, tuple[ResolverMention, ...]] = {
    "the same day": (mention("2014-08-28", "2014-08-28"), mention("2014-08-28", "2014-08-30")),
    "a month and a day in it": (mention("2014-08", "2014-09-01"), mention("2014-08-28", "2014-08-30")),
    "a year and a day in it": (mention("2014", "2014-12-01"), mention("2014-08-28", "2014-08-30")),
    "undated, near the day": (mention("2014-08-28", "2014-08-28"), mention(None, "2014-09-02")),
    "undated, of one week": (mention(None, "2014-08-28"), mention(None, "2014-09-02")),
    "a plan and what came of it": (
        mention("2014-08-28", "2014-06-01", status="planned"),
        mention("2014-08-28", "2014-08-29"),
    ),
    "a plan that moved": (
        mention("2014-06", "2014-03-01", status="planned"),
        mention("2014-08-28", "2014-08-29"),
    ),
    "an undated plan": (
        mention("2014-08-28", "2014-08-29"),
        mention(None, "2014-05-01", status="planned"),
    ),
    "a deal told from either side": (
        mention("2014-08-28", "2014-08-29", kind="acquisition", subjects=(TUCOWS, ORACLE)),
        mention("2014-08-28", "2014-08-30", kind="acquisition", subjects=(ORACLE, TUCOWS)),
    ),
}

APART: dict[str, tuple[ResolverMention, ...]] = {
    "two rollups": (
        mention("2014-08-28", "2014-08-28", kind="update", subjects=(ROLLUP_3,)),
        mention("2014-08-28", "2014-08-28", kind="update", subjects=(ROLLUP_4,)),
    ),
    "two types": (mention("2014-08-28", "2014-08-28"), mention("2014-08-28", "2014-08-28", kind="security")),
    "two days that both happened": (mention("2014-08-28", "2014-08-28"), mention("2014-09-28", "2014-09-28")),
    "two outages": (
        mention("2014-08-28", "2014-08-28", kind="outage"),
        mention("2014-08-30", "2014-08-30", kind="outage"),
    ),
    "two planned meetings": (
        mention("2014-08-28", "2014-01-01", kind="meeting", status="planned"),
        mention("2014-11-28", "2014-02-01", kind="meeting", status="planned"),
    ),
    "two days in one post": (
        mention("2014-08-28", "2014-01-01", status="planned", post="one"),
        mention("2014-11-28", "2014-01-01", status="planned", post="one"),
    ),
    "a plan of years ago": (
        mention("2010-08-28", "2010-01-01", status="planned"),
        mention("2014-08-28", "2014-08-28"),
    ),
    "undated, long after": (mention("2014-08-28", "2014-08-28"), mention(None, "2015-08-28")),
    "undated, months between": (mention(None, "2014-01-01"), mention(None, "2014-05-01")),
    "two deals of one buyer": (
        mention("2014-08-28", "2014-08-29", kind="acquisition", subjects=(ORACLE, TUCOWS)),
        mention("2014-08-28", "2014-08-29", kind="acquisition", subjects=(ORACLE, ("organization", "donuts"))),
    ),
}


@pytest.mark.parametrize("case", TOGETHER)
def test_one_event(case: str) -> None:
    event = the_event(*TOGETHER[case])
    assert event.mention_ids == tuple(sorted(mention.id for mention in TOGETHER[case]))


@pytest.mark.parametrize("case", APART)
def test_several_events(case: str) -> None:
    assert len(resolve_events(APART[case])) == len(APART[case])


def test_without_mentions_there_are_no_events() -> None:
    assert resolve_events([]) == ()


def test_a_mention_without_subjects_is_no_event() -> None:
    assert resolve_events([mention("2014-08-28", "2014-08-28", subjects=())]) == ()


# -- who says it -----------------------------------------------------------------------------------


def test_sources_that_say_it_in_their_own_words_count() -> None:
    event = the_event(
        mention("2014-08-28", "2014-08-28", source=1),
        mention("2014-08-28", "2014-08-29", source=2),
        mention("2014-08-28", "2014-08-30", source=2),
    )
    assert event.sources == 2


def test_a_copy_is_no_further_source() -> None:
    event = the_event(
        mention("2014-08-28", "2014-08-28", source=1, content="same"),
        mention("2014-08-28", "2014-08-29", source=2, content="same"),
        mention("2014-08-28", "2014-08-30", source=3, content="same"),
    )
    assert event.sources == 1
    assert event.confidence == 0.8


def test_further_sources_make_it_surer() -> None:
    assert the_event(mention(None, "2014-08-28"), mention(None, "2014-08-29")).confidence == 0.96


def test_one_source_that_repeats_itself_does_not() -> None:
    event = the_event(mention(None, "2014-08-28", source=1), mention(None, "2014-08-29", source=1))
    assert event.confidence == 0.8


def test_it_was_first_reported_by_the_earliest_post() -> None:
    event = the_event(mention("2014-08-28", "2014-08-30"), mention("2014-08-28", "2014-08-28"))
    assert event.first_reported == datetime(2014, 8, 28, tzinfo=UTC)


# -- when ------------------------------------------------------------------------------------------

DATED: dict[str, tuple[tuple[ResolverMention, ...], str]] = {
    "the finer of two": ((mention("2014-08", "2014-09-01"), mention("2014-08-28", "2014-09-02")), "2014-08-28"),
    "the finer, said first": ((mention("2014-08-28", "2014-08-28"), mention("2014", "2014-12-02")), "2014-08-28"),
    "the fact before the plan": (
        (mention("2014-08-01", "2014-05-01", status="planned"), mention("2014-09", "2014-10-01")),
        "2014-09",
    ),
    "the last plan": (
        (
            mention("2014-06-01", "2014-01-01", status="planned"),
            mention("2014-09-01", "2014-05-01", status="planned"),
        ),
        "2014-09-01",
    ),
}


@pytest.mark.parametrize("case", DATED)
def test_its_date_is(case: str) -> None:
    mentions, expected = DATED[case]
    event = the_event(*mentions)
    assert (event.date, event.basis) == (expected, "text")
    assert (event.begin, event.end) == interval(expected)


def test_without_a_date_the_first_report_stands_in() -> None:
    event = the_event(mention(None, "2014-08-30"), mention(None, "2014-08-28"))
    assert (event.date, event.basis) == ("2014-08-28", "published")
    assert (event.begin, event.end) == (date(2014, 8, 28), date(2014, 8, 29))


def test_a_moved_date_keeps_its_history() -> None:
    event = the_event(
        mention("2014-06", "2014-01-10", status="planned", post="a"),
        mention("2014-06", "2014-02-10", status="planned", post="b"),
        mention("2014-09", "2014-05-10", status="planned", post="c"),
        mention("2014-09-11", "2014-09-12", post="d"),
    )
    assert [(said.value, said.post) for said in event.history] == [
        ("2014-06", "a"),
        ("2014-09", "c"),
        ("2014-09-11", "d"),
    ]
    assert event.history[1] == ReportedDate("2014-09", datetime(2014, 5, 10, tzinfo=UTC), "c", 92)
    assert [said.moved_days for said in event.history] == [None, 92, None]


def test_a_date_that_never_moved_has_one_line_of_history() -> None:
    event = the_event(
        mention("2014-08-28", "2014-08-28"), mention("2014-08-28", "2014-09-28"), mention(None, "2014-08-29")
    )
    assert [said.value for said in event.history] == ["2014-08-28"]


# -- has it happened? ------------------------------------------------------------------------------

STATUS: dict[str, tuple[tuple[ResolverMention, ...], EventStatus, str]] = {
    "planned": ((mention("2014-08-28", "2014-01-01", status="planned"),), "planned", "Php-5-6 to be released"),
    "happened": ((mention("2014-08-28", "2014-08-28"),), "happened", "Php-5-6 released"),
    "a plan that happened": (
        (mention("2014-08-28", "2014-01-01", status="planned"), mention("2014-08-28", "2014-08-29")),
        "happened",
        "Php-5-6 released",
    ),
    "what happened stays so": (
        (mention("2014-08-28", "2014-08-28"), mention("2014-08-28", "2014-09-01", status="planned")),
        "happened",
        "Php-5-6 released",
    ),
    "a plan that was called off": (
        (
            mention("2014-08-28", "2014-01-01", status="planned"),
            mention("2014-08-28", "2014-03-01", status="cancelled"),
        ),
        "cancelled",
        "Release of Php-5-6 called off",
    ),
    "a plan that was taken up again": (
        (
            mention("2014-08-28", "2014-01-01", status="cancelled"),
            mention("2014-08-28", "2014-03-01", status="planned"),
        ),
        "planned",
        "Php-5-6 to be released",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STATUS)
def test_its_status_and_title_are(case: str) -> None:
    mentions, status, title = STATUS[case]
    event = the_event(*mentions)
    assert (event.status, event.title) == (status, title)


def test_subjects_are_those_of_all_posts_the_main_one_first() -> None:
    event = the_event(
        mention("2014-08-28", "2014-08-28", subjects=(PHP, ORACLE)),
        mention("2014-08-28", "2014-08-29", subjects=(PHP, TUCOWS)),
        mention("2014-08-28", "2014-08-30", subjects=(PHP, TUCOWS)),
    )
    assert event.subjects == (PHP, TUCOWS, ORACLE)


def test_a_deal_is_called_by_its_parties() -> None:
    event = the_event(mention("2014-08-28", "2014-08-28", kind="acquisition", subjects=(ORACLE, TUCOWS)))
    assert event.title == "Acquisition: Oracle, Tucows"


@pytest.mark.parametrize("kind", EventType.__args__)  # type: ignore[attr-defined]
@pytest.mark.parametrize("status", ["happened", "planned", "cancelled"])
def test_every_type_has_a_title(kind: EventType, status: EventStatus) -> None:
    assert "Php-5-6" in the_event(mention("2014-08-28", "2014-01-01", kind=kind, status=status)).title


# -- what never changes ----------------------------------------------------------------------------


def test_an_id_stays_when_later_posts_tell_more() -> None:
    plan = mention("2014-06", "2014-01-01", status="planned")
    moved = mention("2014-09-11", "2014-05-01", status="planned")
    fact = mention("2014-09-11", "2014-09-12")
    echo = mention(None, "2014-09-14")
    ids = {
        the_event(*mentions).id for mentions in ([plan], [plan, moved], [plan, moved, fact], [echo, fact, moved, plan])
    }
    assert len(ids) == 1


DAYS = [date(2014, 1, 1) + timedelta(days=17 * n) for n in range(24)]
VALUES = st.one_of(
    st.none(),
    st.sampled_from(DAYS).map(date.isoformat),
    st.sampled_from(DAYS).map(lambda day: f"{day:%Y-%m}"),
    st.sampled_from(["2014", "2015"]),
)
SUBJECTS = st.lists(
    st.sampled_from([PHP, ROLLUP_3, ROLLUP_4, TUCOWS, ORACLE]), min_size=1, max_size=3, unique=True
).map(tuple)


@st.composite
def reports(
    draw: st.DrawFn, kinds: tuple[EventType, ...] = ("release", "update", "acquisition", "outage")
) -> list[ResolverMention]:
    """Mentions of some posts; a post has one day, source and wording."""
    found: list[ResolverMention] = []
    for number in range(draw(st.integers(1, 6))):
        reported = draw(st.sampled_from(DAYS)).isoformat()
        words = draw(st.sampled_from(["own", "copied"]))
        for _ in range(draw(st.integers(1, 2))):
            found.append(  # noqa: PERF401 - drawn one after another
                mention(
                    draw(VALUES),
                    reported,
                    kind=draw(st.sampled_from(kinds)),
                    status=draw(st.sampled_from(["happened", "planned", "cancelled"])),
                    subjects=draw(SUBJECTS),
                    post=f"post-{number}",
                    source=number % 3 + 1,
                    content=words if words == "copied" else f"words-{number}",
                    version=draw(st.booleans()),
                    copies=frozenset({"post-0"} if number == 2 else ()),
                )
            )
    return found


@settings(max_examples=300)
@given(reports(), st.integers(0, 23))
def test_later_reports_never_regroup_what_was_told_before(mentions: list[ResolverMention], day: int) -> None:
    """The events as they stood are those of the reports until then; each of them can be told from its own."""
    until = datetime.combine(DAYS[day], datetime.min.time(), UTC)
    then = [mention for mention in mentions if mention.reported < until]
    by_id = {mention.id: mention for mention in then}
    apart = [
        event
        for now in resolve_events(mentions)
        for event in resolve_events(by_id[number] for number in now.mention_ids if number in by_id)
    ]
    assert sorted(apart, key=lambda event: (event.first_reported, event.id)) == list(resolve_events(then))


@given(reports(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(mentions: list[ResolverMention], random: object) -> None:
    shuffled = list(mentions)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert resolve_events(shuffled) == resolve_events(mentions)


@settings(max_examples=400)
@given(reports())
def test_every_mention_is_in_one_event_and_ids_differ(mentions: list[ResolverMention]) -> None:
    events = resolve_events(mentions)
    assert sorted(number for event in events for number in event.mention_ids) == sorted(m.id for m in mentions)
    assert len({event.id for event in events}) == len(events)


@given(reports())
def test_an_event_says_only_what_its_mentions_say(mentions: list[ResolverMention]) -> None:
    by_id = {mention.id: mention for mention in mentions}
    for event in resolve_events(mentions):
        told = [by_id[number] for number in event.mention_ids]
        assert {mention.type for mention in told} == {event.type}
        assert event.status in {mention.status for mention in told}
        assert set(event.subjects) == {subject for mention in told for subject in mention.subjects}
        assert event.basis == "published" or event.date in {mention.date for mention in told}
        assert event.first_reported == min(mention.reported for mention in told)
        assert 1 <= event.sources <= len({mention.source for mention in told})
        assert max(m.confidence for m in told) <= event.confidence <= 1
        assert {said.value for said in event.history} <= {m.date for m in told if m.dated}


@given(reports(), st.integers(0, 6))
def test_later_posts_take_no_id_away(mentions: list[ResolverMention], kept: int) -> None:
    told = sorted(mentions, key=lambda mention: mention.order)
    before = resolve_events(told[:kept])
    assert {event.id for event in before} <= {event.id for event in resolve_events(told)}


# -- plans without a date, and happenings of several subjects

PHP_55: Subject = ("product", "php-5-5")


@pytest.mark.parametrize("status", ["happened", "cancelled"])
def test_the_publishing_day_stands_in_for_what_is_past(status: EventStatus) -> None:
    (event,) = resolve_events([mention(None, "2014-03-19", status=status)])
    assert (event.date, event.basis) == ("2014-03-19", "published")


def test_a_plan_without_a_date_has_none() -> None:
    (event,) = resolve_events([mention(None, "2014-03-19", status="planned")])
    assert (event.date, event.begin, event.end, event.basis) == (None, None, None, "published")


def both_named(first: tuple[Subject, ...], second: tuple[Subject, ...], day: str) -> tuple[ResolvedEvent, ...]:
    return resolve_events(
        [
            mention("2015-07-10", "2015-05-01", kind="end_of_support", status="planned", subjects=first),
            mention(day, "2015-07-12", kind="end_of_support", subjects=second),
        ]
    )


def test_whichever_is_named_first_it_is_one_happening() -> None:
    (event,) = both_named((PHP, PHP_55), (PHP_55, PHP), "2015-07-10")
    assert (event.status, event.sources, set(event.subjects)) == ("happened", 2, {PHP, PHP_55})


def test_two_subjects_on_two_days_are_two_happenings() -> None:
    assert len(both_named((PHP, PHP_55), (PHP_55, PHP), "2015-07-11")) == 2


def test_two_subjects_that_nobody_named_together_are_two_happenings() -> None:
    assert len(both_named((PHP,), (PHP_55,), "2015-07-10")) == 2


def test_of_what_comes_every_day_a_report_is_compared_with_those_of_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a product of which something is told every day takes longer with every post."""
    compared = count()
    fit = Cluster.fit

    def counting(cluster: Cluster, reported: ResolverMention) -> object:
        next(compared)
        return fit(cluster, reported)

    monkeypatch.setattr(Cluster, "fit", counting)
    days = [(date(2010, 1, 1) + timedelta(days=n)).isoformat() for n in range(1_000)]
    assert len(resolve_events(mention(day, day, kind="security") for day in days)) == len(days)
    assert next(compared) < 40 * len(days)


WEEKS = [(date(2014, 1, 6) + timedelta(days=7 * n)).isoformat() for n in range(100)]


@pytest.mark.parametrize("status", ["happened", "planned", "cancelled"])
@pytest.mark.parametrize("kind", ["outage", "update"])
def test_what_is_always_told_of_without_a_date_is_a_happening_a_month(kind: EventType, status: EventStatus) -> None:
    """And not one without an end."""
    events = resolve_events(mention(None, day, kind=kind, status=status) for day in WEEKS)
    assert max((event.last_reported - event.first_reported).days for event in events) <= 30
    assert 20 <= len(events) <= 25


def test_reports_of_some_weeks_are_one_happening_also_over_the_end_of_a_month() -> None:
    the_event(*(mention(None, day, kind="outage") for day in ("2014-01-28", "2014-02-05", "2014-02-17")))


def test_an_earlier_report_parts_undated_ones_anew_for_some_months_only() -> None:
    """An event of three weeks over the end of a month begins the next nine days earlier in its month, and one that
    begins in the first ten days of a month ends with it: from the 31st that is after the 22nd, the 13th and the 4th.
    """
    told = [mention(None, day, kind="outage") for day in WEEKS]
    before = {event.id for event in resolve_events(told)}
    after = {event.id for event in resolve_events([mention(None, "2013-12-20", kind="outage"), *told])}
    assert 0 < len(after - before) <= 4


def test_a_copy_of_several_has_the_words_of_the_first() -> None:
    first = mention("2010-03-01", "2010-03-01", post="a", source=1)
    second = mention("2010-03-01", "2010-03-02", post="b", source=2)
    copy = mention("2010-03-01", "2010-03-03", post="c", source=3, copies=frozenset({"b", "a"}))
    assert voices([first, second, copy]) == {"a": "a", "b": "b", "c": "a"}
