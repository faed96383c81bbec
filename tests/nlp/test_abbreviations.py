"""Short forms that a text introduces: what stands in brackets, and whether it can stand for the name before it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.abbreviations import abbreviates, introduced_after, occurrences

INTRODUCED: dict[str, tuple[str, str]] = {
    "in brackets": ("Acme Control Panel (ACP) is here", "ACP"),
    "without a space": ("Acme Control Panel(ACP) is here", "ACP"),
    "with an article": ("Acme Control Panel (the ACP) is here", "ACP"),
    "also known as": ("Acme Control Panel (also known as ACP) is here", "ACP"),
    "in quotes": ('Acme Control Panel ("ACP") is here', "ACP"),
    "with more in the brackets": ("Acme Control Panel (ACP, free) is here", "ACP"),
    "with an ampersand": ("Acme Control Panel (AC&P) is here", "AC&P"),
}

NOT_INTRODUCED: dict[str, str] = {
    "nothing": "Acme Control Panel is here",
    "words in brackets": "Acme Control Panel (which is free) is here",
    "a service pack": "Acme Control Panel (SP1) is here",
    "a stage": "Acme Control Panel (RTM) is here",
    "a release candidate": "Acme Control Panel (RC2) is here",
    "a stock exchange": "Acme Control Panel (NASDAQ: ACP) is here",
    "a country": "Acme Control Panel (UK) is here",
    "one letter": "Acme Control Panel (A) is here",
    "further on": "Acme Control Panel is here (ACP)",
}

END = len("Acme Control Panel")


@pytest.mark.parametrize("case", INTRODUCED)
def test_introduces(case: str) -> None:
    text, expected = INTRODUCED[case]
    found = introduced_after(text, END)
    assert found is not None
    short, start, end = found
    assert short == expected
    assert text[start : start + len(short)] == short
    assert text[end - 1] == ")"


@pytest.mark.parametrize("case", NOT_INTRODUCED)
def test_introduces_nothing(case: str) -> None:
    assert introduced_after(NOT_INTRODUCED[case], END) is None


def test_brackets_that_never_close_end_at_the_short_form() -> None:
    assert introduced_after("Acme Control Panel (ACP, and so on", END) == ("ACP", 20, 24)


SHORT_FORMS: dict[str, tuple[str, str]] = {
    "first letters": ("ACP", "Acme Control Panel"),
    "without the vendor": ("CPS", "Acme Control Panel Server"),
    "small words left out": ("ROW", "Registry of Webs"),
    "small words left out, several": ("BHI", "Board for the Hosting and Internet"),
    "capitals inside a word": ("WMS", "WebMail Server"),
    "not to the end": ("AC", "Acme Control Panel"),
    "the last of its words": ("ACME", "The acme"),
}

OTHERS: dict[str, tuple[str, str]] = {
    "other letters": ("XYZ", "Acme Control Panel"),
    "another order": ("PCA", "Acme Control Panel"),
    "a letter left over": ("ACPX", "Acme Control Panel"),
    "one letter": ("A", "Acme"),
    "no letters": ("2010", "Acme 2010"),
    "nothing to stand for": ("ACP", ""),
}


@pytest.mark.parametrize("case", SHORT_FORMS)
def test_abbreviates(case: str) -> None:
    assert abbreviates(*SHORT_FORMS[case])


@pytest.mark.parametrize("case", OTHERS)
def test_does_not_abbreviate(case: str) -> None:
    assert not abbreviates(*OTHERS[case])


@given(st.lists(st.sampled_from(["Acme", "Control", "Panel", "Mail", "Web"]), min_size=2, max_size=6))
def test_first_letters_always_abbreviate(words: list[str]) -> None:
    assert abbreviates("".join(word[0] for word in words), " ".join(words))


@given(st.text(), st.text())
def test_any_two_texts_can_be_asked(short: str, long: str) -> None:
    assert abbreviates(short, long) in {True, False}


OCCURS: dict[str, tuple[str, int]] = {
    "as a word": ("The ACP is here", 1),
    "twice": ("ACP or ACP", 2),
    "with an s": ("The ACP's door", 1),
    "before a full stop": ("This is ACP.", 1),
    "in small letters": ("the acp is here", 0),
    "inside a word": ("The ACPI table", 0),
    "inside a host": ("at acp.ACP.com", 0),
    "inside a mail address": ("to anna@ACP now", 0),
    "behind a hyphen": ("a non-ACP door", 0),
    "inside a path": ("in /ACP now", 0),
}


@pytest.mark.parametrize("case", OCCURS)
def test_occurrences(case: str) -> None:
    text, count = OCCURS[case]
    found = occurrences(text, "ACP")
    assert len(found) == count
    assert all(text[start:end] == "ACP" for start, end in found)
