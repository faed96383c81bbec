"""What the words round a date say of it: whether it lies ahead or behind, or is no date at all."""

from __future__ import annotations

from datetime import date

import pytest

from nlp.timex import find_timexes

WEDNESDAY = date(2010, 3, 10)


def values(text: str, anchor: date = WEDNESDAY) -> list[tuple[str, str | None]]:
    return [(t.text, t.value) for t in find_timexes(text, anchor)]


# -- a limit that was set lies ahead, one that was reached behind

UNTIL: dict[str, tuple[str, str]] = {
    "given": ("The court has given Tucows until Tuesday to answer.", "2010-03-16"),
    "been given": ("Tucows has been given until Tuesday.", "2010-03-16"),
    "extended": ("The judge has extended the time until Tuesday.", "2010-03-16"),
    "been extended": ("The time has been extended until Tuesday.", "2010-03-16"),
    "granted": ("The judge has granted them until Friday.", "2010-03-12"),
    "postponed": ("The sale has been postponed until Tuesday.", "2010-03-16"),
    "delayed": ("It has been delayed until Friday.", "2010-03-12"),
    "lasted": ("The sale has lasted until Tuesday.", "2010-03-09"),
    "talked": ("They have talked about it until Monday.", "2010-03-08"),
    "had": ("They had until Tuesday to answer.", "2010-03-09"),
}


@pytest.mark.parametrize("case", UNTIL)
def test_a_limit(case: str) -> None:
    text, expected = UNTIL[case]
    assert [value for _, value in values(text)] == [expected]


# -- a distance is counted from what follows it

DISTANCES: dict[str, tuple[str, list[str | None]]] = {
    "after a name": ("It came 48 hours after RHEL 7.", ["PT48H"]),
    "before a name": ("It came two weeks before AlmaLinux.", ["P2W"]),
    "after the end": ("It came two weeks after the end.", ["P2W"]),
    "after a verb": ("It came two weeks after he left.", ["P2W"]),
    "ago": ("It came two weeks ago.", ["2010-W08"]),
    "before, and no more": ("It came 48 hours before, and left.", ["2010-03-10"]),
}


@pytest.mark.parametrize("case", DISTANCES)
def test_a_distance(case: str) -> None:
    text, expected = DISTANCES[case]
    assert [value for _, value in values(text)] == expected


# -- "the same" is as fine as what it points at

SAME: dict[str, tuple[str, str | None]] = {
    "day after a year": ("Debian came in 2009. It was out on the same day as Slackware.", None),
    "day after a month": ("Debian came in May 2009. It was out on the same day as Slackware.", None),
    "day after a day": ("Debian came on 4 May 2009. It was out on the same day as Slackware.", "2009-05-04"),
    "month after a day": ("Debian came on 4 May 2009. It rained in the same month.", "2009-05"),
    "month after a year": ("Debian came in 2009. It rained in the same month.", None),
    "year after a day": ("Debian came on 4 May 2009. It rained in the same year.", "2009"),
    "year after a year": ("Debian came in 2009. It rained in the same year.", "2009"),
}


@pytest.mark.parametrize("case", SAME)
def test_the_same(case: str) -> None:
    text, expected = SAME[case]
    assert values(text)[-1] == (f"the same {case.split()[0]}", expected)


# -- what somebody saw has been

SEEN: dict[str, tuple[str, str]] = {
    "saw": ("We saw it arrive in April.", "2009-04"),
    "with a version between": ("We saw the 1.2 branch arrive in April.", "2009-04"),
    "watched": ("They watched it arrive in April.", "2009-04"),
    "witnessed": ("Many witnessed the launch in April.", "2009-04"),
    "in the sentence before": ("We saw it. It arrives in April.", "2010-04"),
    "nobody saw": ("It arrives in April.", "2010-04"),
}


@pytest.mark.parametrize("case", SEEN)
def test_what_was_seen(case: str) -> None:
    text, expected = SEEN[case]
    assert values(text) == [("April", expected)]
