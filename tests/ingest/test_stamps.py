"""Instants as sources write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.stamps import Stamp, day_in_path, find_stamp, parse_stated, zone_offset

DAY = datetime(2010, 7, 28, tzinfo=UTC)
EVENING = DAY.replace(hour=20, minute=42)

STAMPS = [
    pytest.param("July 28, 2010 20:42", EVENING, "minute", id="month day year"),
    pytest.param("clock July 28, 2010 20:42 by author Administrator", EVENING, "minute", id="among other words"),
    pytest.param("Wednesday, July 28, 2010 at 8:42 PM", EVENING, "minute", id="weekday, at, PM"),
    pytest.param("Jul 28th, 2010 @ 8:42pm", EVENING, "minute", id="ordinal and @"),
    pytest.param("Jul. 28, 2010 | 8.42 p.m.", EVENING, "minute", id="dots"),
    pytest.param("July 28, 2010 • 20:42", EVENING, "minute", id="bullet"),
    pytest.param("July 28, 2010 (8:42 pm)", EVENING, "minute", id="parentheses"),
    pytest.param("July 28 2010, 8 PM", DAY.replace(hour=20), "minute", id="hour alone"),
    pytest.param("28 July 2010 20:42", EVENING, "minute", id="day month year"),
    pytest.param("28th of July, 2010", DAY, "day", id="ordinal of"),
    pytest.param("28-Jul-2010 20:42:11", EVENING.replace(second=11), "second", id="hyphens"),
    pytest.param("2010-07-28T20:42:11Z", EVENING.replace(second=11), "second", id="ISO 8601"),
    pytest.param("2010-07-28 20:42", EVENING, "minute", id="ISO with a space"),
    pytest.param("2010-7-28", DAY, "day", id="ISO without zeros"),
    pytest.param("2010/07/28 20:42", EVENING, "minute", id="slashes, year first"),
    pytest.param("28.07.2010, 20:42 Uhr", EVENING, "minute", id="dots, day first"),
    pytest.param("28. 7. 2010", DAY, "day", id="dots and spaces"),
    pytest.param("7/28/2010 8:42:00 PM", EVENING, "second", id="American"),
    pytest.param("28/07/2010", DAY, "day", id="day first where it must be"),
    pytest.param("Wed, 07/28/2010 - 20:42", EVENING, "minute", id="weekday, dash"),
    pytest.param("8:42 pm, July 28, 2010", EVENING, "minute", id="time first"),
    pytest.param("20:42 on Wednesday, 28 July 2010", EVENING, "minute", id="time first, on a weekday"),
    pytest.param("Wed Jul 28 20:42:11 UTC 2010", EVENING.replace(second=11), "second", id="date(1)"),
    pytest.param("12:05 am, July 28, 2010", DAY.replace(minute=5), "minute", id="after midnight"),
    pytest.param("12:05 pm, July 28, 2010", DAY.replace(hour=12, minute=5), "minute", id="after noon"),
    pytest.param("July 28, 2010 15 comments", DAY, "day", id="a number that is no hour"),
    pytest.param("July 28, 2010 99:99", DAY, "day", id="a time that cannot be"),
    pytest.param("July 28, 2010 to July 30, 2010", DAY, "day", id="the first of two"),
    pytest.param("28. Juli 2010 um 20:42 Uhr", EVENING, "minute", id="German"),
    pytest.param("mercredi 28 juillet 2010 à 20h42", EVENING, "minute", id="French"),
    pytest.param("le 28 juil. 2010", DAY, "day", id="French, cut"),
    pytest.param("miércoles, 28 de julio de 2010 a las 20:42", EVENING, "minute", id="Spanish"),
    pytest.param("28 Luglio 2010 alle ore 20:42", EVENING, "minute", id="Italian"),
    pytest.param("woensdag 28 juli 2010 om 20:42", EVENING, "minute", id="Dutch"),
    pytest.param("28 de julho de 2010 às 20:42", EVENING, "minute", id="Portuguese"),
    pytest.param("28 lipca 2010, godz. 20:42", EVENING, "minute", id="Polish"),
    pytest.param("den 28 juli 2010 kl. 20.42", EVENING, "minute", id="Swedish"),
    pytest.param("2010年7月28日 20:42", EVENING, "minute", id="Japanese"),
    pytest.param("2010. 07. 28.", DAY, "day", id="dots, year first"),
    pytest.param("7/28/10 8:42 PM", EVENING, "minute", id="a year of two digits"),
    pytest.param("28.07.10", DAY, "day", id="a year of two digits after dots"),
    pytest.param("28-Jul-10 20:42", EVENING, "minute", id="a year of two digits after hyphens"),
    pytest.param("July 28, '10", DAY, "day", id="an apostrophe for the century"),
]


@pytest.mark.parametrize(("text", "instant", "precision"), STAMPS)
def test_finds_stamps(text: str, instant: datetime, precision: str) -> None:
    stamp = find_stamp(text)
    assert stamp is not None
    assert (stamp.instant, stamp.precision) == (instant, precision)


ZONED = [
    pytest.param("July 28, 2010 20:42 UTC", 0, id="UTC"),
    pytest.param("July 28, 2010 20:42 GMT", 0, id="GMT"),
    pytest.param("2010-07-28T20:42Z", 0, id="Z"),
    pytest.param("July 28, 2010 8:42 PM EDT", -240, id="EDT"),
    pytest.param("July 28, 2010 8:42 PM (PST)", -480, id="PST in parentheses"),
    pytest.param("28 July 2010 20:42 CEST", 120, id="CEST"),
    pytest.param("28 July 2010 20:42 IST", 330, id="IST"),
    pytest.param("2010-07-28 20:42 +0530", 330, id="offset"),
    pytest.param("2010-07-28T20:42-03:30", -210, id="offset with a colon"),
    pytest.param("2010-07-28 20:42 GMT+2", 120, id="offset from GMT"),
    pytest.param("20:42 BST, 28 July 2010", 60, id="before the day"),
]


@pytest.mark.parametrize(("text", "minutes"), ZONED)
def test_zones_count(text: str, minutes: int) -> None:
    stamp = find_stamp(text)
    assert stamp is not None
    assert stamp.zoned
    assert stamp.instant == EVENING - timedelta(minutes=minutes)


@pytest.mark.parametrize("word", ["by", "in", "XYZ", "Uhr", "hrs"])
def test_words_after_a_time_are_no_zones(word: str) -> None:
    stamp = find_stamp(f"July 28, 2010 20:42 {word} someone")
    assert stamp is not None
    assert (stamp.instant, stamp.zoned) == (EVENING, False)


NO_STAMPS = [
    pytest.param("", id="empty"),
    pytest.param("July 28", id="no year"),
    pytest.param("July 2010", id="no day"),
    pytest.param("20:42", id="a time alone"),
    pytest.param("February 30, 2010", id="no such day"),
    pytest.param("13/13/2010", id="no such month"),
    pytest.param("Version 2010.07.28.3000", id="a version"),
    pytest.param("10.0.2010", id="a number with dots"),
    pytest.param("July 28, 1895", id="before there were posts"),
    pytest.param("call 555-2010-07", id="a telephone number"),
    pytest.param("maybe 28, 2010", id="no month"),
    pytest.param("Version 28.07.10", id="a version that could be a day"),
    pytest.param("Version 2010.07.28", id="a version with a year first"),
    pytest.param("10.04.10.3", id="a number of four parts"),
    pytest.param("1/2/3", id="a fraction of fractions"),
    pytest.param("28 maison 2010", id="a word that begins as a month"),
]


@pytest.mark.parametrize("text", NO_STAMPS)
def test_finds_no_stamp(text: str) -> None:
    assert find_stamp(text) is None


def test_a_stamp_knows_where_it_stood() -> None:
    text = "Posted by Ida at 8:42 pm, July 28, 2010 in News"
    stamp = find_stamp(text)
    assert stamp is not None
    assert text[stamp.start : stamp.end].strip() == "8:42 pm, July 28, 2010"


@pytest.mark.parametrize(
    ("text", "ambiguous", "day_first"),
    [
        ("05/06/2010", True, False),
        ("05/05/2010", False, False),
        ("13/06/2010", False, True),
        ("06/13/2010", False, False),
    ],
)
def test_whether_day_and_month_could_be_the_other_way_round(text: str, ambiguous: bool, day_first: bool) -> None:
    stamp = find_stamp(text)
    assert stamp is not None
    assert (stamp.is_ambiguous, stamp.is_day_first) == (ambiguous, day_first)


def test_an_ambiguous_stamp_can_be_turned() -> None:
    stamp = find_stamp("05/06/2010 20:42")
    assert stamp is not None
    assert (stamp.instant, stamp.turned().instant) == (
        datetime(2010, 5, 6, 20, 42, tzinfo=UTC),
        datetime(2010, 6, 5, 20, 42, tzinfo=UTC),
    )


STATED = [
    pytest.param("2010-07-28T20:42:11.5Z", EVENING.replace(second=11), "second", id="fraction"),
    pytest.param("20100728T204211Z", EVENING.replace(second=11), "second", id="basic form"),
    pytest.param("2010-07-28", DAY, "day", id="day"),
    pytest.param("2010-07", DAY.replace(day=1), "day", id="month"),
    pytest.param("Wed, 28 Jul 2010 20:42:11 GMT", EVENING.replace(second=11), "second", id="RFC 822"),
    pytest.param("Wed, 28 Jul 10 20:42:11 GMT", EVENING.replace(second=11), "second", id="year of two digits"),
    pytest.param("28 Jul 2010 20:42 +0000", EVENING, "minute", id="to the minute"),
    pytest.param("  2010-07-28 ", DAY, "day", id="blank round it"),
]


@pytest.mark.parametrize(("text", "instant", "precision"), STATED)
def test_reads_fields_that_hold_nothing_else(text: str, instant: datetime, precision: str) -> None:
    stamp = parse_stated(text)
    assert stamp is not None
    assert (stamp.instant, stamp.precision) == (instant, precision)


@pytest.mark.parametrize(
    "text", [None, "", "2010", "soon", "0001-01-01", "9999-12-31T23:59:59-23:00", "May 3, 2100 12:00 AM", "1" * 500]
)
def test_fields_that_hold_no_instant(text: str | None) -> None:
    assert parse_stated(text) is None


PATHS = [
    pytest.param("http://x.example/2010/07/28/title", DAY, id="slashes"),
    pytest.param("http://x.example/blog/2010/7/28/", DAY, id="without zeros"),
    pytest.param("http://x.example/2010-07-28-title.html", DAY, id="hyphens"),
    pytest.param("http://x.example/2010/07/28", DAY, id="at the end"),
    pytest.param("http://x.example/2010/07/title", None, id="a month"),
    pytest.param("http://x.example/2010/13/28/x", None, id="no such month"),
    pytest.param("http://x.example/v/2010072812/", None, id="a number"),
    pytest.param(None, None, id="no address"),
]


@pytest.mark.parametrize(("url", "expected"), PATHS)
def test_the_day_that_a_permalink_names(url: str | None, expected: datetime | None) -> None:
    stamp = day_in_path(url)
    assert (stamp.instant if stamp else None) == expected


@pytest.mark.parametrize(
    ("name", "minutes"),
    [
        ("EST", -300),
        ("z", 0),
        ("+0100", 60),
        ("-01:30", -90),
        ("GMT+2", 120),
        ("+99", None),
        ("LMT", None),
        ("", None),
        (None, None),
    ],
)
def test_zone_offset(name: str | None, minutes: int | None) -> None:
    assert zone_offset(name) == (None if minutes is None else timedelta(minutes=minutes))


def plausible(stamp: Stamp | None, length: int) -> bool:
    return stamp is None or (1990 <= stamp.instant.year <= 2100 and 0 <= stamp.start <= stamp.end <= length)


WORDS = st.lists(
    st.sampled_from(
        [
            "July",
            "28",
            "2010",
            ",",
            " ",
            ":",
            "20",
            "42",
            "pm",
            "-",
            "/",
            ".",
            "T",
            "Z",
            "+02",
            "Wed",
            "at",
            "1999",
            "9",
            "9999",
        ]
    ),
    max_size=12,
).map("".join)


@given(st.one_of(st.text(), WORDS))
def test_any_text_gives_a_plausible_stamp_or_none(text: str) -> None:
    assert plausible(find_stamp(text), len(text))
    assert plausible(parse_stated(text), len(text))


@given(
    st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30)),  # noqa: DTZ001 - given their zone below
    st.sampled_from(["%Y-%m-%dT%H:%M:%SZ", "%a, %d %b %Y %H:%M:%S GMT", "%B %d, %Y %I:%M:%S %p", "%d.%m.%Y %H:%M:%S"]),
)
def test_what_is_written_is_read(instant: datetime, form: str) -> None:
    instant = instant.replace(tzinfo=UTC, microsecond=0)
    stamp = parse_stated(instant.strftime(form))
    assert stamp is not None
    assert stamp.instant == instant
