"""When it happens: the date that is the event's own, and when there is none or no news at all."""

from __future__ import annotations

from datetime import date

import pytest

from nlp.annotations import EventMention, EventStatus, EventType, PostText
from nlp.pipeline import Tagger, build_tagger
from tests.nlp.catalogues import small_catalogue

DAY = date(2014, 3, 19)  # a Wednesday
FAR = " ".join(f"Line {number} says little." for number in range(8))


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return build_tagger(small_catalogue(), model=None)


def events_of(tagger: Tagger, kind: EventType, text: str, title: str = "") -> list[EventMention]:
    return [event for event in tagger.tag(PostText(title, text, DAY)).events if event.type == kind]


Dated = tuple[EventType, str, str | None, EventStatus]

PLANS: dict[str, Dated] = {
    "told on a past day": (
        "release",
        "Oracle said on Monday that it will release MySQL 5.7.",
        None,
        "planned",
    ),
    "told on a past day, before its words": (
        "release",
        "On Monday Oracle confirmed that it will release MySQL 5.7.",
        None,
        "planned",
    ),
    "told today": ("release", "Oracle said today that it will release MySQL 5.7.", None, "planned"),
    "told on a past day, for one to come": (
        "release",
        "Oracle said on Monday that it will release MySQL 5.7 on 20 May 2014.",
        "2014-05-20",
        "planned",
    ),
    "no telling": ("release", "Oracle will release MySQL 5.7 on 20 May 2014.", "2014-05-20", "planned"),
    "no plan": ("release", "Oracle said on Monday that it has released MySQL 5.7.", "2014-03-17", "happened"),
}

OWN: dict[str, Dated] = {
    "the other clause has its own trigger, after it": (
        "release",
        "PHP 5.6 was released, while support for PHP 5.3 ended on 11 July 2013.",
        None,
        "happened",
    ),
    "the other clause has its own trigger, before it": (
        "release",
        "On 11 July 2013 support for PHP 5.3 ended; MySQL 5.7 was released.",
        None,
        "happened",
    ),
    "the other clause has none": (
        "release",
        "On 11 July 2013 we were in Ghent; MySQL 5.7 was released.",
        "2013-07-11",
        "happened",
    ),
    "the nearest": (
        "release",
        "In 2012 a small team began, and PHP 5.6 was released on 10 March 2014.",
        "2014-03-10",
        "happened",
    ),
    "until is no date of what happens at once": (
        "release",
        "Until 30 June 2014 half price: nginx 1.6 was released.",
        None,
        "happened",
    ),
    "since dates what lasts": ("outage", "Amazon S3 has been down since 17 March 2014.", "2014-03-17", "happened"),
    "a record is not of the day it is compared with": (
        "outage",
        "Tucows had its worst outage since 12 January 2009.",
        None,
        "happened",
    ),
}

CLOCKS: dict[str, Dated] = {
    "of a day": ("outage", "Amazon S3 went down at 9:30 am.", None, "happened"),
    "noon": ("outage", "Amazon S3 went down at noon.", None, "happened"),
    "with a zone": ("outage", "Amazon S3 went down at 14:05 UTC.", None, "happened"),
    "with a day": ("outage", "Amazon S3 went down at 9:30 am on 17 March 2014.", "2014-03-17", "happened"),
    "a day of a month alone": ("outage", "Amazon S3 went down on 4 March.", "2014-03-04", "happened"),
}


@pytest.mark.parametrize(
    ("kind", "text", "expected", "status"),
    [
        pytest.param(*dated, id=f"{table}: {case}")
        for table, cases in {"plans": PLANS, "own": OWN, "clocks": CLOCKS}.items()
        for case, dated in cases.items()
    ],
)
def test_date_and_status(tagger: Tagger, kind: EventType, text: str, expected: str | None, status: EventStatus) -> None:
    (event,) = events_of(tagger, kind, text)
    assert (event.date, event.status) == (expected, status)


PAST_PLANS: dict[str, tuple[EventType, str]] = {
    "slated": ("release", "PHP 5.6 was slated for release on 10 March 2014."),
    "scheduled": ("release", "MySQL 5.7 was scheduled for launch on 10 March 2014."),
    "planned": ("release", "ESXi 6.0 was planned to appear on 10 March 2014."),
    "expected": ("release", "RHEL 7 was expected to be released on 10 March 2014."),
}


@pytest.mark.parametrize("case", PAST_PLANS)
def test_whether_a_plan_for_a_past_day_came_true_it_does_not_say(tagger: Tagger, case: str) -> None:
    kind, text = PAST_PLANS[case]
    assert events_of(tagger, kind, text) == []


@pytest.mark.parametrize("case", PAST_PLANS)
def test_the_same_plan_for_a_day_to_come_is_told(tagger: Tagger, case: str) -> None:
    kind, text = PAST_PLANS[case]
    (event,) = events_of(tagger, kind, text.replace("10 March", "20 May"))
    assert (event.date, event.status) == ("2014-05-20", "planned")


# -- what looks back: far down, undated

LOOKS_BACK: dict[str, tuple[EventType, str]] = {
    "a lower cost": ("pricing", "We like the lower cost of cPanel."),
    "outages in general": ("outage", "Our friends fear outages of Amazon S3."),
    "holes in general": ("security", "Vulnerabilities of nginx 1.4 make us think."),
    "a release in general": ("update", "A hotfix for cPanel 11.42 may come one day."),
    "recently": ("opening", "VMware recently opened an office in Cork."),
    "previously": ("opening", "VMware previously opened an office in Cork."),
    "earlier": ("appointment", "ICANN earlier appointed Anna Wit."),
    "counted from another": ("release", "MySQL 5.6 was released two days after PHP 5.5."),
    "the same day as another": ("release", "RHEL 7 was released on the same day as PHP 5.5."),
}


@pytest.mark.parametrize("case", LOOKS_BACK)
def test_far_down_it_is_no_news(tagger: Tagger, case: str) -> None:
    kind, text = LOOKS_BACK[case]
    assert events_of(tagger, kind, f"{FAR} {text}", "A diary") == []


NEWS_FAR_DOWN: dict[str, tuple[EventType, str]] = {
    "a verb": ("opening", "VMware opened an office in Cork."),
    "a verb of two words": ("outage", "Amazon S3 went down."),
    "a noun with a date": ("outage", "Outage of Amazon S3 on 17 March 2014."),
    "recently, with a date": ("opening", "VMware recently, on 17 March 2014, opened an office in Cork."),
}


@pytest.mark.parametrize("case", NEWS_FAR_DOWN)
def test_far_down_it_is_news(tagger: Tagger, case: str) -> None:
    kind, text = NEWS_FAR_DOWN[case]
    assert len(events_of(tagger, kind, f"{FAR} {text}", "A diary")) == 1


def test_what_opens_a_paragraph_far_down_may_be_a_noun_alone(tagger: Tagger) -> None:
    text = "Outages of Amazon S3."
    assert events_of(tagger, "outage", f"{FAR} {text}", "A diary") == []
    assert len(events_of(tagger, "outage", f"{FAR}\n\n{text}", "A diary")) == 1


def test_recently_is_news_in_the_lead(tagger: Tagger) -> None:
    assert len(events_of(tagger, "opening", "VMware recently opened an office in Cork.")) == 1


# -- the day of the announcement

ANNOUNCED: dict[str, Dated] = {
    "an undated deal": (
        "acquisition",
        "Tucows bought Web.com. In a statement on Monday, Tucows gave no reason.",
        "2014-03-17",
        "happened",
    ),
    "another sentence dates it": (
        "acquisition",
        "Tucows bought Web.com on Tuesday. In a statement on Monday, Tucows gave no reason.",
        "2014-03-18",
        "happened",
    ),
    "the announcement comes first": (
        "opening",
        "In Monday’s announcement VMware calls it small. VMware opened an office in Cork.",
        "2014-03-17",
        "happened",
    ),
    "the announcement names another": (
        "acquisition",
        "Tucows bought Web.com. In a statement on Monday, VMware gave no reason.",
        None,
        "happened",
    ),
    "a plan": (
        "opening",
        "VMware will open an office in Cork. In a statement on Monday, VMware gave no reason.",
        None,
        "planned",
    ),
    "an outage does not happen by being announced": (
        "outage",
        "Tucows went down. In a statement on Monday, Tucows gave no reason.",
        None,
        "happened",
    ),
    "an announcement to come": (
        "acquisition",
        "Tucows bought Web.com. In a statement on 20 May 2014, Tucows will give its reasons.",
        None,
        "happened",
    ),
    "too far down": (
        "acquisition",
        f"Tucows bought Web.com. {FAR} In a statement on Monday, Tucows gave no reason.",
        None,
        "happened",
    ),
}


@pytest.mark.parametrize("case", ANNOUNCED)
def test_an_announcement_dates(tagger: Tagger, case: str) -> None:
    kind, text, expected, status = ANNOUNCED[case]
    (event,) = events_of(tagger, kind, text)
    assert (event.date, event.status) == (expected, status)


def test_a_date_of_an_announcement_cites_its_sentence(tagger: Tagger) -> None:
    (event,) = events_of(tagger, *ANNOUNCED["an undated deal"][:2])
    assert event.evidence.text == "In a statement on Monday, Tucows gave no reason."
    assert "announcement" in event.rule


# -- of dates that agree, the finest

FINEST: dict[str, tuple[str, str]] = {
    "the finest last": ("PHP 5.6 was released in 2014. PHP 5.6 was released in March 2014.", "2014-03"),
    "the finest first": (
        "PHP 5.6 was released on March 17, 2014. PHP 5.6 was released in 2014.",
        "2014-03-17",
    ),
    "the finest between": (
        "PHP 5.6 was released in March 2014. PHP 5.6 was released on March 17, 2014. PHP 5.6 was released in 2014.",
        "2014-03-17",
    ),
    "an undated one": ("PHP 5.6 was released. PHP 5.6 was released in March 2014.", "2014-03"),
}


@pytest.mark.parametrize("case", FINEST)
def test_of_dates_that_agree_the_finest_is_the_events(tagger: Tagger, case: str) -> None:
    text, expected = FINEST[case]
    (event,) = events_of(tagger, "release", text)
    assert event.date == expected
