"""Addresses: resolved, checked, and in the one form under which a post is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.urls import BadAddressError, canonical_url, check_http_url, host_of, is_global_id, is_http_url, resolve

BASE = "http://rackside.example/a/b?c=d"

RESOLVED = [
    pytest.param("x", "http://rackside.example/a/x", id="beside the page"),
    pytest.param("/x", "http://rackside.example/x", id="from the root"),
    pytest.param("../../x", "http://rackside.example/x", id="above the root"),
    pytest.param("?x=y", "http://rackside.example/a/b?x=y", id="query"),
    pytest.param("#x", "http://rackside.example/a/b?c=d#x", id="fragment"),
    pytest.param("//cdn.example/x", "http://cdn.example/x", id="another host"),
    pytest.param("https://x.example", "https://x.example", id="absolute"),
    pytest.param(" \n/x\t", "http://rackside.example/x", id="blank round it"),
    pytest.param("/x\n/y", "http://rackside.example/x/y", id="over two lines"),
    pytest.param("/x y", "http://rackside.example/x%20y", id="a space in it"),
    pytest.param('/x"<y>', "http://rackside.example/x%22%3Cy%3E", id="what would end an attribute"),
    pytest.param("/x(1)!*'", "http://rackside.example/x(1)!*'", id="odd and allowed"),
    pytest.param("/%C3%A9", "http://rackside.example/%C3%A9", id="already quoted"),
    pytest.param("/\ud800", "http://rackside.example/%3F", id="half of a pair"),
    pytest.param("javascript:alert(1)", None, id="script"),
    pytest.param("java\nscript:alert(1)", None, id="script over two lines"),
    pytest.param("data:text/html,x", None, id="data"),
    pytest.param("mailto:a@x.example", None, id="mail"),
    pytest.param("ftp://x.example/", None, id="another scheme"),
    pytest.param("http://", None, id="no host"),
    pytest.param("http://[::1", None, id="broken address"),
    pytest.param("http://x.example:99999/", None, id="no such port"),
    pytest.param("http://x.example:port/", None, id="port of letters"),
    pytest.param("/" + "x" * 5_000, None, id="absurdly long"),
    pytest.param("", None, id="empty"),
    pytest.param(None, None, id="none"),
]


@pytest.mark.parametrize(("reference", "expected"), RESOLVED)
def test_resolve(reference: str | None, expected: str | None) -> None:
    assert resolve(BASE, reference) == expected


CANONICAL = [
    pytest.param("HTTP://Rackside.Example/A", "http://rackside.example/A", id="case of the host alone"),
    pytest.param("http://rackside.example:80/", "http://rackside.example/", id="default port"),
    pytest.param("https://rackside.example:80/", "https://rackside.example:80/", id="another port"),
    pytest.param("http://rackside.example", "http://rackside.example/", id="no path"),
    pytest.param("http://rackside.example./", "http://rackside.example/", id="dot after the host"),
    pytest.param("http://x.example../", "http://x.example/", id="dots after the host"),
    pytest.param("//..", "//..", id="dots for a host"),
    pytest.param("http://x.example/a#b", "http://x.example/a", id="fragment"),
    pytest.param(
        "http://x.example/a?id=1&PHPSESSID=4v2k7c9q8m3n5b6x1z0l2p4r6t", "http://x.example/a?id=1", id="a session"
    ),
    pytest.param(
        "http://x.example/a;jsessionid=0A1B.node2?sid=0123456789abcdef0123456789abcdef",
        "http://x.example/a",
        id="a session in the path",
    ),
    pytest.param(
        "http://x.example/(S(abcdefghijklmnopqrstuvwx))/a", "http://x.example/a", id="a session in ASP.NET's way"
    ),
    pytest.param("http://x.example/a?sid=2010&s=word", "http://x.example/a?sid=2010&s=word", id="no session"),
    pytest.param(
        "http://x.example/?utm_source=a&id=1&fbclid=b", "http://x.example/?id=1", id="where a reader came from"
    ),
    pytest.param("http://x.example/?b=1&a=2", "http://x.example/?b=1&a=2", id="order of parameters stays"),
    pytest.param("http://x.example/a/", "http://x.example/a/", id="final slash stays"),
    pytest.param("http://x.example/a?", "http://x.example/a", id="empty query"),
    pytest.param("http://x.example/?&&a=1&", "http://x.example/?a=1", id="empty parameters"),
    pytest.param("http://u:p@x.example/", "http://u:p@x.example/", id="user"),
    pytest.param("http://[2001:DB8::1]:80/", "http://[2001:db8::1]/", id="IPv6"),
    pytest.param(" http://x.example/ ", "http://x.example/", id="blank round it"),
    pytest.param("no address", "no address", id="no address"),
    pytest.param("http://[x", "http://[x", id="broken"),
]


@pytest.mark.parametrize(("url", "expected"), CANONICAL)
def test_canonical_url(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


PIECES = st.lists(
    st.sampled_from(
        [
            "http:", "HTTPS:", "//", "/", "x.example", "X.Example.", ":80", ":443", ":0", "@", "?", "&", "=", "#",
            "utm_source=1", "a=b", "%20", " ", "[", "]", "::1", "..", ";", "\\", "é", "\u3002", "\x00", "ſ", "İ",
        ]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@given(st.one_of(st.text(), PIECES, PIECES.map("http://x.example/".__add__)))
def test_canonicalising_twice_is_canonicalising_once(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once


@given(st.one_of(st.text(), PIECES), st.one_of(st.none(), st.text(), PIECES))
def test_resolving_never_fails_and_gives_addresses_that_can_be_asked_for(base: str, reference: str | None) -> None:
    url = resolve(base, reference)
    if url is not None:
        assert is_http_url(url)
        assert check_http_url(url) == url
        assert resolve(base, url) == url


@given(st.text())
def test_checking_gives_an_address_or_says_why_not(url: str) -> None:
    try:
        checked = check_http_url(url)
    except BadAddressError:
        return
    assert is_http_url(checked)


REFUSED = [
    pytest.param("rackside.example", "is no address", id="no scheme"),
    pytest.param("ftp://rackside.example/", "no http or https", id="another scheme"),
    pytest.param("http:///x", "is no address", id="no host"),
    pytest.param("http://x.example/" + "x" * 5_000, "longer than", id="too long"),
    pytest.param("http://ann:secret@x.example/feed", "carries a user name", id="a user name"),
]


@pytest.mark.parametrize(("url", "reason"), REFUSED)
def test_checking_names_what_is_wrong(url: str, reason: str) -> None:
    with pytest.raises(BadAddressError, match=reason):
        check_http_url(url)


IDS = [
    pytest.param("http://x.example/1", True, id="address"),
    pytest.param("http://x.example/", False, id="address of a site"),
    pytest.param("tag:x.example,2019:1", True, id="tag"),
    pytest.param("urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", True, id="urn"),
    pytest.param("1234", False, id="number"),
    pytest.param("post-1", False, id="words"),
]


@pytest.mark.parametrize(("guid", "expected"), IDS)
def test_which_ids_are_unique_in_the_world(guid: str, expected: bool) -> None:
    assert is_global_id(guid) is expected


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://www.X.example/", "x.example"),
        ("https://x.example:8/", "x.example"),
        ("x", None),
        ("", None),
        (None, None),
    ],
)
def test_host_of(url: str | None, host: str | None) -> None:
    assert host_of(url) == host


def test_the_word_about_a_user_name_does_not_repeat_the_password() -> None:
    with pytest.raises(BadAddressError) as refused:
        check_http_url("http://ann:secret@x.example/feed")
    assert "secret" not in str(refused.value)
