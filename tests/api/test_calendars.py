"""Calendars read back with the library that writes them and opened in a client that people use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import icalendar
import pytest
from sqlalchemy import select, text

from api.syndication.calendar import STATUS
from api.syndication.words import in_words
from store.database import Database
from store.models import Post
from store.records import ConflictSide, DateChange, EventDate
from store.resolution import replace_events, unsettled_mentions
from tests.api.conftest import Service, event_id, running
from tests.api.nasty import DATES, fill_with_nasty
from tests.ingest.newsdesk import Newsdesk, told
from tests.store.factories import NOW, instant, make_resolved


def calendar(service: Service, **parameters: Any) -> list[Any]:
    answer = service.get("/feeds/timeline.ics", **parameters)
    assert answer.headers["content-type"].startswith("text/calendar")
    return icalendar.Calendar.from_ical(answer.content).walk("VEVENT")


def test_a_calendar_holds_the_dated_events(service: Service) -> None:
    preview, approval = calendar(service)
    assert str(preview["UID"]) == f"{event_id('preview', 'exchange-2010-sp1')}@hostwire"
    assert (preview["DTSTART"].dt, preview["DTEND"].dt) == (date(2010, 6, 1), date(2010, 7, 1))
    assert (str(preview["STATUS"]), str(approval["STATUS"])) == ("TENTATIVE", "CONFIRMED")
    assert int(approval["SEQUENCE"]) == 0
    assert "& others approved .xxx" in str(approval["DESCRIPTION"])


def test_a_calendar_does_not_change_while_nothing_changed(service: Service) -> None:
    first, second = service.get("/feeds/timeline.ics"), service.get("/feeds/timeline.ics")
    assert first.content == second.content
    headers = {"If-None-Match": first.headers["etag"]}
    assert service.client.get("/feeds/timeline.ics", headers=headers).status_code == 304


@pytest.mark.parametrize("name", ["a\nb", "a\r\nBEGIN:VEVENT", "a\x0bb", "a,b;c\\d", "\x85x", "é\u2028x"])
def test_nothing_that_is_asked_breaks_a_line_of_a_calendar(service: Service, name: str) -> None:
    for parameters in ({"tld": name}, {"organization": name}):
        answer = service.get("/feeds/timeline.ics", **parameters)
        assert answer.status_code == 200, answer.text
        parsed = icalendar.Calendar.from_ical(answer.content)
        assert len([line for line in answer.content.split(b"\r\n") if line.startswith(b"BEGIN:VCALENDAR")]) == 1
        assert str(parsed["X-WR-CALNAME"]).startswith("Hostwire timeline: ")


def test_a_calendar_without_events_is_a_calendar(service: Service) -> None:
    """RFC 5545, section 3.6: at least one component."""
    answer = service.get("/feeds/timeline.ics", q="nothinglikeit")
    parsed = icalendar.Calendar.from_ical(answer.content)
    assert [component.name for component in parsed.subcomponents] == ["VTIMEZONE"]
    assert parsed.walk("VEVENT") == []
    assert b"BEGIN:STANDARD" in answer.content
    assert b"VTIMEZONE" not in service.get("/feeds/timeline.ics").content


@pytest.mark.parametrize(
    ("status", "value", "basis"),
    [("planned", None, "published"), ("planned", "2010-07-01", "published"), ("happened", None, "text")],
)
def test_a_day_that_nobody_gave_an_event_is_no_entry(
    service: Service, status: str, value: str | None, basis: Literal["text", "published"]
) -> None:
    with service.database.write() as session:
        posts = [post.id for post in session.scalars(select(Post))]
        mentions = sorted(unsettled_mentions(session, posts))
        day = EventDate(value, date(2010, 7, 1), date(2010, 7, 2), "day", basis)
        event = make_resolved(tuple(mentions[:1]), public_id="announced", status=status, date=day)
        replace_events(session, mentions[:1], [event], now=NOW)
    assert "announced" in [item["id"] for item in service.json("/api/v1/timeline")["items"]]
    assert "announced@hostwire" not in [str(event["UID"]) for event in calendar(service)]


# -- what a calendar says of dates -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "begin", "end", "words"), DATES)
def test_a_date_in_words(value: str, begin: date, end: date, words: str | None) -> None:
    assert in_words(value, begin, end) == (words or value)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2010-Q1", "first quarter of 2010"), ("2010-FA", "autumn of 2010"), ("2010-SP", "spring of 2010"),
        ("2010-H2", "second half of 2010"), ("199", "the 1990s"), ("20", "the 21st century"),
        ("10", "the 11th century"), ("11", "the 12th century"), ("21", "the 22nd century"),
        ("9999", "9999"), ("2010-13", "2010-13"), ("XXXX-WXX-3", "XXXX-WXX-3"), ("2010-W25", "2010-W25"),
    ],
)  # fmt: skip
def test_a_date_without_its_days_in_words(value: str, words: str) -> None:
    assert in_words(value) == words


def test_the_last_days_of_the_calendar_have_words() -> None:
    assert in_words("9999-12", date(9999, 12, 1), date.max) == "December 9999"


def store_event(service: Service, **fields: Any) -> None:
    """Let one event stand for the first event mention there is."""
    with service.database.write() as session:
        posts = [post.id for post in session.scalars(select(Post))]
        mentions = sorted(unsettled_mentions(session, posts))[:1]
        fields.setdefault("public_id", "moving")
        now = fields.pop("now", NOW)
        replace_events(session, mentions, [make_resolved(tuple(mentions), **fields)], now=now)


def event(service: Service, uid: str = "moving") -> Any:
    (found,) = [found for found in calendar(service) if str(found["UID"]) == f"{uid}@hostwire"]
    return found


def test_a_date_that_moves_moves_its_entry_and_tells_its_history(service: Service) -> None:
    """The same UID, a higher SEQUENCE, and a later LAST-MODIFIED, by which clients know the newer entry."""
    june, august = ("2010-06", date(2010, 6, 1), date(2010, 7, 1)), ("2010-08", date(2010, 8, 1), date(2010, 9, 1))
    said = DateChange("2010-06", instant("2010-04-16"), "p1")
    store_event(service, status="planned", day=june, history=(said,))
    before = event(service)
    moved = DateChange("2010-08", instant("2010-06-20"), "p2")
    later = NOW + timedelta(days=1)
    store_event(service, status="planned", day=august, history=(said, moved), now=later)
    after = event(service)
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert (str(before["SUMMARY"]), str(after["SUMMARY"])) == (
        "Exchange released (June 2010)", "Exchange released (August 2010)",
    )  # fmt: skip
    assert (after["DTSTART"].dt, after["DTEND"].dt) == (date(2010, 8, 1), date(2010, 9, 1))
    assert (before["LAST-MODIFIED"].dt, after["LAST-MODIFIED"].dt) == (NOW, later)
    assert after["DTSTAMP"].dt == later
    assert "reported" not in str(before["DESCRIPTION"])
    assert str(after["DESCRIPTION"]).endswith(
        "Its date as it was reported: June 2010 (reported 2010-04-16), then August 2010 (reported 2010-06-20)."
    )


JUNE = ("2010-06", date(2010, 6, 1), date(2010, 7, 1))
PLAN: dict[str, Any] = {"status": "planned", "title": "Exchange to be released", "day": JUNE}


@pytest.mark.parametrize(
    ("change", "rises"),
    [
        pytest.param({"status": "happened"}, True, id="a plan came true"),
        pytest.param({"status": "cancelled"}, True, id="it was called off"),
        pytest.param({"title": "Exchange and Outlook to be released"}, True, id="it is called otherwise"),
        pytest.param({"day": ("2010-06-30", date(2010, 6, 30), date(2010, 7, 1))}, True, id="its date is finer"),
        pytest.param({"day": ("2010-SU", date(2010, 6, 1), date(2010, 7, 1))}, True, id="other words for its date"),
        pytest.param({"confidence": 0.95, "sources": 2}, False, id="one more says so"),
        pytest.param({"subjects": (("product", "exchange-2010"),)}, False, id="it is of another category"),
    ],
)
def test_what_matters_raises_the_sequence(service: Service, change: dict[str, Any], rises: bool) -> None:
    """RFC 5545, 3.8.7.4: a significant revision. LAST-MODIFIED and DTSTAMP move with every change, and together."""
    store_event(service, **PLAN)
    before = event(service)
    later = NOW + timedelta(days=1)
    store_event(service, **{**PLAN, **change}, now=later)
    after = event(service)
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, int(rises))
    assert before["LAST-MODIFIED"].dt == before["DTSTAMP"].dt == NOW
    assert after["LAST-MODIFIED"].dt == after["DTSTAMP"].dt == later


def test_an_entry_that_is_what_it_was_has_the_bytes_that_it_had(service: Service) -> None:
    store_event(service, **PLAN)
    before = service.get("/feeds/timeline.ics")
    store_event(service, **PLAN, now=NOW + timedelta(days=1))
    after = service.get("/feeds/timeline.ics")
    assert after.content == before.content
    assert after.headers["etag"] == before.headers["etag"]


def test_a_sequence_never_falls(service: Service) -> None:
    """Not even when an event becomes again what it was: whoever saw it otherwise would not take it back."""
    seen = []
    for day, status in enumerate(["planned", "cancelled", "planned", "happened"]):
        store_event(service, **{**PLAN, "status": status}, now=NOW + timedelta(days=day))
        seen.append(int(event(service)["SEQUENCE"]))
    assert seen == [0, 1, 2, 3]


TOLD = (
    told("a", "2010-06-01", "release sp1 planned 2010-07-01", "meeting oracle planned 2010-09-01"),
    told("b", "2010-06-10", "release sp1 planned 2010-08", "meeting oracle cancelled 2010-09-01"),
    told("c", "2010-06-11", "release sp1 planned 2010-08", words="b"),
    told("d", "2010-06-12", "meeting oracle planned 2010-09-01", "approval xxx happened 2010-06-11"),
    told("e", "2010-08-20", "release sp1 happened today", "approval xxx happened 2010-06-11"),
    told("f", "2010-08-21", "release sp1 happened 2010-08-20"),
)


@pytest.mark.parametrize("order", ["abcdef", "ab cd ef", "a b c d e f", "f e d c b a", "d a f c b e"])
def test_the_sequence_is_what_the_posts_say_however_they_arrive(database: Database, order: str) -> None:
    """One by one in their order, some at once, or all: revisions are counted by the reports. Where a later report came
    first there may be more of them, since what was shown had to be taken back.
    """
    desk = Newsdesk(database)
    for names in order.split():
        desk.arrive(*(post for post in TOLD if post.name in names))
    with running(database) as client:
        found = {
            str(entry["CATEGORIES"].cats[0]): int(entry["SEQUENCE"]) for entry in calendar(Service(client, database))
        }
        before = client.get("/feeds/timeline.ics").content
        desk.retag()
        again = calendar(Service(client, database))
        assert [int(entry["SEQUENCE"]) for entry in again] == [
            int(entry["SEQUENCE"]) for entry in icalendar.Calendar.from_ical(before).walk("VEVENT")
        ]
    told_in_order = {"release": 2, "meeting": 2, "approval": 0}
    if order.replace(" ", "") == "abcdef":
        assert found == told_in_order
    assert all(found[kind] >= least for kind, least in told_in_order.items())


def test_a_calendar_of_before_the_upgrade_is_not_newer_than_ours(service: Service) -> None:
    store_event(service, **PLAN)
    service.database.downgrade("0012")
    with service.database.write() as session:
        session.execute(text("update event set sequence = 3 where public_id = 'moving'"))
    service.database.upgrade()
    assert event(service)["SEQUENCE"] == 3
    store_event(service, **{**PLAN, "status": "cancelled"})
    assert event(service)["SEQUENCE"] == 4


def test_a_contradiction_is_told_with_both_sides(on_sqlite: Service) -> None:
    june, july = ("2010-06-25", date(2010, 6, 25), date(2010, 6, 26)), ("2010-07", date(2010, 7, 1), date(2010, 8, 1))
    sides = tuple(ConflictSide(*day, "happened", ("p1",)) for day in (june, july))
    store_event(on_sqlite, day=june, conflict=sides)
    told = str(event(on_sqlite)["DESCRIPTION"])
    assert "Posts contradict each other: happened, 2010-06-25; happened, July 2010." in told


def test_what_was_cancelled_stays_so_that_clients_learn_of_it(service: Service) -> None:
    day = ("2010-06", date(2010, 6, 1), date(2010, 7, 1))
    store_event(service, status="planned", day=day)
    assert str(event(service)["STATUS"]) == "TENTATIVE"
    store_event(service, status="cancelled", day=day)
    assert str(event(service)["STATUS"]) == "CANCELLED"


@pytest.mark.parametrize(
    ("begin", "end", "days"),
    [
        (date(1, 1, 1), date(1, 1, 2), (date(1, 1, 1), date(1, 1, 2))),
        (date.max, None, (date(9999, 12, 30), date.max)),
        (date(9999, 12, 1), date.max, (date(9999, 12, 1), date.max)),
        (date(2010, 1, 1), date(2010, 1, 1), (date(2010, 1, 1), date(2010, 1, 2))),
    ],
)
def test_the_ends_of_time_are_days_too(
    on_sqlite: Service, begin: date, end: date | None, days: tuple[date, date]
) -> None:
    """RFC 5545, section 3.6.1: DTEND is later than DTSTART."""
    store_event(on_sqlite, date=EventDate(begin.isoformat(), begin, end, "day", "text"))
    found = event(on_sqlite)
    assert (found["DTSTART"].dt, found["DTEND"].dt) == days


def test_a_calendar_says_what_it_is_and_when_to_ask_again(on_sqlite: Service) -> None:
    parsed = icalendar.Calendar.from_ical(on_sqlite.get("/feeds/timeline.ics", product="exchange").content)
    title = "Hostwire timeline: product exchange"
    assert (str(parsed["NAME"]), str(parsed["X-WR-CALNAME"]), str(parsed["VERSION"])) == (title, title, "2.0")
    assert parsed["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    assert parsed["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert str(parsed["SOURCE"]).endswith("/feeds/timeline.ics?product=exchange")
    assert str(parsed["URL"]).endswith("/timeline?product=exchange")
    assert "METHOD" not in parsed


# -- rules and readers -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def nasty(module_database: Database) -> Iterator[Service]:
    """Posts and events of every kind of nastiness, on both databases."""
    fill_with_nasty(module_database)
    with running(module_database) as client:
        yield Service(client, module_database)


def test_every_line_keeps_the_rules_of_rfc_5545(nasty: Service) -> None:
    body = nasty.get("/feeds/timeline.ics").content
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert b"\r" not in body.replace(b"\r\n", b"")
    for line in body.split(b"\r\n"):
        assert len(line) <= 75  # section 3.1
        line.decode("utf-8")  # no character is folded in two
    assert not [char for char in body.decode() if (char < " " and char not in "\r\n") or "\x7f" <= char <= "\x9f"]
    unfolded = body.replace(b"\r\n ", b"").split(b"\r\n")
    assert unfolded.count(b"BEGIN:VEVENT") == unfolded.count(b"END:VEVENT") == len(dated(nasty))


def dated(service: Service) -> dict[str, dict[str, Any]]:
    """The events of the API's timeline that have a date, by their UID."""
    items = service.json("/api/v1/timeline", limit=200)["items"]
    return {f"{item['id']}@hostwire": item for item in items if item["date"]["value"]}


def test_a_round_trip_gives_the_events_back(nasty: Service) -> None:
    body = nasty.get("/feeds/timeline.ics").content
    parsed = icalendar.Calendar.from_ical(body)
    assert parsed.errors == []
    assert icalendar.Calendar.from_ical(parsed.to_ical()).walk("VEVENT") == parsed.walk("VEVENT")
    found = {str(event["UID"]): event for event in parsed.walk("VEVENT")}
    expected = dated(nasty)
    assert set(found) == set(expected)
    assert len(found) > len(DATES)
    for uid, item in expected.items():
        event = found[uid]
        assert event.errors == []
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "SEQUENCE"} <= set(event)
        assert event["DTSTART"].dt == date.fromisoformat(item["date"]["begin"])
        assert event["DTEND"].dt == date.fromisoformat(item["date"]["end"])
        assert str(event["STATUS"]) == STATUS[item["status"]]
        when = item["date"]
        if when["precision"] != "day":
            words = in_words(when["value"], event["DTSTART"].dt, event["DTEND"].dt)
            assert str(event["SUMMARY"]).endswith(f" ({words})")


KHAL = """
[calendars]
[[wire]]
path = {folder}/wire
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = UTC
default_timezone = UTC
[sqlite]
path = {folder}/khal.db
"""


def khal(folder: Path, *args: str) -> str:
    """What khal prints, a calendar for terminals with a store of its own, run as its users run it."""
    command = [sys.executable, "-c", "from khal.cli import main_khal; main_khal()", "-c", str(folder / "config"), *args]
    homes = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), str(folder))
    environment = {**os.environ, **homes, "PYTHONUTF8": "1", "COLUMNS": "100000"}  # it breaks lines of JSON, too
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_client_shows_every_event(nasty: Service, tmp_path: Path) -> None:
    (tmp_path / "wire").mkdir()
    (tmp_path / "config").write_text(KHAL.format(folder=tmp_path))
    expected = dated(nasty)
    for _ in range(2):  # a client that fetches a calendar again has each event once
        (tmp_path / "timeline.ics").write_bytes(nasty.get("/feeds/timeline.ics").content)
        khal(tmp_path, "import", "--batch", "-a", "wire", str(tmp_path / "timeline.ics"))
    asked = [part for field in ("uid", "start-date", "end-date", "status") for part in ("--json", field)]
    events = [
        event for line in khal(tmp_path, "search", *asked, "@hostwire").splitlines() for event in json.loads(line)
    ]
    assert sorted(event["uid"] for event in events) == sorted(expected)
    for event in events:
        item = expected[event["uid"]]
        assert event["start-date"] == item["date"]["begin"]
        last = date.fromisoformat(item["date"]["end"]) - timedelta(days=1)
        assert event["end-date"] == last.isoformat()
        assert event["status"].strip() == STATUS[item["status"]]
    of_a_day = khal(tmp_path, "list", "--once", "--format", "{title}", "2010-06-25", "2010-06-26")
    assert "Dated event 0" in of_a_day
    assert "Dated event 7 (summer of 2010)" in of_a_day
    assert "third quarter" not in of_a_day
