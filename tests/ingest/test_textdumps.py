"""Plain-text dumps of a page: title, stamp, body, post after post."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingest.entries import Entry
from ingest.textdumps import read_dump

DUMP = """Rackside

Control Panel 9 is out

clock April 30, 2019 20:15 by author Ida Marlow

Version 9 of the panel was released today.

It no longer runs on CentOS 6, whose makers end their support
in November 2020.

The outage of May 9, 2019

clock April 2, 2019 07:30 by author Tomas Lindqvist

A switch lost its configuration on May 9, 2019.


No data was lost.
"""


def entries(text: str) -> tuple[Entry, ...]:
    document = read_dump(text)
    return document.entries if document else ()


def test_each_post_has_title_stamp_author_and_body() -> None:
    first, second = entries(DUMP)
    assert (first.title, first.author) == ("Control Panel 9 is out", "Ida Marlow")
    assert (first.published, first.published_precision) == (datetime(2019, 4, 30, 20, 15, tzinfo=UTC), "minute")
    assert first.text == (
        "Version 9 of the panel was released today.\n\n"
        "It no longer runs on CentOS 6, whose makers end their support\nin November 2020."
    )
    assert (second.title, second.author) == ("The outage of May 9, 2019", "Tomas Lindqvist")
    assert second.text == "A switch lost its configuration on May 9, 2019.\n\nNo data was lost."


def test_what_stands_above_the_first_post_is_the_dumps_title() -> None:
    document = read_dump(DUMP)
    assert document is not None
    assert (document.kind, document.title) == ("text", "Rackside")


STAMP_LINES = [
    pytest.param("clock July 28, 2010 20:42 by author Administrator", "Administrator", (20, 42), id="icons as words"),
    pytest.param("Posted by Ida Marlow on July 28, 2010 at 8:42 pm", "Ida Marlow", (20, 42), id="posted by, on"),
    pytest.param("July 28, 2010 at 8:42 pm | by Ida Marlow", "Ida Marlow", (20, 42), id="bar"),
    pytest.param("2010-07-28 20:42", None, (20, 42), id="ISO alone"),
    pytest.param("Wednesday, July 28, 2010", None, None, id="weekday"),
    pytest.param("By Ida Marlow, 28 July 2010", "Ida Marlow", None, id="by, day"),
    pytest.param("Published: 28.07.2010", None, None, id="published"),
    pytest.param("28 July 2010 — author: Ida Marlow", "Ida Marlow", None, id="author at the end"),
]


@pytest.mark.parametrize(("line", "author", "time"), STAMP_LINES)
def test_reads_stamp_lines(line: str, author: str | None, time: tuple[int, int] | None) -> None:
    (entry,) = entries(f"A title\n{line}\n\nA body.\n")
    hour, minute = time or (0, 0)
    assert (entry.title, entry.author) == ("A title", author)
    assert entry.published == datetime(2010, 7, 28, hour, minute, tzinfo=UTC)
    assert entry.published_precision == ("minute" if time else "day")


NO_DUMPS = [
    pytest.param("", id="empty"),
    pytest.param("Words and words.\nAnd more words.\n", id="no stamp"),
    pytest.param("We met on July 28, 2010 in Oslo and talked of racks.\n", id="a date in a sentence"),
    pytest.param("2010-07-28\n", id="a stamp without a title"),
    pytest.param("A line of a paragraph\nthat ends here\n2010-07-28\n", id="a stamp under a paragraph"),
]


@pytest.mark.parametrize("text", NO_DUMPS)
def test_leaves_what_is_no_dump(text: str) -> None:
    assert entries(text) == ()


def test_lines_may_end_in_any_way() -> None:
    assert [entry.title for entry in entries(DUMP.replace("\n", "\r\n"))] == [entry.title for entry in entries(DUMP)]


def test_a_post_may_have_no_body() -> None:
    assert [entry.text for entry in entries("One\n2010-07-28\n\nTwo\n2010-07-27\n\nBody.\n")] == ["", "Body."]
