"""What of a text is no text: addresses, host names, mail addresses, files and paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.masking import Mask, Taken, find_masked


def masked(text: str) -> list[str]:
    return [text[start:end] for start, end in find_masked(text).spans]


MASKED: dict[str, tuple[str, list[str]]] = {
    "an address": ("See https://acme.example/2014/03/19/php-5-6 now", ["https://acme.example/2014/03/19/php-5-6"]),
    "with a query": ("at http://acme.example/?year=2014&x=1#top it is", ["http://acme.example/?year=2014&x=1#top"]),
    "a file server": ("from ftp://files.acme.example/pub/", ["ftp://files.acme.example/pub/"]),
    "before a full stop": ("Read https://acme.example/a.", ["https://acme.example/a"]),
    "in brackets": ("(https://acme.example/a)", ["https://acme.example/a"]),
    "in quotes": ("“https://acme.example/a”", ["https://acme.example/a"]),
    "www": ("Go to www.acme.example, please", ["www.acme.example"]),
    "a host name": ("The server mail.acme.com answers", ["mail.acme.com"]),
    "a bare domain": ("We bought acme.net in May", ["acme.net"]),
    "a host with a path": ("at acme.io/news/2014 today", ["acme.io/news/2014"]),
    "a mail address": ("Write to anna.wit@mail.acme.example!", ["anna.wit@mail.acme.example"]),
    "a mail link": ("mailto:anna@acme.example", ["mailto:anna@acme.example"]),
    "a program": ("Start setup-2014.exe first", ["setup-2014.exe"]),
    "an archive": ("Unpack nginx-1.6.0.tar.gz here", ["nginx-1.6.0.tar.gz"]),
    "a script": ("Run Get-Mail.ps1 twice", ["Get-Mail.ps1"]),
    "a page": ("Open index.php now", ["index.php"]),
    "a Unix path": ("Edit /etc/nginx/nginx.conf there", ["/etc/nginx/nginx.conf"]),
    "a path from home": ("in ~/acme/2014/ it is", ["~/acme/2014/"]),
    "a path from here": ("run ./configure then", ["./configure"]),
    "a Windows path": (r"in C:\Windows\2014 it is", [r"C:\Windows\2014"]),
    "a network share": (r"on \\files\2014 it is", [r"\\files\2014"]),
    "several": ("acme.com and bolt.org", ["acme.com", "bolt.org"]),
}  # fmt: skip

PLAIN: dict[str, str] = {
    "words": "PHP 5.6 was released on Monday.",
    "a TLD": "The price of .com rises.",
    "two TLDs": "Both .com/.net prices rise.",
    "a missing space": "We use Oracle.The rest is history.",
    "alternatives": "Exchange 2007/2010 and TCP/IP",
    "either or": "and/or",
    "a date with slashes": "on 3/19/2014",
    "a fraction": "1/2 of it",
    "a version": "nginx 1.6.0 and PHP 5.6",
    "a platform that begins with a dot": "It is made with .NET",
    "a time": "at 9:30",
    "a rate": "$5/month",
}


@pytest.mark.parametrize("case", MASKED)
def test_masks(case: str) -> None:
    text, expected = MASKED[case]
    assert masked(text) == expected


@pytest.mark.parametrize("case", PLAIN)
def test_leaves(case: str) -> None:
    assert masked(PLAIN[case]) == []


@given(st.one_of(st.text(), st.text(alphabet="a.@/\\:~-w www.com http:// C:\\")))
def test_spans_are_in_order_inside_the_text_and_never_empty(text: str) -> None:
    end = 0
    for start, stop in find_masked(text).spans:
        assert end <= start < stop <= len(text)
        end = stop


SPANS = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 4))).map(
    lambda steps: [
        (sum(gap + size for gap, size in steps[:n]) + gap, sum(gap + size for gap, size in steps[:n]) + gap + size)
        for n, (gap, size) in enumerate(steps)
    ]
)  # gaps and lengths in turn: spans that never overlap


@given(SPANS, st.integers(0, 60), st.integers(1, 20))
def test_look_ups_agree_with_comparing_every_span(spans: list[tuple[int, int]], start: int, length: int) -> None:
    end = start + length
    touching = [(a, b) for a, b in spans if a < end and start < b]
    mask, taken = Mask.of(spans), Taken(spans)
    found = mask.overlapping(start, end)
    assert (found is None) == (not touching)
    assert found is None or found in touching
    assert taken.overlapping(start, end) == touching
    assert taken.is_free(start, end) == (not touching)


ALLOWED: dict[str, tuple[tuple[int, int], bool]] = {
    "beside the address": ((0, 5), True),
    "the address whole": ((5, 10), True),
    "more than the address": ((3, 12), True),
    "inside the address": ((6, 8), False),
    "over its edge": ((8, 12), False),
}


@pytest.mark.parametrize("case", ALLOWED)
def test_a_name_may_cover_an_address_but_not_stand_in_one(case: str) -> None:
    span, expected = ALLOWED[case]
    assert Mask.of([(5, 10)]).allows(*span) is expected


def test_taken_spans_can_be_added() -> None:
    taken = Taken([(5, 8)])
    taken.add(0, 2)
    assert not taken.is_free(1, 3)
    assert taken.is_free(2, 5)
    assert list(taken.near(9, 10, 1)) == [(5, 8)]
    assert list(taken.near(9, 10, 0)) == []
