"""Top-level domains that are talked about, and the many other things that begin with a dot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nlp.masking import find_masked
from nlp.tlds import TldFinder
from tests.nlp.catalogues import small_catalogue, tld

FINDER = TldFinder(small_catalogue().tlds)


def tlds(text: str) -> list[tuple[str, str]]:
    """Slug and written form of every TLD."""
    return [(found.entity.slug, text[found.start : found.end]) for found in FINDER.find(text, find_masked(text))]


FOUND: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "one": ("The price of .com domains rises.", [("com", ".com")]),
    "in capitals": ("the .COM registry agreement", [("com", ".COM")]),
    "in quotes": ("a “.xxx” domain", [("xxx", ".xxx")]),
    "a list": ("Sunrise for .bike, .guru and .org starts.", [("bike", ".bike"), ("guru", ".guru"), ("org", ".org")]),
    "with slashes": ("for .com/.net domains", [("com", ".com"), ("net", ".net")]),
    "at the end": ("ICANN approved .xxx.", [("xxx", ".xxx")]),
    "before a bracket": ("the TLD (.bike) is new", [("bike", ".bike")]),
    "internationalised": ("Russia's .рф domain", [("xn--p1ai", ".рф")]),
    "its ASCII form": ("the .xn--p1ai domain", [("xn--p1ai", ".xn--p1ai")]),
    "spelled out": ("a dot com domain costs more", [("com", "dot com")]),
    "unknown but called one": ("an application for the .quux gTLD", [("quux", ".quux")]),
    "the network's TLD": ("the .net registry contract", [("net", ".net")]),
    "a file ending that is a TLD": ("registrations in the .zip TLD", [("zip", ".zip")]),
}


@pytest.mark.parametrize("case", FOUND)
def test_finds(case: str) -> None:
    text, expected = FOUND[case]
    assert tlds(text) == expected


LEFT: dict[str, str] = {
    "a host name": "Visit www.example.com or example.org for domains.",
    "a mail address": "Write to domain@example.com.",
    "an address": "See https://example.com/.net/x for domain names.",
    "a file ending": "Open the .pst file and the .ps1 script.",
    "a zip file": "Unpack the .zip archive.",
    "the framework": "It needs .NET Framework 4.5 and ASP.NET.",
    "the framework alone": "Written in .NET by developers.",
    "a hidden file": "Edit .htaccess and ~/.com.",
    "a missing blank": "It ended.Then they left the registry.",
    "an unknown word": "the .quux of the matter",
    "the bubble": "the dot com bubble and its domains",
    "a number": "costs $.50 a domain",
}


@pytest.mark.parametrize("case", LEFT)
def test_leaves(case: str) -> None:
    assert tlds(LEFT[case]) == []


def test_both_forms_are_one_entity() -> None:
    (found,) = FINDER.find("the .рф domain", find_masked("the .рф domain"))
    assert (found.entity.slug, ".рф" in {found.entity.name, *found.entity.aliases}) == ("xn--p1ai", True)


def test_an_unknown_one_says_so() -> None:
    (found,) = FINDER.find("the .quux gTLD", find_masked("the .quux gTLD"))
    assert not found.entity.known


# -- scripts whose vowels are marks of their own, and words that end as TLDs in the plural do

SCRIPTS = {"xn--h2brj9c": "भारत", "xn--xkc2dl3a5ee0h": "இந்தியா", "xn--45brj9c": "ভারত", "xn--o3cw4h": "ไทย"}
WIDER = TldFinder(
    {
        **small_catalogue().tlds,
        **{label: tld(label, own) for label, own in SCRIPTS.items()},
        "cs": tld("cs"),
        "page": tld("page"),
    }
)


@pytest.mark.parametrize("label", SCRIPTS)
@pytest.mark.parametrize("sentence", ["the .{} domain", "domains (.{})", "“.{}” domains", "ICANN delegated .{}."])
def test_a_label_in_its_own_script_and_in_ascii_is_one_entity(label: str, sentence: str) -> None:
    found = []
    for written in (label, SCRIPTS[label]):
        text = sentence.format(written)
        (one,) = WIDER.find(text, find_masked(text))
        assert text[one.start : one.end] == f".{written}"
        found.append(one.entity)
    assert found[0] == found[1]
    assert (found[0].slug, found[0].aliases) == (label, (f".{SCRIPTS[label]}",))


def test_a_longer_word_of_such_a_script_is_another() -> None:
    text = "the .भारती domain"
    assert WIDER.find(text, find_masked(text)) == ()


PLURALS: dict[str, tuple[str, list[str]]] = {
    "several names": ("All .coms are domains.", [".com"]),
    "of two": ("the .coms and .orgs of the domain trade", [".com", ".org"]),
    "a label of two letters": ("Edit the .css of your domain.", []),
    "a file ending": ("A .css file is no domain.", []),
    "a file ending that is a plural": ("Open the .pages file.", []),
    "a file ending, and no word of the trade": ("Save it as .pages and go.", []),
}


@pytest.mark.parametrize("case", PLURALS)
def test_plurals(case: str) -> None:
    text, expected = PLURALS[case]
    assert [text[found.start : found.end] for found in WIDER.find(text, find_masked(text))] == expected


def test_a_tld_knows_who_runs_it() -> None:
    text = "the .com and .xxx domains"
    finder = TldFinder({"com": replace(tld("com"), registry="verisign"), "xxx": tld("xxx")})
    assert [found.entity.vendor for found in finder.find(text, find_masked(text))] == ["verisign", None]
