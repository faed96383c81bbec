"""Posts read from JSON lines, and analyses written as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

import pytest

from nlp.annotations import Analysis, EventMention, Evidence, Mention, PostText, TaggedEntity, Timex
from nlp.errors import NlpError
from nlp.json_lines import (
    TAGGING_FAILED,
    analysis_to_json,
    error_to_json,
    parse_line,
    post_id_of,
    tag_lines,
)

DAY = date(2010, 8, 25)


def line(**values: object) -> str:
    return json.dumps({"id": "a", "title": "T", "text": "x", "published": "2010-08-25", **values})


def test_reads_a_post() -> None:
    post = parse_line(line(more="ignored"))
    assert (post.title, post.text, post.published) == ("T", "x", DAY)


PUBLISHED: dict[str, tuple[str | None, date | datetime | None]] = {
    "a day": ("2010-08-25", DAY),
    "an instant": ("2010-08-25T09:30:00Z", datetime(2010, 8, 25, 9, 30, tzinfo=UTC)),
    "without a zone": ("2010-08-25T09:30:00", datetime(2010, 8, 25, 9, 30, tzinfo=UTC)),
    "null": (None, None),
    "empty": ("", None),
}


@pytest.mark.parametrize("case", PUBLISHED)
def test_published_may_be(case: str) -> None:
    value, expected = PUBLISHED[case]
    assert parse_line(line(published=value)).published == expected


REFUSED: dict[str, tuple[str, str]] = {
    "no JSON": ("{", "not JSON"),
    "a list": ("[]", "not a JSON object"),
    "a number for a title": (line(title=1), '"title" must be a string'),
    "nothing to read": (json.dumps({"id": "a"}), "there to tag"),
    "a date that is none": (line(published="soon"), "give an ISO date"),
    "a number for a date": (line(published=20100825), "ISO date"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    text, words = REFUSED[case]
    with pytest.raises(NlpError, match=words):
        parse_line(text)


def test_lone_surrogates_are_replaced() -> None:
    assert parse_line('{"title": "a\\ud800b", "text": ""}').title == "a?b"


@pytest.mark.parametrize(("text", "expected"), [(line(title=3), "a"), ("{", None), ("[1]", None)])
def test_the_id_of_a_line_that_was_refused(text: str, expected: object) -> None:
    assert post_id_of(text) == expected


def test_an_error_stands_in_place_of_an_analysis() -> None:
    assert error_to_json("a", "no") == {"id": "a", "error": "no"}


def test_writes_every_part_of_an_analysis() -> None:
    mention = Mention("title", 0, 5, "Plesk", "rule")
    timex = Timex("text", 3, 13, "2010-08-25", "DATE", "2010-08-25", DAY, date(2010, 8, 26))
    event = EventMention(
        "release", "happened", "2010-08-25", DAY, date(2010, 8, 26), ("plesk",), Evidence("text", 0, 4, "Text"), 0.87654
    )
    analysis = Analysis(
        products=(TaggedEntity("product", "plesk", "Plesk", True, True, (mention,)),),
        organizations=(TaggedEntity("organization", "acme", "Acme", False, False, ()),),
        tlds=(TaggedEntity("tld", "xxx", ".xxx", True, True, ()),),
        timexes=(timex,),
        events=(event,),
    )
    shown = {"field": "title", "start": 0, "end": 5, "text": "Plesk"}
    assert analysis_to_json("a", analysis) == {
        "id": "a",
        "products": [{"name": "Plesk", "slug": "plesk", "salient": True, "known": True, "mentions": [shown]}],
        "organizations": [{"name": "Acme", "slug": "acme", "salient": False, "known": False, "mentions": []}],
        "tlds": [{"name": ".xxx", "slug": "xxx", "salient": True, "mentions": []}],
        "timexes": [
            {
                "field": "text",
                "start": 3,
                "end": 13,
                "text": "2010-08-25",
                "type": "DATE",
                "value": "2010-08-25",
                "begin": "2010-08-25",
                "end_date": "2010-08-26",
            }
        ],
        "events": [
            {
                "type": "release",
                "status": "happened",
                "date": "2010-08-25",
                "subjects": ["plesk"],
                "evidence": {"field": "text", "start": 0, "end": 4, "text": "Text"},
                "confidence": 0.8765,
            }
        ],
        "error": None,
    }


class FailsOnDivers:
    """A tagger with a fault that one kind of post brings out; of a Tagger it has what is asked of it here."""

    version = "1"

    def tag(self, post: PostText) -> Analysis:
        if "diver" in post.text:
            raise ZeroDivisionError
        return Analysis()

    def tag_many(self, posts: Sequence[PostText]) -> Iterator[Analysis]:
        return map(self.tag, posts)


def test_a_post_that_the_tagger_fails_on_costs_no_other_its_answer() -> None:
    lines = [line(id="a"), line(id="b", text="a diver"), "nonsense", line(id="c")]
    answers = list(tag_lines(FailsOnDivers(), lines))
    assert [answer["id"] for answer in answers] == ["a", "b", None, "c"]
    assert [answer["error"] for answer in answers[:2]] == [None, TAGGING_FAILED]
    assert answers[3]["error"] is None


@pytest.mark.parametrize(("published", "anchor"), [("2010-08-25T23:30:00Z", "2010-08-25"), (None, None)])
def test_an_answer_says_which_day_its_dates_count_from(published: str | None, anchor: str | None) -> None:
    (answer,) = tag_lines(FailsOnDivers(), [line(published=published)])
    assert answer["anchor"] == anchor


def test_deeply_nested_lines_are_refused_like_others() -> None:
    (answer,) = tag_lines(FailsOnDivers(), ["[" * 100_000])
    assert "not JSON" in str(answer["error"])


def test_an_empty_line_between_posts_is_answered_and_those_at_the_end_are_not() -> None:
    answers = list(tag_lines(FailsOnDivers(), [line(id="a"), "\n", line(id="b"), "\n", " "]))
    assert [answer["id"] for answer in answers] == ["a", None, "b"]
    assert "an empty line" in str(answers[1]["error"])
