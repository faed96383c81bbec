"""What tells one piece of news from another is read, and what only looks like it is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.identifying_facts import IdentifyingFacts, identifying_facts


def facts(title: str = "", text: str = "") -> dict[str, set[str]]:
    """All facts but the plain numbers of the title."""
    return {kind: set(values) for kind, values in identifying_facts(title, text).whole.items() if kind != "number"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Update Rollup 3 for Exchange 2010 SP1", {"rollup": {"3"}, "service pack": {"1"}}),
        ("RU4 and update rollup 03 are out", {"rollup": {"3", "4"}}),
        ("Service Pack 2, CU12, Cumulative Update 5", {"service pack": {"2"}, "cumulative update": {"5", "12"}}),
        ("vSphere 8.0 Update 3b", {"version": {"8.0"}, "update": {"3b"}}),
        ("PHP 8.2.1 and v8.3.0RC4 are here.", {"version": {"8.2.1", "8.3.0rc4"}}),
        ("cPanel & WHM 11.30.4.6, version 7", {"version": {"11.30.4.6"}, "numbered version": {"7"}}),
        ("install KB2529939 or KB 976323", {"kb": {"2529939", "976323"}}),
        ("CVE-2024-3094, DSA-5601-1, RHSA-2024:0012 and MS10-070", {
            "bulletin CVE": {"2024-3094"}, "bulletin DSA": {"5601-1"}, "bulletin RHSA": {"2024:0012"},
            "bulletin MS": {"10-070"},
        }),
        (".xxx, .com/.net and .рф open; not example.org, .htaccess/ or wait...what", {
            "tld": {"xxx", "com", "net", "рф"},
        }),
        ("1.5 million sites, 2.4 GHz, 99.9%, $4.99 and 10.30 Uhr", {}),
        ("It was told that on 12 March 2024 it ends", {"day": {"03-12"}, "date": {"2024-03-12"}}),
        ("They met on March 3rd, 2024 and on 5 April", {"day": {"03-03", "04-05"}, "date": {"2024-03-03"}}),
        ("Wir beginnen am 12. März 2024 damit", {"day": {"03-12"}, "date": {"2024-03-12"}}),
        ("Le service ferme le 1er août 2024 partout", {"day": {"08-01"}, "date": {"2024-08-01"}}),
        ("Termina el 3 de mayo de 2024 en Madrid", {"day": {"05-03"}, "date": {"2024-05-03"}}),
        ("Es endet am 31.12.2024 um 24 Uhr", {"day": {"12-31"}, "date": {"2024-12-31"}}),
        ("It begins on 2024-02-29 at noon", {"day": {"02-29"}, "date": {"2024-02-29"}}),
        ("2024年3月5日に公開", {"day": {"03-05"}, "date": {"2024-03-05"}}),
        ("Both 03/04/2024 are possible", {"slashed date": {"03/04/2024"}}),
        ("On 45 March nothing was 99.99.2024", {}),
    ],
)  # fmt: skip
def test_facts_of_a_text(text: str, expected: dict[str, set[str]]) -> None:
    assert facts(text=text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "BERLIN, 12 March 2024 – Acme has bought Foo.",
        "SAN FRANCISCO, March 12, 2024 /PRNewswire/ -- Acme has bought Foo.",
        "Munich, March 12, 2024 (GLOBE NEWSWIRE) -- Acme has bought Foo.",
        "Berlin (dpa) 12.03.2024: Acme has bought Foo.",
        "New York - 12 March 2024 - Acme has bought Foo.",
        "London 12 March 2024 – Acme has bought Foo.",
        "12 March 2024\nAcme has bought Foo.",
        "Posted on March 12, 2024 by Bob\nAcme has bought Foo.",
        "Veröffentlicht am 12. März 2024\nAcme has bought Foo.",
        "Acme has bought Foo.\n© Newsline, 12 March 2024",
        "Acme has bought Foo.\nLast updated on 12 March 2024",
    ],
)
def test_days_of_datelines_and_imprints_are_none(text: str) -> None:
    assert facts(text=text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "On 12 March 2024 we work on our network.",
        "Maintenance on 12 March 2024\nWe work.",
        "We close on 12 March 2024.",
    ],
)
def test_a_day_at_the_beginning_of_a_sentence_is_one(text: str) -> None:
    assert facts(text=text)["date"] == {"2024-03-12"}


def test_a_title_counts_whatever_it_counts() -> None:
    stated = identifying_facts("Issue 231: 1,200 hosts, January 2024", "").title
    assert stated["number"] == {"231", "1200", "2024"}
    assert stated["month"] == {"1"}


def contradict(a: tuple[str, str], b: tuple[str, str]) -> bool:
    one, other = identifying_facts(*a), identifying_facts(*b)
    assert one.contradict(other) == other.contradict(one)
    return one.contradict(other)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (("Update Rollup 3", ""), ("Update Rollup 4", ""), True),
        (("Update Rollup 3", ""), ("Update Rollup 4", "It replaces Update Rollup 3."), True),
        (("A rollup", "Update Rollup 3 is out."), ("A rollup", "Update Rollup 4 is out. It holds Rollup 3."), True),
        (("A rollup", "Update Rollup 4 is out."), ("A rollup", "Update Rollup 4 is out. It holds Rollup 3."), False),
        (("A rollup", "Update Rollup 3."), ("Update Rollup 4", "Update Rollup 4."), True),
        (("PHP 8.2.1", "8.2.1"), ("PHP news", "Something is out."), False),
        (("PHP 8.2", "8.2.1 and 8.1.9"), ("PHP 8.2", "8.2.2 and 8.1.10"), True),
        (("PHP 8.2", "8.2.1 follows 8.1.9"), ("PHP 8.2", "8.2.1 is the first"), False),
        (("Notes", "18.0.61 needs 8.1"), ("Notes", "18.0.62 needs 8.1"), True),
        (("Sunrise of .shop", ""), ("Sunrise of .store", ""), True),
        (("Works on 12 March", ""), ("Works on 19 March", ""), True),
        (("Works", "They end on 12 March."), ("Works", "They end on 19 March."), True),
        (("Works", "They end on 12 March."), ("Works", "He said on 10 March that they end on 12 March."), False),
        (("January in review", ""), ("February in review", ""), True),
        (("Week 12", ""), ("Week 13", ""), True),
        (("Acme cuts 300 jobs", ""), ("300 jobs to go at Acme, 20 of them in Oslo", ""), False),
    ],
)
def test_facts_contradict_each_other(a: tuple[str, str], b: tuple[str, str], expected: bool) -> None:
    assert contradict(a, b) is expected


@given(st.text(max_size=80), st.text(alphabet="12.03/ RUu4v.-marchMärzıİſ年月日\nKB–,(", max_size=120))
def test_any_text_is_read_and_contradicts_itself_never(title: str, text: str) -> None:
    found = identifying_facts(title, text)
    assert isinstance(found, IdentifyingFacts)
    assert not found.contradict(found)
